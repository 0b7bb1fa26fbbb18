"""The entries that an entry's text names: `See archive/incidents.md#M-2025-01-05T16:00:00Z`, `M-…#2`, `INC-1234`."""

import re
from collections import defaultdict
from collections.abc import Sequence

from incident_tui.format.model.contents import Contents, Location
from incident_tui.format.model.entry import Entry
from incident_tui.format.read.resolve import NamedEntry, all_entries

_NAME = re.compile(
    r"(?<![A-Za-z0-9-])"
    r"(?:M-(?P<id>[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[0-9T:.+-]*[0-9Z])?(?:#[0-9]+)?)|(?P<ref>[A-Z][A-Z0-9]*(?:-[0-9]+)+))"
    r"(?![A-Za-z0-9])"
)
_IN_ARCHIVE = re.compile(r"\barchive/[^\s()<>]*#\Z")
_LONGEST_PATH = 200


def referenced_entries(bases: Sequence[Contents], part: int, place: Location, entry: Entry) -> list[NamedEntry]:
    """The entries that the text of an entry names, each once, in the text's order.

    The entry stands in `place` of the knowledge base number `part`; what it names may stand in any.

    A timestamp or a reference that several share names them all. Of an entry and its archived original the live
    one is meant, unless the pointer names a file in `archive/`. The entry itself is none.
    """
    called: dict[str, list[NamedEntry]] = defaultdict(list)
    for one in all_entries(*bases):
        for name in {one.entry.timestamp, one.id.removeprefix("M-"), one.entry.ref}:
            if name:
                called[name].append(one)
    text = entry.body
    found: dict[NamedEntry, None] = {}
    seen: set[tuple[str, Location]] = set()
    for match in _NAME.finditer(text):
        name = match["id"] or match["ref"]
        candidates = called.get(name, [])
        before = text[max(0, match.start() - _LONGEST_PATH) : match.start()]
        meant: Location = "archive" if candidates and _IN_ARCHIVE.search(before) else "live"
        if (name, meant) in seen:
            continue
        seen.add((name, meant))
        preferred = {(one.part, one.entry.identity) for one in candidates if one.place == meant}
        found |= {
            one: None for one in candidates if one.place == meant or (one.part, one.entry.identity) not in preferred
        }
    return [one for one in found if (one.part, one.place, one.entry.number) != (part, place, entry.number)]
