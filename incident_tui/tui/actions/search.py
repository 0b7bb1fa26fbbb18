"""Keys that search, and say which entries are listed and in which order."""

from textual import on

from incident_tui.format.sanitize import one_line
from incident_tui.storage.user.search_history import load_searches
from incident_tui.tui.actions.base import BrowserActions
from incident_tui.tui.rows import ORDERS, SCOPES
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.field import LineInput
from incident_tui.tui.widgets.find_line import FindInput, FindLine
from incident_tui.tui.widgets.search_input import QueryLine, SearchInput


class SearchActions(BrowserActions):
    """Actions that find entries."""

    @on(SearchInput.Changed)
    def _search_changed(self) -> None:
        if self.scope_before_search is not None and not self.query_one(SearchInput).value:
            self.model.scope, self.scope_before_search = self.scope_before_search, None
        self.explain()
        self.query_one(Detail).mark_matches()  # even if the entry is the same

    def explain(self) -> None:
        """Say how the search is understood."""
        self.query_one(QueryLine).show(self.query_one(SearchInput))

    def action_search(self) -> None:
        """To the search; from the entry, to what is sought within it."""
        if isinstance(self.focused, Detail):
            self.focused.start_find()
            self.query_one(FindLine).open()
            self.set_focus(self.query_one(FindInput))
            return
        self.remove_class("-zoomed", "-reading")
        self.set_focus(self.query_one(SearchInput))  # at once: the next key may be in the queue already

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In a line that is typed in, `/` is a character like others."""
        return action != "search" or not isinstance(self.focused, LineInput)

    @on(FindInput.Submitted, "#find-input")
    def _found_within(self) -> None:
        """Back to the entry; the next and the previous match are those of what was typed."""
        self.query_one(FindLine).close()
        self.to_detail()
        detail = self.query_one(Detail)
        if detail.sought and not detail.matches:
            self.tell(f"not in this entry: {one_line(detail.sought)}")
            detail.find("")

    def action_leave(self) -> None:
        """From the entry back to the list, from there to what led to it; else end a range, clear the search,
        leave it, take off the marks.
        """
        search = self.query_one(SearchInput)
        if isinstance(self.focused, FindInput):
            self.query_one(FindLine).close()
            self.query_one(Detail).find("")
            self.to_detail()
        elif isinstance(self.focused, Detail):
            self.query_one(Detail).find("")
            self.to_list()
        elif self.model.range_start is not None:
            self.model.range_start = None
        elif not isinstance(self.focused, SearchInput) and self.return_from_visit():
            return
        elif search.value:
            search.value = ""
        elif isinstance(self.focused, SearchInput):
            self.to_list()
        else:
            self.model.unmark()

    def action_next_match(self) -> None:
        """To the next match in the entry."""
        self._step(True)

    def action_previous_match(self) -> None:
        """To the previous match."""
        self._step(False)

    def _step(self, forward: bool) -> None:
        detail = self.query_one(Detail)
        if not detail.step(forward):
            sought = detail.sought or self.model.query_asked.wanted
            self.tell("no more matches in this entry" if sought else "there is no search")

    def action_order(self) -> None:
        """Another order."""
        now = (ORDERS.index(self.model.order) + 1) % len(ORDERS)
        self.model.order = ORDERS[now]
        following = ORDERS[(now + 1) % len(ORDERS)]
        explained = " (pinned, then newest)" if self.model.order == "best" and not self.model.query_asked.asks else ""
        self.tell(f"order: {self.model.order}{explained} ({self.key('order')}: {following})")

    def action_searches(self) -> None:
        """Recent searches."""
        from incident_tui.tui.screens.search_history import SearchHistory

        def chosen(search: str | None) -> None:
            if search:
                self.search_for(search)

        self.app.push_screen(SearchHistory(load_searches(), self.glyphs), chosen)

    def action_saved_search(self, number: int) -> None:
        """Make a search of the settings, by its position from 0."""
        self.search_for(self.settings.searches[number].search)

    def action_scope(self) -> None:
        """List what is live, what is archived, or both."""
        self.scope_before_search = None
        self.model.scope = SCOPES[(SCOPES.index(self.model.scope) + 1) % len(SCOPES)]
        self.tell(
            {"live": "live entries", "archived": "archived entries", "both": "live and archived entries"}[
                self.model.scope
            ]
        )
