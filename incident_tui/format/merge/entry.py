"""Three-way merging of one entry: what two people made of the same text, without asking where it is plain.

Field by field, by the kind of the key: counts add up the differences, of days the later one is taken, lists are merged
as sets, all other values and the heading three-way; the body section by section, and within a section line by line
where no line was added or taken out. The result is the other side's text with our changes in it, so what neither
touched keeps its bytes.
"""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple, TypeVar

from incident_tui.format.caseless import caseless
from incident_tui.format.edit.metadata_lines import ensure_newline, line_end, remove_field, set_field
from incident_tui.format.model.entry import Entry, parse_entry
from incident_tui.format.model.keys import KEY_OF, Kind
from incident_tui.format.model.metadata import is_count, is_yes, parse_date, parse_tags
from incident_tui.format.read.sections import sections

Part = bytes | None
"""The text of an entry or a section; None if it is missing."""

ConflictWriter = Callable[[Part, Part], bytes]
"""Returns the text that replaces a section in conflict, given ours and theirs."""

Result = TypeVar("Result")
Value = TypeVar("Value")


class Conflict(Exception):
    """Both sides changed the same text differently. The message names it: `the section Root Cause`."""


def merge(base: bytes, ours: bytes, theirs: bytes, markers: ConflictWriter | None = None) -> bytes:
    """Merge one entry's bytes: `base` is what both began with. Raises `Conflict`.

    With `markers`, a section that both changed is what they make of it instead.
    """
    if base in (ours, theirs):
        return theirs if ours == base else ours
    three = ThreeWay(*(parse_entry(raw) for raw in (base, ours, theirs)))
    heading = _pick("the heading", *three.map(_heading))
    body = _body(three, markers)
    merged = heading + theirs[len(_heading(three.theirs)) : three.theirs.metadata.end]
    merged = with_merged_metadata(merged, three)
    return (ensure_newline(merged, line_end(ours[: three.ours.heading_end])) if body else merged) + body


class ThreeWay(NamedTuple):
    """Three versions of an entry."""

    base: Entry
    ours: Entry
    theirs: Entry

    def map(self, of: Callable[[Entry], Result]) -> tuple[Result, Result, Result]:
        """The same of all three."""
        return of(self.base), of(self.ours), of(self.theirs)

    def values(self, key: str) -> tuple[str | None, str | None, str | None]:
        """A metadata value of all three."""
        return self.map(lambda entry: entry.metadata.get(key))


def with_merged_metadata(head: bytes, three: ThreeWay, refuse: bool = True) -> bytes:
    """Return theirs' heading and metadata with the merged values. Where both sides changed a value differently: raises
    `Conflict`, or leaves theirs unless it is to `refuse`.
    """
    for key in dict.fromkeys(field.key for entry in three for field in entry.metadata.fields):
        now = three.theirs.metadata.get(key)
        try:
            value = _merge_value(key)(key, three)
        except Conflict:
            if refuse:
                raise
            continue
        if value is None and now is not None:
            head = remove_field(head, key)
        elif value is not None and value != now:
            head = set_field(head, key, value)
    return head


def _heading(entry: Entry) -> bytes:
    return entry.data[: entry.heading_end].rstrip(b"\r\n")


def _pick(subject: str, base: Value, ours: Value, theirs: Value) -> Value:
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    raise Conflict(subject)


def _value(key: str, three: ThreeWay) -> str | None:
    return _pick(f"`{key}`", *three.values(key))


def _count(key: str, three: ThreeWay) -> str | None:
    base, ours, theirs = three.values(key)
    if ours in (base, theirs) and ours != theirs:
        return theirs
    if not all(value is None or is_count(value) for value in (base, ours, theirs)):
        return _value(key, three)
    counts = [int(value or 0) for value in (base, ours, theirs)]
    return str(max(0, counts[1] + counts[2] - counts[0]))


def _day(key: str, three: ThreeWay) -> str | None:
    base, ours, theirs = three.values(key)
    helped = key == "last_used" and three.base.metadata.get("used") != three.theirs.metadata.get("used")
    untouched = theirs == base and not helped
    if ours in (base, theirs) or untouched:
        return _pick(key, base, ours, theirs)
    days = [(parse_date(value), value) for value in (ours, theirs) if value is not None]
    if not all(day for day, _ in days):
        return _value(key, three)
    return max(value for _, value in days)


def _flag(key: str, three: ThreeWay) -> str | None:
    base, ours, theirs = three.values(key)
    before, our_value, their_value = (is_yes(value or "") for value in (base, ours, theirs))
    if their_value == before != our_value:
        return ours
    return theirs if theirs is not None or ours == base else ours


def _list(key: str, three: ThreeWay) -> str | None:
    base, ours, theirs = three.values(key)
    if ours in (base, theirs) or theirs == base:
        return _pick(key, base, ours, theirs)
    had, have = ({caseless(tag): tag for tag in parse_tags(value or "")} for value in (base, ours))
    others = [(caseless(tag), tag) for tag in parse_tags(theirs or "")]
    remaining = [_spelling(had.get(key), have.get(key), tag) for key, tag in others if key in have or key not in had]
    known_tags = had.keys() | {key for key, _ in others}
    return ", ".join([*remaining, *(tag for key, tag in have.items() if key not in known_tags)])


