"""`share` and `sync`: a layer's own files committed, and others' commits merged. Nothing is pushed unasked."""

import os
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui.cli import output
from incident_tui.cli.commands.git_setup import agreed
from incident_tui.cli.errors import UsageError
from incident_tui.cli.select import opened
from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line, pluralize
from incident_tui.storage.git import repository
from incident_tui.storage.git.work_trees import work_trees

if TYPE_CHECKING:
    from incident_tui.storage.library import Library
    from incident_tui.storage.snapshot import Snapshot

_SUBJECT = 72
"""Characters of a commit's first line."""


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
    args: Namespace, library: "Library", snapshot: "Snapshot", top: Path, files: Sequence[int], name: str
) -> None:
    """Commit what isn't committed of the files and their archives, and nothing else. Raises `Refused`."""
    _require_branch(top)
    paths = [path for index in files for path in (snapshot.files[index].live_file, snapshot.files[index].archive_file)]
    names = [each for path in paths if os.path.lexists(path) and (each := repository.name_in(top, path))]
    attributes = [repository.ATTRIBUTES] if (top / repository.ATTRIBUTES).exists() else []
    records = repository.git_text(top, "status", "--porcelain=v1", "-z", "--no-renames", "--", *names, *attributes)
    changed = [record[3:] for record in records.split("\0") if record]
    if not changed:
        output.print_line(f"{name}: nothing to commit")
    else:
        message = _message(library, top, files)
        output.print_line(f"{name}:")
        for line in (message, "", *changed):
            output.print_line(f"  {line}".rstrip())
        if not (args.yes or agreed("Commit it?")):
            raise Refused("nothing was committed")
        repository.git_text(top, "add", "--", *changed)
        repository.git_text(top, "commit", "-q", "-m", message, "--only", "--", *changed)
        output.print_line(f"{name}: committed {pluralize(len(changed), 'file', 'files')}")
    if args.push:
        _require_upstream(top)
        repository.git_network(top, "push", "-q")
        output.print_line(f"{name}: pushed")


def _message(library: "Library", top: Path, files: Sequence[int]) -> str:
    """What the changes since the last commit did, in a line; that the files were updated, where that isn't known."""
    try:
        since = float(repository.git_text(top, "log", "-1", "--format=%ct") or 0)
    except (Refused, ValueError):  # no commit yet
        since = 0.0
    made = [
        (record.time, record.did)
        for index in files
        for record in library.knowledge_bases[index].history.records()
        if record.time >= since and not record.undone
    ]
    told = [one_line(did) for did in dict.fromkeys(did for _, did in sorted(made))]
    text = "; ".join(told)
    if not told:
        return "Update the knowledge base"
    if len(text) > _SUBJECT:
        text = f"{pluralize(len(told), 'change', 'changes')}: {text}"
        text = f"{text[: _SUBJECT - 1]}…"
    return text[:1].upper() + text[1:]


def _sync(top: Path, name: str) -> None:
    """Fetch, and merge what others pushed. Raises `Refused` where that can't be."""
    _require_branch(top)
    upstream = _require_upstream(top)
    repository.git_network(top, "fetch", "-q")
    behind = int(repository.git_text(top, "rev-list", "--count", f"HEAD..{upstream}") or 0)
    if not behind:
        output.print_line(f"{name}: nothing new")
        return
    if not repository.git_text(top, "config", f"merge.{repository.DRIVER}.driver"):
        output.print_error(
            f"{name}: git merges line by line here; `incident-tui git-setup` makes it merge entry by entry"
        )
    merged = repository.git_merge(top, upstream)
    if merged:
        raise Refused(f"{pluralize(behind, 'commit', 'commits')} can't be merged: {merged}")
    output.print_line(f"{name}: merged {pluralize(behind, 'commit', 'commits')}")


def _require_branch(top: Path) -> None:
    """See that the work tree is on a branch and in the middle of nothing. Raises `Refused`."""
    for what, names in (
        ("a rebase", ("rebase-merge", "rebase-apply")),
        ("a merge", ("MERGE_HEAD",)),
        ("a cherry-pick", ("CHERRY_PICK_HEAD",)),
    ):
        if any((top / repository.git_text(top, "rev-parse", "--git-path", each)).exists() for each in names):
            raise Refused(f"{what} is under way; finish it first, nothing was done")
    if not repository.git_text(top, "symbolic-ref", "-q", "HEAD"):
        raise Refused("it is on no branch (a detached HEAD); check one out first, nothing was done")


def _require_upstream(top: Path) -> str:
    """The branch that this one follows. Raises `Refused` where there is none."""
    if not repository.git_text(top, "remote"):
        raise Refused("it has no remote; nothing was done")
    try:
        return repository.git_text(top, "rev-parse", "--abbrev-ref", "@{upstream}")
    except Refused:
        raise Refused("its branch follows no branch of a remote; git push -u once, nothing was done") from None
