"""The layout of blocks: hanging indents, rules, and lines that are folded and never cut."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

NARROWEST = 12
"""Cells below which an indent is given up, so that what is nested deeply stays readable."""

UNBROKEN = 1 << 24
"""Cells of a width at which nothing wraps: where no terminal shows the text, lines stay whole."""
_RULE_WIDTH = 80
"""Cells of a rule where the width has no end."""

BLANK = Text("")


def drawn(console: Console, line: Text) -> list[Segment]:
    """Return the segments of a text on one line.

    `Text.render` alone leaves out the style of a text without spans.
    """
    segments = list(line.render(console))
    if line.spans or not line.style:
        return segments
    return list(Segment.apply_style(segments, console.get_style(line.style)))


def rendered_lines(console: Console, options: ConsoleOptions, body: RenderableType, width: int) -> list[list[Segment]]:
    """Return the lines of `body` at `width` cells, none of them padded, however low the console is."""
    if isinstance(body, Flow):  # the usual list item, without the detour through the console
        return [drawn(console, line) for line in wrapped(console, body.text, width)]
    return console.render_lines(body, options.update_width(width).reset_height(), pad=False)


def stacked(blocks: list[RenderableType], *, airy: bool) -> RenderableType:
    """Return the blocks one below the other, with a blank line between them if `airy`."""
    if len(blocks) == 1:
        return blocks[0]
    if not airy:
        return Group(*blocks)
    spaced: list[RenderableType] = []
    for block in blocks:
        spaced += [BLANK, block] if spaced else [block]
    return Group(*spaced)


@dataclass(frozen=True, slots=True)
class HangingIndent:
    """A body behind a marker: `first` precedes its first line, `rest`, of the same width, the others."""

    first: Text
    rest: Text
    body: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width - self.first.cell_len
        if width < NARROWEST:
            yield _bare(self.first)
            yield self.body
            return
        lines = rendered_lines(console, options, self.body, width)
        for number, line in enumerate(lines or [[]]):
            marker = self.rest if number else self.first
            has_text = any(segment.text.strip() for segment in line)
            yield from drawn(console, marker if has_text else _bare(marker))
            yield from line if has_text else ()
            yield Segment.line()


def _bare(marker: Text) -> Text:
    marker = marker.copy()
    marker.rstrip()
    return marker


def indented(body: RenderableType, cells: int) -> HangingIndent:
    """Return the body moved to the right."""
    margin = Text(" " * cells)
    return HangingIndent(margin, margin, body)


@dataclass(frozen=True, slots=True)
class Flow:
    """Text that wraps at the width, at blanks where it can; no line ends in one."""

    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in wrapped(console, self.text, options.max_width):
            yield from drawn(console, line)
            yield Segment.line()


def wrapped(console: Console, text: Text, width: int) -> list[Text]:
    """Return the lines of the text at `width` cells; a word that is longer goes on in the next line."""
    if text.cell_len <= width and "\n" not in text.plain and not text.plain.endswith(" "):
        return [text]
    lines = list(text.wrap(console, max(width, 1), overflow="fold"))
    for line in lines:
        line.rstrip()
    return lines


@dataclass(frozen=True, slots=True)
class Rule:
    """A line over the whole width."""

    character: str
    style: Style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        endless = options.max_width > UNBROKEN // 2
        yield Segment(self.character * (_RULE_WIDTH if endless else options.max_width), self.style)
        yield Segment.line()


@dataclass(frozen=True, slots=True)
class CodeLines:
    """Lines of code. One that is too wide goes on below, `hang` cells further in than it begins."""

    lines: list[Text]
    hang: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        for line in self.lines:
            if line.cell_len <= width:
                yield from drawn(console, line)
                yield Segment.line()
                continue
            depth = len(line.plain) - len(line.plain.lstrip()) + self.hang
            hang = depth if depth <= width // 3 else self.hang if width >= NARROWEST else 0
            first = wrapped(console, line, width)[0]
            yield from drawn(console, first)
            yield Segment.line()
            rest = line.plain[len(first) :].lstrip()
            for piece in wrapped(console, line[len(line) - len(rest) :], width - hang) if rest else ():
                if piece:
                    yield Segment(" " * hang)
                yield from drawn(console, piece)
                yield Segment.line()


@dataclass(frozen=True, slots=True)
class Source:
    """Text as it is, folded at the width: for what is too long or too deep to be laid out."""

    text: str
    style: Style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.split("\n"):
            for piece in _folded(line, options.max_width):
                yield Segment(piece, self.style)
                yield Segment.line()


def _folded(line: str, width: int) -> Iterator[str]:
    if cell_len(line) <= width:
        yield line
    else:
        yield from chop_cells(line, width)
