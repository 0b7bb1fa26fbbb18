"""Small knowledge bases that the tests of edits share."""

from incident_tui.format.edit.edit import Edit, apply
from incident_tui.format.edit.operations import Operation
from incident_tui.format.model.contents import Contents, Location
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry
from incident_tui.format.model.located import Target

A = b"""## M-2025-03-01T10:00:00Z INC-3 third

- type: incident
- tags: db, pool
- used: 2
- last_used: 2025-03-09
- pinned: false
- schema_version: 1

**Summary**

The pool ran dry.
"""
B = b"""## M-2025-02-01T10:00:00Z INC-2 second

- type: incident
- used: 0
- pinned: false

Body of the second.
"""
C = b"""## M-2025-01-01T10:00:00Z INC-1 first

- type: note
- used: 7
- pinned: false

Body of the first.
"""
HEAD = b"# Incidents\n\n---\n\n"
GAP = b"\n---\n\n"
LIVE = HEAD + A + GAP + B + GAP + C
FILE_NAME = "incidents.md"


def entry(raw: bytes) -> Entry:
    """The only entry of a file."""
    (found,) = Document.parse(raw).entries
    return found


def base(live: bytes, archive: bytes | None = None) -> Contents:
    return Contents(Document.parse(live), None if archive is None else Document.parse(archive), FILE_NAME)


def edit(where: Contents, ref: str, act: Operation, place: Location = "live") -> Edit:
    """An edit of the first entry of this reference, as it stands."""
    found = next(held for held in where.document(place).entries if held.ref == ref)
    return Edit(Target(place, found.identity, found.raw), act)


def after(where: Contents, *edits: Edit) -> tuple[bytes, bytes | None]:
    """The bytes of both files after the edits."""
    data: dict[Location, bytes | None] = {
        "live": where.live.data,
        "archive": where.archive.data if where.archive else None,
    }
    for file in apply(where, edits).files:
        data[file.location] = file.document.data
    return data["live"] or b"", data["archive"]


def does(live: bytes, ref: str, act: Operation, archive: bytes | None = None, place: Location = "live") -> bytes:
    """The live file after one edit."""
    where = base(live, archive)
    return after(where, edit(where, ref, act, place))[0]
