"""The change of a live file and its archive: splices are collected as a plan, then joined.

An entry is written where it goes before it is taken out where it was, so a change has an order.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from incident_tui.format.edit.fast_apply import apply_without_rescan
from incident_tui.format.edit.insertion import insertion_splices, removal_splices
from incident_tui.format.edit.new_file import new_file
from incident_tui.format.edit.splice import Hunk, Splice, apply_checked, hunks
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Contents, Location
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, parse_entry


class EditConflict(Refused):
    """The entry is no longer what was seen: someone else altered it, moved it or took it out."""


class FileChange(NamedTuple):
    """The change of one of the two files: its new document, and the same as hunks."""

    location: Location
    document: Document
    hunks: tuple[Hunk, ...]


class ChangeSet(NamedTuple):
    """The changes that edits make to a knowledge base; empty if they change nothing."""

    files: tuple[FileChange, ...] = ()
    """In the order in which they must be written: an entry is written where it goes before it is taken
    out where it was."""

    def applied_to(self, contents: Contents) -> Contents:
        """Return the documents as the change leaves them."""
        new: dict[Location, Document] = {file.location: file.document for file in self.files}
        exists = contents.exists or "live" in new
        live, archive = new.get("live", contents.live), new.get("archive", contents.archive)
        return contents._replace(live=live, archive=archive, exists=exists)


class DocumentPlan:
    """The planned changes of one document, collected over all edits."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.replaced: dict[int, bytes] = {}
        """New bytes of entries, by their number."""
        self.gone: set[int] = set()
        """Numbers of entries to take out."""
        self.added: list[tuple[bytes, int]] = []
        """Texts to put in, each with the number of the entry before which it goes."""
        self.exact: list[tuple[Splice, int]] = []
        """Splices of text between entries, each with the number of entries that it brings (or takes, negative)."""

    def change(self, location: Location) -> FileChange | None:
        """Return the change of the file. Raises `Refused` if it would alter an entry outside the plan."""
        entries = self.document.entries
        for text, number in self.added:
            for entry in entries[number : number + 1]:
                require_no_conflict_markers(self.document, entry, f"{parse_entry(text).label} would stand")
        replaced = {number: raw for number, raw in self.replaced.items() if number not in self.gone}
        splices = [
            Splice(entries[number].start, entries[number].end, raw)
            for number, raw in replaced.items()
            if raw != entries[number].raw
        ]
        splices += removal_splices(self.document, self.gone) if self.gone else []
        splices += insertion_splices(self.document, self.added) if self.added else []
        splices += [exact for exact, _ in self.exact]
        if not splices:
            return None
        splices.sort(key=lambda change: (change.start, change.end))
        if any(after.start < before.end for before, after in pairwise(splices)):
            raise EditConflict("someone else has moved what this change is about; nothing was written")
        result = apply_without_rescan(self.document, splices) or self._scanned(splices, replaced)
        return FileChange(location, result, tuple(hunks(self.document, splices)))

    def _scanned(self, splices: Sequence[Splice], replaced: dict[int, bytes]) -> Document:
        """Return the document with the splices made, parsed again. Raises `Refused`."""
        entries = self.document.entries
        untouched = [
            entry
            for entry in entries
            if entry.number not in self.gone
            and entry.number not in replaced
            and not any(splice.start <= entry.start and entry.end <= splice.end for splice, _ in self.exact)
        ]
        count = len(entries) - len(self.gone) + len(self.added) + sum(count for _, count in self.exact)
        new_texts = None if self.exact else [*replaced.values(), *(text for text, _ in self.added)]
        return apply_checked(self.document, splices, untouched, count, new_texts)


def require_no_conflict_markers(document: Document, entry: Entry, subject: str = "") -> None:
    """Raise `Refused` if an entry is between conflict markers. `subject` is what stands there, by default its label."""
    line = document.conflict(entry)
    if line is not None:
        raise Refused(
            f"resolve git's conflict in an editor first (line {line}): "
            f"{subject or f'{entry.label} stands'} between its markers; nothing was written"
        )


class ContentsPlan:
    """A plan for each of the two documents."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.live = DocumentPlan(contents.live)
        self.archive = DocumentPlan(contents.document("archive"))

    def plan(self, location: Location) -> DocumentPlan:
        """The plan for one of the two."""
        return self.live if location == "live" else self.archive

    def change(self, order: tuple[Location, ...]) -> ChangeSet:
        """The change, its files written in this order. Raises `Refused`."""
        if self.contents.archive is None and self.archive.added:
            self.archive.document = new_archive(self.contents.live)
            self.archive.added = [(text, 0) for text, _ in self.archive.added]
        if not self.contents.exists and self.live.added:
            self.live.document = Document.parse(new_file(self.contents.file_name))
            self.live.added = [(text, 0) for text, _ in self.live.added]
        new = {"live": not self.contents.exists, "archive": self.contents.archive is None}
        changes = [self.plan(location).change(location) for location in order]
        changes = [_as_new(change) if change and new[change.location] else change for change in changes]
        return ChangeSet(tuple(change for change in changes if change is not None))


def new_archive(live: Document) -> Document:
    """A new archive: a title line and the format's separator, with the live file's line ends."""
    return Document.parse(live.eol.join([b"# Archived incidents", b"", b"---", b"", b""]))


def _as_new(change: FileChange) -> FileChange:
    """Return the same file change as the creation of a file that didn't exist."""
    return FileChange(change.location, change.document, (Hunk(None, None, b"", change.document.data),))
