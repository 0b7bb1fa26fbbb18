"""Many at once: marks are set one by one, as a range or all together, and a change of them is one change."""

import difflib
from pathlib import Path

import pytest

from incident_tui.tui.terminal.glyphs import ASCII

from .conftest import Opened
from .reader import Reader

POOL = "INC-2187"
MAIL = "INC-2180"
CERTIFICATE = "INC-2174"
PINNED = "INC-2168"


def changed(before: bytes, path: Path) -> list[str]:
    """The lines that differ, with a sign before each."""
    lines = difflib.unified_diff(before.decode().splitlines(), path.read_text().splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


async def mark(reader: Reader, *names: str) -> None:
    for name in names:
        await reader.goes_to(name)
        await reader.press("space")


def marked(reader: Reader) -> list[str]:
    return [line[3:11] for line in reader.rows if line[2:3] == reader.app.browse.glyphs.marked]


async def test_three_found_one_by_one_are_pinned_as_one_change(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        for words, name in (("poool", POOL), ("mail backlog", MAIL), ("wildcard", CERTIFICATE)):
            await reader.press("slash")
            await reader.types(words)
            await reader.press("enter")
            assert name in reader.current
            await reader.press("space", "escape")
        await reader.sees("3 marked")
        await reader.sees("p pin 3")
        await reader.press("p")
        assert reader.notice.startswith("pinned INC-2187 orders-api")
        assert changed(before, knowledge_base) == ["-- pinned: false", "+- pinned: true"] * 3
        assert "marked" not in reader.title_bar
        assert len(reader.app.browse.session.library.records()) == 1
        await reader.press("u")
        assert knowledge_base.read_bytes() == before


async def test_space_marks_goes_on_and_takes_the_mark_off(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("space", "space")
        assert marked(reader) == [POOL, MAIL]
        await reader.press("k", "space")
        assert marked(reader) == [POOL]


async def test_a_range_is_marked_from_where_it_was_begun(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to(CERTIFICATE)
        await reader.press("v", "k", "k")
        assert marked(reader) == [POOL, MAIL, CERTIFICATE]
        await reader.press("j")
        assert marked(reader) == [MAIL, CERTIFICATE]
        await reader.press("v", "j", "j")
        assert marked(reader) == [MAIL, CERTIFICATE]
        assert "2 marked" in reader.title_bar


@pytest.mark.slow
async def test_escape_ends_a_range_and_takes_off_the_marks(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await mark(reader, CERTIFICATE)
        await reader.goes_to(POOL)
        await reader.press("v", "j", "escape")
        assert marked(reader) == [CERTIFICATE]
        await reader.press("escape")
        assert marked(reader) == []


@pytest.mark.slow
async def test_a_range_that_is_still_open_is_acted_on(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("v", "j", "plus")
        assert sum(line.startswith("+- used: ") for line in changed(before, knowledge_base)) == 2


async def test_all_listed_are_marked_and_unmarked(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, query="date:2026-08") as reader:
        listed = len(reader.listed)
        assert 1 < listed < 20
        await reader.press("tab", "escape", "asterisk")
        assert f"{listed} marked" in reader.title_bar
        await reader.press("asterisk")
        assert "marked" not in reader.title_bar


@pytest.mark.slow
async def test_pin_pins_what_is_loose_and_unpins_only_where_all_are_pinned(
    knowledge_base: Path, opened: Opened
) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await mark(reader, POOL, PINNED)
        await reader.press("p")
        assert changed(before, knowledge_base) == ["-- pinned: false", "+- pinned: true"]
        assert "pinned INC-2187" in reader.notice
        assert "INC-2168" not in reader.notice
        await mark(reader, POOL, PINNED)
        await reader.press("p")
        assert "unpinned" in reader.notice


@pytest.mark.slow
async def test_pinned_ones_among_several_are_archived_after_a_question_only(
    knowledge_base: Path, opened: Opened
) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await mark(reader, POOL, PINNED, MAIL)
        await reader.press("a")
        await reader.sees("1 of these 3 are pinned")
        await reader.press("n")
        assert knowledge_base.read_bytes() == before
        await reader.press("a")
        await reader.press("y")
        assert not {POOL, PINNED, MAIL} & {name.split()[0] for name in reader.listed}
        await reader.press("u")
        assert knowledge_base.read_bytes() == before


async def test_where_one_can_not_be_changed_none_is_and_it_is_named(knowledge_base: Path, opened: Opened) -> None:
    text = knowledge_base.read_text()
    start = text.index(MAIL)
    knowledge_base.write_text(text[:start] + text[start:].replace("- used: ", "- used: many ", 1))
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await mark(reader, POOL, MAIL)
        await reader.press("plus")
        assert knowledge_base.read_bytes() == before
        assert reader.notice.startswith("INC-2180 ticket-mail-backlog-poison-message: line ")
        assert "2 marked" in reader.title_bar


@pytest.mark.slow
async def test_drafts_of_several_come_one_after_the_other_and_are_written_as_one(
    knowledge_base: Path, opened: Opened
) -> None:
    before, archive = knowledge_base.read_bytes(), knowledge_base.parent / "archive" / "incidents.md"
    archived = archive.read_bytes()
    async with opened(knowledge_base) as reader:
        await mark(reader, POOL, MAIL)
        await reader.press("s")
        await reader.sees("Summarize 1 of 2: INC-2187")
        await reader.press("ctrl+s")
        await reader.sees("Summarize 2 of 2: INC-2180")
        assert knowledge_base.read_bytes() == before
        await reader.press("ctrl+s")
        await reader.pilot.pause()
        assert reader.dialog == ""
        assert knowledge_base.read_text().count("(summarized)\n") == before.decode().count("(summarized)\n") + 2
        await reader.press("u")
        assert (knowledge_base.read_bytes(), archive.read_bytes()) == (before, archived)


@pytest.mark.slow
async def test_leaving_the_second_draft_writes_none_and_keeps_the_first(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await mark(reader, POOL, MAIL)
        await reader.press("s")
        await reader.types("Mine. ")
        await reader.press("ctrl+s")
        await reader.sees("Summarize 2 of 2")
        await reader.press("escape")
        assert knowledge_base.read_bytes() == before
        await reader.press("s")
        await reader.sees("Mine. ")


@pytest.mark.slow
async def test_a_second_key_on_a_slow_line_does_not_take_the_next_entry(knowledge_base: Path, opened: Opened) -> None:
    """With the marks gone, the same key would act on the entry under the cursor."""
    async with opened(knowledge_base) as reader:
        await mark(reader, POOL, MAIL)
        await reader.goes_to(CERTIFICATE)
        await reader.at_once("a", "a")
        assert any(CERTIFICATE in name for name in reader.listed)
        assert "a was dropped" in reader.notice


async def test_a_mark_goes_with_its_entry_when_others_write(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await mark(reader, MAIL)
        text = knowledge_base.read_text()
        start, end = text.index("## M-2026-11-18"), text.index("## M-2026-11-09")
        knowledge_base.write_text(text[:start] + text[end:])
        for _ in range(3):
            reader.app.browse._poll()
        await reader.sees("24 entries")
        assert marked(reader) == [MAIL]


async def test_marks_have_an_ascii_twin(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, glyphs=ASCII) as reader:
        await mark(reader, POOL)
        assert any(line[2:3] == "x" and POOL in line for line in reader.rows)


async def test_a_range_that_a_search_would_hide_stays_as_marks(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("v", "j", "slash")
        await reader.types("redis")
        assert "2 marked" in reader.title_bar
        assert reader.app.browse.model.range_start is None


async def test_the_editor_gets_the_entry_on_the_screen_and_never_a_marked_one(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        await mark(reader, POOL)
        await reader.goes_to(CERTIFICATE)
        await reader.press("e")
        assert reader.notice == "one entry is edited at a time: Esc clears the marks"


async def test_a_second_key_on_a_slow_line_does_not_outlive_a_range_either(
    knowledge_base: Path, opened: Opened
) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("v", "j")
        await reader.at_once("plus", "plus")
        assert "+ was dropped" in reader.notice
        assert sum(line.startswith("+- used: ") for line in changed(before, knowledge_base)) == 2
