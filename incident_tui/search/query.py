"""The query language: what a person typed, taken apart. Pure, and any string at all is a query.

    conection pool            words, in any order, typos forgiven
    "idle in transaction"     these words in this order
    -kafka  -"dry run"        without the word, without the phrase
    in:root-cause leak        the words after it stand in a section whose title says so (to the next `in:`)
    tag:redis  -tag:auth      a filter, and its opposite
    tag:redis,kafka           either value; a value with spaces stands in quotes: tag:"on sale"

All parts must hold. A filter given twice: of what an entry has several of (`tag:`, `is:`) both must hold, so
that `tag:a tag:b` is an entry with both tags; of what it has one of (`type:`, `ref:`, `state:`, `pinned:`, a
number, a date) either may, except that bounds (`used:>2 used:<9`) all hold.

What can't be understood is no error: it is left out of the search and told, in place, as a `Notice`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from incident_tui.search.filter_values import InvalidValue, Range, Text, Value
from incident_tui.search.filters import FILTERS, plain

if TYPE_CHECKING:
    from incident_tui.search.synonyms import Synonyms

_LONGEST = 20_000
"""So many characters of a query are looked at."""

_QUOTES = str.maketrans("“”„", '"""')

_TOKEN = re.compile(
    r"(?P<minus>-(?=[^\s-]))?"
    r'(?:"(?P<phrase>[^"]*)"?'
    r'|(?P<name>[A-Za-z]+):(?P<value>(?:"[^"]*(?:"|\Z)|[^\s"])*)'
    r"|(?P<word>\S+))"
)
_UNDECODED = re.compile("[\udc80-\udcff]")
"""A byte that was no UTF-8 where it was typed: it is a word that no entry has."""
_PART = re.compile(r'"(?P<quoted>[^"]*)(?:"|\Z)|(?P<bare>[^",]+)')


class Notice(NamedTuple):
    """What is to be told about a part of the query: where it stands (characters), and what to say."""

    start: int
    stop: int
    message: str


class Filter(NamedTuple):
    """One filter. It holds if one of its values does, or, negated, if none does."""

    name: str
    values: tuple[Value, ...]
    negated: bool = False

    @property
    def cumulative(self) -> bool:
        """Whether it must hold beside others of its name; otherwise one of them must."""
        return FILTERS[self.name].cumulative or any(isinstance(value, Range) and value.bound for value in self.values)


class SectionTerms(NamedTuple):
    """Words and phrases to be found in the sections whose title matches `section`."""

    section: str
    words: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. `words` are the free words as typed, blanks between them."""

    text: str
    today: date
    words: str = ""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    """Words and phrases that no entry found may hold."""
    scoped: tuple[SectionTerms, ...] = ()
    filters: tuple[Filter, ...] = ()
    problems: tuple[Notice, ...] = ()
    """What could not be understood and is left out."""
    hints: tuple[Notice, ...] = ()
    """What was understood, but maybe not as it was meant."""

    @property
    def asks(self) -> bool:
        """Whether anything is asked; otherwise all entries answer."""
        return bool(self.filters) or self.reads_bodies

    @property
    def reads_bodies(self) -> bool:
        """Whether the answer depends on what stands in bodies, so that they must have been indexed."""
        return bool(self.without or self.scoped or _has_words(self.wanted))

    @property
    def reads_texts(self) -> bool:
        """Whether the answer depends on what entries say below their metadata: on words, or on open items."""
        open_items = Text("open")
        return self.reads_bodies or any(
            asked.name == "is" and not asked.negated and open_items in asked.values for asked in self.filters
        )

    @property
    def wanted(self) -> str:
        """All words that a hit is wanted to hold, for highlighting: free, scoped and in phrases."""
        parts = [self.words, *self.phrases]
        for scoped in self.scoped:
            parts += [scoped.words, *scoped.phrases]
        return " ".join(part for part in parts if part)

    @property
    def wants_archived(self) -> bool:
        """Whether archived entries are asked for by name (`is:archived`, `state:archived`)."""
        return any(
            not filter_.negated and Text("archived") in filter_.values
            for filter_ in self.filters
            if filter_.name in ("is", "state")
        )


class Token(NamedTuple):
    """One part of the text, as it stands there. `name` is a filter's, lower case, or empty."""

    start: int
    stop: int
    negated: bool
    kind: str
    """`word`, `phrase`, `filter` or `unknown` (a filter name that there is none of)."""
    name: str
    value: str
    value_start: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the parts of the text in its order."""
    plain = text[:_LONGEST].translate(_QUOTES)
    for match in _TOKEN.finditer(plain):
        negated = match["minus"] is not None
        if match["name"] is not None:
            name = match["name"].lower()
            kind = "filter" if name in FILTERS else "unknown"
            yield Token(*match.span(), negated, kind, name, match["value"], match.start("value"))
        elif match["phrase"] is not None:
            yield Token(*match.span(), negated, "phrase", "", match["phrase"], match.start("phrase"))
        else:
            yield Token(*match.span(), negated, "word", "", match["word"], match.start("word"))


def parse(text: str, today: date) -> Query:
    """Take a query apart. Never raises; what is wrong is told in `problems`."""
    reader = _Reader(today)
    for token in tokens(text):
        reader.read(token, text)
    return reader.query(text)


def parts(value: str) -> list[str]:
    """The values that a filter's value lists, quotes and empty ones left out."""
    result = []
    for match in _PART.finditer(value):
        part = match["quoted"] if match["quoted"] is not None else match["bare"]
        if part.strip():
            result.append(part.strip())
    return result


