"""Span tokens to Rich Text: emphasis, code, links, images, HTML within a line, line breaks.

All text that the renderer shows passes `visible` or `visible_line`, after its entities have been decoded:
`&#x202e;` must not bring in what the file itself may not hold.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from incident_tui.format.sanitize import one_line, sanitize
from incident_tui.render.mistletoe_parser import Token
from incident_tui.render.styles import MarkdownGlyphs, Palette

MAX_DEPTH = 24
"""Levels of nesting, of blocks and of spans each, that are followed."""

LINKED = re.compile(r"(?:https?://|mailto:)\S", re.IGNORECASE)
"""The beginning of an address that may be followed."""

_BOX = re.compile(r"\[([ xX])\](?:\s+|$)")
_LOOKS_LIKE_ADDRESS = re.compile(r"\s*(?:\w+://|mailto:|[\w-]+(?:\.[\w-]+)+(?:[/:]\S*)?\s*\Z)", re.IGNORECASE)
_CRYPTIC = re.compile(r"#|.*%[0-9A-Fa-f]{2}")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:")
_TIME = re.compile(r"[~(\[]?(?:\d{1,2}[:.]\d\d\b|\d{4}-\d\d-\d\d)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))

LEGIBLE = 60
"""Characters of a path that are read within a text; of a longer one only the link's text is shown."""


class TooDeepError(Exception):
    """The text is nested more deeply than it can be shown."""


def visible(text: str) -> str:
    """Return `text` harmless and without tabs; its line feeds stay."""
    return sanitize(text).replace("\t", " ")


def visible_line(text: str) -> str:
    """Return `text` harmless and on one line."""
    return one_line(text)


