"""Markdown to mistletoe's tokens, with the few readings of our own; mistletoe's only home.

mistletoe keeps its lists of token classes, and a little more, in module globals: they are set up for each
parse and put back after it, under a lock.

What is read otherwise than mistletoe reads it:

- HTML is a token and stays in place. A comment that is never closed, or before whose end another begins, is
  text: what is not plainly closed hides nothing.
- Tables split their rows as the format does (`tables`). A row may have more cells or fewer than the header; none is
  dropped.
- A block of code is one that the format takes for it: one that is never closed hides nothing.
- A bold line that the format takes for a title is a `SectionTitle`, and an underlined one a `SetextHeading`. Outside
  of list items nothing else is one: below a paragraph of several lines a `---` is a rule.
- Reference definitions stay in place as `Definition` tokens, so that an unused one is not lost.
- A bare `https://…` is a `BareLink` (https://github.github.com/gfm/#autolinks-extension-).
- Inline text longer than `INLINE_LIMIT` is plain text, and so is what comes after `BRACKETS_LIMIT` in one body:
  mistletoe takes quadratic time for some of it.
"""

import html
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, TypeAlias

from mistletoe import block_token, core_tokens, span_token, token

from incident_tui.format.read.fences import code_blocks
from incident_tui.format.read.tables import cells, is_delimiter
from incident_tui.format.read.titles import bold_title, titles
from incident_tui.format.sanitize import sanitize

Token: TypeAlias = Any
"""A mistletoe token, block or span. mistletoe is untyped; tokens are distinguished by class."""

INLINE_LIMIT = 8_000
"""Characters of one paragraph, heading or cell above which its inline Markdown is not read."""
BRACKETS_LIMIT = 3_000_000
"""For each closing bracket mistletoe goes through the text that it is in: how many characters that may be in one body
before the rest of its links and emphasis isn't read. It keeps the wait for an entry below half a second or so.
"""
SOURCE_LIMIT = 200_000
"""Characters of one body above which it is not parsed at all."""
BLANKS_LIMIT = 500
"""Blanks in a row above which a body is not parsed: mistletoe's patterns take quadratic time for them."""

_blocks: Any = block_token
_spans: Any = span_token
_core: Any = core_tokens
_token: Any = token
_start_fence: Any = block_token.CodeFence.start.__func__  # type: ignore[attr-defined]
_read_fence: Any = block_token.CodeFence.read.__func__  # type: ignore[attr-defined]
_lock = threading.Lock()
_brackets_left = BRACKETS_LIMIT
"""Of the body that is being parsed."""
_LONG_BLANK = re.compile(f" {{{BLANKS_LIMIT}}}")
_ENTITY = re.compile(r"&[^\s<&;]{1,32};")
_DELIMITER_CELL = re.compile(r":?-+:?")


def parse(markdown: str) -> list[Token] | None:
    """Return the block tokens of `markdown`, or None where it is too long or nested too deeply to be read.

    The text is made harmless and its tabs become blanks first (tab stops of four columns, as in CommonMark):
    the parser is not misled by characters that Python takes for line ends or blanks and Markdown does not.
    """
    if len(markdown) > SOURCE_LIMIT:
        return None
    lines = _lines(sanitize(markdown))
    if any(_LONG_BLANK.search(line) for line in lines):
        return None
    with _lock, _own_tokens():
        try:
            return _apart(_blocks.Document(lines))
        except RecursionError:
            return None


def _apart(document: Token) -> list[Token]:
    """The tokens of a document, none of which knows its parent: so they go with the last that refers to them, and
    leave no cycles for the collector.
    """
    blocks = list(document.children)
    tokens = blocks.copy()
    while tokens:
        token = tokens.pop()
        vars(token).pop("_parent", None)
        tokens += token.children or ()
        if isinstance(token, Table):
            tokens += chain.from_iterable(chain.from_iterable(token.rows))
    return blocks


