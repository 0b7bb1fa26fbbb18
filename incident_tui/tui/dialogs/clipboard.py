"""What was sent to the clipboard, to be selected by hand where it did not arrive."""

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from incident_tui.format.sanitize import sanitize
from incident_tui.tui.dialogs.scroll import ScrollingDialog


class ClipboardDialog(ScrollingDialog):
    """The text from edge to edge: nothing stands beside it that a selection would take along."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown,ctrl+f", "page(1)", "page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", show=False),
    ]

    def __init__(self, what: str, text: str) -> None:
        """`what` says what the text is, harmless and on one line."""
        super().__init__()
        self._what = what
        self._text = text
        self._shown = sanitize(text).expandtabs(8)

    def compose(self) -> ComposeResult:
        """What happened, what to heed, the text, the keys."""
        yield Static(f"{self._what}: sent to your terminal's clipboard", classes="dialog-title", markup=False)
        yield Static("", id="note", markup=False)
        with VerticalScroll(can_focus=False):
            yield Static(Text(self._shown, overflow="fold"), id="text")
        yield Static("j k scroll   Esc back", classes="dialog-keys", markup=False)

    def on_resize(self) -> None:
        """Whether lines are broken depends on the width."""
        note = self.query_one("#note", Static)
        if sanitize(self._text) != self._text:
            note.add_class("-warning")
            note.update("It holds control characters, or some that hide: look before you paste.")
            return
        broken = any(cell_len(line) > self.size.width for line in self._shown.split("\n"))
        by_hand = "If it did not get there, select it here (with Shift, or Option)."
        note.update(f"{by_hand} Lines too long for the screen are broken." if broken else by_hand)

    def action_page(self, pages: int) -> None:
        """Scroll by a screen."""
        self.action_scroll(pages * max(1, self.query_one(VerticalScroll).size.height - 1))
