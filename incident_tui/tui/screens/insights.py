"""The whole in figures. Each bar leads to the entries behind it, as a query."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from incident_tui.format.sanitize import pluralize
from incident_tui.insights.overview import Figure, Overview
from incident_tui.tui.dialogs.choice_list import ALL
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.bar_chart import Figures


class Insights(ModalScreen[str]):
    """Figures to be moved over; answers with the query of the one that was chosen.

    The figures are of live and archived entries, and so must be the list that the query is asked of.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+c", "dismiss", "back", show=False),
        Binding("enter", "choose", "list", show=False),
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("pagedown", "page(1)", "a page down", show=False),
        Binding("pageup", "page(-1)", "a page up", show=False),
        Binding("g,home", f"move(-{ALL})", "first", show=False),
        Binding("G,end", f"move({ALL})", "last", show=False),
        Binding("tab", "turn(1)", "next section", show=False),
        Binding("shift+tab", "turn(-1)", "section before", show=False),
    ]

    def __init__(self, seen: Overview, marks: Glyphs) -> None:
        super().__init__()
        self.seen = seen
        self.marks = marks

    def compose(self) -> ComposeResult:
        """The figures; below them the query of the one under the cursor."""
        incidents, others = self.seen.incidents.value, self.seen.others.value
        told = f"Insights: {pluralize(incidents, 'incident', 'incidents')}"
        if others:
            told += f", {pluralize(others, 'other entry', 'other entries')}"
        with Vertical(classes="dialog"):
            yield Static(told, classes="dialog-title", markup=False)
            yield Figures(self.seen, self.marks)
            yield Static("", id="leads", markup=False)
            yield Static("j k Tab move   Enter list   Esc back", classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        """Say where each figure leads."""
        self.watch(self.query_one(Figures), "figure", self._show_query)

    def action_move(self, figures: int) -> None:
        """Move the cursor."""
        self.query_one(Figures).move(figures)

    def action_page(self, pages: int) -> None:
        """Move the cursor by a screen."""
        self.query_one(Figures).page(pages)

    def action_turn(self, sections: int) -> None:
        """To the next section, or the one before."""
        self.query_one(Figures).turn(sections)

    def action_choose(self) -> None:
        """Answer with the query of the figure under the cursor."""
        figure = self.query_one(Figures).figure
        if figure is not None:
            self.dismiss(figure.query)

    def on_figures_chosen(self) -> None:
        """A click on the figure under the cursor does what Enter does."""
        self.action_choose()

    def _show_query(self, figure: Figure | None) -> None:
        told = ""
        if figure is not None:
            told = f"{self.marks.prompt} {figure.query}   {pluralize(figure.entries, 'entry', 'entries')}"
        self.query_one("#leads", Static).update(told)
