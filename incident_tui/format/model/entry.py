"""One entry of a knowledge base: its heading, its metadata, its bytes. A view of the document.

Text is decoded with `surrogateescape`, so that bytes which are no UTF-8 survive in identities and can be
compared; whoever shows text passes it through `incident_tui.format.sanitize` first.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from incident_tui.format.model.keys import KEY_NAMES, KEYS
from incident_tui.format.model.metadata import Metadata, count, is_yes, parse_date, parse_tags
from incident_tui.format.sanitize import one_line

if TYPE_CHECKING:
    from datetime import date

STALE_DAYS = 90
"""After so many days without use an entry that isn't pinned is stale."""

State = Literal["full", "summarized"]

_STAMP = re.compile(rb"[^ \t\n]*")
_USUAL = len("2025-01-05T16:00:00Z")
_TIME = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt](?P<time>[0-9]{2}:?[0-9]{2}(?::?[0-9]{2})?)"
    r"(?:[.,](?P<fraction>[0-9]+))?(?P<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
REF = re.compile(r"[A-Z][A-Z0-9]*-[0-9]+(?:-[0-9]+)*")
"""A reference, such as `INC-1234` or `PM2025-002`."""

_SUFFIX = re.compile(r"(?:\A|(?<=[ \t]))\((summarized|archived)\)\Z")


class Identity(NamedTuple):
    """The key of an entry: the timestamp is not unique, the rest of the heading distinguishes twins."""

    timestamp: str
    name: str
    """The heading after the timestamp, without its suffix: `INC-1234 orders-api-outage`."""

    @property
    def label(self) -> str:
        """What a message calls the entry, harmless: its name, else its timestamp."""
        return one_line(self.name) or f"M-{one_line(self.timestamp)}"

    @property
    def short_label(self) -> str:
        """The reference, where it has one; else the label."""
        first = self.name.partition(" ")[0]
        return first if REF.fullmatch(first) else self.label


class Heading(NamedTuple):
    """The parts of `## M-<timestamp> [REF] title… [(suffix)]`."""

    timestamp: str
    ref: str | None
    title: str
    suffix: str | None
    """`summarized`, `archived` or nothing."""
    name: str


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

    def moved(self, data: bytes, start: int, end: int, gap_end: int) -> "Entry":
        """The same entry, its heading unaltered, in the next version of the document."""
        entry = Entry(data, start, end, gap_end, self.number)
        entry._heading = self._heading
        return entry

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
        """The text after the metadata (or the heading)."""
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
            self._metadata = Metadata(self.data, self.heading_end, self.end)
        return self._metadata

    @property
    def identity(self) -> Identity:
        """The key of the entry."""
        return Identity(self.heading.timestamp, self.heading.name)

    @property
    def timestamp(self) -> str:
        """The UTC timestamp as written: `2025-01-05T16:00:00Z`."""
        return self.heading.timestamp

    @property
    def instant(self) -> str:
        """When that was, in UTC: sorts as text, and so does its beginning, the day."""
        return instant(self.heading.timestamp)

    @property
    def stamp(self) -> bytes:
        """The timestamp as bytes, found without reading the rest of the heading: to put many entries in order."""
        match = _STAMP.match(self.data, self.start + len("## M-"), self.end)
        stamp = match[0] if match else b""
        return self.timestamp.encode("utf-8", "surrogateescape") if b"\r" in stamp else stamp

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
        return self.identity.label

    @property
    def state(self) -> State:
        """Whether the entry holds its full text or a summary of it."""
        return "summarized" if self.heading.suffix == "summarized" else "full"

    @property
    def pinned(self) -> bool:
        """Whether the entry is pinned."""
        return is_yes(self.metadata.get("pinned") or "")

    @property
    def used(self) -> int:
        """How many times the entry helped; 0 where the file doesn't say, or doesn't say a number."""
        return count(self.metadata.get("used") or "")

    @property
    def last_used(self) -> "date | None":
        """The day on which it last helped; None where it never did: other writers set `last_used` at creation, too."""
        values = self.metadata.values()
        return parse_date(values.get("last_used", "")) if self.used or "used" not in values else None

    @property
    def reviewed(self) -> "date | None":
        """The day on which a review last kept the entry as it is."""
        return parse_date(self.metadata.get("reviewed") or "")

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
        """The metadata keys that have no meaning: those that the format doesn't know, and those of older files."""
        return {key: value for key, value in self.metadata.values().items() if key not in KEY_NAMES}

    @property
    def shown_values(self) -> tuple[str, ...]:
        """The values that are shown as they are, harmless, in the order of the keys: `incident`, `severity: high`."""
        values = ((key, one_line(self.metadata.get(key.name) or "")) for key in KEYS if key.shown in ("value", "named"))
        return tuple(value if key.shown == "value" else f"{key.name}: {value}" for key, value in values if value)

    @property
    def day(self) -> "date | None":
        """The day of the timestamp, in UTC."""
        return parse_date(self.instant[:10])

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line of the text with its offset in the document; line ends are `\\n` and `\\r\\n` only."""
        at = self.start
        while at < self.end:
            stop = self.data.find(b"\n", at, self.end)
            stop = self.end if stop < 0 else stop + 1
            yield at, self.data[at:stop]
            at = stop


def parse_entry(raw: bytes) -> Entry:
    """An entry's bytes as an entry, without the rest of its file."""
    return Entry(raw, 0, len(raw), len(raw), 0)


def instant(timestamp: str) -> str:
    """A timestamp in UTC, so that texts sort as times do: `2026-01-05T14:00:00Z`, a fraction of the second behind it.

    Without an offset it is UTC; a day alone stays one, and comes before its times; what is no time stays as it is.
    """
    if len(timestamp) == _USUAL and timestamp.endswith("Z"):
        return timestamp
    return _instant(timestamp)


def _instant(timestamp: str) -> str:
    """The same, for what isn't written in the usual way."""
    match = _TIME.fullmatch(timestamp)
    if match is None:
        return timestamp
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(f"{match['day']}T{match['time']}{(match['offset'] or 'Z').upper()}")
        whole = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return timestamp
    fraction = (match["fraction"] or "").rstrip("0")
    return f"{whole}Z{fraction}"


def _parse_heading(line: bytes) -> Heading:
    text = line.removeprefix(b"## M-").decode("utf-8", "surrogateescape").strip(" \t\r\n")
    timestamp, _, name = text.replace("\t", " ").partition(" ")
    name = name.strip(" ")
    suffix = None
    if name.endswith(")") and (match := _SUFFIX.search(name)):
        suffix = match[1]
        name = name[: match.start()].rstrip(" \t")
    first, _, rest = name.partition(" ")
    if "-" in first and REF.fullmatch(first):
        return Heading(timestamp, first, rest.strip(" "), suffix, name)
    return Heading(timestamp, None, name, suffix, name)
