"""A message that is too long for the line at the foot of the screen."""

from typing import ClassVar

from rich.text import Text

from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.scroll import ScrollDialog
from incident_tui.tui.terminal.glyphs import Glyphs


class MessageDialog(ScrollDialog[None]):
    """Says it in whole."""

    POPUP = True
    KEYS: ClassVar[Keys] = [("Esc", "back")]

    def __init__(self, title: str, message: str, glyphs: Glyphs) -> None:
        """`title` and `message` are harmless."""
        super().__init__(title, glyphs)
        self._message = message

    def content(self) -> Text:
        """The message."""
        return Text(self._message)
