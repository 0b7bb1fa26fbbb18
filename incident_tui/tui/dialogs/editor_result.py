"""What became of a text that went to the editor and was not written: why, and where it is kept."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static


class EditorResultDialog(ModalScreen[bool]):
    """Says it in whole, for a path that is cut short leads nowhere; answers whether to edit the text again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "answer(True)", "edit it again", show=False),
        Binding("escape,q,enter,ctrl+c", "answer(False)", "leave", show=False),
    ]

    acting_keys: ClassVar[dict[str, str]] = {"e": "e", "enter": "Enter", "q": "q"}
    """Keys that were pressed before this was on the screen were meant for the editor."""

    def __init__(self, why: str, where: str = "") -> None:
        """Without `where`, there is nothing to be edited again."""
        super().__init__()
        self._why = why
        self._where = where

    def compose(self) -> ComposeResult:
        """Why, where, and the keys."""
        with Vertical(classes="dialog"):
            yield Static(self._why, classes="dialog-error", markup=False)
            if self._where:
                yield Static(self._where, id="where", markup=False)
            keys = "e edit it again   Esc leave it there" if self._where else "Esc back"
            yield Static(keys, classes="dialog-label", markup=False)

    def refuse(self, notice: str) -> None:
        """A key was dropped; there is more to be read here than that."""

    def action_answer(self, again: bool) -> None:
        """Answer."""
        self.dismiss(again and bool(self._where))
