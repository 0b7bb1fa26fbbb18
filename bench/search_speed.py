"""How long a key takes, how soon titles are searchable, and how much memory the search needs."""

import multiprocessing
import re
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bench.data import bodies, document, records
from bench.search_quality import KINDS, queries, subjects
from incident_tui.search.engine import Search
from incident_tui.search.query import parse

TODAY = date(2026, 1, 1)


def knowledge_base(words: Sequence[str], count: int, seed: int, length: int, emoji: bool = False) -> bytes:
    """Return a file of so many entries, with bodies of about so many words."""
    return document(records(words, count, seed), bodies(words, count, seed, length), emoji)


def report_keys(
    words: Sequence[str], counts: Sequence[int], seed: int, rounds: int, per_kind: int, length: int
) -> None:
    """Print the milliseconds of a key, as queries of every kind are typed, bodies indexed. Each key is typed in
    every round; of its times the least and the median are given, over all keys.
    """
    print(f"a key, milliseconds; bodies indexed, {rounds} rounds")
    print(f"  {'entries':>9}{'keys':>7}{'least: median':>15}{'95th':>8}{'most':>8}{'medians: median':>17}{'95th':>8}")
    for count in counts:
        made = records(words, count, seed)
        search = Search(subjects(document(made, bodies(words, count, seed, length))))
        search.finish()
        asked = [query for kind in KINDS for query, _ in queries(made, kind, per_kind, seed)]
        typed = [query[:end] for query in asked for end in range(1, len(query) + 1)]
        times: list[list[float]] = [[] for _ in typed]
        for _ in range(rounds):
            for key, text in enumerate(typed):
                start = perf_counter()
                search.find(parse(text, TODAY))
                times[key].append(1000 * (perf_counter() - start))
        least, middle = [min(each) for each in times], [median(each) for each in times]
        cells = (median(least), quantiles(least, n=20)[-1], max(least), median(middle), quantiles(middle, n=20)[-1])
        print(
            f"  {count:>9,}{len(typed):>7}{cells[0]:>15.2f}{cells[1]:>8.2f}{cells[2]:>8.2f}"
            f"{cells[3]:>17.2f}{cells[4]:>8.2f}",
            flush=True,
        )


def report_start(words: Sequence[str], count: int, seed: int, rounds: int, length: int) -> None:
    """Print how long it takes until titles are searchable, and the floor: read the file, match its headings with
    one regex. The two alternate.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.md"
        path.write_bytes(knowledge_base(words, count, seed, length))
        heading = re.compile(rb"^## M-[^\n]*", re.MULTILINE)

        def floor() -> object:
            return heading.findall(path.read_bytes())

        def ours() -> object:
            return Search(subjects(path.read_bytes())).find(parse("redis", TODAY))

        times: dict[str, list[float]] = {"floor": [], "ours": []}
        for _ in range(rounds):
            for name, act in (("floor", floor), ("ours", ours)):
                times[name].append(_milliseconds(act))
        size = path.stat().st_size / 1e6
    print(f"titles searchable: {count:,} entries, {size:.0f} MB, {rounds} rounds, milliseconds least / median")
    for name, each in times.items():
        print(f"  {name:<8}{min(each):>8.1f} /{median(each):>8.1f}")
    ratios = [measure(times["ours"]) / measure(times["floor"]) for measure in (min, median)]
    print(f"  ratio   {ratios[0]:>8.2f} /{ratios[1]:>8.2f}")


def report_bodies(words: Sequence[str], count: int, seed: int, length: int) -> None:
    """Print how long it takes until all bodies are indexed, in steps of 8 ms, and how long the longest was."""
    data = knowledge_base(words, count, seed, length)
    search = Search(subjects(data))
    steps = []
    more = True
    while more:
        start = perf_counter()
        more = search.step(8)
        steps.append(1000 * (perf_counter() - start))
    mega = len(data) / 1e6
    longest = f"the longest {max(steps):.1f} ms"
    print(f"bodies indexed: {mega:.0f} MB in {sum(steps):,.0f} ms, {len(steps)} steps of 8 ms, {longest}")


def report_memory(words: Sequence[str], count: int, seed: int, length: int) -> None:
    """Print what the file, its scan and its whole index take above the imports, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.md"
        path.write_bytes(knowledge_base(words, count, seed, length, emoji=True))
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:
            taken, peak = pool.apply(_memory, (str(path),))
        size = path.stat().st_size
    print(f"memory above the imports: {count:,} entries, {size / 1e6:.0f} MB, one with an emoji")
    for name, each in (("at rest", taken), ("at the most", peak)):
        print(f"  {name:<12}{each / 1e6:>6.0f} MB, {each / size:.2f} times the file")


def _memory(path: str) -> tuple[int, int]:
    Search(subjects(b"## M-2025-01-01T00:00:00Z a\n\nb\n")).finish()
    before = _resident("VmRSS")
    search = Search(subjects(Path(path).read_bytes()))
    search.finish()
    search.find(parse("redis", TODAY))
    return _resident("VmRSS") - before, _resident("VmHWM") - before


def _resident(line_name: str) -> int:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{line_name}:"):
            return 1024 * int(line.split()[1])
    return 0


def _milliseconds(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return 1000 * (perf_counter() - start)
