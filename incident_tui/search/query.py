"""The query language: what a person typed, taken apart. Pure, and any string at all is a query.

    conection pool            words, in any order, typos forgiven
    "idle in transaction"     these words in this order
    -kafka  -"dry run"        without the word, without the phrase
    in:root-cause leak        the words after it stand in a section whose title says so (to the next `in:`)
    tag:redis  -tag:auth      a filter, and its opposite
    tag:redis,kafka           either value; a value with blanks stands in quotes: tag:"on sale"

All parts must hold. A filter given twice: of what an entry has several of (`tag:`, `is:`) both must hold, so
that `tag:a tag:b` is an entry with both tags; of what it has one of (`type:`, `ref:`, `state:`, `pinned:`, a
number, a date) either may, except that bounds (`used:>2 used:<9`) all hold.

What can't be understood is no error: it is left out of the search and told, in place, as a `Notice`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from incident_tui.search.filter_values import (
    InvalidValue,
    Range,
    Text,
    Value,
    comparison,
    days_ago,
    period,
    within_days,
)

_LONGEST = 20_000
"""So many characters of a query are looked at."""

_QUOTES = str.maketrans("“”„", '"""')

_TOKEN = re.compile(
    r"(?P<minus>-(?=[^\s-]))?"
    r'(?:"(?P<phrase>[^"]*)"?'
    r'|(?P<name>[A-Za-z]+):(?P<value>(?:"[^"]*(?:"|\Z)|[^\s"])*)'
    r"|(?P<word>\S+))"
)
_PART = re.compile(r'"(?P<quoted>[^"]*)(?:"|\Z)|(?P<bare>[^",]+)')

FILTERS: dict[str, str] = {
    "tag": "a tag, such as tag:redis",
    "is": "summarized, archived, stale, open or pinned",
    "pinned": "yes or no",
    "type": "a type, such as type:incident",
    "state": "full, summarized or archived",
    "ref": "a reference or its beginning, such as ref:INC-12",
    "date": "a year, month or day: date:2025-01, date:>2024-06, date:2024-06..2024-09",
    "used": "a number: used:3, used:>2, used:1..5",
    "last": "when it last helped: last:<90d (in the last 90 days), last:>6m (longer ago; d, w, m, y), last:never",
    "file": "the file, where several are open, by the beginning of its short name",
    "in": "a section, and words to be found in it: in:root-cause leak",
}
"""The filters by name, each with what it takes, in words."""

PROPERTIES = ("summarized", "archived", "stale", "open", "pinned")
"""What `is:` takes."""

STATES = ("full", "summarized", "archived")
"""What `state:` takes."""

ANSWERS = ("yes", "no")
"""What `pinned:` takes."""

_CHOICES = {"is": PROPERTIES, "state": STATES, "pinned": ANSWERS}
_SEVERAL = frozenset({"tag", "is"})


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
        return self.name in _SEVERAL or any(isinstance(value, Range) and value.bound for value in self.values)


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
            not held.negated and Text("archived") in held.values
            for held in self.filters
            if held.name in ("is", "state")
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
    found = []
    for match in _PART.finditer(value):
        part = match["quoted"] if match["quoted"] is not None else match["bare"]
        if part.strip():
            found.append(part.strip())
    return found


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
        elif phrase:
            self.phrases.append(words)
        else:
            self.words.append(words)

    def _filter(self, token: Token) -> None:
        found = parts(token.value)
        if not found:
            self.hints.append(Notice(token.start, token.stop, f"{token.name}: takes {FILTERS[token.name]}"))
        elif token.name == "in":
            self._scope(token, " ".join(found))
        else:
            values = []
            for part in found:
                value = _value(token.name, part, self.today)
                if isinstance(value, InvalidValue):
                    self.problems.append(Notice(token.start, token.stop, value.message))
                else:
                    values.append(value)
            if values:
                self.filters.append(Filter(token.name, tuple(values), token.negated))

    def _scope(self, token: Token, name: str) -> None:
        if token.negated or not _has_words(name):
            self.problems.append(Notice(token.start, token.stop, f"in: takes {FILTERS['in']}"))
            return
        self.words, self.phrases = [], []
        self.scopes.append((name, self.words, self.phrases))


