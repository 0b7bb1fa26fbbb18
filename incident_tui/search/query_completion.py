"""Completion at the cursor: filter names, and the values of the listed entries, with counts."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from incident_tui.format.sanitize import one_line
from incident_tui.search.filter_values import Text
from incident_tui.search.filters import FILTERS
from incident_tui.search.index.tokenize import fold, is_unspaced
from incident_tui.search.query import Query, Token, parse, tokens

if TYPE_CHECKING:
    from incident_tui.search.engine import Search


@dataclass(frozen=True, slots=True)
class Completion:
    """A replacement of `text[start:stop]`; the cursor goes behind it."""

    start: int
    stop: int
    text: str
    count: int | None
    """How many of the listed entries have it; None for a filter's name."""
    description: str = ""
    """Its description, if the text alone doesn't say enough: the values of a filter."""


class Completions:
    """Completes; remembers the counts while a value is typed."""

    def __init__(self) -> None:
        self._counted: tuple[tuple[str, str, date, float], list[tuple[str, int]]] | None = None

    def at(self, text: str, cursor: int, today: date, limit: int, search: "Search") -> list[Completion]:
        """Return the completions at the cursor, as `Search.complete` says."""
        cursor = max(0, min(cursor, len(text)))
        token = next((candidate for candidate in tokens(text) if candidate.start < cursor <= candidate.stop), None)
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
        return [Completion(start, stop, f"{name}:", None, FILTERS[name].takes) for name in names][:limit]

    def _values(self, token: Token, text: str, cursor: int, today: date, search: "Search") -> list[Completion]:
        start = token.value_start
        comma = text.rfind(",", start, cursor) + 1
        start = max(start, comma)
        typed = text[start:cursor].lstrip('"')
        sign = typed[: len(typed) - len(typed.lstrip("<>="))]
        if ".." in typed:
            sign = typed[: typed.rindex("..") + 2]
        prefix = fold(typed[len(sign) :])
        rest = f"{text[: token.start]} {text[token.stop :]}"
        completions = []
        for value, count in self._counts(token.name, rest, today, search):
            if not FILTERS[token.name].is_due(value, prefix):
                continue
            folded = fold(value)
            inside = (len(prefix) > 1 and f"-{prefix}" in folded) or (is_unspaced(prefix) and prefix in folded)
            if not (inside or folded.startswith(prefix)):
                continue
            quoted = f'"{value}"' if any(char in value for char in ' ,"\t') else value
            completions.append(Completion(start, token.stop, sign + quoted, count))
        completions.sort(key=lambda completion: not fold(completion.text[len(sign) :].strip('"')).startswith(prefix))
        return completions

    def _counts(self, name: str, rest: str, today: date, search: "Search") -> list[tuple[str, int]]:
        key = (name, rest, today, search.progress)
        if self._counted is None or self._counted[0] != key:
            rows = search.find(parse(rest, today)).rows
            self._counted = (key, list(FILTERS[name].counted(search, rows, today)))
        return self._counted[1]


def nearest_values(query: Query, search: "Search") -> list[str]:
    """Return, for each filter by a text that no entry has, the nearest text that one has: `no tag postgress; …`."""
    from rapidfuzz.distance import OSA  # only where nothing was found

    hints = []
    for filter_ in query.filters:
        known = {
            fold(value): value
            for value, _ in FILTERS[filter_.name].counted(search, range(len(search.table)), query.today)
        }
        for value in () if filter_.negated or not known else filter_.values:
            if not isinstance(value, Text) or any(name.startswith(fold(value.text)) for name in known):
                continue
            typed = fold(value.text)
            near = min(known, key=lambda name: (OSA.distance(typed, name), name))
            if OSA.distance(typed, near) <= (1 if len(typed) < 4 else 2):
                hints.append(f"no {filter_.name} {one_line(value.text)}; the nearest: {one_line(known[near])}")
    return hints
