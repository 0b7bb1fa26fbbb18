"""One file on disk: complete reads, and atomic replacement."""

import errno
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line

ACL = "system.posix_acl_access"
"""The extended attribute that holds a file's access control list."""


class Signature(NamedTuple):
    """The identity and the state of a file, to detect changes."""

    device: int
    inode: int
    size: int
    modified: int
    """Nanoseconds."""
    changed: int
    """Nanoseconds."""


class FileRead(NamedTuple):
    """A file as it was read."""

    data: bytes
    signature: Signature


class Unreadable(NamedTuple):
    """A file that can't be read."""

    path: Path
    told: str
    """Which file, and why, in one line."""


def real_path(path: Path) -> Path:
    """Where a path leads through all symlinks. The last part need not exist.

    Raises `Refused` for a dangling symlink, or a loop of them.
    """
    try:
        resolved = Path(os.path.realpath(path))
        path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            raise Refused(
                f"{display_path(path)} is a symlink to {display_path(resolved)}, which does not exist"
            ) from None
    except NotADirectoryError:
        pass  # nothing can be there; reading or creating it reports that
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ELOOP:
            raise Refused(f"{display_path(path)} is a symlink that leads in a circle") from None
        why = os_error_text(error) if isinstance(error, OSError) else str(error)
        raise Refused(f"{display_path(path)} can't be looked at: {why}") from None
    return resolved


def display_path(path: Path) -> str:
    """A path as messages show it, harmless and on one line."""
    return one_line(str(path))


def os_error_text(error: OSError) -> str:
    """Return the message of an error without its number."""
    return (error.strerror or str(error)).lower()


