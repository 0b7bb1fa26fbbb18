"""The index of headings and tags: which entries answer a query, best first, while it is typed.

The query's words are matched against the vocabulary, not against the entries: each term finds the words that
are like it, their posting lists say which entries hold them, and an entry answers if it holds all terms.
What else entries hold (`ExtraIndex`: their bodies) is asked beside it, term by term.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, islice
from math import log2
from typing import NamedTuple, Protocol

from rapidfuzz import fuzz

from incident_tui.search.index.adjacency import adjacent
from incident_tui.search.index.fuzzy import BEGUN, BRIEF, EXACT, Span, holds, spans_in_word
from incident_tui.search.index.postings import Scores, TermHits, add_optional, intersect, rounded_exactly
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
from incident_tui.search.synonyms import Phrase, Synonyms
from incident_tui.search.terms import (
    LETTERS,
    STOP_WORDS,
    Acronym,
    DottedName,
    Ref,
    Refs,
    Term,
    camel_case,
    is_strict,
    is_year,
    months,
    required,
    spans_of_ref,
)

_CLOSEST = 200
"""So many of the best entries have their ties broken by how the whole query lies in them."""

_WEAK = 0.45
"""Where no entry holds all terms better than this on the average, entries that miss one may be meant."""

_NEAR = 0.30
"""An entry that holds all terms less well than this on the average, a missing one counted, is a weak match: it is
listed only where there are no others. A word as it stands and one that is missing come to more, a typo of it to less.
"""

_PARTIAL = 1 / 3
"""Where all entries miss too many words, those are listed that match so much of the words' weight …"""

_NEAR_BEST = 0.75
"""… and so much of what the best of them matches."""

_WHEN = 0.45
"""How much it says of an entry that it is of the year, month or season that a word names."""


_APART = 0.6
"""What the parts of a code count that don't stand one after the other."""

SYNONYM = 0.70
"""What a synonym counts of what the word itself would: less than the word in the last section of a body."""

_ADJACENT = 0.22
"""What it adds to an entry's score that all words stand one after the other, in proportion for some of them."""

_PHRASE = 0.08
"""What it adds beside that if they are three words or more."""

_HALF = 3
"""Two words written as one have so many letters at least."""

_TOGETHER = 500
"""The headings of so many records are cut into words at once."""


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """What is searchable of one entry's heading and tags, and what orders it among equals. `timestamp` sorts as
    text, the newest last.
    """

    ref: str
    title: str
    tags: tuple[str, ...]
    timestamp: str
    pinned: bool = False


class Searchable(Protocol):
    """Anything that has what a `SearchRecord` has."""

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


class Ranking(NamedTuple):
    """The entries that answer a query, best first, the equals together; `weak` if none of them is near it."""

    levels: list[Level]
    weak: bool = False
    unmatched: tuple[str, ...] = ()
    """Words (folded) of a query of several that no entry matches, where none is near the query."""


class ExtraIndex(Protocol):
    """Where terms are looked for beside headings and tags; it answers in ranks."""

    @property
    def version(self) -> int:
        """Another number whenever it may answer differently."""
        ...

    def levels(self, term: Term, typos: bool) -> Iterable[Level]:
        """Return what holds the term; words a typo away too, only if `typos` says so."""
        ...

    def strict_levels(self, term: str | Acronym) -> Iterable[Level]:
        """Return what holds the word itself, or one that begins so."""
        ...

    def phrase_levels(self, phrase: Phrase) -> Iterable[Level]:
        """Return what holds these words one after the other."""
        ...

    def has_word(self, form: str) -> bool:
        """Whether anything holds exactly this word."""
        ...

    def holding(self, form: str) -> Set[int]:
        """Return what holds exactly this word."""
        ...

    def text(self, rank: int) -> bytes:
        """Return what is searched of an entry."""
        ...


