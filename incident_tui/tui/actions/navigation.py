"""Keys that move: within the list and the entry, between them, and from entry to entry."""

from collections.abc import Callable
from typing import NamedTuple

from textual import on

from incident_tui.format.edit.archiving import original
from incident_tui.format.model.located import EntryKey, LocatedEntry
from incident_tui.storage.library import Library
from incident_tui.storage.user.search_history import add_search
from incident_tui.tui.actions.base import BrowserActions
from incident_tui.tui.dialogs.choices import PickDialog
from incident_tui.tui.preferences import Settings
from incident_tui.tui.rows import Scope
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList
from incident_tui.tui.widgets.find_line import FindInput
from incident_tui.tui.widgets.search_input import QueryLine, SearchInput

SCROLL = 2
"""Lines by which the entry is scrolled from the list."""

MOST_VISITS = 100
"""From how many entries the way back is known."""


class Visit(NamedTuple):
    """Where the reader was: the entry under the cursor, what was listed, how far both panes were scrolled."""

    key: EntryKey | None
    scope: Scope
    scope_before_search: Scope | None
    query: str
    reading: bool
    """Whether the keys moved the entry."""
    list_top: int
    entry_top: int
    reopen: Callable[[], object] | None = None
    """Opens the page again that was left for an entry; None where there was no page."""
    led_to: EntryKey | str = ""
    """The entry, or the search, that was opened from there."""


