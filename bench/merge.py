"""A merge as git waits for it: the driver as a whole process, beside git's own merge of the same three files."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

from bench.process import COMMAND
from bench.programs import environment, knowledge_base
from bench.table import print_head, print_times

_USED = re.compile(rb"^- used: (\d+)", re.MULTILINE)
_EVERY = 50


def report(words: Sequence[str], count: int, seed: int, rounds: int, length: int) -> None:
    """Print the milliseconds that a merge takes in which each side has counted every fiftieth entry, never the same."""
    with knowledge_base(words, count, seed, length) as made:
        base, ours, theirs, current = (made.path.parent / name for name in ("base", "ours", "theirs", "current"))
        data = made.path.read_bytes()
        base.write_bytes(data)
        ours.write_bytes(_counted(data, 0))
        theirs.write_bytes(_counted(data, _EVERY // 2))
        known = environment(made.home)
        driver = (COMMAND, "merge-driver", str(base), str(current), str(theirs), "incidents.md")
        floor = ("git", "merge-file", "-q", str(current), str(base), str(theirs))
        times: dict[tuple[str, ...], list[float]] = {driver: [], floor: []}
        for _ in range(rounds):
            for command, each in times.items():
                each.append(_seconds(command, ours, current, known))
        print_head("a merge, from its start to its end", ours="merge-driver", floor="git merge-file")
        print_times("merge, each side counts 1 in 50", count, times[driver], times[floor])


def _counted(data: bytes, first: int) -> bytes:
    """The file with every fiftieth counter, from this one on, up by one."""
    number = -1

    def up(found: re.Match[bytes]) -> bytes:
        nonlocal number
        number += 1
        return b"- used: %d" % (int(found[1]) + 1) if number % _EVERY == first else found[0]

    return _USED.sub(up, data)


def _seconds(command: Sequence[str], ours: Path, current: Path, known: Mapping[str, str]) -> float:
    current.write_bytes(ours.read_bytes())
    start = perf_counter()
    subprocess.run(command, env=known, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start
