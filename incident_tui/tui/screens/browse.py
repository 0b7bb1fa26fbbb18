"""The browser's screen: the list beside the entry, and the keys that act on the entry."""

from collections.abc import Callable
from datetime import date
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from incident_tui.kb.acts import Act, Archive, Helped, Pin, Restore, Summarize
from incident_tui.kb.change import Changed, Place
from incident_tui.kb.edit import Edit
from incident_tui.kb.splice import Refused
from incident_tui.storage.base import KnowledgeBase, Outcome, Snapshot
from incident_tui.storage.files import shown
from incident_tui.storage.searches import remember, remembered
from incident_tui.tui import actions
from incident_tui.tui.actions import Moment
from incident_tui.tui.barrier import Barrier
from incident_tui.tui.empty import TEMPLATE, advice
from incident_tui.tui.glyphs import Marks
from incident_tui.tui.model import Model
from incident_tui.tui.rows import ORDERS, SCOPES, Key, Row
from incident_tui.tui.said import facts, notice, shown_name
from incident_tui.tui.watch import Watch
from incident_tui.tui.widgets.bars import KeyBar, TitleBar
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList
from incident_tui.tui.widgets.search import Explained, Search

POLL = 0.7
"""Seconds between two looks at the files."""


class Browse(Screen[None]):
    """The list beside the entry."""

    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings()]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal"), (100, "-wide"), (160, "-huge")]  # noqa: RUF012
    AUTO_FOCUS = "EntryList"

    def __init__(
        self,
        base: KnowledgeBase,
        snapshot: Snapshot,
        marks: Marks,
        barrier: Barrier,
        query: str = "",
        select: tuple[Place, str] | None = None,
    ) -> None:
        super().__init__()
        self.barrier = barrier
        self.base = base
        self.watcher = Watch(base)
        self.marks = marks
        self.model = Model()
        self._start = (snapshot, query, select)
        self._drafts: dict[Key, tuple[str, str]] = {}
        """Summaries that were begun and not written yet."""
        self._visited: list[Key] = []
        """The entries from which one like them was visited."""

    def compose(self) -> ComposeResult:
        """Title, search above the list, the entry, keys."""
        yield self.model
        yield TitleBar(self.marks)
        with Container(id="panes"):
            with Container(id="sidebar"):
                with Container(id="searching"):
                    yield Static(f" {self.marks.prompt} ", id="prompt", markup=False)
                    yield Search(self._start[1])
                yield Explained(self.model)
                yield EntryList(self.model, self.marks)
            yield Detail(self.model, self.marks)
        yield KeyBar(self.marks)

    def on_mount(self) -> None:
        """Fill the screen; the entry's text follows after the first paint."""
        snapshot, query, select = self._start
        self.model.ask(query)
        if select is not None and select[0] == "archive":
            self.model.set_reactive(Model.scope, "both")
        self.watch(self.model, "current", self._show_bars, init=False)
        self.watch(self.model, "listing", self._show_bars, init=False)
        self.model.load(snapshot)
        if select is not None and not self.model.select_id(*select):
            self.query_one(Search).put("")  # the entry that was named counts more than the words
            self.model.query_text = ""
            self.model.select_id(*select)
        self._show_bars()
        self.set_interval(POLL, self._poll)
        moved = sum(row.interrupted for row in self.model.listing)
        if moved:
            self.refuse(f"{moved} {'entry is' if moved == 1 else 'entries are'} in both files: a move was interrupted")

    # What the screen says

    @property
    def moment(self) -> Moment:
        """What is so now."""
        snapshot = self.model.snapshot
        focus: actions.Focus = "list"
        if isinstance(self.focused, Search):
            focus = "search"
        elif isinstance(self.focused, Detail):
            focus = "detail"
        return Moment(
            focus,
            self.model.current,
            self.model.scope,
            self.model.query_text,
            snapshot is not None and snapshot.read_only is None,
            snapshot is not None and not snapshot.exists and self.base.writable,
            bool(self.base.history.last(undone=False)),
            snapshot is not None and snapshot.archive is not None and bool(snapshot.archive.entries),
        )

    def _show_bars(self) -> None:
        snapshot = self.model.snapshot
        if snapshot is None:
            return
        self.set_class(self.model.current is None, "-empty")
        if self.model.current is None:
            self.query_one(Detail).advice = advice(snapshot, self.model.query_text, self.model.scope)
        self.query_one(TitleBar).show(shown_name(snapshot), facts(self.model))
        self.query_one(KeyBar).show(actions.footer(self.moment))

    def tell(self, notice: str) -> None:
        """Say what was done."""
        self.query_one(KeyBar).tell(notice)

    def refuse(self, notice: str) -> None:
        """Say what was not done, and why."""
        self.query_one(KeyBar).tell(notice, "refused")

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        self.query_one(EntryList).active = not isinstance(self.focused, Detail)
        self.set_class(isinstance(self.focused, Detail), "-reading")
        self._show_bars()
        self._explain()

    # Finding and moving

    @on(Search.Changed)
    def _search_changed(self, event: Search.Changed) -> None:
        self.model.query_text = event.value
        self._explain()
        self.query_one(Detail).draw_soon()  # what matches in the entry is marked, even if the entry is the same

    def _explain(self) -> None:
        self.query_one(Explained).show(self.query_one(Search))

    def action_search(self) -> None:
        """To the search."""
        self.remove_class("-zoomed", "-reading")
        self.set_focus(self.query_one(Search))  # at once: the next key may be in the queue already

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the search, `/` is a character like others."""
        return action != "search" or not isinstance(self.focused, Search)

    def action_leave(self) -> None:
        """Clear the search, then leave it; from the entry back to the list."""
        search = self.query_one(Search)
        if isinstance(self.focused, Detail):
            self._to_list()
        elif search.value:
            search.value = ""
        else:
            self._to_list()

    @on(Search.Submitted)
    def action_open(self) -> None:
        """From the search to the list, from the list to the entry."""
        if isinstance(self.focused, Search):
            remember(self.focused.value)
            self._to_list()
        elif isinstance(self.focused, EntryList) and self.model.current is not None:
            self._to_detail()

    @on(EntryList.Opened)
    def _opened(self) -> None:
        self._to_detail()

    def action_switch(self) -> None:
        """To the other pane; in the search, take what is offered."""
        if isinstance(self.focused, Search) and self.query_one(Explained).take(self.focused):
            return
        if isinstance(self.focused, Detail):
            self._to_list()
        else:
            self._to_detail()

    def action_zoom(self) -> None:
        """The entry alone, or beside the list again."""
        self.toggle_class("-zoomed")
        if self.has_class("-zoomed"):
            self.set_focus(self.query_one(Detail))
        else:
            self._to_list()

    def action_next_match(self) -> None:
        """To the next match in the entry."""
        self._step(True)

    def action_previous_match(self) -> None:
        """To the match before."""
        self._step(False)

    def _step(self, forward: bool) -> None:
        if not self.query_one(Detail).step(forward):
            self.tell("no more matches in this entry" if self.model.query_asked.wanted else "nothing is searched for")

    def action_order(self) -> None:
        """Another order."""
        self.model.order = ORDERS[(ORDERS.index(self.model.order) + 1) % len(ORDERS)]
        self.tell({"best": "best match, pinned, newest", "title": "by title"}.get(self.model.order, self.model.order))

    def action_searches(self) -> None:
        """The searches made before."""
        from incident_tui.tui.screens.searches import Searches

        def chosen(search: str | None) -> None:
            if search:
                self.search_for(search)

        self.app.push_screen(Searches(remembered()), chosen)

    def search_for(self, search: str) -> None:
        """Search for this."""
        self.query_one(Search).put(search)
        self._to_list()

    def action_near(self, number: int) -> None:
        """To an entry like this one."""
        related = self.query_one(Detail).related
        if 0 < number <= len(related) and self.model.current is not None:
            self._visited.append(self.model.current.key)
            self._visit(related[number - 1].key)

    def action_back(self) -> None:
        """Back to the entry before."""
        if self._visited:
            self._visit(self._visited.pop())
        else:
            self._to_list()

    def _visit(self, key: Key) -> None:
        """Put the cursor on an entry, listed now or not."""
        if all(row.key != key for row in self.model.listing):
            self.query_one(Search).put("")
            self.model.query_text = ""
        self.model.select_key(key)

    def _to_list(self) -> None:
        self.remove_class("-zoomed", "-reading")
        self.set_focus(self.query_one(EntryList))

    def _to_detail(self) -> None:
        self.add_class("-reading")
        self.set_focus(self.query_one(Detail))

    def _move(self, rows: int) -> None:
        if isinstance(self.focused, Detail):
            self.focused.scroll_relative(y=rows, animate=False, force=True, immediate=True)
        else:
            self.model.select(self.model.position + rows)

    def _page(self) -> int:
        pane = self.query_one(Detail) if isinstance(self.focused, Detail) else self.query_one(EntryList)
        return max(1, pane.size.height - 1)

    def action_down(self) -> None:
        """One line down."""
        self._move(1)

    def action_up(self) -> None:
        """One line up."""
        self._move(-1)

    def action_page_down(self) -> None:
        """A page down."""
        self._move(self._page())

    def action_page_up(self) -> None:
        """A page up."""
        self._move(-self._page())

    def action_first(self) -> None:
        """To the first row, or the top of the text."""
        self._move(-(10**9))

    def action_last(self) -> None:
        """To the last row, or the end of the text."""
        self._move(10**9)

    def action_scope(self) -> None:
        """List what is live, what is archived, or both."""
        self.model.scope = SCOPES[(SCOPES.index(self.model.scope) + 1) % len(SCOPES)]
        self.tell(
            {"live": "live entries", "archived": "archived entries", "both": "live and archived entries"}[
                self.model.scope
            ]
        )

    # Changing

    def act(self, act: Act, row: Row | None = None) -> str:
        """Do something to an entry (the current one). Returns why not, if it was refused."""
        row = row or self.model.current
        if row is None:
            return ""
        refused = self._change(lambda: self.base.edit([Edit(row.target, act)]))
        if refused and isinstance(act, Archive | Restore):
            self._let_choose(act, row)
        return refused

    def _let_choose(self, act: Archive | Restore, row: Row) -> None:
        """Where someone else changed the text that was to be moved: show both, and go on only if told to."""
        now = self.latest(row)
        if now is None or now.entry.raw == row.entry.raw:
            return
        from incident_tui.tui.screens.conflict import Conflict

        def chosen(yes: bool | None) -> None:
            if yes:
                self.act(act, now)

        does = "archive" if isinstance(act, Archive) else "restore"
        self.app.push_screen(
            Conflict(row.entry.label, row.entry.text, now.entry.text, f"{does} it as it is now"), chosen
        )

    def _change(self, write: Callable[[], Outcome]) -> str:
        """Write, and show what is on disk then. Returns why not, if it was refused."""
        before = self.model.current
        try:
            outcome = write()
        except Refused as refused:
            if isinstance(refused, Changed):
                self._reload()
            self.refuse(str(refused))
            return str(refused)
        follow = before.key if before else None
        if outcome.about and (follow is None or follow.identity not in outcome.about):
            follow = Key("live", outcome.about[0], 0)
        self.watcher.forget()
        self.model.changed = outcome.about[0] if outcome.about and outcome.did else self.model.changed
        self.model.load(outcome.snapshot, follow=follow)
        after = self.model.current
        if (before and before.key.identity) != (after and after.key.identity):
            self._moved_by_change()
        self.tell(notice(outcome))
        return ""

    def _moved_by_change(self) -> None:
        """Keys are blind until the entry that the cursor is on now has been seen."""
        self.barrier.raised()
        self.query_one(Detail).draw()
        self.call_after_refresh(self.barrier.painted)

    def _reload(self) -> None:
        """Show what is on disk."""
        try:
            self._take_in(self.watcher.read(self.model.snapshot))
        except Refused as refused:
            self.refuse(str(refused))

    def _poll(self) -> None:
        """Show what others wrote, and say so."""
        snapshot = self.model.snapshot
        news = self.watcher.look(snapshot) if snapshot is not None else None
        if news is None:
            return
        if news.snapshot is not None:
            self._take_in(news.snapshot)
        if news.told:
            (self.refuse if news.wrong else self.tell)(news.told)

    def _take_in(self, snapshot: Snapshot) -> None:
        """Show what is on disk. Keys are blind where the cursor's entry, or its text, is another one then."""
        before = self.model.current
        self.model.load(snapshot)
        after = self.model.current
        if before is not None and (after is None or before.target != after.target):
            self._moved_by_change()

    def action_pin(self) -> None:
        """Pin the entry, or unpin it."""
        if self.model.current is not None:
            self.act(Pin(not self.model.current.entry.pinned))

    def action_helped(self) -> None:
        """Count that the entry helped."""
        self.act(Helped(date.today()))

    def action_summarize(self) -> None:
        """Draft a summary, to be edited before it is written."""
        row = self.model.current
        if row is None:
            return
        if row.archived or row.entry.state == "summarized" or not self.moment.writable:
            self.act(Summarize("-", "-"), row)  # storage knows best how to say why not
            return
        from incident_tui.tui.screens.summarize import Summarizing

        snapshot = self.model.snapshot
        pointer = snapshot.base.pointer if snapshot else ""
        self.app.push_screen(Summarizing(row, pointer, self.marks, self.act, self.latest, self._drafts))

    def latest(self, row: Row) -> Row | None:
        """The same entry as it is now; nothing if it is no longer listed."""
        return next((now for now in self.model.listing if now.key == row.key), None)

    def action_archive(self) -> None:
        """Move the entry to the archive; a pinned one after a question."""
        row = self.model.current
        if row is None:
            return
        if not row.entry.pinned or row.archived or not self.moment.writable:
            self.act(Archive(), row)
            return
        from incident_tui.tui.screens.question import Question

        asked = f"{row.entry.label} is pinned: it was meant to stay. Archive it all the same?"

        def answered(yes: bool | None) -> None:
            if yes:
                self.act(Archive(force=True), row)

        self.app.push_screen(Question(asked, "archive it"), answered)

    def action_restore(self) -> None:
        """Bring the entry's full text back from the archive."""
        self.act(Restore())

    def action_undo(self) -> None:
        """Undo the last change."""
        self._change(self.base.undo)

    def action_redo(self) -> None:
        """Make the change again that was undone last."""
        self._change(self.base.redo)

    def action_create_file(self) -> None:
        """Make the file that isn't there."""
        snapshot = self.model.snapshot
        if snapshot is None or snapshot.exists:
            return
        try:
            self.model.load(self.base.create(snapshot.live.data or TEMPLATE))
        except Refused as refused:
            self.refuse(str(refused))
        else:
            self.query_one(Detail).draw_soon()
            self.tell(f"created {shown(self.base.live_file)}")

    # The rest

    def action_help(self) -> None:
        """Show what all keys do."""
        from incident_tui.tui.screens.help import Help

        self.app.push_screen(Help(self.marks))

    def action_changes(self) -> None:
        """Show what was changed."""
        from incident_tui.tui.screens.changes import Changes

        self.app.push_screen(Changes(self.base.history.records()))

    def action_palette(self) -> None:
        """Show all that can be done."""
        self.app.action_command_palette()

    def action_suspend(self) -> None:
        """Give the terminal back to the shell until `fg`."""
        self.app.action_suspend_process()

    def action_interrupt(self) -> None:
        """Clear the search, then quit."""
        search = self.query_one(Search)
        if search.value:
            search.value = ""
        else:
            self.app.exit()

    def action_quit(self) -> None:
        """Quit; all is saved already."""
        self.app.exit()
