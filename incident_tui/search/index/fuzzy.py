"""How like a term that was typed is to a word that stands in a text, and which characters of the word it
matched.

The scale: 1 for the word itself, then the beginning of it, a part inside it, its
consonants, a typo, and the beginning of it with a typo. Both the term and the word are folded (`words.fold`).
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA, LCSseq

from incident_tui.search.index.tokenize import is_unspaced, pairs

EXACT = 1.0
"""The likeness of a word to itself."""

BEGUN = 0.70
"""The likeness of an acronym to a word that begins so."""

BRIEF = 0.80
"""The likeness of a word to its first letter or two: so little tells no word from another, so all that begin
so are alike.
"""

_VOWELS = frozenset("aeiou")

Span = tuple[int, int]
"""A range of characters: the first one's place, and one past the last one's."""


def typos_allowed(term: str) -> int:
    """Return how many typos (OSA distance) a term may hold: none up to 2 letters, one from 3, two from 8."""
    size = len(term)
    return 0 if size < 3 else 1 if size < 8 else 2


def matches_inside(term: str) -> bool:
    """Whether the term is found inside words too: from 3 letters, or one of an unspaced script."""
    return len(term) > 2 or is_unspaced(term)


def holds(term: str, word: str) -> bool:
    """Whether the word holds the term as it was typed."""
    return word.startswith(term) or (matches_inside(term) and term in word)


def prefix_score(term: str, word: str, commonness: float) -> float:
    """Return the likeness of a word to a term that it begins with (or is).

    `commonness` is how common the word is where one searches, from 0 to 1: of words equally like an
    unfinished or misspelt term, the commoner was likelier meant.
    """
    if len(term) == len(word):
        return EXACT
    if len(term) < 3:
        return BRIEF
    return 0.80 + 0.06 * len(term) / len(word) + 0.09 * commonness


def substring_score(term: str, word: str, commonness: float) -> float:
    """Return the likeness of a word to a term that stands inside it; `commonness` as in `prefix_score`.

    A run of an unspaced script holds many words, each as good as its first; and `0x` only says what follows it.
    """
    if word.startswith(f"0x{term}"):
        return prefix_score(term, word[2:], commonness)
    if is_unspaced(term):
        return BRIEF
    return 0.60 + 0.05 * len(term) / len(word) + 0.05 * commonness


def fuzzy_score(term: str, word: str, commonness: float) -> float:
    """Return the likeness of a word that does not hold the term as it was typed (0: none); `commonness` as in
    `prefix_score`.
    """
    likeness = max(_mistyped(term, word), _shortened(term, word))
    return likeness + 0.02 * commonness if likeness else 0.0


def _mistyped(term: str, word: str) -> float:
    allowed = typos_allowed(term)
    if not allowed:
        return 0.0
    # A slip rarely hits the first letter.
    first = 0.0 if term[0] == word[0] else 0.03
    distance = _whole_distance(term, word, allowed)
    if distance <= allowed:
        return 0.60 - 0.06 * (distance - 1) - first
    distance, _ = _beginning_distance(term, word, allowed)
    if distance <= allowed:
        return 0.44 - 0.05 * (distance - 1) - first + 0.06 * min(1.0, len(term) / len(word))
    return 0.0


def _whole_distance(term: str, word: str, allowed: int) -> int:
    if abs(len(term) - len(word)) > allowed:
        return allowed + 1
    return OSA.distance(term, word, score_cutoff=allowed)


def _beginning_distance(term: str, word: str, allowed: int) -> tuple[int, int]:
    """Return the least distance between the term and a beginning of the word, and that beginning's size."""
    best = (allowed + 1, 0)
    size = len(term)
    if size < 4:  # with a typo in it, too little is left to tell one beginning from another
        return best
    for end in range(max(1, size - allowed), min(size + allowed, len(word) - 1) + 1):
        distance = OSA.distance(term, word[:end], score_cutoff=allowed)
        best = min(best, (distance, end))
    return best


def _shortened(term: str, word: str) -> float:
    """Return the likeness of a word to a term that leaves letters of it out: vowels, or others from 4 letters
    on.
    """
    size, length = len(term), len(word)
    if size >= length or size < 2:
        return 0.0
    if term[0] != word[0]:
        return 0.55 if word[0] in _VOWELS and consonants(word) == term else 0.0
    rest = _without_vowels(term, word)
    if rest is not None:
        return 0.65 if not rest else 0.55 + 0.05 * size / length if size > 2 else 0.0
    if size > 3 and length <= 3 * size and LCSseq.similarity(term, word, score_cutoff=size) == size:
        return 0.40 + 0.10 * size / length
    return 0.0


def consonants(word: str) -> str:
    """Return the word without its vowels."""
    return "".join(char for char in word if char not in _VOWELS)


def _without_vowels(term: str, word: str) -> str | None:
    """Return the consonants of the word that follow the term's last, if the term leaves out nothing but
    vowels before.
    """
    at = 0
    for position, char in enumerate(word):
        if at == len(term):
            return consonants(word[position:])
        if char == term[at]:
            at += 1
        elif char not in _VOWELS:
            return None
    return "" if at == len(term) else None


@lru_cache(maxsize=4096)
def spans_in_word(term: str, word: str) -> tuple[Span, ...]:
    """Return which characters of the word the term matched, ascending and apart; none if it is not like the
    term.
    """
    if is_unspaced(term) and term in word:
        return tuple(match.span() for match in re.finditer(re.escape(term), word))
    if word.startswith(term):
        return ((0, len(term)),)
    if matches_inside(term) and (at := word.find(term)) > 0:
        return ((at, at + len(term)),)
    mistyped, shortened = _mistyped(term, word), _shortened(term, word)
    if not mistyped and not shortened:
        return tuple(_runs(_in_pairs(term, word))) if is_unspaced(term) else ()
    if shortened > mistyped:
        return tuple(_letters(term, word))
    allowed = typos_allowed(term)
    if _whole_distance(term, word, allowed) <= allowed:
        return ((0, len(word)),)
    return ((0, _beginning_distance(term, word, allowed)[1]),)


def _in_pairs(term: str, run: str) -> list[int]:
    """Return the places of the run's characters in the pairs that it shares with the term; none where it has but one
    of them.
    """
    asked = set(pairs(term))
    shared = [at for at in range(len(run) - 1) if run[at : at + 2] in asked]
    return sorted({position for at in shared for position in (at, at + 1)}) if len(shared) > 1 else []


def _letters(term: str, word: str) -> list[Span]:
    """Return the runs of the word's letters that spell the term, each letter at its first place after the
    last.
    """
    places = []
    at = -1
    for char in term:
        at = word.index(char, at + 1)
        places.append(at)
    return _runs(places)


def _runs(places: Iterable[int]) -> list[Span]:
    """Return ascending places as ranges."""
    runs: list[Span] = []
    for at in places:
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs
