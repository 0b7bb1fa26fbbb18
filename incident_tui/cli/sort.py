"""The order in which entries are listed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from incident_tui.cli import output
from incident_tui.cli.parser import UsageError
from incident_tui.format.caseless import caseless
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.model.overrides import overridden_last, overrides

if TYPE_CHECKING:
    from datetime import date

    from incident_tui.search.entry_table import News
    from incident_tui.search.index.headings import SearchRecord
    from incident_tui.search.query import Query


def parsed_query(text: str, today: "date") -> "Query | None":
    """Parse a query; None if it is empty. Hints on likely mistakes are printed.

    Raises `UsageError` for a filter with a value that it doesn't take: without it the query would find more.
    """
    from incident_tui.search.query import parse

    query = parse(text, today)
    if query.problems:
        raise UsageError(*(notice.message for notice in sorted(query.problems)))
    for notice in sorted(query.hints):
        output.print_error(notice.message)
    return query if query.asks else None


def ordered(
    named: Sequence[LocatedEntry],
    query: "Query | None",
    sort: str | None,
    stale_days: int | None = None,
    names: Sequence[str] = ("",),
    synonyms: Mapping[str, Sequence[str]] | None = None,
    layers: Sequence[str] = (),
    news: "News | None" = None,
    hints: bool = True,
) -> list[LocatedEntry]:
    """The entries that answer a query (nothing: all), in the order wanted.

    Without an order: best first, or (where no word is asked for) pinned first and then newest. Equals stand
    newest first. An entry is stale after so many days without use; nothing is the usual number. `names` are
    what the files are called, `synonyms` those that the user added, `layers` what
    they are of, `news` says which entries others added or changed. What is overridden stands behind the entry in force.
    With `hints` it is said on stderr what a query that finds nothing may have meant, that all matches are weak, and
    which words no entry matches.
    """
    result = sorted(named, key=lambda located: located.entry.instant, reverse=True)
    if sort is None:
        result.sort(key=lambda located: not located.entry.pinned)
    if query is not None:
        from incident_tui.format.model.entry import STALE_DAYS
        from incident_tui.search.engine import Search
        from incident_tui.search.synonyms import Synonyms

        search = Search(
            result,
            names=names,
            layers=layers,
            stale_days=stale_days or STALE_DAYS,
            synonyms=Synonyms(synonyms),
            news=news,
        )
        if query.reads_bodies:
            search.finish()
        hits = search.find(query)
        rows = hits.rows
        if hints and hits.weak:
            output.print_error("weak matches only: in each of them words are missing or spelt otherwise")
        if hints and hits.unmatched and not query.hints:  # what was maybe meant otherwise is said already
            from incident_tui.search.query import explain_unmatched

            output.print_error(explain_unmatched(hits.unmatched))
        if hints and result and not rows:
            from incident_tui.search.query_completion import nearest_values

            for hint in nearest_values(query, search):
                output.print_error(hint)
        result = [result[row] for row in rows]
    if sort is not None:
        _sort(result, sort)
        return result
    return overridden_last(result, overrides(result, layers))


def records(named: Sequence[LocatedEntry]) -> "list[SearchRecord]":
    """Return the searchable fields of entries."""
    from incident_tui.search.index.headings import SearchRecord

    return [
        SearchRecord(
            located.entry.ref or "",
            located.entry.title,
            located.entry.tags,
            located.entry.instant,
            located.entry.pinned,
        )
        for located in named
    ]


def _sort(entries: list[LocatedEntry], sort: str) -> None:
    entries.sort(key=lambda located: located.entry.instant, reverse=True)
    match sort:
        case "oldest":
            entries.sort(key=lambda located: located.entry.instant)
        case "used":
            entries.sort(key=lambda located: located.entry.used, reverse=True)
        case "last-used":
            entries.sort(key=lambda located: str(located.entry.last_used or ""), reverse=True)
        case "title":
            entries.sort(key=lambda located: (not located.entry.title, caseless(located.entry.title)))
