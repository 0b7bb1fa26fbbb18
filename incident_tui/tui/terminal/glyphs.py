"""The marks that carry meaning before colour does, each with an ASCII twin for terminals without UTF-8."""

import os
import sys
from dataclasses import dataclass

from incident_tui import terminal


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One cell each; `committed` has two in ASCII."""

    pinned: str = "◆"
    summarized: str = "≈"
    archived: str = "▫"
    conflict: str = "!"
    cursor: str = "▌"
    prompt: str = "›"
    dot: str = "·"
    times: str = "×"
    ellipsis: str = "…"
    marked: str = "✓"
    twin: str = "="
    committed: str = "✓"
    changed: str = "±"
    overridden: str = "↑"
    ahead: str = "↑"
    behind: str = "↓"
    new: str = "●"


UNICODE = Glyphs()
ASCII = Glyphs("*", "~", "-", "!", ">", ">", "-", "x", "~", "x", "=", "ok", "+", "^", "^", "v", "N")


def glyphs_for_terminal() -> Glyphs:
    """Glyphs that the terminal can show; the fonts of the Linux console have few signs."""
    return UNICODE if terminal.unicode(sys.__stderr__) and os.environ.get("TERM") != "linux" else ASCII
