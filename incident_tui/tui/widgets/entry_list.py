"""The list of entries, drawn line by line: only the lines that changed reach the terminal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from incident_tui import clock
from incident_tui.format.read.plain_line import plain_line
from incident_tui.format.sanitize import one_line
from incident_tui.tui.model import Model
from incident_tui.tui.rows import Row
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.line_view import Lines

if TYPE_CHECKING:
    from incident_tui.search.match_snippet import MatchedLine, MatchExplanation

FILE = 12
"""Cells that the name of a file may take in a row, and a quarter of the row at most."""

DATE_FROM = 30
"""Cells from which on a row has room for its date."""

TALL_FROM = 20
"""Lines of a screen from which on a row of a search has two: its heading, and why it is listed."""

INDENT = 4
"""Cells before the second line of a row."""

_NEAR = 600
"""So many characters of a line are looked at, around the first match."""


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

    active: reactive[bool] = reactive(False, repaint=False)
    """Whether keys move this list (it has the focus, or the search above it has)."""

    @dataclass
    class Opened(Message):
        """A row was clicked that was current already."""

    def __init__(self, model: Model, marks: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.model = model
        self.marks = marks
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
            return Strip.blank(width, self.rich_style)
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
        style = Style() if self.app.current_theme.ansi else self.rich_style  # the terminal's own colours need no bytes
        if under:
            style += self._style("cursor" if self.active else "cursor-blurred")
        look = self._on_bar if under and self.active else self._style
        label = self.model.file_label(row)
        tall = self._height > 1
        evidence = self.model.evidence(row, always=tall)
        excerpt = evidence.line if evidence is not None and not tall else None
        today, spans = clock.today(), self.model.spans
        new = self.model.is_unseen(row)
        texts = [row_text(row, width, self.marks, under, today, look, spans, excerpt, marked, label, tall, new)]
        if tall and evidence is not None:
            texts.append(evidence_text(evidence, row.entry.tags, width, self.marks, look, self.model.spans))
        if self.model.is_beside(row):
            texts[0].style = look("dim")
        texts += [Text(end="")] * (self._height - len(texts))
        return [self._strip(text, width, style) for text in texts]

    def _on_bar(self, name: str) -> Style:
        """The style of a component class on the cursor's line, which is a bar of one background."""
        return self._plain(name) + Style(dim=False)

    def _strip(self, text: Text, width: int, style: Style) -> Strip:
        text.style = style + (text.style if isinstance(text.style, Style) else Style())
        return Strip(text.render(self.app.console, end="")).adjust_cell_length(width, style).simplify()


