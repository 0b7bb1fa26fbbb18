"""The clock: the only module that asks the system what day and what time it is.

Tests and the pictures of the docs move it by the environment variable `INCIDENT_TUI_CLOCK_SHIFT`, a number of seconds.
A shift rather than a fixed moment: time still passes, so of two changes made by two processes the later one is later.
"""

import os
import time
from typing import TYPE_CHECKING

from incident_tui.format.errors import Refused

if TYPE_CHECKING:
    from datetime import date, datetime

SHIFT = "INCIDENT_TUI_CLOCK_SHIFT"

_LARGEST_SHIFT = 1e11
"""In seconds: some three thousand years. Python's days end with the year 9999."""


def seconds() -> float:
    """The time now, in seconds since the epoch. Raises `Refused` where the clock is shifted by what is no number."""
    text = os.environ.get(SHIFT)
    if not text:
        return time.time()
    try:
        shift = float(text)
    except ValueError:
        shift = float("nan")
    if not abs(shift) < _LARGEST_SHIFT:
        raise Refused(f"{SHIFT} is no number of seconds: {text!r}; unset it, only tests need it")
    return time.time() + shift


def now() -> "datetime":
    """The time now, in UTC."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds(), UTC)


def today() -> "date":
    """The day that it is here, in the local time zone."""
    from datetime import date

    return date.fromtimestamp(seconds())


def shift_to(moment: "datetime") -> str:
    """Return what the environment variable is to be for it to be this moment now, as the system's clock stands.

    A moment without a time zone is in local time.
    """
    return repr(moment.timestamp() - time.time())
