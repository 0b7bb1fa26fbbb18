"""The index of headings and tags: which entries answer a query, best first, while it is typed.

The query's words are matched against the vocabulary, not against the entries: each term finds the words that
are like it, their posting lists say which entries hold them, and an entry answers if it holds all terms.
What else entries hold (`ExtraIndex`: their bodies) is asked beside it, term by term.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple, Protocol

from rapidfuzz import fuzz

from incident_tui.search.index.fuzzy import BRIEF, Span, holds, spans_in_word
from incident_tui.search.index.postings import Scores, TermHits, add_optional, intersect
from incident_tui.search.index.tokenize import (
    TO_WORDS,
    Word,
    fold,
    forms,
    is_korean,
    is_unspaced,
    skip_combining,
    words,
)
from incident_tui.search.index.vocabulary import Level, Vocabulary
from incident_tui.search.terms import STOP_WORDS, Code, Ref, Refs, Term, is_year, months, required, spans_of_ref

_CLOSEST = 200
"""So many of the best entries have their ties broken by how the whole query lies in them."""

_WEAK = 0.45
"""Where no entry holds all terms better than this on the average, entries that miss one may be meant."""

_WHEN = 0.45
"""How much it says of an entry that it is of the year, month or season that a word names."""


_APART = 0.6
"""What the parts of a code count that don't stand one after the other."""

_TOGETHER = 500
"""The headings of so many records are cut into words at once."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is searchable of one entry's heading and tags, and what orders it among equals. `timestamp` sorts as
    text, the newest last.
    """

    ref: str
    title: str
    tags: tuple[str, ...]
    timestamp: str
    pinned: bool = False


class Searchable(Protocol):
    """Anything that has what a `Record` has."""

    @property
    def ref(self) -> str:
        """Its reference, or nothing."""
        ...

    @property
    def title(self) -> str:
        """Its title without the reference."""
        ...

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        ...

    @property
    def timestamp(self) -> str:
        """When it was made; sorts as text."""
        ...

    @property
    def pinned(self) -> bool:
        """Whether it comes first among equals."""
        ...


class Hit(NamedTuple):
    """An entry found: its position in the records given, and how well it matches (0 when nothing was asked,
    else up to 1).
    """

    row: int
    score: float


class ExtraIndex(Protocol):
    """Where terms are looked for beside headings and tags; it answers in ranks."""

    @property
    def version(self) -> int:
        """Another number whenever it may answer differently."""
        ...

    def levels(self, term: Term, typos: bool) -> Iterable[Level]:
        """Return what holds the term; words a typo away too, if `typos` says so."""
        ...


