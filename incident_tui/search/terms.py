"""What a query's words are: terms, refs and codes however they are written; words that say nothing; times of year."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from incident_tui.format.model.entry import REF
from incident_tui.search.index.fuzzy import EXACT, Span, prefix_score
from incident_tui.search.index.tokenize import Word, fold, is_korean, is_unspaced, words

_TERMS = 16
"""So many different words of a query are looked at; a person types fewer, a paste may hold thousands."""

_QUERY = 20_000
"""So many characters of a query are looked at."""

LETTERS = 64
"""So many characters of one term are looked at."""

_PARTS = 16
"""A code has at most so many parts."""

_SHORT = 3
"""A word of so few letters is found only as typed."""

_SIGNS = frozenset(".-_:/")
"""What stands between the parts of a code."""

_REF_IN_TEXT = re.compile(rf"(?<![\w-]){REF.pattern}(?![\w-]|[.:/]\w)")
"""A reference that stands by itself."""

_CAMEL_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_CAMEL_CASE = re.compile(r"\b(?=[A-Za-z]*[a-z][A-Z]|[A-Z]{2,}[a-z]{2})[A-Za-z]{4,64}\b")

_DIGITS = frozenset("0123456789")
_HEXADECIMAL = frozenset("0123456789abcdef")

_SAY_LITTLE = """\
a about after again all an and any are as at be because been before but by can could did do does during for from
had happened has have how i in incident incidents into is it its just like not of on once one or our out so some
something stuff than that the their then there these they thing things this those time to too up us was we were
what when where which while who why will with would you"""

STOP_WORDS = frozenset(_SAY_LITTLE.split())
"""Words that an entry need not hold: they say little, and people type them all the same."""

_MONTH_NAMES = "january february march april may june july august september october november december"
_MONTHS = _MONTH_NAMES.split()
_SEASONS = {"winter": (12, 1, 2), "spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11), "fall": (9, 10, 11)}


class Ref(NamedTuple):
    """A ref in a query or a text: `INC-1234`, `inc-12`, `inc1234` and `PM2025-002` are all a family and its
    digits.
    """

    family: str
    numbers: tuple[str, ...]

    @property
    def digits(self) -> str:
        """Its digits without hyphens."""
        return "".join(self.numbers)

    def __str__(self) -> str:
        return "-".join((self.family, *self.numbers))


class DottedName(NamedTuple):
    """A name in parts, such as an address, a version or a UUID: `10.0.3`, `v1.2`, `550e8400-e29b`. Its parts mean
    something only one after the other; the last one may be unfinished.
    """

    text: str
    """As it was typed, folded."""
    parts: tuple[str, ...]
    joined: str = ""
    """The same without its signs, if it looks like a reference: its parts mean nothing then where they stand apart."""

    def __str__(self) -> str:
        return self.text

    def likeness(self, text: bytes) -> float:
        """Return how like the likest of the codes in a text is: 1 for this one, less for one that begins so, or 0."""
        best = 0.0
        for match in _code_pattern(self.parts).finditer(text):
            best = max(best, prefix_score(self.text, f"{self.text}{match[1].decode()}", 0.0))
            if best == EXACT:
                break
        return best

    def spans(self, plain: Sequence[Word], text: str) -> Iterator[Span]:
        """Yield where the codes of a text begin as this one does; `plain` are the words of the text."""
        *whole, last = self.parts
        for at in range(len(plain) - len(whole)):
            window = plain[at : at + len(self.parts)]
            same = window[-1].form.startswith(last) and [word.form for word in window[:-1]] == whole
            if same and all(_joined(*both, text) for both in pairwise(window)):
                yield window[0].places[0], window[-1].places[len(last) - 1] + 1


class Acronym(NamedTuple):
    """A word typed in capitals: it is found as it stands, or as the beginning of a word."""

    form: str
    """Folded."""

    def __str__(self) -> str:
        return self.form


Term = str | Ref | DottedName | Acronym


def is_strict(term: str | Acronym) -> bool:
    """Whether only the word itself, or one that begins so, is meant: of an acronym, or a few letters, a typo or a
    part of the letters makes another word.
    """
    if isinstance(term, Acronym):
        return True
    return len(term) <= _SHORT and not (is_unspaced(term) or is_korean(term))


class Refs:
    """Reads refs of known families. `is_word` tells whether a form is a word in its own right (`s3`), `exists` whether
    the ref of an entry begins so.
    """

    def __init__(
        self, families: Collection[str], is_word: Callable[[str], bool], exists: Callable[[Ref], bool]
    ) -> None:
        self._families = families
        self._is_word = is_word
        self._exists = exists

    def terms(self, query: str) -> list[Term]:
        """Return the query's different terms in its order: words, and a ref's words taken together as one."""
        query = query[:_QUERY]
        plain = list(words(query))
        refs = [*self.among(plain, query), *self._spaced(plain, query)]
        inside_refs = {position for _, places in refs for position in places}
        terms: dict[Term, int] = {ref: places[0] for ref, places in refs}
        others = [word for word in plain if word.places[0] not in inside_refs]
        for match in _REF_IN_TEXT.finditer(query):
            unknown = [word for word in others if match.start() <= word.places[0] < match.end()]
            if len(unknown) > 1:
                others = [word for word in others if word not in unknown]
                parts = tuple(word.form[:LETTERS] for word in unknown[:_PARTS])
                terms.setdefault(DottedName(fold(match[0]), parts, "".join(parts)), match.start())
        for held in _compounds(others, query):
            if len(held) > 1 and any(map(_has_digit, held)):
                text = fold(query[held[0].places[0] : held[-1].places[-1] + 1])
                terms.setdefault(DottedName(text, tuple(word.form[:LETTERS] for word in held)), held[0].places[0])
            else:
                for form, places in held:
                    term = _term(form[:LETTERS], query[places[0] : places[-1] + 1])
                    terms.setdefault(term, places[0])
        return sorted(terms, key=terms.__getitem__)[:_TERMS]

    def _spaced(self, plain: Sequence[Word], text: str) -> Iterator[tuple[Ref, Sequence[int]]]:
        """Yield the refs that a query writes with blanks (`inc 2168`, `pm 2025 002`), as `among` does. A family of one
        word and a number are one even where no entry has it.
        """
        at = 0
        while at < len(plain):
            begun = next((held for size in (1, 2) if _joint(held := plain[at : at + size]) in self._families), ())
            numbers: list[Word] = []
            for word in plain[at + len(begun) : at + _PARTS] if begun else ():
                ref = Ref(_joint(begun), tuple(each.form for each in (*numbers, word)))
                before = (*begun, *numbers)[-1]
                gap = text[before.places[-1] + 1 : word.places[0]]
                if not word.form.isdigit() or not (gap.isspace() or gap == "-"):
                    break
                if (numbers or len(begun) > 1) and not self._exists(ref):
                    break
                numbers.append(word)
            ref_words = [*begun, *numbers]
            if numbers and not all(_hyphenated(one.places, other, text) for one, other in pairwise(ref_words)):
                ref = Ref(_joint(begun), tuple(each.form for each in numbers))
                yield ref, [position for each in ref_words for position in each.places]
            at += max(1, len(ref_words) if numbers else 1)

    def among(self, plain: Sequence[Word], text: str) -> Iterator[tuple[Ref, Sequence[int]]]:
        """Yield the refs among a text's words, each with the places of its characters (without hyphens)."""
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
                    yield Ref(form, tuple(numbers)), spots
            elif form[-1].isdigit() and not self._is_word(form):
                for cut in range(1, min(len(form), LETTERS)):
                    if form[:cut] in self._families and form[cut:].isdigit():
                        yield Ref(form[:cut], (form[cut:],)), places
                        break


