"""A scroll view of lines that is laid out again only where that changes anything."""

from typing import ClassVar

from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from incident_tui.tui.terminal.glyphs import Glyphs


class Lines(ScrollView):
    """A widget that draws its lines itself, and scrolls them.

    Textual's own compares its container's size with and without the gutter, so that it finds another size each time
    that the screen is laid out, and sends both scrollbars anew.
    """

    PREFIX: ClassVar[str]
    """The prefix of its component classes, before `--`."""

    line_style = Style.null()
    """What all lines have in common while they are drawn: the widget's own colours."""

    _laid_out: tuple[Size, Size] | None = None

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        before, self._laid_out = self._laid_out, (size, self.virtual_size)
        return before != self._laid_out and super()._size_updated(size, virtual_size, container_size, layout)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines. The style that they have in common is worked out once."""
        self.line_style = self.rich_style
        return super().render_lines(crop)

    def _style(self, name: str) -> Style:
        """The style of a component class."""
        return self.get_component_rich_style(f"{self.PREFIX}--{name}", partial=True)

    def _plain(self, name: str) -> Style:
        """The same for the cursor's line: colours in reverse would tear it to pieces."""
        return self._style(name).without_color


def one_line_strip(console: Console, text: Text, width: int, style: Style, glyphs: Glyphs) -> Strip:
    """Return a text as a line of `width` cells; an ellipsis ends it where it is cut."""
    if text.cell_len > width:
        text.truncate(max(0, width - 1))
        text.append(glyphs.ellipsis)
    return Strip(text.render(console, end="")).adjust_cell_length(width, style)
