"""The last step before the terminal: lines as it can show them, each character in the cells laid out for it."""

import re
from functools import cache, lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from incident_tui.ascii_fallback import to_ascii
from incident_tui.terminal import Colours

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


class SingleCodepointEmoji(LineFilter):
    """Of an emoji made of several characters only the first, so that columns are straight on every terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line, as wide as they were."""
        return [
            segment if segment.text.isascii() or segment.control else Segment(self.fit(segment.text), segment.style)
            for segment in segments
        ]

    def fit(self, text: str) -> str:
        """A text that isn't ASCII, in as many cells."""
        return _sequence().sub(_first, text) if _JOINED.search(text) else text


class Ascii(SingleCodepointEmoji):
    """ASCII alone, for a terminal without UTF-8: borders and scroll bars, too."""

    def fit(self, text: str) -> str:
        """A text that isn't ASCII, in as many cells."""
        return "".join(map(_ascii, super().fit(text)))


class Colourless(LineFilter):
    """No colours, not even the terminal's own; what has a background of its own is in reverse."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line without their colours."""
        return [Segment(text, style and _colourless(style), control) for text, style, control in segments]


def last_filters(colours: Colours | None, unicode: bool) -> list[LineFilter]:
    """The filters for a terminal with so many colours, which can show more than ASCII or can't."""
    return [*([] if colours else [Colourless()]), SingleCodepointEmoji() if unicode else Ascii()]


def _first(sequence: re.Match[str]) -> str:
    return sequence[1] + " " * (cell_len(sequence[0]) - cell_len(sequence[1]))


def _ascii(char: str) -> str:
    cells = cell_len(char)
    like = to_ascii(char)
    return "?" * cells if like == "?" else like[:cells].ljust(cells)


@lru_cache(1024)
def _colourless(style: Style) -> Style:
    stands_out = style.bgcolor is not None and not style.bgcolor.is_default and not style.reverse
    return style.without_color + Style(reverse=True if stands_out else None, meta=style.meta)
