"""A knowledge base on disk as it is read: one live file and its archive, as snapshots. Reading never writes."""

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Contents, Location
from incident_tui.format.model.document import Document
from incident_tui.format.sanitize import is_binary, one_line
from incident_tui.storage.archive_path import archive_path
from incident_tui.storage.disk import atomic_file, journal
from incident_tui.storage.disk.atomic_file import FileRead, Unreadable

ATTEMPTS = 5
"""How often a read or an edit is tried again while programs that ignore the lock write the file."""

BIG = 4 << 20
"""From so many bytes on, reading a file takes longer than one would like to wait for the first screen."""


class FileSnapshot(NamedTuple):
    """One live file and its archive, as both were read at one time."""

    live: Document
    archive: Document | None
    live_file: Path
    archive_file: Path
    exists: bool
    """Whether the live file is there."""
    read_only: str | None
    """Why nothing can be written; None if it can."""
    name: str = ""
    """The name of the live file if there are several."""
    layer: str = ""
    """The layer of a memory that it is of, such as `personal`; empty where it is of none."""
    unreadable_archive: Unreadable | None = None
    """The archive, if there is one that can't be read; then `archive` is none."""

    @property
    def name_in_layer(self) -> str:
        """The name without that of the layer."""
        return self.name.removeprefix(f"{self.layer}/")

    @property
    def contents(self) -> Contents:
        """The documents, as edits take them."""
        return Contents(self.live, self.archive, self.live_file.name, self.exists, self.unreadable_archive is None)

    def same_state(self, other: "FileSnapshot") -> bool:
        """Whether both are as in another snapshot: the same documents, there or not, writable or not."""
        same = self.live is other.live and self.archive is other.archive
        same &= self.unreadable_archive == other.unreadable_archive
        return same and self.exists == other.exists and self.read_only == other.read_only

    def with_last_text_of(self, before: "FileSnapshot") -> "FileSnapshot":
        """The same; where the live file is gone, with the text that it had before."""
        if self.exists or not before.live.entries:
            return self
        return before._replace(exists=False)

    def document(self, location: Location) -> Document:
        """The live document, or the archive."""
        return self.contents.document(location)

    def path(self, location: Location) -> Path:
        """The path of the live file, or the archive's."""
        return self.live_file if location == "live" else self.archive_file

    def require_writable(self) -> None:
        """See that both can be changed. Raises `Refused`."""
        if self.read_only:
            raise Refused(f"{one_line(self.live_file.name)} can't be changed: {self.read_only}")


