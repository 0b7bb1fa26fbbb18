"""The entry under the cursor: what is known of it, then its text, rendered; scrolled by whole lines."""

from collections.abc import Sequence
from typing import ClassVar

from rich.console import Console, Group, RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip
from textual.timer import Timer

from incident_tui import clock
from incident_tui.format.read.sections import item_lines
from incident_tui.tui.item_ref import ItemRef, items_of
from incident_tui.tui.model import Model
from incident_tui.tui.rows import Row
from incident_tui.tui.terminal.glyphs import ASCII, Glyphs
from incident_tui.tui.widgets.entry_header import header
from incident_tui.tui.widgets.rich_view import Rendered

READABLE = 100
"""Cells beyond which lines of prose are hard to follow; wider panes leave the rest free."""

ABOVE = 2
"""Lines that are shown above a match, or an action item."""

_CONSOLE = Console()
"""Only to lay styles over each other; nothing is printed on it."""

REST = 0.06
"""Seconds that the cursor must rest before the entry is drawn: a held-down key doesn't draw each one."""


class Detail(Rendered, can_focus=True, inherit_bindings=False):
    """The model's current entry. Where there is none, it says what is so and what to do."""

    PREFIX = "detail"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "detail--title",
        "detail--mark",
        "detail--tag",
        "detail--dim",
        "detail--warning",
        "detail--match",
        "detail--item",
    }

    def __init__(self, model: Model, marks: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.model = model
        self.marks = marks
        self.advice: RenderableType = ""
        """What is shown where there is no entry."""
        self._shown: tuple[Row | None, int] | None = None
        self._timer: Timer | None = None
        self._matches: list[int] = []
        """The lines that hold a match, from 0."""
        self.related: list[Row] = []
        """The entries like this one, as they are numbered at the end."""
        self.item: ItemRef | None = None
        """The action item of the current entry that was chosen."""
        self._items: dict[int, range] = {}
        """The lines of each action item, by its number."""

    def on_mount(self) -> None:
        """Watch the model."""
        self.watch(self.model, "current", self._current_changed, init=False)
        self.watch(self.model, "indexed", self.draw_soon, init=False)

    def on_resize(self) -> None:
        """Lines are wrapped at the width."""
        if self._shown is not None:
            self.draw()
            self._reveal_item()

    def notify_style_update(self) -> None:
        """Another theme: all lines look different."""
        super().notify_style_update()
        if self._shown is not None:
            self.draw_soon()  # the styles of its parts come after this

    def draw(self) -> None:
        """Draw the current entry now."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        row = self.model.current
        width = min(READABLE, self.room)
        if width <= 0:  # hidden, as yet without a size; `on_resize` draws it when it is shown
            self._shown = (None, 0)
            return
        if self._shown is None or not _same(self._shown[0], row):
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self._shown = (row, width)
        self.related = self.model.related(row) if row is not None else []
        self.lay_out(self.advice if row is None else self._entry(row), width)
        self._items = _item_lines(self._strips)
        self._matches = self._mark() if row is not None else []

    def draw_soon(self) -> None:
        """Draw the current entry as soon as the cursor rests."""
        if self._timer is None:
            self._timer = self.set_timer(REST, self.draw)
        else:
            self._timer.reset()

    def _mark(self) -> list[int]:
        """Mark in the text what the search matched; returns the lines that hold a match."""
        matched = []
        look = self._style("match")
        each = self.model.spans_of_lines([strip.text for strip in self._strips])
        for number, spans in enumerate(each):
            if spans:
                matched.append(number)
                self._strips[number] = _styled(self._strips[number], spans, look)
        return matched

    def step(self, forward: bool) -> bool:
        """Scroll to the next match, or the one before; whether there is one."""
        top = int(self.scroll_offset.y)
        height = self.scrollable_content_region.height
        last = top + height - 1 if top >= self.max_scroll_y and forward else top
        ahead = [line for line in self._matches if (line > last + ABOVE if forward else line < top + ABOVE)]
        if not ahead:
            return False
        line = ahead[0] if forward else ahead[-1]
        self.scroll_to(y=max(0, line - ABOVE), animate=False, force=True, immediate=True)
        return True

    def choose(self, held: ItemRef) -> bool:
        """Choose an action item of the current entry and scroll to it; whether it is drawn as one."""
        before, self.item = self.item, held
        if self._timer is not None or self._shown is None:
            self.draw()
        for one in (before, held):
            lines = self._lines_of(one)
            self.refresh_lines(lines.start, len(lines))
        self._reveal_item()
        return bool(self._lines_of(held)) or self.room <= 0

    def render_line(self, y: int) -> Strip:
        """One line; those of the item that is chosen have a mark before them."""
        strip = super().render_line(y)
        if y + int(self.scroll_offset.y) not in self._lines_of(self.item):
            return strip
        mark = Segment(self.marks.cursor, self.rich_style + self._style("mark"))
        look = self._style("item") + Style(dim=False)  # a ticked one is read as well as others while it is chosen
        return Strip([mark, *Segment.apply_style(strip.crop(1), post_style=look)], strip.cell_length)

    def _lines_of(self, held: ItemRef | None) -> range:
        """Where an item is drawn; an empty range where it is not."""
        return self._items.get(held.item.number, range(0)) if held is not None else range(0)

    def _current_changed(self) -> None:
        """An item stays chosen as long as its entry is shown, and it can be told from the others."""
        row = self.model.current
        if self.item is not None:
            same = row is not None and row.key == self.item.row.key
            self.item = self.item.now(row) if row is not None and same else None
        self.draw_soon()

    def _reveal_item(self) -> None:
        """Scroll no farther than the item that is chosen needs."""
        lines = self._lines_of(self.item)
        top, height = int(self.scroll_offset.y), self.scrollable_content_region.height
        first, stop = max(0, lines.start - ABOVE), min(lines.stop + ABOVE, len(self._strips))
        if lines and not top <= first < stop <= top + height:
            to = first if first < top else min(stop - height, lines.start)
            self.scroll_to(y=to, animate=False, force=True, immediate=True)

    def _entry(self, row: Row) -> RenderableType:
        from incident_tui.render.markdown import render

        entry = row.entry
        above = entry.data.count(b"\n", entry.start, entry.metadata.end)
        numbers = {line - above: item.number for line, item in item_lines(entry, items_of(entry))}
        body = render(entry.body, ascii_only=self.marks is ASCII, items=numbers)
        parts: list[RenderableType] = [
            header(row, self.marks, clock.today(), self._style, self.model.file_name(row)),
            Text(),
            body,
        ]
        if self.related:
            parts += [Text(), Text("Like this one", self._style("title"))]
            for number, near in enumerate(self.related, start=1):
                parts.append(Text.assemble((f"{number} ", self._style("mark")), near.entry.label))
        return Group(*parts)


def _styled(strip: Strip, spans: list[tuple[int, int]], look: Style) -> Strip:
    """A strip with a style laid over ranges of its characters."""
    text = Text()
    for segment in strip:
        text.append(segment.text, segment.style)
    for start, end in spans:
        text.stylize(look, start, end)
    return Strip(text.render(_CONSOLE, end=""), strip.cell_length)


def _item_lines(strips: Sequence[Strip]) -> dict[int, range]:
    """The lines of each action item: from its box or bullet on, as long as they are indented more than that."""
    found: dict[int, range] = {}
    number: int | None = None
    indent = 0
    for line, strip in enumerate(strips):
        column = 0
        begun = None
        for segment in strip:
            if segment.style is not None and "item" in segment.style.meta:
                begun = segment.style.meta["item"]
                break
            column += segment.cell_length
        if begun is not None:
            number, indent = begun, column
            found[number] = range(line, line + 1)
        elif number is not None and strip.text.strip() and not strip.text[: indent + 1].strip():
            found[number] = range(found[number].start, line + 1)
        else:
            number = None
    return found


def _same(before: Row | None, after: Row | None) -> bool:
    return before is not None and after is not None and before.key == after.key
