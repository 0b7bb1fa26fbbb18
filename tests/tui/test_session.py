"""A session without a screen: edits, undo, reload, and what it says of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from incident_tui.format.edit.operations import Archive, Helped, Pin
from incident_tui.format.errors import Refused
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.tui.model import Model
from incident_tui.tui.session import Result, Session

from ..days import DAY

POOL = "orders-api-connection-pool-exhausted"


def opened_session(path: Path, *, read_only: bool = False, on: str = POOL) -> Session:
    """A session on a file, with the cursor on the entry of this title."""
    library = Library([KnowledgeBase(path, read_only=read_only)])
    session = Session(library, Model())
    session.model.load(library.snapshot())
    put_cursor(session, on)
    return session


def put_cursor(session: Session, title: str) -> None:
    session.model.select([row.entry.title for row in session.model.listing].index(title))


def current(session: Session) -> str:
    assert session.model.current is not None
    return session.model.current.entry.title


def write_as_someone_else(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_it_imports_no_toolkit() -> None:
    code = (
        "import sys, incident_tui.tui.session; sys.exit(any(name.split('.')[0] == 'textual' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_change_is_written_and_shown_and_undone_and_redone(knowledge_base: Path) -> None:
    before = knowledge_base.read_bytes()
    session = opened_session(knowledge_base)
    result = session.apply(Pin(True))
    after = knowledge_base.read_bytes()
    assert (after != before, result.refused, result.moved) == (True, False, False)
    assert result.notice.startswith("pinned ")
    assert result.notice.endswith("incidents.md")
    assert (current(session), session.targets[0].entry.pinned) == (POOL, True)
    assert not session.undo().refused
    assert (knowledge_base.read_bytes(), session.targets[0].entry.pinned) == (before, False)
    assert not session.redo().refused
    assert (knowledge_base.read_bytes(), session.targets[0].entry.pinned) == (after, True)


def test_no_edits_say_nothing(knowledge_base: Path) -> None:
    assert opened_session(knowledge_base).edit([]) == Result()


def test_the_marked_entries_are_the_targets_and_lose_their_marks(knowledge_base: Path) -> None:
    session = opened_session(knowledge_base)
    marked = session.model.listing[-2:]
    session.model.mark([row.key for row in marked])
    assert list(session.targets) == list(marked)
    used = [row.entry.used for row in marked]
    result = session.apply(Helped(DAY))
    assert (result.refused, result.moved) == (False, True)
    now = [session.model.row(row.key) for row in marked]
    assert [row and row.entry.used for row in now] == [count + 1 for count in used]
    assert (not session.model.marks, current(session)) == (True, POOL)


def test_a_selection_is_preserved_while_something_else_is_changed(knowledge_base: Path) -> None:
    session = opened_session(knowledge_base)
    model = session.model
    model.mark([model.listing[-1].key])
    marks = model.marks
    with model.preserving_selection():
        assert not session.apply(Pin(True), model.listing[-2]).refused
    assert (model.marks, current(session)) == (marks, POOL)


def test_after_archiving_keys_are_meant_for_another_entry(knowledge_base: Path) -> None:
    session = opened_session(knowledge_base)
    result = session.apply(Archive())
    assert (result.refused, result.moved) == (False, True)
    assert current(session) != POOL
    assert POOL not in [row.entry.title for row in session.model.listing]


def test_what_is_refused_writes_nothing_and_says_why(knowledge_base: Path) -> None:
    before = knowledge_base.read_bytes()
    session = opened_session(knowledge_base, read_only=True)
    result = session.apply(Pin(True))
    assert (result.refused, result.moved, bool(result.why_not)) == (True, False, True)
    assert knowledge_base.read_bytes() == before
    with pytest.raises(Refused):
        session.require_writable()


def test_nothing_is_changed_while_the_files_are_still_being_read(knowledge_base: Path) -> None:
    before = knowledge_base.read_bytes()
    session = opened_session(knowledge_base)
    snapshot = session.model.snapshot
    assert snapshot is not None
    session.model.load(snapshot._replace(partial=True))
    assert "still being read" in session.apply(Pin(True)).why_not
    assert knowledge_base.read_bytes() == before


def test_a_text_that_someone_else_changed_is_archived_only_once_that_is_approved(knowledge_base: Path) -> None:
    session = opened_session(knowledge_base)
    write_as_someone_else(knowledge_base, "For 26 minutes of the", "For 27 minutes of the")
    changed = knowledge_base.read_bytes()
    result = session.apply(Archive())
    assert (knowledge_base.read_bytes(), result.refused, result.moved) == (changed, True, True)
    assert result.overtaken is not None
    assert "For 26 minutes" in result.overtaken.seen.text
    assert "For 27 minutes" in result.overtaken.row.entry.text
    assert not session.apply(result.overtaken.operation, result.overtaken.row).refused
    archive = knowledge_base.parent / "archive" / knowledge_base.name
    assert "For 27 minutes" in archive.read_text(encoding="utf-8")


def test_reload_and_poll_load_what_others_wrote(knowledge_base: Path) -> None:
    session = opened_session(knowledge_base)
    assert session.poll() == Result()
    write_as_someone_else(knowledge_base, "For 26 minutes of the", "For 27 minutes of the")
    result = session.poll()
    assert (result.refused, result.moved) == (False, True)
    assert "by someone else" in result.notice
    assert "For 27 minutes" in session.targets[0].entry.text
    write_as_someone_else(knowledge_base, "For 27 minutes of the", "For 28 minutes of the")
    assert session.reload().moved
    assert "For 28 minutes" in session.targets[0].entry.text
    assert not session.reload().moved


def test_a_file_that_is_not_there_is_created(tmp_path: Path) -> None:
    path = tmp_path / "incidents.md"
    library = Library([KnowledgeBase(path)])
    session = Session(library, Model())
    session.model.load(library.snapshot())
    assert session.create_file(b"# Ours\n").notice.startswith("created ")
    assert path.read_bytes() == b"# Ours\n"
    assert session.create_file(b"other").refused
    assert path.read_bytes() == b"# Ours\n"
