"""Taking a change back, and making it again: an edit like any other.

Where its surroundings stand as they were, it is exact to the byte. Elsewhere it is done entry by entry and merged
with what others wrote since; what can't be merged is refused rather than overwritten.
"""

from collections.abc import Sequence
from dataclasses import replace

from incident_tui.kb.change import Base, Change, Changed, FileChange, Place, Plan, Plans
from incident_tui.kb.document import Document
from incident_tui.kb.entry import Entry, Identity
from incident_tui.kb.merge import Conflict, merge
from incident_tui.kb.place import position
from incident_tui.kb.splice import Hunk, locate

Hunks = Sequence[tuple[Place, Sequence[Hunk]]]
"""What a change did to each file, in the order in which the files were written."""


def inverse(change: Hunks) -> list[tuple[Place, list[Hunk]]]:
    """The change that takes this one back; the files in the opposite order: no entry is ever nowhere."""
    return [(place, [hunk.inverse() for hunk in hunks]) for place, hunks in reversed(change)]


def replay(base: Base, change: Hunks) -> Change:
    """Make a recorded change. Raises `Changed` where others' changes since stand against it."""
    plans = Plans(base)
    for place, recorded in change:
        plan = plans.plan(place)
        for hunk in recorded:
            where = locate(plan.document, hunk)
            if where is None:
                _merge(plan, hunk)
            else:
                count = len(Document.parse(hunk.new).entries) - len(Document.parse(hunk.old).entries)
                plan.exact.append((where, count))
    return plans.change(tuple(place for place, _ in change))


def replay_all(base: Base, changes: Sequence[Hunks]) -> Change:
    """Make several recorded changes, one after the other, as one. Raises like `replay`.

    All of them move entries the same way, if at all, so that the order of writing is that of any of them which writes
    both files.
    """
    order = [place for place, _ in max(changes, key=len)]
    files: dict[Place, FileChange] = {}
    for change in changes:
        made = replay(base, change)
        base = base.after(made)
        for file in made.files:
            held = files.get(file.place)
            files[file.place] = replace(file, hunks=(*held.hunks, *file.hunks)) if held else file
    return Change(tuple(sorted(files.values(), key=lambda file: order.index(file.place))))


def changed_lines(hunk: Hunk) -> tuple[list[bytes], list[bytes]]:
    """The lines that a hunk took out and those that it put in, with their line ends."""
    old, new = (text.splitlines(keepends=True) for text in (hunk.old, hunk.new))
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end]


def _merge(plan: Plan, hunk: Hunk) -> None:
    """Plan a hunk whose surroundings have changed, entry by entry."""
    old, new = _entries(hunk.old), _entries(hunk.new)
    for identity in dict.fromkeys([*old, *new]):
        before, after = old.get(identity), new.get(identity)
        now = plan.document.find(identity)
        if before is None and after is not None:
            if now:
                raise Changed(f"{after.label}: someone else has put it back since; nothing was written")
            beside = (hunk.previous, hunk.following)
            plan.added.append((after.raw, position(plan.document, after.timestamp, beside)))
        elif before is not None:
            if after is None and not now:
                continue  # it is gone from there already
            if len(now) != 1:
                raise Changed(f"{before.label}: someone else has moved it since; nothing was written")
            _merge_entry(plan, before, after, now[0])


def _merge_entry(plan: Plan, before: Entry, after: Entry | None, now: Entry) -> None:
    line = plan.document.conflict(now)
    if line is not None:
        raise Changed(f"{now.label}: it stands under git's conflict markers (line {line}); nothing was written")
    if after is None:
        if now.raw.rstrip(b"\r\n") != before.raw.rstrip(b"\r\n"):
            raise Changed(f"{now.label}: someone else has changed it since; nothing was written")
        plan.gone.add(now.number)
    elif after.raw != before.raw:
        try:
            plan.replaced[now.number] = merge(before.raw, after.raw, now.raw)
        except Conflict as conflict:
            raise Changed(f"{now.label}: someone else has changed {conflict} since; nothing was written") from None


def _entries(text: bytes) -> dict[Identity, Entry]:
    entries = Document.parse(text).entries
    found = {entry.identity: entry for entry in entries}
    if len(found) != len(entries):
        raise Changed("two entries of the same heading stand there, and what is between them has changed since")
    return found
