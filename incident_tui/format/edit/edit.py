"""Edits as values, and what they make of a knowledge base's two documents. Pure: storage does the writing.

An edit says which entry, the bytes of it that were seen, and what to do. `apply` finds the entry by its
identity, never by its place. Where its bytes are no longer those that were seen, the edit is merged with what
others made of it, or refused; nothing is guessed.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from incident_tui.format.edit import archiving
from incident_tui.format.edit.archiving import LastRemoval
from incident_tui.format.edit.in_place import apply_in_place, parse_single_entry
from incident_tui.format.edit.insertion import insert_index
from incident_tui.format.edit.operations import (
    Archive,
    Create,
    InPlaceOperation,
    MoveIn,
    MoveOut,
    Operation,
    Restore,
    Rewrite,
    Summarize,
)
from incident_tui.format.edit.plan import ChangeSet, ContentsPlan, EditConflict, require_no_conflict_markers
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Contents, Location
from incident_tui.format.model.entry import Entry, Identity, parse_entry
from incident_tui.format.model.located import Target


class Edit(NamedTuple):
    """An operation on one entry."""

    target: Target
    act: Operation

    @property
    def about(self) -> Identity:
        """The identity of the entry after the edit. Raises `Refused` if an edited text isn't one entry."""
        if isinstance(self.act, Rewrite) and self.act.raw != self.target.seen:
            return parse_single_entry(self.act.raw, b"\n", self.act.raw).identity
        return self.target.identity


_TOGETHER = (InPlaceOperation | Archive, Create, MoveIn, MoveOut, Summarize | Archive, Restore)
"""Acts that can be made at once: for all of them the files are written in one order, and no file both gains and loses
entries."""


def apply(contents: Contents, edits: Sequence[Edit], last_removal: LastRemoval = lambda _: None) -> ChangeSet:
    """Return what the edits make of the two documents; all of them, as one change, or none.

    Several at once all leave their entries in place or archive them, or all bring new ones, or all go one way (to the
    archive, or back); an entry that is named twice is edited once. Raises `EditConflict` if an entry is no longer as
    the person saw it and the edit can't be merged, `Refused` if an operation can't be done, and `ValueError` if
    operations can't be made at once.
    """
    if not any(all(isinstance(edit.act, kind) for edit in edits) for kind in _TOGETHER):
        raise ValueError("these acts can't be made at once")
    plans = ContentsPlan(contents)
    operations: dict[tuple[Location, int], Operation] = {}
    for edit in edits:
        if isinstance(edit.act, Create):
            _create(plans, edit.act.raw)
            continue
        if isinstance(edit.act, MoveIn):
            _move_in(plans, edit.act.raw)
            continue
        location = edit.target.location
        entry = find(contents, edit.target, operations)
        if (location, entry.number) not in operations:
            operations[location, entry.number] = edit.act
            require_no_conflict_markers(contents.document(location), entry)
            _plan_edit(plans, location, entry, edit, last_removal, exact=len(edits) == 1)
        elif operations[location, entry.number] != edit.act:
            raise ValueError("one entry can't be edited in two ways at once")
    restoring = any(isinstance(edit.act, Restore) for edit in edits)
    return plans.change(("live", "archive") if restoring else ("archive", "live"))


def create_edit(raw: bytes, file_index: int = 0) -> Edit:
    """The edit that puts a new entry into a file. Raises `Refused` where the text isn't one entry."""
    return Edit(Target("live", parse_single_entry(raw, b"\n").identity, b"", file_index), Create(raw))


def find(contents: Contents, target: Target, edited: Collection[tuple[Location, int]] = ()) -> Entry:
    """Return the entry that a target names. Raises `EditConflict` if there is none, or if several match.

    Its bytes may differ from `target.seen` if it is the only entry of its identity. Of several whose bytes are equal it
    is the first that is not in `edited`: location and number of the entries that other edits have.
    """
    candidates = contents.document(target.location).find(target.identity)
    unchanged = [entry for entry in candidates if entry.raw == target.seen]
    if unchanged:
        return next((entry for entry in unchanged if (target.location, entry.number) not in edited), unchanged[0])
    if len(candidates) == 1:
        return candidates[0]
    name = target.identity.label
    if candidates:
        raise EditConflict(f"{name}: someone else changed it meanwhile; nothing was written, look at it again")
    other: Location = "archive" if target.location == "live" else "live"
    if contents.document(other).find(target.identity):
        state = "archived" if other == "archive" else "restored"
        raise EditConflict(f"{name}: someone else has {state} it meanwhile; nothing was written")
    raise EditConflict(f"{name}: it is no longer in this file; nothing was written")


