"""The themes that can be chosen: Textual's own, and the terminal's own colours."""

from collections.abc import Mapping

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from incident_tui.render.styles import Palette
from incident_tui.terminal import Colours
from incident_tui.tui.terminal.contrast import DECORATION, TEXT, legible
from incident_tui.tui.terminal.first_frame_styles import NAME

_HUES = ("primary", "secondary", "accent", "success", "warning", "error")

TERMINAL = Theme(
    name=NAME,
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_magenta",
    warning="ansi_magenta",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables=BUILTIN_THEMES["ansi-dark"].variables
    | {
        "rule": "ansi_bright_black",
        "border-blurred": "ansi_bright_black",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_white",
    },
)
"""The terminal's own colours and background: legible wherever the terminal is, and few bytes on the line.

Its accent is in bold letters, too, which many terminals show in the bright colour: on white a bright yellow, green or
cyan is gone, on black a blue is; magenta and red are seen on both.
"""

TERMINAL_PALETTE = Palette()
"""The styles of an entry's text in the terminal's own colours."""


def palette(theme: Theme, variables: Mapping[str, str]) -> Palette:
    """Return the styles of an entry's text in a theme's own colours; `variables` are the theme's, resolved."""
    if theme.ansi:
        return TERMINAL_PALETTE
    primary, secondary, accent = (variables[f"text-{name}"] for name in ("primary", "secondary", "accent"))
    return Palette(
        section=f"bold {primary}",
        bullet=secondary,
        task_open=f"bold {accent}",
        table_label=f"not bold {secondary}",
        code=f"not bold {secondary}",
        code_keyword=accent,
        code_name=primary,
        code_string=variables["text-success"],
        code_number=variables["text-warning"],
    )


def legible_variables(theme: Theme, variables: Mapping[str, str]) -> dict[str, str]:
    """Return a theme's variables with text and lines that can be told from its background."""
    if theme.ansi:
        return dict(variables)
    background = Color.parse(variables["background"])
    least = dict.fromkeys((f"text-{name}" for name in _HUES), TEXT) | {"accent": DECORATION, "rule": DECORATION}
    legibles = {name: legible(Color.parse(variables[name]), background, ratio).hex for name, ratio in least.items()}
    return {**variables, **legibles}


OWN_THEMES = (TERMINAL,)
"""The themes that Textual doesn't have; the app registers each."""

THEMES = {theme.name: theme for theme in OWN_THEMES} | BUILTIN_THEMES
"""All themes by name."""


def for_terminal(theme: str, colours: Colours | None) -> str:
    """The theme for a terminal with so many colours: with sixteen, colours that were mixed for millions are one."""
    mixed = not THEMES[theme].ansi
    return TERMINAL.name if colours is None or (colours == "standard" and mixed) else theme
