"""Text cut into words as a search sees them: without case, accents and punctuation, each character with its
place.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_WORD = re.compile(f"[{_IDEOGRAPHS}]+|[^\\W_{_IDEOGRAPHS}]+")
_ASCII_WORD = re.compile("[a-z0-9]+")

# Letters that are no base letter plus an accent, and yet are typed without their stroke or ligature.
_STROKES = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}


TO_WORDS = bytes(code if code >= 0x80 or code == 0x0A or chr(code).isalnum() else 0x20 for code in range(256)).lower()
"""For `bytes.translate`: ASCII in lower case, and blanks for what is no letter, digit or line feed. What is left
of ASCII, split at blanks, is its words as `forms` gives them, in a fraction of the time.
"""


class _Folding(dict[int, str]):
    """What each character is for a search, worked out when it is first met; a table for `str.translate`."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code)).casefold()
        self[code] = folded = "".join(_STROKES.get(char, char) for char in plain if not _unseen(char))
        return folded


def _unseen(char: str) -> bool:
    """Whether the character only marks its neighbour (an accent, a vowel point) or takes no room (a joiner, a
    soft hyphen).
    """
    category = unicodedata.category(char)
    return category[0] == "M" or category == "Cf"


_FOLDING = _Folding()


class Word(NamedTuple):
    """One word of a text: its folded form, and for each character of that form its place in the text as
    given.
    """

    form: str
    places: Sequence[int]


def fold(text: str) -> str:
    """Return `text` without case and accents. Characters may fold to none or several, so the length may
    change.
    """
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def forms(text: str) -> list[str]:
    """Return the folded words of `text`, in its order.

    A word is a run of letters and digits of any script. A run of ideographs or kana, which know no blanks, is
    a word of its own; everything else (punctuation, emoji, control characters, lone surrogates) only
    separates.
    """
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return _WORD.findall(text.translate(_FOLDING))


def words(text: str) -> Iterator[Word]:
    """Yield the words of `text` as `forms` gives them, with the places of their characters."""
    if text.isascii():
        for match in _ASCII_WORD.finditer(text.lower()):
            yield Word(match[0], range(*match.span()))
        return
    folded = [_FOLDING[ord(char)] for char in text]
    places = [place for place, form in enumerate(folded) for _ in form]
    for match in _WORD.finditer("".join(folded)):
        yield Word(match[0], places[match.start() : match.end()])


def past_marks(text: str, at: int) -> int:
    """Return the first place from `at` on that holds no mark of the character before (an accent set apart)."""
    while at < len(text) and not _FOLDING[ord(text[at])]:
        at += 1
    return at


def is_ideographic(form: str) -> bool:
    """Whether the folded word is written in a script that sets no blanks between words."""
    return _IDEOGRAPH.match(form) is not None
