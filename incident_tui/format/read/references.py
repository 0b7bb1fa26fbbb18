"""The entries that an entry's text names: `See archive/incidents.md#M-2025-01-05T16:00:00Z`, `M-…#2`, `INC-1234`."""

import re
from collections import defaultdict
from collections.abc import Sequence

from incident_tui.format.model.contents import ARCHIVE_FOLDER, Contents, Location
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import all_entries, preferred

_NAME = re.compile(
    r"(?<![A-Za-z0-9-])"
    r"(?:M-(?P<id>[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[0-9T:.+-]*[0-9Z])?(?:#[0-9]+)?)|(?P<ref>[A-Z][A-Z0-9]*(?:-[0-9]+)+))"
    r"(?![A-Za-z0-9])"
)
_IN_ARCHIVE = re.compile(rf"\b{ARCHIVE_FOLDER}/[^\s()<>]*#\Z")
_LONGEST_PATH = 200

_SUPERSEDES = re.compile(rb"Supersedes\s+`(?P<key>[^`]+)`")


def superseded_keys(text: bytes) -> dict[bytes, int]:
    """Return the keys that a text says it supersedes, each with the offset where it says so last."""
    return {match["key"]: match.start() for match in _SUPERSEDES.finditer(text)}


def referenced_entries(contents: Sequence[Contents], referring: LocatedEntry) -> list[LocatedEntry]:
    """Return the entries that the text of an entry names, each once, in the text's order, of all files.

    A timestamp or a reference that several share names them all. Of an entry and its archived original the live
    one is meant, unless the pointer names a file in `archive/`. The entry itself is none.
    """
    by_name: dict[str, list[LocatedEntry]] = defaultdict(list)
    for located in all_entries(*contents):
        for name in {located.entry.timestamp, located.id.removeprefix("M-"), located.entry.ref}:
            if name:
                by_name[name].append(located)
    text = referring.entry.body
    referenced: dict[LocatedEntry, None] = {}
    looked_up: set[tuple[str, Location]] = set()
    for match in _NAME.finditer(text):
        name = match["id"] or match["ref"]
        candidates = by_name.get(name, [])
        before = text[max(0, match.start() - _LONGEST_PATH) : match.start()]
        location: Location = "archive" if candidates and _IN_ARCHIVE.search(before) else "live"
        if (name, location) not in looked_up:
            looked_up.add((name, location))
            referenced |= dict.fromkeys(preferred(candidates, location))
    return [located for located in referenced if not located.is_same(referring)]
