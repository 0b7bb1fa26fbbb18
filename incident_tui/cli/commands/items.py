"""Action items: the board of the open ones, and the ticks."""

from argparse import Namespace
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from incident_tui.cli import output
from incident_tui.cli.commands.change import tell
from incident_tui.cli.commands.list_entries import described, file_columns, file_note, filled
from incident_tui.cli.errors import UsageError
from incident_tui.cli.select import entries, opened
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Tick
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.read.sections import Item, item_lines, items
from incident_tui.format.sanitize import pluralize

if TYPE_CHECKING:
    from incident_tui.storage.snapshot import Snapshot

Held = tuple[LocatedEntry, Item, int]
"""An item, the entry that has it, and how many lines below the entry's heading it begins."""


def run(args: Namespace) -> int:
    """Tick items of an entry, or untick them; say which ones they are."""
    base, snapshot = opened(args)
    (one,) = entries(args.words[:1], all_entries(*snapshot.contents), within=snapshot)
    meant = _meant(one, args.words[1:], args.command)
    done = args.command == "done"
    so = [str(item.number) for item in meant if item.checked == done]
    numbers = tuple(item.number for item in meant if item.checked != done)
    edit = Edit(one.target, Tick(numbers, done))
    already = f"already {args.command}: {', '.join(so)}" if so else ""
    tell(base.edit([edit] if numbers else []), already if numbers else f"{one.entry.label}: {already}")
    for item in meant:
        output.print_line(_line(item._replace(checked=done, boxed=item.boxed or done)))
    return 0


def board(found: Sequence[LocatedEntry], snapshot: "Snapshot", args: Namespace) -> None:
    """Print what is open in these entries, live ones first; after it the items without a box, which don't count."""
    held = [
        (one, item, line) for one in found for line, item in item_lines(one.entry, items(one.entry)) if not item.checked
    ]
    held.sort(key=lambda each: (not each[1].boxed, each[0].archived))
    held = held[: args.limit]
    if args.json:
        from incident_tui.cli.json_output import dumps

        objects = ",\n".join(dumps(_object(*each, snapshot)) for each in held)
        output.write(f"[{objects}]\n")
    elif output.on_terminal():
        _on_terminal(held, snapshot)
    else:
        output.write(
            "".join("\t".join([*_columns(one, item), *file_columns(one, snapshot)]) + "\n" for one, item, _ in held)
        )


def _meant(one: LocatedEntry, words: Sequence[str], command: str) -> list[Item]:
    """The items of these numbers, in file order. Raises `UsageError` for what is none, and says which there are."""
    held = {str(item.number): item for item in items(one.entry)}
    if not held:
        raise Refused(f"{one.entry.label}: it has no action items")
    if not words:
        raise UsageError(f"{command} needs the number of an item; {one.entry.label} has:", *map(_line, held.values()))
    for word in words:
        if word not in held:
            raise UsageError(f"{one.entry.label}: it has no item '{word}', but:", *map(_line, held.values()))
    return [item for number, item in held.items() if number in words]


def _line(item: Item) -> str:
    box = "   " if not item.boxed else "[x]" if item.checked else "[ ]"
    return f"{item.number:>3}  {box} {item.text}"


def _on_terminal(held: Sequence[Held], snapshot: "Snapshot") -> None:
    """Incident by incident. Lines are not cut: of an item the end is often the point."""
    for boxed, alike in groupby(held, key=lambda each: each[1].boxed):
        if not boxed:
            output.print_line("No checkbox (not counted):")
            output.write("\n")
        for one, of_one in groupby(alike, key=lambda each: each[0]):
            output.print_line(_heading(one) + file_note(one, snapshot))
            for _, item, _ in of_one:
                output.print_line(_line(item))
            output.write("\n")
    count = sum(item.open for _, item, _ in held)
    incidents = len({(one.file_index, one.location, one.id) for one, item, _ in held if item.open})
    told = f"{pluralize(count, 'open action item', 'open action items')} in {pluralize(incidents, 'entry', 'entries')}"
    output.hint(told if count else "no open action items")


def _heading(one: LocatedEntry) -> str:
    ident, ref, day, title, state = filled(described(one))
    after = f"  ({state})" if state != "full" else ""
    return f"{ident if ref == '-' else f'{ref}  {day}'}  {title}{after}"


def _columns(one: LocatedEntry, item: Item) -> list[str]:
    """Id, number, state, reference, title, text; a missing one is a `-`, so that none is empty."""
    ident, ref, _, title, _ = described(one)
    return filled([ident, str(item.number), "open" if item.open else "no-box", ref, title, item.text])


def _object(one: LocatedEntry, item: Item, line: int, snapshot: "Snapshot") -> dict[str, Any]:
    """An item with what names its entry."""
    from incident_tui.cli.json_output import valid

    entry, file = one.entry, snapshot.files[one.file_index]
    first = file.document(one.location).lines[entry.number]
    return {
        "id": valid(one.id),
        "ref": entry.ref,
        "title": valid(entry.title) or None,
        "number": item.number,
        "text": valid(item.text),
        "section": valid(item.section) or None,
        "checked": item.checked,
        "boxed": item.boxed,
        "open": item.open,
        "archived": one.archived,
        "file": valid(str(file.path(one.location))),
        "line": first + line,
        "layer": valid(file.layer) or None,
    }
