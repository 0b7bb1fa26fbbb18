"""Recent searches, to be made again."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from incident_tui.format.sanitize import one_line
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.choices import LinesDialog
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.choices import Line


class SearchHistory(LinesDialog[str]):
    """A list of searches; answers with the one that was chosen."""

    POPUP = True

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+r", "dismiss", "back", show=False)]

    def __init__(self, searches: Sequence[str], glyphs: Glyphs) -> None:
        super().__init__("Recent searches", glyphs, first=0 if searches else None)
        self._searches = searches

    def lines(self) -> Iterable[Line]:
        """A line for each search."""
        lines = [Line((("", f" {one_line(search)}"),), number) for number, search in enumerate(self._searches)]
        return lines or [Line((("dim", " none yet"),))]

    def keys(self) -> Keys:
        """The keys that apply now."""
        return [*[("j k", "move"), ("Enter", "search")] * bool(self._searches), ("Esc", "back")]

    def action_choose(self) -> None:
        """Answer with the search under the cursor."""
        choice = self.list_view.chosen
        if choice is not None:
            self.dismiss(self._searches[choice])
