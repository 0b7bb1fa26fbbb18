"""The search input, and the line that explains it: how it was understood, what is wrong, what could be typed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.widgets import Static

from incident_tui import clock
from incident_tui.format.sanitize import one_line
from incident_tui.search.query import Query
from incident_tui.tui.first_screen import PLACEHOLDER
from incident_tui.tui.model import Model
from incident_tui.tui.widgets.field import LineInput, pasted_lines

if TYPE_CHECKING:
    from incident_tui.search.engine import Completion

LONG_PASTE = 100
"""From so many characters on, several lines are no search, but the text of an alert or a log."""

OFFERED = 6
"""How many completions are shown."""


class SearchInput(LineInput):
    """The input of the search."""

    def __init__(self, query: str, model: Model) -> None:
        self.model = model
        super().__init__(query, PLACEHOLDER, id="search")

    def watch_value(self) -> None:
        """List at once what answers: the message that it changed comes only when this line has been drawn."""
        self.model.query_text = self.value

    def on_paste(self, event: events.Paste) -> None:
        """A long text of several lines is no search: the screen compares it with the entries."""
        if len(event.text) >= LONG_PASTE and len(pasted_lines(event.text)) > 1:
            event.prevent_default()

    def put(self, query: str) -> None:
        """Search for this; the cursor goes behind it."""
        self.value = query
        self.cursor_position = len(query)


class QueryLine(Static):
    """A line or two over the whole width of the screen; empty if the search is plain words."""

    def __init__(self, model: Model) -> None:
        super().__init__("", id="explained", markup=False)
        self.model = model
        self.offered: list[Completion] = []
        """The completions at the cursor, the likeliest first; Tab takes it."""
        self._shown = Text()

    def show(self, search: SearchInput) -> None:
        """Show completions, problems or an explanation of the present search."""
        query = self.model.query_asked
        self.offered = []
        if search.has_focus and search.value:
            self.offered = self.model.search.complete(search.value, search.cursor_position, clock.today(), OFFERED)
            if len(self.offered) == 1 and search.value[self.offered[0].start :] == self.offered[0].text:
                self.offered = []  # it stands there already
        text = Text()
        if self.offered:
            text = _offer(self.offered, self.app.size.width - 2)
        elif query.problems or query.hints:
            text.append(one_line((*query.problems, *query.hints)[0].message), "bold")
        elif not self._is_plain(query):
            from incident_tui.search.query import explain, explain_unmatched

            unmatched = self.model.unmatched
            said = [explain_unmatched(unmatched)] if unmatched else []
            text.append(one_line(" · ".join([explain(query, self.model.synonyms), *said])), "dim")
        if text != self._shown:  # each update lays out the whole screen
            self._shown = text
            self.set_class(bool(text), "-said")
            self.update(text)

    def _is_plain(self, query: Query) -> bool:
        """Whether there is nothing to be said: no more than words, as they stand there, and each matches an entry."""
        asked = query.filters or query.scoped or query.phrases or query.without or self.model.unmatched
        return not asked and not (query.words and self.model.synonyms.explained(query.words))

    def take(self, search: SearchInput) -> bool:
        """Put the likeliest completion in its place; whether there was one."""
        if not self.offered:
            return False
        completion = self.offered[0]
        search.value = search.value[: completion.start] + completion.text + search.value[completion.stop :]
        search.cursor_position = completion.start + len(completion.text)
        return True


def _offer(offered: "Sequence[Completion]", width: int) -> Text:
    """The completions, each with its count on the same line."""
    hint = Text()
    room = width
    for number, value in enumerate(offered):
        text, count = one_line(value.text), f" {value.count}" if value.count is not None else ""
        size = cell_len(text + count)
        if number:
            gap = "  " if size + 2 <= room else "\n"
            hint.append(gap)
            room = room - 2 if gap == "  " else width
        hint.append(text, "bold" if number == 0 else "")
        hint.append(count, "dim")
        room -= size
    return hint
