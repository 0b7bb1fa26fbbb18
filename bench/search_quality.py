"""How well the search finds a known incident, beside fzf and RapidFuzz on the same lines.

A query is two words of at least 4 letters in random order, one of them spoiled: two of one record's title and
tags, or one of these and one that only its body has. It succeeds if the first hit (one of the first ten)
really holds both words.

Not every prefix can succeed: `node` is a word, and the beginning of `nodes`. `prefix` leaves 3 letters or more.
"""

import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from string import ascii_lowercase
from typing import NamedTuple

from rapidfuzz import fuzz, process

from bench.data import bodies, document, records
from incident_tui.format.model.document import Document
from incident_tui.format.model.located import LocatedEntry, located_entries
from incident_tui.search import engine
from incident_tui.search.index.headings import SearchRecord
from incident_tui.search.query import parse

Query = tuple[str, frozenset[str]]
Search = Callable[[str], Iterable[int]]


def contents(record: SearchRecord) -> frozenset[str]:
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


def queries(
    made: Sequence[SearchRecord], kind: Callable[[str, random.Random], str], count: int, seed: int
) -> list[Query]:
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


def by_index(made: Sequence[SearchRecord], texts: Sequence[str] = ()) -> Search:
    """Ask the project's own search: of headings and tags only, or with bodies."""
    search = engine.Search(subjects(document(made, texts or [""] * len(made))))
    search.finish()
    return lambda query: search.find(parse(query, date(2026, 1, 1))).rows


def lines(made: Sequence[SearchRecord], texts: Sequence[str] = ()) -> list[str]:
    """Return what the peers search: an entry a line, lower case."""
    heads = [f"{record.ref} {record.title} {' '.join(record.tags)}".lower() for record in made]
    return (
        [f"{head} {' '.join(text.lower().split())}" for head, text in zip(heads, texts, strict=True)]
        if texts
        else heads
    )


def by_wratio(held: Sequence[str]) -> Search:
    """Ask RapidFuzz: the ten likest lines."""
    return lambda query: (row for _, _, row in process.extract(query, held, scorer=fuzz.WRatio, limit=10))


def by_fzf(held: Sequence[str]) -> Search:
    """Ask fzf, without a terminal: it prints what matches, best first."""
    given = "\n".join(f"{row}\t{line}" for row, line in enumerate(held)).encode()

    def search(query: str) -> Iterable[int]:
        command = ["fzf", "--delimiter=\t", "--nth=2..", "--filter", query]
        found = subprocess.run(command, input=given, capture_output=True, check=False).stdout
        return [int(line.partition(b"\t")[0]) for line in found.splitlines()[:10]]

    return search


def subjects(data: bytes) -> list[LocatedEntry]:
    return located_entries(Document.parse(data))


def measure(
    words: Sequence[str], scale: "Scale", with_bodies: bool
) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """Return for each peer and kind what succeeded, a seed at a time."""
    totals: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for seed in scale.seeds:
        made = records(words, scale.entries, seed)
        texts = bodies(words, scale.entries, seed, scale.length) if with_bodies else []
        held = [contents(record) for record in made]
        full = (
            [one | frozenset(re.findall(r"[a-z0-9]+", text.lower())) for one, text in zip(held, texts, strict=True)]
            if texts
            else held
        )
        searches: dict[str, Search] = {"index": by_index(made, texts)}
        if shutil.which("fzf"):
            searches["fzf"] = by_fzf(lines(made, texts))
        searches["WRatio"] = by_wratio(lines(made, texts))
        for kind in KINDS:
            asked = (
                mixed(held, full, kind, scale.queries, seed)
                if with_bodies
                else queries(made, kind, scale.queries, seed)
            )
            for name, search in searches.items():
                totals.setdefault((name, kind.__name__), []).append(success(search, asked, full))
    return totals


def mixed(
    held: Sequence[frozenset[str]],
    full: Sequence[frozenset[str]],
    kind: Callable[[str, random.Random], str],
    count: int,
    seed: int,
) -> list[Query]:
    """Return queries of a title (or tag) word and a word that only the body has; each is spoiled half of the time."""
    dice = random.Random(f"mixed {seed} {kind.__name__}")
    asked: list[Query] = []
    while len(asked) < count:
        row = dice.randrange(len(held))
        title = sorted(word for word in held[row] if is_askable(word))
        body = sorted(word for word in full[row] - held[row] if is_askable(word))
        if title and body:
            pair = [dice.choice(title), dice.choice(body)]
            dice.shuffle(pair)
            typed = [kind(pair[0], dice), pair[1]]
            dice.shuffle(typed)
            asked.append((" ".join(typed), frozenset(pair)))
    return asked


class Scale(NamedTuple):
    """How much is measured."""

    entries: int
    queries: int
    seeds: Sequence[int]
    length: int = 200


def report(title: str, words: Sequence[str], scale: Scale, with_bodies: bool) -> None:
    """Print the table of a kind of query a line."""
    print(
        f"{title}: success@1 / @10 in per cent; {scale.entries:,} entries, "
        f"{scale.queries} queries a kind, seeds {list(scale.seeds)}"
    )
    totals = measure(words, scale, with_bodies)
    names = list(dict.fromkeys(name for name, _ in totals))
    print(f"  {'kind':<21}" + "".join(f"{name:>18}" for name in names))
    for label, kinds in [*((kind.__name__, (kind,)) for kind in KINDS), ("all typos", TYPOS)]:
        cells = []
        for name in names:
            parts = [part for kind in kinds for part in totals[name, kind.__name__]]
            ones, tens = zip(*parts, strict=True)
            cells.append(f"{sum(ones) / len(ones):>10.1f} /{sum(tens) / len(tens):>6.1f}")
        print(f"  {label:<21}" + "".join(cells), flush=True)
