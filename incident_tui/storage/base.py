"""A knowledge base on disk that is changed by edits.

Every change goes the same way: take the lock, read both files again, apply the edits to what is there now,
write what changed (an entry is written where it goes before it is taken out where it was), note it in the
history.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from incident_tui.kb.acts import Restore
from incident_tui.kb.base import Base, Place
from incident_tui.kb.change import Change, FileChange
from incident_tui.kb.description import description
from incident_tui.kb.document import Document
from incident_tui.kb.edit import Edit, apply
from incident_tui.kb.entry import Identity
from incident_tui.kb.plain import one_line
from incident_tui.kb.refused import Refused
from incident_tui.kb.undo import inverse, replay_all
from incident_tui.storage import files, journal, late_writes
from incident_tui.storage.files import Overtaken, Stored
from incident_tui.storage.history import Created, History
from incident_tui.storage.late_writes import Arrived
from incident_tui.storage.lock import locked
from incident_tui.storage.reader import ATTEMPTS, Reader, Snapshot


class Outcome(NamedTuple):
    """What became of an edit."""

    snapshot: Snapshot
    did: str
    """What was done, for a notice; empty where all was so already."""
    about: tuple[Identity, ...] = ()
    """Which entries it was about."""
    written: tuple[Path, ...] = ()
    durable: bool = True
    """Whether the change is known to survive a power cut."""
    arrived: Arrived = Arrived()
    """What other programs wrote to the files while they were replaced."""


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
        self._arrived = Arrived()
        """What came to them and was not told yet."""

    @property
    def writable(self) -> bool:
        """Whether it was opened for more than reading."""
        return self._read_only is None

    def edit(self, edits: Sequence[Edit], group: str = "") -> Outcome:
        """Make the edits, all of them or none, and write them at once.

        Changes of one `group`, made one right after the other, are undone together. None of them may restore, for all
        must write the two files in the same order: that is a `ValueError`. Raises `Refused` with one line for a person;
        then no file was changed.
        """
        if group and any(isinstance(edit.act, Restore) for edit in edits):
            raise ValueError("what is restored can't be undone with others")
        if not edits:
            return Outcome(self.snapshot(), "")
        did, about = description(edits), tuple(edit.about for edit in edits)

        def make(base: Base) -> _Task:
            change = apply(base, edits, self.history.taken)

            def note(created: Created) -> None:
                if change.files:
                    self.history.add(did, about, change, created, group)

            return _Task(change, did, about, note)

        return self._transact(make)

    def undo(self, alone: bool = False) -> Outcome:
        """Take the last change back, with the others of its group unless `alone`.

        Raises `Refused` if there is none, or if others' changes stand against it.
        """
        return self._replay(undone=False, alone=alone)

    def redo(self) -> Outcome:
        """Make the change again that was undone last. Raises like `undo`."""
        return self._replay(undone=True)

    def take_back(self) -> None:
        """Take back the edit that was made just now, as if it had never been made. Raises `Refused`."""
        records = self.history.last(undone=False)[:1]
        self.undo(alone=True)
        self.history.drop(records)

    def create(self, data: bytes) -> Snapshot:
        """Make the live file, which isn't there. Raises `Refused`."""
        self._refuse_read_only()
        try:
            self.live_file.parent.mkdir(parents=True, exist_ok=True)
            with locked(self.live_file):
                files.replace(self.live_file, data, None, put=late_writes.put_new)
        except Overtaken:
            raise Refused(f"{files.shown(self.live_file)} has been made by someone else meanwhile") from None
        except OSError as error:
            raise Refused(f"{files.shown(self.live_file)} can't be made: {files.reason(error)}") from None
        return self.snapshot()

    def _replay(self, undone: bool, alone: bool = False) -> Outcome:
        """Make a recorded change again, or take one back; chosen with the lock held, lest two choose the same."""

        def make(base: Base) -> _Task:
            records = self.history.last(undone)[: 1 if alone else None]
            if not records:
                raise Refused(f"there is nothing to {'redo' if undone else 'undo'}")
            change = replay_all(base, [record.files if undone else inverse(record.files) for record in records])
            did = records[0].did if len(records) == 1 else f"{len(records)} changes"
            about = tuple(dict.fromkeys(identity for record in records for identity in record.about))
            unmake: Created = "" if undone else max(record.created for record in records)  # "" < "file" < "folder"
            told = f"{'redone' if undone else 'undone'}: {did}"
            return _Task(change, told, about, lambda _: self.history.mark(records, not undone), unmake)

        return self._transact(make)

    def poll(self, seen: Snapshot) -> Snapshot | None:
        """As `Reader.poll`. Where others have changed the files, they may have left predecessors that are awaited."""
        now = super().poll(seen)
        if now is not None and now.read_only is None:
            until = time.monotonic() + late_writes.WATCHED
            self._replaced = dict.fromkeys((self.live_file, self.archive_file), until) | self._replaced
        return now

    def take_in_late(self) -> Arrived:
        """Put in what came to files after they were replaced, and return all that came since this was asked last.

        It waits for nobody: where others hold the lock nothing is looked at.
        """
        if self._replaced:
            with suppress(Refused, OSError), locked(self.live_file, timeout=0):
                self._take_in()
        arrived, self._arrived = self._arrived, Arrived()
        return arrived

    def wait_for_late(self) -> Arrived:
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
        arrived = Arrived()
        now = time.monotonic()
        for path, until in list(self._replaced.items()):
            of_file = late_writes.take_in(path, final=now > until)
            if path not in of_file.awaited:
                del self._replaced[path]
            arrived = arrived.beside(of_file)
        self._arrived = self._arrived.and_then(arrived)

    def _transact(self, make: "Callable[[Base], _Task]") -> Outcome:
        self._refuse_read_only()
        outcome = self._written(make)
        if not self._replaced and not self._arrived:
            return outcome
        arrived = self.take_in_late() if self._later else self.wait_for_late()
        if not arrived:
            return outcome
        now = self.snapshot() if arrived.changed else outcome.snapshot
        return outcome._replace(snapshot=now, arrived=arrived)

    def _written(self, make: "Callable[[Base], _Task]") -> Outcome:
        for attempt in range(ATTEMPTS):
            try:
                with locked(self.live_file):
                    self._clean_up()
                    stored: dict[Place, Stored | None] = {
                        "live": self._read(self.live_file),
                        "archive": self._read(self.archive_file),
                    }
                    before = self._snapshot(stored)
                    before.refuse_read_only()
                    task = make(before.base)
                    if (
                        attempt == 0
                    ):  # what is written meanwhile is seen before the file is replaced: then all is read anew
                        paths = [before.file(file.place) for file in task.change.files]
                        late_writes.wait_for_writers(paths, self._patience)
                    write = _Write(before, stored, task.unmake)
                    try:
                        write.all(task.change)
                        task.note(write.created)
                    finally:
                        until = time.monotonic() + (late_writes.WATCHED if self._later else self._patience)
                        self._replaced |= dict.fromkeys(write.replaced, until)
                        self._arrived = self._arrived.and_then(write.arrived)
                        self._take_in()
                    return self._outcome(before, task, write)
            except Overtaken:
                continue
            except OSError as error:
                raise Refused(f"{files.shown(self.path)} can't be changed: {files.reason(error)}") from None
        raise Refused(
            f"{one_line(self.path.name)} is being written by another program all the time; nothing was changed"
        )

    def _outcome(self, before: Snapshot, task: "_Task", write: "_Write") -> Outcome:
        documents: dict[Place, Document | None] = {"live": before.live, "archive": before.archive}
        for file in task.change.files:
            documents[file.place] = file.document
            self._documents[before.file(file.place)] = file.document
        if write.removed:
            documents["archive"] = None
        after = before._replace(live=documents["live"] or before.live, archive=documents["archive"])
        written = tuple(before.file(file.place) for file in task.change.files)
        return Outcome(after, task.did if written else "", task.about, written, write.durable)

    def _clean_up(self) -> None:
        """Finish what a crash has left: a patch that was under way, what came late, our own temporary files."""
        for path in (self.live_file, self.archive_file):
            journal.settle(path)
            if not self._swept:
                files.sweep(path)
                self._replaced.setdefault(path, 0.0)
        if not self._swept:
            files.sweep(self.history.path)
        self._take_in()
        self._swept = True

    def _refuse_read_only(self) -> None:
        if self._read_only:
            raise Refused(f"{one_line(self.path.name)} can't be changed: {self._read_only}")


