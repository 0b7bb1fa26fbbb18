"""Months as rows of a chart, newest first; where they reach back too far, years."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

MOST_MONTHS = 36
"""Months from the earliest to the newest that has something; where there are more, the rows are years."""


class MonthRange(NamedTuple):
    """A run of months, and how often something happened in it."""

    text: str
    """As `date:` takes it: `2025-01`, `2024`, `2024-01..2024-09`, `2025-01-15..2025-01-31`."""
    total: int


def by_year(days: Iterable[int], today: date) -> bool:
    """Return whether the rows for these days (ordinals) are years."""
    months = {_month(date.fromordinal(day)) for day in days}
    past = [month for month in months if month <= _month(today)]
    return bool(months) and min(months) <= max(past or months) - MOST_MONTHS


def spans(days: Iterable[int], today: date, since: date | None = None) -> list[MonthRange]:
    """Return the months or years of these days (ordinals), newest first, from today or the latest day back to `since`
    or the earliest day. Months without any are one row together. None if there are no days.
    """
    days = list(days)
    yearly = by_year(days, today)
    counts = Counter(_month(date.fromordinal(day)) for day in days)
    if not counts:
        return []
    now = _month(today)
    oldest = min(counts) if since is None else _month(since)
    totals = Counter[tuple[int, int]]()
    for month, total in counts.items():
        january = month - month % 12
        first = january if since is None else max(january, oldest)
        totals[(first, january + 11) if yearly else (month, month)] += total
    rows: list[tuple[int, int, int]] = []
    above = max(now, *counts) + 1
    if yearly:
        above += -above % 12
    for (first, last), total in sorted(totals.items(), reverse=True):
        if last + 1 < above:
            rows.append((last + 1, above - 1, 0))
        rows.append((first, last, total))
        above = first
    if oldest < above:
        rows.append((oldest, above - 1, 0))
    return [MonthRange(_text(first, last, since), total) for first, last, total in rows]


class Timeline:
    """Months, or years where `by_year` says so, without gaps: from the earliest of some days to the latest that isn't
    still to come.
    """

    def __init__(self, days: Iterable[int], today: date) -> None:
        """`days` are ordinals."""
        days = list(days)
        self._length = 12 if by_year(days, today) else 1
        """Months of a period."""
        numbers = {self._number(day) for day in days}
        past = [number for number in numbers if number <= self._number(today.toordinal())]
        self._first = min(numbers, default=0)
        self.periods = tuple(map(self._name, range(self._first, max(past or numbers, default=-1) + 1)))
        """As `date:` takes them: `2025-01`, or `2024`."""

    def counts(self, days: Iterable[int]) -> tuple[int, ...]:
        """Return how many of these days are in each period."""
        totals = Counter(self._number(day) - self._first for day in days)
        return tuple(totals[at] for at in range(len(self.periods)))

    def _number(self, day: int) -> int:
        return _month(date.fromordinal(day)) // self._length

    def _name(self, number: int) -> str:
        return f"{number:04}" if self._length == 12 else f"{number // 12:04}-{number % 12 + 1:02}"


def _month(day: date) -> int:
    """Months are counted through from the beginning."""
    return day.year * 12 + day.month - 1


def _text(first: int, last: int, since: date | None) -> str:
    year, month = divmod(last, 12)
    until = f"{year:04}-{month + 1:02}"
    if since is not None and since.day > 1 and first == _month(since):
        return f"{since}..{until}-{monthrange(year, month + 1)[1]}"
    if first == last:
        return until
    if first == last - 11 and month == 11:
        return f"{year:04}"
    return f"{first // 12:04}-{first % 12 + 1:02}..{until}"
