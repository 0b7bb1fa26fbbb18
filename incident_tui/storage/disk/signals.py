"""Signals that come while an edit is made: they wait until that is done.

One that ends the program, or raises an exception in the middle of it, would leave an entry in both files of a move, or
files that are put back while the others stay; one that stops it would stop it with the lock in its hands.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

WAITING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP, signal.SIGALRM)
"""The signals that wait. SIGALRM ends the browser if it doesn't end when it is asked to."""


@contextmanager
def deferred() -> Iterator[None]:
    """Let signals wait until the block is done; then they do what they would have done.

    The handlers are exchanged, not masked: in a program of several threads the kernel gives a signal to any of them,
    but its handler runs in the main one. In another thread nothing is deferred (no handler runs there).
    """
    came: set[int] = set()
    replaced: dict[int, object] = {}
    try:
        for number in WAITING:  # SIGINT, which may raise, comes first here, and last at the end
            handler = signal.getsignal(number)
            if handler not in (None, signal.SIG_IGN):  # a handler that wasn't set from Python couldn't be restored
                signal.signal(number, lambda number, _: came.add(number))
                replaced[number] = handler
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        for number in reversed(WAITING):
            if number in replaced:
                signal.signal(number, replaced[number])  # type: ignore[arg-type]
        for number in reversed(WAITING):
            if number in came:
                signal.raise_signal(number)
