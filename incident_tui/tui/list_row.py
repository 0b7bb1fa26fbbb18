"""The text of one row of the list; it needs no widget, so that the first frame can draw rows before there are any."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from incident_tui.format.read.plain_line import plain_line
from incident_tui.format.sanitize import one_line
from incident_tui.tui.rows import Row
from incident_tui.tui.terminal.glyphs import Glyphs

if TYPE_CHECKING:
    from incident_tui.search.match_snippet import MatchedLine, MatchExplanation

FILE = 12
"""Cells that the name of a file may take in a row, and a quarter of the row at most."""

SHORT_FILE = 4
"""Cells that it takes where there is little room."""

HEADING = 30
"""Cells of a row's marks, a long reference and enough of a title: before these are cut, the name of a file is
shortened and the date goes.
"""

DATE = 8
"""Cells of a date and the blank before it."""

DATE_FROM = 30
"""Cells from which on a row has room for its date, where there is but one file."""

INDENT = 4
"""Cells before the second line of a row."""

_NEAR = 600
"""So many characters of a line are looked at, around the first match."""


def row_text(
    row: Row,
    width: int,
    glyphs: Glyphs,
    style: Callable[[str], Style],
    spans: Callable[[str], list[tuple[int, int]]],
    *,
    today: date,
    under: bool = False,
    excerpt: "MatchedLine | None" = None,
    marked: bool = False,
    file: str = "",
    whole: bool = False,
    new: bool = False,
) -> Text:
    """One row of the list, `width` cells wide. What `spans` finds in reference and title is marked as matched.

    Cursor, mark, reference, title, state, what the file is called (where there are several; as `file_cells` has room),
    date. What lacks room goes in this order: the date, the end of the title (its beginning, where the match is farther
    on, unless it is to be shown `whole`, as without a search); the marks and the reference stay. An excerpt of the body
    takes two thirds of the title's room: it is there where the heading doesn't say why the row is listed.
    """
    entry = row.entry
    pinned = entry.pinned and not row.archived
    states = glyphs.overridden if row.in_force is not None else glyphs.twin if row.twin else ""
    states += glyphs.conflict if row.conflict is not None or row.interrupted else ""
    states += glyphs.new if new else ""
    states += (glyphs.archived if row.archived else "") + (glyphs.summarized if entry.state == "summarized" else "")
    tail = f" {states}" if states else ""
    date_text = short_date(entry.day, today) if _is_dated(width, several=bool(file)) else ""
    right = f"{tail} {file}" if file else tail
    right += f" {date_text}" if date_text else ""
    text = Text(no_wrap=True, end="")
    text.append(glyphs.cursor if under else " ", style("mark"))
    text.append(glyphs.pinned if pinned else " ", style("mark"))
    text.append(glyphs.marked if marked else " ", style("mark"))
    ref, title = one_line(entry.ref or ""), one_line(entry.title)
    if ref:
        text.append(ref, style("ref"))
    if title:
        text.append(f" {title}" if ref else title)
    elif not ref:
        text.append("(no title)", style("dim"))
    at = 3
    for field in (ref, title):
        for start, end in spans(field):
            text.stylize(style("match"), at + start, at + end)
        at += len(field) + 1 if field else 0
    room = max(0, width - cell_len(right))
    if excerpt is not None:
        _append_excerpt(text, len(text) - len(title), room, excerpt, style, glyphs)
    elif not whole:
        _show_match(text, len(text) - len(title), room, style("match"), glyphs)
    if cell_len(text.plain) > room:
        text.truncate(max(0, room - 1))
        text.append(glyphs.ellipsis, style("dim"))
    text.append(" " * (room - cell_len(text.plain)))
    text.append(tail, style("mark"))
    text.append(right[len(tail) :], style("dim"))
    return text


def file_cells(width: int) -> int:
    """The cells that what a file is called may take in a row of so many."""
    date = DATE if _is_dated(width, several=True) else 0
    return min(FILE, width // 4, max(SHORT_FILE, width - HEADING - 1 - date))


def _is_dated(width: int, several: bool) -> bool:
    return width >= (HEADING + 1 + SHORT_FILE + DATE if several else DATE_FROM)


def evidence_text(
    evidence: "MatchExplanation",
    tags: Sequence[str],
    width: int,
    glyphs: Glyphs,
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
            text.append(f" {glyphs.dot} ", style("dim"))
        room = width - text.cell_len
        matches = spans(part)
        start = _first_shown(part, matches, room)
        begin = len(text)
        text.append((glyphs.ellipsis if start else "") + part[start:], style("dim"))
        shift = begin - start + (len(glyphs.ellipsis) if start else 0)
        for first, last in matches:
            if first >= start:
                text.stylize(style("match"), first + shift, last + shift)
    if text.cell_len > width:
        text.truncate(max(0, width - len(glyphs.ellipsis)))
        text.append(glyphs.ellipsis, style("dim"))
    return text


def _first_shown(part: str, matches: Sequence[tuple[int, int]], room: int) -> int:
    """Where to begin with a text so that the first match has room: at its beginning, or at a word before the match."""
    if not matches or cell_len(part[: matches[0][1]]) < room or cell_len(part) <= room:
        return 0
    start = max(0, matches[0][0] - max(0, room // 3))
    blank = part.find(" ", start, matches[0][0])
    return blank + 1 if blank >= 0 else start


def _append_excerpt(
    text: Text, title: int, room: int, excerpt: "MatchedLine", style: Callable[[str], Style], glyphs: Glyphs
) -> None:
    """Cut the title to a third of its room, and put the best line of the body behind it."""
    third = title + max(6, (room - title) // 3)
    if cell_len(text.plain) > third:
        text.truncate(third - 1)
        text.append(glyphs.ellipsis, style("dim"))
    text.append(f" {glyphs.dot} ", style("dim"))
    shown, matches = excerpt.around(max(3, room - cell_len(text.plain)))
    start = len(text)
    text.append(one_line(shown), style("dim"))
    if len(one_line(shown)) == len(shown):
        for first, last in matches:
            text.stylize(style("match"), start + first, start + last)


def _show_match(text: Text, title: int, room: int, match: Style, glyphs: Glyphs) -> None:
    """Where the first match would be cut off, leave out the title's beginning instead. `title` is where it starts."""
    matched = [span for span in text.spans if span.style == match and span.start >= title]
    if not matched or cell_len(text.plain[: matched[0].end]) < room or cell_len(text.plain) <= room:
        return
    fits = max(title, matched[0].end - (room - title) + 4)
    cut = min(fits, matched[0].start)
    if cut > title:
        head, _, tail = text.divide([title, cut])
        text.plain, text.spans = "", []
        text.append_text(head).append(glyphs.ellipsis, "dim").append_text(tail)


def short_date(day: date | None, today: date) -> str:
    """A day in seven cells: `Jan 05 ` of this year, `2024-12` of others."""
    if day is None:
        return " " * 7
    return f"{day:%b %d}".rjust(7) if day.year == today.year else f"{day:%Y-%m}"


def on_bar(style: Style) -> Style:
    """A style on the cursor's line, which is a bar of one background: colours and dim text would tear it to pieces."""
    return style.without_color + Style(dim=False)
