"""A scroll view of lines that is laid out again only where that changes anything."""

from textual.geometry import Size
from textual.scroll_view import ScrollView


class Lines(ScrollView):
    """What draws its lines itself, and scrolls them.

    Textual's own compares its container's size with and without the gutter, so that it finds another size each time
    that the screen is laid out, and sends both scrollbars anew.
    """

    _laid_out: tuple[Size, Size] | None = None

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        known, self._laid_out = self._laid_out, (size, self.virtual_size)
        return known != self._laid_out and super()._size_updated(size, virtual_size, container_size, layout)
