"""Whatever happens in the first half second, the screen is the one that slow typing gives, and the terminal is sane."""

import os
import random
import signal
import sys
from pathlib import Path
from time import perf_counter

import pytest

from .conftest import entries
from .terminal import QUIET, Terminal
from .test_bytes import is_whole

STARTS = int(os.environ.get("INCIDENT_TUI_STARTS", "2"))

WITHIN = 0.5
"""Seconds in which all happens."""

KEYS = (b"j", b"k", b"G", b"g", b"/po\r", b"/cache\r", b"\x1b[B", b"\x0c")
"""Keys that lead to the same at any size; how far an entry is scrolled depends on it."""

SIZES = ((60, 20), (80, 24), (100, 30), (40, 12))

TO_STOP = 3.0
"""Seconds to wait for a stop. One that is asked of Python itself doesn't come: there is no shell to stop for."""

PAUSE = 5.5
"""Seconds after which notices are gone."""

Event = tuple[float, bytes | tuple[int, int] | int]
"""When it happens, in seconds, and what: keys, a size, or a signal."""


def events(draw: random.Random) -> list[Event]:
    """Keys and sizes in random order; sometimes a pin at last, a stop, or an end."""
    happens: list[bytes | tuple[int, int] | int] = [draw.choice(KEYS) for _ in range(draw.randrange(5))]
    if draw.random() < 0.4:
        happens.append(b"p")
    for size in draw.sample(SIZES, draw.randrange(3)):
        happens.insert(draw.randrange(len(happens) + 1), size)
    if draw.random() < 0.5:
        number = draw.choice((signal.SIGTSTP, signal.SIGTSTP, signal.SIGTERM, signal.SIGHUP))
        happens.insert(draw.randrange(len(happens) + 1), int(number))
    times = sorted(draw.uniform(0.0, WITHIN) for _ in happens)
    return list(zip(times, happens, strict=True))


def started(path: Path) -> Terminal:
    return Terminal(sys.executable, "-m", "incident_tui", str(path))


def slowly(path: Path, happened: list[Event]) -> list[str]:
    """The screen, but for the key bar, after the same keys one by one at the last size."""
    with started(path) as terminal:
        terminal.sees("? help")
        for _, each in happened:
            if isinstance(each, tuple):
                terminal.resize(*each)
                terminal.rests(2 * QUIET)
        terminal.idles()
        for _, each in happened:
            if isinstance(each, bytes):
                terminal.press(each)
                terminal.rests(2 * QUIET)
        settles(terminal, happened)
        return terminal.screen.display[:-1]


def settles(terminal: Terminal, happened: list[Event]) -> None:
    """Wait until nothing changes any more; a pin leaves a notice for a while."""
    terminal.idles()
    if any(each == b"p" for _, each in happened):
        terminal.listen(PAUSE)
        terminal.idles()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(STARTS))
def test_a_start_under_fire_ends_as_a_quiet_one(tmp_path: Path, seed: int) -> None:
    happened = events(random.Random(seed))
    print(happened)
    ending = {each for _, each in happened if each in (signal.SIGTERM, signal.SIGHUP)}
    text = entries(300).encode()
    for name in ("fast", "slow"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "incidents.md").write_bytes(text)
    fast, slow = tmp_path / "fast" / "incidents.md", tmp_path / "slow" / "incidents.md"
    with started(fast) as terminal:
        begun = perf_counter()
        for at, each in happened:
            terminal.listen(at - (perf_counter() - begun))
            if terminal.process.poll() is not None:
                break
            if isinstance(each, bytes):
                terminal.press(each)
            elif isinstance(each, tuple):
                terminal.resize(*each)
            else:
                terminal.process.send_signal(each)
                if each == signal.SIGTSTP:
                    terminal.stops(TO_STOP)
                    terminal.process.send_signal(signal.SIGCONT)
        if ending:
            number = int(ending.pop())
            assert terminal.ends() in (-number, 128 + number)  # before there is anything on the screen it just ends
            assert b"\x1b[?1049h" not in terminal.output or terminal.is_sane()
            assert fast.read_bytes() in (text, pinned(slow, happened))
            return
        terminal.sees("quit" if terminal.screen.columns >= 60 else "INC-")
        settles(terminal, happened)
        shown = terminal.screen.display[:-1]
        assert is_whole(terminal)
        terminal.process.send_signal(signal.SIGTERM)
        terminal.ends()
        assert terminal.is_sane()
    assert shown == slowly(slow, happened)
    assert fast.read_bytes() == slow.read_bytes()


def pinned(path: Path, happened: list[Event]) -> bytes:
    """The file after the keys; as it is where none of them writes."""
    if any(each == b"p" for _, each in happened):
        slowly(path, [event for event in happened if not isinstance(event[1], int)])
    return path.read_bytes()
