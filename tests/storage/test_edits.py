"""Edits of real files: each is written at once, and undo puts both files back to the byte."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from incident_tui.format.edit.edit import apply
from incident_tui.format.edit.operations import Archive, Helped, Operation, Pin, Restore, Summarize
from incident_tui.format.edit.plan import EditConflict
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.storage.disk import late_writes
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.snapshot import ATTEMPTS

from .small import GAP, HEAD, LIVE, OLD, A, B, C, do, edit, tree

HELPED = Helped(date(2025, 4, 5))
ACTS: list[object] = [
    pytest.param("INC-2", Pin(), "live", id="pin"),
    pytest.param("INC-2", HELPED, "live", id="helped"),
    pytest.param("INC-3", Summarize("Broke.", "Learned."), "live", id="summarize"),
    pytest.param("INC-3", Archive(), "live", id="archive the first"),
    pytest.param("INC-2", Archive(), "live", id="archive a middle one"),
    pytest.param("INC-1", Archive(), "live", id="archive the last"),
]


def with_archive(live: Path, data: bytes = OLD) -> Path:
    archive = live.parent / "archive" / live.name
    archive.parent.mkdir()
    archive.write_bytes(data)
    return archive


@pytest.mark.parametrize(("ref", "act", "place"), [*ACTS, pytest.param("OLD-1", Restore(), "archive", id="restore")])
@pytest.mark.parametrize("cut", [False, True], ids=["newline", "no newline at the end"])
def test_an_edit_is_written_and_undo_restores_both_files(
    live: Path, ref: str, act: Operation, place: Location, cut: bool
) -> None:
    archive = with_archive(live)
    if cut:
        live.write_bytes(LIVE.rstrip())
        archive.write_bytes(OLD.rstrip())
    before = tree(live.parent)
    base = KnowledgeBase(live)
    outcome = base.edit([edit(base.snapshot(), ref, act, place)])
    after = tree(live.parent)
    assert after != before
    assert outcome.written
    assert outcome.snapshot.live.data == after["incidents.md"]
    assert outcome.snapshot.document("archive").data == after["archive/incidents.md"]
    base.undo()
    assert tree(live.parent) == before
    base.redo()
    assert tree(live.parent) == after


@pytest.mark.parametrize(("ref", "act", "place"), ACTS)
@pytest.mark.parametrize("folder", [True, False], ids=["folder there", "no folder"])
def test_undo_takes_away_the_archive_that_the_change_made(
    live: Path, ref: str, act: Operation, place: Location, folder: bool
) -> None:
    if folder:
        (live.parent / "archive").mkdir()
    before = tree(live.parent)
    base = KnowledgeBase(live)
    do(base, ref, act, place)
    after = tree(live.parent)
    assert base.undo().snapshot.archive is None
    assert tree(live.parent) == before
    base.redo()
    assert tree(live.parent) == after


def test_undo_keeps_an_archive_folder_that_holds_something_else(live: Path) -> None:
    base = KnowledgeBase(live)
    do(base, "INC-3", Archive())
    (live.parent / "archive" / "notes.md").write_bytes(b"mine")
    base.undo()
    assert tree(live.parent / "archive") == {"notes.md": b"mine"}


def test_many_changes_are_undone_one_after_the_other(live: Path) -> None:
    before = tree(live.parent)
    base = KnowledgeBase(live)
    acts: list[tuple[str, Operation]] = [("INC-3", Pin()), ("INC-3", Summarize("a", "b")), ("INC-2", HELPED)]
    acts += [("INC-1", Archive()), ("INC-3", Archive(force=True)), ("INC-2", Archive())]
    for ref, act in acts:
        do(base, ref, act)
    assert live.read_bytes() == HEAD
    for _ in acts:
        base.undo()
    assert tree(live.parent) == before
    with pytest.raises(Refused, match="there is nothing to undo"):
        base.undo()


def test_redo_makes_the_undone_changes_again_in_their_order(live: Path) -> None:
    base = KnowledgeBase(live)
    states = [tree(live.parent)]
    for ref in ("INC-3", "INC-2", "INC-1"):
        do(base, ref, Archive())
        states.append(tree(live.parent))
    for state in (states[2], states[1], states[0]):
        base.undo()
        assert tree(live.parent) == state
    for state in states[1:]:
        base.redo()
        assert tree(live.parent) == state
    with pytest.raises(Refused, match="there is nothing to redo"):
        base.redo()


def test_a_new_change_ends_what_can_be_redone(live: Path) -> None:
    base = KnowledgeBase(live)
    do(base, "INC-3", Pin())
    base.undo()
    do(base, "INC-2", Pin())
    with pytest.raises(Refused, match="there is nothing to redo"):
        base.redo()


def test_the_next_run_can_undo(live: Path) -> None:
    before = tree(live.parent)
    do(KnowledgeBase(live), "INC-3", Archive())
    after = tree(live.parent)
    assert KnowledgeBase(live).undo().description == "undone: archived INC-3 third"
    assert tree(live.parent) == before
    assert KnowledgeBase(live).redo().description == "redone: archived INC-3 third"
    assert tree(live.parent) == after


def test_archive_and_restore_leave_the_live_file_as_it_was(live: Path) -> None:
    live.write_bytes(LIVE.replace(GAP + B, b"\n\n\n---\n<!-- odd -->\n" + B))
    before = live.read_bytes()
    for ref in ("INC-3", "INC-2", "INC-1"):
        base = KnowledgeBase(live)
        do(base, ref, Archive())
        do(base, ref, Restore(), "archive")
        assert live.read_bytes() == before


def test_entries_of_one_timestamp_go_back_to_their_own_places(live: Path) -> None:
    twin = B.replace(b"INC-2 second", b"INC-9 twin")
    live.write_bytes(HEAD + A + GAP + B + b"\n\n" + twin + GAP + C)
    before = live.read_bytes()
    base = KnowledgeBase(live)
    for ref in ("INC-2", "INC-9"):
        do(base, ref, Archive())
    for ref in ("INC-9", "INC-2"):
        do(base, ref, Restore(), "archive")
    assert live.read_bytes() == before


def test_what_is_so_already_writes_nothing(live: Path) -> None:
    stamp = live.stat()
    base = KnowledgeBase(live)
    outcome = base.edit([edit(base.snapshot(), "INC-3", Pin(False))])
    assert (outcome.description, outcome.written) == ("", ())
    assert live.stat() == stamp


def test_reading_never_writes(live: Path) -> None:
    live.write_bytes(b"\xef\xbb\xbf" + LIVE.replace(b"\n", b"\r\n").rstrip() + b"\xff")
    before, stamp = tree(live.parent), live.stat().st_mtime_ns
    KnowledgeBase(live).snapshot()
    assert tree(live.parent) == before
    assert live.stat().st_mtime_ns == stamp


def test_no_temporary_files_are_left(live: Path) -> None:
    base = KnowledgeBase(live)
    do(base, "INC-3", Archive())
    do(base, "INC-2", Pin())
    assert set(tree(live.parent)) == {"incidents.md", "archive", "archive/incidents.md"}


def test_what_another_program_appended_meanwhile_survives(live: Path) -> None:
    more = GAP + b"## M-2026-01-01T00:00:00Z NEW-1 new\n"
    base = KnowledgeBase(live)
    seen = edit(base.snapshot(), "INC-1", Pin())
    with live.open("ab") as file:
        file.write(more)
    base.edit([seen])
    assert live.read_bytes() == HEAD + A + GAP + B + GAP + C.replace(b"false", b"true") + more
    base.undo()
    assert live.read_bytes() == LIVE + more


def test_what_is_appended_while_the_edit_is_being_made_survives(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = [GAP + b"## M-2026-01-01T00:00:00Z NEW-1 new\n"]
    real: Callable[..., object] = apply

    def overtaken(*arguments: object) -> object:
        with live.open("ab") as file:
            file.write(more.pop() if more else b"")
        return real(*arguments)

    with_more = LIVE + more[0]
    monkeypatch.setattr("incident_tui.storage.knowledge_base.apply", overtaken)
    base = KnowledgeBase(live)
    do(base, "INC-2", Archive())
    assert tree(live.parent) == {
        "incidents.md": with_more.replace(B + GAP, b""),
        "archive": None,
        "archive/incidents.md": b"# Archived incidents\n\n---\n\n" + B,
    }
    base.undo()
    assert tree(live.parent) == {"incidents.md": with_more}


def test_a_file_that_is_written_all_the_time_is_left_alone(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., object] = apply

    def overtaken(*arguments: object) -> object:
        with live.open("ab") as file:
            file.write(b"\n")
        return real(*arguments)

    monkeypatch.setattr("incident_tui.storage.knowledge_base.apply", overtaken)
    base = KnowledgeBase(live)
    with pytest.raises(Refused, match="written by another program all the time; nothing was changed"):
        do(base, "INC-2", Pin())
    assert live.read_bytes() == LIVE + b"\n" * ATTEMPTS


def test_an_entry_that_someone_else_altered_is_not_touched(live: Path) -> None:
    base = KnowledgeBase(live)
    seen = edit(base.snapshot(), "INC-3", Archive())
    theirs = LIVE.replace(b"ran dry", b"leaked")
    live.write_bytes(theirs)
    with pytest.raises(EditConflict, match="INC-3 third: someone else changed its text meanwhile"):
        base.edit([seen])
    assert tree(live.parent) == {"incidents.md": theirs}


def test_undo_where_someone_edited_the_same_entry_touches_nothing(live: Path) -> None:
    base = KnowledgeBase(live)
    do(base, "INC-3", Summarize("Broke.", "Learned."))
    live.write_bytes(live.read_bytes().replace(b"Broke.", b"Broke twice."))
    before = tree(live.parent)
    with pytest.raises(
        EditConflict, match="INC-3 third: someone else has changed the section Summary since; nothing was written"
    ):
        base.undo()
    assert tree(live.parent) == before


def test_an_outcome_tells_what_was_done_to_which_files(live: Path) -> None:
    base = KnowledgeBase(live)
    outcome = base.edit([edit(base.snapshot(), "INC-3", Archive())])
    assert outcome.description == "archived INC-3 third"
    assert outcome.written == (live.parent / "archive" / "incidents.md", live)
    assert [identity.name for identity in outcome.entries] == ["INC-3 third"]
    both = base.edit([edit(base.snapshot(), ref, Pin()) for ref in ("INC-1", "INC-2")])
    assert both.description == "pinned INC-1 first, INC-2 second"


@pytest.mark.parametrize("name", ["incidents.md", "kb/incidents.md"], ids=["beside", "in kb"])
def test_a_new_file_is_made_with_its_folder(tmp_path: Path, name: str) -> None:
    file = tmp_path / "new" / name
    base = KnowledgeBase(file)
    assert not base.snapshot().exists
    snapshot = base.create(LIVE)
    assert snapshot.exists
    assert file.read_bytes() == LIVE
    with pytest.raises(Refused, match="has been made by someone else meanwhile"):
        base.create(b"")
    assert file.read_bytes() == LIVE


@pytest.mark.parametrize(
    ("file", "there", "archive"),
    [
        pytest.param("incidents.md", [], "archive/incidents.md", id="beside the file"),
        pytest.param("kb/incidents.md", [], "archive/incidents.md", id="beside the kb folder"),
        pytest.param("kb/incidents.md", ["kb/archive/incidents.md"], "kb/archive/incidents.md", id="one that exists"),
        pytest.param(
            "kb/incidents.md",
            ["kb/archive/incidents.md", "archive/incidents.md"],
            "archive/incidents.md",
            id="both exist",
        ),
        pytest.param("kb/incidents.md", ["kb/archive/other.md"], "archive/incidents.md", id="another file's"),
        pytest.param("akb/team.md", [], "akb/archive/team.md", id="the same name as the file"),
    ],
)
def test_where_the_archive_is(tmp_path: Path, file: str, there: list[str], archive: str) -> None:
    for name in [file, *there]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(LIVE if name == file else b"")
    do(KnowledgeBase(tmp_path / file), "INC-3", Archive())
    assert (tmp_path / archive).read_bytes().endswith(A)
    held = [path for path, data in tree(tmp_path).items() if data and A in data]
    assert held == [archive]


def test_the_pointer_of_a_summary_names_the_archive_by_its_name(live: Path) -> None:
    team = live.rename(live.with_name("team.md"))
    do(KnowledgeBase(team), "INC-3", Summarize("Broke.", "Learned."))
    assert b"See archive/team.md#M-2025-03-01T10:00:00Z\n" in team.read_bytes()


def test_the_files_are_synced_before_they_are_renamed_and_their_folder_after(
    live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, exchange = os.fsync, late_writes.rename_exchange

    def noted(descriptor: int) -> None:
        done.append("folder" if Path(f"/proc/self/fd/{descriptor}").is_dir() else "file")
        fsync(descriptor)

    def renamed(new: Path, target: Path) -> None:
        if target == live:
            done.append("rename")
        exchange(new, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(late_writes, "rename_exchange", renamed)
    do(KnowledgeBase(live), "INC-2", Pin())
    assert done == ["file", "rename", "folder"]
