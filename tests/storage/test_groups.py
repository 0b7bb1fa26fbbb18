"""Changes of one group: made one by one, each written at once; undone and made again together."""

from collections.abc import Callable
from pathlib import Path

import pytest

from incident_tui.format.edit.edit import create_edit
from incident_tui.format.edit.operations import Archive, Operation, Pin, Restore, Rewrite, Summarize, Tag
from incident_tui.format.edit.plan import EditConflict
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.user import history as history_module
from incident_tui.storage.user.history import KEPT

from .small import GAP, LIVE, OLD, A, B, C, do, edit, tree
from .test_crash import Crash, crash_at

Step = tuple[str, Operation, Location]

STEPS: list[Step] = [
    ("INC-3", Archive(), "live"),
    ("INC-2", Summarize("Broke.", "Learned."), "live"),
    ("INC-1", Pin(), "live"),
]
NEW = b"## M-2025-05-01T10:00:00Z NEW-1 new\n\nWhat happened.\n"


def make(base: KnowledgeBase, group: str = "review 1", steps: list[Step] = STEPS) -> None:
    for step in steps:
        base.edit([edit(base.snapshot(), *step)], group)


def with_archive(live: Path, data: bytes = OLD) -> Path:
    archive = live.parent / "archive" / live.name
    archive.parent.mkdir()
    archive.write_bytes(data)
    return archive


@pytest.mark.parametrize("there", ["no folder", "a folder", "an archive"])
@pytest.mark.parametrize("form", [bytes, bytes.rstrip], ids=["newline", "no newline at the end"])
def test_a_group_is_undone_at_once_and_made_again_at_once(
    live: Path, there: str, form: Callable[[bytes], bytes]
) -> None:
    live.write_bytes(form(LIVE))
    if there == "an archive":
        with_archive(live, form(OLD))
    elif there == "a folder":
        (live.parent / "archive").mkdir()
    before = tree(live.parent)
    base = KnowledgeBase(live)
    make(base)
    after = tree(live.parent)
    for run in (base, KnowledgeBase(live)):
        outcome = run.undo()
        assert tree(live.parent) == before
        assert outcome.description == "undone: 3 changes"
        assert [identity.name for identity in outcome.entries] == ["INC-1 first", "INC-2 second", "INC-3 third"]
        assert outcome.snapshot.live.data == form(LIVE)
        assert (outcome.snapshot.archive is None) is (there != "an archive")
        outcome = run.redo()
        assert tree(live.parent) == after
        assert outcome.description == "redone: 3 changes"


def test_texts_and_new_entries_are_undone_with_the_rest(live: Path) -> None:
    base = KnowledgeBase(live)
    make(base, steps=[*STEPS[:2], ("INC-1", Rewrite(C.replace(b"first", b"renamed")), "live")])
    base.edit([create_edit(NEW)], "review 1")
    make(base, steps=[("NEW-1", Tag(("new",)), "live"), ("INC-1", Archive(), "live"), ("NEW-1", Archive(), "live")])
    after = tree(live.parent)
    base.undo()
    assert tree(live.parent) == {"incidents.md": LIVE}
    base.redo()
    assert tree(live.parent) == after


def test_a_file_that_only_some_of_a_group_wrote_is_put_back_too(live: Path) -> None:
    with_archive(live, OLD.replace(b"old\n", b"old\n\n- used: 1\n", 1))
    before = tree(live.parent)
    groups: list[list[Step]] = [
        [("INC-3", Pin(), "live"), ("OLD-1", Pin(), "archive")],
        [("OLD-1", Pin(), "archive"), *STEPS],
    ]
    for steps in groups:
        base = KnowledgeBase(live)
        make(base, str(len(steps)), steps)
        assert base.undo().description == f"undone: {len(steps)} changes"
        assert tree(live.parent) == before


def test_a_group_is_written_so_that_no_entry_is_ever_nowhere(live: Path) -> None:
    archive = with_archive(live)
    base = KnowledgeBase(live)
    make(base, steps=[("INC-3", Pin(), "live"), ("INC-2", Archive(), "live"), ("OLD-1", Pin(), "archive")])
    assert base.undo().written == (live, archive)
    assert base.redo().written == (archive, live)


def test_what_was_done_after_a_group_is_undone_first_and_alone(live: Path) -> None:
    base = KnowledgeBase(live)
    do(base, "INC-1", Tag(("before",)))
    states = [LIVE, live.read_bytes()]
    make(base)
    states.append(live.read_bytes())
    do(base, "INC-1", Tag(("after",)))
    assert base.undo().description == "undone: changed tags of INC-1 first: +after"
    assert live.read_bytes() == states[2]
    assert base.undo().description == "undone: 3 changes"
    assert live.read_bytes() == states[1]
    assert base.undo().description == "undone: changed tags of INC-1 first: +before"
    assert live.read_bytes() == states[0]
    for state in states[1:]:
        base.redo()
        assert live.read_bytes() == state


def test_what_was_done_between_two_of_a_group_parts_it(live: Path) -> None:
    base = KnowledgeBase(live)
    make(base, steps=STEPS[:2])
    do(base, "INC-1", Pin())
    make(base, steps=[("INC-1", Tag(("db",)), "live")])
    did = [base.undo().description for _ in range(3)]
    assert did == ["undone: changed tags of INC-1 first: +db", "undone: pinned INC-1 first", "undone: 2 changes"]
    assert tree(live.parent) == {"incidents.md": LIVE}


