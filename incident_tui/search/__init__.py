"""Search: what was asked, and what answers."""
