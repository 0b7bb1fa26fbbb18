"""The table of the query's filters: how each is read, tested, put into words, completed and explained."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from incident_tui.format.model.keys import KEY_OF, Key
from incident_tui.format.model.metadata import parse_tags
from incident_tui.search.filter_values import (
    InvalidValue,
    Range,
    Text,
    Value,
    comparison,
    days_ago,
    period,
    within_days,
)

if TYPE_CHECKING:
    from incident_tui.format.model.entry import Entry
    from incident_tui.search.engine import Search
    from incident_tui.search.entry_table import EntryFields, EntryTable

Counts = Iterable[tuple[str, int]]
"""Values, each with how many entries have it."""

SERVICE_KEYS = ("service", "services")
"""The keys that name services; both are usual."""

_AGES = (7, 30, 90)
"""Days that `last:` offers."""


def _as_text(text: str, _today: date) -> Value | None:
    return Text(text)


def _in_words(value: Value, _today: date) -> str:
    """A value in words, on one line and short enough for it."""
    return plain(value.text) if isinstance(value, Text) else value.in_words(dates=False)


def _day_in_words(value: Value, today: date) -> str:
    return value.in_words(dates=True) if isinstance(value, Range) else _in_words(value, today)


class FilterKind(NamedTuple):
    """The values and the test of one filter. In tests a day is an ordinal (`date.toordinal`)."""

    name: str
    takes: str
    """Its values in words, for the help, for hints and for completion."""
    rows: Callable[["EntryTable", Value, int], Iterable[int]]
    """The rows that have a value, today's day given."""
    counted: Callable[["Search", Sequence[int], date], Counts]
    """The values that the entries of these rows have, in the order in which they are offered."""
    read: Callable[[str, date], Value | None] = _as_text
    """Parses a text as a value; None if it isn't one."""
    wrong: str = ""
    """The predicate of a text that is no value: `not a number`."""
    choices: tuple[str, ...] = ()
    """All values that it takes, where they are few."""
    cumulative: bool = False
    """Whether entries have several values, so that filters of this name must all hold."""
    say: str = "{}"
    """What `explain` puts its values in."""
    say_value: Callable[[Value, date], str] = _in_words
    fixed: tuple[str, ...] = ()
    """The shell's candidates without reading entries."""
    key: str = ""
    """The metadata key whose values a shell offers."""
    of_entry: Callable[["Entry"], Iterable[str]] | None = None
    """The shell's candidates of an entry."""
    is_due: Callable[[str, str], bool] = lambda _value, _typed: True
    """Whether a value is offered now, after what was typed of it."""

    def value(self, text: str, today: date) -> Value | InvalidValue:
        """Read a value as it was typed."""
        if self.choices:
            if text.lower() in self.choices:
                return Text(text.lower())
            return InvalidValue(f"unknown value in {self.name}:{text} ({', '.join(self.choices)})")
        return self.read(text, today) or InvalidValue(f"{self.name}:{text} is {self.wrong}; {self.takes}")


def key_filter(name: str, takes: str, say: str = "") -> FilterKind:
    """Return the filter for a metadata key of the table, by the kind of its values; by default under its own name."""
    key = KEY_OF[_KEY_OF_FILTER.get(name, name)]
    say = say or f"{key.name} {{}}"
    match key.kind:
        case "list":
            return FilterKind(
                name,
                takes,
                lambda table, value, _today: table.listing(key.name, _text(value)),
                lambda search, rows, _today: _tag_usage(search.table[row].get(key.name) for row in rows),
                cumulative=True,
                say=say,
                key=key.name,
            )
        case "flag":
            return FilterKind(
                name,
                takes,
                lambda table, value, _today: [
                    row for row, fields in enumerate(table) if fields.get(key.name) == (_text(value) == "yes")
                ],
                lambda search, rows, _today: _flags([search.table[row].get(key.name) for row in rows]),
                choices=("yes", "no"),
                say_value=lambda value, _today: key.name if _text(value) == "yes" else f"not {key.name}",
                fixed=("yes", "no"),
            )
        case "count" | "day":
            return FilterKind(
                name,
                takes,
                lambda table, value, _today: _in_range(table, key, value),
                lambda _search, _rows, _today: (),
                read=lambda text, _today: comparison(text) if key.kind == "count" else period(text),
                wrong="not a number" if key.kind == "count" else "not a date",
                say=say,
                say_value=_in_words if key.kind == "count" else _day_in_words,
            )
    return FilterKind(
        name,
        takes,
        lambda table, value, _today: _same(table, key, _text(value)),
        lambda search, rows, _today: Counter(
            text for row in rows if (text := search.table[row].get(key.name))
        ).most_common(),
        say=say,
        key=key.name,
    )


_KEY_OF_FILTER = {"tag": "tags"}
"""The keys of filters that have another name."""


