"""The vocabulary: every word that occurs, once, with its posting list, and the ways to the words that are
like a term.

A search compares the term with the few words that can be like it, never with the entries. Three facts make
them few: words that begin alike stand together in sorted order; all words joined are one string that
`str.find` runs through in microseconds; and a term with k typos, cut into k + 1 pieces, has one piece without
any.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import accumulate, pairwise

from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from incident_tui.search.index.fuzzy import (
    consonants,
    fuzzy_score,
    matches_inside,
    prefix_score,
    substring_score,
    typos_allowed,
)
from incident_tui.search.index.tokenize import is_unspaced, pairs

Level = tuple[float, Sequence[int]]
"""Entries that a word like the term brings, and how like it is."""

_AFTER_ALL = "\U0010ffff"


class Vocabulary:
    """Words in sorted order, each with its posting list (the numbers of the entries that hold it, ascending).

    `names` are words that nearly every entry holds (the INC of its ref): being like one by a typo or by a
    letter or two says nothing, so they match only themselves and terms of at least 3 letters that they hold
    as typed.
    """

    def __init__(self, postings: Mapping[str, Sequence[int]], names: Set[str] = frozenset()) -> None:
        self.words = sorted(postings)
        # Tuples of numbers are left alone by the garbage collector, which would walk through 100,000 lists.
        # Most words are the number of one ref: their only entry is kept as it is.
        self._postings = [
            ranks[0] if len(ranks) == 1 else tuple(ranks) for ranks in map(postings.__getitem__, self.words)
        ]
        self._names = names
        self._longest = max(map(len, self.words), default=0)
        self._most_bits = max(map(len, postings.values()), default=0).bit_length()

    def __contains__(self, word: str) -> bool:
        """Whether an entry holds exactly this word."""
        return bool(self.posting(word))

    def matches(self, term: str) -> dict[int, float]:
        """Return the places in `words` of all words that are like the term, each with its likeness (above 0,
        at most 1).
        """
        postings = self.literal(term)
        if len(term) <= self._longest + typos_allowed(term):
            for position in self._blurred_candidates(term) - postings.keys():
                word = self.words[position]
                if self.may_match(term, word):
                    likeness = fuzzy_score(term, word, self._commonness(position))
                    if likeness:
                        postings[position] = likeness
        return postings

    def levels(self, matches: Mapping[int, float]) -> Iterator[Level]:
        """Yield the likeness and the posting list of each word matched."""
        for position, likeness in matches.items():
            yield likeness, self._posting(position)

    def posting(self, word: str) -> Sequence[int]:
        """Return the posting list of a word, empty if it does not occur."""
        position = bisect_left(self.words, word)
        return self._posting(position) if self.words[position : position + 1] == [word] else ()

    @cached_property
    def _pairs(self) -> dict[str, set[int]]:
        """The entries that hold each two neighbours in a run of an unspaced script."""
        words_by_pair: dict[str, set[int]] = {}
        for position, word in enumerate(self.words):
            if is_unspaced(word):
                for pair in pairs(word):
                    words_by_pair.setdefault(pair, set()).update(self._posting(position))
        return words_by_pair

    def holding(self, form: str) -> Set[int]:
        """Return the entries with a word that holds one of an unspaced script or of Korean; of more than two characters
        of an unspaced script each two neighbours are held, maybe not all together.
        """
        if is_unspaced(form) and len(form) > 1:
            return set.intersection(*(self._pairs.get(pair, set()) for pair in pairs(form)))
        return self._containing(form)

    def _containing(self, piece: str) -> set[int]:
        return {
            entry
            for position in {position for position, _ in self._occurrences(piece)}
            for entry in self._posting(position)
        }

    def _posting(self, position: int) -> Sequence[int]:
        ranks = self._postings[position]
        return (ranks,) if isinstance(ranks, int) else ranks

    def may_match(self, term: str, word: str) -> bool:
        """Whether the word may match the term, as far as names are concerned."""
        return word not in self._names or term == word or (len(term) > 2 and term in word)

    def literal(self, term: str) -> dict[int, float]:
        """Return the same for the words that hold the term as it was typed."""
        start, stop = self._beginning_with(term)
        words, commonness = self.words, self._commonness
        matches = {
            position: prefix_score(term, words[position], commonness(position))
            for position in range(start, stop)
            if self.may_match(term, words[position])
        }
        if matches_inside(term) or not matches:
            for position, offset in self._occurrences(term):
                if offset and self.may_match(term, words[position]):
                    matches.setdefault(position, substring_score(term, words[position], commonness(position)))
        return matches

    def beginnings(self, term: str, likeness: float | None = None) -> dict[int, float]:
        """Return the same for the words that begin with the term only; all but the word itself are so like it, if that
        is given.
        """
        return {
            position: prefix_score(term, word, self._commonness(position))
            if likeness is None or word == term
            else likeness
            for position in range(*self._beginning_with(term))
            if self.may_match(term, word := self.words[position])
        }

    def _commonness(self, position: int) -> float:
        """Return how common the word is: 1 for the commonest, a step less for each halving, above 0."""
        return len(self._posting(position)).bit_length() / self._most_bits

    def _beginning_with(self, text: str) -> tuple[int, int]:
        start = bisect_left(self.words, text)
        return start, bisect_right(self.words, text + _AFTER_ALL, start)

    @cached_property
    def _joined(self) -> str:
        return "\n".join(self.words)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each word starts in `_joined`."""
        return [0, *accumulate(len(word) + 1 for word in self.words[:-1])]

    def _occurrences(self, piece: str) -> Iterator[tuple[int, int]]:
        """Yield where a piece of a word occurs: the place of the word, and the offset in it; a word as often
        as it holds it.
        """
        joined, starts = self._joined, self._starts
        at = joined.find(piece)
        while at >= 0:
            position = bisect_right(starts, at) - 1
            yield position, at - starts[position]
            at = joined.find(piece, at + 1)

    def _blurred_candidates(self, term: str) -> set[int]:
        candidates = self._typo_candidates(term)
        if len(term) > 1:
            start, stop = self._beginning_with(term[0])
            longer = self.words[start:stop]
            every_letter = process.extract(term, longer, scorer=LCSseq.similarity, score_cutoff=len(term), limit=None)
            candidates.update(start + index for _, _, index in every_letter)
            candidates.update(self._vowel_first.get(term, ()))
        return candidates

    @cached_property
    def _vowel_first(self) -> dict[str, list[int]]:
        """The words that begin with a vowel, by their consonants."""
        words_by_first: dict[str, list[int]] = {}
        for vowel in "aeiou":
            for position in range(*self._beginning_with(vowel)):
                words_by_first.setdefault(consonants(self.words[position]), []).append(position)
        return words_by_first

    def _typo_candidates(self, term: str) -> set[int]:
        """Return the places of all words that can be the term, or begin with it, but for the typos allowed
        (and of others).

        An edit spoils one piece, except a transposition of two letters on either side of a cut, which is
        undone by trying the term with those two swapped.
        """
        allowed = typos_allowed(term)
        candidates: set[int] = set()
        if not allowed:
            return candidates
        cuts = [len(term) * part // (allowed + 1) for part in range(allowed + 2)]
        swapped = [term[: cut - 1] + term[cut] + term[cut - 1] + term[cut + 1 :] for cut in cuts[1:-1]]
        pieces = {(start, variant[start:stop]) for variant in (term, *swapped) for start, stop in pairwise(cuts)}
        for start, piece in pieces:
            if start == 0:  # a first piece that letters were put before leaves a second one whole
                candidates.update(range(*self._beginning_with(piece)))
            else:
                nearby = range(max(0, start - allowed), start + allowed + 1)
                candidates.update(position for position, offset in self._occurrences(piece) if offset in nearby)
        return candidates
