"""Action items: chosen and ticked in the entry, and on the board of all that are open."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from incident_tui.format.model.document import Document
from incident_tui.format.read.plain_line import plain_line
from incident_tui.format.read.sections import items
from incident_tui.insights.overview import each_once, overview
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.tui.screens import action_items
from incident_tui.tui.screens.action_items import Board
from incident_tui.tui.terminal.glyphs import ASCII
from incident_tui.tui.widgets.key_bar import KeyBar

from ..days import SAMPLE_DAY
from .conftest import Factory, Opened
from .reader import Reader
from .test_marking import changed

POOL = "INC-2187"
"""Six items: two done, then an open one."""

RULE = "Lint rule: HTTP client calls under"
PAGE = "Page on hikaricp_connections_pending"
CLIENTS = "INC-2067"
"""Items without a box only."""

SMALL = (
    b"\xef\xbb\xbf# Incidents\r\n\r\n"
    b"## M-2026-11-02T10:00:00Z INC-2 second\r\n\r\n- used: 0\r\n\r\n**Action Items**\r\n\r\n"
    b"- [ ] caf\xe9 first   \r\n- [X] second\r\n- third\r\n\r\n<!-- \r\n- [ ] hidden\r\n-->\r\n\r\n---\r\n\r\n"
    b"## M-2026-11-01T10:00:00Z INC-1 first\r\n\r\n- used: 0\r\n\r\n- [ ] one\r\n- [ ] one\r\n- [ ] two"
)
"""A BOM, CRLF, a byte that is no UTF-8, two equal items, no last line end."""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "incidents.md"
    path.write_bytes(SMALL)
    return path


def item_chosen(reader: Reader) -> str:
    """The text of the lines that the detail marks as the chosen item."""
    return " ".join(
        line[1:].strip() for line in reader.entry.splitlines() if line[0:1] == reader.app.browse.glyphs.cursor
    )


def said_on_board(reader: Reader) -> str:
    return reader.app.screen.query_one(KeyBar).notice


def on_board(reader: Reader) -> str:
    """The line of the board that the cursor is on."""
    return next((line.strip() for line in reader.lines if reader.app.browse.glyphs.cursor in line[:12]), "")


def by_others(path: Path, old: bytes, new: bytes) -> None:
    """Someone else changes a file."""
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))


# In the entry


async def test_the_second_item_is_chosen_and_ticked_from_the_list(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("]", "]")
        assert item_chosen(reader).startswith(f"☑ {RULE}")
        await reader.press("x")
        assert reader.focus == "list"
        assert reader.notice.startswith("unticked item 2 of INC-2187")
        after = knowledge_base.read_bytes()
        assert [at for at, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]] == [
            before.index(b"[x] Lint rule") + 1
        ]
        await reader.sees_entry()
        assert item_chosen(reader).startswith(f"☐ {RULE}")
        await reader.press("x")
        assert knowledge_base.read_bytes() == before


async def test_where_none_is_chosen_x_chooses_the_first_open_one(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("x")
        assert knowledge_base.read_bytes() == before
        assert reader.notice == "item 3 of 6 is chosen; x ticks it"
        assert item_chosen(reader).startswith(f"☐ {PAGE}")
        await reader.press("x")
        assert [line[:12] for line in changed(before, knowledge_base)] == ["-- [ ] Page ", "+- [x] Page "]


async def test_a_second_x_before_the_item_was_seen_is_dropped(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.at_once("x", "x", "x")
        assert reader.notice.startswith("x was dropped")
        assert knowledge_base.read_bytes() == before


async def test_items_are_stepped_through_and_no_farther(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("[")
        assert item_chosen(reader).startswith("☑ Move the lookup")
        await reader.press("[")
        assert reader.notice == "no more action items in this entry"
        await reader.press(*"]]]]")
        assert item_chosen(reader) == "☐ tried during the December game day"
        await reader.press("]", "]")
        assert reader.notice == "no more action items in this entry"
        assert item_chosen(reader).startswith("☐ Tax service")


@pytest.mark.parametrize("width", [62, pytest.param(200, marks=pytest.mark.slow)])
async def test_every_item_of_the_sample_is_seen_when_it_is_chosen(
    knowledge_base: Path, opened: Opened, width: int
) -> None:
    async with opened(knowledge_base, size=(width, 16)) as reader:
        await reader.press("A", "A", "tab")
        for row in reader.app.browse.model.listing:
            for item in items(row.entry):
                await reader.press("]")
                words = item.text.replace("`", "").replace("**", "").split()[:2]
                assert " ".join(words) in item_chosen(reader), row.entry.label
            reader.app.browse.model.select(reader.app.browse.model.position + 1)


async def test_no_item_stays_chosen_in_another_entry(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("]", "j", "x")
        assert "is chosen" in reader.notice
        assert knowledge_base.read_bytes() == before


async def test_an_entry_without_items_says_so(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("]")
        assert reader.notice == "this entry has no action items"
        await reader.press("x")
        assert reader.notice == "this entry has no action items"


async def test_the_first_tick_gives_an_item_its_box(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(CLIENTS)
        await reader.press("]", "x")
        line = "Node-local DNS cache on all nodes (Søren)"
        assert changed(before, knowledge_base) == [f"-- {line}", f"+- [x] {line}"]
        await reader.sees_entry()
        assert item_chosen(reader) == f"☑ {line}"
        await reader.press("x")
        assert changed(before, knowledge_base) == [f"-- {line}", f"+- [ ] {line}"]
        await reader.press("u", "u")
        assert knowledge_base.read_bytes() == before


async def test_other_bytes_stay_as_they_are(small: Path, opened: Opened) -> None:
    async with opened(small) as reader:
        await reader.press("]", "x", "]", "x", "]", "x")
        ticked = SMALL.replace(b"[ ] caf", b"[x] caf").replace(b"[X]", b"[ ]").replace(b"- third", b"- [x] third")
        assert small.read_bytes() == ticked
        await reader.press("j", "]", "]", "x", "]", "x")
        ticked = ticked.replace(b"- [ ] one\r\n- [ ] two", b"- [x] one\r\n- [x] two")
        assert small.read_bytes() == ticked


async def test_what_is_not_drawn_as_an_item_is_said_before_it_can_be_ticked(small: Path, opened: Opened) -> None:
    async with opened(small) as reader:
        await reader.press(*"]]]]")
        assert item_chosen(reader) == ""
        assert reader.notice == "item 4: hidden"


async def test_marks_are_not_meant_and_stay(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("space", "space", "k", "k")
        assert POOL in reader.current
        await reader.press("]")
        await reader.at_once("x", "x", "x")
        assert [line[:12] for line in changed(before, knowledge_base)] == ["-- [x] Move ", "+- [ ] Move "]
        assert "2 marked" in reader.title_bar
        assert len(reader.app.browse.model.marked_rows) == 2


async def test_in_a_narrow_terminal_the_entry_is_shown(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, size=(40, 12)) as reader:
        await reader.goes_to(POOL)
        await reader.press("]")
        await reader.sees("Move the lookup")
        assert item_chosen(reader).startswith("☑ Move the lookup before the")
        await reader.press("x")
        assert len(changed(before, knowledge_base)) == 2


async def test_the_item_stays_in_sight_when_the_terminal_shrinks(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(160, 50)) as reader:
        await reader.goes_to(POOL)
        await reader.press(*"]]]]]]")
        await reader.resize(70, 16)
        await reader.sees_entry()
        assert item_chosen(reader).startswith("☐ Tax service")


async def test_scrolling_is_no_farther_than_needed(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(120, 40)) as reader:
        await reader.goes_to(POOL)
        await reader.press("]", "]", "]")
        seen = reader.entry.splitlines()
        await reader.press("[")
        assert item_chosen(reader).startswith(f"☑ {RULE}")
        assert [line[1:] for line in reader.entry.splitlines()] == [line[1:] for line in seen]


async def test_in_the_search_x_is_a_letter(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("slash")
        await reader.types("x]I[t")
        assert reader.query == "x]I[t"
        assert reader.dialog == ""


@pytest.mark.slow
async def test_the_footer_offers_items_where_there_are_some(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(200, 30)) as reader:
        assert "x tick  " not in reader.footer
        assert "] item" not in reader.footer
        await reader.goes_to(POOL)
        assert "x tick  " in reader.footer
        assert "] item" in reader.footer
        await reader.press("space", "k")
        assert "x tick  " in reader.footer, "it is meant for this entry only"
        await reader.resize(110, 24)
        assert "x tick  " in reader.footer


async def test_read_only_items_can_be_chosen_and_not_ticked(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, read_only=True) as reader:
        await reader.goes_to(POOL)
        assert "x tick" not in reader.footer
        await reader.press("]", "x")
        assert "--read-only" in reader.notice
        assert knowledge_base.read_bytes() == before


@pytest.mark.usefixtures("never_polls")
@pytest.mark.parametrize("seen", [True, False], ids=["seen", "not yet seen"])
async def test_an_item_that_others_moved_is_still_the_one(knowledge_base: Path, opened: Opened, seen: bool) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("]", "]")
        by_others(knowledge_base, b"- [x] Move the lookup", b"- [ ] New one\n- [x] Move the lookup")
        before = knowledge_base.read_bytes()
        if seen:
            reader.app.browse._poll()
            await reader.sees("New one")
            await reader.sees_entry()
            assert item_chosen(reader).startswith(f"☑ {RULE}")
        await reader.press("x")
        assert [line[:12] for line in changed(before, knowledge_base)] == ["-- [x] Lint ", "+- [ ] Lint "]


@pytest.mark.usefixtures("never_polls")
async def test_an_item_that_others_reworded_is_not_ticked(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("]", "]")
        by_others(knowledge_base, b"- [x] Lint rule:", b"- [x] No lint rule:")
        before = knowledge_base.read_bytes()
        await reader.press("x")
        assert "nothing was written" in reader.notice
        assert knowledge_base.read_bytes() == before
        await reader.sees_entry()
        assert item_chosen(reader) == "", "nothing is chosen any more"


# The board


async def test_the_end_of_the_board_is_the_end_of_all_items_even_while_they_are_looked_for(
    knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident_tui.tui.screens.action_items.SLICE", 0.0)  # an entry at a time
    async with opened(knowledge_base) as reader:
        await reader.press("I", "G")
        await reader.sees("28 open items in 18 entries ")
        await reader.sees("▌ • Find out why")


async def test_the_board_has_all_open_items_oldest_entry_first(knowledge_base: Path, opened: Opened) -> None:
    archive = knowledge_base.parent / "archive" / "incidents.md"
    entries = [
        entry
        for path in (knowledge_base, archive)
        for entry in sorted(Document.parse(path.read_bytes()).entries, key=lambda entry: entry.timestamp)
    ]
    waiting = [(entry.timestamp, item.text) for entry in entries for item in items(entry) if item.open]
    async with opened(knowledge_base) as reader:
        await reader.press("I")
        count = sum(any(item.open for item in items(entry)) for entry in entries)
        await reader.sees(f"{len(waiting)} open items in {count} entries")
        shown = reader.page(Board)._held
        assert [(held.row.entry.timestamp, held.item.text) for held in shown if held.item.boxed] == waiting
        assert on_board(reader).startswith("▌ ☐ failsafe_mode in Patroni: read up on it")  # in the file it is `code`
        await reader.press("G")
        await reader.sees("No checkbox (not counted until ticked)")
        await reader.press("k", "k", "k")
        assert plain_line(waiting[-1][1]) in on_board(reader)
        await reader.press("g", "j", "k", "pagedown", "pageup")
        assert "failsafe_mode" in on_board(reader)


@pytest.mark.parametrize("key", ["x", "space"])
async def test_what_is_ticked_stays_on_the_board(knowledge_base: Path, opened: Opened, key: str) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.press("I", "j", key)
        await reader.sees("27 open items in 17 entries")
        assert on_board(reader).startswith("▌ ☑ Ask the new colleagues")
        assert said_on_board(reader).startswith("ticked item 2 of alert-diet  →  incidents.md")
        assert [line[:11] for line in changed(before, knowledge_base)] == ["-- [ ] Ask ", "+- [x] Ask "]
        await reader.press("u")
        await reader.sees("28 open items in 18 entries")
        assert on_board(reader).startswith("▌ ☐ Ask the new colleagues")
        assert said_on_board(reader).startswith("undone: ticked item 2 of alert-diet")
        assert knowledge_base.read_bytes() == before
        await reader.press("U")
        assert on_board(reader).startswith("▌ ☑ Ask the new colleagues")


async def test_two_items_of_one_entry_are_ticked_one_after_the_other(small: Path, opened: Opened) -> None:
    """Equal ones, too: each is the one that the cursor is on."""
    async with opened(small) as reader:
        await reader.press("I")
        await reader.sees("5 open items in 2 entries")
        await reader.at_once("j", "x", "j", "x", "k", "x")
        assert small.read_bytes() == SMALL.replace(b"[ ] two", b"[x] two")
        await reader.press("k", "x", "G", "x")
        ticked = SMALL.replace(b"[ ] two", b"[x] two").replace(b"\r\n- [ ] one", b"\r\n- [x] one", 1)
        assert small.read_bytes() == ticked.replace(b"- third", b"- [x] third")


async def test_enter_goes_to_the_entry_and_its_item(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.press("I", "j", "j", "enter")
        assert reader.dialog == ""
        assert "INC-2088" in reader.current
        assert item_chosen(reader) == "☐ go_goroutines on the default dashboard"
        await reader.press("x")
        assert [line[:10] for line in changed(before, knowledge_base)] == ["-- [ ] `go", "+- [x] `go"]


@pytest.mark.slow
@pytest.mark.parametrize("key", ["escape", "q", "ctrl+c", "I"])
async def test_cursor_and_marks_are_as_before_when_the_board_is_closed(
    knowledge_base: Path, opened: Opened, key: str
) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("space", "I", "x", "j", "x", key)
        assert reader.dialog == ""
        assert "INC-2180" in reader.current
        assert "1 marked" in reader.title_bar
        after = knowledge_base.read_bytes()
        assert len(changed(before, knowledge_base)) == 4
        await reader.press("p")
        assert knowledge_base.read_bytes() != after, "no key is blind any more"


async def test_a_key_before_the_board_is_seen_ticks_nothing(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.at_once("I", "x", "space")
        await reader.sees("was dropped")
        assert knowledge_base.read_bytes() == before
        await reader.press("x")
        assert len(changed(before, knowledge_base)) == 2


async def test_a_board_that_is_closed_at_once_leaves_no_key_blind(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.at_once("I", "escape", "I", "q")
        assert reader.dialog == ""
        await reader.press("p")
        assert changed(before, knowledge_base) == ["-- pinned: false", "+- pinned: true"]


@pytest.mark.usefixtures("never_polls")
@pytest.mark.parametrize("seen", [True, False], ids=["seen", "not yet seen"])
async def test_on_the_board_the_item_is_still_the_one(knowledge_base: Path, opened: Opened, seen: bool) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("I", "j")
        by_others(knowledge_base, b"- [ ] Ask the new", b"- [ ] New one\n- [ ] Ask the new")
        before = knowledge_base.read_bytes()
        if seen:
            reader.app.browse._poll()
        await reader.press("x")
        assert [line[:11] for line in changed(before, knowledge_base)] == ["-- [ ] Ask ", "+- [x] Ask "]
        assert on_board(reader).startswith("▌ ☑ Ask the new colleagues")


@pytest.mark.usefixtures("never_polls")
async def test_an_item_that_others_took_out_stays_and_says_why_it_cannot_be_ticked(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("I", "j")
        by_others(knowledge_base, b"- [ ] Ask the new", b"- [ ] Never ask the new")
        before = knowledge_base.read_bytes()
        reader.app.browse._poll()
        await reader.press("x")
        assert on_board(reader).startswith("▌ ☐ Ask the new colleagues")
        assert "nothing was written" in said_on_board(reader)
        assert knowledge_base.read_bytes() == before


async def test_the_board_is_of_what_is_listed(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, query=POOL) as reader:
        await reader.press("I")
        await reader.sees("3 open items in 1 entry")
        await reader.press("x", "j", "x", "j", "x")
        await reader.sees("No open items")


async def test_where_nothing_is_open_the_board_says_so(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, query="who-blocks-whom") as reader:
        await reader.press("I")
        await reader.sees("No open items")
        await reader.press("x", "j", "G", "pagedown", "enter")
        assert reader.dialog == "Board"


async def test_an_entry_that_is_no_longer_found_can_be_ticked_further(knowledge_base: Path, opened: Opened) -> None:
    """The search asks for open items: ticking the last one takes the entry off the list, not off the board."""
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, query="is:open date:2025-06") as reader:
        await reader.press("I", "x")
        assert list(reader.app.browse.model.listed) == []
        assert on_board(reader).startswith("▌ ☑ Ask the new colleagues")
        await reader.press("x")
        assert on_board(reader).startswith("▌ ☐ Ask the new colleagues")
        assert knowledge_base.read_bytes() == before


async def test_an_item_without_a_box_is_ticked_on_the_board(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.press("I")
        await reader.sees("28 open items")
        await reader.press("G")
        assert on_board(reader).startswith("▌ • Find out why")
        await reader.press("x")
        await reader.sees("28 open items")
        assert on_board(reader).startswith("▌ ☑ Find out why")
        assert [line[:12] for line in changed(before, knowledge_base)] == ["-- Find out ", "+- [x] Find "]
        await reader.resize(50, 20)
        await reader.sees("No checkbox")


async def test_undo_on_the_board_says_what_it_undid(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        await reader.press("p", "I", "u")
        assert said_on_board(reader).startswith("undone: pinned INC-2187")
        assert knowledge_base.read_bytes() == before
        await reader.press("u")
        assert said_on_board(reader) == "there is nothing to undo"


async def test_read_only_the_board_ticks_nothing(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, read_only=True) as reader:
        await reader.press("I", "x")
        assert "--read-only" in said_on_board(reader)
        assert knowledge_base.read_bytes() == before


async def test_a_large_board_is_filled_bit_by_bit(
    knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action_items, "SLICE", 0)
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        monkeypatch.setattr(action_items, "PAUSE", 3600)
        await reader.press("I")
        await reader.sees("1 open item in 1 entry…")
        await reader.press("x")
        await reader.sees("No open items…")
        assert len(changed(before, knowledge_base)) == 2
        reader.page(Board)._look()
        await reader.sees("1 open item in 1 entry…")
        monkeypatch.setattr(action_items, "PAUSE", 0.001)
        reader.page(Board)._look()
        await reader.sees("27 open items in 17 entries")
        assert on_board(reader).startswith("▌ ☑ failsafe_mode")


async def test_the_text_of_a_file_is_no_markup_and_commands_no_terminal(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(
        b"## M-2026-01-05T16:00:00Z [red]INC[/red]\x1b[2J\n\n- used: 0\n\n- [ ] [bold]x[/bold] \x1b[31mred\n\n"
        b"<!--\n- [ ] [red]hidden\x1b[2J\n-->\n"
    )
    async with opened(path) as reader:
        await reader.press("I")
        await reader.sees("☐ [bold]x[/bold] ␛[31mred")
        await reader.sees("[red]INC[/red]␛[2J")
        assert "\x1b" not in reader.screen
        await reader.press("escape", "]")
        assert item_chosen(reader) == "☐ [bold]x[/bold] ␛[31mred"
        await reader.press("]")
        await reader.sees("item 2: [red]hidden␛[2J")


# What it looks like


@pytest.fixture
def looks(snap_compare: Callable[..., bool], make_app: Factory) -> Callable[..., bool]:
    """Whether the screen looks as it did, once these keys were pressed."""

    def compare(path: Path, *keys: str, size: tuple[int, int] = (80, 24), **options: Any) -> bool:
        app = make_app(path, **options)

        async def before(pilot: Pilot[None]) -> None:
            reader = Reader(app, pilot)
            await pilot.pause()
            await reader.goes_to(POOL)
            await reader.sees_entry()
            for key in keys:
                await reader.press(key)
                if key == "I":
                    await reader.sees("28 open items in 18 entries ")
            await pilot.pause()
            if not reader.dialog:
                await reader.sees_entry()

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


@pytest.mark.sample_day
def test_item_chosen(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The item that `x` ticks has a mark before each of its lines; the notice says what was written."""
    assert looks(knowledge_base, "]", "]", "]", "x", size=(120, 40))


