"""Memory that stays: what an edit or a reload replaces is let go, however long the browser is open."""

import os
import sys
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from time import monotonic

import pytest

from .conftest import entries
from .terminal import Terminal

SOAK = float(os.environ.get("INCIDENT_TUI_SOAK", "20"))
"""Seconds of each soak; 600 are the ten minutes of docs/performance.md."""

WARM_UP = max(30.0, 0.2 * SOAK)
"""Seconds before them, after which caches are full."""

GROWTH = 0.10
"""What a soak may add, as a part of what was resident after the warm-up."""

SOAKS = 4
"""Soaks until one adds nothing, at most: a busy machine takes longer to warm up. A leak adds each time."""

KEYS = [*map(bytes, zip(b"jk+uGgjpu")), b"/pool", b"\x1b", b"\x1b", b"?", b"\x1b", *[b"A"] * 3]
"""Keys, as they are pressed one after the other."""

ADDED = b"## M-2026-03-01T00:00:00Z INC-9999 written-by-another-program\n\n- tags: soak\n\n**Summary**\n\nA text.\n"


def toggled(path: Path) -> None:
    """Another program writes an entry at the end of the file, or takes it out again."""
    data = path.read_bytes()
    new = path.with_suffix(".new")
    new.write_bytes(data.removesuffix(ADDED) if data.endswith(ADDED) else data + ADDED)
    new.rename(path)


def soaked(terminal: Terminal, seconds: float, keys: Callable[[], bytes], path: Path) -> int:
    """Press a key every quarter of a second and write from outside every second. Returns the bytes resident then."""
    until = monotonic() + seconds
    while monotonic() < until:
        for _ in range(4):
            terminal.press(keys())
            terminal.listen(0.25)
        toggled(path)
        terminal.output = terminal.output[-100:]
    terminal.listen(3.0)
    terminal.idles()
    return terminal.memory[0]


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads what is resident from /proc")
@pytest.mark.parametrize("count", [300, 10_000])
def test_keys_and_outside_edits_leave_nothing_behind(path: Path, count: int) -> None:
    path.write_text(entries(count), encoding="utf-8")
    with Terminal(sys.executable, "-m", "incident_tui", str(path)) as terminal:
        terminal.sees("Root Cause")
        terminal.idles()
        start, keys = terminal.memory[0], cycle(KEYS)
        resident = [soaked(terminal, WARM_UP, keys.__next__, path)]
        most = GROWTH * resident[0]
        while len(resident) == 1 or (resident[-1] - resident[-2] >= most and len(resident) <= SOAKS):
            resident.append(soaked(terminal, SOAK, keys.__next__, path))
        after = " → ".join(f"{size >> 20}" for size in resident)
        print(f"{count} entries, {start >> 20} MB at the start; after the warm-up and each {SOAK:.0f} s: {after} MB")
        assert resident[-1] - resident[-2] < most
