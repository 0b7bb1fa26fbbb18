"""What acts that leave an entry where it is make of its own bytes."""

from collections.abc import Sequence
from typing import assert_never

from incident_tui.kb.acts import Helped, InPlace, Pin, RenameTag, Rewrite, Tag, Tick
from incident_tui.kb.change import Changed
from incident_tui.kb.document import Document, is_rule
from incident_tui.kb.entry import Entry, is_count, is_flag
from incident_tui.kb.merge import Conflict, merge
from incident_tui.kb.metadata import alone, ended, malformed, opposite, with_value
from incident_tui.kb.sections import Item, items
from incident_tui.kb.splice import Refused
from incident_tui.kb.tags import renamed, retagged


def altered_by(act: InPlace, document: Document, now: Entry, seen: bytes) -> bytes:
    """An entry's bytes after an act, whatever others made of it since it was `seen`.

    `now` is the entry as `document` has it. Raises `Refused`, and `Changed` where both can't be had.
    """
    if isinstance(act, Tick):  # the lines around an item may be others by now; the item itself is looked for
        return _ticked(now, _same_items(now, seen, act.numbers), act.done)
    if now.raw == seen:
        return _rewritten(act, document, now, now)
    try:
        return merge(seen, _rewritten(act, document, now, alone(seen)), now.raw)
    except Conflict as conflict:
        raise Changed(
            f"{now.label}: someone else changed {conflict} meanwhile; nothing was written, look at it again"
        ) from None


def _rewritten(act: InPlace, document: Document, now: Entry, entry: Entry) -> bytes:
    """`entry`'s bytes after an act. `now` is the entry as the document has it, for complaints that name a line."""
    raw, metadata = entry.raw, entry.metadata
    match act:
        case Pin(pinned=pinned):
            if pinned == entry.pinned:
                return raw
            value = metadata.get("pinned") or ("false" if pinned else "true")
            if not is_flag(value):
                raise malformed(document, now, "pinned", "true or false")
            return with_value(raw, "pinned", opposite(value), document.eol)
        case Helped(today=today):
            value = metadata.get("used") or "0"
            if not is_count(value):
                raise malformed(document, now, "used", "a number")
            raw = with_value(raw, "used", str(int(value) + 1), document.eol)
            return with_value(raw, "last_used", today.isoformat(), document.eol)
        case Tag() | RenameTag():
            value = metadata.get("tags") or ""
            new = retagged(value, act.add, act.remove) if isinstance(act, Tag) else renamed(value, act.old, act.new)
            return raw if new == value else with_value(raw, "tags", new, document.eol)
        case Rewrite(raw=text):
            return _edited(entry, text)
        case Tick():
            raise AssertionError("an item is looked for, not merged")
    assert_never(act)


def one_entry(text: bytes, eol: bytes, before: bytes = b"") -> Entry:
    """A text that is to be one entry. Raises `Refused` where it is none, or more than one.

    A comment or a fence that is never closed is refused too, unless the text had one `before`.
    """
    document = Document.parse(ended(text, eol))
    if document.unclosed and not Document.parse(before).unclosed:
        raise Refused(
            f"line {document.line(document.unclosed[0].offset)} of the text opens a comment or a code block "
            "that is never closed; nothing was written"
        )
    if len(document.entries) != 1:
        count = len(document.entries)
        why = "it has no `## M-` heading" if not count else f"it has {count} `## M-` headings"
        raise Refused(f"the text must be one entry, but {why}; nothing was written")
    entry = document.entries[0]
    after = document.data[entry.end : entry.gap_end]
    if document.data[: entry.start].strip():
        raise Refused("the text must begin with its `## M-` heading; nothing was written")
    if any(line.strip() and not is_rule(line) for line in after.split(b"\n")):
        raise Refused("the text must end before its last `---`: what follows it is no part of it; nothing was written")
    return alone(entry.raw)


def _edited(entry: Entry, text: bytes) -> bytes:
    """What came back from an editor, as the entry's bytes: its line ends, and its end, are as they were."""
    raw = entry.raw
    if b"\n" in raw and raw.count(b"\n") == raw.count(b"\r\n") and b"\r\n" not in text:
        text = text.replace(b"\n", b"\r\n")
    new = one_entry(text, b"\r\n" if b"\r\n" in text else b"\n", raw)
    if entry.state == "summarized" and (new.identity, new.state) != (entry.identity, entry.state):
        raise Refused(
            f"{entry.label}: it is summarized, and its heading names the full text in the archive; "
            "leave the heading as it is, or restore it first"
        )
    if not raw.endswith(b"\n"):
        return new.raw.removesuffix(b"\n").removesuffix(b"\r")
    return new.raw


def _same_items(now: Entry, seen: bytes, numbers: Sequence[int]) -> list[Item]:
    """The items of these numbers in what was seen, as they stand now."""
    held, known = items(now), items(alone(seen))
    found = []
    for number in numbers:
        if not 0 < number <= len(known):
            count = f"{len(known)} action item{'' if len(known) == 1 else 's'}"
            raise Refused(f"{now.label}: it has {count}, no item {number}; nothing was written")
        meant = known[number - 1]
        if now.raw == seen:
            found.append(held[number - 1])
            continue
        same = [item for item in held if (item.section, item.text) == (meant.section, meant.text)]
        if len(same) != 1:
            raise Changed(f"{now.label}: someone else changed item {number} meanwhile; nothing was written")
        found.append(same[0])
    return found


def _ticked(entry: Entry, which: Sequence[Item], done: bool) -> bytes:
    """One character of each item's box; an item without one gets its box with the first tick."""
    raw = entry.raw
    for item in sorted(which, key=lambda item: item.offset, reverse=True):
        at = item.offset - entry.start
        if item.boxed and item.checked != done:
            raw = raw[: at + 1] + (b"x" if done else b" ") + raw[at + 2 :]
        elif not item.boxed and done:
            raw = raw[:at] + b"[x] " + raw[at:]
    return raw
