"""The search over a list of entries: all that the browser and the command line ask of it.

    search = Search(located entries, before=the search over the list as it was)
    while search.step(8): …           # when there is time: bodies are indexed, newest first
    hits = search.find(parse(text, date.today()))
    [entries[row] for row in hits.rows]

Headings and tags are searchable at once. A search while bodies are being indexed answers from what is there,
and so do all other questions; `progress` says how much that is. `step` may be called from a thread of its
own, everything else from one other thread.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from time import perf_counter
from typing import overload

from incident_tui.format.model.entry import STALE_DAYS
from incident_tui.format.model.located import LocatedEntry
from incident_tui.search import match_snippet, similar
from incident_tui.search.entry_table import EntryFields, EntryTable, News
from incident_tui.search.index.body_map import BodyMap
from incident_tui.search.index.fuzzy import Span
from incident_tui.search.index.headings import Hit, Index, Ranking
from incident_tui.search.index.vocabulary import Level
from incident_tui.search.match_snippet import MatchExplanation
from incident_tui.search.phrases import entries_with_phrase, in_section
from incident_tui.search.priority_lock import PriorityLock
from incident_tui.search.query import Query, SectionTerms
from incident_tui.search.query_completion import Completion, Completions
from incident_tui.search.similar import Match
from incident_tui.search.synonyms import Synonyms
from incident_tui.search.wrapped_lines import spans_of_lines

__all__ = ["Completion", "EntryFields", "Hit", "Hits", "Match", "MatchExplanation", "Search"]

_LOOKED_INTO = 4_000
"""So many of the best entries are looked into for words of a certain section."""


class Hits(Sequence[Hit]):
    """The entries that answer, best first. Making the hits takes longer than finding them, so they are made
    when asked for; `rows` is there at once.
    """

    def __init__(
        self,
        rows: Sequence[int],
        scores: Sequence[tuple[float, int]],
        complete: bool,
        weak: bool = False,
        unmatched: tuple[str, ...] = (),
    ) -> None:
        self.rows = rows
        """The entries, as positions in the list given."""
        self.complete = complete
        """Whether all bodies have been indexed; if not, there may be more."""
        self.weak = weak
        """Whether none of them is near what was asked: words are mistyped in the bodies, or missing, in all of them."""
        self.unmatched = unmatched
        """Words of several asked for that no entry matches, where none is near what was asked."""
        self._scores = scores

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, position: int) -> Hit: ...
    @overload
    def __getitem__(self, position: slice) -> list[Hit]: ...
    def __getitem__(self, position: int | slice) -> Hit | list[Hit]:
        if isinstance(position, slice):
            return [self[at] for at in range(*position.indices(len(self)))]
        return Hit(self.rows[position], self.score(range(len(self))[position]))

    def __iter__(self) -> Iterator[Hit]:
        start = 0
        for score, stop in self._scores:
            yield from (Hit(row, score) for row in islice(self.rows, start, stop))
            start = stop

    def score(self, position: int) -> float:
        """How well the hit at a position matches: above 0 and at most 1; 0 where no word was asked for."""
        return next(score for score, stop in self._scores if position < stop)


class Search:
    """Answers for one list of entries. When the list changes, a new one is made `before` which this one stood:
    it takes over what was indexed of bodies that are the same. The other must not be asked any more then; a
    thread that is still at its steps finds that there are none left.
    """

    def __init__(
        self,
        entries: Sequence[LocatedEntry],
        *,
        names: Sequence[str] = (),
        layers: Sequence[str] = (),
        stale_days: int = STALE_DAYS,
        synonyms: Synonyms | None = None,
        before: "Search | None" = None,
        news: News | None = None,
    ) -> None:
        # One lock for both, for the bodies become this one's while a thread may be at the other's.
        self._turn: PriorityLock = before._turn if before else PriorityLock()
        self._collection = EntryTable(entries, stale_days, names, layers, news)
        self._index = Index(self._collection.records, synonyms)
        with self._turn.asking():
            self._places: BodyMap = BodyMap(
                self._collection, self._index.row_of_rank, before._places if before else None
            )
        self._in_order = self._index.row_of_rank == list(range(len(entries)))
        self._held: dict[str, tuple[int, frozenset[int]]] = {}
        self._completions = Completions()

    @property
    def table(self) -> EntryTable:
        """What is known of each entry, in the order given: what a list shows, at no further cost."""
        return self._collection

    @property
    def progress(self) -> float:
        """How much of the bodies is indexed, from 0 to 1."""
        return self._places.progress

    def step(self, milliseconds: float = 8.0) -> bool:
        """Index bodies for about so long (at least one); return whether there are more."""
        until = perf_counter() + milliseconds / 1000
        while True:
            with self._turn.working():
                more = self._places.step()
            if not more or perf_counter() >= until:
                return more

    def finish(self) -> None:
        """Index all bodies: for a program that asks once."""
        while self.step(1000):
            pass

    def find(self, query: Query) -> Hits:
        """Return the entries that answer, best first; in the order given where no word is asked for.

        All parts of the query must hold, but one word (of six two, and so on) may be missing where no entry
        holds all; where still none does, those with the most of the words are weak matches. Weak matches are left
        out where there are others. A word may be mistyped, unfinished, or lack its vowels. What it stands in counts:
        reference and title most, then tags, then the sections that say what happened, then the rest.
        """
        with self._turn.asking():
            within = self._within(query)
            words = " ".join([query.words, *(scoped.words for scoped in query.scoped)])
            ranking = self._index.ranking(words, within, self._places)
            if ranking is None:
                ranking = Ranking(self._unasked(within))
            levels = ranking.levels
            for scoped in query.scoped:
                levels = self._scoped(levels, scoped)
            return self._hits(ranking._replace(levels=levels))

    def spans(self, query: Query, text: str) -> list[Span]:
        """Return the character ranges of a text that the query's words match, ascending and apart."""
        return self._index.spans(query.wanted, text)

    def spans_of_lines(self, query: Query, lines: Sequence[str]) -> list[list[Span]]:
        """Return the same for each line of a text that was wrapped."""
        return spans_of_lines(lines, lambda texts: self._index.spans_of_texts(query.wanted, texts))

    def evidence(self, query: Query, row: int, always: bool = False) -> MatchExplanation:
        """Return where an entry matched, and the line of its body to show for it, which `always` asks for even if
        heading and tags have all words. It costs about half a millisecond: ask for the rows that are shown.
        """
        with self._turn.asking():
            collection, bodies = self._collection, self._places.bodies
            start = collection.body_start(row)
            return match_snippet.explain_match(
                query, self.table[row], collection.body(row), self._index, bodies, start, always
            )

    def related(self, row: int, limit: int = 5) -> list[Hit]:
        """Return the entries that share rare words and tags with one, the likest first; none if none does.

        Not among them: the archived original of a summary, and the other way round. Scores are the share of
        the entry's own weight, and can be told apart only among themselves.
        """
        with self._turn.asking():
            own = self.table[row]
            terms = similar.entry_terms(own, self._collection.body(row))
            near = map(self._match, similar.ranked(terms, self._index, self._places, limit + 3))
            candidates = [
                candidate for candidate in near if candidate.row != row and not _same(own, self.table[candidate.row])
            ]
        return [
            Hit(candidate.row, candidate.score)
            for candidate in candidates[:limit]
            if similar.is_near(candidate, candidates[0], own, self.table[candidate.row])
        ]

    def match(self, text: str | bytes, limit: int | None = None) -> list[Match]:
        """Return the entries that an alert's or a log's text is about, the likeliest first: have we seen this
        before?

        Rare words count, as often as they are repeated, and no word is taken for another. Bodies that were
        not indexed are not compared: `finish` first. A megabyte takes some tenths of a second.
        """
        with self._turn.asking():
            near = similar.ranked(similar.words_of_text(text), self._index, self._places, limit)
            return [self._match(candidate) for candidate in near]

    def complete(self, text: str, cursor: int, today: date, limit: int = 12) -> list[Completion]:
        """Return what could stand at the cursor of an input that holds the text, likeliest first.

        Counts are of the entries that the rest of the text lists.
        """
        return self._completions.at(text, cursor, today, limit, self)

    def section_titles(self, row: int) -> Sequence[str]:
        """Return the titles of an entry's sections, each once; none before its body is indexed."""
        document = self._places.document(row)
        return () if document is None else self._places.bodies.titles(document)

    def layer_of(self, row: int) -> str:
        """The layer that an entry is of; empty where it is of none."""
        return self._collection.layer(row)

    def file_of(self, row: int) -> str:
        """Return what the file of an entry is called; empty where there is but one."""
        return self._collection.file_name(row)

    def is_open(self, row: int) -> bool:
        """Whether an entry has an open action item."""
        return self._collection.is_open(row)

    def is_stale(self, row: int, today: date) -> bool:
        """Whether an entry is stale: neither pinned nor used in so many days."""
        return self._collection.is_stale(row, today)

    def _match(self, candidate: similar.Scored) -> Match:
        return Match(self._index.row_of_rank[candidate.rank], candidate.score, candidate.words)

    def _within(self, query: Query) -> set[int] | None:
        """The ranks that filters, phrases and excluded words leave; nothing if there are none of these."""
        passing = self._collection.passing(query.filters, query.today)
        rank_of_row = self._places.rank_of_row
        within = None if passing is None else {rank_of_row[row] for row in passing}
        for phrase in chain(query.phrases, *(scoped.phrases for scoped in query.scoped)):
            holders = self._holding(phrase)
            within = set(holders) if within is None else within & holders
        for words in query.without:
            if within is None:
                within = set(range(len(rank_of_row)))
            within -= self._holding(words)
        return within

    def _holding(self, words: str) -> frozenset[int]:
        """The ranks of the entries that hold a word or a phrase as it stands."""
        version = self._places.version
        cached = self._held.get(words)
        if cached is None or cached[0] != version:
            if len(self._held) > 32:
                self._held.clear()
            holders = frozenset(entries_with_phrase(words, self._index, self._places, self._collection))
            cached = self._held[words] = (version, holders)
        return cached[1]

    def _unasked(self, within: set[int] | None) -> list[Level]:
        count = len(self.table)
        rank_of_row = self._places.rank_of_row
        if within is None:
            return [(0.0, rank_of_row)]
        if len(within) * 4 < count:
            return [(0.0, [rank_of_row[row] for row in sorted(map(self._index.row_of_rank.__getitem__, within))])]
        return [(0.0, [rank for rank in rank_of_row if rank in within])]

    def _scoped(self, levels: Iterable[Level], scoped: SectionTerms) -> list[Level]:
        kept: list[Level] = []
        left = _LOOKED_INTO
        for score, ranks in levels:
            looked = ranks[:left]
            left -= len(looked)
            rows = self._index.row_of_rank
            kept.append((score, [rank for rank in looked if in_section(scoped, self._collection.body(rows[rank]))]))
        return [level for level in kept if level[1]]

    def _hits(self, ranking: Ranking) -> Hits:
        levels = ranking.levels
        all_ranks = chain.from_iterable(ranks for _, ranks in levels)
        rows = list(all_ranks if self._in_order else map(self._index.row_of_rank.__getitem__, all_ranks))
        scores, stop = [], 0
        for score, ranks in levels:
            stop += len(ranks)
            scores.append((score, stop))
        return Hits(rows, scores, self.progress == 1.0, ranking.weak, ranking.unmatched)


def _same(candidate: EntryFields, other: EntryFields) -> bool:
    """Whether two entries are the same incident: a summary and its original."""
    return (candidate.timestamp, candidate.ref, candidate.title) == (other.timestamp, other.ref, other.title)
