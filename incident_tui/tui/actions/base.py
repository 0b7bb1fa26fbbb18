"""The base of all groups of actions: model, files, notices, navigation, writing."""

from collections.abc import Iterable, Iterator, Sequence

from textual.screen import Screen

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Archive, Operation
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import EntryKey
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import Snapshot
from incident_tui.tui.actions.bindings import ActionContext, Focus, context, missing_file, shown_key
from incident_tui.tui.model import Model
from incident_tui.tui.preferences import Settings
from incident_tui.tui.rows import Row, Scope
from incident_tui.tui.session import Overtaken, Result, Session
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList
from incident_tui.tui.widgets.key_bar import KeyBar
from incident_tui.tui.widgets.search_input import SearchInput


class BrowserActions(Screen[None]):
    """The browser's screen as each group of keys knows it."""

    def __init__(self, library: Library, glyphs: Glyphs, guard: KeyGuard, settings: Settings) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.guard = guard
        self.settings = settings
        self.model = Model(settings.order, settings.stale_days, settings.synonyms)
        self.session = Session(library, self.model)
        self.scope_before_search: Scope | None = None
        """What was listed before a search that needed another scope; None where no such search stands."""
        self.start_notice = ""
        """What was said of news at the start."""

    @property
    def drafts(self) -> Iterator[tuple[str, str]]:
        """What was begun and not written yet: what each text is, and the text."""
        yield from ()

    @property
    def action_context(self) -> ActionContext:
        """Return the present context of actions."""
        focus: Focus = "list"
        if isinstance(self.focused, SearchInput):
            focus = "search"
        elif isinstance(self.focused, Detail):
            focus = "detail"
        model = self.model
        return context(
            self.session.library,
            model.snapshot,
            model.current,
            focus,
            model.scope,
            model.query_text,
            len(model.marks),
        )

    @property
    def missing_file(self) -> int | None:
        """The index of the file that isn't there and that is to be made first."""
        return missing_file(self.model.snapshot, self.model.current)

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

    def return_from_visit(self) -> bool:
        """Go back to the entry or page that led to what is listed now; return whether one did."""
        return False

    def search_for(self, search: str, scope: Scope | None = None) -> None:
        """List what answers a search, in another scope for as long as the search stands."""
        if scope is not None and scope != self.model.scope:
            self.scope_before_search = self.model.scope
            self.model.scope = scope
        self.query_one(SearchInput).put(search)
        self.to_list()

    def visit(self, key: EntryKey) -> None:
        """Put the cursor on an entry of the scope, listed now or not."""
        if self.model.row(key) is None:
            self.query_one(SearchInput).put("")
            self.model.query_text = ""
        self.model.select_key(key)

    # Changing

    def ready(self, rows: Iterable[Row] = ()) -> bool:
        """Whether the files can be changed; says why not."""
        try:
            self.session.require_writable(rows)
        except Refused as refused:
            self.refuse(str(refused))
            return False
        return True

    @property
    def full_snapshot(self) -> Snapshot | None:
        """Return the snapshot, once all of it is read; show a notice before."""
        snapshot = self.model.snapshot
        if snapshot is not None and snapshot.partial:
            self.refuse("it is still being read; try again in a moment")
            return None
        return snapshot

    @property
    def targets(self) -> Sequence[Row]:
        """The rows that a key is for: the marked ones, else the one under the cursor."""
        return self.session.targets

    def apply_operation(self, operation: Operation, *rows: Row) -> str:
        """Apply an operation to rows (by default, to `targets`) as one change. Return why not, if it was refused."""
        return self.present(self.session.apply(operation, *rows))

    def apply_edits(self, edits: Sequence[Edit], group: str = "") -> str:
        """Make edits as one change. Return why not, if it was refused."""
        return self.present(self.session.edit(edits, group))

    def present(self, result: Result) -> str:
        """Show the result of a change, and drop keys typed for another entry. Return why it was refused."""
        if result.moved:
            self.guard_until_painted()
        if result.notice:
            (self.refuse if result.refused else self.tell)(result.notice)
        if result.overtaken is not None:
            self._ask_about(result.overtaken)
        return result.why_not

    def _ask_about(self, overtaken: Overtaken) -> None:
        """Show both texts of an entry that someone else changed, and go on only if the person agrees."""
        from incident_tui.tui.screens.conflict import Conflict

        def chosen(yes: bool | None) -> None:
            if yes:
                self.apply_operation(overtaken.operation, overtaken.row)

        verb = "archive" if isinstance(overtaken.operation, Archive) else "restore"
        old, new = overtaken.seen, overtaken.row.entry
        self.app.push_screen(
            Conflict(old.label, old.text, new.text, f"{verb} it as it is now", self.glyphs, self.guard), chosen
        )

    def guard_until_painted(self) -> None:
        """Keys are blind until the entry that the cursor is on now has been seen."""
        self.guard.block()
        self.query_one(Detail).draw()
        self.call_after_refresh(self.guard.painted)
