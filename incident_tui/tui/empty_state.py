"""The text in place of an entry if there is none, with advice."""

from collections.abc import Callable, Sequence

from rich.console import Group
from rich.text import Text

from incident_tui.format.sanitize import is_binary, one_line, pluralize
from incident_tui.storage.disk.atomic_file import display_path
from incident_tui.storage.snapshot import Snapshot
from incident_tui.tui.rows import Scope

_ANOTHER = "The file was not modified. Name an incidents.md instead."


def advice(snapshot: Snapshot, query: str, scope: Scope, key: Callable[[str], str], hints: Sequence[str] = ()) -> Group:
    """A title and a few lines. User text in it is harmless. `key` tells the key of an action; `hints` are what a query
    that finds nothing may have meant.
    """
    files = snapshot.files
    names = [display_path(file.live_file) for file in files]
    reasons = [is_binary(file.live.data) for file in files]
    if query.strip():
        lines = [f"Nothing matches “{one_line(query.strip())}”.", *hints, f"{key('leave')} clears the search."]
        archived = sum(len(archive.entries) for archive in snapshot.archives)
        if scope == "live" and archived:
            lines.append(f"The archive was searched, too ({pluralize(archived, 'entry', 'entries')}).")
    elif not any(file.exists for file in files):
        which = "There is no such file:" if len(files) == 1 else "There are no such files:"
        lines = [which, *names, "", "Check the path; or, if it is to be a new knowledge base:"]
        lines += [f"{key('create')} creates the file.", f"{key('quit')} quits."]
    elif scope == "archived":
        archives = [display_path(file.archive_file) for file in files]
        kept_in = [f" {archives[0]}."] if len(archives) == 1 else [":", *archives]
        lines = ["The archive is empty.", f"Archived entries are kept in{kept_in[0]}", *kept_in[1:], ""]
        lines.append(f"{key('scope')} goes back.")
    elif reason := next(filter(None, reasons), None):
        name = names[reasons.index(reason)]
        fault, _, todo = reason.partition("; ")
        lines = [
            f"This file{fault.removeprefix('it')}.",
            name,
            "",
            f"The file was not modified. {todo[:1].upper()}{todo[1:]}" if todo else _ANOTHER,
        ]
    else:
        there = [name for name, file in zip(names, files, strict=True) if file.exists]
        lines = ["No entries yet.", *there, "", *_how_to_begin(snapshot, key)]
    return Group(Text(lines[0], "bold"), *(Text(line) for line in lines[1:]))


def _how_to_begin(snapshot: Snapshot, key: Callable[[str], str]) -> list[str]:
    from incident_tui.format.read.other_sections import import_hint

    hints = (import_hint(str(file.live_file), file.live) for file in snapshot.files)
    if hint := next(filter(None, hints), ""):
        return [
            "There is text in other sections. To make entries of them:",
            "",
            f"    {hint}",
            "",
            f"{key('create')} begins a new entry.",
        ]
    templates = any(comment.holds_entry for file in snapshot.files for comment in file.live.comments)
    lines = []
    if templates:
        lines.append("The entries in this file stand inside a comment: they are its template, not incidents.")
        lines.append("Append yours after the line with the -->, one such heading for each:")
    else:
        lines.append("Append an entry to the file; it starts with a heading such as:")
    return [*lines, "", "    ## M-2026-01-31T14:30:00Z INC-1234 orders-api-outage"]
