"""The review of duplicates: two entries at a time; one is archived, they are merged, or left."""

from collections.abc import Callable, Iterable
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from incident_tui.format.model.entry import parse_entry
from incident_tui.format.model.located import Target
from incident_tui.search.duplicates import Reason
from incident_tui.tui.actions.bindings import Action
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.pair import WIDTHS
from incident_tui.tui.dialogs.review import Progress, ReviewDialog
from incident_tui.tui.rows import Row
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.pair_view import PairView


class TargetPair(NamedTuple):
    """Two entries as they were when the review began, and why they are a pair."""

    first: Target
    second: Target
    reason: Reason


class PairProgress(Progress[TargetPair]):
    """How far the review is."""

    def __init__(self, subjects: list[TargetPair]) -> None:
        super().__init__(subjects)
        self.replacements: dict[int, tuple[Target, Target]] = {}
        """By the pair's number the entry that went to the archive, and the one that stands for it since then."""


OnDone = Callable[[str], None]
"""Called once a pair was changed, or with why it was not."""


class PairActions(NamedTuple):
    """What the review needs of the browser."""

    rows: Callable[[Target], list[Row]]
    """The rows that an entry may be as it is on disk now; none if it is gone."""
    archive: Callable[[Row, OnDone], None]
    """Moves a row to the archive, a pinned one after a question."""
    merge: Callable[[tuple[Row, Row], Callable[[int, str], None]], str]
    """Asks how two rows are merged, and calls back with the position of the one that stays and why nothing was written;
    says why they can't be merged.
    """
    undo: Callable[[], str]
    """Takes the last change back; says why not, if it was refused."""
    remember: Callable[[TargetPair, bool], None]
    """Remembers that a pair was left as it is, or forgets it."""
    title: Callable[[Row], str]
    """Says where a row is, harmless."""
    guard: KeyGuard
    """Keys that were pressed before a pair was painted are not meant for it."""
    left_earlier: int
    """How many pairs are left out because a review left them not long ago."""


class DuplicateReview(ReviewDialog):
    """One pair after the other. Each decision is one change; `u` takes the last one back."""

    SUBJECTS = "Duplicates"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "leave", "leave both", show=False),
        Binding("1", "keep(0)", "keep the first", show=False),
        Binding("2", "keep(1)", "keep the second", show=False),
        Binding("M", "merge", "merge", show=False),
    ]

    def __init__(self, progress: PairProgress, browser: PairActions, glyphs: Glyphs, actions: Iterable[Action]) -> None:
        earlier = f"{browser.left_earlier} left earlier" if browser.left_earlier else ""
        super().__init__(progress, earlier, browser.guard, glyphs)
        self._keys = self.bind_actions(actions, "undo")
        self.acting_keys |= {"enter": "Enter", "tab": "Tab", "1": "1", "2": "2", "M": "M"}
        self._progress = progress
        self._browser = browser
        self._rows: tuple[Row, Row] | None = None

    def view(self) -> PairView:
        """What shows both texts."""
        return PairView()

    def keys(self) -> Keys:
        """The keys that apply now."""
        undo = [(self._keys["undo"], "back")] * bool(self._decided)
        if self.ended:
            return [*undo, ("Enter Esc", "back to the list")]
        return [
            ("1 2", "keep one, archive the other"),
            ("M", "merge"),
            ("Tab", "skip"),
            *undo,
            ("o", "open"),
            ("Enter", "leave both"),
            ("Esc", "end"),
        ]

    def look_up(self, number: int) -> bool:
        """Look both entries up; whether they are still two, and weren't asked about."""
        pair = self._pair(number)
        firsts = self._browser.rows(pair[0])[:1]
        seconds = [row for row in self._browser.rows(pair[1]) if row not in firsts][:1]
        was_asked = any(set(self._pair(earlier)) == set(pair) for earlier in range(number))
        self._rows = (firsts[0], seconds[0]) if firsts and seconds and not was_asked else None
        return self._rows is not None

    def _pair(self, number: int) -> tuple[Target, Target]:
        subject = self._progress.subjects[number]
        return self._now(subject.first), self._now(subject.second)

    def _now(self, target: Target) -> Target:
        """The entry that stands for another one since that was archived."""
        for archived, primary in self._progress.replacements.values():
            target = primary if target == archived else target
        return target

    def show_subject(self) -> None:
        """Show both texts."""
        if self._rows is not None:
            first, second = self._rows
            texts = first.entry.text, second.entry.text
            titles = [f"{number}  {self._browser.title(row)}" for number, row in enumerate(self._rows, start=1)]
            self.query_one(PairView).show(((titles[0], texts[0]), (titles[1], texts[1])))

    def subtitle(self) -> str:
        """Why they are a pair."""
        return self._progress.subjects[len(self._decided)].reason

    def label(self, number: int) -> str:
        """The label of the entry that went, or the labels of both."""
        pair = self._progress.subjects[number]
        archived, primary = self._progress.replacements.get(number, (pair.first, pair.second))
        labels = [parse_entry(target.seen).label for target in (archived, primary)]
        return labels[0] if self._decided[number] == "archived" or labels[0] == labels[1] else " | ".join(labels)

    def finish(self) -> None:
        """Show what came of it."""
        self._rows = None
        super().finish()

    def action_leave(self) -> None:
        """Leave both as they are, and don't ask about them for a while; after the end, go back."""
        if self.ended:
            self.dismiss()
            return
        self._browser.remember(self._progress.subjects[len(self._decided)], True)
        self.decide("left", False)

    def action_open(self) -> None:
        """Answer with the first entry, to be shown in the browser."""
        if self._rows is not None:
            self.dismiss(self._rows[0].key)

    def action_keep(self, position: int) -> None:
        """Archive the other one."""
        if self._rows is not None:
            self._browser.archive(
                self._rows[1 - position], lambda refused: self._changed("archived", position, refused)
            )

    def action_merge(self) -> None:
        """Ask what the merged entry takes from each."""
        if self._rows is not None:
            self.refuse(
                self._browser.merge(self._rows, lambda position, refused: self._changed("merged", position, refused))
            )

    def _changed(self, decision: str, position: int, refused: str) -> None:
        """Go on after one was archived and the one in this position stays, or show both as they are now."""
        if refused:
            self.next(refused)
            return
        pair = self._pair(len(self._decided))
        self._progress.replacements[len(self._decided)] = pair[1 - position], pair[position]
        self.decide(decision, True)

    def action_undo(self) -> None:
        """Take the last decision back, and ask again."""
        while self._decided:
            refused = self._browser.undo() if self._wrote[-1] else ""
            if refused:
                self.refuse(refused)
                return
            self._wrote.pop()
            if self._decided.pop() == "left":
                self._browser.remember(self._progress.subjects[len(self._decided)], False)
            self._progress.replacements.pop(len(self._decided), None)
            if self.look_up(len(self._decided)):
                self.next()
                return
