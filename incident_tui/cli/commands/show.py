"""`show`: one entry, rendered, as it stands in the file, or as JSON."""

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from incident_tui import terminal
from incident_tui.cli import output
from incident_tui.cli.select import entries, read
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from incident_tui.format.model.contents import Contents


def run(args: Namespace) -> int:
    """Print the entry."""
    snapshot = read(args)
    named = all_entries(*snapshot.contents)
    (one,) = entries(args.words, named, prefer="archive" if args.full else "live", within=snapshot)
    if args.full:
        one = _original(one, snapshot.contents[one.file_index])
    if args.json:
        from incident_tui.cli.json_output import dumps, full_object

        output.write(f"{dumps(full_object(one, snapshot))}\n")
    elif args.raw and not output.on_terminal():
        output.write_bytes(one.entry.raw)
    elif args.raw:
        text = sanitize(one.entry.text)
        output.write(text if text.endswith("\n") else f"{text}\n")
    else:
        _render(one)
    return 0


def _original(one: LocatedEntry, base: "Contents") -> LocatedEntry:
    """The full text of an entry: itself if it was never summarized."""
    if one.entry.state == "full":
        return one
    from incident_tui.format.edit.archiving import original

    archive = base.document("archive")
    full = original(archive, one.entry)
    if full is None:
        raise Refused(f"{one.entry.label}: its full text is not in {base.pointer}")
    return LocatedEntry(full, archive, "archive", one.file_index)


def _render(one: LocatedEntry) -> None:
    """Heading, a line of metadata, and the body; on a pipe nothing is wrapped, and nothing styled unless asked for."""
    from rich.console import Console
    from rich.text import Text

    from incident_tui.render.layout import UNBROKEN, Flow
    from incident_tui.render.markdown import render

    styled, colours = output.styled(), terminal.colours()
    console = Console(
        width=output.width() if output.on_terminal() else UNBROKEN,
        force_terminal=styled,
        color_system=(colours or "standard") if styled else None,
        no_color=colours is None,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )
    links = styled and output.on_terminal() and terminal.links()
    separator = " · " if output.unicode() else "; "
    console.print(Flow(Text(one.entry.label, "bold")), Flow(Text(separator.join(_facts(one)), "dim")), sep="")
    if one.entry.body.strip():
        console.print()
        body, title = one.entry.body.strip("\r\n"), one.entry.heading.name
        console.print(render(body, ascii_only=not output.unicode(), hyperlinks=links, title=title))


def _facts(one: LocatedEntry) -> Iterator[str]:
    """What the metadata says, in words."""
    entry = one.entry
    if one.id != entry.label:
        yield one_line(one.id)
    yield from entry.facts
    if one.archived:
        yield "archived"
    if entry.state == "summarized":
        yield "summarized"
    if entry.pinned:
        yield "pinned"
    used = f"used {entry.used} time{'' if entry.used == 1 else 's'}"
    last = one_line(entry.metadata.get("last_used") or "")
    yield f"{used}, last on {last}" if last else used
    if entry.tags:
        yield "tags: " + ", ".join(one_line(tag) for tag in entry.tags)
    for key, value in entry.extra.items():
        yield f"{key}: {one_line(value)}"
