"""A dialog that shows a text; its keys scroll it."""

from collections.abc import Iterable
from typing import ClassVar

from rich.console import RenderableType
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ScreenResultType
from textual.widget import Widget
from textual.widgets import Static

from incident_tui.tui.dialogs.base import Dialog, Keys

ALL = 10**9
"""More lines than there are: to the first one, or the last."""


class ScrollDialog(Dialog[ScreenResultType]):
    """Shows the text that `content` returns, in a pane that scrolls."""

    KEYS: ClassVar[Keys] = [("j k", "scroll"), ("Esc", "back")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss", "back", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", show=False),
        Binding("g,home", f"scroll(-{ALL})", "top", show=False),
        Binding("G,end", f"scroll({ALL})", "end", show=False),
    ]

    def body(self) -> ComposeResult:
        """The text, scrolling where it is longer than the screen."""
        with VerticalScroll(can_focus=False):
            yield Static(self.content(), id="content", markup=False)

    def content(self) -> RenderableType:
        """The text at first."""
        raise NotImplementedError

    def panes(self) -> Iterable[Widget]:
        """The widget that the keys scroll."""
        return self.query(VerticalScroll)

    def action_scroll(self, lines: int) -> None:
        """Scroll without animation."""
        for pane in self.panes():
            pane.scroll_relative(y=lines, animate=False, force=True, immediate=True)

    def action_page(self, pages: int) -> None:
        """Scroll by a screen."""
        for pane in self.panes():
            pane.scroll_relative(y=pages * max(1, pane.size.height - 1), animate=False, force=True, immediate=True)
