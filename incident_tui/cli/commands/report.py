"""`report`: the whole in figures, as Markdown for a retro's minutes, as an HTML page, or as JSON."""

import re
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import combining, east_asian_width

from incident_tui import clock
from incident_tui.cli import output
from incident_tui.cli.parser import UsageError
from incident_tui.cli.select import read
from incident_tui.cli.settings import settings
from incident_tui.cli.sort import parsed_query
from incident_tui.format.sanitize import one_line
from incident_tui.storage.user.seen import looked_up_once

if TYPE_CHECKING:
    from incident_tui.format.model.entry import Entry
    from incident_tui.format.model.located import LocatedEntry
    from incident_tui.insights.overview import Figure, OpenItem, Overview, Section
    from incident_tui.storage.snapshot import Snapshot

_BAR = 24
"""Cells of the longest bar."""

_MARKUP = re.compile(r"[\\`*\[\]<>|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w])")
"""What Markdown would take for more than text; an underscore inside a word is none."""


def run(args: Namespace) -> int:
    """Print the report."""
    from incident_tui.format.model.entry import STALE_DAYS
    from incident_tui.insights.overview import each_once, overview

    snapshot = read(args)
    today = clock.today()
    since: date | None = args.since
    if since is not None and since > today:
        raise UsageError(f"--since {since}: that day is still to come")
    entries = each_once(*snapshot.contents)
    stale_days = settings(args, "stale_days").stale_days or STALE_DAYS
    query_text = ""
    if args.query.strip():
        entries, query_text = _found(entries, args.query, today, stale_days, snapshot)
    figures = overview(
        entries,
        today,
        since=since,
        archives=snapshot.archives,
        stale_days=stale_days,
    )
    if args.entries and args.html is None:
        raise UsageError("--entries needs --html (see `incident-tui report --help`)")
    if args.html is not None:
        _write_page(
            args.html, figures, query_text, snapshot, [located.entry for located in entries] if args.entries else None
        )
    elif args.json:
        from incident_tui.cli.json_output import dumps

        output.write(f"{dumps(_object(figures, query_text, snapshot))}\n")
    else:
        output.write("".join(f"{line}\n" for line in _lines(figures, query_text, snapshot, output.unicode())))
    return 0


def _write_page(
    file: str, figures: "Overview", query_text: str, snapshot: "Snapshot", entries: "list[Entry] | None"
) -> None:
    """Write the page to a file, or to standard output if that is `-`. Raises `Refused`."""
    from incident_tui.cli.report_page import page, write_page

    if entries is not None:
        since = str(figures.since or "")
        entries = sorted((entry for entry in entries if entry.instant >= since), key=lambda entry: entry.instant)[::-1]
    text = page(
        f"Incidents, as of {figures.today}", "\n".join(_lines(figures, query_text, snapshot, unicode=True)), entries
    )
    if file == "-":
        output.write_bytes(text.encode("utf-8", "replace"))
    else:
        write_page(Path(file), text)
        output.say_done(f"wrote {file}")


def _found(
    entries: "list[LocatedEntry]", text: str, today: date, stale_days: int, snapshot: "Snapshot"
) -> "tuple[list[LocatedEntry], str]":
    """The entries that a query finds, and the query; all and none where it asks nothing. Raises `UsageError`."""
    from incident_tui.search.engine import Search

    query = parsed_query(text, today)
    if query is None:
        return entries, ""
    news = looked_up_once(snapshot.files)
    search = Search(entries, names=snapshot.names, layers=snapshot.layers, stale_days=stale_days, news=news)
    if query.reads_bodies:
        search.finish()
    return [entries[row] for row in sorted(search.find(query).rows)], text


def _object(figures: "Overview", query_text: str, snapshot: "Snapshot") -> dict[str, Any]:
    """The whole report. What the file says is kept as it is."""
    from incident_tui.cli.json_output import valid

    return {
        "today": str(figures.today),
        "since": str(figures.since) if figures.since else None,
        "query": query_text or None,
        "files": [{"file": valid(str(file.live_file)), "layer": valid(file.layer) or None} for file in snapshot.files],
        "incidents": _figure(figures.incidents),
        "others": _figure(figures.others),
        "sections": [
            {
                "title": section.title,
                "about": section.about,
                "figures": [_figure(figure, section.columns[2:]) for figure in section.figures],
                "total": section.total,
                "query": section.query,
            }
            for section in figures.sections
        ],
        "uncounted": [_figure(figure) for figure in figures.uncounted],
        "incident_list": [_incident(located) for located in figures.incident_list],
        "open_items": [_open_item(each) for each in figures.open_items],
    }


def _incident(located: "LocatedEntry") -> dict[str, Any]:
    """An incident of the period."""
    from incident_tui.cli.json_output import valid

    entry = located.entry
    return {
        "id": valid(located.id),
        "date": str(entry.day) if entry.day else None,
        "ref": entry.ref,
        "title": valid(entry.title) or None,
        "severity": valid(entry.metadata.get("severity") or "") or None,
        "archived": located.archived,
    }


def _open_item(each: "OpenItem") -> dict[str, Any]:
    """An open action item, with what its text says of itself."""
    from incident_tui.cli.json_output import valid

    return {
        "id": valid(each.located.id),
        "ref": each.located.entry.ref,
        "title": valid(each.located.entry.title) or None,
        "number": each.item.number,
        "text": valid(each.item.text),
        "owner": valid(each.facts.owner) if each.facts.owner else None,
        "due": valid(each.facts.due) if each.facts.due else None,
    }


