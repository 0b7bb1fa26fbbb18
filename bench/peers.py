"""The browser beside other programs on the same file: how soon they show its beginning, what a key sends over the line,
and how much memory they take. A program that isn't on the PATH is left out.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

import pyte

from bench.programs import Made, browser, environment, knowledge_base
from tests.pty.terminal import Answer, Terminal

DOWN = b"\x1b[B"

DOWNS = 40
"""So many cursor-downs that the screen must scroll."""

SILENT = 2.0
"""Seconds after which a key has had no answer."""

ENOUGH = 60.0
"""Seconds after which a program that shows nothing is ended, and its row says so."""

SLOW = 5.0
"""Seconds of a start from which on it is not measured again."""


class Peer(NamedTuple):
    """A program, and how it is used."""

    start: Callable[[Made], Terminal]
    shown: Callable[[Made], str]
    """What is on the screen first of all of the file's text."""
    down: bytes = DOWN
    search: bytes | None = None
    """The keys that begin a search as one types; nothing where it has none."""


class _Screen(pyte.Screen):
    """A screen that lets pass what only xterm knows: the private `m`, by which vim asks for keys in another form."""

    def select_graphic_rendition(self, *attrs: int, private: bool = False, **_: Any) -> None:
        if not private:
            super().select_graphic_rendition(*attrs)


class _Peer(Terminal):
    """A program that isn't ours, which may show nothing at all."""

    def __init__(self, made: Made, *command: str, told: Mapping[str, str] | None = None) -> None:
        super().__init__(*command, environment=environment(made.home) | dict(told or {}), patience=ENOUGH)
        self.screen = _Screen(self.screen.columns, self.screen.lines)
        self._stream = pyte.ByteStream(self.screen)


def _fzf(made: Made) -> Terminal:
    """The headings, and beside them all of the entry: `sed` from its line to the rule after it."""
    preview = f"sed -n '{{1}},${{p;/^---$/q}}' {made.path}"
    parts = ("--delimiter=:", "--with-nth=2..", "--layout=reverse", f"--preview={preview}")
    return _Peer(made, "fzf", *parts, told={"FZF_DEFAULT_COMMAND": f"grep -n '^## M-' {made.path}"})


def _vim(made: Made) -> Terminal:
    return _Peer(made, "vim", "-u", "NONE", "-c", "set incsearch", str(made.path))


def _frogmouth(made: Made) -> Terminal:
    return _Peer(made, "frogmouth", str(made.path))


def _title(_: Made) -> str:
    return "Incidents"


PEERS = {
    "this browser": Peer(browser, lambda made: made.first, b"j", b"/"),
    "fzf": Peer(_fzf, lambda made: made.refs[0], search=b""),
    "vim": Peer(_vim, _title, b"j", b"/"),
    "frogmouth": Peer(_frogmouth, _title),
}
"""fzf has the list and a preview, vim no settings but a search as one types, frogmouth shows a file as Markdown."""


def report(words: Sequence[str], counts: Sequence[int], seed: int, rounds: int, length: int) -> None:
    """Print a row for each program and size. They are started in turns; the keys are pressed in one run of each."""
    found = {name: peer for name, peer in PEERS.items() if name == "this browser" or shutil.which(name)}
    for name in [name for name in PEERS if name not in found]:
        print(f"{name} is not on PATH; its row is left out")
    print(
        f"peers at 80×24, {rounds} starts: milliseconds to the first text of the file, least / median; "
        "bytes of a cursor down and of a key in the search, median / most; memory at the most"
    )
    print(f"  {'':<16}{'entries':>9}{'first text':>18}{'down':>18}{'search':>18}{'MB':>8}")
    for count in counts:
        with knowledge_base(words, count, seed, length) as made:
            times: dict[str, list[float]] = {name: [] for name in found}
            for _ in range(rounds):
                for name, peer in found.items():
                    if not times[name] or times[name][-1] < SLOW:
                        with peer.start(made) as terminal:
                            times[name].append(_first(terminal, peer.shown(made)))
            for name, peer in found.items():
                print(f"  {name:<16}{count:>9,}{_row(made, peer, times[name])}", flush=True)


def _row(made: Made, peer: Peer, times: Sequence[float]) -> str:
    with peer.start(made) as terminal:
        if _first(terminal, peer.shown(made)) == ENOUGH:
            return f"  nothing of the file in {ENOUGH:.0f} seconds, and {terminal.memory[1] / 1e6:.0f} MB by then"
        terminal.idles()
        downs = [terminal.measure(peer.down, first=SILENT) for _ in range(DOWNS)]
        typed = []
        if peer.search is not None:
            terminal.press(peer.search)
            terminal.rests(SILENT)
            typed = [terminal.measure(key, first=SILENT) for keys in made.searches for key in keys]
        started = f"{1000 * min(times):>9,.0f}{1000 * median(times):>9,.0f}"
        return f"{started}{_sizes(downs)}{_sizes(typed)}{terminal.memory[1] / 1e6:>8.0f}"


def _first(terminal: Terminal, text: str) -> float:
    """The seconds from the start to this text; `ENOUGH`, where it has not come by then."""
    try:
        return terminal.started(text)
    except AssertionError:
        if terminal.process.poll() is not None:
            raise
        return ENOUGH


def _sizes(answers: Sequence[Answer]) -> str:
    sizes = [answer.size for answer in answers]
    return f"{median(sizes):>9,.0f}{max(sizes):>9,}" if sizes else f"{'–':>9}{'':>9}"
