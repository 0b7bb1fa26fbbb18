"""The two documents of a knowledge base: the live one and the archive."""

from typing import Literal, NamedTuple

from incident_tui.format.model.document import Document
from incident_tui.format.sanitize import one_line

ARCHIVE_FOLDER = "archive"
"""The name of the folder that archives are in."""

Location = Literal["live", "archive"]

LOCATIONS: tuple[Location, Location] = ("live", "archive")


class Contents(NamedTuple):
    """The two documents of a knowledge base."""

    live: Document
    archive: Document | None
    file_name: str
    """The live file's name, which is the archive's, too."""
    exists: bool = True
    """Whether the live file is there; else the first entry makes it."""
    archive_known: bool = True
    """Whether the archive was read, or isn't there; otherwise nothing can be said of what it holds."""

    @property
    def missing_full_text(self) -> str:
        """What to say of a summary whose full text the archive doesn't have, or may have where it can't be read."""
        archive = one_line(self.archive_link)
        return f"its full text is not in {archive}" if self.archive_known else f"{archive} can't be read"

    @property
    def archive_link(self) -> str:
        """The path of the archive as summaries name it."""
        return f"{ARCHIVE_FOLDER}/{self.file_name}"

    def document(self, location: Location) -> Document:
        """Return the live document, or the archive (empty if there is none)."""
        if location == "live":
            return self.live
        return self.archive or Document.parse(b"")
