"""What is known of each entry without looking into its body, and which entries a filter lets through."""

import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from sys import intern
from typing import NamedTuple, overload

from incident_tui.format.caseless import caseless
from incident_tui.format.model.entry import Entry, instant, is_count, parse_date
from incident_tui.format.model.keys import KNOWN_NAMES
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.sections import items
from incident_tui.search.filter_values import Range, Text, Value
from incident_tui.search.index.tokenize import fold
from incident_tui.search.query import Filter

# As in format.model.entry; a test compares what is read.
_BLOCK = re.compile(rb"(?:[ \t]*\r?\n)*((?:- [a-z][a-z0-9_]*:(?:[ \t][^\n]*|\r)?(?:\n|\Z))+)")
_FIELD = re.compile(rb"- ([a-z][a-z0-9_]*):[ \t]*([^\n]*)(?:\n|\Z)")
_KNOWN = frozenset(key.encode() for key in KNOWN_NAMES)
_YES = frozenset({"true", "yes", "on", "1"})

_UNREAD = -1
"""How often an entry was used, before that was read."""

_BOX = rb"[ \t]+\[ \](?=[ \t\r\n]|\Z)"
_OPEN_ITEM = re.compile(rb"(?:[-*+]|[0-9][.)])" + _BOX)
"""What any open item has, be it in a quote or behind another marker; the text around it decides."""
_PLAIN_ITEM = re.compile(rb"^[-*+][ \t]" + _BOX.removeprefix(rb"[ \t]+"), re.MULTILINE)
"""One that is an open item wherever it stands outside code."""


class EntryFields(NamedTuple):
    """What filters ask of an entry, and what orders it (a `Record`, and more). Days are ordinals
    (`date.toordinal`).
    """

    ref: str
    title: str
    tags: tuple[str, ...]
    timestamp: str
    """As an instant, which sorts as text."""
    pinned: bool = False
    archived: bool = False
    summarized: bool = False
    type: str = ""
    used: int = 0
    last_used: int | None = None
    day: int | None = None

    @property
    def state(self) -> str:
        """`full`, `summarized`, or `archived` wherever it is that."""
        return "archived" if self.archived else "summarized" if self.summarized else "full"

    def stale(self, today: int, days: int) -> bool:
        """Whether it is not pinned and was not used (nor made) in so many days."""
        latest = max(self.last_used or 0, self.day or 0)
        return not self.pinned and latest < today - days


