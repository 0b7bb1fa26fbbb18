"""The text of a Markdown file in any encoding that can be told, and its headings."""

import re
from typing import NamedTuple

from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry
from incident_tui.format.read.scan import BOM
from incident_tui.format.read.sections import lines
from incident_tui.format.sanitize import is_binary, marked_encoding

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
"""What text in an encoding of one byte a character hardly ever has."""
_PREFIX = b"## M-1970-01-01T00:00:00Z x\n- tags:\n\n"
"""What makes an entry of any text, so that it can be read as one."""


class MarkdownHeading(NamedTuple):
    """A heading. Offsets are characters of the text."""

    start: int
    end: int
    """After its last line."""
    level: int
    text: str
    line: int
    """From 1."""


def decode(data: bytes) -> tuple[str, tuple[str, ...], str]:
    """The text of a file, what is to be said of it, and why it is none."""
    if encoding := marked_encoding(data):
        try:
            text = data.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            return "", (), f"it says that it is {encoding}, but isn't"
        return text, (f"it is {encoding}: read as that, written as UTF-8",), ""
    if reason := is_binary(data):
        return "", (), reason
    data = data.removeprefix(BOM)
    try:
        return data.decode(), (), ""
    except UnicodeDecodeError:
        if _MULTIBYTE.search(data):
            return data.decode("utf-8", "surrogateescape"), ("some bytes are no UTF-8: they are kept",), ""
    try:
        return data.decode("cp1252"), ("it is Windows-1252: read as that, written as UTF-8",), ""
    except UnicodeDecodeError:
        return data.decode("latin-1"), ("it is Latin-1: read as that, written as UTF-8",), ""


def find_headings(text: str) -> list[MarkdownHeading]:
    """The headings of a text, outside code and comments; those that are underlined, too."""
    document = Document.parse(_PREFIX + text.encode("utf-8", "surrogateescape"))
    entry = Entry(document.data, 0, len(document.data), len(document.data), 0)
    headings: list[MarkdownHeading] = []
    comments = list(reversed(document.comments))
    at, before = 0, ("", 0)
    rows = re.findall(r"[^\n]*\n|[^\n]+", text)
    for number, (row, line) in enumerate(zip(rows, lines(entry)[1:], strict=True), 1):
        start = at
        at += len(row)
        while comments and comments[-1].end <= line.offset:
            comments.pop()
        if line.code or (comments and comments[-1].start <= line.offset):
            before = ("", at)
            continue
        if match := _HEADING.fullmatch(line.text):
            headings.append(MarkdownHeading(start, at, len(match[1]), match[2].strip(), number))
            before = ("", at)
        elif (match := _UNDERLINE.fullmatch(line.text)) and before[0].strip():
            headings.append(
                MarkdownHeading(before[1], at, 1 if match[1][0] == "=" else 2, before[0].strip(), number - 1)
            )
            before = ("", at)
        else:
            paragraph = line.text if not before[0].strip() and not re.match(r"[\s>|*+-]", line.text) else ""
            before = (paragraph, start)
    return headings
