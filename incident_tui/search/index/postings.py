"""Entries that answer one term, and how the answers to several are put together.

An entry is its *rank* here: its position when pinned entries come first and then the newest, so that sorted
ranks are entries in the order that breaks ties.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from functools import cached_property

from incident_tui.search.index.vocabulary import Level

Scores = Mapping[int, float]
"""Entries by rank, each with how well it matches (above 0; summed over terms, at most one for each)."""


class TermHits:
    """The entries that hold words like one term, each at the best likeness. Every posting is ascending."""

    def __init__(self, levels: Iterable[Level]) -> None:
        by_likeness: defaultdict[float, list[Sequence[int]]] = defaultdict(list)
        self.size = 0
        """At most so many entries are in it."""
        for likeness, posting in levels:
            by_likeness[likeness].append(posting)
            self.size += len(posting)
        self._postings = sorted(by_likeness.items(), reverse=True)

    @cached_property
    def levels(self) -> list[Level]:
        """The entries, best first, then by rank; each once."""
        levels: list[Level] = []
        seen = set[int]()
        last = len(self._postings) - 1
        for at, (likeness, postings) in enumerate(self._postings):
            ranks = postings[0] if len(postings) == 1 else sorted(set().union(*postings))
            fresh = [rank for rank in ranks if rank not in seen] if seen else ranks
            if fresh:
                levels.append((likeness, fresh))
                if at < last:
                    seen.update(fresh)
        return levels

    def within(self, members: Set[int]) -> "TermHits":
        """Return the answer without the entries that are not among the members."""
        return TermHits(
            (likeness, among)
            for likeness, ranks in self.levels
            if (among := [rank for rank in ranks if rank in members])
        )

    @cached_property
    def scores(self) -> Scores:
        """The same by entry, in 1024ths: sums of those are exact in any order, so that equal entries stay equal."""
        scores: dict[int, float] = {}
        for likeness, postings in reversed(self._postings):
            score = rounded_exactly(likeness)
            for posting in postings:
                scores.update(dict.fromkeys(posting, score))
        return scores

    def scores_among(self, ranks: Collection[int]) -> Scores:
        """Return the scores of at least these entries, where they are in it: cheaper than all if they are few."""
        lists = sum(len(postings) for _, postings in self._postings)
        if "scores" in self.__dict__ or 4 * len(ranks) * lists > self.size:
            return self.scores
        scores: dict[int, float] = {}
        for likeness, postings in self._postings:
            score = rounded_exactly(likeness)
            for posting in postings:
                for rank in ranks:
                    if has_rank(posting, rank):
                        scores.setdefault(rank, score)
        return scores


def has_rank(ranks: Sequence[int], rank: int) -> bool:
    """Whether ascending ranks have one: found by bisection."""
    at = bisect_left(ranks, rank)
    return at < len(ranks) and ranks[at] == rank


def intersect(answers: Sequence[TermHits], within: Set[int] | None, missing: int) -> Scores:
    """Return the entries in all answers but so many, each with the sum of its likenesses, and only those
    `within` (all, if that is None).
    """
    smallest, *others = sorted(answers, key=lambda answer: answer.size)
    if missing:
        return _with_all_but([answer.scores for answer in (smallest, *others)], within, missing)
    scores = smallest.scores
    if within is not None:
        scores = {rank: score for rank, score in scores.items() if rank in within}
    for answer in others:
        more = answer.scores_among(scores.keys())
        scores = {rank: score + more[rank] for rank, score in scores.items() if rank in more}
    return scores


def _with_all_but(scores: Sequence[Scores], within: Set[int] | None, missing: int) -> Scores:
    totals: dict[int, float] = {}
    candidates = set().union(*scores[: missing + 1])  # who misses so many is in one of any one more
    if within is not None:
        candidates &= within
    least = len(scores) - missing
    for rank in candidates:
        likenesses = [others[rank] for others in scores if rank in others]
        if len(likenesses) >= least:
            totals[rank] = sum(likenesses)
    return totals


def add_optional(scores: Scores, answers: Iterable[TermHits]) -> Scores:
    """Return the same entries, scored higher where they are in further answers too."""
    for answer in answers:
        others = answer.scores_among(scores.keys())
        scores = {rank: score + others[rank] if rank in others else score for rank, score in scores.items()}
    return scores


def rounded_exactly(likeness: float) -> float:
    """Round to 1024ths, whose sums are exact in any order."""
    return round(likeness * 1024) / 1024
