"""`share` and `sync`: a layer's own files committed, and others' commits merged. Nothing is pushed unasked."""

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from incident_tui.cli import output
from incident_tui.cli.commands.git_setup import agreed
from incident_tui.cli.commands.move import require_yes
from incident_tui.cli.parser import UsageError
from incident_tui.cli.select import opened
from incident_tui.format.errors import Refused
from incident_tui.storage.git import share_sync
from incident_tui.storage.git.work_trees import work_trees

if TYPE_CHECKING:
    from pathlib import Path

    from incident_tui.storage.library import Library
    from incident_tui.storage.snapshot import Snapshot


def run(args: Namespace) -> int:
    """Share, or sync, each layer that is meant; 1 where one of them couldn't be."""
    library, snapshot = opened(args)
    layer = args.words[0] if args.words else None
    if layer is not None and layer not in snapshot.layers:
        layers = ", ".join(dict.fromkeys(filter(None, snapshot.layers))) or "none"
        raise UsageError(f"there is no layer '{layer}' here; there are: {layers}")
    indexes = [index for index, each in enumerate(snapshot.layers) if layer in (None, each)]
    trees, _ = work_trees([snapshot.files[index].live_file for index in indexes])
    if not trees:
        raise Refused("these files are in no git work tree")
    failed = False
    for tree in trees:
        files = [indexes[index] for index in tree.file_indexes]
        name = snapshot.layers[files[0]] or tree.top.name
        try:
            if args.command == "share":
                _share(args, library, snapshot, tree.top, files, name)
            else:
                _sync(tree.top, name)
        except Refused as refused:
            if len(trees) == 1:
                raise Refused(f"{name}: {refused}") from None
            output.print_error(f"{name}: {refused}")
            failed = True
    return int(failed)


def _share(
    args: Namespace, library: "Library", snapshot: "Snapshot", top: "Path", files: Sequence[int], name: str
) -> None:
    """Commit what isn't committed of the files and their archives, and nothing else. Raises `Refused`."""
    changes = share_sync.changes_made(library, files)
    plan = share_sync.plan_share(top, [snapshot.files[index] for index in files], changes)
    if not plan.changed:
        output.print_line(f"{name}: nothing to commit")
    else:
        output.print_line(f"{name}:")
        for line in (*plan.message.split("\n"), "", *plan.changed):
            output.print_line(f"  {line}".rstrip())
    if plan.suspects and not args.force and (plan.changed or args.push):
        for path, suspect in plan.suspects:
            output.print_error(f"{path}, line {suspect.number}, {suspect.kind}: {suspect.text}")
        require_yes(len(plan.suspects), name, "Share")
    if plan.changed:
        if not (args.yes or agreed("Commit it?")):
            raise Refused("nothing was committed")
        output.print_line(f"{name}: {share_sync.commit(plan)}")
    if args.push:
        output.print_line(f"{name}: {share_sync.push(top)}")


def _sync(top: "Path", name: str) -> None:
    """Fetch, and merge what others pushed. Raises `Refused` where that can't be."""
    incoming = share_sync.fetch(top)
    if incoming.commits and not incoming.by_entry:
        output.print_error(f"{name}: {share_sync.NO_DRIVER}")
    output.print_line(f"{name}: {share_sync.merge(top, incoming)}")
