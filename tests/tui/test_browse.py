"""Finding, reading and changing entries, from the keyboard."""

import os
import stat
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual import events
from textual.strip import Strip

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Tag
from incident_tui.format.model.located import Target
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.tui.actions.bindings import ACTIONS
from incident_tui.tui.rows import Row
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList

from .conftest import Opened
from .reader import Reader

POOL = "INC-2187 orders-api-connection-pool-exhausted"
"""The newest entry of the sample: in full, not pinned."""

MAIL = "INC-2180 ticket-mail-backlog-poison-message"
"""The one after it."""

LAST = "INC-1998 node-drain-evicted-the-quorum"
"""The oldest one."""

BROWNOUT = "INC-2131 payment-provider-brownout"
"""A summarized one; its full text is in the archive."""

PINNED = "who-blocks-whom"
"""The first of the four pinned ones."""


def archive_of(path: Path) -> Path:
    return path.parent / "archive" / path.name


def both(path: Path) -> tuple[bytes, bytes | None]:
    archive = archive_of(path)
    return path.read_bytes(), archive.read_bytes() if archive.exists() else None


def without(data: bytes, name: str) -> bool:
    """Whether no entry of this name stands in a file."""
    return not any(line.startswith(b"## M-") and name.encode() in line for line in data.splitlines())


# Finding


