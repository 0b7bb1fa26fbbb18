"""Entries that are like a text: another entry, or an alert.

Words are compared as they are. A word counts by its rarity (its inverse document frequency), by where it stands
in the entry, and by how often the text has it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from math import log, sqrt
from typing import NamedTuple

from incident_tui.format.caseless import caseless
from incident_tui.format.read.titles import KEY_SECTION
from incident_tui.search.entry_table import EntryFields
from incident_tui.search.index.bodies import distinct, sections, tokens
from incident_tui.search.index.body_map import BodyMap
from incident_tui.search.index.headings import Index
from incident_tui.search.index.postings import has_rank
from incident_tui.search.index.tokenize import is_unspaced
from incident_tui.search.terms import STOP_WORDS, is_year

_HEADING = 3.0
_TELLING = 1.6
_ELSEWHERE = 1.0

_RELATED = 0.05
"""An entry that has a smaller share of another's weight is not related to it, but written in the same language."""

_MOST_WORDS = 400
"""So many of a text's words are compared: the weightiest."""

_MOST_HOLDERS = 2_000
"""A word that more entries hold says little, and takes long."""

_NAMED = 8
"""So many of the words that matched are named."""

_BISECTION = 8
"""To look for a rank by bisection costs about as much as so many steps through the ranks."""

_LONGEST = 4 * 1024 * 1024
"""So many bytes of a text are read."""


class Scored(NamedTuple):
    """An entry near to a text, by rank. `score` is the share of the text's weight that it has, 0 to 1."""

    rank: int
    score: float
    words: tuple[str, ...]


class Match(NamedTuple):
    """An entry that a text is about: its row, how much of what is known of the text's words it holds (above 0,
    at most 1), and the words that matched, the weightiest first.
    """

    row: int
    score: float
    words: tuple[str, ...]


class _Term(NamedTuple):
    """A word of the text: what it counts, and who holds it."""

    word: str
    weight: float
    headings: Sequence[int]
    """Ranks."""
    telling: Sequence[int]
    elsewhere: Sequence[int]


def words_of_text(text: str | bytes) -> dict[str, float]:
    """Return the words of a text, each with what it counts: more the oftener it occurs, but not much more."""
    data = text if isinstance(text, bytes) else text[:_LONGEST].encode("utf-8", "surrogatepass")
    counts = Counter(tokens(data[:_LONGEST]))
    return {word: 1.0 + min(log(count), 2.0) / 2 for word, count in counts.items() if _is_significant(word)}


def entry_terms(facts: EntryFields, body: bytes) -> dict[str, float]:
    """Return the words of an entry, each with what it counts: more in heading and tags."""
    weights = dict.fromkeys(distinct(body), 1.0)
    for title, start, end in sections(body):
        if KEY_SECTION.search(title):
            weights |= dict.fromkeys(distinct(body[start:end]), _TELLING)
    weights |= dict.fromkeys(
        distinct(" ".join((facts.title, *facts.tags)).encode("utf-8", "surrogateescape")), _HEADING
    )
    return {word: weight for word, weight in weights.items() if _is_significant(word)}


def ranked(weights: Mapping[str, float], index: Index, bodies: BodyMap, limit: int | None) -> list[Scored]:
    """Return the entries that share the words asked for, the nearest first."""
    count = len(bodies.rank_of_row)
    most = min(max(12, count // 4), _MOST_HOLDERS)
    terms = [term for word, weight in weights.items() if (term := _term(word, weight, index, bodies, count, most))]
    terms.sort(key=lambda term: (-term.weight, term.word))
    del terms[_MOST_WORDS:]
    sums: defaultdict[int, float] = defaultdict(float)
    for term in terms:
        for share, ranks in _shares(term):
            counts = term.weight * share
            for rank in ranks:
                sums[rank] += counts
    lengths = bodies.lengths(sums)
    average = max(1.0, sum(lengths) / max(1, len(lengths)))
    scores = [
        (-score / sqrt(0.4 + 0.6 * length / average), rank)
        for (rank, score), length in zip(sums.items(), lengths, strict=True)
    ]
    best = sorted(scores) if limit is None else nsmallest(max(limit, 0), scores)
    whole = sum(term.weight for term in terms) * _HEADING
    words, in_headings = _shared_words([rank for _, rank in best], terms)
    return [
        Scored(rank, min(1.0, -score / whole), words[rank][:_NAMED])
        for score, rank in best
        if len(words[rank]) > 1 or rank in in_headings
    ]


def is_near(match: Match, best: Match, own: EntryFields, other: EntryFields) -> bool:
    """Whether an entry is near enough to be called related, the best being this near. A tag in common says that
    people thought so.
    """
    least = _RELATED if {*map(caseless, own.tags)}.isdisjoint(map(caseless, other.tags)) else _RELATED / 2
    return match.score >= max(least, 0.35 * best.score)


def _is_significant(word: str) -> bool:
    if word.isdigit():
        return 3 <= len(word) <= 9 and not is_year(word)
    return (len(word) > 2 or (len(word) > 1 and is_unspaced(word))) and word not in STOP_WORDS


def _term(word: str, weight: float, index: Index, bodies: BodyMap, count: int, most: int) -> _Term | None:
    headings = index.holding(word)
    postings = bodies.bodies.posting(word)
    if sum(map(len, postings)) - bodies.gone > most:
        return None  # too common, whichever of its holders are gone
    telling, elsewhere = map(bodies.ranks, postings)
    holders = max(len(headings), len(telling) + len(elsewhere))
    if not 0 < holders <= most:
        return None
    rarity = log((count + 1) / (holders + 0.5))
    if rarity <= 0.1:
        return None
    return _Term(word, weight * rarity, headings, telling, elsewhere)


def _shares(term: _Term) -> Iterable[tuple[float, Sequence[int]]]:
    """The holders of a word, each once, with what the place counts where it has it."""
    yield _HEADING, term.headings
    yield _TELLING, _without(term.telling, term.headings)
    yield _ELSEWHERE, _without(term.elsewhere, term.headings)


def _without(ranks: Sequence[int], others: Sequence[int]) -> Sequence[int]:
    """Return ascending ranks without those of another sequence."""
    common = {rank for rank in others if has_rank(ranks, rank)}
    return [rank for rank in ranks if rank not in common] if common else ranks


def _shared_words(best: Iterable[int], terms: Iterable[_Term]) -> tuple[dict[int, tuple[str, ...]], set[int]]:
    """Return the words that each rank shares, the weightiest first, and the ranks that share one in a heading."""
    shares: dict[int, dict[str, float]] = {rank: {} for rank in best}
    in_headings: set[int] = set()
    for term in terms:
        in_headings.update(term.headings)
        for share, ranks in _shares(term):
            few = len(shares) * _BISECTION < len(ranks)
            for rank in [rank for rank in shares if has_rank(ranks, rank)] if few else ranks:
                if rank in shares:
                    shares[rank].setdefault(term.word, term.weight * share)
    words = {rank: tuple(sorted(weights, key=lambda word: (-weights[word], word))) for rank, weights in shares.items()}
    return words, in_headings
