"""A session on a library: writes edits, reads what others wrote, and says what to show. It imports no toolkit.

The model is what the screen shows; the session changes it only after the files were written or read.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from incident_tui.format.edit.describe import describe_open_items
from incident_tui.format.edit.diff import entry_diff
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Archive, Operation, Restore
from incident_tui.format.edit.plan import EditConflict
from incident_tui.format.errors import Refused
from incident_tui.format.model.entry import Entry, Identity, parse_entry
from incident_tui.format.model.located import EntryKey
from incident_tui.storage.disk.atomic_file import display_path
from incident_tui.storage.knowledge_base import Outcome
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import Snapshot
from incident_tui.storage.user.seen import SeenEntries, note_own_edit
from incident_tui.tui.background.file_watcher import ExternalChange, FileWatcher
from incident_tui.tui.rows import Row
from incident_tui.tui.status_text import notice

if TYPE_CHECKING:
    from incident_tui.tui.model import Model


class Overtaken(NamedTuple):
    """An operation that was refused because someone else changed the entry's text, which a person may now approve."""

    operation: Operation
    seen: Entry
    row: Row
    """The current text of the entry."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a change or of a poll of the files, for the screen."""

    notice: str = ""
    refused: bool = False
    """Whether the notice is a warning, such as why nothing was written."""
    moved: bool = False
    """Whether keys that were pressed before now may have been meant for another entry than the cursor's."""
    overtaken: Overtaken | None = None

    @property
    def why_not(self) -> str:
        """Why nothing was written; empty if the change was written."""
        return self.notice if self.refused else ""


