"""Several files as one knowledge base: each edit in its own file, all or none, and undone together."""

import errno
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Archive, Operation, Pin, Restore
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.format.model.located import Target
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.storage.user.state_dir import open_state

from .small import LIVE, tree

OTHER = b"## M-2025-02-15T10:00:00Z FACT-1 fact\n\n- pinned: false\n\nBody.\n"


@pytest.fixture
def library(live: Path) -> Library:
    facts = live.with_name("facts.md")
    facts.write_bytes(OTHER)
    return Library([KnowledgeBase(live), KnowledgeBase(facts)], ["incidents", "facts"])


def edit(library: Library, part: int, ref: str, act: Operation, place: Location = "live") -> Edit:
    found = next(held for held in library.snapshot().contents[part].document(place).entries if held.ref == ref)
    return Edit(Target(place, found.identity, found.raw, part), act)


def test_a_snapshot_holds_all_files_by_their_names(library: Library) -> None:
    snapshot = library.snapshot()
    assert [(part.name, len(part.live.entries)) for part in snapshot.files] == [("incidents", 3), ("facts", 1)]


def test_an_edit_goes_to_its_own_file(library: Library, live: Path) -> None:
    outcome = library.edit([edit(library, 1, "FACT-1", Pin())])
    assert outcome.written == (live.with_name("facts.md"),)
    assert live.read_bytes() == LIVE
    assert live.with_name("facts.md").read_bytes() == OTHER.replace(b"false", b"true")
    assert [part.live.entries[0].pinned for part in outcome.snapshot.files] == [False, True]


def test_what_is_changed_in_several_files_at_once_is_undone_and_redone_at_once(library: Library, live: Path) -> None:
    before = tree(live.parent)
    outcome = library.edit([edit(library, 0, "INC-2", Pin()), edit(library, 1, "FACT-1", Pin())])
    assert outcome.description == "pinned INC-2 second; pinned FACT-1 fact"
    after = tree(live.parent)
    assert len(library.last(undone=False)) == 2
    library.undo()
    assert tree(live.parent) == before
    library.redo()
    assert tree(live.parent) == after


def test_the_last_change_is_undone_first_in_whichever_file_it_is(library: Library, live: Path) -> None:
    library.edit([edit(library, 1, "FACT-1", Archive())])
    library.edit([edit(library, 0, "INC-3", Pin())])
    assert library.undo().description == "undone: pinned INC-3 third"
    assert library.undo().description == "undone: archived FACT-1 fact"
    assert tree(live.parent) == {"incidents.md": LIVE, "facts.md": OTHER}
    assert library.redo().description == "redone: archived FACT-1 fact"
    assert library.redo().description == "redone: pinned INC-3 third"
    assert [record.did for record in library.records()] == ["archived FACT-1 fact", "pinned INC-3 third"]


def test_where_one_file_refuses_no_file_is_changed(library: Library, live: Path) -> None:
    edits = [edit(library, 0, "INC-2", Pin()), edit(library, 1, "FACT-1", Pin())]
    live.with_name("facts.md").write_bytes(b"Nothing.\n")
    with pytest.raises(Refused, match="no longer in this file"):
        library.edit(edits)
    assert live.read_bytes() == LIVE
    assert live.with_name("facts.md").read_bytes() == b"Nothing.\n"


def test_entries_are_restored_in_several_files(library: Library, live: Path) -> None:
    library.edit([edit(library, 0, "INC-2", Archive())])
    library.edit([edit(library, 1, "FACT-1", Archive())])
    restored = [edit(library, 0, "INC-2", Restore(), "archive"), edit(library, 1, "FACT-1", Restore(), "archive")]
    library.edit(restored)
    assert (live.read_bytes(), live.with_name("facts.md").read_bytes()) == (LIVE, OTHER)


def test_what_others_write_in_one_of_them_is_seen(library: Library, live: Path) -> None:
    seen = library.snapshot()
    assert library.poll(seen) is None
    live.with_name("facts.md").write_bytes(OTHER.replace(b"Body", b"Text"))
    now = library.poll(seen)
    assert now is not None
    assert now.files[0].live is seen.files[0].live
    assert b"Text" in now.files[1].live.data


def test_a_library_of_one_file_names_none(live: Path) -> None:
    snapshot = Library([KnowledgeBase(live)]).snapshot()
    assert snapshot.names == ("",)


