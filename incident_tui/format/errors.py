"""The error that a user reads: something was refused or has failed, and nothing was written."""


class Refused(Exception):
    """An edit that can't or mustn't be made. The message is one line for a person; nothing was changed."""
