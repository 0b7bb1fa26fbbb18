"""An entry's Markdown as Rich renderables, for the detail pane and for `show`.

What comes out wraps at the width of the console that prints it, holds no character that a terminal would
obey, and shows all that the source says: nothing is cut, and what is no Markdown (HTML, definitions, broken
tables) stays visible.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.style import Style
from rich.text import Text

from incident_tui.format.model.entry import REF
from incident_tui.render.code import code_block
from incident_tui.render.inline import MAX_DEPTH, Inline, TooDeepError, code_width, take_box, visible
from incident_tui.render.layout import BLANK, Flow, HangingIndent, Rule, Source, indented, stacked
from incident_tui.render.mistletoe_parser import Token, parse
from incident_tui.render.styles import ASCII_GLYPHS, MarkdownGlyphs, Palette
from incident_tui.render.table import Cell, TableBlock

__all__ = ["Palette", "render"]

_TITLES = ("SectionTitle", "Heading", "SetextHeading")
_PROMINENT = 2
"""The lowest level of headings that are drawn as sections."""
_ANY_INCIDENT = frozenset({"incident", "post", "mortem", "postmortem", "report"})
_CODE_MARGIN = 2
_DEFAULT_PALETTE = Palette()


def render(
    markdown: str,
    palette: Palette = _DEFAULT_PALETTE,
    *,
    ascii_only: bool = False,
    hyperlinks: bool = True,
    items: Mapping[int, int] | None = None,
    title: str = "",
) -> RenderableType:
    """Return the renderable of one entry's body, without its heading and metadata.

    A first heading that says the same as `title`, the entry's own heading, is left out.

    With `ascii_only`, what is drawn around the text (bullets, boxes, rules) is ASCII; the text stays as it
    is. With `hyperlinks`, links carry their addresses (OSC 8); without, the addresses are written out, as a
    pipe needs it.

    Each heading has `{"heading": (n, level)}` in the meta of its style: its number from 0, and its level as it is
    drawn, from 1. Each task item's box has `{"item": n}` in the meta of its style, counted from 1 in the order of the
    source; or, if `items` maps lines of `markdown` (from 0) to numbers, the box or the bullet of the list
    item that begins on each of them has its number, and no other has one. Text that is too long or nested too
    deeply to be laid out is returned as its source. Any string renders; a palette that Rich cannot read
    raises `rich.errors.StyleSyntaxError`. mistletoe isn't thread-safe: concurrent calls wait for each other
    while they parse.
    """
    glyphs = ASCII_GLYPHS if ascii_only else MarkdownGlyphs()
    inline = Inline(palette, hyperlinks, glyphs.image)
    tokens = parse(markdown)
    if tokens is not None:
        try:
            return _Blocks(inline, glyphs, items).document(tokens, title)
        except TooDeepError:
            pass
    return Group(Source(visible(markdown), inline.style(palette.dim)))


@dataclass(slots=True)
class _Blocks:
    """Makes renderables of block tokens.

    `numbers` are those of the list items by line, `boxes` and `headings` count those met so far, `lists` the lists
    around the current block; `levels` maps levels of headings in the source to those that are drawn.
    """

    inline: Inline
    glyphs: MarkdownGlyphs
    numbers: Mapping[int, int] | None
    boxes: int = 0
    lists: int = 0
    headings: int = 0
    levels: Mapping[int, int] = field(default_factory=dict)

    def document(self, tokens: Sequence[Token], title: str) -> RenderableType:
        """The blocks with a blank line between them, and none below a title: what follows is its body."""
        if tokens and type(tokens[0]).__name__ in _TITLES and self._says(tokens[0], title):
            tokens = tokens[1:]
        self.levels = _levels(tokens)
        placed: list[RenderableType] = []
        after_title = True
        for token in tokens:
            is_title = type(token).__name__ in _TITLES
            if placed and (is_title or not after_title):
                placed.append(BLANK)
            placed.append(self._block(token, Style.null(), 0))
            after_title = is_title
        return Group(*placed)

    def _flow(self, tokens: Sequence[Token], base: Style) -> Flow:
        text = self.inline.text(tokens, base)
        text.rstrip()
        return Flow(text)

    def _says(self, token: Token, title: str) -> bool:
        """Whether a heading says the same as a title, in whatever spelling."""
        words = _words(title)
        return bool(words) and _words(self.inline.text(token.children, Style.null()).plain) == words

    def _heading(self, token: Token, base: Style) -> RenderableType:
        level = self.levels[_level(token)]
        palette = self.inline.palette
        look = base + self.inline.style(palette.section if level <= _PROMINENT else palette.subsection)
        text = self.inline.text(token.children, look + Style(meta={"heading": (self.headings, level)}))
        self.headings += 1
        text.rstrip()
        if type(token).__name__ == "SectionTitle" and text.plain.endswith(":") and len(text) > 1:
            text.right_crop(1)
        if level == 1:
            return Group(Flow(text), Rule(self.glyphs.line, base + self.inline.style(palette.rule)))
        return Flow(text)

    def _block(self, token: Token, base: Style, depth: int) -> RenderableType:
        if depth > MAX_DEPTH:
            raise TooDeepError
        palette = self.inline.palette
        match type(token).__name__:
            case "Paragraph":
                return self._flow(token.children, base)
            case "Heading" | "SetextHeading" | "SectionTitle" if depth:
                return self._flow(token.children, base + self.inline.style(palette.subsection))
            case "Heading" | "SetextHeading" | "SectionTitle":
                return self._heading(token, base)
            case "List":
                return self._list(token, base, depth)
            case "Table":
                return self._table(token, base)
            case "BlockCode" | "CodeFence":
                return indented(self._code(token, base), _CODE_MARGIN)
            case "Quote":
                bar = Text(f"{self.glyphs.bar} ", self.inline.style(palette.quote_bar))
                inner = base + self.inline.style(palette.quote)
                return HangingIndent(bar, bar, stacked(self._all(token.children, inner, depth + 1), airy=True))
            case "ThematicBreak":
                return Rule(self.glyphs.line, base + self.inline.style(palette.rule))
            case "Definition":
                return self._definitions(token, base)
            case _:
                return Flow(self.inline.plain(token.content, palette.dim, base))

    def _code(self, token: Token, base: Style) -> RenderableType:
        if type(token).__name__ == "BlockCode":  # prose as often as code: it goes on where it begins
            return code_block(token.content, "", self.inline, base, hang=0)
        return code_block(token.content, token.info_string, self.inline, base, hang=2)

    def _all(self, tokens: Sequence[Token], base: Style, depth: int) -> list[RenderableType]:
        return [self._block(token, base, depth) for token in tokens]

    def _list(self, token: Token, base: Style, depth: int) -> RenderableType:
        """The items; in a loose list, blank lines set off those that are more than one text."""
        start = token.start or 0
        width = len(str(start + len(token.children) - 1))
        items: list[RenderableType] = []
        was_long = False
        self.lists += 1
        for number, item in enumerate(token.children, start):
            is_long = token.loose and _is_long(item)
            if items and (is_long or was_long):
                items.append(BLANK)
            marker = self._marker(token, item.leader, number, width)
            items.append(self._item(item, marker, base, depth, airy=is_long))
            was_long = is_long
        self.lists -= 1
        return Group(*items)

    def _marker(self, token: Token, leader: str, number: int, width: int) -> str:
        if token.start is not None:
            return f"{number:>{width}}{leader[-1]} "
        if leader in ".)":
            return f"{leader} "
        return f"{self.glyphs.bullets[(self.lists - 1) % len(self.glyphs.bullets)]} "

    def _item(self, item: Token, marker: str, base: Style, depth: int, *, airy: bool) -> RenderableType:
        palette = self.inline.palette
        blocks, text_style = list(item.children), base
        box = take_box(blocks)
        meta = self._number(item, boxed=box is not None)
        bullet = base + self.inline.style(palette.bullet)
        if box is None:
            first = Text.assemble((marker, bullet + meta))
        else:
            checked = box in "xX"
            task_style = base + self.inline.style(palette.task_done if checked else palette.task_open)
            glyph = self.glyphs.done_box if checked else self.glyphs.open_box
            number = "" if marker.strip() in self.glyphs.bullets else marker
            first = Text.assemble((number, bullet), (glyph, task_style + meta), " ")
            text_style = task_style if checked else base
        body = [
            self._block(block, base if position else text_style, depth + 1) for position, block in enumerate(blocks)
        ]
        return HangingIndent(first, Text(" " * first.cell_len), stacked(body, airy=airy))

    def _number(self, item: Token, *, boxed: bool) -> Style:
        """The meta that says which item it is, or the null style."""
        if self.numbers is None:
            self.boxes += boxed
            number = self.boxes if boxed else None
        else:
            number = self.numbers.get(item.line_number - 1)
        return Style.null() if number is None else Style(meta={"item": number})

    def _table(self, token: Token, base: Style) -> TableBlock:
        palette = self.inline.palette
        header = base + self.inline.style(palette.table_header)
        rows = [[self._cell(cell, base if number else header) for cell in row] for number, row in enumerate(token.rows)]
        label = base + self.inline.style(palette.table_label)
        rule = base + self.inline.style(palette.rule)
        return TableBlock(rows, token.alignments, label, rule, self.glyphs.line)

    def _cell(self, tokens: Sequence[Token], style: Style) -> Cell:
        text = self.inline.text(tokens, style)
        text.rstrip()
        return Cell(text, code_width(tokens), max(map(cell_len, text.plain.split("\n"))))

    def _definitions(self, token: Token, base: Style) -> Flow:
        lines = []
        for label, address, title in token.definitions:
            line = self.inline.plain(f"[{label}]: ", self.inline.palette.dim, base)
            line.append_text(self.inline.address(address, base))
            if title:
                line.append_text(self.inline.plain(f' "{title}"', self.inline.palette.dim, base))
            lines.append(line)
        return Flow(Text("\n").join(lines))


def _level(token: Token) -> int:
    """The level of a heading in the source; that of a section title, which has none, is 0."""
    return 0 if type(token).__name__ == "SectionTitle" else int(token.level)


def _levels(tokens: Sequence[Token]) -> dict[int, int]:
    """The level on which headings of each level of the source are drawn: from 1 (a title) or 2 (a section) on.

    Section titles are sections, unless a heading comes before the first of them: then they are below all headings.
    """
    source = [_level(token) for token in tokens if type(token).__name__ in _TITLES]
    order = [level for level in sorted(set(source)) if level]
    if 0 in source:
        order = [0, *order] if source[0] == 0 else [*order, 0]
    top = 1 if order[:1] == [1] else 2
    return {level: number for number, level in enumerate(order, top)}


def _words(title: str) -> list[str]:
    """The words that tell a title from others, without a reference and what any incident's title may say."""
    words = re.findall(r"[^\W_]+", REF.sub(" ", title).casefold())
    return [word for word in words if word not in _ANY_INCIDENT]


def _is_long(item: Token) -> bool:
    """Whether a list item is more than one text and its sublists."""
    return sum(type(block).__name__ != "List" for block in item.children) > 1
