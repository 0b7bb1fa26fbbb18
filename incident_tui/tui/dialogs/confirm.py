"""A question with yes and no. It is asked only before an entry that is meant to stay goes."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static


class ConfirmDialog(ModalScreen[bool]):
    """Asks, and answers true or false."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", show=False),
        Binding("n,escape,q,ctrl+c", "answer(False)", "no", show=False),
    ]

    def __init__(self, asked: str, yes: str) -> None:
        super().__init__()
        self._asked = asked
        self._yes = yes

    def compose(self) -> ComposeResult:
        """The question and the two keys."""
        with Vertical(classes="dialog"):
            yield Static(self._asked, id="asked", markup=False)
            yield Static("")
            yield Static(f"y {self._yes}   n leave it", classes="dialog-label", markup=False)

    def action_answer(self, yes: bool) -> None:
        """Answer."""
        self.dismiss(yes)
