"""The index: which entries answer a query, best first, while it is typed.

The query's words are matched against the vocabulary, not against the entries: each term finds the words that
are like it, their posting lists say which entries hold them, and an entry answers if it holds all terms.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby, repeat
from typing import NamedTuple

from rapidfuzz import fuzz

from incident_tui.search.likeness import BRIEF, EXACT, Span, holds, spans_in_word
from incident_tui.search.vocabulary import Level, Vocabulary
from incident_tui.search.words import Word, fold, forms, past_marks, words

_TERMS = 16
"""So many different words of a query are looked at; a person types fewer, a paste may hold thousands."""

_QUERY = 20_000
"""So many characters of a query are looked at."""

_LETTERS = 64
"""So many characters of one term are looked at."""

_CLOSEST = 200
"""So many of the best entries have their ties broken by how the whole query lies in them."""

Scores = Mapping[int, float]
"""Entries by rank, each with how well it matches (above 0, at most 1)."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is searchable of one entry, and what orders it among equals. `timestamp` sorts as text, the newest
    last.
    """

    ref: str
    title: str
    tags: tuple[str, ...]
    timestamp: str
    pinned: bool = False


class Hit(NamedTuple):
    """An entry found: its position in the records given, and how well it matches (0 when nothing was asked,
    else up to 1).
    """

    row: int
    score: float


class _Ref(NamedTuple):
    """A ref in a query or a text: `INC-1234`, `inc-12`, `inc1234` and `PM2025-002` are all a family and its
    digits.
    """

    family: str
    numbers: tuple[str, ...]

    @property
    def digits(self) -> str:
        return "".join(self.numbers)


class _Answer:
    """The entries that hold words like one term, each at the best likeness: best first, then by rank."""

    def __init__(self, levels: Iterable[Level]) -> None:
        by_likeness: defaultdict[float, list[Sequence[int]]] = defaultdict(list)
        for likeness, posting in levels:
            by_likeness[likeness].append(posting)
        self.levels: list[Level] = []
        seen = set[int]()
        for likeness in sorted(by_likeness, reverse=True):
            postings = by_likeness[likeness]
            ranks = postings[0] if len(postings) == 1 else sorted(set().union(*postings))
            fresh = [rank for rank in ranks if rank not in seen] if seen else ranks
            self.levels.append((likeness, fresh))
            if len(self.levels) < len(by_likeness):
                seen.update(fresh)

    def within(self, members: Set[int]) -> "_Answer":
        """Return the answer without the entries that are not among the members."""
        return _Answer(
            (likeness, among)
            for likeness, ranks in self.levels
            if (among := [rank for rank in ranks if rank in members])
        )

    @cached_property
    def scores(self) -> Scores:
        """The same by entry, in 1024ths: sums of those are exact in any order, so that equal entries stay equal."""
        scores: dict[int, float] = {}
        for likeness, ranks in self.levels:
            scores.update(dict.fromkeys(ranks, round(likeness * 1024) / 1024))
        return scores


class Index:
    """Answers queries over the records given. It never changes, so one may be built in a thread and used in
    another.

    Inside, an entry is its *rank*: its position when pinned entries come first and then the newest, so that
    sorted ranks are entries in the order that breaks ties.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._row_of_rank = sorted(range(len(records)), key=lambda row: records[row].timestamp, reverse=True)
        self._row_of_rank.sort(key=lambda row: not records[row].pinned)
        postings: defaultdict[str, list[int]] = defaultdict(list)
        families: set[str] = set()
        for rank, row in enumerate(self._row_of_rank):
            record = records[row]
            found = forms(" ".join((record.ref, record.title, *record.tags)))
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
        self._ready: dict[float, list[Hit]] = {EXACT: [], BRIEF: []}
        self._answers: dict[str | _Ref, _Answer] = {}

    def search(self, query: str) -> list[Hit]:
        """Return the entries that match the query, best first; all, in the order given and with score 0, if
        it has no word.

        An entry must match every term; if none does, it may miss one. Its score is the mean of its
        likenesses. Among equals the ones that hold the query most literally come first (of the 200 best),
        then pinned ones, then the newest.
        """
        terms = self._terms(query)
        if not terms:
            return self._all.copy()
        # Typing changes the last term only: the next query can use the answers to this one's terms.
        known = self._answers
        answers = {term: known[term] if term in known else self._answer(term) for term in terms}
        self._answers = answers
        if len(terms) == 1:
            (answer,) = answers.values()
            return self._hits(answer.levels)
        smallest_first = sorted((answer.scores for answer in answers.values()), key=len)
        scores = _with_all(smallest_first) or _with_all_but_one(smallest_first)
        return self._hits(self._ordered(scores, terms))

    def spans(self, query: str, text: str) -> list[Span]:
        """Return the character ranges of `text` that the query's terms match, ascending and apart; `text` may
        be any string.

        A term that stands in the text as it was typed marks only that; otherwise it marks the words that it
        is like: a word with a typo whole, of one with letters left out those that were typed.
        """
        terms = self._terms(query)
        if not terms:
            return []
        plain = list(words(text))
        refs = list(self._refs(plain, text))
        marked = set[Span]()
        for term in terms:
            if isinstance(term, _Ref):
                marked.update(_spans_of_ref(term, refs))
            else:
                marked.update(self._spans_of_term(term, plain))
        return _merged((start, past_marks(text, stop)) for start, stop in marked)

    def _spans_of_term(self, term: str, plain: Iterable[Word]) -> Iterator[Span]:
        eligible = [word for word in plain if self._words.may_match(term, word.form)]
        literal = [word for word in eligible if holds(term, word.form)]
        # A number a typo away is another number.
        blurred = [] if literal or term.isdigit() else eligible
        for form, places in literal or blurred:
            for start, stop in spans_in_word(term, form):
                yield places[start], places[stop - 1] + 1

    def _terms(self, query: str) -> list[str | _Ref]:
        """Return the query's different terms in its order: words, and a ref's words taken together as one."""
        query = query[:_QUERY]
        plain = list(words(query))
        refs = list(self._refs(plain, query))
        inside_refs = {place for _, places in refs for place in places}
        terms: dict[str | _Ref, int] = {ref: places[0] for ref, places in refs}
        for form, places in plain:
            if places[0] not in inside_refs:
                terms.setdefault(form[:_LETTERS], places[0])
        return sorted(terms, key=terms.__getitem__)[:_TERMS]

    def _refs(self, plain: Sequence[Word], text: str) -> Iterator[tuple[_Ref, Sequence[int]]]:
        """Yield the refs of known families among a text's words, each with the places of its characters
        (without hyphens).
        """
        at = 0
        while at < len(plain):
            form, places = plain[at]
            at += 1
            if form in self._families:
                numbers, spots = [], list(places)
                while at < len(plain) and plain[at].form.isdigit() and _hyphenated(spots, plain[at], text):
                    numbers.append(plain[at].form)
                    spots.extend(plain[at].places)
                    at += 1
                if numbers:
                    yield _Ref(form, tuple(numbers)), spots
            elif form[-1].isdigit() and not self._words.posting(form):
                for cut in range(1, min(len(form), _LETTERS)):
                    if form[:cut] in self._families and form[cut:].isdigit():
                        yield _Ref(form[:cut], (form[cut:],)), places
                        break

    def _answer(self, term: str | _Ref) -> _Answer:
        if isinstance(term, _Ref):
            return self._ref_answer(term)
        if term.isdigit():
            return _Answer(chain(self._number_levels(term), self._words.levels(self._words.literal(term))))
        return _Answer(self._words.levels(self._words.matches(term)))

    def _ref_answer(self, ref: _Ref) -> _Answer:
        members = self._members(ref.family)
        answer = _Answer(self._numbers.levels(self._numbers.literal(ref.digits))).within(members)
        if answer.levels:
            return answer
        # No ref, but maybe words of a title: `node-2-5` where refs are of the family NODE.
        each = [_Answer(self._number_levels(number)).scores for number in ref.numbers]
        together = [rank for rank in sorted(_with_all(each)) if rank in members] if len(each) > 1 else []
        if together:
            return _Answer([(BRIEF, together)])
        return _Answer(self._number_levels(ref.digits)).within(members)

    def _number_levels(self, digits: str) -> Iterator[Level]:
        """Give the numbers that hold these digits; others a typo away only if there are none, for every
        number has many.
        """
        return self._numbers.levels(self._numbers.literal(digits) or self._numbers.matches(digits))

    def _members(self, family: str) -> Set[int]:
        members = self._families[family]
        if not members:
            members.update(self._words.posting(family))
        return members

    def _ordered(self, scores: Scores, terms: Sequence[str | _Ref]) -> Iterator[Level]:
        """Yield the entries best first; among equals of the best ones by the query's likeness as a whole,
        then by rank.
        """
        ranks = sorted(scores)
        ranks.sort(key=scores.__getitem__, reverse=True)
        asked = " ".join(term if isinstance(term, str) else "-".join((term.family, *term.numbers)) for term in terms)
        left = _CLOSEST
        for score, group in groupby(ranks, key=scores.__getitem__):
            equals = list(group)
            if left > 0 and len(equals) > 1:
                closest = equals[:left]
                closest.sort(key=lambda rank: fuzz.partial_ratio(asked, self._text(rank)), reverse=True)
                equals[:left] = closest
            left -= len(equals)
            yield score / len(terms), equals

    def _text(self, rank: int) -> str:
        record = self._records[self._row_of_rank[rank]]
        return fold(" ".join((record.ref, record.title, *record.tags)))

    def _hits(self, levels: Iterable[Level]) -> list[Hit]:
        hits: list[Hit] = []
        for score, ranks in levels:
            if score in self._ready and 8 * len(ranks) > len(self._records):
                hits.extend(map(self._ready_at(score).__getitem__, ranks))
            else:
                rows = map(self._row_of_rank.__getitem__, ranks)
                # Hit's own constructor is Python code; this makes the same tuples in half the time.
                hits.extend(map(tuple.__new__, repeat(Hit), zip(rows, repeat(score))))
        return hits

    def _ready_at(self, score: float) -> list[Hit]:
        """Return a hit of this score for each rank: half of all entries answer to a single letter, and making
        hits takes longest.
        """
        if not self._ready[score]:
            self._ready[score] = [Hit(row, score) for row in self._row_of_rank]
        return self._ready[score]

    @cached_property
    def _all(self) -> list[Hit]:
        return [Hit(row, 0.0) for row in range(len(self._records))]


