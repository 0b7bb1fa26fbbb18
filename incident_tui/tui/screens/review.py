"""The review of what is stale: one entry at a time, a key for what becomes of it, and a summary at the end."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal, NamedTuple

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from incident_tui import clock
from incident_tui.format.edit.operations import Archive, Operation, Pin, Reviewed
from incident_tui.format.model.entry import parse_entry
from incident_tui.format.model.located import EntryKey, Target
from incident_tui.format.read.sections import items
from incident_tui.format.sanitize import pluralize
from incident_tui.tui.actions.bindings import Action
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.scroll import ScrollDialog
from incident_tui.tui.rows import Row, ago
from incident_tui.tui.terminal.glyphs import ASCII, Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.entry_header import header
from incident_tui.tui.widgets.rich_view import Rendered

Decision = Literal["kept", "pinned", "summarized", "archived", "skipped"]

BAR = 24
"""Cells of the progress bar."""


class Acted(NamedTuple):
    """What became of an act."""

    refused: str
    """Why it was refused; empty if it wasn't."""
    wrote: bool
    """Whether it changed anything: someone else may have done the same."""


class ReviewActions(NamedTuple):
    """What the review needs of the browser."""

    row: Callable[[Target], Row | None]
    """The row of an entry as it is on disk now; nothing if it is gone."""
    act: Callable[[Operation, Row], Acted]
    """Does something to an entry."""
    summarize: Callable[[Row, Callable[[], None]], str]
    """Asks for a summary, and calls back once it is written; says why not, if it was refused."""
    undo_one: Callable[[], str]
    """Takes the last change back."""
    undo_all: Callable[[], str]
    """Takes all changes of the review back."""
    guard: KeyGuard
    """Keys that were pressed before an entry was painted are not meant for it."""
    remember: Callable[[Target], None]
    """Remembers that an entry was reviewed and stays."""
    forget: Callable[[Target], None]
    """Forgets that again."""
    write_reviewed: bool
    """Whether the file is to say so, too."""
    kept_earlier: int
    """How many stale entries are left out because a review kept them not long ago."""


class Reading(Rendered, can_focus=True, inherit_bindings=False):
    """The entry that is reviewed."""

    PREFIX = "reading"
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"reading--{name}" for name in ("title", "mark", "tag", "dim", "warning")}

    def __init__(self, marks: Glyphs) -> None:
        super().__init__()
        self.marks = marks
        self._row: Row | None = None

    def show(self, row: Row) -> None:
        """Show an entry from its top."""
        self._row = row
        self._draw()
        self.scroll_to(y=0, animate=False, force=True, immediate=True)

    def on_resize(self) -> None:
        """Lines are wrapped at the width."""
        self._draw()

    def _draw(self) -> None:
        if self._row is None or self.room <= 0:
            return
        top = header(self._row, self.marks, clock.today(), self._style)
        self.lay_out(Group(top, Text(), self.body(self._row.entry, self.marks)), self.room)


@dataclass
class Progress:
    """How far a review is."""

    targets: Sequence[Target]
    """The entries that it asks about."""
    decided: list[Decision] = field(default_factory=list)
    """What was decided, entry by entry; those before the first of them that is to be asked are done."""
    wrote: list[bool] = field(default_factory=list)
    """Whether each of these decisions changed the file."""


