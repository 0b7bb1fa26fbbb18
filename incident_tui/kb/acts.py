"""What can be done to an entry, as values."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Pin:
    """Pin an entry (never archive it without asking), or unpin it."""

    pinned: bool = True


@dataclass(frozen=True, slots=True)
class Helped:
    """Count that an entry helped: `used` goes up by one, `last_used` becomes `today`."""

    today: date


@dataclass(frozen=True, slots=True)
class Tag:
    """Take tags off an entry and add others at the end; those that stay keep their place."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameTag:
    """Call a tag by another name, where it stands."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Tick action items, or take the ticks off."""

    numbers: tuple[int, ...]
    """Which ones, from 1, as they were numbered in the bytes that were seen."""
    done: bool = True


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Put another text in the entry's place: heading, metadata and body as they came from an editor."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Create:
    """Put a new entry into the live file, where the file's order wants it."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Summarize:
    """Put a summary in the entry's place; its full text goes to the archive, verbatim."""

    summary: str
    key_learning: str


@dataclass(frozen=True, slots=True)
class Archive:
    """Move an entry to the archive. A pinned one only if `force` is set."""

    force: bool = False


@dataclass(frozen=True, slots=True)
class Restore:
    """Bring an entry's full text back from the archive."""


InPlace = Pin | Helped | Tag | RenameTag | Tick | Rewrite
"""Acts that leave the entry where it is."""

Act = InPlace | Create | Summarize | Archive | Restore
