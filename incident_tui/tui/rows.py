"""Entries as rows of the list: which there are in a snapshot, what tells them apart, and in which order they stand."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from incident_tui.format.caseless import caseless
from incident_tui.format.edit.archiving import interrupted
from incident_tui.format.model.contents import Location, Target
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity
from incident_tui.storage.snapshot import FileSnapshot, Snapshot

if TYPE_CHECKING:
    from incident_tui.search.entry_table import EntryFields

Scope = Literal["live", "archived", "both"]

SCOPES: tuple[Scope, ...] = ("live", "archived", "both")


class RowKey(NamedTuple):
    """What tells a row from all others, in this snapshot and the next."""

    place: Location
    identity: Identity
    nth: int
    """Which one of several with the same identity, from 0."""
    part: int = 0
    """In which of several files."""


class Row:
    """One entry as it is listed. There may be very many, so it holds no more than it must."""

    __slots__ = ("archived", "conflict", "document", "entry", "interrupted", "number", "part", "twin")

    def __init__(
        self, document: Document, entry: Entry, archived: bool = False, conflict: int | None = None, part: int = 0
    ) -> None:
        self.document = document
        self.entry = entry
        self.archived = archived
        """Whether the entry stands in the archive."""
        self.conflict = conflict
        """The line of the conflict markers that it stands under."""
        self.part = part
        """In which of several files."""
        self.number = 0
        """Position among all rows of its scope, from 0."""
        self.interrupted = False
        """Whether a move of it was interrupted: it stands in both files."""
        self.twin = False
        """Whether an entry of this identity stands in another of several files, too."""

    @property
    def place(self) -> Location:
        """In which of the two files the entry is."""
        return "archive" if self.archived else "live"

    @property
    def key(self) -> RowKey:
        """What tells it from all others."""
        return RowKey(self.place, self.entry.identity, self.document.nth(self.entry), self.part)

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.document.id(self.entry)

    @property
    def target(self) -> Target:
        """The entry as it was seen, for an edit."""
        return Target.of(self.place, self.entry, self.part)


Order = Literal["best", "newest", "last used", "most used", "title"]

ORDERS: tuple[Order, ...] = ("best", "newest", "last used", "most used", "title")
"""How a list can be ordered. `best`: as the search ranks, and without a search pinned ones first, then newest."""


def rows(snapshot: Snapshot, scope: Scope) -> tuple[Row, ...]:
    """The entries of a scope: pinned ones first, then newest first.

    What stands in both files is listed once, where it is live: an entry whose move was interrupted, and (where both
    files are listed) the full text of a summarized one.
    """
    found: list[Row] = []
    ranks: list[tuple[bool, bytes]] = []
    for part, file in enumerate(snapshot.files):
        for row, rank in _ranked(file, scope, part):
            found.append(row)
            ranks.append(rank)
    if len(snapshot.files) > 1:
        _mark_twins(found)
    order = sorted(range(len(found)), key=ranks.__getitem__, reverse=True)
    listed = tuple(found[index] for index in order)
    for number, row in enumerate(listed):
        row.number = number
    return listed


def _ranked(file: FileSnapshot, scope: Scope, part: int) -> Iterator[tuple[Row, tuple[bool, bytes]]]:
    """The rows of one file and its archive, each with what puts them in order: whether it is pinned, and the time."""
    halves = list(interrupted(file.contents))
    moving, copies = {live for live, _ in halves}, {copy for _, copy in halves}
    places: Sequence[Location] = (
        ("live", "archive") if scope == "both" else ("live",) if scope == "live" else ("archive",)
    )
    for place in places:
        document = file.document(place)
        archived = place == "archive"
        pinned = frozenset() if archived else document.pinned
        for entry, stamp in zip(document.entries, document.stamps, strict=True):
            if archived and (entry in copies or (scope == "both" and _summarized(file, entry))):
                continue
            row = Row(document, entry, archived, document.conflict(entry) if document.conflicts else None, part)
            row.interrupted = entry in moving
            yield row, (entry.number in pinned, _instant(entry, stamp))


def _instant(entry: Entry, stamp: bytes) -> bytes:
    """What puts an entry in its place by time; for the usual timestamps the heading need not be read."""
    if stamp.endswith(b"Z") and len(stamp) == len("2025-01-05T16:00:00Z"):
        return stamp
    return entry.instant.encode("utf-8", "surrogateescape")


def _mark_twins(found: Sequence[Row]) -> None:
    """Mark the rows whose identity an entry of another file has, too."""
    parts: dict[bytes, int] = {}
    shared = {row.entry.stamp for row in found if parts.setdefault(row.entry.stamp, row.part) != row.part}
    named: dict[Identity, set[int]] = {}
    held = [row for row in found if row.entry.stamp in shared]
    for row in held:
        named.setdefault(row.entry.identity, set()).add(row.part)
    for row in held:
        row.twin = len(named[row.entry.identity]) > 1


def in_order(found: tuple[Row, ...], order: Order, facts: "Sequence[EntryFields]") -> tuple[Row, ...]:
    """The rows in an order; equals stay as they are. `facts` are those of all rows of the scope."""
    match order:
        case "newest":
            return tuple(sorted(found, key=lambda row: row.entry.instant, reverse=True))
        case "last used":
            return tuple(sorted(found, key=lambda row: facts[row.number].last_used or 0, reverse=True))
        case "most used":
            return tuple(sorted(found, key=lambda row: facts[row.number].used, reverse=True))
        case "title":
            return tuple(sorted(found, key=lambda row: caseless(row.entry.title or row.entry.ref or "")))
    return found


def _summarized(file: FileSnapshot, original: Entry) -> bool:
    """Whether a summary of this archived entry is in the live file."""
    return original.state == "full" and any(entry.state == "summarized" for entry in file.live.find(original.identity))


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