class EntryTable(Sequence[EntryFields]):
    """The facts of all entries, in the order given, each read when it is first asked for, and what follows from
    them.

    The entries keep nothing of what is read here: a hundred thousand parsed metadata take more room than the
    file itself.
    """

    def __init__(self, entries: Sequence[LocatedEntry], stale_days: int, names: Sequence[str] = ()) -> None:
        self.entries = entries
        self._names = names
        """What the files are called; none where no filter asks."""
        self._stale_days = stale_days
        self._open = bytearray(len(entries))
        """Whether each entry has an open item: 1 no, 2 yes, 0 not looked yet."""
        self._passing: dict[tuple[Filter, int], frozenset[int]] = {}
        self.records: list[EntryFields] = [_brief(located.entry) for located in entries]
        """For the index: what it needs (a `Record`) is read at once, the rest when it is asked for."""
        self._body_starts = array("Q", bytes(8 * len(entries)))

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, row: int) -> EntryFields: ...
    @overload
    def __getitem__(self, row: slice) -> list[EntryFields]: ...
    def __getitem__(self, row: int | slice) -> EntryFields | list[EntryFields]:
        if isinstance(row, slice):
            return [self[each] for each in range(*row.indices(len(self)))]
        held = self.records[row]
        if held.used == _UNREAD:
            held, self._body_starts[row] = _read(self.entries[row])
            self.records[row] = held
        return held

    def __iter__(self) -> Iterator[EntryFields]:
        return map(self.__getitem__, range(len(self)))

    def file_name(self, row: int) -> str:
        """Return what an entry's file is called; empty where there is but one."""
        return self._names[self.entries[row].file_index] if self._names else ""

    def body_start(self, row: int) -> int:
        """Return the offset of what follows an entry's metadata."""
        if not self._body_starts[row]:
            self[row]
        return self._body_starts[row]

    def body(self, row: int) -> bytes:
        """Return what follows the metadata of an entry."""
        entry = self.entries[row].entry
        return entry.data[self.body_start(row) : entry.end]

    def passing(self, filters: Sequence[Filter], today: date) -> frozenset[int] | None:
        """Return the rows that all filters let through; nothing if there is no filter."""
        rows: frozenset[int] | None = None
        for group in _groups(filters):
            passed = frozenset[int]().union(*(self._passed(one, today.toordinal()) for one in group))
            rows = passed if rows is None else rows & passed
        return rows

    def _passed(self, one: Filter, today: int) -> frozenset[int]:
        key = (one, today)
        if key not in self._passing:
            if len(self._passing) > 64:
                self._passing.clear()
            held = frozenset[int]().union(*(self._holding(one.name, value, today) for value in one.values))
            self._passing[key] = frozenset(range(len(self))) - held if one.negated else held
        return self._passing[key]

    def _holding(self, name: str, value: Value, today: int) -> frozenset[int]:
        if name == "tag":
            return self._tagged(value)
        if name == "file":
            wanted = fold(value.text) if isinstance(value, Text) else ""
            return frozenset(row for row in range(len(self)) if fold(self.file_name(row)).startswith(wanted))
        if value == Text("open"):
            return frozenset(row for row in range(len(self)) if self.is_open(row))
        holds = _test(name, value, today, self._stale_days)
        return frozenset(row for row, facts in enumerate(self) if holds(facts))

    @cached_property
    def _by_tag(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, facts in enumerate(self):
            for tag in facts.tags:
                found.setdefault(caseless(tag), []).append(row)
        return found

    @cached_property
    def _folded_tags(self) -> dict[str, list[int]]:
        """The same by the tags without accents."""
        found: dict[str, list[int]] = {}
        for tag, rows in self._by_tag.items():
            found.setdefault(fold(tag), []).extend(rows)
        return found

    def _tagged(self, value: Value) -> frozenset[int]:
        """A tag is meant as it is written; where there is none such, without its accents; else those that begin so."""
        text = value.text if isinstance(value, Text) else ""
        if (same := self._by_tag.get(caseless(text))) is not None:
            return frozenset(same)
        wanted, folded = fold(text), self._folded_tags
        if wanted in folded:
            return frozenset(folded[wanted])
        return frozenset(row for tag, rows in folded.items() if tag.startswith(wanted) for row in rows)

    def is_open(self, row: int) -> bool:
        """Whether an entry has an open action item."""
        if not self._open[row]:
            self._open[row] = 2 if self._has_open_item(row) else 1
        return self._open[row] == 2

    def is_stale(self, row: int, today: date) -> bool:
        """Whether an entry is neither pinned nor was used in so many days."""
        return self[row].stale(today.toordinal(), self._stale_days)

    def _has_open_item(self, row: int) -> bool:
        entry = self.entries[row].entry
        if entry.data.find(b"[ ]", self.body_start(row), entry.end) < 0:
            return False
        body = self.body(row)
        if _OPEN_ITEM.search(body) is None:
            return False
        fenced = b"```" in body or b"~~~" in body
        if not fenced and _PLAIN_ITEM.search(body):
            return True
        return any(item.open for item in items(_unread(entry)))


def _groups(filters: Sequence[Filter]) -> list[list[Filter]]:
    """The filters: one of each group must hold."""
    alternatives: dict[str, list[Filter]] = {}
    groups = [[one] for one in filters if one.negated or one.cumulative]
    for one in filters:
        if not one.negated and not one.cumulative:
            alternatives.setdefault(one.name, []).append(one)
    return groups + list(alternatives.values())


def _test(name: str, value: Value, today: int, stale_days: int) -> Callable[[EntryFields], bool]:
    if isinstance(value, Range):
        holds = value.holds
        if name == "used":
            return lambda facts: holds(facts.used)
        if name == "date":
            return lambda facts: facts.day is not None and holds(facts.day)
        return lambda facts: facts.last_used is not None and holds(facts.last_used)
    wanted = fold(value.text)
    if name == "ref":
        return lambda facts: bool(facts.ref) and fold(facts.ref).startswith(wanted)
    if name == "type":
        return lambda facts: fold(facts.type) == wanted
    tests: dict[tuple[str, str], Callable[[EntryFields], bool]] = {
        ("last", "never"): lambda facts: facts.last_used is None,
        ("pinned", "yes"): lambda facts: facts.pinned,
        ("pinned", "no"): lambda facts: not facts.pinned,
        ("is", "pinned"): lambda facts: facts.pinned,
        ("is", "summarized"): lambda facts: facts.summarized,
        ("is", "archived"): lambda facts: facts.archived,
        ("is", "stale"): lambda facts: facts.stale(today, stale_days),
        ("state", "full"): lambda facts: facts.state == "full",
        ("state", "summarized"): lambda facts: facts.state == "summarized",
        ("state", "archived"): lambda facts: facts.state == "archived",
    }
    return tests[name, wanted]


def _brief(entry: Entry) -> EntryFields:
    """Read what the index needs; both keys are known ones, so that any block that has one is metadata."""
    timestamp, ref, title, _, _ = entry.heading
    timestamp = instant(timestamp)
    data = entry.data
    match = _BLOCK.match(data, entry.heading_end, entry.end)
    if match is None:
        return EntryFields(ref or "", title, (), timestamp, used=_UNREAD)
    start, end = match.start(1) - 1, match.end(1)  # from the line feed before it
    found: tuple[str, ...] = ()
    at = data.rfind(b"\n- tags:", start, end)
    if at >= 0:
        found = _tags(data[at + 8 : _line_end(data, at + 8, end)].decode("utf-8", "surrogateescape"))
    at = data.rfind(b"\n- pinned:", start, end)
    if at < 0 or data.startswith(b" false\n", at + 10):
        return EntryFields(ref or "", title, found, timestamp, used=_UNREAD)
    value = _text(data[at + 10 : _line_end(data, at + 10, end)].lstrip(b" \t"))
    return EntryFields(ref or "", title, found, timestamp, is_yes(value), used=_UNREAD)


def _line_end(data: bytes, start: int, end: int) -> int:
    stop = data.find(b"\n", start, end)
    return end if stop < 0 else stop


def _tags(value: str) -> tuple[str, ...]:
    return tuple([intern(tag) for part in value.split(",") if (tag := part.strip())]) if value else ()


def _read(located: LocatedEntry) -> tuple[EntryFields, int]:
    """Read an entry as `Entry` does, in a third of the time, and without its remembering anything but the heading.

    Returns the offset at which its body starts, too.
    """
    entry = located.entry
    timestamp, ref, title, _, _ = entry.heading
    timestamp = instant(timestamp)
    start = entry.heading_end
    match = _BLOCK.match(entry.data, start, entry.end)
    fields = dict(_FIELD.findall(match[1])) if match else {}
    if match and not _KNOWN.isdisjoint(fields):
        start = match.end(1)
    else:
        fields = {}
    used = _value(fields, b"used")
    facts = EntryFields(
        ref or "",
        title,
        _tags(_value(fields, b"tags")),
        timestamp,
        is_yes(_value(fields, b"pinned")),
        located.archived,
        entry.state == "summarized",
        intern(_value(fields, b"type")),
        int(used) if is_count(used) else 0,
        _ordinal(_value(fields, b"last_used")),
        _ordinal(timestamp[:10]),
    )
    return facts, start


@lru_cache(4096)
def _ordinal(text: str) -> int | None:
    """A day as an ordinal, the same object for the same day; nothing where it is none."""
    day = parse_date(text)
    return day.toordinal() if day else None


def is_yes(value: str) -> bool:
    """Whether a flag's value says yes."""
    return value == "true" or (value != "false" and value.lower() in _YES)


def _value(fields: Mapping[bytes, bytes], key: bytes) -> str:
    return _text(fields.get(key, b""))


def _text(value: bytes) -> str:
    return value.rstrip(b" \t\r").decode("utf-8", "surrogateescape")


def _unread(entry: Entry) -> Entry:
    """The same entry, which will remember for itself what is read of it, and be forgotten."""
    return Entry(entry.data, entry.start, entry.end, entry.gap_end, entry.number)
