"""Patching a file in place, under a recovery journal beside it.

Where a file can't be replaced by a rename (it has hard links, it is someone else's, its group can't be kept) it
is patched where it stands. Before that, what it was and what it becomes is written to `.NAME.journal`, with the
file's own mode and group, so that whoever edits next can finish what a crash left: a file that is half patched is
put back, one that is wholly patched is left. A reader sees the old text meanwhile. A journal that is torn says
nothing; the file was not touched yet when it was.
"""

import hashlib
import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from incident_tui.storage.files import Overtaken, Signature, signature_of, sync_folder, write_all

_KIND = "incident-tui journal 1"


class Journal(NamedTuple):
    """What a file was and what it becomes, from the first byte on that differs."""

    inode: int
    offset: int
    old: bytes
    new: bytes

    def holds(self, data: bytes) -> bool:
        """Whether a file's bytes are a state of this patch: each of the old text or of the new one.

        Where the file has grown they may also be zero, as a power cut leaves them. (Compared bit by bit, which
        is a little laxer and fast.)
        """
        tail = data[self.offset :]
        shorter, longer = sorted((len(self.old), len(self.new)))
        if not shorter <= len(tail) <= longer:
            return False
        old = self.old[: len(tail)] + tail[len(self.old) :]
        new = self.new[: len(tail)] + self.old[len(self.new) : len(tail)]
        now = int.from_bytes(tail)
        return (now ^ int.from_bytes(old)) & (now ^ int.from_bytes(new)) == 0 and self._grown(tail)

    def _grown(self, tail: bytes) -> bool:
        """Whether the bytes after the old text's end are those of the new text, or zero."""
        grown, new = (int.from_bytes(text[len(self.old) : len(tail)]) for text in (tail, self.new))
        return (grown ^ new) & grown == 0

    def before(self, data: bytes) -> bytes:
        """The file as it was before the patch."""
        return data[: self.offset] + self.old


def journal_file(path: Path) -> Path:
    """Where the journal of a file is."""
    return path.with_name(f".{path.name}.journal")


def patch(path: Path, old: bytes, new: bytes, seen: Signature) -> bool:
    """Turn a file's bytes from `old` into `new` where it stands; return whether that is known to be durable.

    Raises `Overtaken` if the file is no longer the one that was `seen`, and `OSError` where no journal can be made
    or the file can't be written; in the latter case the file is put back.
    """
    offset = _common(old, new)
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        status = os.fstat(descriptor)
        journal = Journal(status.st_ino, offset, old[offset:], new[offset:])
        _write(path, journal, status)
        if signature_of(os.fstat(descriptor)) != seen:
            _clear(path)
            raise Overtaken
        try:
            _put(descriptor, offset, new[offset:])
        except OSError:
            _put(descriptor, offset, old[offset:])
            _clear(path)
            raise
    finally:
        os.close(descriptor)
    return _clear(path)


def settled(path: Path, data: bytes) -> bytes:
    """A file's bytes without a patch that was never finished: what the next edit will make of the file."""
    journal = _read(path)
    if journal is None or not journal.holds(data) or data[journal.offset :] == journal.new:
        return data
    return journal.before(data)


def settle(path: Path) -> None:
    """Finish what a crash left of a patch. To be called with the lock held.

    A journal that doesn't fit the file (someone else has written it since) is set aside, never applied.
    """
    if not journal_file(path).exists():
        return
    journal = _read(path)
    if journal is None:
        _clear(path)
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        with os.fdopen(os.dup(descriptor), "rb") as file:
            data = file.read()
        if os.fstat(descriptor).st_ino != journal.inode or not journal.holds(data):
            aside = journal_file(path).with_name(f".{path.name}.journal.{os.urandom(4).hex()}.unfit")
            journal_file(path).rename(aside)
            return
        if data[journal.offset :] != journal.new:
            _put(descriptor, journal.offset, journal.old)
    finally:
        os.close(descriptor)
    _clear(path)


def _put(descriptor: int, offset: int, tail: bytes) -> None:
    os.lseek(descriptor, offset, os.SEEK_SET)
    write_all(descriptor, tail)
    os.ftruncate(descriptor, offset + len(tail))
    os.fsync(descriptor)


def _write(path: Path, journal: Journal, status: os.stat_result) -> None:
    """Make the journal durable before the file is touched."""
    head = {
        "kind": _KIND,
        "inode": journal.inode,
        "offset": journal.offset,
        "old": len(journal.old),
        "new": len(journal.new),
        "sha256": hashlib.sha256(journal.old + journal.new).hexdigest(),
    }
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(journal_file(path), flags, 0o600)
    try:
        if not _trusted(os.fstat(descriptor), status):
            raise PermissionError(
                1, "someone else's file is where its recovery journal must be", str(journal_file(path))
            )
        os.ftruncate(descriptor, 0)
        with suppress(OSError):
            os.fchown(descriptor, -1, status.st_gid)
        with suppress(OSError):
            os.fchmod(descriptor, stat.S_IMODE(status.st_mode) & 0o666)
        write_all(descriptor, json.dumps(head).encode("ascii") + b"\n" + journal.old + journal.new)
        os.fsync(descriptor)
    except OSError:
        _clear(path)
        raise
    finally:
        os.close(descriptor)
    sync_folder(path.parent)


def _read(path: Path) -> Journal | None:
    """The journal of a file; nothing where there is none, where it is torn, or where its owner has no say."""
    try:
        descriptor = os.open(journal_file(path), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        try:
            if not _trusted(os.fstat(descriptor), path.stat()):
                return None
            head = json.loads(file.readline(4096))
            if not isinstance(head, dict) or head.get("kind") != _KIND:
                return None
            old, new = file.read(int(head["old"])), file.read(int(head["new"]))
            whole = hashlib.sha256(old + new).hexdigest() == head["sha256"]
            return Journal(int(head["inode"]), int(head["offset"]), old, new) if whole else None
        except (OSError, ValueError, KeyError, TypeError):
            return None


def _trusted(journal: os.stat_result, file: os.stat_result) -> bool:
    """Whether a journal was made by someone who may write the file: its owner, its group, root, or us."""
    if not stat.S_ISREG(journal.st_mode):
        return False
    if journal.st_uid in (os.geteuid(), 0, file.st_uid):
        return True
    return bool(file.st_mode & stat.S_IWGRP) and journal.st_gid == file.st_gid


def _clear(path: Path) -> bool:
    """Take the journal away, or empty it where it is someone else's; whether that is known to be durable."""
    with suppress(FileNotFoundError):
        try:
            journal_file(path).unlink()
        except PermissionError:
            os.truncate(journal_file(path), 0)
    return sync_folder(path.parent)


def _common(one: bytes, other: bytes) -> int:
    """How many bytes two texts have in common at their start."""
    if other.startswith(one):
        return len(one)
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
