"""An entry together with where it is: which file, live or archived; and what names it in an edit and in a list."""

from typing import NamedTuple

from incident_tui.format.model.contents import Location
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity


class Target(NamedTuple):
    """Which entry an edit is for, and the bytes of it that the person saw."""

    location: Location
    identity: Identity
    seen: bytes
    file_index: int = 0
    """Which of several files that are open."""

    @classmethod
    def of(cls, location: Location, entry: Entry, file_index: int = 0) -> "Target":
        """Return the target for an edit of an entry as it is now."""
        return cls(location, entry.identity, entry.raw, file_index)


class EntryKey(NamedTuple):
    """What tells an entry from all others, in this snapshot and the next."""

    location: Location
    identity: Identity
    nth: int
    """Which one of several with the same identity, from 0."""
    file_index: int = 0


class LocatedEntry:
    """An entry, the document that has it, and where that is. There may be very many: it has no more than it must."""

    __slots__ = ("document", "entry", "file_index", "location")

    def __init__(self, entry: Entry, document: Document, location: Location = "live", file_index: int = 0) -> None:
        self.entry = entry
        self.document = document
        self.location: Location = location
        self.file_index = file_index
        """Which of several files that are open."""

    @property
    def archived(self) -> bool:
        """Whether the entry is in the archive."""
        return self.location == "archive"

    @property
    def id(self) -> str:
        """The entry's id in its document."""
        return self.document.id(self.entry)

    @property
    def key(self) -> EntryKey:
        """What tells it from all others."""
        return EntryKey(self.location, self.entry.identity, self.document.nth(self.entry), self.file_index)

    @property
    def target(self) -> Target:
        """The entry with its present bytes, for an edit."""
        return Target.of(self.location, self.entry, self.file_index)

    def is_same(self, other: "LocatedEntry") -> bool:
        """Whether both are the same entry of the same snapshot."""
        return self.entry.number == other.entry.number and self.document is other.document


def located_entries(document: Document, location: Location = "live", file_index: int = 0) -> list[LocatedEntry]:
    """Return the entries of a document, in file order."""
    return [LocatedEntry(entry, document, location, file_index) for entry in document.entries]
