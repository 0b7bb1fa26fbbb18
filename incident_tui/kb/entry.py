"""One entry of a knowledge base: its heading, its metadata, its bytes. A view of the document.

Text is decoded with `surrogateescape`, so that bytes which are no UTF-8 survive in identities and can be
compared; whoever shows text passes it through `incident_tui.kb.plain` first.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from incident_tui.kb.plain import one_line

KEYS = ("type", "tags", "used", "last_used", "pinned", "schema_version")
"""The metadata keys in the order that the format gives them."""

OLDER_KEYS = ("status", "usefulness", "outcome", "origin", "merged_into", "archived_to", "reason")
"""Keys that older files have."""

KNOWN_KEYS = frozenset(KEYS + OLDER_KEYS)

State = Literal["full", "summarized"]

_YES = frozenset({"true", "yes", "on", "1"})
_NO = frozenset({"false", "no", "off", "0", ""})
_REF = re.compile(r"[A-Z][A-Z0-9]*-[0-9]+(?:-[0-9]+)*")
_SUFFIX = re.compile(r"(?:\A|(?<=[ \t]))\((summarized|archived)\)\Z")
_BLOCK = re.compile(
    rb"(?:[ \t]*\r?\n)*((?:- [a-z][a-z0-9_]*:(?:[ \t][^\n]*|\r)?(?:\n|\Z))+)",
)
_FIELD = re.compile(rb"- ([a-z][a-z0-9_]*):[ \t]*([^\n]*)(?:\n|\Z)")


class Identity(NamedTuple):
    """What names an entry: the timestamp is not unique, the rest of the heading tells twins apart."""

    timestamp: str
    name: str
    """The heading after the timestamp, without its suffix: `INC-1234 orders-api-outage`."""


class Field(NamedTuple):
    """One metadata line. Offsets are bytes, counted from the start of the document."""

    key: str
    value: str
    start: int
    """Where the value starts (where it would stand, if it is empty)."""
    end: int
    line_start: int
    line_end: int
    """After the line end."""


class Heading(NamedTuple):
    """The parts of `## M-<timestamp> [REF] title… [(suffix)]`."""

    timestamp: str
    ref: str | None
    title: str
    suffix: str | None
    """`summarized`, `archived` or nothing."""
    name: str


class Metadata:
    """The metadata lines of an entry, read where they stand.

    Of a key given twice the last one is read. `start` and `end` bound the block; both are where a block
    would be put if the entry has none.
    """

    __slots__ = ("end", "fields", "start")

    def __init__(self, fields: tuple[Field, ...], start: int, end: int) -> None:
        self.fields = fields
        self.start = start
        self.end = end

    def field(self, key: str) -> Field | None:
        """The last line of this key."""
        for field in reversed(self.fields):
            if field.key == key:
                return field
        return None

    def get(self, key: str) -> str | None:
        """The value of the last line of this key, blanks trimmed."""
        field = self.field(key)
        return None if field is None else field.value

    def values(self) -> dict[str, str]:
        """Every key with its value, in file order."""
        return {field.key: field.value for field in self.fields}


class Entry:
    """One entry: the heading and what belongs to it, up to the gap before the next entry.

    All offsets are bytes from the start of the document `data`:
    `data[start:end]` is the entry's text, `data[end:gap_end]` the gap after it.
    """

    __slots__ = ("_heading", "_metadata", "data", "end", "gap_end", "number", "start")

    def __init__(self, data: bytes, start: int, end: int, gap_end: int, number: int) -> None:
        self.data = data
        self.start = start
        self.end = end
        self.gap_end = gap_end
        self.number = number
        """Position in the document, from 0."""
        self._heading: Heading | None = None
        self._metadata: Metadata | None = None

    def __repr__(self) -> str:
        return f"<Entry {self.heading.timestamp} {self.heading.name!r} {self.start}:{self.end}>"

    @property
    def raw(self) -> bytes:
        """The entry's exact bytes."""
        return self.data[self.start : self.end]

    @property
    def text(self) -> str:
        """The entry as text; a byte that is no UTF-8 is a lone surrogate."""
        return self.raw.decode("utf-8", "surrogateescape")

    @property
    def body(self) -> str:
        """What follows the metadata (or the heading), as text."""
        return self.data[self.metadata.end : self.end].decode("utf-8", "surrogateescape")

    @property
    def heading_end(self) -> int:
        """The offset after the heading's line end."""
        at = self.data.find(b"\n", self.start, self.end)
        return self.end if at < 0 else at + 1

    @property
    def heading(self) -> Heading:
        """The parts of the heading."""
        if self._heading is None:
            self._heading = _parse_heading(self.data[self.start : self.heading_end])
        return self._heading

    @property
    def metadata(self) -> Metadata:
        """The metadata lines."""
        if self._metadata is None:
            self._metadata = _parse_metadata(self.data, self.heading_end, self.end)
        return self._metadata

    @property
    def identity(self) -> Identity:
        """What names the entry."""
        return Identity(self.heading.timestamp, self.heading.name)

    @property
    def timestamp(self) -> str:
        """The UTC timestamp as written: `2025-01-05T16:00:00Z`."""
        return self.heading.timestamp

    @property
    def ref(self) -> str | None:
        """The reference, such as `INC-1234`."""
        return self.heading.ref

    @property
    def title(self) -> str:
        """The title without reference and suffix; may be empty."""
        return self.heading.title

    @property
    def label(self) -> str:
        """How messages name the entry: reference and title, harmless, on one line."""
        return one_line(self.heading.name) or f"M-{one_line(self.timestamp)}"

    @property
    def state(self) -> State:
        """Whether the entry holds its full text or a summary of it."""
        return "summarized" if self.heading.suffix == "summarized" else "full"

    @property
    def pinned(self) -> bool:
        """Whether the entry is pinned."""
        return (self.metadata.get("pinned") or "").lower() in _YES

    @property
    def used(self) -> int:
        """How many times the entry helped; 0 where the file doesn't say, or doesn't say a number."""
        value = self.metadata.get("used") or ""
        return int(value) if is_count(value) else 0

    @property
    def last_used(self) -> date | None:
        """The day on which the entry last helped."""
        return parse_date(self.metadata.get("last_used") or "")

    @property
    def type(self) -> str | None:
        """Incident, pattern, query, fact, note or integration, or whatever else the file says."""
        return self.metadata.get("type") or None

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags in file order."""
        return parse_tags(self.metadata.get("tags") or "")

    @property
    def extra(self) -> dict[str, str]:
        """The metadata keys that the format doesn't know."""
        return {key: value for key, value in self.metadata.values().items() if key not in KEYS}

    @property
    def day(self) -> date | None:
        """The day of the timestamp."""
        return parse_date(self.timestamp[:10])

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line of the text with its offset in the document; line ends are `\\n` and `\\r\\n` only."""
        at = self.start
        while at < self.end:
            stop = self.data.find(b"\n", at, self.end)
            stop = self.end if stop < 0 else stop + 1
            yield at, self.data[at:stop]
            at = stop


def is_count(value: str) -> bool:
    """Whether a `used` value is a whole number of at most nine digits."""
    return value.isascii() and value.isdigit() and len(value) <= 9


def is_flag(value: str) -> bool:
    """Whether a `pinned` value says yes or no in any of the usual ways."""
    return value.lower() in _YES | _NO


def parse_date(value: str) -> date | None:
    """`YYYY-MM-DD` as a date; nothing where it is none."""
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None


def parse_tags(value: str) -> tuple[str, ...]:
    """A comma-separated value as tags, blanks trimmed, empty ones left out."""
    return tuple(tag for tag in (part.strip() for part in value.split(",")) if tag)


def _parse_heading(line: bytes) -> Heading:
    text = line.removeprefix(b"## M-").decode("utf-8", "surrogateescape").strip(" \t\r\n")
    timestamp, _, name = text.replace("\t", " ").partition(" ")
    name = name.strip(" ")
    suffix = None
    if match := _SUFFIX.search(name):
        suffix = match[1]
        name = name[: match.start()].rstrip(" \t")
    first, _, rest = name.partition(" ")
    if _REF.fullmatch(first):
        return Heading(timestamp, first, rest.strip(" "), suffix, name)
    return Heading(timestamp, None, name, suffix, name)


def _parse_metadata(data: bytes, start: int, end: int) -> Metadata:
    match = _BLOCK.match(data, start, end)
    if match is None:
        return Metadata((), start, start)
    fields = tuple(_field(line) for line in _FIELD.finditer(data, match.start(1), match.end(1)))
    if not any(field.key in KNOWN_KEYS for field in fields):
        return Metadata((), start, start)
    return Metadata(fields, match.start(1), match.end(1))


def _field(line: re.Match[bytes]) -> Field:
    value = line[2].rstrip(b" \t\r")
    start = line.start(2)
    text = value.decode("utf-8", "surrogateescape")
    return Field(line[1].decode("ascii"), text, start, start + len(value), line.start(), line.end())
