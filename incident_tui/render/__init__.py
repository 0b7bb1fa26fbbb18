"""One entry's Markdown as Rich renderables."""
