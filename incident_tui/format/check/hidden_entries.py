"""Entries that are not found, and text that other programs hide: comments, code blocks and headings out of place."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from incident_tui.format.check.checked_file import CheckedFile
from incident_tui.format.check.finding import MENDED, Finding
from incident_tui.format.edit.edit import Edit, apply
from incident_tui.format.edit.in_place import parse_single_entry
from incident_tui.format.edit.operations import Create, Rewrite
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import LOCATIONS, Contents
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity, parse_entry
from incident_tui.format.model.located import Target
from incident_tui.format.read.fences import CodeBlock
from incident_tui.format.read.scan import BOM, is_rule
from incident_tui.format.read.sections import sections
from incident_tui.format.sanitize import one_line, pluralize

_DATED = re.compile(rb"## M-(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MENTION = b" \t`'\"([{<>\\|*_"
"""Characters before a heading that is only mentioned; a line that lacks its end has other last characters."""
_UNUSUAL_DASH = rb"\xe2\x80[\x90-\x95]"
"""U+2010 to U+2015."""
_UNUSUAL_BLANK = rb"\xc2\xa0|\xe2\x80[\x80-\x8b\xaf]|\xe3\x80\x80|\xef\xbb\xbf"
"""No-break spaces, those of other widths or of none, and the ideographic one."""
_PARTING = rb"(?:[-/.]|%b)" % _UNUSUAL_DASH
"""What parts the numbers of a date."""
_DATE = re.compile(rb"[0-9]{4}(?:%b[0-9]{1,2}%b[0-9]|[0-9]{4}T)" % (_PARTING, _PARTING))
_NEARLY = re.compile(
    rb"(?:\xef\xbb\xbf)?(?P<indent>[ \t]*)"
    rb"(?:(?P<marks>\#{1,6})(?P<blank>(?:[ \t]|%(blank)b)*)(?P<signs>(?:\*\*|__|[*_`\[])?))?"
    rb"(?:(?P<letter>[Mm]|\xd0\x9c)(?P<dash>(?:[-_ \t]|%(dash)b|%(blank)b){0,3}))?"
    rb"(?!0000)(?P<year>[0-9]{4})"
    rb"(?:(?P<parted>%(parting)b)(?P<month>[0-9]{1,2})%(parting)b(?P<day>[0-9]{1,2})(?![0-9])"
    rb"|(?P<joined>[0-9]{4})(?=T[0-9]))"
    rb"(?P<rest>[^\n]*(?:\n|\Z))(?P<underline>(?<=\n) {0,3}(?:=+|-+)[ \t]*\r?(?:\n|\Z))?"
    % {b"blank": _UNUSUAL_BLANK, b"dash": _UNUSUAL_DASH, b"parting": _PARTING}
)
"""A line that begins like an entry's heading, whatever is wrong with it.

That is the marks, what parts them from the M-, signs of emphasis, code or a link around it, the M- itself, the numbers
of the date and what parts them. The underline is that of a heading without marks.
"""
_CLOSING = {b"[": b"]"}
"""What ends the signs before an M-, where that isn't the same."""
_JOINED_TIME = re.compile(rb"T([0-9]{2})([0-9]{2})([0-9]{2})(?=Z|\s|\Z)")
_MARGIN = 3
"""Columns before a heading, beyond which Markdown takes it for code."""
_LOOK_BACK, _LOOK_AHEAD = 256, 1024
"""How many bytes before a heading a rule is looked for, and how many behind it metadata or a section."""
_INDENTED = "is indented"
_MISSPELT = frozenset({"near-heading", "indented-heading", "glued-heading"})
"""The codes of findings about a heading that is nearly right."""
_EXAMPLES = frozenset({"markdown", "md"})
"""Languages of code blocks in which an entry is an example."""


def findings(file: CheckedFile) -> Iterator[Finding]:
    """All that hides something, or is hidden."""
    yield from _unclosed(file)
    yield from _in_comments(file)
    others = [offset for offset in _headings(file.data) if not file.is_entry(offset) and not file.is_comment(offset)]
    yield from _in_code(file, others)
    yield from _inside_lines(file, others)
    yield from _near_headings(file)


