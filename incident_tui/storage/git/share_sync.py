"""Sharing a layer by git: its own files committed, pushed if asked for, and others' commits merged."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line, pluralize
from incident_tui.format.secrets import SuspectLine, suspect_lines
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.git import repository
from incident_tui.storage.git.sharing import is_shared
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import FileSnapshot

_SUBJECT = 72
"""Characters of a commit's first line."""

_UNMERGED = ("DD", "AU", "UD", "UA", "DU", "AA", "UU")
"""What git's status says of files in conflict."""

NO_DRIVER = "git merges line by line here; `incident-tui git-setup` makes it merge entry by entry"

Made = tuple[float, str]
"""When a change was made, in seconds since the epoch, and its description."""


class SuspectFile(NamedTuple):
    """A line that others would get and that seems to hold a secret, and git's name of its file."""

    name: str
    line: SuspectLine


class SharePlan(NamedTuple):
    """What would be committed in a work tree."""

    top: Path
    changed: tuple[str, ...]
    """The files, as git names them; none where all is committed."""
    message: str
    suspects: tuple[SuspectFile, ...]
    """What others don't have yet and would get, and looks like a secret; none where nobody else reads the files."""
    names: tuple[str, ...]
    """All files that are shared so, as git names them."""
    shared: bool
    """Whether others read them."""
    unpushed: int
    """How many commits the branch that this one follows lacks already; 0 where it follows none."""


class Incoming(NamedTuple):
    """What was fetched: the commits of a branch that are missing here."""

    upstream: str
    commits: int
    by_entry: bool
    """Whether git merges entry by entry."""


def changes_made(library: Library, files: Iterable[int]) -> list[Made]:
    """The changes of files, by their indexes, that are in force."""
    return [
        (record.time, record.did)
        for index in files
        for record in library.knowledge_bases[index].history.records()
        if not record.undone
    ]


def plan_share(top: Path, files: Sequence[FileSnapshot], made: Sequence[Made]) -> SharePlan:
    """What isn't committed of files and their archives; the message is of what was `made` of it. Raises `Refused`."""
    _require_branch(top)
    paths = [path for file in files for path in (file.live_file, file.archive_file) if os.path.lexists(path)]
    names = [name for path in paths if (name := repository.name_in(top, path))]
    attributes = [repository.ATTRIBUTES] if (top / repository.ATTRIBUTES).exists() else []
    records = repository.git_text(top, "status", "--porcelain=v1", "-z", "--no-renames", "--", *names, *attributes)
    changed = tuple(record[3:] for record in records.split("\0") if record)
    if conflicts := [record[3:] for record in records.split("\0") if record[:2] in _UNMERGED]:
        raise Refused(
            f"conflicts in {one_line(', '.join(conflicts))}; resolve and git add them first, nothing was done"
        )
    shared = any(is_shared(file.live_file) for file in files)
    suspects = _suspects(top, names) if shared else ()
    return SharePlan(top, changed, _message(top, files, made), suspects, tuple(names), shared, _unpushed(top))


def commit(plan: SharePlan) -> str:
    """Commit what was planned, and nothing else; say so. Raises `Refused`."""
    if plan.shared and not set(_suspects(plan.top, plan.names)) <= set(plan.suspects):
        raise Refused("a line that looks like a secret was written meanwhile; nothing was committed, look again")
    # git commits what it doesn't know yet only where it is staged.
    others = repository.git_text(plan.top, "ls-files", "-z", "--others", "--", *plan.changed).split("\0")
    new = [name for name in others if name]
    try:
        if new:
            repository.git_text(plan.top, "add", "--", *new)
        words = ("commit", "-q", "-m", plan.message, "--only", "--", *plan.changed)
        repository.git_text(plan.top, *words, wait=repository.NETWORK_WAIT)
    except Refused as refused:
        if not repository.git_text(plan.top, "status", "--porcelain", "--", *plan.changed):
            return "committed already, by another program meanwhile"
        with suppress(Refused):
            # What has a commit meanwhile stays: out of the index it would be a file to delete.
            words = ("diff", "--cached", "--name-only", "--diff-filter=A", "-z", "--", *new)
            if staged := repository.git_text(plan.top, *words).strip("\0") if new else "":
                repository.git_text(plan.top, "rm", "-q", "--cached", "--", *staged.split("\0"))
        raise Refused(f"{refused}; nothing was committed") from None
    return f"committed {pluralize(len(plan.changed), 'file', 'files')}"


