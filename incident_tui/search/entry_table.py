"""The fields of each entry outside its body, and the entries that pass a filter."""

import re
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from sys import intern
from types import MappingProxyType
from typing import Any, NamedTuple, overload

from incident_tui.format.caseless import caseless
from incident_tui.format.model.entry import Entry, Identity, instant
from incident_tui.format.model.keys import KEYS, Kind
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.model.metadata import count, is_yes, known_values, parse_date, parse_tags, read_values
from incident_tui.format.read.sections import items
from incident_tui.search.filters import FILTERS
from incident_tui.search.index.tokenize import fold
from incident_tui.search.query import Filter

_UNREAD = -1
"""How often an entry was used, before that was read."""

_BOX = rb"[ \t]+\[ \](?=[ \t\r\n]|\Z)"
_OPEN_ITEM = re.compile(rb"(?:[-*+]|[0-9][.)])" + _BOX)
"""A pattern of any open item, be it in a quote or behind another marker; the text around it decides."""
_PLAIN_ITEM = re.compile(rb"^[-*+][ \t]" + _BOX.removeprefix(rb"[ \t]+"), re.MULTILINE)
"""A pattern that is an open item anywhere outside code."""


News = Callable[[], Collection[tuple[int, Identity]]]
"""Returns the live entries that others added or changed: the index of its file and the identity of each."""


class EntryFields(NamedTuple):
    """What filters ask of an entry, and what orders it (a `SearchRecord`, and more). Days are ordinals
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
    """When it last helped; None where it never did (`used` says 0), whatever its line says."""
    day: int | None = None
    others: Mapping[str, Any] = MappingProxyType({})
    """The values of all other keys that are shown, read by their kinds."""

    def get(self, key: str) -> Any:
        """Return the value of a metadata key by its kind: a text, a list of texts, a number, an ordinal, a flag."""
        return getattr(self, key) if key in EntryFields._fields else self.others.get(key, _MISSING[key])

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

    def __init__(
        self,
        entries: Sequence[LocatedEntry],
        stale_days: int,
        names: Sequence[str] = (),
        layers: Sequence[str] = (),
        news: News | None = None,
    ) -> None:
        self.entries = entries
        self._news = news
        self._names = names
        """The names of the files; none if no filter needs them."""
        self._layers = layers
        """The layer of each file; none if they are of none."""
        self._stale_days = stale_days
        self._open = bytearray(len(entries))
        """Whether each entry has an open item: 1 no, 2 yes, 0 not looked yet."""
        self._by_value: dict[str, _ByValue] = {}
        self._passing: dict[tuple[Filter, int], frozenset[int]] = {}
        self.records: list[EntryFields] = [_brief(located.entry) for located in entries]
        """For the index: what it needs (a `SearchRecord`) is read at once, the rest when it is asked for."""
        self._body_starts = array("Q", bytes(8 * len(entries)))

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, row: int) -> EntryFields: ...
    @overload
    def __getitem__(self, row: slice) -> list[EntryFields]: ...
    def __getitem__(self, row: int | slice) -> EntryFields | list[EntryFields]:
        if isinstance(row, slice):
            return [self[at] for at in range(*row.indices(len(self)))]
        fields = self.records[row]
        if fields.used == _UNREAD:
            fields, self._body_starts[row] = _read(self.entries[row])
            self.records[row] = fields
        return fields

    def __iter__(self) -> Iterator[EntryFields]:
        return map(self.__getitem__, range(len(self)))

    def file_name(self, row: int) -> str:
        """Return what an entry's file is called; empty where there is but one."""
        return self._names[self.entries[row].file_index] if self._names else ""

    def layer(self, row: int) -> str:
        """Return the layer that an entry is of; empty where it is of none."""
        return self._layers[self.entries[row].file_index] if self._layers else ""

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
        """Return the rows that pass all filters; None if there is no filter."""
        rows: frozenset[int] | None = None
        for group in _groups(filters):
            passed = frozenset[int]().union(*(self._passed(query_filter, today.toordinal()) for query_filter in group))
            rows = passed if rows is None else rows & passed
        return rows

    def _passed(self, query_filter: Filter, today: int) -> frozenset[int]:
        key = (query_filter, today)
        if key not in self._passing:
            if len(self._passing) > 64:
                self._passing.clear()
            having = FILTERS[query_filter.name].rows
            rows = frozenset[int]().union(*(having(self, value, today) for value in query_filter.values))
            self._passing[key] = frozenset(range(len(self))) - rows if query_filter.negated else rows
        return self._passing[key]

    def listing(self, key: str, text: str) -> frozenset[int]:
        """Return the rows that list a text under a key: as it is written; where none does, without its accents; else
        those that list something that begins so.
        """
        if key not in self._by_value:
            self._by_value[key] = _ByValue(fields.get(key) for fields in self)
        return self._by_value[key].rows(text)

    def is_open(self, row: int) -> bool:
        """Whether an entry has an open action item."""
        if not self._open[row]:
            self._open[row] = 2 if self._has_open_item(row) else 1
        return self._open[row] == 2

    def is_stale(self, row: int, today: date) -> bool:
        """Whether an entry is neither pinned nor was used in so many days."""
        return self[row].stale(today.toordinal(), self._stale_days)

    def is_new(self, row: int) -> bool:
        """Whether others added or changed an entry since the user was here last."""
        located = self.entries[row]
        news = self._news() if self._news is not None and not located.archived else ()
        return bool(news) and (located.file_index, located.entry.identity) in news

    def forget_passing(self) -> None:
        """Forget which rows pass which filter: the news are others now."""
        self._passing.clear()

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