def _spelling(base: str | None, ours: str | None, theirs: str) -> str:
    """Return the spelling of a tag that is theirs, and maybe ours: the altered one, in whichever order sides merge."""
    if ours is None or theirs != base == ours:
        return theirs
    return ours if theirs == base else min(ours, theirs)


_MERGES: dict[Kind, Callable[[str, ThreeWay], str | None]] = {
    "count": _count,
    "day": _day,
    "flag": _flag,
    "list": _list,
}
"""Mergers by kind of value; all other values are merged three-way as text."""


def _merge_value(name: str) -> Callable[[str, ThreeWay], str | None]:
    key = KEY_OF.get(name)
    return _MERGES.get(key.kind, _value) if key else _value


def _body(three: ThreeWay, markers: ConflictWriter | None) -> bytes:
    bodies = three.map(lambda entry: entry.data[entry.metadata.end :])
    if bodies[1] in (bodies[0], bodies[2]) or bodies[2] == bodies[0]:
        return _pick("the body", *bodies)
    base, ours, theirs = three.map(section_texts)
    merged: Sections = {}
    marked = False
    for key in section_order(base, ours, theirs):
        try:
            section = _merged_section(key, base.get(key), ours.get(key), theirs.get(key))
        except Conflict:
            if markers is None:
                raise
            section, marked = markers(ours.get(key), theirs.get(key)), True
        if section is not None:
            merged[key] = section
    body = b"".join(merged.values())
    line = None if marked else unaccounted(*bodies, body)
    if line is not None:
        raise Conflict(f"the line `{line.decode('utf-8', 'surrogateescape')}`")
    return body


def unaccounted(base: bytes, ours: bytes, theirs: bytes, merged: bytes) -> bytes | None:
    """Return a line that a merge has more or less often than both sides account for; None if there is none.

    What the base had stays where both sides kept it, and no oftener; what a side added is there. Cut at other lines, a
    move reads as an addition, and would bring back what the other side took out. Blank lines are no matter, nor ticks.
    """
    had, have, others, merged_counts = map(_count_lines, (base, ours, theirs, merged))
    for line in dict.fromkeys([*merged_counts, *have, *others]):
        before, our_count, their_count = had[line], have[line], others[line]
        retained = min(before, our_count), min(before, their_count)
        added = max(0, our_count - before), max(0, their_count - before)
        if not max(0, sum(retained) - before) + max(added) <= merged_counts[line] <= min(retained) + sum(added):
            return line
    return None


def _count_lines(text: bytes) -> Counter[bytes]:
    lines = (line.strip().replace(b"[x]", b"[ ]").replace(b"[X]", b"[ ]") for line in text.split(b"\n"))
    return Counter(line for line in lines if line)


SectionKey = tuple[str, int]
"""A section's title, and which one of several with that title it is, from 0."""

Sections = dict[SectionKey, bytes]


def section_texts(entry: Entry) -> Sections:
    """Split the body at its section titles; repeated titles are numbered."""
    body_sections = sections(entry)
    starts = [section.start for section in body_sections]
    titles = [section.title for section in body_sections]
    if not starts or starts[0] > entry.metadata.end:
        starts.insert(0, entry.metadata.end)
        titles.insert(0, "")
    texts: Sections = {}
    count: Counter[str] = Counter()
    for title, start, stop in zip(titles, starts, [*starts[1:], entry.end], strict=True):
        texts[title, count[title]] = entry.data[start:stop]
        count[title] += 1
    return texts


def section_order(base: Sections, ours: Sections, theirs: Sections) -> list[SectionKey]:
    """All sections: theirs in their order, each of ours that they don't have behind the one before it in ours.

    Sections that both added at the same position are in the order of their titles.
    """
    following: dict[SectionKey | None, SectionKey | None] = dict(pairwise([None, *theirs, None]))
    before: SectionKey | None = None
    for key in ours:
        if key not in theirs:
            while (after := following[before]) is not None and after not in base and after < key:
                before = after
            following[before], following[key] = key, after
        before = key
    order: list[SectionKey] = []
    at = following[None]
    while at is not None:
        order.append(at)
        at = following[at]
    return order


def _merged_section(key: SectionKey, base: Part, ours: Part, theirs: Part) -> Part:
    subject = f"the section {key[0]}" if key[0] else "the body"
    if ours in (base, theirs) or theirs == base or base is None or ours is None or theirs is None:
        return _pick(subject, base, ours, theirs)
    lines = [text.split(b"\n") for text in (base, ours, theirs)]
    if len({len(side_lines) for side_lines in lines}) != 1:
        raise Conflict(subject)
    return b"\n".join(_pick(subject, *three) for three in zip(*lines, strict=True))
