"""ASCII in place of characters that a terminal without UTF-8 can't show."""

import codecs
from typing import TextIO
from unicodedata import category, normalize

_LIKE = {
    char: like
    for like, chars in {
        "'": "‘’‚′",
        '"': "“”„″",
        "-": "‐‑‒–—―−─━═╌╍▔▀",
        "|": "│┃║╎╏▏▎▍▌▐▕",
        "#": "█▉▊▋",
        " ": "▁▂▃▄▅▆▇",
        "<": "←‹«",
        ">": "→›»▶",
        "^": "↑",
        "v": "↓",
        "*": "•◦▪●◆",
        "x": "×✓✔✗☑☒",
        "o": "☐ø",
        "~": "≈",
        "<=": "≤",
        ">=": "≥",
        "/": "⁄",
        "ss": "ß",
        "ae": "æ",
        "oe": "œ",
        "l": "ł",
        "d": "đ",
    }.items()
    for char in chars
}


def to_ascii(text: str) -> str:
    """Return `text` in ASCII: without accents, signs as people type them, a `?` for what nothing is like."""
    return "".join(map(_like, text))


def write_ascii(stream: TextIO) -> None:
    """Make a stream write ASCII alone, whatever it is given. Raises `OSError`, and `ValueError` for a closed one."""
    codecs.register_error("lookalike", _replaced)
    if reconfigure := getattr(stream, "reconfigure", None):
        reconfigure(encoding="ascii", errors="lookalike")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return to_ascii(error.object[error.start : error.end]), error.end


def _like(char: str) -> str:
    if char < "\x7f":
        return char
    if like := _LIKE.get(char):
        return like
    if "\u2400" <= char <= "\u241f":  # a control character, as `sanitize` shows it
        return f"^{chr(ord(char) - 0x2400 + 0x40)}"
    if "\u2500" <= char <= "\u257f":
        return "+"
    if category(char) in ("Mn", "Me", "Cf"):  # it only adds to the one before
        return ""
    apart = normalize("NFKD", char)
    return to_ascii(apart) if apart != char else "?"
