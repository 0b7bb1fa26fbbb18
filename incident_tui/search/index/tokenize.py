"""Text cut into words as a search sees them: without case, accents and punctuation, each character with its
place.

Some scripts set no spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese): a *run* of theirs is one form
here, and a word is looked for anywhere in it. Korean sets spaces, but joins endings and other words to a word.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from operator import add
from typing import NamedTuple

_UNSPACED = "".join(
    (
        "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff",  # ideographs
        "\u3040-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff",  # kana, without the dot that parts words
        "\u0e01-\u0e3a\u0e40-\u0e4e",  # Thai: letters and signs, neither digits nor punctuation, as in all below
        "\u0e81-\u0ebd\u0ec0-\u0ece\u0edc-\u0edf",  # Lao
        "\u1780-\u17d3\u17dc\u17dd",  # Khmer
        "\u1000-\u103f\u1050-\u108f\u109a-\u109d\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f",  # Burmese and its kin
    )
)
_UNSPACED_CHAR = re.compile(f"[{_UNSPACED}]")
_HANGUL = "\u1100-\u11ff"
_SYLLABLE = "[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?"
_WORD = re.compile(f"[{_UNSPACED}]+|[^\\W_{_UNSPACED}]+")
_STEP = re.compile(f"[{_UNSPACED}]|{_SYLLABLE}|[{_HANGUL}]|[^\\W_{_UNSPACED}{_HANGUL}]+")
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
    """Whether the character only marks its neighbour (an accent, a vowel point, a tone) or takes no room (a joiner,
    a soft hyphen).

    The signs of unspaced scripts that are no such marks (they have no combining class) are vowels: without them too
    little of a word is left.
    """
    category = unicodedata.category(char)
    if category[0] == "M":
        return unicodedata.combining(char) > 0 or not is_unspaced(char)
    return category == "Cf"


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

    A word is a run of letters and digits of any script. A run of an unspaced script is a word of its own;
    everything else (punctuation, emoji, control characters, lone surrogates) only separates.
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
    places = [position for position, form in enumerate(folded) for _ in form]
    for match in _WORD.finditer("".join(folded)):
        yield Word(match[0], places[match.start() : match.end()])


def skip_combining(text: str, at: int) -> int:
    """Return the first place from `at` on that holds no mark of the character before (an accent set apart)."""
    while at < len(text) and not _FOLDING[ord(text[at])]:
        at += 1
    return at


def steps(text: str) -> list[str]:
    """Return `forms(text)` in the steps in which one text is looked for in another: each character of an unspaced
    script, and each Korean syllable, is one of its own.
    """
    return _ASCII_WORD.findall(text.lower()) if text.isascii() else _STEP.findall(text.translate(_FOLDING))


def is_unspaced(form: str) -> bool:
    """Whether the folded word is written in a script that sets no blanks between words."""
    return not form.isascii() and _UNSPACED_CHAR.match(form) is not None


def is_korean(form: str) -> bool:
    """Whether the folded word is written in Hangul, so that words are found inside longer ones."""
    return not form.isascii() and "\u1100" <= form[0] <= "\u11ff"


def pairs(run: str) -> list[str]:
    """Return each two neighbours of a run of an unspaced script; of a single character that one."""
    return list(map(add, run, run[1:])) or [run]
