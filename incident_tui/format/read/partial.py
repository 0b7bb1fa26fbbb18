"""Some entries of a big file at once: those that a list shows first, found without reading all of it.

It is a first sight, for the moment until the whole is read. Only near the file's ends is what is hidden in a comment or
in code told from an entry.
"""

from incident_tui.format.model.document import Document
from incident_tui.format.model.metadata import yes_lines

NEAR = 1 << 17
"""So many bytes at either end of the file are looked at."""

_MOST = 200
"""So many pinned entries are looked for."""

_HEADING = b"\n## M-"


def partial_document(data: bytes) -> Document:
    """Return a document of some entries: the pinned ones, and those at the end of the file where the newer ones are."""
    start = max(data.rfind(_HEADING, 0, NEAR) + 1, 0)
    stop = data.find(_HEADING, max(len(data) - NEAR, start)) + 1 or len(data)
    first, last = Document.parse(data[:start]), Document.parse(data[stop:])
    newest, other = (first, last) if _latest(first) >= _latest(last) else (last, first)
    pieces = [newest.data, *(other.data[entry.start : entry.gap_end] for entry in other.entries if entry.pinned)]
    end = start
    for at in yes_lines(data, "pinned", start, stop):
        if at >= end and len(pieces) <= _MOST:
            end = data.find(_HEADING, at) + 1 or len(data)
            pieces.append(data[data.rfind(_HEADING, 0, at) + 1 : end])
    return Document.parse(b"".join(pieces))


def _latest(document: Document) -> str:
    return max((entry.instant for entry in document.entries), default="")
