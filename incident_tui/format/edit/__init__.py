"""Planning changes: from an operation to the bytes to replace."""
