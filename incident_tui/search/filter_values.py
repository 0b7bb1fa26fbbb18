"""The values of filters: texts, numbers, dates and times ago. Days are ordinals (`date.toordinal`)."""

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from incident_tui.format.sanitize import pluralize

_COMPARED = re.compile(r"(?P<sign>>=|<=|=>|=<|>|<|=)?\s*(?P<value>.+)", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,9}")
_DAY = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?")
_AGO = re.compile(r"(?P<sign>>=|<=|=>|=<|>|<|=)?\s*(?P<count>[0-9]{1,5})\s*(?P<unit>[dwmy])", re.IGNORECASE)
_UNITS = {"d": 1.0, "w": 7.0, "m": 30.44, "y": 365.25}


class Text(NamedTuple):
    """A value that is a text."""

    text: str


class Range(NamedTuple):
    """A range of numbers or days, both ends within it; an end that is None is open."""

    low: int | None
    high: int | None
    bound: bool = False
    """Whether it was given as a bound (`>2`), so that it combines with others."""

    def holds(self, number: int) -> bool:
        """Whether the number lies in the range."""
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)

    def in_words(self, dates: bool) -> str:
        """Say the range: `at least 3`, `from 2024-06-01 until 2024-09-30`."""
        low, high = (None if end is None else _day(end) if dates else str(end) for end in (self.low, self.high))
        if dates:
            if self.low is not None and self.high is not None and (whole := _calendar(self.low, self.high)):
                return f"in {whole}"
            if low == high:
                return f"on {low}"
            return " ".join([f"from {low}"] * (low is not None) + [f"until {high}"] * (high is not None))
        if self.high is not None and self.high < 0:
            return f"fewer than {self.high + 1}"
        if low is None or high is None:
            return f"at least {low}" if high is None else f"at most {high}"
        return low if low == high else f"{low} to {high}"


class InvalidValue(NamedTuple):
    """The error for a text that is no value."""

    message: str


Value = Text | Range


def comparison(text: str) -> Range | None:
    """Read `3`, `>2`, `<=5`, `1..5`, `1..` or `..5`; None if it is none of these."""
    if ".." in text:
        first, last = (end.strip() for end in text.split("..", 1))
        low, high = _number(first), _number(last)
        if (first and low is None) or (last and high is None):
            return None
        return _ordered(low, high)
    match = _COMPARED.fullmatch(text)
    number = _number(match["value"]) if match else None
    if match is None or number is None:
        return None
    return _compared(match["sign"], number, number)


def period(text: str) -> Range | None:
    """Read the days of `2025`, `2025-01`, `2025-01-31`, `>2024-06` or `2024-06..2024-09`; nothing if it is
    none of these.
    """
    if ".." in text:
        first, last = (end.strip() for end in text.split("..", 1))
        start, stop = _days(first), _days(last)
        if (first and start is None) or (last and stop is None):
            return None
        if start and stop:
            return Range(min(start[0], stop[0]), max(start[1], stop[1]))
        return _ordered(start[0] if start else None, stop[1] if stop else None)
    match = _COMPARED.fullmatch(text)
    days = _days(match["value"]) if match else None
    return None if match is None or days is None else _compared(match["sign"], *days)


def days_ago(text: str, today: date) -> Range | None:
    """Read `<90d` (in the last 90 days), `>6m` (longer ago), `<=` or `>=`, which take the day itself in, too; nothing
    if it is none of these. Without a sign it is `<`.
    """
    match = _AGO.fullmatch(text)
    if match is None:
        return None
    days = round(int(match["count"]) * _UNITS[match["unit"].lower()])
    since = max(today.toordinal() - days, 1)
    sign = match["sign"] or "<"
    if sign == ">":
        return Range(None, since - 1, bound=True)
    if sign in (">=", "=>"):
        return Range(None, since, bound=True)
    if sign in ("<=", "=<"):
        return Range(since, None, bound=True)
    return Range(first_of_last(days, today), None, bound=True)


def first_of_last(days: int, today: date) -> int:
    """The first of the last so many days, of which today is the last one, as an ordinal."""
    return max(today.toordinal() - days + 1, 1)


def within_days(value: Range, today: date) -> str:
    """Say a range of `days_ago`."""
    if value.low is not None:
        return f"used in the last {pluralize(today.toordinal() - value.low + 1, 'day', 'days')}"
    return f"last used {today.toordinal() - (value.high or 0)} days ago or more"


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text.strip()) and text.isascii() else None


def _days(text: str) -> tuple[int, int] | None:
    """The first and the last day of a year, a month or a day."""
    match = _DAY.fullmatch(text.strip())
    if match is None or not text.isascii():
        return None
    year, month, day = int(match["year"]), int(match["month"] or 0), int(match["day"] or 0)
    if match["month"] is None:
        return (date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()) if year else None
    if not year or not 1 <= month <= 12:
        return None
    length = monthrange(year, month)[1]
    if match["day"] is None:
        return date(year, month, 1).toordinal(), date(year, month, length).toordinal()
    if not 1 <= day <= length:
        return None
    return date(year, month, day).toordinal(), date(year, month, day).toordinal()


def _compared(sign: str | None, low: int, high: int) -> Range:
    match sign:
        case ">":
            return Range(high + 1, None, bound=True)
        case ">=" | "=>":
            return Range(low, None, bound=True)
        case "<":
            return Range(None, low - 1, bound=True)
        case "<=" | "=<":
            return Range(None, high, bound=True)
    return Range(low, high)


def _ordered(low: int | None, high: int | None) -> Range | None:
    if low is None and high is None:
        return None
    if low is None or high is None:
        return Range(low, high, bound=True)
    return Range(low, high) if low <= high else Range(high, low)


def _calendar(low: int, high: int) -> str:
    """The year or the month that these are the first and the last day of; empty if there is none."""
    first = _day(low)
    for length in (4, 7):
        if _days(first[:length]) == (low, high):
            return first[:length]
    return ""


def _day(ordinal: int) -> str:
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal())).isoformat()
