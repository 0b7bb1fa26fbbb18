"""What is sent, and what the terminal shows then: the same as if all had been sent."""

from io import StringIO

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from incident_tui.tui.terminal.frame_diff import TerminalBuffer

WIDTH, HEIGHT = 16, 3

CONSOLE = Console(file=StringIO(), force_terminal=True, color_system="256", width=WIDTH)

STYLES = [
    Style.parse(style) for style in ("none", "bold", "dim red", "default on default", "reverse", "underline", "on blue")
]

Part = tuple[int, int, list[Segment]]
"""Row, column and what is drawn there."""


class Update:
    """Parts of a screen that were drawn again."""

    def __init__(self, *parts: Part) -> None:
        self.parts = parts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for y, x, segments in self.parts:
            yield Control.move_to(x, y).segment
            yield from segments


class Screen:
    """What a terminal shows."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH + 1, HEIGHT)  # in the last column it would let combining characters wrap
        self.stream = pyte.Stream(self.screen)

    def take(self, shown: TerminalBuffer, update: Update) -> str:
        """Show what is sent for an update, and return that."""
        change = shown.change(update, CONSOLE, (0, 0))
        if change is None:
            return ""
        text = "".join(segment.text for segment in CONSOLE.render(change))
        self.stream.feed(text)
        return text

    def take_all(self, update: Update) -> None:
        """Show an update as it is."""
        for y, x, segments in update.parts:
            self.stream.feed(Control.move_to(x, y).segment.text + Strip(segments).render(CONSOLE))

    @property
    def picture(self) -> list[list[tuple[object, ...]]]:
        """Each cell with what can be seen of its look."""
        cells = [[self.screen.buffer[y][x] for x in range(WIDTH)] for y in range(HEIGHT)]
        return [
            [
                (cell.data, cell.bg, cell.reverse, cell.underscore)
                + ((cell.fg, cell.bold) if cell.data != " " or cell.reverse or cell.underscore else ())
                for cell in row
            ]
            for row in cells
        ]


def part(y: int, x: int, text: str, style: str = "none") -> Part:
    return y, x, [Segment(text, Style.parse(style))]


texts = st.lists(st.sampled_from(["a", "b", " ", " ", "é", "◆", "日", "🔥", "e\u0301"]), max_size=8).map("".join)


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """One half of a row, in two looks."""
    left, right = draw(texts), draw(texts)
    cut = draw(st.integers(0, 8))
    one, other = set_cell_size(left, cut), set_cell_size(right, 8 - cut)
    styles = st.sampled_from(STYLES)
    return (
        draw(st.integers(0, HEIGHT - 1)),
        draw(st.sampled_from([0, 8])),
        [Segment(one, draw(styles)), Segment(other, draw(styles))],
    )


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(parts(), min_size=1, max_size=4), min_size=1, max_size=5))
def test_the_terminal_shows_what_it_would_if_all_were_sent(updates: list[list[Part]]) -> None:
    shown, ours, all_sent = TerminalBuffer(), Screen(), Screen()
    for each in updates:
        ours.take(shown, Update(*each))
        all_sent.take_all(Update(*each))
        assert ours.picture == all_sent.picture


def test_only_what_is_new_is_sent() -> None:
    shown, screen = TerminalBuffer(), Screen()
    assert screen.take(shown, Update(part(1, 0, "the first line"))) == "\x1b[2;1Hthe first line\x1b[1;1H"
    assert screen.take(shown, Update(part(1, 0, "the first line"))) == ""
    assert screen.take(shown, Update(part(1, 0, "the worst line"))) == "\x1b[2;5Hwo\x1b[1;1H"
    assert screen.take(shown, Update(part(1, 0, "the worst line", "default on default"))) == ""
    assert screen.take(shown, Update(part(1, 0, "the worst line", "bold"))) == (
        "\x1b[2;1H\x1b[1mthe worst line\x1b[m\x1b[1;1H"
    )
    assert screen.take(shown, Update(part(1, 4, "          "))) == "\x1b[2;5H\x1b[10X\x1b[1;1H"


def test_what_was_drawn_but_not_sent_is_not_taken_for_sent() -> None:
    shown, screen = TerminalBuffer(), Screen()
    assert shown.change(Update(part(0, 0, "lost")), CONSOLE, (0, 0)) is not None
    assert "lost" in screen.take(shown, Update(part(0, 0, "lost")))


def test_what_is_forgotten_is_sent_again() -> None:
    shown, screen = TerminalBuffer(), Screen()
    screen.take(shown, Update(part(0, 0, "text")))
    shown.forget()
    assert "text" in screen.take(shown, Update(part(0, 0, "text")))


def test_where_terminals_differ_on_a_width_the_next_cell_is_named() -> None:
    assert Screen().take(TerminalBuffer(), Update(part(0, 0, "🔥 x"))) == "\x1b[1;1H  \x1b[1;1H🔥\x1b[1;3H x\x1b[1;1H"
    assert Screen().take(TerminalBuffer(), Update(part(0, 0, "日 x"))) == "\x1b[1;1H日 x\x1b[1;1H"


def test_where_terminals_may_differ_on_a_width_the_row_is_sent_as_a_whole() -> None:
    shown, screen = TerminalBuffer(), Screen()
    screen.take(shown, Update(part(0, 0, "e\u0301 and more")))
    assert " and more" in screen.take(shown, Update(part(0, 0, "o\u0301 and more")))
    assert "o and more" in screen.take(shown, Update(part(0, 0, "o and more"))), "also when it goes"
    assert "more" not in screen.take(shown, Update(part(0, 0, "e and more")))


def test_a_link_is_part_of_the_look() -> None:
    shown, screen = TerminalBuffer(), Screen()
    screen.take(shown, Update(part(0, 0, "see")))
    linked = (0, 0, [Segment("see", Style(link="https://example.com/a;b"))])
    assert (
        screen.take(shown, Update(linked)) == "\x1b[1;1H\x1b]8;;https://example.com/a;b\x1b\\see\x1b]8;;\x1b\\\x1b[1;1H"
    )
    again = (0, 0, [Segment("see", Style(link="https://example.com/a;b"))])
    assert screen.take(shown, Update(again)) == "", "another id of the same link"