def push(top: Path) -> str:
    """Push the branch to the one that it follows; say so. Raises `Refused`."""
    _require_upstream(top, "nothing was pushed")
    repository.git_push(top)
    return "pushed"


def fetch(top: Path) -> Incoming:
    """Fetch what others pushed. Raises `Refused`."""
    _require_branch(top)
    upstream = _require_upstream(top)
    repository.git_fetch(top)
    commits = int(repository.git_text(top, "rev-list", "--count", f"HEAD..{upstream}") or 0)
    driver = repository.git_answer(top, "config", f"merge.{repository.DRIVER}.driver")
    return Incoming(upstream, commits, bool(driver))


def merge(top: Path, incoming: Incoming) -> str:
    """Merge what was fetched; say so. Raises `Refused` where that can't be finished."""
    if not incoming.commits:
        return "nothing new"
    count = pluralize(incoming.commits, "commit", "commits")
    if why_not := repository.git_merge(top, incoming.upstream):
        raise Refused(f"{count} can't be merged: {why_not}")
    return f"merged {count}"


def _suspects(top: Path, names: Iterable[str]) -> tuple[SuspectFile, ...]:
    """The lines of files that seem to hold a secret and that others, as of the last fetch, don't have in that file."""
    suspects: list[SuspectFile] = []
    for name in names:
        try:
            stored = atomic_file.read(top / name)
        except OSError as error:
            raise Refused(f"{one_line(name)} can't be read: {atomic_file.os_error_text(error)}") from None
        lines = list(suspect_lines(stored.data.decode("utf-8", "replace"))) if stored is not None else []
        pushed = _pushed_lines(top, name) if lines else set()
        suspects += [SuspectFile(name, line) for line in lines if line.text not in pushed]
    return tuple(suspects)


def _pushed_lines(top: Path, name: str) -> set[str]:
    """The lines of a file on the branch that this one follows; without one, of the last commit."""
    for commit_name in ("@{upstream}", "HEAD"):
        with suppress(Refused):
            repository.git_text(top, "rev-parse", commit_name)
            data = repository.git_bytes(top, "cat-file", "blob", f"{commit_name}:{name}")
            return {line.strip() for line in data.decode("utf-8", "replace").split("\n")}
    return set()


def _message(top: Path, files: Sequence[FileSnapshot], made: Sequence[Made]) -> str:
    """Return the changes since the last commit, in a line; of several a line that counts them, and one for each below.

    Where they aren't known, it says that the files were updated.
    """
    try:
        since = float(repository.git_text(top, "log", "-1", "--format=%ct") or 0)
    except (Refused, ValueError):  # no commit yet
        since = 0.0
    descriptions = dict.fromkeys(one_line(description) for when, description in sorted(made) if when >= since)
    changes = [f"{description[:1].upper()}{description[1:]}" for description in descriptions]
    if not changes:
        return "Update the knowledge base"
    if len(changes) == 1 and len(changes[0]) <= _SUBJECT:
        return changes[0]
    name = one_line(files[0].live_file.stem).capitalize() if len(files) == 1 else "Knowledge base"
    subject = f": {pluralize(len(changes), 'change', 'changes')}"
    return "\n".join([f"{name[: _SUBJECT - len(subject)]}{subject}", "", *(f"- {change}" for change in changes)])


def _unpushed(top: Path) -> int:
    try:
        return int(repository.git_text(top, "rev-list", "--count", "@{upstream}..HEAD") or 0)
    except Refused:
        return 0


def _require_branch(top: Path) -> None:
    """See that the work tree is on a branch and in the middle of nothing. Raises `Refused`."""
    for what, names in (
        ("a rebase", ("rebase-merge", "rebase-apply")),
        ("a merge", ("MERGE_HEAD",)),
        ("a cherry-pick", ("CHERRY_PICK_HEAD",)),
    ):
        if any(repository.is_in_git_folder(top, each) for each in names):
            raise Refused(f"{what} is under way; finish it first, nothing was done")
    if not repository.git_answer(top, "symbolic-ref", "-q", "HEAD"):
        raise Refused("it is on no branch (a detached HEAD); check one out first, nothing was done")


def _require_upstream(top: Path, left: str = "nothing was done") -> str:
    """The branch that this one follows. Raises `Refused` where there is none, which says what is `left` as it was."""
    if not repository.git_text(top, "remote"):
        raise Refused(f"it has no remote; {left}")
    try:
        return repository.git_text(top, "rev-parse", "--abbrev-ref", "@{upstream}")
    except Refused:
        raise Refused(f"its branch follows no branch of a remote; git push -u once, {left}") from None
