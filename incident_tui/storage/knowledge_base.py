"""A knowledge base on disk that is changed by edits.

Every change goes the same way: take the lock, read both files again, apply the edits to what is there now,
write what changed (an entry is written where it goes before it is taken out where it was), note it in the
history.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from incident_tui.format.edit.describe import describe_edits
from incident_tui.format.edit.edit import Edit, apply
from incident_tui.format.edit.operations import Restore
from incident_tui.format.edit.plan import ChangeSet, FileChange
from incident_tui.format.edit.undo import inverse, replay_all
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Contents, Location
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Identity
from incident_tui.format.sanitize import one_line
from incident_tui.storage.disk import atomic_file, journal, late_writes
from incident_tui.storage.disk.atomic_file import FileChanged, FileRead
from incident_tui.storage.disk.late_writes import LateText
from incident_tui.storage.disk.lock import Lock, locked
from incident_tui.storage.disk.signals import deferred
from incident_tui.storage.snapshot import ATTEMPTS, FileSnapshot, Reader, Snapshot
from incident_tui.storage.user.history import Created, History, Record

SnapshotT = TypeVar("SnapshotT", FileSnapshot, Snapshot)


class Outcome(NamedTuple, Generic[SnapshotT]):
    """What became of an edit of one file, or of several."""

    snapshot: SnapshotT
    did: str
    """What was done, for a notice; empty where all was so already."""
    about: tuple[Identity, ...] = ()
    """Which entries it was about."""
    written: tuple[Path, ...] = ()
    durable: bool = True
    """Whether the change is known to survive a power cut."""
    warning: str = ""
    """What is wrong with the history, in a line for a person."""
    arrived: LateText = LateText()
    """What other programs wrote to the files while they were replaced."""
    file_indexes: tuple[int, ...] = ()
    """Which of several files it was about."""


class KnowledgeBase(Reader):
    """One live file and its archive, and what was changed in them.

    `patience` is how many seconds a change waits for programs that lock nothing and have the files open for writing;
    with `later`, what they write after it is left to `take_in_late`, and is not waited for.
    """

    def __init__(
        self,
        path: Path,
        read_only: bool = False,
        patience: float = late_writes.PATIENCE,
        later: bool = False,
    ) -> None:
        super().__init__(path, read_only)
        self.history = History(self.live_file)
        self._swept = False
        self._patience = patience
        self._later = later
        self._replaced: dict[Path, float] = {}
        """Files that may have predecessors, and the monotonic time up to which these are looked at again."""
        self._arrived = LateText()
        """What came to them and was not told yet."""

    @property
    def writable(self) -> bool:
        """Whether it was opened for more than reading."""
        return self._read_only is None

    def edit(self, edits: Sequence[Edit], group: str = "") -> Outcome[FileSnapshot]:
        """Make the edits, all of them or none, and write them at once.

        Changes of one `group`, made one right after the other, are undone together. None of them may restore, for all
        must write the two files in the same order: that is a `ValueError`. Raises `Refused` with one line for a person;
        then no file was changed.
        """
        if not edits:
            return Outcome(self.snapshot(), "")
        return transact(lambda: [(self, self.editing(edits, group))])[0]

    def undo(self, alone: bool = False) -> Outcome[FileSnapshot]:
        """Take the last change back, with the others of its group unless `alone`.

        Raises `Refused` if there is none, or if others' changes stand against it.
        """
        return transact(lambda: [(self, self.replaying(undone=False, alone=alone))])[0]

    def redo(self) -> Outcome[FileSnapshot]:
        """Make the change again that was undone last. Raises like `undo`."""
        return transact(lambda: [(self, self.replaying(undone=True))])[0]

    def create(self, data: bytes) -> FileSnapshot:
        """Make the live file, which isn't there. Raises `Refused`."""
        self._refuse_read_only()
        try:
            self.live_file.parent.mkdir(parents=True, exist_ok=True)
            with locked(self.live_file):
                atomic_file.replace(self.live_file, data, None, put=late_writes.put_new)
        except FileChanged:
            raise Refused(
                f"{atomic_file.display_path(self.live_file)} has been made by someone else meanwhile"
            ) from None
        except OSError as error:
            raise Refused(
                f"{atomic_file.display_path(self.live_file)} can't be made: {atomic_file.os_error_text(error)}"
            ) from None
        return self.snapshot()

    def editing(self, edits: Sequence[Edit], group: str = "") -> "Make":
        """What makes edits, for `transact`. Raises `ValueError` as `edit` does."""
        if group and any(isinstance(edit.act, Restore) for edit in edits):
            raise ValueError("what is restored can't be undone with others")
        did, about = describe_edits(edits), tuple(edit.about for edit in edits)

        def make(base: Contents) -> Task:
            change = apply(base, edits, self.history.taken)

            def note(created: Created) -> None:
                if change.files:
                    self.history.add(did, about, change, created, group)

            return Task(change, did, about, note)

        return make

    def replaying(self, undone: bool, alone: bool = False, chosen: Sequence[Record] | None = None) -> "Make":
        """What makes a recorded change again, or takes one back, for `transact`.

        It is chosen with the lock held, lest two choose the same. Where it was `chosen` before, and is no longer the
        one, `FileChanged` is raised then.
        """

        def make(base: Contents) -> Task:
            records = self.history.last(undone)[: 1 if alone else None]
            self.history.refuse_unreadable()
            if chosen is not None and {record.number for record in records} - {record.number for record in chosen}:
                raise FileChanged
            if not records:
                nothing = f"there is nothing to {'redo' if undone else 'undo'}"
                raise Refused("; ".join(filter(None, [nothing, self.history.warning()])))
            change = replay_all(base, [record.files if undone else inverse(record.files) for record in records])
            did = records[0].did if len(records) == 1 else f"{len(records)} changes"
            about = tuple(dict.fromkeys(identity for record in records for identity in record.about))
            unmake: Created = "" if undone else max(record.created for record in records)  # "" < "file" < "folder"
            told = f"{'redone' if undone else 'undone'}: {did}"
            return Task(change, told, about, lambda _: self.history.mark(records, not undone), unmake)

        return make

    def poll(self, seen: FileSnapshot) -> FileSnapshot | None:
        """As `Reader.poll`. Where others have changed the files, they may have left predecessors that are awaited."""
        now = super().poll(seen)
        if now is not None and now.read_only is None:
            until = time.monotonic() + late_writes.WATCHED
            self._replaced = dict.fromkeys((self.live_file, self.archive_file), until) | self._replaced
        return now

    def take_in_late(self) -> LateText:
        """Put in what came to files after they were replaced, and return all that came since this was asked last.

        It waits for nobody: where others hold the lock nothing is looked at.
        """
        if self._replaced:
            with suppress(Refused, OSError), locked(self.live_file, self.archive_file, timeout=0):
                self._take_in()
        arrived, self._arrived = self._arrived, LateText()
        return arrived

    def wait_for_late(self) -> LateText:
        """The same, waiting for programs that have a replaced file open: nobody will look at it again soon."""
        if self._later:
            self._replaced = dict.fromkeys(self._replaced, 0.0)
        deadline = time.monotonic() + self._patience
        arrived = self.take_in_late()
        while self._replaced and time.monotonic() < deadline:
            time.sleep(late_writes.STEP)
            arrived = arrived.and_then(self.take_in_late())
        return arrived

    def _take_in(self) -> None:
        """Look at the predecessors of the files that were replaced. To be called with the lock held."""
        arrived = LateText()
        now = time.monotonic()
        for path, until in list(self._replaced.items()):
            of_file = late_writes.take_in(path, final=now > until)
            if path not in of_file.awaited:
                del self._replaced[path]
            arrived = arrived.beside(of_file)
        self._arrived = self._arrived.and_then(arrived)

    def _with_late(self, outcome: Outcome[FileSnapshot]) -> Outcome[FileSnapshot]:
        """What became of an edit, and what came to the files since: looked at once, or waited for."""
        if not self._replaced and not self._arrived:
            return outcome
        arrived = self.take_in_late() if self._later else self.wait_for_late()
        if not arrived:
            return outcome
        return outcome._replace(snapshot=self.snapshot() if arrived.changed else outcome.snapshot, arrived=arrived)

    def _look_after(self, write: "_Write") -> None:
        """Know what was replaced, and look at it for the first time. To be called with the lock held."""
        until = time.monotonic() + (late_writes.WATCHED if self._later else self._patience)
        self._replaced |= dict.fromkeys(write.replaced, until)
        self._arrived = self._arrived.and_then(write.arrived)
        self._take_in()

    def _begin(self, make: "Make", lock: Lock) -> "_Write":
        """Read both files, with the lock held, and plan what is to be written. Raises `Refused`."""
        self._clean_up()
        stored: dict[Location, FileRead | None] = {
            "live": self._read(self.live_file),
            "archive": self._read(self.archive_file),
        }
        before = self._snapshot(stored)
        before.require_writable()
        return _Write(before, stored, make(before.contents), lock)

    def _outcome(self, write: "_Write") -> Outcome[FileSnapshot]:
        before, task = write.before, write.task
        documents: dict[Location, Document | None] = {"live": before.live, "archive": before.archive}
        for file in task.change.files:
            documents[file.location] = None if write.removes(file) else file.document
            self._documents[before.path(file.location)] = file.document
        after = before._replace(live=documents["live"] or before.live, archive=documents["archive"])
        written = tuple(before.path(file.location) for file in task.change.files)
        did = task.did if written else ""
        return Outcome(after, did, task.about, written, write.durable, self.history.warning())

    def _clean_up(self) -> None:
        """Finish what a crash has left: a patch that was under way, what came late, our own temporary files."""
        for path in (self.live_file, self.archive_file):
            journal.recover(path)
            if not self._swept:
                atomic_file.remove_stale_temps(path)
                self._replaced.setdefault(path, 0.0)
        if not self._swept:
            atomic_file.remove_stale_temps(self.history.path)
        self._take_in()
        self._swept = True

    def _refuse_read_only(self) -> None:
        if self._read_only:
            raise Refused(f"{one_line(self.path.name)} can't be changed: {self._read_only}")


