"""The dialog for an edited text that was not written: the reason, and the file that keeps it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from incident_tui.tui.dialogs.base import Dialog, Keys
from incident_tui.tui.terminal.glyphs import Glyphs


class EditorResultDialog(Dialog[bool]):
    """Says it in whole, for a path that is cut short leads nowhere; answers whether to edit the text again."""

    POPUP = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit_again", "edit it again", show=False),
        Binding("enter", "dismiss", "leave", show=False),
    ]

    def __init__(self, why: str, where: str, glyphs: Glyphs) -> None:
        """Without `where`, there is nothing to be edited again."""
        super().__init__("Not written", glyphs)
        self.acting_keys = {"e": "e", "enter": "Enter", "q": "q"}  # typed before this was seen: for the editor
        self._why = why
        self._where = where

    def body(self) -> ComposeResult:
        """Why, and where."""
        yield Static(self._why, id="why", markup=False)
        if self._where:
            yield Static(self._where, id="where", markup=False)

    def keys(self) -> Keys:
        """The keys that apply now."""
        return [("e", "edit it again"), ("Esc", "leave it there")] if self._where else [("Esc", "back")]

    def refuse(self, notice: str) -> None:
        """A key was dropped; there is more to be read here than that."""

    def action_edit_again(self) -> None:
        """Answer that the text is to be edited again; without one, leave."""
        self.dismiss(bool(self._where))
