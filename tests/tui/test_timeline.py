"""The key that adds a line to the timeline of the open entry."""

from pathlib import Path

import pytest

from incident_tui import clock

from .conftest import Opened

POOL = "INC-2187"

pytestmark = pytest.mark.sample_day


async def test_a_line_is_added_to_the_timeline_and_taken_back(
    knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, size=(160, 40)) as reader:
        await reader.goes_to(POOL)
        await reader.press("space")
        await reader.goes_to(POOL)
        await reader.press("enter")
        assert "i timeline" in reader.footer
        await reader.press("i")
        assert reader.dialog == "Timeline"
        assert POOL in reader.popup[0]
        assert f"{clock.now():%Y-%m-%d} " in reader.popup[0]
        await reader.press("enter")
        assert "there is no text yet" in "\n".join(reader.popup)
        assert knowledge_base.read_bytes() == before
        await reader.types("pool raised")
        await reader.press("enter")
        assert (reader.dialog, reader.focus) == ("", "detail")
        assert "added a line to the timeline" in reader.notice
        assert len(reader.app.browse.model.marks) == 1
        was, now = before.decode().splitlines(), knowledge_base.read_text("utf-8").splitlines()
        (added,) = [number for number, line in enumerate(now) if line.endswith(" UTC — pool raised")]
        assert now[:added] + now[added + 1 :] == was
        assert now[added - 1].startswith("- 18:29 - Error rate")
        await reader.press("u")
        assert knowledge_base.read_bytes() == before


async def test_a_text_that_is_left_writes_nothing_and_a_read_only_file_is_said(
    knowledge_base: Path, opened: Opened
) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("i")
        await reader.types("x")
        await reader.press("escape")
        assert (reader.dialog, reader.notice) == ("", "")
    async with opened(knowledge_base, read_only=True) as reader:
        await reader.press("i")
        assert (reader.dialog, "read-only" in reader.notice) == ("", True)
    assert knowledge_base.read_bytes() == before
