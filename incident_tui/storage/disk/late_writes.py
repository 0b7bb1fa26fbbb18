"""Late writes: text that other programs write to a file's old inode after it was replaced.

`cat >> FILE` opens the file first and writes later; where our rename falls in between, it writes to a file that has
no name any more. So the old file swaps names with the new one (`RENAME_EXCHANGE`) instead of vanishing, and stays
beside it until nobody can write to it any more: the kernel grants a read lease (`F_SETLEASE`) only then. What was
appended meanwhile is appended to the file; a text that was written over is kept under a name of its own.

The name of such a predecessor, `.NAME.INODE-SIZE-MTIME-CHECKSUM.replaced`, says how much of it is in the file already,
so that another run can go on where one was killed. Under the name of an inode that it isn't, it is a new text that was
never put in place. Everything here that changes something is to be called with the lock held.
"""

import errno
import fcntl
import os
import re
import signal
import stat
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from incident_tui.format.model.document import Document
from incident_tui.format.read.scan import is_rule
from incident_tui.format.sanitize import one_line, pluralize
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.disk.atomic_file import FileChanged, FileRead, signature_of, sync_folder, write_all

PATIENCE = 0.3
"""Seconds that a command waits for programs that have a file open for writing, before a change and after it."""

GLANCE = 0.05
"""Seconds that a key waits for them before its change. (After it the browser looks again and again.)"""

WATCHED = 5.0
"""Seconds for which a predecessor is looked at again where the system can't say who has it open."""

STEP = 0.005
"""Seconds between two checks."""

_TRIES = 5
"""How often putting in a text is tried again because another program has replaced the file meanwhile."""

_SAMPLE = 4096
"""Bytes at each end of a known text that are compared, to tell it from another text of its size."""

_LONGEST = 200
"""Bytes of a predecessor's name; it grows by up to 50, and systems take 255."""

_NAME = re.compile(r"([0-9]+)-([0-9]+)-([0-9]+)-([0-9a-f]{8})\.(?:replaced|([0-9]+)-([0-9]+)\.arriving)")

_AT_FDCWD, _RENAME_NOREPLACE, _RENAME_EXCHANGE = -100, 1, 2

_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EXDEV}
"""How a system or a file system says that it can't swap two names, or can't make hard links."""


class LateText(NamedTuple):
    """The late text of predecessors, and the result of putting it in."""

    entries: int = 0
    """How many entries were put into the file."""
    text: bool = False
    """Whether other text was put in: the rest of an entry, say."""
    overwritten: tuple[Path, ...] = ()
    """Where texts are kept that weren't appended but written over the old one."""
    awaited: tuple[Path, ...] = ()
    """The files with a predecessor that is to be looked at again."""
    writing: bool = False
    """Whether a program is known to have one of them open for writing."""
    failure: str = ""
    """Why late text couldn't be put in; its predecessor still exists."""

    def __bool__(self) -> bool:
        return self != LateText()

    @property
    def changed(self) -> bool:
        """Whether a file was changed."""
        return bool(self.entries or self.text)

    def followed_by(self, later: "LateText") -> "LateText":
        """What came until now: what came first and what came `later`, of which it is known what is still awaited."""
        return LateText(
            self.entries + later.entries,
            self.text or later.text,
            self.overwritten + later.overwritten,
            later.awaited,
            later.writing,
            later.failure,
        )

    def combined_with(self, other: "LateText") -> "LateText":
        """Return the late text of these files and of others."""
        return self.followed_by(other)._replace(
            awaited=self.awaited + other.awaited,
            writing=self.writing or other.writing,
            failure=self.failure or other.failure,
        )

    def notices(self, ending: bool = True) -> list[str]:
        """Return the messages for a person; on awaited files only if they are no longer checked (`ending`)."""
        messages = []
        if self.entries:
            verb = "was" if self.entries == 1 else "were"
            messages.append(
                f"{pluralize(self.entries, 'entry', 'entries')} that another program was appending {verb} kept"
            )
        elif self.text:
            messages.append("text that another program was appending was kept")
        messages += [
            f"another program has written over the text that was replaced; what it wrote is in {one_line(path.name)}"
            for path in self.overwritten
        ]
        if self.failure:
            messages.append(self.failure)
        elif self.writing and ending:
            names = ", ".join(dict.fromkeys(one_line(path.name) for path in self.awaited))
            messages.append(
                f"another program still has {names} open for writing; what it appends is put in by the next change"
            )
        return messages


def wait_for_writers(paths: Iterable[Path], seconds: float) -> None:
    """Wait until no program has one of these files open for writing, or until the time is over."""
    deadline = time.monotonic() + seconds
    for path in paths:
        while _is_being_written(path) and time.monotonic() < deadline:
            time.sleep(STEP)


