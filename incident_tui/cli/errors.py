"""A command that was called wrongly: exit code 2."""


class UsageError(Exception):
    """Exit 2. The first line says what is wrong; the others help."""

    def __init__(self, *lines: str) -> None:
        super().__init__(lines[0])
        self.lines = lines
