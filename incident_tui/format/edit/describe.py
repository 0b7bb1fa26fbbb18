"""Descriptions of edits, for notices and for the history."""

from collections.abc import Sequence
from typing import assert_never

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import (
    AddToTimeline,
    Archive,
    Create,
    Helped,
    MoveIn,
    MoveOut,
    Operation,
    Pin,
    RenameTag,
    Restore,
    Reviewed,
    Rewrite,
    Summarize,
    Tag,
    Tick,
)
from incident_tui.format.model.entry import parse_entry
from incident_tui.format.read.sections import items
from incident_tui.format.sanitize import one_line, pluralize

NAMED = 3
"""Up to how many entries are named one by one."""


def describe_edits(edits: Sequence[Edit]) -> str:
    """Return the description of edits, kind by kind: `pinned INC-1234 orders-api-outage`."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for edit in edits:
        kinds.setdefault(_around(edit.act), []).append(edit.target.identity.label)
    phrases = []
    for (before, after), names in kinds.items():
        which = ", ".join(names) if len(names) <= NAMED else f"{len(names)} entries"
        phrases.append(f"{before} {which}{after}")
    return "; ".join(phrases)


def describe_open_items(edits: Sequence[Edit]) -> str:
    """What becomes of open action items whose entry leaves the live file: `3 open items stay on the board`."""
    leaving = [edit for edit in edits if isinstance(edit.act, Archive | Summarize)]
    count = sum(item.open for edit in leaving for item in items(parse_entry(edit.target.seen)))
    return f"{pluralize(count, 'open item stays', 'open items stay')} on the board" if count else ""


def _around(act: Operation) -> tuple[str, str]:
    """Return the description of an operation: the words before and after the names of the entries."""
    match act:
        case Pin(pinned=pinned):
            return "pinned" if pinned else "unpinned", ""
        case Helped():
            return "marked as helpful:", ""
        case Reviewed():
            return "kept", ""
        case Tag(add=add, remove=remove):
            signed = [f"+{one_line(tag)}" for tag in add] + [f"-{one_line(tag)}" for tag in remove]
            return "changed tags of", f": {' '.join(signed)}"
        case RenameTag(old=old, new=new):
            return f"renamed tag {one_line(old)} to {one_line(new)} in", ""
        case Tick(numbers=numbers, done=done):
            which = ", ".join(map(str, numbers))
            return f"{'ticked' if done else 'unticked'} item{'' if len(numbers) == 1 else 's'} {which} of", ""
        case AddToTimeline():
            return "added a line to the timeline of", ""
        case Rewrite():
            return "edited", ""
        case Create():
            return "created", ""
        case MoveIn(route=route) | MoveOut(route=route):
            return "moved", f" from {one_line(route)}"
        case Summarize():
            return "summarized", ""
        case Archive():
            return "archived", ""
        case Restore():
            return "restored", ""
    assert_never(act)
