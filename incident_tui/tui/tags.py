"""The tags in use, to be chosen from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from incident_tui.kb.base import PLACES
from incident_tui.kb.entry import Entry
from incident_tui.kb.plain import one_line
from incident_tui.storage.reader import Snapshot


class InUse(NamedTuple):
    """A tag as it is spelled most often, and how many entries have it."""

    tag: str
    entries: int

    @property
    def key(self) -> str:
        """What tells it from other tags."""
        return self.tag.casefold()


def in_use(snapshot: Snapshot | None) -> list[InUse]:
    """All tags of live and archived entries, the most frequent first."""
    if snapshot is None:
        return []
    return counted(entry for base in snapshot.bases for place in PLACES for entry in base.document(place).entries)


def counted(entries: Iterable[Entry]) -> list[InUse]:
    """The tags of these entries, the most frequent first; equals as the alphabet has them."""
    spelled: dict[str, Counter[str]] = {}
    counts: Counter[str] = Counter()
    for entry in entries:
        tags = entry.tags
        counts.update({tag.casefold() for tag in tags})
        for tag in tags:
            spelled.setdefault(tag.casefold(), Counter())[tag] += 1
    found = [InUse(spelled[key].most_common(1)[0][0], count) for key, count in counts.items()]
    return sorted(found, key=lambda one: (-one.entries, one.key))


def narrowed(tags: Sequence[InUse], typed: str) -> list[InUse]:
    """Those that hold what was typed; first those that are it, then those that begin so."""
    wanted = typed.strip().casefold()
    found = [one for one in tags if wanted in one_line(one.tag).casefold()]
    return sorted(found, key=lambda one: (one.key != wanted, not one_line(one.tag).casefold().startswith(wanted)))
