"""How soon a pin is in the file, beside reading the same bytes and writing them as safely. The two alternate."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter
from unittest.mock import patch

from bench.programs import Made, browser, environment, knowledge_base
from bench.table import print_head, print_times
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Pin
from incident_tui.format.model.document import Document
from incident_tui.format.model.located import Target
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.knowledge_base import KnowledgeBase
from tests.pty.terminal import QUIET, Terminal

LIMIT = 10.0
"""Seconds to wait for a file to be written."""


def report(words: Sequence[str], count: int, seed: int, rounds: int, length: int) -> None:
    """Print the milliseconds to the changed file: in this process, of a file as it was read last and of one that
    another program has changed since (whose entries are found anew, and so it may take a scan more); and in the
    browser, from the key.
    """
    with knowledge_base(words, count, seed, length) as made:
        print_head("a pin, until it is in the file", ours="pin", floor="read, write")
        with _equal(made) as write_equal:
            _report_edits(made, rounds, write_equal)
            _report_keys(made, rounds, write_equal)


def _report_edits(made: Made, rounds: int, write_equal: Callable[[], None]) -> None:
    count = len(made.refs)
    with patch.dict(os.environ, environment(made.home), clear=True):
        base = KnowledgeBase(made.path)
        pins = cycle((True, False))

        def pin() -> None:
            """What a key does, with the entry as it is on the screen."""
            base.edit([Edit(target, Pin(next(pins)))])

        def target_now() -> Target:
            entry = base.snapshot().live.entries[count // 2]
            return Target("live", entry.identity, entry.raw)

        target = target_now()
        base.edit([Edit(target, Pin(False))])
        known: list[tuple[float, float]] = []
        for _ in range(rounds):
            target = target_now()
            known.append((_seconds(pin), _seconds(write_equal)))
        changed: list[tuple[float, float, float]] = []
        for _ in range(rounds):
            target = target_now()
            _change(made.path)
            data = made.path.read_bytes()
            changed.append((_seconds(pin), _seconds(write_equal), _seconds(partial(Document.parse, data))))
    pinned, floors = zip(*known, strict=True)
    print_times("in the process, as it was read", count, pinned, floors)
    pinned, floors, scans = zip(*changed, strict=True)
    print_times("in the process, changed by others", count, pinned, floors)
    print_times("a scan alone", count, scans, floors)
    print(f"  so the pin of a changed file may take {2 + median(scans) / median(floors):.2f} times the floor")


def _report_keys(made: Made, rounds: int, write_equal: Callable[[], None]) -> None:
    with browser(made) as ours:
        ours.started(made.first)
        ours.idles()
        times = [(until_written(ours, made.path), _seconds(write_equal)) for _ in range(rounds)]
    pinned, floors = zip(*times, strict=True)
    print_times("in the browser, from the key", len(made.refs), pinned, floors)


def until_written(terminal: Terminal, path: Path) -> float:
    """Press `p`. Returns the seconds until the file is another one; then the screen has followed."""
    seen = atomic_file.signature(path)
    start = perf_counter()
    terminal.press(b"p")
    while atomic_file.signature(path) == seen:
        assert perf_counter() - start < LIMIT, f"nothing is written; the screen shows:\n{terminal.text}"
    seconds = perf_counter() - start
    terminal.rests(2 * QUIET)
    return seconds


@contextmanager
def _equal(made: Made) -> Iterator[Callable[[], None]]:
    """Hold a file of the same bytes beside the knowledge base. Yields what reads it and puts its bytes in its place."""
    path = made.path.with_name("equal.md")
    path.write_bytes(made.path.read_bytes())

    def write() -> None:
        stored = atomic_file.read(path)
        assert stored is not None
        atomic_file.replace(path, stored.data, stored.signature)

    yield write
    path.unlink()


def _change(path: Path) -> None:
    """Do what another program does: one letter of the last entry is another one, and no byte more."""
    data = bytearray(path.read_bytes())
    at = data.rindex(b"\n- [")
    data[at + 3 : at + 4] = b" " if data[at + 3 : at + 4] == b"x" else b"x"
    path.write_bytes(data)


def _seconds(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start
