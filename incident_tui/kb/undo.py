"""Taking a change back, and making it again: an edit like any other, exact where its surroundings stand."""

from collections.abc import Sequence

from incident_tui.kb.document import Document
from incident_tui.kb.edit import Base, Change, Changed, FileChange, Place
from incident_tui.kb.splice import Hunk, Splice, locate, splice

Hunks = Sequence[tuple[Place, Sequence[Hunk]]]
"""What a change did to each file, in the order in which the files were written."""


def inverse(change: Hunks) -> list[tuple[Place, list[Hunk]]]:
    """The change that takes this one back; the files in the opposite order: no entry is ever nowhere."""
    return [(place, [hunk.inverse() for hunk in hunks]) for place, hunks in reversed(change)]


def replay(base: Base, change: Hunks) -> Change:
    """Make a recorded change where its surroundings are. Raises `Changed` where they are no longer."""
    files = []
    for place, recorded in change:
        document = base.document(place)
        splices = []
        for hunk in recorded:
            where = locate(document, hunk)
            if where is None:
                raise Changed("someone else has edited the same place since; nothing was written")
            splices.append(where)
        files.append(FileChange(place, _made(document, splices), tuple(recorded)))
    return Change(tuple(files))


def changed_lines(hunk: Hunk) -> tuple[list[bytes], list[bytes]]:
    """The lines that a hunk took out and those that it put in, with their line ends."""
    old, new = (text.splitlines(keepends=True) for text in (hunk.old, hunk.new))
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end]


def _made(document: Document, splices: list[Splice]) -> Document:
    return Document.parse(splice(document.data, sorted(splices)))
