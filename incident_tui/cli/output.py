"""Standard output and standard error: text is made harmless for a terminal, a closed pipe ends quietly."""

import os
import sys
from contextlib import suppress
from typing import TextIO

from incident_tui import terminal
from incident_tui.format.sanitize import one_line

WIDTH = 80
"""Columns where there is no terminal to ask."""

_at_the_end: list[str] = []
_NARROWEST = 20


def prepare() -> None:
    """Make standard output one that never fails for a character, nor for being closed; terminals get what they read."""
    _at_the_end.clear()
    if sys.stdout is None:
        sys.stdout = _nowhere()
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        with suppress(ValueError, OSError):
            reconfigure(errors="backslashreplace")
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not terminal.unicode(stream) and stream.isatty():
            from incident_tui.ascii_fallback import write_ascii

            with suppress(ValueError, OSError):
                write_ascii(stream)


def print_line(line: str) -> None:
    """Print one line, which may hold text of the file."""
    sys.stdout.write(f"{one_line(line)}\n")


def say_done(line: str) -> None:
    """Print a line about what is on disk by now: where standard output can't take it, on stderr."""
    try:
        print_line(line)
        sys.stdout.flush()
    except BrokenPipeError:  # nobody wants to know
        raise
    except OSError as error:
        discard_stdout()
        print_error(f"{line} (standard output can't be written: {(error.strerror or str(error)).lower()})")


def write(text: str) -> None:
    """Print text that is harmless already."""
    sys.stdout.write(text)


def write_bytes(data: bytes) -> None:
    """Put bytes on standard output as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def print_error(*lines: str) -> None:
    """Say on stderr what is wrong; lines after the first are indented."""
    if sys.stderr is None:
        return
    first, *others = (one_line(line) for line in lines)
    text = "".join(f"{line}\n" for line in (f"incident-tui: {first}", *(f"  {line}" for line in others)))
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def print_error_at_end(line: str) -> None:
    """Say it once the command is done; a command that refuses says why, and that alone."""
    _at_the_end.append(line)


def print_error_now() -> None:
    """Say what was put off."""
    while _at_the_end:
        print_error(_at_the_end.pop(0))


def hint(line: str) -> None:
    """Say on stderr what a person would like to know and a script wouldn't."""
    if sys.stderr is not None and on_terminal():
        sys.stderr.write(f"{one_line(line)}\n")


def flush() -> None:
    """Flush the output, so that a failure is handled here and not at exit."""
    if sys.stdout is not None:
        sys.stdout.flush()


def discard_stdout() -> None:
    """Send what is left nowhere: its reader is gone, or it can't be written."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def on_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def styled() -> bool:
    """Whether what is printed may be bold and coloured: a terminal shows it, or the user forces it."""
    return terminal.color_forced() or (on_terminal() and not terminal.is_dumb())


def unicode() -> bool:
    """Whether standard output takes more than ASCII."""
    return terminal.unicode(sys.stdout)


def width() -> int:
    """Columns of the terminal; `WIDTH` on a pipe."""
    if not on_terminal():
        return WIDTH
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and len(columns) < 5 and int(columns):
        return max(int(columns), _NARROWEST)
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH, _NARROWEST)
    except (OSError, ValueError):
        return WIDTH


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - lives as long as the run
