"""The key bar: the keys that apply now, or for a while a notice of what was done."""

from typing import ClassVar, Literal

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual import events
from textual.keys import _character_to_key
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from incident_tui.tui.bar_layout import keys_text
from incident_tui.tui.status_text import ARROW
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.line_view import one_line_strip

Severity = Literal["done", "refused"]

NOTICE = 5.0
"""Seconds that a notice stays, unless a key is pressed before."""


class KeyBar(Widget):
    """The keys of the present actions. A notice replaces them for a while."""

    DEFAULT_CSS = "KeyBar { height: 1; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "key-bar--key",
        "key-bar--label",
        "key-bar--done",
        "key-bar--refused",
    }

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.glyphs = glyphs
        self._keys: list[tuple[str, str]] = []
        self._notice: tuple[str, Severity] | None = None
        self._timer: Timer | None = None
        self.notices = 0
        """How many notices were shown."""

    @property
    def notice(self) -> str:
        """The notice that is shown; empty if none is."""
        return self._notice[0] if self._notice else ""

    def show(self, keys: list[tuple[str, str]]) -> None:
        """Offer these keys. Draws only if they are others than before."""
        if keys != self._keys:
            self._keys = keys
            if self._notice is None:
                self.refresh()

    def tell(self, notice: str, severity: Severity = "done") -> None:
        """Show a notice in place of the keys, for a while, and up to the next key at most."""
        if self._timer is not None:
            self._timer.stop()
        self._notice = (notice, severity)
        self.notices += 1
        self._timer = self.set_timer(NOTICE, self.forget)
        self.refresh()

    def forget(self) -> None:
        """Offer keys again. Draws only if there is a notice."""
        if self._notice is not None:
            self._notice = None
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click on a key presses it."""
        if (shown := event.style.meta.get("key")) is not None:
            self.app.post_message(key_event(shown.split()[0]))

    def render_line(self, y: int) -> Strip:
        """The line."""
        style = self.rich_style
        if self._notice is not None:
            text = Text(" ", style, no_wrap=True, end="")
            text.append(shortened(self._notice[0], self.size.width - 2, self.glyphs), self._style(self._notice[1]))
            return one_line_strip(self.app.console, text, self.size.width, style, self.glyphs)
        text = keys_text(self._keys, self.size.width, self._style)
        text.style = style
        return one_line_strip(self.app.console, text, self.size.width, style, self.glyphs)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"key-bar--{name}", partial=True)


def key_event(shown: str) -> events.Key:
    """Return the event of a key, by its name as people read it: `p`, `Enter`, `^s`."""
    if len(shown) == 1:
        return events.Key(_character_to_key(shown), shown)
    name = f"ctrl+{shown[1:]}" if shown.startswith("^") else shown.lower()
    name = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "del": "delete"}.get(name, name)
    return events.Key(name, " " if name == "space" else None)


def shortened(notice: str, width: int, glyphs: Glyphs) -> str:
    """A notice that fits; what was done to which file stays, the name of the entry gives way."""
    action, arrow, files = notice.rpartition(ARROW)
    room = width - cell_len(arrow + files) - 1
    if not arrow or cell_len(notice) <= width or room < 8:
        return notice
    return f"{set_cell_size(action, room).rstrip()}{glyphs.ellipsis}{arrow}{files}"
