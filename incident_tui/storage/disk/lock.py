"""The lock that guards the files of a change: `flock` on the folder of each file that may be written.

A folder needs no extra file, survives every rename and leaves git clean; whoever can read it can take the lock. Where
the file system refuses to lock a folder (NFS wants a writable descriptor) a sidecar `.NAME.lock` serves. It is never
unlinked: a lock file that is deleted on release lets two holders in.

Every writer of a file locks its folder, whether the file is its live file or its archive. Where the folder doesn't
exist yet, the nearest above it is locked. Folders are taken in the order of their device and inode, so that no two
holders wait for one another.
"""

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line

_REFUSED = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EISDIR}

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

TIMEOUT = 5.0
"""Seconds to wait for other holders."""

_Inode = tuple[int, int]
"""Device and inode."""


@contextmanager
def locked(*paths: Path, timeout: float = TIMEOUT) -> Iterator["Lock"]:
    """Hold the lock of the files at `paths` (their real paths), which need not be there.

    Raises `Refused` if other processes keep it longer than `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    while True:
        lock = Lock()
        try:
            folders = _folders(paths)
            lock.take(folders, timeout, deadline)
            # Folders changed while we waited: release and lock again.
            if folders == _folders(paths):
                yield lock
                return
        finally:
            lock.release()


class Lock:
    """The lock of the files of one change: open descriptors of its folders or sidecars."""

    def __init__(self) -> None:
        self._descriptors: list[int] = []

    def take(self, folders: dict[_Inode, list[Path]], timeout: float, deadline: float) -> None:
        """Lock folders, each given with the files to change in it. Raises like `locked`."""
        for _, files in sorted(folders.items()):
            folder = files[0].parent
            writable = os.access(folder, os.W_OK)
            try:
                descriptor = self._open(folder)
            except PermissionError:
                if writable:
                    raise
                continue  # No read and no write access: this user can't change anything there, so no lock is needed.
            try:
                _wait(descriptor, files[0], timeout, deadline)
            except OSError as error:
                if error.errno not in _REFUSED:
                    raise
                for file in files if writable else ():
                    self._descriptors.append(_sidecar(file))
                    _wait(self._descriptors[-1], file, timeout, deadline)

    def extend(self, folder: Path) -> bool:
        """Lock a folder that was just created, too; return whether that succeeded before others. Raises `OSError`."""
        try:
            fcntl.flock(self._open(folder), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _REFUSED:  # else the sidecar in the folder above, which is held, excludes the others
                raise
        return True

    def release(self) -> None:
        """Unlock, and close the descriptors."""
        for descriptor in self._descriptors:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # if closing fails, this process may need the lock again
            with suppress(OSError):
                os.close(descriptor)
        self._descriptors.clear()

    def _open(self, folder: Path) -> int:
        self._descriptors.append(os.open(folder, _FOLDER))
        return self._descriptors[-1]


def _folders(paths: Sequence[Path]) -> dict[_Inode, list[Path]]:
    """Return the folders to lock, each with the paths of the files in it, sorted. Raises `OSError`."""
    folders: dict[_Inode, set[Path]] = {}
    for path in paths:
        folder = path.parent
        while True:
            try:
                status = folder.stat()
                break
            except (FileNotFoundError, NotADirectoryError):
                if folder == folder.parent:
                    raise
                folder = folder.parent
        folders.setdefault((status.st_dev, status.st_ino), set()).add(folder / path.name)
    return {inode: sorted(files) for inode, files in folders.items()}


def _wait(descriptor: int, path: Path, timeout: float, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Refused(
                    f"{one_line(path.name)} is being written by {one_line(_holder(descriptor))} "
                    f"for more than {timeout:g} s; nothing was written, try again"
                ) from None
            from random import (
                uniform,  # importing it takes as long as the rest of this module, and only waiting needs it
            )

            time.sleep(uniform(0.002, 0.02))
        else:
            return


def _sidecar(path: Path) -> int:
    """A lock file beside the live file, writable for whoever can write the live file.

    Raises `Refused` where something else is in its place.
    """
    like = path.stat() if path.exists() else None
    mode = stat.S_IMODE(like.st_mode) & 0o666 if like else 0o644
    sidecar = path.with_name(f".{path.name}.lock")
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(sidecar, flags, mode)
    except OSError as error:
        raise Refused(f"{one_line(str(sidecar))} can't be used as its lock: {(error.strerror or '').lower()}") from None
    own = os.fstat(descriptor)
    if not stat.S_ISREG(own.st_mode) or own.st_nlink != 1:
        os.close(descriptor)
        raise Refused(f"{one_line(str(sidecar))} can't be used as its lock: it is something else")
    if own.st_uid == os.geteuid():
        with suppress(OSError):
            os.fchown(descriptor, -1, like.st_gid if like else -1)
        with suppress(OSError):
            os.fchmod(descriptor, mode)
    return descriptor


def _holder(descriptor: int) -> str:
    """Name the process that holds the lock, if the kernel says so. Inodes are unique on one device only."""
    status = os.fstat(descriptor)
    device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}"
    with suppress(OSError):
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            fields = line.split()
            if len(fields) > 5 and fields[1] == "FLOCK" and fields[5] == f"{device}:{status.st_ino}":
                with suppress(OSError):
                    name = Path(f"/proc/{fields[4]}/comm").read_text(encoding="utf-8", errors="replace").strip()
                    return f"process {fields[4]} ({name})"
                return f"process {fields[4]}"
    return "another process"
