"""Sections and items of one entry, read line by line, without the Markdown parser.

A section starts at a title (see `titles`); names vary from team to team. Offsets are bytes from the start of the
entry's document.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from incident_tui.format.model.entry import Entry
from incident_tui.format.read.fences import code_blocks
from incident_tui.format.read.list_items import list_items, raw_column
from incident_tui.format.read.titles import LEARNINGS, ROOT_CAUSE, SUMMARY, title_text, titles

_ITEM = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+")
_LISTED = re.compile(r"[-*+.)][ \t]|[-*+.)]\Z")
"""A pattern that every list item matches."""
_BOX = re.compile(r"\[([ xX])\](?=[ \t]|$)[ \t]*")
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)
_ACTIONS = re.compile(r"\b(?:action items?|actions|follow[- ]?ups?|to[- ]?dos?|next steps)\b", re.IGNORECASE)
_SUMMARY = re.compile(SUMMARY, re.IGNORECASE)
_ROOT_CAUSE = re.compile(ROOT_CAUSE, re.IGNORECASE)
_LEARNINGS = re.compile(LEARNINGS, re.IGNORECASE)


MIN_SUMMARY_WORDS = 4
"""Words from which on a paragraph outside a Summary section says something."""


class Line(NamedTuple):
    """One line of an entry's body, without its line end."""

    offset: int
    text: str
    code: bool
    """Whether the line is inside a closed fence, or is one of its fence lines."""


class Section(NamedTuple):
    """A titled part of the body. The part before the first title has no title."""

    title: str
    start: int
    lines: tuple[Line, ...]
    """The lines after the title and its underline."""


class Item(NamedTuple):
    """An action item: a list item with a box anywhere, or any list item of an action-items section."""

    number: int
    """From 1, in file order."""
    offset: int
    """Where the box (or the text, if there is no box) starts."""
    checked: bool
    boxed: bool
    text: str
    """All of its first paragraph, on one line, without the box."""
    section: str

    @property
    def open(self) -> bool:
        """Whether it counts as open: a box, and no tick in it."""
        return self.boxed and not self.checked


def item_lines(entry: Entry, entry_items: Sequence[Item]) -> Iterator[tuple[int, Item]]:
    """Each item with the line on which it begins, counted from 0 at the entry's heading."""
    at, line = entry.start, 0
    for item in entry_items:
        line += entry.data.count(b"\n", at, item.offset)
        at = item.offset
        yield line, item


class Draft(NamedTuple):
    """A draft of a summary. `key_learning` is None if a person must write it."""

    summary: str
    key_learning: str | None


class _Block(NamedTuple):
    """A paragraph or a list item, on one line."""

    text: str
    listed: bool


_NOTHING = _Block("", False)


def lines(entry: Entry) -> list[Line]:
    """Return the lines of the body. Text after an unclosed fence is not code: it hides nothing."""
    body = entry.metadata.end
    blocks = code_blocks(entry.data, body, entry.end)
    block = next(blocks, None)
    listed: list[Line] = []
    for offset, raw in entry.lines():
        if offset < body:
            continue
        while block is not None and block.end <= offset:
            block = next(blocks, None)
        text = raw.decode("utf-8", "surrogateescape").rstrip("\r\n")
        listed.append(Line(offset, text, block is not None and block.start <= offset))
    return listed


def sections(entry: Entry) -> list[Section]:
    """Return the sections of the body in file order; first one without title if text precedes the first title."""
    start = entry.metadata.end
    titles_by_start = {title.start: title for title in titles(entry.data, start, entry.end)}
    pieces: list[tuple[str, int, list[Line]]] = [("", start, [])]
    title_end = start
    for line in lines(entry):
        if title := titles_by_start.get(line.offset):
            pieces.append((title_text(title.text), line.offset, []))
            title_end = title.end
        elif line.offset >= title_end:  # else it underlines the title
            pieces[-1][2].append(line)
    listed = [Section(title, offset, tuple(own)) for title, offset, own in pieces]
    return listed[1:] if not any(line.text.strip() for line in listed[0].lines) else listed


def items(entry: Entry) -> list[Item]:
    """The action items of an entry in file order."""
    body = lines(entry)
    if not any(_LISTED.search(line.text) for line in body):
        return []
    names = {section.start: section.title for section in sections(entry)}
    of_line: list[str] = []
    for line in body:
        of_line.append(names.get(line.offset, of_line[-1] if of_line else ""))
    result: list[Item] = []
    actions = {title for title in set(of_line) if _ACTIONS.search(title)}
    for item in list_items((line.text, line.code) for line in body):
        line, section = body[item.line], of_line[item.line]
        box = _BOX.match(item.text)
        if box is None and section not in actions:
            continue
        before = line.text[: raw_column(line.text, item.column)]
        checked = box is not None and box[1] != " "
        text = item.text[box.end() :] if box else item.text
        offset = line.offset + len(before.encode("utf-8", "surrogateescape"))
        result.append(Item(len(result) + 1, offset, checked, box is not None, text.strip(), section))
    return result


def same_items(numbers: Sequence[int], old_items: Sequence[Item], new_items: Sequence[Item]) -> list[Item | None]:
    """Return, for the items of these numbers in an older reading, the same items of the new one.

    Each is identified by its section and its text. None for an item that can't be distinguished from others.
    """
    before, after = ([(item.section, item.text) for item in side] for side in (old_items, new_items))
    if before == after:
        return [new_items[number - 1] for number in numbers]
    had, have = Counter(before), Counter(after)
    by_text = dict(zip(after, new_items, strict=True))
    texts = (before[number - 1] for number in numbers)
    return [by_text[text] if had[text] == have[text] == 1 else None for text in texts]


def draft_summary(entry: Entry) -> Draft:
    """Draft a summary of an entry from its own sections.

    The summary is the first paragraph of a Summary section, else of the body (there, one that says something: a
    duration alone does not). The key learning is the first item of the learnings, else the first sentence of the
    root cause.
    """
    body_sections = sections(entry)
    summary = _first(body_sections, _SUMMARY)
    if not summary:
        blocks = [block for section in body_sections for block in _blocks(section)]
        paragraphs = [block for block in blocks if not block.listed]
        telling = [block for block in paragraphs if len(block.text.split()) >= MIN_SUMMARY_WORDS]
        summary = next(iter([*telling, *paragraphs, *blocks]), _NOTHING).text
    learning = _first(body_sections, _LEARNINGS)
    if not learning:
        sentence = _SENTENCE.match(_first(body_sections, _ROOT_CAUSE))
        learning = sentence[0] if sentence else ""
    return Draft(summary, learning or None)


def _first(body_sections: list[Section], title: re.Pattern[str]) -> str:
    for section in body_sections:
        if title.search(section.title):
            for block in _blocks(section):
                return block.text
    return ""


def _blocks(section: Section) -> Iterator[_Block]:
    """The paragraphs and list items of a section; code, tables, quotes and rules are none."""
    words: list[str] = []
    listed = False
    for line in section.lines:
        text = line.text.strip()
        item = None if line.code else _ITEM.match(line.text)
        plain = bool(text) and not line.code and not text.startswith(("|", "<!--", "---", ">"))
        if item is not None or not plain:
            if words:
                yield _Block(" ".join(words), listed)
            words = []
            listed = item is not None
        if item is not None:
            rest = line.text[item.end() :].strip()
            box = _BOX.match(rest)
            text = rest[box.end() :] if box else rest
        if plain and any(char.isalnum() for char in text):
            words.append(text)
    if words:
        yield _Block(" ".join(words), listed)
