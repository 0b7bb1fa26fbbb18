"""Which words of a line changed."""

import difflib
import re

Spans = list[tuple[int, int]]
"""Ranges of characters, ascending and apart."""

ALIKE = 0.4
"""The likeness of two lines from which on one is the other one changed: 1 for the same words, 0 for none in common."""

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


def changed_words(before: str, after: str) -> tuple[Spans, Spans]:
    """Return where the words stand that two lines don't have in common, in each; nothing where they are not alike."""
    old, new = ([match.span() for match in _TOKEN.finditer(line)] for line in (before, after))
    words = [[line[start:stop] for start, stop in spans] for line, spans in ((before, old), (after, new))]
    matcher = difflib.SequenceMatcher(None, words[0], words[1], autojunk=False)
    if matcher.ratio() < ALIKE:
        return [], []
    gone: Spans = []
    come: Spans = []
    for tag, first, last, other_first, other_last in matcher.get_opcodes():
        if tag != "equal":
            gone += [(old[first][0], old[last - 1][1])] if last > first else []
            come += [(new[other_first][0], new[other_last - 1][1])] if other_last > other_first else []
    return gone, come
