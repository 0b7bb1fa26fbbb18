"""The two documents of a knowledge base: the live one and the archive."""

from typing import TYPE_CHECKING, Literal, NamedTuple

from incident_tui.format.model.document import Document

if TYPE_CHECKING:
    from incident_tui.format.edit.plan import ChangeSet

ARCHIVE_FOLDER = "archive"
"""The name of the folder that archives are in."""

Location = Literal["live", "archive"]

LOCATIONS: tuple[Location, Location] = ("live", "archive")


class Contents(NamedTuple):
    """The two documents of a knowledge base. `pointer` is the archive's path as summaries name it."""

    live: Document
    archive: Document | None
    pointer: str
    exists: bool = True
    """Whether the live file is there; else the first entry makes it."""

    def document(self, location: Location) -> Document:
        """Return the live document, or the archive (empty if there is none)."""
        if location == "live":
            return self.live
        return self.archive or Document.parse(b"")

    def after(self, change: "ChangeSet") -> "Contents":
        """The documents as a change leaves them."""
        now: dict[Location, Document] = {file.location: file.document for file in change.files}
        exists = self.exists or "live" in now
        return Contents(now.get("live", self.live), now.get("archive", self.archive), self.pointer, exists)
