"""The lock that guards a live file and its archive: `flock` on the live file's folder.

The folder needs no extra file, survives every rename and leaves git clean; whoever can read it can take the
lock. Where the file system refuses to lock a folder (NFS wants a writable descriptor) a sidecar `.NAME.lock`
serves. It is never unlinked: a lock file that is deleted on release lets two holders in.
"""

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from incident_tui.kb.plain import one_line
from incident_tui.kb.refused import Refused

_REFUSED = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EISDIR}

TIMEOUT = 5.0
"""Seconds to wait for another holder."""


@contextmanager
def locked(path: Path, timeout: float = TIMEOUT) -> Iterator[None]:
    """Hold the lock of the live file `path` (its real path).

    Raises `Refused` if another process keeps it longer than `timeout` seconds.
    """
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            _wait(descriptor, path, timeout)
        except OSError as error:
            if error.errno not in _REFUSED:
                raise
            sidecar = _sidecar(path)
            os.dup2(sidecar, descriptor, inheritable=False)
            os.close(sidecar)
            _wait(descriptor, path, timeout)
        yield
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _wait(descriptor: int, path: Path, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Refused(
                    f"{one_line(path.name)} is being written by {one_line(_holder(descriptor))} "
                    f"for more than {timeout:g} s; nothing was written, try again"
                ) from None
            from random import uniform  # as dear as the rest of this module; only who must wait needs it

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
    """Who holds the lock, as far as the kernel tells."""
    inode = os.fstat(descriptor).st_ino
    with suppress(OSError):
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            fields = line.split()
            if len(fields) > 5 and fields[1] == "FLOCK" and fields[5].rsplit(":", 1)[-1] == str(inode):
                with suppress(OSError):
                    name = Path(f"/proc/{fields[4]}/comm").read_text(encoding="utf-8", errors="replace").strip()
                    return f"process {fields[4]} ({name})"
                return f"process {fields[4]}"
    return "another process"
