"""The browser's screen: the list beside the entry, and the keys that act on the entry."""

from functools import partial

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingsMap
from textual.containers import Container
from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.format.sanitize import one_line
from incident_tui.search.incident_matches import MatchRequest
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import Snapshot
from incident_tui.storage.user.seen import SeenEntries
from incident_tui.tui.actions.bindings import acting_keys, bindings, footer, reading_bindings
from incident_tui.tui.actions.doctor import DoctorActions
from incident_tui.tui.actions.editor import EditorActions
from incident_tui.tui.actions.layout import LayoutActions
from incident_tui.tui.actions.match import MatchActions
from incident_tui.tui.actions.mouse import MouseActions
from incident_tui.tui.actions.program import ProgramActions
from incident_tui.tui.actions.reports import ReportActions
from incident_tui.tui.actions.search import SearchActions
from incident_tui.tui.actions.selection import SelectionActions
from incident_tui.tui.actions.share import ShareActions
from incident_tui.tui.actions.tags import TagActions
from incident_tui.tui.background.run import run_in_background
from incident_tui.tui.empty_state import advice
from incident_tui.tui.model import Model
from incident_tui.tui.preferences import Settings
from incident_tui.tui.rows import Row, rows
from incident_tui.tui.status_text import entry_counts, hit_count, listing_facts, shown_name, title_facts
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList
from incident_tui.tui.widgets.find_line import FindInput, FindLine
from incident_tui.tui.widgets.key_bar import KeyBar
from incident_tui.tui.widgets.search_input import QueryLine, SearchInput
from incident_tui.tui.widgets.title_bar import TitleBar

POLL = 0.7
"""Seconds between two looks at the files."""

UNKNOWN_KEY_PAUSE = 30.0
"""Seconds in which nothing is said of another key without a meaning."""

SEEN_AFTER = 1.0
"""Seconds after which an entry that is shown counts as seen."""


