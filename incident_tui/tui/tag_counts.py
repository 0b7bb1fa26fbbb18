"""The tags in use, to be chosen from."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from incident_tui.format.caseless import caseless
from incident_tui.format.edit import tags
from incident_tui.format.model.contents import LOCATIONS
from incident_tui.format.model.entry import Entry
from incident_tui.format.sanitize import one_line
from incident_tui.storage.snapshot import Snapshot


class TagCount(NamedTuple):
    """A tag as it is spelled most often, and how many entries have it."""

    tag: str
    entries: int

    @property
    def key(self) -> str:
        """The key that distinguishes it from other tags."""
        return caseless(self.tag)


def in_use(snapshot: Snapshot | None) -> list[TagCount]:
    """All tags of live and archived entries, the most frequent first."""
    if snapshot is None:
        return []
    return counted(
        entry for file in snapshot.files for location in LOCATIONS for entry in file.document(location).entries
    )


def counted(entries: Iterable[Entry]) -> list[TagCount]:
    """The tags of these entries, the most frequent first; equals as the alphabet has them."""
    counts = [TagCount(tag, count) for tag, count in tags.tag_usage(entry.tags for entry in entries)]
    return sorted(counts, key=lambda tag_count: (-tag_count.entries, tag_count.key))


def narrowed(used: Sequence[TagCount], typed: str) -> list[TagCount]:
    """Return the tags that contain the typed text; first the equal one, then those that begin with it."""
    text = caseless(typed.strip())

    def order(option: TagCount) -> tuple[bool, bool]:
        return option.key != text, not caseless(one_line(option.tag)).startswith(text)

    return sorted((option for option in used if text in caseless(one_line(option.tag))), key=order)
