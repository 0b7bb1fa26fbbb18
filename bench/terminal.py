"""A program on a pseudo-terminal of 80×24: keys go in, and what it paints comes back with the time at which it came.

The terminal answers at once what an xterm answers, and says that it knows synchronized output: so the program itself
marks where each repaint begins and ends, which costs it 16 bytes a repaint. For Linux: it reads `/proc`.
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import tempfile
import termios
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import pyte

QUIET = 0.3
"""Seconds without a byte after which no more are expected. What is measured ends with the last byte, before these."""

PATIENCE = 300.0
"""Seconds to wait for something; a limit for a broken program, not a measure of a slow one."""

ANSWERS = {
    b"\x1b[6n": b"\x1b[1;1R",
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
    """A program and its terminal, for the length of a `with`. Of the environment it sees PATH and an empty home."""

    def __init__(self, *command: str) -> None:
        self.received = 0
        """The bytes that have come."""
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._home = tempfile.TemporaryDirectory()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        known = {"PATH": os.environ["PATH"], "HOME": self._home.name, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self._start = perf_counter()
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=known
        )
        os.close(slave)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)
        self._home.cleanup()

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self._screen.display)

    @property
    def processor(self) -> float:
        """The seconds for which the program has kept a processor busy."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> tuple[int, int]:
        """The bytes of the program's memory that are resident now, and that were at the most."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("utf-8")
        now, most = (int(status.partition(f"{name}:")[2].split()[0]) for name in ("VmRSS", "VmHWM"))
        return 1024 * now, 1024 * most

    def until(self, text: str) -> float:
        """Wait until this text comes. Returns the seconds since the program was started. Raises `TimeoutError`."""
        came = b""
        for at, data in self._read(PATIENCE):
            came += data
            if text.encode() in came:
                self._stream.feed(came)
                return at - self._start
        raise TimeoutError(f"{text!r} does not come, but {came!r}")

    def rest(self) -> None:
        """Wait until a second passes in which nothing comes and next to nothing is done. Raises `TimeoutError`."""
        until = perf_counter() + PATIENCE
        while perf_counter() < until:
            worked, received = self.processor, self.received
            self.listen(1.0)
            if self.received == received and self.processor - worked < 0.1:
                return
        raise TimeoutError(f"it does not come to rest; the screen shows:\n{self.text}")

    def listen(self, seconds: float) -> None:
        """Take in what comes within some time."""
        until = perf_counter() + seconds
        while (left := until - perf_counter()) > 0:
            for _, data in islice(self._read(left), 1):
                self._stream.feed(data)

    def press(self, keys: bytes, quiet: float = QUIET) -> Answer:
        """Write keys that change something, all at once, and read until it is quiet again."""
        before = self._picture()
        start = perf_counter()
        os.write(self._master, keys)
        came, ends = b"", []
        for at, data in self._read(quiet, first=PATIENCE):
            came += data
            ends.append((len(came), at - start))
        return Answer(ends[-1][1] if ends else 0.0, len(came), before, list(self._repaints(came, ends)))

    def _read(self, quiet: float, first: float | None = None) -> Iterator[tuple[float, bytes]]:
        """Yield what comes, with the time, until nothing has come for so many seconds (at first: for `first`).

        Answers questions. Raises `EOFError` where the program has ended.
        """
        wait = quiet if first is None else first
        while select.select([self._master], [], [], wait)[0]:
            wait = quiet
            try:
                data = os.read(self._master, 1 << 16)
            except OSError as error:
                raise EOFError(f"the program has ended; the screen shows:\n{self.text}") from error
            at = perf_counter()
            self.received += len(data)
            for question in _QUESTION.findall(data):
                os.write(self._master, ANSWERS[question])
            yield at, data

    def _repaints(self, came: bytes, ends: Sequence[tuple[int, float]]) -> Iterator[Repaint]:
        """Yield the repaints in what came. `ends` tells up to which byte it had come at which time."""
        shown = 0
        for found in _REPAINT.finditer(came):
            self._stream.feed(came[shown : found.end()])
            shown = found.end()
            seconds = next(at for end, at in ends if end >= shown)
            yield Repaint(seconds, len(found[0]), self._picture())
        self._stream.feed(came[shown:])

    def _picture(self) -> Picture:
        return [[self._screen.buffer[row][column] for column in range(80)] for row in range(24)]
