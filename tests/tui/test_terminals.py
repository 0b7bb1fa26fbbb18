"""The browser on terminals of all kinds: with many colours, few and none, light and dark, small, and without UTF-8."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pyte
import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from incident_tui.tui.terminal.contrast import undimmed
from incident_tui.tui.terminal.themes import THEMES, legible_variables
from incident_tui.tui.widgets.detail import Detail

from .conftest import Opened
from .reader import Reader

PATIENCE = 60.0
"""Seconds to wait for something to be seen; a limit for a broken program, not a measure of a slow one."""

DARK = ("#e5e5e5", "#000000")
LIGHT = ("#000000", "#ffffff")
"""Text and background of xterm, dark and light; its sixteen colours are the same on both."""

XTERM = [
    *("#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5"),
    *("#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff"),
]

NAMES = ["black", "red", "green", "brown", "blue", "magenta", "cyan", "white"]

ODD = (
    "## M-2026-11-01T10:00:00Z INC-1 数据库连接池耗尽导致订单服务中断三十分钟\n\n"
    "- tags: 数据库, zoë\n- used: 1\n- pinned: true\n\n"
    "**Summary**\n\n订单 e\u0301 – “ok” ⚠️ 👩‍💻 1️⃣ 🇩🇪 done.\n\n"
    "| 界 | b |\n| --- | --- |\n| 数据 | 2 |\n\n> quoted\n\n- [ ] to do\n- [x] done\n\n"
    "## M-2026-10-01T10:00:00Z INC-2 ⚠️ disk 👩‍💻 full 👍🏽 again\n\n- used: 1\n\nText.\n\n"
    "## M-2026-09-01T10:00:00Z INC-3 שלום e\u0301e\u0301 cafe\u0301\n\n- used: 1\n\nText.\n\n"
    "## M-2026-08-01T10:00:00Z INC-4 plain\n\n- used: 1\n\nText.\n"
)
"""Wide, combining and right-to-left characters, and emoji made of several."""


class Terminal:
    """A terminal of some kind with the program in it, started as from a shell."""

    def __init__(self, *arguments: str, **environ: str) -> None:
        self.screen = pyte.Screen(80, 24)
        self.output = b""
        self._stream = pyte.ByteStream(self.screen)
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        known = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "incident_tui", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env=known | {"PYTHONPATH": str(Path(__file__).parents[2]), "LANG": "C.UTF-8"} | environ,
        )
        os.close(slave)

    @property
    def text(self) -> str:
        """All that the screen shows."""
        return "\n".join(self.screen.display)

    @property
    def orders(self) -> set[str]:
        """The parameters of all looks that were sent, whole: `1`, `38;5;4`."""
        sent = re.findall(rb"\x1b\[([\d;]*)m", self.output)
        return set(re.findall(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+", " ".join(map(bytes.decode, sent))))

    @property
    def colours(self) -> set[str]:
        """Those of the orders that name a colour."""
        return {order for order in self.orders if re.match(r"[34]\d|9[0-7]|10[0-7]", order)}

    def press(self, keys: str, sees: str) -> None:
        """Press keys, all at once, and wait until the screen shows a text."""
        os.write(self.master, keys.encode())
        self.sees(sees)
        while keys.endswith("\x1b") and self.received(0.15):
            pass  # the next key is none of an escape sequence

    def sees(self, text: str) -> None:
        """Wait until the screen shows a text."""
        limit = monotonic() + PATIENCE
        while text not in self.text:
            assert monotonic() < limit, f"{text!r} does not come; the screen shows:\n{self.text}"
            self.received(0.1)

    def received(self, seconds: float) -> bool:
        """Take in what comes within some time; whether anything came."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:  # the program has ended
            return False
        self.output += data
        self._stream.feed(data)
        if b"\x1b[6n" in data:
            os.write(self.master, b"\x1b[1;1R")
        return True

    def ends(self) -> int:
        """Wait until the program has ended. Returns its exit code."""
        while self.received(PATIENCE):
            pass
        return self.process.wait(PATIENCE)

    def looks(self, text: str) -> Sequence[pyte.screens.Char]:
        """The characters of a text where the screen shows it first."""
        row, line = next((row, line) for row, line in enumerate(self.screen.display) if text in line)
        at = line.index(text)
        return [self.screen.buffer[row][column] for column in range(at, at + len(text))]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)


@contextmanager
def terminal(*arguments: str, **environ: str) -> Iterator[Terminal]:
    held = Terminal(*arguments, **environ)
    try:
        yield held
    finally:
        held.close()