class Index:
    """Answers queries over the records given. Inside, an entry is its rank (see `answers`)."""

    def __init__(self, records: Sequence[Searchable]) -> None:
        self._records = records
        timestamps = [record.timestamp for record in records]
        self.row_of_rank = sorted(range(len(records)), key=timestamps.__getitem__, reverse=True)
        self.row_of_rank.sort(key=lambda row: not records[row].pinned)
        postings: defaultdict[str, list[int]] = defaultdict(list)
        families: set[str] = set()
        ordered = [records[row] for row in self.row_of_rank]
        for rank, (record, found) in enumerate(zip(ordered, _forms_of_each(ordered), strict=True)):
            family, *numbers = record.ref.split("-")
            if numbers:
                families.add(family)
                if len(numbers) > 1:
                    found.append(fold("".join(numbers)))
            for form in set(found):
                postings[form].append(rank)
        # By the format's rule a ref begins with a letter; `0-1` is two numbers.
        self._families: dict[str, set[int]] = {
            fold(family): set() for family in families if family.isalnum() and family[0].isalpha()
        }
        numbers_only = {form: postings.pop(form) for form in [form for form in postings if form.isdigit()]}
        self._words = Vocabulary(postings, names=self._families.keys())
        self._numbers = Vocabulary(numbers_only)
        self._refs = Refs(self._families, self._words.__contains__)
        self._answers: dict[tuple[Term, int, bool], TermHits] = {}

    def search(self, query: str) -> list[Hit]:
        """Return the entries that match the query, best first; all, in the order given and with score 0, if
        it has no word.

        An entry must match every term but stop words; if none does (or only just), it may miss one, of six
        terms and more two, and so on. Its score is the mean of its likenesses. Among equals the ones that hold
        the query most literally come first (of the 200 best), then pinned ones, then the newest.
        """
        levels = self.levels(query)
        if levels is None:
            return [Hit(row, 0.0) for row in range(len(self._records))]
        return [Hit(self.row_of_rank[rank], score) for score, ranks in levels for rank in ranks]

    def levels(
        self, query: str, within: Set[int] | None = None, further: ExtraIndex | None = None
    ) -> list[Level] | None:
        """Return the same in ranks, the equals together; nothing if the query has no word.

        `within` are the ranks that may answer (None: all), `further` is asked beside the index.
        """
        terms = self.terms(query)
        if not terms:
            return None
        answers = self._answered(terms, further, typos=False)
        found = self._combined(answers, within)
        if not found and further is not None:
            found = self._combined(self._answered(terms, further, typos=True), within)
        return found

    def terms(self, query: str) -> list[Term]:
        """Return the query's different terms in its order."""
        return self._refs.terms(query)

    def holding(self, form: str) -> Sequence[int]:
        """Return the ranks of the entries whose ref, title or tags hold exactly this (folded) word; one of an
        unspaced script or of Korean may stand inside a longer one.
        """
        if is_unspaced(form) or is_korean(form):
            return sorted(self._words.holding(form))
        return self._words.posting(form) or self._numbers.posting(form)

    def spans(self, query: str, text: str) -> list[Span]:
        """Return the character ranges of `text` that the query's terms match, ascending and apart; `text` may
        be any string.

        A term that stands in the text as it was typed marks only that; otherwise it marks the words that it
        is like: a word with a typo whole, of one with letters left out those that were typed.
        """
        terms = self.terms(query)
        if not terms:
            return []
        plain = list(words(text))
        refs = list(self._refs.among(plain, text))
        marked = set[Span]()
        for term in required(terms):
            if isinstance(term, Ref):
                marked.update(spans_of_ref(term, refs))
            elif isinstance(term, Code):
                whole = list(term.spans(plain, text))
                long = [part for part in term.parts if len(part) > 2]
                marked.update(whole or (span for part in long for span in self._spans_of_term(part, plain)))
            else:
                marked.update(self._spans_of_term(term, plain))
        return merged((start, skip_combining(text, stop)) for start, stop in marked)

    def _spans_of_term(self, term: str, plain: Iterable[Word]) -> Iterator[Span]:
        eligible = [word for word in plain if self._words.may_match(term, word.form)]
        literal = [word for word in eligible if holds(term, word.form)]
        # A number a typo away is another number.
        blurred = [] if literal or term.isdigit() else eligible
        for form, places in literal or blurred:
            for start, stop in spans_in_word(term, form):
                yield places[start], places[stop - 1] + 1

    def _answered(self, terms: Sequence[Term], further: ExtraIndex | None, typos: bool) -> dict[Term, TermHits]:
        # Typing changes the last term only: the next query can use the answers to this one's terms.
        known, version = self._answers, further.version if further else 0
        fresh: dict[tuple[Term, int, bool], TermHits] = {}
        parts = {part for term in terms if isinstance(term, Code) for part in term.parts}
        for term in (*parts, *terms):  # a code is answered by the answers to its parts
            key = (term, version, typos)
            if key in known:
                fresh[key] = known[key]
            elif key not in fresh:
                of_parts = [fresh[part, version, typos] for part in term.parts] if isinstance(term, Code) else ()
                fresh[key] = self._answer(term, further, typos, of_parts)
        found = {term: fresh[term, version, typos] for term in terms}
        kept = {key: answer for key, answer in known.items() if key[0] in found and key[1] == version}
        self._answers = kept | fresh
        return found

    def _combined(self, answers: Mapping[Term, TermHits], within: Set[int] | None) -> list[Level]:
        terms = list(answers)
        if len(terms) == 1:
            (answer,) = answers.values()
            return list(self._literal_first(terms[0], (answer if within is None else answer.within(within)).levels))
        wanted = required(terms)
        needed = [answers[term] for term in wanted]
        scores = intersect(needed, within, missing=0)
        if len(wanted) > 1 and max(scores.values(), default=0.0) < _WEAK * len(wanted):
            scores = {**intersect(needed, within, max(1, len(wanted) // 3)), **scores}
        scores = add_optional(scores, (answers[term] for term in terms if term not in wanted))
        return list(self._ordered(scores, terms))

    def _answer(self, term: Term, further: ExtraIndex | None, typos: bool, parts: Sequence[TermHits]) -> TermHits:
        """Answer a term; `parts` are the answers to the parts of a code."""
        found = self._own_levels(term)
        if isinstance(term, Code):
            found = chain(found, self._apart(parts))
        if further is not None and term not in STOP_WORDS:
            return TermHits(chain(found, further.levels(term, typos)))
        return TermHits(found)

    def _own_levels(self, term: Term) -> Iterable[Level]:
        if isinstance(term, Ref):
            return self._ref_answer(term).levels
        if isinstance(term, Code):
            return self._code_levels(term)
        if term.isdigit():
            return chain(self._number_levels(term), self._words.levels(self._words.literal(term)), self._when(term))
        return chain(self._words.levels(self._words.matches(term)), self._when(term))

    def _ref_answer(self, ref: Ref) -> TermHits:
        members = self._members(ref.family)
        answer = TermHits(self._numbers.levels(self._numbers.literal(ref.digits))).within(members)
        if answer.levels:
            return answer
        # No ref, but maybe words of a title: `node-2-5` where refs are of the family NODE.
        each = [TermHits(self._number_levels(number)) for number in ref.numbers]
        both = sorted(intersect(each, members, missing=0)) if len(each) > 1 else []
        if both:
            return TermHits([(BRIEF, both)])
        return TermHits(self._number_levels(ref.digits)).within(members)

    def _code_levels(self, code: Code) -> Iterator[Level]:
        """Give the entries whose heading or tags hold a code that begins so."""
        for rank in sorted(set.intersection(*(set(self.holding(part)) for part in code.parts[:-1]))):
            record = self._records[self.row_of_rank[rank]]
            text = " ".join((record.ref, record.title, *record.tags))
            likeness = code.likeness(fold(text).encode("utf-8", "surrogatepass"))
            if likeness:
                yield likeness, (rank,)

    def _apart(self, parts: Sequence[TermHits]) -> Iterator[Level]:
        """Give the entries that hold the parts of a code, wherever they stand."""
        for rank, score in intersect(parts, within=None, missing=0).items():
            yield _APART * score / len(parts), (rank,)

    def _number_levels(self, digits: str) -> Iterator[Level]:
        """Give the numbers that hold these digits; others a typo away only if there are none, for every
        number has many.
        """
        return self._numbers.levels(self._numbers.literal(digits) or self._numbers.matches(digits))

    def _when(self, term: str) -> Iterator[Level]:
        """Give the entries of the year, month or season that a word names."""
        keys = [f"-{month:02}-" for month in months(term)] or ([term] if is_year(term) else [])
        ranks = sorted(rank for key in keys for rank in self._by_time.get(key, ()))
        if ranks:
            yield _WHEN, ranks

    @cached_property
    def _by_time(self) -> dict[str, list[int]]:
        """The entries of each year (`2025`) and month (`-01-`)."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for rank, row in enumerate(self.row_of_rank):
            timestamp = self._records[row].timestamp
            found[timestamp[:4]].append(rank)
            found[timestamp[4:8]].append(rank)
        return dict(found)

    def _members(self, family: str) -> Set[int]:
        members = self._families[family]
        if not members:
            members.update(self._words.posting(family))
        return members

    def _literal_first(self, term: Term, levels: Iterable[Level]) -> Iterator[Level]:
        """Yield the levels; of the best entries those whose heading holds the term come before tags and bodies."""
        asked = str(term)
        left = _CLOSEST
        for likeness, ranks in levels:
            if left > 0 and len(ranks) > 1:
                equals = list(ranks[:left])
                equals.sort(key=lambda rank: asked not in self._heading(rank))
                ranks = [*equals, *ranks[left:]]
            left -= len(ranks)
            yield likeness, ranks

    def _ordered(self, scores: Scores, terms: Sequence[Term]) -> Iterator[Level]:
        """Yield the entries best first; among equals of the best ones by the query's likeness as a whole, then
        by how much of it is in the heading, then by rank.
        """
        by_score: defaultdict[float, list[int]] = defaultdict(list)
        for rank in sorted(scores):
            by_score[scores[rank]].append(rank)
        each = [str(term) for term in terms]
        asked = " ".join(each)

        def closeness(rank: int) -> tuple[float, int]:
            heading = self._heading(rank)
            tags = self._records[self.row_of_rank[rank]].tags
            whole = fuzz.partial_ratio(asked, fold(" ".join((heading, *tags))))
            return whole, sum(part in heading for part in each)

        left = _CLOSEST
        for score in sorted(by_score, reverse=True):
            equals = by_score[score]
            if left > 0 and len(equals) > 1:
                equals[:left] = sorted(equals[:left], key=closeness, reverse=True)
            left -= len(equals)
            yield score / len(terms), equals

    def _heading(self, rank: int) -> str:
        record = self._records[self.row_of_rank[rank]]
        return fold(f"{record.ref} {record.title}")


def _forms_of_each(records: Sequence[Searchable]) -> Iterator[list[str]]:
    """Yield the words of each record's ref, title and tags. (All that is ASCII takes half the time together; all
    records together would take room that is then not given back.)
    """
    for start in range(0, len(records), _TOGETHER):
        texts = [" ".join((record.ref, record.title, *record.tags)) for record in records[start : start + _TOGETHER]]
        plain = [text if text.isascii() and "\n" not in text else "" for text in texts]
        spaced = "\n".join(plain).encode("ascii").translate(TO_WORDS).decode("ascii").split("\n")
        for text, same, found in zip(texts, plain, spaced, strict=True):
            yield found.split() if same else forms(text)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch or overlap as one."""
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
