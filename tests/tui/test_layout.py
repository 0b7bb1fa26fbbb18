"""The width of the list: set, changed by keys or by the mouse, and remembered."""

from pathlib import Path

import pytest

from incident_tui.config import config_file
from incident_tui.storage.user.width_choice import load_list_width, save_list_width
from incident_tui.tui.file_labels import file_labels
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList

from .conftest import Opened
from .reader import Reader


def width(reader: Reader) -> int:
    return reader.app.browse.query_one("#sidebar").size.width


async def test_keys_change_the_width_and_it_is_remembered(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(120, 30)) as reader:
        assert width(reader) == 44
        await reader.press("greater_than_sign")
        assert width(reader) == 50
        await reader.press("less_than_sign", "less_than_sign")
        assert width(reader) == 38
        assert reader.app.browse.query_one(Detail).size.width > 70
    assert load_list_width(None) == 32
    async with opened(knowledge_base, size=(100, 30)) as reader:
        assert width(reader) == 32


@pytest.mark.slow
async def test_neither_pane_is_squeezed_out(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(80, 24)) as reader:
        await reader.press(*["less_than_sign"] * 20)
        assert width(reader) == 16
        await reader.press(*["greater_than_sign"] * 30)
        assert width(reader) == 68
        assert reader.app.browse.query_one(Detail).size.width > 8


@pytest.mark.slow
async def test_the_rule_is_dragged(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(100, 30)) as reader:
        before = reader.current
        await reader.pilot.mouse_down(Detail, offset=(0, 4))
        for column in (50, 60, 70):
            await reader.pilot.hover(offset=(column, 6))
        assert width(reader) == 70
        assert load_list_width(None) is None
        await reader.pilot.mouse_up(offset=(70, 6))
        await reader.pilot.hover(offset=(20, 6))
        assert width(reader) == 70
        assert load_list_width(None) == 70
        assert reader.current == before
        await reader.pilot.mouse_down(Detail, offset=(5, 4))
        await reader.pilot.hover(offset=(20, 6))
        await reader.pilot.mouse_up(offset=(20, 6))
        assert width(reader) == 70


async def test_where_the_panes_take_turns_the_list_has_the_screen(knowledge_base: Path, opened: Opened) -> None:
    save_list_width(30, None)
    async with opened(knowledge_base, size=(50, 24)) as reader:
        assert width(reader) == 50
        await reader.press("greater_than_sign")
        assert width(reader) == 50
        await reader.resize(100, 24)
        assert width(reader) == 30
        await reader.resize(40, 24)
        assert width(reader) == 40
    assert load_list_width(None) == 30


async def test_a_set_width_is_in_force_until_another_is_chosen(
    knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text("list_width = 60\n", encoding="utf-8")
    async with opened(knowledge_base, size=(100, 24)) as reader:
        assert width(reader) == 60
        await reader.press("less_than_sign")
        assert width(reader) == 55
        assert reader.app.browse.query_one(EntryList).size.width <= 55
    assert load_list_width(60) == 55
    assert load_list_width(50) is None


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        ([""], [""]),
        (["incidents", "facts"], ["incidents", "facts"]),
        (["cloud-engineering-incidents", "cloud-platform-incidents"], ["engineering", "platform"]),
        (["memory/kb/incidents", "memory/kb/facts"], ["incidents", "facts"]),
        (["memory/kb", "team/kb"], ["memory", "team"]),
        (["platform/kb/incidents", "payments/kb/incidents"], ["platform", "payments"]),
        (["a/incidents", "incidents"], ["a/incidents", "incidents"]),
        (["incidents", "incidents-2024"], ["incidents", "incidents-2024"]),
        (["very-long-folder/incidents", "another-folder/facts"], ["very-long-folder", "another-folder"]),
        (["x", "x"], ["x", "x"]),
    ],
)
def test_files_are_told_apart_by_what_they_have_not_in_common(names: list[str], labels: list[str]) -> None:
    assert file_labels(names) == labels
