"""The difference between two readings of a document, entry by entry."""

from collections import Counter
from typing import NamedTuple

from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Identity


class EntryDiff(NamedTuple):
    """Which entries came, changed and went."""

    added: tuple[Identity, ...]
    changed: tuple[Identity, ...]
    removed: tuple[Identity, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def describe(self, removed: str = "gone") -> str:
        """Return the phrase of a notice: `2 entries added, 1 changed`; `removed` is what became of those that went."""
        counts: list[str] = []
        for identities, verb in ((self.added, "added"), (self.changed, "changed"), (self.removed, removed)):
            if identities:
                noun = "" if counts else " entry" if len(identities) == 1 else " entries"
                counts.append(f"{len(identities)}{noun} {verb}")
        return ", ".join(counts)


def entry_diff(before: Document, after: Document) -> EntryDiff:
    """Compare two documents. Entries are told apart by their identity, twins of one identity by their text."""
    if before is after:
        return EntryDiff((), (), ())
    old = Counter((entry.identity, entry.raw) for entry in before.entries)
    new = Counter((entry.identity, entry.raw) for entry in after.entries)
    removed = Counter(identity for identity, _ in (old - new).elements())
    added = Counter(identity for identity, _ in (new - old).elements())
    return EntryDiff(
        tuple((added - removed).elements()), tuple((added & removed).elements()), tuple((removed - added).elements())
    )