class _Task(NamedTuple):
    """What is to be written (nothing, where all is so already), and what is noted then."""

    change: Change
    did: str
    about: tuple[Identity, ...]
    note: Callable[[Created], object]
    unmake: Created = ""
    """What of the archive was made by the change that is taken back."""


class _Write:
    """The writing of one change. If a file can't be written, those written before it are put back."""

    def __init__(self, before: Snapshot, stored: dict[Place, Stored | None], unmake: Created) -> None:
        self.before = before
        self.stored = stored
        self.unmake = unmake
        self.created: Created = ""
        self.removed = False
        self.durable = True
        self.replaced: set[Path] = set()
        """Files that have predecessors now."""
        self.arrived = Arrived()

    def all(self, change: Change) -> None:
        written: list[FileChange] = []
        try:
            for file in change.files:
                self._one(file)
                written.append(file)
        except BaseException as error:
            path = self.before.file(file.place)
            holds = self._holds(file)
            if holds is None:  # then nothing is taken back: better twice than nowhere
                if not isinstance(error, OSError):
                    raise
                why = f"{files.reason(error)}; nor can it be read, so it isn't known whether it was changed"
                raise Refused(f"{files.shown(path)} can't be written: {why}") from error
            if holds:  # it failed after the writing, in a close, say
                written.append(file)
            if len(written) == len(change.files):  # so nothing must be taken back
                if not isinstance(error, OSError):
                    raise
                self.durable = False
                return
            back = all(self._put_back(done) for done in reversed(written))
            if self.created == "folder" and not any(done.place == "archive" for done in written):
                with suppress(OSError):
                    self.before.archive_file.parent.rmdir()
            if isinstance(error, OSError):
                result = "nothing was changed" if back else "nothing is lost, but a copy is in the other file already"
                raise Refused(f"{files.shown(path)} can't be written: {files.reason(error)}; {result}") from error
            raise

    def _one(self, file: FileChange) -> None:
        path, old = self.before.file(file.place), self.stored[file.place]
        data = file.document.data
        if file.place == "archive" and old is None:
            self.created = "file" if path.parent.is_dir() else "folder"
            if self.created == "folder":
                self.durable &= files.make_folder(path.parent, self.before.live_file.parent)
        if file.place == "archive" and old is not None and self.unmake and not data:
            self.durable &= self._remove(path, old)
            self.removed = True
            if self.unmake == "folder":
                with suppress(OSError):
                    path.parent.rmdir()
            return
        self.durable &= self._put(path, old, data)

    def _put(self, path: Path, old: Stored | None, data: bytes) -> bool:
        """Write a file whole: by a rename where that keeps all that the file is, else where it stands."""
        if old is None:
            return files.replace(path, data, None, like=self.before.live_file, put=late_writes.put_new)
        if files.can_be_replaced(path):
            self.replaced.add(path)
            with suppress(PermissionError):
                return files.replace(path, data, old.signature, put=partial(late_writes.swap, old=old))
        return journal.patch(path, old.data, data, old.signature)

    def _remove(self, path: Path, old: Stored) -> bool:
        """Take a file away; whether that is known to be durable. Its folder is empty then, if nobody writes to it."""
        self.replaced.add(path)
        durable = late_writes.remove(path, old)
        self.arrived = self.arrived.beside(late_writes.take_in(path, final=True))
        return durable

    def _holds(self, file: FileChange) -> bool | None:
        """Whether a file holds its new text by now; nothing if that can't be seen."""
        path = self.before.file(file.place)
        with suppress(OSError):
            now = files.read(path)
            if now is None:
                return self.removed
            return journal.settled(path, now.data) == file.document.data
        return None

    def _put_back(self, file: FileChange) -> bool:
        """After a failure: the file as it was. Where even that fails, the entry is in both files."""
        path, old = self.before.file(file.place), self.stored[file.place]
        with suppress(OSError, Overtaken):
            now = files.read(path)
            if now is None or now.data != file.document.data:
                return False  # someone else has written it since
            if old is not None:
                self._put(path, now, old.data)
            else:
                self._remove(path, now)
                if self.created == "folder":
                    path.parent.rmdir()
            return True
        return False