def refuse_hidden_entries(text: bytes, before: bytes = b"") -> None:
    """Raises `Refused` where the text of an entry holds nearly the heading of another one, and `before` held none."""
    if (hidden := _hidden(text)) and not _hidden(before):
        raise Refused(f"line {hidden[0].line} of the text: {hidden[0].what}; nothing was written")


def _hidden(text: bytes) -> list[Finding]:
    file = CheckedFile(Contents(Document.parse(text), None, ""), "live", date.min)
    return [finding for finding in findings(file) if finding.code in _MISSPELT]


def _headings(data: bytes, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Yield the offsets of texts like an entry's heading, anywhere on their lines."""
    stop = len(data) if end is None else end
    at = data.find(b"## M-", start, stop)
    while at >= 0:
        if _DATED.match(data, at) and data[at - 1 : at] != b"#":
            yield at
        at = data.find(b"## M-", at + 1, stop)


def _unclosed(file: CheckedFile) -> Iterator[Finding]:
    for kind, offset in file.document.unclosed:
        if kind == "comment":
            problem = "this comment is never closed, or not before the next one opens; elsewhere it hides what follows"
            yield file.finding("open-comment", "error", offset, problem, "put --> where it ends")
        else:
            problem = "this code block is never closed; elsewhere what follows is shown as code"
            yield file.finding("open-fence", "error", offset, problem, "close it, or take the stray fence out")


def _in_comments(file: CheckedFile) -> Iterator[Finding]:
    """Before the first entry a comment holds examples; further down someone has hidden an entry with it."""
    entries = file.document.entries
    for comment in file.document.comments:
        if not comment.holds_entry or not entries or comment.start < entries[0].start:
            continue
        inside = [
            (offset, entry)
            for offset in _headings(file.data, comment.start, comment.end)
            if _begins_line(file, offset) and not _known(file, entry := _entry(file, offset, comment.end))
        ]
        if inside:
            problem = f"this comment holds {_named(file, inside)}"
            advice = "take it out of the comment; what is done with can be archived"
            yield file.finding("entry-in-comment", "note", comment.start, problem, advice)


def _in_code(file: CheckedFile, others: list[int]) -> Iterator[Finding]:
    """Code blocks with a complete entry: probably two stray fences. A heading alone is an example."""
    hidden_entries: dict[CodeBlock, list[tuple[int, Entry]]] = {}
    for offset in others:
        block = file.block(offset) if _begins_line(file, offset) else None
        if block is not None and block.info.lower() not in _EXAMPLES:
            hidden_entries.setdefault(block, []).append((offset, _entry(file, offset, block.last)))
    for block, inside in hidden_entries.items():
        problem = f"the code block from here to line {file.line(block.last)} holds {_named(file, inside)}"
        advice = "take out the stray fence, or close the block before the entry; an example is marked by ```markdown"
        whole = any(entry.metadata.values() for _, entry in inside)
        yield file.finding("entry-in-code", "error" if whole else "note", block.start, problem, advice)


def _inside_lines(file: CheckedFile, others: list[int]) -> Iterator[Finding]:
    """A heading that does not begin its line; of several in a line the first."""
    mended: Counter[int] = Counter()
    start = looked = reported = 0
    for offset in others:
        start = file.data.rfind(b"\n", looked, offset) + 1 or start
        looked = offset
        if start < reported or start == offset or file.block(offset) is not None:
            continue
        before = file.data[start:offset]
        if not before.strip(b" \t"):
            continue  # an indented heading: see `_near_headings`
        holder = file.holder(offset)
        entry = _entry(file, offset, holder.end if holder is not None else len(file.data))
        if not entry.metadata.values() and before[-1] in _MENTION:
            continue
        reported = offset
        number = -1 if holder is None else holder.number
        mended[number] += 1
        mend = _split(file, [_Hidden(offset, entry.end, entry, "")])[0] if mended[number] <= MENDED else ()
        problem = f"the heading of {entry.label} is glued to the line before, so that the entry isn't found"
        yield file.finding("glued-heading", "error", offset, problem, "begin a new line before the ##", mend)


def _entry(file: CheckedFile, start: int, end: int) -> Entry:
    """A text that would be an entry if its heading were correct."""
    return Entry(file.data, start, end, end, 0)


class _Hidden(NamedTuple):
    """An incident in another entry's text (or before the first one), as byte offsets of the file."""

    start: int
    end: int
    entry: Entry
    """The incident alone, under its heading as it should be."""
    fault: str
    """The fault of the heading, as the predicate of a sentence."""


def _near_headings(file: CheckedFile) -> Iterator[Finding]:
    """Headings that don't begin an entry because of a spelling mistake."""
    for holder, group in groupby(_nearly(file), key=lambda hidden: file.holder(hidden.start)):
        inside = list(group)
        mend, starts = _split(file, inside[:MENDED])
        entry = "the entry is" if len(inside) == 1 else f"it is one of {len(inside)} entries that are"
        where = f"{entry} {'not found' if holder is None else f'hidden in {holder.label}'}"
        for hidden in inside:
            problem = f"the heading of {hidden.entry.label} {hidden.fault}, so that {where}"
            advice = f"write it as `## M-{one_line(hidden.entry.timestamp)}`"
            code = "indented-heading" if hidden.fault == _INDENTED else "near-heading"
            yield file.finding(code, "error", hidden.start, problem, advice, mend if hidden.start in starts else ())


def _nearly(file: CheckedFile) -> Iterator[_Hidden]:
    """The incidents under such headings, in file order; each ends where the next begins, or with its holder."""
    headings = [
        match
        for match in _heading_like(file.data)
        if not _right(match) and not _is_quoted(file, match) and _is_entry_heading(file, match)
    ]
    starts = [match.start("indent") for match in headings]
    for match, stop in zip(headings, [*starts, len(file.data)][1:], strict=True):
        entry = _incident(file, match, stop)
        yield _Hidden(match.start("indent"), min(stop, _end(file, match)), entry, _fault(match))


def _heading_like(data: bytes) -> Iterator[re.Match[bytes]]:
    """The lines that begin like an entry's heading. Dates are looked for first: that is soonest done."""
    line_end = 0
    for dated in _DATE.finditer(data):
        if dated.start() < line_end:
            continue
        start = data.rfind(b"\n", 0, dated.start()) + 1
        line_end = data.find(b"\n", dated.start()) + 1 or len(data)
        if match := _NEARLY.match(data, start):
            yield match


def _incident(file: CheckedFile, match: re.Match[bytes], stop: int) -> Entry:
    """Return the text under a heading as an entry with a correct heading."""
    rest: bytes = match["rest"]
    if match["joined"]:
        month, day = match["joined"][:2], match["joined"][2:]
        rest = _JOINED_TIME.sub(rb"T\1:\2:\3", rest, count=1)
    else:
        month, day = match["month"].zfill(2), match["day"].zfill(2)
    if match["signs"]:
        rest = rest.replace(_CLOSING.get(match["signs"], match["signs"]), b"", 1)
    dashed = b"-".join((match["year"], month, day))
    return parse_entry(b"## M-" + dashed + rest + file.data[match.end() : min(stop, _end(file, match))])


def _end(file: CheckedFile, match: re.Match[bytes]) -> int:
    """Return the end of the text around a heading: the entry's, or that of the text before the first one."""
    holder = file.holder(match.start("indent"))
    if holder is not None:
        return max(holder.end, match.end())
    return file.document.entries[0].start if file.document.entries else len(file.data)


def _right(match: re.Match[bytes]) -> bool:
    """Whether it is an entry's heading; a file's BOM stands before none but the first line."""
    return not match["indent"] and _DATED.match(match[0].removeprefix(BOM)) is not None


def _is_quoted(file: CheckedFile, match: re.Match[bytes]) -> bool:
    """Whether a heading is in a comment or in code."""
    return file.is_comment(match.start("indent")) or file.block(match.start("indent")) is not None


def _is_entry_heading(file: CheckedFile, match: re.Match[bytes]) -> bool:
    """Whether a match is the heading of an entry, neither of a section nor only mentioned.

    Signs of it are metadata; the two marks with an M- after them, wherever Markdown reads (or nearly reads) a heading;
    and the surroundings of an entry: a rule before it, or a section right after it.
    """
    if not match["letter"] and match["parted"] != b"-":
        return False  # a day's heading
    entry = _incident(file, match, match.end() + _LOOK_AHEAD)
    if entry.metadata.values():
        return True
    if not match["letter"] or len(match["indent"].expandtabs(4)) > _MARGIN:
        return False
    if match["marks"] == b"##":
        return True
    if not (match["marks"] and match["blank"]) and not match["underline"]:
        return False
    body_sections = sections(entry)
    return _below_rule(file, match.start("indent")) or bool(body_sections and body_sections[0].title)


def _below_rule(file: CheckedFile, offset: int) -> bool:
    """Whether the last line before an offset that isn't blank is a `---` rule."""
    before = file.data[max(0, offset - _LOOK_BACK) : offset].rstrip(b" \t\r\n")
    return is_rule(before[before.rfind(b"\n") + 1 :])


def _fault(match: re.Match[bytes]) -> str:
    """Return the fault of a heading."""
    marks, blank, letter, dash = (match[group] for group in ("marks", "blank", "letter", "dash"))
    faults = []
    if match["underline"]:
        faults.append("is underlined instead of marked by ##")
    elif marks is None:
        faults.append("has no ## before it")
    else:
        if match["indent"]:
            faults.append(_INDENTED)
        if marks != b"##":
            faults.append(f"has {len(marks)} # instead of two")
        if blank != b" ":
            spaces = "a tab" if b"\t" in blank else f"{len(blank)} spaces" if blank else "no space"
            faults.append(f"has {'another kind of space' if blank.strip() else spaces} after the #")
        if match["signs"]:
            faults.append(f"has {match['signs'].decode()} before the M-")
    if not letter:
        faults.append("lacks the M-")
    elif letter == b"m":
        faults.append("has a lower-case m")
    elif letter not in (None, b"M"):
        faults.append("has another letter that looks like an M")
    if letter and dash != b"-":
        faults.append("has another dash after the M" if dash.strip() else "lacks the dash after the M")
    if match["joined"]:
        faults.append("has no dashes in its date")
    elif match["parted"] != b"-":
        faults.append("has other signs than dashes in its date")
    elif len(match["month"]) < 2 or len(match["day"]) < 2:
        faults.append("has a month or a day of one digit")
    return " and ".join(faults)


def _split(file: CheckedFile, inside: Sequence[_Hidden]) -> tuple[tuple[Edit, ...], set[int]]:
    """The edits that make entries of their own of what stands inside another one, and where those start.

    They are put in, then taken out there. None where that can't be done; the edits are tried, lest the last be
    refused once the others are made.
    """
    holder = file.holder(inside[0].start)
    if file.location != "live" or holder is None or inside[0].start < holder.heading_end:
        return (), set()
    new: dict[Identity, _Hidden] = {}
    rest = bytearray()
    at = holder.start
    for hidden in inside:
        if hidden.entry.identity not in new and _is_new(file, hidden.entry):
            new[hidden.entry.identity] = hidden
            rest += file.data[at : hidden.start]
            at = hidden.end
    creating = [Edit(Target("live", name, b""), Create(hidden.entry.raw)) for name, hidden in new.items()]
    rewriting = Edit(Target.of("live", holder), Rewrite(bytes(rest) + file.data[at : holder.end]))
    try:
        apply(apply(file.contents, creating).applied_to(file.contents), [rewriting])
    except Refused:
        return (), set()
    return ((*creating, rewriting), {hidden.start for hidden in new.values()}) if new else ((), set())


def _is_new(file: CheckedFile, entry: Entry) -> bool:
    """Whether it is one entry, and of a heading that no other has."""
    try:
        parse_single_entry(entry.raw, b"\n")
    except Refused:
        return False
    return not _known(file, entry)


def _begins_line(file: CheckedFile, offset: int) -> bool:
    return offset == 0 or file.data.startswith(b"\n", offset - 1)


def _known(file: CheckedFile, entry: Entry) -> bool:
    """Whether an entry of this heading is found in one of the two files."""
    return any(file.contents.document(location).find(entry.identity) for location in LOCATIONS)


def _named(file: CheckedFile, inside: list[tuple[int, Entry]]) -> str:
    """The entries that are hidden."""
    offset, first = inside[0]
    more = f" and {pluralize(len(inside) - 1, 'other entry', 'other entries')}" if len(inside) > 1 else ""
    return f"{first.label} (line {file.line(offset)}){more}, so that nothing finds it"
