"""Fenced and indented code, coloured by Pygments where it knows the language.

Pygments is imported when the first fence names a language: an entry without one doesn't pay for it.
"""

from importlib import import_module

from rich.console import Group, RenderableType
from rich.style import Style
from rich.text import Text

from incident_tui.render.inline import Inline, visible
from incident_tui.render.layout import CodeLines, Flow

HIGHLIGHT_LIMIT = 20_000
"""Characters of code above which it is not coloured: some lexers are slow for what they were not made for."""

# In an incident's queries APL is Axiom's language, made after Kusto's, and not the one of 1966.
_ALIASES = {"apl": "kusto"}


def code_block(code: str, info: str, inline: Inline, base: Style, *, hang: int) -> RenderableType:
    """Return the code; `info` is a fence's info string, whose first word names the language, or empty.

    A line too wide goes on `hang` cells further in. An info string that says more than the colours do is
    shown above the code.
    """
    code = "\n".join(line.rstrip() for line in visible(code).split("\n")).rstrip("\n")
    info = visible(info).strip()
    coloured = _highlighted(code, info.split()[0], inline, base) if info else None
    plain = Text(code, base + inline.style(inline.palette.code))
    lines = CodeLines(list((coloured or plain).split("\n", allow_blank=True)), hang)
    if not info or (coloured is not None and len(info.split()) == 1):
        return lines
    return Group(Flow(inline.plain(info, inline.palette.dim, base)), lines)


def _highlighted(code: str, language: str, inline: Inline, base: Style) -> Text | None:
    lexers, kinds = import_module("pygments.lexers"), import_module("pygments.token")
    name = language.lower()
    try:
        lexer = lexers.get_lexer_by_name(_ALIASES.get(name, name), stripnl=False, ensurenl=False)
    except ValueError:  # ClassNotFound is one
        return None
    palette = inline.palette
    roles = (
        (kinds.Comment, palette.code_comment),
        (kinds.Keyword, palette.code_keyword),
        (kinds.String, palette.code_string),
        (kinds.Number, palette.code_number),
        (kinds.Literal, palette.code_string),
        (kinds.Name.Builtin, palette.code_name),
        (kinds.Name.Function, palette.code_name),
        (kinds.Name.Tag, palette.code_name),
        (kinds.Name.Attribute, palette.code_name),
    )
    text = Text()
    if len(code) <= HIGHLIGHT_LIMIT:
        for kind, value in lexer.get_tokens(code):
            definition = next((style for role, style in roles if kind in role), "")
            text.append(value, base + inline.style(definition))
    return text if text.plain == code else Text(code, base + inline.style(palette.code))
