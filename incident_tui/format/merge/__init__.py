"""Merging three versions of an entry or of a file."""
