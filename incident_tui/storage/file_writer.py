"""Writing the files of one change: all of them or none, each by a rename or in place under a journal.

A moved entry is written to its new file before it is removed from the old one. A failure is rolled back in the opposite
order.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from incident_tui.format.edit.plan import FileChange
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.format.model.document import Document
from incident_tui.storage.disk import atomic_file, journal, late_writes
from incident_tui.storage.disk.atomic_file import FileChanged, FileRead
from incident_tui.storage.disk.late_writes import LateText
from incident_tui.storage.disk.lock import Lock
from incident_tui.storage.snapshot import FileSnapshot
from incident_tui.storage.user.history import Created
from incident_tui.storage.write_plan import WritePlan


class FileWriter:
    """Writes what is planned for one live file and its archive."""

    def __init__(
        self, before: FileSnapshot, stored: Mapping[Location, FileRead | None], plan: WritePlan, lock: Lock
    ) -> None:
        self.before = before
        self.stored = stored
        self.plan = plan
        self.lock = lock
        self.created: Created = ""
        """What was created of the archive."""
        self.created_live = False
        """Whether the live file was created."""
        self.durable = True
        self.replaced: set[Path] = set()
        """Files that have predecessors now."""
        self.arrived = LateText()

    def removes(self, file: FileChange) -> bool:
        """Whether a file is to be removed: the undone change had created it."""
        created = self.plan.removes_live if file.location == "live" else bool(self.plan.removes_archive)
        return created and self.stored[file.location] is not None and not file.document.data

    def write(self, file: FileChange) -> None:
        """Write one file."""
        path, old = self.before.path(file.location), self.stored[file.location]
        if old is None and file.location == "archive":
            self._make_folder(path.parent)
        self.created_live |= old is None and file.location == "live"
        if old is not None and self.removes(file):
            self.durable &= self._remove(path, old)
            if file.location == "archive" and self.plan.removes_archive == "folder":
                with suppress(OSError):
                    path.parent.rmdir()
            return
        self.durable &= self._put(path, old, file.document.data)

    def _make_folder(self, folder: Path) -> None:
        self.created = "file" if folder.is_dir() else "folder"
        if self.created == "folder":
            self.durable &= atomic_file.make_folder(folder, self.before.live_file.parent)
            if not self.lock.extend(folder):
                raise FileChanged

    def remove_created_folder(self) -> None:
        """Remove the folder that was created for an archive, if there is no archive after all."""
        if self.created == "folder":
            with suppress(OSError):
                self.before.archive_file.parent.rmdir()

    def _put(self, path: Path, old: FileRead | None, data: bytes) -> bool:
        """Write a file: by a rename if that keeps all attributes of the file, else in place."""
        if old is None:
            like = self.before.live_file if path == self.before.archive_file else None
            return atomic_file.replace(path, data, None, like=like, put=late_writes.put_new)
        if atomic_file.can_be_replaced(path):
            self.replaced.add(path)
            try:
                put = partial(late_writes.replace_keeping_old, old=old)
                return atomic_file.replace(path, data, old.signature, put=put)
            except PermissionError:
                if atomic_file.signature(path) != old.signature:  # it was replaced, and what failed came after that
                    raise
        return journal.patch(path, old.data, data, old.signature)

    def _remove(self, path: Path, old: FileRead) -> bool:
        """Remove a file; return whether that is durable. Its folder is then empty, unless others write to it."""
        self.replaced.add(path)
        durable = late_writes.remove(path, old)
        self.arrived = self.arrived.combined_with(late_writes.take_in(path, final=True))
        return durable

    def is_written(self, file: FileChange) -> bool | None:
        """Whether a file is by now as planned; None if it can't be read."""
        path = self.before.path(file.location)
        with suppress(OSError):
            now = atomic_file.read(path)
            if now is None:
                return self.removes(file)
            return not self.removes(file) and journal.recovered(path, now.data) == file.document.data
        return None

    def has_source(self, file: FileChange) -> bool:
        """Whether a file that wasn't written still has the entries that are to be taken out of it."""
        path, old = self.before.path(file.location), self.stored[file.location]
        if old is None:
            return True
        with suppress(OSError):
            now = atomic_file.read(path)
            if now is not None:
                data = journal.recovered(path, now.data)
                return data == old.data or _texts(old.data) - _texts(file.document.data) <= _texts(data)
        return False

    def put_back(self, file: FileChange) -> bool:
        """Restore the file after a failure; return whether that succeeded. If not, the entry is in both files."""
        path, old = self.before.path(file.location), self.stored[file.location]
        with suppress(OSError, FileChanged):
            # On a full disk the old text beside it has the room that is needed to write it anew.
            self.arrived = self.arrived.combined_with(late_writes.take_in(path, final=False))
            now = atomic_file.read(path)
            if now is None and self.removes(file) and old is not None:
                if not path.parent.is_dir():
                    atomic_file.make_folder(path.parent, self.before.live_file.parent)
                self._put(path, None, old.data)
                return True
            if now is None or now.data != file.document.data:
                return False  # someone else has written it since
            if old is not None:
                self._put(path, now, old.data)
            else:
                self._remove(path, now)
            return True
        return False


