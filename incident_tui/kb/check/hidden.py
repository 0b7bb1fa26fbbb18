"""Entries that are not found, and text that other programs hide: comments, code blocks and headings out of place."""

import re
from collections import Counter
from collections.abc import Iterator

from incident_tui.kb.acts import Create, Rewrite
from incident_tui.kb.base import PLACES, Target
from incident_tui.kb.check.file import Block, File
from incident_tui.kb.check.finding import MENDED, Finding
from incident_tui.kb.edit import Edit, apply
from incident_tui.kb.entry import Entry
from incident_tui.kb.plain import counted
from incident_tui.kb.refused import Refused

_DATED = re.compile(rb"## M-(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MENTION = b" \t`'\"([{<>\\|*_"
"""What stands before a heading that is only spoken of; a line that was never ended has other ends."""
_EXAMPLES = frozenset({"markdown", "md"})
"""Languages of code blocks in which an entry is an example."""


def findings(file: File) -> Iterator[Finding]:
    """All that hides something, or is hidden."""
    yield from _unclosed(file)
    yield from _in_comments(file)
    others = [offset for offset in _headings(file.data) if not file.is_entry(offset) and not file.is_comment(offset)]
    yield from _in_code(file, others)
    yield from _inside_lines(file, others)


def _headings(data: bytes, start: int = 0, end: int | None = None) -> Iterator[int]:
    """The offsets at which something like an entry's heading stands, wherever that is on its line."""
    stop = len(data) if end is None else end
    at = data.find(b"## M-", start, stop)
    while at >= 0:
        if _DATED.match(data, at) and data[at - 1 : at] != b"#":
            yield at
        at = data.find(b"## M-", at + 1, stop)


def _unclosed(file: File) -> Iterator[Finding]:
    for kind, offset in file.document.unclosed:
        if kind == "comment":
            what = "this comment is never closed, or not before the next one opens; elsewhere it hides what follows"
            yield file.finding("open-comment", "error", offset, what, "put --> where it ends")
        else:
            what = "this code block is never closed; elsewhere what follows is shown as code"
            yield file.finding("open-fence", "error", offset, what, "close it, or take the stray fence out")


def _in_comments(file: File) -> Iterator[Finding]:
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
            what = f"this comment holds {_named(file, inside)}"
            advice = "take it out of the comment; what is done with can be archived"
            yield file.finding("entry-in-comment", "note", comment.start, what, advice)


def _in_code(file: File, others: list[int]) -> Iterator[Finding]:
    """A code block that holds a whole entry: two stray fences, more likely than not. A heading alone is an example."""
    held: dict[Block, list[tuple[int, Entry]]] = {}
    for offset in others:
        block = file.block(offset) if _begins_line(file, offset) else None
        if block is not None and block.info.lower() not in _EXAMPLES:
            held.setdefault(block, []).append((offset, _entry(file, offset, block.last)))
    for block, inside in held.items():
        what = f"the code block from here to line {file.line(block.last)} holds {_named(file, inside)}"
        advice = "take out the stray fence, or close the block before the entry; an example is marked by ```markdown"
        whole = any(entry.metadata.values() for _, entry in inside)
        yield file.finding("entry-in-code", "error" if whole else "note", block.start, what, advice)


def _inside_lines(file: File, others: list[int]) -> Iterator[Finding]:
    """A heading that does not begin its line; of several in a line the first."""
    mended: Counter[int] = Counter()
    start = looked = reported = 0
    for offset in others:
        start = file.data.rfind(b"\n", looked, offset) + 1 or start
        looked = offset
        if start < reported or start == offset or file.block(offset) is not None:
            continue
        before = file.data[start:offset]
        holder = file.holder(offset)
        entry = _entry(file, offset, holder.end if holder is not None else len(file.data))
        meant = bool(entry.metadata.values())
        indented = not before.strip(b" \t")
        if not (meant and len(before) < 4 if indented else meant or before[-1] not in _MENTION):
            continue
        reported = offset
        number = -1 if holder is None else holder.number
        mended[number] += 1
        mend = _split(file, start if indented else offset, entry) if mended[number] <= MENDED else ()
        if indented:
            what = f"the heading of {entry.label} is indented, so that the entry isn't found"
            yield file.finding("indented-heading", "error", offset, what, "begin the line with ##", mend)
        else:
            what = f"the heading of {entry.label} is glued to the line before, so that the entry isn't found"
            yield file.finding("glued-heading", "error", offset, what, "begin a new line before the ##", mend)


def _entry(file: File, start: int, end: int) -> Entry:
    """What would be an entry if it were found."""
    return Entry(file.data, start, end, end, 0)


def _split(file: File, offset: int, entry: Entry) -> tuple[Edit, ...]:
    """The edits that make an entry of its own of the end of another one: it is put in, then taken out there.

    None where that can't be done; they are tried, lest the second be refused once the first is made.
    """
    holder = file.holder(offset)
    if file.place != "live" or holder is None or offset < holder.heading_end or _known(file, entry):
        return ()
    rest = file.data[holder.start : offset]
    edits = (
        Edit(Target("live", entry.identity, b""), Create(entry.raw)),
        Edit(Target.of("live", holder), Rewrite(rest)),
    )
    base = file.base
    try:
        for edit in edits:
            base = base.after(apply(base, [edit]))
    except Refused:
        return ()
    return edits


def _begins_line(file: File, offset: int) -> bool:
    return offset == 0 or file.data.startswith(b"\n", offset - 1)


def _known(file: File, entry: Entry) -> bool:
    """Whether an entry of this heading is found in one of the two files."""
    return any(file.base.document(place).find(entry.identity) for place in PLACES)


def _named(file: File, inside: list[tuple[int, Entry]]) -> str:
    """The entries that are hidden."""
    offset, first = inside[0]
    more = f" and {counted(len(inside) - 1, 'other entry', 'other entries')}" if len(inside) > 1 else ""
    return f"{first.label} (line {file.line(offset)}){more}, so that nothing finds it"
