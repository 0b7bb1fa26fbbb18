"""The first frame comes before the framework, which takes it over; whatever happens between, the terminal is sane."""

import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import pytest

from .conftest import entries
from .terminal import PATIENCE, Terminal
from .test_bytes import is_whole

FIRST = "INC-1277"
"""The entry that is listed first."""

MOUSE = b"\x1b[?1000h"
"""What the framework's driver sends first."""

SLOW = """
import sys, time
from incident_tui.cli import entry_point

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "textual.app":
            sys.meta_path.remove(self)
            time.sleep(SECONDS)
            FAILS

sys.meta_path.insert(0, Finder())
entry_point()
"""
"""The browser on a machine on which the framework takes its time."""


@contextmanager
def slow_start(path: Path, seconds: float, fails: str = "") -> Iterator[Terminal]:
    """The browser, when its first frame is on the screen, and the framework isn't there yet."""
    code = SLOW.replace("SECONDS", str(seconds)).replace("FAILS", fails)
    with Terminal(sys.executable, "-c", code, str(path)) as terminal:
        terminal.sees("? help")
        assert FIRST in terminal.text
        yield terminal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "incidents.md"
    path.write_text(entries(300), encoding="utf-8")
    return path


@pytest.mark.slow
def test_the_framework_takes_over_what_is_shown(path: Path) -> None:
    with slow_start(path, 1.0) as terminal:
        assert MOUSE not in terminal.output
        modes = termios.tcgetattr(terminal.slave)
        assert not modes[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
        shown = terminal.screen.display[:]
        frame = terminal.received
        terminal.sees("Root Cause")
        begun = terminal.output.index(b"\x1b[?2026h", frame)
        sent = terminal.output[begun : terminal.output.index(b"Summary")].split(b"\x1b[?2026l")
        print(len(sent[0]), len(sent))
        assert len(sent[0]) < 350, "only the scrollbar is new"
        assert terminal.output.count(b"\x1b[?1049h") == 1
        assert shown[0] == terminal.screen.display[0]
        assert [line[:35] for line in shown] == [line[:35] for line in terminal.screen.display]
        assert is_whole(terminal)
        terminal.press(b"q")
        assert terminal.ends() == 0
        assert terminal.is_sane()


@pytest.mark.slow
def test_keys_typed_in_sight_of_it_act_in_their_order(path: Path) -> None:
    with slow_start(path, 1.0) as terminal:
        terminal.press(b"/poolx\x7f\r")
        terminal.sees("› pool")
        terminal.sees("found")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + 15), (signal.SIGHUP, 128 + 1)]
)
def test_a_signal_ends_it_and_leaves_a_sane_terminal(path: Path, number: int, code: int) -> None:
    with slow_start(path, 30.0) as terminal:
        terminal.process.send_signal(number)
        assert terminal.ends() == code
        assert terminal.is_sane()


@pytest.mark.slow
def test_stopped_it_gives_the_terminal_back_and_goes_on_where_it_was(path: Path) -> None:
    with slow_start(path, 1.0) as terminal:
        terminal.process.send_signal(signal.SIGTSTP)
        terminal.stops(PATIENCE)
        terminal.listen(0.1)
        assert terminal.is_sane()
        terminal.process.send_signal(signal.SIGCONT)
        terminal.sees("Root Cause")
        assert is_whole(terminal)
        terminal.press(b"q")
        assert terminal.ends() == 0
        assert terminal.is_sane()


@pytest.mark.slow
def test_keys_typed_before_a_stop_act_once_it_goes_on(path: Path) -> None:
    with slow_start(path, 1.0) as terminal:
        terminal.press(b"/pool\r")
        terminal.process.send_signal(signal.SIGTSTP)
        terminal.stops(PATIENCE)
        assert termios.tcgetattr(terminal.slave) == terminal.modes
        terminal.process.send_signal(signal.SIGCONT)
        terminal.sees("› pool")
        terminal.sees("found")
        assert is_whole(terminal)


@pytest.mark.slow
def test_a_stop_that_is_over_before_it_was_done_is_none(path: Path) -> None:
    with slow_start(path, 1.0) as terminal:
        terminal.process.send_signal(signal.SIGTSTP)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.sees("Root Cause")
        terminal.rests(1.0)
        assert b"\x1b[?1049l" not in terminal.output
        assert is_whole(terminal)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [1.0, 0.0], ids=["in the first frame", "in the framework"])
def test_a_stop_that_nothing_can_prepare_for_leaves_nothing_behind(path: Path, seconds: float) -> None:
    with slow_start(path, seconds) as terminal:
        if not seconds:
            terminal.sees("Root Cause")
            terminal.rests(1.0)
        terminal.process.send_signal(signal.SIGSTOP)
        terminal.stops(PATIENCE)
        terminal.scribble(b"\x1b[2;40HXXXX\x1b[10;1HXXXX")
        termios.tcsetattr(terminal.slave, termios.TCSANOW, terminal.modes)  # as a shell does
        terminal.process.send_signal(signal.SIGCONT)
        terminal.sees("Root Cause")
        terminal.rests(1.0)
        assert "XXXX" not in terminal.text
        terminal.press(b"/pool\r")
        terminal.sees("› pool ")
        terminal.press(b"q")
        assert terminal.ends() == 0
        assert terminal.is_sane()


def test_an_error_of_the_framework_leaves_a_sane_terminal(path: Path) -> None:
    with slow_start(path, 0.0, "raise ImportError('torn')") as terminal:
        assert terminal.ends() == 1
        assert terminal.is_sane()


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [((60, 20),), ((60, 20), (80, 24)), ((120, 40),)])
def test_another_size_meanwhile_leaves_nothing_behind(path: Path, sizes: tuple[tuple[int, int], ...]) -> None:
    with slow_start(path, 1.0) as terminal:
        for size in sizes:
            terminal.resize(*size)
            sleep(0.05)
        terminal.scribble(b"\x1b[2;40HXXXX\x1b[10;1HXXXX")
        terminal.sees("Summary")
        assert is_whole(terminal)
        assert "XXXX" not in terminal.text


@pytest.mark.parametrize("argument", ["--query=pool", "--review"])
def test_more_than_the_plain_list_is_left_to_the_framework(path: Path, argument: str) -> None:
    with Terminal(sys.executable, "-m", "incident_tui", argument, str(path)) as terminal:
        terminal.started("INC-")
        assert MOUSE in terminal.output[: terminal.output.index(b"INC-")]


@pytest.mark.slow
def test_enter_typed_before_anything_is_there_is_enter(path: Path) -> None:
    with Terminal(sys.executable, "-m", "incident_tui", str(path)) as terminal:
        terminal.press(b"/pool\rj")
        terminal.sees("found")
        terminal.rests(1.0)
        assert terminal.screen.display[1].startswith(" › pool ")
        assert not terminal.screen.display[2].startswith("▌")
