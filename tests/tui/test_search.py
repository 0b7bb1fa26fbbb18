"""The search in the browser: what it explains and offers, why a row is there, and what is like an entry."""

from pathlib import Path

import pytest

from incident_tui import config
from incident_tui.storage.user.search_history import add_search, load_searches
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList
from incident_tui.tui.widgets.search_input import QueryLine, SearchInput

from .conftest import Opened
from .reader import Reader

POOL = "INC-2187 orders-api-connection-pool-exhausted"


def said(reader: Reader) -> str:
    explained = reader.app.browse.query_one(QueryLine)
    return str(explained.render()) if explained.display else ""


async def searches(reader: Reader, text: str) -> None:
    await reader.press("slash")
    await reader.types(text)
    await reader.sees_entry()


async def test_plain_words_need_no_explanation(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await searches(reader, "pool exhausted")
        assert said(reader) == ""


@pytest.mark.slow
async def test_filters_are_explained_in_plain_words(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await searches(reader, "is:open used:>2 ")
        assert "with open items" in said(reader)
        assert all(row.entry.used > 2 for row in reader.app.browse.model.listing)
        assert reader.app.browse.model.listing


async def test_what_is_wrong_is_told_in_place_and_the_rest_is_searched(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await searches(reader, "pool used:many ")
        assert "used:many is not a number" in said(reader)
        assert reader.current == POOL


@pytest.mark.slow
async def test_tab_takes_the_likeliest_completion(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await searches(reader, "tag:")
        assert said(reader).startswith("postgres 5")
        await reader.press("tab")
        assert reader.app.browse.query_one(SearchInput).value == "tag:postgres"
        assert len(reader.listed) == 5
        await reader.press("tab")
        assert isinstance(reader.app.focused, Detail), "with nothing offered Tab goes on to the entry"


async def test_a_row_shows_the_line_of_the_body_that_matched(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(160, 40)) as reader:
        await searches(reader, "velvet antlers")
        assert reader.current == POOL
        rows = reader.app.browse.query_one(EntryList)
        assert rows.render_line(0).text.strip().startswith("▌  INC-2187 orders-api-connection-pool-exhausted")
        row = rows.render_line(1)
        assert "Velvet Antlers" in row.text
        assert "**" not in row.text
        marked = [segment.text for segment in row if segment.style and segment.style.underline]
        assert marked == ["Velvet", "Antlers"]


async def test_weak_matches_are_dim_and_counted_apart(knowledge_base: Path, opened: Opened) -> None:
    entries = [f"## M-2026-01-0{day}T00:00:00Z INC-{day} pipeline\n\nIt was hard to see.\n" for day in (2, 3)]
    knowledge_base.write_text("\n".join(entries))
    async with opened(knowledge_base) as reader:
        looks = []
        for query, count in (("thundering herd", "0 found, 2 weak"), ("hard", "2 found")):
            await searches(reader, query)
            assert count in reader.title_bar
            assert ("no entry matches “thundering”" in said(reader)) is ("weak" in count)
            row = reader.app.browse.query_one(EntryList).render_line(2)
            looks += [segment.style for segment in row if "pipeline" in segment.text]
        weak, near = looks
        assert weak != near


async def test_on_a_low_screen_the_line_that_matched_stands_beside_the_title(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base, size=(160, 13)) as reader:
        await searches(reader, "velvet antlers")
        row = reader.app.browse.query_one(EntryList).render_line(0)
        assert "orders-api" in row.text
        assert "Velvet Antlers" in row.text
        await reader.resize(50, 15)
        first, second = (reader.app.browse.query_one(EntryList).render_line(line).text for line in (0, 1))
        assert "orders-api-connection-pool" in first
        assert "Velvet Antlers" in second


async def test_a_tag_that_matched_is_shown_below_the_title(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(120, 40)) as reader:
        await searches(reader, "double-booking")
        rows = reader.app.browse.query_one(EntryList)
        assert "INC-2168" in rows.render_line(0).text
        assert rows.render_line(1).text.strip().startswith("double-booking")


@pytest.mark.slow
async def test_rows_of_two_lines_are_clicked_paged_and_marked_as_rows(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(80, 24)) as reader:
        await searches(reader, "the page")
        await reader.press("enter")
        rows = reader.app.browse.query_one(EntryList)
        listing = reader.app.browse.model.listing
        assert rows.virtual_size.height == 2 * len(listing)
        await reader.pilot.click(EntryList, offset=(5, 3))
        assert reader.app.browse.model.position == 1
        await reader.press("pagedown")
        assert reader.app.browse.model.position == 1 + rows.page
        await reader.press("G")
        assert reader.app.browse.model.position == len(listing) - 1
        height = rows.scrollable_content_region.height
        assert rows.render_line(height - 2).text.startswith("▌")
        await reader.press("g", "space")
        assert rows.render_line(0).text.startswith("  ✓") or rows.render_line(0).text.startswith(" ◆✓")
        bar = [rows.render_line(line) for line in (2, 3)]
        assert bar[0].text.startswith("▌")
        for strip in bar:
            assert {(segment.style.reverse, segment.style.dim) for segment in strip if segment.style} <= {
                (True, False),
                (True, None),
            }
        await reader.press("escape")
        assert rows.virtual_size.height == len(reader.app.browse.model.listing)


@pytest.mark.slow
async def test_n_steps_through_the_matches_in_the_entry(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await searches(reader, "redis promoted")
        await reader.press("enter")
        detail = reader.app.browse.query_one(Detail)
        for number in range(3):
            await reader.press("n")
            assert f"{number + 1} of {len(detail.matches)}" in reader.title_bar
            line = detail.matches[number].line - int(detail.scroll_offset.y)
            assert 0 <= line < detail.size.height, "it is in sight"
        await reader.press("N")
        assert f"2 of {len(detail.matches)}" in reader.title_bar
        await reader.press("enter", "G")
        await reader.sees("100 %")
        assert f" of {len(detail.matches)}" not in reader.title_bar, "the match was scrolled out of sight"
        for _ in range(len(detail.matches)):
            await reader.press("n")
        assert reader.notice == "no more matches in this entry"


async def test_o_changes_the_order_and_the_cursor_goes_along(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        orders = []
        for _ in range(5):
            await reader.press("o")
            assert reader.current == POOL
            orders.append(reader.app.browse.model.listing)
        stamps = [row.entry.timestamp for row in orders[0]]
        assert stamps == sorted(stamps, reverse=True)
        assert [row.entry.used for row in orders[2]] == sorted((row.entry.used for row in orders[2]), reverse=True)
        assert orders[3][0].entry.title.casefold() <= orders[3][1].entry.title.casefold()
        assert orders[4][0].entry.pinned


async def test_a_digit_goes_to_an_entry_like_this_one_and_backspace_back(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.sees_entry()
        near = reader.app.browse.query_one(Detail).related
        assert near
        await reader.press("tab", "G")
        assert "Like this one" in reader.screen
        await reader.press("1")
        assert reader.current == near[0].entry.label
        await reader.press("backspace")
        assert reader.current == POOL


@pytest.mark.slow
async def test_searches_made_before_can_be_made_again(knowledge_base: Path, opened: Opened) -> None:
    add_search("is:open")
    async with opened(knowledge_base) as reader:
        await searches(reader, "pool exhausted")
        await reader.press("enter")
        assert load_searches() == ["pool exhausted", "is:open"]
        await reader.press("ctrl+r")
        listed = [line.strip("▌ ") for line in reader.popup]
        assert listed.index("is:open") == listed.index("pool exhausted") + 1
        await reader.press("j", "enter")
        assert reader.app.browse.query_one(SearchInput).value == "is:open"
        assert reader.dialog == ""


async def test_saved_searches_are_in_the_palette(knowledge_base: Path, opened: Opened) -> None:
    path = config.config_file()
    path.parent.mkdir(parents=True)
    path.write_text('[searches]\n"what is open" = "is:open"\n', encoding="utf-8")
    async with opened(knowledge_base) as reader:
        (command,) = [found for found in reader.app.commands() if found.name == "Search: what is open"]
        command.run()
        await reader.pilot.pause()
        assert reader.app.browse.model.query_text == "is:open"


async def test_archived_entries_are_listed_where_the_search_names_them(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await searches(reader, "is:archived ")
        assert len(reader.listed) == 5
        assert all(row.archived for row in reader.app.browse.model.listing)
        await reader.press("escape")
        assert len(reader.listed) == 25


@pytest.mark.slow
async def test_a_match_that_a_line_end_breaks_is_marked_and_stepped_to(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    filler = ("订单服务导致请求很慢" * 24)[:239]  # so that many widths break the line after 240 characters
    path.write_text(f"## M-2026-01-01T00:00:00Z a\n\n- tags: t\n\n**Summary**\n\n{filler}任何{filler}\n", "utf-8")
    async with opened(path) as reader:
        broken = set()
        for width in range(60, 100, 2):
            await reader.resize(width, 24)
            if not reader.query:
                await searches(reader, "任何")
            await reader.sees_entry()
            detail = reader.app.browse.query_one(Detail)
            marked = [detail._strips[match.line].text[match.start : match.end] for match in detail.matches]
            assert "".join(marked) == "任何"
            broken.add(len(marked))
        assert broken == {1, 2}


PROXY = "INC-2027 Login page froze after the proxy swap"


@pytest.mark.slow
async def test_a_search_finds_archived_entries_after_the_live_ones(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(120, 40)) as reader:
        await searches(reader, "kubernetes")
        model = reader.app.browse.model
        archived = [row.archived for row in model.listing]
        assert archived == sorted(archived)
        live = archived.count(False)
        assert 0 < live < len(archived)
        await reader.sees(f"{live} found · +{len(archived) - live} archived")
        rows = reader.app.browse.query_one(EntryList)
        last = rows.render_line(2 * (len(archived) - 1))
        assert "▫" in last.text
        assert all(segment.style.dim for segment in last if segment.style and segment.text.strip())
        await reader.press("escape")
        assert not any(row.archived for row in model.listing)
        assert model.scope == "live"


async def test_with_the_archive_alone_in_the_scope_a_search_finds_only_archived_ones(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("A")
        await searches(reader, "proxy swap")
        assert all(row.archived for row in reader.app.browse.model.listing)
        assert reader.current == PROXY
        assert reader.app.browse.model.beside == 0


@pytest.mark.slow
async def test_all_that_is_listed_is_marked_but_what_was_found_in_the_archive(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        await searches(reader, "kubernetes")
        await reader.press("enter", "asterisk")
        model = reader.app.browse.model
        assert {key.location for key in model.marks} == {"live"}
        assert len(model.marks) == len(model.listing) - model.beside
        await reader.press("asterisk", "g", "v", "G")
        assert not any(row.archived for row in model.ranged)
        await reader.press("escape", "G", "space")
        assert {key.location for key in model.marks} == {"archive"}


@pytest.mark.slow
async def test_an_entry_that_is_archived_from_a_search_leaves_the_cursor_in_its_place(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        await searches(reader, "kafka")
        await reader.press("enter")
        first, second = reader.listed[:2]
        await reader.press("a")
        await reader.sees("archived")
        assert reader.current == second
        assert reader.app.browse.model.listing[-1].entry.label == first


async def test_a_filter_that_finds_nothing_names_the_nearest_value(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, query="tag:postgress") as reader:
        await reader.sees("no tag postgress; the nearest: postgres")