class Task(NamedTuple):
    """What is to be written (nothing, where all is so already), and what is noted then."""

    change: ChangeSet
    did: str
    about: tuple[Identity, ...]
    note: Callable[[Created], object]
    unmake: Created = ""
    """What of the archive was made by the change that is taken back."""


Make = Callable[[Contents], Task]
"""Plans a change of the two documents as they are now. Raises `Refused`; `FileChanged` where it must be chosen anew."""


def transact(choose: Callable[[], Sequence[tuple[KnowledgeBase, Make]]]) -> list[Outcome[FileSnapshot]]:
    """Change some knowledge bases as one change: all that is chosen is written, or nothing is.

    All locks are held from the reading until the last file is written and noted, and signals wait meanwhile. Raises
    `Refused` with one line for a person; then no file was changed, or the line says which was.
    """
    for attempt in range(ATTEMPTS):
        parts = choose()
        first = parts[0][0].path
        for base, _ in parts:
            base._refuse_read_only()
        try:
            outcomes = _attempt(parts, wait=attempt == 0)
        except FileChanged:
            continue
        except OSError as error:
            raise Refused(
                f"{atomic_file.display_path(first)} can't be changed: {atomic_file.os_error_text(error)}"
            ) from None
        return [base._with_late(outcome) for (base, _), outcome in zip(parts, outcomes, strict=True)]
    raise Refused(f"{one_line(first.name)} is being written by another program all the time; nothing was changed")


