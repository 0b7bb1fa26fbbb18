"""The marks that carry meaning before colour does; one cell each, with an ASCII twin for terminals without UTF-8."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One cell each."""

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
ASCII = Glyphs("*", "~", "-", "!", ">", ">", "-", "x", ".", "x", "=", "v", "+", "^", "^", "v", "N")