@dataclass(slots=True)
class Inline:
    """Makes Rich Text of span tokens, in the styles of one palette.

    With `hyperlinks`, an http, https or mailto link carries its address (OSC 8) and shows only its text,
    unless that text looks like another address. Without, and for addresses of any other kind, the address
    stands in parentheses after it. With `hyperlinks`, one that says nothing to a reader (an anchor, a path in
    percent signs, a long one) is left out. An image has the sign `image` before its text.
    """

    palette: Palette
    hyperlinks: bool
    image: str = MarkdownGlyphs().image
    _styles: dict[str, Style] = field(default_factory=dict)

    def style(self, definition: str) -> Style:
        """Return the parsed style; raises `rich.errors.StyleSyntaxError`."""
        if definition not in self._styles:
            self._styles[definition] = Style.parse(definition)
        return self._styles[definition]

    def text(self, tokens: Sequence[Token], base: Style) -> Text:
        """Return the text of the tokens on top of the style `base`. Hard breaks become line feeds."""
        text = Text()
        self._append(text, tokens, base, 0)
        return text

    def plain(self, content: str, definition: str, base: Style) -> Text:
        """Return `content`, which is not Markdown, in one style; its line feeds stay."""
        return Text(visible(content), base + self.style(definition))

    def address(self, address: str, base: Style) -> Text:
        """Return an address in the dim style, as a link if it may be followed."""
        style = base + self.style(self.palette.dim)
        return Text(visible_line(address), style + self._hyperlink(address))

    def _append(self, text: Text, tokens: Sequence[Token], style: Style, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise TooDeepError
        palette = self.palette
        for position, token in enumerate(tokens):
            match type(token).__name__:
                case "RawText":
                    text.append(visible_line(token.content), style)
                case "EscapeSequence":
                    text.append(visible_line(token.children[0].content), style)
                case "LineBreak":
                    flows = token.soft and not _starts_line(tokens, position + 1)
                    text.append(" " if flows else "\n", style)
                case "Strong":
                    self._append(text, token.children, style + self.style(palette.strong), depth + 1)
                case "Emphasis":
                    self._append(text, token.children, style + self.style(palette.emphasis), depth + 1)
                case "Strikethrough":
                    self._append(text, token.children, style + self.style(palette.strike), depth + 1)
                case "InlineCode":
                    text.append(visible_line(token.children[0].content), style + self.style(palette.code))
                case "HtmlSpan" if _BREAK.fullmatch(token.content):
                    text.append("\n", style)
                case "HtmlSpan":
                    text.append(visible_line(token.content), style + self.style(palette.dim))
                case "BareLink":
                    self._append_address(text, token.content, token.content, style)
                case "AutoLink":
                    target = f"mailto:{token.target}" if token.mailto else token.target
                    self._append_address(text, token.target, target, style)
                case "Link":
                    self._append_link(text, token, style, depth)
                case "Image":
                    self._append_image(text, token, style, depth)
                case _:
                    self._append(text, token.children or (), style, depth + 1)

    def _append_address(self, text: Text, address: str, target: str, style: Style) -> None:
        own = Style.null() if style.link else self.style(self.palette.link) + self._hyperlink(target)
        text.append(visible_line(address), style + own)

    def _append_link(self, text: Text, token: Token, style: Style, depth: int) -> None:
        hyperlink = self._hyperlink(token.target)
        link_style = self.style(self.palette.link) if hyperlink or LINKED.match(token.target) else Style.null()
        start = len(text)
        self._append(text, token.children, style + link_style + hyperlink, depth + 1)
        label = text.plain[start:]
        self._append_target(
            text, token, label, token.target, style, hide=bool(hyperlink) or self._unreadable(token.target)
        )

    def _append_image(self, text: Text, token: Token, style: Style, depth: int) -> None:
        own = Style.null() if style.link else self._hyperlink(token.src)
        text.append(f"{self.image} ", style + self.style(self.palette.dim))
        start = len(text)
        self._append(text, token.children, style + own, depth + 1)
        hide = bool(own) or self._unreadable(token.src)
        self._append_target(text, token, text.plain[start:], token.src, style, hide=hide)

    def _append_target(self, text: Text, token: Token, label: str, target: str, style: Style, *, hide: bool) -> None:
        suffix_style = style + self.style(self.palette.dim)
        address = visible_line(target)
        hidden = hide and label.strip() and not _LOOKS_LIKE_ADDRESS.match(label)
        if address and not hidden and not _same_address(label, address):
            suffix = f" ({address})" if label.strip() else address
            text.append(suffix, suffix_style + self._hyperlink(target))
        if token.title:
            text.append(f' "{visible_line(token.title)}"', suffix_style)

    def _unreadable(self, address: str) -> bool:
        """Whether an address that no terminal opens tells a reader nothing, and can be left out."""
        return self.hyperlinks and (_CRYPTIC.match(address) is not None or len(address) > LEGIBLE)

    def _hyperlink(self, address: str) -> Style:
        """The style that carries the address to the terminal; the null style if it isn't safe to follow."""
        if not self.hyperlinks or LINKED.match(address) is None:
            return Style.null()
        return Style(link=quote(visible_line(address), safe=_PRINTABLE))


def _starts_line(tokens: Sequence[Token], position: int) -> bool:
    """Whether the text after a soft break keeps its line.

    A footnote does, and so does a line that begins with a time in a text that begins with one: a timeline
    typed without bullets.
    """
    here = _raw(tokens, position)
    return bool(_FOOTNOTE.match(here) or (_TIME.match(here) and _TIME.match(_raw(tokens, 0))))


def _raw(tokens: Sequence[Token], position: int) -> str:
    if position >= len(tokens) or type(tokens[position]).__name__ != "RawText":
        return ""
    return str(tokens[position].content)


def code_width(tokens: Sequence[Token]) -> int:
    """Return the width, in cells, of the longest code span among the tokens and all that is in them."""
    widths = [
        cell_len(token.children[0].content)
        if type(token).__name__ == "InlineCode"
        else code_width(token.children or ())
        for token in tokens
    ]
    return max(widths, default=0)


def _same_address(label: str, address: str) -> bool:
    return _bare(label) == _bare(address)


def _bare(address: str) -> str:
    return re.sub(r"(?i)^(?:https?://|mailto:)", "", unquote(address.strip())).rstrip("/")


def take_box(blocks: list[Token]) -> str | None:
    """Take the box off a list item's first text; return what is in it, or None if there is none."""
    if not blocks or type(blocks[0]).__name__ != "Paragraph" or not blocks[0].children:
        return None
    text = blocks[0].children[0]
    box = _BOX.match(text.content) if type(text).__name__ == "RawText" else None
    if box is None:
        return None
    text.content = text.content[box.end() :]
    return box[1]
