"""A knowledge base on disk that is changed by edits.

Every change goes the same way (`transact`): take the lock; read both files again, and plan what is to be written
(`KnowledgeBase.plan`); write it (`file_writer.write_all`); record it in the history (`KnowledgeBase.record`).
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from incident_tui.format.edit.edit import Edit, apply
from incident_tui.format.edit.undo import inverse, replay_all
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Contents, Location
from incident_tui.format.model.entry import Identity
from incident_tui.format.sanitize import one_line
from incident_tui.storage.disk import atomic_file, journal, late_writes
from incident_tui.storage.disk.atomic_file import FileChanged, FileRead
from incident_tui.storage.disk.late_writes import LateText
from incident_tui.storage.disk.lock import Lock, locked
from incident_tui.storage.disk.signals import deferred
from incident_tui.storage.file_writer import FileWriter, require_distinct_files, write_all
from incident_tui.storage.snapshot import ATTEMPTS, FileSnapshot, Reader, Snapshot
from incident_tui.storage.user.history import Created, History
from incident_tui.storage.user.seen import note_own_edit
from incident_tui.storage.write_plan import EditRequest, Request, UndoRequest, WritePlan

SnapshotT = TypeVar("SnapshotT", FileSnapshot, Snapshot)


class Outcome(NamedTuple, Generic[SnapshotT]):
    """The result of an edit of one file, or of several."""

    snapshot: SnapshotT
    description: str
    """The description of the change, for a notice; empty if nothing changed."""
    entries: tuple[Identity, ...] = ()
    """The identities of the changed entries."""
    written: tuple[Path, ...] = ()
    durable: bool = True
    """Whether the change is known to survive a power cut."""
    warning: str = ""
    """A problem with the history, in a line for a person."""
    arrived: LateText = LateText()
    """Text that other programs wrote to the files while they were replaced."""
    file_indexes: tuple[int, ...] = ()
    """The indexes of the changed files, of several."""


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
        """Late text of them that was not reported yet."""

    @property
    def writable(self) -> bool:
        """Whether it can be changed: it wasn't opened read-only."""
        return self._read_only is None

    def edit(self, edits: Sequence[Edit], group: str = "") -> Outcome[FileSnapshot]:
        """Make the edits, all of them or none, and write them at once.

        Changes of one `group`, made one right after the other, are undone together. None of them may restore, for all
        must write the two files in the same order: that is a `ValueError`. Raises `Refused` with one line for a person;
        then no file was changed.
        """
        if not edits:
            return Outcome(self.snapshot(), "")
        return self._write(EditRequest.of(edits, group))

    def undo(self, alone: bool = False) -> Outcome[FileSnapshot]:
        """Undo the last change, with the others of its group unless `alone`.

        Raises `Refused` if there is none, or if changes of others conflict with it.
        """
        return self._write(UndoRequest(alone=alone))

    def redo(self) -> Outcome[FileSnapshot]:
        """Redo the change that was undone last. Raises like `undo`."""
        return self._write(UndoRequest(redo=True))

    def _write(self, request: Request) -> Outcome[FileSnapshot]:
        ((_, outcome),) = transact(lambda: [(self, request)])
        return outcome

    def create(self, data: bytes) -> FileSnapshot:
        """Create the missing live file. Raises `Refused`."""
        self.make_folder()
        try:
            with locked(self.live_file):
                atomic_file.replace(self.live_file, data, None, put=late_writes.put_new)
        except FileChanged:
            raise Refused(
                f"{atomic_file.display_path(self.live_file)} has been made by someone else meanwhile"
            ) from None
        except OSError as error:
            raise self._cant_be_made(error) from None
        return self.snapshot()

    def make_folder(self) -> None:
        """Create the folder of the live file if it is missing. Raises `Refused`."""
        self.require_writable()
        try:
            self.live_file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._cant_be_made(error) from None

    def _cant_be_made(self, error: OSError) -> Refused:
        path, why = atomic_file.display_path(self.live_file), atomic_file.os_error_text(error)
        return Refused(f"{path} can't be made: {why}")

    def poll(self, previous: FileSnapshot) -> FileSnapshot | None:
        """As `Reader.poll`. Where others have changed the files, they may have left predecessors that are awaited."""
        now = super().poll(previous)
        if now is not None and now.read_only is None:
            until = time.monotonic() + late_writes.WATCHED
            self._replaced = dict.fromkeys((self.live_file, self.archive_file), until) | self._replaced
        return now

    def take_in_late(self) -> LateText:
        """Put in what came to files after they were replaced, and return all that came since this was asked last.

        It doesn't wait: if others hold the lock, no file is checked.
        """
        if self._replaced:
            with suppress(Refused, OSError), locked(self.live_file, self.archive_file, timeout=0):
                self._take_in()
        arrived, self._arrived = self._arrived, LateText()
        return arrived

    def wait_for_late(self) -> LateText:
        """The same, but wait for programs that have a replaced file open: the next check may be far off."""
        if self._later:
            self._replaced = dict.fromkeys(self._replaced, 0.0)
        deadline = time.monotonic() + self._patience
        arrived = self.take_in_late()
        while self._replaced and time.monotonic() < deadline:
            time.sleep(late_writes.STEP)
            arrived = arrived.followed_by(self.take_in_late())
        return arrived

    def _take_in(self) -> None:
        """Check the predecessors of the replaced files. The caller must hold the lock."""
        arrived = LateText()
        now = time.monotonic()
        for path, until in list(self._replaced.items()):
            of_file = late_writes.take_in(path, final=now > until)
            if path not in of_file.awaited:
                del self._replaced[path]
            arrived = arrived.combined_with(of_file)
        self._arrived = self._arrived.followed_by(arrived)

    def with_late_text(self, outcome: Outcome[FileSnapshot]) -> Outcome[FileSnapshot]:
        """Return the result of an edit with the late text since then, after one check or after waiting."""
        if not self._replaced and not self._arrived:
            return outcome
        arrived = self.take_in_late() if self._later else self.wait_for_late()
        if not arrived:
            return outcome
        return outcome._replace(snapshot=self.snapshot() if arrived.changed else outcome.snapshot, arrived=arrived)

    def watch_replaced(self, writer: FileWriter) -> None:
        """Remember the replaced files, and check them for the first time. The caller must hold the lock."""
        until = time.monotonic() + (late_writes.WATCHED if self._later else self._patience)
        self._replaced |= dict.fromkeys(writer.replaced, until)
        self._arrived = self._arrived.followed_by(writer.arrived)
        self._take_in()

    def plan(self, request: Request, lock: Lock) -> FileWriter:
        """Read both files again, with the lock held, and plan the writes.

        Raises `Refused`; `FileChanged` if the request must be made again.
        """
        self._clean_up()
        live, archive = self._read(self.live_file), self._read_archive()
        before = self._snapshot(live, archive)
        stored: dict[Location, FileRead | None] = {
            "live": live,
            "archive": archive if isinstance(archive, FileRead) else None,
        }
        before.require_writable()
        if isinstance(request, EditRequest):
            changes = apply(before.contents, request.edits, self.history.last_removal)
            plan = WritePlan(changes, request.description, request.entries, request.group, spans=request.spans)
        else:
            plan = self._plan_undo(before.contents, request)
        unreadable = before.unreadable_archive
        if unreadable is not None and any(file.location == "archive" for file in plan.changes.files):
            raise Refused(f"{unreadable.told}; nothing was changed")
        return FileWriter(before, stored, plan, lock)

    def _plan_undo(self, contents: Contents, request: UndoRequest) -> WritePlan:
        """Plan to undo changes, or to redo them.

        They are looked up under the lock, so that no two programs choose the same ones. If they are no longer the
        `expected` ones, the request must be made again.
        """
        redo = request.redo
        records = self.history.last(undone=redo)[: 1 if request.alone else None]
        self.history.refuse_unreadable()
        if request.expected is not None:
            expected = {record.number for record in request.expected}
            if any(record.number not in expected for record in records):
                raise FileChanged
        if not records:
            nothing = f"there is nothing to {'redo' if redo else 'undo'}"
            raise Refused("; ".join(filter(None, [nothing, self.history.warning()])))
        if not contents.archive_known and any(where == "archive" for each in records for where, _ in each.files):
            raise Refused(f"{one_line(contents.archive_link)} can't be read; nothing was changed")
        changes = replay_all(contents, [record.files if redo else inverse(record.files) for record in records])
        change = records[0].did if len(records) == 1 else f"{len(records)} changes"
        description = f"{'redone' if redo else 'undone'}: {change}"
        entries = tuple(dict.fromkeys(identity for record in records for identity in record.about))
        if redo:
            return WritePlan(changes, description, entries, redoes=records)
        created: Created = max(record.created for record in records)  # "" < "file" < "folder"
        created_live = any(record.created_live for record in records)
        return WritePlan(
            changes, description, entries, undoes=records, removes_archive=created, removes_live=created_live
        )

    def record(self, writer: FileWriter) -> None:
        """Record in the history what was written, and that its entries are no news to this user."""
        plan = writer.plan
        if plan.undoes or plan.redoes:
            self.history.mark(plan.undoes or plan.redoes, undone=bool(plan.undoes))
        elif plan.changes.files:
            self.history.add(
                plan.description,
                plan.entries,
                plan.changes,
                writer.created,
                plan.group,
                writer.created_live,
                plan.spans,
            )
        live = next((file.document for file in plan.changes.files if file.location == "live"), None)
        if live is not None:
            note_own_edit(self.live_file, live, plan.entries)

    def wait_for_writers(self, writer: FileWriter) -> None:
        """Wait, as long as patience lasts, for programs that have a file open for writing that is to be changed."""
        paths = [writer.before.path(file.location) for file in writer.plan.changes.files]
        late_writes.wait_for_writers(paths, self._patience)

    def outcome(self, writer: FileWriter) -> Outcome[FileSnapshot]:
        """Return the result of a change after it was written."""
        before, plan = writer.before, writer.plan
        after = before
        for file in plan.changes.files:
            there = not writer.removes(file)
            if file.location == "live":
                after = after._replace(live=file.document, exists=there)
            else:
                after = after._replace(archive=file.document if there else None)
            self._documents[before.path(file.location)] = file.document
        paths = tuple(before.path(file.location) for file in plan.changes.files)
        description = plan.description if paths else ""
        return Outcome(after, description, plan.entries, paths, writer.durable, self.history.warning())

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

    def require_writable(self) -> None:
        """Raise `Refused` if it was opened read-only."""
        if self._read_only:
            raise Refused(f"{one_line(self.path.name)} can't be changed: {self._read_only}")


