"""What a file holds: entries, documents, a file with its archive."""
