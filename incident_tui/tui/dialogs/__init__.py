"""Small screens that ask for one answer."""
