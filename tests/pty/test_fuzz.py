"""Random bytes, escape sequences and keys in every screen: the browser lives on and hears the next key.

Where it doesn't, it has kept what was typed, and exits with 1.
"""

import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from .conftest import entries
from .terminal import PATIENCE, Terminal

PACKETS = int(os.environ.get("INCIDENT_TUI_FUZZ", "150"))
"""How many packets are sent; 5,000 take some minutes."""

SEED = int(os.environ.get("INCIDENT_TUI_FUZZ_SEED", "1"))
"""The same each time, so that a change is judged and not its luck; another one tries other packets."""

PACKETS_A_SCREEN = 10

SCREENS = (
    *(b"", b"\t", b"/", b"/pool", b"c", b"cTitle", b"t", b"y", b"l", b"?", b"s", b"I", b"z", b"A", b"x", b"v", b"\x12"),
    *(b"\x10" + typed + b"\r" for typed in (b"", b"doctor", b"insights", b"rename", b"review", b"changes", b"theme")),
)
"""Keys that lead to each screen."""

REPAINT = b"\x0c"

ENDS_A_PASTE = b"\x1b[201~"

QUIT = (b"q", b"\x03", b"\x11", b"113", b"3", b"17", b"99", b"81")
"""What a packet must hold so that the browser may have been asked to end."""

UNWANTED = bytes.maketrans(b"\x1a\x03\x11q", b"jjjj")
"""Ctrl-Z, and the keys that end it."""


def _number(draw: random.Random) -> str:
    return str(
        draw.choice((0, 1, 2, 3, 9, 13, 27, 80, 106, 200, 255, 999, 55296, 57358, 65535, 1114111, 1114112, 10**20))
    )


def _code(draw: random.Random) -> bytes:
    """A key code with any fields and subfields."""
    fields = (":".join(_number(draw) for _ in range(draw.randrange(4))) for _ in range(draw.randrange(5)))
    return f"\x1b[{';'.join(fields)}{draw.choice('u~ABCDEFHPQRSzm')}".encode()


def _sequence(draw: random.Random) -> bytes:
    """A control sequence of any bytes that one may have."""
    middle = bytes(draw.choices(range(0x20, 0x40), k=draw.randrange(40)))
    return b"\x1b[" + middle + bytes([draw.randrange(0x40, 0x7F)])


def _string(draw: random.Random) -> bytes:
    """An answer that nobody asked for, maybe without its end."""
    return b"\x1b" + draw.choice((b"]", b"P", b"_", b"^", b"X")) + _bytes(draw) + draw.choice((b"\x07", b"\x1b\\", b""))


def _mouse(draw: random.Random) -> bytes:
    if draw.random() < 0.5:
        return b"\x1b[M" + bytes(draw.choices(range(0x20, 0x100), k=3))
    x, y = draw.choice((0, 1, 5, 40, 500, -1)), draw.choice((0, 1, 12, 300))
    return f"\x1b[<{draw.randrange(130)};{x};{y}{draw.choice('Mm')}".encode()


def _answer(draw: random.Random) -> bytes:
    known = (b"\x1b[I", b"\x1b[O", b"\x1b[1;1R", b"\x1b[?2026;2$y", b"\x1b[48;0;80;0;0t", b"\x1b[48;30;90;300;900t")
    return draw.choice((*known, b"\x1b[?64;22c", b"\x1b[>0;276;0c", b"\x1b[8;24;80t"))


def _bytes(draw: random.Random) -> bytes:
    return draw.randbytes(draw.randrange(1, 12))


def _text(draw: random.Random) -> bytes:
    return "".join(draw.choices("abjkp+u/ é日🔥\u0301\u202e\ufeff\x9b", k=draw.randrange(1, 6))).encode(
        draw.choice(("utf-8", "latin-1", "utf-16")), "replace"
    )


def _paste(draw: random.Random) -> bytes:
    return b"\x1b[200~" + draw.choice((_bytes, _text, _code))(draw) + draw.choice((ENDS_A_PASTE, ENDS_A_PASTE, b""))


