"""A dialog whose keys move a cursor over choices."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, ScreenResultType

from incident_tui.tui.widgets.choices import Choices

ALL = 10**9
"""More rows than there are: to the first one, or the last."""


class ChoiceList(ModalScreen[ScreenResultType]):
    """What is common to dialogs that show `Choices`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", show=False),
        Binding("g,home", f"move(-{ALL})", "first", show=False),
        Binding("G,end", f"move({ALL})", "last", show=False),
    ]

    def action_move(self, choices: int) -> None:
        """Move the cursor."""
        self.query_one(Choices).move(choices)

    def action_page(self, pages: int) -> None:
        """Move the cursor by a screen."""
        self.query_one(Choices).page(pages)
