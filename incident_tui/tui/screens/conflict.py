"""Two texts of one entry, where someone else changed what was about to be moved: the person chooses."""

import difflib
from typing import ClassVar

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from incident_tui.format.sanitize import sanitize


class Conflict(ModalScreen[bool]):
    """Shows both texts, what differs in bold; answers whether to go on with the one that is there now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", show=False),
        Binding("n,escape,q,ctrl+c", "answer(False)", "no", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
    ]

    def __init__(self, name: str, seen: str, now: str, yes: str) -> None:
        super().__init__()
        self._name_shown = name
        self._texts = (sanitize(seen).splitlines(), sanitize(now).splitlines())
        self._yes = yes

    def compose(self) -> ComposeResult:
        """The text that was seen beside the one that is there now."""
        seen, now = self._texts
        with Vertical(classes="dialog"):
            yield Static(f"Someone else changed {self._name_shown} meanwhile", classes="dialog-title", markup=False)
            with Horizontal(id="texts"):
                for title, own, other in (("As you saw it", seen, now), ("As it is now", now, seen)):
                    with VerticalScroll():
                        yield Static(Group(Text(title, "bold underline"), *marked(own, other)))
            keys = f"y {self._yes}   n leave it as it is   j k scroll"
            yield Static(keys, classes="dialog-keys", markup=False)

    def action_answer(self, yes: bool) -> None:
        """Answer."""
        self.dismiss(yes)

    def action_scroll(self, lines: int) -> None:
        """Scroll both."""
        for pane in self.query(VerticalScroll):
            pane.scroll_relative(y=lines, animate=False)


def marked(own: list[str], other: list[str]) -> list[Text]:
    """The lines of one text; those that the other one doesn't have are bold."""
    lines = [Text(line, "dim") for line in own]
    for tag, start, end, _, _ in difflib.SequenceMatcher(None, own, other, autojunk=False).get_opcodes():
        if tag != "equal":
            for number in range(start, end):
                lines[number] = Text(own[number], "bold")
    return lines
