"""What a key costs on the line, and that all of the screen is there nevertheless."""

import sys
from pathlib import Path

import pytest

from ..thorough import ALL
from .terminal import QUIET, Picture, Terminal

WHOLE = b"\x0c"
"""The key that paints the whole screen, whatever is there."""

BUDGET = (
    ("j", b"j", 900),
    ("k", b"k", 900),
    ("G", b"G", 2_500),
    ("g", b"g", 2_600),
    ("Page down", b"\x1b[6~", 1_450),
    ("Tab, to the entry", b"\t", 570),
    ("j in the entry", b"j", 1_130),
    ("Tab, to the list", b"\t", 540),
    ("/", b"/", 160),
    ("the first letter", b"p", 2_350),
    ("a letter", b"o", 2_250),
    ("a letter", b"o", 1_030),
    ("a letter", b"l", 380),
    ("Backspace", b"\x7f", 340),
    ("Esc, no search", b"\x1b", 1_300),
    ("Esc, to the list", b"\x1b", 310),
    ("p", b"p", 2_150),
    ("u", b"u", 2_300),
    ("+", b"+", 205),
    ("z, the entry alone", b"z", 2_250),
    ("z, beside the list", b"z", 3_650),
    ("?", b"?", 1_800),
    ("Esc, from the help", b"\x1b", 3_200),
    ("A, what is archived", b"A", 1_000),
    ("A, both", b"A", 2_850),
    ("A, what is live", b"A", 75),
    ("o", b"o", 460),
    ("30 j at once", b"j" * 30, 2_800),
    ("the whole screen", WHOLE, 3_300),
)
"""Keys, as they are pressed one after the other, and the bytes that each may cost until the screen is quiet again."""

SIZES = (((60, 20), 3_350), ((200, 60), 10_000), ((40, 12), 1_850), ((80, 24), 5_200))
"""Sizes that the terminal has, one after the other, and the bytes that each may cost."""


def seen(picture: Picture) -> list[list[tuple[object, ...]]]:
    """What can be seen of cells: the colour of a blank can't."""
    return [
        [(cell.data, cell.bg, cell.reverse, *((cell.fg, cell.bold) if cell.data != " " else ())) for cell in row]
        for row in picture
    ]


def is_whole(terminal: Terminal) -> bool:
    """Whether painting the whole screen changes nothing."""
    terminal.idles()  # what comes late is no difference
    before = seen(terminal.picture)
    terminal.measure(WHOLE)
    return seen(terminal.picture) == before


@pytest.mark.slow
def test_no_key_costs_more_than_its_budget(terminal: Terminal) -> None:
    assert terminal.received < 4_500, "to open, with all bodies indexed"
    answers = [(name, terminal.measure(key, first=2.0), budget) for name, key, budget in BUDGET]
    print(*(f"{name}: {answer.size}" for name, answer, _ in answers), sep="\n")
    assert [(name, answer.size, budget) for name, answer, budget in answers if answer.size > budget] == []
    assert [(name, budget) for name, answer, budget in answers if answer.size < budget * 0.6] == [], (
        "is it done at all?"
    )
    assert len({name: answer for name, answer, _ in answers}["30 j at once"].repaints) <= 3
    assert is_whole(terminal)


@pytest.mark.slow
def test_another_size_costs_one_screen_and_keeps_the_place(terminal: Terminal) -> None:
    terminal.measure(b"j" * 15)
    terminal.sees("▌  INC-1294")
    costs = []
    for size, budget in SIZES:
        before = terminal.received
        terminal.resize(*size)
        terminal.rests(2 * QUIET)
        costs.append((size, terminal.received - before, budget))
        assert "▌  INC-1294" in terminal.text
        assert is_whole(terminal)
    print(costs)
    assert [(size, cost) for size, cost, budget in costs if cost > budget] == []


@pytest.mark.slow
def test_a_size_that_comes_and_goes_leaves_the_whole_screen(terminal: Terminal) -> None:
    before = seen(terminal.picture)
    terminal.resize(60, 20)
    terminal.resize(80, 24)
    terminal.rests(2 * QUIET)
    assert seen(terminal.picture) == before


@pytest.mark.slow
def test_what_is_painted_while_the_size_changes_leaves_nothing_behind(terminal: Terminal) -> None:
    terminal.measure(b"\t")
    for size in ((70, 20), (80, 24), (60, 23), (80, 24)):
        terminal.resize(*size)
        terminal.press(b"jk")
        terminal.rests(2 * QUIET)
        assert is_whole(terminal), size


@pytest.mark.slow
def test_what_something_else_wrote_on_the_screen_goes_when_it_is_painted_anew(terminal: Terminal) -> None:
    before = seen(terminal.picture)
    terminal.scribble(b"\x1b[5;20HBroadcast message from root\r\n\r\nThe system goes down for reboot now!")
    terminal.measure(b"\x1b", first=QUIET)
    assert "reboot" in terminal.text
    terminal.measure(WHOLE)
    assert seen(terminal.picture) == before


ODD = """## M-2024-12-01T10:00:00Z INC-1 emoji-👩\u200d🚒-日本語-テスト-cafe\u0301 ⚡ fire 🔥

- tags: zoë, 数据库
- pinned: true

**Summary**

👍🏽 e\u0301 漢字漢字 🇩🇪 ❤️ and more words so that the line is wrapped 🔥🔥🔥 and goes on, see https://example.com/漢字.

- [ ] 日本 item ⚡

"""


@pytest.mark.slow
def test_wide_and_combined_characters_leave_nothing_behind(path: Path) -> None:
    path.write_text(ODD + path.read_text("utf-8") + ODD.replace("INC-1 ", "INC-2 日"), "utf-8")
    with Terminal(sys.executable, "-m", "incident_tui", str(path)) as terminal:
        terminal.sees("more words")
        for key in (b"j", b"k", b"\tj", b"\t/fire", b"\x1b\x1b", b"z", b"?", b"\x1b"):
            terminal.measure(key, first=2.0)
            assert is_whole(terminal), (key, terminal.text)


@pytest.mark.slow
def test_ten_seconds_at_rest_cost_nothing(terminal: Terminal) -> None:
    for key in (b"", b"/", b"pool", b"\x1b\x1b\t", b"\x10"):
        terminal.press(key)
        terminal.rests(6.0)  # notices go after five seconds
        before = terminal.received
        terminal.listen(60.0 if ALL and not key else 10.0)
        assert terminal.received == before, key
