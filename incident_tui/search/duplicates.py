"""Live entries that may be there twice: of one key, superseded by another one, or with nearly the same words."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import log
from typing import Generic, Literal, NamedTuple, TypeVar

from incident_tui.format.model.entry import STALE_DAYS
from incident_tui.format.model.located import LocatedEntry
from incident_tui.search.entry_table import EntryTable
from incident_tui.search.similar import entry_terms

Reason = Literal["same key", "superseded", "much alike"]

NEAR = 0.6
"""From this similarity on two entries are near-duplicates."""

FEWEST_WORDS = 8
"""An entry of fewer words says too little to be compared."""

Located = TypeVar("Located", bound=LocatedEntry)


class DuplicatePair(NamedTuple, Generic[Located]):
    """Two live entries of which one may be enough: the one in force, superseding or newer first."""

    first: Located
    second: Located
    reason: Reason


def near_pairs(entries: Sequence[Located], near: float = NEAR) -> list[tuple[float, int, int]]:
    """Return the near-duplicates among entries, the most alike first: similarity, and the numbers of both.

    The similarity of two entries is the weight of the words that both have, of the weight of all words of the two: 1
    where they have the same words. A word weighs by its rarity and by where it stands.
    """
    table = EntryTable(entries, STALE_DAYS)
    terms = [entry_terms(table[number], table.body(number)) for number in range(len(entries))]
    holders = Counter(word for words in terms for word in words)
    # The other entry of a pair doesn't make a word a common one.
    rarity = {word: log((len(entries) + 1) / (max(1, count - 1) + 0.5)) for word, count in holders.items()}
    weights = [{word: weight * rarity[word] for word, weight in words.items()} for words in terms]
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    pairs = []
    for number, own in enumerate(weights):
        if len(own) < FEWEST_WORDS:
            continue
        words = _telling_words(own, rarity, near)
        for other in {other for word in words for other in by_word[word]}:
            similarity = _similarity(own, weights[other])
            if similarity >= near:
                pairs.append((similarity, other, number))
        for word in words:
            by_word[word].append(number)
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1:]))


def _telling_words(weights: Mapping[str, float], rarity: Mapping[str, float], near: float) -> list[str]:
    """Return an entry's rarest words, of which each of its near-duplicates has at least one: without them too little
    is left to be shared.
    """
    ordered = sorted(weights, key=lambda word: (-rarity[word], word))
    remaining = sum(weights.values())
    least = near * remaining
    telling = []
    for word in ordered:
        if remaining < least:
            break
        telling.append(word)
        remaining -= weights[word]
    return telling


def _similarity(own: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(min(weight, other[word]) for word, weight in own.items() if word in other)
    return shared / (sum(own.values()) + sum(other.values()) - shared)
