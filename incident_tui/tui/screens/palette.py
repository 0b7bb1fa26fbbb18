"""The palette: all that can be done, or all themes, to be searched."""

from textual.app import ComposeResult
from textual.command import CommandPalette
from textual.widgets import Input


class Palette(CommandPalette):
    """Textual's, but its cursor doesn't blink: that would send bytes at rest."""

    def compose(self) -> ComposeResult:
        """The same widgets."""
        for widget in super().compose():
            if isinstance(widget, Input):
                widget.cursor_blink = False
            yield widget
