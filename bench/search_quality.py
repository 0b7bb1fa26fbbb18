"""How well the search finds a known incident, and how long a key takes.

`python -m bench.search_quality [--corpus FILE…]`. The records are made of real words: those of the Markdown
files given (by default those in sample_data), drawn by Zipf's law in the order of their frequency. A query is two
words of at least 4 letters from one record's title and tags, in random order, one of them spoiled. It succeeds if
the first hit (one of the first ten) really holds both words.

Not every prefix can succeed: `node` is a word, and the beginning of `nodes`. `prefix` leaves 3 letters or more.
"""

import argparse
import random
import re
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles
from string import ascii_lowercase
from time import perf_counter

from rapidfuzz import fuzz, process

from incident_tui.search.index import Index, Record

SAMPLES = Path(__file__).parent.parent / "sample_data"
FAMILIES = ("INC", "INC", "INC", "OPS", "PM2025")
Query = tuple[str, frozenset[str]]
Search = Callable[[str], Iterable[int]]


def vocabulary(paths: Iterable[Path]) -> list[str]:
    """Return the words of the files with letters only and two of them at least, the most frequent first."""
    counts: Counter[str] = Counter()
    for path in paths:
        counts.update(re.findall(r"\b[a-z]{2,20}\b", path.read_text("utf-8", "replace").lower()))
    return [word for word, _ in counts.most_common()]


def records(words: Sequence[str], count: int, seed: int) -> list[Record]:
    """Return `count` records: a ref, a slug or a title of 2 to 6 words, none to 3 tags."""
    dice = random.Random(seed)
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(words))))

    def draw(least: int, most: int) -> list[str]:
        return [words[bisect(weights, dice.random() * weights[-1])] for _ in range(dice.randint(least, most))]

    made = []
    for number in range(count):
        title = dice.choice("- ").join(draw(2, 6))
        day = f"20{dice.randint(18, 25)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        stamp = f"{day}T{number % 24:02}:{number % 60:02}:00Z"
        ref = f"{dice.choice(FAMILIES)}-{1000 + number}"
        made.append(Record(ref, title, tuple(dict.fromkeys(draw(0, 3))), stamp, dice.random() < 0.01))
    return made


def contents(record: Record) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", f"{record.title} {' '.join(record.tags)}".lower()))


def clean(word: str, dice: random.Random) -> str:
    del dice
    return word


def insertion(word: str, dice: random.Random) -> str:
    at = dice.randint(0, len(word))
    return word[:at] + dice.choice(ascii_lowercase) + word[at:]


def deletion(word: str, dice: random.Random) -> str:
    at = dice.randrange(len(word))
    return word[:at] + word[at + 1 :]


def substitution(word: str, dice: random.Random) -> str:
    at = dice.randrange(len(word))
    return word[:at] + dice.choice(ascii_lowercase.replace(word[at], "")) + word[at + 1 :]


def transposition(word: str, dice: random.Random) -> str:
    places = [at for at in range(len(word) - 1) if word[at] != word[at + 1]]
    at = dice.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def prefix(word: str, dice: random.Random) -> str:
    return word[: dice.randint(3, len(word) - 1)]


def last_letter_missing(word: str, dice: random.Random) -> str:
    del dice
    return word[:-1]


def vowels_dropped(word: str, dice: random.Random) -> str:
    del dice
    return word[0] + re.sub("[aeiou]", "", word[1:])


KINDS = (clean, prefix, last_letter_missing, insertion, deletion, substitution, transposition, vowels_dropped)
TYPOS = (insertion, deletion, substitution, transposition)


def is_askable(word: str) -> bool:
    return len(word) > 3 and word.isalpha() and len(set(word)) > 1


def queries(made: Sequence[Record], kind: Callable[[str, random.Random], str], count: int, seed: int) -> list[Query]:
    """Return `count` queries of a kind, each with the two words (of letters) that a hit must hold."""
    dice = random.Random(f"{seed} {kind.__name__}")
    asked: list[Query] = []
    while len(asked) < count:
        meant = sorted(word for word in contents(dice.choice(made)) if is_askable(word))
        if len(meant) > 1:
            pair = dice.sample(meant, 2)
            typed = [kind(pair[0], dice), pair[1]]
            dice.shuffle(typed)
            asked.append((" ".join(typed), frozenset(pair)))
    return asked


