"""Dates in the spellings that people use, found in headings, file names and text, as timestamps in UTC."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
"""A pattern of a month's name, in full or short."""
_MONTH = rf"(?P<name>{MONTH_NAME})\b\.?"
_GAP = r"[ \t_-]+"
_ORDINAL = r"(?:st|nd|rd|th)?"


def _compiled(*patterns: str, after: str = "(?![0-9])") -> tuple[re.Pattern[str], ...]:
    """Compile patterns of dates: each begins where no word goes on, and what comes `after` it must match."""
    return tuple(re.compile(rf"(?<![0-9A-Za-z]){pattern}{after}", re.IGNORECASE) for pattern in patterns)


_PATTERNS = _compiled(
    r"(?P<year>(?:19|20)[0-9]{2})(?P<sep>[-/._])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})",
    rf"{_MONTH}{_GAP}(?P<day>[0-9]{{1,2}}){_ORDINAL},?{_GAP}(?P<year>(?:19|20)[0-9]{{2}})",
    rf"(?P<day>[0-9]{{1,2}}){_ORDINAL}{_GAP}(?:of{_GAP})?{_MONTH},?{_GAP}(?P<year>(?:19|20)[0-9]{{2}})",
    r"(?P<first>[0-9]{1,2})(?P<sep>[-/._])(?P<second>[0-9]{1,2})(?P=sep)(?P<year>(?:19|20)[0-9]{2})",
)
_IN_YEAR = _compiled(
    rf"{_MONTH}{_GAP}(?P<day>[0-9]{{1,2}}){_ORDINAL}",
    rf"(?P<day>[0-9]{{1,2}}){_ORDINAL}{_GAP}(?:of{_GAP})?{_MONTH}",
)
"""Days of a year that is known from elsewhere."""
_MONTHS = _compiled(
    r"(?P<year>(?:19|20)[0-9]{2})[-/._](?P<month>0[1-9]|1[0-2])",
    rf"{_MONTH},?{_GAP}(?P<year>(?:19|20)[0-9]{{2}})",
    rf"(?P<year>(?:19|20)[0-9]{{2}}){_GAP}{_MONTH}",
    after=r"(?![0-9]|[-/._][0-9])",
)
_YEAR = re.compile(r"(?<![0-9A-Za-z])(?:19|20)[0-9]{2}(?![0-9A-Za-z])")
_COMPACT = re.compile(r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?![0-9])")
_ZONES = {"PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CST": -6, "CDT": -5, "EST": -5, "EDT": -4}
_ZONES |= {"Z": 0, "UTC": 0, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2, "JST": 9}
"""Hours east of UTC of the zones that are called by their names."""
_TIME = re.compile(
    r"(?:T|,?[ \t_]+(?:at[ \t]+|-[ \t]+)?)"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?(?![0-9])"
    r"(?:[ \t]*(?P<half>[AaPp])\.?[Mm]\b\.?)?"
    rf"(?:[ \t]*\(?(?P<zone>(?:{'|'.join(_ZONES)})\b|[+-][0-9]{{2}}:?[0-9]{{2}}(?![0-9])))?"
    r"|[T_](?P<hour4>[0-9]{2})(?P<minute4>[0-9]{2})(?P<second4>[0-9]{2})?(?P<zone4>Z)?(?![0-9A-Za-z])"
)
_URL = re.compile(r"\w+://[^\s<>()\"']+")


class DateMatch(NamedTuple):
    """A date that was found in a text, with the time behind it, if there is one."""

    timestamp: str
    """In UTC: `2024-03-05T10:00:00Z`; midnight where no time is given."""
    day_only: bool
    start: int
    end: int


def find_date(text: str, compact: bool = False, year: int | None = None) -> DateMatch | None:
    """The first date of a text; `compact` takes `20240305`, too, and of a known `year` a day is a date (`5 March`).

    A date of two numbers and a year that could be of two days (`03/04/2024`) is none.
    """
    patterns = (*_PATTERNS, _COMPACT) if compact else _PATTERNS
    dates = [date for pattern in patterns if (date := next(_dates(pattern, text), None)) is not None]
    if not dates and year is not None:
        dates = [date for pattern in _IN_YEAR if (date := next(_dates(pattern, text, year), None)) is not None]
    return min(dates, key=lambda date: date.start, default=None)


def find_month(text: str) -> DateMatch | None:
    """The first month of a text that has no day (`2024-03`, `March 2024`), as its first day."""
    months = [date for pattern in _MONTHS if (date := next(_dates(pattern, text, day=1), None)) is not None]
    return min(months, key=lambda date: date.start, default=None)


def find_year(text: str) -> int | None:
    """The year that a text names; nothing where it names several."""
    years = set(_YEAR.findall(text))
    return int(years.pop()) if len(years) == 1 else None


def without_urls(text: str) -> str:
    """The text with blanks in the place of its addresses: a date in one is seldom that of the incident."""
    return _URL.sub(lambda url: " " * len(url[0]), text)


def utc_timestamp(moment: datetime) -> str:
    """A moment as entries write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _dates(pattern: re.Pattern[str], text: str, year: int | None = None, day: int | None = None) -> Iterator[DateMatch]:
    """The dates that a pattern finds; the `year` or the `day` is given where the pattern has none."""
    given = {name: str(value) for name, value in (("year", year), ("day", day)) if value is not None}
    for match in pattern.finditer(text):
        named = _day(match.groupdict() | given)
        if named is not None:
            time = _TIME.match(text, match.end())
            moment = _moment(named, time) if time else None
            if time is not None and moment is not None:
                yield DateMatch(utc_timestamp(moment), False, match.start(), time.end())
            else:
                yield DateMatch(utc_timestamp(named), True, match.start(), match.end())


def _day(groups: dict[str, str | None]) -> datetime | None:
    """The day that a match names; nothing where there is no such day, or where it could be two."""
    year = int(groups["year"] or 0)
    if groups.get("first"):
        first, second = int(groups["first"] or 0), int(groups["second"] or 0)
        if groups["sep"] != "." and first <= 12 and second <= 12 and first != second:
            return None
        day, month = (second, first) if second > 12 else (first, second)
    else:
        day = int(groups["day"] or 0)
        name = groups.get("name")
        month = MONTHS.index(name[:3].lower()) + 1 if name else int(groups["month"] or 0)
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _moment(day: datetime, time: re.Match[str]) -> datetime | None:
    """The day with a time, which is in UTC where no zone is named; nothing where it is none, or its zone unknown."""
    hour, minute = int(time["hour"] or time["hour4"]), int(time["minute"] or time["minute4"])
    second = int(time["second"] or time["second4"] or 0)
    if time["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (time["half"] in "Pp")
    zone = time["zone"] or time["zone4"] or "Z"
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    else:
        offset = timedelta(hours=_ZONES.get(zone, 0))
    try:
        return day.replace(hour=hour, minute=minute, second=second, tzinfo=timezone(offset))
    except ValueError:
        return None
