"""Background work: threads, watching files and git."""