class Index:
    """Answers queries over the records given. Inside, an entry is its rank (see `answers`)."""

    def __init__(self, records: Sequence[Searchable], synonyms: Synonyms | None = None) -> None:
        self._records = records
        self._synonyms = synonyms or Synonyms()
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
        exists = partial(_begins_ref, records, self.row_of_rank, self._families, self._words, self._numbers)
        self._refs = Refs(self._families, self._words.__contains__, exists)  # nothing bound to this index: no cycle
        self._answers: dict[_Asked, TermHits] = {}

    def search(self, query: str) -> list[Hit]:
        """Return the entries that match the query, best first; all, in the order given and with score 0, if
        it has no word.

        An entry must match every term but stop words; if none does (or only just), it may miss one, of six
        terms and more two, and so on; if still none does, the entries that match the most of them are weak matches.
        Its score is the mean of its likenesses. Weak matches are left out where others are found. Among equals the
        ones that hold the query most literally come first (of the 200 best), then pinned ones, then the newest.
        """
        ranking = self.ranking(query)
        if ranking is None:
            return [Hit(row, 0.0) for row in range(len(self._records))]
        return [Hit(self.row_of_rank[rank], score) for score, ranks in ranking.levels for rank in ranks]

    def ranking(self, query: str, within: Set[int] | None = None, further: ExtraIndex | None = None) -> Ranking | None:
        """Return the same in ranks, the equals together; nothing if the query has no word.

        `within` are the ranks that may answer (None: all), `further` is asked beside the index.
        """
        terms = self.terms(query)
        if not terms:
            return None
        synonyms = self.synonyms(query)
        for typos in (False, True):
            found = self._combined(terms, synonyms, within, further, typos)
            if found.levels:
                break
        wanted = required(terms)
        if len(wanted) < 2 or (found.levels and not found.weak):
            return found
        answers = self._answered(terms, synonyms, further, typos, lenient=True)
        if not found.levels and len(wanted) > 2:
            found = self._partial(terms, self._answered(terms, synonyms, further, False, lenient=True), within, further)
        return found._replace(unmatched=tuple(str(term) for term in wanted if not answers[term].size))

    def terms(self, query: str) -> list[Term]:
        """Return the query's different terms in its order."""
        return self._refs.terms(query)

    def synonyms(self, query: str) -> dict[str, tuple[Phrase, ...]]:
        """Return the synonyms of the query's words, by their folded forms; of a word in camel case, and of two words
        written as one, the parts, too.
        """
        query_forms = forms(query)
        synonyms = {query_forms[at]: same for at, same in self._synonyms.of(query_forms).items()}
        in_parts = [*camel_case(query).items(), *((form, pair) for form in query_forms for pair in self._halves(form))]
        for form, parts in in_parts:
            if parts not in synonyms.get(form, ()):
                synonyms[form] = (*synonyms.get(form, ()), parts)
        return synonyms

    def _halves(self, form: str) -> Iterator[Phrase]:
        """Yield the two words of headings and tags that a word is which none of these has: `split`, `brain`."""
        if form.isascii() and form.isalpha() and len(form) <= LETTERS and form not in self._words:
            for cut in range(_HALF, len(form) - _HALF + 1):
                if form[:cut] in self._words and form[cut:] in self._words:
                    yield form[:cut], form[cut:]

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

        Of each term only the strongest matches are marked: the word as it was typed, else a synonym of it, else the
        words that it is like, a word with a typo whole, of one with letters left out those that were typed.
        """
        return self.spans_of_texts(query, [text])[0]

    def spans_of_texts(self, query: str, texts: Sequence[str]) -> list[list[Span]]:
        """Return the same for the parts of one text: what matches weakly in one is not marked if another has the word
        itself.
        """
        terms = required(self.terms(query)) if texts else []
        marked: list[set[Span]] = [set() for _ in texts]
        if terms:
            synonyms = self.synonyms(query)
            plain = [list(words(text)) for text in texts]
            for term in terms:
                for spans, more in zip(marked, self._spans_of_term(term, plain, texts, synonyms), strict=True):
                    spans.update(more)
        return [
            merged((start, skip_combining(text, stop)) for start, stop in spans)
            for text, spans in zip(texts, marked, strict=True)
        ]

    def holds(self, term: Term, synonyms: Mapping[str, tuple[Phrase, ...]], text: str) -> bool:
        """Whether a text has a word that a term matches."""
        return any(self._spans_of_term(term, [list(words(text))], [text], synonyms))

    def _spans_of_term(
        self,
        term: Term,
        plain: Sequence[Sequence[Word]],
        texts: Sequence[str],
        synonyms: Mapping[str, tuple[Phrase, ...]],
    ) -> list[set[Span]]:
        if isinstance(term, Ref):
            return [
                set(spans_of_ref(term, self._refs.among(held, text))) for held, text in zip(plain, texts, strict=True)
            ]
        if isinstance(term, DottedName):
            return self._spans_of_code(term, plain, texts)
        form = str(term)
        eligible = [[word for word in held if self._words.may_match(form, word.form)] for held in plain]
        strict = is_strict(term)
        for whole in (True, False) if strict else (False,):
            literal = [[word for word in held if _as_typed(form, word.form, strict, whole)] for held in eligible]
            if any(literal):
                return [_spans_in_words(form, held) for held in literal]
        same = synonyms.get(form, ())
        found = [set[Span]().union(*(_spans_of_phrase(phrase, held) for phrase in same)) for held in plain]
        # A number a typo away is another number.
        if any(found) or strict or form.isdigit():
            return found
        return [_spans_in_words(form, held) for held in eligible]

    def _spans_of_code(
        self, code: DottedName, plain: Sequence[Sequence[Word]], texts: Sequence[str]
    ) -> list[set[Span]]:
        whole = [set(code.spans(held, text)) for held, text in zip(plain, texts, strict=True)]
        if any(whole):
            return whole
        each = [self._spans_of_term(part, plain, texts, {}) for part in code.parts if len(part) > 2]
        return [set[Span]().union(*spans) for spans in zip(*each, strict=True)] or [set() for _ in texts]

    def _answered(
        self,
        terms: Sequence[Term],
        synonyms: Mapping[str, tuple[Phrase, ...]],
        further: ExtraIndex | None,
        typos: bool,
        lenient: bool = False,
    ) -> dict[Term, TermHits]:
        # Typing changes the last term only: the next query can use the answers to this one's terms.
        known, version = self._answers, further.version if further else 0
        fresh: dict[_Asked, TermHits] = {}
        parts = {part for term in terms if isinstance(term, DottedName) for part in term.parts}
        keys = {term: _Asked(term, synonyms.get(str(term), ()), version, typos, lenient) for term in (*parts, *terms)}
        for term, key in keys.items():  # a code is answered by the answers to its parts
            if key in known:
                fresh[key] = known[key]
            else:
                of_parts = [fresh[keys[part]] for part in term.parts] if isinstance(term, DottedName) else ()
                fresh[key] = self._answer(key, further, of_parts)
        answers = {term: fresh[keys[term]] for term in terms}
        kept = {key: answer for key, answer in known.items() if key.term in answers and key.version == version}
        self._answers = kept | fresh
        return answers

    def _combined(
        self,
        terms: Sequence[Term],
        synonyms: Mapping[str, tuple[Phrase, ...]],
        within: Set[int] | None,
        further: ExtraIndex | None,
        typos: bool,
    ) -> Ranking:
        answers = self._answered(terms, synonyms, further, typos)
        if len(terms) == 1:
            (answer,) = answers.values()
            levels = (answer if within is None else answer.within(within)).levels
            near = [level for level in levels if level[0] >= _NEAR]
            return Ranking(list(self._literal_first(terms[0], near or levels)), bool(levels) and not near)
        wanted = required(terms)
        needed = [answers[term] for term in wanted]
        scores = intersect(needed, within, missing=0)
        if len(terms) > 1 and any(self._may_be_mistyped(term, further) for term in wanted):
            lenient = self._answered(terms, synonyms, further, typos, lenient=True)
            needed = [(lenient if self._may_be_mistyped(term, further) else answers)[term] for term in wanted]
            scores = {**intersect(needed, within, missing=0), **scores}
        if len(wanted) > 1 and max(scores.values(), default=0.0) < _WEAK * len(wanted):
            lenient = self._answered(terms, synonyms, further, typos, lenient=True)
            scores = {**intersect([lenient[term] for term in wanted], within, max(1, len(wanted) // 3)), **scores}
        near_scores = {rank: score for rank, score in scores.items() if score >= _NEAR * len(wanted)}
        optional = (answers[term] for term in terms if term not in wanted)
        ordered = self._ordered(add_optional(near_scores or scores, optional), terms, further)
        unknown = any(_is_ref(term) and not answers[term].size for term in wanted)
        return Ranking(list(ordered), bool(scores) and (unknown or not near_scores))

    def _partial(
        self,
        terms: Sequence[Term],
        answers: Mapping[Term, TermHits],
        within: Set[int] | None,
        further: ExtraIndex | None,
    ) -> Ranking:
        """Return the entries that match the most of the words (at least two), a rare one counted more: of a long
        sentence only a part may be right. Words that no entry matches don't count.
        """
        wanted = required(terms)
        weights = {
            answers[term]: rounded_exactly(log2(1 + len(self._records) / answers[term].size))
            for term in wanted
            if answers[term].size
        }
        total = sum(weights.values())
        candidates, left = set[int](), total
        for answer in sorted(weights, key=weights.__getitem__, reverse=True):
            if left >= _PARTIAL * total:  # who matches none of those before can still match so much
                candidates.update(answer.scores)
            left -= weights[answer]
        if within is not None:
            candidates &= within
        matched: dict[int, list[TermHits]] = {}
        for rank in candidates:
            matching = [answer for answer in weights if rank in answer.scores]
            if len(matching) > 1:
                matched[rank] = matching
        shares = {rank: sum(map(weights.__getitem__, matching)) / total for rank, matching in matched.items()}
        least = max(_PARTIAL, _NEAR_BEST * max(shares.values(), default=0.0))
        scores = {
            rank: rounded_exactly(
                len(wanted) * sum(weights[answer] * answer.scores[rank] for answer in matching) / total
            )
            for rank, matching in matched.items()
            if shares[rank] >= least
        }
        return Ranking(list(self._ordered(scores, terms, further)), weak=bool(scores))

    def _may_be_mistyped(self, term: Term, further: ExtraIndex | None) -> bool:
        """Whether a short word is not a word of any entry: beside other words it may be one with a typo after all."""
        return isinstance(term, str) and is_strict(term) and not self._is_word(term, further)

    def _answer(self, asked: "_Asked", further: ExtraIndex | None, parts: Sequence[TermHits]) -> TermHits:
        """Answer a term; `parts` are the answers to the parts of a code."""
        term = asked.term
        if isinstance(term, Ref) and (exact := self._exact(term)):
            return TermHits([(EXACT, exact)])
        strict = isinstance(term, Acronym) or (isinstance(term, str) and is_strict(term) and not asked.lenient)
        # A typo is taken where no entry has the word, in heading or body, or if none has all words.
        typos = asked.typos or not (is_unspaced(str(term)) or self._is_word(term, further))
        levels = self._own_levels(term, strict, typos)
        if isinstance(term, DottedName):
            levels = chain(levels, self._joined(term.joined, further) if term.joined else self._apart(parts))
        for phrase in asked.synonyms:
            levels = chain(levels, self._synonym_levels(phrase, further))
        if further is not None and str(term) not in STOP_WORDS:
            more = (
                further.strict_levels(term)
                if strict and isinstance(term, str | Acronym)
                else further.levels(term, typos)
            )
            levels = chain(levels, more)
        return TermHits(levels)

    def _synonym_levels(self, phrase: Phrase, further: ExtraIndex | None) -> Iterator[Level]:
        """Give the entries that hold a synonym, at what that counts; a plural is as good."""
        *before, last = phrase
        for form in (last, f"{last}s"):
            words = (*before, form)
            ranks = sorted(set.intersection(*(set(self.holding(word)) for word in words)))
            if before:
                ranks = [rank for rank in ranks if f" {' '.join(words)} " in f" {' '.join(forms(self._text(rank)))} "]
            if ranks:
                yield SYNONYM, ranks
            if further is not None:
                yield from ((SYNONYM * likeness, held) for likeness, held in further.phrase_levels(words))

    def _is_word(self, term: Term, further: ExtraIndex | None) -> bool:
        """Whether an entry holds a term as it was typed."""
        form = str(term)
        return form in self._words or form in self._numbers or (further is not None and further.has_word(form))

    def _own_levels(self, term: Term, strict: bool, typos: bool) -> Iterable[Level]:
        if isinstance(term, Ref):
            return self._ref_answer(term).levels
        if isinstance(term, DottedName):
            return self._code_levels(term)
        form, begun = str(term), BEGUN if isinstance(term, Acronym) else None
        if form.isdigit():
            return chain(self._number_levels(form), self._words.levels(self._words.literal(form)), self._when(form))
        if strict:
            return chain(self._words.levels(self._words.beginnings(form, begun)), self._when(form))
        matches = self._words.matches(form) if typos else self._words.literal(form)
        return chain(self._words.levels(matches), self._when(form))

    def _ref_answer(self, ref: Ref) -> TermHits:
        members = self._members(ref.family)
        # A number a typo away, or a part of one, is another reference.
        answer = TermHits(self._numbers.levels(self._numbers.beginnings(ref.digits))).within(members)
        if answer.levels or len(ref.numbers) == 1:
            return answer
        # No ref, but maybe words of a title: `node-2-5` where refs are of the family NODE.
        each = [TermHits(self._number_levels(number)) for number in ref.numbers]
        both = sorted(intersect(each, members, missing=0))
        return TermHits([(BRIEF, both)] if both else [])

    def _exact(self, ref: Ref) -> list[int]:
        """The entries whose ref this is."""
        members = self._members(ref.family)
        ranks = [rank for rank in self._numbers.posting(ref.digits) if rank in members]
        return sorted(rank for rank in ranks if fold(self._records[self.row_of_rank[rank]].ref) == str(ref))

    def _code_levels(self, code: DottedName) -> Iterator[Level]:
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

    def _joined(self, form: str, further: ExtraIndex | None) -> Iterator[Level]:
        """Give the entries that hold what looks like a reference without its signs (`SHA-256`, `sha256`)."""
        yield from self._words.levels(self._words.beginnings(form))
        if further is not None:
            yield from further.strict_levels(form)

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
        ranks_by_time: defaultdict[str, list[int]] = defaultdict(list)
        for rank, row in enumerate(self.row_of_rank):
            timestamp = self._records[row].timestamp
            ranks_by_time[timestamp[:4]].append(rank)
            ranks_by_time[timestamp[4:8]].append(rank)
        return dict(ranks_by_time)

    def _members(self, family: str) -> Set[int]:
        return _members(self._families, self._words, family)

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

    def _ordered(self, scores: Scores, terms: Sequence[Term], further: ExtraIndex | None) -> Iterator[Level]:
        """Yield the entries best first. Of the best ones those count more that hold words of the query one after the
        other; among equals they are in the order of the query's likeness as a whole, then of how much of it is in the
        heading, then of rank.
        """
        by_score: defaultdict[float, list[int]] = defaultdict(list)
        for rank in sorted(scores):
            by_score[scores[rank]].append(rank)
        best = islice((rank for score in sorted(by_score, reverse=True) for rank in by_score[score]), _CLOSEST)
        raised = self._adjacent(list(best), terms, further)
        for score in {scores[rank] for rank in raised}:
            by_score[score] = [rank for rank in by_score[score] if rank not in raised]
        for rank, bonus in raised.items():
            insort(by_score[scores[rank] + bonus], rank)
        each = [str(term) for term in terms]
        wanted = " ".join(each)

        def closeness(rank: int) -> tuple[float, int]:
            heading = self._heading(rank)
            tags = self._records[self.row_of_rank[rank]].tags
            whole = fuzz.partial_ratio(wanted, fold(" ".join((heading, *tags))))
            return whole, sum(part in heading for part in each)

        left = _CLOSEST
        for score in sorted(by_score, reverse=True):
            equals = by_score[score]
            if left > 0 and len(equals) > 1:
                equals[:left] = sorted(equals[:left], key=closeness, reverse=True)
            left -= len(equals)
            if equals:
                yield min(1.0, score / len(terms)), equals

    def _adjacent(self, ranks: Sequence[int], terms: Sequence[Term], further: ExtraIndex | None) -> dict[int, float]:
        """Return by how much to raise the scores of those entries in which words of the query stand one after the
        other, in rank order.
        """
        term_forms = [form for term in terms for form in forms(str(term))]
        raised = {}
        for rank in sorted(ranks):
            record = self._records[self.row_of_rank[rank]]
            heading = (f"{record.ref} {record.title}", *record.tags)
            texts = (fold(text).encode("utf-8", "surrogatepass") for text in heading)
            body = (each.text(rank).lower() for each in (further,) if each is not None)
            together = adjacent(term_forms, chain(texts, body))
            if together:
                share = together / (len(term_forms) - 1)
                bonus = _ADJACENT * share + (_PHRASE if share == 1 and len(term_forms) > 2 else 0.0)
                raised[rank] = rounded_exactly(bonus * len(terms))
        return raised

    def _text(self, rank: int) -> str:
        record = self._records[self.row_of_rank[rank]]
        return " | ".join((f"{record.ref} {record.title}", *record.tags))

    def _heading(self, rank: int) -> str:
        record = self._records[self.row_of_rank[rank]]
        return fold(f"{record.ref} {record.title}")


class _Asked(NamedTuple):
    """What an answer is to."""

    term: Term
    synonyms: tuple[Phrase, ...]
    version: int
    typos: bool
    lenient: bool
    """Whether a short word may be mistyped."""


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


def _members(families: Mapping[str, set[int]], vocabulary: Vocabulary, family: str) -> Set[int]:
    """The entries whose heading or tags hold a family's name, which are looked up once."""
    members = families[family]
    if not members:
        members.update(vocabulary.posting(family))
    return members


