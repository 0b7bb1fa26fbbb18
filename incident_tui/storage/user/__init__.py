"""Files in the user's state folder: history, searches, theme."""
