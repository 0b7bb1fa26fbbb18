"""Slow work in a thread of its own; its result is delivered on the thread of the screen."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

from textual.message_pump import MessagePump

Result = TypeVar("Result")


def run_in_background(screen: MessagePump, work: Callable[[], Result], then: Callable[[Result], object]) -> None:
    """Do `work` in a thread of its own, then hand what came of it to `then`, in the screen's.

    A worker is waited for when the program ends; this isn't, for on a network's file system it may hang.
    """

    def run() -> None:
        result = work()
        with suppress(RuntimeError):  # the program has ended meanwhile
            screen.call_later(then, result)

    Thread(target=run, daemon=True).start()
