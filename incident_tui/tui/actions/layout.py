"""The width of the list: by keys, or by dragging the rule between the list and the entry."""

from textual import events

from incident_tui.config import LIST_WIDTHS
from incident_tui.storage.library import Library
from incident_tui.storage.user.width_choice import save_list_width
from incident_tui.tui.actions.base import BrowserActions
from incident_tui.tui.preferences import Settings
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.detail import Detail

STEP = 5
"""Per cent of the screen that a key adds to the list, or takes from it."""


class LayoutActions(BrowserActions):
    """What moves the rule between the panes."""

    def __init__(self, library: Library, glyphs: Glyphs, guard: KeyGuard, settings: Settings) -> None:
        super().__init__(library, glyphs, guard, settings)
        self._list_width = settings.list_width
        """In per cent of the screen; None where that follows from the screen's width."""
        self._dragging = False

    def action_narrower(self) -> None:
        """Take from the list what the entry gets."""
        self._widen(-STEP)

    def action_wider(self) -> None:
        """Give the list more room."""
        self._widen(STEP)

    def action_local_time(self) -> None:
        """Show the local time beside the entry's time in UTC, or no longer."""
        detail = self.query_one(Detail)
        detail.local_time = not detail.local_time
        detail.draw()
        self.tell("times in your time zone, too, where it isn't UTC" if detail.local_time else "times in UTC")

    def _widen(self, step: int) -> None:
        if not self._side_by_side:
            self.tell("list and entry are not beside each other now")
            return
        self._set_width(self._share(self.query_one("#sidebar").size.width) + step)
        self._remember_width()

    @property
    def _side_by_side(self) -> bool:
        return not self.has_class("-zoomed") and not self.has_class("-narrow")

    def _share(self, cells: int) -> int:
        """So many cells in per cent of the screen."""
        return round(100 * cells / max(1, self.size.width))

    def _set_width(self, width: int) -> None:
        self._list_width = max(LIST_WIDTHS.start, min(width, LIST_WIDTHS.stop - 1))
        self._apply()

    def _apply(self) -> None:
        """Lay the panes out; where they take turns the list has all of the screen."""
        styles = self.query_one("#sidebar").styles
        if self._list_width is not None and not self.has_class("-narrow"):
            styles.width, styles.max_width = f"{self._list_width}%", "100%"
        elif styles.inline.has_rule("width"):
            styles.inline.clear_rule("width")
            styles.inline.clear_rule("max_width")
            self.refresh(layout=True)

    def _remember_width(self) -> None:
        if self._list_width is not None:
            save_list_width(self._list_width, self.settings.set_list_width)

    def on_resize(self) -> None:
        """Below a certain width there is one pane."""
        self._apply()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the rule."""
        detail = self.query_one(Detail)
        if self._side_by_side and detail.display and event.screen_x == detail.region.x and detail.region.x:
            self._dragging = True
            self.query_one("#sidebar").capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The rule follows the mouse."""
        if self._dragging:
            self._set_width(self._share(event.screen_x))

    def on_mouse_up(self) -> None:
        """Let the rule go."""
        if self._dragging:
            self._dragging = False
            self.query_one("#sidebar").release_mouse()
            self._remember_width()
