"""Two entries are merged: section by section the person chooses whose text is taken, and sees what becomes of it."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.binding import Binding, BindingType

from incident_tui.format.merge.entry import SectionKey
from incident_tui.format.merge.pair import Choice, SectionPair, merge_pair, merged_head, section_pairs
from incident_tui.format.sanitize import one_line, sanitize
from incident_tui.render.layout import wrapped
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.choices import LinesDialog
from incident_tui.tui.rows import Row
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.choices import Line

Source = int | None
"""Whose text is taken: the position of the entry, None for both."""

CYCLE: tuple[Source, ...] = (0, 1, None)


class MergedText(NamedTuple):
    """The answer: which of the two is primary, by its position, and its new text."""

    primary: int
    raw: bytes


class MergeEntries(LinesDialog[MergedText]):
    """Shows the sections of both with the text that is taken; answers with the merged text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "take(0)", "the first one's", show=False),
        Binding("2", "take(1)", "the second one's", show=False),
        Binding("b", "take(None)", "both", show=False),
        Binding("tab", "swap", "keep the other one", show=False),
        Binding("ctrl+s", "write", "merge", show=False),
    ]

    def __init__(self, rows: tuple[Row, Row], titles: tuple[str, str], glyphs: Glyphs, guard: KeyGuard) -> None:
        """`titles` say where each row is, harmless."""
        super().__init__("", glyphs)
        self._entries = rows[0].entry, rows[1].entry
        self._titles = titles
        self._guard = guard
        self._primary = 0
        self._pairs: list[SectionPair] = []
        self._sources: dict[SectionKey, Source] = {}
        """What the person chose."""

    def on_mount(self) -> None:
        """A ctrl+s that was typed before the texts were seen is meant for something else."""
        self.guard_key(self._guard, "ctrl+s")
        self._show(0)

    def _show(self, choice: int | None) -> None:
        primary = self._primary + 1
        self.set_title(f"Merge into {primary} ({self._titles[self._primary]}), archive {3 - primary}")
        self._pairs = section_pairs(self._entries[self._primary], self._entries[1 - self._primary])
        self.list_view.show(list(self.lines()), choice if self._pairs else None)
        self.show_keys()

    def keys(self) -> Keys:
        """The keys that apply now."""
        choose = [("1 2", "whose section"), ("b", "both"), ("j k", "move")] if self._pairs else []
        return [*choose, ("Tab", f"keep {2 - self._primary}"), ("^s", "merge"), ("Esc", "back")]

    def _choice(self, pair: SectionPair) -> Choice:
        if pair.key not in self._sources:
            return pair.default
        source = self._sources[pair.key]
        return "both" if source is None else "primary" if source == self._primary else "other"

    def lines(self) -> Iterator[Line]:
        """The merged heading and metadata, then each section: whose text is taken, and the text."""
        primary, other = self._entries[self._primary], self._entries[1 - self._primary]
        before = {*primary.text.splitlines()}
        for line in merged_head(primary, other).decode("utf-8", "replace").splitlines():
            if line.strip():
                yield Line((("dim" if line in before else "add", f" {one_line(line)}"),))
        eol = b"\n"
        for number, pair in enumerate(self._pairs):
            choice = self._choice(pair)
            text = pair.text(choice, eol).decode("utf-8", "replace")
            yield Line()
            title = one_line(pair.key[0]) or "the text before the sections"
            source = self._source(pair, choice, bool(text.strip()))
            yield Line((("title", f" {title}"), ("mark", f"  {source}")), number)
            for line in sanitize(text).splitlines()[bool(pair.key[0]) :]:
                if line.strip():
                    for piece in wrapped(self.app.console, Text(line), self.list_view.room - 3):
                        yield Line((("", f"   {piece.plain}"),), number)

    def _source(self, pair: SectionPair, choice: Choice, any_text: bool) -> str:
        """Say whose text of a section is taken."""
        primary, other = self._primary + 1, 2 - self._primary
        if pair.same:
            return "the same in both"
        if not any_text:
            return "left out"
        if pair.primary is None or pair.other is None:
            return f"only {primary if pair.other is None else other} has it"
        sources = {"primary": f"{primary}", "other": f"{other}", "both": f"{primary}, then from {other}"}
        return f"from {sources[choice]}"

    def action_take(self, source: Source) -> None:
        """Take the section under the cursor from one entry, or from both."""
        at = self.list_view.chosen
        if at is not None:
            self._sources[self._pairs[at].key] = source
            self._show(at)

    def action_choose(self) -> None:
        """Take the section under the cursor from the next in turn."""
        at = self.list_view.chosen
        if at is not None:
            now = {"primary": self._primary, "other": 1 - self._primary, "both": None}[self._choice(self._pairs[at])]
            self.action_take(CYCLE[(CYCLE.index(now) + 1) % len(CYCLE)])

    def action_swap(self) -> None:
        """Keep the other one."""
        self._primary = 1 - self._primary
        self._show(0)

    def action_write(self) -> None:
        """Answer with the merged text."""
        choices = {pair.key: self._choice(pair) for pair in self._pairs}
        primary, other = self._entries[self._primary], self._entries[1 - self._primary]
        self.dismiss(MergedText(self._primary, merge_pair(primary, other, choices)))
