"""Taking changes back: exact, also after others have edited elsewhere."""

from collections.abc import Iterable
from datetime import date

import pytest

from incident_tui.format.edit.edit import Edit, apply
from incident_tui.format.edit.operations import Archive, Helped, Operation, Pin, Restore, Summarize
from incident_tui.format.edit.plan import EditConflict, FileChange
from incident_tui.format.edit.undo import Hunks, inverse, replay
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Contents, Location
from incident_tui.format.model.located import Target

from .samples import GAP, HEAD, LIVE, A, B, C, base, edit, entry

ARCHIVE = b"# Old\n\n---\n\n## M-2024-01-01T10:00:00Z OLD-1 old\n\nOld.\n"


def changed(where: Contents, edits: list[Edit]) -> tuple[Contents, Hunks]:
    change = apply(where, edits)
    return written(where, change.files), [(file.location, file.hunks) for file in change.files]


def written(where: Contents, files: Iterable[FileChange]) -> Contents:
    data: dict[Location, bytes | None] = {
        "live": where.live.data,
        "archive": where.archive.data if where.archive else None,
    }
    data |= {file.location: file.document.data for file in files}
    return base(data["live"] or b"", data["archive"])


def both(where: Contents) -> tuple[bytes, bytes]:
    return where.live.data, where.archive.data if where.archive else b""


Act = tuple[str, Operation, Location]

ACTS = [
    pytest.param([("INC-2", Pin(), "live")], id="pin"),
    pytest.param([("INC-2", Helped(date(2025, 4, 5)), "live")], id="helped"),
    pytest.param([("INC-3", Summarize("It broke.", "Check."), "live")], id="summarize the first"),
    pytest.param([("INC-1", Summarize("It broke.", "Check."), "live")], id="summarize the last"),
    pytest.param([("INC-3", Archive(), "live")], id="archive the first"),
    pytest.param([("INC-2", Archive(), "live")], id="archive a middle one"),
    pytest.param([("INC-1", Archive(), "live")], id="archive the last"),
    pytest.param([("INC-3", Archive(), "live"), ("INC-1", Archive(), "live")], id="archive two"),
    pytest.param([(f"INC-{n}", Archive(), "live") for n in (1, 2, 3)], id="archive all"),
    pytest.param([("OLD-1", Restore(), "archive")], id="restore"),
    pytest.param([(f"INC-{n}", Pin(), "live") for n in (1, 2, 3)], id="pin all"),
]


@pytest.mark.parametrize("acts", ACTS)
@pytest.mark.parametrize("ending", [b"", GAP, b"\n---\n\n<!-- c -->\n"], ids=["plain", "rule at the end", "comment"])
@pytest.mark.parametrize("cut", [False, True], ids=["newline", "no newline at the end"])
def test_undo_and_redo_are_exact(acts: list[Act], ending: bytes, cut: bool) -> None:
    live, archive = LIVE + ending, ARCHIVE + ending
    if cut:
        live, archive = live.rstrip(b"\n"), archive.rstrip(b"\n")
    before = base(live, archive)
    after, change = changed(before, [edit(before, *act) for act in acts])
    undone = written(after, replay(after, inverse(change)).files)
    assert both(undone) == both(before)
    assert both(written(undone, replay(undone, change).files)) == both(after)


@pytest.mark.parametrize("acts", ACTS[:5])
def test_undo_is_exact_after_an_edit_elsewhere(acts: list[Act]) -> None:
    more = base(LIVE + GAP + b"## M-2020-01-01T00:00:00Z NEW-1 new\n\n- used: 1\n", ARCHIVE)
    after, change = changed(more, [edit(more, *act) for act in acts])
    other, _ = changed(after, [edit(after, "NEW-1", Helped(date(2025, 4, 5)))])
    undone = written(other, replay(other, inverse(change)).files)
    assert undone.live.data == more.live.data.replace(b"- used: 1\n", b"- used: 2\n- last_used: 2025-04-05\n")
    assert both(undone)[1] == ARCHIVE


def test_undo_leaves_what_someone_else_wrote_in_the_same_entry_since() -> None:
    before = base(LIVE)
    after, change = changed(before, [edit(before, "INC-2", Pin())])
    theirs = after.live.data.replace(b"Body of the second", b"Theirs")
    (undone,) = replay(base(theirs), inverse(change)).files
    assert undone.document.data == LIVE.replace(b"Body of the second", b"Theirs")


