"""git as the program meets it: asked about files, given settings, and left alone otherwise.

What is asked goes over no network and waits for no lock. Only `git_network` (`share --push`, `sync`) uses a network,
and only `git_merge` and what `share` asks of it write to the repository.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line

WAIT = 20
"""Seconds after which a question to git is given up."""

NETWORK_WAIT = 120
"""The same for what goes over a network."""

ATTRIBUTES = ".gitattributes"

DRIVER = "incident-tui"
"""What the merge driver is called in attributes and settings."""

_HASH = 7
"""Characters of a commit's hash that are shown."""

_STATUS = ("--porcelain=v2", "-z", "--branch", "--no-renames", "-uall", "--ignored")

_QUIET = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "",  # a clone without its blobs would fetch them
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
"""What git is told by its environment: it asks nobody, waits for no lock, and takes names as they are."""


_NO_WORK_TREE = "not a git repository (or any"
"""How git says that a folder is in none, as against one that it can't or won't read."""


class NoGit(Refused):
    """There is no git on the `PATH`."""


class MergeInput(NamedTuple):
    """One version of a file, as a merge has it on disk, and what conflict markers call it."""

    file: Path
    label: str


class GitStatus(NamedTuple):
    """Where a work tree stands, as to some of its files."""

    branch: str
    """Its branch; where it is on none, the beginning of the commit's hash; that git refuses, where it does."""
    changed: bool | None
    """Whether something of these files is not committed; nothing where git can't be asked."""
    ahead: int = 0
    """How many commits the upstream branch lacks, as of the last fetch."""
    behind: int = 0
    """How many commits of it are missing here."""


def git_text(folder: Path, *words: str) -> str:
    """git's output without the last line end; empty where there is none, or for status 1. Raises like `git_bytes`."""
    return git_bytes(folder, *words).decode("utf-8", "surrogateescape").removesuffix("\n")


def git_bytes(folder: Path, *words: str, wait: float = WAIT) -> bytes:
    """What git says, byte for byte; empty where it says nothing, or no (status 1).

    Raises `Refused` where git isn't there, fails, or doesn't answer within `wait` seconds.
    """
    done = _run(["-C", str(folder), *words], wait)
    if done.returncode not in (0, 1):
        raise Refused(f"git says: {_reason(done.stderr) or f'status {done.returncode}'}")
    return done.stdout


def git_network(folder: Path, *words: str) -> None:
    """Push or fetch, with the user's own credentials helpers; nobody is asked. Raises `Refused`."""
    done = _run(["-C", str(folder), *words], NETWORK_WAIT, {"GIT_ALLOW_PROTOCOL": None})
    if done.returncode:
        raise Refused(f"git says: {_reason(done.stderr) or f'status {done.returncode}'}")


def git_merge(folder: Path, commit: str) -> str:
    """Merge a commit into the branch; why not, where that isn't finished. Conflicts are left for a person."""
    done = _run(["-C", str(folder), "merge", "-q", "--no-edit", commit], NETWORK_WAIT)
    if not done.returncode:
        return ""
    conflicts = git_text(folder, "diff", "--name-only", "--diff-filter=U").splitlines()
    if conflicts:
        return f"conflicts in {one_line(', '.join(conflicts))}; resolve and commit them, or git merge --abort"
    return f"git says: {_reason(done.stderr) or f'status {done.returncode}'}"


def _reason(stderr: bytes) -> str:
    """Why git failed. What it advises stands in the lines below the reason."""
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    fatal = [line for line in lines if line.startswith("fatal: ")]
    return one_line((fatal or lines or [""])[0 if fatal else -1]).removeprefix("fatal: ")


