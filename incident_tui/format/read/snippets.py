"""The queries of one entry, to be taken along and run: its blocks of code, and the code in its tables of queries.

Read by line where they stand. A query is the text as it is in the file, without what Markdown puts around it: no
fence, no backticks, no `\\|`, no indent of a list; its lines end at `\\n`, and its last one has no line end.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from incident_tui.format.model.entry import Entry
from incident_tui.format.read.fences import FENCE_LINE, SIGNS, closes
from incident_tui.format.read.sections import Line, sections
from incident_tui.format.read.tables import cells, is_delimiter

_FENCE = re.compile(rf"([ \t]*(?:(?:[-*+]|[0-9]{{1,9}}[.)])[ \t]+)*)({SIGNS})")
"""A fence at any depth of lists, with the text before it."""
_CLOSER = re.compile(r"([ \t]*+)(`{3,}+|~{3,}+)[ \t]*+")
_TICKS = re.compile("`+")
_ABOUT_QUERIES = re.compile(r"\b(?:quer(?:y|ies)|commands?)\b", re.IGNORECASE)


class Snippet(NamedTuple):
    """One query."""

    name: str
    """The description in its row of a table; empty for a block of code."""
    text: str
    section: str
    """The title of its section; empty if the section has none."""


def queries(entry: Entry) -> list[Snippet]:
    """The queries of an entry: first those of sections that speak of queries or commands, each half in file order.

    Every closed block of code is one. In a table, code is a query where the title of the section or of the column
    speaks of them: elsewhere it is a word of the text.
    """
    first: list[Snippet] = []
    others: list[Snippet] = []
    for section in sections(entry):
        speaks_of_queries = _about_queries(section.title)
        (first if speaks_of_queries else others).extend(_queries(section.title, speaks_of_queries, section.lines))
    return first + others


def _about_queries(title: str) -> bool:
    return _ABOUT_QUERIES.search(title) is not None


def _queries(title: str, all_code: bool, lines: Sequence[Line]) -> Iterator[Snippet]:
    """Yield the queries of a section. With `all_code` (its title speaks of queries) all code in its tables counts."""
    for code, group in groupby(lines, key=attrgetter("code")):
        texts = [line.text for line in group]
        yield from _in_code(title, texts) if code else _in_text(title, all_code, texts)


def _in_code(title: str, texts: Sequence[str]) -> Iterator[Snippet]:
    """Yield the closed blocks of code that lines are, one right after the other."""
    opener: re.Match[str] | None = None
    block: list[str] = []
    for text in texts:
        fence = FENCE_LINE.fullmatch(text)
        if opener is None:
            opener, block = fence, []
        elif fence and closes(fence[1], fence[2], opener[1]):
            yield from _snippet(title, block, opener.start(1))
            opener = None
        else:
            block.append(text)


def _in_text(title: str, all_code: bool, texts: Sequence[str]) -> Iterator[Snippet]:
    """Yield the blocks of code in lists, and the code in tables, of lines outside the format's blocks of code."""
    closers = deque(
        _Closer(number, fence[2], _width(fence[1]))
        for number, text in enumerate(texts)
        if (fence := _CLOSER.fullmatch(text))
    )
    never: dict[str, int] = {}
    at = 0
    while at < len(texts):
        while closers and closers[0].number <= at:
            closers.popleft()
        block = _block(texts, at, closers, never)
        if block is not None:
            margin, end = block
            yield from _snippet(title, texts[at + 1 : end], margin)
            at = end + 1
            continue
        at += 1
        if at < len(texts) and "|" in texts[at - 1] and is_delimiter(texts[at]):
            stop = next((row for row in range(at + 1, len(texts)) if "|" not in texts[row]), len(texts))
            yield from _in_table(title, all_code, [texts[at - 1], *texts[at + 1 : stop]])
            at = stop


def _snippet(title: str, block: Sequence[str], margin: int) -> Iterator[Snippet]:
    """Yield a block of code whose fence is indented so far, unless it is blank."""
    text = "\n".join(_moved(line, margin) for line in block)
    if text.strip():
        yield Snippet("", text, title)


class _Closer(NamedTuple):
    """A fence line that can close a block: its number, its run of signs, the width of its margin."""

    number: int
    run: str
    margin: int


def _block(texts: Sequence[str], at: int, closers: Iterable[_Closer], never: dict[str, int]) -> tuple[int, int] | None:
    """Return the margin of the block in a list that a line opens, and its closing line; None if it opens none.

    `closers` are those below the line. `never` has, for each character of fences, the length from which on a fence is
    not closed in the rest of the lines.
    """
    opener = _FENCE.match(texts[at])
    if opener is None or FENCE_LINE.fullmatch(texts[at]):  # that is closed, and code, or text
        return None
    margin, fence = opener.groups()
    if len(fence) >= never.get(fence[0], len(fence) + 1):
        return None
    for closer in closers:
        if closes(closer.run, "", fence) and closer.margin < _width(margin) + 4:
            return len(margin), closer.number
    never[fence[0]] = len(fence)
    return None


def _width(margin: str) -> int:
    return len(margin.expandtabs(4))


def _moved(text: str, margin: int) -> str:
    """A line of code without the indent of its fence."""
    return text[min(margin, len(text) - len(text.lstrip(" \t"))) :]


def _in_table(title: str, all_code: bool, rows: Sequence[str]) -> Iterator[Snippet]:
    """The queries in a table, its header first."""
    header, *others = [cells(row) for row in rows]
    columns = {number for number, name in enumerate(header) if _about_queries(name)}
    for row in others:
        codes = [list(_code(cell)) for cell in row]
        name = next((cell for cell, code in zip(row, codes, strict=True) if cell and not code), "")
        for number, code in enumerate(codes):
            if all_code or number in columns:
                yield from (Snippet(name, text, title) for text in code)


def _code(cell: str) -> Iterator[str]:
    """The text of each code span: from a run of backticks to the next one of the same length."""
    runs = list(_TICKS.finditer(cell))
    later: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        later.setdefault(len(runs[number][0]), []).append(number)
    number = 0
    while number < len(runs):
        same = later[len(runs[number][0])]
        while same and same[-1] <= number:
            same.pop()
        if not same:
            number += 1
            continue
        yield _bare(cell[runs[number].end() : runs[same[-1]].start()])
        number = same[-1] + 1


def _bare(code: str) -> str:
    """The text of a code span: of blanks on both sides one is the span's own."""
    return code[1:-1] if code.strip() and code[0] == code[-1] == " " else code
