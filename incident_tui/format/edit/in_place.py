"""Operations that leave an entry where it is, applied to the bytes of that entry."""

from collections.abc import Sequence
from typing import assert_never

from incident_tui.format.edit.metadata_lines import ensure_newline, line_end, malformed_field, set_field, toggled_flag
from incident_tui.format.edit.operations import (
    AddToTimeline,
    Helped,
    InPlaceOperation,
    Pin,
    RenameTag,
    Reviewed,
    Rewrite,
    Tag,
    Tick,
)
from incident_tui.format.edit.plan import EditConflict
from incident_tui.format.edit.splice import Splice, apply_splices
from incident_tui.format.edit.tags import with_tag_renamed, with_tags
from incident_tui.format.errors import Refused
from incident_tui.format.merge.entry import Conflict, merge
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, parse_entry
from incident_tui.format.model.metadata import is_count, is_flag
from incident_tui.format.read.scan import BOM, is_rule
from incident_tui.format.read.sections import Item, items, same_items
from incident_tui.format.sanitize import one_line


def apply_in_place(act: InPlaceOperation, document: Document, now: Entry, old_raw: bytes) -> bytes:
    """Return an entry's bytes after an operation, merged with what others changed since.

    `old_raw` are the bytes that the person saw, `now` is the entry in `document`. Raises `Refused`, and `EditConflict`
    if the operation and the changes of others can't be merged.
    """
    old_raw = ensure_newline(old_raw, line_end(now.raw))  # whoever appends to a file ends its last line
    if isinstance(act, Rewrite) and ensure_newline(act.raw, line_end(now.raw)) == old_raw:
        return now.raw  # nothing was rewritten; by itself such a text may not even be one entry
    match act:
        case Tick(numbers=numbers, done=done):  # the lines around an item may be others by now: it is looked for
            return _ticked(now, _same_items(now, old_raw, numbers), done)
        case Tag() | RenameTag() | AddToTimeline():  # what shall be is said, whatever was
            return _rewritten(act, document, now, now)
    if now.raw == old_raw:
        return _rewritten(act, document, now, now)
    try:
        return merge(old_raw, _rewritten(act, document, now, parse_entry(old_raw)), now.raw)
    except Conflict as conflict:
        raise EditConflict(
            f"{now.label}: someone else changed {one_line(str(conflict))} in the meantime; "
            "nothing was written, look at it again"
        ) from None


def parse_single_entry(text: bytes, eol: bytes, before: bytes = b"") -> Entry:
    """Return the text of one entry without blank lines and `---` rules around it. Raises `Refused` if it is not one.

    A comment or a fence that is never closed is refused too, unless the text had one `before`.
    """
    document = Document.parse(ensure_newline(text.removeprefix(BOM), eol))
    if document.unclosed and not Document.parse(before).unclosed:
        raise Refused(
            f"line {document.line(document.unclosed[0].offset)} of the text opens a comment or a code block "
            "that is never closed; nothing was written"
        )
    if len(document.entries) != 1:
        count = len(document.entries)
        why = f"{count} headings like" if count else "no heading like"
        raise Refused(f"the text must be one entry, but it has {why} `## M-2025-01-05T16:00:00Z`; nothing was written")
    entry = document.entries[0]
    if document.data[: entry.start].strip():
        raise Refused("the text must begin with its `## M-` heading; nothing was written")
    at = entry.end
    for line in document.data[entry.end :].splitlines(keepends=True):
        if line.strip() and not is_rule(line):
            raise Refused(
                f"line {document.line(at)} of the text stands after the entry's end "
                "(a comment behind a `---`, or one that holds a heading); nothing was written"
            )
        at += len(line)
    return parse_entry(entry.raw)


def _rewritten(act: InPlaceOperation, document: Document, now: Entry, entry: Entry) -> bytes:
    """`entry`'s bytes after an act. `now` is the entry as the document has it, for complaints that name a line."""
    raw, metadata = entry.raw, entry.metadata
    match act:
        case Pin(pinned=pinned):
            if pinned == entry.pinned:
                return raw
            value = metadata.get("pinned") or ("false" if pinned else "true")
            if not is_flag(value):
                raise malformed_field(document, now, "pinned", "true or false")
            return set_field(raw, "pinned", toggled_flag(value), document.eol)
        case Helped(today=today):
            value = metadata.get("used") or "0"
            if not is_count(value):
                raise malformed_field(document, now, "used", "a number")
            raw = set_field(raw, "used", str(int(value) + 1), document.eol)
            return set_field(raw, "last_used", today.isoformat(), document.eol)
        case Reviewed(today=today):
            return set_field(raw, "reviewed", today.isoformat(), document.eol)
        case Tag() | RenameTag():
            value = metadata.get("tags") or ""
            new = (
                with_tags(value, act.add, act.remove)
                if isinstance(act, Tag)
                else with_tag_renamed(value, act.old, act.new)
            )
            return raw if new == value else set_field(raw, "tags", new, document.eol)
        case AddToTimeline():
            from incident_tui.format.edit.timeline import with_timeline_line  # a pin needs no sections

            return with_timeline_line(raw, act.line, document.eol)
        case Rewrite(raw=text):
            return _edited(raw, text, document.eol)
        case Tick():
            raise AssertionError("an item is looked for, not merged")
    assert_never(act)


def _edited(raw: bytes, text: bytes, eol: bytes) -> bytes:
    """What came back from an editor, in an entry's place: its line ends, and its end, are as they were.

    `eol` is the file's line end, for an entry that has none itself.
    """
    lines, crlf = raw.count(b"\n"), raw.count(b"\r\n")
    if crlf in (0, lines):
        own = eol if not lines else b"\r\n" if crlf else b"\n"
        text = text.replace(b"\r\n", b"\n").replace(b"\n", own)
    new = parse_single_entry(text, eol, raw).raw
    return new if raw.endswith(b"\n") else new.removesuffix(b"\n").removesuffix(b"\r")


def _same_items(now: Entry, old_raw: bytes, numbers: Sequence[int]) -> list[Item]:
    """The items that had these numbers in what was seen, as they are now. Raises `EditConflict` where it is unclear."""
    new_items, old_items = items(now), items(parse_entry(old_raw))
    numbers = list(dict.fromkeys(numbers))
    for number in numbers:
        if not 0 < number <= len(old_items):
            which = f" {number}, the last one is {len(old_items)}" if old_items else "s"
            raise Refused(f"{now.label}: it has no action item{which}; nothing was written")
    result = []
    for number, item in zip(numbers, same_items(numbers, old_items, new_items), strict=True):
        if item is None:
            raise EditConflict(
                f"{now.label}: someone else changed its action items meanwhile, and item {number} can't be told "
                "from the others any more; nothing was written, look at it again"
            )
        result.append(item)
    return result


def _ticked(entry: Entry, which: Sequence[Item], done: bool) -> bytes:
    """One character of each item's box; an item without one gets its box with the first tick."""
    raw, at = entry.raw, entry.start
    splices = []
    for item in sorted(which, key=lambda item: item.offset):
        start = item.offset - at
        if item.boxed and item.checked != done:
            splices.append(Splice(start + 1, start + 2, b"x" if done else b" "))
        elif not item.boxed and done:
            splices.append(Splice(start, start, b"[x] "))
    return apply_splices(raw, splices)
