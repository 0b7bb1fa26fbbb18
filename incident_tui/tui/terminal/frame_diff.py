"""The difference of two screens, cell by cell: only changed cells and changed attributes are sent."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from rich.cells import cell_len, get_character_cell_size
from rich.color import ColorSystem
from rich.segment import ControlType, Segment
from rich.style import Style

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

GAP = 4
"""Cells between two changes up to which writing them once more is no longer than skipping them."""

BLANKS = 6
"""Blank cells from which on erasing them is shorter than writing them."""

_DRAWN = re.compile(r"(?:\x1b]8;[^;]*;(.*?)\x1b\\)?(?:\x1b\[([\d;]*)m)?\0", re.DOTALL)
_CODE = re.compile(r"[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+")
_DEFAULTS = frozenset({"39", "49"})
_LINES_AND_REVERSE = frozenset({"4", "7", "9", "21", "51", "52", "53"})


@dataclass(frozen=True, slots=True)
class CellStyle:
    """What differs from plain text: codes of SGR sequences, and where a click leads."""

    codes: frozenset[str] = frozenset()
    link: str = ""


PLAIN = CellStyle()

Cell = tuple[str, CellStyle]
"""A character with what combines with it; the cell that a wide one extends to has the empty text."""

Row = dict[int, Cell]
"""Cells by column; of those that are missing it isn't known what they show."""

BLANK: Cell = (" ", PLAIN)


@dataclass(frozen=True, slots=True)
class FrameDiff:
    """What a terminal has to be sent. As soon as it is rendered it counts as sent."""

    text: str
    _before: dict[int, Row]
    _after: dict[int, Row]

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        """The text, as it is."""
        self.sent()
        yield Segment(self.text)

    def sent(self) -> None:
        """The terminal shows it."""
        self._before.update(self._after)


class TerminalBuffer:
    """What the terminal shows, as far as it is known."""

    def __init__(self) -> None:
        self.size: tuple[int, int] | None = None
        """Columns and lines that it had when that was known last."""
        self._rows: dict[int, Row] = {}

    def forget(self, size: tuple[int, int] | None = None) -> None:
        """Nothing is known any more but maybe the size: the whole screen has to be drawn."""
        self.size = size
        self._rows.clear()

    def clear(self, size: tuple[int, int]) -> None:
        """All is blank."""
        self.size = size
        self._rows = {y: dict.fromkeys(range(size[0]), BLANK) for y in range(size[1])}

    def change(self, update: "RenderableType", console: "Console", cursor: tuple[int, int]) -> FrameDiff | None:
        """Return what is to be sent for an update of the screen, with the terminal's cursor left there; if anything."""
        return self.difference(console.render(update), console._color_system or ColorSystem.TRUECOLOR, cursor)

    def difference(
        self, segments: Iterable[Segment], colours: ColorSystem, cursor: tuple[int, int]
    ) -> FrameDiff | None:
        """The same for an update that is rendered: texts, and where the cursor goes before them."""
        rows: dict[int, Row] = {}
        for x, y, cells in _runs(segments, colours):
            row = rows.setdefault(y, self._rows.get(y, {}).copy())
            row.update(zip(range(x, x + len(cells)), cells, strict=True))
        pen = _Pen()
        for y, row in rows.items():
            _draw(pen, y, self._rows.get(y, {}), row)
        if not pen.written:
            return None
        pen.wear(PLAIN)
        pen.move(*cursor)
        return FrameDiff("".join(pen.written), self._rows, rows)


def _runs(segments: Iterable[Segment], colours: ColorSystem) -> Iterator[tuple[int, int, list[Cell]]]:
    """Yield column, row and cells of all that is written."""
    x = y = 0
    for text, style, control in segments:
        for code in control or ():
            if code[0] is ControlType.CURSOR_MOVE_TO:
                _, x, y = code  # type: ignore[misc]
        if not control and text != "\n":
            cells = _cells(text, *_looks(style or Style.null(), colours))
            yield x, y, cells
            x += len(cells)


def _cells(text: str, look: CellStyle, of_blanks: CellStyle) -> list[Cell]:
    """A text, cell by cell."""
    blank = (" ", of_blanks)
    if text.isascii():
        return [blank if character == " " else (character, look) for character in text]
    cells: list[Cell] = []
    for together in _clusters(text):
        cell = blank if together == " " else (together, look)
        cells += [cell, *[("", look)] * (cell_len(together) - 1)] if cell_len(together) else []
    return cells


