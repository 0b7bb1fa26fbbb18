"""Which entries were seen: what others add or change is new, own edits are not, and the loss of it harms nothing."""

import stat
from datetime import date
from pathlib import Path

import pytest

from incident_tui.format.edit.operations import Helped, Pin, Tag
from incident_tui.format.model.document import Document
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.user.seen import SeenEntries, new_entries
from incident_tui.storage.user.state_dir import state_folder

from .small import GAP, LIVE, do

PATH = Path("/kb/incidents.md")
NEW = b"## M-2025-04-01T10:00:00Z INC-4 fourth\n\nBody.\n"


def visit(data: bytes, path: Path = PATH) -> SeenEntries:
    return SeenEntries(path, Document.parse(data))


def unseen(visited: SeenEntries) -> list[str]:
    return [identity.name for identity in visited.unseen]


def test_on_a_first_visit_nothing_is_new() -> None:
    assert unseen(visit(LIVE)) == []


def test_what_came_or_changed_is_new_until_it_is_seen_and_announced_once() -> None:
    visit(LIVE)
    changed = LIVE.replace(b"The pool ran dry", b"The pool was full") + GAP + NEW
    second = visit(changed)
    assert (unseen(second), second.added) == (["INC-3 third", "INC-4 fourth"], 2)
    third = visit(changed)
    assert (unseen(third), third.added) == (["INC-3 third", "INC-4 fourth"], 0)
    assert third.see(list(third.unseen)[:1])
    assert not third.see(list(third.unseen)[1:1])
    assert unseen(visit(changed)) == ["INC-4 fourth"]


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"- used: 2", b"- used: 3\n- last_used: 2026-01-01"), (b"- pinned: false", b"- pinned: true")],
    ids=["helped", "pinned"],
)
def test_bookkeeping_makes_nothing_new(before: bytes, after: bytes) -> None:
    visit(LIVE)
    assert unseen(visit(LIVE.replace(before, after))) == []


def test_what_comes_back_as_it_was_is_not_new() -> None:
    visit(LIVE)
    visit(b"")
    visit(NEW)
    assert unseen(visit(LIVE)) == []


def test_each_file_has_its_own() -> None:
    visit(LIVE)
    visit(b"", Path("/other/incidents.md"))
    assert len(visit(LIVE, Path("/other/incidents.md")).unseen) == 3


def test_what_another_browser_has_seen_stays_seen() -> None:
    visit(LIVE)
    first, second = visit(LIVE + GAP + NEW), visit(LIVE + GAP + NEW)
    first.see(list(first.unseen))
    second.changed_by_others([])
    assert unseen(second) == []
    assert unseen(visit(LIVE + GAP + NEW)) == []


def test_own_edits_are_not_new_and_what_others_did_is(tmp_path: Path) -> None:
    live = tmp_path / "incidents.md"
    live.write_bytes(LIVE)
    base = KnowledgeBase(live)
    SeenEntries(base.live_file, base.snapshot().live)
    do(base, "INC-2", Tag(add=("redis",)))
    do(base, "INC-2", Pin(pinned=True))
    base.undo()
    live.write_bytes(live.read_bytes() + GAP + NEW)
    snapshot = base.snapshot()
    assert [identity.name for _, identity in new_entries([snapshot])] == ["INC-4 fourth"]
    do(base, "INC-4", Tag(add=("redis",)))
    assert unseen(SeenEntries(base.live_file, base.snapshot().live)) == []


def test_without_a_visit_an_edit_leaves_no_state_and_nothing_is_new(tmp_path: Path) -> None:
    live = tmp_path / "incidents.md"
    live.write_bytes(LIVE)
    base = KnowledgeBase(live)
    do(base, "INC-2", Helped(date(2026, 1, 5)))
    assert not list(state_folder().glob("*.seen"))
    assert not new_entries([base.snapshot()])


def test_the_state_is_small_and_private() -> None:
    visit(LIVE)
    (file,) = state_folder().glob("*.seen")
    assert file.stat().st_size == 16 + 3 * 8
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "data", [b"", b"seen", b"seen v1\n", b"seen v1\n" + b"\xff" * 8, b"seen v1\n" + bytes(9), b"\xff" * 24]
)
def test_what_cannot_be_read_is_as_a_first_visit(data: bytes) -> None:
    visit(LIVE)
    (file,) = state_folder().glob("*.seen")
    file.write_bytes(data)
    assert unseen(visit(LIVE + GAP + NEW)) == []
    assert file.stat().st_size == 16 + 4 * 8


def test_where_nothing_can_be_written_nothing_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    visited = visit(LIVE)
    visited.changed_by_others(Document.parse(NEW).entries)
    assert unseen(visited) == ["INC-4 fourth"]
    assert visited.see(list(visited.unseen))