def test_what_one_file_would_refuse_is_found_before_any_is_written(library: Library, live: Path) -> None:
    edits = [edit(library, 0, "INC-2", Pin()), edit(library, 1, "FACT-1", Pin())]
    live.with_name("facts.md").write_bytes(b"Nothing.\n")
    with pytest.raises(Refused):
        library.edit(edits)
    assert library.records() == []


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "no space left on device"), KeyboardInterrupt()])
def test_where_a_later_file_cannot_be_written_the_earlier_is_as_it_was(
    library: Library, live: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    library.edit([edit(library, 0, "INC-1", Pin())])
    before = live.read_bytes()
    edits = [edit(library, 0, "INC-2", Pin()), edit(library, 1, "FACT-1", Pin())]

    replace = atomic_file.replace

    def fail(path: Path, data: bytes, *more: Any, **options: Any) -> bool:
        if path.name == "facts.md":
            raise failure
        return replace(path, data, *more, **options)

    monkeypatch.setattr(atomic_file, "replace", fail)
    with pytest.raises((KeyboardInterrupt, Refused)):
        library.edit(edits)
    assert live.read_bytes() == before
    assert [record.did for record in library.records()] == ["pinned INC-1 first"]
    monkeypatch.undo()
    with pytest.raises(Refused, match="nothing to redo"):
        library.redo()


def test_where_one_file_refuses_an_undo_no_file_is_changed(library: Library, live: Path) -> None:
    library.edit([edit(library, 0, "INC-1", Pin())])
    library.edit([edit(library, 0, "INC-2", Pin()), edit(library, 1, "FACT-1", Pin())])
    facts = live.with_name("facts.md")
    others = facts.read_bytes().replace(b"FACT-1 fact", b"FACT-1 another")
    facts.write_bytes(others)
    before = live.read_bytes()
    with pytest.raises(Refused):
        library.undo()
    assert (live.read_bytes(), facts.read_bytes()) == (before, others)


def test_redo_makes_what_was_undone_last_and_ends_with_a_new_change(library: Library) -> None:
    library.edit([edit(library, 0, "INC-1", Pin())])
    library.edit([edit(library, 1, "FACT-1", Pin())])
    library.undo()
    library.edit([edit(library, 0, "INC-2", Pin())])
    library.undo()
    assert library.redo().description == "redone: pinned INC-2 second"
    with pytest.raises(Refused, match="nothing to redo"):
        library.redo()


def test_a_change_that_was_seen_but_not_shown_is_told_again(library: Library, live: Path) -> None:
    seen = library.snapshot()
    facts = live.with_name("facts.md")
    facts.write_bytes(b"# Facts\n")
    doubted = library.poll(seen)
    assert doubted is not None
    assert library.poll(seen) is doubted
    live.write_bytes(LIVE.replace(b"ran dry", b"was dry"))
    now = library.poll(seen)
    assert now is not None
    assert (len(now.files[1].live.entries), b"was dry" in now.files[0].live.data) == (0, True)


def test_a_file_that_is_gone_keeps_its_last_text_while_others_are_edited(library: Library, live: Path) -> None:
    library.snapshot()
    live.with_name("facts.md").unlink()
    outcome = library.edit([edit(library, 0, "INC-2", Pin())])
    facts = outcome.snapshot.files[1]
    assert (facts.exists, len(facts.live.entries)) == (False, 1)


def test_a_name_of_many_letters_has_a_history(tmp_path: Path) -> None:
    live = tmp_path / f"{'n' * 220}.md"
    live.write_bytes(LIVE)
    library = Library([KnowledgeBase(live)])
    library.edit([edit(library, 0, "INC-2", Pin())])
    assert Library([KnowledgeBase(live)]).undo().description == "undone: pinned INC-2 second"


def test_redo_of_a_later_run_makes_what_was_undone_last(library: Library, live: Path) -> None:
    def anew() -> Library:
        return Library([KnowledgeBase(live), KnowledgeBase(live.with_name("facts.md"))], ["incidents", "facts"])

    library.edit([edit(library, 1, "FACT-1", Pin())])
    anew().undo()
    other = anew()
    other.edit([edit(other, 0, "INC-2", Pin())])
    anew().undo()
    assert anew().redo().description == "redone: pinned INC-2 second"


def test_an_undo_of_several_files_refuses_where_one_history_can_not_be_read(
    library: Library, live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.edit([edit(library, 0, "INC-2", Pin()), edit(library, 1, "FACT-1", Pin())])
    after = tree(live.parent)
    later = Library([KnowledgeBase(live), KnowledgeBase(live.with_name("facts.md"))], ["incidents", "facts"])

    def fail(path: Path) -> BinaryIO:
        if path.name.startswith("facts"):
            raise OSError(errno.EIO, "Input/output error")
        return open_state(path)

    monkeypatch.setattr("incident_tui.storage.user.history.open_state", fail)
    with pytest.raises(Refused, match=r"can't be read: input/output error .*nothing was changed"):
        later.undo()
    assert tree(live.parent) == after
    monkeypatch.undo()
    later.undo()
    assert live.read_bytes() == LIVE
