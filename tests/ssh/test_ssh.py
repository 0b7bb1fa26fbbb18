"""On a host far away: over a slow line, and over one that drops in the middle of a change."""

import random
import shutil
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from .conftest import Host, Line

pytestmark = pytest.mark.slow

SPEED = 960.0
"""Bytes a second: what 9,600 baud carry."""

PROMISES = (
    (b"j", "▌◆ INC-2168", "INC-2168  redis-split", 1.5),
    (b"k", "▌◆ who-blocks-whom", "Who holds the lock", 1.5),
    (b"/p", "▌  INC-2187", "INC-2187  orders-api", 5.0),
    (b"o", "› po ", "› po ", 5.0),
    (b"o", "› poo ", "› poo ", 5.0),
    (b"l", "› pool ", "For 26 minutes", 5.0),
)
"""Keys, what the list shows then at first, what is seen last, and the seconds that the line may be busy with them."""

GENEROUS = 4.0
"""So many times as long it may take where the machine has other things to do."""


def test_at_9600_baud_it_can_be_browsed(host: Host, knowledge_base: Path) -> None:
    with Line(host.port) as line, host.open(line, knowledge_base) as terminal:
        terminal.sees("Who holds the lock")
        terminal.rests(1.0)
        line.speed = SPEED
        for keys, first, last, seconds in PROMISES:
            carried, start = line.carried, monotonic()
            terminal.press(keys)
            terminal.sees(first)
            terminal.sees(last)
            passed = monotonic() - start
            terminal.rests(2.5)  # a repaint comes as a whole, after as long as the line needs for it
            print(keys, line.carried - carried, round(passed, 2))
            assert line.carried - carried < seconds * SPEED, keys
            assert passed < seconds * GENEROUS, keys
        line.cut()
        terminal.ends()
    assert_gone(knowledge_base)


@pytest.mark.parametrize(
    ("key", "command", "said"), [(b"p", "pin", "pinned INC-2187"), (b"a", "archive", "archived INC-2187")]
)
def test_a_line_that_drops_in_the_middle_of_a_change_leaves_the_file_right_and_no_process(
    host: Host, knowledge_base: Path, tmp_path: Path, key: bytes, command: str, said: str
) -> None:
    before = contents(knowledge_base)
    changed = shutil.copytree(knowledge_base.parent, tmp_path / "changed") / knowledge_base.name
    subprocess.run([sys.executable, "-m", "incident_tui", command, "INC-2187", "-f", changed], check=True)
    after = contents(changed)
    assert after != before
    draw = random.Random(9_600)
    outcomes = []
    for number in range(12):
        path = shutil.copytree(knowledge_base.parent, tmp_path / f"{number}") / knowledge_base.name
        with Line(host.port) as line, host.open(line, path) as terminal:
            terminal.sees("Who holds the lock")
            terminal.press(b"jjjj")
            terminal.sees("For 26 minutes")
            line.speed = 3_000.0  # so that some are cut before the key comes to the host, too
            terminal.press(key)
            if number:
                sleep(draw.uniform(0, 0.04))
            else:
                terminal.sees(said)
            line.cut()
            terminal.ends()
        assert_gone(path)
        outcomes.append(contents(path))
        assert outcomes[-1] in (before, after), f"after round {number}"
    print(outcomes.count(before), outcomes.count(after))
    assert outcomes[0] == after
    assert before in outcomes


def contents(path: Path) -> dict[str, bytes]:
    """All files in the folder of a live file."""
    return {str(each.relative_to(path.parent)): each.read_bytes() for each in path.parent.rglob("*") if each.is_file()}


def assert_gone(path: Path) -> None:
    """Wait until no process has a file as its argument."""
    limit = monotonic() + 10.0
    while left := [each for each in Path("/proc").glob("[0-9]*/cmdline") if str(path).encode() in read(each)]:
        assert monotonic() < limit, [read(each) for each in left]
        sleep(0.05)


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # the process has just ended
        return b""