class HtmlBlock(block_token.HtmlBlock):
    """A block of HTML. `content` is its source."""

    @classmethod
    def start(cls, line: str) -> bool:
        """Whether the line begins a block of HTML."""
        return bool(_html_rule(line))

    @classmethod
    def check_interrupts_paragraph(cls, lines: Any) -> bool:
        """Whether a block of HTML that may interrupt a paragraph (all but lone tags may) begins next."""
        return _html_rule(lines.peek()) not in (0, 7) and not _never_closed(lines)

    @classmethod
    def read(cls, lines: Any) -> list[str] | None:
        """Take the block's lines, or none at all (None) if it is a comment that is never closed."""
        if _never_closed(lines):
            return None
        _html_rule(lines.peek())
        end: str | None = _blocks.HtmlBlock._end_cond
        own_lines: list[str] = []
        for line in lines:
            if end is None and (not line.strip() or (isinstance(line, _Line) and (line.is_title or line.code_lines))):
                lines.backstep()
                break
            own_lines.append(line)
            if end is not None and end in line.casefold():
                break
        return own_lines


def _html_rule(line: str) -> int:
    """The number of CommonMark's start condition (1 to 7) that the line meets, or 0."""
    return int(_blocks.HtmlBlock.start(line))


def _never_closed(lines: Any) -> bool:
    """Whether the next line opens a comment that does not end before another one opens, or at all."""
    if not lines.peek().lstrip().startswith("<!--"):
        return False
    at = lines.get_pos() + 1
    for number in range(at, len(lines.lines)):
        line = lines.lines[number]
        if number > at and line.lstrip().startswith("<!--"):
            return True
        if "-->" in line:
            return False
    return True


class _Line(str):
    """A line of the body itself, not of what stands in a quote or a list item: those are cut out of it.

    It knows what the format takes it for: a title, which the next line may underline, or a fence that so many lines,
    the closing one too, belong to.
    """

    is_title: bool
    underlined: bool
    code_lines: int


def _lines(markdown: str) -> list[_Line]:
    """The lines of a body, tabs expanded."""
    data = markdown.encode("utf-8", "surrogatepass")
    starts = {title.start: title for title in titles(data, 0, len(data))}
    blocks = {block.start: data.count(b"\n", block.start, block.last) for block in code_blocks(data, 0, len(data))}
    lines, at = [], 0
    for text in markdown.split("\n"):
        title = starts.get(at)
        is_title = title is not None
        line = _Line(f"{(text.lstrip(' ') if is_title else text).expandtabs(4)}\n")  # at the margin it ends a list
        line.is_title, line.code_lines = is_title, blocks.get(at, 0)
        line.underlined = title is not None and bool(title.underline)
        at += len(text.encode("utf-8", "surrogatepass")) + 1
        lines.append(line)
    return lines


class SectionTitle(block_token.BlockToken):
    """A line that is bold from end to end, but for a colon; `children` are the span tokens of what is bold.

    It is a block of its own wherever the format has a title, also below a list item without a blank line between; and
    in a quote or a list item, where it is a bold line and no title.
    """

    _UNDERLINE = re.compile(r" {0,3}(?:=+|-+) *$")

    def __init__(self, line: str) -> None:
        self.children = _spans.tokenize_inner(bold_title(line) or line)

    @classmethod
    def start(cls, line: str) -> bool:
        """Whether the line is a title."""
        if isinstance(line, _Line):
            return line.is_title and not line.underlined and not line.startswith("#")
        return bold_title(line) is not None

    @classmethod
    def check_interrupts_paragraph(cls, lines: Any) -> bool:
        """Whether the next line is a title."""
        return cls.start(lines.peek())

    @classmethod
    def read(cls, lines: Any) -> str | None:
        """Take the line, or none (None) if it is underlined: that is a heading."""
        line: str = next(lines)
        below = lines.peek()
        if below is not None and cls._UNDERLINE.match(below):
            lines.backstep()
            return None
        return line


