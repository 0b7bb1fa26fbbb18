"""`undo`, `redo` and `log`: the changes that this user made to a knowledge base."""

import time
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from incident_tui.cli import output
from incident_tui.cli.edit import tell
from incident_tui.cli.locate import opened

if TYPE_CHECKING:
    from incident_tui.storage.history import Record


_UNITS = {"h": 3600, "d": 86400, "w": 7 * 86400}
_SHOWN = 6
"""Up to how many changed lines are printed line by line in the minutes."""


def run(args: Namespace) -> int:
    """Take a change back, make it again, or list all of them."""
    base, _ = opened(args)
    match args.command:
        case "undo":
            tell(base.undo())
        case "redo":
            tell(base.redo())
        case _:
            records = [record for record in base.records() if record.time >= (args.since or 0)]
            if not records:
                output.note("no changes are known")
            elif args.md:
                _minutes(records)
            else:
                _log(records)
    return 0


def since(text: str) -> float:
    """A moment in seconds since the epoch: a day, a time (local), or an age such as `8h`. Raises `ValueError`."""
    if text[-1:] in _UNITS and text[:-1].isdecimal() and len(text) < 8:
        return time.time() - int(text[:-1]) * _UNITS[text[-1]]
    return datetime.fromisoformat(text).timestamp()


def _log(records: "Sequence[Record]") -> None:
    """One line a change, the newest first: time, what was done, and whether it was undone."""
    for record in reversed(records):
        output.say(f"{_moment(record.time)}  {record.did}{'  (undone)' if record.undone else ''}")


def _minutes(records: "Sequence[Record]") -> None:
    """Markdown for a retro's minutes: the changes that stand, the oldest first, with the lines that they changed."""
    from incident_tui.kb.undo import changed_lines

    day = ""
    for record in records:
        if record.undone:
            continue
        date, _, clock = _moment(record.time).partition("T")
        if date != day:
            output.write(f"{chr(10) if day else ''}## {date}\n\n")
            day = date
        output.say(f"- {clock[:5]} {record.did}")
        for place, hunks in record.files:
            for hunk in hunks:
                gone, come = changed_lines(hunk)
                if len(gone) + len(come) > _SHOWN:
                    output.say(f"  - {place}: {len(gone)} lines out, {len(come)} lines in")
                    continue
                for sign, lines in (("-", gone), ("+", come)):
                    for line in lines:
                        output.say(f"  - {place}: `{sign} {line.decode('utf-8', 'replace').strip()}`")


def _moment(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):  # someone has written in the history
        return "at some time"
