"""Splices and hunks: how an edit alters bytes, and how it is taken back.

A splice is where and what, in one version of a file. A hunk is the same change located by its neighbours: the
untouched entries before and after it, and the bytes between them as they were and as they are. A hunk can
be taken back after others have edited elsewhere in the file; taking it back is exact.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from incident_tui.format.errors import Refused
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity

_start, _end = attrgetter("start"), attrgetter("end")


class Splice(NamedTuple):
    """Replace `data[start:end]` by `new`."""

    start: int
    end: int
    new: bytes


class Hunk(NamedTuple):
    """The bytes between two untouched entries, before and after a change.

    `previous` and `following` name the neighbours; nothing stands for the start and the end of the file. Where
    neighbours and bytes are the same in several places, the one nearest to the offset is meant.
    """

    previous: Identity | None
    following: Identity | None
    old: bytes
    new: bytes
    old_at: int = 0
    """The offset of `old` in the file as it was."""
    new_at: int = 0

    def inverse(self) -> "Hunk":
        """Return the hunk that undoes this one."""
        return Hunk(self.previous, self.following, self.new, self.old, self.new_at, self.old_at)


def apply_splices(data: bytes, splices: Sequence[Splice]) -> bytes:
    """Return `data` with all splices made. They are in order and don't overlap."""
    pieces = []
    at = 0
    for change in splices:
        if change.start < at:
            raise ValueError("splices overlap")
        pieces += [data[at : change.start], change.new]
        at = change.end
    pieces.append(data[at:])
    return b"".join(pieces)


def common_start(text: bytes, other: bytes) -> int:
    """Return the length of the common prefix of two texts, in bytes."""
    if other.startswith(text):
        return len(text)
    low, high = 0, min(len(text), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if text[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def hunks(document: Document, splices: Sequence[Splice]) -> list[Hunk]:
    """Return the hunks of a document's splices. Splices with a neighbour in common become one hunk."""
    entries = document.entries
    touched = _touched(document, splices)
    spans: list[tuple[int, int, list[Splice]]] = []  # the neighbours by their number, and what is between them
    for change in splices:
        before, after = bisect_right(entries, change.start, key=_end) - 1, bisect_left(entries, change.end, key=_start)
        if spans and spans[-1][0] < before < spans[-1][1]:
            before = spans[-1][0]
        if spans and spans[-1][0] < after < spans[-1][1]:
            after = spans[-1][1]
        while before in touched:
            before -= 1
        while after in touched:
            after += 1
        inside = [change]
        if spans and before < spans[-1][1]:
            before, _, inside = spans.pop()
            inside.append(change)
        spans.append((before, after, inside))
    result = []
    shift = 0
    for before, after, inside in spans:
        low = entries[before].end if before >= 0 else 0
        high = entries[after].start if after < len(entries) else len(document.data)
        old = document.data[low:high]
        new = apply_splices(old, [Splice(c.start - low, c.end - low, c.new) for c in inside])
        result.append(
            Hunk(
                entries[before].identity if before >= 0 else None,
                entries[after].identity if after < len(entries) else None,
                old,
                new,
                low,
                low + shift,
            )
        )
        shift += len(new) - len(old)
    return result


def locate_hunk(document: Document, hunk: Hunk) -> Splice | None:
    """Where a hunk applies: between its neighbours, with exactly the bytes that it expects; else nothing."""
    lows = [0] if hunk.previous is None else [entry.end for entry in document.find(hunk.previous)]
    size = len(document.data)
    highs = [size] if hunk.following is None else [entry.start for entry in document.find(hunk.following)]
    for low in sorted(lows, key=lambda low: abs(low - hunk.old_at)):
        high = low + len(hunk.old)
        if high in highs and document.data.startswith(hunk.old, low):
            return Splice(low, high, hunk.new)
    return None


def apply_checked(
    document: Document,
    splices: Iterable[Splice],
    untouched: Sequence[Entry],
    count: int,
    new_texts: Collection[bytes] | None = None,
) -> Document:
    """Return the document with the splices made, and check the result.

    `untouched` are the entries that the change doesn't touch, `count` is the number of entries that the result must
    have, `new_texts` the texts of all others (None if they aren't known). Raises `Refused` if an entry would be lost,
    swallowed or altered (say by a text that opens a comment), or if an unplanned one would appear.
    """
    ordered = sorted(splices, key=lambda change: (change.start, change.end))
    result = Document.parse(apply_splices(document.data, ordered))
    spans = {(entry.start, entry.end) for entry in result.entries}
    shift = 0
    at = 0
    for entry in untouched:
        while at < len(ordered) and ordered[at].end <= entry.start:
            shift += len(ordered[at].new) - (ordered[at].end - ordered[at].start)
            at += 1
        start, end = entry.start + shift, entry.end + shift
        if _runs_on(document, entry) and result.data.startswith(document.eol, end):
            end += len(document.eol)
        if (start, end) not in spans:
            raise Refused(f"this change would alter the entry in line {document.line(entry.start)} as well")
        spans.remove((start, end))
    others = sorted(result.data[start:end].rstrip(b"\r\n") for start, end in spans)
    as_planned = new_texts is None or others == sorted(text.rstrip(b"\r\n") for text in new_texts)
    if len(result.entries) != count or not as_planned:
        raise Refused("this change would make or hide an entry: its text holds an entry heading, a comment or a fence")
    return result


def _runs_on(document: Document, entry: Entry) -> bool:
    """Whether an entry's last line has no line end, so that a text put after it must add one to it."""
    return entry.end == len(document.data) and not document.data.endswith(b"\n")


def _touched(document: Document, splices: Sequence[Splice]) -> set[int]:
    entries = document.entries
    numbers: set[int] = set()
    for change in splices:
        if entries and change.start == entries[-1].end and _runs_on(document, entries[-1]):
            numbers.add(len(entries) - 1)
        index = max(0, document.number_at(change.start))
        while index < len(entries) and entries[index].start < change.end:
            if entries[index].end > change.start:
                numbers.add(index)
            index += 1
    return numbers
