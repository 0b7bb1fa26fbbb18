"""What the clean-up of a memory would delete: older entries of a key, superseded ones, and what stands below them.

It takes for an entry only what begins with a timestamp and one word; any other heading is text of the entry above.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from incident_tui.format.check.checked_file import CheckedFile
from incident_tui.format.check.finding import Finding
from incident_tui.format.read.references import superseded_keys
from incident_tui.format.sanitize import one_line

FILES = ("facts.md", "incidents.md", "patterns.md", "queries.md", "integrations.md")
"""The files of a layer that it reads."""

_HEADING = re.compile(rb"^## M-(?P<stamp>\S+)[ \t]+(?P<key>\S+)[ \t]*\r?$", re.MULTILINE)


class _Seen(NamedTuple):
    """An entry as the clean-up sees it."""

    stamp: bytes
    key: bytes
    start: int


def findings(file: CheckedFile) -> Iterator[Finding]:
    """Older entries of a key, superseded ones, and the entries that would be deleted with them."""
    stamped = [_Seen(match["stamp"], match["key"], match.start()) for match in _HEADING.finditer(file.data)]
    newest: dict[bytes, _Seen] = {}
    for one in stamped:
        if one.key not in newest or newest[one.key].stamp < one.stamp:
            newest[one.key] = one
    superseding = superseded_keys(file.data)
    deleted: dict[int, str] = {}
    for one in stamped:
        if not file.is_entry(one.start):
            continue
        name = one_line(one.key.decode("utf-8", "replace"))
        if one.key in superseding:
            line = file.line(superseding[one.key])
            deleted[one.start] = name
            problem = f"{name} is superseded, says line {line}: the memory's clean-up deletes it"
            yield file.finding("superseded", "note", one.start, problem, "archive it, if it is to be kept")
        elif one.stamp < newest[one.key].stamp:
            line = file.line(newest[one.key].start)
            deleted[one.start] = name
            problem = f"{name} is an older entry of the key in line {line}: the memory's clean-up deletes it"
            yield file.finding("older-duplicate", "note", one.start, problem, "archive it, if it is to be kept")
    owner = None
    heads = {one.start for one in stamped}
    starts = sorted(heads | {entry.start for entry in file.document.entries})
    for start in starts:
        if start in heads:
            owner = start
        elif owner in deleted:
            entry = file.holder(start)
            label = entry.label if entry is not None else ""
            problem = (
                f"the memory's clean-up would delete {label} with {deleted[owner]} above it (line {file.line(owner)}): "
                "it takes only headings of one word for entries"
            )
            advice = f"archive {deleted[owner]}, or give this entry a heading of one word"
            yield file.finding("clean-up-deletes", "warning", start, problem, advice)