class Snapshot(NamedTuple):
    """All files that are open, as they were read at one time; a target's `part` is its file's index here."""

    files: tuple[FileSnapshot, ...]
    unreadable: tuple[Unreadable, ...] = ()
    """The files that should have been opened with them, but can't be read; archives, too."""
    partial: bool = False
    """Whether it has only some of the entries, for a first sight."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files; an empty name if there is only one."""
        return tuple(file.name for file in self.files)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layer of each file; those that come first override the others."""
        return tuple(file.layer for file in self.files)

    @property
    def layered(self) -> bool:
        """Whether there are several layers."""
        return len(set(self.layers)) > 1

    @property
    def contents(self) -> tuple[Contents, ...]:
        """The documents of each file and its archive."""
        return tuple(file.contents for file in self.files)

    @property
    def archives(self) -> list[Document]:
        """The archive of each file; empty if it has none."""
        return [file.document("archive") for file in self.files]

    def require_all_readable(self) -> None:
        """See that nothing that is for all files misses one, nor an archive. Raises `Refused`."""
        require_all_readable(self.unreadable)


def require_all_readable(unreadable: Sequence[Unreadable]) -> None:
    """See that there is no such file. Raises `Refused`."""
    if unreadable:
        raise Refused(f"{unreadable[0].told}; this is for all files, nothing was changed")


def combined(
    files: Sequence[FileSnapshot], names: Sequence[str], layers: Sequence[str], unreadable: Sequence[Unreadable] = ()
) -> Snapshot:
    """Snapshots of single files as one; `names` are what the files are called, `layers` what they are of."""
    named = (file._replace(name=name, layer=layer) for file, name, layer in zip(files, names, layers, strict=True))
    archives = [file.unreadable_archive for file in files if file.unreadable_archive is not None]
    return Snapshot(tuple(named), (*unreadable, *archives))


class Reader:
    """One live file and its archive.

    What comes through a pipe is read at once, and has no archive. Raises `Refused` where it can't be read, and where
    the path is a symlink that leads nowhere or in a circle. An archive for which that holds doesn't stop the reading of
    the live file.
    """

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self.path = path
        self._read_only = "it was opened with --read-only" if read_only else None
        self._piped = _piped(path)
        if self._piped is None:
            self.live_file = atomic_file.real_path(path)
            self.archive_file = archive_path(self.live_file)
            with suppress(Refused):
                self.archive_file = atomic_file.real_path(self.archive_file)
        else:
            self.live_file = Path(os.path.abspath(path))  # noqa: PTH100 - the link leads to no file
            self.archive_file = archive_path(self.live_file)
            self._read_only = "it came through a pipe"
        self._documents: dict[Path, Document] = {}
        self._polled_signatures: tuple[atomic_file.Signature | None, atomic_file.Signature | None] | None = None

    def snapshot(self) -> FileSnapshot:
        """Read both files. Raises `Refused` where the live file can't be read."""
        for _ in range(ATTEMPTS):
            live, archive = self._read(self.live_file), self._read_archive()
            with suppress(OSError):  # between the two readings an entry may have moved from one to the other
                if atomic_file.signature(self.live_file) == (live.signature if live else None):
                    break
        return self._snapshot(live, archive)

    def glimpse(self) -> FileSnapshot | None:
        """Return some entries of a big live file, to show while it is being read; None if the file is small.

        Raises `Refused` where it can't be read.
        """
        with suppress(OSError):
            signature = atomic_file.signature(self.live_file)
            if signature is None or signature.size < BIG:
                return None
        stored = self._read(self.live_file)
        if stored is None:
            return None
        from incident_tui.format.read.partial import partial_document

        document = partial_document(stored.data)
        if not document.entries:
            return None
        return FileSnapshot(document, None, self.live_file, self.archive_file, True, "it is still being read")

    def poll(self, previous: FileSnapshot) -> FileSnapshot | None:
        """Read both files again if they changed since the last poll; None if they are equal to `previous`.

        It costs two calls of stat where nothing changed. (Polling, because inotify is silent on NFS.) Raises
        `Refused` where a file can't be read any more.
        """
        try:
            signatures = (atomic_file.signature(self.live_file), atomic_file.signature(self.archive_file))
        except OSError:
            signatures = None
        if self._piped is not None or (signatures is not None and signatures == self._polled_signatures):
            return None
        now = self.snapshot()
        self._polled_signatures = signatures
        return None if now.same_state(previous) else now

    def _read(self, path: Path) -> FileRead | None:
        if self._piped is not None:
            return self._piped if path == self.live_file else None
        try:
            for _ in range(ATTEMPTS):
                stored = atomic_file.read(path)
                if stored is None:
                    return None
                data = journal.recovered(path, stored.data)
                if atomic_file.signature(path) == stored.signature:
                    return FileRead(data, stored.signature)
            raise OSError(errno.EBUSY, "it is being written all the time")
        except NotADirectoryError:
            return None
        except OSError as error:
            raise Refused(
                f"{atomic_file.display_path(path)} can't be read: {atomic_file.os_error_text(error)}"
            ) from None

    def _read_archive(self) -> FileRead | Unreadable | None:
        try:
            if self.archive_file.is_symlink():  # when it was looked at first it led nowhere
                self.archive_file = atomic_file.real_path(self.archive_file)
            return self._read(self.archive_file)
        except Refused as refused:
            return Unreadable(self.archive_file, str(refused))

    def _snapshot(self, live: FileRead | None, archive: FileRead | Unreadable | None) -> FileSnapshot:
        unreadable = archive if isinstance(archive, Unreadable) else None
        archive = archive if isinstance(archive, FileRead) else None
        return FileSnapshot(
            self._document(self.live_file, live) or Document.parse(b""),
            self._document(self.archive_file, archive),
            self.live_file,
            self.archive_file,
            live is not None,
            self._read_only or self._unwritable(live, archive),
            unreadable_archive=unreadable,
        )

    def _unwritable(self, live: FileRead | None, archive: FileRead | None) -> str | None:
        """Return why nothing can be written; None if it can."""
        if live is None:
            folder = self.live_file.parent
            unwritable = folder.is_dir() and not os.access(folder, os.W_OK)
            return "its folder can't be written" if unwritable else None
        if archive is not None and archive.signature[:2] == live.signature[:2]:  # device and inode
            return f"its archive {atomic_file.display_path(self.archive_file)} is the same file by another name"
        if reason := is_binary(live.data):
            return reason
        if archive is not None and (reason := is_binary(archive.data)):
            return f"its archive{reason.removeprefix('it')}"
        return _unwritable(self.live_file)

    def _document(self, path: Path, stored: FileRead | None) -> Document | None:
        """Return the document of the bytes; the cached one if they are the same."""
        if stored is None:
            return None
        document = self._documents.get(path)
        if document is None or document.data != stored.data:
            document = self._documents[path] = Document.parse(stored.data)
        return document


def _piped(path: Path) -> FileRead | None:
    """Read the pipe at a path; None if it is no pipe. Raises `Refused` if it can't be read."""
    try:
        data = atomic_file.read_pipe(path)
    except OSError as error:
        raise Refused(f"{atomic_file.display_path(path)} can't be read: {atomic_file.os_error_text(error)}") from None
    return None if data is None else FileRead(data, atomic_file.Signature(0, 0, len(data), 0, 0))


def _unwritable(path: Path) -> str | None:
    """Return why this user can't write a file; None if it can be written."""
    if not os.access(path, os.W_OK):
        return "you may only read it"
    if not os.access(path.parent, os.W_OK):
        return "its folder can't be written, so that no safe copy can be made first"
    return None