class SetextHeading(block_token.BlockToken):
    """A line and its underline, where the format has a title. `level` is 1 below `===`, else 2."""

    def __init__(self, lines: list[str]) -> None:
        title, underline = lines
        self.level = 1 if underline.lstrip().startswith("=") else 2
        self.children = _spans.tokenize_inner(title.strip())

    @classmethod
    def start(cls, line: str) -> bool:
        """Whether the line is a title that the next one underlines."""
        return isinstance(line, _Line) and line.underlined

    @classmethod
    def check_interrupts_paragraph(cls, lines: Any) -> bool:
        """Whether the next line is such a title."""
        return cls.start(lines.peek())

    @classmethod
    def read(cls, lines: Any) -> list[str]:
        """Take both lines."""
        return [next(lines), next(lines)]


class Paragraph(block_token.Paragraph):
    """A paragraph. One that is underlined is a heading only in a list item, where the format has no titles."""

    @classmethod
    def is_setext_heading(cls, line: str) -> bool:
        """Whether a line makes a heading of the paragraph above it."""
        return not isinstance(line, _Line) and bool(cls.setext_pattern.match(line))


class CodeFence(block_token.CodeFence):
    """A block of code. What is never closed is none, and a line with an info string closes none."""

    _open_info: Any

    @classmethod
    def start(cls, line: str) -> bool:
        """Whether the line opens a block."""
        return not (isinstance(line, _Line) and not line.code_lines) and bool(_start_fence(cls, line))

    @classmethod
    def read(cls, lines: Any) -> Any:
        """Take the block's lines."""
        opening = lines.peek()
        if not isinstance(opening, _Line):
            return _read_fence(cls, lines)
        next(lines)
        indent = cls._open_info[0]
        *code, _closer = [next(lines) for _ in range(opening.code_lines)]
        return [line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in code], cls._open_info


class Definition(block_token.Footnote):
    """Link reference definitions, one after the other. `definitions` is a list of (label, address, title)."""

    @classmethod
    def match_reference(cls, string: str, offset: int) -> Any:
        """Read the definition at `offset`, or None; a footnote is none, though mistletoe takes it for one."""
        if string[offset:].lstrip().startswith("[^"):
            return None
        return _blocks.Footnote.match_reference(string, offset)

    def __new__(cls, _: Any) -> "Definition":
        """Make a token, where mistletoe makes none."""
        return object.__new__(cls)

    def __init__(self, matches: list[tuple[str, str, str, str, str | None]]) -> None:
        strip = _spans.EscapeSequence.strip
        self.definitions: list[tuple[str, str, str]] = [
            (strip(label), strip(address), strip(title)) for label, address, title, *_ in matches
        ]


class Table(block_token.BlockToken):
    """A table. `alignments` has "left", "center" or "right" for each column.

    `rows`, the header first, has the cells of each row, and a cell is its span tokens.
    """

    def __init__(self, lines: list[str]) -> None:
        header, delimiters, *rows = lines
        self.alignments = [_alignment(cell) for cell in _DELIMITER_CELL.findall(delimiters)]
        self.rows: list[list[list[Token]]] = [
            [list(_spans.tokenize_inner(cell)) for cell in cells(row)] for row in (header, *rows)
        ]

    @classmethod
    def start(cls, line: str) -> bool:
        """Whether the line may be a table's first."""
        return "|" in line

    @classmethod
    def check_interrupts_paragraph(cls, lines: Any) -> bool:
        """Whether a table begins at the next line."""
        at = lines.get_pos() + 1
        return "|" in lines.peek() and at + 1 < len(lines.lines) and is_delimiter(lines.lines[at + 1])

    @classmethod
    def read(cls, lines: Any) -> Any:
        """Take the table's lines, or none at all (None) if there is no table."""
        if not cls.check_interrupts_paragraph(lines):
            return None
        own_lines = [next(lines), next(lines)]
        others = [
            kind for kind in _blocks._token_types if hasattr(kind, "check_interrupts_paragraph") and kind is not cls
        ]
        while (line := lines.peek()) is not None and "|" in line:
            if any(kind.check_interrupts_paragraph(lines) for kind in others):
                break
            own_lines.append(next(lines))
        return own_lines


