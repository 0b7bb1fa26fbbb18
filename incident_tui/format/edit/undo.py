"""Undoing a change, and redoing it: an edit like any other.

Where its surroundings stand as they were, it is exact to the byte. Elsewhere it is done entry by entry and merged
with what others wrote since; what can't be merged is refused rather than overwritten.
"""

from collections.abc import Sequence

from incident_tui.format.edit.insertion import insert_index
from incident_tui.format.edit.metadata_lines import ensure_newline, line_end, remove_field, set_field
from incident_tui.format.edit.plan import (
    ChangeSet,
    ContentsPlan,
    DocumentPlan,
    EditConflict,
    FileChange,
    require_no_conflict_markers,
)
from incident_tui.format.edit.splice import Hunk, Splice, apply_splices, locate_hunk
from incident_tui.format.merge.entry import Conflict, merge
from incident_tui.format.model.contents import Contents, Location
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity
from incident_tui.format.model.metadata import parse_date, read_line
from incident_tui.format.sanitize import one_line

Hunks = Sequence[tuple[Location, Sequence[Hunk]]]
"""The hunks of a change, file by file, in the order in which the files were written."""

_USE = ("used", "last_used")
"""The metadata keys that `helped` writes."""


def inverse(change: Hunks) -> list[tuple[Location, list[Hunk]]]:
    """Return the change that undoes this one, its files in the opposite order, so that no entry is ever in neither."""
    return [(location, [hunk.inverse() for hunk in hunks]) for location, hunks in reversed(change)]


def replay(contents: Contents, change: Hunks) -> ChangeSet:
    """Make a recorded change. Raises `EditConflict` if changes that others made since conflict with it."""
    plans = ContentsPlan(contents)
    for location, recorded in change:
        plan = plans.plan(location)
        for hunk in recorded:
            where = locate_hunk(plan.document, hunk)
            if where is None:
                _merge(plan, hunk)
            else:
                plan.exact.append((where, _entries_gained(plan.document, where, hunk)))
    return plans.change(tuple(location for location, _ in change))


def replay_all(contents: Contents, changes: Sequence[Hunks]) -> ChangeSet:
    """Make several recorded changes, one after the other, as one. Raises like `replay`.

    Those that write both files all do so in the same order; the combined change has that order, too. The hunks of a
    file that several changes write are in the order of the changes.
    """
    order = list(dict.fromkeys(location for change in sorted(changes, key=len, reverse=True) for location, _ in change))
    files: dict[Location, FileChange] = {}
    for change in changes:
        change_set = replay(contents, change)
        contents = change_set.applied_to(contents)
        for file in change_set.files:
            earlier = files.get(file.location)
            files[file.location] = file._replace(hunks=(*earlier.hunks, *file.hunks)) if earlier else file
    return ChangeSet(tuple(sorted(files.values(), key=lambda file: order.index(file.location))))


def changed_lines(hunk: Hunk) -> tuple[list[bytes], list[bytes]]:
    """Return the lines that a hunk removed and those that it added, with their line ends."""
    old, new = (text.splitlines(keepends=True) for text in (hunk.old, hunk.new))
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end]


def changed_value(removed: Sequence[bytes], added: Sequence[bytes]) -> tuple[str, str, str] | None:
    """The key of the one metadata line that changed, with its values before and after; None for any other change.

    `removed` and `added` are what `changed_lines` returns.
    """
    old, new = map(read_line, removed), map(read_line, added)
    match [*old], [*new]:
        case [(key, before)], [(other, after)] if key == other:
            return key, before, after
    return None


def _entries_gained(document: Document, where: Splice, hunk: Hunk) -> int:
    """Return by how many entries a hunk changes their number; negative if it removes some."""
    old, new = Document.parse(hunk.old), Document.parse(hunk.new)
    if old.unclosed or new.unclosed:  # what follows in the file may close it, and hide headings
        return len(Document.parse(apply_splices(document.data, [where])).entries) - len(document.entries)
    return len(new.entries) - len(old.entries)


def _merge(plan: DocumentPlan, hunk: Hunk) -> None:
    """Plan a hunk whose surroundings have changed, entry by entry."""
    old, new = _entries(hunk.old), _entries(hunk.new)
    if len(old) == len(new):  # each keeps its position, even under another heading
        for before, after in zip(old.values(), new.values(), strict=True):
            _merge_entry(plan, before, after)
        return
    for identity in dict.fromkeys([*old, *new]):
        if identity in old:
            _merge_entry(plan, old[identity], new.get(identity))
        else:
            _put_back(plan, new[identity], hunk)


def _put_back(plan: DocumentPlan, entry: Entry, hunk: Hunk) -> None:
    if plan.document.find(entry.identity):
        raise EditConflict(f"{entry.label}: someone else has put it back since; nothing was written")
    beside = (hunk.previous, hunk.following)
    plan.added.append((entry.raw, insert_index(plan.document, entry.timestamp, beside)))


def _merge_entry(plan: DocumentPlan, before: Entry, after: Entry | None) -> None:
    candidates = plan.document.find(before.identity)
    if after is None and not candidates:
        return  # it was removed from there already
    if len(candidates) != 1:
        raise EditConflict(f"{before.label}: someone else has moved it since; nothing was written")
    now = candidates[0]
    require_no_conflict_markers(plan.document, now)
    if after is None:
        if now.raw.rstrip(b"\r\n") != before.raw.rstrip(b"\r\n"):
            raise EditConflict(f"{now.label}: someone else has changed it since; nothing was written")
        plan.gone.add(now.number)
    elif after.raw != before.raw:
        try:
            old, new = (ensure_newline(entry.raw, line_end(now.raw)) for entry in (before, after))
            if _use_is_settled(before, after, now):
                old = _with_use_of(after, old)
            plan.replaced[now.number] = merge(old, new, now.raw)
        except Conflict as conflict:
            raise EditConflict(
                f"{now.label}: someone else has changed {one_line(str(conflict))} since; nothing was written"
            ) from None


def _use_is_settled(before: Entry, after: Entry, now: Entry) -> bool:
    """Whether the entry's count is as the replay would make it, so that it must not go up or down again.

    Counts are merged by their differences, which can't tell "the use is no longer there" (git put an older text back)
    from "another use is there as well". Values equal to those that the replay would write tell it, and so does, of a
    use to be taken back, a `last_used` before the day that the use wrote: others only ever write later days.
    """
    if _use(before) == _use(after):
        return False
    if _use(now) == _use(after):
        return True
    day, latest = (parse_date(entry.metadata.get("last_used") or "") for entry in (before, now))
    taken_back = after.used < before.used and before.metadata.get("last_used") != after.metadata.get("last_used")
    return taken_back and day is not None and (latest is None or latest < day)


def _with_use_of(other: Entry, raw: bytes) -> bytes:
    for key, value in zip(_USE, _use(other), strict=True):
        raw = remove_field(raw, key) if value is None else set_field(raw, key, value)
    return raw


def _use(entry: Entry) -> list[str | None]:
    return [entry.metadata.get(key) for key in _USE]


def _entries(text: bytes) -> dict[Identity, Entry]:
    entries = Document.parse(text).entries
    by_identity = {entry.identity: entry for entry in entries}
    if len(by_identity) != len(entries):
        raise EditConflict("two entries of the same heading stand there, and what is between them has changed since")
    return by_identity
