"""Hostile text made harmless: nothing of a file reaches a terminal but through here.

A knowledge base is written by many hands and by programs that paste logs, so its text may hold what a
terminal obeys: ANSI and OSC sequences, other control characters, bidirectional overrides that make a line
read differently from what it is, and characters that take no room. What a terminal would obey is shown as
a picture of itself (`␛[31m`); what only deceives the eye is left out.
"""

import codecs
import re

_SUSPECT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 but tab, line feed and carriage return, DEL, C1
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]|\r\n?|[\U000e0000-\U000e0fff]+"
)
_ROOMLESS = re.compile("[\t\n]")
_SAMPLE = 8192
"""Bytes of a file by which its encoding is known."""
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
"""Byte order marks, longer ones first; iconv takes them off where the order isn't named."""
_BARE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""Files that hold nothing but a mark: of the longer ones NULs are a part."""
_CODECS = (("UTF-32LE", 4), ("UTF-32BE", 4), ("UTF-16LE", 2), ("UTF-16BE", 2))
"""With how many bytes a character has at least."""
_JOINERS = "\u200c\u200d"
_BLACK_FLAG = "\U0001f3f4"


def sanitize(text: str) -> str:
    """Return `text` with all that a terminal would obey made visible, and all that hides left out.

    Line feeds and tabs stay; CRLF becomes a line feed. Joiners stay where they join (inside an emoji,
    between letters of a script that needs them), and right-to-left text stays as it is: only overrides go.
    """
    if _SUSPECT.search(text) is None:
        return text
    return _SUSPECT.sub(_replacement, text)


def one_line(text: str) -> str:
    """Return `text` harmless and on one line: tabs and line feeds become blanks."""
    if text.isascii() and text.isprintable():  # so is nearly all
        return text
    return _ROOMLESS.sub(" ", sanitize(text))


def marked_encoding(data: bytes) -> str:
    """Return the encoding, UTF-16 or UTF-32, of which a text has the byte order mark; empty if it has none of them."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), "")


def other_encoding(data: bytes) -> str:
    """Return an error for a text in UTF-16 or UTF-32, with what to do; empty for anything else.

    A file with a heading in ASCII is in neither, unless it begins with a byte order mark: then that heading was
    appended by a program that knew nothing of the encoding.
    """
    encoding = _encoding(data, data[:_SAMPLE]) if _may_be_binary(data) else ""
    return f"it is {encoding}, not UTF-8; convert it: iconv -f {encoding} -t UTF-8" if encoding else ""


def is_binary(data: bytes) -> str:
    """Return why no entry can be put into a file, and what to do; empty if it is text."""
    return other_encoding(data) or ("it is not text" if _may_be_binary(data) else "")


def _may_be_binary(data: bytes) -> bool:
    if b"\0" in data[:_SAMPLE]:
        return b"## M-" not in data or bool(marked_encoding(data))
    return data in _BARE_MARKS


def _encoding(data: bytes, start: bytes) -> str:
    """Return iconv's name of an encoding with two or four bytes a character; empty if the text is in none.

    A byte order mark says so, or a heading, or else the zeros: of most texts each character has some, in one place.
    """
    if name := marked_encoding(start):
        return name
    for codec, width in _CODECS:
        at = data.find("## M-".encode(codec))
        if at >= 0 and at % width == 0:
            return codec
    for codec, width in _CODECS:
        zeros = [start[at::width].count(0) * width * 2 > len(start) for at in range(width)]
        if zeros == [byte == 0 for byte in "a".encode(codec)] and _is_text_in(codec, start):
            return codec
    return ""


def _is_text_in(codec: str, start: bytes) -> bool:
    """Whether a file's start is text in an encoding: a program's zeros may stand where those of a text would."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(start)  # a character may be cut off at the end
    except UnicodeDecodeError:
        return False
    return "\0" not in text


def pluralize(number: int, singular: str, plural: str) -> str:
    """A number with its noun."""
    return f"{number} {singular if number == 1 else plural}"


def _replacement(match: re.Match[str]) -> str:
    char = match[0]
    if char == "\r\n":
        return "\n"
    code = ord(char[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code < 0xA0 or 0xD800 <= code < 0xE000:
        return "\ufffd"
    if code in (0x2028, 0x2029):
        return " "
    text, at = match.string, match.start()
    before = text[at - 1] if at else ""
    if char in _JOINERS:
        after = text[at + 1 : at + 2]
        return char if _joins(before) and _joins(after) else ""
    if code >= 0xE0000:  # the tags of a flag's region, otherwise invisible
        return char if before == _BLACK_FLAG else ""
    return ""


def _joins(char: str) -> bool:
    """Whether a joiner beside it means something: an emoji, or a letter beyond Latin and Greek."""
    return char > "\u0530" and _SUSPECT.match(char) is None
