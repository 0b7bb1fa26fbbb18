"""An entry's metadata: where the block of its lines is, and what their values say. The only reader of both.

The block is the first list after the heading, with only blank lines between: `- key: value`, one to a line. It is
metadata if it has at least one known key. Of a key given twice the last line is read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from incident_tui.format.model.keys import KNOWN_NAMES

if TYPE_CHECKING:
    from datetime import date

_BLOCK = re.compile(rb"(?:[ \t]*\r?\n)*((?:- [a-z][a-z0-9_]*:(?:[ \t][^\n]*|\r)?(?:\n|\Z))+)")
_LINE = re.compile(rb"- ([a-z][a-z0-9_]*):[ \t]*([^\n]*)(?:\n|\Z)")
_VALUE = re.compile(r"- ([a-z][a-z0-9_]*):[ \t]*([^\n]*)")
_YES = frozenset({"true", "yes", "on", "1"})
_NO = frozenset({"false", "no", "off", "0", ""})


class Field(NamedTuple):
    """One metadata line. Offsets are bytes, counted from the start of the document."""

    key: str
    value: str
    start: int
    """Where the value starts (the position for it, if it is empty)."""
    end: int
    line_start: int
    line_end: int
    """After the line end."""


class Metadata:
    """The metadata lines of an entry, with their offsets in the file.

    `start` and `end` bound the block in the document `data`; both are where a block would be put if the entry has none.
    """

    __slots__ = ("_data", "_values", "end", "start")

    def __init__(self, data: bytes, start: int, end: int) -> None:
        """Read what follows a heading: `start` is after its line, `end` is the entry's."""
        self._data = data
        self._values, self.start, self.end = read_values(data, start, end)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its lines, in file order."""
        return tuple(_field(line) for line in _LINE.finditer(self._data, self.start, self.end))

    def field(self, key: str) -> Field | None:
        """The last line of this key."""
        for field in reversed(self.fields):
            if field.key == key:
                return field
        return None

    def get(self, key: str) -> str | None:
        """The value of the last line of this key, blanks trimmed."""
        return self._values.get(key)

    def values(self) -> Mapping[str, str]:
        """Every key with its value, in file order."""
        return self._values


def read_values(data: bytes, start: int, end: int) -> tuple[dict[str, str], int, int]:
    """Return the metadata values between two offsets, and where their block starts and ends.

    `start` is after the heading's line. Without metadata there is no value, and both are that `start`.
    """
    match = _BLOCK.match(data, start, end)
    if match is not None:
        text = match[1].decode("utf-8", "surrogateescape")
        values = {key: value.rstrip(" \t\r") for key, value in _VALUE.findall(text)}
        if not KNOWN_NAMES.isdisjoint(values):
            return values, *match.span(1)
    return {}, start, start


def read_line(line: bytes) -> tuple[str, str] | None:
    """Return key and value of a line of the shape `- key: value`; None for any other."""
    match = _LINE.fullmatch(line)
    return (match[1].decode("ascii"), match[2].decode("utf-8", "surrogateescape").rstrip(" \t\r")) if match else None


def known_values(data: bytes, start: int, end: int, keys: tuple[str, ...]) -> tuple[str | None, ...]:
    """Return the values of some known keys as `read_values` reads them: much faster, where few are asked for."""
    match = _BLOCK.match(data, start, end)
    if match is None:
        return (None,) * len(keys)
    before, stop = match.start(1) - 1, match.end(1)  # from the line feed before the block
    lines = data[before:stop]
    values: list[str | None] = []
    for key in keys:
        _, line_start, value = lines.rpartition(b"\n- %b:" % key.encode())
        values.append(
            value.partition(b"\n")[0].strip(b" \t\r").decode("utf-8", "surrogateescape") if line_start else None
        )
    return tuple(values)


def listed_values(blocks: Iterable[tuple[bytes, int, int]], key: str) -> set[str]:
    """Return what entries list under a known key. `blocks` are what `known_values` takes.

    To complete a word nobody waits for ten thousand blocks: one is read only where a line of that key lists something
    new, so of a key that an entry has twice a value may be missing.
    """
    line = f"\n- {key}:".encode()
    values: set[str] = set()
    known_words: set[bytes] = set()
    for data, start, end in blocks:
        at = data.find(line, start - 1, end)
        listed = data[at + len(line) : data.find(b"\n", at + 1)].split(b",") if at >= 0 else []
        if not known_words.issuperset(listed):
            (value,) = known_values(data, start, end, (key,))
            if value is not None:
                known_words.update(listed)
                values.update(parse_tags(value))
    return values


def yes_lines(data: bytes, key: str, start: int, end: int) -> Iterator[int]:
    """Yield the offsets of the lines that would say yes for a key, if they are metadata; each is its line feed's."""
    yes = "|".join(sorted(_YES))
    pattern = rf"\n- {key}:[ \t]+(?i:{yes})[ \t\r]*(?=\n|\Z)"
    for match in re.compile(pattern.encode()).finditer(data, start, end):
        yield match.start()


def is_count(value: str) -> bool:
    """Whether a value is a whole number of at most nine digits."""
    return value.isascii() and value.isdigit() and len(value) <= 9


def count(value: str) -> int:
    """Return a count as a number; 0 if it isn't one."""
    return int(value) if is_count(value) else 0


def is_yes(value: str) -> bool:
    """Whether a flag says yes in any of the usual ways."""
    return value.lower() in _YES


def is_flag(value: str) -> bool:
    """Whether a value says yes or no in any of the usual ways."""
    return value.lower() in _YES | _NO


def parse_date(value: str) -> "date | None":
    """Parse `YYYY-MM-DD`; None if it isn't a date."""
    if len(value) != 10:
        return None
    from datetime import date

    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def parse_tags(value: str) -> tuple[str, ...]:
    """A comma-separated value as tags, blanks trimmed, empty ones left out."""
    return tuple([tag for word in value.split(",") if (tag := word.strip())])


def _field(line: re.Match[bytes]) -> Field:
    value = line[2].rstrip(b" \t\r")
    start = line.start(2)
    text = value.decode("utf-8", "surrogateescape")
    return Field(line[1].decode("ascii"), text, start, start + len(value), line.start(), line.end())
