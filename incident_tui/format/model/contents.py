"""The two documents of a knowledge base, and what names an entry in them."""

from typing import TYPE_CHECKING, Literal, NamedTuple

from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity

if TYPE_CHECKING:
    from incident_tui.format.edit.plan import ChangeSet

Location = Literal["live", "archive"]

LOCATIONS: tuple[Location, Location] = ("live", "archive")


class Target(NamedTuple):
    """Which entry an edit is for, and the bytes of it that the person saw."""

    place: Location
    identity: Identity
    seen: bytes
    part: int = 0
    """Which knowledge base it is in, of several that are open."""

    @classmethod
    def of(cls, place: Location, entry: Entry, part: int = 0) -> "Target":
        """The target for an edit of an entry as it stands here."""
        return cls(place, entry.identity, entry.raw, part)


class Contents(NamedTuple):
    """The two documents of a knowledge base. `pointer` is the archive's path as summaries name it."""

    live: Document
    archive: Document | None
    pointer: str

    def document(self, place: Location) -> Document:
        """The live document, or the archive (an empty one where there is none)."""
        if place == "live":
            return self.live
        return self.archive or Document.parse(b"")

    def after(self, change: "ChangeSet") -> "Contents":
        """The documents as a change leaves them."""
        now: dict[Location, Document] = {file.place: file.document for file in change.files}
        return Contents(now.get("live", self.live), now.get("archive", self.archive), self.pointer)
