"""Section titles: where the sections of a body begin. The one rule for drafts, items, `in:` and what is drawn.

A title is a line outside closed code, with at most three blanks before it, that is bold from end to end (but for a
colon), or a heading. One in a list item or in a quote is part of that, and begins no section.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from incident_tui.format.read.fences import code_blocks

# No repetition gives back what it took: this is tried at every line, and a line may be as long as the file.
BOLD = r"(?P<mark>\*\*(?!\*)|__(?!_))[ \t]*+(?P<bold>(?:[^*_\n]++|(?!(?P=mark))[*_])++)(?P=mark)[ \t]*+:?[ \t]*+\r?"
_HEADING = r"#{1,6}[ \t]++(?P<heading>[^\s][^\n]*)"
_TITLE = re.compile(rf"^(?P<blanks> {{0,3}})(?:{BOLD}$|{_HEADING})".encode(), re.MULTILINE)
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
    """Where its line ends, before the line feed."""


def titles(data: bytes, start: int, end: int) -> list[Title]:
    """Return the titles between two offsets, the first of which begins a line."""
    matches = [match for first, last in _outside_code(data, start, end) for match in _TITLE.finditer(data, first, last)]
    if any(match["blanks"] for match in matches):
        outer = _outermost(data, start, end)
        matches = [match for match in matches if not match["blanks"] or match.start() in outer]
    return [Title(match["bold"] or match["heading"], match.start(), match.end()) for match in matches]


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


def _outermost(data: bytes, start: int, end: int) -> set[int]:
    """Where the lines start that are in no list item and no quote."""
    from incident_tui.format.read.list_items import outermost  # which reads titles

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
    return {offsets[number] for number in outermost(lines)}
