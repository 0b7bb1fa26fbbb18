"""What the file holds never commands the terminal: in the browser, in `list` and in `show`, on a real terminal."""

import subprocess
import sys
from pathlib import Path

import pytest

from ..pty.terminal import Terminal
from ..thorough import sampled

HOSTILE = {
    "title": "\x1b]0;owned\x07",
    "title, ST": "\x1b]2;owned\x1b\\",
    "title, C1": "\x9d0;owned\x9c",
    "clipboard": "\x1b]52;c;b3duZWQ=\x07",
    "hyperlink": "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "mouse on": "\x1b[?1003h",
    "cursor off": "\x1b[?25l",
    "clear": "\x1b[2J\x1b[H",
    "colour": "\x1b[31;7m",
    "colour, C1": "\x9b31m",
    "reset": "\x1bc",
    "alternate screen": "\x1b[?1049l",
    "report": "\x1b[6n\x1b[c",
    "device control": "\x1bP$q\x1b\\",
    "newline mode": "\x1b[20h",
    "backspaces": "safe\x08\x08\x08\x08evil",
    "carriage return": "safe\revil",
    "bell": "\x07\x07",
    "delete": "a\x7fb",
    "shift out": "\x0e",
    "override": "\u202egnp.exe",
    "isolate": "\u2066a\u2069",
    "zero width": "ad\u200bmin",
    "joiner in a word": "ad\u200dmin",
    "tags": "x\U000e0041\U000e0042",
    "line separator": "a\u2028b",
    "entity": "&#27;]0;owned&#7; &#x202e;x",
    "link": "[a](https://example.com/\x1b]0;owned\x07)",
    "script": "[run](javascript:alert(1))",
    "markup": "[red]x[/red] [/] [@click=app.quit]q[/]",
}
FORBIDDEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2028\ufeff" + "".join(
    map(chr, range(0x80, 0xA0))
)


def written(path: Path, text: str) -> Path:
    """A file that holds a text wherever text may stand: in heading, tags, unknown keys, body, code, table, link."""
    one = text.replace("\n", " ")
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"## M-2026-01-05T16:00:00Z INC-1 one {one} end\n\n"
        f"- tags: a, {one}\n- used: 0\n- pinned: false\n- owner: {one}\n\n"
        f"**Summary {one}**\n\nText {one} more.\n\n- item {one}\n\n```sql\nselect {one}\n```\n\n"
        f"| a | b |\n| --- | --- |\n| {one} | x |\n\n<b>{one}</b>\n\nThe last line.\n",
        encoding="utf-8",
        newline="",
    )
    return path


def run(*arguments: str, keys: bytes = b"", shows: str = "") -> Terminal:
    """Run the program in a terminal to its end."""
    terminal = Terminal(sys.executable, "-m", "incident_tui", *arguments, latency=0)
    if shows:
        terminal.sees(shows)
    if keys:
        terminal.press(keys)
    assert terminal.ends() == 0
    return terminal


def state(terminal: Terminal) -> tuple[object, ...]:
    """What a text must not change: title, icon, modes, margins, character sets, colours that go on."""
    screen = terminal.screen
    style = screen.cursor.attrs._replace(data=" ")
    return screen.title, screen.icon_name, frozenset(screen.mode), screen.margins, screen.charset, style


def obeyed(output: bytes) -> list[str]:
    """The characters of an output that a terminal must never get from a file."""
    text = output.decode("utf-8", "replace")
    return [char for char in text if char in FORBIDDEN]


COMMANDS = ["list", "show INC-1", "show INC-1 --raw"]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[object, ...]]:
    """How each command leaves a terminal after harmless text."""
    path = written(tmp_path_factory.mktemp("plain") / "incidents.md", "words")
    return {command: state(run(*command.split(), "-f", str(path))) for command in COMMANDS}


def check(terminal: Terminal, usual: tuple[object, ...]) -> None:
    assert state(terminal) == usual
    assert obeyed(terminal.output) == []
    assert b"\x1b]" not in terminal.output.replace(b"\x1b]8;", b"")
    assert terminal.output.count(b"\x07") == terminal.output.count(b"\x08") == 0
    assert b"javascript:alert(1)\x1b\\" not in terminal.output


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_leaves_the_terminal_as_harmless_text_does(
    command: str, usual: dict[str, tuple[object, ...]], tmp_path: Path
) -> None:
    """All the hostile texts one after the other, in one entry."""
    path = written(tmp_path / "incidents.md", " ".join(HOSTILE.values()))
    check(run(*command.split(), "-f", str(path)), usual[command])


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_command_leaves_the_terminal_as_harmless_text_does_for_each(
    name: str, usual: dict[str, tuple[object, ...]], tmp_path: Path
) -> None:
    path = written(tmp_path / "incidents.md", HOSTILE[name])
    for command in sampled(COMMANDS, len(COMMANDS), name):
        check(run(*command.split(), "-f", str(path)), usual[command])


@pytest.fixture(scope="module")
def browsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    """How the browser leaves a terminal after harmless text."""
    path = written(tmp_path_factory.mktemp("plain") / "incidents.md", "words")
    return state(run(str(path), keys=b"q", shows="The last line."))


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_browser_leaves_the_terminal_as_harmless_text_does(
    text: str, browsed: tuple[object, ...], tmp_path: Path
) -> None:
    hostile = run(str(written(tmp_path / "incidents.md", text)), keys=b"q", shows="Text")
    assert state(hostile) == browsed
    assert obeyed(hostile.output) == []
    assert b"owned\x07" not in hostile.output
    assert b"\x1b]52" not in hostile.output
    assert b"javascript:alert(1)\x1b\\" not in hostile.output
    assert hostile.is_sane()


def test_a_raw_entry_reaches_a_pipe_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path / "incidents.md", "\x1b]0;owned\x07")
    found = subprocess.run(
        [sys.executable, "-m", "incident_tui", "show", "INC-1", "--raw", "-f", str(path)],
        capture_output=True,
        check=True,
    )
    assert found.stdout == path.read_bytes()
