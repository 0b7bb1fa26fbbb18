"""`undo`, `redo` and `log`: the changes that this user made to a knowledge base."""

import os
import re
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from incident_tui.cli import output
from incident_tui.cli.commands.change import tell
from incident_tui.cli.files import file_to_make, knowledge_base_source
from incident_tui.cli.select import opened
from incident_tui.format.errors import Refused
from incident_tui.format.read.resolve import all_entries

if TYPE_CHECKING:
    from incident_tui.format.model.entry import Identity
    from incident_tui.storage.library import Library
    from incident_tui.storage.snapshot import FileSnapshot, Snapshot
    from incident_tui.storage.user.history import Record

_SHOWN = 6
"""Up to how many changed lines are printed line by line in the minutes."""
_SOME_TIME = "at some time"


def run(args: Namespace) -> int:
    """Take a change back, make it again, or list all of them."""
    try:
        library, snapshot = opened(args, missing=True)
    except Refused:
        undone = _to_be_made_again(args) if args.command == "redo" else None
        if undone is None:
            raise
        library, snapshot = undone, undone.snapshot()
    match args.command:
        case "undo":
            tell(library.undo())
        case "redo":
            tell(library.redo())
        case _ if args.json:
            _print_json(library, snapshot, args.since)
        case _:
            records = [made for made in library.records_by_file() if made[0].time >= (args.since or 0)]
            if not records:
                output.hint("no changes yet")
            elif args.md:
                _minutes(records, snapshot)
            else:
                _log(records, snapshot)
    if warning := library.warning():
        output.print_error(warning)
    return 0


def _to_be_made_again(args: Namespace) -> "Library | None":
    """The knowledge base of one file that isn't there because the change was undone that had made it."""
    from incident_tui.storage.knowledge_base import KnowledgeBase
    from incident_tui.storage.library import Library

    path = file_to_make(knowledge_base_source(args).paths)
    if path is None or os.path.lexists(path):
        return None
    library = Library([KnowledgeBase(path)])
    return library if any(record.created_live for record in library.last(undone=True)) else None


def _log(records: "Sequence[tuple[Record, int]]", snapshot: "Snapshot") -> None:
    """One line a change, the newest first: time, what was done, in which of several files, whether it was undone."""
    for record, file_index in reversed(records):
        file = f"  ({snapshot.names[file_index]})" if len(snapshot.files) > 1 else ""
        undone = "  (undone)" if record.undone else ""
        output.print_line(f"{_moment(record.time) or _SOME_TIME}  {record.did}{file}{undone}")


def _print_json(library: "Library", snapshot: "Snapshot", since: float | None) -> None:
    """An array of objects, the newest change first."""
    from incident_tui.cli.json_output import dumps

    objects_by_time: list[tuple[float, dict[str, Any]]] = []
    for knowledge_base, file in zip(library.knowledge_bases, snapshot.files, strict=True):
        # Of an entry in both files the live one's id counts.
        ids = {named.entry.identity: named.id for named in reversed(all_entries(file.contents))}
        records = (record for record in knowledge_base.history.records() if record.time >= (since or 0))
        objects_by_time += [(record.time, _object(record, file, ids)) for record in records]
    objects_by_time.sort(key=lambda each: each[0])
    objects = ",\n".join(dumps(record_object) for _, record_object in reversed(objects_by_time))
    output.write(f"[{objects}]\n")


def _object(record: "Record", file: "FileSnapshot", ids: "Mapping[Identity, str]") -> dict[str, Any]:
    """A change: when (null where that can't be read), what, of which entries (as their ids are now), in which files."""
    from incident_tui.cli.json_output import valid

    return {
        "time": _moment(record.time) or None,
        "did": valid(record.did),
        "undone": record.undone,
        "about": [valid(ids.get(about, f"M-{about.timestamp}")) for about in record.about],
        "files": [valid(str(file.path(location))) for location, _ in record.files],
        "layer": valid(file.layer) or None,
    }


def _minutes(records: "Sequence[tuple[Record, int]]", snapshot: "Snapshot") -> None:
    """Markdown for a retro's minutes: the changes that stand, the oldest first, with the lines that they changed."""
    from incident_tui.format.edit.undo import changed_lines

    before = ""
    for record, file_index in records:
        if record.undone:
            continue
        day, _, time = (_moment(record.time) or _SOME_TIME).partition("T")
        if day != before:
            output.write(f"{chr(10) if before else ''}## {day}\n\n")
            before = day
        file = f" ({snapshot.names[file_index]})" if len(snapshot.files) > 1 else ""
        output.print_line(f"- {time[:5]} {record.did}{file}")
        for location, hunks in record.files:
            for hunk in hunks:
                for line in _hunk_lines(location, *changed_lines(hunk)):
                    output.print_line(f"  {line}")


def _hunk_lines(location: str, removed: "Sequence[bytes]", added: "Sequence[bytes]") -> "Iterator[str]":
    """What a change did to one run of lines: a value in words, few lines as a diff, of many the number."""
    from incident_tui.format.edit.undo import changed_value

    where = "in the archive, " if location == "archive" else ""
    if (value := changed_value(removed, added)) is not None:
        key, before, after = value
        yield f"- {where}{key}: {_code(before) if before else 'nothing'} to {_code(after) if after else 'nothing'}"
    elif len(removed) + len(added) > _SHOWN:
        counts = [f"{sign}{len(lines)}" for sign, lines in (("-", removed), ("+", added)) if lines]
        yield f"- {where}{' '.join(counts)} lines"
    else:
        signed = [(sign, line) for sign, lines in (("-", removed), ("+", added)) for line in lines]
        texts = [f"{sign}{line.decode('utf-8', 'replace').rstrip()}" for sign, line in signed]
        fence = "`" * max(3, 1 + max((len(ticks) for text in texts for ticks in re.findall("`+", text)), default=0))
        yield f"{fence}diff"
        yield from texts
        yield fence


def _code(text: str) -> str:
    """A code span of Markdown, whatever backticks the text has itself."""
    ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{ticks}{text}{' ' if text.endswith('`') else ''}{ticks}"


def _moment(seconds: float) -> str:
    """A time in UTC; empty where it is none: someone has written in the history."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return ""
