"""Times as `--since` takes them."""

from datetime import date, datetime

from incident_tui import clock

_UNITS = {"h": 3600, "d": 86400, "w": 7 * 86400}
"""Seconds."""


def since(text: str) -> float:
    """A moment in seconds since the epoch: a day, a time (local), or an age such as `8h`. Raises `ValueError`."""
    if text[-1:] in _UNITS and text[:-1].isdecimal() and len(text) < 8:
        return clock.seconds() - int(text[:-1]) * _UNITS[text[-1]]
    return datetime.fromisoformat(text).timestamp()


def since_day(text: str) -> date:
    """The first day that counts: that of such a moment; of `30d` and `2w`, the first of the last so many days, of which
    today is one. Raises `ValueError`.
    """
    from incident_tui.search.filter_values import first_of_last

    count, unit = text[:-1], text[-1:]
    if unit in ("d", "w") and count.isdecimal() and len(text) < 8:
        days = max(1, int(count)) * (7 if unit == "w" else 1)
        return date.fromordinal(first_of_last(days, clock.today()))
    try:
        return datetime.fromtimestamp(since(text)).date()
    except (OverflowError, OSError):  # before there were any days
        return date.min
