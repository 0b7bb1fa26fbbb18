"""What is wrong with a knowledge base: documents and a date in, findings out. No file is read here.

A finding is something that a person who looks at the line would agree with; what may be meant so is none. A template
in a comment, for one, holds entries that are examples.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from incident_tui.kb.base import Base
from incident_tui.kb.check import fields, hidden, lines, moved
from incident_tui.kb.check.file import File
from incident_tui.kb.check.finding import Finding


def check(bases: Sequence[tuple[str, Base]], today: date) -> list[Finding]:
    """All findings, knowledge base by knowledge base (each with its name), the live file first, by line."""
    found = [one._replace(base=name) for name, base in bases for one in _of(base, today)]
    found += moved.across(bases)
    names = [name for name, _ in bases]
    return sorted(found, key=lambda one: (names.index(one.base), one.place == "archive", one.line))


def _of(base: Base, today: date) -> Iterator[Finding]:
    live, archive = File(base, "live"), File(base, "archive")
    for file in (live, archive):
        yield from hidden.findings(file)
        yield from lines.findings(file)
        yield from moved.twins(file)
        yield from fields.findings(file, today)
    yield from moved.between(live, archive)
