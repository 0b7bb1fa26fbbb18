"""Who changed an entry: its commits in git, newest first."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, takewhile

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.widgets import Static

from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line, pluralize
from incident_tui.storage.git.log import Commit, Log
from incident_tui.tui.background.run import run_in_background
from incident_tui.tui.changed_words import changed_words
from incident_tui.tui.dialogs.scroll import ScrollDialog
from incident_tui.tui.terminal.glyphs import Glyphs

COLOURS = {"-": "red", "+": "green"}
"""How lines are shown that went, and that came."""

SHOWN = 20
"""How many lines of a commit are shown."""


class Blame(ScrollDialog[None]):
    """The commits that changed an entry. They are looked for beside the screen, which can be left meanwhile."""

    def __init__(self, label: str, ask: Callable[[], Log], glyphs: Glyphs) -> None:
        """`label` names the entry, harmless; `ask` takes its time, and may raise `Refused`."""
        super().__init__(f"Who changed {label}", glyphs)
        self._ask = ask

    def content(self) -> str:
        """What is shown until git has answered."""
        return f"asking git{self.glyphs.ellipsis}"

    def on_mount(self) -> None:
        """Ask."""
        run_in_background(self, self._answer, self._show)

    def _answer(self) -> Log | Refused:
        try:
            return self._ask()
        except Refused as refused:
            return refused

    def _show(self, answer: Log | Refused) -> None:
        text = Text(str(answer)) if isinstance(answer, Refused) else log_text(answer)
        self.query_one("#content", Static).update(text)


def log_text(log: Log) -> RenderableType:
    """All commits, below what is not in any."""
    if not log.commits:
        return Text("No commit has this entry yet.")
    first = [Text("Uncommitted changes\n")] if log.uncommitted else []
    last = [Text("Older commits are not shown.", "dim")] if log.more else []
    return Group(*first, *map(commit_text, log.commits), *last)


def commit_text(commit: Commit) -> RenderableType:
    """One commit: a line that says who and why, and what it did to the entry's lines."""
    head = Text.assemble(
        (f"{one_line(commit.when)}  ", "dim"),
        f"{one_line(commit.author)}  ",
        (one_line(commit.subject), "bold"),
        (f"  {one_line(commit.name)}", "dim"),
    )
    if commit.began:
        return Group(head, Text(f"    added, {pluralize(len(commit.lines), 'line', 'lines')}", "dim"), Text())
    lines = Table.grid(padding=0)
    lines.add_column(width=6)
    lines.add_column()
    for sign, text in marked(commit.lines[:SHOWN]):
        lines.add_row(Text(f"    {sign}", COLOURS[sign]), text)
    left = len(commit.lines) - SHOWN
    more = [Text(f"    {pluralize(left, 'more line', 'more lines')}", "dim")] if left > 0 else []
    return Group(head, lines, *more, Text())


def marked(lines: Sequence[str]) -> Iterator[tuple[str, Text]]:
    """Yield the sign and the text of each line, harmless. Of lines that were changed the changed words are bold."""
    signs = [line[0] for line in lines]
    texts = [Text(one_line(line[1:]), COLOURS[line[0]]) for line in lines]
    start = 0
    for _, run in groupby(signs):
        stop = start + len(list(run))
        if signs[start] == "-":
            come = takewhile(lambda number: signs[number] == "+", range(stop, len(lines)))
            for before, after in zip(texts[start:stop], [texts[number] for number in come], strict=False):
                for text, spans in zip((before, after), changed_words(before.plain, after.plain), strict=True):
                    for first, last in spans:
                        text.stylize("bold", first, last)
        start = stop
    yield from zip(signs, texts, strict=True)
