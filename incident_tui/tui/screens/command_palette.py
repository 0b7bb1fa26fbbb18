"""The palette: all that can be done, or all themes, to be searched."""

from textual.app import ComposeResult
from textual.command import CommandInput, CommandPalette

from incident_tui.tui.widgets.field import LineInput


class _Sought(CommandInput, LineInput):
    """What is searched for."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder)
        self.compact = False


class Palette(CommandPalette):
    """Textual's, with a line to type in like all others."""

    def compose(self) -> ComposeResult:
        """The same widgets, but for the line."""
        for widget in super().compose():
            yield _Sought(widget.placeholder) if isinstance(widget, CommandInput) else widget
