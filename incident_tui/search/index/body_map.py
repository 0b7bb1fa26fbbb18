"""Which body belongs to which entry: the bodies indexed so far, asked in ranks, and carried over when entries
change.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from incident_tui.search.entry_table import EntryTable
from incident_tui.search.index.adjacency import is_adjacent
from incident_tui.search.index.bodies import BodyIndex, Posting, WordMatch
from incident_tui.search.index.vocabulary import Level
from incident_tui.search.synonyms import Phrase
from incident_tui.search.terms import Acronym, DottedName, Ref, Term

TELLING = 0.80
"""What a word counts that stands in a section that says what happened; in a heading it counts 1."""

ELSEWHERE = 0.74
"""What a word counts that stands elsewhere in the body."""

_STEPS = 32
"""Likenesses are rounded to such parts, so that a thousand words make a few levels."""

_LOOKED_INTO = 4_000
"""So many bodies are looked into for a code."""

_REFERRED = 0.5
"""What a reference counts that stands in another entry's body."""


_Name = tuple[str, str, str, bool, str]


class BodyMap:
    """The bodies of the entries of a collection, indexed in steps in the order of their ranks.

    Those that `before` knew are taken over as they are, and looked at again last.
    """

    def __init__(self, collection: EntryTable, row_of_rank: Sequence[int], before: "BodyMap | None") -> None:
        self._collection = collection
        self._row_of_rank = row_of_rank
        count = len(row_of_rank)
        self.rank_of_row = [0] * count
        for rank, row in enumerate(row_of_rank):
            self.rank_of_row[row] = rank
        kept = before is not None and len(before.bodies) <= 2 * count + 100
        self.bodies: BodyIndex = before.bodies if before is not None and kept else BodyIndex()
        self._documents = array("l", [-1]) * count
        """The document of each rank; -1 where its body isn't indexed."""
        self._ranks = array("l", [-1]) * len(self.bodies)
        """The rank of each document; -1 where its entry is gone."""
        self._aligned = before is None or not kept
        """Whether each document is its own rank, as where nothing was taken over."""
        self._indexed = 0
        self._changed = 0
        if before is not None and kept:
            self._take_over(before)
        self._waiting: list[int] | None = None
        """The ranks that are still to be looked at, the next one last; nothing before the first step. No generator
        keeps them: it would hold its `BodyMap`, and with it the whole file, until the collector came by."""

    @property
    def version(self) -> int:
        """Another number whenever more is found."""
        return self.bodies.version + self._changed

    @property
    def progress(self) -> float:
        """How much is indexed, from 0 to 1."""
        return self._indexed / len(self._documents) if self._documents else 1.0

    @property
    def gone(self) -> int:
        """How many documents of the index are no entry's any more."""
        return len(self.bodies) - self._indexed

    def step(self) -> bool:
        """Index one body; return whether there is more to do."""
        if self._waiting is None:
            self._waiting = self._in_turn()
        if self._waiting:
            self._look_at(self._waiting.pop())
        return bool(self._waiting)

    def document(self, row: int) -> int | None:
        """Return the document of an entry; nothing if its body isn't indexed yet."""
        document = self._documents[self.rank_of_row[row]]
        return document if document >= 0 else None

    def lengths(self, ranks: Iterable[int]) -> list[int]:
        """Return how many different words the body of each rank has; 0 if it isn't indexed yet."""
        documents, lengths = self._documents, self.bodies.lengths
        return [lengths[documents[rank]] if documents[rank] >= 0 else 0 for rank in ranks]

    def ranks(self, posting: Posting) -> Sequence[int]:
        """Return the ranks of documents, ascending."""
        if self._aligned:
            return posting
        ranks = sorted(map(self._ranks.__getitem__, posting))
        return ranks[bisect_left(ranks, 0) :]

    def levels(self, term: Term, typos: bool) -> Iterator[Level]:
        """Yield the entries whose body holds words like a term."""
        if isinstance(term, Ref):
            ranks = self._referring(term)
            if ranks:
                yield _REFERRED, ranks
            return
        if isinstance(term, DottedName):
            for rank, likeness in self._coded(term):
                yield round(likeness * ELSEWHERE * _STEPS) / _STEPS, (rank,)
            return
        yield from self._levels(self.bodies.matches(term, typos))

    def strict_levels(self, term: str | Acronym) -> Iterator[Level]:
        """Yield the entries whose body holds the word itself, or one that begins so."""
        return self._levels(self.bodies.matches(term, typos=False, strict=True))

    def phrase_levels(self, phrase: Phrase) -> Iterator[Level]:
        """Yield the entries whose body holds these words one after the other."""
        if len(phrase) == 1:
            telling, elsewhere = self.bodies.posting(phrase[0])
            yield from ((TELLING, self.ranks(telling)), (ELSEWHERE, self.ranks(elsewhere)))
            return
        candidates = sorted(set.intersection(*map(self.holding, phrase)))[:_LOOKED_INTO]
        ranks = [rank for rank in candidates if self._has_phrase(rank, phrase)]
        yield ELSEWHERE, ranks

    def _has_phrase(self, rank: int, phrase: Phrase) -> bool:
        text = self.text(rank).lower()
        return all(is_adjacent(pair, text) for pair in pairwise(phrase))

    def text(self, rank: int) -> bytes:
        """Return the body of a rank."""
        return self._collection.body(self._row_of_rank[rank])

    def _levels(self, matches: Iterable[WordMatch]) -> Iterator[Level]:
        for match in matches:
            for weight, posting in ((TELLING, match.telling), (ELSEWHERE, match.elsewhere)):
                if posting:
                    yield round(match.likeness * weight * _STEPS) / _STEPS, self.ranks(posting)

    def has_word(self, form: str) -> bool:
        """Whether the body of an entry has exactly this word."""
        return any(self._ranks[document] >= 0 for posting in self.bodies.posting(form) for document in posting)

    def holding(self, form: str) -> set[int]:
        """Return the ranks of the entries whose body holds this word (`Bodies.holding`)."""
        return set(chain_ranks(self, self.bodies.holding(form)))

    def _referring(self, ref: Ref) -> list[int]:
        holders = [self.holding(part) for part in (ref.family, *ref.numbers)]
        return sorted(set.intersection(*holders))

    def _coded(self, code: DottedName) -> Iterator[tuple[int, float]]:
        """Yield the ranks whose body holds a code that begins so (of very many the newest), and how like it is."""
        candidates = set.intersection(*(self.holding(part) for part in code.parts[:-1]))
        for rank in sorted(candidates)[:_LOOKED_INTO]:
            likeness = code.likeness(self._collection.body(self._row_of_rank[rank]))
            if likeness:
                yield rank, likeness

    def _take_over(self, before: "BodyMap") -> None:
        before._waiting = []
        known: defaultdict[_Name, list[int]] = defaultdict(list)
        for rank in range(len(before._documents) - 1, -1, -1):
            one = before._documents[rank]
            if one >= 0:
                known[_name(before._collection, before._row_of_rank[rank])].append(one)
        for rank, row in enumerate(self._row_of_rank):
            same = known.get(_name(self._collection, row))
            if same:
                self._settle(rank, same.pop())

    def _in_turn(self) -> list[int]:
        """All ranks in the order in which they are looked at, the first one last: new ones before those taken over."""
        ranks = range(len(self._documents) - 1, -1, -1)
        taken_over = [rank for rank in ranks if self._documents[rank] >= 0]
        return taken_over + [rank for rank in ranks if self._documents[rank] < 0]

    def _look_at(self, rank: int) -> None:
        """Index the body of a rank, unless what was taken over is the same."""
        body = self._collection.body(self._row_of_rank[rank])
        document = self._documents[rank]
        if document >= 0:
            if self.bodies.is_same(document, body):
                return
            self._ranks[document] = -1
            self._indexed -= 1
        self._index(rank, body)

    def _index(self, rank: int, body: bytes) -> None:
        self._ranks.append(-1)
        self._settle(rank, self.bodies.add(body))
        self._collection.is_open(self._row_of_rank[rank])

    def _settle(self, rank: int, document: int) -> None:
        self._aligned = self._aligned and document == rank
        self._documents[rank] = document
        self._ranks[document] = rank
        self._indexed += 1
        self._changed += 1


def chain_ranks(places: BodyMap, postings: Iterable[Posting]) -> Iterator[int]:
    """Yield the ranks of several posting lists, one after the other."""
    for posting in postings:
        yield from places.ranks(posting)


def _name(collection: EntryTable, row: int) -> _Name:
    """What an entry is known by: with its state, for a summary has another body than its original."""
    record, located = collection.records[row], collection.entries[row]
    return record.timestamp, record.ref, record.title, located.archived, located.entry.state
