"""Edits as values, and what they make of a knowledge base's two documents. Pure: storage does the writing.

An edit says which entry, the bytes of it that were seen, and what to do. `apply` finds the entry by its
identity, never by its place. Where its bytes are no longer those that were seen, the edit is merged with what
others made of it, or refused; nothing is guessed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from incident_tui.kb import moves
from incident_tui.kb.change import Base, Change, Changed, Place, Plans
from incident_tui.kb.document import Document
from incident_tui.kb.entry import Entry, Identity, is_count, is_flag
from incident_tui.kb.merge import Conflict, merge
from incident_tui.kb.metadata import alone, malformed, opposite, with_value
from incident_tui.kb.moves import Taken
from incident_tui.kb.plain import one_line
from incident_tui.kb.splice import Refused


@dataclass(frozen=True, slots=True)
class Pin:
    """Pin an entry (never archive it without asking), or unpin it."""

    pinned: bool = True


@dataclass(frozen=True, slots=True)
class Helped:
    """Count that an entry helped: `used` goes up by one, `last_used` becomes `today`."""

    today: date


@dataclass(frozen=True, slots=True)
class Summarize:
    """Put a summary in the entry's place; its full text goes to the archive, verbatim."""

    summary: str
    key_learning: str


@dataclass(frozen=True, slots=True)
class Archive:
    """Move an entry to the archive. A pinned one only if `force` is set."""

    force: bool = False


@dataclass(frozen=True, slots=True)
class Restore:
    """Bring an entry's full text back from the archive."""


Act = Pin | Helped | Summarize | Archive | Restore


class Target(NamedTuple):
    """Which entry an edit is for, and the bytes of it that the person saw."""

    place: Place
    identity: Identity
    seen: bytes


class Edit(NamedTuple):
    """What to do to which entry."""

    target: Target
    act: Act


def apply(base: Base, edits: Sequence[Edit], taken: Taken = lambda _: None) -> Change:
    """Return what the edits make of the two documents; all of them, as one change, or none.

    Several edits at once are of one kind. Raises `Changed` where an entry is no longer what was seen and the edit
    can't be merged, and `Refused` where an act can't be done.
    """
    plans = Plans(base)
    meant: set[tuple[Place, int]] = set()
    for edit in edits:
        place = edit.target.place
        entry = find(base, edit.target, meant)
        if (place, entry.number) in meant:
            continue
        meant.add((place, entry.number))
        _refuse_conflicted(base.document(place), entry)
        _one(plans, place, entry, edit, taken, exact=len(edits) == 1)
    restoring = any(isinstance(edit.act, Restore) for edit in edits)
    return plans.change(("live", "archive") if restoring else ("archive", "live"))


def find(base: Base, target: Target, meant: Collection[tuple[Place, int]] = ()) -> Entry:
    """The entry that a target names. Raises `Changed` if there is none, or if several could be it.

    Its bytes may be others than those that were seen, if it is the only one of its identity. Of several that are
    equal to the last byte it is one that isn't `meant` by another edit yet.
    """
    candidates = base.document(target.place).find(target.identity)
    seen = [entry for entry in candidates if entry.raw == target.seen]
    if seen:
        return next((entry for entry in seen if (target.place, entry.number) not in meant), seen[0])
    if len(candidates) == 1:
        return candidates[0]
    name = one_line(target.identity.name) or f"M-{one_line(target.identity.timestamp)}"
    if candidates:
        raise Changed(f"{name}: someone else changed it meanwhile; nothing was written, look at it again")
    other: Place = "archive" if target.place == "live" else "live"
    if base.document(other).find(target.identity):
        done = "archived" if other == "archive" else "restored"
        raise Changed(f"{name}: someone else has {done} it meanwhile; nothing was written")
    raise Changed(f"{name}: it is no longer in this file; nothing was written")


def _one(plans: Plans, place: Place, entry: Entry, edit: Edit, taken: Taken, exact: bool) -> None:
    """Plan one edit."""
    act = edit.act
    if isinstance(act, Pin | Helped):
        plans.plan(place).replaced[entry.number] = _merged(plans.base.document(place), entry, edit.target.seen, act)
        if place == "live":
            moves.finish(plans, entry)
        return
    if entry.raw != edit.target.seen:
        _refuse_changed(entry, edit.target.seen)
    match act:
        case Summarize(summary=summary, key_learning=key_learning):
            if place == "archive":
                raise Refused(f"{entry.label}: it is archived; restore it before summarizing it")
            moves.summarize(plans, entry, summary, key_learning)
        case Archive(force=force):
            if place == "archive":
                raise Refused(f"{entry.label}: it is archived already")
            moves.archive(plans, entry, force)
        case Restore():
            if place == "archive":
                moves.restore(plans, entry, taken, exact)
            else:
                moves.expand(plans, entry)


def _refuse_conflicted(document: Document, entry: Entry) -> None:
    line = document.conflict(entry)
    if line is not None:
        raise Refused(
            f"{entry.label}: it stands under git's conflict markers (line {line}); "
            "resolve them in an editor first, nothing was written"
        )


def _refuse_changed(entry: Entry, seen: bytes) -> None:
    """A move takes along what others did to the metadata, but not a text that its mover hasn't seen."""
    if not moves.same_text(entry, alone(seen)):
        raise Changed(f"{entry.label}: someone else changed its text meanwhile; nothing was written, look at it again")


def _merged(document: Document, entry: Entry, seen: bytes, act: Pin | Helped) -> bytes:
    """What an act on the metadata makes of an entry, whatever others made of it since it was seen."""
    if entry.raw == seen:
        return _rewritten(document, entry, entry, act)
    try:
        return merge(seen, _rewritten(document, entry, alone(seen), act), entry.raw)
    except Conflict as conflict:
        raise Changed(
            f"{entry.label}: someone else changed {conflict} meanwhile; nothing was written, look at it again"
        ) from None


def _rewritten(document: Document, now: Entry, entry: Entry, act: Pin | Helped) -> bytes:
    """An entry's bytes after an act on its metadata. `now` is the entry as the document has it."""
    if isinstance(act, Pin):
        if act.pinned == entry.pinned:
            return entry.raw
        value = entry.metadata.get("pinned") or ("false" if act.pinned else "true")
        if not is_flag(value):
            raise malformed(document, now, "pinned", "true or false")
        return with_value(entry.raw, "pinned", opposite(value), document.eol)
    value = entry.metadata.get("used") or "0"
    if not is_count(value):
        raise malformed(document, now, "used", "a number")
    raw = with_value(entry.raw, "used", str(int(value) + 1), document.eol)
    return with_value(raw, "last_used", act.today.isoformat(), document.eol)
