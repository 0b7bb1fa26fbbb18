"""From a page to an entry and back: to the same line of it, and to what was listed before."""

from pathlib import Path

import pytest

from incident_tui.tui.screens.change_log import ChangeLog
from incident_tui.tui.screens.insights import Insights
from incident_tui.tui.screens.review import Review
from incident_tui.tui.widgets.choices import Choices
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList

from .conftest import Opened
from .reader import Reader

pytestmark = pytest.mark.sample_day


def place(reader: Reader) -> tuple[int | None, int]:
    """The choice under the cursor of a page, and the first line that is shown."""
    choices = reader.app.screen.query_one(Choices)
    return choices.chosen, int(choices.scroll_offset.y)


def stands(reader: Reader) -> tuple[str, str, str, int, int]:
    """What the browser shows: entry, search, scope, and how far both panes are scrolled."""
    browse, model = reader.app.browse, reader.app.browse.model
    rows, entry = (int(browse.query_one(pane).scroll_offset.y) for pane in (EntryList, Detail))
    return reader.row.id, model.query_text, model.scope, rows, entry


@pytest.mark.slow
@pytest.mark.parametrize("key", ["backspace", "escape"])
async def test_from_the_board_to_an_entry_and_back(knowledge_base: Path, opened: Opened, key: str) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press(*["j"] * 20)
        await reader.pilot.pause(0.1)
        before = stands(reader)
        await reader.press("I")
        await reader.sees("open items in")
        await reader.press("j", "pagedown", "k")
        there = place(reader)
        assert there[1] > 0
        await reader.press("enter")
        assert reader.dialog == ""
        assert stands(reader)[0] != before[0]
        await reader.press(key)
        await reader.sees("open items in")
        await reader.pilot.pause()
        assert place(reader) == there
        await reader.press("escape")
        assert (reader.dialog, stands(reader)) == ("", before)


async def test_esc_leads_back_only_from_where_the_page_led_to(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("I")
        await reader.sees("open items in")
        await reader.press("enter", "k", "escape")
        assert reader.dialog == ""
        await reader.press("backspace")
        await reader.sees("open items in")


def figure(reader: Reader) -> tuple[str | None, int]:
    """The query of the figure under the cursor of the insights, and the first line that is shown."""
    figures = reader.page(Insights).list_view
    assert figures.figure is not None
    return figures.figure.query, int(figures.scroll_offset.y)


@pytest.mark.parametrize("key", ["backspace", "escape"])
async def test_from_the_insights_to_a_search_and_back(knowledge_base: Path, opened: Opened, key: str) -> None:
    async with opened(knowledge_base, query="pool") as reader:
        await reader.press("j")
        await reader.pilot.pause(0.1)
        before = stands(reader)
        reader.app.browse.action_insights()
        await reader.sees("Insights")
        await reader.press("tab", "tab", "j")
        there = figure(reader)
        await reader.press("enter")
        assert stands(reader)[1:3] == (there[0], "live")
        await reader.press("j", key)
        await reader.sees("Insights")
        await reader.pilot.pause()
        assert figure(reader) == there
        await reader.press("escape")
        assert (reader.dialog, stands(reader)) == ("", before)


@pytest.mark.slow
async def test_another_search_after_the_insights_leaves_the_scope_as_it_was_when_it_ends(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        reader.app.browse.action_insights()
        await reader.sees("Insights")
        await reader.press("enter", "slash")
        await reader.types(" dns")
        assert reader.app.browse.model.scope == "live"
        await reader.press("escape")
        await reader.pilot.pause()
        assert stands(reader)[1:3] == ("", "live")


@pytest.mark.slow
async def test_from_the_review_to_an_entry_and_back(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, review=True) as reader:
        await reader.sees("Stale: 1 of 9")
        await reader.pilot.pause()
        await reader.press("p", "enter")
        await reader.sees("Stale: 3 of 9")
        await reader.pilot.pause()
        row = reader.page(Review)._row
        assert row is not None
        await reader.press("o")
        assert (reader.dialog, stands(reader)[0]) == ("", row.id)
        await reader.press("backspace")
        await reader.sees("Stale: 3 of 9")
        await reader.pilot.pause()
        await reader.press("u", "u")
        await reader.sees("Stale: 1 of 9")
        assert knowledge_base.read_bytes() == before


@pytest.mark.slow
async def test_from_the_changes_to_an_entry_and_back(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("p", "G", "a", "g")
        reader.app.browse.action_changes()
        await reader.sees("archived")
        assert "pinned: true -> false" in reader.screen
        await reader.press("j")
        there = place(reader)
        await reader.press("enter")
        assert reader.dialog == ""
        await reader.press("k", "backspace")
        await reader.sees("Changes made")
        assert isinstance(reader.app.screen, ChangeLog)
        await reader.pilot.pause()
        assert place(reader) == there
        await reader.press("k", "enter")
        assert reader.row.archived


async def test_from_an_entry_named_in_another_back_to_the_line_that_was_read(
    knowledge_base: Path, opened: Opened
) -> None:
    text = knowledge_base.read_bytes()
    at = text.index(b"INC-2187 orders")
    end = text.index(b"\n---", at)
    knowledge_base.write_bytes(text[:end] + b"\n" + b"line\n\n" * 40 + b"See INC-2168.\n" + text[end:])
    async with opened(knowledge_base, size=(80, 24)) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("enter", "G")
        await reader.pilot.pause(0.1)
        before = stands(reader)
        assert before[4] > 10
        await reader.press("l", "enter")
        assert "INC-2168" in reader.current
        await reader.press("backspace")
        assert stands(reader) == before
        assert isinstance(reader.app.browse.focused, Detail)
