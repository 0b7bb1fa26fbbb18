"""The last step before the terminal: lines as it can show them, each character in the cells laid out for it."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from incident_tui.terminal import Colours
from incident_tui.tui.terminal.contrast import undimmed
from incident_tui.tui.terminal.plain_cells import ascii_cells, colourless, single_codepoint


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
        return single_codepoint(text)


class Ascii(SingleCodepointEmoji):
    """ASCII alone, for a terminal without UTF-8: borders and scroll bars, too."""

    def fit(self, text: str) -> str:
        """A text that isn't ASCII, in as many cells."""
        return ascii_cells(text)


class LegibleDim(LineFilter):
    """Dim text in a theme's own colours is mixed so that it is legible, before Textual's filter, which mixes all
    alike.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line, none of them dim that has a colour of its own."""
        return [
            Segment(text, undimmed(style, background), control) if style is not None and style.dim else segment
            for segment in segments
            for text, style, control in (segment,)
        ]


class Colourless(LineFilter):
    """No colours, not even the terminal's own; what has a background of its own is in reverse."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line without their colours."""
        return [Segment(text, style and colourless(style), control) for text, style, control in segments]


def last_filters(colours: Colours | None, unicode: bool) -> list[LineFilter]:
    """The filters for a terminal with so many colours, which can show more than ASCII or can't."""
    return [*([] if colours else [Colourless()]), SingleCodepointEmoji() if unicode else Ascii()]
