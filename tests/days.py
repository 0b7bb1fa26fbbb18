"""The days that tests are run on. `INCIDENT_TUI_TEST_DAY` names another one: `make test-days` runs several."""

import os
from datetime import date, datetime, time

from incident_tui import clock

SAMPLE_DAY = date(2026, 11, 24)
"""The day on which the sample's story is told: its last incident is six days old."""

DAY = date.fromisoformat(os.environ.get("INCIDENT_TUI_TEST_DAY", SAMPLE_DAY.isoformat()))
"""The day that it is for a test that isn't marked `sample_day`."""


def noon(day: date) -> str:
    """What the clock's environment variable is to be for it to be noon of this day, local time."""
    return clock.shift_to(datetime.combine(day, time(12)))
