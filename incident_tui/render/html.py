"""Markdown as HTML that is safe in any page: raw HTML is shown as text, and nothing is fetched from elsewhere."""

import re
from collections.abc import Sequence
from html import escape
from itertools import zip_longest

from incident_tui.format.sanitize import one_line, sanitize
from incident_tui.render.inline import LINKED, MAX_DEPTH, TooDeepError, take_box
from incident_tui.render.mistletoe_parser import Token, parse

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_DEEPEST_HEADING = 6
_ALIGNED = {"center": ' class="center"', "right": ' class="right"'}


def render_html(markdown: str, deeper: int = 0) -> str:
    """The HTML of a Markdown text. Its headings are `deeper` by so many levels.

    Text that is too long or nested too deeply is returned as its source, preformatted. Images become links.
    """
    tokens = parse(markdown)
    if tokens is not None:
        try:
            return _blocks(tokens, deeper, 0)
        except TooDeepError:
            pass
    return f"<pre>{text_html(markdown)}</pre>\n"


def text_html(text: str) -> str:
    """Text that is shown as it is, without what hides or controls; its line feeds stay."""
    return escape(sanitize(text))


def _blocks(tokens: Sequence[Token], deeper: int, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise TooDeepError
    return "".join(_block(token, deeper, depth) for token in tokens)


def _block(token: Token, deeper: int, depth: int) -> str:
    match type(token).__name__:
        case "Paragraph":
            return f"<p>{_spans(token.children)}</p>\n"
        case "Heading" | "SetextHeading":
            return _heading(token.level + deeper, token)
        case "SectionTitle":
            return _heading(2 + deeper, token)
        case "List":
            items = "".join(_item(item, deeper, depth) for item in token.children)
            start = f' start="{token.start}"' if token.start not in (None, 1) else ""
            return f"<ul>\n{items}</ul>\n" if token.start is None else f"<ol{start}>\n{items}</ol>\n"
        case "Table":
            return _table(token)
        case "BlockCode" | "CodeFence":
            return f"<pre><code>{text_html(token.content)}</code></pre>\n"
        case "Quote":
            return f"<blockquote>\n{_blocks(token.children, deeper, depth + 1)}</blockquote>\n"
        case "ThematicBreak":
            return "<hr>\n"
        case "Definition":
            lines = [f"[{text_html(label)}]: {_link(text_html(url), url)}" for label, url, _ in token.definitions]
            return f"<p>{'<br>'.join(lines)}</p>\n"
        case _ if token.content.lstrip().startswith("<!--") and token.content.rstrip().endswith("-->"):
            return ""
        case _:
            return f"<pre>{text_html(token.content)}</pre>\n"


def _heading(level: int, token: Token) -> str:
    level = min(level, _DEEPEST_HEADING)
    return f"<h{level}>{_spans(token.children)}</h{level}>\n"


def _item(item: Token, deeper: int, depth: int) -> str:
    """A list item, with a box that can't be ticked where the source has one."""
    blocks = list(item.children)
    box = take_box(blocks)
    mark = "" if box is None else f'<input type="checkbox" disabled{" checked" if box in "xX" else ""}> '
    first = ""
    if blocks and type(blocks[0]).__name__ == "Paragraph":
        first = _spans(blocks.pop(0).children)
    kind = ' class="task"' if mark else ""
    return f"<li{kind}>{mark}{first}{_blocks(blocks, deeper, depth + 1)}</li>\n"


def _table(token: Token) -> str:
    rows = []
    for number, row in enumerate(token.rows):
        tag = "td" if number else "th"
        cells = [
            f"<{tag}{_ALIGNED.get(side, '')}>{_spans(cell or ())}</{tag}>"
            for cell, side in zip_longest(row, token.alignments[: len(row)])
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>\n")
    return f"<table>\n<thead>\n{rows[0]}</thead>\n<tbody>\n{''.join(rows[1:])}</tbody>\n</table>\n"


def _spans(tokens: Sequence[Token], depth: int = 0) -> str:
    if depth > MAX_DEPTH:
        raise TooDeepError
    return "".join(_span(token, depth) for token in tokens)


def _span(token: Token, depth: int) -> str:
    match type(token).__name__:
        case "RawText":
            return text_html(token.content)
        case "EscapeSequence":
            return text_html(token.children[0].content)
        case "LineBreak":
            return "\n" if token.soft else "<br>\n"
        case "Strong":
            return f"<strong>{_spans(token.children, depth + 1)}</strong>"
        case "Emphasis":
            return f"<em>{_spans(token.children, depth + 1)}</em>"
        case "Strikethrough":
            return f"<del>{_spans(token.children, depth + 1)}</del>"
        case "InlineCode":
            return f"<code>{text_html(token.children[0].content)}</code>"
        case "HtmlSpan":
            return "<br>\n" if _BREAK.fullmatch(token.content) else text_html(token.content)
        case "BareLink":
            return _link(text_html(token.content), token.content)
        case "AutoLink":
            return _link(text_html(token.target), f"mailto:{token.target}" if token.mailto else token.target)
        case "Link":
            return _link(_spans(token.children, depth + 1), token.target)
        case "Image":
            return _link(_spans(token.children, depth + 1) or text_html(token.src), token.src)
        case _:
            return _spans(token.children or (), depth + 1)


def _link(label: str, address: str) -> str:
    """A link to where a browser may be sent; any other address stands behind the text."""
    url = escape(one_line(address))
    if LINKED.match(address):
        return f'<a href="{url}" rel="noopener noreferrer">{label}</a>'
    return label if label == url or not url else f"{label} ({url})"