def _figure(figure: "Figure", columns: Sequence[str] = ()) -> dict[str, Any]:
    """A number, with what stands beside it by the names of the columns."""
    from incident_tui.cli.json_output import valid

    return {
        "label": valid(figure.label),
        "value": figure.value,
        "entries": figure.entries,
        "query": None if figure.query is None else valid(figure.query),
        "beside": dict(zip(columns, figure.beside, strict=True)),
    }


def _lines(figures: "Overview", query_text: str, snapshot: "Snapshot", unicode: bool) -> Iterator[str]:
    """The whole report. Lines of text are as long as they are: a forge wraps them."""
    yield f"# Incidents, as of {figures.today}"
    yield ""
    yield " ".join(_lead(figures, query_text, snapshot))
    for section in figures.sections:
        yield ""
        yield f"## {section.title}"
        yield ""
        yield section.about
        yield ""
        yield from _table(section, unicode) if section.figures else ("None.",)
        if len(section.figures) < section.total:
            every = f"; {_code(section.query)} lists all" if section.query else ""
            yield ""
            yield f"{len(section.figures)} of {section.total} are shown{every}."
    if figures.since:
        yield ""
        yield "## Incidents of this period"
        yield ""
        for located in figures.incident_list:
            yield f"- {' '.join(_named(located.entry))}"
        if not figures.incident_list:
            yield "None."
    if figures.open_items:
        yield ""
        yield "## Open action items by owner"
    for owner, owned in groupby(figures.open_items, key=lambda each: each.facts.owner):
        yield ""
        of_one = list(owned)
        yield f"### {_text(owner) if owner else 'No owner'} ({len(of_one)})"
        yield ""
        for each in of_one:
            due = f" (due {_text(each.facts.due)})" if each.facts.due else ""
            yield f"- {_text(each.located.entry.ref or each.located.entry.label)}: {one_line(each.item.text)}{due}"
    if figures.uncounted:
        yield ""
        yield "## Not counted"
        yield ""
    for figure in figures.uncounted:
        yield f"- {figure.label}: {figure.value}{_listed(figure)}"


def _named(entry: "Entry") -> Iterator[str]:
    """What an incident is called in a list: its day, severity, reference and title."""
    yield str(entry.day or "no date")
    if severity := entry.metadata.get("severity"):
        yield _text(severity)
    if entry.ref:
        yield f"**{_text(entry.ref)}**"
    yield _text(entry.title)


def _lead(figures: "Overview", query_text: str, snapshot: "Snapshot") -> Iterator[str]:
    """What is counted, in sentences."""
    counted, others = figures.incidents, figures.others
    when = f" from {figures.since} on" if figures.since else ""
    yield f"{counted.value} incident{'' if counted.value == 1 else 's'}{when}, live and archived{_listed(counted)}."
    if others.value:
        yield f"Entries of other types count where all entries do: {others.value}{_listed(others)}."
    if len(snapshot.files) > 1:
        yield f"They are in {', '.join(_code(name) for name in snapshot.names)}."
    if query_text:
        yield f"Only what {_code(one_line(query_text))} finds is counted."
    if figures.since:
        yield "Action items and what is stale are as of today."
    yield "Each query lists its entries in the browser, where `A` shows live and archived ones."


def _listed(figure: "Figure") -> str:
    """What to put behind a figure so that its entries can be listed."""
    return f" ({_code(figure.query)})" if figure.query else ""


def _table(section: "Section", unicode: bool) -> Iterator[str]:
    """A table that reads well raw, too: label, value, bar, what is beside it, query."""
    label, value, *beside = section.columns
    longest = max(figure.value for figure in section.figures)
    rows = [[label, value, "", *beside, "Query"]]
    for figure in section.figures:
        query = "-" if figure.query is None else _code(figure.query)
        rows.append(
            [_text(figure.label), str(figure.value), _bar(figure.value, longest, unicode), *figure.beside, query]
        )
    right = {1, *range(3, 3 + len(beside))}
    widths = [max(3, *(_width(row[at]) for row in rows)) for at in range(len(rows[0]))]
    rows.insert(1, [f"{'-' * (width - 1)}{':' if at in right else '-'}" for at, width in enumerate(widths)])
    for row in rows:
        yield f"| {' | '.join(_padded(cell, widths[at], at in right) for at, cell in enumerate(row))} |"


def _bar(value: int, longest: int, unicode: bool) -> str:
    """A bar; what is more than nothing is seen."""
    cells = value if longest <= _BAR else -(-value * _BAR // longest)
    return ("█" if unicode else "#") * cells


def _text(text: str) -> str:
    """Text of the file for a cell: harmless, on one line, and no markup."""
    return _MARKUP.sub(r"\\\g<0>", one_line(text))


def _code(query: str) -> str:
    """A query to be copied; where a code span in a cell would alter it, it is escaped text."""
    return _text(query) if "`" in query or "|" in query else f"`{query}`"


def _padded(cell: str, width: int, right: bool) -> str:
    blanks = " " * (width - _width(cell))
    return f"{blanks}{cell}" if right else f"{cell}{blanks}"


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)
