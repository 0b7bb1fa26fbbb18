"""Checks for unintended bytes: git's conflict markers, line ends of two kinds, UTF-16, control characters."""

import re
from collections.abc import Iterator
from itertools import pairwise

from incident_tui.format.check.checked_file import CheckedFile
from incident_tui.format.check.finding import Finding
from incident_tui.format.model.document import MARKER_LINE

_LONE_LF = re.compile(rb"(?<!\r)\n")
_CONTROL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)"  # C0 but tab and line ends, DEL
    rb"|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]"  # C1, overrides of the direction of text
)
_UTF_16 = re.compile(rb"[\t\r -~]\x00(?:[\t\r\n -~]\x00){7,}|(?:\x00[\t\r\n -~]){8,}")
"""Text of two bytes a character, in either order."""
_NAMED = 3
"""Up to how many kinds of characters are named."""


def findings(file: CheckedFile) -> Iterator[Finding]:
    """All lines of these kinds."""
    yield from _conflicts(file)
    yield from _line_ends(file)
    yield from _controls(file)


def _conflicts(file: CheckedFile) -> Iterator[Finding]:
    """Whole conflicts, and markers that are left of one. In code they are examples."""
    if b"<<<<<<< " not in file.data and b">>>>>>> " not in file.data:
        return
    opener = -1
    parted = False
    for match in MARKER_LINE.finditer(file.data):
        offset, char = match.start(), match[0][:1]
        if file.block(offset) is not None:
            continue
        if char == b"<":
            if opener >= 0:
                yield _leftover(file, opener)
            opener, parted = offset, False
        elif char == b"=":
            parted = opener >= 0
        elif opener >= 0 and parted:
            problem = f"git's conflict markers, up to line {file.line(offset)}: two versions of these lines stand there"
            yield file.finding("conflict", "error", opener, problem, "keep what is right, and take the markers out")
            opener = -1
        else:
            yield _leftover(file, offset)
    if opener >= 0:
        yield _leftover(file, opener)


def _leftover(file: CheckedFile, offset: int) -> Finding:
    problem = "one of git's conflict markers, without the others"
    return file.finding("conflict", "error", offset, problem, "see that nothing is missing or doubled, and take it out")


def _line_ends(file: CheckedFile) -> Iterator[Finding]:
    lines, crlf = file.data.count(b"\n"), file.data.count(b"\r\n")
    if crlf in (0, lines):
        return
    most, few, count = ("CRLF", "LF", lines - crlf) if crlf * 2 > lines else ("LF", "CRLF", crlf)
    first = _LONE_LF.search(file.data) if few == "LF" else re.search(rb"\r\n", file.data)
    if first is not None:
        which = "the only line that ends" if count == 1 else f"the first of {count} lines that end"
        problem = f"{which} in {few}; the others end in {most}"
        yield file.finding("line-ends", "note", first.start(), problem, f"write them with {most} in your editor")


def _controls(file: CheckedFile) -> Iterator[Finding]:
    """Control characters or text in UTF-16, once for each entry that has some.

    Entry by entry, lest one search hold up all else.
    """
    starts = [entry.start for entry in file.document.entries]
    for start, end in pairwise([0, *starts, len(file.data)]):
        if match := _UTF_16.search(file.data, start, end):
            problem = "text in UTF-16 begins here, in a file that is UTF-8: nothing in it is found"
            advice = "take it out, and append it in UTF-8 (in PowerShell with Add-Content -Encoding utf8)"
            yield file.finding("other-encoding", "error", match.start(), problem, advice)
            continue
        matches = list(_CONTROL.finditer(file.data, start, end))
        if matches:
            kinds = list(dict.fromkeys(f"U+{ord(match[0].decode()):04X}" for match in matches))
            named = ", ".join(kinds[:_NAMED]) + (" and others" if len(kinds) > _NAMED else "")
            more = f", and {len(matches) - 1} more here" if len(matches) > 1 else ""
            problem = f"a control character{more} ({named}); a terminal may obey it"
            advice = "take it out, or write what it did"
            yield file.finding("control-characters", "warning", matches[0].start(), problem, advice)
