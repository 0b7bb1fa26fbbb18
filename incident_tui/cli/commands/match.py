"""`match`: have we seen this before? Entries ranked against the text of an alert or a log."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from incident_tui.cli import output
from incident_tui.cli.columns import entry_columns, file_columns, file_note, filled
from incident_tui.cli.select import read
from incident_tui.format.model.entry import Identity
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.sanitize import one_line

if TYPE_CHECKING:
    from incident_tui.storage.snapshot import Snapshot

_LONGEST = 4 * 1024 * 1024
"""So many bytes of the text are read."""


class _EntryMatch(NamedTuple):
    located: LocatedEntry
    score: float
    words: tuple[str, ...]


def run(args: Namespace) -> int:
    """Print the entries that the text is about, the likeliest first."""
    snapshot = read(args)
    text = _text(args.words[0] if args.words else "-")
    matches = _ranked(all_entries(*snapshot.contents), text)[: args.limit]
    if args.json:
        from incident_tui.cli.json_output import dumps, entry_object

        objects = [
            entry_object(match.located, snapshot) | {"score": round(match.score, 3), "words": list(match.words)}
            for match in matches
        ]
        lines = ",\n".join(map(dumps, objects))
        output.write(f"[{lines}]\n")
    elif output.on_terminal():
        output.write("".join(f"{line}\n" for line in _lines(matches, snapshot)))
        if not matches:
            output.hint("no entry shares a distinctive word with this")
    else:
        output.write(
            "".join("\t".join([*_columns(match), *file_columns(match.located, snapshot)]) + "\n" for match in matches)
        )
    return 0


def _text(name: str) -> bytes:
    if name != "-":
        with Path(name).open("rb") as file:
            return file.read(_LONGEST)
    if sys.stdin is None:
        return b""
    if sys.stdin.isatty():
        output.hint("paste the alert or the log, then press ctrl+d")
    return sys.stdin.buffer.read(_LONGEST)


def _ranked(named: list[LocatedEntry], text: bytes) -> list[_EntryMatch]:
    """The entries near to the text, each incident once: of a summary and its original the live one is named."""
    from incident_tui.search.engine import Search

    search = Search(named)
    search.finish()
    live = {(located.file_index, located.entry.identity): located for located in named if not located.archived}
    matches: dict[tuple[int, Identity | str], _EntryMatch] = {}
    for match in search.match(text):
        located = named[match.row]
        incident = located.file_index, located.entry.identity
        archived = located.archived and incident in live
        summarized = located.entry.state == "summarized"
        key = located.entry.identity if archived or summarized else f"{located.location} {located.id}"
        matches.setdefault(
            (located.file_index, key), _EntryMatch(live[incident] if archived else located, match.score, match.words)
        )
    return list(matches.values())


def _columns(match: _EntryMatch) -> list[str]:
    """Per cent, id, reference, date, title, state, words; a missing one is a `-`, so that none is empty."""
    entry = entry_columns(match.located)
    share, words = f"{100 * match.score:.0f}", ",".join(match.words)
    return filled([share, entry.id, entry.ref, entry.date, entry.title, entry.state, words])


def _lines(matches: Iterable[_EntryMatch], snapshot: "Snapshot") -> Iterable[str]:
    """Two lines an entry: what it is, and what of the text it has."""
    for match in matches:
        share, ident, ref, day, title, state, _ = _columns(match)
        after = (f"  ({state})" if state != "full" else "") + file_note(match.located, snapshot)
        yield f"{share:>3}%  {ref if ref != '-' else ident}  {day}  {title}{after}"
        yield f"      {one_line(', '.join(match.words))}"
