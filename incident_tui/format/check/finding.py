"""A finding: what is wrong at one place, and what mends it."""

from typing import Literal, NamedTuple

from incident_tui.format.edit.edit import Edit
from incident_tui.format.model.contents import Location
from incident_tui.format.model.entry import Entry

Severity = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The worst first. `error`: something is hidden, lost, or can't be told apart. `warning`: something is read otherwise
than it was meant. `note`: to be known."""


MENDED = 20
"""So many findings of a kind carry, in one entry, the edit that mends them. Such an edit is as long as the entry, and
of an entry's findings one is mended at a time; the others get theirs when the entry is looked at again."""


class Finding(NamedTuple):
    """What is wrong at one place, what it means, and what to do. Texts are harmless and on one line."""

    code: str
    """What kind of finding it is, for scripts: `open-comment`."""
    severity: Severity
    location: Location
    line: int
    """From 1."""
    what: str
    """What is there, and what it means."""
    advice: str
    """What to do."""
    entry: Entry | None = None
    """The entry in which it is; nothing where it is in none."""
    mend: tuple[Edit, ...] = ()
    """The edits that mend it, to be made one after the other; none where a person must."""
    base: str = ""
    """Which of several knowledge bases, as the caller calls it."""
    file: str = ""
    """The path of the file, where that is not one of the knowledge base's own two."""


def at_least(severity: Severity, bar: Severity) -> bool:
    """Whether a severity is as bad as another, or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(bar)