def _plan_edit(
    plans: ContentsPlan, location: Location, entry: Entry, edit: Edit, last_removal: LastRemoval, exact: bool
) -> None:
    """Plan one edit."""
    act = edit.act
    if isinstance(act, InPlaceOperation):
        raw = apply_in_place(act, plans.contents.document(location), entry, edit.target.seen)
        _refuse_other_name(plans, entry, parse_entry(raw))
        plans.plan(location).replaced[entry.number] = raw
        if location == "live":
            archiving.finish_interrupted(plans, entry)
        return
    if entry.raw != edit.target.seen:
        _refuse_changed(entry, edit.target.seen)
    match act:
        case Summarize(summary=summary, key_learning=key_learning):
            if location == "archive":
                raise Refused(f"{entry.label}: it is archived; restore it before summarizing it")
            archiving.summarize(plans, entry, summary, key_learning)
        case Archive(force=force):
            if location == "archive":
                raise Refused(f"{entry.label}: it is archived already")
            archiving.archive(plans, entry, force)
        case Restore():
            if location == "archive":
                archiving.restore(plans, entry, last_removal, exact)
            else:
                archiving.expand(plans, entry)
        case MoveOut():
            if entry.raw != edit.target.seen:
                raise EditConflict(f"{entry.label}: someone else changed it meanwhile; nothing was written")
            require_movable(entry, location)
            plans.live.gone.add(entry.number)
        case Create() | MoveIn():
            raise AssertionError("a new entry has none to be found")


def _create(plans: ContentsPlan, raw: bytes) -> None:
    """Plan a new entry: by the file's order; in a file without one at the end."""
    live = plans.live
    eol = live.document.eol
    entry = parse_single_entry(raw.replace(b"\r\n", b"\n").replace(b"\n", eol), eol)
    _refuse_taken(plans, entry)
    live.added.append((entry.raw, insert_index(live.document, entry.timestamp)))


def _move_in(plans: ContentsPlan, raw: bytes) -> None:
    """Plan an entry of another file: by the file's order; in a file without one at the end."""
    entry = parse_entry(raw)
    _refuse_taken(plans, entry)
    plans.live.added.append((raw, insert_index(plans.live.document, entry.timestamp)))


def require_movable(entry: Entry, location: Location) -> None:
    """See that an entry can go to another file. Raises `Refused`."""
    if location == "archive":
        raise Refused(f"{entry.label}: it is archived; restore it before moving it")
    if entry.state == "summarized":
        raise Refused(f"{entry.label}: its full text is in this file's archive; restore that before moving it")


def move_edits(entries: Sequence[Target], destination: int, names: Sequence[str]) -> list[Edit]:
    """Return the edits that move entries to the file of index `destination`; `names` are what the files are called.

    Raises `Refused` where an entry can't be moved, or is there already.
    """
    edits = []
    for target in entries:
        entry = parse_entry(target.seen)
        require_movable(entry, target.location)
        if target.file_index == destination:
            raise Refused(f"{entry.label}: it is in {names[destination]} already; nothing was written")
        route = f"{names[target.file_index]} to {names[destination]}"
        edits.append(Edit(Target("live", target.identity, b"", destination), MoveIn(target.seen, route)))
        edits.append(Edit(target, MoveOut(route)))
    return edits


def _refuse_other_name(plans: ContentsPlan, entry: Entry, new: Entry) -> None:
    """A heading names its entry, and a summary's names the full text in the archive as well."""
    if (new.identity, new.state) == (entry.identity, entry.state):
        return
    if any(version.state == "summarized" for version in (new, entry, *plans.contents.live.find(entry.identity))):
        raise Refused(
            f"{entry.label}: by its heading a summary and its full text find each other; leave the heading as it is, "
            "or restore the full text first; nothing was written"
        )
    _refuse_taken(plans, new)


def _refuse_taken(plans: ContentsPlan, new: Entry) -> None:
    """Raise `Refused` if another entry has this heading: nobody could distinguish the two."""
    base, name = plans.contents, new.identity
    start = b"## M-" + new.stamp
    added = [raw for raw, _ in plans.live.added if raw.startswith(start) and parse_entry(raw).identity == name]
    for same_name, where in (
        (base.live.find(name), "in this file"),
        (base.document("archive").find(name), "in the archive"),
        (added, "among the new ones"),
    ):
        if same_name:
            raise Refused(
                f"{new.label}: an entry of this timestamp and heading is {where} already; "
                "give it another heading, nothing was written"
            )


def _refuse_changed(entry: Entry, old_raw: bytes) -> None:
    """A move takes along what others did to the metadata, but not a text that its mover hasn't seen."""
    if not archiving.same_text(entry, parse_entry(old_raw)):
        raise EditConflict(
            f"{entry.label}: someone else changed its text meanwhile; nothing was written, look at it again"
        )
