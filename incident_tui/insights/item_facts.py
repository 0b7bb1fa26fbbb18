"""Who sees to an action item, and by when, as people write it at the item's end."""

import re
from datetime import date
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR = r"(?:,? (?P<year>[0-9]{4}))?"
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_MONTH = re.compile(rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\.? {_MONTH}{_YEAR}", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"{_MONTH} (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?{_YEAR}", re.IGNORECASE)

_DUE = re.compile(
    r"(?:^|[\s,;(\[–—-])(?:due(?: date)?:? *(?:on |by )?|(?:by|until) )(?P<due>[^()\[\]@]+?)[)\]]?$", re.IGNORECASE
)
_LAST_DAY = re.compile(r"(?:^|[\s,;(\[])(?P<due>[0-9]{4}-[0-9]{2}-[0-9]{2})[)\]]?$")
_AT = re.compile(r"(?:^|[\s,;(\[])@(?P<owner>\w[\w.-]*\w|\w)[)\]]?$")
_OWNER = re.compile(r"(?:^|[\s,;(\[–—-])owner: *(?P<owner>[^()\[\],;]+?)[)\]]?$", re.IGNORECASE)
_NAME = re.compile(r"\((?P<owner>[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){0,2})\)$")
_NO_NAMES = frozenset(
    {"all", "blocked", "both", "done", "draft", "later", "manual", "maybe", "now", "optional", "tbd", "todo", "urgent"}
)
"""Words that stand alone in parentheses at an item's end, and are nobody's name."""


class ItemFacts(NamedTuple):
    """What an item's text says of itself; None where it doesn't."""

    owner: str | None = None
    due: str | None = None
    """A day (`2026-01-12`), or the words where they name none (`next sprint`)."""


def item_facts(text: str, written: date | None) -> ItemFacts:
    """Read owner and due date off the end of an item's text, in either order.

    A date without a year is the first such day from when its entry was `written` on.
    """
    owner = due = None
    rest = text.strip()
    while True:
        rest = rest.rstrip(" .,;–—-")
        if due is None and (match := _due(rest, written)):
            due, rest = match
        elif owner is None and (match := _owner(rest)):
            owner, rest = match
        else:
            return ItemFacts(owner, due)


def _due(text: str, written: date | None) -> tuple[str, str] | None:
    """The due date that a text ends with, and the text before it."""
    match = _DUE.search(text)
    if match is not None:
        day = _day(match["due"], written)
        if day is not None:
            return day.isoformat(), text[: match.start()]
        if "due" in match[0].lower():
            return match["due"].strip(), text[: match.start()]
    match = _LAST_DAY.search(text)
    day = _day(match["due"], written) if match is not None else None
    return (day.isoformat(), text[: match.start()]) if match is not None and day is not None else None


def _owner(text: str) -> tuple[str, str] | None:
    """The owner that a text ends with, and the text before it."""
    for pattern in (_AT, _OWNER, _NAME):
        match = pattern.search(text)
        if match is not None and _is_name(match["owner"], pattern is _NAME):
            return match["owner"].strip().removeprefix("@"), text[: match.start()]
    return None


def _is_name(text: str, bare: bool) -> bool:
    """Whether a text names someone; one that says nothing of an owner does if all its words, or its only one, may."""
    words = text.split()
    return not bare or (len(words) == 1 and text not in _NO_NAMES) or all(word[0].isupper() for word in words)


def _day(text: str, written: date | None) -> date | None:
    """The day that a text is."""
    text = text.strip(" .")
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
        match = _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text)
        if match is None:
            return None
        month, day = _MONTHS.index(match["month"].lower()) + 1, int(match["day"])
        if match["year"]:
            return date(int(match["year"]), month, day)
        if written is None:
            return None
        this_year = date(written.year, month, day)
        return this_year if this_year >= written else date(written.year + 1, month, day)
    except ValueError:
        return None
