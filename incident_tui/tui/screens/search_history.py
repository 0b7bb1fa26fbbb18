"""The searches made before, to be made again."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from incident_tui.format.sanitize import one_line


class SearchHistory(ModalScreen[str]):
    """A list of searches; answers with the one that was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+c,ctrl+r", "dismiss", "back", show=False),
        Binding("j", "move(1)", "down", show=False),
        Binding("k", "move(-1)", "up", show=False),
    ]

    def __init__(self, searches: Sequence[str]) -> None:
        super().__init__()
        self._searches = searches

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(classes="dialog"):
            yield Static("Searches made before", classes="dialog-title")
            if self._searches:
                yield OptionList(*(Text(one_line(search)) for search in self._searches))
            else:
                yield Static("None yet.", id="none")
            yield Static("j k move   Enter search   Esc back", classes="dialog-keys", markup=False)

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        for options in self.query(OptionList):
            (options.action_cursor_down if rows > 0 else options.action_cursor_up)()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._searches[event.option_index])
