"""The list items of a text, as CommonMark has them: in quotes, nested, over several lines.

This is the one rule for which items there are. What is drawn follows from the same specification
(https://spec.commonmark.org/0.31.2/), so that an open box that is seen is one that is counted.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from incident_tui.format.read.fences import FENCE_LINE, closes

# Little of what a repetition took is given back: this is tried at every line, and a line may be as long as the file.
_BOLD_TEXT = r"(?:[^*_\n]++|(?!(?P=mark))[*_]){1,1000}"
BOLD = rf"(?P<mark>\*\*(?!\*)|__(?!_))[ \t]*+(?P<bold>{_BOLD_TEXT})(?P=mark)[ \t]*+:?[ \t]*+\r?"
"""A line that is bold from end to end, with no more than so many other signs of emphasis in it."""

_QUOTE = re.compile(r" {0,3}> ?")
_MARKER = re.compile(r"(?: {0,3})(?:[-*+]|(?P<number>[0-9]{1,9})[.)])(?=[ ]|\Z)")
_RULE = re.compile(r" {0,3}(?:(?:-[ ]*){3,}|(?:_[ ]*){3,}|(?:\*[ ]*){3,})\Z")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ ]*\Z")
_TITLE = re.compile(rf" {{0,3}}(?:#{{1,6}}(?:[ ]|\Z)|{BOLD}\Z|\||<!--|-->)")
"""A title; or a line of a table, or one that opens or ends a comment: no line of a paragraph either."""

_BOLD_LINE = re.compile(rf" {{0,3}}{BOLD}\Z")

_DEEPEST = 24
"""Containers in one another that are followed."""
_CODE = 4
"""Columns from which on an indented line is code."""


class ListItem(NamedTuple):
    """A list item. Its text is its first paragraph, on one line."""

    line: int
    """The line with its marker, from 0."""
    column: int
    """Where its text starts in that line, in characters."""
    text: str


class _Container(NamedTuple):
    """A quote, or an item whose content starts so many columns further in (0: a quote)."""

    width: int


def list_items(lines: Iterable[tuple[str, bool]]) -> list[ListItem]:
    """The items in the order of their markers, nested ones and those in quotes, too.

    Of each line: its text without line end, and whether it is known to be code (then nothing of it is read).
    """
    return [ListItem(line, column, " ".join(words)) for line, column, words in _Reading(lines).items]


def top_level(lines: Iterable[tuple[str, bool]]) -> tuple[list[int], dict[int, int]]:
    """Return the numbers, from 0, of the lines that are in no item and no quote, and don't continue one; and of those
    that underline a bold line or a paragraph of one line, with that line.
    """
    reading = _Reading(lines)
    return reading.outermost, reading.underlined


def raw_column(text: str, column: int) -> int:
    """Convert a column of a line with tabs expanded to an index of the line itself, in characters."""
    if "\t" not in text:
        return column
    at = 0
    for index, char in enumerate(text):
        if at >= column:
            return index
        at += 4 - at % 4 if char == "\t" else 1
    return len(text)


class _Reading:
    """The state of the reader of lines: the open containers, and the open block of the innermost."""

    def __init__(self, lines: Iterable[tuple[str, bool]]) -> None:
        self.lines = [(text.expandtabs(4).rstrip(), code) for text, code in lines]
        self.items: list[_Item] = []
        self.outermost: list[int] = []
        self.underlined: dict[int, int] = {}
        self._containers: list[_Container] = []
        self._paragraph = False
        self._paragraph_start = 0
        """The line on which the last paragraph began."""
        self._bold = -2
        """The last line that is bold from end to end."""
        self._words: list[str] | None = None
        """The words of the item whose first paragraph is open."""
        self._fence = ""
        """The opening fence of the code that is open inside the containers."""
        self._was_code = False
        for number in range(len(self.lines)):
            self.read(number)

    def read(self, number: int) -> None:
        """Read the next line."""
        text, code = self.lines[number]
        if code and self._was_code:
            return
        matched, at = self._matched(text)
        all_matched = matched == len(self._containers)
        if self._inside(text, at, all_matched):
            return
        self._was_code = code
        if code:
            self._close(matched)
            return
        self._begin(number, text, at, matched)

    def _matched(self, text: str) -> tuple[int, int]:
        """How many of the open containers go on in this line, and where their content begins."""
        at = 0
        for depth, (width,) in enumerate(self._containers):
            if width == 0:
                quote = _QUOTE.match(text, at)
                if quote is not None:
                    at = quote.end()
                elif not self._paragraph or not text[at:] or self._interrupts(text, at):
                    return depth, at
            elif not text[at:].strip():
                at = min(at + width, len(text))
            elif text.startswith(" " * width, at):
                at += width
            else:
                return depth, at
        return len(self._containers), at

    def _interrupts(self, text: str, at: int) -> bool:
        """Whether a line begins something that ends the paragraph of a quote, so that it doesn't go on without a >."""
        marker = _MARKER.match(text, at)
        if marker is not None and not _is_text(text, marker):
            return True
        return bool(_TITLE.match(text, at) or _RULE.match(text, at) or FENCE_LINE.fullmatch(text, at))

    def _inside(self, text: str, at: int, all_matched: bool) -> bool:
        """Whether the line is part of a fence that is open."""
        if not self._fence:
            return False
        fence = FENCE_LINE.fullmatch(text, at) if all_matched else None
        if fence and closes(fence[1], fence[2], self._fence):
            self._fence = ""
        elif not all_matched:
            self._fence = ""
            return False
        return True

    def _begin(self, number: int, text: str, at: int, matched: int) -> None:
        """Read what begins in a line, behind the containers that go on in it."""
        if not self._containers and self._bold == number - 1 and _UNDERLINE.match(text):
            self.underlined[number] = self._bold
            self.outermost.append(number)
            return
        interrupts = self._paragraph and matched == len(self._containers)
        new: _Item | None = None
        while len(self._containers) < _DEEPEST or matched < len(self._containers):
            indent = len(text) - at - len(text[at:].lstrip(" "))
            if indent >= _CODE or (_RULE.match(text, at) and not (interrupts and _UNDERLINE.match(text, at))):
                break
            quote, marker = _QUOTE.match(text, at), _MARKER.match(text, at)
            if quote is not None:
                self._close(matched)
                at, width, new = quote.end(), 0, None
            elif marker is not None and not (interrupts and _is_text(text, marker)):
                self._close(matched)
                rest = text[marker.end() :]
                blanks = len(rest) - len(rest.lstrip(" "))
                gap = blanks if rest.strip() and blanks <= _CODE else 1
                width = marker.end() + gap - at
                at = min(marker.end() + gap, len(text))
                new = number, at, []
                self.items.append(new)
            else:
                break
            self._containers.append(_Container(width))
            matched = len(self._containers)
            interrupts = False
        self._leaf(number, text, at, matched, new)
        if not self._containers:
            self.outermost.append(number)

    def _leaf(self, number: int, text: str, at: int, matched: int, new: "_Item | None") -> None:
        """Read what a line holds behind its containers: a line of a paragraph, or something that ends one."""
        rest = text[at:].strip()
        indented = len(text[at:]) - len(text[at:].lstrip(" ")) >= _CODE
        open_here = self._paragraph and new is None
        if not rest or (indented and not open_here):
            self._close(matched)
        elif not indented and matched and (fence := FENCE_LINE.fullmatch(text, at)):  # else it is closed, or is text
            self._close(matched)
            self._fence = fence[1]
        elif not indented and self._ends_paragraph(text, at, matched):
            one_line = self._paragraph and not self._containers and self._paragraph_start == number - 1
            if one_line and _UNDERLINE.match(text, at):
                self.underlined[number] = self._paragraph_start
            if not matched and _BOLD_LINE.match(text):
                self._bold = number
            self._close(matched)
        elif open_here:
            if self._words is not None:
                self._words.append(_bare(rest))
        else:
            self._close(matched)
            self._paragraph = True
            self._paragraph_start = number
            self._words = new[2] if new is not None else None
            if self._words is not None:
                self._words.append(_bare(rest))

    def _ends_paragraph(self, text: str, at: int, matched: int) -> bool:
        """Whether a line is a title, a rule, the underline of a paragraph, a table's, or opens a comment."""
        underline = self._paragraph and matched == len(self._containers) and _UNDERLINE.match(text, at)
        return bool(_TITLE.match(text, at) or _RULE.match(text, at) or underline)

    def _close(self, matched: int) -> None:
        """End the paragraph, and all containers but so many."""
        del self._containers[matched:]
        self._paragraph = False
        self._words = None


_Item = tuple[int, int, list[str]]


def _is_text(text: str, marker: re.Match[str]) -> bool:
    """Whether a marker within a paragraph is text: of an empty item, or of a list that doesn't begin with 1."""
    return not text[marker.end() :].strip() or marker["number"] not in (None, "1")


def _bare(rest: str) -> str:
    """A line of a paragraph without the backslash that breaks it."""
    return rest.removesuffix("\\").rstrip() or rest