def put_new(temporary: Path, path: Path) -> None:
    """Give a new file its name. Raises `FileChanged` where something has that name by now, and `OSError`."""
    try:
        _rename(temporary, path, _RENAME_NOREPLACE)
    except FileExistsError:
        raise FileChanged from None
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
        temporary.replace(path)


def replace_keeping_old(temporary: Path, path: Path, old: FileRead) -> None:
    """Put a new file in the place of an old one, which stays in the folder as its predecessor.

    Raises `FileChanged` if the file in place wasn't the old one any more; that one then stays. Raises `OSError`.
    """
    aside, own = _aside(path, old), temporary.stat()
    if not _fits(aside):
        temporary.replace(path)
        return
    temporary.rename(aside)
    try:
        rename_exchange(aside, path)
    except OSError as error:
        aside.rename(temporary)
        if error.errno == errno.ENOENT:
            raise FileChanged from None
        if error.errno not in _CANNOT:
            raise
        _replace_linked(temporary, path, aside, old)
        return
    if aside.lstat().st_ino == old.signature.inode:
        return
    # In the moment since the last look another program has put its own file there: it gets its place back.
    rename_exchange(aside, path)
    if aside.lstat().st_ino == own.st_ino:  # which others may have opened meanwhile, so it is a predecessor, too
        replacement = atomic_file.read(aside)
        if replacement is not None:
            aside.rename(_aside(path, FileRead(replacement.data[: own.st_size], signature_of(own))))
    else:
        _keep(path, aside)
    raise FileChanged


def rename_exchange(path: Path, other: Path) -> None:
    """Let two files swap their names, at once. Raises `OSError`, `ENOSYS` where the system has no such call."""
    _rename(path, other, _RENAME_EXCHANGE)


