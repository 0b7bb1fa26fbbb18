"""Work beside the screen: threads, watching files and git."""
