"""What every floor says where something can't or mustn't be done."""


class Refused(Exception):
    """An edit that can't or mustn't be made. The message is one line for a person; nothing was changed."""