def remove(path: Path, old: FileRead) -> bool:
    """Take a file's name away, leaving it aside as a predecessor; return whether that is known to be durable.

    Raises `FileChanged` if it is no longer the old one, and `OSError`; the file then stays.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        raise FileChanged from None
    if signature_of(status) != old.signature:
        raise FileChanged
    aside = _aside(path, old)
    if status.st_nlink > 1 or not _fits(aside):  # what is written to it stays under its other names
        path.unlink()
        return sync_folder(path.parent)
    path.rename(aside)
    try:
        last_status = aside.lstat()
        if (last_status.st_ino, last_status.st_size, last_status.st_mtime_ns) != _version_key(old):
            raise FileChanged
    except (OSError, FileChanged):
        try:
            put_new(aside, path)
        except FileChanged:
            _keep(path, aside)
        raise
    return sync_folder(path.parent)


def take_in(path: Path, final: bool) -> LateText:
    """Put into a file what came to its predecessors, and take those away to which nothing can come any more.

    `final` is for systems that can't say who has a file open: nothing is expected after this look. It raises nothing.
    """
    arrived = LateText()
    for aside, name in sorted(_asides(path), key=lambda late_text: int(late_text[1][3])):
        try:
            late_text = _Predecessor(path, aside, name).take_in(final)
        except OSError:
            late_text = LateText(awaited=(path,))
        arrived = arrived.combined_with(late_text)
    return arrived


def predecessors(path: Path) -> list[Path]:
    """Return the predecessors in the folder of a file."""
    return sorted(aside for aside, _ in _asides(path))


def overwritten(path: Path) -> list[Path]:
    """Where texts are kept that other programs wrote over one that was replaced."""
    pattern = re.compile(re.escape(path.name) + r"\.overwritten-[0-9a-f]{8}")
    return sorted(path.with_name(name) for name in _names(path.parent) if pattern.fullmatch(name))


class _Predecessor:
    """A file whose place another one has taken, by the name under which it is kept."""

    def __init__(self, path: Path, aside: Path, name: re.Match[str]) -> None:
        self.path = path
        self.aside = aside
        self.inode, self.size, self.modified = (int(name[number]) for number in (1, 2, 3))
        self.checksum = name[4]
        self.before = (int(name[5]), int(name[6])) if name[5] else None
        """Inode and size that the file had when its end was begun to be put in."""
        self.writing: bool | None = None

    def take_in(self, final: bool) -> LateText:
        """Put in what came. Raises `OSError`."""
        try:
            descriptor = os.open(self.aside, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            if error.errno in (
                errno.ENOENT,
                errno.ELOOP,
                errno.EACCES,
            ):  # removed, or none of ours
                return LateText()
            raise
        try:
            self.writing = _is_open_for_writing(descriptor, self.path)
            status = os.fstat(descriptor)  # read after that check: if nobody can write to it, this is its last text
            try:
                now = self.path.stat()
            except FileNotFoundError:
                now = None
            in_place = now is not None and os.path.samestat(now, status)
            if not _is_ours(status, now.st_uid if now else status.st_uid) or (status.st_nlink > 1 and not in_place):
                return LateText()
            if status.st_ino != self.inode or in_place:
                self.aside.unlink()  # it never replaced the file, or is still in its place
                return LateText()
            awaited = not final if self.writing is None else self.writing
            if (status.st_size, status.st_mtime_ns) != (self.size, self.modified):
                with os.fdopen(os.dup(descriptor), "rb") as file:
                    data = file.read()
                return self._take_in(data, status, awaited)
        finally:
            os.close(descriptor)
        return self._end(LateText(), awaited)

    def _take_in(self, data: bytes, status: os.stat_result, awaited: bool) -> LateText:
        old_text = data[: self.size]
        if len(old_text) < self.size or _checksum(old_text) != self.checksum:
            if awaited:
                return self._end(LateText(), awaited)
            return LateText(overwritten=(_keep(self.path, self.aside),))
        late = data[self.size :]
        try:
            arrived = self._put(old_text, late) if late else LateText()
        except (OSError, FileChanged) as error:
            why = atomic_file.os_error_text(error) if isinstance(error, OSError) else "others write it all the time"
            problem = f"what another program was appending is not in {one_line(self.path.name)} yet ({why})"
            return LateText(awaited=(self.path,), failure=f"{problem}; the next change puts it in")
        if awaited:
            recorded = FileRead(data, signature_of(status)._replace(size=len(data)))
            self.aside = self.aside.rename(_aside(self.path, recorded))
        return self._end(arrived, awaited)

    def _end(self, arrived: LateText, awaited: bool) -> LateText:
        if awaited:
            return arrived._replace(awaited=(self.path,), writing=bool(self.writing))
        self.aside.unlink()
        return arrived

    def _put(self, old_text: bytes, late: bytes) -> LateText:
        """Put what came to the end of the old text to the end of the new one. It is then on disk."""
        for _ in range(_TRIES):
            now = atomic_file.read(self.path)
            if now is None:
                atomic_file.replace(self.path, late, None, like=self.aside, put=put_new)
                return _late_text(late)
            text, missing = self._missing(now, old_text, late)
            if not missing:
                return _late_text(text)
            if len(now.data) > len(old_text) and now.data.startswith(old_text) and not _begins_an_entry(late):
                # What was put in after the old text must not tear an entry that was being written there.
                rest = now.data[len(old_text) :]
                joined = old_text + _ended(late, rest) + rest

                def put(temporary: Path, path: Path, old: FileRead = now) -> None:
                    replace_keeping_old(temporary, path, old)

                with suppress(FileChanged):
                    atomic_file.replace(self.path, joined, now.signature, put=put)
                    return _late_text(late)._replace(awaited=(self.path,))
            elif self._append(now, missing):
                return _late_text(text)
        raise FileChanged

    def _missing(self, now: FileRead, old_text: bytes, late: bytes) -> tuple[bytes, bytes]:
        """Return the text to append, and what an earlier run that was killed has not yet appended of it."""
        if self.before is None:
            text = _joined(now.data, old_text, late)
            return text, text
        inode, size = self.before
        if now.signature.inode != inode:
            text = _joined(now.data, old_text, late)
            return text, b"" if late in now.data else text
        text = _joined(now.data[:size], old_text, late)
        appended = now.data[size:]
        if appended.startswith(text):
            return text, b""
        return text, text[len(appended) :] if text.startswith(appended) else text

    def _append(self, now: FileRead, text: bytes) -> bool:
        """Append to the file; whether that is still the file in place then."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            before = os.fstat(descriptor)
            if before.st_ino != now.signature.inode:
                return False
            if self.before is None or self.before[0] != before.st_ino:
                self.before = (before.st_ino, before.st_size)
                stem = f"{self.inode}-{self.size}-{self.modified}-{self.checksum}"
                name = f".{self.path.name}.{stem}.{self.before[0]}-{self.before[1]}.arriving"
                self.aside = self.aside.rename(self.path.with_name(name))
            write_all(descriptor, text)
            os.fsync(descriptor)
            now_there = atomic_file.signature(self.path)
            return now_there is not None and now_there.inode == before.st_ino
        finally:
            os.close(descriptor)


def _is_ours(status: os.stat_result, owner: int) -> bool:
    """Whether only who may write a file of this owner can have put it here."""
    return stat.S_ISREG(status.st_mode) and status.st_uid == owner and os.geteuid() in (0, owner)


