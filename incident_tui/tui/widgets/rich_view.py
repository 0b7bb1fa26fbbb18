"""Text that Rich has laid out, scrolled by whole lines."""

from collections.abc import Mapping, Sequence

from rich.console import RenderableType
from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from incident_tui.format.model.entry import Entry
from incident_tui.tui.terminal.glyphs import ASCII, Glyphs
from incident_tui.tui.terminal.themes import palette
from incident_tui.tui.widgets.line_view import Lines


class Rendered(Lines):
    """Lines that were laid out at a width, with a blank before each. Who inherits says when to lay out again."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: list[Strip] = []

    @property
    def room(self) -> int:
        """Cells for a line without the blank; less than 1 while the widget is hidden."""
        return self.scrollable_content_region.width - 1

    def body(self, entry: Entry, glyphs: Glyphs, items: Mapping[int, int] | None = None) -> RenderableType:
        """Return what follows an entry's metadata, rendered in the theme's colours. `items` is as for `render`."""
        from incident_tui.render.markdown import render

        look = palette(self.app.current_theme, self.app.theme_variables)
        return render(entry.body, look, ascii_only=glyphs is ASCII, items=items, title=entry.heading.name)

    def lay_out(self, renderable: RenderableType, width: int, margin: int = 0) -> None:
        """Lay out at a width and draw, with a margin at the left; both in cells."""
        self.show_lines(self.lines_of(renderable, width, margin), width, margin)

    def lines_of(self, renderable: RenderableType, width: int, margin: int = 0) -> list[Strip]:
        """Return the lines of a renderable that is laid out so."""
        console = self.app.console
        options = console.options.update(width=width, height=None, highlight=False)
        lines = console.render_lines(renderable, options, pad=False)
        return [Strip([Segment(" " * (margin + 1)), *line]) for line in lines]

    def show_lines(self, lines: Sequence[Strip], width: int, margin: int = 0) -> None:
        """Draw lines that were laid out so."""
        self._strips = list(lines)
        self.virtual_size = Size(margin + width, len(self._strips))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line."""
        line = y + int(self.scroll_offset.y)
        strip = self._strips[line] if line < len(self._strips) else Strip.blank(0)
        return strip.adjust_cell_length(self.room + 1, self.line_style).apply_style(self.line_style)
