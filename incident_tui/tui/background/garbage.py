"""Reference cycles, which only a search finds: collected between two keys, so that no key waits for it.

Our own objects make none (tests count them): what was replaced goes with the last reference to it. The framework's do:
lines that are in their own cache, workers and their tasks, screens and their widgets.
"""

import gc
from time import monotonic

from textual._styles_cache import StylesCache

YOUNG = 2_000
"""So many objects more than at the last search make another one worth while."""

YOUNG_SEARCHES = 10
"""After so many searches among what is new all is searched once."""

REST = 2.0
"""Seconds without a key before all is searched: with a hundred thousand entries that takes some tenths of a second."""

PATIENCE = 60.0
"""Seconds after which all is searched even if keys never rest."""


class Collector:
    """Python's collector, called when there is time. `sweep` is to be called again and again, by a timer."""

    def __init__(self) -> None:
        self.settled = False
        """Whether what was made at the start is left out."""
        self._pressed = float("-inf")
        self._searches = 0
        self._due: float | None = None
        """Since when all is to be searched."""

    def settle(self) -> None:
        """What was made until now stays: no search goes through it again. Python itself doesn't collect any more.

        To be called once, when the program is up.
        """
        gc.disable()
        gc.freeze()
        self.settled = True

    def pressed(self) -> None:
        """A key has come."""
        self._pressed = monotonic()

    def sweep(self) -> None:
        """Collect, if that is worth while and there is time for it."""
        now = monotonic()
        if self._due is not None and (now - self._pressed > REST or now - self._due > PATIENCE):
            _forget_closed_screens()
            gc.collect()
            self._due = None
        elif gc.get_count()[0] > YOUNG:
            _forget_closed_screens()
            gc.collect(1)
            self._searches += 1
            if self._searches % YOUNG_SEARCHES == 0 and self._due is None:
                self._due = now


def _forget_closed_screens() -> None:
    """Textual remembers the edges of widgets by the widgets' caches of lines, and so keeps a thousand of these caches,
    with all their lines, whose widgets are gone.
    """
    StylesCache.get_inner_outer.cache_clear()