def read(path: Path) -> FileRead | None:
    """Read a file completely; None if it doesn't exist. A file that is written meanwhile is read again.

    Raises `OSError` where it can't be read.
    """
    for _ in range(20):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            before = os.fstat(descriptor)
            if stat.S_ISDIR(before.st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
            if not stat.S_ISREG(before.st_mode):
                kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
                kind = kinds.get(stat.S_IFMT(before.st_mode), "a device")
                raise OSError(errno.EINVAL, f"it is {kind}, not a file", str(path))
            data = file.readall()
            after = os.fstat(descriptor)
        if signature_of(before) == signature_of(after) and len(data) == after.st_size:
            return FileRead(data, signature_of(after))
    raise OSError(errno.EBUSY, "it is being written all the time", str(path))


def read_pipe(path: Path) -> bytes | None:
    """Read what comes through a pipe that this process has open (`<(…)`, /dev/stdin) to its end; nothing where the path
    is no such pipe. Of a pipe with a name of its own nobody knows whether anything will ever come.

    Raises `OSError` where it can't be read.
    """
    try:
        if not path.is_symlink() or path.resolve().exists() or not stat.S_ISFIFO(path.stat().st_mode):
            return None
    except (OSError, RuntimeError, ValueError):
        return None
    return path.read_bytes()


def signature(path: Path) -> Signature | None:
    """Return the signature of the file at a path; None if there is none."""
    try:
        return signature_of(path.stat())
    except FileNotFoundError:
        return None


def signature_of(status: os.stat_result) -> Signature:
    """The signature of a file's status."""
    return Signature(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class FileChanged(Exception):
    """The file was written by someone else between the reading and the replacing."""


def replace(
    path: Path,
    data: bytes,
    expected: Signature | None,
    like: Path | None = None,
    put: Callable[[Path, Path], object] = Path.replace,
) -> bool:
    """Put `data` in the file's place, at once and durably; return whether it is known to be durable.

    The new file takes on mode, owner, group and extended attributes (ACLs are among them) of the old one, or
    of `like` where the file is new; `put` gives it its name. Raises `FileChanged` if the file is no longer the one that
    was `expected`, and `OSError` where it can't be done; in both cases the file is untouched.
    """

    def finish(descriptor: int) -> None:
        _copy_attributes(descriptor, path if expected is not None else like, new=expected is None)
        os.fsync(descriptor)

    def check_unchanged() -> None:
        if signature(path) != expected:
            raise FileChanged

    _swap(path, data, finish, check_unchanged, put)
    return sync_folder(path.parent)


def replace_private(path: Path, data: bytes) -> None:
    """Put private data (mode 0600) in a file's place at once; a power cut may lose it. Raises `OSError`."""
    _swap(path, data)


def _swap(
    path: Path,
    data: bytes,
    finish: Callable[[int], None] = lambda _: None,
    check: Callable[[], None] = lambda: None,
    put: Callable[[Path, Path], object] = Path.replace,
) -> None:
    """Write a temporary file in the folder of `path` and rename it to `path`.

    `finish` is given its descriptor when all is written, `check` is called last before it is `put`. Whatever raises,
    the old file is left as it was and the temporary file is removed.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            write_all(descriptor, data)
            finish(descriptor)
        finally:
            os.close(descriptor)
        check()
        put(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def remove(path: Path, expected: Signature) -> bool:
    """Remove a file; return whether that is known to be durable. Raises like `replace`."""
    if signature(path) != expected:
        raise FileChanged
    path.unlink()
    return sync_folder(path.parent)


def sync_folder(folder: Path) -> bool:
    """Make names in a folder durable; whether that is known to have worked."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        os.fsync(descriptor)
    except OSError:
        return False
    finally:
        with suppress(OSError):
            os.close(descriptor)
    return True


def make_folder(folder: Path, like: Path) -> bool:
    """Make a folder, open to whom `like` is open; whether its name is known to be durable. Raises `OSError`."""
    try:
        folder.mkdir()
    except FileExistsError:
        if folder.is_dir():  # another process has created it meanwhile
            return True
        raise
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        _as_open_as(descriptor, like.stat())
    finally:
        with suppress(OSError):
            os.close(descriptor)
    return sync_folder(folder.parent)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all the bytes, in as many calls as that takes. Raises `OSError`."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _copy_attributes(descriptor: int, model: Path | None, new: bool) -> None:
    """Give an open file the mode, owner, group and extended attributes of another one.

    One that is `new` becomes open to the same people, as far as its maker can do that.
    """
    if model is None:
        os.fchmod(descriptor, 0o666 & ~_umask())
        return
    status = model.stat()
    if new:
        _as_open_as(descriptor, status)
        with suppress(OSError, AttributeError):
            os.setxattr(descriptor, ACL, os.getxattr(model, ACL))
        return
    own = os.fstat(descriptor)
    if (status.st_uid, status.st_gid) != (own.st_uid, own.st_gid):
        os.fchown(descriptor, status.st_uid if status.st_uid != own.st_uid else -1, status.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode) & 0o7777)
    if not hasattr(os, "listxattr"):
        return
    names = os.listxattr(model)
    if ACL in os.listxattr(descriptor) and ACL not in names:  # the folder's default, which the old file doesn't have
        os.removexattr(descriptor, ACL)
    for name in names:
        try:
            os.setxattr(descriptor, name, os.getxattr(model, name))
        except OSError as error:
            if name.startswith(("user.", "system.posix_acl")) or error.errno not in (
                errno.EPERM,
                errno.ENOTSUP,
            ):
                raise


def _as_open_as(descriptor: int, status: os.stat_result) -> None:
    """Open something new to the same people: owner and group where they can be given, else nothing for the group."""
    try:
        os.fchown(descriptor, status.st_uid, status.st_gid)
    except OSError:
        with suppress(OSError):
            os.fchown(descriptor, -1, status.st_gid)
    mode = stat.S_IMODE(status.st_mode)
    if os.fstat(descriptor).st_gid != status.st_gid:
        mode &= ~0o2070 | (mode & 0o007) << 3
    os.fchmod(descriptor, mode)


def can_be_replaced(path: Path) -> bool:
    """Whether a rename can put another file in this one's place that is like it in all but its text.

    Not so where it has hard links (they would keep the old text), where it belongs to someone else or to a group
    that we aren't in (the new one couldn't).
    """
    status = path.stat()
    if status.st_nlink > 1:
        return False
    if os.geteuid() == 0:
        return True
    return status.st_uid == os.geteuid() and status.st_gid in {os.getegid(), *os.getgroups()}


def remove_stale_temps(path: Path) -> None:
    """Remove our own temporary files that a crash left in a file's folder. The caller must hold the file's lock.

    Only the holder of that lock creates such files, so that all of them are leftovers.
    """
    ours = re.compile(re.escape(f".{path.name}.") + r"[0-9]+\.[0-9a-f]{8}\.tmp")
    with suppress(OSError), os.scandir(path.parent) as listing:
        for item in listing:
            if ours.fullmatch(item.name) and item.is_file(follow_symlinks=False):
                with suppress(OSError):
                    if item.stat(follow_symlinks=False).st_uid == os.geteuid():
                        Path(item.path).unlink()


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