def test_two_groups_are_undone_one_after_the_other(live: Path) -> None:
    base = KnowledgeBase(live)
    make(base, "1", STEPS[:2])
    first = tree(live.parent)
    make(base, "2", [("INC-1", Pin(), "live"), ("INC-1", Tag(("db",)), "live")])
    base.undo()
    assert tree(live.parent) == first
    base.undo()
    assert tree(live.parent) == {"incidents.md": LIVE}


def test_the_last_of_a_group_can_be_undone_alone(live: Path) -> None:
    base = KnowledgeBase(live)
    make(base, steps=STEPS[:2])
    two = tree(live.parent)
    make(base, steps=STEPS[2:])
    assert base.undo(alone=True).description == "undone: pinned INC-1 first"
    assert tree(live.parent) == two
    make(base, steps=[("INC-1", Tag(("db",)), "live")])
    assert base.undo().description == "undone: 3 changes"
    assert tree(live.parent) == {"incidents.md": LIVE}


def test_a_group_of_which_one_can_not_be_undone_is_left_as_it_is(live: Path) -> None:
    base = KnowledgeBase(live)
    make(base)
    ours = live.read_bytes()
    live.write_bytes(ours.replace(b"Broke.", b"Broke twice."))
    before = tree(live.parent)
    for run in (base, KnowledgeBase(live)):
        with pytest.raises(EditConflict, match="INC-2 second: someone else has changed the section Summary since"):
            run.undo()
        assert tree(live.parent) == before
    live.write_bytes(ours)
    base.undo()
    assert tree(live.parent) == {"incidents.md": LIVE}


def test_undoing_a_group_keeps_what_others_wrote_since(live: Path) -> None:
    base = KnowledgeBase(live)
    make(base)
    with live.open("ab") as file:
        file.write(GAP + NEW)
    base.undo()
    assert tree(live.parent) == {"incidents.md": LIVE + GAP + NEW}


def test_a_group_of_an_earlier_run_is_undone_whole_however_large(live: Path) -> None:
    steps: list[tuple[str, Operation, Location]] = [
        ("INC-3", Pin(number % 2 == 0), "live") for number in range(KEPT + 5)
    ]
    make(KnowledgeBase(live), steps=[*STEPS[1:], *steps])
    assert KnowledgeBase(live).undo().description == f"undone: {KEPT + 7} changes"
    assert tree(live.parent) == {"incidents.md": LIVE}


def test_a_group_that_is_too_large_to_be_kept_is_forgotten_whole(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "MAX_BYTES", 2500)
    base = KnowledgeBase(live)
    make(base, steps=[("INC-3", Pin(number % 2 == 0), "live") for number in range(9)])
    do(base, "INC-1", Pin())
    pinned = tree(live.parent)
    again = KnowledgeBase(live)
    assert again.undo().description == "undone: pinned INC-1 first"
    with pytest.raises(Refused, match="there is nothing to undo"):
        again.undo()
    again.redo()
    assert tree(live.parent) == pinned
    assert [base.undo().description for _ in range(2)] == ["undone: pinned INC-1 first", "undone: 9 changes"]
    assert live.read_bytes() == LIVE


def test_what_is_restored_belongs_to_no_group(live: Path) -> None:
    with_archive(live)
    before = tree(live.parent)
    base = KnowledgeBase(live)
    with pytest.raises(ValueError, match="what is restored can't be undone with others"):
        make(base, steps=[("OLD-1", Restore(), "archive")])
    assert tree(live.parent) == before


def test_what_changes_nothing_is_no_step_to_undo(live: Path) -> None:
    base = KnowledgeBase(live)
    make(base, steps=[("INC-3", Pin(False), "live")])
    with pytest.raises(Refused, match="there is nothing to undo"):
        base.undo()


def test_what_someone_else_has_undone_already_does_not_stand_in_the_way(live: Path) -> None:
    base = KnowledgeBase(live)
    do(base, "INC-3", Pin())
    make(base, steps=STEPS[2:])
    live.write_bytes(live.read_bytes().replace(C.replace(b"false", b"true"), C))
    assert base.undo().description == ""
    assert base.undo().description == "undone: pinned INC-3 third"
    assert live.read_bytes() == LIVE


def changed_by(act: str, folder: Path, step: int) -> tuple[bool, tuple[bytes, bytes]]:
    """What a reader sees after a group was undone (or made again) by a process that died at a step; whether it did."""
    live = folder / "incidents.md"
    folder.mkdir()
    live.write_bytes(LIVE)
    base = KnowledgeBase(live)
    make(base)
    if act == "redo":
        base.undo()
    crashed = False
    with pytest.MonkeyPatch.context() as monkeypatch:
        crash_at(step, monkeypatch)
        try:
            getattr(KnowledgeBase(live), act)()
        except Crash:
            crashed = True
    found = KnowledgeBase(live).snapshot()
    return crashed, (found.live.data, found.document("archive").data)


@pytest.mark.parametrize("act", ["undo", "redo"])
def test_a_crash_while_a_group_is_undone_or_made_again_loses_no_entry(tmp_path: Path, act: str) -> None:
    seen: list[tuple[bytes, bytes]] = []
    crashed = True
    while crashed:
        crashed, files = changed_by(act, tmp_path / str(len(seen)), len(seen) + 1)
        seen.append(files)
        assert all(text in files[0] + files[1] for text in (A, B, b"INC-1 first"))
    made, undone = (seen[0], seen[-1]) if act == "undo" else (seen[-1], seen[0])
    assert undone == (LIVE, b"")
    between = (LIVE, made[1])
    assert set(seen) == {made, between, undone}
    assert len(seen) > 5
