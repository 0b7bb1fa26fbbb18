"""A program on a pseudo-terminal: keys go in, an emulator reads what comes, and what came is counted and timed.

The terminal answers what an xterm answers, and says that it knows synchronized output: so the program itself marks
where each repaint begins and ends, which costs it 16 bytes a repaint.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import NamedTuple, Self

import pyte

PATIENCE = 60.0
"""Seconds to wait for something to be seen; a limit for a broken program, not a measure of a slow one."""

QUIET = 0.3
"""Seconds without a byte after which no more are expected. What is measured ends with the last byte, before these."""

ASKED = b"\x1b[6n"
"""Where is the cursor?"""

ANSWERS = {
    ASKED: b"\x1b[1;1R",
    b"\x1b[c": b"\x1b[?64;22c",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
}
"""Where the cursor is; what terminal this is; synchronized output is known; reports of a new size are not."""

_QUESTION = re.compile(b"|".join(map(re.escape, ANSWERS)))
_REPAINT = re.compile(rb"\x1b\[\?2026h.*?\x1b\[\?2026l", re.DOTALL)

Picture = list[list[pyte.screens.Char]]
"""The screen, or some columns of it: the rows of characters, with their looks."""


class Repaint(NamedTuple):
    """One of the steps in which a program changes the screen."""

    seconds: float
    """From the key to the repaint's last byte."""
    size: int
    """Bytes."""
    picture: Picture
    """The screen after it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a key, until it was quiet."""

    seconds: float
    """From the key to the last byte; 0 if none came."""
    size: int
    """Bytes."""
    before: Picture
    """The screen before the key."""
    repaints: Sequence[Repaint]

    def settled(self, columns: slice) -> float:
        """Return the seconds from the key until these columns look as they stay; 0 if nothing changes in them."""
        at, seen = 0.0, [row[columns] for row in self.before]
        for repaint in self.repaints:
            now = [row[columns] for row in repaint.picture]
            if now != seen:
                at, seen = repaint.seconds, now
        return at

    def until(self, seconds: float) -> Sequence[Repaint]:
        """Return the repaints that were done by then."""
        return [repaint for repaint in self.repaints if repaint.seconds <= seconds]