class NavigationActions(BrowserActions):
    """Actions that move."""

    def __init__(self, library: Library, glyphs: Glyphs, guard: KeyGuard, settings: Settings) -> None:
        super().__init__(library, glyphs, guard, settings)
        self._visited: list[Visit] = []
        """From where another entry was visited."""

    @on(SearchInput.Submitted, "#search")
    def action_open(self) -> None:
        """From the search to the list, from the list to the entry, from a summary to its full text."""
        if isinstance(self.focused, SearchInput):
            add_search(self.focused.value)
            self.to_list()
        elif isinstance(self.focused, EntryList) and self.model.current is not None:
            self.to_detail()
        elif isinstance(self.focused, Detail):
            self._to_full_text()

    def _to_full_text(self) -> None:
        """Follow a summary's pointer into the archive."""
        row = self.model.current
        file = self.model.file_of(row)
        if row is None or file is None or row.entry.state != "summarized":
            return
        archive = file.document("archive")
        full = original(archive, row.entry)
        if full is None:
            self.refuse(f"{row.entry.label}: {file.contents.missing_full_text}")
        else:
            self.follow(LocatedEntry(full, archive, "archive", row.file_index).key)

    def follow(self, key: EntryKey) -> None:
        """To an entry of either file; `action_back` comes back."""
        current = self.model.current
        if current is None or current.key == key:
            return
        self.remember_visit(led_to=key)
        self.go_to(key)
        self.tell(f"{self.key('back')} goes back")

    def read_from_review(self, reopen: Callable[[], object], key: EntryKey) -> None:
        """Show an entry that a review answered with; `action_back` opens the review again."""
        self.remember_visit(reopen, key)
        self.visit(key)
        self.to_detail()
        self.tell(f"{self.key('back')} goes back to the review")

    def remember_visit(self, reopen: Callable[[], object] | None = None, led_to: EntryKey | str = "") -> None:
        """Remember what is shown now, for `action_back`, and how to open the page again that is left."""
        current = self.model.current
        entry_list, detail = self.query_one(EntryList), self.query_one(Detail)
        visit = Visit(
            current.key if current is not None else None,
            self.model.scope,
            self.scope_before_search,
            self.query_one(SearchInput).value,
            isinstance(self.focused, Detail),
            int(entry_list.scroll_offset.y),
            int(detail.scroll_offset.y),
            reopen,
            led_to,
        )
        self._visited = [*self._visited[1 - MOST_VISITS :], visit]

    def return_from_visit(self) -> bool:
        """Go back to the entry or page that led to this entry, or to this search; return whether one did."""
        if not self._visited:
            return False
        led_to, current = self._visited[-1].led_to, self.model.current
        stays = self.query_one(SearchInput).value if isinstance(led_to, str) else current and current.key
        if led_to != stays:
            return False
        self.action_back()
        return True

    def go_to(self, key: EntryKey) -> None:
        """Put the cursor on an entry of either file; what is searched for stays, if the entry answers it."""
        scope: Scope = "archived" if key.location == "archive" else "live"
        if self.model.scope != "both":
            self.model.scope = scope
        self.visit(key)
        if self.model.current is None or self.model.current.key != key:  # a full text is not listed beside its summary
            self.model.scope = scope
            self.model.select_key(key)

    @on(EntryList.Opened)
    def _opened(self) -> None:
        self.to_detail()

    def action_switch(self) -> None:
        """To the other pane; in the search, take what is offered."""
        if isinstance(self.focused, SearchInput) and self.query_one(QueryLine).take(self.focused):
            return
        if isinstance(self.focused, Detail):
            self.to_list()
        else:
            self.to_detail()

    def action_zoom(self) -> None:
        """Show the entry alone, or next to the list again."""
        self.toggle_class("-zoomed")
        if self.has_class("-zoomed"):
            self.set_focus(self.query_one(Detail))
        else:
            self.to_list()

    def action_near(self, number: int) -> None:
        """To an entry like this one."""
        related = self.query_one(Detail).related
        if 0 < number <= len(related):
            self.follow(related[number - 1].key)
        else:
            self.tell(f"no entry like this one has the number {number}")

    def action_same_key(self) -> None:
        """From an entry that is overridden to the one of its key in force; from that to one that it overrides."""
        row = self.model.current
        if row is None:
            return
        alike = self.model.same_key(row)
        if len(alike) < 2:
            self.refuse(f"{row.entry.label}: no other entry has this key")
        else:
            self.follow(alike[0 if row.in_force is not None else 1].key)

    def action_back(self) -> None:
        """Back to the entry before, and to what was listed then; to the page that led here, if one did."""
        if not self._visited:
            self.to_list()
            return
        visit = self._visited.pop()
        self.model.scope = visit.scope
        self.query_one(SearchInput).put(visit.query)
        self.model.query_text = visit.query
        self.scope_before_search = visit.scope_before_search
        if visit.key is not None:
            self.visit(visit.key)
        current = self.model.current
        if visit.key is not None and (current is None or current.key != visit.key):
            self.refuse("the entry before no longer exists")
        (self.to_detail if visit.reading else self.to_list)()
        detail = self.query_one(Detail)
        detail.draw()
        for pane, top in ((self.query_one(EntryList), visit.list_top), (detail, visit.entry_top)):
            pane.scroll_to(y=top, animate=False, force=True, immediate=True)
        if visit.reopen is not None:
            visit.reopen()

    def _move(self, rows: int) -> None:
        if isinstance(self.focused, Detail | FindInput):
            self._scroll_entry(rows)
        else:
            self.model.select(self.model.position + rows)

    def _page(self) -> int:
        reading = isinstance(self.focused, Detail | FindInput)
        pane = self.query_one(Detail) if reading else self.query_one(EntryList)
        return pane.page if isinstance(pane, EntryList) else max(1, pane.size.height - 1)

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

    def action_half_down(self) -> None:
        """Half a page down."""
        self._move(max(1, self._page() // 2))

    def action_half_up(self) -> None:
        """Half a page up."""
        self._move(-max(1, self._page() // 2))

    def action_entry_down(self) -> None:
        """Scroll the entry down."""
        self._scroll_entry(SCROLL)

    def action_entry_up(self) -> None:
        """Scroll the entry up."""
        self._scroll_entry(-SCROLL)

    def _scroll_entry(self, lines: int) -> None:
        detail = self.query_one(Detail)
        detail.draw_current()
        detail.scroll_relative(y=lines, animate=False, force=True, immediate=True)

    def action_next_heading(self) -> None:
        """To the entry's next heading."""
        if not self.query_one(Detail).step_heading(forward=True):
            self.tell("no more headings in this entry")

    def action_previous_heading(self) -> None:
        """To the previous heading."""
        if not self.query_one(Detail).step_heading(forward=False):
            self.query_one(Detail).scroll_to(y=0, animate=False, force=True, immediate=True)

    def action_outline(self) -> None:
        """The headings of the entry, to go to one of them."""
        detail = self.query_one(Detail)
        if not detail.headings:
            self.tell("this entry has no headings")
            return
        top = min(heading.level for heading in detail.headings)
        lines = [(("", f"{'  ' * (heading.level - top)}{heading.text}"),) for heading in detail.headings]

        def chosen(number: int | None) -> None:
            if number is not None:
                self.to_detail()
                detail.go_to_heading(number)

        first = detail.section
        self.app.push_screen(PickDialog("Outline", lines, "go there", self.glyphs, first=first or 0), chosen)

    def action_first(self) -> None:
        """To the first row, or the top of the text."""
        self._move(-(10**9))

    def action_last(self) -> None:
        """To the last row, or the end of the text."""
        self._move(10**9)
