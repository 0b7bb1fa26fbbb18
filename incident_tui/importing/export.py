"""Entries as Markdown files of their own, whose front matter says all that heading and metadata do."""

import re
from collections.abc import Mapping, Sequence

from incident_tui.format.model.entry import Entry, Heading
from incident_tui.format.model.metadata import parse_tags
from incident_tui.importing.front_matter import Value, front_matter
from incident_tui.importing.incidents import HEADING_KEY, HEADING_PARTS, METADATA

_LONGEST = 60
"""Characters of a title in a file name."""


def file_names(entries: Sequence[Entry]) -> list[str]:
    """What the files of entries are called: `2026-11-18-INC-2187.md`; each name once, numbered where it must be."""
    used: set[str] = set()
    names = []
    for entry in entries:
        stem = "-".join(filter(None, (_word(entry.instant[:10]), entry.ref or _slug(entry.title))))
        number = 1
        name = f"{stem}.md"
        while name.lower() in used:
            number += 1
            name = f"{stem}-{number}.md"
        used.add(name.lower())
        names.append(name)
    return names


def exported(entry: Entry) -> bytes:
    """The file of an entry: front matter, and the body byte for byte."""
    values = {**_heading_values(entry, entry.heading), **_metadata_values(entry.metadata.values())}
    return front_matter(values).encode("utf-8", "surrogateescape") + entry.data[entry.metadata.end : entry.end]


def _heading_values(entry: Entry, heading: Heading) -> dict[str, Value]:
    """The heading as it is written, and its parts."""
    line = entry.data[entry.start : entry.heading_end].decode("utf-8", "surrogateescape")
    values = (heading.timestamp, heading.ref or "", heading.title, entry.state)
    fields = {key: value for key, value in zip(HEADING_PARTS, values, strict=True) if value}
    return {HEADING_KEY: line.removeprefix("## ").rstrip("\r\n"), **fields}


def _metadata_values(metadata: Mapping[str, str]) -> dict[str, Value]:
    """Metadata by keys that don't mean the heading; tags as a list, where that says the same."""
    values: dict[str, Value] = {}
    for key, value in metadata.items():
        tags = list(parse_tags(value)) if key == "tags" else []
        name = f"{METADATA}{key}" if key in (HEADING_KEY, *HEADING_PARTS) else key
        values[name] = tags if tags and ", ".join(tags) == value else value
    return values


def _slug(title: str) -> str:
    return _word(title)[:_LONGEST].strip("-") or "entry"


def _word(text: str) -> str:
    """Letters and digits, with a `-` for all else."""
    printable = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").lower()
    return re.sub(r"[\W_]+", "-", printable).strip("-")
