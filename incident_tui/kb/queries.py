"""The queries of one entry, to be taken along and run: its blocks of code, and the code in its tables of queries.

Read by line where they stand. A query is the text as it is in the file, without what Markdown puts around it: no
fence, no backticks, no `\\|`, no indent of a list; its lines end at `\\n`, and its last one has no line end.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from incident_tui.kb.entry import Entry
from incident_tui.kb.sections import Line, sections

_FENCE = re.compile(r"([ \t]*(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]+)*)(`{3,}(?!.*`)|~{3,})")
_CLOSER = re.compile(r"([ \t]*)(`{3,}|~{3,})[ \t]*")
_PIPE = re.compile(r"(?<!\\)\|")
_DELIMITER_CELL = re.compile(r":?-+:?")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_ABOUT_QUERIES = re.compile(r"\b(?:quer(?:y|ies)|commands?)\b", re.IGNORECASE)


class Query(NamedTuple):
    """One query."""

    name: str
    """What its row in a table says of it; nothing for a block of code."""
    text: str
    section: str
    """The title of the section that it stands in; nothing where it has none."""


def queries(entry: Entry) -> list[Query]:
    """The queries of an entry: first those of sections that speak of queries or commands, each half in file order.

    Every closed block of code is one. In a table, code is a query where the title of the section or of the column
    speaks of them: elsewhere it is a word of the text.
    """
    found = [query for section in sections(entry) for query in _queries(section.title, section.lines)]
    return sorted(found, key=lambda query: not _about_queries(query.section))


def _about_queries(title: str) -> bool:
    return _ABOUT_QUERIES.search(title) is not None


def _queries(title: str, lines: Sequence[Line]) -> Iterator[Query]:
    texts = [line.text for line in lines]
    never: dict[str, int] = {}
    at = 0
    while at < len(texts):
        block = _block(texts, at, never)
        if block is not None:
            text, at = block
            if text.strip():
                yield Query("", text, title)
            continue
        at += 1
        if at < len(texts) and "|" in texts[at - 1] and _is_delimiter(texts[at]):
            stop = next((row for row in range(at + 1, len(texts)) if "|" not in texts[row]), len(texts))
            yield from _in_table(title, [texts[at - 1], *texts[at + 1 : stop]])
            at = stop


def _block(texts: Sequence[str], at: int, never: dict[str, int]) -> tuple[str, int] | None:
    """The block of code that a line opens, and the line after it; nothing where it opens none that is closed.

    `never` keeps, for each character of fences, how long a one is not closed in the rest of the section.
    """
    opened = _FENCE.match(texts[at])
    if opened is None:
        return None
    margin, fence = opened.groups()
    if len(fence) >= never.get(fence[0], len(fence) + 1):
        return None
    for number in range(at + 1, len(texts)):
        closer = _CLOSER.fullmatch(texts[number])
        if closer and closer[2].startswith(fence) and _width(closer[1]) < _width(margin) + 4:
            return "\n".join(_moved(text, len(margin)) for text in texts[at + 1 : number]), number + 1
    never[fence[0]] = len(fence)
    return None


def _width(margin: str) -> int:
    return len(margin.expandtabs(4))


def _moved(text: str, margin: int) -> str:
    """A line of code without the indent of its fence."""
    return text[min(margin, len(text) - len(text.lstrip(" \t"))) :]


def _in_table(title: str, rows: Sequence[str]) -> Iterator[Query]:
    """The queries in a table, its header first."""
    header, *others = [_cells(row) for row in rows]
    wanted = {number for number, name in enumerate(header) if _about_queries(name)}
    for row in others:
        name = next((cell for cell in row if cell and not _CODE.search(cell)), "")
        for number, cell in enumerate(row):
            if number in wanted or _about_queries(title):
                yield from (Query(name, _bare(code[2]), title) for code in _CODE.finditer(cell))


def _is_delimiter(row: str) -> bool:
    return "|" in row and all(_DELIMITER_CELL.fullmatch(cell) for cell in _cells(row))


def _cells(row: str) -> list[str]:
    cells = [cell.strip().replace("\\|", "|") for cell in _PIPE.split(row.strip())]
    if len(cells) > 1 and not cells[0]:
        del cells[0]
    if len(cells) > 1 and not cells[-1]:
        del cells[-1]
    return cells


def _bare(code: str) -> str:
    """The text of a code span: of blanks on both sides one is the span's own."""
    return code[1:-1] if code.strip() and code[0] == code[-1] == " " else code
