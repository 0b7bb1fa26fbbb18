"""Edits as values, and what they make of a knowledge base's two documents. Pure: storage does the writing.

An edit says which entry, the bytes of it that were seen, and what to do. `apply` finds the entry by its
identity, never by its place. Where its bytes are no longer those that were seen, the edit is merged with what
others made of it, or refused; nothing is guessed.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from incident_tui.kb import moves
from incident_tui.kb.acts import Act, Archive, Create, InPlace, Restore, Rewrite, Summarize
from incident_tui.kb.alter import altered_by, one_entry
from incident_tui.kb.change import Base, Change, Changed, Place, Plan, Plans
from incident_tui.kb.document import Document
from incident_tui.kb.entry import Entry, Identity
from incident_tui.kb.metadata import alone
from incident_tui.kb.moves import Taken
from incident_tui.kb.place import position
from incident_tui.kb.plain import one_line
from incident_tui.kb.splice import Refused


class Target(NamedTuple):
    """Which entry an edit is for, and the bytes of it that the person saw."""

    place: Place
    identity: Identity
    seen: bytes


class Edit(NamedTuple):
    """What to do to which entry."""

    target: Target
    act: Act

    @property
    def about(self) -> Identity:
        """What names the entry once the edit is made. Raises `Refused` where an edited text isn't one entry."""
        return (
            one_entry(self.act.raw, b"\n", self.act.raw).identity
            if isinstance(self.act, Rewrite)
            else self.target.identity
        )


def apply(base: Base, edits: Sequence[Edit], taken: Taken = lambda _: None) -> Change:
    """Return what the edits make of the two documents; all of them, as one change, or none.

    Several edits at once are of one kind. Raises `Changed` where an entry is no longer what was seen and the edit
    can't be merged, and `Refused` where an act can't be done.
    """
    plans = Plans(base)
    meant: set[tuple[Place, int]] = set()
    for edit in edits:
        if isinstance(edit.act, Create):
            _create(plans.live, edit.act.raw)
            continue
        place = edit.target.place
        entry = find(base, edit.target, meant)
        if (place, entry.number) in meant:
            continue
        meant.add((place, entry.number))
        _refuse_conflicted(base.document(place), entry)
        _one(plans, place, entry, edit, taken, exact=len(edits) == 1)
    restoring = any(isinstance(edit.act, Restore) for edit in edits)
    return plans.change(("live", "archive") if restoring else ("archive", "live"))


def created(raw: bytes) -> Edit:
    """The edit that puts in a new entry. Raises `Refused` where the text isn't one entry."""
    return Edit(Target("live", one_entry(raw, b"\n").identity, b""), Create(raw))


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
    if isinstance(act, InPlace):
        document = plans.base.document(place)
        plans.plan(place).replaced[entry.number] = altered_by(act, document, entry, edit.target.seen)
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
        case Create():
            raise AssertionError("a new entry has none to be found")


def _create(plan: Plan, raw: bytes) -> None:
    """Plan a new entry: by the file's order; in a file without one at the end."""
    eol = plan.document.eol
    entry = one_entry(raw.replace(b"\r\n", b"\n").replace(b"\n", eol), eol)
    plan.added.append((entry.raw, position(plan.document, entry.timestamp)))


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