@pytest.mark.sample_day
def test_board(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """Open items by incident, how old each incident is, and one that was just ticked."""
    assert looks(knowledge_base, "I", "j", "x", "j")


@pytest.mark.sample_day
def test_board_end(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The end of the board: what has no box stands apart."""
    assert looks(knowledge_base, "I", "G", size=(120, 40))


def test_board_ascii_40x12(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """A small terminal without UTF-8: texts are wrapped, never cut."""
    assert looks(knowledge_base, "I", "j", "j", "j", size=(40, 12), glyphs=ASCII)


def numbers(path: Path) -> tuple[int, int, int]:
    """The open items that `list --items`, `report` and the insights count."""
    both = []
    for command in (["list", "--items", "--json"], ["report", "--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "incident_tui", *command, "-f", str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
        both.append(json.loads(done.stdout))
    listed, report = both
    (items_,) = [section for section in report["sections"] if section["title"] == "Action items"]
    snapshot = KnowledgeBase(path).snapshot()
    seen = overview(each_once(snapshot.contents), SAMPLE_DAY, archives=[snapshot.contents.document("archive")])
    (figures,) = [section.figures for section in seen.sections if section.title == "Action items"]
    return sum(one["open"] for one in listed), items_["figures"][0]["value"], figures[0].value


@pytest.mark.slow
async def test_open_items_stay_in_every_count_when_their_entry_is_archived_or_summarized(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base, size=(200, 30)) as reader:
        for key in ("", "a", "s"):
            await reader.goes_to("INC-2180" if key == "s" else "INC-2187")
            await reader.press(*[key] * bool(key))
            if key == "s":
                await reader.sees("Key Learning")
                await reader.press("ctrl+s")
                await reader.sees("2 open items stay on the board")
            elif key:
                assert "3 open items stay on the board" in reader.notice
            await reader.press("escape", "I")
            await reader.sees("28 open items in")
            assert numbers(knowledge_base) == (28, 28, 28)
            await reader.press("escape")


async def test_an_item_of_an_archived_entry_is_ticked_on_the_board_and_gone_to(
    knowledge_base: Path, opened: Opened
) -> None:
    archive = knowledge_base.parent / "archive" / "incidents.md"
    before = archive.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.press("I", *["j"] * 25)
        await reader.sees("28 open items in 18 entries")
        await reader.press("x")
        await reader.sees("27 open items in 17 entries")
        assert [line[:6] for line in changed(before, archive)] == ["-- [ ]", "+- [x]"]
        await reader.press("enter")
        assert reader.row.archived
        await reader.press("backspace", "escape")
        assert reader.app.browse.model.scope == "live"
