"""The links of one entry's Markdown, as the rendered text shows them: to be listed, opened, copied."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.style import Style

from incident_tui.render.inline import MAX_DEPTH, Inline, visible_line
from incident_tui.render.mistletoe_parser import BareLink, Token, parse
from incident_tui.render.styles import Palette


class Link(NamedTuple):
    """One link. All of it is harmless, and on one line."""

    text: str
    """The text of the link; its address if it has no other text."""
    address: str
    """Where it leads, as it is written."""
    url: str | None
    """The address for a browser: http, https and mailto only; None for others (a path, say)."""


def links(markdown: str) -> list[Link]:
    """The links of an entry's body, each address once, in the order of the text.

    Where the text is too long to be read as Markdown, they are the bare addresses in it.
    """
    inline = Inline(Palette(), hyperlinks=True)
    tokens = parse(markdown)
    pairs: Iterator[tuple[str, str]]
    if tokens is None:
        pairs = ((match[0], match[0]) for line in markdown.split("\n") for match in BareLink.find(line))
    else:
        pairs = _link_texts(tokens, inline, 0)
    by_address: dict[str, Link] = {}
    for text, target in pairs:
        address = inline.address(target, Style.null())
        style = address.style if isinstance(address.style, Style) else Style.null()
        if address.plain.strip():
            name = visible_line(text).strip() or address.plain
            by_address.setdefault(address.plain, Link(name, address.plain, style.link))
    return list(by_address.values())


def _link_texts(tokens: Sequence[Token], inline: Inline, depth: int) -> Iterator[tuple[str, str]]:
    """Text and address of each link in the tokens and what is in them."""
    if depth > MAX_DEPTH:
        return
    for token in tokens:
        match type(token).__name__:
            case "Link":
                yield inline.text(token.children, Style.null()).plain, token.target
            case "Image":
                yield inline.text(token.children, Style.null()).plain, token.src
            case "AutoLink":
                yield token.target, f"mailto:{token.target}" if token.mailto else token.target
            case "BareLink":
                yield token.content, token.content
            case "Definition":
                yield from ((label, address) for label, address, _ in token.definitions)
            case "Table":
                for cell in (cell for row in token.rows for cell in row):
                    yield from _link_texts(cell, inline, depth + 1)
                continue
        yield from _link_texts(token.children or (), inline, depth + 1)
