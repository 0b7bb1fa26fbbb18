"""The search input, and the line below it: how the search was understood, what is wrong, what could be typed."""

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Static

from incident_tui import clock
from incident_tui.format.sanitize import one_line
from incident_tui.tui.model import Model
from incident_tui.tui.widgets.field import LineInput

if TYPE_CHECKING:
    from incident_tui.search.engine import Completion

OFFERED = 6
"""How many completions are shown."""


class Search(LineInput):
    """The input of the search."""

    def __init__(self, query: str, model: Model) -> None:
        self.model = model
        super().__init__(query, "search", id="search")

    def watch_value(self) -> None:
        """List at once what answers: the message that it changed comes only when this line has been drawn."""
        self.model.query_text = self.value

    def put(self, query: str) -> None:
        """Search for this; the cursor goes behind it."""
        self.value = query
        self.cursor_position = len(query)


class Explained(Static):
    """One line below the search; empty if the search is plain words."""

    def __init__(self, model: Model) -> None:
        super().__init__("", id="explained", markup=False)
        self.model = model
        self.offered: list[Completion] = []
        """The completions at the cursor, the likeliest first; Tab takes it."""

    def show(self, search: Search) -> None:
        """Show completions, problems or an explanation of the present search."""
        query = self.model.query_asked
        self.offered = []
        if search.has_focus and search.value:
            self.offered = self.model.search.complete(search.value, search.cursor_position, clock.today(), OFFERED)
            if len(self.offered) == 1 and search.value[self.offered[0].start :] == self.offered[0].text:
                self.offered = []  # it stands there already
        text = Text(no_wrap=True, overflow="ellipsis")
        if self.offered:
            for number, completion in enumerate(self.offered):
                text.append("  " if number else "")
                text.append(one_line(completion.text), "bold" if number == 0 else "")
                text.append(f" {completion.count}" if completion.count is not None else "", "dim")
        elif query.problems or query.hints:
            text.append(one_line((*query.problems, *query.hints)[0].message), "bold")
        elif query.filters or query.scoped or query.phrases or query.without:
            from incident_tui.search.query import explain

            text.append(one_line(explain(query)), "dim")
        self.set_class(bool(text), "-said")
        self.update(text)

    def take(self, search: Search) -> bool:
        """Put the likeliest completion in its place; whether there was one."""
        if not self.offered:
            return False
        completion = self.offered[0]
        search.value = search.value[: completion.start] + completion.text + search.value[completion.stop :]
        search.cursor_position = completion.start + len(completion.text)
        return True
