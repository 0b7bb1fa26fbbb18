"""What a terminal can show of texts and styles: without UTF-8, without colours, and of emoji made of several signs."""

import re
from functools import cache, lru_cache

from rich.cells import cell_len
from rich.style import Style

from incident_tui.ascii_fallback import to_ascii

_JOINED = re.compile("[\ufe0f\u20e3\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""What joins characters to one emoji, or alters the one before it."""


@cache
def _sequence() -> re.Pattern[str]:
    """Characters that make one emoji together: how many cells that takes no two terminals agree on.

    Its ranges take longer to compile than the first screen has time for.
    """
    return re.compile(
        "([0-9#*]|[\u203c-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001ffff])(?:[\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]|\u200d.)+"
    )


def single_codepoint(text: str) -> str:
    """A text with only the first character of each emoji that is made of several, in as many cells."""
    return _sequence().sub(_first, text) if _JOINED.search(text) else text


def ascii_cells(text: str) -> str:
    """A text in ASCII, in as many cells."""
    return "".join(map(_ascii, single_codepoint(text)))


@lru_cache(1024)
def colourless(style: Style) -> Style:
    """A style without colours; what has a background of its own is in reverse."""
    stands_out = style.bgcolor is not None and not style.bgcolor.is_default and not style.reverse
    return style.without_color + Style(reverse=True if stands_out else None, meta=style.meta)


def _first(sequence: re.Match[str]) -> str:
    return sequence[1] + " " * (cell_len(sequence[0]) - cell_len(sequence[1]))


def _ascii(char: str) -> str:
    if char == "…":
        return "~"  # of three dots the first would end a sentence
    cells = cell_len(char)
    like = to_ascii(char)
    return "?" * cells if like == "?" else like[:cells].ljust(cells)