class Review(ScrollDialog[EntryKey]):
    """One entry after the other. Each decision is written at once; `u` takes the last one back.

    Answers with the entry that is to be shown in the browser.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "keep", show=False),
        Binding("o", "open", "open", show=False),
        Binding("tab", "skip", "skip", show=False),
        Binding("escape,q,ctrl+c", "end", "end", show=False),
    ]

    def __init__(self, progress: Progress, browser: ReviewActions, marks: Glyphs, actions: Iterable[Action]) -> None:
        super().__init__("", marks)
        self._keys = self.bind_actions(actions, "pin", "summarize", "archive", "undo")
        self.acting_keys |= {"enter": "Enter", "tab": "Tab"}
        self._targets, self._decided, self._wrote = progress.targets, progress.decided, progress.wrote
        self._browser = browser
        self._row: Row | None = None

    def body(self) -> ComposeResult:
        """The entry, and in its place at the end what was decided."""
        yield Static("", id="numbers", markup=False)
        yield Reading(self.marks)
        with VerticalScroll(id="result", can_focus=False):
            yield Static("", markup=False)

    def panes(self) -> Iterable[Widget]:
        """What the keys scroll."""
        return [self.query_one(Reading if self._row is not None else "#result")]

    def keys(self) -> Keys:
        """The keys that apply now."""
        if self._row is None:
            return [*[(self._keys["undo"], "undo it all")] * any(self._wrote), ("Enter Esc", "back to the list")]
        acts = [(self._keys[name], name) for name in ("pin", "summarize", "archive")]
        back = [(self._keys["undo"], "back")] * bool(self._decided)
        return [("Enter", "keep"), ("Tab", "skip"), *acts, *back, ("o", "open"), ("Esc", "end")]

    def on_mount(self) -> None:
        """Begin."""
        self._next()

    def _next(self, said: str = "") -> None:
        """Show the next entry, or the summary after the last one."""
        self.complain(said)
        self._row = None
        while len(self._decided) < len(self._targets) and self._row is None:
            self._row = self._browser.row(self._targets[len(self._decided)])
            if self._row is None:  # someone else took it out
                self._note("skipped", False)
        if self._row is None:
            self._finish()
            return
        self._browser.guard.block()
        self.call_after_refresh(self._browser.guard.painted)
        self.query_one("#result").display = False
        self.query_one(Reading).display = True
        self.query_one(Reading).show(self._row)
        done, count = len(self._decided), len(self._targets)
        filled = BAR * done // count
        full, empty = ("#", ".") if self.marks is ASCII else ("━", "─")
        bar = f"{full * filled}{empty * (BAR - filled)}"
        earlier = f", {self._browser.kept_earlier} kept earlier" if self._browser.kept_earlier else ""
        self.set_title(f"Stale: {done + 1} of {count}{earlier}  {bar}")
        self._say("#numbers", numbers(self._row, self.marks, clock.today()))
        self.show_keys()

    def _finish(self) -> None:
        """Show what came of it."""
        self._row = None
        self.set_title(f"Reviewed: {len(self._decided)} of {len(self._targets)}")
        counts = Counter(self._decided)
        self._say("#numbers", f" {self.marks.dot} ".join(f"{count} {what}" for what, count in counts.items()))
        named = [
            f"{what:12}{parse_entry(seen.seen).label}" for what, seen in zip(self._decided, self._targets, strict=False)
        ]
        self._say("#result Static", "\n".join(sorted(named, key=lambda line: line[:12])))
        self.query_one("#result").display = True
        self.query_one(Reading).display = False
        self.show_keys()

    def _note(self, decision: Decision, wrote: bool) -> None:
        self._decided.append(decision)
        self._wrote.append(wrote)

    def _decide(self, decision: Decision, wrote: bool) -> None:
        self._note(decision, wrote)
        self._next()

    def action_keep(self) -> None:
        """It stays as it is, and isn't asked about for a while; after the end, leave."""
        if self._row is None:
            self.dismiss()
            return
        refused, wrote = "", False
        if self._browser.write_reviewed:
            refused, wrote = self._browser.act(Reviewed(clock.today()), self._row)
        if refused:
            self.refuse(refused)
        else:
            self._browser.remember(self._row.target)
            self._decide("kept", wrote)

    def action_skip(self) -> None:
        """Decide another time."""
        if self._row is not None:
            self._decide("skipped", False)

    def action_open(self) -> None:
        """Answer with the entry, to be shown in the browser."""
        if self._row is not None:
            self.dismiss(self._row.key)

    def action_pin(self) -> None:
        """Pin it: it is stale no more."""
        self._act(Pin(), "pinned")

    def action_archive(self) -> None:
        """Move it to the archive."""
        self._act(Archive(), "archived")

    def _act(self, act: Operation, decision: Decision) -> None:
        if self._row is None:
            return
        refused, wrote = self._browser.act(act, self._row)
        if refused:
            self.refuse(refused)
        else:
            self._decide(decision if wrote else "kept", wrote)  # what changed nothing must not be taken back

    def action_summarize(self) -> None:
        """Draft a summary."""
        if self._row is not None:
            self.refuse(self._browser.summarize(self._row, self._summarized))

    def _summarized(self) -> None:
        if self._row is not None:
            self._browser.remember(self._row.target)
        self._decide("summarized", True)

    def action_undo(self) -> None:
        """Take the last decision back; after the end, all that was written."""
        if not self._decided:
            return
        if self._row is None:
            refused = self._browser.undo_all() if any(self._wrote) else ""
            if refused:
                self.refuse(refused)
                return
            while self._decided:
                self._forget_last()
            self.dismiss()
            return
        refused = self._browser.undo_one() if self._wrote[-1] else ""
        if refused:
            self.refuse(refused)
        else:
            self._forget_last()
            self._next()

    def _forget_last(self) -> None:
        if self._decided.pop() in ("kept", "summarized"):
            self._browser.forget(self._targets[len(self._decided)])
        self._wrote.pop()

    def action_end(self) -> None:
        """End here, with the summary of what was decided; there, leave."""
        if self._row is None or not self._decided:
            self.dismiss()
        else:
            self._finish()

    def refuse(self, notice: str) -> None:
        """Say what was not done, and why, until the next decision."""
        self.complain(notice)

    def _say(self, where: str, message: str) -> None:
        self.query_one(where, Static).update(message)


def numbers(row: Row, marks: Glyphs, today: date) -> str:
    """What the file says of an entry's use: age, uses, last use, open items."""
    entry = row.entry
    waiting = sum(item.open for item in items(entry))
    said = [
        f"written {ago(entry.day, today)}" if entry.day else "",
        f"used {entry.used}{marks.times}",
        f"last used {ago(entry.last_used, today)}" if entry.last_used else "no last use noted",
        pluralize(waiting, "open item", "open items"),
    ]
    return f" {marks.dot} ".join(part for part in said if part)
