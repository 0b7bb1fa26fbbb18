"""The terminal between the first paint and the framework: raw, in the alternate screen, and sane whatever happens.

The first frame is on the screen while the framework is imported. Keys that are typed meanwhile wait in the terminal's
own buffer. Then the driver takes over: `buffer` says what is shown, so that only differences are sent.
"""

import fcntl
import os
import signal
import sys
import termios
from collections.abc import Iterable
from contextlib import suppress
from types import FrameType
from typing import Any, Self

from rich.color import ColorSystem
from rich.segment import Segment

from incident_tui.tui.terminal.frame_diff import TerminalBuffer

ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"
"""The alternate screen, without a cursor, blank."""

LEAVE = "\x1b[?1049l\x1b[?25h"

_ENDING = (signal.SIGTERM, signal.SIGHUP)

Size = tuple[int, int]
"""Columns and lines."""


def terminal_size() -> Size | None:
    """Columns and lines of the terminal; None where they aren't known, or the environment wants others."""
    try:
        size = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ is not None else 1)
    except OSError:
        return None
    wanted = any(os.environ.get(name) for name in ("COLUMNS", "LINES"))
    return None if wanted or not all(size) else (size.columns, size.lines)


class FirstFrame:
    """The terminal for the length of a `with`, or until the driver takes it over. Paints at once.

    Where the terminal can't be painted on, nothing is known of it, and the framework paints all.
    """

    def __init__(self, size: Size, segments: Iterable[Segment]) -> None:
        self.buffer = TerminalBuffer()
        """What the terminal shows, as far as it is known."""
        self.taken_over = False
        """Whether the driver has the terminal, and restores it."""
        self.pending_signal: int | None = None
        """The signal that is to end the program, and came when the driver had just taken over."""
        self.buffer.clear(size)
        difference = self.buffer.difference(segments, ColorSystem.STANDARD, (0, 0))
        self._size, self._text = size, difference.text if difference is not None else ""
        if difference is not None:
            difference.sent()
        self.modes: list[Any] = []
        """The terminal's modes as they were, and are to be again."""
        self.typed_before = 0
        """Bytes of whole lines that were typed before the terminal was raw; in them Enter is a line feed."""
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> Self:
        fileno = _keys()
        termios.tcdrain(fileno)  # in the background the program is stopped here, before it has changed anything
        self.modes = termios.tcgetattr(fileno)
        self._catch_signals()
        try:
            self.typed_before = int.from_bytes(fcntl.ioctl(fileno, termios.FIONREAD, bytes(4)), sys.byteorder)
            termios.tcsetattr(fileno, termios.TCSANOW, raw(self.modes))
            _write(ENTER + self._text)
        except BaseException:
            self._end()
            raise
        if terminal_size() != self._size:
            self.buffer.forget()
        return self

    def __exit__(self, *_: object) -> None:
        if not self.taken_over:
            self._end()

    def take_over(self) -> list[Any]:
        """Leave the terminal to the driver. Returns the modes that it had at first.

        The driver reads the size when it is changed; one that comes and goes meanwhile is known here.
        """
        driver_resized = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            self.buffer.forget()
            if callable(driver_resized):
                driver_resized(number, frame)

        signal.signal(signal.SIGWINCH, resized)
        self.taken_over = True
        return self.modes

    def _end(self) -> None:
        try:
            termios.tcsetattr(_keys(), termios.TCSANOW, self.modes)
            _write(LEAVE)
        except (OSError, termios.error):  # it is gone
            pass
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTSTP})

    def _catch_signals(self) -> None:
        """See that no signal leaves the terminal as it is now. The driver stops the program, as soon as it can."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
        handlers = {
            signal.SIGWINCH: self._resized,
            signal.SIGCONT: self._continued,
            **dict.fromkeys(_ENDING, self._die),
        }
        self._handlers = {number: signal.signal(number, handler) for number, handler in handlers.items()}

    def _resized(self, number: int, _: FrameType | None) -> None:
        """A terminal lays out anew what it shows, or cuts it off."""
        self.buffer.forget()

    def _continued(self, number: int, _: FrameType | None) -> None:
        """A shell had the terminal while the program was stopped, and may have changed what it shows, and its modes."""
        self.buffer.forget()
        with suppress(termios.error):  # in the background; it comes here again
            termios.tcsetattr(_keys(), termios.TCSANOW, raw(self.modes))

    def _die(self, number: int, _: FrameType | None) -> None:
        """End at once: nothing has been changed yet."""
        if self.taken_over:
            self.pending_signal = number
            return
        self._end()
        os._exit(128 + number)


def raw(modes: list[Any]) -> list[Any]:
    """Modes in which keys come one by one and unseen, as the framework's driver has them."""
    iflag, oflag, cflag, lflag, ispeed, ospeed, characters = modes
    iflag &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    characters = characters.copy()
    characters[termios.VMIN] = 1
    return [iflag, oflag, cflag, lflag, ispeed, ospeed, characters]


def _keys() -> int:
    return sys.__stdin__.fileno() if sys.__stdin__ is not None else 0


def _write(text: str) -> None:
    """Write to the terminal, all of it."""
    data = text.encode("utf-8", "replace")
    while data:
        data = data[os.write(sys.__stderr__.fileno() if sys.__stderr__ is not None else 2, data) :]
