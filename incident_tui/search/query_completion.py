"""What could stand at the cursor: filter names, and the values that the entries listed have, with counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from incident_tui.format.edit.tags import tag_usage
from incident_tui.search.entry_table import EntryFields
from incident_tui.search.index.tokenize import fold, is_unspaced
from incident_tui.search.query import ANSWERS, FILTERS, PROPERTIES, STATES, Token, parse, tokens

if TYPE_CHECKING:
    from incident_tui.search.engine import Search

_AGES = (7, 30, 90)
"""Days that `last:` offers."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What could be put in place of `text[start:stop]`; the cursor goes behind it."""

    start: int
    stop: int
    text: str
    count: int | None
    """How many of the entries listed have it; nothing for a filter's name."""
    about: str = ""
    """What it is, where the text alone doesn't say: what a filter takes."""


class Completions:
    """Completes; remembers the counts while a value is typed."""

    def __init__(self) -> None:
        self._counted: tuple[tuple[str, str, date, float], list[tuple[str, int]]] | None = None

    def at(self, text: str, cursor: int, today: date, limit: int, search: "Search") -> list[Completion]:
        """Return what could stand at the cursor, as `Search.complete` says."""
        cursor = max(0, min(cursor, len(text)))
        token = next((one for one in tokens(text) if one.start < cursor <= one.stop), None)
        if token is None or token.kind == "phrase":
            return []
        if token.kind == "filter" and cursor >= token.value_start:
            return self._values(token, text, cursor, today, search)[:limit]
        start = token.start + token.negated
        typed = text[start:cursor].lower()
        if len(typed) < 2:
            return []
        stop = token.value_start if token.name else token.stop
        names = [name for name in FILTERS if name.startswith(typed)]
        return [Completion(start, stop, f"{name}:", None, FILTERS[name]) for name in names][:limit]

    def _values(self, token: Token, text: str, cursor: int, today: date, search: "Search") -> list[Completion]:
        start = token.value_start
        comma = text.rfind(",", start, cursor) + 1
        start = max(start, comma)
        typed = text[start:cursor].lstrip('"')
        sign = typed[: len(typed) - len(typed.lstrip("<>="))]
        if ".." in typed:
            sign = typed[: typed.rindex("..") + 2]
        wanted = fold(typed[len(sign) :])
        rest = f"{text[: token.start]} {text[token.stop :]}"
        found = []
        for value, count in self._counts(token.name, rest, today, search):
            if token.name == "date" and not _is_due(value, wanted):
                continue
            folded = fold(value)
            inside = (len(wanted) > 1 and f"-{wanted}" in folded) or (is_unspaced(wanted) and wanted in folded)
            if not (inside or folded.startswith(wanted)):
                continue
            quoted = f'"{value}"' if any(char in value for char in ' ,"\t') else value
            found.append(Completion(start, token.stop, sign + quoted, count))
        found.sort(key=lambda one: not fold(one.text[len(sign) :].strip('"')).startswith(wanted))
        return found

    def _counts(self, name: str, rest: str, today: date, search: "Search") -> list[tuple[str, int]]:
        key = (name, rest, today, search.progress)
        if self._counted is None or self._counted[0] != key:
            rows = search.find(parse(rest, today)).rows
            self._counted = (key, list(_counted(name, rows, today, search)))
        return self._counted[1]


def _counted(name: str, rows: Sequence[int], today: date, search: "Search") -> Iterable[tuple[str, int]]:
    """The values that the entries of these rows have, in the order in which they are offered."""
    listed: list[EntryFields] = [search.facts[row] for row in rows]
    match name:
        case "tag":
            return tag_usage(facts.tags for facts in listed)
        case "file":
            return Counter(file for row in rows if (file := search.file_of(row))).most_common()
        case "type":
            return Counter(facts.type for facts in listed if facts.type).most_common()
        case "ref":
            families = (facts.ref.partition("-")[0] for facts in listed if facts.ref)
            return [(f"{family}-", count) for family, count in Counter(families).most_common()]
        case "state":
            states = Counter(facts.state for facts in listed)
            return [(state, states[state]) for state in STATES if states[state]]
        case "pinned":
            pinned = sum(facts.pinned for facts in listed)
            return list(zip(ANSWERS, (pinned, len(listed) - pinned), strict=True))
        case "is":
            return _properties(rows, listed, today, search)
        case "date":
            years = Counter(facts.timestamp[:4] for facts in listed if facts.day)
            months = Counter(facts.timestamp[:7] for facts in listed if facts.day)
            return [*sorted(years.items(), reverse=True), *sorted(months.items(), reverse=True)]
        case "last":
            return _uses(listed, today)
        case "in":
            titles = Counter(title for row in rows for title in search.section_titles(row))
            return titles.most_common(200)
    return []


def _properties(
    rows: Sequence[int], listed: Sequence[EntryFields], today: date, search: "Search"
) -> Iterator[tuple[str, int]]:
    counts = {
        "summarized": sum(facts.summarized for facts in listed),
        "archived": sum(facts.archived for facts in listed),
        "stale": sum(search.is_stale(row, today) for row in rows),
        "open": sum(search.is_open(row) for row in rows),
        "pinned": sum(facts.pinned for facts in listed),
    }
    return ((name, counts[name]) for name in PROPERTIES if counts[name])


def _uses(listed: Sequence[EntryFields], today: date) -> Iterator[tuple[str, int]]:
    days = [today.toordinal() - facts.last_used for facts in listed if facts.last_used is not None]
    for age in _AGES:
        yield f"<{age}d", sum(day <= age for day in days)
    yield f">{_AGES[-1]}d", sum(day > _AGES[-1] for day in days)
    yield "never", len(listed) - len(days)


def _is_due(value: str, typed: str) -> bool:
    """Whether a date is to be offered now: years at first, the months of a year once that is typed."""
    return len(value) == 4 if len(typed) < 4 else len(value) == 7