class _Reader:
    def __init__(self, today: date) -> None:
        self.today = today
        self.words: list[str] = []
        self.phrases: list[str] = []
        self.free = (self.words, self.phrases)
        self.without: list[str] = []
        self.scopes: list[tuple[str, list[str], list[str]]] = []
        self.filters: list[Filter] = []
        self.problems: list[Notice] = []
        self.hints: list[Notice] = []

    def query(self, text: str) -> Query:
        return Query(
            text,
            self.today,
            " ".join(self.free[0]),
            tuple(self.free[1]),
            tuple(self.without),
            tuple(SectionTerms(name, " ".join(words), tuple(phrases)) for name, words, phrases in self.scopes),
            tuple(self.filters),
            tuple(self.problems),
            tuple(self.hints),
        )

    def read(self, token: Token, text: str) -> None:
        if token.kind == "filter":
            self._filter(token)
        elif token.kind == "unknown":
            if token.value[:1].isalnum() or token.value[:1] in ('"', "<", ">", "="):
                self.hints.append(Notice(token.start, token.stop, _unknown(token.name)))
            words = text[token.start + token.negated : token.stop]
            self._words(words, token.negated, phrase=False)
        else:
            self._words(token.value, token.negated, token.kind == "phrase")

    def _words(self, words: str, negated: bool, phrase: bool) -> None:
        if not _has_words(words):
            return
        if negated:
            self.without.append(words)
        elif phrase or not _has_forms(words):  # of a mere sign only a phrase is looked for
            self.phrases.append(words)
        else:
            self.words.append(words)

    def _filter(self, token: Token) -> None:
        found = parts(token.value)
        if not found:
            self.hints.append(Notice(token.start, token.stop, f"{token.name}: takes {FILTERS[token.name].takes}"))
        elif token.name == "in":
            self._scope(token, " ".join(found))
        else:
            values = []
            for part in found:
                value = FILTERS[token.name].value(part, self.today)
                if isinstance(value, InvalidValue):
                    self.problems.append(Notice(token.start, token.stop, value.message))
                else:
                    values.append(value)
            if values:
                self.filters.append(Filter(token.name, tuple(values), token.negated))

    def _scope(self, token: Token, name: str) -> None:
        if token.negated or not _has_forms(name):
            self.problems.append(Notice(token.start, token.stop, f"in: takes {FILTERS['in'].takes}"))
            return
        self.words, self.phrases = [], []
        self.scopes.append((name, self.words, self.phrases))


def _has_words(text: str) -> bool:
    """Whether there is a word to be looked for."""
    return bool(text) and (_has_forms(text) or _UNDECODED.search(text) is not None)


def _has_forms(text: str) -> bool:
    from incident_tui.search.index.tokenize import forms  # the first screen shows no answers, and shows sooner

    return bool(forms(text))


def _unknown(name: str) -> str:
    from rapidfuzz.distance import OSA  # only here: a query without such a word needs none of it

    nearest = min(FILTERS, key=lambda known: (OSA.distance(name, known), known))
    if OSA.distance(name, nearest) <= (1 if len(name) < 4 else 2):
        return f"{name}: is not a filter and was searched as a word; {nearest}: is one"
    return f"{name}: is not a filter and was searched as a word; filters are {', '.join(FILTERS)}"


def explain(query: Query, synonyms: "Synonyms | None" = None) -> str:
    """Say in one line how the query was understood: `matches "conection pool" · tagged redis · pinned`.

    Words that have synonyms are named with these: `matches "k8s drain" · k8s = kubernetes, kube`.
    """
    phrases = []
    if query.words.strip():
        phrases.append(f'matches "{plain(query.words)}"')
    if synonyms is not None:
        words = [query.words, *(scoped.words for scoped in query.scoped)]
        phrases += [f"{typed} = {', '.join(same)}" for text in words for typed, same in synonyms.explained(text)]
    phrases += [f"the words “{plain(phrase)}”" for phrase in query.phrases]
    for scoped in query.scoped:
        inside = [f"“{plain(phrase)}”" for phrase in scoped.phrases]
        if scoped.words:
            inside.insert(0, f'matches "{plain(scoped.words)}"')
        where = f"a section called {plain(scoped.section)}"
        phrases.append(f"{' and '.join(inside)} in {where}" if inside else f"with {where}")
    phrases += [f"without “{plain(words)}”" for words in query.without]
    phrases += list(dict.fromkeys(_filters_in_words(query)))
    return " · ".join(phrases) or "everything"


def explain_unmatched(words: Iterable[str]) -> str:
    """Say which words of a query no entry matches: `no entry matches “day”, “herd”`."""
    return f"no entry matches {', '.join(f'“{plain(word)}”' for word in words)}"


def _filters_in_words(query: Query) -> Iterator[str]:
    names = set()
    for filter_ in query.filters:
        if filter_.negated:
            yield f"not {_in_words(filter_, query.today)}"
        elif filter_.cumulative:
            yield _in_words(filter_, query.today)
        elif filter_.name not in names:
            names.add(filter_.name)
            same = [
                other
                for other in query.filters
                if other.name == filter_.name and not other.negated and not other.cumulative
            ]
            values = tuple(value for other in same for value in other.values)
            yield _in_words(filter_._replace(values=values), query.today)


def _in_words(filter_: Filter, today: date) -> str:
    kind = FILTERS[filter_.name]
    return kind.say.format(" or ".join(dict.fromkeys(kind.say_value(value, today) for value in filter_.values)))
