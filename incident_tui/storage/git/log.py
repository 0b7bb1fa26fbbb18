"""Who changed an entry: the commits that git finds for its lines, through the move to the archive and back."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from incident_tui.format.errors import Refused
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry
from incident_tui.format.model.located import Target
from incident_tui.format.sanitize import one_line
from incident_tui.storage.git import repository
from incident_tui.storage.snapshot import FileSnapshot

KEPT = 50
"""How many commits are asked for."""

WAIT = 120
"""Seconds that git may take to find them."""

_FORMAT = ("--format=%x00%h%x00%ad%x00%aN%x00%s", "--date=format-local:%Y-%m-%d %H:%M", "--encoding=UTF-8")
_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature")


class Commit(NamedTuple):
    """What one commit did to an entry. All of it is text as git has it: whoever shows it makes it harmless first."""

    name: str
    """Its hash, short."""
    when: str
    """In the reader's time zone: `2026-11-24 15:19`."""
    author: str
    subject: str
    lines: tuple[str, ...]
    """The entry's lines that went (`-`) and came (`+`), without line ends."""
    began: bool
    """Whether the entry came into its file here; then `lines` is all of it."""


class Log(NamedTuple):
    """The commits that changed an entry, newest first."""

    commits: tuple[Commit, ...]
    uncommitted: bool
    """Whether the entry is otherwise now than in the last commit, or elsewhere."""
    more: bool
    """Whether there are older commits."""


def log(file: FileSnapshot, target: Target, kept: int = KEPT) -> Log:
    """The commits that changed an entry; none, where it was never committed.

    Raises `Refused` where its file is in no git work tree, or git can't say.
    """
    path = file.path(target.location)
    other = file.path("archive" if target.location == "live" else "live")
    top = repository.work_tree(path)
    if top is None:
        raise Refused(f"{one_line(path.name)} is in no git work tree")
    history = _History(top, [name for each in (path, other) if (name := repository.name_in(top, each)) is not None])
    held = history.held("HEAD", target)
    uncommitted = (
        held is None or held.file != repository.name_in(top, path) or _text(held.entry.raw) != _text(target.seen)
    )
    commits: list[Commit] = []
    while held is not None and len(commits) <= kept:
        commits_of_entry = list(history.commits(held, kept + 1 - len(commits)))
        commits += commits_of_entry
        held = history.held(f"{commits_of_entry[-1].name}^", target) if commits_of_entry else None
    return Log(tuple(commits[:kept]), uncommitted, len(commits) > kept)


class _EntryAtCommit(NamedTuple):
    """An entry as a commit has it."""

    commit: str
    file: str
    entry: Entry
    lines: tuple[int, int]
    """Its first and its last line in the file, from 1."""


class _History:
    """The history of a knowledge base's files, named from the `top` of their work tree."""

    def __init__(self, top: Path, files: Sequence[str]) -> None:
        self._top = top
        self._files = files

    def held(self, commit: str, target: Target) -> _EntryAtCommit | None:
        """The entry in the first of the files that has it there."""
        for file in self._files:
            blob = repository.git_answer(self._top, "rev-parse", "--quiet", "--verify", f"{commit}:{file}")
            if not blob:
                continue
            document = Document.parse(repository.git_bytes(self._top, "cat-file", "blob", blob))
            entry = _found(document, target)
            if entry is not None:
                lines = document.line(entry.start), document.line(max(entry.start, entry.end - 1))
                return _EntryAtCommit(commit, file, entry, lines)
        return None

    def commits(self, held: _EntryAtCommit, most: int) -> Iterator[Commit]:
        """The commits that changed the entry in its file, newest first, down to the one that brought it there.

        From there on git would go on with whatever lines that commit put it in place of.
        """
        first, last = held.lines
        where = f"-L{first},{last}:{held.file}"
        output = repository.git_bytes(self._top, "log", f"-n{most}", *_FORMAT, *_PLAIN, where, held.commit, wait=WAIT)
        for record in output.removeprefix(b"\0").split(b"\n\0") if output else ():
            commit = _commit(record, held.entry.stamp)
            if commit.lines:  # a merge that took its lines from one side has none
                yield commit
            if commit.began:
                return


def _found(document: Document, target: Target) -> Entry | None:
    """The entry that is meant; the only one of its time, if it was called otherwise then."""
    same = document.find(target.identity)
    if not same:
        stamp = target.identity.timestamp.encode("utf-8", "surrogateescape")
        timely = [entry for entry, its in zip(document.entries, document.stamps, strict=True) if its == stamp]
        return timely[0] if len(timely) == 1 else None
    return next((entry for entry in same if entry.raw == target.seen), same[0])


def _commit(record: bytes, stamp: bytes) -> Commit:
    """A commit as `git log -L` tells it: a line in our format, and a patch of the entry's lines."""
    head, _, patch = record.partition(b"\n")
    name, when, author, subject = (word.decode("utf-8", "replace") for word in head.split(b"\0"))
    _, _, hunk = patch.partition(b"\n@@")
    changed = [line for line in hunk.split(b"\n")[1:] if line[:1] in (b"+", b"-")]
    heading = re.compile(rb"[+-]## M-" + re.escape(stamp) + rb"(?![^ \t\r])")
    began = {line[:1] for line in changed if heading.match(line)} == {b"+"}
    lines = (line.rstrip(b"\r").decode("utf-8", "surrogateescape") for line in changed)
    return Commit(name, when, author, subject, tuple(line for line in lines if not began or line[0] == "+"), began)


def _text(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").rstrip(b"\n")
