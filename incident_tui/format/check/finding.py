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
    """A fault at one location, its effect, and advice. Texts are sanitized and on one line."""

    code: str
    """The kind of finding, for scripts: `open-comment`."""
    severity: Severity
    location: Location
    line: int
    """From 1."""
    what: str
    """The fault and its effect."""
    advice: str
    """How to correct it."""
    entry: Entry | None = None
    """The entry with the fault; None if it is outside of all entries."""
    mend: tuple[Edit, ...] = ()
    """The edits that mend it, to be made one after the other; none where a person must."""
    base: str = ""
    """Which of several knowledge bases, as the caller calls it."""
    file: str = ""
    """The path of the file, where that is not one of the knowledge base's own two."""


def at_least(severity: Severity, bar: Severity) -> bool:
    """Whether a severity is as bad as another, or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(bar)
