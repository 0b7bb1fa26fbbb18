"""What others added or changed since the last visit is marked until it is seen."""

import asyncio
from pathlib import Path

import pytest

from incident_tui.cli import main
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.storage.user.seen import SeenEntries

from .conftest import Opened
from .reader import PATIENCE, Reader
from .test_outside import NEW, POOL

MARK = "●"


@pytest.fixture(autouse=True)
def _visited(knowledge_base: Path) -> None:
    """The user was here before."""
    file = Library([KnowledgeBase(knowledge_base)]).snapshot().files[0]
    SeenEntries(file.live_file, file.live)


@pytest.fixture
def at_leisure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is seen unless a test says so."""
    monkeypatch.setattr("incident_tui.tui.screens.browse.SEEN_AFTER", 600.0)


def marked(reader: Reader) -> list[str]:
    return [row.split()[0].lstrip("▌◆") for row in reader.rows if MARK in row]


async def until_marked(reader: Reader, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(marked(reader)) != count:
            await asyncio.sleep(0.01)


def write_some(knowledge_base: Path) -> None:
    data = knowledge_base.read_bytes().replace(b"most checkouts failed", b"MOST CHECKOUTS FAILED", 1)
    knowledge_base.write_bytes(data + NEW)


@pytest.mark.usefixtures("at_leisure")
async def test_it_is_counted_at_the_start_marked_and_listed(knowledge_base: Path, opened: Opened) -> None:
    write_some(knowledge_base)
    async with opened(knowledge_base, size=(100, 40)) as reader:
        await reader.sees("2 entries are new or changed since you were last here (is:new)")
        assert set(marked(reader)) == {"INC-9999", "INC-2187"}
        await reader.press("slash")
        await reader.types("is:new")
        assert set(reader.listed) == {"INC-9999 appended-by-a-script", POOL}
        assert "new or changed since your last visit" in reader.screen


@pytest.mark.slow
async def test_what_was_shown_for_a_moment_is_seen_and_stays_listed(
    knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident_tui.tui.screens.browse.SEEN_AFTER", 0.01)
    write_some(knowledge_base)
    async with opened(knowledge_base, size=(100, 40), query="is:new") as reader:
        await reader.sees("2 entries are new")
        await until_marked(reader, 1)
        await reader.press("down")
        await until_marked(reader, 0)
        assert len(reader.listed) == 2
    async with opened(knowledge_base, size=(100, 40)) as reader:
        await reader.sees_entry()
        assert (marked(reader), reader.notice) == ([], "")


@pytest.mark.usefixtures("at_leisure")
async def test_what_is_written_meanwhile_is_marked_and_named_and_own_edits_are_not(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base, size=(120, 40)) as reader:
        await reader.press("p")
        knowledge_base.write_bytes(knowledge_base.read_bytes() + NEW)
        await reader.sees("1 entry added in incidents.md by someone else: INC-9999 appended-by-a-script")
        assert marked(reader) == ["INC-9999"]
        await reader.goes_to("INC-9999")
        await reader.press("p")
        assert marked(reader) == []


@pytest.mark.usefixtures("at_leisure")
async def test_all_can_be_marked_as_seen(knowledge_base: Path, opened: Opened) -> None:
    write_some(knowledge_base)
    async with opened(knowledge_base, size=(100, 40)) as reader:
        await reader.sees("2 entries are new")
        await reader.press("ctrl+p")
        await reader.types("as seen")
        await reader.press("enter")
        await reader.sees("2 entries marked as seen")
        assert marked(reader) == []


def test_a_command_lists_them_too(knowledge_base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_some(knowledge_base)
    assert main(["list", "is:new", "-f", str(knowledge_base)]) == 0
    assert {line.split("\t")[2] for line in capsys.readouterr().out.splitlines()} == {"INC-9999", "INC-2187"}
    assert main(["tag", "INC-9999", "--add", "seen", "-f", str(knowledge_base)]) == 0
    capsys.readouterr()
    assert main(["list", "is:new", "-f", str(knowledge_base)]) == 0
    assert {line.split("\t")[2] for line in capsys.readouterr().out.splitlines()} == {"INC-2187"}
