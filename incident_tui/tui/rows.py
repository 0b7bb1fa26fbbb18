"""Entries as rows of the list: which there are in a snapshot, what tells them apart, and in which order they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from incident_tui.kb.change import Place
from incident_tui.kb.edit import Target
from incident_tui.kb.entry import Entry, Identity
from incident_tui.kb.moves import interrupted
from incident_tui.search.facts import Facts
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
    number: int = 0
    """Position among all rows of its scope, from 0."""
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


Order = Literal["best", "newest", "last used", "most used", "title"]

ORDERS: tuple[Order, ...] = ("best", "newest", "last used", "most used", "title")
"""How a list can be ordered. `best`: as the search ranks, and without a search pinned ones first, then newest."""


def rows(snapshot: Snapshot, scope: Scope) -> tuple[Row, ...]:
    """The entries of a scope: pinned ones first, then newest first.

    What stands in both files is listed once, where it is live: an entry whose move was interrupted, and (where both
    files are listed) the full text of a summarized one.
    """
    found: list[tuple[bool, Key, Entry, str, int | None]] = []
    halves = list(interrupted(snapshot.base))
    moving, copies = {live for live, _ in halves}, {copy for _, copy in halves}
    places: Sequence[Place] = ("live", "archive") if scope == "both" else ("live",) if scope == "live" else ("archive",)
    for place in places:
        document = snapshot.document(place)
        pinned = document.pinned if place == "live" else frozenset()
        seen: dict[Identity, int] = {}
        for entry, name in zip(document.entries, document.ids, strict=True):
            identity = entry.identity
            nth = seen.get(identity, 0)
            seen[identity] = nth + 1
            if place == "archive" and (entry in copies or (scope == "both" and _summarized(snapshot, entry))):
                continue
            key = Key(place, identity, nth)
            found.append((entry.number in pinned, key, entry, name, document.conflict(entry)))
    found.sort(key=lambda each: (each[0], each[1].identity.timestamp), reverse=True)
    return tuple(
        Row(key, entry, name, number, conflict, entry in moving)
        for number, (_, key, entry, name, conflict) in enumerate(found)
    )


def in_order(found: tuple[Row, ...], order: Order, facts: Sequence[Facts]) -> tuple[Row, ...]:
    """The rows in an order; equals stay as they are. `facts` are those of all rows of the scope."""
    match order:
        case "newest":
            return tuple(sorted(found, key=lambda row: row.entry.timestamp, reverse=True))
        case "last used":
            return tuple(sorted(found, key=lambda row: facts[row.number].last_used or 0, reverse=True))
        case "most used":
            return tuple(sorted(found, key=lambda row: facts[row.number].used, reverse=True))
        case "title":
            return tuple(sorted(found, key=lambda row: (row.entry.title or row.entry.ref or "").casefold()))
    return found


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
