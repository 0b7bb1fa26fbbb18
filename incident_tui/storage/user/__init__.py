"""What is kept of the user's own: history, searches, theme."""
