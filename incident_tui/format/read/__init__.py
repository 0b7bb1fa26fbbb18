"""Reading: headings, metadata, sections, items, references."""
