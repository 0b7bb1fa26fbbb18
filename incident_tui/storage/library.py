"""Several files as one knowledge base: each has its archive, its lock and its history, and an edit goes to its own.

What is changed in several files at once is undone at once. It is all or none: where a later file refuses its part, the
earlier ones are put back.
"""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from incident_tui.kb.acts import Restore
from incident_tui.kb.edit import Edit
from incident_tui.kb.refused import Refused
from incident_tui.storage.base import KnowledgeBase, Outcome
from incident_tui.storage.history import Record
from incident_tui.storage.reader import Snapshot, together


class Library:
    """One knowledge base of one or several files; in what order they stand is for their opener to say.

    `names` are what the files are called where there are several.
    """

    def __init__(self, bases: Sequence[KnowledgeBase], names: Sequence[str] = ()) -> None:
        self.bases = tuple(bases)
        self.names = tuple(names) if len(bases) > 1 else ("",)
        self._parts: list[Snapshot] = []
        """What each file held when it was read or written last."""

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
        return self._held([base.snapshot() for base in self.bases])

    def glimpse(self) -> Snapshot | None:
        """A first sight of a single big file, as `Reader.glimpse`; nothing where there are several."""
        return self.bases[0].glimpse() if len(self.bases) == 1 else None

    def poll(self, seen: Snapshot) -> Snapshot | None:
        """Read again what has changed since it was looked at last; nothing if all is as `seen`. Raises `Refused`."""
        found = [base.poll(part) for base, part in zip(self.bases, seen.all, strict=True)]
        if not any(found):
            return None
        return self._held([now or before for now, before in zip(found, seen.all, strict=True)])

    def create(self, data: bytes) -> Snapshot:
        """Make the first of the live files, which isn't there. Raises `Refused`."""
        self.bases[0].create(data)
        return self.snapshot()

    def edit(self, edits: Sequence[Edit], group: str = "") -> Outcome:
        """Make the edits, all of them or none, each in its file. As `KnowledgeBase.edit`."""
        parts = sorted({edit.target.part for edit in edits}) or [0]
        alone = any(isinstance(edit.act, Restore) for edit in edits)
        if len(parts) > 1 and not alone:
            group = group or f"{os.getpid()}-{time.time_ns():x}"
        return self._each(
            parts, lambda part: self.bases[part].edit([edit for edit in edits if edit.target.part == part], group)
        )

    def undo(self, alone: bool = False) -> Outcome:
        """Take the last change back, in whichever files it was made. As `KnowledgeBase.undo`."""
        return self._each(self._last(undone=False), lambda part: self.bases[part].undo(alone))

    def redo(self) -> Outcome:
        """Make the change again that was undone last. As `KnowledgeBase.redo`."""
        return self._each(self._last(undone=True), lambda part: self.bases[part].redo())

    def last(self, undone: bool) -> list[Record]:
        """The changes that `undo` takes back, or `redo` makes again. None if there is none."""
        return [record for part in self._last(undone) for record in self.bases[part].history.last(undone)]

    def records(self) -> list[Record]:
        """All changes that are known, oldest first."""
        if len(self.bases) == 1:
            return self.bases[0].history.records()
        found = [record for base in self.bases for record in base.history.records()]
        return sorted(found, key=lambda record: record.time)

    def _last(self, undone: bool) -> list[int]:
        """The files of the change that is to be undone, or made again; the first where there is none."""
        heads = {part: held[0] for part, base in enumerate(self.bases) if (held := base.history.last(undone))}
        if not heads:
            return [0]

        def rank(part: int) -> tuple[bool, float]:
            record = heads[part]
            own = record.run == self.bases[part].history.run
            return own, -record.time if undone else record.time

        first = max(heads, key=rank)
        group = heads[first].group
        return [part for part in heads if part == first or (group and heads[part].group == group)]

    def _each(self, parts: Sequence[int], write: Callable[[int], Outcome]) -> Outcome:
        """Write some of the files, one after the other."""
        done: list[tuple[int, Outcome]] = []
        for part in parts:
            try:
                done.append((part, write(part)))
            except Refused:
                for before, outcome in reversed(done):
                    if outcome.written:
                        with suppress(Refused):
                            self.bases[before].undo()
                raise
        if not self._parts:
            self._parts = [base.snapshot() for base in self.bases]
        for part, outcome in done:
            self._parts[part] = outcome.snapshot
        told = [outcome.did for _, outcome in done if outcome.did]
        return Outcome(
            self._held(self._parts),
            "; ".join(told),
            tuple(dict.fromkeys(identity for _, outcome in done for identity in outcome.about)),
            tuple(path for _, outcome in done for path in outcome.written),
            all(outcome.durable for _, outcome in done),
        )

    def _held(self, parts: Sequence[Snapshot]) -> Snapshot:
        """Snapshots of the files as one."""
        whole = together(parts, self.names)
        self._parts = list(whole.all)
        return whole
