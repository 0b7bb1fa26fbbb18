"""Where the entries of a file are: the one pass over its bytes that decides it.

The scan knows only what decides where entries are: entry headings, fences and comments. It finds them with
plain byte searches, and what isn't plainly closed hides nothing: swallowing an incident would be the worst
fault. It is linear in the file's size (a binary search for each fence apart).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Literal, NamedTuple

from incident_tui.format.model.entry import Entry
from incident_tui.format.read.fences import ITEM_MARKERS, FenceKind, item_block_end, next_of_kind

BOM = b"\xef\xbb\xbf"

_HEADING = re.compile(rb"## M-[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTAINER = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|\n)(?P<prefix>%b)\Z" % ITEM_MARKERS)
_RULE = re.compile(rb" {0,3}-{3,}[ \t]*\r?\n?\Z")

_LOOK_BACK = 64
"""How many bytes before a fence may be list markers (a fence opened on the line of a list item)."""


class Unclosed(NamedTuple):
    """A comment or a fence that is never plainly closed, and therefore hides nothing."""

    kind: Literal["comment", "fence"]
    offset: int


class Comment(NamedTuple):
    """A closed comment, as byte offsets of lines."""

    start: int
    end: int
    holds_entry: bool
    """Whether it has an entry, or a template of one: a line that starts with `## M-`."""
    alone: bool
    """Whether nothing follows it on its last line."""


class _Fence(NamedTuple):
    start: int
    end: int
    kind: FenceKind


class _Region(NamedTuple):
    """A comment or a list item's fence; `end` is -1 where it is never closed."""

    start: int
    end: int
    kind: Literal["comment", "item fence"]


_Mark = int | _Fence | _Region
"""An entry heading (its offset), a fence line, or a region."""


def is_rule(line: bytes) -> bool:
    """Whether a line is a `---` rule."""
    return _RULE.match(line) is not None


