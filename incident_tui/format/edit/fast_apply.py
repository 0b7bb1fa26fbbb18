"""A document after a change that leaves every entry where it was: its entries are moved along, not looked for again.

Most changes alter a word of a line, or put in a line of metadata. Where the lines that are touched say nothing of where
entries are, before and after (they are no heading, fence, comment, rule, conflict marker or blank line, and stand as
far from the margin as before), a scan of the new bytes would find the same. What isn't so plain is scanned.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from incident_tui.format.edit.splice import Splice, apply_splices, common_start
from incident_tui.format.model.document import Document
from incident_tui.format.read.scan import is_rule

_STRUCTURAL = re.compile(rb"```|~~~|<!--|-->|\A(?:## M-|<{7} |={7}|>{7} )")
_INDENT = re.compile(rb"[ \t]*")


def apply_without_rescan(document: Document, splices: Sequence[Splice]) -> Document | None:
    """Return the document with all splices made; None if that takes a scan. They are in order, none overlap."""
    least = [_minimal(document.data, change) for change in splices]
    changes = [change for change in least if change.new or change.start < change.end]
    if document.conflicts or not all(_plain(document, change) for change in changes):
        return None
    data = apply_splices(document.data, changes)
    entries = []
    shift = done = 0
    for entry in document.entries:
        start = entry.start + shift
        while done < len(changes) and changes[done].end <= entry.end:
            shift += _growth(changes[done])
            done += 1
        entries.append(entry.moved(data, start, entry.end + shift, entry.gap_end + shift))
    after = _offsets(changes)
    comments = tuple(
        comment._replace(start=after(comment.start), end=after(comment.end - 1) + 1) for comment in document.comments
    )
    unclosed = tuple(region._replace(offset=after(region.offset)) for region in document.unclosed)
    return document.moved(data, tuple(entries), comments, unclosed)


def _minimal(data: bytes, change: Splice) -> Splice:
    """The same change, without what it leaves as it is at both ends."""
    old = data[change.start : change.end]
    before = common_start(old, change.new)
    after = common_start(old[before:][::-1], change.new[before:][::-1])
    return Splice(change.start + before, change.end - after, change.new[before : len(change.new) - after])


def _plain(document: Document, change: Splice) -> bool:
    """Whether a change touches only lines of one entry that say nothing of where entries are."""
    data = document.data
    number = document.number_at(change.start)
    if number < 0:
        return False
    entry = document.entries[number]
    start = data.rfind(b"\n", 0, change.start) + 1
    end = change.end
    if end > start or not change.new.endswith(b"\n"):
        end = data.find(b"\n", max(end - 1, start)) + 1 or len(data)
    if start < entry.heading_end or end > entry.end:
        return False
    new = data[start : change.start] + change.new + data[change.end : end]
    old_lines, new_lines = data[start:end].splitlines(), new.splitlines()
    if data[start:end].endswith(b"\n") != new.endswith(b"\n") and start < end:
        return False
    if any(not line.strip() or is_rule(line) or _STRUCTURAL.search(line) for line in (*old_lines, *new_lines)):
        return False
    if len(old_lines) != len(new_lines):
        return bool(new_lines) and end <= entry.metadata.end
    return all(_indent(old) == _indent(new) for old, new in zip(old_lines, new_lines, strict=True))


def _indent(line: bytes) -> bytes:
    match = _INDENT.match(line)
    return match[0] if match else b""


def _growth(change: Splice) -> int:
    return len(change.new) - (change.end - change.start)


def _offsets(changes: Sequence[Splice]) -> Callable[[int], int]:
    """Tells where a byte is after the changes, of which it isn't part."""
    ends = [change.end for change in changes]
    shifts = [0, *accumulate(map(_growth, changes))]
    return lambda offset: offset + shifts[bisect_right(ends, offset)]
