"""The guard between a key and an entry that its presser hasn't seen, by a clock that stands still."""

from collections.abc import Callable

import pytest
from textual.message import Message

from incident_tui.tui.terminal.key_guard import REACTION, WAIT, KeyGuard


class Terminal:
    """A clock that is set by hand, a terminal that is asked, and timers that are let run out by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.asked = 0
        self.can_be_asked = True
        self.timers: list[tuple[float, Callable[[], None]]] = []
        monkeypatch.setattr("textual._time.get_time", lambda: self.now)
        monkeypatch.setattr("textual.message._time.get_time", lambda: self.now)
        self.guard = KeyGuard(self._ask, self._after)

    def _ask(self) -> bool:
        self.asked += self.can_be_asked
        return self.can_be_asked

    def _after(self, delay: float, call: Callable[[], None]) -> None:
        self.timers.append((self.now + delay, call))

    def pressed(self, at: float) -> Message:
        """A key that was pressed at a time."""
        key = Message()
        key.time = at
        return key

    def wait(self, seconds: float) -> None:
        """Let time pass, and the timers run out that do."""
        self.now += seconds
        due = [timer for timer in self.timers if timer[0] <= self.now]
        self.timers = [timer for timer in self.timers if timer[0] > self.now]
        for _, call in due:
            call()

    def answer(self) -> None:
        """The terminal says that it has painted."""
        self.guard.answered(self.pressed(self.now))

    def hides(self, at: float) -> bool:
        """Whether a key pressed then is dropped."""
        return self.guard.hides(self.pressed(at))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(monkeypatch)


def test_before_any_change_no_key_is_hidden(terminal: Terminal) -> None:
    assert not terminal.hides(0.0)
    assert not terminal.hides(1e9)


def test_once_raised_all_keys_are_hidden_until_the_terminal_answers(terminal: Terminal) -> None:
    terminal.guard.block()
    assert terminal.hides(terminal.now + 1000)
    terminal.guard.painted()
    assert terminal.asked == 1
    assert terminal.hides(terminal.now + 1000)


def test_keys_pressed_before_the_answer_stay_hidden_later_ones_are_not(terminal: Terminal) -> None:
    terminal.guard.block()
    terminal.guard.painted()
    terminal.wait(0.5)
    terminal.answer()
    assert terminal.hides(100.4)
    assert not terminal.hides(100.5)
    assert not terminal.hides(100.6)


def test_an_answer_to_an_unasked_question_hides_nothing(terminal: Terminal) -> None:
    terminal.answer()
    assert not terminal.hides(0.0)


def test_painting_without_a_change_asks_nothing(terminal: Terminal) -> None:
    terminal.guard.painted()
    assert terminal.asked == 0
    assert terminal.timers == []


def test_where_there_is_no_terminal_to_ask_the_paint_is_enough(terminal: Terminal) -> None:
    terminal.can_be_asked = False
    terminal.guard.block()
    terminal.wait(0.2)
    terminal.guard.painted()
    assert terminal.hides(100.1)
    assert not terminal.hides(100.2)


def test_an_unanswered_question_is_given_up(terminal: Terminal) -> None:
    terminal.guard.block()
    terminal.guard.painted()
    terminal.wait(WAIT - 0.01)
    assert terminal.hides(terminal.now)
    terminal.wait(0.01)
    assert not terminal.hides(terminal.now)
    assert terminal.hides(100.5), "what was pressed meanwhile was still blind"


def test_a_terminal_that_never_answers_is_waited_for_only_once(terminal: Terminal) -> None:
    terminal.guard.block()
    terminal.guard.painted()
    terminal.wait(WAIT)
    changed = terminal.now
    terminal.guard.block()
    terminal.guard.painted()
    assert terminal.hides(changed)
    terminal.wait(REACTION)
    assert not terminal.hides(terminal.now)
    assert terminal.hides(changed), "nobody reacts so fast"


def test_a_terminal_that_answers_late_is_trusted_again(terminal: Terminal) -> None:
    terminal.guard.block()
    terminal.guard.painted()
    terminal.wait(WAIT)
    terminal.answer()
    terminal.guard.block()
    terminal.guard.painted()
    terminal.wait(REACTION)
    assert terminal.hides(terminal.now), "it is waited for as in the beginning"
    terminal.answer()
    assert not terminal.hides(terminal.now)


def test_giving_up_one_question_does_not_answer_the_next(terminal: Terminal) -> None:
    terminal.guard.block()
    terminal.guard.painted()
    terminal.wait(1.5)
    terminal.answer()
    terminal.guard.block()
    terminal.guard.painted()
    terminal.wait(0.5)  # the first question's time is up
    assert terminal.hides(terminal.now)


def test_an_answer_before_the_paint_of_the_next_change_does_not_count_for_it(terminal: Terminal) -> None:
    """Two changes, one after the other: the answer to the first question says nothing of the second paint."""
    terminal.guard.block()
    terminal.guard.painted()
    terminal.wait(0.1)
    terminal.guard.block()
    terminal.answer()
    assert terminal.hides(terminal.now)
    terminal.guard.painted()
    terminal.wait(0.1)
    terminal.answer()
    assert not terminal.hides(terminal.now)


def test_of_two_changes_the_first_answer_says_nothing_of_the_second_paint(terminal: Terminal) -> None:
    terminal.guard.block()
    terminal.guard.painted()
    terminal.guard.block()
    terminal.guard.painted()
    assert terminal.asked == 2
    terminal.wait(0.1)
    terminal.answer()
    assert terminal.hides(terminal.now)
    terminal.wait(0.1)
    terminal.answer()
    assert not terminal.hides(terminal.now)


def test_of_two_changes_in_one_go_only_the_last_paint_counts(terminal: Terminal) -> None:
    terminal.guard.block()
    terminal.guard.block()
    terminal.guard.painted()
    assert terminal.asked == 0
    terminal.guard.painted()
    assert terminal.asked == 1
    terminal.answer()
    assert not terminal.hides(terminal.now)
