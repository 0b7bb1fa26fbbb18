"""Taking entries out of a document and putting them in, with the gaps between them.

An entry goes out with the gap after it (the last one with the gap before it), comments excepted: separators
never pile up. It goes in with the gap that the file uses, in the order that the file keeps.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

from incident_tui.format.edit.metadata_lines import ensure_newline
from incident_tui.format.edit.splice import Hunk, Splice, locate_hunk
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity, instant, parse_entry
from incident_tui.format.read.scan import Comment, is_rule

Neighbours = tuple[Identity | None, Identity | None]
"""The entries before and after an offset; None for the start and the end of the file."""


def removal_splices(document: Document, removed: Collection[int]) -> list[Splice]:
    """The splices that take out the entries with these numbers."""
    entries = document.entries
    splices = []
    index = 0
    while index < len(entries):
        if index not in removed:
            index += 1
            continue
        first = index
        while index < len(entries) and index in removed:
            index += 1
        run = entries[first:index]
        if index < len(entries) or first == 0:
            parted = first == 0 or _has_rule(document, entries[first - 1].end, entries[first - 1].gap_end)
            comments = b"".join(_comments(document, entry.end, entry.gap_end, parted) for entry in run)
            splices.append(Splice(run[0].start, run[-1].gap_end, comments))
        else:
            gaps = [entries[first - 1], *run[:-1]]
            comments = b"".join(_up_to_comments(document, entry.end, entry.gap_end) for entry in gaps)
            splices.append(Splice(entries[first - 1].end, run[-1].end, comments))
    return splices


def insertion_splices(document: Document, texts: Sequence[tuple[bytes, int]]) -> list[Splice]:
    """The splices that put in texts, each before the entry of the number given (their count: the end)."""
    entries = document.entries
    gap = usual_gap(document)
    texts = _in_order(document, texts)
    at_end = [text for text, number in texts if number == len(entries)]
    splices = [
        Splice(entries[number].start, entries[number].start, ensure_newline(text, document.eol) + gap)
        for text, number in texts
        if number < len(entries)
    ]
    if at_end:
        at = entries[-1].end if entries else len(document.data)
        new = b"" if document.data[:at].endswith(b"\n") or not at else document.eol
        for number, text in enumerate(at_end):
            new += gap if entries or number else _before_first(document)
            new += (
                text if number == len(at_end) - 1 and at == len(document.data) else ensure_newline(text, document.eol)
            )
        splices.append(Splice(at, at, new))
    return splices


def insert_index(document: Document, timestamp: str, beside: Neighbours | None = None) -> int:
    """Before which entry one of this timestamp belongs: by the file's order, else beside its old neighbours.

    The file's order is newest first or oldest first, if all its timestamps are so, as instants. Among equals, and in a
    file without order, the old neighbours decide; without them it is the end.
    """
    stamps = [entry.instant for entry in document.entries]
    timestamp = instant(timestamp)
    low, high = 0, len(stamps)
    if stamps and _falls(stamps):
        low = sum(stamp > timestamp for stamp in stamps)
        high = sum(stamp >= timestamp for stamp in stamps)
    elif _rises(stamps):
        low = sum(stamp < timestamp for stamp in stamps)
        high = sum(stamp <= timestamp for stamp in stamps)
    if beside is not None:
        for entry in document.entries:
            if entry.identity == beside[1] and low <= entry.number <= high:
                return entry.number
            if entry.identity == beside[0] and low <= entry.number + 1 <= high:
                return entry.number + 1
    return high


def archive_position(document: Document, timestamp: str) -> int:
    """Before which entry of an archive one of this timestamp is put: by the archive's order, else the end."""
    return insert_index(document, timestamp) if len(document.entries) > 1 else len(document.entries)


def undo_removal(document: Document, hunk: Hunk, entry: Entry) -> Splice | None:
    """Undo what `hunk` took out, with the text that the entry has now, if that is all the hunk did.

    The place is exact, with the gaps that were there. Nothing is returned where the surroundings changed.
    """
    old = Document.parse(hunk.old)
    removed = old.find(entry.identity)
    where = locate_hunk(document, hunk.inverse())
    if where is None or len(old.entries) != 1 or len(removed) != 1 or Document.parse(hunk.new).entries:
        return None
    text = entry.raw
    if not removed[0].raw.endswith(b"\n") and removed[0].end == len(hunk.old):
        text = text.removesuffix(b"\n").removesuffix(b"\r")
    new = hunk.old[: removed[0].start] + text + hunk.old[removed[0].end :]
    return Splice(where.start, where.end, new)


def usual_gap(document: Document) -> bytes:
    """Return the gap that most entries of the file have after them; the format's default if the file has none."""
    gaps = Counter(
        document.data[entry.end : entry.gap_end]
        for entry in document.entries[:-1]
        if b"<!--" not in document.data[entry.end : entry.gap_end]
    )
    gap = gaps.most_common(1)[0][0] if gaps else b""
    return gap or document.eol + b"---" + document.eol * 2


def _in_order(document: Document, texts: Sequence[tuple[bytes, int]]) -> list[tuple[bytes, int]]:
    """Texts by their place; those that share one in the file's order, or as they come where it has none."""
    stamps = [entry.instant for entry in document.entries]
    placed = list(texts)
    if len(set(stamps)) > 1 and (_falls(stamps) or _rises(stamps)):
        placed.sort(key=lambda text: parse_entry(text[0]).instant, reverse=_falls(stamps))
    return sorted(placed, key=lambda text: text[1])


def _falls(stamps: Sequence[str]) -> bool:
    return all(a >= b for a, b in pairwise(stamps))


def _rises(stamps: Sequence[str]) -> bool:
    return all(a <= b for a, b in pairwise(stamps))


def _before_first(document: Document) -> bytes:
    """Return the separator before the first entry: a blank line, unless the text before it ends in one."""
    last = document.data[document.data.rfind(b"\n", 0, -1) + 1 :]
    return document.eol if last.strip() else b""


def _has_rule(document: Document, start: int, end: int) -> bool:
    """Whether a gap has a `---` rule outside its comments."""
    at = start
    for comment in [*_inside(document, start, end), None]:
        stop = comment.start if comment else end
        if any(is_rule(line) for line in document.data[at:stop].split(b"\n")):
            return True
        at = comment.end if comment else end
    return False


def _inside(document: Document, start: int, end: int) -> list[Comment]:
    return [comment for comment in document.comments if start <= comment.start and comment.end <= end]


def _comments(document: Document, start: int, end: int, parted: bool) -> bytes:
    """Return the comments of a gap and the blank lines after them, separated by a rule."""
    comments = b"".join(
        document.data[comment.start : comment.end] + _blank_lines(document.data, comment.end, end)
        for comment in _inside(document, start, end)
    )
    return comments if parted or not comments else document.eol + b"---" + document.eol * 2 + comments


def _blank_lines(data: bytes, start: int, end: int) -> bytes:
    at = start
    while at < end:
        stop = data.find(b"\n", at, end) + 1 or end
        if data[at:stop].strip():
            break
        at = stop
    return data[start:at]


def _up_to_comments(document: Document, start: int, end: int) -> bytes:
    """Return a gap up to its last comment; empty if it has none."""
    inside = _inside(document, start, end)
    return document.data[start : inside[-1].end] if inside else b""
