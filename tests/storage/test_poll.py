"""What others write is noticed, and what nobody wrote is not."""

from pathlib import Path

import pytest

from incident_tui.format.edit.operations import Archive, Pin
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.knowledge_base import KnowledgeBase

from .small import LIVE, OLD, do


def test_where_nothing_changed_nothing_is_read_again(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = KnowledgeBase(live)
    seen = base.snapshot()
    assert base.poll(seen) is None
    monkeypatch.setattr(atomic_file, "read", lambda path: pytest.fail(f"{path} was read"))
    assert base.poll(seen) is None


def test_what_another_program_wrote_is_seen(live: Path) -> None:
    base = KnowledgeBase(live)
    seen = base.snapshot()
    assert base.poll(seen) is None
    do(KnowledgeBase(live), "INC-3", Pin())
    now = base.poll(seen)
    assert now is not None
    assert now.live.entries[0].pinned
    assert base.poll(now) is None


def test_an_archive_that_appears_is_seen(live: Path) -> None:
    base = KnowledgeBase(live)
    seen = base.snapshot()
    archive = live.parent / "archive" / "incidents.md"
    archive.parent.mkdir()
    archive.write_bytes(OLD)
    now = base.poll(seen)
    assert now is not None
    assert now.document("archive").data == OLD


def test_a_file_that_went_away_is_seen(live: Path) -> None:
    base = KnowledgeBase(live)
    seen = base.snapshot()
    live.unlink()
    now = base.poll(seen)
    assert now is not None
    assert not now.exists


def test_a_file_that_was_only_touched_is_nothing_new(live: Path) -> None:
    base = KnowledgeBase(live)
    seen = base.snapshot()
    assert base.poll(seen) is None
    live.write_bytes(LIVE)
    assert base.poll(seen) is None


def test_ones_own_edit_is_nothing_new(live: Path) -> None:
    base = KnowledgeBase(live)
    do(base, "INC-3", Archive())
    assert base.poll(base.snapshot()) is None
