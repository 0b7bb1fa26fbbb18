"""Two texts beside each other, or one above the other where it is narrow; the lines that differ are bold."""

import difflib
from collections.abc import Sequence

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.widgets import Static

from incident_tui.format.sanitize import sanitize

Pair = tuple[tuple[str, str], tuple[str, str]]
"""Two texts, each behind its title; titles are harmless."""


class PairView(Container):
    """Shows two texts, each in a pane that scrolls."""

    def __init__(self, pair: Pair = (("", ""), ("", ""))) -> None:
        super().__init__()
        self._pair = pair

    def compose(self) -> ComposeResult:
        """Both texts."""
        for text in self._shown():
            with VerticalScroll(can_focus=False):
                yield Static(text)

    def show(self, pair: Pair) -> None:
        """Show two texts from their tops."""
        self._pair = pair
        for pane, text in zip(self.query(VerticalScroll), self._shown(), strict=True):
            pane.query_one(Static).update(text)
            pane.scroll_to(y=0, animate=False, force=True, immediate=True)

    def _shown(self) -> tuple[Group, Group]:
        (title, text), (other_title, other_text) = self._pair
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
