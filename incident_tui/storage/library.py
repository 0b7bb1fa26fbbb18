"""Several files as one knowledge base: each has its archive and its history, and an edit goes to its own.

What is changed in several files at once is one change: all of it is written or nothing, and it is undone at once (what
is restored is undone file by file).
"""

import os
from collections.abc import Collection, Sequence
from functools import reduce
from pathlib import Path

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Create, MoveIn, MoveOut, RenameTag, Restore
from incident_tui.format.errors import Refused
from incident_tui.storage.disk.atomic_file import Unreadable
from incident_tui.storage.disk.late_writes import LateText
from incident_tui.storage.knowledge_base import KnowledgeBase, Outcome, transact
from incident_tui.storage.snapshot import FileSnapshot, Snapshot, combined, require_all_readable
from incident_tui.storage.user.history import History, Record, new_id
from incident_tui.storage.write_plan import EditRequest, Request, UndoRequest


class Library:
    """One knowledge base of one or several files; in what order they stand is for their opener to say.

    `names` are what the files are called where there are several; `unreadable` are those that belong to them, but can't
    be read; `layers` are the layers of a memory that the files are of, none where they are of none.
    """

    def __init__(
        self,
        knowledge_bases: Sequence[KnowledgeBase],
        names: Sequence[str] = (),
        unreadable: Sequence[Unreadable] = (),
        layers: Sequence[str] = (),
    ) -> None:
        self.knowledge_bases = tuple(knowledge_bases)
        self._unreadable = tuple(unreadable)
        self.names = tuple(names) if len(knowledge_bases) > 1 else ("",)
        self.layers = tuple(layers) or ("",) * len(knowledge_bases)
        self._remembered: Snapshot | None = None
        """What the files held when they were read or written last."""

    @property
    def writable(self) -> bool:
        """Whether it was opened for more than reading."""
        return self.knowledge_bases[0].writable

    def snapshot(self) -> Snapshot:
        """Read all files. Raises `Refused` where one can't be read."""
        return self._remember([each.snapshot() for each in self.knowledge_bases])

    def glimpse(self) -> Snapshot | None:
        """A first sight of a single big file, as `Reader.glimpse`; None where there are several."""
        file = self.knowledge_bases[0].glimpse() if len(self.knowledge_bases) == 1 else None
        return None if file is None else Snapshot((file,), self._unreadable, partial=True)

    def poll(self, seen: Snapshot) -> Snapshot | None:
        """Read again what has changed since it was looked at last; nothing if all is as `seen`.

        While nothing changes, the answer to the same `seen` is the same snapshot. Raises `Refused` where a file can't
        be read any more and no other one has changed.
        """
        before = self._last_read().files
        now = list(before)
        refusals = []
        for index, knowledge_base in enumerate(self.knowledge_bases):
            try:
                now[index] = knowledge_base.poll(before[index]) or before[index]
            except Refused as refused:
                refusals.append(refused)
        if any(after is not file for after, file in zip(now, before, strict=True)):
            return self._remember(now)
        if refusals:
            raise refusals[0]
        return None if all(map(FileSnapshot.same_state, before, seen.files)) else self._remembered

    def create(self, data: bytes, file_index: int = 0) -> Snapshot:
        """Make one of the live files, which does not exist. Raises `Refused`."""
        self.knowledge_bases[file_index].create(data)
        return self.snapshot()

    def edit(self, edits: Sequence[Edit], group: str = "") -> Outcome[Snapshot]:
        """Make the edits, all of them or none, each in its file. As `KnowledgeBase.edit`."""
        if not edits:
            return Outcome(self._last_read(), "")
        return self.write(EditRequest.of(edits, group))

    def undo(self, alone: bool = False) -> Outcome[Snapshot]:
        """Take the last change back, in whichever files it was made. As `KnowledgeBase.undo`."""
        return self.write(UndoRequest(alone=alone))

    def redo(self) -> Outcome[Snapshot]:
        """Redo the change that was undone last. As `KnowledgeBase.redo`."""
        return self.write(UndoRequest(redo=True))

    def write(self, request: Request) -> Outcome[Snapshot]:
        """Do what is asked, in each file that it is about, as one change. Raises as `edit` and `undo`."""
        if not isinstance(request, EditRequest):
            require_all_readable([each for each in self._unreadable if self._may_be_last(each, request.redo)])
            return self._combined(transact(lambda: self._assign_undo(request)))
        if any(isinstance(edit.act, RenameTag) for edit in request.edits):
            self._last_read().require_all_readable()
        assigned = self._assign_edits(request)
        begun = {edit.target.file_index for edit in request.edits if isinstance(edit.act, Create | MoveIn)}
        for knowledge_base in map(self.knowledge_bases.__getitem__, begun):
            if not knowledge_base.live_file.parent.exists():  # its lock is on the folder
                knowledge_base.make_folder()
        outcome = self._combined(transact(lambda: assigned))
        if outcome.written:
            edited = [knowledge_base for knowledge_base, _ in assigned]
            for knowledge_base in self.knowledge_bases:
                if knowledge_base not in edited:  # in those that were edited it is so already
                    knowledge_base.history.close()
        return outcome

    def take_in_late(self) -> LateText:
        """Put in what came to files after they were replaced. As `KnowledgeBase.take_in_late`."""
        return reduce(LateText.combined_with, (each.take_in_late() for each in self.knowledge_bases))

    def wait_for_late(self) -> LateText:
        """The same, waiting for it. As `KnowledgeBase.wait_for_late`."""
        return reduce(LateText.combined_with, (each.wait_for_late() for each in self.knowledge_bases))

    def last(self, undone: bool) -> list[Record]:
        """The changes that `undo` takes back, or `redo` makes again. None if there is none."""
        return [
            record
            for index in self._files_of_last(undone)
            for record in self.knowledge_bases[index].history.last(undone)
        ]

    def records(self) -> list[Record]:
        """All changes that are known, oldest first."""
        return [record for record, _ in self.records_by_file()]

    def records_by_file(self) -> list[tuple[Record, int]]:
        """All changes that are known, oldest first, each with the index of its file."""
        records = [
            (record, index)
            for index, knowledge_base in enumerate(self.knowledge_bases)
            for record in knowledge_base.history.records()
        ]
        return sorted(records, key=lambda entry: entry[0].time) if len(self.knowledge_bases) > 1 else records

    def warning(self, known: str = "") -> str:
        """What is wrong with the histories, after what is known already; empty where nothing new is."""
        return "; ".join(filter(None, [known, *(each.history.warning() for each in self.knowledge_bases)]))

    def _assign_edits(self, request: EditRequest) -> list[tuple[KnowledgeBase, Request]]:
        """Give each file its own edits; changes of several files are a group, to be undone together.

        A file that gains entries which another one loses is written before it. What is restored is none, for a group
        can't have it.
        """
        by_file: dict[int, list[Edit]] = {}
        for edit in request.edits:
            by_file.setdefault(edit.target.file_index, []).append(edit)
        group = request.group
        if len(by_file) == 1:
            return [(self.knowledge_bases[file_index], request) for file_index in by_file]
        spans = len(by_file) if any(isinstance(edit.act, MoveOut) for edit in request.edits) else 1
        if not any(isinstance(edit.act, Restore) for edit in request.edits):
            group = group or new_id()
        order = sorted(by_file, key=lambda index: (isinstance(by_file[index][0].act, MoveOut), index))
        return [
            (self.knowledge_bases[index], EditRequest.of(by_file[index], group)._replace(spans=spans))
            for index in order
        ]

    def _assign_undo(self, request: UndoRequest) -> list[tuple[KnowledgeBase, Request]]:
        """Give each file of the last change the records that are to be undone, or redone. Raises `Refused`."""
        last = [self.knowledge_bases[file_index] for file_index in self._files_of_last(request.redo)]
        records = [knowledge_base.history.last(undone=request.redo) for knowledge_base in last]
        for knowledge_base in self.knowledge_bases:  # what can't be read might be the last change, or some of it
            knowledge_base.history.refuse_unreadable()
        spans = max((record.spans for each in records for record in each), default=1)
        if spans > len(last):  # half of a move would take an entry out and put it nowhere
            raise Refused(
                f"entries were moved between {spans} files, and not all of them are open; open them together, "
                "nothing was changed"
            )
        requests = [request._replace(expected=expected) for expected in records]
        order = sorted(range(len(last)), key=lambda index: _growth(records[index], request.redo), reverse=True)
        return [(last[index], requests[index]) for index in order]

    def _may_be_last(self, unreadable: Unreadable, undone: bool) -> bool:
        """Whether the change that is to be undone, or made again, may be one of a file that can't be read."""
        path = Path(os.path.realpath(unreadable.path))
        if os.path.isdir(path):  # noqa: PTH112 - never raises, as Path.is_dir does where one may not look
            return True
        known = self.last(undone)
        if not known:
            return True
        latest = max(record.undone_at if undone else record.time for record in known)
        groups = {record.group for record in known if record.group}
        return any(
            (record.undone_at if undone else record.time) >= latest or record.group in groups
            for record in History(path).last(undone)
        )

    def _files_of_last(self, undone: bool) -> list[int]:
        """The files of the change that is to be undone, or made again; the first where there is none."""
        lasts = (knowledge_base.history.last(undone) for knowledge_base in self.knowledge_bases)
        last = {file_index: records[0] for file_index, records in enumerate(lasts) if records}
        if not last:
            return [0]

        def recency(file_index: int) -> tuple[bool, float]:
            record = last[file_index]
            own = record.run == self.knowledge_bases[file_index].history.run
            return own, record.undone_at if undone else record.time

        latest = max(last, key=recency)
        group = last[latest].group
        return [
            file_index for file_index in last if file_index == latest or (group and last[file_index].group == group)
        ]

    def _combined(self, outcomes: Sequence[tuple[KnowledgeBase, Outcome[FileSnapshot]]]) -> Outcome[Snapshot]:
        """What became of a change in all its files."""
        files = list(self._last_read().files)
        file_indexes = tuple(self.knowledge_bases.index(knowledge_base) for knowledge_base, _ in outcomes)
        of_files = [outcome for _, outcome in outcomes]
        for file_index, outcome in zip(file_indexes, of_files, strict=True):
            files[file_index] = outcome.snapshot
        return Outcome(
            self._remember(files, file_indexes),
            "; ".join(dict.fromkeys(outcome.description for outcome in of_files if outcome.description)),
            tuple(dict.fromkeys(identity for outcome in of_files for identity in outcome.entries)),
            tuple(path for outcome in of_files for path in outcome.written),
            all(outcome.durable for outcome in of_files),
            self.warning("; ".join(filter(None, (outcome.warning for outcome in of_files)))),
            reduce(LateText.combined_with, (outcome.arrived for outcome in of_files), LateText()),
            file_indexes,
        )

    def _last_read(self) -> Snapshot:
        """What the files held when they were read or written last."""
        return self._remembered or self.snapshot()

    def _remember(self, files: Sequence[FileSnapshot], written: Collection[int] = ()) -> Snapshot:
        """Snapshots of the files as one; of one that is gone its last text, if it wasn't just `written`."""
        before = self._remembered.files if self._remembered is not None else files
        now = [file if index in written else file.with_last_text_of(before[index]) for index, file in enumerate(files)]
        self._remembered = combined(now, self.names, self.layers, self._unreadable)
        return self._remembered


def _growth(records: Sequence[Record], redo: bool) -> int:
    """By how many bytes a file grows when its records are undone, or redone: what gains an entry is written first."""
    grown = sum(len(hunk.new) - len(hunk.old) for record in records for _, hunks in record.files for hunk in hunks)
    return grown if redo else -grown