async def test_two_words_with_a_typo_bring_the_incident_first(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("slash")
        await reader.types("conection pool")
        assert reader.listed[0] == POOL
        assert reader.current == POOL
        await reader.sees("For 26 minutes of the Velvet Antlers")
        assert "1 found" in reader.title_bar


async def test_word_order_does_not_matter(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("slash")
        await reader.types("quorum drain")
        assert reader.current == LAST


async def test_arrows_move_the_list_from_the_search(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("slash", "down", "down", "up")
        assert reader.focus == "search"
        assert reader.current == reader.listed[1]
        assert "redis-split" in reader.line_under_cursor
        await reader.press("pagedown")
        assert reader.focus == "search"
        assert reader.listed.index(reader.current) > 10


async def test_letters_in_the_search_are_letters(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.press("slash")
        await reader.types("pasuUArzqg?jk/")
        assert reader.query == "pasuUArzqg?jk/"
        assert reader.dialog == ""
    assert both(knowledge_base) == before


@pytest.mark.parametrize("before", [(), ("enter",), ("z",)], ids=["list", "entry", "zoomed"])
@pytest.mark.parametrize("size", [(80, 24), (50, 20)], ids=["wide", "narrow"])
async def test_what_is_typed_right_after_the_slash_is_searched_for(
    knowledge_base: Path, opened: Opened, before: tuple[str, ...], size: tuple[int, int]
) -> None:
    """Faster than the screen, or pasted, or on a lagging line: no letter of it is a command."""
    bytes_before = both(knowledge_base)
    async with opened(knowledge_base, size=size) as reader:
        await reader.press(*before)
        await reader.at_once("slash", *"pasu/")
        sought = reader.app.browse.query_one(Detail).sought  # in the entry, a text is found within it
        assert (sought if before else reader.query) == "pasu/"
        assert reader.dialog == ""
        await reader.sees("/ pasu/" if before else "› pasu/")
    assert both(knowledge_base) == bytes_before


@pytest.mark.slow
async def test_enter_goes_from_search_to_list_to_entry_and_escape_back(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("slash")
        await reader.types("pool")
        await reader.press("enter")
        assert (reader.focus, reader.query) == ("list", "pool")
        await reader.press("enter")
        assert reader.focus == "detail"
        await reader.press("escape")
        assert (reader.focus, reader.query) == ("list", "pool")


async def test_escape_clears_the_search_then_leaves_it(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("slash")
        await reader.types("pool")
        await reader.press("escape")
        assert (reader.focus, reader.query) == ("search", "")
        assert len(reader.listed) == 25
        assert reader.current == POOL, "the entry found stays under the cursor"
        await reader.press("escape")
        assert reader.focus == "list"


async def test_ctrl_c_clears_then_quits(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("slash")
        await reader.types("pool")
        await reader.press("ctrl+c")
        assert reader.query == ""
        assert reader.app.is_running
        await reader.pilot.press("ctrl+c")
        assert not reader.app.is_running


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quits(knowledge_base: Path, opened: Opened, key: str) -> None:
    async with opened(knowledge_base) as reader:
        await reader.pilot.press(key)
        assert not reader.app.is_running


async def test_opens_on_a_query(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, query="conection pool") as reader:
        assert reader.query == "conection pool"
        assert reader.current == POOL
        await reader.sees("For 26 minutes")


async def test_opens_on_a_selected_entry(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, select=("live", "M-2025-02-19T06:05:00Z", 0)) as reader:
        assert reader.current == LAST
        assert "INC-1998" in reader.line_under_cursor
        await reader.sees("node-drain-evicted-the-quorum")


async def test_opens_on_one_of_two_entries_of_the_same_second(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, select=("live", "M-2026-08-25T13:50:27Z#2", 0)) as reader:
        assert reader.current == "INC-2156 waitroom-thundering-herd"


async def test_opens_on_a_selected_archived_entry(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, select=("archive", "M-2024-11-29T13:15:00Z", 0)) as reader:
        assert "INC-1969" in reader.current
        assert "INC-1969" in reader.line_under_cursor
        assert "live + archived" in reader.title_bar


async def test_a_query_and_a_selected_entry_go_together(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, query="postgres", select=("live", "M-2026-08-11T03:30:00Z", 0)) as reader:
        assert reader.query == "postgres"
        assert reader.current == "PM2026-003 abandoned-replication-slot-filled-disk"


# Moving and reading


@pytest.mark.parametrize(
    ("key", "start", "to"),
    [
        ("j", 0, 1),
        ("down", 0, 1),
        ("k", 3, 2),
        ("up", 3, 2),
        ("k", 0, 0),
        ("G", 0, 24),
        ("end", 0, 24),
        ("g", 24, 0),
        ("home", 24, 0),
        ("j", 24, 24),
        ("pagedown", 0, 20),
        ("ctrl+f", 0, 20),
        ("pagedown", 24, 24),
        ("pageup", 24, 4),
        ("ctrl+b", 24, 4),
    ],
)
async def test_moves_by_line_page_and_end(knowledge_base: Path, opened: Opened, key: str, start: int, to: int) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to(reader.listed[start])
        await reader.press(key)
        assert reader.current == reader.listed[to]
        assert f" {reader.current[:8]}" in reader.line_under_cursor


async def test_pinned_rows_stand_first_then_the_newest(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        assert [line[1] for line in reader.rows[:5]] == ["◆", "◆", "◆", "◆", " "]
        assert reader.listed[4:6] == [POOL, MAIL]
        assert reader.listed[-1] == LAST


async def test_the_entry_scrolls_and_the_list_stays(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2168")
        await reader.sees_entry()
        top = reader.entry
        await reader.press("tab", "j")
        assert reader.entry.splitlines()[:20] == top.splitlines()[1:21]
        await reader.press("G")
        assert "redis" not in reader.entry.splitlines()[0]
        await reader.press("g")
        assert reader.entry == top
        assert "INC-2168" in reader.current


@pytest.mark.parametrize(
    ("down", "up"), [("down", "up"), ("pagedown", "pageup"), ("end", "home"), ("ctrl+f", "ctrl+b")]
)
async def test_all_keys_that_move_scroll_the_entry(knowledge_base: Path, opened: Opened, down: str, up: str) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2168")
        await reader.sees_entry()
        top = reader.entry
        await reader.press("tab", down)
        assert reader.entry != top
        await reader.press(up)
        assert reader.entry == top
        assert "INC-2168" in reader.current


async def test_another_entry_begins_at_its_top(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2168")
        await reader.sees_entry()
        await reader.press("tab", "G", "tab", "j")
        await reader.sees("cdn-served-a-strangers-basket")
        assert "INC-2140" in reader.entry.splitlines()[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["INC-1969", "INC-2168"], ids=["short", "long"])
async def test_an_entry_looks_the_same_after_a_short_one_and_after_a_long_one(
    knowledge_base: Path, opened: Opened, name: str
) -> None:
    """The scroll bar that the entry before it had, or hadn't, doesn't change where its lines break."""
    async with opened(knowledge_base, size=(120, 40)) as reader:
        await reader.press("A", "A")
        looks = []
        for before in ("INC-2127", "INC-2187", "INC-2127"):
            await reader.goes_to(before)
            await reader.sees_entry()
            await reader.goes_to(name)
            await reader.sees_entry()
            looks.append(reader.entry)
        assert looks[0] == looks[1] == looks[2]


async def test_zoom_shows_the_entry_alone_and_back(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.sees_entry()
        await reader.press("z")
        await reader.sees_entry()
        assert reader.lines[1].strip().startswith("INC-2187  orders-api-connection-pool-exhausted")
        assert "│" not in reader.screen
        assert "INC-2180" not in reader.screen
        await reader.press("z")
        assert (reader.focus, reader.current) == ("list", POOL)
        assert "INC-2180" in reader.screen


async def test_narrow_shows_one_pane_at_a_time(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(50, 20)) as reader:
        await reader.goes_to("INC-2187")
        assert "│" not in reader.screen
        assert "INC-2180" in reader.screen
        assert "Velvet Antlers" not in reader.screen
        await reader.press("enter")
        await reader.sees("For 26 minutes of the Velvet Antlers")
        assert "INC-2180" not in reader.screen
        await reader.press("escape")
        await reader.sees("INC-2180")
        assert (reader.focus, reader.current) == ("list", POOL)


async def test_narrow_shows_each_entry_that_is_opened(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(50, 20)) as reader:
        await reader.press("enter")
        await reader.sees("Who holds the lock")
        await reader.press("escape", "j", "enter")
        await reader.sees("redis-split-brain-sold-seats-twice")


@pytest.mark.slow
async def test_resizing_keeps_cursor_and_place(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(200, 60)) as reader:
        await reader.goes_to("INC-2099")
        await reader.sees_entry()
        before = reader.screen
        await reader.resize(40, 12)
        assert "INC-2099" in reader.current
        assert "INC-2099" in reader.line_under_cursor
        await reader.resize(200, 60)
        await reader.sees_entry()
        assert reader.focus == "list"
        assert reader.screen == before


async def test_scope_goes_round_live_archived_both(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        live = reader.listed
        await reader.press("A")
        assert len(reader.listed) == 8
        assert "archive only" in reader.title_bar
        assert all("▫" in line for line in reader.rows[:8])
        await reader.press("A")
        assert len(reader.listed) == 30  # the originals of the three summarized ones are not listed beside them
        assert "live + archived" in reader.title_bar
        await reader.press("A")
        assert reader.listed == live


async def test_a_search_covers_the_archive_listed_or_not(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("slash")
        await reader.types(chr(34) + "sms codes" + chr(34))
        assert reader.listed == ["INC-1987 sms-codes-arrived-an-hour-late"]
        await reader.sees("1 archived found")
        await reader.pilot.resize_terminal(50, 24)
        await reader.sees("1 archived found")
        await reader.press("enter", "A")
        assert reader.current == "INC-1987 sms-codes-arrived-an-hour-late"
        await reader.press("slash", "ctrl+u")
        await reader.types("quokka")
        await reader.sees("Nothing matches")
        await reader.press("ctrl+u")


@pytest.mark.slow
async def test_ten_thousand_entries_a_move_draws_two_rows(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(
        b"\n---\n\n".join(
            b"## M-2026-01-01T%02d:%02d:%02dZ INC-%d some-incident\n\n- used: 0\n\n**Summary**\n\nText.\n"
            % (number // 3600, number // 60 % 60, number % 60, number)
            for number in range(10_000)
        )
    )
    async with opened(path) as reader:
        await reader.sees_entry()
        await reader.press("j", "j")
        drawn = count_rows(reader, monkeypatch)
        await reader.press("j")
        assert reader.current == "INC-9996 some-incident"
        assert "INC-9996" in reader.line_under_cursor
        assert sorted(drawn) == ["INC-9996 some-incident", "INC-9997 some-incident"]


def count_rows(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the rows that the list draws from now on."""
    entry_list = reader.app.browse.query_one(EntryList)
    drawn: list[str] = []
    draw = entry_list._row

    def counted(row: Row, width: int, under: bool, marked: bool) -> list[Strip]:
        drawn.append(row.entry.heading.name)
        return draw(row, width, under, marked)

    monkeypatch.setattr(entry_list, "_row", counted)
    return drawn


# Changing


async def test_pin_changes_one_word_and_the_cursor_stays_on_the_entry(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("p")
        after = knowledge_base.read_bytes()
        assert reader.notice == f"pinned {POOL}  →  incidents.md"
        assert reader.current == POOL
        assert reader.listed[0] == POOL
        assert reader.line_under_cursor[1] == "◆"
        assert "5 pinned" in reader.title_bar
        await reader.sees("◆ pinned · 2026-11-18 09:12 UTC")
    changed = [pair for pair in zip(before.split(), after.split(), strict=True) if pair[0] != pair[1]]
    assert changed == [(b"false", b"true")]
    assert len(after) == len(before) - 1


async def test_unpin_puts_the_entry_back_in_its_place(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("p")
        assert reader.current == PINNED
        assert reader.listed.index(PINNED) > 3
        assert reader.line_under_cursor[1] == " "


async def test_undo_restores_the_bytes_and_redo_makes_the_change_again(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2180")
        await reader.press("p")
        pinned = both(knowledge_base)
        await reader.press("u")
        assert both(knowledge_base) == before
        assert reader.notice.startswith(f"undone: pinned {MAIL}")
        assert reader.current == MAIL
        await reader.press("U")
        assert both(knowledge_base) == pinned
        assert reader.notice.startswith(f"redone: pinned {MAIL}")


async def test_undo_goes_back_step_by_step_and_then_says_so(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.press("p", "j", "p", "u", "u")
        assert both(knowledge_base) == before
        await reader.press("u")
        assert reader.notice == "there is nothing to undo"


async def test_archive_moves_the_entry_and_the_cursor_is_on_the_next(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("a")
        assert reader.current == MAIL
        assert reader.notice == f"archived {POOL}; 3 open items stay on the board  →  incidents.md, archive/"
        assert "INC-2180" in reader.line_under_cursor
        await reader.sees("INC-2180  ticket-mail-backlog-poison-")
        live, archive = both(knowledge_base)
        assert without(live, POOL)
        assert archive is not None
        assert not without(archive, POOL)


async def test_archiving_the_last_entry_leaves_the_cursor_on_the_one_before(
    knowledge_base: Path, opened: Opened
) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.press("G", "a")
        assert reader.current == reader.listed[-1]
        assert len(reader.listed) == 24
        assert without(knowledge_base.read_bytes(), LAST)
        await reader.press("u")
        assert reader.current == LAST
    assert both(knowledge_base) == before


async def test_archiving_the_only_entry_leaves_a_screen_that_says_so(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(b"## M-2026-01-05T16:00:00Z INC-1 one\n\n- used: 0\n")
    async with opened(path) as reader:
        await reader.press("a")
        await reader.sees("No entries yet.")
        assert reader.listed == []
        await reader.press("u")
        assert reader.current == "INC-1 one"
    assert path.read_bytes() == b"## M-2026-01-05T16:00:00Z INC-1 one\n\n- used: 0\n"
    assert not archive_of(path).exists()


@pytest.mark.parametrize("name", ["INC-2187", "INC-2163", "INC-2131", "INC-2127", "alert-diet", "INC-1998"])
async def test_archive_then_undo_leaves_both_files_as_before(knowledge_base: Path, opened: Opened, name: str) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to(name)
        entry = reader.current
        await reader.press("a")
        assert both(knowledge_base) != before
        await reader.press("u")
        assert reader.current == entry
    assert both(knowledge_base) == before


async def test_undone_archiving_takes_a_new_archive_away_again(knowledge_base: Path, opened: Opened) -> None:
    archive_of(knowledge_base).unlink()
    archive_of(knowledge_base).parent.rmdir()
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("a")
        assert archive_of(knowledge_base).exists()
        await reader.press("u")
    assert knowledge_base.read_bytes() == before
    assert not archive_of(knowledge_base).parent.exists()


async def test_archive_then_restore_leaves_the_live_file_as_before(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("a", "A")
        await reader.goes_to("INC-2187")
        await reader.press("r")
        assert reader.notice.startswith(f"restored {POOL}")
        assert "incidents.md" in reader.notice
    assert both(knowledge_base) == before


@pytest.mark.sample_day
async def test_helped_counts_one_more_and_notes_the_day(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.sees("used 1×, 3 days ago")
        await reader.press("plus")
        assert reader.current == POOL
        await reader.sees("used 2×, today")
        start = before[0].index(b"## M-2026-11-18T09:12:40Z")
        counted = before[0][start:].replace(
            b"- used: 1\n- last_used: 2026-11-21", b"- used: 2\n- last_used: 2026-11-24", 1
        )
        counted = before[0][:start] + counted
        assert counted != before[0]
        assert knowledge_base.read_bytes() == counted
        await reader.press("u")
    assert both(knowledge_base) == before


@pytest.mark.slow
async def test_summarize_is_drafted_editable_and_written_by_ctrl_s(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("s")
        assert reader.dialog == "SummarizeScreen"
        await reader.sees("For 26 minutes of the Velvet Antlers on-sale")
        await reader.sees("A full pool above an idle database")
        await reader.types("In short: ")
        await reader.sees("In short: For 26 minutes")
        assert both(knowledge_base) == before, "nothing is written before ctrl+s"
        await reader.press("ctrl+s")
        assert reader.dialog == ""
        assert reader.current == POOL
        assert reader.notice == f"summarized {POOL}; 3 open items stay on the board  →  incidents.md, archive/"
        assert "≈" in reader.line_under_cursor
        await reader.sees("≈ summarized")
        live, archive = both(knowledge_base)
        assert f"{POOL} (summarized)\n".encode() in live
        assert b"In short: For 26 minutes" in live
        assert b"See archive/incidents.md#M-2026-11-18T09:12:40Z" in live
        assert archive is not None
        assert not without(archive, POOL)
        await reader.press("u")
    assert both(knowledge_base) == before


@pytest.mark.slow
async def test_summarize_then_escape_leaves_all_as_it_was(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("s")
        await reader.types("never mind")
        await reader.press("escape")
        assert (reader.dialog, reader.current) == ("", POOL)
    assert both(knowledge_base) == before


async def test_summarize_asks_for_what_is_missing(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(b"## M-2026-01-05T16:00:00Z INC-1 one\n\n- used: 0\n\n**Summary**\n\nIt broke.\n")
    async with opened(path) as reader:
        await reader.press("s", "ctrl+s")
        assert reader.dialog == "SummarizeScreen"
        await reader.sees("The key learning is empty")
        await reader.types("Mend it.")
        await reader.press("ctrl+s")
        assert reader.dialog == ""
    assert b"**Key Learning**\n\nMend it.\n" in path.read_bytes()


async def test_restore_brings_the_full_text_of_a_summarized_one_back(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2131")
        await reader.press("r")
        assert reader.current == BROWNOUT
        assert "≈" not in reader.line_under_cursor
        live, archive = both(knowledge_base)
        assert f"{BROWNOUT} (summarized)".encode() not in live
        assert archive is not None
        assert without(archive, BROWNOUT)
        await reader.press("u")
    assert both(knowledge_base) == before


@pytest.mark.parametrize(("key", "gone"), [("y", True), ("n", False), ("escape", False)])
async def test_archiving_a_pinned_entry_asks_first(knowledge_base: Path, opened: Opened, key: str, gone: bool) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.press("a")
        assert reader.dialog == "ConfirmDialog"
        assert PINNED in reader.screen
        assert both(knowledge_base) == before
        await reader.press(key)
        assert reader.dialog == ""
        assert without(knowledge_base.read_bytes(), PINNED) is gone
        assert (both(knowledge_base) == before) is not gone


async def test_what_is_so_already_is_refused_in_one_line(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2131")
        await reader.press("s")
        assert reader.notice == f"{BROWNOUT}: it is summarized already"
        await reader.goes_to("INC-2187")
        await reader.press("r")
        assert reader.notice == f"{POOL}: it is not archived"
        await reader.press("A", "a")
        assert reader.notice.endswith("it is archived already")
        await reader.press("s")
        assert reader.notice.endswith("it is archived; restore it before summarizing it")
    assert both(knowledge_base) == before


# Keys that are faster than the screen


async def test_two_quick_a_archive_one_incident_and_it_says_so(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.at_once("a", "a")
        assert without(knowledge_base.read_bytes(), POOL)
        assert not without(knowledge_base.read_bytes(), MAIL)
        assert reader.current == MAIL
        assert reader.notice == "a was dropped: it was pressed before this was on the screen"


@pytest.mark.slow
@pytest.mark.parametrize("key", ["p", "s", "r"])
async def test_no_key_acts_on_an_entry_that_was_not_on_the_screen(
    knowledge_base: Path, opened: Opened, key: str
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("a")
        archived = both(knowledge_base)
        await reader.press("u")
        await reader.at_once("a", key)
        assert both(knowledge_base) == archived
        assert reader.dialog == ""
        assert reader.notice.startswith(f"{key} was dropped")


async def test_once_the_next_entry_is_on_the_screen_a_archives_it(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("a", "a")
        assert without(knowledge_base.read_bytes(), POOL)
        assert without(knowledge_base.read_bytes(), MAIL)


async def test_after_a_question_the_next_entry_can_be_acted_on(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("a", "y")
        after = reader.current
        assert after != PINNED
        await reader.sees_entry()
        await reader.press("p")
        assert reader.notice.startswith(f"unpinned {after}")


@pytest.mark.slow
async def test_quick_archive_undo_archive_leaves_the_entry_where_it_was(knowledge_base: Path, opened: Opened) -> None:
    """The third key was pressed before the entry that the second one brought back was on the screen."""
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.at_once("a", "u", "a")
        assert reader.notice.startswith("a was dropped")
        assert reader.current == POOL
        await reader.press("a")
        assert reader.notice.startswith(f"archived {POOL}")
        await reader.press("u")
    assert both(knowledge_base) == before


async def test_a_quick_undo_is_never_dropped(knowledge_base: Path, opened: Opened) -> None:
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.at_once("a", "u")
        assert reader.notice.startswith(f"undone: archived {POOL}")
        assert reader.current == POOL
    assert both(knowledge_base) == before


async def test_a_quick_second_p_unpins_the_same_entry(knowledge_base: Path, opened: Opened) -> None:
    """Pinning doesn't move the cursor to another entry, so nothing is dropped."""
    before = both(knowledge_base)
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.at_once("p", "p")
        assert reader.notice.startswith(f"unpinned {POOL}")
    assert both(knowledge_base) == before


@pytest.mark.parametrize("shown", [MAIL, PINNED])
async def test_a_click_selects_and_a_second_one_opens(knowledge_base: Path, opened: Opened, shown: str) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("j")
        row = reader.listed.index(shown)
        await reader.pilot.click(EntryList, offset=(10, row))
        assert (reader.current, reader.focus) == (shown, "list")
        await reader.pilot.click(EntryList, offset=(10, row))
        assert (reader.current, reader.focus) == (shown, "detail")


# Others who write the same file


@pytest.mark.usefixtures("never_polls")
async def test_an_entry_that_someone_else_altered_is_not_touched_but_shown_anew(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.sees("For 26 minutes")
        theirs = knowledge_base.read_bytes().replace(b"For 26 minutes of", b"For THEIR minutes of")
        knowledge_base.write_bytes(theirs)
        await reader.press("a")
        assert knowledge_base.read_bytes() == theirs
        assert reader.notice.startswith(f"{POOL}: someone else changed")
        assert reader.current == POOL
        await reader.press("n")
        await reader.sees("For THEIR minutes of")
        await reader.press("a")
        assert without(knowledge_base.read_bytes(), POOL), "now it was seen"


@pytest.mark.usefixtures("never_polls")
async def test_a_quick_second_key_does_not_act_on_a_text_that_was_not_seen(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.sees("For 26 minutes")
        theirs = knowledge_base.read_bytes().replace(b"For 26 minutes of", b"For THEIR minutes of")
        knowledge_base.write_bytes(theirs)
        await reader.at_once("a", "a")
        assert knowledge_base.read_bytes() == theirs
        assert reader.current == POOL


@pytest.mark.usefixtures("never_polls")
async def test_an_outside_change_to_another_entry_is_kept(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        before = knowledge_base.read_bytes()
        theirs = before.replace(LAST.encode(), LAST.encode() + b"-again")
        knowledge_base.write_bytes(theirs)
        await reader.press("p")
        at = theirs.index(b"- pinned: false", theirs.index(b"## M-2026-11-18T09:12:40Z"))
        assert knowledge_base.read_bytes() == theirs[:at] + b"- pinned: true" + theirs[at + 15 :]
        assert reader.notice.startswith(f"pinned {POOL}")
        assert reader.listed[-1] == f"{LAST}-again"


@pytest.mark.usefixtures("never_polls")
async def test_an_entry_that_someone_else_took_out_is_not_written_back(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("G")
        data = knowledge_base.read_bytes()
        theirs = data[: data.index(b"## M-2025-02-19T06:05:00Z")]
        knowledge_base.write_bytes(theirs)
        await reader.press("p")
        assert knowledge_base.read_bytes() == theirs
        assert reader.notice.startswith(f"{LAST}: it is no longer in this file")
        assert LAST not in reader.listed
        assert reader.current == reader.listed[-1]


# Files as they come


def fingerprint(folder: Path) -> list[tuple[str, int, int, bytes]]:
    """All files below a folder: name, inode, time of change, bytes."""
    return [
        (str(path), path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted([folder, *folder.rglob("*")])
    ]


@pytest.mark.slow
async def test_opening_and_browsing_never_writes(knowledge_base: Path, opened: Opened) -> None:
    before = fingerprint(knowledge_base.parent)
    home = Path(os.environ["HOME"])
    async with opened(knowledge_base) as reader:
        await reader.press("slash")
        await reader.types("pool")
        await reader.press("enter", "enter", "G", "escape", "escape", "A", "j", "A", "G", "z", "z", "question_mark")
        await reader.press("escape", "s", "escape", "u", "tab", "pagedown")
        await reader.resize(50, 20)
    assert fingerprint(knowledge_base.parent) == before
    written = {path.suffix: path.stem for path in home.rglob("*") if path.is_file()}
    assert written.keys() <= {".json", ".seen"}
    assert written[".json"] == "searches", "nothing is remembered but what was searched for, and what was seen"


async def test_read_only_says_why(knowledge_base: Path, opened: Opened) -> None:
    before = fingerprint(knowledge_base.parent)
    async with opened(knowledge_base, read_only=True) as reader:
        assert "read only" in reader.title_bar
        await reader.goes_to("INC-2187")
        for key in ("p", "a", "s"):
            await reader.press(key)
            assert reader.notice == "incidents.md can't be changed: it was opened with --read-only", key
            assert reader.dialog == ""
        await reader.goes_to(PINNED)
        await reader.press("a")
        assert reader.dialog == "", "no question about what can't be done"
    assert fingerprint(knowledge_base.parent) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write all files")
async def test_a_file_that_one_may_only_read_says_why(knowledge_base: Path, opened: Opened) -> None:
    knowledge_base.chmod(stat.S_IRUSR)
    async with opened(knowledge_base) as reader:
        assert "read only" in reader.title_bar
        await reader.press("p")
        assert "you may only read it" in reader.notice


async def test_a_missing_file_is_made_with_c(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "kb" / "incidents.md"
    async with opened(path) as reader:
        await reader.sees("There is no such file:")
        assert "no such file" in reader.title_bar
        await reader.sees("c creates the file.")
        assert not path.parent.exists()
        await reader.press("c")
        await reader.sees("No entries yet.")
        assert "created" in reader.notice
        assert "0 entries" in reader.title_bar
    assert path.read_bytes().startswith(b"# Incidents\n")


async def test_a_file_with_sections_but_no_entries_names_the_import(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "human.md"
    path.write_text("# Outages\n\n## 2025-01-02 outage\n\nIt broke.\n")
    async with opened(path, size=(200, 30)) as reader:
        await reader.sees("No entries yet.")
        await reader.sees("incident-tui import")
        await reader.sees("c begins a new entry.")


async def test_c_leaves_a_file_alone_that_is_there(knowledge_base: Path, opened: Opened) -> None:
    before = fingerprint(knowledge_base.parent)
    async with opened(knowledge_base) as reader:
        await reader.press("c")
        assert len(reader.listed) == 25
    assert fingerprint(knowledge_base.parent) == before


EVERY_KEY = [
    key
    for action in ACTIONS
    for key in action.keys.split(",")
    if key and action.name not in ("quit", "interrupt", "suspend", "create")
]


@pytest.mark.parametrize(
    "data",
    [
        None,
        *(pytest.param(data, marks=pytest.mark.slow) for data in (b"", b"\x00\xff\x00")),
        pytest.param(b"<!--\n## M-2026-01-01T00:00:00Z x\n-->\n", marks=pytest.mark.slow),
    ],
)
async def test_without_entries_every_key_is_harmless(tmp_path: Path, opened: Opened, data: bytes | None) -> None:
    path = tmp_path / "incidents.md"
    if data is not None:
        path.write_bytes(data)
    async with opened(path) as reader:
        for key in EVERY_KEY:
            await reader.at_once(key, "escape", "escape", "escape")
            assert reader.dialog == "", key
        assert reader.app.is_running
    assert (path.read_bytes() if path.exists() else None) == data


HOSTILE = (
    "## M-2026-11-01T10:00:00Z INC-1 [red]alarm[/red] \x1b[31mnow\n\n"
    "- tags: [bold]x[/bold], \x1b]0;t\x07\n- used: 0\n- owner: [@click=app.quit]me[/]\n\n"
    "**Summary**\n\nA [red]body[/red] with \x1b[2J. [/] ends nothing. [x] stays.\n"
)


async def test_markup_and_control_characters_are_shown_as_text(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(HOSTILE.encode())
    async with opened(path, size=(120, 24)) as reader:
        await reader.sees("A [red]body[/red] with ␛[2J. [/] ends nothing. [x] stays.")
        assert "INC-1 [red]alarm[/red]" in reader.line_under_cursor
        assert "INC-1  [red]alarm[/red] ␛[31mnow" in reader.entry
        assert "[bold]x[/bold]  ␛]0;t␇" in reader.entry
        assert "owner: [@click=app.quit]me[/]" in reader.entry
        await reader.press("p")
        assert "pinned INC-1 [red]alarm[/red] ␛[31mnow" in reader.footer
        await reader.press("a")
        await reader.sees("INC-1 [red]alarm[/red] ␛[31mnow is pinned")
        assert "\x1b" not in reader.screen
        await reader.press("n", "s")
        await reader.sees("Summarize INC-1 [red]alarm[/red] ␛[31mnow")
        await reader.sees("A [red]body[/red] with")
        assert "\x1b" not in reader.screen


@pytest.mark.parametrize("width", [80, 81, 120, 50, 41])
async def test_wide_characters_keep_the_columns_straight(tmp_path: Path, opened: Opened, width: int) -> None:
    path = tmp_path / "incidents.md"
    titles = [
        "数据库连接池耗尽导致订单服务中断三十分钟并且影响支付",
        "a数据库连接池耗尽导致订单服务中断三十分钟并且影响支付",
        "plain",
        "订单",
    ]
    path.write_bytes(
        "\n".join(f"## M-2026-0{9 - at}-01T10:00:00Z INC-{at} {title}\n" for at, title in enumerate(titles)).encode()
    )
    async with opened(path, size=(width, 20)) as reader:
        rows = reader.rows[:4]
        dates = [f"{month} 01" for month in ("Sep", "Aug", "Jul", "Jun")]
        assert len({cell_len(row.split(day)[0]) for row, day in zip(rows, dates, strict=True)}) == 1
        assert all(cell_len(line) == width for line in reader.lines)


@pytest.mark.sample_day
async def test_a_match_beyond_the_end_of_a_cut_title_is_shown(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(80, 13)) as reader:
        await reader.press("slash")
        await reader.types("exhausted")
        row = reader.app.browse.query_one(EntryList).render_line(0)
        assert "INC-2187 …" in row.text
        assert row.text.rstrip().endswith("Nov 18")
        marked = "".join(segment.text for segment in row if segment.style and segment.style.underline)
        assert marked == "exhausted"


# What the screen says of its keys


async def test_the_help_lists_every_action(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(120, 90)) as reader:
        await reader.press("question_mark")
        assert reader.dialog == "Help"
        for action in ACTIONS:
            shown = [line for line in reader.lines if action.help in line and f" {action.shown} " in line]
            assert shown or not action.keys, action.name
        await reader.press("escape")
        assert reader.dialog == ""


async def test_the_footer_offers_only_what_applies(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(160, 24)) as reader:
        await reader.press("g")
        assert "p unpin" in reader.footer
        assert "r restore" not in reader.footer
        assert "u undo" not in reader.footer
        await reader.goes_to("INC-2187")
        assert "p pin" in reader.footer
        await reader.goes_to("INC-2131")
        assert "r restore" in reader.footer
        assert "s summarize" not in reader.footer
        await reader.press("slash")
        assert "p pin" not in reader.footer
        assert "Esc back" in reader.footer


async def test_the_footer_of_the_archive_offers_to_restore(
    knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident_tui.tui.widgets.key_bar.NOTICE", 0.01)
    async with opened(knowledge_base, size=(160, 24)) as reader:
        await reader.press("A")
        await reader.sees("r restore")
        for label in ("p pin", "a archive", "s summarize"):
            assert label not in reader.footer


async def test_the_footer_offers_undo_after_a_change(
    knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident_tui.tui.widgets.key_bar.NOTICE", 0.01)
    async with opened(knowledge_base, size=(160, 24)) as reader:
        await reader.press("p")
        await reader.sees("u undo")
        await reader.press("u")
        assert reader.listed[0] == PINNED
        await reader.press("j")
        assert "u undo" not in reader.footer


async def test_read_only_offers_no_changes(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(160, 24), read_only=True) as reader:
        await reader.goes_to("INC-2187")
        for label in ("p pin", "a archive", "s summarize", "u undo", "r restore"):
            assert label not in reader.footer


async def test_the_palette_does_what_the_keys_do(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("ctrl+p")
        assert reader.dialog == "CommandPalette"
        await reader.types("live, archived")
        await reader.sees("List what is live")
        await reader.press("enter", "enter")
        await reader.sees("archive only")


async def test_after_archiving_the_archive_opens_on_that_entry(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("a", "A")
        assert reader.current == POOL
        await reader.press("r")
        assert knowledge_base.read_bytes() == before
        await reader.press("A", "A")
        assert reader.current == POOL


async def test_a_damaged_history_is_said_with_what_is_undone(opened: Opened, knowledge_base: Path) -> None:
    for number in (0, 1):
        base = KnowledgeBase(knowledge_base)
        entry = base.snapshot().live.entries[number]
        base.edit([Edit(Target.of("live", entry), Tag(("seen",)))])
    history = base.history.path
    lines = history.read_bytes().splitlines(keepends=True)
    history.write_bytes(b"".join(lines[:-1]) + lines[-1].replace(b"seen", b"been"))
    async with opened(knowledge_base) as reader:
        await reader.press("u")
        assert reader.notice.startswith("undone: ")
        assert "the history is damaged" in reader.notice


async def test_the_key_for_the_order_names_the_next_one(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(120, 24)) as reader:
        await reader.press("o")
        assert reader.notice == "order: newest (o: last used)"
        await reader.press("o", "o", "o", "o")
        assert reader.notice == "order: best (pinned, then newest) (o: newest)"


async def test_a_key_without_a_meaning_is_answered_once(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("d")
        assert reader.notice == "d isn't bound here: / searches, ? lists all keys"
        reader.app.browse._say_unknown_keys()  # after a while
        reader.app.post_message(events.Key("ctrl+s", "\x13"))
        await reader.pilot.pause()
        assert reader.notice == "^s isn't bound here: / searches, ? lists all keys"
        await reader.press("h")
        assert reader.notice == ""
        await reader.press("slash", "d")
        assert reader.query == "d"
