"""A knowledge base of three entries on disk, and edits of it."""

from pathlib import Path

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Operation
from incident_tui.format.model.contents import Location
from incident_tui.format.model.located import Target
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.snapshot import FileSnapshot

HEAD = b"# Incidents\n\n---\n\n"
GAP = b"\n---\n\n"
A = b"## M-2025-03-01T10:00:00Z INC-3 third\n\n- used: 2\n- pinned: false\n\nThe pool ran dry.\n"
B = b"## M-2025-02-01T10:00:00Z INC-2 second\n\n- used: 0\n- pinned: false\n\nBody.\n"
C = b"## M-2025-01-01T10:00:00Z INC-1 first\n\n- used: 7\n- pinned: false\n\nBody.\n"
LIVE = HEAD + A + GAP + B + GAP + C
OLD = b"# Old\n\n---\n\n## M-2024-01-01T10:00:00Z OLD-1 old\n\nOld.\n"


def edit(snapshot: FileSnapshot, ref: str, act: Operation, place: Location = "live") -> Edit:
    """An edit of the first entry of this reference, as it stands in a snapshot."""
    found = next(held for held in snapshot.document(place).entries if held.ref == ref)
    return Edit(Target(place, found.identity, found.raw), act)


def do(base: KnowledgeBase, ref: str, act: Operation, place: Location = "live") -> None:
    base.edit([edit(base.snapshot(), ref, act, place)])


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder below a folder (nothing for a folder)."""
    found = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in found}
