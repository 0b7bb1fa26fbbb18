"""Patching a file in place, under a recovery journal in its folder.

Where a file can't be replaced by a rename (it has hard links, it is someone else's, its group can't be kept) it
is patched where it stands. Before that, what it was and what it becomes is written to `.NAME.journal`, with the
file's own mode and group, so that whoever edits next can finish what a crash left: a file that is half patched is
put back, one that is wholly patched is left. A reader sees the old text meanwhile. A journal that is torn says
nothing; the file was not touched yet when it was.
"""

import errno
import os
import stat
import struct
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from incident_tui.format.edit.splice import common_start
from incident_tui.storage.disk.atomic_file import ACL, FileChanged, Signature, signature_of, sync_folder, write_all

_KIND = "incident-tui journal 1"


class Journal(NamedTuple):
    """The old and the new bytes of a file, from the first difference."""

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
        """Return the file's bytes before the patch."""
        return data[: self.offset] + self.old


def journal_file(path: Path) -> Path:
    """Return the path of a file's journal."""
    return path.with_name(f".{path.name}.journal")


def patch(path: Path, old: bytes, new: bytes, expected: Signature) -> bool:
    """Turn a file's bytes from `old` into `new` in place; return whether that is known to be durable.

    Raises `FileChanged` if the file's signature is not `expected`, and `OSError` if no journal can be made or the file
    can't be written; in the latter case the file is put back.
    """
    offset = common_start(old, new)
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        status = os.fstat(descriptor)
        journal = Journal(status.st_ino, offset, old[offset:], new[offset:])
        durable = _write(path, journal, status)
        if signature_of(os.fstat(descriptor)) != expected:
            _clear(path)
            raise FileChanged
        try:
            _put(descriptor, offset, new[offset:])
        except OSError:
            _put(descriptor, offset, old[offset:])
            _clear(path)
            raise
    finally:
        os.close(descriptor)
    with suppress(OSError):
        return _clear(path) and durable
    return False  # the patch is complete; the next edit sees that, and removes the journal


def recovered(path: Path, data: bytes) -> bytes:
    """A file's bytes without a patch that was never finished: what the next edit will make of the file."""
    try:
        journal = _read(path)
    except OSError:
        return data
    if journal is None or not journal.holds(data) or data[journal.offset :] == journal.new:
        return data
    return journal.before(data)


def recover(path: Path) -> None:
    """Finish a patch that a crash interrupted. The caller must hold the lock.

    A journal that doesn't fit the file (someone else has written it since) is set aside, never applied; what someone
    else has put in its place is left alone. Raises `OSError` where the journal can't be read, or the file not mended.
    """
    try:
        journal_status, status = journal_file(path).lstat(), path.stat()
    except FileNotFoundError:
        return
    if not _trusted(journal_status, status, path):
        return
    journal = _read(path)
    if journal is None:
        with suppress(OSError):
            _clear(path)
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        with os.fdopen(os.dup(descriptor), "rb") as file:
            data = file.read()
        if os.fstat(descriptor).st_ino != journal.inode or not journal.holds(data):
            aside = journal_file(path).with_name(f".{path.name}.journal.{os.urandom(4).hex()}.unfit")
            with suppress(OSError):
                journal_file(path).rename(aside)
            return
        if data[journal.offset :] != journal.new:
            _put(descriptor, journal.offset, journal.old)
    finally:
        os.close(descriptor)
    with suppress(OSError):
        _clear(path)


def _put(descriptor: int, offset: int, tail: bytes) -> None:
    os.lseek(descriptor, offset, os.SEEK_SET)
    write_all(descriptor, tail)
    os.ftruncate(descriptor, offset + len(tail))
    os.fsync(descriptor)


def _write(path: Path, journal: Journal, status: os.stat_result) -> bool:
    """Make the journal before the file is touched; whether it is known to be durable.

    Raises `OSError` where that can't be done, or where not everyone who may write the file could use it.
    """
    import json  # importing it takes as long as a whole small command, and it is hardly ever needed

    head = {
        "kind": _KIND,
        "inode": journal.inode,
        "offset": journal.offset,
        "old": len(journal.old),
        "new": len(journal.new),
        "sha256": _digest(journal.old + journal.new),
    }
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(journal_file(path), flags, 0o600)
    except OSError:
        with suppress(FileNotFoundError):
            if not _trusted(journal_file(path).lstat(), status, path):
                raise _in_the_way() from None
        raise
    try:
        if not _trusted(os.fstat(descriptor), status, path):
            raise _in_the_way()
        try:
            os.ftruncate(descriptor, 0)
            _open_to_writers(descriptor, status, path)
            write_all(descriptor, json.dumps(head).encode("ascii") + b"\n" + journal.old + journal.new)
            os.fsync(descriptor)
        except OSError:
            _clear(path)
            raise
    finally:
        os.close(descriptor)
    return sync_folder(path.parent)