def contrast(one: str, other: str) -> float:
    """How well two colours are told apart, as WCAG has it: 1 (not at all) to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def shown(char: pyte.screens.Char, terminal: tuple[str, str]) -> tuple[str, str]:
    """The colours of a character and its background on a terminal that shows bold letters in bright colours."""

    def colour(name: str, default: str, bright: bool) -> str:
        name = name.replace("bfightmagenta", "brightmagenta")  # as the emulator spells it
        if name == "default":
            return default
        plain = name.removeprefix("bright")
        if plain in NAMES:
            return XTERM[NAMES.index(plain) + 8 * (bright or plain != name)]
        return f"#{name}"

    text, ground = colour(char.fg, terminal[0], char.bold), colour(char.bg, terminal[1], False)
    return (ground, text) if char.reverse else (text, ground)


def illegible(screen: pyte.Screen, ground: tuple[str, str], least: float) -> set[str]:
    """The texts that can hardly be told from their background."""
    return {
        f"{char.data} {' on '.join(shown(char, ground))}"
        for row in range(screen.lines)
        for char in (screen.buffer[row][column] for column in range(screen.columns))
        if char.data.strip() and contrast(*shown(char, ground)) < least
    }


WAY = [("/pool", "3 found"), ("\r", "p pin"), ("\x1b", " search "), ("\t\x1b[6~", "Timeline")]
WAY += [("\t+", "helped"), ("t", "Esc cancel"), ("\x1b", "incidents.md"), ("g", "Who holds"), ("a", "y archive")]
WAY += [("\x1b", " search "), ("?", "Keys"), ("\x1b", " search "), ("\x10", "Commands")]
"""Keys that lead over many screens, and what is seen on each."""


@pytest.mark.parametrize(
    "term", ["xterm", *(pytest.param(term, marks=pytest.mark.slow) for term in ("linux", "screen"))]
)
def test_all_is_legible_on_a_dark_and_on_a_light_terminal(knowledge_base: Path, term: str) -> None:
    with terminal(str(knowledge_base), TERM=term) as browser:
        browser.sees("Who holds the lock")
        for keys, text in WAY:
            browser.press(keys, text)
            for ground in (DARK, LIGHT):
                assert illegible(browser.screen, ground, 1.9) == set(), f"{text}, {ground}"
        assert not any(order.startswith(("38;", "48;")) for order in browser.orders)


@pytest.mark.parametrize(
    ("environ", "kinds"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, {"38;2", "48;2"}),
        ({"TERM": "xterm-256color"}, {"38;5", "48;5"}),
        ({"TERM": "xterm"}, set()),
        ({"TERM": "screen", "COLORTERM": "truecolor"}, set()),
    ],
    ids=["truecolor", "256", "16", "screen"],
)
def test_a_terminal_gets_no_more_colours_than_it_has(
    knowledge_base: Path, environ: dict[str, str], kinds: set[str]
) -> None:
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "incident-tui" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('theme = "solarized-light"\n', encoding="utf-8")
    with terminal(str(knowledge_base), **environ) as browser:
        browser.sees("Who holds the lock")
        browser.press("?", "Keys")
        assert {order[:4] for order in browser.orders if order[1:2] == "8" and ";" in order} == kinds
        assert illegible(browser.screen, DARK, 1.9) == set()
        assert browser.colours


@pytest.mark.parametrize("environ", [{"CLICOLOR": "0"}, {"TERM": "vt220"}], ids=str)
def test_who_wants_no_colours_or_has_none_gets_none(knowledge_base: Path, environ: dict[str, str]) -> None:
    with terminal(str(knowledge_base), **{"TERM": "xterm"} | environ) as browser:
        browser.sees("Who holds the lock")
        assert browser.colours == set()
        assert "7" in browser.orders


@pytest.mark.slow
def test_without_colours_all_is_seen_by_mark_and_reverse(knowledge_base: Path) -> None:
    with terminal(str(knowledge_base), TERM="xterm-256color", COLORTERM="truecolor", NO_COLOR="1") as browser:
        browser.sees("Who holds the lock")
        assert all(char.reverse for char in browser.looks("◆ who-blocks-whom"))
        for keys, text in WAY:
            browser.press(keys, text)
        browser.sees("Search: words in any order")
        assert all(char.reverse for char in browser.looks("Search: words in any order")), "the palette's choice"
        assert browser.colours == set()
        assert {"1", "2", "7"} <= browser.orders


def test_no_mouse_sends_no_order_to_report_it(knowledge_base: Path) -> None:
    with terminal(str(knowledge_base), "--no-mouse", TERM="xterm") as browser:
        browser.sees("Who holds the lock")
        browser.press("q", "")
        assert browser.ends() == 0
        modes = {int(mode) for mode in re.findall(rb"\x1b\[\?(\d+)[hl]", browser.output)}
        assert 1049 in modes
        assert modes & {9, 1000, 1001, 1002, 1003, 1005, 1006, 1007, 1015, 1016} == set()


@pytest.mark.slow
def test_without_utf8_all_is_ascii_and_stands_where_it_stood(tmp_path: Path) -> None:
    path = tmp_path / "incidents.md"
    path.write_text(ODD, encoding="utf-8")
    with terminal(str(path), TERM="xterm", LANG="C") as browser:
        browser.sees("[x] done")
        for keys, text in [
            ("/ok", "found"),
            ("\r", "p unpin"),
            ("\x1b", "> search"),
            ("a", "y archive"),
            ("\x1b", "> search"),
        ]:
            browser.press(keys, text)
        straight(browser, "|")
        assert "INC-1 ????" in browser.text
        for keys, text in [("t", "zoe"), ("\x1b", "> search"), ("?", "Keys"), ("\x1b", ">"), ("\x10", "Commands")]:
            browser.press(keys, text)
        assert browser.output.isascii()


def test_columns_are_straight_whatever_the_characters(tmp_path: Path) -> None:
    path = tmp_path / "incidents.md"
    path.write_text(ODD, encoding="utf-8")
    with terminal(str(path), TERM="xterm-256color") as browser:
        browser.sees("☑ done")
        straight(browser, "│")
        browser.press("j", "Text.")
        straight(browser, "│")
        dates = [line.index(date) for line in rows(browser) for date in ("Nov 01", "Oct 01", "Aug 01") if date in line]
        assert len(dates) == 3
        assert len(set(dates)) == 1


def rows(browser: Terminal) -> list[str]:
    """The lines of the screen, a wide character filling both its cells."""
    buffer, screen = browser.screen.buffer, browser.screen
    return ["".join((buffer[row][at].data or "_")[0] for at in range(screen.columns)) for row in range(screen.lines)]


def straight(browser: Terminal, rule: str) -> None:
    """The rule between the panes stands in one column, from below the title to above the keys."""
    limit = monotonic() + PATIENCE
    while len(columns := {line.find(rule) for line in rows(browser)[1:-1]}) > 1 or -1 in columns:  # half drawn
        assert monotonic() < limit, f"the rule is in columns {columns}; the screen shows:\n{browser.text}"
        browser.received(0.1)
    assert columns.pop() > 30


@pytest.mark.slow
@pytest.mark.parametrize("focus", ["list", "detail"])
async def test_a_small_terminal_for_a_while_loses_no_place(opened: Opened, knowledge_base: Path, focus: str) -> None:
    async with opened(knowledge_base, size=(200, 60)) as reader:
        await reader.goes_to("INC-2168")
        await reader.sees_entry()
        if focus == "detail":
            await reader.press("tab", "pagedown")
        assert reader.focus == focus
        before = (reader.current, reader.focus, top(reader), reader.rows)
        for size in ((40, 12), (80, 24), (200, 60)):
            await reader.pilot.resize_terminal(*size)
            await reader.pilot.pause()
            assert (reader.current, reader.focus) == before[:2]
        await reader.sees_entry()
        assert top(reader) == before[2]
        assert reader.rows == before[3]


def top(reader: Reader) -> str:
    """The first line that the detail shows."""
    assert isinstance(reader.app.browse.query_one(Detail), Detail)
    return reader.entry.split("\n")[0]


@pytest.mark.parametrize("theme", [theme for theme in THEMES.values() if not theme.ansi], ids=lambda theme: theme.name)
def test_the_colours_of_a_theme_are_legible_dim_or_not(theme: Theme) -> None:
    variables = theme.to_color_system().generate() | {"rule": "#808080"} | theme.variables
    legible = legible_variables(theme, variables)
    ground = Color.parse(legible["background"])
    for name in ("foreground", *(name for name in legible if name in HUES)):
        text = Color.parse(legible[name])
        dim = undimmed(Style(color=text.rich_color, dim=True), ground)
        assert not dim.dim
        assert dim.color
        assert dim.color.triplet
        assert contrast(text.hex, ground.hex) >= 4.5, name
        assert contrast(dim.color.triplet.hex, ground.hex) >= 4.5, name
    for name in ("accent", "rule"):
        assert contrast(legible[name], ground.hex) >= 3.0, name


HUES = {f"text-{name}" for name in ("primary", "secondary", "accent", "success", "warning", "error")}


@pytest.mark.slow
async def test_every_theme_is_legible(opened: Opened, knowledge_base: Path) -> None:
    """On its own background; where it takes the terminal's, a test with a terminal looks."""
    async with opened(knowledge_base, query="pool", size=(120, 60)) as reader:
        await reader.goes_to("INC-2187")
        for theme in THEMES:
            reader.app.theme = theme
            await reader.pilot.pause()
            await reader.sees_entry()
            assert faint(reader) == set(), theme
            await reader.press("I")
            assert faint(reader) == set(), theme
            await reader.press("escape")


def faint(reader: Reader) -> set[tuple[str, str, str]]:
    """The texts in a theme's own colours that are hard to read, and those that the terminal may dim further."""
    return {
        (text.strip(), style.color.triplet.hex, style.bgcolor.triplet.hex)
        for strip in reader.strips
        for text, style, _ in strip
        if text.strip() and style and style.color and style.color.triplet and style.bgcolor and style.bgcolor.triplet
        if style.dim
        or contrast(style.color.triplet.hex, style.bgcolor.triplet.hex) < (3.0 if set(text) <= LINES else 4.5)
    }


LINES = set(" │─▏▌▁▂▃▄▅▆▇█")
"""What is no text but a line, or the end of a scrollbar."""
