"""The dialog with a text that was sent to the clipboard, for selecting it by hand if it did not arrive."""

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from incident_tui.format.sanitize import sanitize
from incident_tui.tui.dialogs.scroll import ScrollDialog
from incident_tui.tui.terminal.glyphs import Glyphs


class ClipboardDialog(ScrollDialog[None]):
    """The text from edge to edge: nothing next to it that a selection would include."""

    def __init__(self, description: str, text: str, glyphs: Glyphs) -> None:
        """`description` says what the text is, harmless and on one line."""
        super().__init__(f"{description}: sent to your terminal's clipboard", glyphs)
        self._text = text
        self._display_text = sanitize(text).expandtabs(8)

    def body(self) -> ComposeResult:
        """The hints, and the text."""
        yield Static("", id="note", markup=False)
        yield from super().body()

    def content(self) -> Text:
        """The text."""
        return Text(self._display_text, overflow="fold")

    def on_resize(self) -> None:
        """Whether lines are broken depends on the width."""
        note = self.query_one("#note", Static)
        if sanitize(self._text) != self._text:
            note.add_class("-warning")
            note.update("It holds control characters, or some that hide: look before you paste.")
            return
        broken = any(cell_len(line) > self.size.width for line in self._display_text.split("\n"))
        by_hand = "If it did not get there, select it here (with Shift, or Option)."
        note.update(f"{by_hand} Lines too long for the screen are broken." if broken else by_hand)