def transact(
    assign: Callable[[], Sequence[tuple[KnowledgeBase, Request]]],
) -> list[tuple[KnowledgeBase, Outcome[FileSnapshot]]]:
    """Change some knowledge bases as one change: all that is asked for is written, or nothing is.

    `assign` says what is asked of which, and is called anew where others have changed files or a history meanwhile. All
    locks are held from the reading until the last file is written and recorded, and signals wait meanwhile. Raises
    `Refused` with one line for a person; then no file was changed, or the line says which was.
    """
    for attempt in range(ATTEMPTS):
        assigned = assign()
        first = assigned[0][0].path
        for knowledge_base, _ in assigned:
            knowledge_base.require_writable()
        try:
            outcomes = _attempt(assigned, wait=attempt == 0)
        except FileChanged:
            continue
        except OSError as error:
            raise Refused(
                f"{atomic_file.display_path(first)} can't be changed: {atomic_file.os_error_text(error)}"
            ) from None
        return [(knowledge_base, knowledge_base.with_late_text(outcome)) for knowledge_base, outcome in outcomes]
    raise Refused(f"{one_line(first.name)} is being written by another program all the time; nothing was changed")


def _attempt(
    assigned: Sequence[tuple[KnowledgeBase, Request]], wait: bool
) -> list[tuple[KnowledgeBase, Outcome[FileSnapshot]]]:
    """Make one change, unless others come in between. A `KeyboardInterrupt` that was deferred says what was done.

    Programs that have one of the files open for writing may be waited for. What they write then is seen before the file
    is replaced, and all is read anew.
    """
    description = ""
    paths = [path for knowledge_base, _ in assigned for path in (knowledge_base.live_file, knowledge_base.archive_file)]
    try:
        with ExitStack() as signals, locked(*paths) as lock:
            signals.enter_context(deferred())  # not while others are waited for; until after the lock is let go
            planned = [(knowledge_base, knowledge_base.plan(request, lock)) for knowledge_base, request in assigned]
            writers = [writer for _, writer in planned]
            require_distinct_files(writers)
            if wait:
                for knowledge_base, writer in planned:
                    knowledge_base.wait_for_writers(writer)
            try:
                write_all(writers)
                for knowledge_base, writer in planned:
                    knowledge_base.record(writer)
            finally:
                for knowledge_base, writer in planned:
                    knowledge_base.watch_replaced(writer)
            description = "; ".join(writer.plan.description for writer in writers if writer.plan.changes.files)
            return [(knowledge_base, knowledge_base.outcome(writer)) for knowledge_base, writer in planned]
    except KeyboardInterrupt:
        raise KeyboardInterrupt(*filter(None, [description])) from None
