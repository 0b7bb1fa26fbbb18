"""Keys that move: within the list and the entry, between them, and from entry to entry."""

from textual import on

from incident_tui.storage.base import KnowledgeBase
from incident_tui.storage.searches import remember
from incident_tui.tui.barrier import Barrier
from incident_tui.tui.glyphs import Marks
from incident_tui.tui.keys.common import Common
from incident_tui.tui.rows import Key
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList
from incident_tui.tui.widgets.search import Explained, Search


class Moving(Common):
    """What moves."""

    def __init__(self, base: KnowledgeBase, marks: Marks, barrier: Barrier) -> None:
        super().__init__(base, marks, barrier)
        self._visited: list[Key] = []
        """The entries from which another one was visited."""

    @on(Search.Submitted)
    def action_open(self) -> None:
        """From the search to the list, from the list to the entry."""
        if isinstance(self.focused, Search):
            remember(self.focused.value)
            self.to_list()
        elif isinstance(self.focused, EntryList) and self.model.current is not None:
            self.to_detail()

    @on(EntryList.Opened)
    def _opened(self) -> None:
        self.to_detail()

    def action_switch(self) -> None:
        """To the other pane; in the search, take what is offered."""
        if isinstance(self.focused, Search) and self.query_one(Explained).take(self.focused):
            return
        if isinstance(self.focused, Detail):
            self.to_list()
        else:
            self.to_detail()

    def action_zoom(self) -> None:
        """The entry alone, or beside the list again."""
        self.toggle_class("-zoomed")
        if self.has_class("-zoomed"):
            self.set_focus(self.query_one(Detail))
        else:
            self.to_list()

    def action_near(self, number: int) -> None:
        """To an entry like this one."""
        related = self.query_one(Detail).related
        if 0 < number <= len(related) and self.model.current is not None:
            self._visited.append(self.model.current.key)
            self.visit(related[number - 1].key)

    def action_back(self) -> None:
        """Back to the entry before."""
        if self._visited:
            self.visit(self._visited.pop())
        else:
            self.to_list()

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
