"""What the environment tells of a terminal, and ASCII for one that can't show more."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from incident_tui import terminal
from incident_tui.ascii_fallback import to_ascii, write_ascii


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit"}, "truecolor"),
        ({"TERM": "xterm-direct"}, "truecolor"),
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "tmux-256color"}, "256"),
        ({"TERM": "xterm-kitty"}, "256"),
        ({"TERM": "xterm"}, "standard"),
        ({"TERM": "linux"}, "standard"),
        ({"TERM": "screen"}, "standard"),
        ({"TERM": "screen", "COLORTERM": "truecolor"}, "standard"),
        ({"TERM": "screen-256color", "COLORTERM": "truecolor"}, "256"),
        ({"TERM": "screen", "COLORTERM": "truecolor", "TMUX": "/tmp/tmux-0/default,1,0"}, "truecolor"),
        ({"TERM": "vt100"}, None),
        ({"TERM": "vt220"}, None),
        ({"TERM": "xterm-mono"}, None),
        ({"TERM": "dumb"}, None),
        ({}, None),
        ({"TERM": "xterm", "NO_COLOR": "1"}, None),
        ({"TERM": "xterm", "NO_COLOR": "0"}, None),
        ({"TERM": "xterm", "NO_COLOR": ""}, "standard"),
        ({"TERM": "xterm", "CLICOLOR": "0"}, None),
        ({"TERM": "xterm", "CLICOLOR": "1"}, "standard"),
        ({"TERM": "xterm-256color", "CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, "256"),
        ({"TERM": "vt220", "FORCE_COLOR": "1"}, "standard"),
        ({"TERM": "vt220", "FORCE_COLOR": "0"}, None),
        ({"TERM": "xterm", "NO_COLOR": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, None),
    ],
    ids=str,
)
def test_colours(environ: dict[str, str], colours: str | None) -> None:
    assert terminal.colours(environ) == colours


def test_links_are_for_terminals_that_know_them() -> None:
    tmux = {"TERM": "screen", "TMUX": "/tmp/tmux-0/default,1,0"}
    assert [term for term in ("xterm", "tmux-256color", "alacritty") if not terminal.links({"TERM": term})] == []
    assert [term for term in ("linux", "vt220", "screen", "screen.xterm", "") if terminal.links({"TERM": term})] == []
    assert terminal.links(tmux)


@pytest.mark.parametrize(
    ("environ", "utf8"),
    [
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LANG": "xx_XX.UTF-8@such-a-locale-is-not-installed"}, True),
        ({"LC_CTYPE": "C.UTF-8"}, True),
        ({"LC_CTYPE": "UTF-8", "LANG": "C"}, True),
        ({"LC_ALL": "C.UTF-8", "LC_CTYPE": "C", "LANG": "C"}, True),
        ({}, False),
        ({"LANG": ""}, False),
        ({"LANG": "C"}, False),
        ({"LANG": "POSIX"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LC_CTYPE": "C", "LANG": "C.UTF-8"}, False),
        ({"LC_ALL": "C", "LANG": "C.UTF-8"}, False),
        ({"LANG": "C.UTF-8", "PYTHONIOENCODING": "ascii"}, False),
    ],
    ids=str,
)
def test_utf8_is_what_the_locale_says_and_not_what_python_makes_of_it(environ: dict[str, str], utf8: bool) -> None:
    code = "import sys; from incident_tui import terminal; print(terminal.unicode(sys.stdout))"
    root = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": root} | environ, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{utf8}\n"


def test_ascii_looks_like_what_it_stands_for() -> None:
    assert to_ascii("Zoë – “übung” … ½ ﬁ ×2 → ok, ß") == 'Zoe - "ubung" ... 1/2 fi x2 > ok, ss'
    assert to_ascii("┌─│┼ █ • ☐ ☑ ◆ ≈ ›") == "+-|+ # * o x * ~ >"
    assert to_ascii("界 ש e\u0301 \u200b") == "? ? e "
    assert to_ascii("\u241b[31m\u2407") == "^[[31m^G", "control characters as they are shown elsewhere"
    assert all(to_ascii(chr(code)).isascii() for code in range(0x20, 0x30000))


def test_a_stream_can_be_told_to_write_ascii_alone() -> None:
    held = io.BytesIO()
    stream = io.TextIOWrapper(held, encoding="utf-8")
    write_ascii(stream)
    stream.write("\x1b[1mZoë\x1b[0m \ud800\n")
    stream.flush()
    assert held.getvalue() == b"\x1b[1mZoe\x1b[0m ?\n"