class Browse(
    SearchActions,
    SelectionActions,
    DoctorActions,
    MouseActions,
    TagActions,
    EditorActions,
    ReportActions,
    LayoutActions,
    MatchActions,
    ShareActions,
    ProgramActions,
):
    """The list next to the entry."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal"), (100, "-wide"), (160, "-huge")]  # noqa: RUF012
    AUTO_FOCUS = "EntryList"
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The widget that keys go to. It paints itself; the framework would paint the whole screen with it."""

    def __init__(
        self,
        library: Library,
        snapshot: Snapshot,
        glyphs: Glyphs,
        guard: KeyGuard,
        settings: Settings,
        query: str = "",
        select: tuple[Location, str, int] | None = None,
        review: bool = False,
        notice: str = "",
        match: MatchRequest | None = None,
        known: tuple[Row, ...] | None = None,
    ) -> None:
        super().__init__(library, glyphs, guard, settings)
        own = [
            Binding(command.key, f"user_command({number})", show=False)
            for number, command in enumerate(settings.commands)
        ] + [
            Binding(saved.key, f"saved_search({number})", show=False)
            for number, saved in enumerate(settings.searches)
            if saved.key
        ]
        self._bindings = BindingsMap([*bindings(settings.actions), *own])
        self.acting_keys = acting_keys(settings.actions)
        self._start = (snapshot, query, select, known)
        self._review = review
        self._match = match
        self._first_notice = notice
        reading = reading_bindings(settings.actions)
        self._meant = {binding.key for binding in reading} | self._bindings.key_to_bindings.keys()
        """The keys that mean something."""
        self._unknown_key_said = False
        self._hinted = False
        """Whether the files were checked for errors."""
        self._is_laid_out = False
        """Whether the first layout is through; the framework comes to it in several steps, and would paint each."""

    def compose(self) -> ComposeResult:
        """Title, search above the list, the entry, what is to be said of the search, keys."""
        # The framework sets them only once all is laid out, and then has to style everything again.
        self.add_class(*self._get_breakpoint_classes(self.app.size.width, self.HORIZONTAL_BREAKPOINTS), update=False)
        yield self.model
        yield TitleBar(self.glyphs)
        with Container(id="panes"):
            with Container(id="sidebar"):
                with Container(id="searching"):
                    yield Static(f" {self.glyphs.prompt} ", id="prompt", markup=False)
                    yield SearchInput(self._start[1], self.model)
                yield EntryList(self.model, self.glyphs)
            detail = Detail(self.model, self.glyphs, reading_bindings(self.settings.actions))
            yield detail
        yield QueryLine(self.model)
        yield KeyBar(self.glyphs)
        yield FindLine(detail)

    def on_mount(self) -> None:
        """Fill the screen; the entry's text follows after the first paint."""
        snapshot, query, select, known = self._start
        del self._start  # the snapshot is to go when another one comes
        self.query_one(Detail).to_same_key = self.key("same_key")
        self.query_one(Detail).to_compare = self.key("compare")
        self.model.ask(query)
        if select is not None and select[0] == "archive":
            self.model.set_reactive(Model.scope, "both")
        self.watch(self.model, "current", self._show_bars, init=False)
        self.watch(self.model, "listing", self._show_bars, init=False)
        self.watch(self.model, "marks", self._show_bars, init=False)
        self.model.load(snapshot, known=known)
        if select is not None and not self.model.select_id(*select):
            self.query_one(SearchInput).put("")  # the entry that was named counts more than the words
            self.model.query_text = ""
            self.model.select_id(*select)
        self._show_bars()
        self.call_after_refresh(self._paint_first)
        if snapshot.partial:
            self.call_after_refresh(self.run_worker, self._read_whole, thread=True)
        else:
            self._loaded()
        self.call_after_refresh(self._follow_git)
        if self._review:
            self.call_after_refresh(self.action_review)
        if self._match is not None:
            self.call_after_refresh(self.open_matches, self._match)
        if snapshot.unreadable:
            self.refuse(f"{snapshot.unreadable[0].told}: left out")
        elif self._first_notice:
            self.refuse(self._first_notice)
        elif problems := self.settings.problems:
            self.refuse(f"{f'(1 of {len(problems)}) ' if len(problems) > 1 else ''}{problems[0]}")

    def _compositor_refresh(self) -> None:
        if self._is_laid_out:
            super()._compositor_refresh()

    def _paint_first(self) -> None:
        self._is_laid_out = True
        self.refresh()

    def _read_whole(self) -> None:
        """Read what was only glimpsed at, in a thread of its own: the screen stays alive meanwhile."""
        try:
            snapshot = self.session.library.snapshot()
        except Refused as refused:
            self.app.call_from_thread(self._read_again, str(refused))
            return
        self.app.call_from_thread(self._show_whole, snapshot, rows(snapshot, "all"))

    def _read_again(self, refused: str) -> None:
        self.refuse(refused)
        self.set_timer(POLL, lambda: self.run_worker(self._read_whole, thread=True))

    def _show_whole(self, snapshot: Snapshot, known: tuple[Row, ...]) -> None:
        if self.model.snapshot is not None and self.model.snapshot.partial:
            self.model.load(snapshot, known=known)
            self.guard_until_painted()  # what was pressed in sight of a few entries was meant for one of them
        self._loaded()

    def _loaded(self) -> None:
        """All is read: from now on others' changes are looked for."""
        self.set_interval(POLL, self._poll)
        moved = sum(row.interrupted for row in self.model.listing)
        if moved:
            self.refuse(f"{moved} {'entry is' if moved == 1 else 'entries are'} in both files: a move was interrupted")
        self.watch(self.model, "indexed", self._hint_once_indexed)
        self.watch(self.model, "indexed", self._explain_once_listed, init=False)
        if (snapshot := self.model.snapshot) is not None:
            run_in_background(self, partial(self.session.compared_with_last_visit, snapshot), self._tell_what_is_new)

    def _explain_once_listed(self) -> None:
        """Which words no entry matches is known once all is indexed, and listed anew."""
        self.call_after_refresh(self.explain)

    def _hint_once_indexed(self) -> None:
        """Errors can wait until all can be searched."""
        if self.model.indexed and not self._hinted:
            self._hinted = True
            self.hint_at_errors()

    def _tell_what_is_new(self, compared: list[SeenEntries]) -> None:
        """Mark what others have added or changed since the last visit, and say how much that is."""
        added = self.session.begin_visit(compared)
        self.watch(self.model, "current", self._see_soon, init=False)
        self.watch(self.model, "unseen", self._see_soon, init=False)
        self._see_soon()
        if added and not self.query_one(KeyBar).notice:
            entries = "entry is" if added == 1 else "entries are"
            self.start_notice = f"{added} {entries} new or changed since you were last here (is:new)"
            self.tell(self.start_notice)

    def _see_soon(self) -> None:
        """An entry is seen as soon as it was shown for a moment."""
        row = self.model.current
        if row is not None and self.model.is_unseen(row):
            self.set_timer(SEEN_AFTER, partial(self._see, row))

    def _see(self, row: Row) -> None:
        if row is not self.model.current or not self.query_one(Detail).display:
            return
        if self.app.screen is self:
            self.session.see([row])
        else:  # a dialog hides it
            self._see_soon()

    def _follow_git(self) -> None:
        """From now on say where the files stand in git: after each change, and when someone comes back to it."""
        from incident_tui.tui.background.git_status import GitStatusWatcher

        standings = GitStatusWatcher(self, self.session.library, self.query_one(TitleBar).stand)
        self.git_status = standings
        self.watch(self.model, "snapshot", standings.look)
        self.set_interval(POLL, standings.glance)
        self.watch(self.app, "app_focus", lambda here: standings.look() if here else None, init=False)
        self.app.app_resume_signal.subscribe(self, lambda _: standings.look())

    def _show_bars(self) -> None:
        snapshot = self.model.snapshot
        if snapshot is None:
            return
        self.set_class(self.model.current is None, "-empty")
        if self.model.current is None:
            self.query_one(Detail).advice = advice(
                snapshot, self.model.query_text, self.model.scope, self.key, self.model.nearest_values()
            )
        self._show_title()
        self.query_one(KeyBar).show(footer(self.action_context, self.settings.actions))

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        reading = isinstance(self.focused, Detail | FindInput)
        self.query_one(EntryList).active = not reading
        self.set_class(reading, "-reading")
        self.model.reading = reading
        if reading:
            self._see_soon()
        self._show_bars()
        self.explain()

    @on(Detail.Scrolled)
    def _show_title(self) -> None:
        """Say what is loaded and listed and, to a reader, where in the entry that is."""
        snapshot = self.model.snapshot
        if snapshot is None:
            return
        facts = title_facts(snapshot, listing_facts(self.model))
        detail = self.query_one(Detail)
        if (self.has_class("-reading") or detail.shown_match is not None) and detail.position:
            facts = (*facts, detail.position)
        self.query_one(TitleBar).show(shown_name(snapshot), entry_counts(snapshot), facts, hit_count(self.model))

    def on_key(self, event: events.Key) -> None:
        """Say of a key without a meaning where the keys are; once, then not for a while."""
        if self._unknown_key_said or event.key in self._meant or isinstance(self.focused, Input):
            return
        self._unknown_key_said = True
        self.set_timer(UNKNOWN_KEY_PAUSE, self._say_unknown_keys)
        pressed = one_line((event.character if event.is_printable else None) or event.key.replace("ctrl+", "^"))
        search, keys = self.key("search"), self.key("help")
        self.tell(f"{pressed} isn't bound here: {search} searches, {keys} lists all keys")

    def _say_unknown_keys(self) -> None:
        self._unknown_key_said = False

    def _poll(self) -> None:
        """Show what others wrote, and say so."""
        self.present(self.session.poll())
