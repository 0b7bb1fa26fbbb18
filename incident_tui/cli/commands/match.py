"""`match`: have we seen this before? Entries ranked against the text of an alert or a log."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui.cli import output
from incident_tui.cli.columns import entry_columns, file_columns, file_note, filled
from incident_tui.cli.files import files_for
from incident_tui.cli.parser import UsageError
from incident_tui.cli.select import read
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.sanitize import marked_encoding, one_line, other_encoding
from incident_tui.search.incident_matches import IncidentMatch, MatchRequest, rank_incidents

if TYPE_CHECKING:
    from incident_tui.storage.snapshot import Snapshot

_LONGEST = 4 * 1024 * 1024
"""So many bytes of the text are read."""

_NO_TERMINAL = "match --open needs a terminal for the browser; without --open it prints plain lines"


def run(args: Namespace) -> int:
    """Print the entries that the text is about, the likeliest first."""
    if args.open:
        return _open(args)
    snapshot = read(args)
    matches = _ranked(all_entries(*snapshot.contents), _request(args))
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
    return int(args.exit_code and not matches)


def _open(args: Namespace) -> int:
    """Show the matches in the browser. Raises `UsageError` where there is no terminal for it."""
    from incident_tui.cli.commands import browse

    files = files_for(args)
    if not browse.has_screen():
        raise UsageError(_NO_TERMINAL)
    request = _request(args)
    try:
        browse.take_keyboard()
    except OSError:
        raise UsageError(_NO_TERMINAL) from None
    return browse.open_browser(browse.library(files.paths, files.unreadable, args), match=request)


def _request(args: Namespace) -> MatchRequest:
    text = _text(args.words[0] if args.words else "-")
    if encoding := marked_encoding(text):
        text = text.decode(encoding, "replace").encode()
    elif reason := other_encoding(text):
        raise Refused(f"the text can't be read: {reason}")
    return MatchRequest(text, args.limit)


def _text(name: str) -> bytes:
    if name != "-":
        with Path(name).open("rb") as file:
            return file.read(_LONGEST)
    if sys.stdin is None:
        return b""
    if sys.stdin.isatty():
        output.hint("paste the alert or the log, then press ctrl+d")
    return sys.stdin.buffer.read(_LONGEST)


def _ranked(named: list[LocatedEntry], request: MatchRequest) -> "list[IncidentMatch[LocatedEntry]]":
    """The entries near to a text, the nearest first."""
    from incident_tui.search.engine import Search

    search = Search(named)
    search.finish()
    return rank_incidents(search, named, request)


def _columns(match: IncidentMatch[LocatedEntry]) -> list[str]:
    """Per cent, id, reference, date, title, state, words; a missing one is a `-`, so that none is empty."""
    entry = entry_columns(match.located)
    share, words = f"{100 * match.score:.0f}", ",".join(match.words)
    return filled([share, entry.id, entry.ref, entry.date, entry.title, entry.state, words])


def _lines(matches: Iterable[IncidentMatch[LocatedEntry]], snapshot: "Snapshot") -> Iterable[str]:
    """Two lines an entry: what it is, and what of the text it has."""
    for match in matches:
        share, ident, ref, day, title, state, _ = _columns(match)
        after = (f"  ({state})" if state != "full" else "") + file_note(match.located, snapshot)
        yield f"{share:>3}%  {ref if ref != '-' else ident}  {day}  {title}{after}"
        yield f"      {one_line(', '.join(match.words))}"
