"""The help: what is typed narrows it, and the chosen key does what it does."""

import asyncio
from pathlib import Path

import pytest

from incident_tui.tui.screens.help import Help
from incident_tui.tui.terminal.glyphs import UNICODE

from .conftest import Opened
from .reader import PATIENCE, Reader

POOL = "INC-2187"


def _listed(reader: Reader) -> list[str]:
    """The rows of the help, without its title, its line and its keys."""
    return [" ".join(line.strip("▌ ").split()) for line in reader.popup[2:-1] if line.strip("▌ ")]


async def test_what_is_typed_narrows_the_help_and_the_chosen_key_is_run(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, size=(120, 40)) as reader:
        await reader.goes_to(POOL)
        await reader.press("question_mark")
        everything = _listed(reader)
        await reader.types("hlped")
        assert _listed(reader)[0] == "+ Mark as helpful: used goes up by one, last used is today"
        assert len(_listed(reader)) < 5
        await reader.press("escape")
        assert (reader.dialog, _listed(reader)) == ("Help", everything)
        await reader.press("escape")
        assert reader.dialog == ""
        await reader.press("question_mark", "question_mark", "question_mark")
        await reader.types("U")
        assert _listed(reader)[0] == "U Redo the change that was undone last"  # what has the typed key comes first
        await reader.press("ctrl+c")
        await reader.types("helpful")
        assert knowledge_base.read_bytes() == before
        await reader.press("enter")
        assert reader.dialog == ""
        assert POOL in reader.current
        assert knowledge_base.read_bytes() != before
        await reader.press("u")
        assert knowledge_base.read_bytes() == before


async def test_a_key_is_chosen_from_within_the_search_and_without_typing(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(120, 40)) as reader:
        await reader.press("slash", "f1")
        await reader.types("recent searches")
        await reader.press("enter")
        assert reader.dialog == "SearchHistory"
        await reader.press("escape", "escape", "question_mark", "down", "down", "enter")
        assert reader.dialog == ""
        assert reader.notice == "archived entries"


async def test_a_key_that_cannot_be_used_now_says_why_and_does_nothing(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, size=(120, 40), read_only=True) as reader:
        await reader.goes_to(POOL)
        await reader.press("question_mark")
        await reader.types("move it to the archive")
        assert _listed(reader) == ["a Move it to the archive (the file can't be changed)"]
        await reader.press("enter")
        assert reader.dialog == "Help"
        await reader.sees_in_popup("a: the file can't be changed")
        await reader.press("escape")
        await reader.types(UNICODE.archived)
        assert _listed(reader) == [f"{UNICODE.archived} archived"]
        await reader.press("enter")
        await reader.sees_in_popup("a mark, not a key")
    async with opened(knowledge_base, size=(120, 40)) as reader:
        await reader.press("slash")
        await reader.types("zzzzzz")
        await reader.press("f1")
        await reader.types("helpful")
        assert _listed(reader) == ["+ Mark as helpful: used goes up by one, last used is today (no entry is listed)"]
        await reader.press("ctrl+c")
        await reader.types("redo the change")
        assert _listed(reader) == ["U Redo the change that was undone last"]
    assert knowledge_base.read_bytes() == before


async def test_on_a_narrow_screen_all_of_the_text_is_there(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(40, 24)) as reader:
        await reader.press("question_mark")
        await reader.types("outline")
        assert " ".join(_listed(reader)) == "O The headings of the entry, to go to one of them"


@pytest.mark.parametrize("key", ["question_mark", "ctrl+p"])
async def test_what_was_chosen_for_an_entry_is_not_done_to_another_one(
    knowledge_base: Path, opened: Opened, key: str
) -> None:
    async with opened(knowledge_base, size=(120, 40)) as reader:
        await reader.goes_to(POOL)
        await reader.press(key)
        await reader.types("archive")
        others = knowledge_base.read_bytes().replace(b"INC-2187 orders", b"INC-9999 orders", 1)
        knowledge_base.write_bytes(others)
        async with asyncio.timeout(PATIENCE):
            while POOL in reader.current:
                await asyncio.sleep(0.01)
        await reader.press("enter")
        assert reader.dialog == ""
        assert reader.notice == "the entry under the cursor is another one by now; nothing was done"
        assert knowledge_base.read_bytes() == others


@pytest.mark.parametrize("size", [(30, 8), (50, 15), (80, 24), (120, 40), (200, 50)])
async def test_it_is_laid_out_for_the_room_that_it_gets_before_it_is_drawn(
    knowledge_base: Path, opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(knowledge_base, size=size) as reader:
        await reader.press("question_mark")
        page = reader.page(Help)
        assert page.room_to_come == page.list_view.room
