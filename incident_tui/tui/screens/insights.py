"""The whole in figures. Each bar leads to the entries behind it, as a query."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from incident_tui.format.sanitize import pluralize
from incident_tui.insights.overview import Figure, Overview
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.choices import CursorDialog
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.bar_chart import BarChart


class Insights(CursorDialog[str]):
    """Figures to be moved over; answers with the query of the one that was chosen.

    The figures are of live and archived entries, and so must be the list that the query is asked of.
    """

    KEYS: ClassVar[Keys] = [("j k Tab", "move"), ("Enter", "list"), ("Esc", "back")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "turn(1)", "next section", show=False),
        Binding("shift+tab", "turn(-1)", "section before", show=False),
    ]

    def __init__(self, seen: Overview, glyphs: Glyphs, at: int = 0, top: int = 0) -> None:
        """`at` is the figure that the cursor is put on, of those that lead anywhere; `top` is the first line shown."""
        incidents, others = seen.incidents.value, seen.others.value
        counts = f"{pluralize(incidents, 'incident', 'incidents')}"
        if others:
            counts += f", {pluralize(others, 'other entry', 'other entries')}"
        super().__init__(f"Insights: {counts}", glyphs)
        self.seen = seen
        self._start = at, top

    def body(self) -> ComposeResult:
        """The figures; below them the query of the one under the cursor."""
        yield BarChart(self.seen, self.glyphs, *self._start)
        yield Static("", id="leads", markup=False)

    @property
    def list_view(self) -> BarChart:
        """The widget that has the cursor."""
        return self.query_one(BarChart)

    def on_mount(self) -> None:
        """Say where each figure leads."""
        self.watch(self.list_view, "figure", self._show_query)

    def action_turn(self, sections: int) -> None:
        """To the next section, or the one before."""
        self.list_view.turn(sections)

    def action_choose(self) -> None:
        """Answer with the query of the figure under the cursor."""
        figure = self.list_view.figure
        if figure is not None:
            self.dismiss(figure.query)

    def on_bar_chart_chosen(self) -> None:
        """A click on the figure under the cursor does what Enter does."""
        self.action_choose()

    def _show_query(self, figure: Figure | None) -> None:
        text = ""
        if figure is not None:
            text = f"{self.glyphs.prompt} {figure.query}   {pluralize(figure.entries, 'entry', 'entries')}"
        self.query_one("#leads", Static).update(text)