def _attempt(parts: Sequence[tuple[KnowledgeBase, Make]], wait: bool) -> list[Outcome[FileSnapshot]]:
    """Make one change, unless others come in between. A `KeyboardInterrupt` that was deferred says what was done.

    Programs that have one of the files open for writing may be waited for. What they write then is seen before the file
    is replaced, and all is read anew.
    """
    done = ""
    paths = [path for base, _ in parts for path in (base.live_file, base.archive_file)]
    try:
        with ExitStack() as signals, locked(*paths) as lock:
            signals.enter_context(deferred())  # not while others are waited for; until after the lock is let go
            writes = [base._begin(make, lock) for base, make in parts]
            _refuse_one_file_twice(writes)
            if wait:
                for (base, _), write in zip(parts, writes, strict=True):
                    changed = [write.before.path(file.location) for file in write.task.change.files]
                    late_writes.wait_for_writers(changed, base._patience)
            try:
                _write_all(writes)
                for write in writes:
                    write.task.note(write.created)
            finally:
                for (base, _), write in zip(parts, writes, strict=True):
                    base._look_after(write)
            done = "; ".join(write.task.did for write in writes if write.task.change.files)
            return [base._outcome(write) for (base, _), write in zip(parts, writes, strict=True)]
    except KeyboardInterrupt:
        raise KeyboardInterrupt(*filter(None, [done])) from None


def _refuse_one_file_twice(writes: Sequence["_Write"]) -> None:
    """See that no file is to be written twice, by two names. Raises `Refused`."""
    known: dict[object, Path] = {}
    for write in writes:
        for file in write.task.change.files:
            path, old = write.before.path(file.location), write.stored[file.location]
            other = known.setdefault(old.signature[:2] if old is not None else path, path)
            if other is not path:
                raise Refused(
                    f"{atomic_file.display_path(other)} and {atomic_file.display_path(path)} are the same file, "
                    "and can't be changed at once; nothing was changed"
                )