def require_distinct_files(writers: Sequence[FileWriter]) -> None:
    """Raise `Refused` if a file would be written twice, under two names."""
    paths: dict[object, Path] = {}
    for writer in writers:
        for file in writer.plan.changes.files:
            path, old = writer.before.path(file.location), writer.stored[file.location]
            other = paths.setdefault(old.signature[:2] if old is not None else path, path)
            if other is not path:
                raise Refused(
                    f"{atomic_file.display_path(other)} and {atomic_file.display_path(path)} are the same file, "
                    "and can't be changed at once; nothing was changed"
                )


def write_all(writers: Sequence[FileWriter]) -> None:
    """Write all files of a change. If one can't be written, those written before it are put back."""
    steps = [(writer, file) for writer in writers for file in writer.plan.changes.files]
    finished: list[tuple[FileWriter, FileChange]] = []
    try:
        for writer, file in steps:
            writer.write(file)
            finished.append((writer, file))
    except BaseException as error:
        path = writer.before.path(file.location)
        is_written = writer.is_written(file)
        if is_written is None:  # State unknown: don't roll back. An entry in both files beats one in neither.
            if not isinstance(error, OSError):
                raise
            others = _names(step for step in finished if step[0] is not writer)
            raise Refused(
                f"{atomic_file.display_path(path)} can't be written: {atomic_file.os_error_text(error)}; "
                f"nor can it be read, so it isn't known whether it was changed{others}"
            ) from error
        if is_written:  # it failed after the writing, in a close, say
            finished.append((writer, file))
        if len(finished) == len(steps):  # so nothing must be taken back
            if not isinstance(error, OSError):
                raise
            writer.durable = False
            return
        stuck = _roll_back(finished, None if is_written or writer.has_source(file) else writer)
        for other in writers:
            other.remove_created_folder()
        if isinstance(error, OSError):
            result = "nothing was changed"
            if stuck and len(writers) == 1:
                result = "nothing is lost, but a copy is in the other file already"
            elif stuck:
                result = f"nothing is lost, but what was written first can't be put back{_names(stuck)}"
            raise Refused(
                f"{atomic_file.display_path(path)} can't be written: {atomic_file.os_error_text(error)}; {result}"
            ) from error
        raise


_Steps = Sequence[tuple[FileWriter, FileChange]]


def _roll_back(finished: _Steps, except_for: FileWriter | None) -> _Steps:
    """Restore files, the last one first; return those that still have their new text.

    An entry's copy is removed only after the entry is back in its file: nothing of `except_for` is put back,
    and nothing that was written before a file that can't be.
    """
    stuck: list[tuple[FileWriter, FileChange]] = []
    for writer, file in reversed(finished):
        if writer is except_for or any(writer is other for other, _ in stuck) or not writer.put_back(file):
            stuck.append((writer, file))
    return stuck


def _names(steps: Iterable[tuple[FileWriter, FileChange]]) -> str:
    """Return the files of steps, in brackets; empty if there are none."""
    names = ", ".join(atomic_file.display_path(writer.before.path(file.location)) for writer, file in steps)
    return f" (changed: {names})" if names else ""


def _texts(data: bytes) -> set[bytes]:
    return {entry.raw for entry in Document.parse(data).entries}