def _term(form: str, typed: str) -> str | Acronym:
    """Return the term of a word as it was typed; one in capitals that has digits is rather an id than an acronym."""
    capitals = len(form) > 1 and typed.isupper() and (form.isalpha() or len(form) <= _SHORT)
    return Acronym(form) if capitals and form not in STOP_WORDS else form


def camel_case(query: str) -> dict[str, tuple[str, ...]]:
    """Return the folded parts of each word in camel case, by the folded word: `OOMKilled` is `oom`, `killed`."""
    return {
        fold(match[0]): tuple(fold(part) for part in _CAMEL_PART.findall(match[0]))
        for match in _CAMEL_CASE.finditer(query[:_QUERY])
    }


def required(terms: Sequence[Term]) -> list[Term]:
    """Return the terms that an entry must hold: all but stop words, or all if there are only those."""
    return [term for term in terms if term not in STOP_WORDS] or list(terms)


def months(term: str) -> Sequence[int]:
    """Return the months (1 to 12) that a word names: a month, or a season of the northern hemisphere."""
    if term in _MONTHS:
        return (_MONTHS.index(term) + 1,)
    return _SEASONS.get(term, ())


def is_year(term: str) -> bool:
    """Whether a term is a year that an incident may be of."""
    return len(term) == 4 and term.isascii() and term.isdigit() and term[:2] in ("19", "20")


def spans_of_ref(term: Ref, refs: Iterable[tuple[Ref, Sequence[int]]]) -> Iterator[Span]:
    """Yield where the refs of a text begin as the term does."""
    for ref, places in refs:
        if ref.family == term.family and ref.digits.startswith(term.digits):
            yield places[0], places[len(term.family) + len(term.digits) - 1] + 1


def _joint(words: Iterable[Word]) -> str:
    return "".join(word.form for word in words)


def _compounds(plain: Sequence[Word], text: str) -> Iterator[list[Word]]:
    """Yield the words, together those that may be parts of one code."""
    compound: list[Word] = []
    for word in plain:
        goes_on = compound and _joined(compound[-1], word, text) and _is_part(compound[-1]) and _is_part(word)
        if compound and (not goes_on or len(compound) == _PARTS):
            yield compound
            compound = []
        compound.append(word)
    if compound:
        yield compound


def _is_part(word: Word) -> bool:
    """Whether a word may be a part of a code: digits are in it, or it is as short or as odd as parts of codes are."""
    form = word.form
    brief = len(form) < 3 and form not in STOP_WORDS
    return form.isascii() and (_has_digit(word) or brief or _HEXADECIMAL.issuperset(form))


def _has_digit(word: Word) -> bool:
    return not _DIGITS.isdisjoint(word.form)


def _joined(word: Word, other: Word, text: str) -> bool:
    """Whether nothing but a sign stands between two words."""
    return text[word.places[-1] + 1 : other.places[0]] in _SIGNS


@lru_cache(maxsize=64)
def _code_pattern(parts: Sequence[str]) -> re.Pattern[bytes]:
    signs = re.escape("".join(sorted(_SIGNS))).encode()
    joined = (b"[" + signs + b"]").join(part.encode("ascii") for part in parts)
    return re.compile(rb"(?<![a-z0-9\x80-\xff])" + joined + rb"([a-z0-9]*)", re.IGNORECASE)


def _hyphenated(spots: Sequence[int], word: Word, text: str) -> bool:
    """Whether nothing but a hyphen stands between the character at the last of the spots and the word."""
    return text[spots[-1] + 1 : word.places[0]] == "-"
