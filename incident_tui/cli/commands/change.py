"""The commands that change entries. Several IDs are one change: all of them, or none."""

import os
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui import clock
from incident_tui.cli import output
from incident_tui.cli.select import entries, opened
from incident_tui.format.edit.describe import NAMED, describe_open_items
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.in_place import apply_in_place
from incident_tui.format.edit.operations import Archive, Helped, InPlaceOperation, Operation, Pin, Restore, Summarize
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.sanitize import sanitize

if TYPE_CHECKING:
    from incident_tui.storage.knowledge_base import Outcome
    from incident_tui.storage.snapshot import Snapshot


def run(args: Namespace) -> int:
    """Make the change, and say what was done and which files were written."""
    library, snapshot = opened(args)
    named = all_entries(*snapshot.contents)
    if args.command == "restore":
        matches = entries(args.words, named, prefer="archive", among=_restorable, within=snapshot)
    else:
        matches = entries(args.words, named, within=snapshot)
    edits, so = effective_edits(matches, snapshot, lambda located: _act(located, args))
    already = f"already {args.command}ned: {so}" if so else ""
    tell(library.edit(edits), "; ".join(filter(None, (already, describe_open_items(edits)))))
    return 0


def effective_edits(
    matches: Sequence[LocatedEntry], snapshot: "Snapshot", act_on: Callable[[LocatedEntry], Operation]
) -> tuple[list[Edit], str]:
    """Return the edits that change entries, and the names of the entries that wouldn't change.

    Raises `Refused` where an act can't be done.
    """
    edits, so = [], []
    for located in matches:
        act, target = act_on(located), located.target
        document = snapshot.files[located.file_index].document(located.location)
        old, entry = target.seen, located.entry
        if isinstance(act, InPlaceOperation) and apply_in_place(act, document, entry, old) == old:
            so.append(entry.label)
        else:
            edits.append(Edit(target, act))
    return edits, ", ".join(so) if len(so) <= NAMED else f"{len(so)} entries"


def tell(outcome: "Outcome[Snapshot]", more: str = "") -> None:
    """Say what became of a change."""
    output.say_done(outcome_message(outcome, more))
    if outcome.warning:
        output.print_error(outcome.warning)


def outcome_message(outcome: "Outcome[Snapshot]", more: str = "") -> str:
    """Return the result of a change in words."""
    late = outcome.arrived.notices()
    if not outcome.written:
        return "; ".join([f"{more or 'no change needed'}; nothing was written", *late])
    clauses = [f"{outcome.description}: wrote {', '.join(map(path_for_display, outcome.written))}"]
    if more:
        clauses.append(more)
    if not outcome.durable:
        clauses.append("this file system doesn't say whether it would survive a power cut")
    return "; ".join([*clauses, *late])


def _act(located: LocatedEntry, args: Namespace) -> Operation:
    match args.command:
        case "pin" | "unpin":
            return Pin(args.command == "pin")
        case "helped":
            return Helped(clock.today())
        case "summarize":
            return _summary(located, args.summary, args.key_learning)
        case "archive":
            return Archive(args.force)
        case "restore":
            return Restore()
    raise ValueError(args.command)


def _restorable(located: LocatedEntry) -> bool:
    return located.archived or located.entry.state == "summarized"


def _summary(located: LocatedEntry, summary: str | None, key_learning: str | None) -> Summarize:
    """The texts given, else drafted from the entry. Raises `Refused` where a person must write one."""
    from incident_tui.format.read.sections import draft_summary

    if not located.archived and located.entry.state == "full":
        for text, option in ((summary, "--summary"), (key_learning, "--key-learning")):
            if text is not None and not text.strip():
                raise Refused(f"{located.entry.label}: {option} is empty; give it a text")
        drafted = draft_summary(located.entry)
        if summary is None:
            summary = sanitize(drafted.summary)
        if key_learning is None:
            key_learning = sanitize(drafted.key_learning or "")
        for text, missing, option in (
            (summary, "text to draw a summary from", "--summary"),
            (key_learning, "learning or root cause to draw a key learning from", "--key-learning"),
        ):
            if not text.strip():
                raise Refused(f"{located.entry.label}: it has no {missing}; pass {option} TEXT")
    return Summarize(summary or "", key_learning or "")


def path_for_display(path: Path) -> str:
    """A written file as a person here calls it."""
    try:
        return str(path.relative_to(os.getcwd()))  # noqa: PTH109
    except (ValueError, OSError):
        return str(path)
