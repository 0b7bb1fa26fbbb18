"""The themes that can be chosen: Textual's own, and the terminal's own colours."""

from textual.theme import BUILTIN_THEMES, Theme

from incident_tui.terminal import Colours

TERMINAL = Theme(
    name="terminal",
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

THEMES = (TERMINAL.name, *BUILTIN_THEMES)
"""Their names."""


def for_terminal(theme: str, colours: Colours | None) -> str:
    """The theme for a terminal with so many colours: with sixteen, colours that were mixed for millions are one."""
    mixed = theme != TERMINAL.name and not BUILTIN_THEMES[theme].ansi
    return TERMINAL.name if colours is None or (colours == "standard" and mixed) else theme
