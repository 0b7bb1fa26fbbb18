"""What git knows of a file."""