class Terminal:
    """A program and its terminal, for the length of a `with` or until `close`."""

    def __init__(
        self,
        *command: str,
        size: tuple[int, int] = (80, 24),
        latency: float = 0.0,
        environment: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """`latency` are the seconds after which it answers; without an `environment` the program has the caller's."""
        self.latency = latency
        self.patience = patience
        self.screen = pyte.Screen(*size)
        self.output = b""
        """All that has come."""
        self.answered = 0
        """How often it was said where the cursor is."""
        self._stream = pyte.ByteStream(self.screen)
        self._due: list[tuple[float, bytes]] = []
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.modes = termios.tcgetattr(self.slave)
        self._start = perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            env=dict(os.environ if environment is None else environment),  # without the size that readline sets
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the program, if it hasn't ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    # What it shows

    @property
    def text(self) -> str:
        """All that the screen shows."""
        return "\n".join(self.screen.display)

    @property
    def picture(self) -> Picture:
        """The screen as it is now, with its looks."""
        rows, columns = range(self.screen.lines), range(self.screen.columns)
        return [[self.screen.buffer[row][column] for column in columns] for row in rows]

    @property
    def received(self) -> int:
        """The bytes that have come."""
        return len(self.output)

    # What it does

    def press(self, keys: bytes) -> None:
        """Write keys, all at once."""
        os.write(self.master, keys)

    def scribble(self, text: bytes) -> None:
        """Something else writes on the terminal."""
        self._stream.feed(text)

    def resize(self, columns: int, lines: int) -> None:
        """Have another size, and say so."""
        self.screen.resize(lines, columns)
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.killpg(self.process.pid, signal.SIGWINCH)

    def read(self, seconds: float) -> bytes:
        """What comes within some time, at most; it is shown on the screen."""
        data = self._receive(seconds)
        self._stream.feed(data)
        return data

    def listen(self, seconds: float) -> None:
        """Take in what comes within some time."""
        until = perf_counter() + seconds
        while (left := until - perf_counter()) > 0:
            self.read(left)

    def sees(self, text: str) -> None:
        """Wait until the screen shows a text."""
        self._wait(lambda: text in self.text, f"{text!r} does not come")

    def answers(self, times: int) -> None:
        """Wait until it was asked so many times where its cursor is, and has answered."""
        self._wait(lambda: self.answered >= times, "nobody asks where the cursor is")

    def stops(self, seconds: float) -> None:
        """Wait until the program is stopped, for some time at most: only then a shell lets it go on."""
        until = perf_counter() + seconds
        while self._state != "T" and perf_counter() < until:
            self.read(0.01)

    def rests(self, seconds: float) -> None:
        """Wait until nothing at all comes for some time."""
        limit = perf_counter() + self.patience
        since = perf_counter()
        while perf_counter() - since < seconds:
            if data := self.read(0.1):
                since = perf_counter()
                assert perf_counter() < limit, f"it never rests; at last came {data!r}"

    def idles(self) -> None:
        """Wait until a second passes in which nothing comes and next to nothing is done."""
        limit = perf_counter() + self.patience
        worked, received = -1.0, -1
        while self.received != received or self.processor - worked >= 0.1:
            assert perf_counter() < limit, f"it does not come to rest; the screen shows:\n{self.text}"
            worked, received = self.processor, self.received
            self.listen(1.0)

    def ends(self) -> int:
        """Wait until the program has ended. Returns its exit code."""
        self._wait(lambda: self.process.poll() is not None, "it does not end", alive=False)
        while self.read(0):
            pass
        return self.process.wait()

    def is_sane(self) -> bool:
        """Whether the shell gets its terminal as it was: screen, cursor, mouse, pasting, echo."""
        on = self.output.rfind(b"\x1b[?1049h")
        for code in (1049, 1000, 1003, 1015, 1006, 2004, 1004):
            was_on = self.output.rfind(b"\x1b[?%dh" % code)
            assert was_on < 0 or self.output.rfind(b"\x1b[?%dl" % code) > was_on, code
        assert self.output.rfind(b"\x1b[?25h") > self.output.rfind(b"\x1b[?25l")
        assert termios.tcgetattr(self.slave) == self.modes
        return on >= 0

    # What is measured

    @property
    def works(self) -> bool:
        """Whether the program has something to do, be it that others have the processors. For Linux."""
        return self._state == "R"

    @property
    def processor(self) -> float:
        """The seconds for which the program has kept a processor busy. For Linux: it reads `/proc`."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> tuple[int, int]:
        """The bytes of the program's memory that are resident now, and that were at the most. For Linux."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        now, most = (int(status.partition(f"{name}:")[2].split()[0]) for name in ("VmRSS", "VmHWM"))
        return 1024 * now, 1024 * most

    def started(self, text: str) -> float:
        """Wait until this text comes. Returns the seconds since the program was started."""
        self._wait(lambda: text.encode() in self.output, f"{text!r} does not come")
        return self._last - self._start

    def begins(self, line: int, text: str) -> float:
        """Wait until a line, from 0, begins with this text. Returns the seconds since the program was started."""
        self._wait(lambda: self.screen.display[line].startswith(text), f"line {line} does not begin with {text!r}")
        return self._last - self._start

    def measure(self, keys: bytes, quiet: float = QUIET, first: float | None = None) -> Answer:
        """Press keys, and take in what comes of them until it is quiet. `first` is how long to wait for anything."""
        before, came, ends = self.picture, b"", list[tuple[int, float]]()
        start = perf_counter()
        self.press(keys)
        wait = self.patience if first is None else first
        while (data := self._receive(wait)) or self.works:
            came += data
            if data:
                ends.append((len(came), self._last - start))
            wait = quiet
        return Answer(ends[-1][1] if ends else 0.0, len(came), before, list(self._repaints(came, ends)))

    def _repaints(self, came: bytes, ends: Sequence[tuple[int, float]]) -> Iterator[Repaint]:
        """Yield the repaints in what came. `ends` tells up to which byte it had come at which time."""
        shown = 0
        for found in _REPAINT.finditer(came):
            self._stream.feed(came[shown : found.end()])
            shown = found.end()
            seconds = next(at for end, at in ends if end >= shown)
            yield Repaint(seconds, len(found[0]), self.picture)
        self._stream.feed(came[shown:])

    def _receive(self, seconds: float) -> bytes:
        """What comes within some time, at most. Questions in it are answered, when it is time for that."""
        until = perf_counter() + seconds
        while True:
            while self._due and self._due[0][0] <= perf_counter():
                _, question = self._due.pop(0)
                self.press(ANSWERS[question])
                self.answered += question == ASKED
            wake = min(until, self._due[0][0]) if self._due else until
            if select.select([self.master], [], [], max(0.0, wake - perf_counter()))[0]:
                break
            if perf_counter() >= until:
                return b""
        data = os.read(self.master, 1 << 16)
        self._last = perf_counter()
        end = self.received
        self.output += data
        for found in _QUESTION.finditer(self.output, max(0, end - 8)):
            if found.end() > end:
                self._due.append((self._last + self.latency, found[0]))
        return data

    @property
    def _state(self) -> str:
        """Whether it runs (R), sleeps (S) or is stopped (T). For Linux."""
        return Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]

    def _wait(self, condition: Callable[[], bool], otherwise: str, alive: bool = True) -> None:
        limit = perf_counter() + self.patience
        while not condition():
            assert perf_counter() < limit, f"{otherwise}; the screen shows:\n{self.text}"
            if not self.read(0.1) and alive and not condition():
                assert self.process.poll() is None, f"{otherwise}, for the program has ended:\n{self.text}"
