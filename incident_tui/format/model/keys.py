"""The table of metadata keys: what writes, reads, shows, checks, filters or merges a key asks it."""

from typing import Literal, NamedTuple

Kind = Literal["text", "choice", "list", "count", "day", "flag", "number"]
"""How a value is read, checked, merged and written as JSON.

`choice` is one of few words; `list` has commas between; `count` is a whole number that goes up and is merged by adding;
`day` is `2025-01-18`, and of two the later one is kept; `flag` says yes or no; `number` and `text` stand as they are.
What else a value must be (a range, a pattern) is a check of its own, in `format/check/metadata.py`.
"""

Shown = Literal["value", "named", "special", "never"]
"""How the detail and `show` say it: the value alone, `key: value`, in words of their own, or not at all."""


class Key(NamedTuple):
    """A metadata key. The table's order is the order of the lines in an entry, and of the fields in JSON."""

    name: str
    kind: Kind = "text"
    shown: Shown = "named"
    choices: tuple[str, ...] = ()
    """The values that `check` knows of a `choice`; none: any will do."""
    new: str | None = None
    """What a new entry says: nothing (None) is what the file's template says, and an empty text is no line at all."""
    unreadable: str = "nothing reads it"
    """What follows from a value that isn't of its kind, as `check` says it."""


KEYS = (
    Key("type", "choice", "value", ("incident", "pattern", "query", "fact", "note", "integration")),
    Key("tags", "list", "special"),
    Key("used", "count", "special", new="0", unreadable="it counts as 0"),
    Key("last_used", "day", "special", new="", unreadable="the entry counts as never used"),
    Key("pinned", "flag", "special", new="false", unreadable="the entry counts as not pinned"),
    Key("schema_version", "number", "never"),
    Key("severity"),
    Key("service", "list"),
    Key("services", "list"),
    Key("owner"),
    Key("status"),
    Key("reviewed", "day", new="", unreadable="the entry counts as never reviewed"),
)
"""The keys that have a meaning, and a JSON field of their name."""

OLDER_KEYS = ("usefulness", "outcome", "origin", "merged_into", "archived_to", "reason")
"""Keys that older files have. They make a list metadata, and are shown like keys that the format doesn't know."""

KEY_NAMES = tuple(key.name for key in KEYS)

KNOWN_NAMES = frozenset(KEY_NAMES + OLDER_KEYS)
"""A list after a heading is metadata if one of these is in it."""

KEY_OF = {key.name: key for key in KEYS}
