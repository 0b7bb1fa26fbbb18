"""Action items: the board of the open ones, and the ticks."""

from argparse import Namespace
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from incident_tui.cli import output
from incident_tui.cli.columns import entry_columns, file_columns, file_note, filled
from incident_tui.cli.commands.change import tell
from incident_tui.cli.parser import UsageError
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
    library, snapshot = opened(args)
    (located,) = entries(args.words[:1], all_entries(*snapshot.contents), within=snapshot)
    chosen = _meant(located, args.words[1:], args.command)
    done = args.command == "done"
    so = [str(item.number) for item in chosen if item.checked == done]
    numbers = tuple(item.number for item in chosen if item.checked != done)
    edit = Edit(located.target, Tick(numbers, done))
    already = f"already {args.command}: {', '.join(so)}" if so else ""
    tell(library.edit([edit] if numbers else []), already if numbers else f"{located.entry.label}: {already}")
    for item in chosen:
        output.print_line(_line(item._replace(checked=done, boxed=item.boxed or done)))
    return 0


def board(listed: Sequence[LocatedEntry], snapshot: "Snapshot", args: Namespace) -> bool:
    """Print what is open in these entries, live ones first; after it the items without a box, which don't count.

    Return whether there is any of it.
    """
    open_items = [
        (located, item, line)
        for located in listed
        for line, item in item_lines(located.entry, items(located.entry))
        if not item.checked
    ]
    open_items.sort(key=lambda each: (not each[1].boxed, each[0].archived))
    any_open = bool(open_items)
    open_items = open_items[: args.limit]
    if args.json:
        from incident_tui.cli.json_output import dumps

        objects = ",\n".join(dumps(_object(*each, snapshot)) for each in open_items)
        output.write(f"[{objects}]\n")
    elif output.on_terminal():
        _on_terminal(open_items, snapshot)
    else:
        output.write(
            "".join(
                "\t".join([*_columns(located, item), *file_columns(located, snapshot)]) + "\n"
                for located, item, _ in open_items
            )
        )
    return any_open


def _meant(located: LocatedEntry, words: Sequence[str], command: str) -> list[Item]:
    """The items of these numbers, in file order. Raises `UsageError` for what is none, and says which there are."""
    by_number = {str(item.number): item for item in items(located.entry)}
    if not by_number:
        raise Refused(f"{located.entry.label}: it has no action items")
    if not words:
        raise UsageError(
            f"{command} needs the number of an item; {located.entry.label} has:", *map(_line, by_number.values())
        )
    for word in words:
        if word not in by_number:
            raise UsageError(f"{located.entry.label}: it has no item '{word}', but:", *map(_line, by_number.values()))
    return [item for number, item in by_number.items() if number in words]


def _line(item: Item) -> str:
    box = "   " if not item.boxed else "[x]" if item.checked else "[ ]"
    return f"{item.number:>3}  {box} {item.text}"


def _on_terminal(open_items: Sequence[Held], snapshot: "Snapshot") -> None:
    """Incident by incident. Lines are not cut: of an item the end is often the point."""
    for boxed, alike in groupby(open_items, key=lambda each: each[1].boxed):
        if not boxed:
            output.print_line("No checkbox (not counted):")
            output.write("\n")
        for located, of_one in groupby(alike, key=lambda each: each[0]):
            output.print_line(_heading(located) + file_note(located, snapshot))
            for _, item, _ in of_one:
                output.print_line(_line(item))
            output.write("\n")
    count = sum(item.open for _, item, _ in open_items)
    incidents = len({located.key._replace(location="live") for located, item, _ in open_items if item.open})
    summary = (
        f"{pluralize(count, 'open action item', 'open action items')} in {pluralize(incidents, 'entry', 'entries')}"
    )
    output.hint(summary if count else "no open action items")


def _heading(located: LocatedEntry) -> str:
    entry = entry_columns(located)
    after = f"  ({entry.state})" if entry.state != "full" else ""
    return f"{entry.id if entry.ref == '-' else f'{entry.ref}  {entry.date}'}  {entry.title}{after}"


def _columns(located: LocatedEntry, item: Item) -> list[str]:
    """Id, number, state, reference, title, text; a missing one is a `-`, so that none is empty."""
    entry = entry_columns(located)
    state = "open" if item.open else "no-box"
    return filled([entry.id, str(item.number), state, entry.ref, entry.title, item.text])


def _object(located: LocatedEntry, item: Item, line: int, snapshot: "Snapshot") -> dict[str, Any]:
    """An item with what names its entry."""
    from incident_tui.cli.json_output import valid

    entry, file = located.entry, snapshot.files[located.file_index]
    first = file.document(located.location).lines[entry.number]
    return {
        "id": valid(located.id),
        "ref": entry.ref,
        "title": valid(entry.title) or None,
        "number": item.number,
        "text": valid(item.text),
        "section": valid(item.section) or None,
        "checked": item.checked,
        "boxed": item.boxed,
        "open": item.open,
        "archived": located.archived,
        "file": valid(str(file.path(located.location))),
        "line": first + line,
        "layer": valid(file.layer) or None,
    }
