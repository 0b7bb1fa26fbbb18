"""A big file is shown before it is read: what can be done meanwhile, and what can't."""

import asyncio
from pathlib import Path
from time import sleep

import pytest

from incident_tui.storage import snapshot as reading
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import Snapshot
from incident_tui.tui.app import IncidentApp

from .reader import Reader


@pytest.fixture
def app(knowledge_base: Path, monkeypatch: pytest.MonkeyPatch) -> IncidentApp:
    """The browser on a file that counts as big, and takes its time to be read whole."""
    monkeypatch.setattr(reading, "BIG", 1)
    monkeypatch.setattr("incident_tui.format.read.partial.NEAR", 9_000)
    library = Library([KnowledgeBase(knowledge_base)])
    glimpsed = library.glimpse()
    assert glimpsed is not None
    assert 0 < len(glimpsed.files[0].live.entries) < 25
    whole = library.snapshot

    def slowly() -> Snapshot:
        sleep(1.5)
        return whole()

    monkeypatch.setattr(library, "snapshot", slowly)
    return IncidentApp(library, glimpsed)


@pytest.mark.slow
async def test_some_entries_are_there_at_once_and_all_of_them_soon(app: IncidentApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        assert reader.title_bar.startswith("incidents.md  reading it")
        assert any("INC-2187" in line for line in reader.lines)
        assert sum("◆" in line.split("│")[0] for line in reader.lines) == 4
        await reader.press("j")
        current = reader.current
        await reader.sees("25 entries · 4 pinned · 8 archived")
        assert reader.current == current


@pytest.mark.slow
@pytest.mark.parametrize("key", ["p", "s", "a", "plus", "t"])
async def test_nothing_is_changed_while_it_is_read(app: IncidentApp, key: str, knowledge_base: Path) -> None:
    before = knowledge_base.read_bytes()
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        await reader.press(key)
        assert "it is still being read; nothing was changed" in reader.screen
        await reader.sees("25 entries")
        assert knowledge_base.read_bytes() == before
        await reader.sees_entry()
        await reader.press("p")
        assert knowledge_base.read_bytes() != before


@pytest.mark.slow
async def test_a_file_that_cannot_be_read_is_read_again(app: IncidentApp, knowledge_base: Path) -> None:
    async with app.run_test(size=(200, 30)) as pilot:
        reader = Reader(app, pilot)
        data = knowledge_base.read_bytes()
        knowledge_base.unlink()
        knowledge_base.mkdir()
        await reader.sees("can't be read")
        knowledge_base.rmdir()
        knowledge_base.write_bytes(data)
        await asyncio.sleep(0)
        await reader.sees("25 entries")
