"""Fences: which lines open and close blocks of code. The format's one rule for them, on bytes and on lines.

A fence is a run of three or more backticks or tildes, with at most three blanks before it. What follows it on its line
is its info string, in which a backtick fence has no backtick. A block ends at the next fence of the same character that
is at least as long and has no info string; one that is never closed hides nothing.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
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


class FenceKind(NamedTuple):
    """What of a fence line decides which other fence lines it goes with."""

    signs: bytes
    info: bool
    """Whether it has an info string, so that it closes no block."""


def code_blocks(data: bytes, start: int, end: int) -> Iterator[CodeBlock]:
    """Yield the closed blocks of code between two offsets, the first of which begins a line.

    A fence that nothing closes is text, and reading goes on at the next line.
    """
    if data.find(b"```", start, end) < 0 and data.find(b"~~~", start, end) < 0:
        return
    fences = [*_FENCE.finditer(data, start, end)]
    outer = [fence for fence in fences if fence["item"] is None]
    closers, _ = next_of_kind([FenceKind(fence["signs"], bool(fence["info"].strip())) for fence in outer])
    closer_of = {fence: outer[closer] for fence, closer in zip(outer, closers, strict=True) if closer >= 0}
    at = start
    for fence in fences:
        if fence.start() < at:
            continue
        if fence["item"] is not None:
            at = item_block_end(data, fence.end(), end, len(fence["item"]), fence["signs"])
        elif closer := closer_of.get(fence):
            at = closer.end()
            info = fence["info"].decode("utf-8", "surrogateescape").split(maxsplit=1)
            yield CodeBlock(fence.start(), closer.start(), at, info[0] if info else "")


def next_of_kind(fences: Sequence[FenceKind]) -> tuple[list[int], list[int]]:
    """For each fence line the next that closes it, and the next of its kind with an info string (-1: none).

    Of its kind: the same character, at least as long. Read backwards; for each kind only those are kept that
    no nearer one outlasts, so that lengths grow with the distance and the nearest is found by bisection.
    """
    closers = [-1] * len(fences)
    with_info = [-1] * len(fences)
    stacks: dict[tuple[int, bool], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for index in range(len(fences) - 1, -1, -1):
        fence = fences[index]
        for info, result in ((False, closers), (True, with_info)):
            lengths, indices = stacks[fence.signs[0], info]
            at = bisect_left(lengths, 1 - len(fence.signs))
            if at:
                result[index] = indices[at - 1]
        lengths, indices = stacks[fence.signs[0], fence.info]
        while lengths and lengths[-1] >= -len(fence.signs):
            lengths.pop()
            indices.pop()
        lengths.append(-len(fence.signs))
        indices.append(index)
    return closers, with_info


def item_block_end(data: bytes, start: int, end: int, width: int, signs: bytes) -> int:
    """Return the end of a block that is opened behind a list marker of this width, on the line before `start`.

    -1 if the item ends before a closing fence. That closer must be skipped: outside the item it would open a block.
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