def _write_all(writes: Sequence["_Write"]) -> None:
    """Write all files of a change. If one can't be written, those written before it are put back."""
    steps = [(write, file) for write in writes for file in write.task.change.files]
    written: list[tuple[_Write, FileChange]] = []
    try:
        for write, file in steps:
            write.one(file)
            written.append((write, file))
    except BaseException as error:
        path = write.before.path(file.location)
        holds = write.holds(file)
        if holds is None:  # then nothing is taken back: better twice than nowhere
            if not isinstance(error, OSError):
                raise
            others = _names(step for step in written if step[0] is not write)
            raise Refused(
                f"{atomic_file.display_path(path)} can't be written: {atomic_file.os_error_text(error)}; "
                f"nor can it be read, so it isn't known whether it was changed{others}"
            ) from error
        if holds:  # it failed after the writing, in a close, say
            written.append((write, file))
        if len(written) == len(steps):  # so nothing must be taken back
            if not isinstance(error, OSError):
                raise
            write.durable = False
            return
        stuck = _put_back(written, None if holds or write.has_source(file) else write)
        for each in writes:
            each.unmake_folder()
        if isinstance(error, OSError):
            result = "nothing was changed"
            if stuck and len(writes) == 1:
                result = "nothing is lost, but a copy is in the other file already"
            elif stuck:
                result = f"nothing is lost, but what was written first can't be put back{_names(stuck)}"
            raise Refused(
                f"{atomic_file.display_path(path)} can't be written: {atomic_file.os_error_text(error)}; {result}"
            ) from error
        raise


_Steps = Sequence[tuple["_Write", FileChange]]


def _put_back(written: _Steps, but: "_Write | None") -> _Steps:
    """Put files back, the last one first; return those that hold their new text still.

    An entry's copy is taken away only after the entry stands again where it was: nothing of `but` is put back, and
    nothing that was written before a file that can't be.
    """
    stuck: list[tuple[_Write, FileChange]] = []
    for write, file in reversed(written):
        if write is but or any(write is other for other, _ in stuck) or not write.put_back(file):
            stuck.append((write, file))
    return stuck


def _names(steps: Iterable[tuple["_Write", FileChange]]) -> str:
    """The files of steps, in brackets; empty where there is none."""
    names = ", ".join(atomic_file.display_path(write.before.path(file.location)) for write, file in steps)
    return f" (changed: {names})" if names else ""


class _Write:
    """The writing of what becomes of one knowledge base."""

    def __init__(self, before: FileSnapshot, stored: dict[Location, FileRead | None], task: Task, lock: Lock) -> None:
        self.before = before
        self.stored = stored
        self.task = task
        self.lock = lock
        self.created: Created = ""
        self.durable = True
        self.replaced: set[Path] = set()
        """Files that have predecessors now."""
        self.arrived = LateText()

    def removes(self, file: FileChange) -> bool:
        """Whether a file is to be gone: an archive that was made by what is taken back."""
        old = self.stored[file.location]
        return file.location == "archive" and old is not None and bool(self.task.unmake) and not file.document.data

    def one(self, file: FileChange) -> None:
        """Write one file."""
        path, old = self.before.path(file.location), self.stored[file.location]
        if old is None and file.location == "archive":
            self._make_folder(path.parent)
        if old is not None and self.removes(file):
            self.durable &= self._remove(path, old)
            if self.task.unmake == "folder":
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

    def unmake_folder(self) -> None:
        """Take away the folder that was made for an archive, where there is no archive after all."""
        if self.created == "folder":
            with suppress(OSError):
                self.before.archive_file.parent.rmdir()

    def _put(self, path: Path, old: FileRead | None, data: bytes) -> bool:
        """Write a file whole: by a rename where that keeps all that the file is, else where it stands."""
        if old is None:
            return atomic_file.replace(path, data, None, like=self.before.live_file, put=late_writes.put_new)
        if atomic_file.can_be_replaced(path):
            self.replaced.add(path)
            try:
                return atomic_file.replace(path, data, old.signature, put=partial(late_writes.swap, old=old))
            except PermissionError:
                if atomic_file.signature(path) != old.signature:  # it was replaced, and what failed came after that
                    raise
        return journal.patch(path, old.data, data, old.signature)

    def _remove(self, path: Path, old: FileRead) -> bool:
        """Take a file away; whether that is known to be durable. Its folder is empty then, if nobody writes to it."""
        self.replaced.add(path)
        durable = late_writes.remove(path, old)
        self.arrived = self.arrived.beside(late_writes.take_in(path, final=True))
        return durable

    def holds(self, file: FileChange) -> bool | None:
        """Whether a file is by now as it is to be; nothing if that can't be seen."""
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
        """After a failure: the file as it was; whether that was done. Where it wasn't, the entry is in both files."""
        path, old = self.before.path(file.location), self.stored[file.location]
        with suppress(OSError, FileChanged):
            # On a full disk the old text beside it has the room that is needed to write it anew.
            self.arrived = self.arrived.beside(late_writes.take_in(path, final=False))
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


def _texts(data: bytes) -> set[bytes]:
    return {entry.raw for entry in Document.parse(data).entries}
