"""A line added to an entry's timeline, in its own bytes; all other bytes stay."""

import re

from incident_tui.format.edit.metadata_lines import ensure_newline, line_end
from incident_tui.format.model.entry import parse_entry
from incident_tui.format.read.sections import Line, items, lines, sections

_TITLE = re.compile(r"\btimeline\b", re.IGNORECASE)
_LISTED = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]|[ \t]+\S")
"""A list item, or a line that goes on with one."""
_TIMED = re.compile(r"- (?:[0-9]{4}-[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2} UTC — ")
_HEADING = re.compile(rb"#+ ")


def with_timeline_line(raw: bytes, line: str, eol: bytes) -> bytes:
    """Return an entry's bytes with a line at the end of its timeline section, or without one at its own end.

    Where it would be an action item there, it begins such a section. `eol` is the file's line end, for an entry that
    has none itself.
    """
    entry = parse_entry(raw)
    eol = line_end(raw[: entry.heading_end]) or eol
    new = line.encode("utf-8", "surrogateescape")
    listed = sections(entry)
    number = next((number for number, section in enumerate(listed) if _TITLE.search(section.title)), None)
    if number is None:
        last = _last(lines(entry))
        at = _end(raw, last.offset) if last else entry.metadata.end
        added = _inserted(raw, at, new, eol, parted=not (last and _TIMED.match(last.text)))
        if len(items(parse_entry(added))) == len(items(entry)):
            return added
        level = _HEADING.match(raw, listed[-1].start)
        title = b"**Timeline**" if level is None else level[0] + b"Timeline"
        return _inserted(raw, at, title + 2 * eol + new, eol, parted=True)
    section = listed[number]
    last = _last(section.lines)
    if last is not None:
        at = _end(raw, last.offset)
    elif section.lines:
        at = section.lines[0].offset
    else:
        at = listed[number + 1].start if number + 1 < len(listed) else len(raw)
    return _inserted(raw, at, new, eol, parted=not (last and not last.code and _LISTED.match(last.text)))


def _last(of: "tuple[Line, ...] | list[Line]") -> Line | None:
    """Return the last line that isn't blank."""
    return next((line for line in reversed(of) if line.text.strip()), None)


def _end(raw: bytes, offset: int) -> int:
    """Return the offset of the line after an offset."""
    return raw.find(b"\n", offset) + 1 or len(raw)


def _inserted(raw: bytes, at: int, new: bytes, eol: bytes, parted: bool) -> bytes:
    """Put lines in, `parted` by blank lines from what is before and after. The entry's end has a line end if it had."""
    before, rest = ensure_newline(raw[:at], eol), raw[at:]
    after = b"" if not rest and not raw.endswith(b"\n") else eol
    if parted and rest and not rest.lstrip(b" \t").startswith((b"\n", b"\r\n")):
        after += eol
    return before + eol * parted + new + after + rest