def _text(value: Value) -> str:
    return value.text if isinstance(value, Text) else ""


def _folded(value: Value) -> str:
    from incident_tui.search.index.tokenize import fold  # the first screen reads a query, but searches nothing yet

    return fold(_text(value))


def _same(table: "EntryTable", key: Key, text: str) -> Iterable[int]:
    from incident_tui.search.index.tokenize import fold

    expected = fold(text)
    return [row for row, fields in enumerate(table) if fold(fields.get(key.name)) == expected]


def _in_range(table: "EntryTable", key: Key, value: Value) -> Iterable[int]:
    if not isinstance(value, Range):
        return ()
    numbers = ((row, fields.get(key.name)) for row, fields in enumerate(table))
    return [row for row, number in numbers if number is not None and value.holds(number)]


def _tag_usage(lists: Iterable[Sequence[str]]) -> Counts:
    from incident_tui.format.edit.tags import tag_usage

    return tag_usage(lists)


def _flags(flags: Sequence[bool]) -> Counts:
    return ("yes", sum(flags)), ("no", len(flags) - sum(flags))


_PROPERTIES: dict[str, Callable[["EntryTable", int, date], bool]] = {
    "summarized": lambda table, row, _today: table[row].summarized,
    "archived": lambda table, row, _today: table[row].archived,
    "stale": lambda table, row, today: table.is_stale(row, today),
    "open": lambda table, row, _today: table.is_open(row),
    "pinned": lambda table, row, _today: table[row].pinned,
    "new": lambda table, row, _today: table.is_new(row),
}
"""The values of `is:`, and their tests."""

_PROPERTY_WORDS = {"open": "with open items", "new": "new or changed since your last visit"}
"""Those that are said in other words."""

_STATES = ("full", "summarized", "archived")


def _with_property(table: "EntryTable", value: Value, today: int) -> Iterable[int]:
    holds, day = _PROPERTIES[_text(value)], date.fromordinal(today)
    return [row for row in range(len(table)) if holds(table, row, day)]


def _properties(search: "Search", rows: Sequence[int], today: date) -> Counts:
    counts = ((name, sum(holds(search.table, row, today) for row in rows)) for name, holds in _PROPERTIES.items())
    return [(name, count) for name, count in counts if count]


def _states(search: "Search", rows: Sequence[int], _today: date) -> Counts:
    counts = Counter(search.table[row].state for row in rows)
    return [(state, counts[state]) for state in _STATES if counts[state]]


def _with_ref(table: "EntryTable", value: Value, _today: int) -> Iterable[int]:
    from incident_tui.search.index.tokenize import fold

    prefix = _folded(value)
    return [row for row, fields in enumerate(table) if fields.ref and fold(fields.ref).startswith(prefix)]


def _ref_families(search: "Search", rows: Sequence[int], _today: date) -> Counts:
    families = (ref.partition("-")[0] for row in rows if (ref := search.table[row].ref))
    return [(f"{family}-", count) for family, count in Counter(families).most_common()]


def _of_day(table: "EntryTable", value: Value, _today: int) -> Iterable[int]:
    days = ((row, fields.day) for row, fields in enumerate(table))
    return [row for row, day in days if isinstance(value, Range) and day is not None and value.holds(day)]


def _years_and_months(search: "Search", rows: Sequence[int], _today: date) -> Counts:
    dated = [fields.timestamp for row in rows if (fields := search.table[row]).day]
    counts = [Counter(timestamp[:length] for timestamp in dated) for length in (4, 7)]
    return [item for count in counts for item in sorted(count.items(), reverse=True)]


def _last_used(table: "EntryTable", value: Value, _today: int) -> Iterable[int]:
    days = ((row, fields.last_used) for row, fields in enumerate(table))
    if isinstance(value, Text):
        return [row for row, day in days if day is None]
    return [row for row, day in days if day is not None and value.holds(day)]


def _uses(search: "Search", rows: Sequence[int], today: date) -> Counts:
    days = [today.toordinal() - day for row in rows if (day := search.table[row].last_used) is not None]
    within = [(f"<{age}d", sum(day <= age for day in days)) for age in _AGES]
    return [*within, (f">{_AGES[-1]}d", sum(day > _AGES[-1] for day in days)), ("never", len(rows) - len(days))]


def _in_file(table: "EntryTable", value: Value, _today: int) -> Iterable[int]:
    from incident_tui.search.index.tokenize import fold

    prefix = _folded(value)
    names = [fold(table.file_name(row)) for row in range(len(table))]
    begin = [row for row, name in enumerate(names) if name.startswith(prefix)]
    # A row of the browser may leave out what the names have in common.
    return begin or [row for row, name in enumerate(names) if re.search(rf"[/._ -]{re.escape(prefix)}", name)]


