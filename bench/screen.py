"""What a reader waits for, and what goes over the line: the browser on a pseudo-terminal, beside the least that the
same framework can do. The two alternate, key by key and start by start.
"""

from collections.abc import Sequence
from statistics import median
from time import perf_counter

from bench.programs import BACKSPACE, Made, browser, floor, knowledge_base
from bench.table import print_head, print_times
from tests.pty.terminal import QUIET, Answer, Repaint, Terminal

STATIC = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Floor(App):
    def compose(self) -> ComposeResult:
        yield Static("painted")

Floor().run()
"""
"""The floor of a start, and of memory: a program that shows one word."""

INPUT = """
from textual.app import App, ComposeResult
from textual.widgets import Input, Static

class Floor(App):
    def compose(self) -> ComposeResult:
        self.animation_level = "none"
        field = Input()
        field.cursor_blink = False
        yield field
        yield Static("painted", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one(Static).update(event.value)

Floor().run()
"""
"""The floor of a key: a program that shows what is typed once more, below the input."""

FIRST_PAINT = {1_000: 0.5, 10_000: 0.6, 100_000: 1.0}
"""Goals by entries: the first readable list over an empty program's first paint."""

FIRST_KEY = 1.2
"""The goal of a key that is typed at once, over the same."""

SEARCH_KEY = {10_000: 1.3, 100_000: 1.6}
"""Goals by entries: a key in the search after a pause, list and entry, over the empty program's key."""

DOWN_KEY = 1.0
"""The goal of `j` after a pause, list and entry, over the same."""

DOWN_BYTES = 900
"""The goal of `j` with the entry."""

MEMORY = 2.5
"""The goal of memory, over the file."""

LIST = slice(0, 35)
"""The columns that hold the search and the list, and the counts in the title. The entry stands right of them; it
follows when the cursor has rested on it for a moment.
"""

SECOND_ROW = 3
"""The line of the screen, from 0, that shows the second row of the list."""

BUSY = 0.7
"""The share of a processor that a program takes at least while it indexes; a key and its quiet alone take less."""


def report_keys(words: Sequence[str], counts: Sequence[int], seed: int, length: int, building: int) -> None:
    """Print the milliseconds from a key to the screen, for typed searches and for `j` in the list, once all bodies are
    indexed; and for `building` keys that are typed before, over the floor of the typed searches. Then one search, key
    by key.
    """
    print_head("from a key to the screen")
    for count in counts:
        with knowledge_base(words, count, seed, length) as made:
            with browser(made) as ours, floor(INPUT) as theirs:
                ours.started(made.first)
                theirs.started("painted")
                ours.idles()
                downs = _alternating(ours, theirs, [b"j"] * 20)
                ours.measure(b"/")
                runs = [_alternating(ours, theirs, keys) for keys in made.searches]
            typed, least = ([answer for run in runs for answer in run[side]] for side in (0, 1))
            early = _while_indexed(made, building)
            for what, answers, beside, goal in (
                ("a key in the search", typed, least, SEARCH_KEY.get(count)),
                ("a key, bodies not all indexed", early, least, None),
                ("j in the list", downs[0], downs[1], DOWN_KEY),
            ):
                if answers:
                    floors = [answer.seconds for answer in beside]
                    print_times(f"{what}: list", count, [answer.settled(LIST) for answer in answers], floors)
                    print_times(f"{what}: all", count, [answer.seconds for answer in answers], floors, goal)
    print(f"one search on {counts[-1]:,} entries, key by key: milliseconds to the list, to all; bytes, repaints")
    for key, answer in zip(made.searches[-1], runs[-1][0], strict=True):
        name = {BACKSPACE: "⌫", b" ": "␣"}.get(key, key.decode())
        times = f"{1000 * answer.settled(LIST):>8.1f}{1000 * answer.seconds:>8.1f}"
        print(f"  {name}{times}{answer.size:>8,}{len(answer.repaints):>4}", flush=True)


def report_bytes(words: Sequence[str], count: int, seed: int, length: int) -> None:
    """Print what goes over the line: bytes, and in how many repaints."""
    with knowledge_base(words, count, seed, length) as made, browser(made) as ours:
        ours.started(made.first)
        ours.idles()
        opened = ours.received
        downs = [ours.measure(b"j") for _ in range(20)]
        held = ours.measure(b"j" * 30)
        ours.measure(b"/")
        typed = [ours.measure(key) for keys in made.searches for key in keys]
        received = ours.received
        ours.listen(20.0)
        silent = ours.received - received
    print(f"bytes on the line, {count:,} entries: median, most; repaints, median")
    print(f"  {'to open':<36}{opened:>9,}")
    print(f"  the goal of a cursor down with the entry is {DOWN_BYTES}")
    for what, answers in (("cursor down", downs), ("30 cursor-downs at once", [held]), ("a key in the search", typed)):
        _print_bytes(f"{what}: list", [answer.until(answer.settled(LIST)) for answer in answers])
        _print_bytes(f"{what}: all", [answer.repaints for answer in answers])
    print(f"  {'20 seconds at rest':<36}{silent:>9,}")


def report_first_paint(words: Sequence[str], counts: Sequence[int], seed: int, rounds: int, length: int) -> None:
    """Print the milliseconds from the start of the process to the first readable list, and to the answer to a `j` that
    was typed at once: the cursor on the second row.
    """
    print_head("from the start to the screen")
    for count in counts:
        with knowledge_base(words, count, seed, length) as made:
            times: list[tuple[float, float, float]] = []
            for _ in range(rounds):
                first, answered = first_list(made), first_key(made)
                with floor(STATIC) as theirs:
                    times.append((first, answered, theirs.started("painted")))
        firsts, keys, floors = map(list, zip(*times, strict=True))
        print_times("first readable list", count, firsts, floors, FIRST_PAINT.get(count))
        print_times("first key answered, typed at once", count, keys, floors, FIRST_KEY)


def first_list(made: Made) -> float:
    """Return the seconds from the start of the browser to the first readable list."""
    with browser(made) as terminal:
        return terminal.started(made.first)


def first_key(made: Made) -> float:
    """Return the seconds from the start of the browser to the answer to a `j` that was typed at once."""
    with browser(made) as terminal:
        terminal.press(b"j")
        return terminal.begins(SECOND_ROW, "▌")


def report_memory(words: Sequence[str], count: int, seed: int, length: int) -> None:
    """Print what the whole browser takes above the empty program, once all bodies are indexed and after a search."""
    with knowledge_base(words, count, seed, length) as made:
        with floor(STATIC) as theirs:
            theirs.started("painted")
            theirs.idles()
            empty = theirs.memory[0]
        with browser(made) as ours:
            ours.started(made.first)
            ours.idles()
            indexed = ours.memory[0]
            for key in (b"/", *made.searches[0]):
                ours.measure(key)
            ours.idles()
            searched, most = ours.memory
        size = made.path.stat().st_size
    print(
        f"the browser's memory above an empty program's ({empty / 1e6:.0f} MB): {count:,} entries, {size / 1e6:.0f} MB"
    )
    for name, each in (("indexed", indexed), ("after a search", searched), ("at the most", most)):
        print(
            f"  {name:<16}{(each - empty) / 1e6:>6.0f} MB, {(each - empty) / size:.2f} times the file (goal {MEMORY})",
            flush=True,
        )


def _alternating(ours: Terminal, theirs: Terminal, keys: Sequence[bytes]) -> tuple[list[Answer], list[Answer]]:
    answers = [(ours.measure(key), theirs.measure(key)) for key in keys]
    return [one for one, _ in answers], [other for _, other in answers]


def _while_indexed(made: Made, count: int) -> list[Answer]:
    """Return what came of so many keys that were typed while bodies were indexed; where that ends, start again."""
    answers: list[Answer] = []
    letters = [key for keys in made.searches for key in keys if key != BACKSPACE]
    for _ in range(count):
        if len(answers) >= count:
            break
        with browser(made) as ours:
            ours.started(made.first)
            ours.measure(b"/")
            for key in letters:
                start, worked = perf_counter(), ours.processor
                answer = ours.measure(key, quiet=2 * QUIET)
                if ours.processor - worked < BUSY * (perf_counter() - start):
                    break
                answers.append(answer)
    return answers


def _print_bytes(what: str, repaints: Sequence[Sequence[Repaint]]) -> None:
    sizes = [sum(repaint.size for repaint in each) for each in repaints]
    print(f"  {what:<36}{median(sizes):>9,.0f}{max(sizes):>9,}{median(map(len, repaints)):>5.0f}", flush=True)
