"""Why an entry matched: in which of its parts, and the line of its body that shows it best."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from incident_tui.search.entry_table import EntryFields
from incident_tui.search.index.adjacency import adjacent
from incident_tui.search.index.bodies import BodyIndex, distinct, sections, shown_title
from incident_tui.search.index.fuzzy import EXACT, Span
from incident_tui.search.index.headings import SYNONYM, Index
from incident_tui.search.index.tokenize import forms, is_unspaced, pairs, steps
from incident_tui.search.phrases import title_matches
from incident_tui.search.query import Query
from incident_tui.search.synonyms import Phrase
from incident_tui.search.terms import STOP_WORDS, DottedName, Ref, Term, is_strict, required

Part = Literal["ref", "title", "tags", "body"]

_LONGEST = 256 * 1024
"""So many bytes of a body are looked through for a line."""

_GLANCE = 16 * 1024
"""So many where heading and tags have all words."""

_ADJACENT = 0.5
"""What it counts for a line that two words of the query stand in it one after the other."""


class MatchedLine(NamedTuple):
    """A line of a body, blanks at its ends left out. It may hold anything: make it harmless to show it."""

    text: str
    spans: list[Span]
    """What matched in it, in characters, ascending and apart."""
    section: str
    """The title of the section that it stands in; empty if there is none."""
    offset: int
    """Where it starts in the entry's document, in bytes, as in `format.read.sections.Line`; with blanks before it."""

    def around(self, width: int) -> tuple[str, list[Span]]:
        """Return at most so many characters of it, so that the first match is among them, and the spans in
        these. What is left out is told by a `…`.
        """
        if len(self.text) <= width or width < 3:
            return self.text[:width], _clipped(self.spans, 0, width, 0)
        first = self.spans[0][0] if self.spans else 0
        start = max(0, min(first - width // 4, len(self.text) - width))
        text = self.text[start : start + width]
        before, after = start > 0, start + width < len(self.text)
        text = ("…" + text[1:]) if before else text
        text = (text[:-1] + "…") if after else text
        return text, _clipped(self.spans, start + before, start + width - after, start)


class MatchExplanation(NamedTuple):
    """Where an entry matched."""

    parts: tuple[Part, ...]
    """Those in which words of the query were found, in the order of their weight."""
    line: MatchedLine | None
    """The best line of the body, where the body has what heading and tags have not, or where one is wanted anyway."""
    tags: tuple[str, ...] = ()
    """The tags with words of the query that reference and title have not."""


def explain_match(
    query: Query,
    facts: EntryFields,
    body: bytes,
    index: Index,
    bodies: BodyIndex,
    start: int = 0,
    always: bool = False,
) -> MatchExplanation:
    """Return the evidence for an entry that answers the query. `start` is the body's offset; `always` asks for a line
    even if heading and tags have all words.
    """
    terms = required(index.terms(query.wanted)) if forms(query.wanted) else []
    synonyms = index.synonyms(query.wanted)

    def among(text: str) -> set[Term]:
        return {term for term in terms if text and index.holds(term, synonyms, text)}

    in_ref, in_title = among(facts.ref), among(f"{facts.ref} {facts.title}")
    by_tag = {tag: among(tag) for tag in facts.tags}
    in_part: dict[Part, set[Term]] = {
        "ref": in_ref,
        "title": in_title - in_ref,
        "tags": set().union(*by_tag.values()),
    }
    elsewhere = set().union(*in_part.values())
    missing = [term for term in terms if term not in elsewhere]
    line = None
    needed = bool(missing or query.scoped or query.phrases)
    if needed or always:
        sought = _sought(missing or terms, terms, synonyms, bodies)
        names = [forms(scoped.section) for scoped in query.scoped]
        codes = [(number, term) for number, term in enumerate(terms) if isinstance(term, DottedName)]
        line = _best_line(body[: _LONGEST if needed else _GLANCE], sought, codes, names, query, index, start)
    parts = [part for part, held in in_part.items() if held]
    tags = tuple(tag for tag, held in by_tag.items() if held - in_title)
    return MatchExplanation(tuple([*parts, "body"] if line else parts), line, tags)


def _sought(
    missing: Sequence[Term], terms: Sequence[Term], synonyms: Mapping[str, Sequence[Phrase]], bodies: BodyIndex
) -> Mapping[str, tuple[int, float]]:
    """The words to look for, each with the number of its term and what it counts; pairs (see `words.pairs`) count
    together, other words of a term each by itself.
    """
    sought: dict[str, tuple[int, float]] = {}
    for number, term in enumerate(terms):
        share = 1.0 if term in missing else 0.3
        if isinstance(term, Ref):
            sought |= dict.fromkeys((term.family, *term.numbers), (number, share / 2))
            continue
        if isinstance(term, DottedName):
            sought |= dict.fromkeys(term.parts, (number, share / len(term.parts) / 2))
            continue
        form = str(term)
        if is_unspaced(form) and len(form) > 1:
            each = pairs(form)
            sought |= dict.fromkeys(each, (number, share / len(each)))
            continue
        strict = is_strict(term)
        typos = not strict and not any(bodies.posting(form))
        matches = bodies.matches(term, typos, strict) or (not strict and bodies.matches(term, typos=True)) or ()
        for match in matches:
            sought.setdefault(match.word, (number, share * match.likeness))
        if form not in STOP_WORDS:
            sought.setdefault(form, (number, share * EXACT))
        for phrase in synonyms.get(form, ()):
            for word in phrase:
                sought.setdefault(word, (number, share * SYNONYM / len(phrase)))
    return sought


def _best_line(
    body: bytes,
    sought: Mapping[str, tuple[int, float]],
    codes: Sequence[tuple[int, DottedName]],
    names: Sequence[Sequence[str]],
    query: Query,
    index: Index,
    start: int,
) -> MatchedLine | None:
    best, best_score, best_section = (0, b""), 0.0, ""
    sectioned = sections(body)
    at = following = 0
    title = ""
    asked = False  # whether the section of that title is one that was asked for
    phrases = [steps(phrase) for phrase in (*query.phrases, *(one for held in query.scoped for one in held.phrases))]
    asked_words = forms(query.wanted)
    for line in body.split(b"\n"):
        while following < len(sectioned) and sectioned[following][1] <= at + len(line):
            title = shown_title(sectioned[following][0])
            asked = any(title_matches(name, title) for name in names)
            following += 1
        by_term: dict[int, float] = {}
        held = distinct(line)
        for word in held & sought.keys() if len(held) < len(sought) else sought.keys() & held:
            number, share = sought[word]
            before = by_term.get(number, 0.0)
            by_term[number] = before + share if len(word) == 2 and is_unspaced(word) else max(before, share)
        for number, code in codes:
            if by_term.get(number):
                by_term[number] = max(by_term[number], code.likeness(line))
        score = sum(by_term.values())
        if score and asked:
            score += 1.0
        if score and phrases and any(_phrased(phrase, line) for phrase in phrases):
            score += 2.0
        if score:
            score += _ADJACENT * adjacent(asked_words, [line.lower()])
        if score > best_score:
            best, best_score, best_section = (at, line), score, title
        at += len(line) + 1
    if not best_score:
        return None
    text = best[1].decode("utf-8", "surrogateescape").strip(" \t\r")
    return MatchedLine(text, index.spans(query.wanted, text), best_section, start + best[0])


def _phrased(phrase: Sequence[str], line: bytes) -> bool:
    return f" {' '.join(phrase)} " in f" {' '.join(steps(line.decode('utf-8', 'surrogateescape')))} "


def _clipped(spans: Iterable[Span], start: int, stop: int, shift: int) -> list[Span]:
    clipped = ((max(first, start) - shift, min(last, stop) - shift) for first, last in spans)
    return [(first, last) for first, last in clipped if first < last]