def _keys(draw: random.Random) -> bytes:
    return b"".join(draw.choices((b"j", b"k", b"\t", b"\r", b"\x1b", b"\x1b[A", b"\x1bOB", b"\x7f", b" "), k=3))


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    *(_code, _sequence, _string, _mouse, _answer, _bytes, _text, _paste, _keys),
)


def packet(draw: random.Random) -> bytes:
    """Something that a terminal might send, sometimes cut off."""
    made = draw.choice(KINDS)(draw).translate(UNWANTED)
    return made[: draw.randrange(1, len(made) + 1)] if draw.random() < 0.2 else made


class Fuzzed:
    """A browser under fire, begun anew where it was asked to end."""

    def __init__(self, path: Path, state: Path) -> None:
        self._path = path
        self._state = state
        self._sent: list[bytes] = []
        self._start()

    def _start(self) -> None:
        self.terminal = Terminal(sys.executable, "-m", "incident_tui", str(self._path))
        self.terminal.sees("Root Cause")

    def send(self, packets: list[bytes]) -> None:
        """Send packets, and see whether the next key is heard. Raises `AssertionError` where it isn't."""
        self._sent = [*self._sent[-30:], *packets]
        for data in packets:
            if self.terminal.process.poll() is None:
                self.terminal.press(data)
                self.terminal._receive(0.01)
        self.terminal.listen(0.1)
        self.terminal.press(ENDS_A_PASTE)
        self.terminal._receive(0.6)
        limit, before = monotonic() + PATIENCE, self.terminal.received
        while self.terminal.received == before and self.terminal.process.poll() is None:
            assert monotonic() < limit, f"it hears no key; seed {SEED}, {self._sent}"
            self.terminal.process.send_signal(signal.SIGCONT)  # a ^Z may be heard late
            self.terminal.listen(0.5)  # it paints when it goes on
            before = self.terminal.received
            self.terminal.press(REPAINT)
            self.terminal._receive(5.0)
        if self.terminal.process.poll() is not None:
            self._ended()

    def _ended(self) -> None:
        code = self.terminal.ends()
        said = self.terminal.output[-2000:]
        assert b"Traceback" not in self.terminal.output, f"seed {SEED}, {self._sent}: {said!r}"
        assert self.terminal.is_sane()
        if code:
            kept = [path.read_text("utf-8") for path in self._state.rglob("unexpected-end.md")]
            assert code == 1, said
            assert kept, said
            pytest.fail(f"seed {SEED}, {self._sent}: {kept[-1]}")
        assert any(key in data for data in self._sent[-PACKETS_A_SCREEN - 1 :] for key in QUIT), self._sent
        self.terminal.close()
        self._start()


@pytest.mark.slow
def test_whatever_a_terminal_sends_the_browser_lives_on(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    path.write_text(entries(40), encoding="utf-8")
    draw = random.Random(SEED)
    fuzzed = Fuzzed(path, tmp_path / "state")
    try:
        for batch in range(PACKETS // PACKETS_A_SCREEN):
            way = SCREENS[batch % len(SCREENS)]
            fuzzed.send([b"\x1b", b"\x1b", b"\x1b", way, *(packet(draw) for _ in range(PACKETS_A_SCREEN))])
    finally:
        fuzzed.terminal.close()


def test_bytes_of_another_encoding_end_nothing(path: Path) -> None:
    """A Latin-1 terminal, an old mouse report, key codes with subfields: where a key is pressed and where text is."""
    with Terminal(sys.executable, "-m", "incident_tui", str(path)) as terminal:
        terminal.sees("Root Cause")
        terminal.press(b"\xe9\x1b[M#\xc8!\x1b[106;1:1u")
        terminal.sees("▌◆ INC-1247")
        terminal.press(b"/caf\xe9")
        terminal.sees("› caf\ufffd")
        terminal.press(b"\x1b[M#\xc8!\x1b[113;1:1u")
        terminal.sees("› caf\ufffdq")
        terminal.press(b"\x03")
        terminal.sees("› search")
        terminal.press(b"\x03")
        assert terminal.ends() == 0
        assert terminal.is_sane()
