"""The guard that keeps a key from acting on an entry which its presser hasn't seen.

When a change moves the cursor to another entry, a key that was pressed before the new screen was seen was meant
for the old one. The terminal tells when it has painted: it is asked for the cursor's position behind the paint,
and answers in the stream of keys, so that what comes before the answer was pressed before the paint.
"""

from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

from textual.message import Message

WAIT = 2.0
"""Seconds after which an unanswered question is given up."""

REACTION = 0.25
"""Seconds after the paint in which nobody can have reacted yet; serves where the terminal never answers."""


@runtime_checkable
class HasEditKeys(Protocol):
    """A screen with keys that act on what it shows."""

    acting_keys: Mapping[str, str]
    """Such keys, each with how people read it."""

    def refuse(self, notice: str) -> None:
        """Say what was not done, and why."""


class KeyGuard:
    """Whether a key was pressed in sight of what it would act on. Times are those of Textual's messages."""

    def __init__(
        self,
        ask: Callable[[], bool],
        after: Callable[[float, Callable[[], None]], object],
        when_painted: Callable[[Callable[[], None]], object] = lambda callback: callback(),
    ) -> None:
        """`ask` puts the question to the terminal and says whether it could; `after` calls back later, and
        `when_painted` as soon as the screen isn't kept from being painted any more.
        """
        self._ask = ask
        self._after = after
        self._when_painted = when_painted
        self._seen_at = float("-inf")
        self._question = 0
        self._unpainted = 0
        self._asked: list[int] = []
        """The questions that the terminal has not answered yet; it answers in their order."""
        self._mute = False

    def hides(self, message: Message) -> bool:
        """Whether this key was pressed before the screen that is shown now was seen."""
        return message.time < self._seen_at

    def block(self) -> None:
        """The cursor was moved by a change; what is pressed from now on is blind."""
        self._question += 1
        self._unpainted += 1
        self._seen_at = float("inf")

    def painted(self) -> None:
        """The new screen was sent. Once for each `block`; the last one counts."""
        self._when_painted(self._painted)

    def _painted(self) -> None:
        self._unpainted = max(0, self._unpainted - 1)
        if self._unpainted or self._seen_at != float("inf"):
            return
        if not self._ask():
            self._unblock()
            return
        question = self._question
        self._asked.append(question)
        self._after(REACTION if self._mute else WAIT, lambda: self._give_up(question))

    def answered(self, answer: Message) -> None:
        """The terminal has painted what was sent before its oldest question."""
        self._mute = False
        question = self._asked.pop(0) if self._asked else None
        if question == self._question and self._seen_at == float("inf"):
            self._seen_at = answer.time

    def _give_up(self, question: int) -> None:
        if question == self._question and self._seen_at == float("inf"):
            self._mute = True
            self._asked.clear()
            self._unblock()

    def _unblock(self) -> None:
        self._seen_at = Message().time
