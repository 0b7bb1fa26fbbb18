"""The index: words, headings, bodies."""
