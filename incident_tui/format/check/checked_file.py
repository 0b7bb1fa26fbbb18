"""One file of a check: its lines, its entries and its blocks of code, by offset."""

import re
from bisect import bisect_left, bisect_right
from datetime import date
from functools import cached_property
from operator import attrgetter

from incident_tui.format.check.finding import Finding, Severity
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Rewrite
from incident_tui.format.model.contents import Contents, Location
from incident_tui.format.model.entry import Entry
from incident_tui.format.model.located import Target
from incident_tui.format.read.fences import CodeBlock, code_blocks

_block_start = attrgetter("start")


class CheckedFile:
    """The live file or the archive of a knowledge base."""

    def __init__(self, contents: Contents, location: Location, today: date) -> None:
        self.contents = contents
        self.location: Location = location
        self.today = today
        self.document = contents.document(location)
        self.data = self.document.data
        self._comments = [comment.start for comment in self.document.comments]
        self._blocks: dict[int, list[CodeBlock]] = {}

    @cached_property
    def _line_feeds(self) -> list[int]:
        """The offset of every line feed: a file may have as many findings as lines."""
        return [match.start() for match in re.finditer(b"\n", self.data)]

    def finding(
        self,
        code: str,
        severity: Severity,
        offset: int,
        problem: str,
        advice: str,
        mend: tuple[Edit, ...] = (),
    ) -> Finding:
        """A finding at a byte offset of this file."""
        return Finding(code, severity, self.location, self.line(offset), problem, advice, self.holder(offset), mend)

    def holder(self, offset: int) -> Entry | None:
        """The entry in which, or in the gap after which, an offset is."""
        number = self.document.number_at(offset)
        return self.document.entries[number] if number >= 0 else None

    def line(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return bisect_left(self._line_feeds, offset) + 1

    def is_entry(self, offset: int) -> bool:
        """Whether an entry starts here."""
        entry = self.holder(offset)
        return entry is not None and entry.start == offset

    def is_comment(self, offset: int) -> bool:
        """Whether an offset is inside a comment."""
        number = bisect_right(self._comments, offset) - 1
        return number >= 0 and offset < self.document.comments[number].end

    def block(self, offset: int) -> CodeBlock | None:
        """The code block that an offset is in."""
        entry = self.holder(offset)
        number = -1 if entry is None else entry.number
        if number not in self._blocks:
            stop = self.document.entries[0].start if self.document.entries else len(self.data)
            start, end = (entry.metadata.end, entry.end) if entry else (0, stop)
            self._blocks[number] = list(code_blocks(self.data, start, end))
        blocks = self._blocks[number]
        at = bisect_right(blocks, offset, key=_block_start) - 1
        return blocks[at] if at >= 0 and offset <= blocks[at].last else None

    def rewrite(self, entry: Entry, raw: bytes) -> tuple[Edit, ...]:
        """Return the edit that replaces the text of an entry; empty if it is under conflict markers."""
        if self.document.conflict(entry) is not None:
            return ()
        return (Edit(Target.of(self.location, entry), Rewrite(raw)),)
