"""Figures as bars, drawn line by line; the cursor moves over those that lead to entries."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from incident_tui.format.sanitize import one_line
from incident_tui.insights.overview import Figure, Overview, Section
from incident_tui.tui.terminal.glyphs import ASCII, Glyphs
from incident_tui.tui.widgets.line_view import Lines

Value = TypeVar("Value")

LONGEST = 24
"""Cells of the longest bar, where there is room; a shorter one than `SHORTEST` says nothing and is left out."""

SHORTEST = 6

LEVELS = "▁▂▃▄▅▆▇█"
"""Bars of one cell, from none to the highest."""

ASCII_LEVELS = "_.:-=+*#"

LEAST = 12
"""Periods that must have room at least; where they haven't, a figure has one bar for all of them."""

SCALE = 4
"""What the highest of them stands for at least: where nothing is more than one, nothing is high."""

HEADED = 60
"""Cells from which on a line has room for what the values are called."""


class _Line(NamedTuple):
    """A heading, or below it a text or a figure."""

    section: Section | None = None
    text: str = ""
    figure: Figure | None = None


class _Widths(NamedTuple):
    """Cells of the columns of a section."""

    label: int
    value: int
    bar: int
    beside: tuple[int, ...]


class BarChart(Lines, can_focus=False):
    """All sections of an overview, one below the other."""

    PREFIX = "bar-chart"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "bar-chart--title",
        "bar-chart--cursor",
        "bar-chart--mark",
        "bar-chart--bar",
        "bar-chart--dim",
    }

    figure: reactive[Figure | None] = reactive(None, init=False, repaint=False)
    """The one under the cursor."""

    @dataclass
    class Chosen(Message):
        """The figure under the cursor was clicked."""

    def __init__(self, overview: Overview, glyphs: Glyphs, at: int = 0, top: int = 0) -> None:
        super().__init__()
        self.overview = overview
        self.glyphs = glyphs
        self._top: int | None = top or None
        """The first line to be shown, before anything is."""
        self._lines: list[_Line] = []
        self._stops: list[int] = []
        """The lines that the cursor moves over."""
        self.at = at
        """Which of them it is on."""

    def on_resize(self) -> None:
        """Texts are wrapped at the width."""
        width = self.scrollable_content_region.width
        self._lines = _laid_out(self.overview, max(10, width - 1))
        self._stops = [at for at, line in enumerate(self._lines) if line.figure and _leads(line.figure)]
        self.virtual_size = Size(width, len(self._lines))
        self.move(0)
        if self._top is not None and self._lines:
            self.scroll_to(y=self._top, animate=False, force=True, immediate=True)
            self._top = None

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a figure; another one chooses it."""
        line = event.y + int(self.scroll_offset.y)
        if line in self._stops:
            if self.at == self._stops.index(line):
                self.post_message(self.Chosen())
            self._go(self._stops.index(line))

    def move(self, figures: int) -> None:
        """Move the cursor by so many figures, as far as there are any."""
        if self._stops:
            self._go(max(0, min(self.at + figures, len(self._stops) - 1)))

    def page(self, pages: int) -> None:
        """Move the cursor by so many screens."""
        if self._stops:
            to = self._stops[self.at] + pages * self.scrollable_content_region.height
            self._go(min(range(len(self._stops)), key=lambda at: abs(self._stops[at] - to)))

    def turn(self, sections: int) -> None:
        """Move the cursor to the first figure of the next section, or back to that of this one or the one before."""
        sections_of = [self._lines[stop].section for stop in self._stops]
        firsts = [at for at, section in enumerate(sections_of) if at == sections_of.index(section)]
        ahead = [at for at in firsts if (at > self.at if sections > 0 else at < self.at)]
        if ahead:
            to = ahead[0] if sections > 0 else ahead[-1]
            heading = next(at for at, line in enumerate(self._lines) if line.section is sections_of[to])
            self.scroll_to(y=heading, animate=False, force=True, immediate=True)
            self._go(to)

    def render_line(self, y: int) -> Strip:
        """A heading, a text or a figure."""
        at = y + int(self.scroll_offset.y)
        width = self.scrollable_content_region.width
        style = self.rich_style
        text = Text("", style, no_wrap=True, end="")
        if at < len(self._lines):
            line = self._lines[at]
            under = bool(self._stops) and at == self._stops[self.at]
            if line.figure is not None and line.section is not None:
                self._draw_figure(text, line.section, line.figure, width, under)
            elif line.text or line.section is None:
                text.append(f" {line.text}", self._style("dim"))
            else:
                self._draw_heading(text, line.section, width)
            if under:
                text.style = style = style + self._style("cursor")
        return Strip(text.render(self.app.console, end="")).adjust_cell_length(width, style).simplify()

    def _go(self, to: int) -> None:
        before, self.at = self._stops[self.at], to
        line = self._stops[to]
        self.figure = self._lines[line].figure
        self.refresh_line(before)
        self.refresh_line(line)
        first, last = line, line
        if not to:
            first = 0  # with its heading
        if to == len(self._stops) - 1:
            last = len(self._lines) - 1  # with what is told below
        top, height = int(self.scroll_offset.y), self.scrollable_content_region.height
        if height > 0 and not top <= first <= last < top + height:
            y = first if first < top else last - height + 1
            self.scroll_to(y=max(line - height + 1, min(y, line)), animate=False, force=True, immediate=True)

    def _draw_heading(self, text: Text, section: Section, width: int) -> None:
        widths = _widths(section, width)
        value = section.columns[1] if width >= HEADED else ""
        columns = f"  {value:>{widths.value}} {' ' * widths.bar}{_side_by_side(section.columns[2:], widths.beside)}"
        headings = columns.lstrip() if section.figures else ""
        text.append(f" {section.title}".ljust(1 + widths.label + len(columns) - len(headings)), self._style("title"))
        text.append(headings, self._style("dim"))

    def _draw_figure(self, text: Text, section: Section, figure: Figure, width: int, under: bool) -> None:
        widths = _widths(section, width)
        style = self._plain if under else self._style
        label = one_line(figure.label)
        if cell_len(label) > widths.label:
            label = set_cell_size(label, widths.label - 1).rstrip() + self.glyphs.ellipsis
        text.append(self.glyphs.cursor if under else " ", style("mark"))
        label_and_value = f"{set_cell_size(label, widths.label)}  {figure.value:>{widths.value}} "
        text.append(label_and_value, Style() if _leads(figure) else style("dim"))
        longest = max(other.value for other in section.figures)
        cells = figure.value if longest <= widths.bar else -(-figure.value * widths.bar // longest)
        beside = _side_by_side(figure.beside, widths.beside)
        details = beside.lstrip()
        bar = ("#" if self.glyphs is ASCII else "█") * cells
        if _shown_periods(section, widths.bar):
            bar = self._series(section, figure, widths.bar)
        text.append(bar, self._style("bar") + Style(reverse=False))  # under the cursor it stays a bar
        text.append(" " * (widths.bar - len(bar) + len(beside) - len(details)))
        text.append(details)

    def _series(self, section: Section, figure: Figure, width: int) -> str:
        """A cell for each of the last periods, as high as the figure is in it; all of a section on one scale."""
        levels = ASCII_LEVELS if self.glyphs is ASCII else LEVELS
        highest = max((SCALE, *(count for other in section.figures for count in _last(other.series, width))))
        return "".join(levels[-(-count * (len(levels) - 1) // highest)] for count in _last(figure.series, width))


def _shown_periods(section: Section, width: int) -> Sequence[str]:
    """The periods of which each has a bar of one cell; none where there is room for a few of them only."""
    return _last(section.periods, width) if width >= min(len(section.periods), LEAST) else ()


def _last(series: Sequence[Value], count: int) -> Sequence[Value]:
    """The last of a series, as many as there is room for."""
    return series[max(0, len(series) - count) :]


def _side_by_side(texts: Sequence[str], cells: Sequence[int]) -> str:
    return "".join(f" {text:>{room}}" for text, room in zip(texts, cells, strict=True))


def _leads(figure: Figure) -> bool:
    """Whether there are entries to be listed, and a query that does."""
    return bool(figure.entries) and figure.query is not None


def _laid_out(overview: Overview, width: int) -> list[_Line]:
    lines: list[_Line] = []
    for section in overview.sections:
        lines += [_Line()] * bool(lines) + [_Line(section)]
        lines += _texts(section.about, width)
        if periods := _shown_periods(section, _widths(section, width + 1).bar):
            unit = "year" if len(periods[0]) == len("2025") else "month"
            lines += _texts(f"A bar for each {unit} from {periods[0]} to {periods[-1]}.", width)
        lines += [_Line(section, figure=figure) for figure in section.figures] or [_Line(text="None.")]
        if len(section.figures) < section.total:
            lines.append(_Line(text=f"{len(section.figures)} of {section.total} are shown."))
    lines += [_Line()] * bool(overview.uncounted)
    for figure in overview.uncounted:
        lines += _texts(f"Not counted: {figure.label}: {figure.value}", width)
    return lines


def _texts(text: str, width: int) -> list[_Line]:
    return [_Line(text=line) for line in textwrap.wrap(text, width)]


def _widths(section: Section, width: int) -> _Widths:
    """The label takes no more than it needs, nor half of the line; the bar takes what is left."""
    value = max([len(str(figure.value)) for figure in section.figures], default=1)
    if width >= HEADED:
        value = max(value, len(section.columns[1]))
    beside = tuple(
        max(len(column), *(len(figure.beside[at]) for figure in section.figures)) if section.figures else len(column)
        for at, column in enumerate(section.columns[2:])
    )
    longest = max(cell_len(name) for name in (section.title, *(one_line(figure.label) for figure in section.figures)))
    label = min(longest, width * 9 // 20)
    left = width - label - value - 4 - sum(1 + cells for cells in beside)
    longest_bar = max(LONGEST, len(section.periods))
    return _Widths(label, value, min(left, longest_bar) if left >= SHORTEST else 0, beside)
