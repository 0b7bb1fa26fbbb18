"""Tables: light columns where they fit the width, else a record for each row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from incident_tui.render.layout import NARROWEST, Flow, HangingIndent, drawn, indented, wrapped

GAP = 2
"""Cells between two columns."""
NARROWEST_PROSE = 20
"""Cells below which a column of prose is not wrapped beside the others."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `code` is the width, in cells, of its longest code span, `width` that of its longest line."""

    text: Text
    code: int
    width: int


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table as wide as the console, or as records.

    `rows`, the header first, may differ in length. `alignments` has "left", "center" or "right" for each
    column; more columns are aligned to the left. Nothing is cut in either form. A table stands in columns if
    every cell fits on one line, or if one column of prose can be wrapped beside the others; a code span is
    never broken in a column.
    """

    rows: Sequence[Sequence[Cell]]
    alignments: Sequence[str]
    label_style: Style
    rule_style: Style
    line: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        widths = self._column_widths(options.max_width)
        if widths is None:
            yield from self._records(options.max_width)
            return
        header, *rows = self.rows
        if any(cell.text for cell in header):
            yield from self._row(console, header, widths)
            yield from self._rule(widths)
        for row in rows:
            yield from self._row(console, row, widths)

    def _column_widths(self, available: int) -> list[int] | None:
        """The width of each column, or None where they don't fit side by side."""
        columns = max(map(len, self.rows))
        widths = [max((row[i].width for row in self.rows if i < len(row)), default=0) for i in range(columns)]
        excess = sum(widths) + GAP * (columns - 1) - available
        if excess <= 0:
            return widths
        widest = widths.index(max(widths))
        room = widths[widest] - excess
        code = max((row[widest].code for row in self.rows if widest < len(row)), default=0)
        if room < max(NARROWEST_PROSE, code, available * 2 // 5):
            return None
        widths[widest] = room
        return widths

    def _row(self, console: Console, row: Sequence[Cell], widths: list[int]) -> Iterator[Segment]:
        columns = [wrapped(console, cell.text, width) for cell, width in zip(row, widths, strict=False)]
        for number in range(max(map(len, columns), default=0)):
            pending = 0
            for i, (lines, width) in enumerate(zip(columns, widths, strict=False)):
                line = lines[number] if number < len(lines) else Text()
                free = width - line.cell_len
                before = {"right": free, "center": free // 2}.get(self._alignment(i), 0)
                pending += before
                if line.plain.strip():
                    yield Segment(" " * pending)
                    yield from drawn(console, line)
                    pending = 0
                pending += free - before + GAP
            yield Segment.line()

    def _rule(self, widths: list[int]) -> Iterator[Segment]:
        yield Segment((" " * GAP).join(self.line * width for width in widths), self.rule_style)
        yield Segment.line()

    def _alignment(self, column: int) -> str:
        return self.alignments[column] if column < len(self.alignments) else "left"

    def _records(self, available: int) -> RenderResult:
        header, *rows = self.rows
        if not rows:
            for cell in header:
                yield Flow(cell.text)
            return
        longest = max(cell.width for cell in header)
        column = min(longest, max(available // 3, 1))
        for number, row in enumerate(rows):
            if number:
                yield Text("")
            for i in range(max(len(header), len(row))):
                label = header[i].text if i < len(header) else Text()
                if i < len(row) and row[i].text:
                    yield from self._field(label, row[i], column, available)
                elif label:
                    yield Flow(self._label(label))

    def _field(self, label: Text, value: Cell, column: int, available: int) -> RenderResult:
        """One line `label  value`; below its label, a value that would not stand whole or well beside it."""
        room = available - column - GAP
        if value.code > room or label.cell_len > column or room < NARROWEST:
            if label:
                yield Flow(self._label(label))
            yield indented(Flow(value.text), GAP)
            return
        first = self._label(label)
        first.append(" " * (column + GAP - label.cell_len))
        yield HangingIndent(first, Text(" " * (column + GAP)), Flow(value.text))

    def _label(self, label: Text) -> Text:
        styled = label.copy()
        styled.stylize(self.label_style)
        return styled