def _clusters(text: str) -> list[str]:
    """Characters, each with those that combine with it."""
    clusters: list[str] = []
    for character in text:
        if clusters and (clusters[-1].endswith("\u200d") or not get_character_cell_size(character)):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


@lru_cache(maxsize=1024)
def _looks(style: Style, colours: ColorSystem) -> tuple[CellStyle, CellStyle]:
    """How text of a style looks, and how blanks do: hardly anything but the background shows on them."""
    drawn = _DRAWN.match(style.render("\0", color_system=colours))
    link, codes = drawn.groups("") if drawn is not None else ("", "")
    style_codes = frozenset(_CODE.findall(codes)) - _DEFAULTS
    look = CellStyle(style_codes, link)
    return look, _of_blanks(look)


@lru_cache(maxsize=1024)
def _of_blanks(look: CellStyle) -> CellStyle:
    if look.codes & _LINES_AND_REVERSE:
        return look
    return CellStyle(frozenset(code for code in look.codes if _kind(code) == "background"), look.link)


def _wears(cell: Cell, look: CellStyle) -> bool:
    """Whether a cell is as it has to be if it is written with a look."""
    return cell[1] == (_of_blanks(look) if cell[0] == " " else look)


def _kind(code: str) -> str:
    """What a code sets: one foreground replaces another."""
    number = int(code.partition(";")[0])
    if 30 <= number <= 38 or 90 <= number <= 97:
        return "foreground"
    return "background" if 40 <= number <= 48 or 100 <= number <= 107 else code


@lru_cache(maxsize=1024)
def _switch(before: frozenset[str], after: frozenset[str]) -> str:
    """The sequence that leads from a look to another."""
    kept = {_kind(code) for code in before} <= {_kind(code) for code in after}
    codes = sorted(after - before) if kept else ["0", *sorted(after)] if after else []
    return f"\x1b[{';'.join(codes)}m"


class _Pen:
    """Writes on the terminal; knows where it is, and how it writes."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._at: tuple[int, int] | None = None
        self._look = PLAIN

    def move(self, x: int, y: int) -> None:
        """Go to a cell."""
        if self._at is not None and self._at[1] == y and self._at[0] <= x:
            if right := x - self._at[0]:
                self.written.append(f"\x1b[{right}C" if right > 1 else "\x1b[C")
        else:
            self.written.append(f"\x1b[{y + 1};{x + 1}H")
        self._at = x, y

    def wear(self, look: CellStyle) -> None:
        """Write like this from now on."""
        if look.link != self._look.link:
            self.written.append(f"\x1b]8;;{look.link}\x1b\\")
        if look.codes != self._look.codes:
            self.written.append(_switch(self._look.codes, look.codes))
        self._look = look

    def erase(self, x: int, y: int, count: int) -> None:
        """Write plain blanks."""
        self.move(x, y)
        self.wear(PLAIN)
        self.written.append(f"\x1b[{count}X")

    def write(self, x: int, y: int, cell: Cell) -> None:
        """Write one cell. Of some characters terminals don't agree how wide they are: go on where they should end."""
        text, look = cell
        if not text:
            return
        self.move(x, y)
        if not _wears(cell, self._look):
            self.wear(look)
        width = 1 if text.isascii() else cell_len(text)
        if len(text) > 1 or (width > 1 and unicodedata.category(text) == "So"):
            self.written.append(f"{' ' * width}\x1b[{y + 1};{x + 1}H{text}")
            self._at = None
        else:
            self.written.append(text)
            self._at = x + width, y


def _draw(pen: _Pen, y: int, before: Row, after: Row) -> None:
    """Write what is new in a row. One that holds other than single cells, or held some, is written as a whole."""
    if before == after:
        return
    whole = not (_even(before) and _even(after))
    changed = sorted(after) if whole else sorted(x for x, cell in after.items() if before.get(x) != cell)
    for left, right in pairwise(changed.copy()):
        between = range(left + 1, right)
        if len(between) <= GAP and all(x in after and _wears(after[x], after[left][1]) for x in between):
            changed += between
    changed.sort()
    for (blank, _), run in groupby(enumerate(changed), lambda one: (after[one[1]] == BLANK, one[1] - one[0])):
        columns = [x for _, x in run]
        if blank and len(columns) >= BLANKS:
            pen.erase(columns[0], y, len(columns))
        else:
            for x in columns:
                pen.write(x, y, after[x])


def _even(row: Row) -> bool:
    """Whether each character is a single one and takes one cell."""
    texts = [text for text, _ in row.values()]
    return {1}.issuperset(map(len, texts)) and cell_len("".join(texts)) == len(texts)
