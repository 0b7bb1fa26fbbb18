"""What a query's words are: terms, and refs however they are written; words that say nothing; times of year."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from incident_tui.search.likeness import Span
from incident_tui.search.words import Word, words

_TERMS = 16
"""So many different words of a query are looked at; a person types fewer, a paste may hold thousands."""

_QUERY = 20_000
"""So many characters of a query are looked at."""

LETTERS = 64
"""So many characters of one term are looked at."""

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


Term = str | Ref


class Refs:
    """Reads refs of known families. `is_word` tells whether a form is a word in its own right (`s3`)."""

    def __init__(self, families: Collection[str], is_word: Callable[[str], bool]) -> None:
        self._families = families
        self._is_word = is_word

    def terms(self, query: str) -> list[Term]:
        """Return the query's different terms in its order: words, and a ref's words taken together as one."""
        query = query[:_QUERY]
        plain = list(words(query))
        refs = list(self.among(plain, query))
        inside_refs = {place for _, places in refs for place in places}
        terms: dict[Term, int] = {ref: places[0] for ref, places in refs}
        for form, places in plain:
            if places[0] not in inside_refs:
                terms.setdefault(form[:LETTERS], places[0])
        return sorted(terms, key=terms.__getitem__)[:_TERMS]

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


def _hyphenated(spots: Sequence[int], word: Word, text: str) -> bool:
    """Whether nothing but a hyphen stands between the character at the last of the spots and the word."""
    return text[spots[-1] + 1 : word.places[0]] == "-"
