"""The browser in a real terminal: a pseudo-terminal of 80×24, and an emulator that reads what comes."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pyte
import pytest

PATIENCE = 60.0
"""Seconds to wait for something to be seen; a limit for a broken program, not a measure of a slow one."""

QUESTION = b"\x1b[6n"
ANSWER = b"\x1b[1;1R"

POOL = b"INC-2187 orders-api-connection-pool-exhausted"
MAIL = b"INC-2180 ticket-mail-backlog-poison-message"
GONE = b"INC-2174 wildcard-certificate-expired-at-the-doors"


class Terminal:
    """Holds a program's terminal: writes keys, reads the screen, and answers where the cursor is, but late."""

    def __init__(self, *command: str, latency: float) -> None:
        self.latency = latency
        self.screen = pyte.Screen(80, 24)
        self.output = b""
        self.answered = 0
        self._stream = pyte.ByteStream(self.screen)
        self._due: list[float] = []
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.modes = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            command, stdin=self.slave, stdout=self.slave, stderr=self.slave, start_new_session=True
        )

    def press(self, keys: bytes) -> None:
        """Write keys, all at once."""
        os.write(self.master, keys)

    def read(self, seconds: float) -> bytes:
        """What comes within some time, at most; it is shown on the screen."""
        now = monotonic()
        while self._due and self._due[0] <= now:
            self._due.pop(0)
            self.press(ANSWER)
            self.answered += 1
        wait = min(seconds, max(0.0, self._due[0] - now)) if self._due else seconds
        if not select.select([self.master], [], [], wait)[0]:
            return b""
        data = os.read(self.master, 1 << 16)
        asked = (self.output[-len(QUESTION) + 1 :] + data).count(QUESTION)
        self._due += [monotonic() + self.latency] * asked
        self.output += data
        self._stream.feed(data)
        return data

    @property
    def text(self) -> str:
        """All that the screen shows."""
        return "\n".join(self.screen.display)

    def sees(self, text: str) -> None:
        """Wait until the screen shows a text."""
        self._wait(lambda: text in self.text, f"{text!r} does not come")

    def answers(self, times: int) -> None:
        """Wait until it was asked so many times where its cursor is, and has answered."""
        self._wait(lambda: self.answered >= times, "nobody asks where the cursor is")

    def rests(self, seconds: float) -> None:
        """Wait until nothing at all comes for some time."""
        limit = monotonic() + PATIENCE
        since = monotonic()
        while monotonic() - since < seconds:
            if data := self.read(0.1):
                since = monotonic()
                assert monotonic() < limit, f"it never rests; at last came {data!r}"

    def ends(self) -> int:
        """Wait until the program has ended. Returns its exit code."""
        self._wait(lambda: self.process.poll() is not None, "it does not end")
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

    def _wait(self, condition, otherwise: str) -> None:  # type: ignore[no-untyped-def]
        limit = monotonic() + PATIENCE
        while not condition():
            assert monotonic() < limit, f"{otherwise}; the screen shows:\n{self.text}"
            self.read(0.1)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@contextmanager
def browsing(path: Path, *, latency: float = 0.0, options: str = "") -> Iterator[Terminal]:
    code = f"from pathlib import Path; from incident_tui.tui.app import run; raise SystemExit(run(Path(PATH){options}))"
    terminal = Terminal(sys.executable, "-c", code.replace("PATH", repr(str(path))), latency=latency)
    try:
        yield terminal
    finally:
        terminal.close()


def entries(path: Path) -> list[bytes]:
    return [
        line.partition(b" ")[2].partition(b" ")[2] for line in path.read_bytes().splitlines() if line[:5] == b"## M-"
    ]


def test_two_quick_a_on_a_lagging_line_archive_one_incident(knowledge_base: Path) -> None:
    """The first screen, two keys in one write, the answer half a second later, a third key, and the way out."""
    archive = knowledge_base.parent / "archive" / knowledge_base.name
    with browsing(knowledge_base, latency=0.5) as terminal:
        terminal.sees("25 entries · 4 pinned · 8 archived")
        terminal.sees("INC-2187 orders-api")
        terminal.sees("Who holds the lock")
        terminal.press(b"jjjj")
        terminal.sees("For 26 minutes")
        terminal.press(b"aa")
        terminal.sees("a was dropped")
        assert POOL not in entries(knowledge_base)
        assert POOL in entries(archive)
        assert MAIL in entries(knowledge_base)
        terminal.answers(1)
        terminal.press(b"a")
        terminal.sees("archived INC-2180")
        assert MAIL not in entries(knowledge_base)
        assert GONE in entries(knowledge_base)
        terminal.press(b"q")
        assert terminal.ends() == 0
        assert terminal.is_sane()


def test_at_rest_not_a_byte_is_sent(knowledge_base: Path) -> None:
    with browsing(knowledge_base) as terminal:
        terminal.sees("Who holds the lock")
        terminal.rests(2.0)
        terminal.press(b"/pool")
        terminal.sees("For 26 minutes")
        terminal.rests(2.0)
        terminal.press(b"\x03")
        terminal.sees("› search")
        terminal.press(b"\x03")
        assert terminal.ends() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_a_sane_terminal(knowledge_base: Path, number: signal.Signals) -> None:
    with browsing(knowledge_base) as terminal:
        terminal.sees("Who holds the lock")
        terminal.process.send_signal(number)
        assert terminal.ends() == 128 + number
        assert terminal.is_sane()


def test_without_mouse_the_terminal_keeps_it(knowledge_base: Path) -> None:
    with browsing(knowledge_base, options=", mouse=False") as terminal:
        terminal.sees("Who holds the lock")
        terminal.press(b"q")
        assert terminal.ends() == 0
        for code in (1000, 1002, 1003, 1006, 1015):
            assert b"\x1b[?%dh" % code not in terminal.output
        assert terminal.is_sane()


def test_hostile_text_reaches_the_terminal_as_text(tmp_path: Path) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(
        b"## M-2026-01-05T16:00:00Z INC-1 one \x1b]0;owned\x07 \x1b[2J\n\n- tags: \x1b[?1003h\n- used: 0\n\n"
        b"**Summary**\n\nText \x1b]52;c;b3duZWQ=\x07 and \xc2\x9b31m more.\n\nThe end.\n"
    )
    with browsing(path) as terminal:
        terminal.sees("The end.")
        terminal.press(b"p")
        terminal.sees("pinned INC-1 one")
        terminal.press(b"q")
        assert terminal.ends() == 0
        assert b"owned\x07" not in terminal.output
        assert b"\x1b]52" not in terminal.output
        assert b"\xc2\x9b" not in terminal.output
        assert "␛]0;owned␇" in terminal.output.decode()


def test_a_line_that_drops_without_a_signal_leaves_no_process_behind(knowledge_base: Path) -> None:
    with browsing(knowledge_base) as terminal:
        terminal.sees("Who holds the lock")
        os.close(terminal.slave)
        os.close(terminal.master)
        terminal.master, terminal.slave = os.open(os.devnull, os.O_RDONLY), os.open(os.devnull, os.O_RDONLY)
        assert terminal.process.wait(timeout=PATIENCE) == 128 + signal.SIGHUP