def _in_the_way() -> OSError:
    return PermissionError(errno.EPERM, "something of someone else's is where its recovery journal must be")


def _open_to_writers(descriptor: int, status: os.stat_result, path: Path) -> None:
    """Let everyone who may write the file read the journal, and trust it. Raises `OSError` where that can't be done."""
    mode = stat.S_IMODE(status.st_mode) & 0o666
    with suppress(OSError):
        os.fchown(descriptor, -1, status.st_gid)
    own = os.fstat(descriptor)
    for_group = own.st_gid == status.st_gid or mode & 0o004 or not mode & 0o020
    if not for_group or not _trusted(own, status, path, by_others=True):
        why = "no recovery journal can be made that all who may write it could use"
        raise PermissionError(errno.EPERM, why, str(journal_file(path)))
    if own.st_uid == os.geteuid() or os.geteuid() == 0:
        os.fchmod(descriptor, mode if own.st_gid == status.st_gid else mode & ~0o060 | (mode & 0o006) << 3)
    with suppress(OSError, AttributeError):
        os.setxattr(descriptor, ACL, os.getxattr(path, ACL))


def _read(path: Path) -> Journal | None:
    """The journal of a file; nothing where there is none, where it is torn, or where its owner has no say.

    Raises `OSError` where there is one that can't be read.
    """
    try:
        descriptor = os.open(journal_file(path), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return None
        raise
    try:
        status = os.fstat(descriptor)
        if not _trusted(status, path.stat(), path):
            return None
        with os.fdopen(os.dup(descriptor), "rb") as file:
            import json

            line = file.readline(4096)
            head = json.loads(line)
            if not isinstance(head, dict) or head.get("kind") != _KIND:
                return None
            sizes = int(head["old"]), int(head["new"])
            if min(sizes) < 0 or sum(sizes) + len(line) != status.st_size:
                return None
            old, new = (file.read(size) for size in sizes)
            whole = _digest(old + new) == head["sha256"]
            return Journal(int(head["inode"]), int(head["offset"]), old, new) if whole else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    finally:
        os.close(descriptor)


def _trusted(journal: os.stat_result, file: os.stat_result, path: Path, by_others: bool = False) -> bool:
    """Whether a journal was made by someone who may write the file.

    That is its owner, its group, whom its access control list names, root, or (unless asked what others think) us.
    """
    if not stat.S_ISREG(journal.st_mode) or journal.st_nlink != 1:
        return False
    if journal.st_uid in (0, file.st_uid) or (journal.st_uid == os.geteuid() and not by_others):
        return True
    if file.st_mode & stat.S_IWGRP and journal.st_gid == file.st_gid:
        # What anyone makes in a folder that hands its group down has that group.
        folder = path.parent.stat()
        if not (folder.st_mode & stat.S_ISGID and folder.st_mode & stat.S_IWOTH):
            return True
    return bool(file.st_mode & stat.S_IWOTH) or journal.st_uid in _named(path)


def _named(path: Path) -> set[int]:
    """The users whom the access control list of a file allows to write it."""
    try:
        entries = struct.iter_unpack("<HHI", os.getxattr(path, ACL)[4:])
        return {user for tag, rights, user in entries if tag == _ACL_USER and rights & _ACL_WRITE}
    except (OSError, AttributeError, struct.error):
        return set()


_ACL_USER, _ACL_WRITE = 2, 2


def _digest(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


def _clear(path: Path) -> bool:
    """Take the journal away, or empty it where it is someone else's; whether that is known to be durable.

    Raises `OSError` where neither can be done.
    """
    try:
        journal_file(path).unlink()
    except FileNotFoundError:
        pass
    except PermissionError:
        descriptor = os.open(journal_file(path), os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            if _trusted(os.fstat(descriptor), path.stat(), path):
                os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)
    return sync_folder(path.parent)
