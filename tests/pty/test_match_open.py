"""`match --open`: the text comes through a pipe, the keys from the terminal."""

import subprocess
import sys
from pathlib import Path

from .terminal import Terminal

OPEN = [sys.executable, "-m", "incident_tui", "match", "--open"]


def test_the_text_comes_through_a_pipe_and_the_keys_from_the_terminal(path: Path) -> None:
    program = f"echo 'INC-1187 and INC-1198' | '{sys.executable}' -m incident_tui match --open -f '{path}'"
    with Terminal("setsid", "--ctty", "--wait", "sh", "-c", program) as terminal:
        terminal.sees("Seen before?")
        terminal.press(b"j\r")
        terminal.sees("goes back to the matches")
        terminal.press(b"\x1b")
        terminal.sees("Seen before?")
        terminal.press(b"\x1b")
        terminal.sees("q quit")
        terminal.press(b"q")
        assert terminal.ends() == 0


def test_without_a_terminal_one_line_says_so(path: Path) -> None:
    said = subprocess.run(
        [*OPEN, "-f", str(path)], input=b"kafka", capture_output=True, check=False, start_new_session=True
    )
    line = b"incident-tui: match --open needs a terminal for the browser; without --open it prints plain lines\n"
    assert (said.returncode, said.stdout, said.stderr) == (2, b"", line)


def test_where_only_the_keyboard_is_missing_it_says_the_same(path: Path) -> None:
    """The screen is a terminal, but not the controlling one."""
    program = f"'{sys.executable}' -m incident_tui match --open -f '{path}' </dev/null; echo code $?"
    with Terminal("sh", "-c", program) as terminal:
        terminal.sees("match --open needs a terminal")
        terminal.sees("code 2")
