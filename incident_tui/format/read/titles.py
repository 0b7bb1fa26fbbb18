"""Section titles: where the sections of a body begin. The one rule for drafts, items, `in:` and what is drawn.

A title is a line outside closed code, with at most three blanks before it, that is bold from end to end (but for a
colon), or a heading, or underlined with `===` or `---`. One in a list item or in a quote is part of that, and begins no
section.

What is underlined is a title if it is a paragraph of one line. Below several lines, or below one that ends like a
sentence, a `---` is a rule, as its writer meant it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from incident_tui.format.read.fences import code_blocks
from incident_tui.format.read.list_items import BOLD, top_level

# No repetition gives back what it took: this is tried at every line, and a line may be as long as the file.
_HEADING = r"#{1,6}[ \t]++(?P<heading>[^\s][^\n]*)"
_UNDERLINE = r"(?P<underline>=++|-++)[ \t]*+\r?$"
_TITLE = re.compile(rf"^(?P<blanks> {{0,3}})(?:{BOLD}$|{_HEADING}|{_UNDERLINE})".encode(), re.MULTILINE)
_SENTENCE_ENDS = (b".", b"!", b",", b";")
_BOLD_LINE = re.compile(BOLD)
_CLOSING_HASHES = re.compile(r"(?:\A|(?<=[ \t]))#+\Z")

SUMMARY = r"\b(?:summary|tl;?dr)\b"
ROOT_CAUSE = r"\broot causes?\b"
LEARNINGS = r"\b(?:learnings?|lessons?)\b"

KEY_SECTION = re.compile("|".join((SUMMARY, ROOT_CAUSE, LEARNINGS)).encode(), re.IGNORECASE)
"""Titles of the sections that tell most: what happened, why, and what was learnt."""


class Title(NamedTuple):
    """A title, as byte offsets."""

    text: bytes
    start: int
    """Where its line starts."""
    end: int
    """Where its line ends, or its underline, before the line feed."""
    underline: bytes = b""
    """What stands below it, if it is underlined."""


def titles(data: bytes, start: int, end: int) -> list[Title]:
    """Return the titles between two offsets, the first of which begins a line."""
    matches = [
        match
        for first, last in _outside_code(data, start, end)
        for match in _TITLE.finditer(data, first, last)
        if match["underline"] is None or _line_above(data, first, match.start())
    ]
    if not any(match["blanks"] or match["underline"] for match in matches):
        return list(map(_title, matches))
    outer, underlined = _top_level(data, start, end)
    result: list[Title] = []
    for match in matches:
        if match["underline"] is None:
            if not match["blanks"] or match.start() in outer:
                result.append(_title(match))
        elif (title_start := underlined.get(match.start())) is not None:
            if result and result[-1].start == title_start:  # a bold line
                result[-1] = result[-1]._replace(end=match.end(), underline=match["underline"])
                continue
            text = _line_above(data, start, match.start())
            if match["underline"].startswith(b"=") or not text.endswith(_SENTENCE_ENDS):
                result.append(Title(text, title_start, match.end(), match["underline"]))
    return result


def _title(match: re.Match[bytes]) -> Title:
    return Title(match["bold"] or match["heading"], match.start(), match.end())


def _line_above(data: bytes, first: int, start: int) -> bytes:
    """Return the text of the line above the one that starts at an offset; nothing if that is the first."""
    return data[data.rfind(b"\n", first, start - 1) + 1 or first : start - 1].strip() if start > first else b""


def title_text(title: bytes, errors: str = "surrogateescape") -> str:
    """Return what a title says, without the signs around it."""
    text = title.decode("utf-8", errors).rstrip(" \t\r")
    return _CLOSING_HASHES.sub("", text).strip().rstrip(":").rstrip()


def bold_title(line: str) -> str | None:
    """Return what is bold in a line that is so from end to end, without blanks before it; nothing for another line."""
    match = _BOLD_LINE.fullmatch(line.rstrip("\n"))
    return match["bold"].strip() if match else None


def _outside_code(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of lines that are outside closed blocks of code."""
    for block in code_blocks(data, start, end):
        yield start, block.start
        start = block.end
    yield start, end


def _top_level(data: bytes, start: int, end: int) -> tuple[set[int], dict[int, int]]:
    """Where the lines start that are in no list item and no quote; and of those that underline a bold
    line or a paragraph of one line, where that starts.
    """
    blocks = list(code_blocks(data, start, end))
    lines: list[tuple[str, bool]] = []
    offsets = []
    while start < end:
        stop = data.find(b"\n", start, end)
        stop = end if stop < 0 else stop + 1
        while blocks and blocks[0].end <= start:
            del blocks[0]
        text = data[start:stop].decode("utf-8", "surrogateescape").rstrip("\r\n")
        lines.append((text, bool(blocks) and blocks[0].start <= start))
        offsets.append(start)
        start = stop
    outer, underlined = top_level(lines)
    return (
        {offsets[number] for number in outer},
        {offsets[number]: offsets[title] for number, title in underlined.items()},
    )
