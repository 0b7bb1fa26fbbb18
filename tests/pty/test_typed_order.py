"""Keys that arrive in one packet act as they do when they come one at a time."""

import os
import random
import sys
from pathlib import Path

import pytest

from .conftest import entries
from .terminal import Terminal

UP, DOWN, RIGHT, LEFT, HOME, END = (b"\x1b[" + end for end in (b"A", b"B", b"C", b"D", b"H", b"F"))
BACKSPACE, CTRL_U, CTRL_W, CTRL_A, CTRL_E = b"\x7f", b"\x15", b"\x17", b"\x01", b"\x05"
PASTE = b"\x1b[200~pool\nretry\x1b[201~"

TEXT = [bytes([char]) for char in b"konz o9"]
EDITING = [BACKSPACE, LEFT, RIGHT, HOME, END, CTRL_U, CTRL_W, CTRL_A, CTRL_E, PASTE]
MOVING = [UP, DOWN, b"\r", b"\x1b", b"\t"]
COMMANDS = [b"/", b"j", b"k", b"g", b"G", b"n", b"o", b"z", b"A", b"t", b"c", b"?"]
"""Keys that change nothing on disk; what a change does to the keys behind it is another matter."""


def started(path: Path) -> Terminal:
    """Return the browser on the file, at rest."""
    terminal = Terminal(sys.executable, "-m", "incident_tui", str(path))
    terminal.sees("Root Cause")
    terminal.rests(0.5)
    return terminal


def shown(terminal: Terminal) -> list[str]:
    """Return the screen at rest, without the line of notices, which go with time."""
    terminal.rests(0.6)
    return [line.rstrip().replace("/slow/", "/fast/") for line in terminal.screen.display[:-1]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (b"/INC-1187" + BACKSPACE * 4 + b"1198", "› INC-1198"),
        (b"/redis" + LEFT * 2 + b"XY", "› redXYis"),
        (b"/INC-1187" + CTRL_U + b"kafka", "› kafka"),
        (b"/disk pool" + CTRL_W + b"lock", "› disk lock"),
        (b"/kafka\rj", "› kafka "),
        (b"/disk" + PASTE + BACKSPACE, "› diskpool retr "),
        (b"/kafka\x1bpool", "› pool "),
        (b"/kafka\x1b\x1b?", "Search: words in any order"),
        (b"c" + b"a title\tINC-7" + LEFT + b"9", "INC-97"),
    ],
)
def test_a_packet_acts_in_the_typed_order(path: Path, keys: bytes, text: str) -> None:
    with started(path) as terminal:
        terminal.press(keys)
        terminal.sees(text)


@pytest.mark.slow
def test_keys_behind_an_answer_are_heeded_once_the_next_entry_was_seen(path: Path) -> None:
    with started(path) as terminal:
        terminal.press(b"a")
        terminal.sees("Archive it all the same?")
        terminal.rests(0.5)
        terminal.press(b"yj")
        terminal.sees("1 archived")
        terminal.rests(0.5)
        terminal.press(b"p")
        terminal.sees("pinned INC-")


def random_keys(draw: random.Random, count: int) -> list[bytes]:
    """Return keys as people type them: mostly in a search line or a dialog."""
    keys: list[bytes] = []
    while len(keys) < count:
        keys.append(draw.choice([b"/", b"/", b"t", b"c", *COMMANDS]))
        keys += draw.choices(TEXT + EDITING, k=draw.randrange(12))
        keys += draw.choices(MOVING, k=draw.randrange(3))
    return keys[:count]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(int(os.environ.get("INCIDENT_TUI_PACKETS", "1"))))
def test_random_packets_give_the_screen_of_slow_typing(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    paths = [tmp_path / name / "incidents.md" for name in ("slow", "fast")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(entries(60), encoding="utf-8")
    with started(paths[0]) as slow, started(paths[1]) as fast:
        keys = random_keys(draw, 120)
        for start in range(0, len(keys), 12):
            packet = keys[start : start + 12]
            for key in packet:
                slow.press(key)
                slow.rests(0.15)
            fast.press(b"".join(packet))
            assert shown(fast) == shown(slow), packet
    assert paths[0].read_bytes() == paths[1].read_bytes()
