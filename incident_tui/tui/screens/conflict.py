"""Two texts of one entry, where someone else changed what was about to be moved: the person chooses."""

import difflib
from typing import ClassVar

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from incident_tui.format.sanitize import sanitize
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.scroll import ScrollDialog
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard


class Conflict(ScrollDialog[bool]):
    """Shows both texts, what differs in bold; answers whether to go on with the one that is there now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "yes", show=False),
        Binding("n", "dismiss", "no", show=False),
    ]

    def __init__(self, name: str, old: str, new: str, yes: str, marks: Glyphs, barrier: KeyGuard) -> None:
        super().__init__(f"Someone else changed {name} meanwhile", marks)
        self._texts = (sanitize(old).splitlines(), sanitize(new).splitlines())
        self._yes = yes
        self._barrier = barrier

    def on_mount(self) -> None:
        """A yes that was typed before the texts were seen answers something else."""
        self.guard(self._barrier, "y")

    def body(self) -> ComposeResult:
        """The text that the person saw next to the present one; the keys scroll both."""
        old, new = self._texts
        with Horizontal(id="texts"):
            for title, own, other in (("As you saw it", old, new), ("As it is now", new, old)):
                with VerticalScroll(can_focus=False):
                    yield Static(Group(Text(title, "bold underline"), *marked(own, other)))

    def keys(self) -> Keys:
        """The keys that apply now."""
        return [("j k", "scroll"), ("y", self._yes), ("n", "leave it as it is")]


def marked(own: list[str], other: list[str]) -> list[Text]:
    """The lines of one text; those that the other one doesn't have are bold."""
    lines = [Text(line, "dim") for line in own]
    for tag, start, end, _, _ in difflib.SequenceMatcher(None, own, other, autojunk=False).get_opcodes():
        if tag != "equal":
            for number in range(start, end):
                lines[number] = Text(own[number], "bold")
    return lines