def _has_words(text: str) -> bool:
    """Whether there is a word to be looked for."""
    if not text:
        return False
    from incident_tui.search.index.tokenize import forms  # the first screen shows no answers, and shows sooner

    return bool(forms(text))


def _value(name: str, part: str, today: date) -> Value | InvalidValue:
    if name in _CHOICES:
        choices = _CHOICES[name]
        found = [choice for choice in choices if choice == part.lower()]
        return Text(found[0]) if found else InvalidValue(f"{name}:{part} is none of {', '.join(choices)}")
    if name == "used":
        return comparison(part) or InvalidValue(f"used:{part} is no number; {FILTERS['used']}")
    if name == "date":
        return period(part) or InvalidValue(f"date:{part} is no date; {FILTERS['date']}")
    if name == "last":
        if part.lower() == "never":
            return Text("never")
        return days_ago(part, today) or InvalidValue(f"last:{part} is no time; {FILTERS['last']}")
    return Text(part)


def _unknown(name: str) -> str:
    from rapidfuzz.distance import OSA  # only here: a query without such a word needs none of it

    nearest = min(FILTERS, key=lambda known: (OSA.distance(name, known), known))
    if OSA.distance(name, nearest) <= (1 if len(name) < 4 else 2):
        return f"{name}: is no filter and was searched as a word; {nearest}: is one"
    return f"{name}: is no filter and was searched as a word; filters are {', '.join(FILTERS)}"


def explain(query: Query) -> str:
    """Say in one line how the query was understood: `words like conection pool · tagged redis · pinned`."""
    said = []
    if query.words.strip():
        said.append(f"words like {_plain(query.words)}")
    said += [f"the words “{_plain(phrase)}”" for phrase in query.phrases]
    for scoped in query.scoped:
        inside = [f"“{_plain(phrase)}”" for phrase in scoped.phrases]
        if scoped.words:
            inside.insert(0, f"words like {_plain(scoped.words)}")
        where = f"a section called {_plain(scoped.section)}"
        said.append(f"{' and '.join(inside)} in {where}" if inside else f"with {where}")
    said += [f"without “{_plain(words)}”" for words in query.without]
    said += list(dict.fromkeys(_said(query)))
    return " · ".join(said) or "everything"


def _said(query: Query) -> Iterator[str]:
    done = set()
    for held in query.filters:
        if held.negated:
            yield f"not {_in_words(held, query.today)}"
        elif held.cumulative:
            yield _in_words(held, query.today)
        elif held.name not in done:
            done.add(held.name)
            same = [
                other
                for other in query.filters
                if other.name == held.name and not other.negated and not other.cumulative
            ]
            values = tuple(value for other in same for value in other.values)
            yield _in_words(held._replace(values=values), query.today)


def _in_words(held: Filter, today: date) -> str:
    values = [_value_in_words(held.name, value, today) for value in held.values]
    listed = " or ".join(dict.fromkeys(values))
    match held.name:
        case "tag":
            return f"tagged {listed}"
        case "type":
            return f"of type {listed}"
        case "file":
            return f"in {listed}"
        case "ref":
            return f"with a reference {listed}"
        case "used":
            return f"used {listed} times"
        case "pinned":
            return " or ".join("pinned" if value == "yes" else "not pinned" for value in dict.fromkeys(values))
        case "is":
            return " or ".join("with open items" if value == "open" else value for value in dict.fromkeys(values))
    return listed


def _value_in_words(name: str, value: Value, today: date) -> str:
    if isinstance(value, Text):
        return "never used" if name == "last" else _plain(value.text)
    if name == "last":
        return within_days(value, today)
    return value.in_words(dates=name == "date")


def _plain(text: str) -> str:
    """On one line, and short enough for it."""
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"
