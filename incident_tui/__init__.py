"""The terminal browser for a team's incident knowledge base."""

__version__ = "0.1.0"
