"""A lock with which a query overtakes the indexing in the background."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from time import sleep

_MOMENT = 0.0005
"""Seconds that the one who works stands back."""


class PriorityLock:
    """Python's own locks are not fair: a thread that lets go of one and takes it again at once would keep the
    other, who waits for it with a key to answer, out for as long as it works.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._asking = 0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Hold the lock, and be let in as soon as the work in hand is done."""
        self._asking += 1
        try:
            with self._lock:
                yield
        finally:
            self._asking -= 1

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold the lock once nobody asks."""
        while self._asking:
            sleep(_MOMENT)
        with self._lock:
            yield
