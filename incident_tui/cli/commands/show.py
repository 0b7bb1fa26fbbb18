"""`show`: one entry, rendered, as its source text, or as JSON."""

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from incident_tui import terminal
from incident_tui.cli import output
from incident_tui.cli.select import entries, read
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.model.overrides import overrides
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from incident_tui.format.model.contents import Contents
    from incident_tui.storage.snapshot import Snapshot


def run(args: Namespace) -> int:
    """Print the entry."""
    snapshot = read(args)
    named = all_entries(*snapshot.contents)
    (located,) = entries(args.words, named, prefer="archive" if args.full else "live", within=snapshot)
    if args.full:
        located = _original(located, snapshot.contents[located.file_index])
    if args.json:
        from incident_tui.cli.json_output import dumps, full_object

        output.write(f"{dumps(full_object(located, snapshot))}\n")
    elif args.raw and not output.on_terminal():
        output.write_bytes(located.entry.raw)
    elif args.raw:
        text = sanitize(located.entry.text)
        output.write(text if text.endswith("\n") else f"{text}\n")
    else:
        _render(located, _whereabouts(located, named, snapshot))
    return 0


def _whereabouts(located: LocatedEntry, named: Sequence[LocatedEntry], snapshot: "Snapshot") -> Iterator[str]:
    """Yield the file and its layer where there are several, and which entry of the same key is in force instead."""
    names = snapshot.names
    if len(names) > 1:
        yield names[located.file_index]
    winner = overrides(named, snapshot.layers).get(located)
    if winner is not None:
        yield f"overridden by {winner.id}" + (f" in {names[winner.file_index]}" if len(names) > 1 else "")


def _original(located: LocatedEntry, contents: "Contents") -> LocatedEntry:
    """The full text of an entry: itself if it was never summarized."""
    if located.entry.state == "full":
        return located
    from incident_tui.format.edit.archiving import original

    archive = contents.document("archive")
    full = original(archive, located.entry)
    if full is None:
        raise Refused(f"{located.entry.label}: {contents.missing_full_text}")
    return LocatedEntry(full, archive, "archive", located.file_index)


def _render(located: LocatedEntry, whereabouts: Iterable[str]) -> None:
    """Heading, a line of metadata and `whereabouts`, and the body.

    On a pipe nothing is wrapped, and nothing styled unless asked for.
    """
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
    console.print(
        Flow(Text(located.entry.label, "bold")),
        Flow(Text(separator.join([*_facts(located), *whereabouts]), "dim")),
        sep="",
    )
    if located.entry.body.strip():
        console.print()
        body, title = located.entry.body.strip("\r\n"), located.entry.heading.name
        console.print(render(body, ascii_only=not output.unicode(), hyperlinks=links, title=title))


def _facts(located: LocatedEntry) -> Iterator[str]:
    """Yield the metadata in words."""
    entry = located.entry
    if located.id != entry.label:
        yield one_line(located.id)
    yield from entry.shown_values
    if located.archived:
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
