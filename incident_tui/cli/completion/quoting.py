"""A shell's command line taken apart, and words put back into it."""

import re

_SPECIAL = re.compile(r"[^\w@%+=:,./#-]|\A#")
_SPECIAL_IN_QUOTES = re.compile(r'[$`"\\]')


def split(line: str) -> tuple[list[str], str]:
    """Return the words of a line without their quotes, and the quote that is still open.

    The last word is the one at the line's end; it is empty where none has begun. Nothing is expanded.
    """
    words: list[str] = [""]
    in_word, quote, behind = False, "", ""
    for char in line:
        if behind:
            words[-1] += char if not quote or _SPECIAL_IN_QUOTES.match(char) else f"\\{char}"
            behind = ""
        elif char == "\\" and quote != "'":
            in_word, behind = True, char
        elif char == quote:
            quote = ""
        elif quote:
            words[-1] += char
        elif char in "'\"":
            in_word, quote = True, char
        elif char in " \t\n":
            words += [""] * in_word
            in_word = False
        else:
            in_word = True
            words[-1] += char
    return words, quote


def escaped(text: str, quote: str) -> str:
    """Return text so that the shell reads it as it is, behind a quote that is open, or behind none."""
    if quote == "'":
        return text.replace("'", r"'\''")
    return (_SPECIAL_IN_QUOTES if quote else _SPECIAL).sub(lambda match: f"\\{match[0]}", text)