class _ByValue:
    """Which rows list a value."""

    def __init__(self, lists: Iterable[Sequence[str]]) -> None:
        self._rows: dict[str, list[int]] = {}
        for row, values in enumerate(lists):
            for value in values:
                self._rows.setdefault(caseless(value), []).append(row)

    @cached_property
    def _folded(self) -> dict[str, list[int]]:
        """The same by the values without accents."""
        folded: dict[str, list[int]] = {}
        for value, rows in self._rows.items():
            folded.setdefault(fold(value), []).extend(rows)
        return folded

    def rows(self, text: str) -> frozenset[int]:
        """Return the rows as `EntryTable.listing` says."""
        if (same := self._rows.get(caseless(text))) is not None:
            return frozenset(same)
        prefix, folded = fold(text), self._folded
        if prefix in folded:
            return frozenset(folded[prefix])
        return frozenset(row for value, rows in folded.items() if value.startswith(prefix) for row in rows)


def _groups(filters: Sequence[Filter]) -> list[list[Filter]]:
    """The filters: one of each group must hold."""
    alternatives: dict[str, list[Filter]] = {}
    groups = [[query_filter] for query_filter in filters if query_filter.negated or query_filter.cumulative]
    for query_filter in filters:
        if not query_filter.negated and not query_filter.cumulative:
            alternatives.setdefault(query_filter.name, []).append(query_filter)
    return groups + list(alternatives.values())


def _brief(entry: Entry) -> EntryFields:
    """Read what the index needs."""
    timestamp, ref, title, _, _ = entry.heading
    tags, pinned = known_values(entry.data, entry.heading_end, entry.end, ("tags", "pinned"))
    return EntryFields(ref or "", title, _tags(tags or ""), instant(timestamp), is_yes(pinned or ""), used=_UNREAD)


def _tags(value: str) -> tuple[str, ...]:
    return tuple(map(intern, parse_tags(value))) if value else ()


def _read(located: LocatedEntry) -> tuple[EntryFields, int]:
    """Read an entry as `Entry` does, but without its remembering anything but the heading.

    Returns the offset at which its body starts, too.
    """
    entry = located.entry
    timestamp, ref, title, _, _ = entry.heading
    timestamp = instant(timestamp)
    values, _, start = read_values(entry.data, entry.heading_end, entry.end)
    used = count(values.get("used", ""))
    fields = EntryFields(
        ref or "",
        title,
        _tags(values.get("tags", "")),
        timestamp,
        is_yes(values.get("pinned", "")),
        located.archived,
        entry.state == "summarized",
        intern(values.get("type", "")),
        used,
        _ordinal(values.get("last_used", "")) if used or "used" not in values else None,  # set at creation, too
        _ordinal(timestamp[:10]),
    )
    if _MISSING.keys().isdisjoint(values):
        return fields, start
    others = {key.name: _by_kind(key.kind, values[key.name]) for key in _OTHER_KEYS if key.name in values}
    return fields._replace(others=others), start


@lru_cache(4096)
def _ordinal(text: str) -> int | None:
    """Return a day as an ordinal, the same object for the same day; None if there is none."""
    day = parse_date(text)
    return day.toordinal() if day else None


def _by_kind(kind: Kind, value: str) -> Any:
    """A value by the kind of its key, as `EntryFields.get` returns it."""
    match kind:
        case "list":
            return _tags(value)
        case "count":
            return count(value)
        case "flag":
            return is_yes(value)
        case "day":
            return _ordinal(value)
    return intern(value)


_OTHER_KEYS = tuple(key for key in KEYS if key.name not in EntryFields._fields and key.shown != "never")
_MISSING = {key.name: _by_kind(key.kind, "") for key in _OTHER_KEYS}
"""The result of `EntryFields.get` if an entry has no such key."""


def _unread(entry: Entry) -> Entry:
    """The same entry, which will remember for itself what is read of it, and be forgotten."""
    return Entry(entry.data, entry.start, entry.end, entry.gap_end, entry.number)
