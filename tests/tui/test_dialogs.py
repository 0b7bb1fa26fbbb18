"""Pages and popups, and the command palette, which is one."""

from pathlib import Path

import pytest

from .conftest import Opened


@pytest.mark.parametrize("keys", ["y", "l", "t", "c", "a", "ctrl+r", "ctrl+p"])
async def test_a_popup_leaves_the_browser_in_sight_and_has_its_keys_in_its_last_row(
    knowledge_base: Path, opened: Opened, keys: str
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press(keys)
        await reader.pilot.pause()
        assert reader.dialog
        assert "incidents.md" in reader.lines[0]
        assert max(map(len, reader.popup)) == 70
        assert any(key in reader.popup[-1] for key in ("Esc ", "n leave it"))


@pytest.mark.slow
@pytest.mark.parametrize("size", [(50, 24), (80, 15)])
async def test_on_a_small_screen_a_popup_takes_all_of_it(
    knowledge_base: Path, opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(knowledge_base, size=size) as reader:
        await reader.press("y")
        await reader.pilot.pause()
        assert (len(reader.popup), len(reader.popup[0])) == size[::-1]
        assert "Copy from" in reader.lines[0]
        await reader.resize(80, 24)
        assert "incidents.md" in reader.lines[0]


async def test_the_form_of_a_new_entry_names_the_keys_that_are_needed_at_any_width(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("c")
        assert reader.popup[-1].split("  ")[:4] == [" Enter next", "Right complete", "^s open editor", "Esc cancel"]
        await reader.resize(50, 15)
        assert reader.lines[-1].split("  ")[:3] == [" Enter next", "^s open editor", "Esc cancel"]
        await reader.resize(30, 8)
        assert reader.lines[-1].rstrip() == " ^s open editor  Esc cancel"


@pytest.mark.slow
@pytest.mark.parametrize("keys", ["question_mark", "I"])
async def test_a_page_takes_the_whole_screen(knowledge_base: Path, opened: Opened, keys: str) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press(keys)
        await reader.pilot.pause()
        assert reader.dialog
        assert (len(reader.popup), len(reader.popup[0])) == (24, 80)
        assert "Esc back" in reader.lines[-1]


async def test_the_palette_has_a_line_for_each_command_with_its_key_at_the_right(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base, size=(120, 50)) as reader:
        await reader.press("ctrl+p")
        await reader.sees_in_popup("Commands")
        (line,) = [line.strip("▌ ").split() for line in reader.popup if line.strip("▌ ").startswith("Archive ")]
        assert (line[0], line[-1]) == ("Archive", "a")


async def test_the_palette_says_that_nothing_matches_and_does_nothing_then(
    knowledge_base: Path, opened: Opened
) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.press("ctrl+p")
        await reader.types("zzqqxx")
        await reader.sees_in_popup("nothing found")
        await reader.press("enter")
        assert reader.dialog == "CommandPalette"
        await reader.press("escape")
        assert (reader.dialog, knowledge_base.read_bytes()) == ("", before)


@pytest.mark.slow
async def test_the_palette_finds_commands_by_what_they_do_too(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("ctrl+p")
        await reader.types("colours choose")
        await reader.sees_in_popup("Theme")
        await reader.press("enter")
        await reader.sees_in_popup("a theme")


async def test_palette_keys_may_be_typed_before_it_is_there(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.at_once("j", "ctrl+p", *"summarize", "enter")
        await reader.sees("It becomes")
        assert reader.dialog == "SummarizeScreen"
        assert knowledge_base.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("key", ["t", "ctrl+p"])
async def test_a_popup_to_type_in_takes_keys_after_a_click_beside_it(
    knowledge_base: Path, opened: Opened, key: str
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press(key)
        await reader.pilot.click(offset=(1, 1))
        await reader.app.input_queue.join()
        await reader.types("zqx")
        await reader.sees_in_popup("zqx")
        await reader.press("backspace", "escape")
        assert reader.dialog == ""
