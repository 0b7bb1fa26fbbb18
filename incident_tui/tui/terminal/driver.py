"""Textual's driver for a terminal, but whatever the terminal sends, the keys after it are heard."""

import os
import select
import signal
from time import monotonic
from typing import Protocol, runtime_checkable

from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from incident_tui.tui.terminal.first_frame import FirstFrame
from incident_tui.tui.terminal.input_decoder import InputDecoder

ALTERNATE_SCREEN = "\x1b[?1049h"

READ = 1 << 16
"""Bytes that are read at a time."""

LOOK = 0.05
"""Seconds between two looks at whether nothing more comes of what was begun."""


@runtime_checkable
class HasAltKeys(Protocol):
    """An application with keys that are pressed with Alt."""

    alt_keys: frozenset[str]
    """Their characters."""


@runtime_checkable
class HasFirstFrame(Protocol):
    """An application whose first frame may be on the terminal before the driver starts."""

    first_frame: FirstFrame | None


class TerminalDriver(LinuxDriver):
    """Takes the terminal over from the first frame, and reads its input in pieces that the framework's parser can take,
    each by itself.
    """

    def __init__(
        self, app: App[object], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        held: object = app
        self._first_frame = held.first_frame if isinstance(held, HasFirstFrame) else None
        self._cooked = self._first_frame.typed_before if self._first_frame is not None else 0
        """Bytes that were typed before the terminal was raw, and aren't read yet: in them Enter is a line feed."""
        self._is_to_stop = False
        """Whether the program was told to stop, and not yet to go on again."""
        self._takes_terminal = False
        """Whether the terminal is about to be taken, as it has to be after a stop."""
        self._has_gone_on = False
        """Whether the program was stopped and continued since that was asked last."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTSTP})  # the first frame couldn't stop the program

    def start_application_mode(self) -> None:
        """Begin where the first frame is on the screen already: in the alternate screen, and raw.

        The framework doesn't begin if the program was stopped for being in the background; then it is done again.
        """
        self._takes_terminal = True
        begun = False
        while not begun:
            self._has_gone_on = False
            super().start_application_mode()  # type: ignore[no-untyped-call]
            begun = not self._has_gone_on or (self._writer_thread is not None and self._writer_thread.is_alive())
        self._takes_terminal = False
        if self._first_frame is not None and self._writer_thread is not None:
            self.attrs_before = self._first_frame.take_over()
            self._first_frame = None

    def _sigtstp_application(self, *_: object) -> None:
        """Stop the program between two messages; at once while another one has the terminal, and at the end."""
        if self._auto_restart and self._loop.is_running():
            self._is_to_stop = True
            self._loop.call_soon_threadsafe(self._app.call_later, self._stop)
        else:
            os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal again if the program was stopped unasked: a shell had it. Don't stop any more."""
        self._is_to_stop, self._has_gone_on = False, True
        if self._auto_restart and self._loop.is_running() and not self._takes_terminal:
            self._loop.call_soon_threadsafe(self._app.call_later, self._take_again)

    def _stop(self) -> None:
        """Give the terminal back, stop, and take the terminal again."""
        if self._is_to_stop:
            self.suspend_application_mode()
            self._takes_terminal = self._must_signal_resume = True
            os.kill(os.getpid(), signal.SIGSTOP)
            self.resume_application_mode()

    def _take_again(self) -> None:
        """Take the terminal as if it had been given back. What is typed meanwhile waits, as raw as it comes."""
        modes, self.attrs_before = self.attrs_before, None
        self.suspend_application_mode()
        self._must_signal_resume = True
        self.resume_application_mode()
        self.attrs_before = modes

    def disable_input(self) -> None:
        """End reading. Where others get the terminal, what was typed for this program is thrown away."""
        if self.attrs_before is not None:
            super().disable_input()
            return
        signal.signal(signal.SIGWINCH, signal.SIG_DFL)
        self._disable_mouse_support()
        self.exit_event.set()
        if self._key_thread is not None:
            self._key_thread.join()
        self.exit_event.clear()

    def write(self, data: str) -> None:
        """Write, but don't enter the alternate screen a second time."""
        if data != ALTERNATE_SCREEN or self._first_frame is None:
            super().write(data)

    def _run_input_thread(self) -> None:
        """What goes wrong here is an unexpected end like any other."""
        try:
            self.run_input_thread()
        except Exception as error:
            self._app.call_later(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Read until the terminal is given away, or gone (of which the application takes notice itself).

        What was typed up to then is read; the framework would throw it away.
        """
        app: object = self._app
        alt_keys = app.alt_keys if isinstance(app, HasAltKeys) else frozenset[str]()
        typed, parser = InputDecoder(alt_keys), XTermParser(self._debug)
        ends = False
        while not ends:
            ends = self.exit_event.is_set()
            data = b""
            if select.select([self.fileno], [], [], 0 if ends else LOOK)[0]:
                try:
                    data = os.read(self.fileno, READ)
                except OSError:
                    return
                if not data:
                    return
            now, cooked = monotonic(), self._cooked
            if data and cooked:
                data = data[:cooked].replace(b"\n", b"\r") + data[cooked:]
                self._cooked = max(0, cooked - len(data))
            for piece in typed.feed(data, now) if data else typed.rest(now):
                self._read(parser, piece)

    def _read(self, parser: XTermParser, piece: str | events.Paste) -> None:
        """Have a piece read; what the parser would wait for doesn't come."""
        if isinstance(piece, events.Paste):
            self.process_message(piece)
            return
        for message in parser.feed(piece):
            self.process_message(message)
        if parser._timeout_time is not None:
            parser._timeout_time = 0.0
            for message in parser.tick():
                self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Hand on a message; a size is only believed from a terminal that was asked to tell it."""
        if not isinstance(message, events.Resize) or self._in_band_window_resize:
            super().process_message(message)
