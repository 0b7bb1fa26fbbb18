"""The base of all groups of actions: model, files, notices, navigation, writing."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from textual.screen import Screen

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Archive, Operation, Restore
from incident_tui.format.edit.plan import EditConflict
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import EntryKey
from incident_tui.format.read.metadata import parse_entry
from incident_tui.storage.knowledge_base import Outcome
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import Snapshot
from incident_tui.tui.actions import table
from incident_tui.tui.actions.table import ActionContext, shown_key
from incident_tui.tui.background.file_watcher import FileWatcher
from incident_tui.tui.model import Model
from incident_tui.tui.preferences import Settings
from incident_tui.tui.rows import Row
from incident_tui.tui.status_text import notice
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList
from incident_tui.tui.widgets.key_bar import KeyBar
from incident_tui.tui.widgets.search_input import Search


class BrowserActions(Screen[None]):
    """The browser's screen as each group of keys knows it."""

    def __init__(self, base: Library, marks: Glyphs, barrier: KeyGuard, settings: Settings) -> None:
        super().__init__()
        self.base = base
        self.marks = marks
        self.barrier = barrier
        self.settings = settings
        self.model = Model(settings.order, settings.stale_days)
        self.watcher = FileWatcher(base)

    @property
    def moment(self) -> ActionContext:
        """What is so now."""
        snapshot = self.model.snapshot
        files, archives = (snapshot.files, snapshot.archives) if snapshot is not None else ((), [])
        file = self.model.file_of(self.model.current)
        focus: table.Focus = "list"
        if isinstance(self.focused, Search):
            focus = "search"
        elif isinstance(self.focused, Detail):
            focus = "detail"
        return ActionContext(
            focus,
            self.model.current,
            self.model.scope,
            self.model.query_text,
            file is not None and file.read_only is None,
            self.missing_file is not None and self.base.writable,
            any(each.read_only is None for each in files) and bool(self.base.last(undone=False)),
            any(archive.entries for archive in archives),
            files[:1] != () and files[0].read_only is None,
            len(self.model.marks),
        )

    @property
    def missing_file(self) -> int | None:
        """The index of the file that isn't there and that the next entry needs: the cursor's, else the first."""
        files = self.model.snapshot.files if self.model.snapshot is not None else ()
        row = self.model.current
        wanted = ([row.file_index] if row is not None else []) + [0]
        return next((index for index in wanted if files and not files[index].exists), None)

    # Saying

    def key(self, action: str) -> str:
        """The key that does something, as people read it."""
        return shown_key(action, self.settings.actions)

    def tell(self, notice: str) -> None:
        """Say what was done."""
        self.query_one(KeyBar).tell(notice)

    def refuse(self, notice: str) -> None:
        """Say what was not done, and why."""
        self.query_one(KeyBar).tell(notice, "refused")

    # Going

    def to_list(self) -> None:
        """The keys move the list."""
        self.remove_class("-zoomed", "-reading")
        self.set_focus(self.query_one(EntryList))

    def to_detail(self) -> None:
        """The keys move the entry's text."""
        self.add_class("-reading")
        self.set_focus(self.query_one(Detail))

    def search_for(self, search: str) -> None:
        """List what answers a search."""
        self.query_one(Search).put(search)
        self.to_list()

    def visit(self, key: EntryKey) -> None:
        """Put the cursor on an entry of the scope, listed now or not."""
        if self.model.row(key) is None:
            self.query_one(Search).put("")
            self.model.query_text = ""
        self.model.select_key(key)

    # Changing

    def read_whole(self) -> Snapshot:
        """What is on disk. Raises `Refused` while it is still being read."""
        snapshot = self.model.snapshot
        if snapshot is None or snapshot.partial:
            raise Refused("it is still being read; nothing was changed, try again in a moment")
        return snapshot

    def refuse_unready(self, rows: Iterable[Row] = ()) -> None:
        """See that the files of rows (without any: all files) can be changed, and all are read. Raises `Refused`."""
        snapshot = self.read_whole()
        for index in sorted({row.file_index for row in rows}) or range(len(snapshot.files)):
            snapshot.files[index].require_writable()

    def ready(self, rows: Iterable[Row] = ()) -> bool:
        """Whether the files can be changed; says why not."""
        try:
            self.refuse_unready(rows)
        except Refused as refused:
            self.refuse(str(refused))
            return False
        return True

    @property
    def whole(self) -> Snapshot | None:
        """What is on disk, once all of it is read; says so before."""
        snapshot = self.model.snapshot
        if snapshot is not None and snapshot.partial:
            self.refuse("it is still being read; try again in a moment")
            return None
        return snapshot

    @property
    def targets(self) -> Sequence[Row]:
        """The rows that a key is for: the marked ones, else the one under the cursor."""
        return self.model.marked_rows or ([self.model.current] if self.model.current is not None else [])

    def latest(self, row: Row) -> Row | None:
        """The same entry as it is now; nothing if it is no longer listed."""
        return self.model.row(row.key)

    def apply_operation(self, operation: Operation, *rows: Row) -> str:
        """Do something to rows (by default, to `targets`) as one change. Returns why not, if it was refused."""
        return self.apply_edits([Edit(row.target, operation) for row in rows or self.targets])

    def apply_edits(self, edits: Sequence[Edit], group: str = "") -> str:
        """Make edits as one change. Returns why not, if it was refused."""
        if not edits:
            return ""
        refused = self.write(partial(self.base.edit, edits, group))
        if refused and len(edits) == 1:
            self._let_choose(edits[0])
        return refused

    def _let_choose(self, edit: Edit) -> None:
        """Where someone else changed the text that was to be moved: show both, and go on only if told to."""
        act, seen = edit.act, parse_entry(edit.target.seen)
        now = self.model.row_of(edit.target)
        if not isinstance(act, Archive | Restore) or now is None or now.entry.raw == seen.raw:
            return
        from incident_tui.tui.screens.conflict import Conflict

        def chosen(yes: bool | None) -> None:
            if yes:
                self.apply_operation(act, now)

        does = "archive" if isinstance(act, Archive) else "restore"
        self.app.push_screen(
            Conflict(seen.label, seen.text, now.entry.text, f"{does} it as it is now", self.marks), chosen
        )

    def write(self, change: Callable[[], Outcome[Snapshot]]) -> str:
        """Make a change of the library, and show what is on disk then. Returns why not, if it was refused."""
        before, marked = self.model.current, self.model.marks or self.model.range_start
        try:
            self.read_whole()
            outcome = change()
        except Refused as refused:
            if isinstance(refused, EditConflict):
                self._reload()
            self.refuse(str(refused))
            return str(refused)
        follow = before.key if before else None
        if outcome.entries:
            indexes = outcome.file_indexes
            file_index = before.file_index if before and before.file_index in indexes else indexes[0]
            changed = file_index, outcome.entries[0]
            if len(outcome.entries) == 1 and (follow is None or (follow.file_index, follow.identity) != changed):
                follow = EntryKey("live", outcome.entries[0], 0, file_index)
            self.model.changed = changed if outcome.description else self.model.changed
        self.watcher.forget()
        self.model.unmark()
        self.model.load(outcome.snapshot, follow=follow)
        after = self.model.current
        if marked or (before and before.key.identity) != (after and after.key.identity):
            self._moved_by_change()  # the next key is meant for other entries than this one was
        self.tell(notice(outcome))
        return ""

    def take_in(self, snapshot: Snapshot) -> None:
        """Show what is on disk. Keys are blind where the cursor's entry, or its text, is another one then."""
        before = self.model.current
        self.model.load(snapshot)
        after = self.model.current
        if before is not None and (after is None or before.target != after.target):
            self._moved_by_change()

    def _reload(self) -> None:
        """Show what is on disk."""
        try:
            self.take_in(self.watcher.read(self.model.snapshot))
        except Refused as refused:
            self.refuse(str(refused))

    def _moved_by_change(self) -> None:
        """Keys are blind until the entry that the cursor is on now has been seen."""
        self.barrier.raised()
        self.query_one(Detail).draw()
        self.call_after_refresh(self.barrier.painted)
