"""`import`: a folder of post-mortems becomes entries, as one change."""

import os
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui.cli import output
from incident_tui.cli.columns import filled
from incident_tui.cli.commands.change import path_for_display, tell
from incident_tui.cli.files import file_to_make, knowledge_base_source
from incident_tui.cli.parser import UsageError
from incident_tui.cli.select import file_meant, opened
from incident_tui.format.edit.describe import NAMED
from incident_tui.format.edit.new_file import new_file
from incident_tui.format.model.document import Document
from incident_tui.format.sanitize import one_line, pluralize
from incident_tui.importing.files import SourcePath, find_files, read_file
from incident_tui.importing.plan import ImportPlan, plan_import

if TYPE_CHECKING:
    from incident_tui.storage.library import Library
    from incident_tui.storage.snapshot import Snapshot


def run(args: Namespace) -> int:
    """Import, or say what would be imported; 1 where an incident was left out."""
    library, snapshot = _target(args)
    files = list(find_files([Path(word) for word in args.words]))
    first = snapshot.files[0]
    empty = new_file(first.live_file.name)
    own = {os.path.realpath(path) for file in snapshot.files for path in (file.live_file, file.archive_file)}
    files = [file for file in files if os.path.realpath(file.path) not in own]
    contents = snapshot.contents if first.exists else [first.contents._replace(live=Document.parse(empty))]
    plan = plan_import(contents, [(file.source, read_file(file)) for file in files if file.markdown])
    there = len(plan.existing)
    already = f"{pluralize(there, 'entry is', 'entries are')} there already" if there else ""
    outcome = None
    if plan.new and not args.dry_run:
        outcome = library.edit(plan.edits)
    for row in _rows(plan, args.dry_run):
        output.write(row)
    if outcome is not None:
        tell(outcome, already)
    else:
        would = f"would create {pluralize(len(plan.new), 'entry', 'entries')} in {path_for_display(first.live_file)}"
        output.print_line(
            "; ".join(filter(None, [would if plan.new else "nothing new", already, "nothing was written"]))
        )
    for line in _complaints(plan, files):
        output.print_error(line)
    failed = any(not file.expected for file in plan.left_out)
    return 1 if failed or not (plan.new or plan.existing) else 0


def _target(args: Namespace) -> "tuple[Library, Snapshot]":
    """The knowledge base that gets the entries, which may be still to be made. Raises `Refused`."""
    named = _file_named(args)
    if named is None and args.to and args.file:
        raise UsageError("--to and -f both name the file to import into (see `incident-tui import --help`)")
    path = named or file_to_make([Path(args.to)] if args.to else knowledge_base_source(args).paths)
    if path is None:
        raise UsageError("several files are named; say which one gets the entries: --to FILE")
    if os.path.lexists(path):
        library, snapshot = opened(Namespace(file=[os.fspath(path)]))
        snapshot.files[0].require_writable()
        return library, snapshot
    from incident_tui.storage.knowledge_base import KnowledgeBase
    from incident_tui.storage.library import Library

    library = Library([KnowledgeBase(path)])
    return library, library.snapshot()


def _file_named(args: Namespace) -> Path | None:
    """The file that --to means by its name (`payments/facts`) or its layer's; None where it is a path, or one is open.

    Raises `UsageError` where none of several is called so.
    """
    if not args.to or os.path.lexists(args.to) or args.to.endswith(".md") or not knowledge_base_source(args).paths:
        return None
    _, snapshot = opened(args, missing=True)
    if len(snapshot.files) == 1:
        return None
    return snapshot.files[file_meant(args.to, snapshot, "incidents")].live_file


def _rows(plan: ImportPlan, whole: bool) -> Iterator[str]:
    """What becomes an entry: file, id, what its date is from, and, if it is to be `whole`, reference and title."""
    for entry in plan.new:
        dating = entry.incident.dating
        (created, *_) = plan.document.find(entry.edit.target.identity)
        ident = plan.document.id(created)
        origin = f"{dating.origin} (a guess)" if dating.guessed else dating.origin
        if output.on_terminal():
            lines = [f"{ident}  {created.label}" if whole else ident, f"  {entry.source}, date: {origin}"]
            yield "".join(f"{one_line(line)}\n" for line in lines)
        else:
            columns = [entry.source, ident, origin, *([created.ref or "", created.title] if whole else [])]
            yield "\t".join(filled(columns)) + "\n"


def _complaints(plan: ImportPlan, files: Sequence[SourcePath]) -> Iterator[str]:
    """What was read otherwise than as it is, what was left as it was, and what was left out."""
    for source, note in plan.notes:
        yield f"{source}: {note}"
    for entry in plan.existing:
        if entry.changed:
            yield f"{entry.source}: changed since it was imported; {entry.id} is left as it is"
        elif not entry.same_source:
            yield f"{entry.source}: not imported: {entry.id} has this day and name already"
    for refusal in plan.left_out:
        yield f"{refusal.source}: not imported: {refusal.reason}"
    kinds: dict[str, list[str]] = defaultdict(list)
    for file in files:
        if not file.markdown:
            kinds[file.path.suffix.lower()].append(file.source)
    for kind, names in sorted(kinds.items(), key=lambda kind: -len(kind[1])):
        shortened = names if len(names) <= NAMED else [*names[:NAMED], f"… {len(names) - NAMED} more"]
        count = pluralize(len(names), f"{kind} file".strip(), f"{kind} files".strip())
        yield f"not imported: {count}, not Markdown: {', '.join(shortened)}"
