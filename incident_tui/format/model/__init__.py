"""The data model: entries, documents, a file with its archive."""
