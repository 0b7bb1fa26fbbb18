"""The format: bytes in, bytes out, no I/O."""