def test_undo_is_refused_where_someone_edited_the_same_text() -> None:
    before = base(LIVE)
    after, change = changed(before, [edit(before, "INC-2", Summarize("Broke.", "Learned."))])
    theirs = after.live.data.replace(b"Broke.", b"Theirs.")
    with pytest.raises(EditConflict, match="INC-2 second: someone else has changed the section Summary since"):
        replay(base(theirs, after.document("archive").data), inverse(change))


def test_undo_is_refused_under_conflict_markers() -> None:
    before = base(LIVE)
    after, change = changed(before, [edit(before, "INC-2", Pin())])
    pinned = B.replace(b"false", b"true")
    markers = after.live.data.replace(pinned, b"<<<<<<< HEAD\n" + pinned + b"=======\n>>>>>>> theirs\n")
    with pytest.raises(Refused, match=r"first \(line 20\): INC-2 second stands between its markers"):
        replay(base(markers), inverse(change))


def test_undo_is_refused_where_only_one_of_two_of_the_same_heading_is_left() -> None:
    other = B.replace(b"Body", b"Another body")
    before = base(GAP.join([B, C, other]))
    both = [Edit(Target("live", held.identity, held.raw), Pin()) for held in before.live.find(entry(B).identity)]
    after, change = changed(before, both)
    left = base(after.live.data.replace(GAP + other.replace(b"false", b"true"), b""))
    with pytest.raises(EditConflict, match="someone else has moved what this change is about; nothing was written"):
        replay(left, inverse(change))


def test_undo_of_a_move_keeps_what_others_appended_since() -> None:
    before = base(LIVE)
    after, change = changed(before, [edit(before, "INC-2", Archive())])
    new = b"\n## M-2025-05-01T10:00:00Z INC-7 appended\n\nNew.\n"
    live, archive = replay(base(after.live.data + new, after.document("archive").data + new), inverse(change)).files
    assert [entry.ref for entry in live.document.entries] == ["INC-3", "INC-2", "INC-1", "INC-7"]
    assert [entry.ref for entry in archive.document.entries] == ["INC-7"]


def test_undo_of_a_move_is_refused_where_someone_restored_the_entry_since() -> None:
    before = base(LIVE, ARCHIVE)
    _, change = changed(before, [edit(before, "INC-2", Archive())])
    with pytest.raises(EditConflict, match=r"INC-2 second: someone else has (moved it|put it back) since"):
        replay(base(LIVE, ARCHIVE), inverse(change))


def test_undo_of_a_move_brings_the_entry_back_even_if_the_archive_was_lost() -> None:
    before = base(LIVE, ARCHIVE)
    after, change = changed(before, [edit(before, "INC-2", Archive())])
    (live,) = replay(base(after.live.data, ARCHIVE), inverse(change)).files
    assert (live.location, live.document.data) == ("live", LIVE)


def test_undo_finds_its_place_among_copies_of_the_same_neighbours() -> None:
    data = GAP.join([A, B, A, C, B])
    before = base(data, ARCHIVE)
    after, change = changed(before, [edit(before, "INC-1", Archive())])
    assert after.live.data == GAP.join([A, B, A, B])
    assert both(written(after, replay(after, inverse(change)).files)) == both(before)


def test_undo_of_an_archiving_writes_the_live_file_first() -> None:
    before = base(LIVE, ARCHIVE)
    _, change = changed(before, [edit(before, "INC-2", Archive())])
    assert [place for place, _ in change] == ["archive", "live"]
    assert [place for place, _ in inverse(change)] == ["live", "archive"]


@pytest.mark.parametrize("gap", [b"\n", b"\n\n\n---\n---\n\n<!-- c -->\n\n", b""], ids=["blank", "odd", "none"])
@pytest.mark.parametrize("ref", ["INC-3", "INC-2", "INC-1"])
def test_restoring_what_was_archived_puts_the_gaps_back_as_they_were(gap: bytes, ref: str) -> None:
    live = LIVE.replace(GAP + B, gap + B).replace(B + GAP, B + gap)
    before = base(live, ARCHIVE)
    after, change = changed(before, [edit(before, ref, Archive())])
    taken = next(hunks[0] for place, hunks in change if place == "live")
    restored = apply(after, [edit(after, ref, Restore(), "archive")], lambda _: taken)
    assert both(written(after, restored.files)) == both(before)


