"""Entries as JSON objects, the same in `list` and `show`.

What stands in the file is kept as it is, except bytes that are no UTF-8. Non-ASCII is escaped, so output that reaches a
terminal through `head` can't control it.
"""

import json
from typing import TYPE_CHECKING, Any

from incident_tui.format.model.keys import KEYS, Kind
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.model.metadata import count, is_yes, parse_tags

if TYPE_CHECKING:
    from incident_tui.storage.snapshot import Snapshot


def dumps(value: object) -> str:
    """One line of JSON, all of it printable ASCII."""
    return json.dumps(value).replace("\x7f", "\\u007f")


def entry_object(located: LocatedEntry, snapshot: "Snapshot") -> dict[str, Any]:
    """An entry's fields. What the file doesn't say is null, but `used` is 0, `pinned` false, `tags` empty."""
    entry, file = located.entry, snapshot.files[located.file_index]
    return {
        "id": valid(located.id),
        "timestamp": valid(entry.timestamp),
        "ref": entry.ref,
        "title": valid(entry.title) or None,
        "state": entry.state,
        "archived": located.archived,
        **{key.name: _value(key.kind, entry.metadata.get(key.name) or "") for key in KEYS},
        "extra": {key: valid(value) for key, value in entry.extra.items()},
        "file": valid(str(file.path(located.location))),
        "line": file.document(located.location).lines[entry.number],
        "layer": valid(file.layer) or None,
    }


def full_object(located: LocatedEntry, snapshot: "Snapshot") -> dict[str, Any]:
    """An entry's fields with its body: as text, by section, and its action items."""
    from incident_tui.format.read.sections import items, sections

    entry = located.entry
    return entry_object(located, snapshot) | {
        "body": valid(entry.body),
        "sections": [
            {
                "title": valid(section.title) or None,
                "text": valid("\n".join(line.text for line in section.lines).strip("\n")),
            }
            for section in sections(entry)
        ],
        "items": [
            {
                "number": item.number,
                "checked": item.checked,
                "open": item.open,
                "text": valid(item.text),
                "section": valid(item.section) or None,
            }
            for item in items(entry)
        ],
    }


def valid(text: str) -> str:
    """Text whose every character can be encoded: a byte that was no UTF-8 is U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _value(kind: Kind, value: str) -> str | int | bool | list[str] | None:
    """A metadata value of this kind: a bad count is 0, a bad flag false, a bad number its text; nothing is null."""
    match kind:
        case "list":
            return [valid(tag) for tag in parse_tags(value)]
        case "count":
            return count(value)
        case "flag":
            return is_yes(value)
        case "number" if value.isascii() and value.isdigit() and len(value) < 16:
            return int(value)
    return valid(value) or None
