"""How well colours are told apart, as WCAG has it, and colours that are told apart well enough."""

from functools import lru_cache

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import BLACK, WHITE, Color

TEXT = 4.5
"""The least contrast of text with its background."""

DECORATION = 3.0
"""The least contrast of a line or border with its background."""

_DIMMED = 0.5
"""The share of the background that dim text takes on where the contrast allows."""

_STEPS = 50
_NOT_DIM = Style(dim=False)


def contrast(first: Color, second: Color) -> float:
    """Return the contrast ratio of two colours: 1 (none) to 21 (black and white)."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def legible(colour: Color, background: Color, least: float = TEXT) -> Color:
    """Return the colour, mixed with as much black or white as its contrast with the background needs."""
    end = max(BLACK, WHITE, key=lambda each: contrast(each, background))
    mixed = (colour.blend(end, step / _STEPS) for step in range(_STEPS))
    return next((each for each in mixed if contrast(each, background) >= least), end)


@lru_cache(1024)
def undimmed(style: Style, background: Color) -> Style:
    """Return a dim style as one whose colour is mixed with its background, as far as it stays legible.

    A style in the terminal's own colours stays as it is.
    """
    ground = style.bgcolor.triplet if style.bgcolor is not None else background.rich_color.triplet
    if style.color is None or style.color.triplet is None or ground is None:
        return style
    text, below = Color(*style.color.triplet), Color(*ground)
    mixed = (text.blend(below, _DIMMED * (1 - step / _STEPS)) for step in range(_STEPS))
    dimmed = next((each for each in mixed if contrast(each, below) >= TEXT), text)
    return style + Style.from_color(RichColor.from_rgb(*dimmed.rgb)) + _NOT_DIM