def success(search: Search, asked: Sequence[Query], held: Sequence[frozenset[str]]) -> tuple[float, float]:
    """Return the per cent of queries with a hit first, and with one among the first ten."""
    first = ten = 0
    for query, meant in asked:
        good = [meant <= held[row] for row, _ in zip(search(query), range(10), strict=False)]
        first += good[:1] == [True]
        ten += any(good)
    return 100 * first / len(asked), 100 * ten / len(asked)


def key_times(index: Index, asked: Iterable[Query], rounds: int) -> list[float]:
    """Return the milliseconds of each key as the queries are typed: of several rounds each key's least."""
    typed = [query[:end] for query, _ in asked for end in range(1, len(query) + 1)]
    least = [float("inf")] * len(typed)
    for _ in range(rounds):
        for key, query in enumerate(typed):
            start = perf_counter()
            index.search(query)
            least[key] = min(least[key], perf_counter() - start)
    return [1000 * seconds for seconds in least]


def by_index(made: Sequence[Record]) -> Search:
    index = Index(made)
    return lambda query: (hit.row for hit in index.search(query))


def by_wratio(made: Sequence[Record]) -> Search:
    lines = [f"{record.ref} {record.title} {' '.join(record.tags)}".lower() for record in made]
    return lambda query: (row for _, _, row in process.extract(query, lines, scorer=fuzz.WRatio, limit=10))


def report_quality(words: Sequence[str], count: int, per_kind: int, seeds: Sequence[int], peer: bool) -> None:
    print(f"success@1 / @10 in per cent: {count:,} records, {per_kind} queries a kind, seeds {list(seeds)}")
    totals: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for seed in seeds:
        made = records(words, count, seed)
        held = [contents(record) for record in made]
        searches = {"index": by_index(made)}
        if peer:
            searches["WRatio"] = by_wratio(made)
        for kind in KINDS:
            asked = queries(made, kind, per_kind, seed)
            for name, search in searches.items():
                totals.setdefault((name, kind.__name__), []).append(success(search, asked, held))
    names = list(dict.fromkeys(name for name, _ in totals))
    print(f"{'kind':<21}" + "".join(f"{name:>18}" for name in names))
    rows = [(kind.__name__, (kind,)) for kind in KINDS] + [("all typos", TYPOS)]
    for label, kinds in rows:
        cells = []
        for name in names:
            parts = [part for kind in kinds for part in totals[name, kind.__name__]]
            ones, tens = zip(*parts, strict=True)
            cells.append(f"{sum(ones) / len(ones):>10.1f} /{sum(tens) / len(tens):>6.1f}")
        print(f"{label:<21}" + "".join(cells))


def report_times(words: Sequence[str], counts: Iterable[int], seed: int, rounds: int) -> None:
    print("milliseconds: the build (least of 5), and a key (least of each)")
    print(f"{'records':>10}{'build':>10}{'median':>10}{'95th':>10}{'most':>10}{'keys':>10}")
    for count in counts:
        made = records(words, count, seed)
        builds = []
        for _ in range(5):
            start = perf_counter()
            index = Index(made)
            builds.append(1000 * (perf_counter() - start))
        asked = [query for kind in KINDS for query in queries(made, kind, 10, seed)]
        times = key_times(index, asked, rounds)
        late = quantiles(times, n=20)[-1]
        print(f"{count:>10,}{min(builds):>10.1f}{median(times):>10.2f}{late:>10.2f}{max(times):>10.2f}{len(times):>10}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", nargs="+", type=Path, help="Markdown files that the words are taken from")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=200, help="queries a kind")
    parser.add_argument("--seeds", nargs="+", type=int, default=[101, 102, 103])
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the timings; 0 leaves them out")
    parser.add_argument("--no-peer", action="store_true", help="without RapidFuzz's WRatio")
    args = parser.parse_args()
    words = vocabulary(args.corpus or sorted(SAMPLES.glob("*.md")))
    if len(words) < 2:
        parser.error(f"no words: {SAMPLES} holds no Markdown; name files with --corpus")
    report_quality(words, args.records, args.queries, args.seeds, not args.no_peer)
    if args.rounds:
        report_times(words, (args.records, 10 * args.records), args.seeds[0], args.rounds)


if __name__ == "__main__":
    main()