def _late_text(late: bytes) -> LateText:
    entries = len(Document.parse(late).entries)
    return LateText(entries, text=not entries and bool(late.strip()))


def _begins_an_entry(text: bytes) -> bool:
    """Whether text that came begins with an entry of its own, and doesn't go on with the one before it."""
    entries = Document.parse(text).entries
    before = text[: entries[0].start] if entries else text
    return all(not line.strip() or is_rule(line) for line in before.splitlines())


def _joined(data: bytes, old_text: bytes, late: bytes) -> bytes:
    """Return the text to append to `data`, so that `late` begins a line again if it began one."""
    at_line_start = not old_text or old_text.endswith(b"\n")
    if at_line_start and data and not data.endswith(b"\n"):
        return Document.parse(data).eol + late
    return late


def _ended(text: bytes, following: bytes) -> bytes:
    """The text with a line end, if what follows doesn't begin with one."""
    if text.endswith(b"\n") or following.startswith((b"\n", b"\r\n")):
        return text
    return text + Document.parse(following).eol


def _aside(path: Path, recorded: FileRead) -> Path:
    """Return the name of a predecessor whose text up to this size is in the file, or needn't be."""
    inode, size, modified = _version_key(recorded)
    return path.with_name(f".{path.name}.{inode}-{size}-{modified}-{_checksum(recorded.data)}.replaced")


def _fits(aside: Path) -> bool:
    """Whether a file can have this name, that of a long one included while its end is put in."""
    return len(os.fsencode(aside.name)) <= _LONGEST


def _version_key(old: FileRead) -> tuple[int, int, int]:
    return old.signature.inode, old.signature.size, old.signature.modified


def _checksum(data: bytes) -> str:
    return f"{zlib.crc32(data[-_SAMPLE:], zlib.crc32(data[:_SAMPLE])):08x}"


def _asides(path: Path) -> Iterator[tuple[Path, re.Match[str]]]:
    start = f".{path.name}."
    for name in _names(path.parent):
        if name.startswith(start) and (match := _NAME.fullmatch(name, len(start))):
            yield path.with_name(name), match


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names, of any bytes
    except OSError:
        return []


def _keep(path: Path, aside: Path) -> Path:
    """Rename a file that the program can't judge, so that a person sees it. Raises `OSError`."""
    return aside.rename(path.with_name(f"{path.name}.overwritten-{os.urandom(4).hex()}"))


def _replace_linked(temporary: Path, path: Path, aside: Path, old: FileRead) -> None:
    """Do `replace_keeping_old` where names can't be exchanged: the old file keeps a hard link, if possible."""
    try:
        os.link(path, aside)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
        temporary.replace(path)
        return
    if aside.lstat().st_ino != old.signature.inode:
        aside.unlink()
        raise FileChanged
    try:
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def _is_being_written(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return _is_open_for_writing(descriptor, path) is True
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _is_open_for_writing(descriptor: int, path: Path) -> bool | None:
    """Whether any program has the open file open for writing; None if the system can't say.

    Closing the file ends the lease. Who opens it for writing before that waits, and the kernel tells us by a signal: by
    one that is ignored unless it is handled, where the usual one would end the process.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return None
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True if _has_leases(path, os.fstat(descriptor).st_dev) else None
    except OSError:
        return None
    return False


_with_leases: dict[int, bool] = {}
"""Which file systems, by their device, were seen to grant a lease, or to refuse one of a file that nobody writes."""


def _has_leases(path: Path, device: int) -> bool:
    """Whether a refused lease means that the file is open: network file systems refuse every lease."""
    if device not in _with_leases:
        probe = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
        try:
            os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
            descriptor = os.open(probe, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
                fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
                _with_leases[device] = True
            finally:
                os.close(descriptor)
        except OSError:
            _with_leases[device] = False
        finally:
            with suppress(OSError):
                probe.unlink()
    return _with_leases[device]


def _rename(source: Path, target: Path, flags: int) -> None:
    """Linux's renameat2. Raises `OSError`."""
    call = _renameat2()
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), str(source))
    import ctypes

    if call(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), flags):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(source), None, str(target))


_call: list[Callable[..., Any] | None] = []


def _renameat2() -> Callable[..., Any] | None:
    """Return the function of the C library; None if there is none."""
    if not _call:
        function = None
        if sys.platform == "linux":
            with suppress(ImportError, OSError, AttributeError):
                import ctypes

                function = ctypes.CDLL(None, use_errno=True).renameat2
        _call.append(function)
    return _call[0]