def _files(search: "Search", rows: Sequence[int], _today: date) -> Counts:
    return Counter(file for row in rows if (file := search.file_of(row))).most_common()


def _in_layer(table: "EntryTable", value: Value, _today: int) -> Iterable[int]:
    from incident_tui.search.index.tokenize import fold

    wanted = _folded(value)
    return [row for row in range(len(table)) if (layer := table.layer(row)) and fold(layer).startswith(wanted)]


def _layers(search: "Search", rows: Sequence[int], _today: date) -> Counts:
    return Counter(layer for row in rows if (layer := search.layer_of(row))).most_common()


def _section_titles(search: "Search", rows: Sequence[int], _today: date) -> Counts:
    return Counter(title for row in rows for title in search.section_titles(row)).most_common(200)


def _of_services(table: "EntryTable", value: Value, _today: int) -> Iterable[int]:
    return frozenset[int]().union(*(table.listing(key, _text(value)) for key in SERVICE_KEYS))


def _services(search: "Search", rows: Sequence[int], _today: date) -> Counts:
    return _tag_usage(services(search.table[row]) for row in rows)


def services(fields: "EntryFields") -> tuple[str, ...]:
    """Return the services that an entry names, under whichever key."""
    return tuple(service for key in SERVICE_KEYS for service in fields.get(key))


_TABLE = (
    key_filter("tag", "a tag or its beginning, such as tag:redis", say="tagged {}"),
    FilterKind(
        "is",
        "summarized, archived, stale, open, pinned or new (by others, since your last visit)",
        _with_property,
        _properties,
        choices=tuple(_PROPERTIES),
        cumulative=True,
        say_value=lambda value, _today: _PROPERTY_WORDS.get(_text(value), _text(value)),
        fixed=tuple(_PROPERTIES),
    ),
    key_filter("pinned", "yes or no"),
    key_filter("type", "a whole type, such as type:incident", say="of type {}"),
    FilterKind(
        "state",
        "full, summarized or archived",
        lambda table, value, _today: [row for row, fields in enumerate(table) if fields.state == _text(value)],
        _states,
        choices=_STATES,
        fixed=_STATES,
    ),
    FilterKind(
        "ref",
        "a reference or its beginning, such as ref:INC-12",
        _with_ref,
        _ref_families,
        say="with a reference {}",
        of_entry=lambda entry: (entry.ref,) if entry.ref else (),
    ),
    FilterKind(
        "date",
        "a year, month or day: date:2025-01, date:>2024-06, date:2024-06..2024-09",
        _of_day,
        _years_and_months,
        read=lambda text, _today: period(text),
        wrong="not a date",
        say_value=_day_in_words,
        of_entry=lambda entry: (entry.timestamp[:4], entry.timestamp[:7]),
        is_due=lambda value, typed: len(value) == (4 if len(typed) < 4 else 7),  # years, then the months of one
    ),
    key_filter("severity", "a whole severity, such as severity:SEV1"),
    FilterKind(
        "service",
        "a service or its beginning, such as service:checkout",
        _of_services,
        _services,
        cumulative=True,
        say="of service {}",
        of_entry=lambda entry: (
            service for key in SERVICE_KEYS for service in parse_tags(entry.metadata.get(key) or "")
        ),
    ),
    key_filter("owner", "an owner's whole name, such as owner:ana", say="owned by {}"),
    key_filter("status", "a whole status, such as status:resolved"),
    key_filter("used", "a number: used:3, used:>2, used:1..5", say="used {} times"),
    FilterKind(
        "last",
        "when it last helped: last:<90d (in the last 90 days), last:>6m (longer ago; d, w, m, y), last:never",
        _last_used,
        _uses,
        read=lambda text, today: Text("never") if text.lower() == "never" else days_ago(text, today),
        wrong="not a time",
        say_value=lambda value, today: "never used" if isinstance(value, Text) else within_days(value, today),
        fixed=("never",),
    ),
    FilterKind(
        "file",
        "the file, where several are open, by the beginning of its short name",
        _in_file,
        _files,
        say="in {}",
    ),
    FilterKind(
        "layer",
        "the layer of a memory, by the beginning of its name: layer:personal",
        _in_layer,
        _layers,
        say="in the layer {}",
    ),
    FilterKind(
        "in",
        "a section, and words to be found in it: in:root-cause leak",
        lambda _table, _value, _today: (),  # no filter of entries: `query` reads it as the scope of what follows
        _section_titles,
    ),
)

FILTERS = {kind.name: kind for kind in _TABLE}
"""The filters by name, in the order in which they are offered."""


def plain(text: str) -> str:
    """Return a text on one line, and short enough for it."""
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def filters_help() -> str:
    """Return a line for each filter: its name, and what it takes."""
    return "\n".join(f"  {f'{kind.name}:':<9} {kind.takes}" for kind in _TABLE)
