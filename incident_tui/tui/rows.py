"""Entries as rows of the list: which there are in a snapshot, what tells them apart, and in which order they stand."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from incident_tui.format.caseless import caseless
from incident_tui.format.edit.archiving import interrupted
from incident_tui.format.model.contents import Location
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.model.overrides import overridden_last, overrides
from incident_tui.storage.snapshot import FileSnapshot, Snapshot

if TYPE_CHECKING:
    from incident_tui.search.entry_table import EntryFields

Scope = Literal["live", "archived", "both"]

SCOPES: tuple[Scope, ...] = ("live", "archived", "both")


class Row(LocatedEntry):
    """An entry as it is listed."""

    __slots__ = ("conflict", "in_force", "interrupted", "number", "original", "twin")

    def __init__(
        self,
        entry: Entry,
        document: Document,
        location: Location = "live",
        file_index: int = 0,
        conflict: int | None = None,
    ) -> None:
        super().__init__(entry, document, location, file_index)
        self.conflict = conflict
        """The line of the conflict markers that it stands under."""
        self.number = 0
        """Position among all rows that are searched together, from 0."""
        self.interrupted = False
        """Whether a move of it was interrupted: it stands in both files."""
        self.original: bool | None = None
        """Whether it is the archived full text of a summary that is live; None before that was looked up."""
        self.twin = False
        """Whether an entry of this identity stands in another of several files, too."""
        self.in_force: Row | None = None
        """The entry of the same key that overrides this one; None where this one is in force."""


Order = Literal["best", "newest", "last used", "most used", "title"]

ORDERS: tuple[Order, ...] = ("best", "newest", "last used", "most used", "title")
"""How a list can be ordered. `best`: as the search ranks, and without a search pinned ones first, then newest."""


def rows(snapshot: Snapshot, scope: Scope | Literal["all"]) -> tuple[Row, ...]:
    """The entries of a scope: pinned ones first, then newest first.

    What stands in both files is listed once, where it is live: an entry whose move was interrupted, and (where both
    files are listed) the full text of a summarized one, which only `all` has.
    """
    locations: Sequence[Location] = (
        ("live",) if scope == "live" else ("archive",) if scope == "archived" else ("live", "archive")
    )
    result: list[Row] = []
    ranks: list[tuple[bool, bytes]] = []
    for file_index, file in enumerate(snapshot.files):
        for row, rank in _ranked(file, locations, file_index):
            if scope == "both" and is_original(row, snapshot.files):
                continue
            result.append(row)
            ranks.append(rank)
    if len(snapshot.files) > 1:
        _mark_twins(result)
    order = sorted(range(len(result)), key=ranks.__getitem__, reverse=True)
    overridden = overrides(result, snapshot.layers)
    for row, winner in overridden.items():
        row.in_force = winner
    listed = tuple(overridden_last((result[index] for index in order), overridden))
    for number, row in enumerate(listed):
        row.number = number
    return listed


def _ranked(
    file: FileSnapshot, locations: Sequence[Location], file_index: int
) -> Iterator[tuple[Row, tuple[bool, bytes]]]:
    """The rows of one file and its archive, each with what puts them in order: whether it is pinned, and the time."""
    halves = list(interrupted(file.contents))
    moving, copies = {live for live, _ in halves}, {copy for _, copy in halves}
    for location in locations:
        document = file.document(location)
        archived = location == "archive"
        pinned = frozenset() if archived else document.pinned
        for entry, stamp in zip(document.entries, document.stamps, strict=True):
            if archived and entry in copies:
                continue
            conflict = document.conflict(entry) if document.conflicts else None
            row = Row(entry, document, location, file_index, conflict)
            row.interrupted = entry in moving
            yield row, (entry.number in pinned, _instant(entry, stamp))


def _instant(entry: Entry, stamp: bytes) -> bytes:
    """What puts an entry in its place by time; for the usual timestamps the heading need not be read."""
    if stamp.endswith(b"Z") and len(stamp) == len("2025-01-05T16:00:00Z"):
        return stamp
    return entry.instant.encode("utf-8", "surrogateescape")


def _mark_twins(listed: Sequence[Row]) -> None:
    """Mark the rows whose identity an entry of another file has, too."""
    first: dict[bytes, int] = {}
    shared = {row.entry.stamp for row in listed if first.setdefault(row.entry.stamp, row.file_index) != row.file_index}
    candidates = [row for row in listed if row.entry.stamp in shared]
    file_indexes: dict[Identity, set[int]] = {}
    for row in candidates:
        file_indexes.setdefault(row.entry.identity, set()).add(row.file_index)
    for row in candidates:
        row.twin = len(file_indexes[row.entry.identity]) > 1


def in_order(listed: tuple[Row, ...], order: Order, facts: "Sequence[EntryFields]") -> tuple[Row, ...]:
    """The rows in an order; equals stay as they are. `facts` are those of all rows of the scope."""
    match order:
        case "newest":
            return tuple(sorted(listed, key=lambda row: row.entry.instant, reverse=True))
        case "last used":
            return tuple(sorted(listed, key=lambda row: facts[row.number].last_used or 0, reverse=True))
        case "most used":
            return tuple(sorted(listed, key=lambda row: facts[row.number].used, reverse=True))
        case "title":
            return tuple(sorted(listed, key=lambda row: caseless(row.entry.title or row.entry.ref or "")))
    return listed


def is_original(row: Row, files: Sequence[FileSnapshot]) -> bool:
    """Whether a row is the archived full text of a summary that is live."""
    if row.original is None:
        live = files[row.file_index].live
        row.original = (
            row.archived
            and row.entry.state == "full"
            and any(entry.state == "summarized" for entry in live.find(row.entry.identity))
        )
    return row.original


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