class Session:
    """Edits, undo and reload of a library, with the marks and the current entry of a model."""

    def __init__(self, library: Library, model: "Model") -> None:
        self.library = library
        self.model = model
        self._watcher = FileWatcher(library)
        self._seen: Sequence[SeenEntries] = ()
        """The seen entries of each file, once they were compared with the last visit."""

    # What is shown

    @property
    def targets(self) -> Sequence[Row]:
        """The rows that an operation is for: the marked ones, else the current one."""
        return self.model.marked_rows or ([self.model.current] if self.model.current is not None else [])

    def full_snapshot(self) -> Snapshot:
        """Return the snapshot that is shown. Raises `Refused` while the files are still being read."""
        snapshot = self.model.snapshot
        if snapshot is None or snapshot.partial:
            raise Refused("it is still being read; nothing was changed, try again in a moment")
        return snapshot

    def require_writable(self, rows: Iterable[Row] = ()) -> None:
        """Raise `Refused` unless the files of the rows (without any: all files) are read and can be changed."""
        snapshot = self.full_snapshot()
        for index in sorted({row.file_index for row in rows}) or range(len(snapshot.files)):
            snapshot.files[index].require_writable()

    # Changes

    def apply(self, operation: Operation, *rows: Row) -> Result:
        """Apply an operation to rows (without any: to the targets), as one change."""
        return self.edit([Edit(row.target, operation) for row in rows or self.targets])

    def edit(self, edits: Sequence[Edit], group: str = "") -> Result:
        """Make edits as one change; those of one `group` are undone together."""
        if not edits:
            return Result()
        result = self._change(lambda: self.library.edit(edits, group), describe_open_items(edits))
        return replace(result, overtaken=self._overtaken(edits[0])) if result.refused and len(edits) == 1 else result

    def undo(self, alone: bool = False) -> Result:
        """Undo the last change; `alone` without the others of its group."""
        return self._change(lambda: self.library.undo(alone=alone))

    def redo(self) -> Result:
        """Redo the change that was undone last."""
        return self._change(self.library.redo)

    def create_file(self, data: bytes, index: int = 0) -> Result:
        """Create a missing live file."""
        try:
            snapshot = self.library.create(data, index)
        except Refused as refused:
            return Result(str(refused), refused=True)
        self.model.load(snapshot)
        return Result(f"created {display_path(snapshot.files[index].live_file)}")

    def _change(self, write: Callable[[], Outcome[Snapshot]], follows: str = "") -> Result:
        before, marked = self.model.current, bool(self.model.marks or self.model.range_start)
        try:
            self.full_snapshot()
            outcome = write()
        except Refused as refused:
            moved = isinstance(refused, EditConflict) and self.reload().moved
            return Result(str(refused), refused=True, moved=moved)
        follow = before.key if before else None
        if outcome.entries:
            indexes = outcome.file_indexes
            file_index = before.file_index if before and before.file_index in indexes else indexes[0]
            changed = file_index, outcome.entries[0]
            if len(outcome.entries) == 1 and (follow is None or (follow.file_index, follow.identity) != changed):
                follow = EntryKey("live", outcome.entries[0], 0, file_index)
            self.model.changed = changed if outcome.description else self.model.changed
        self._watcher.forget()
        for file_index in outcome.file_indexes:
            self._note_own(outcome.snapshot, file_index, outcome.entries)
        self._show_unseen()
        self.model.unmark()
        self.model.load(outcome.snapshot, follow=follow)
        after = self.model.current
        moved = marked or (before and before.key.identity) != (after and after.key.identity)
        return Result(notice(outcome, follows), moved=moved)

    def _overtaken(self, edit: Edit) -> Overtaken | None:
        old, row = parse_entry(edit.target.seen), self.model.row_of(edit.target)
        if not isinstance(edit.act, Archive | Restore) or row is None or row.entry.raw == old.raw:
            return None
        return Overtaken(edit.act, old, row)

    # What is new

    def compared_with_last_visit(self, snapshot: Snapshot) -> list[SeenEntries]:
        """The entries of each file compared with those of the last visit. For a thread: it reads all of them."""
        return [SeenEntries(file.live_file, file.live) for file in snapshot.files]

    def begin_visit(self, compared: Sequence[SeenEntries]) -> int:
        """Mark from now on what is new to the user; return how many entries came, or were changed, since last time."""
        self._seen = compared
        self._show_unseen()
        return sum(seen_file.added for seen_file in compared)

    def see(self, rows: Iterable[Row]) -> None:
        """Mark these entries as seen."""
        unseen = [row for row in rows if self.model.is_unseen(row)]
        for file_index in {row.file_index for row in unseen}:
            self._seen[file_index].see(row.entry.identity for row in unseen if row.file_index == file_index)
        if unseen:
            self._show_unseen()

    def see_all(self) -> int:
        """Mark all new entries as seen; return how many there were."""
        count = len(self.model.unseen)
        for seen_file in self._seen:
            seen_file.see(list(seen_file.unseen))
        self._show_unseen()
        return count

    def _note_own(self, snapshot: Snapshot, file_index: int, identities: Iterable[Identity]) -> None:
        """Mark the entries that the user's own change wrote as seen."""
        if self._seen:
            document = snapshot.files[file_index].live
            entries = (entry for identity in identities for entry in document.find(identity))
            self._seen[file_index].changed_by_user(entries)

    def _note_others(self, change: ExternalChange) -> None:
        """Mark what others have added or changed as new."""
        if change.snapshot is None:
            return
        for seen_file, file, diff in zip(self._seen, change.snapshot.files, change.diffs, strict=False):
            entries = [entry for identity in (*diff.added, *diff.changed) for entry in file.live.find(identity)]
            if entries:
                seen_file.changed_by_others(entries)
        self._show_unseen()

    def _show_unseen(self) -> None:
        self.model.unseen = frozenset(
            (file_index, identity) for file_index, seen_file in enumerate(self._seen) for identity in seen_file.unseen
        )

    # What others wrote

    def show(self, snapshot: Snapshot) -> Result:
        """Load a snapshot into the model."""
        before = self.model.current
        self.model.load(snapshot, retain=self.model.reading)
        after = self.model.current
        return Result(moved=before is not None and (after is None or before.target != after.target))

    def reload(self) -> Result:
        """Read the files, and load their snapshot."""
        try:
            return self.show(self._watcher.read(self.model.snapshot))
        except Refused as refused:
            return Result(str(refused), refused=True)

    def reload_own(self) -> Result:
        """Read the files after the user has edited one by hand: what changed is no news."""
        before = self.model.snapshot
        result = self.reload()
        after = self.model.snapshot
        if before is not None and after is not None and not result.refused:
            for file_index, (old, new) in enumerate(zip(before.files, after.files, strict=True)):
                diff = entry_diff(old.live, new.live)
                identities = (*diff.added, *diff.changed)
                note_own_edit(new.live_file, new.live, identities)
                self._note_own(after, file_index, identities)
            self._show_unseen()
        return result

    def poll(self) -> Result:
        """Load what others wrote since the last look, and say so."""
        snapshot = self.model.snapshot
        news = self._watcher.look(snapshot) if snapshot is not None else None
        if news is None:
            return Result()
        self._note_others(news)
        if news.snapshot is None:
            return Result(news.told, refused=news.wrong)
        before = self.model.current
        result = self.show(news.snapshot)
        return replace(result, notice=self._current_first(before, news), refused=news.wrong)

    def _current_first(self, before: Row | None, news: ExternalChange) -> str:
        """Return the notice of others' changes; an entry that went from under the cursor comes first, by its name."""
        if before is None or news.snapshot is None or news.wrong:
            return news.told
        file = news.snapshot.files[before.file_index]
        if file.document(before.location).find(before.key.identity):
            return news.told
        moved = file.document("live" if before.archived else "archive").find(before.key.identity)
        verb = ("restored" if before.archived else "archived") if moved else "gone"
        notice = f"{verb} by someone else: {before.entry.label}"
        others = sum(len(identities) for diff in news.diffs for identities in diff) > 1
        return f"{notice}; {news.told}" if others else notice
