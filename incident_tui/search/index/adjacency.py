"""Words that stand one after the other in a text, as bytes in lower case: what stands between two may be blanks, signs
or one line end, but neither the end of a sentence, of a cell, nor of a paragraph.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

_SIGNS = rb"[^a-z0-9\x80-\xff\n.;!?|]"
_BETWEEN = rb"(?:" + _SIGNS + rb"{1,4}|" + _SIGNS + rb"{0,3}\n" + _SIGNS + rb"{0,4})"
_OF_WORDS = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789") | frozenset(range(0x80, 0x100))
"""The bytes that words are made of."""
_AFTER = rb"(?![a-z0-9\x80-\xff])"
_ANY = rb"(?=[a-z0-9\x80-\xff])"

Pair = tuple[str, str]
"""Two folded words."""

_UNFINISHED = 0.1
"""What it counts that the second word only begins a word of the text: less than the word itself standing apart."""


def adjacent(words: Sequence[str], texts: Iterable[bytes]) -> float:
    """Return how many neighbours among the words of a query stand one after the other in one of the texts; the last
    word may be unfinished. Of the texts so many are looked at as it takes.
    """
    left = list(pairwise(words))
    unfinished = left[-1:]
    count = 0.0
    for text in texts:
        apart = [pair for pair in left if not is_adjacent(pair, text)]
        left, count = apart, count + len(left) - len(apart)
        if not left:
            break
        if unfinished and unfinished[0] in left and _stands(unfinished[0], _ANY, text):
            unfinished, count = [], count + _UNFINISHED
    return count


def is_adjacent(pair: Pair, text: bytes) -> bool:
    """Whether the two words stand in the text one after the other."""
    return _stands(pair, _AFTER, text)


def _stands(pair: Pair, after: bytes, text: bytes) -> bool:
    """Whether the pair stands in the text with that behind it. What stands before it is looked at afterwards: a pattern
    that begins with a word is searched fifty times as fast as one that looks behind.
    """
    starts = (match.start() for match in _pattern(pair, after).finditer(text))
    return any(not start or text[start - 1] not in _OF_WORDS for start in starts)


@lru_cache(maxsize=64)
def _pattern(pair: Pair, after: bytes) -> re.Pattern[bytes]:
    words = _BETWEEN.join(re.escape(word.encode("utf-8", "surrogatepass")) for word in pair)
    return re.compile(words + after)
