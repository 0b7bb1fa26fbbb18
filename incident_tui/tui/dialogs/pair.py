"""Two texts beside each other, or one above the other where it is narrow; the lines that differ are bold."""

import difflib
from collections.abc import Sequence

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.screen import ScreenResultType
from textual.widgets import Static

from incident_tui.format.sanitize import sanitize
from incident_tui.tui.dialogs.scroll import ScrollDialog

Pair = tuple[tuple[str, str], tuple[str, str]]
"""Two texts, each behind its title; titles are harmless."""


class PairDialog(ScrollDialog[ScreenResultType]):
    """Shows the two texts that `pair` returns; the keys scroll both."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal")]  # noqa: RUF012

    def pair(self) -> Pair:
        """The texts that are shown now."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """Both texts."""
        with Container(id="texts"):
            for shown in self._shown():
                with VerticalScroll(can_focus=False):
                    yield Static(shown)

    def show_pair(self) -> None:
        """Show what `pair` returns by now, from the top."""
        for pane, shown in zip(self.panes(), self._shown(), strict=True):
            pane.query_one(Static).update(shown)
            pane.scroll_to(y=0, animate=False, force=True, immediate=True)

    def _shown(self) -> tuple[Group, Group]:
        (title, text), (other_title, other_text) = self.pair()
        lines, other_lines = sanitize(text).splitlines(), sanitize(other_text).splitlines()
        return (
            Group(Text(title, "bold underline"), *marked(lines, other_lines)),
            Group(Text(other_title, "bold underline"), *marked(other_lines, lines)),
        )


def marked(own: Sequence[str], other: Sequence[str]) -> list[Text]:
    """The lines of one text; those that the other one doesn't have are bold."""
    lines = [Text(line, "dim") for line in own]
    for tag, start, end, _, _ in difflib.SequenceMatcher(None, own, other, autojunk=False).get_opcodes():
        if tag != "equal":
            for number in range(start, end):
                lines[number] = Text(own[number], "bold")
    return lines