class Scan:
    """One pass over the bytes. `starts` are the offsets of the entry headings that count."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.starts: list[int] = []
        self.comments: list[Comment] = []
        self.unclosed: list[Unclosed] = []
        self.headings = list(self._headings())
        fences = sorted([*self._fences(b"`"), *self._fences(b"~")])
        items = [fence for fence in fences if fence.end < 0]
        self.fences = [fence for fence in fences if fence.end >= 0]
        regions = [*self._comment_regions(), *(self._item_region(fence) for fence in items)]
        if not self.fences and not regions:
            self.starts = self.headings
            return
        self.closer, self.with_info = next_of_kind([fence.kind for fence in self.fences])
        self.marks: list[_Mark] = sorted([*self.headings, *self.fences, *regions], key=_start)
        self.offsets = [_start(mark) for mark in self.marks]
        self._walk()

    def _walk(self) -> None:
        hidden_to = 0
        fence = -1
        for mark in self.marks:
            if isinstance(mark, _Fence):
                fence += 1
            if _start(mark) < hidden_to:
                continue
            if isinstance(mark, int):
                self.starts.append(mark)
            elif isinstance(mark, _Fence):
                if self._hides(fence):
                    hidden_to = self.fences[self.closer[fence]].end
                else:
                    self.unclosed.append(Unclosed("fence", mark.start))
            elif mark.end >= 0:
                hidden_to = mark.end
                if mark.kind == "comment":
                    self.comments.append(self._comment(mark))
            elif mark.kind == "comment":
                self.unclosed.append(Unclosed("comment", mark.start))

    def _hides(self, fence: int) -> bool:
        """Whether the text after this fence line, up to its closer, is nothing but code."""
        closer = self.closer[fence]
        if closer < 0:
            return False
        start, end = self.fences[fence].end, self.fences[closer].start
        at = bisect_left(self.headings, start)
        if at == len(self.headings) or self.headings[at] >= end:
            return True
        if 0 <= self.with_info[fence] < closer:
            return False
        return self._closes_from(self.fences[closer].end)

    def _closes_from(self, offset: int) -> bool:
        return self._closing[bisect_left(self.offsets, offset)]

    @cached_property
    def _closing(self) -> list[bool]:
        """For each mark: read on from there, outside any fence, as CommonMark does.

        Is no fence left open before the next entry heading outside a fence, or the end of the file?
        """
        closing = [True] * (len(self.marks) + 1)
        fence = len(self.fences)
        for index in range(len(self.marks) - 1, -1, -1):
            mark = self.marks[index]
            if isinstance(mark, _Fence):
                fence -= 1
                closer = self.closer[fence]
                closing[index] = closer >= 0 and closing[bisect_left(self.offsets, self.fences[closer].end)]
            elif isinstance(mark, _Region):
                after = bisect_left(self.offsets, mark.end) if mark.end >= 0 else index + 1
                closing[index] = closing[after]
        return closing

    def _comment(self, region: _Region) -> Comment:
        holds_entry = self.data.find(b"\n## M-", region.start, region.end) >= 0
        text_start = self.data.find(b"<!--", region.start) + 4
        closed = self.data.find(b"-->", text_start) + 3
        alone = not self.data[closed : region.end].strip(b" \t\r\n")
        return Comment(region.start, region.end, holds_entry, alone)

    def _headings(self) -> Iterator[int]:
        data = self.data
        first = len(BOM) if data.startswith(BOM) else 0
        if _HEADING.match(data, first):
            yield first
        at = data.find(b"\n## M-")
        while at >= 0:
            if _HEADING.match(data, at + 1):
                yield at + 1
            at = data.find(b"\n## M-", at + 1)

    def _indent(self, at: int) -> int:
        """Return the number of blanks before `at` on its line; -1 for other characters, or more than three."""
        start = at
        while start and self.data[start - 1] == 0x20 and at - start < 4:
            start -= 1
        first = start == 0 or self.data[start - 1] == 0x0A or (start == 3 and self.data.startswith(BOM))
        return at - start if first and at - start < 4 else -1

    def _line_end(self, at: int) -> int:
        end = self.data.find(b"\n", at)
        return len(self.data) if end < 0 else end + 1

    def _fences(self, char: bytes) -> Iterator[_Fence]:
        """Every fence line of this character. One opened behind a list marker has `end` -1."""
        data = self.data
        at = data.find(char * 3)
        while at >= 0:
            after = at
            while after < len(data) and data[after] == char[0]:
                after += 1
            indent = self._indent(at)
            prefix = None if indent >= 0 else _CONTAINER.search(data, max(0, at - _LOOK_BACK), at)
            if indent >= 0 or prefix:
                end = self._line_end(after)
                info = data[after:end].strip(b" \t\r\n")
                if char == b"~" or b"`" not in info:
                    start = at - max(indent, 0)
                    yield _Fence(start, -1 if prefix else end, FenceKind(data[at:after], bool(info)))
            at = data.find(char * 3, after)

    def _comment_regions(self) -> Iterator[_Region]:
        data = self.data
        openers = []
        at = data.find(b"<!--")
        while at >= 0:
            indent = self._indent(at)
            if indent >= 0:
                openers.append(at - indent)
            at = data.find(b"<!--", at + 4)
        close = 0
        for index, start in enumerate(openers):
            text_start = data.find(b"<!--", start) + 4
            if 0 <= close < text_start:
                close = data.find(b"-->", text_start)
            nearer = index + 1 < len(openers) and openers[index + 1] < close
            closed = close >= 0 and not nearer
            yield _Region(start, self._line_end(close) if closed else -1, "comment")

    def _item_region(self, fence: _Fence) -> _Region:
        """A fence opened behind a list marker ends with its item, so it never hides an entry.

        What it hides is its own closer, which is indented like the item and would open a fence otherwise.
        """
        prefix = _CONTAINER.search(self.data, max(0, fence.start - _LOOK_BACK), fence.start)
        width = len(prefix["prefix"]) if prefix else 0
        end = item_block_end(self.data, self._line_end(fence.start), len(self.data), width, fence.kind.signs)
        return _Region(fence.start, end, "item fence")


def _start(mark: _Mark) -> int:
    return mark if isinstance(mark, int) else mark.start


def entries(data: bytes, scan: Scan) -> Iterator[Entry]:
    """The entries that a scan of `data` found."""
    comments = scan.comments
    following = 0
    for number, start in enumerate(scan.starts):
        stop = scan.starts[number + 1] if number + 1 < len(scan.starts) else len(data)
        while following < len(comments) and comments[following].start < stop:
            following += 1
        yield Entry(data, start, _text_end(data, start, stop, comments, following), stop, number)


def _text_end(data: bytes, start: int, stop: int, comments: list[Comment], following: int) -> int:
    """Where an entry's text ends: after its last line that isn't gap.

    The gap: trailing blank lines and `---` rules, and comments after the first trailing rule. A comment
    before it is the entry's, unless it holds an entry heading. `following` is the number of comments
    before `stop`.
    """
    at = stop
    trailing: list[Comment | None] = []  # from the end backwards; None is a rule
    last = following - 1
    heading_end = data.find(b"\n", start, stop)
    heading_end = stop if heading_end < 0 else heading_end + 1
    while at > heading_end:
        if last >= 0 and comments[last].end == at and comments[last].alone:
            at = comments[last].start
            trailing.append(comments[last])
            last -= 1
            continue
        line_start = data.rfind(b"\n", start, at - 1) + 1
        line = data[line_start:at]
        if line.strip(b" \t\r\n"):
            if not is_rule(line):
                break
            trailing.append(None)
        at = line_start
    end = at
    for mark in reversed(trailing):
        if mark is None:
            break
        if not mark.holds_entry:
            end = mark.end
    return end