def _begins_ref(
    records: Sequence[Searchable],
    row_of_rank: Sequence[int],
    families: Mapping[str, set[int]],
    vocabulary: Vocabulary,
    numbers: Vocabulary,
    ref: Ref,
) -> bool:
    """Whether the ref of an entry begins so."""
    members = _members(families, vocabulary, ref.family)
    return any(
        fold(records[row_of_rank[rank]].ref).startswith(str(ref))
        for _, ranks in numbers.levels(numbers.beginnings(ref.digits))
        for rank in ranks
        if rank in members
    )


def _is_ref(term: Term) -> bool:
    """Whether a term looks like a reference: entries without it are not what is meant."""
    return isinstance(term, Ref) or (isinstance(term, DottedName) and bool(term.joined))


def _as_typed(form: str, word: str, strict: bool, whole: bool) -> bool:
    """Whether a word holds a term as it was typed; a strict one as its beginning, or as a `whole`."""
    return word == form if whole else word.startswith(form) if strict else holds(form, word)


def _spans_in_words(form: str, words: Iterable[Word]) -> set[Span]:
    return {
        (word.places[start], word.places[stop - 1] + 1)
        for word in words
        for start, stop in spans_in_word(form, word.form)
    }


def _spans_of_phrase(phrase: Phrase, words: Sequence[Word]) -> Iterator[Span]:
    """Yield where a synonym stands; a plural is as good."""
    *before, last = phrase
    for at in range(len(words) - len(before)):
        run = words[at : at + len(phrase)]
        if [word.form for word in run[:-1]] == before and run[-1].form in (last, f"{last}s"):
            yield run[0].places[0], run[-1].places[-1] + 1


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch or overlap as one."""
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
