"""A dialog that shows two texts."""

from textual.app import ComposeResult
from textual.screen import ScreenResultType

from incident_tui.tui.dialogs.scroll import ScrollDialog
from incident_tui.tui.widgets.pair_view import Pair, PairView

WIDTHS: list[tuple[int, str]] = [(0, "-narrow"), (80, "-normal")]
"""From which width on two texts stand beside each other."""


class PairDialog(ScrollDialog[ScreenResultType]):
    """Shows the two texts that `pair` returns; the keys scroll both."""

    HORIZONTAL_BREAKPOINTS = WIDTHS

    def pair(self) -> Pair:
        """The texts that are shown now."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """Both texts."""
        yield PairView(self.pair())

    def show_pair(self) -> None:
        """Show what `pair` returns by now, from the top."""
        self.query_one(PairView).show(self.pair())