def _alignment(delimiter: str) -> str:
    if not delimiter.endswith(":"):
        return "left"
    return "center" if delimiter.startswith(":") else "right"


class BareLink(span_token.SpanToken):
    """An address that stands in the text as it is. `content` is the address."""

    pattern = re.compile(r"(?<![A-Za-z0-9])https?://(?:(?!\]\()[^\s<>`])+", re.IGNORECASE)
    parse_inner = False
    parse_group = 0
    precedence = 6

    def __init__(self, match: re.Match[str]) -> None:
        self.content = _ENTITY.sub(lambda entity: html.unescape(entity[0]), match[0])

    @classmethod
    def find(cls, string: str) -> Iterator[re.Match[str]]:
        """Find the addresses, each without the punctuation that belongs to the sentence around it."""
        if len(string) > INLINE_LIMIT:
            return
        for match in cls.pattern.finditer(string):
            whole = cls.pattern.match(string, match.start(), match.start() + len(_address(match[0])))
            if whole is not None:
                yield whole


def _address(text: str) -> str:
    while text:
        shorter = text.rstrip("?!.,:*_~'\"")
        if shorter.endswith(";"):
            shorter = re.sub(r"(?:&[A-Za-z0-9]+)?;$", "", shorter)
        if shorter.endswith((")", "]")):
            opening, closing = ("(", ")") if shorter[-1] == ")" else ("[", "]")
            if shorter.count(closing) > shorter.count(opening):
                shorter = shorter[:-1]
        if shorter == text:
            break
        text = shorter
    return text


class CoreTokens(span_token.CoreTokens):
    """Emphasis, links and images, of text that is not too long."""

    @classmethod
    def find(cls, string: str) -> Any:
        """Find them all."""
        global _brackets_left
        cost = len(string) * string.count("]")
        if len(string) > INLINE_LIMIT or cost > _brackets_left:
            return []
        _brackets_left -= cost
        return _core.find_core_tokens(string, _token._root_node)


class HtmlSpan(span_token.HtmlSpan):
    """HTML within a line, in text that is not too long. `content` is its source."""

    @classmethod
    def find(cls, string: str) -> Any:
        """Find it all."""
        return [] if len(string) > INLINE_LIMIT else cls.pattern.finditer(string)


@contextmanager
def _own_tokens() -> Iterator[None]:
    """Have mistletoe read with these classes; put it back as it was, also after a parse that broke off."""
    global _brackets_left
    _brackets_left = BRACKETS_LIMIT
    try:
        for theirs, ours in (
            (_blocks.Table, Table),
            (_blocks.CodeFence, CodeFence),
            (_blocks.Footnote, Definition),
            (_blocks.Paragraph, Paragraph),
        ):
            at = _blocks._token_types.index(theirs)
            _blocks.remove_token(theirs)
            _blocks.add_token(ours, at)
        _blocks.add_token(SectionTitle)
        _blocks.add_token(HtmlBlock)
        _blocks.add_token(SetextHeading)
        at = _spans._token_types.index(_spans.CoreTokens)
        _spans.remove_token(_spans.CoreTokens)
        _spans.add_token(CoreTokens, at)
        _spans.add_token(HtmlSpan)
        _spans.add_token(BareLink)
        yield
    finally:
        _blocks.reset_tokens()
        _spans.reset_tokens()
        _blocks.Paragraph.parse_setext = True
        _core._code_matches = []
        _token._root_node = None
