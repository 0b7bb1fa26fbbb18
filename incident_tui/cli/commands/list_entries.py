"""`list`: entries one a line, for eyes, for ears, for `cut` and `grep`, or as JSON."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from incident_tui import clock
from incident_tui.cli import output
from incident_tui.cli.columns import entry_columns, file_columns, file_note
from incident_tui.cli.select import read
from incident_tui.cli.sort import ordered, parsed_query
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.model.overrides import overrides
from incident_tui.format.read.resolve import all_entries, entries_in

if TYPE_CHECKING:
    from incident_tui.format.model.contents import Contents
    from incident_tui.search.query import Query
    from incident_tui.storage.snapshot import Snapshot


def run(args: Namespace) -> int:
    """Print the entries asked for."""
    snapshot = read(args)
    text = " ".join(args.words)
    query = parsed_query(text, clock.today()) if text.strip() else None
    if args.items and not args.archived:
        from incident_tui.format.edit.archiving import entries_with_items

        selected = entries_with_items(*snapshot.contents)
    else:
        selected = among(snapshot.contents, args, query)
    if not selected:
        _tell_empty(snapshot, args.archived)
    stale_days, synonyms, news = None, None, None
    if query is not None:
        from incident_tui.cli.settings import settings
        from incident_tui.storage.user.seen import looked_up_once

        news = looked_up_once(snapshot.files)
        stale_days, synonyms = settings(args, "stale_days").stale_days, settings(args, "synonyms").synonyms
    sort = (args.sort or "oldest") if args.items else args.sort
    matches = ordered(selected, query, sort, stale_days, snapshot.names, synonyms, snapshot.layers, news)
    if args.items:
        from incident_tui.cli.commands.items import board

        any_open = board(matches, snapshot, args)
        return int(args.exit_code and not any_open)
    listed = matches[: args.limit]
    if args.json:
        _print_json(listed, snapshot)
    else:
        _print_lines(listed, snapshot, selected)
    if output.on_terminal() and not args.json and selected and not listed and query is not None:
        output.hint(f"nothing matches {query.text}")
    elsewhere = not (args.archived or args.all) and any(archive.entries for archive in snapshot.archives)
    if query is not None and query.reads_bodies and not query.wants_archived and elsewhere:
        every = all_entries(*snapshot.contents)
        everywhere = ordered(every, query, None, stale_days, snapshot.names, synonyms, snapshot.layers, hints=False)
        _tell_archived(everywhere, len(matches))
    return int(args.exit_code and not matches)


def _print_json(listed: Sequence[LocatedEntry], snapshot: "Snapshot") -> None:
    """Print entries as an array of objects."""
    from incident_tui.cli.json_output import dumps, entry_object

    objects = ",\n".join(dumps(entry_object(located, snapshot)) for located in listed)
    output.write(f"[{objects}]\n")


def _print_lines(listed: Sequence[LocatedEntry], snapshot: "Snapshot", selected: Sequence[LocatedEntry]) -> None:
    """Print entries as lines for a terminal, or as columns for a pipe; `selected` are all that may override them."""
    if output.on_terminal():
        lines = _aligned(listed, snapshot, overrides(selected, snapshot.layers), output.width(), output.unicode())
    else:
        lines = ["\t".join([*entry_columns(located), *file_columns(located, snapshot)]) for located in listed]
    output.write("".join(f"{line}\n" for line in lines))


def _tell_empty(snapshot: "Snapshot", archived: bool) -> None:
    """Say which files have no entries, and how to import what a live file has instead."""
    from incident_tui.cli.commands.change import path_for_display
    from incident_tui.format.read.other_sections import import_hint

    files = [str(file.path("archive" if archived else "live")) for file in snapshot.files]
    hints = [] if archived else [import_hint(path_for_display(file.live_file), file.live) for file in snapshot.files]
    advice = [f"`{hint}` makes entries of the other sections" for hint in hints if hint]
    output.print_error(f"no entries in {', '.join(files)}", *advice)


def _tell_archived(everywhere: Sequence[LocatedEntry], listed: int) -> None:
    """Say how many archived entries answer, where these are more than are listed, or the best answer is one of them."""
    archived = sum(located.archived for located in everywhere)
    if archived > listed or (archived and everywhere[0].archived):
        output.print_error(f"+{archived} in the archive (--all lists {'it' if archived == 1 else 'them'})")


def among(bases: "Sequence[Contents]", args: Namespace, query: "Query | None") -> list[LocatedEntry]:
    """The entries to look among: archived ones too where the query names them."""
    if args.all or (query is not None and query.wants_archived and not args.archived):
        return all_entries(*bases)
    return entries_in("archive" if args.archived else "live", *bases)


def _aligned(
    listed: Sequence[LocatedEntry],
    snapshot: "Snapshot",
    overridden: Mapping[LocatedEntry, LocatedEntry],
    width: int,
    unicode: bool,
) -> list[str]:
    """Lines for a terminal; where room is short, tags go first, then the title's end, but never the state.

    An entry with neither reference nor title is called by its id.
    """
    rows = []
    for located in listed:
        columns = entry_columns(located)
        name = columns.id if (columns.ref, columns.title) == ("-", "-") else columns.ref
        states = [columns.state] if columns.state != "full" else []
        states += ["overridden"] if located in overridden else []
        after = "".join(f"  ({word})" for word in states) + file_note(located, snapshot)
        rows.append((columns, name, after))
    longest = min(max((len(name) for _, name, _ in rows), default=0), width)
    end = "…" if unicode else "..."
    lines = []
    for columns, name, after in rows:
        mark = columns.mark.replace("-", " ")
        line = _cut(f"{mark} {name:<{longest}}  {columns.date}  {columns.title}", width - len(after), end) + after
        tagged = _cut(f"{line}  {columns.tags.replace(',', ', ')}", width, end) if columns.tags != "-" else line
        lines.append(tagged if tagged.startswith(f"{line}  ") else line)
    return lines


def _cut(line: str, width: int, end: str) -> str:
    """The line, cut so that it fits into so many columns."""
    if line.isascii() and len(line) <= width:
        return line
    from unicodedata import combining, east_asian_width

    columns = 0
    fits = 0
    for at, char in enumerate(line):
        columns += 0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1
        if columns <= width - len(end):
            fits = at + 1
        if columns > width:
            return line[:fits].rstrip() + end
    return line
