"""The review of what is stale: one entry at a time, a key for what becomes of it, and a summary at the end."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import ClassVar, NamedTuple

from rich.console import Group
from rich.text import Text
from textual.binding import Binding, BindingType

from incident_tui import clock
from incident_tui.format.edit.operations import Archive, Operation, Pin, Reviewed
from incident_tui.format.model.entry import parse_entry
from incident_tui.format.model.located import Target
from incident_tui.format.read.sections import items
from incident_tui.format.sanitize import pluralize
from incident_tui.tui.actions.bindings import Action
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.review import Progress, ReviewDialog
from incident_tui.tui.rows import Row, ago
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.entry_header import header
from incident_tui.tui.widgets.rich_view import Rendered


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

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.glyphs = glyphs
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
        top = header(self._row, self.glyphs, clock.today(), self._style)
        self.lay_out(Group(top, Text(), self.body(self._row.entry, self.glyphs)), self.room)


class Review(ReviewDialog):
    """One entry after the other. Each decision is written at once; `u` takes the last one back."""

    SUBJECTS = "Stale"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "keep", "keep", show=False)]

    def __init__(
        self, progress: Progress[Target], browser: ReviewActions, glyphs: Glyphs, actions: Iterable[Action]
    ) -> None:
        earlier = f"{browser.kept_earlier} kept earlier" if browser.kept_earlier else ""
        super().__init__(progress, earlier, browser.guard, glyphs)
        self._keys = self.bind_actions(actions, "pin", "summarize", "archive", "undo")
        self.acting_keys |= {"enter": "Enter", "tab": "Tab"}
        self._targets = progress.subjects
        self._browser = browser
        self._row: Row | None = None

    def view(self) -> Reading:
        """What shows the entry."""
        return Reading(self.glyphs)

    def keys(self) -> Keys:
        """The keys that apply now."""
        if self.ended:
            return [*[(self._keys["undo"], "undo it all")] * any(self._wrote), ("Enter Esc", "back to the list")]
        acts = [(self._keys[name], name) for name in ("pin", "summarize", "archive")]
        back = [(self._keys["undo"], "back")] * bool(self._decided)
        return [("Enter", "keep"), ("Tab", "skip"), *acts, *back, ("o", "open"), ("Esc", "end")]

    def look_up(self, number: int) -> bool:
        """Look an entry up; whether it is still there."""
        self._row = self._browser.row(self._targets[number])
        return self._row is not None

    def show_subject(self) -> None:
        """Show the entry."""
        if self._row is not None:
            self.query_one(Reading).show(self._row)

    def subtitle(self) -> str:
        """What the file says of the entry's use."""
        return numbers(self._row, self.glyphs, clock.today()) if self._row is not None else ""

    def label(self, number: int) -> str:
        """The entry's label."""
        return parse_entry(self._targets[number].seen).label

    def finish(self) -> None:
        """Show what came of it."""
        self._row = None
        super().finish()

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
            self.decide("kept", wrote)

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

    def _act(self, act: Operation, decision: str) -> None:
        if self._row is None:
            return
        refused, wrote = self._browser.act(act, self._row)
        if refused:
            self.refuse(refused)
        else:
            self.decide(decision if wrote else "kept", wrote)  # what changed nothing must not be taken back

    def action_summarize(self) -> None:
        """Draft a summary."""
        if self._row is not None:
            self.refuse(self._browser.summarize(self._row, self._summarized))

    def _summarized(self) -> None:
        if self._row is not None:
            self._browser.remember(self._row.target)
        self.decide("summarized", True)

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
            self.next()

    def _forget_last(self) -> None:
        if self._decided.pop() in ("kept", "summarized"):
            self._browser.forget(self._targets[len(self._decided)])
        self._wrote.pop()


def numbers(row: Row, glyphs: Glyphs, today: date) -> str:
    """What the file says of an entry's use: age, uses, last use, open items."""
    entry = row.entry
    waiting = sum(item.open for item in items(entry))
    counts = [
        f"written {ago(entry.day, today)}" if entry.day else "",
        f"used {entry.used}{glyphs.times}",
        f"last used {ago(entry.last_used, today)}" if entry.last_used else "last used: unknown",
        pluralize(waiting, "open item", "open items"),
    ]
    return f" {glyphs.dot} ".join(part for part in counts if part)
