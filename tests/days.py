"""The days that tests are run on.

A test that asks for the fixture `day` is run on `DAY`, and as a slow test on each of `OTHER_DAYS`. Any other test is
run on `DAY`, or on the day of the sample's story where it is marked `sample_day`.
"""

import os
from datetime import date, datetime, time

from incident_tui import clock

SAMPLE_DAY = date(2026, 11, 24)
"""The day on which the sample's story is told: its last incident is six days old."""

DAY = date.fromisoformat(os.environ.get("INCIDENT_TUI_TEST_DAY") or SAMPLE_DAY.isoformat())
"""`make test DAY=2028-02-29` sets another one."""

OTHER_DAYS = (
    date(2028, 2, 29),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2026, 10, 25),  # Europe's clocks are set back
    date(2027, 3, 28),  # and forward
    date(2036, 11, 24),
)


def noon(day: date) -> str:
    """Return what the clock's environment variable is to be for it to be noon of this day, local time."""
    return clock.shift_to(datetime.combine(day, time(12)))
