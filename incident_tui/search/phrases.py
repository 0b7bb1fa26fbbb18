"""What is asked of a text as it stands: phrases, and words in a certain section."""

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
"""A word of a section is meant that is like the term so much: one with a typo, or one whose vowels were left out."""


def entries_with_phrase(phrase: str, index: Index, places: BodyMap, collection: EntryTable) -> Iterator[int]:
    """Yield the ranks of the entries that hold these words one after the other, in heading, a tag or body.

    What stands between two words (a hyphen, a line end) is no matter.
    """
    words = list(dict.fromkeys(forms(phrase)))
    each = [{*index.holding(form), *places.holding(form)} for form in words]
    candidates = set.intersection(*each) if each else set()
    if len(words) == 1 and not is_korean(words[0]) and not (is_unspaced(words[0]) and len(words[0]) > 2):
        yield from candidates
        return
    asked = steps(phrase)
    pattern = _pattern(asked)
    run = words[0] if len(words) == 1 and is_unspaced(words[0]) else ""
    for rank in candidates:
        row = index.row_of_rank[rank]
        body = collection.body(row)
        if (
            (run and run in fold(_decoded(body)))
            or _in_heading(asked, collection[row])
            or _in_text(asked, pattern, body)
        ):
            yield rank


def in_section(scoped: SectionTerms, body: bytes) -> bool:
    """Whether a section whose title matches holds all the words (typos forgiven) and phrases."""
    name, wanted = forms(scoped.section), list(dict.fromkeys(forms(scoped.words)))
    for title, start, end in sections(body):
        if title_matches(name, shown_title(title)):
            text = body[start:end]
            held = distinct(text) if wanted else set()
            phrases = (steps(phrase) for phrase in scoped.phrases)
            if all(_is_among(form, held) for form in wanted) and all(
                _in_text(phrase, _pattern(phrase), text) for phrase in phrases
            ):
                return True
    return False


def title_matches(name: Sequence[str], title: str) -> bool:
    """Whether each word of a name begins a word of a section's title, or stands in a run of an unspaced script."""
    held = forms(title)
    return all(any(form.startswith(part) or (is_unspaced(part) and part in form) for form in held) for part in name)


def _is_among(form: str, held: set[str]) -> bool:
    if is_unspaced(form) and len(form) > 1:
        return held.issuperset(pairs(form))
    return form in held or any(holds(form, word) or fuzzy_score(form, word, 0.0) >= _TYPO for word in held)


def _pattern(asked: Sequence[str]) -> re.Pattern[bytes] | None:
    """What finds the words in bytes; nothing where they are no ASCII."""
    if not all(form.isascii() for form in asked):
        return None
    between = rb"[^a-z0-9\x80-\xff]+".join(form.encode("ascii") for form in asked)
    return re.compile(rb"(?<![a-z0-9\x80-\xff])" + between + rb"(?![a-z0-9\x80-\xff])", re.IGNORECASE)


def _in_heading(asked: Sequence[str], facts: EntryFields) -> bool:
    return any(_follow(asked, steps(text)) for text in (f"{facts.ref} {facts.title}", *facts.tags))


def _in_text(asked: Sequence[str], pattern: re.Pattern[bytes] | None, text: bytes) -> bool:
    if pattern is not None and text.isascii():
        return pattern.search(text) is not None
    return _follow(asked, steps(_decoded(text)))


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _follow(asked: Sequence[str], held: Sequence[str]) -> bool:
    return f" {' '.join(asked)} " in f" {' '.join(held)} "
