"""A dialog whose keys scroll what it shows."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen


class ScrollingDialog(ModalScreen[None]):
    """What is common to dialogs that only tell something, in a pane that scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,ctrl+c", "dismiss", "back", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
    ]

    def action_scroll(self, lines: int) -> None:
        """Scroll without animation."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
