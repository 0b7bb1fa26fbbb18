"""A scroll view of lines that is laid out again only where that changes anything."""

from typing import ClassVar

from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView


class Lines(ScrollView):
    """What draws its lines itself, and scrolls them.

    Textual's own compares its container's size with and without the gutter, so that it finds another size each time
    that the screen is laid out, and sends both scrollbars anew.
    """

    PREFIX: ClassVar[str]
    """What the names of its component classes begin with, before `--`."""

    _laid_out: tuple[Size, Size] | None = None

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        known, self._laid_out = self._laid_out, (size, self.virtual_size)
        return known != self._laid_out and super()._size_updated(size, virtual_size, container_size, layout)

    def _style(self, name: str) -> Style:
        """The style of a component class."""
        return self.get_component_rich_style(f"{self.PREFIX}--{name}", partial=True)

    def _plain(self, name: str) -> Style:
        """The same for the cursor's line: colours in reverse would tear it to pieces."""
        return self._style(name).without_color
