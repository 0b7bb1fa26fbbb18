"""A list of choices, drawn line by line; the cursor moves over them and skips other lines."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.line_view import Lines


class Line(NamedTuple):
    """One line: harmless pieces of text, each with the name of its look, and the number of the choice it belongs to."""

    pieces: tuple[tuple[str, str], ...] = ()
    choice: int | None = None


class Choices(Lines, can_focus=False):
    """Choices, numbered from 0 in the order of their lines; each has one line or more."""

    LOOKS: ClassVar[tuple[str, ...]] = ("cursor", "mark", "title", "ref", "key", "dim", "add", "remove")
    PREFIX = "choices"
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"choices--{name}" for name in LOOKS}

    chosen: reactive[int | None] = reactive(None, init=False, repaint=False)
    """The one that the cursor is on."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.glyphs = glyphs
        self._lines: list[Line] = []
        self._starts: list[int] = []
        """The first line of each choice."""

    @property
    def room(self) -> int:
        """Cells for a line without the cursor's mark; less than 1 before the widget has a size."""
        return self.scrollable_content_region.width - 1

    def show(self, lines: Sequence[Line], choice: int | None) -> None:
        """Show these lines in place of all others."""
        self._lines, self._starts = [], []
        self.add(lines)
        self.set_reactive(Choices.chosen, choice)
        self.refresh()
        self._reveal()

    def add(self, lines: Sequence[Line]) -> None:
        """Show more lines below."""
        for line in lines:
            if line.choice == len(self._starts):
                self._starts.append(len(self._lines))
            self._lines.append(line)
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines))

    def put(self, choice: int, lines: Sequence[Line]) -> None:
        """Show other lines, as many as before, for a choice."""
        start = self._starts[choice]
        self._lines[start : start + len(lines)] = lines
        self.refresh_lines(start, len(lines))

    def move(self, choices: int) -> None:
        """Move the cursor by so many choices, as far as there are any."""
        if self._starts:
            at = self.chosen + choices if self.chosen is not None else max(0, choices - 1)
            self.chosen = max(0, min(at, len(self._starts) - 1))

    def page(self, pages: int) -> None:
        """Move the cursor by so many screens."""
        if self._starts:
            to = self._starts[self.chosen or 0] + pages * max(1, self.size.height - 1)
            self.chosen = min(range(len(self._starts)), key=lambda choice: abs(self._starts[choice] - to))

    def watch_chosen(self, before: int | None, now: int | None) -> None:
        """Draw the lines that look different now."""
        for choice in (before, now):
            if choice is not None:
                first, last = self._extent(choice)
                self.refresh_lines(first, last - first + 1)
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there."""
        line = event.y + int(self.scroll_offset.y)
        if line < len(self._lines) and self._lines[line].choice is not None:
            self.chosen = self._lines[line].choice

    def render_line(self, y: int) -> Strip:
        """One line."""
        at = y + int(self.scroll_offset.y)
        width = self.scrollable_content_region.width
        style = self.line_style
        if at >= len(self._lines):
            return Strip.blank(width, style)
        line = self._lines[at]
        under = line.choice is not None and line.choice == self.chosen
        text = Text(no_wrap=True, end="", style=style + self._style("cursor") if under else style)
        style_of = self._plain if under else self._style
        text.append(self.glyphs.cursor if under else " ", style_of("mark"))
        for name, piece in line.pieces:
            text.append(piece, style_of(name) if name else None)
        if text.cell_len > width:
            text.truncate(max(0, width - 1))
            text.append(self.glyphs.ellipsis, style_of("dim"))
        strip = Strip(text.render(self.app.console, end=""))
        return strip.adjust_cell_length(width, style + self._style("cursor") if under else style).simplify()

    def _extent(self, choice: int) -> tuple[int, int]:
        """The first and the last line of a choice."""
        first = last = self._starts[choice]
        while last + 1 < len(self._lines) and self._lines[last + 1].choice == choice:
            last += 1
        return first, last

    def _reveal(self) -> None:
        """Scroll no farther than the cursor needs; the lines right above its choice are visible, too."""
        height = self.scrollable_content_region.height
        if height <= 0:
            return
        top = int(self.scroll_offset.y)
        first = last = 0
        if self.chosen is not None:
            first, last = self._extent(self.chosen)
        headed = first
        while headed > 0 and self._lines[headed - 1].choice is None:
            headed -= 1
        to = headed if headed < top else max(top, min(last - height + 1, first))
        if to != top:
            self.scroll_to(y=to, animate=False, force=True, immediate=True)
