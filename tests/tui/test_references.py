"""From a summary to its full text, from an entry to those that it names, and back to where one was."""

from pathlib import Path

import pytest

from .conftest import Opened
from .reader import Reader

BROWNOUT = "INC-2131 payment-provider-brownout"
STORM = "retry-storm-signature"


async def test_enter_on_a_summary_shows_its_full_text_and_backspace_comes_back(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2131")
        await reader.press("enter")
        await reader.sees("Enter full text")
        await reader.press("enter")
        await reader.sees("86 cards were charged twice")
        assert (reader.current, reader.focus) == (BROWNOUT, "detail")
        assert "▫" in reader.line_under_cursor
        assert "archive only" in reader.title_bar
        assert reader.notice == "Backspace goes back"
        await reader.press("backspace")
        await reader.sees("A provider that is slow is worse")
        assert (reader.current, reader.focus) == (BROWNOUT, "detail")
        assert "≈" in reader.line_under_cursor
        assert "showing" not in reader.title_bar


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
async def test_it_works_at_every_size(knowledge_base: Path, opened: Opened, size: tuple[int, int]) -> None:
    async with opened(knowledge_base, size=size) as reader:
        await reader.goes_to("INC-2131")
        await reader.press("enter", "enter")
        await reader.sees("▫ archived")
        await reader.press("backspace")
        await reader.sees("≈ summarized")


async def test_search_and_scope_are_as_they_were(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, query="third-party") as reader:
        await reader.press("A", "A")
        before = reader.listed
        assert len(before) == 2
        await reader.goes_to("INC-2131")
        await reader.press("enter", "enter")
        assert "archive only" in reader.title_bar
        assert "▫" in reader.line_under_cursor
        await reader.press("backspace")
        assert "live + archived" in reader.title_bar
        assert (reader.query, reader.listed, reader.current) == ("third-party", before, BROWNOUT)


async def test_escape_comes_back_from_the_full_text_and_from_a_link(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, query="INC-2131") as reader:
        before = reader.listed
        for way, escapes, focus in ((("enter", "enter"), 2, "detail"), (("escape", "l", "enter"), 1, "list")):
            await reader.press(*way)
            assert "archive only" in reader.title_bar
            assert "▫" in reader.line_under_cursor
            await reader.press(*["escape"] * escapes)
            assert "archive only" not in reader.title_bar
            assert "≈" in reader.line_under_cursor
            assert (reader.query, reader.listed, reader.current) == ("INC-2131", before, BROWNOUT)
            assert reader.focus == focus
        await reader.press("escape")
        assert reader.query == ""


async def test_what_is_searched_for_is_still_marked_in_the_full_text(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, query="brownout") as reader:
        await reader.press("enter", "enter")
        assert (reader.query, reader.current) == ("brownout", BROWNOUT)
        assert "archive only" in reader.title_bar


async def test_a_search_that_the_full_text_does_not_answer_is_taken_off_until_one_is_back(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base, query="is:summarized brownout") as reader:
        await reader.press("enter", "enter")
        assert (reader.query, reader.current) == ("", BROWNOUT)
        await reader.press("backspace")
        assert (reader.query, reader.listed) == ("is:summarized brownout", [BROWNOUT])


async def test_enter_on_a_full_text_does_nothing(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("enter")
        await reader.sees_entry()
        before = reader.current, reader.title_bar
        assert "full text" not in reader.footer
        await reader.press("enter")
        assert (reader.current, reader.title_bar, reader.notice) == (*before, "")


async def test_a_summary_without_a_full_text_says_so(knowledge_base: Path, opened: Opened) -> None:
    archive = knowledge_base.parent / "archive" / "incidents.md"
    archive.write_bytes(archive.read_bytes().replace(b"payment-provider-brownout", b"another"))
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2131")
        await reader.press("enter", "enter")
        assert reader.notice == f"{BROWNOUT}: its full text is not in archive/incidents.md"
        assert (reader.current, reader.focus) == (BROWNOUT, "detail")


async def test_restoring_the_full_text_from_there_ends_on_it(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2131")
        await reader.press("enter", "enter")
        await reader.sees("▫ archived")
        await reader.press("r")
        assert reader.notice.startswith(f"restored {BROWNOUT}")
        assert knowledge_base.read_bytes() != before
        await reader.press("backspace")
        assert reader.current == BROWNOUT
        assert "≈" not in reader.line_under_cursor


async def named(reader: Reader) -> list[str]:
    """The lines of the list of links."""
    await reader.press("l")
    assert reader.dialog == "PickDialog"
    await reader.sees("Esc back")
    return [line.strip() for line in reader.popup[1:-1] if line.strip()]


async def test_entries_that_an_entry_names_are_links(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to(STORM)
        assert await named(reader) == [
            "▌entry INC-2156 waitroom-thundering-herd",
            "entry INC-2027 Login page froze after the proxy swap ▫ archived",
            "entry INC-2131 payment-provider-brownout",
            "entry INC-2187 orders-api-connection-pool-exhausted",
        ]
        await reader.press("j", "enter")
        assert reader.dialog == ""
        assert reader.current == "INC-2027 Login page froze after the proxy swap"
        assert "▫" in reader.line_under_cursor
        await reader.press("backspace")
        assert (reader.current, reader.focus) == (STORM, "list")
        assert "showing" not in reader.title_bar


@pytest.mark.slow
async def test_pointers_are_followed_one_after_the_other_and_back_again(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("who-blocks-whom")
        await reader.press("l", "j", "enter")
        assert "INC-2187" in reader.current
        await reader.goes_to(STORM)
        await reader.press("l", "G", "k", "enter")
        assert reader.current == BROWNOUT
        await reader.press("enter", "enter", "backspace", "backspace")
        assert reader.current == STORM
        await reader.press("backspace")
        assert reader.current == "who-blocks-whom"


@pytest.mark.slow
async def test_a_summary_s_own_pointer_is_among_its_links(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2131")
        assert await named(reader) == ["▌entry INC-2131 payment-provider-brownout ▫ archived"]
        await reader.press("enter")
        await reader.sees("86 cards were charged twice")


async def test_one_of_two_entries_of_the_same_second_is_told_from_the_other(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(
        b"## M-2026-02-01T10:00:00Z INC-3 x\n\nSee M-2026-01-05T16:00:00Z#2.\n\n"
        b"## M-2026-01-05T16:00:00Z same\n\nFirst.\n\n## M-2026-01-05T16:00:00Z same\n\nSecond.\n"
    )
    async with opened(path) as reader:
        await reader.press("l", "enter")
        await reader.sees("Second.")


async def test_back_says_so_where_the_entry_before_is_gone(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    other = b"## M-2026-01-05T16:00:00Z INC-2 y\n\nText.\n"
    path.write_bytes(b"## M-2026-02-01T10:00:00Z INC-3 x\n\nSee INC-2.\n\n" + other)
    async with opened(path) as reader:
        await reader.press("l", "enter")
        assert reader.current == "INC-2 y"
        path.write_bytes(other)
        await reader.sees(" 1 entry")
        await reader.press("backspace")
        assert (reader.current, reader.notice) == ("INC-2 y", "the entry before no longer exists")
