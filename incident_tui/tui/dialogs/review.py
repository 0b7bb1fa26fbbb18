"""A review: one subject at a time, a key for what becomes of it, and a summary at the end."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from incident_tui.format.model.located import EntryKey
from incident_tui.tui.dialogs.scroll import ScrollDialog
from incident_tui.tui.terminal.glyphs import ASCII, Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard

Subject = TypeVar("Subject")

BAR = 24
"""Cells of the progress bar."""


@dataclass
class Progress(Generic[Subject]):
    """How far a review is."""

    subjects: Sequence[Subject]
    """What it asks about."""
    decided: list[str] = field(default_factory=list)
    """What was decided, subject by subject; those before the first of them that is to be asked are done."""
    wrote: list[bool] = field(default_factory=list)
    """Whether each of these decisions changed a file."""


class ReviewDialog(ScrollDialog[EntryKey]):
    """One subject after the other. Each decision is written at once.

    Answers with the entry that is to be shown in the browser.
    """

    SUBJECTS: ClassVar[str]
    """What the title calls them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open", show=False),
        Binding("tab", "skip", "skip", show=False),
        Binding("escape,q,ctrl+c", "end", "end", show=False),
    ]

    def __init__(self, progress: Progress[Any], earlier: str, guard: KeyGuard, glyphs: Glyphs) -> None:
        """`earlier` is said of those that are left out; of keys the `guard` drops those that were pressed before a
        subject was painted.
        """
        super().__init__("", glyphs)
        self._decided, self._wrote, self._count = progress.decided, progress.wrote, len(progress.subjects)
        self._earlier = f", {earlier}" if earlier else ""
        self._guard = guard
        self.ended = False
        """Whether the summary is shown."""

    # For each kind of review

    def view(self) -> Widget:
        """A new widget that shows the subject."""
        raise NotImplementedError

    def look_up(self, number: int) -> bool:
        """Look a subject up as it is on disk now; whether it is still there."""
        raise NotImplementedError

    def show_subject(self) -> None:
        """Show the subject that was looked up."""
        raise NotImplementedError

    def subtitle(self) -> str:
        """The line above the subject."""
        raise NotImplementedError

    def label(self, number: int) -> str:
        """What the summary calls a subject, harmless."""
        raise NotImplementedError

    def action_open(self) -> None:
        """Answer with the entry that is to be shown in the browser."""
        raise NotImplementedError

    # The way through

    def body(self) -> ComposeResult:
        """The subject, and in its place at the end what was decided."""
        yield Static("", id="numbers", markup=False)
        self._view = self.view()
        yield self._view
        with VerticalScroll(id="result", can_focus=False):
            yield Static("", markup=False)

    def panes(self) -> Iterable[Widget]:
        """What the keys scroll."""
        return [self.query_one("#result")] if self.ended else [self._view]

    def on_mount(self) -> None:
        """Begin."""
        self.next()

    def next(self, refused: str = "") -> None:
        """Show the next subject as it is now, or the summary after the last one."""
        self.complain(refused)
        while len(self._decided) < self._count and not self.look_up(len(self._decided)):
            self.note("skipped", False)  # someone else took it out
        if len(self._decided) == self._count:
            self.finish()
            return
        self.ended = False
        self._guard.block()
        self.call_after_refresh(self._guard.painted)
        self.query_one("#result").display = False
        self._view.display = True
        self.show_subject()
        decided = len(self._decided)
        filled = BAR * decided // self._count
        full, empty = ("#", ".") if self.glyphs is ASCII else ("━", "─")
        bar = f"{full * filled}{empty * (BAR - filled)}"
        self.set_title(f"{self.SUBJECTS}: {decided + 1} of {self._count}{self._earlier}  {bar}")
        self._say("#numbers", self.subtitle())
        self.show_keys()

    def finish(self) -> None:
        """Show what came of it."""
        self.ended = True
        self.set_title(f"Reviewed: {len(self._decided)} of {self._count}")
        counts = Counter(self._decided)
        self._say("#numbers", f" {self.glyphs.dot} ".join(f"{count} {label}" for label, count in counts.items()))
        lines = [f"{label:12}{self.label(number)}" for number, label in enumerate(self._decided)]
        self._say("#result Static", "\n".join(sorted(lines, key=lambda line: line[:12])))
        self.query_one("#result").display = True
        self._view.display = False
        self.show_keys()

    def note(self, decision: str, wrote: bool) -> None:
        """Note a decision, and whether it changed a file."""
        self._decided.append(decision)
        self._wrote.append(wrote)

    def decide(self, decision: str, wrote: bool) -> None:
        """Note a decision, and go on."""
        self.note(decision, wrote)
        self.next()

    def action_skip(self) -> None:
        """Decide another time."""
        if not self.ended:
            self.decide("skipped", False)

    def action_end(self) -> None:
        """End here, with the summary of what was decided; there, leave."""
        if self.ended or not self._decided:
            self.dismiss()
        else:
            self.finish()

    def refuse(self, notice: str) -> None:
        """Say what was not done, and why, until the next decision."""
        self.complain(notice)

    def _say(self, where: str, message: str) -> None:
        self.query_one(where, Static).update(message)
