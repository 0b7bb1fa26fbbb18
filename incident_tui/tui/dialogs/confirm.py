"""A question with yes and no. It is asked only before an entry that is meant to stay goes."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from incident_tui.tui.dialogs.base import Dialog, Keys
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard


class ConfirmDialog(Dialog[bool]):
    """Asks, and answers true, or None."""

    POPUP = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "yes", show=False),
        Binding("n", "dismiss", "no", show=False),
    ]

    def __init__(self, title: str, question: str, yes: str, glyphs: Glyphs, guard: KeyGuard) -> None:
        """`yes` says what will be done then."""
        super().__init__(title, glyphs)
        self._guard = guard
        self._question = question
        self._yes = yes

    def on_mount(self) -> None:
        """A yes that was typed before the question was seen answers something else."""
        self.guard_key(self._guard, "y")

    def body(self) -> ComposeResult:
        """The question."""
        yield Static(self._question, id="question", markup=False)

    def keys(self) -> Keys:
        """The keys that apply now."""
        return [("y", self._yes), ("n", "leave it")]
