"""When an incident was: what front matter, names, text and git say of it."""

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import NamedTuple

from incident_tui.importing.dates import DateMatch, find_date, find_month, without_urls
from incident_tui.importing.front_matter import FrontMatter, metadata_key

DATE_KEYS = (
    *("incident_date", "date_of_incident", "occurred", "occurred_at", "occurred_on", "date", "start", "started"),
    *("started_at", "start_time", "start_date", "day", "timestamp", "created", "created_at", "published"),
)
"""Keys that say when it was, the best first."""

_LABEL = re.compile(
    r"[\s>*_|#-]*(?:(?:incident|outage)[ _-]*)?(?:date|day|when|start(?:ed)?|occurred|began|happened)"
    r"(?: (?:of|and|time|the|incident|outage|occurrence|at|\(\w+\)))*[*_ \t]*(?:[:|–—-]|$)",
    re.IGNORECASE,
)
"""The beginning of a line that says when it was."""


class Dating(NamedTuple):
    """When an incident was, and who says so."""

    date: DateMatch
    origin: str
    """`front matter (date)`, `heading`, `file name`, `first commit` …"""
    guessed: bool = False
    """Whether the date may well be another's."""


def front_date(matter: FrontMatter) -> tuple[str, Dating] | None:
    """The date that front matter has, and the key that says it."""
    keys = {metadata_key(key): key for key in reversed(matter.values)}
    for date_key in DATE_KEYS:
        value = matter.values.get(keys.get(date_key, ""))
        if isinstance(value, str) and (date := find_date(value, compact=True)) is not None:
            return keys[date_key], Dating(date, f"front matter ({keys[date_key]})")
    return None


def name_date(path: PurePosixPath, stem: str) -> Dating | None:
    """The date in a file's name, or in that of a folder around it: `2024/03/05-db.md`, `2024-03-05/report.md`."""
    if date := find_date(stem, compact=True):
        return Dating(date, "file name")
    if date := find_date("/".join([*path.parent.parts, stem]), compact=True):
        return Dating(date, "folder name")
    return None


def text_date(text: str) -> Dating | None:
    """The date of a line that says when it was, else the first one of all, which is a guess."""
    plain = without_urls(text)
    if labelled := date_line(plain.splitlines()):
        return labelled
    date = find_date(plain)
    return Dating(date, "first date in the text", guessed=True) if date else None


def date_line(rows: Sequence[str]) -> Dating | None:
    """The date of the first line that says when it was, or of the line below it."""
    for number, row in enumerate(rows):
        if _LABEL.match(row):
            below = next((line for line in islice(rows, number + 1, None) if line.strip()), "")
            if date := find_date(row) or (find_date(below) if row.rstrip(" |*_:-").count(" ") < 3 else None):
                return Dating(date, "a date line in the text")
    return None


def month_date(heads: Sequence[str], path: PurePosixPath, stem: str) -> Dating | None:
    """The month that a file's title, its first heading or its name says, which is a guess as to the day."""
    months = (find_month(text) for text in (*heads, "/".join([*path.parent.parts, stem])))
    return next((Dating(month, "the month that it names", guessed=True) for month in months if month), None)


def commit_date(moment: str) -> Dating | None:
    """When git first had the file, which is a guess."""
    date = find_date(moment)
    return Dating(date, "first commit", guessed=True) if date else None
