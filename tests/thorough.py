"""How much of what could be tried is tried: a sample, or with `INCIDENT_TUI_TEST_ALL=1` everything."""

import os
from collections.abc import Sequence
from typing import TypeVar
from zlib import crc32

ALL = bool(os.environ.get("INCIDENT_TUI_TEST_ALL"))

HALF = os.environ.get("INCIDENT_TUI_TEST_HALF", "")
"""Which half of the slow tests is tried, 0 or 1; empty for both."""

Try = TypeVar("Try")


def sampled(tries: Sequence[Try], each: int, case: str) -> Sequence[Try]:
    """One of `each` tries, beginning with another one in each case, so that all cases together meet all calls."""
    return tries if ALL else tries[crc32(case.encode()) % each :: each]


def is_in_half(test: str) -> bool:
    """Whether a test belongs to the half that is asked for."""
    return not HALF or crc32(test.encode()) % 2 == int(HALF)


def examples(number: int) -> int:
    """How many random examples a test tries, of `number` that it could."""
    return number if ALL else max(20, number // 4)
