"""What a shell waits for: commands as whole processes, beside a Python that does nothing. All take turns."""

import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from time import perf_counter

from bench.programs import environment, knowledge_base
from bench.table import print_head, print_times

NOTHING = (sys.executable, "-c", "pass")
"""The floor of a process."""

COMMANDS = 4.0
"""The goal of `list` and `pin` over that."""

COMMAND = str(Path(sysconfig.get_path("scripts")) / "incident-tui")


def report_commands(words: Sequence[str], count: int, seed: int, rounds: int, length: int) -> None:
    """Print the milliseconds that `list` takes, and `pin` and `unpin` in turns, so that each of them writes."""
    with knowledge_base(words, count, seed, length) as made:
        which = ("-f", str(made.path), made.refs[count // 2])
        written = [(COMMAND, "unpin", *which), (COMMAND, "pin", *which)]
        _report(
            "a command, from its start to its end",
            {"list": [(COMMAND, "list", "-f", str(made.path))], "pin, unpin": written},
            count,
            rounds,
            environment(made.home),
            goal=COMMANDS,
        )


def report_completion(words: Sequence[str], count: int, seed: int, rounds: int, length: int) -> None:
    """Print the milliseconds that a shell waits for candidates."""
    with knowledge_base(words, count, seed, length) as made:
        file, ref = ("-f", str(made.path)), made.refs[count // 2]
        asked = {
            "complete show INC-1": ("show", *file, "INC-1"),
            "complete show, any ID": ("show", *file, ""),
            f"complete tag {ref} --add": ("tag", *file, ref, "--add", ""),
            f"complete tag {ref} --remove": ("tag", *file, ref, "--remove", ""),
            "complete list, any filter": ("list", *file, ""),
            "complete list tag:": ("list", *file, "tag:"),
            "complete list ref:": ("list", *file, "ref:"),
            "complete list date:2": ("list", *file, "date:2"),
        }
        rows = {name: [(COMMAND, "__complete", "zsh", *line)] for name, line in asked.items()}
        _report("completion, from its start to its end", rows, count, rounds, environment(made.home))


def _report(
    what: str,
    rows: Mapping[str, Sequence[Sequence[str]]],
    count: int,
    rounds: int,
    known: Mapping[str, str],
    goal: float | None = None,
) -> None:
    """Print a row for each name; where it has several commands, they take turns."""
    print_head(what, ours="command", floor="python -c pass")
    turns = {name: cycle(commands) for name, commands in rows.items()}
    for commands in rows.values():
        for command in commands:
            _seconds(command, known)  # what is imported is compiled by then
    times: dict[str, list[float]] = {name: [] for name in rows}
    least = []
    for _ in range(rounds):
        least.append(_seconds(NOTHING, known))
        for name, turn in turns.items():
            times[name].append(_seconds(next(turn), known))
    for name, each in times.items():
        print_times(name, count, each, least, goal)


def _seconds(command: Sequence[str], known: Mapping[str, str]) -> float:
    start = perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=known, check=True)
    return perf_counter() - start
