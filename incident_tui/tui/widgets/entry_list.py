"""The list of entries, drawn line by line (`tui/list_row.py`): only the lines that changed reach the terminal."""

from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from incident_tui import clock
from incident_tui.tui.list_row import evidence_text, file_cells, on_bar, row_text
from incident_tui.tui.model import Model
from incident_tui.tui.rows import Row
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.line_view import Lines

TALL_FROM = 14
"""Lines of a screen from which on a row of a search has two: its heading, and why it is listed."""


class EntryList(Lines, can_focus=True, inherit_bindings=False):
    """The rows of the model's listing, with the cursor on the current one."""

    PREFIX = "entry-list"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "entry-list--cursor",
        "entry-list--cursor-blurred",
        "entry-list--mark",
        "entry-list--ref",
        "entry-list--dim",
        "entry-list--match",
    }

    active: reactive[bool] = reactive(True, repaint=False)
    """Whether keys move this list (it has the focus, or the search above it has)."""

    @dataclass
    class Opened(Message):
        """A row was clicked that was current already."""

    def __init__(self, model: Model, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.model = model
        self.glyphs = glyphs
        self._drawn: dict[tuple[int, bool], tuple[bool, list[Strip]]] = {}
        """The lines of rows, and whether they show a mark, by position and whether the cursor is on it."""
        self._cursor = 0
        self._height = 1
        """How many lines each row has."""

    def on_mount(self) -> None:
        """Watch the model."""
        self.watch(self.model, "listing", self._listing_changed, init=False)
        self.watch(self.model, "current", self._current_changed, init=False)
        self.watch(self.model, "marks", self._marks_changed, init=False)
        self.watch(self.model, "range_start", self._marks_changed, init=False)
        self.watch(self.model, "unseen", self._unseen_changed, init=False)

    def watch_active(self) -> None:
        """The cursor's line looks different where keys don't move it."""
        self._redraw(self._cursor)

    def notify_style_update(self) -> None:
        """Another theme: all lines look different."""
        super().notify_style_update()
        self._drawn.clear()

    def on_resize(self) -> None:
        """Lines are cut to the width."""
        self._drawn.clear()
        self._listing_changed()

    @property
    def page(self) -> int:
        """How many rows a page key goes."""
        return max(1, self.size.height // self._height - 1)

    def on_click(self, event: events.Click) -> None:
        """A click selects; another one opens."""
        position = (event.y + int(self.scroll_offset.y)) // self._height
        if position < len(self.model.listing):
            if self.model.listing[position] is self.model.current:
                self.post_message(self.Opened())
            self.model.select(position)

    def render_line(self, y: int) -> Strip:
        """One line of a row."""
        position, part = divmod(y + int(self.scroll_offset.y), self._height)
        width = self.scrollable_content_region.width
        if position >= len(self.model.listing):
            return Strip.blank(width, self.line_style)
        under = position == self._cursor
        marked = self.model.is_marked(position)
        drawn = self._drawn.get((position, under))
        if drawn is None or drawn[0] != marked:
            drawn = self._drawn[position, under] = (
                marked,
                self._row(self.model.listing[position], width, under, marked),
            )
        return drawn[1][part]

    def _listing_changed(self) -> None:
        self._drawn.clear()
        above = self._cursor * self._height - int(self.scroll_offset.y)
        self._cursor = self.model.position
        self._height = 2 if self.model.searches_words and self.app.size.height >= TALL_FROM else 1
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.model.listing) * self._height)
        top = max(0, self._cursor * self._height - above)
        self.scroll_to(y=top - top % self._height, animate=False, force=True, immediate=True)
        self._reveal()
        self.refresh()

    def _current_changed(self) -> None:
        before, self._cursor = self._cursor, self.model.position
        if before != self._cursor:
            self._redraw(before)
            self._redraw(self._cursor)
            if self.model.range_start is not None:
                self._marks_changed()
            self._reveal()

    def _marks_changed(self) -> None:
        """Draw the lines that were drawn with another mark."""
        top = int(self.scroll_offset.y)
        last = min(-(-(top + self.size.height) // self._height), len(self.model.listing))
        for position in range(top // self._height, last):
            drawn = self._drawn.get((position, position == self._cursor))
            if drawn is None or drawn[0] != self.model.is_marked(position):
                self.refresh_lines(position * self._height, self._height)

    def _unseen_changed(self) -> None:
        self._drawn.clear()
        self.refresh()

    def _reveal(self) -> None:
        """Scroll no farther than the cursor needs."""
        height = self.scrollable_content_region.height
        top = int(self.scroll_offset.y)
        if height <= 0:
            return
        first, stop = self._cursor * self._height, (self._cursor + 1) * self._height
        if first < top or stop > top + height:
            to = first if first < top or height < self._height else stop - height
            self.scroll_to(y=to, animate=False, force=True, immediate=True)

    def _redraw(self, position: int) -> None:
        for under in (False, True):
            self._drawn.pop((position, under), None)
        self.refresh_lines(position * self._height, self._height)

    def _row(self, row: Row, width: int, under: bool, marked: bool) -> list[Strip]:
        style = Style() if self.app.current_theme.ansi else self.line_style  # the terminal's own colours need no bytes
        if under:
            style += self._style("cursor" if self.active else "cursor-blurred")
        look = self._on_bar if under and self.active else self._style
        tall = self._height > 1
        evidence = self.model.evidence(row, always=tall)
        heading = row_text(
            row,
            width,
            self.glyphs,
            look,
            self.model.spans,
            today=clock.today(),
            under=under,
            excerpt=evidence.line if evidence is not None and not tall else None,
            marked=marked,
            file=self.model.file_label(row, file_cells(width)),
            whole=tall,
            new=self.model.is_unseen(row),
        )
        texts = [heading]
        if tall and evidence is not None:
            texts.append(evidence_text(evidence, row.entry.tags, width, self.glyphs, look, self.model.spans))
        if self.model.weak or self.model.is_beside(row):
            texts[0].style = look("dim")
        texts += [Text(end="")] * (self._height - len(texts))
        return [self._strip(text, width, style) for text in texts]

    def _on_bar(self, name: str) -> Style:
        """The style of a component class on the cursor's line."""
        return on_bar(self._style(name))

    def _strip(self, text: Text, width: int, style: Style) -> Strip:
        text.style = style + (text.style if isinstance(text.style, Style) else Style())
        return Strip(text.render(self.app.console, end="")).adjust_cell_length(width, style).simplify()
