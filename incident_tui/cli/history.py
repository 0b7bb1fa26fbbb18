"""`undo`, `redo` and `log`: the changes that this user made to a knowledge base."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from incident_tui.cli import output
from incident_tui.cli.edit import tell
from incident_tui.cli.locate import opened

if TYPE_CHECKING:
    from incident_tui.storage.history import Record


def run(args: Namespace) -> int:
    """Take a change back, make it again, or list all of them."""
    base, _ = opened(args)
    match args.command:
        case "undo":
            tell(base.undo())
        case "redo":
            tell(base.redo())
        case _:
            _log(base.history.records())
    return 0


def _log(records: "Sequence[Record]") -> None:
    """One line a change, the newest first: time, what was done, and whether it was undone."""
    for record in reversed(records):
        output.say(f"{_moment(record.time)}  {record.did}{'  (undone)' if record.undone else ''}")
    if not records:
        output.note("no changes are known")


def _moment(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):  # someone has written in the history
        return "at some time"
