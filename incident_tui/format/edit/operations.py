"""The operations on an entry (pin, tag, archive …), as values."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime

    from incident_tui.format.model.entry import Entry


class Pin(NamedTuple):
    """Pin an entry (never archive it without asking), or unpin it."""

    pinned: bool = True


class Helped(NamedTuple):
    """Count that an entry helped: `used` goes up by one, `last_used` becomes `today`."""

    today: "date"


class Reviewed(NamedTuple):
    """Note that a review kept an entry as it is: `reviewed` becomes `today`."""

    today: "date"


class Tag(NamedTuple):
    """Take tags off an entry and add others at the end; those that stay keep their place."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class RenameTag(NamedTuple):
    """Rename a tag; it keeps its position in the list."""

    old: str
    new: str


class Tick(NamedTuple):
    """Tick or untick action items."""

    numbers: tuple[int, ...]
    """Which ones, from 1, as they were numbered in the bytes that were seen."""
    done: bool = True


class AddToTimeline(NamedTuple):
    """Add a line to the entry's timeline: at the end of the section of that name, else at the entry's end."""

    time: str
    """The UTC time, as `timeline_time` writes it."""
    text: str

    @property
    def line(self) -> str:
        """The line of Markdown."""
        return f"- {self.time} UTC — {self.text}"


def timeline_time(now: "datetime", entry: "Entry") -> str:
    """Return a time in UTC for an entry's timeline: `18:03`, with the date where it isn't the entry's own day."""
    return f"{now:%H:%M}" if now.date() == entry.day else f"{now:%Y-%m-%d %H:%M}"


class Rewrite(NamedTuple):
    """Put another text in the entry's place: heading, metadata and body as they came from an editor."""

    raw: bytes


class Create(NamedTuple):
    """Put a new entry into the live file, where the file's order puts it."""

    raw: bytes


class MoveIn(NamedTuple):
    """Put an entry of another file into the live file, verbatim, where the file's order puts it."""

    raw: bytes
    route: str
    """From where it comes and where it goes: `personal/facts to payments/facts`."""


class MoveOut(NamedTuple):
    """Take a live entry out, which is put into another file with the same change."""

    route: str


class Summarize(NamedTuple):
    """Put a summary in the entry's place; its full text goes to the archive, verbatim."""

    summary: str
    key_learning: str


class Archive(NamedTuple):
    """Move an entry to the archive. A pinned one only if `force` is set."""

    force: bool = False


class Restore(NamedTuple):
    """Bring an entry's full text back from the archive."""


InPlaceOperation = Pin | Helped | Reviewed | Tag | RenameTag | Tick | AddToTimeline | Rewrite
"""Acts that leave the entry where it is."""

Operation = InPlaceOperation | Create | MoveIn | MoveOut | Summarize | Archive | Restore
