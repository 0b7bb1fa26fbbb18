"""Fences: which lines open and close blocks of code. The format's one rule for them, on bytes and on lines.

A fence is a run of three or more backticks or tildes, with at most three blanks before it. What follows it on its line
is its info string, in which a backtick fence has no backtick. A block ends at the next fence of the same character that
is at least as long and has no info string; one that is never closed hides nothing.
"""

import re
from collections.abc import Iterator
from typing import AnyStr, NamedTuple

SIGNS = r"(?:`{3,}+(?!.*`)|~{3,}+)"
"""The signs of a fence that opens a block, in the text of one line."""

FENCE_LINE = re.compile(rf" {{0,3}}({SIGNS})(.*)")
"""A fence line as text: its signs, and its info string."""

ITEM_MARKERS = rb" *(?:(?:[-*+]|[0-9]{1,9}[.)]) {1,4})+"
"""List markers before a fence that is opened on the line of an item."""

_FENCE = re.compile(
    rb"^(?:(?P<item>%b)| {0,3})(?P<signs>%b)[ \t]*+(?P<info>[^\n]*)\n?" % (ITEM_MARKERS, SIGNS.encode()),
    re.MULTILINE,
)


class CodeBlock(NamedTuple):
    """A closed block of code, as byte offsets of lines."""

    start: int
    last: int
    """Where its closing line starts."""
    end: int
    info: str
    """The first word after the opening fence."""


def code_blocks(data: bytes, start: int, end: int) -> Iterator[CodeBlock]:
    """Yield the closed blocks of code between two offsets, the first of which begins a line."""
    if data.find(b"```", start, end) < 0 and data.find(b"~~~", start, end) < 0:
        return
    opener: re.Match[bytes] | None = None
    at = start
    while fence := _FENCE.search(data, at, end):
        at = fence.end()
        signs = fence["signs"]
        if opener is None and fence["item"] is not None:
            at = max(at, item_block_end(data, at, end, len(fence["item"]), signs))
        elif opener is None:
            opener = fence
        elif fence["item"] is None and closes(signs, fence["info"], opener["signs"]):
            info = opener["info"].decode("utf-8", "surrogateescape").split(maxsplit=1)
            yield CodeBlock(opener.start(), fence.start(), at, info[0] if info else "")
            opener = None


def item_block_end(data: bytes, start: int, end: int, width: int, signs: bytes) -> int:
    """Return the end of a block that is opened behind a list marker of this width; -1 where its item ends before.

    `start` is after the line of its fence. Its closer is indented like the item, and would open a block otherwise.
    """
    closer = re.compile(rb" {%d,%d}%b+[ \t]*\r?\n?\Z" % (width, width + 3, signs))
    while start < end:
        stop = data.find(b"\n", start, end)
        stop = end if stop < 0 else stop + 1
        line = data[start:stop]
        if line.strip(b" \t\r\n") and not line.startswith(b" " * width):
            break
        if closer.match(line):
            return stop
        start = stop
    return -1


def closes(signs: AnyStr, info: AnyStr, opener: AnyStr) -> bool:
    """Whether a fence with this info string closes a block that others opened."""
    return signs.startswith(opener) and not info.strip()
