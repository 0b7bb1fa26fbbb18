"""The reactive model: the snapshot that is on disk, what is asked of it, and what is listed.

The list and the detail watch it and show nothing else. It changes only after storage has written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from textual.reactive import reactive
from textual.widget import Widget

from incident_tui.kb.change import Place
from incident_tui.kb.edit import Target
from incident_tui.kb.entry import Entry, Identity
from incident_tui.kb.moves import interrupted
from incident_tui.search.index import Index, Record
from incident_tui.storage.base import Snapshot

Scope = Literal["live", "archived", "both"]

SCOPES: tuple[Scope, ...] = ("live", "archived", "both")


class Key(NamedTuple):
    """What tells a row from all others, in this snapshot and the next."""

    place: Place
    identity: Identity
    nth: int
    """Which one of several with the same identity, from 0."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it is listed."""

    key: Key
    entry: Entry
    id: str
    conflict: int | None = None
    """The line of the conflict markers that it stands under."""
    interrupted: bool = False
    """Whether a move of it was interrupted: it stands in both files."""

    @property
    def archived(self) -> bool:
        """Whether the entry stands in the archive."""
        return self.key.place == "archive"

    @property
    def target(self) -> Target:
        """The entry as it was seen, for an edit."""
        return Target(self.key.place, self.entry.identity, self.entry.raw)


class Model(Widget):
    """What all parts of the screen share. It draws nothing."""

    DEFAULT_CSS = "Model { display: none; }"

    snapshot: reactive[Snapshot | None] = reactive(None, init=False)
    """Both files, as they are on disk."""
    query_text: reactive[str] = reactive("", init=False)
    """What is searched for."""
    scope: reactive[Scope] = reactive("live", init=False)
    """Which of the two files are listed."""
    listing: reactive[tuple[Row, ...]] = reactive((), init=False)
    """The rows that answer, in the order in which they are shown."""
    current: reactive[Row | None] = reactive(None, init=False)
    """The row that the cursor is on; acts apply to it."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._left: dict[Scope, Key] = {}
        """Where the cursor was when a scope was left."""
        self._index: Index | None = None

    def load(self, snapshot: Snapshot, *, follow: Key | None = None) -> None:
        """Show a new snapshot.

        The cursor stays on its entry, or goes to `follow`. Where that is not listed, it stays on its line,
        to which the next entry has moved up.
        """
        self.set_reactive(Model.snapshot, snapshot)
        self._rows = rows(snapshot, self.scope)
        self._index = None
        self._list(follow or (self.current.key if self.current else None))
        self.mutate_reactive(Model.snapshot)

    def watch_query_text(self) -> None:
        """A new query puts the cursor on the best match."""
        self._list(None if self.query_text.strip() else (self.current.key if self.current else None))

    def watch_scope(self, before: Scope) -> None:
        """Another scope lists other rows. Back in one, the cursor is where it was, unless it was moved since."""
        if self.snapshot is None:
            return
        key = self.current.key if self.current else None
        if key is not None:
            self._left[before] = key
        self._rows = rows(self.snapshot, self.scope)
        self._index = None
        listed = {row.key for row in self._rows}
        self._list(key if key in listed else self._left.get(self.scope, key))

    def select(self, position: int) -> None:
        """Put the cursor on the row at a position of the listing, or the nearest there is."""
        if self.listing:
            self.current = self.listing[max(0, min(position, len(self.listing) - 1))]

    def select_id(self, place: Place, name: str) -> None:
        """Put the cursor on the entry of this id, if it is listed."""
        self.current = next((row for row in self.listing if (row.key.place, row.id) == (place, name)), self.current)

    @property
    def position(self) -> int:
        """Where the cursor is in the listing."""
        if self.current is not None:
            for position, row in enumerate(self.listing):
                if row is self.current:
                    return position
        return 0

    def spans(self, text: str) -> list[tuple[int, int]]:
        """The parts of a text that the query matches, in characters."""
        return self._searched().spans(self.query_text, text) if self.query_text.strip() else []

    def _list(self, keep: Key | None) -> None:
        before = self.position
        listing = self._rows
        if self.query_text.strip():
            listing = tuple(self._rows[hit.row] for hit in self._searched().search(self.query_text))
        kept = next((row for row in listing if row.key == keep), None)
        if kept is None and keep is not None:
            kept = next((row for row in listing if row.key.identity == keep.identity), None)
        if kept is None and listing:
            kept = listing[min(before, len(listing) - 1) if keep is not None else 0]
        self.set_reactive(Model.current, kept)
        self.set_reactive(Model.listing, listing)
        self.mutate_reactive(Model.listing)
        self.mutate_reactive(Model.current)

    def _searched(self) -> Index:
        if self._index is None:
            self._index = Index([_record(row) for row in self._rows])
        return self._index


def rows(snapshot: Snapshot, scope: Scope) -> tuple[Row, ...]:
    """The entries of a scope: pinned ones first, then newest first.

    What stands in both files is listed once, where it is live: an entry whose move was interrupted, and (where both
    files are listed) the full text of a summarized one.
    """
    found: list[Row] = []
    halves = list(interrupted(snapshot.base))
    moving, copies = {live for live, _ in halves}, {copy for _, copy in halves}
    places: Sequence[Place] = ("live", "archive") if scope == "both" else ("live",) if scope == "live" else ("archive",)
    for place in places:
        document = snapshot.document(place)
        seen: dict[Identity, int] = {}
        for entry, name in zip(document.entries, document.ids, strict=True):
            nth = seen.get(entry.identity, 0)
            seen[entry.identity] = nth + 1
            if place == "archive" and (entry in copies or (scope == "both" and _summarized(snapshot, entry))):
                continue
            conflict = document.conflict(entry)
            found.append(Row(Key(place, entry.identity, nth), entry, name, conflict, entry in moving))
    found.sort(key=lambda row: row.entry.timestamp, reverse=True)
    found.sort(key=lambda row: not (row.entry.pinned and not row.archived))
    return tuple(found)


def _summarized(snapshot: Snapshot, original: Entry) -> bool:
    """Whether a summary of this archived entry is in the live file."""
    return original.state == "full" and any(
        entry.state == "summarized" for entry in snapshot.live.find(original.identity)
    )


def ago(day: date, today: date) -> str:
    """How long ago a day was, as people say it."""
    days = (today - day).days
    if days < 0:
        return f"on {day.isoformat()}"
    if days < 2:
        return ("today", "yesterday")[days]
    for unit, length, most in (("day", 1, 14), ("week", 7, 9), ("month", 30.44, 24), ("year", 365.25, 1000)):
        count = round(days / length)
        if count < most:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return f"on {day.isoformat()}"


def _record(row: Row) -> Record:
    entry = row.entry
    return Record(entry.ref or "", entry.title, entry.tags, entry.timestamp, entry.pinned)
