"""The order in which entries are listed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from incident_tui.kb.resolve import Named

if TYPE_CHECKING:
    from incident_tui.search.index import Record
    from incident_tui.search.query import Query


def ordered(
    named: Sequence[Named],
    query: "Query | None",
    sort: str | None,
    stale_days: int | None = None,
    names: Sequence[str] = ("",),
) -> list[Named]:
    """The entries that answer a query (nothing: all), in the order wanted.

    Without an order: best first, or (where no word is asked for) pinned first and then newest. Equals stand
    newest first. An entry is stale after so many days without use; nothing is the usual number. `names` are
    what the files are called.
    """
    found = sorted(named, key=lambda one: one.entry.instant, reverse=True)
    if sort is None:
        found.sort(key=lambda one: not one.entry.pinned)
    if query is not None:
        from incident_tui.kb.entry import STALE_DAYS
        from incident_tui.search.engine import Search, Subject

        subjects = [Subject(one.entry, one.place == "archive", names[one.part]) for one in found]
        search = Search(subjects, stale_days=stale_days or STALE_DAYS)
        if query.reads_bodies:
            search.finish()
        found = [found[row] for row in search.find(query).rows]
    if sort is not None:
        _sort(found, sort)
    return found


def records(named: Sequence[Named]) -> "list[Record]":
    """What is searchable of entries."""
    from incident_tui.search.index import Record

    return [
        Record(one.entry.ref or "", one.entry.title, one.entry.tags, one.entry.instant, one.entry.pinned)
        for one in named
    ]


def _sort(found: list[Named], sort: str) -> None:
    found.sort(key=lambda one: one.entry.instant, reverse=True)
    match sort:
        case "oldest":
            found.sort(key=lambda one: one.entry.instant)
        case "used":
            found.sort(key=lambda one: one.entry.used, reverse=True)
        case "last-used":
            found.sort(key=lambda one: str(one.entry.last_used or ""), reverse=True)
        case "title":
            found.sort(key=lambda one: (not one.entry.title, one.entry.title.casefold()))
