"""git as the program meets it: asked about files, given settings, and left alone otherwise.

What is asked goes over no network and waits for no lock. Only `git_push` and `git_fetch` use a network, and only
`git_merge` and what `share` asks of it write to the repository.
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
"""The same for what goes over a network, or calls hooks."""

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


_NETWORK = MappingProxyType({"GIT_ALLOW_PROTOCOL": None})
"""What is set otherwise where a network is meant: the user's own protocols; nobody is asked for a password."""

_REMOTE_AHEAD = (b"(fetch first)", b"(non-fast-forward)")
"""Why git's push is rejected where the remote branch has commits that aren't here."""

_STASH = "refs/stash"


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


def git_text(folder: Path, *words: str, wait: float = WAIT) -> str:
    """Return git's output without the last line end; empty where there is none. Raises like `git_bytes`."""
    return _text(git_bytes(folder, *words, wait=wait))


def git_answer(folder: Path, *words: str) -> str:
    """Return the same of a question to which git's status 1 means no: empty then. Raises like `git_bytes`."""
    return _text(_run_in(folder, words, WAIT, fine=(0, 1)))


def git_bytes(folder: Path, *words: str, wait: float = WAIT) -> bytes:
    """Return git's output, byte for byte.

    Raises `Refused` where git isn't there, fails, or doesn't answer within `wait` seconds.
    """
    return _run_in(folder, words, wait)


def git_push(folder: Path) -> None:
    """Push the branch to the one that it follows. Raises `Refused`, also where that has commits that aren't here."""
    process = _run(["-C", str(folder), "push", "-q"], NETWORK_WAIT, _NETWORK)
    if process.returncode:
        if any(b"[rejected]" in process.stderr and why in process.stderr for why in _REMOTE_AHEAD):
            raise Refused("others have pushed; sync first")
        if b"cannot lock ref" in process.stderr:
            raise Refused("somebody pushes at this moment; sync, then push again")
        raise Refused(_failure(process))


def git_fetch(folder: Path) -> None:
    """Fetch what others pushed. Raises `Refused`."""
    process = _run(["-C", str(folder), "fetch", "-q"], NETWORK_WAIT, _NETWORK)
    if process.returncode:
        raise Refused(_failure(process))


def git_merge(folder: Path, commit: str) -> str:
    """Merge a commit into the branch; return why that isn't finished, empty where it is.

    Conflicts are left for a person. Raises `Refused` where it is finished, but uncommitted changes (`merge.autoStash`)
    couldn't be brought back.
    """
    stash = git_answer(folder, "rev-parse", "-q", "--verify", _STASH)
    process = _run(["-C", str(folder), "merge", "-q", "--no-edit", commit], NETWORK_WAIT)
    names = git_text(folder, "diff", "-z", "--name-only", "--diff-filter=U").strip("\0").split("\0")
    conflicts = f"conflicts in {one_line(', '.join(names))}" if names[0] else ""
    if not process.returncode:
        if git_answer(folder, "rev-parse", "-q", "--verify", _STASH) != stash:
            advice = f"{conflicts}; resolve and git add them" if conflicts else "git stash apply"
            problem = "merged, but it doesn't go together with what wasn't committed here"
            raise Refused(f"{problem}: {advice}, then git stash drop (stash@{{0}} has your changes as they were)")
        return ""
    reasons = [conflicts or _failure(process)]
    if is_in_git_folder(folder, "MERGE_HEAD"):
        reasons.append(f"{'resolve and commit them' if conflicts else 'git commit'}, or git merge --abort")
    if is_in_git_folder(folder, "MERGE_AUTOSTASH"):
        reasons.append("until then git has all else that wasn't committed in a stash")
    return "; ".join(reasons)


def is_in_git_folder(folder: Path, name: str) -> bool:
    """Return whether git has a file of a name, such as `MERGE_HEAD`, among its own of the work tree."""
    return (folder / git_text(folder, "rev-parse", "--git-path", name)).exists()


def _text(output: bytes) -> str:
    return output.decode("utf-8", "surrogateescape").removesuffix("\n")


def _run_in(folder: Path, words: Sequence[str], wait: float, fine: Sequence[int] = (0,)) -> bytes:
    process = _run(["-C", str(folder), *words], wait)
    if process.returncode not in fine:
        raise Refused(_failure(process))
    return process.stdout


def _failure(process: "subprocess.CompletedProcess[bytes]") -> str:
    """Return why git failed: its error, or else the first line of it, or of a hook, that is no advice."""
    lines = process.stderr.decode("utf-8", "replace").strip().splitlines()
    lines = [line.removeprefix("remote: ") for line in lines if not line.startswith(("hint: ", "To "))]
    reason = next((line for line in lines if line.startswith("fatal: ")), lines[0] if lines else "")
    return f"git says: {one_line(reason).removeprefix('fatal: ') or f'status {process.returncode}'}"


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
    process = _run(["merge-file", "-p", *labels, "--", *files])
    if not 0 <= process.returncode < 128:
        raise Refused(f"git can't merge it either: {one_line(process.stderr.decode('utf-8', 'replace').strip())}")
    return process.stdout, process.returncode == 0


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
