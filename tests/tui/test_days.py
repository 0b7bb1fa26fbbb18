"""What the browser says of days is right on any day."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from .conftest import Opened


@pytest.fixture
def path(day: date, tmp_path: Path) -> Path:
    """A live file with an incident of yesterday that has an open item, and one that was last used 100 days ago."""
    path = tmp_path / "incidents.md"
    path.write_text(
        f"## M-{day - timedelta(1)}T10:00:00Z INC-2 new\n\n- type: incident\n- used: 1\n"
        f"- last_used: {day - timedelta(1)}\n\n- [ ] find out why\n\n---\n\n"
        f"## M-{day - timedelta(101)}T10:00:00Z INC-1 old\n\n- type: incident\n- used: 1\n"
        f"- last_used: {day - timedelta(100)}\n\nIt broke.\n",
        encoding="utf-8",
    )
    return path


async def test_an_entry_that_helps_was_last_used_today(path: Path, day: date, opened: Opened) -> None:
    async with opened(path, size=(120, 24)) as reader:
        await reader.sees("used 1×, yesterday")
        await reader.press("plus")
        await reader.sees("used 2×, today")
    assert f"- last_used: {day}\n" in path.read_text("utf-8")


async def test_a_row_shows_the_day_of_its_entry(path: Path, day: date, opened: Opened) -> None:
    async with opened(path, size=(120, 24)) as reader:
        for row, written in zip(reader.rows, (day - timedelta(1), day - timedelta(101)), strict=False):
            assert row.endswith(f"{written:%b %d}" if written.year == day.year else f"{written:%Y-%m}")


async def test_the_query_counts_days_from_today(path: Path, opened: Opened) -> None:
    async with opened(path, query="last:<30d") as reader:
        assert reader.listed == ["INC-2 new"]


async def test_the_review_asks_about_what_is_stale(path: Path, opened: Opened) -> None:
    async with opened(path, review=True, size=(120, 24)) as reader:
        await reader.sees("Stale: 1 of 1")
        await reader.sees("used 1×, 3 months ago")


async def test_the_board_says_how_old_an_open_item_is(path: Path, opened: Opened) -> None:
    async with opened(path, size=(120, 24)) as reader:
        await reader.press("I")
        await reader.sees("find out why")
        assert "yesterday" in reader.screen