def work_tree(path: Path) -> Path | None:
    """The top folder of the work tree that a file is in; nothing if it is in none.

    Raises `Refused` where git isn't there (`NoGit`), or won't read the work tree.
    """
    if not os.path.isdir(path.parent):  # noqa: PTH112 - never raises, as Path.is_dir does where one may not look
        return None
    try:
        top = git_text(path.parent, "rev-parse", "--show-toplevel")
    except Refused as refused:
        if _NO_WORK_TREE in str(refused):
            return None
        raise
    return Path(top) if top else None


def name_in(top: Path, path: Path) -> str | None:
    """How git names a file of the work tree at `top`; nothing where it is outside."""
    top = top.resolve()
    return path.relative_to(top).as_posix() if path.is_relative_to(top) else None


def git_status(live: Sequence[Path], archives: Sequence[Path]) -> GitStatus | None:
    """Where the work tree stands that live files are in, as to them and to those of their archives that are in it, too.

    Nothing where they are in none, or not all in one, where git ignores one of them, or where there is no git.
    """
    try:
        top = work_tree(live[0])
    except NoGit:
        return None
    except Refused:
        return GitStatus("git refuses", None)
    if top is None:
        return None
    names = [name for path in live if (name := name_in(top, path)) is not None]
    if len(names) < len(live):
        return None
    others = [name for path in archives if (name := name_in(top, path)) is not None]
    try:
        records = git_text(top, "status", *_STATUS, "--", *names, *others).split("\0")
    except Refused:
        return None
    for ignored in _after("! ", records):
        if any(f"{name}/".startswith(f"{ignored.rstrip('/')}/") for name in names):
            return None
    commit, branch = (next(_after(f"# branch.{what} ", records), "") for what in ("oid", "head"))
    changed = any(record and record[0] not in "#!" for record in records)
    counts = next(_after("# branch.ab ", records), "+0 -0").split()
    ahead, behind = (abs(int(count)) for count in counts)
    return GitStatus(commit[:_HASH] if branch == "(detached)" else branch, changed, ahead, behind)


def ref_paths(path: Path) -> tuple[Path, ...]:
    """The files that change when the work tree of a file gets another branch, or a commit; none where it is in none."""
    try:
        names = git_text(path.parent, "rev-parse", "--git-path", "HEAD", "--git-path", "index")
    except Refused:
        return ()
    return tuple(path.parent / name for name in names.splitlines())


def _after(start: str, records: Sequence[str]) -> Iterator[str]:
    return (record.removeprefix(start) for record in records if record.startswith(start))


def merge_lines(base: MergeInput, ours: MergeInput, theirs: MergeInput) -> tuple[bytes, bool]:
    """git's own merge, line by line: the text, and whether it is without conflicts. Raises `Refused`."""
    labels = [word for version in (ours, base, theirs) for word in ("-L", version.label)]
    files = [os.fspath(version.file) for version in (ours, base, theirs)]
    done = _run(["merge-file", "-p", *labels, "--", *files])
    if not 0 <= done.returncode < 128:
        raise Refused(f"git can't merge it either: {one_line(done.stderr.decode('utf-8', 'replace').strip())}")
    return done.stdout, done.returncode == 0


def _run(
    words: Sequence[str], wait: float = WAIT, other: Mapping[str, str | None] = MappingProxyType({})
) -> "subprocess.CompletedProcess[bytes]":
    """Run git. `other` are variables of its environment that are set otherwise, None for those that aren't."""
    environment: dict[str, str | None] = {**os.environ, **_QUIET, **other}
    try:
        return subprocess.run(
            ["git", "-c", "core.fsmonitor=false", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=wait,
            check=False,
            env={name: value for name, value in environment.items() if value is not None},
        )
    except (FileNotFoundError, NotADirectoryError):  # of a folder in the PATH that is none
        raise NoGit("there is no git here: none is on the PATH") from None
    except subprocess.TimeoutExpired:
        raise Refused(f"git doesn't answer within {wait:g} seconds") from None
    except OSError as error:
        raise Refused(f"git can't be run: {(error.strerror or str(error)).lower()}") from None
