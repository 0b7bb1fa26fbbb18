"""Tests of the text itself: phrases, and words in a certain section."""

import re
from collections.abc import Iterator, Sequence

from incident_tui.search.entry_table import EntryFields, EntryTable
from incident_tui.search.index.bodies import distinct, sections, shown_title
from incident_tui.search.index.body_map import BodyMap
from incident_tui.search.index.fuzzy import fuzzy_score, holds
from incident_tui.search.index.headings import Index
from incident_tui.search.index.tokenize import fold, forms, is_korean, is_unspaced, pairs, steps
from incident_tui.search.query import SectionTerms

_TYPO = 0.51
"""The least similarity of a term and a word of a section: a typo, or vowels that were left out."""


def entries_with_phrase(phrase: str, index: Index, bodies: BodyMap, collection: EntryTable) -> Iterator[int]:
    """Yield the ranks of the entries that hold these words one after the other, in heading, a tag or body.

    Any separator may be between two words (a hyphen, a line end).
    """
    words = list(dict.fromkeys(forms(phrase)))
    holders = [{*index.holding(form), *bodies.holding(form)} for form in words]
    candidates = set.intersection(*holders) if holders else set()
    if len(words) == 1 and not is_korean(words[0]) and not (is_unspaced(words[0]) and len(words[0]) > 2):
        yield from candidates
        return
    phrase_steps = steps(phrase)
    pattern = _pattern(phrase_steps)
    run = words[0] if len(words) == 1 and is_unspaced(words[0]) else ""
    for rank in candidates:
        row = index.row_of_rank[rank]
        body = collection.body(row)
        if (
            (run and run in fold(_decoded(body)))
            or _in_heading(phrase_steps, collection[row])
            or _in_text(phrase_steps, pattern, body)
        ):
            yield rank


def in_section(scoped: SectionTerms, body: bytes) -> bool:
    """Whether a section whose title matches holds all the words (typos forgiven) and phrases."""
    name, required = forms(scoped.section), list(dict.fromkeys(forms(scoped.words)))
    for title, start, end in sections(body):
        if title_matches(name, shown_title(title)):
            text = body[start:end]
            section_words = distinct(text) if required else set()
            phrases = (steps(phrase) for phrase in scoped.phrases)
            if all(_is_among(form, section_words) for form in required) and all(
                _in_text(phrase, _pattern(phrase), text) for phrase in phrases
            ):
                return True
    return False


def title_matches(name: Sequence[str], title: str) -> bool:
    """Whether each word of a name begins a word of a section's title, or is in a run of an unspaced script."""
    title_words = forms(title)
    return all(
        any(form.startswith(word) or (is_unspaced(word) and word in form) for form in title_words) for word in name
    )


def _is_among(form: str, words: set[str]) -> bool:
    if is_unspaced(form) and len(form) > 1:
        return words.issuperset(pairs(form))
    return form in words or any(
        holds(form, candidate) or fuzzy_score(form, candidate, 0.0) >= _TYPO for candidate in words
    )


def _pattern(phrase_steps: Sequence[str]) -> re.Pattern[bytes] | None:
    """Return a pattern for the words in bytes; None if they are not ASCII."""
    if not all(form.isascii() for form in phrase_steps):
        return None
    between = rb"[^a-z0-9\x80-\xff]+".join(form.encode("ascii") for form in phrase_steps)
    return re.compile(rb"(?<![a-z0-9\x80-\xff])" + between + rb"(?![a-z0-9\x80-\xff])", re.IGNORECASE)


def _in_heading(phrase_steps: Sequence[str], facts: EntryFields) -> bool:
    return any(_follow(phrase_steps, steps(text)) for text in (f"{facts.ref} {facts.title}", *facts.tags))


def _in_text(phrase_steps: Sequence[str], pattern: re.Pattern[bytes] | None, text: bytes) -> bool:
    if pattern is not None and text.isascii():
        return pattern.search(text) is not None
    return _follow(phrase_steps, steps(_decoded(text)))


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _follow(phrase_steps: Sequence[str], text_steps: Sequence[str]) -> bool:
    return f" {' '.join(phrase_steps)} " in f" {' '.join(text_steps)} "