def row_text(
    row: Row,
    width: int,
    marks: Glyphs,
    under: bool,
    today: date,
    style: Callable[[str], Style],
    spans: Callable[[str], list[tuple[int, int]]],
    excerpt: "MatchedLine | None" = None,
    marked: bool = False,
    file: str = "",
    whole: bool = False,
    new: bool = False,
) -> Text:
    """One row of the list, `width` cells wide. What `spans` finds in reference and title is marked as matched.

    Cursor, mark, reference, title, state, what the file is called (where there are several), date. What lacks room goes
    in this order: the date, the end of the title (its beginning, where the match is farther on, unless it is to be
    shown `whole`, as without a search); the marks and the reference stay. An excerpt of the body takes two thirds of
    the title's room: it is there where the heading doesn't say why the row is listed.
    """
    entry = row.entry
    pinned = entry.pinned and not row.archived
    states = marks.overridden if row.in_force is not None else marks.twin if row.twin else ""
    states += marks.conflict if row.conflict is not None or row.interrupted else ""
    states += marks.new if new else ""
    states += (marks.archived if row.archived else "") + (marks.summarized if entry.state == "summarized" else "")
    tail = f" {states}" if states else ""
    shown = short_date(entry.day, today) if width >= DATE_FROM else ""
    most = min(FILE, width // 4)
    named = file if cell_len(file) <= most else set_cell_size(file, most - 1) + marks.ellipsis[0]
    right = f"{tail} {named}" if file else tail
    right += f" {shown}" if shown else ""
    text = Text(no_wrap=True, end="")
    text.append(marks.cursor if under else " ", style("mark"))
    text.append(marks.pinned if pinned else " ", style("mark"))
    text.append(marks.marked if marked else " ", style("mark"))
    ref, title = one_line(entry.ref or ""), one_line(entry.title)
    if ref:
        text.append(ref, style("ref"))
    if title:
        text.append(f" {title}" if ref else title)
    elif not ref:
        text.append("(no title)", style("dim"))
    at = 3
    for part in (ref, title):
        for start, end in spans(part):
            text.stylize(style("match"), at + start, at + end)
        at += len(part) + 1 if part else 0
    room = max(0, width - cell_len(right))
    if excerpt is not None:
        _append_excerpt(text, len(text) - len(title), room, excerpt, style, marks)
    elif not whole:
        _show_match(text, len(text) - len(title), room, style("match"), marks)
    if cell_len(text.plain) > room:
        text.truncate(max(0, room - 1))
        text.append(marks.ellipsis, style("dim"))
    text.append(" " * (room - cell_len(text.plain)))
    text.append(tail, style("mark"))
    text.append(right[len(tail) :], style("dim"))
    return text


def evidence_text(
    evidence: "MatchExplanation",
    tags: Sequence[str],
    width: int,
    marks: Glyphs,
    style: Callable[[str], Style],
    spans: Callable[[str], list[tuple[int, int]]],
) -> Text:
    """The second line of a row, `width` cells wide: the tags that matched where the title didn't, and the best line of
    the body without its Markdown; where the body has none, the tags.
    """
    text = Text(" " * INDENT, no_wrap=True, end="")
    shown = evidence.tags or (() if evidence.line else tags)
    line = plain_line(evidence.line.around(_NEAR)[0]) if evidence.line is not None else ""
    for part in filter(None, (" ".join(map(one_line, shown)), one_line(line))):
        if len(text) > INDENT:
            text.append(f" {marks.dot} ", style("dim"))
        room = width - text.cell_len
        found = spans(part)
        start = _first_shown(part, found, room)
        begin = len(text)
        text.append((marks.ellipsis if start else "") + part[start:], style("dim"))
        shift = begin - start + (len(marks.ellipsis) if start else 0)
        for first, last in found:
            if first >= start:
                text.stylize(style("match"), first + shift, last + shift)
    if text.cell_len > width:
        text.truncate(max(0, width - len(marks.ellipsis)))
        text.append(marks.ellipsis, style("dim"))
    return text


def _first_shown(part: str, found: Sequence[tuple[int, int]], room: int) -> int:
    """Where to begin with a text so that the first match has room: at its beginning, or at a word before the match."""
    if not found or cell_len(part[: found[0][1]]) < room or cell_len(part) <= room:
        return 0
    start = max(0, found[0][0] - max(0, room // 3))
    blank = part.find(" ", start, found[0][0])
    return blank + 1 if blank >= 0 else start


def _append_excerpt(
    text: Text, title: int, room: int, excerpt: "MatchedLine", style: Callable[[str], Style], marks: Glyphs
) -> None:
    """Cut the title to a third of its room, and put the best line of the body behind it."""
    third = title + max(6, (room - title) // 3)
    if cell_len(text.plain) > third:
        text.truncate(third - 1)
        text.append(marks.ellipsis, style("dim"))
    text.append(f" {marks.dot} ", style("dim"))
    shown, found = excerpt.around(max(3, room - cell_len(text.plain)))
    start = len(text)
    text.append(one_line(shown), style("dim"))
    if len(one_line(shown)) == len(shown):
        for first, last in found:
            text.stylize(style("match"), start + first, start + last)


def _show_match(text: Text, title: int, room: int, match: Style, marks: Glyphs) -> None:
    """Where the first match would be cut off, leave out the title's beginning instead. `title` is where it starts."""
    matched = [span for span in text.spans if span.style == match and span.start >= title]
    if not matched or cell_len(text.plain[: matched[0].end]) < room or cell_len(text.plain) <= room:
        return
    fits = max(title, matched[0].end - (room - title) + 4)
    cut = min(fits, matched[0].start)
    if cut > title:
        head, _, tail = text.divide([title, cut])
        text.plain, text.spans = "", []
        text.append_text(head).append(marks.ellipsis, "dim").append_text(tail)


def short_date(day: date | None, today: date) -> str:
    """A day in seven cells: `Jan 05 ` of this year, `2024-12` of others."""
    if day is None:
        return " " * 7
    return f"{day:%b %d}".rjust(7) if day.year == today.year else f"{day:%Y-%m}"
