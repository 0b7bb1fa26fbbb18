"""Several files as one knowledge base: each has its archive and its history, and an edit goes to its own.

What is changed in several files at once is one change: all of it is written or nothing, and it is undone at once (what
is restored is undone file by file).
"""

from collections.abc import Callable, Sequence
from functools import reduce
from pathlib import Path

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import RenameTag, Restore
from incident_tui.format.errors import Refused
from incident_tui.storage.disk.atomic_file import Unreadable
from incident_tui.storage.disk.late_writes import LateText
from incident_tui.storage.knowledge_base import KnowledgeBase, Make, Outcome, transact
from incident_tui.storage.snapshot import FileSnapshot, Snapshot, combined
from incident_tui.storage.user.history import Record, new_id


class Library:
    """One knowledge base of one or several files; in what order they stand is for their opener to say.

    `names` are what the files are called where there are several; `unreadable` are those that belong to them, but can't
    be read.
    """

    def __init__(
        self, bases: Sequence[KnowledgeBase], names: Sequence[str] = (), unreadable: Sequence[Unreadable] = ()
    ) -> None:
        self.bases = tuple(bases)
        self._unreadable = tuple(unreadable)
        self.names = tuple(names) if len(bases) > 1 else ("",)
        self._remembered: Snapshot | None = None
        """What the files held when they were read or written last."""

    @property
    def live_file(self) -> Path:
        """The first of the live files."""
        return self.bases[0].live_file

    @property
    def writable(self) -> bool:
        """Whether it was opened for more than reading."""
        return self.bases[0].writable

    def snapshot(self) -> Snapshot:
        """Read all files. Raises `Refused` where one can't be read."""
        return self._remember([base.snapshot() for base in self.bases])

    def glimpse(self) -> Snapshot | None:
        """A first sight of a single big file, as `Reader.glimpse`; None where there are several."""
        file = self.bases[0].glimpse() if len(self.bases) == 1 else None
        return None if file is None else Snapshot((file,), self._unreadable, partial=True)

    def poll(self, seen: Snapshot) -> Snapshot | None:
        """Read again what has changed since it was looked at last; nothing if all is as `seen`.

        While nothing changes, the answer to the same `seen` is the same snapshot. Raises `Refused` where a file can't
        be read any more and no other one has changed.
        """
        before = self._last_read().files
        now = list(before)
        refusals = []
        for part, base in enumerate(self.bases):
            try:
                now[part] = base.poll(before[part]) or before[part]
            except Refused as refused:
                refusals.append(refused)
        if any(one is not other for one, other in zip(now, before, strict=True)):
            return self._remember(now)
        if refusals:
            raise refusals[0]
        return None if all(map(FileSnapshot.same_state, before, seen.files)) else self._remembered

    def create(self, data: bytes, file_index: int = 0) -> Snapshot:
        """Make one of the live files, which isn't there. Raises `Refused`."""
        self.bases[file_index].create(data)
        return self.snapshot()

    def edit(self, edits: Sequence[Edit], group: str = "") -> Outcome[Snapshot]:
        """Make the edits, all of them or none, each in its file. As `KnowledgeBase.edit`."""
        if any(isinstance(edit.act, RenameTag) for edit in edits):
            self._last_read().require_all_readable()
        own: dict[int, list[Edit]] = {}
        for edit in edits:
            own.setdefault(edit.target.file_index, []).append(edit)
        if not own:
            return Outcome(self._last_read(), "")
        if len(own) > 1 and not any(isinstance(edit.act, Restore) for edit in edits):
            group = group or new_id()
        outcome = self._transact(lambda: {part: self.bases[part].editing(own[part], group) for part in sorted(own)})
        if outcome.written:
            for part, base in enumerate(self.bases):
                if part not in own:  # in those that were edited it is so already
                    base.history.close()
        return outcome

    def undo(self, alone: bool = False) -> Outcome[Snapshot]:
        """Take the last change back, in whichever files it was made. As `KnowledgeBase.undo`."""
        self._last_read().require_all_readable()
        return self._transact(lambda: self._replaying(undone=False, alone=alone))

    def redo(self) -> Outcome[Snapshot]:
        """Make the change again that was undone last. As `KnowledgeBase.redo`."""
        self._last_read().require_all_readable()
        return self._transact(lambda: self._replaying(undone=True))

    def take_in_late(self) -> LateText:
        """Put in what came to files after they were replaced. As `KnowledgeBase.take_in_late`."""
        return reduce(LateText.beside, (base.take_in_late() for base in self.bases))

    def wait_for_late(self) -> LateText:
        """The same, waiting for it. As `KnowledgeBase.wait_for_late`."""
        return reduce(LateText.beside, (base.wait_for_late() for base in self.bases))

    def last(self, undone: bool) -> list[Record]:
        """The changes that `undo` takes back, or `redo` makes again. None if there is none."""
        return [record for part in self._last(undone) for record in self.bases[part].history.last(undone)]

    def records(self) -> list[Record]:
        """All changes that are known, oldest first."""
        if len(self.bases) == 1:
            return self.bases[0].history.records()
        found = [record for base in self.bases for record in base.history.records()]
        return sorted(found, key=lambda record: record.time)

    def warning(self, known: str = "") -> str:
        """What is wrong with the histories, after what is known already; empty where nothing new is."""
        return "; ".join(filter(None, [known, *(base.history.warning() for base in self.bases)]))

    def _last(self, undone: bool) -> list[int]:
        """The files of the change that is to be undone, or made again; the first where there is none."""
        heads = {part: held[0] for part, base in enumerate(self.bases) if (held := base.history.last(undone))}
        if not heads:
            return [0]

        def rank(part: int) -> tuple[bool, float]:
            record = heads[part]
            own = record.run == self.bases[part].history.run
            return own, record.undone_at if undone else record.time

        first = max(heads, key=rank)
        group = heads[first].group
        return [part for part in heads if part == first or (group and heads[part].group == group)]

    def _replaying(self, undone: bool, alone: bool = False) -> dict[int, Make]:
        """What takes the last change back, or makes it again, in each file of it. Raises `Refused`."""
        chosen = {part: self.bases[part].history.last(undone) for part in self._last(undone)}
        for base in self.bases:  # what can't be read might be the last change, or some of it
            base.history.refuse_unreadable()
        return {part: self.bases[part].replaying(undone, alone, records) for part, records in chosen.items()}

    def _transact(self, choose: Callable[[], dict[int, Make]]) -> Outcome[Snapshot]:
        """Change some of the files as one change."""
        parts: list[int] = []

        def chosen() -> list[tuple[KnowledgeBase, Make]]:
            makes = choose()
            parts[:] = makes
            return [(self.bases[part], make) for part, make in makes.items()]

        outcomes = transact(chosen)
        now = list(self._last_read().files)
        for part, outcome in zip(parts, outcomes, strict=True):
            now[part] = outcome.snapshot
        return Outcome(
            self._remember(now),
            "; ".join(outcome.did for outcome in outcomes if outcome.did),
            tuple(dict.fromkeys(identity for outcome in outcomes for identity in outcome.about)),
            tuple(path for outcome in outcomes for path in outcome.written),
            all(outcome.durable for outcome in outcomes),
            self.warning("; ".join(filter(None, (outcome.warning for outcome in outcomes)))),
            reduce(LateText.beside, (outcome.arrived for outcome in outcomes), LateText()),
            tuple(parts),
        )

    def _last_read(self) -> Snapshot:
        """What the files held when they were read or written last."""
        return self._remembered or self.snapshot()

    def _remember(self, files: Sequence[FileSnapshot]) -> Snapshot:
        """Snapshots of the files as one; of a file that is gone its last text."""
        before = self._remembered.files if self._remembered is not None else files
        self._remembered = combined(
            list(map(FileSnapshot.with_last_text_of, files, before)), self.names, self._unreadable
        )
        return self._remembered