def _with_all(answers: Sequence[Scores]) -> Scores:
    """Return the entries in all answers (smallest first), each with the sum of its likenesses."""
    scores = answers[0]
    for answer in answers[1:]:
        scores = {rank: score + answer[rank] for rank, score in scores.items() if rank in answer}
    return scores


def _with_all_but_one(answers: Sequence[Scores]) -> Scores:
    """Return the entries in all answers (smallest first) but one, each with the sum of its likenesses."""
    scores: dict[int, float] = {}
    for rank in answers[0].keys() | answers[1].keys():  # who misses one is in one of any two
        likenesses = [answer[rank] for answer in answers if rank in answer]
        if len(likenesses) == len(answers) - 1:
            scores[rank] = sum(likenesses)
    return scores


def _hyphenated(spots: Sequence[int], word: Word, text: str) -> bool:
    """Whether nothing but a hyphen stands between the character at the last of the spots and the word."""
    return text[spots[-1] + 1 : word.places[0]] == "-"


def _spans_of_ref(term: _Ref, refs: Iterable[tuple[_Ref, Sequence[int]]]) -> Iterator[Span]:
    for ref, places in refs:
        if ref.family == term.family and ref.digits.startswith(term.digits):
            yield places[0], places[len(term.family) + len(term.digits) - 1] + 1


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch or overlap as one."""
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