def test_in_a_file_without_order_a_restored_entry_goes_beside_its_old_neighbour() -> None:
    extra = b"## M-2019-01-01T00:00:00Z X-9 x\n\nx\n"
    before = base(HEAD + extra + GAP + LIVE.removeprefix(HEAD), ARCHIVE)
    after, change = changed(before, [edit(before, "INC-2", Archive())])
    taken = next(hunks[0] for place, hunks in change if place == "live")
    moved = base(after.live.data.replace(GAP + b"## M-2025-01", b"\nmore\n" + GAP + b"## M-2025-01"), both(after)[1])
    restored = apply(moved, [edit(moved, "INC-2", Restore(), "archive")], lambda _: taken)
    assert [entry.ref for entry in written(moved, restored.files).live.entries] == ["X-9", "INC-3", "INC-2", "INC-1"]


def test_undo_of_a_move_is_exact_where_a_fence_is_closed_by_the_next_entry() -> None:
    """Alone, the entry's last fence hides nothing, so that the headings in its first one would count."""
    hidden = b"## M-2025-03-01T10:00:00Z INC-3 third\n\n\n---\n\n"
    fenced = b"## M-2025-02-01T10:00:00Z INC-2 second\n```\n" + hidden + hidden + b"```\n```\n"
    following = b"## M-2025-03-01T10:00:00Z INC-3 third\n\n```sql\n```\n"
    archive = b"## M-2025-01-01T10:00:00Z INC-1 first\n\n" + following
    before = base(fenced + b"\n---\n\n" + following, archive)
    assert [len(before.live.entries), len(base(fenced, None).live.entries)] == [2, 3]
    after, change = changed(before, [Edit(Target.of("live", before.live.entries[0]), Archive(True))])
    assert after.live.data == following
    assert both(written(after, replay(after, inverse(change)).files)) == both(before)


def used(*pair: object) -> bytes:
    """The text of INC-3 with its count and the day of its last use."""
    count, day = pair
    return A.replace(b"- used: 2\n- last_used: 2025-03-09", f"- used: {count}\n- last_used: {day}".encode())


@pytest.mark.parametrize("text", [b"", b"Another's line.\n"], ids=["as it was", "with another's text"])
@pytest.mark.parametrize(
    ("now", "undone", "redone"),
    [
        (used(2, "2025-03-09"), used(2, "2025-03-09"), used(3, "2025-04-05")),
        (used(3, "2025-04-05"), used(2, "2025-03-09"), used(3, "2025-04-05")),
        (used(4, "2025-04-05"), used(3, "2025-04-05"), used(5, "2025-04-05")),
        (used(4, "2025-04-06"), used(3, "2025-04-06"), used(5, "2025-04-06")),
        (used(3, "2025-03-10"), used(3, "2025-03-10"), used(4, "2025-04-05")),
        (used(1, "2025-03-01"), used(1, "2025-03-01"), used(2, "2025-04-05")),
    ],
    ids=["put back", "put forward", "raised on that day", "raised later", "put back and raised", "put further back"],
)
def test_a_use_goes_only_from_where_it_is_and_comes_only_to_where_it_is_not(
    now: bytes, undone: bytes, redone: bytes, text: bytes
) -> None:
    """Git may have put an older or a newer text back; what others counted meanwhile stays."""
    before = base(LIVE)
    _, change = changed(before, [edit(before, "INC-3", Helped(date(2025, 4, 5)))])

    def file(inc_3: bytes) -> bytes:
        return LIVE.replace(A, inc_3 + text)

    there = base(file(now))
    assert written(there, replay(there, inverse(change)).files).live.data == file(undone)
    assert written(there, replay(there, change).files).live.data == file(redone)


def test_of_several_uses_those_that_are_there_are_taken_back() -> None:
    before = base(LIVE)
    after, change = changed(before, [edit(before, ref, Helped(date(2025, 4, 5))) for ref in ("INC-3", "INC-2")])
    raised = after.live.data.replace(used(3, "2025-04-05"), A).replace(b"- used: 1\n", b"- used: 2\n")
    there = base(raised)
    undone = written(there, replay(there, inverse(change)).files).live.data
    assert undone == raised.replace(b"- used: 2\n- last_used: 2025-04-05", b"- used: 1\n- last_used: 2025-04-05")
