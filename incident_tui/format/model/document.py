"""A file parsed as a document: bytes in, entries with exact spans out."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter, itemgetter

from incident_tui.format.model.entry import Entry, Identity
from incident_tui.format.model.metadata import yes_lines
from incident_tui.format.read.scan import Comment, Scan, Unclosed, entries

_MARKER = b"<<<<<<<"
MARKER_LINE = re.compile(rb"^(?:<{7} |={7}\r?$|>{7} )", re.MULTILINE)
_SEARCHES = 4
"""How many times an entry is searched for in the bytes before all are put in order: who asks once or twice (an edit
does) waits for no more than the search."""

_KEPT = frozenset({"stamps", "ids", "_numbers", "_twins"})
"""What is cached of headings alone."""

_entry_start = attrgetter("start")
_end = itemgetter(1)


class Document:
    """One file's bytes and the entries in them. Immutable: an edit makes a new one."""

    def __init__(
        self, data: bytes, entries: tuple[Entry, ...], comments: tuple[Comment, ...], unclosed: tuple[Unclosed, ...]
    ) -> None:
        self.data = data
        self.entries = entries
        self.comments = comments
        self.unclosed = unclosed
        self._find_count = 0

    @classmethod
    def parse(cls, data: bytes) -> "Document":
        """Read a file's bytes; any bytes will do."""
        scan = Scan(data)
        return cls(data, tuple(entries(data, scan)), tuple(scan.comments), tuple(scan.unclosed))

    def __bytes__(self) -> bytes:
        return self.data

    @cached_property
    def eol(self) -> bytes:
        """The file's own line end: the one that most of its lines have."""
        if b"\r" not in self.data:
            return b"\n"
        crlf = self.data.count(b"\r\n")
        return b"\r\n" if crlf * 2 > self.data.count(b"\n") else b"\n"

    @cached_property
    def stamps(self) -> tuple[bytes, ...]:
        """The timestamp of each entry, as bytes."""
        return tuple(entry.stamp for entry in self.entries)

    @cached_property
    def _numbers(self) -> dict[bytes, int | list[int]]:
        """Which entry has a timestamp, by its number; all of them, in file order, where several share it."""
        numbers: dict[bytes, int | list[int]] = {}
        for number, stamp in enumerate(self.stamps):
            earlier = numbers.setdefault(stamp, number)
            if isinstance(earlier, list):
                earlier.append(number)
            elif earlier != number:
                numbers[stamp] = [earlier, number]
        return numbers

    @cached_property
    def _twins(self) -> dict[Identity, list[int]]:
        """The entries that share their timestamp, by what names them: their numbers, in file order."""
        twins: dict[Identity, list[int]] = defaultdict(list)
        for numbers in self._numbers.values():
            for number in numbers if isinstance(numbers, list) else ():
                twins[self.entries[number].identity].append(number)
        return twins

    def id(self, entry: Entry) -> str:
        """The id of an entry of this document."""
        stamp = self.stamps[entry.number]
        name = f"M-{stamp.decode('utf-8', 'surrogateescape')}"
        sharing = self._numbers[stamp]
        return f"{name}#{bisect_left(sharing, entry.number) + 1}" if isinstance(sharing, list) else name

    def nth(self, entry: Entry) -> int:
        """Which one it is of the entries of this document that have its identity, from 0."""
        shared = isinstance(self._numbers[self.stamps[entry.number]], list)
        return bisect_left(self._twins[entry.identity], entry.number) if shared else 0

    def find(self, identity: Identity) -> list[Entry]:
        """All entries of this identity, in file order."""
        stamp = identity.timestamp.encode("utf-8", "surrogateescape")
        if "_numbers" in self.__dict__ or self._find_count >= _SEARCHES:
            position = self._numbers.get(stamp, ())
            numbers = (position,) if isinstance(position, int) else self._twins.get(identity, ())
            entries = [self.entries[position] for position in numbers]
        else:
            self._find_count += 1
            entries = list(self._searched(b"## M-" + stamp))
        return [entry for entry in entries if entry.identity == identity]

    def _searched(self, line: bytes) -> Iterator[Entry]:
        """The entries whose heading begins so."""
        at = self.data.find(line)
        while at >= 0:
            number = self.number_at(at)
            if number >= 0 and self.entries[number].start == at:
                yield self.entries[number]
            at = self.data.find(line, at + 1)

    def moved(
        self, data: bytes, entries: tuple[Entry, ...], comments: tuple[Comment, ...], unclosed: tuple[Unclosed, ...]
    ) -> "Document":
        """A document of the same entries with the same headings, without conflicts, elsewhere in other bytes."""
        result = Document(data, entries, comments, unclosed)
        result.conflicts = ()
        for name in _KEPT & self.__dict__.keys():
            result.__dict__[name] = self.__dict__[name]
        return result

    def number_at(self, offset: int) -> int:
        """The number of the entry in which, or in the gap after which, an offset is; -1 before the first one."""
        return bisect_right(self.entries, offset, key=_entry_start) - 1

    @cached_property
    def pinned(self) -> frozenset[int]:
        """The numbers of the pinned entries. The metadata of the others are not read: kept, they take much room."""
        numbers = {self.number_at(at) for at in yes_lines(self.data, "pinned", 0, len(self.data))}
        return frozenset(number for number in numbers if number >= 0 and self.entries[number].pinned)

    @cached_property
    def conflicts(self) -> tuple[tuple[int, int], ...]:
        """The regions between git's conflict markers, as byte offsets. Markers in closed fenced code are examples."""
        if b"<<<<<<< " not in self.data:
            return ()
        regions: list[tuple[int, int]] = []
        start, parted = -1, False
        for offset, kind in self._markers():
            if kind == b"<":
                start, parted = offset, False
            elif kind == b"=":
                parted = True
            elif start >= 0 and parted:
                regions.append((start, offset + len(_MARKER)))
                start = -1
        return tuple(regions)

    def _markers(self) -> Iterator[tuple[int, bytes]]:
        """Each line of git's conflict markers that isn't code: its offset and its character."""
        from incident_tui.format.read.sections import lines  # to find the entries nothing of it is needed

        code: dict[int, set[int]] = {}
        for match in MARKER_LINE.finditer(self.data):
            offset = match.start()
            number = self.number_at(offset)
            if number >= 0 and number not in code:
                code[number] = {line.offset for line in lines(self.entries[number]) if line.code}
            if number < 0 or offset not in code[number]:
                yield offset, match[0][:1]

    def conflict(self, entry: Entry) -> int | None:
        """Return the line of the conflict markers around an entry; None if it is outside of all."""
        at = bisect_right(self.conflicts, entry.start, key=_end)
        if at < len(self.conflicts) and self.conflicts[at][0] < entry.end:
            return self.line(self.conflicts[at][0])
        return None

    @cached_property
    def lines(self) -> tuple[int, ...]:
        """The line of each entry's heading, from 1."""
        numbers, line, at = [], 1, 0
        for entry in self.entries:
            line += self.data.count(b"\n", at, entry.start)
            at = entry.start
            numbers.append(line)
        return tuple(numbers)

    def line(self, offset: int) -> int:
        """The line of a byte offset, from 1."""
        number = self.number_at(offset)
        if number < 0:
            return self.data.count(b"\n", 0, offset) + 1
        return self.lines[number] + self.data.count(b"\n", self.entries[number].start, offset)
