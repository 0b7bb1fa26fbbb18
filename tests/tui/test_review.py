"""The review of what is stale: one at a time, each decision written at once, all of them undone as one."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from incident_tui.config import config_file
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.user.reviews import save_review

from ..days import SAMPLE_DAY
from .conftest import Factory, Opened
from .reader import Reader
from .test_marking import changed

pytestmark = pytest.mark.sample_day


@asynccontextmanager
async def reviewing(opened: Opened, path: Path, **options: Any) -> AsyncIterator[Reader]:
    async with opened(path, review=True, **options) as reader:
        await reader.sees("Stale: 1 of 9")
        await reader.pilot.pause()
        yield reader


async def test_it_begins_with_what_was_of_no_use_for_the_longest_time(knowledge_base: Path, opened: Opened) -> None:
    async with reviewing(opened, knowledge_base) as reader:
        await reader.sees("written 17 months ago · used 0× · last used: unknown · 1 open item")
        await reader.sees("alert-diet")


async def test_decisions_are_written_at_once_and_undone_as_one(knowledge_base: Path, opened: Opened) -> None:
    archive = knowledge_base.parent / "archive" / "incidents.md"
    before = knowledge_base.read_bytes(), archive.read_bytes()
    async with reviewing(opened, knowledge_base) as reader:
        await reader.press("enter", "tab")
        assert knowledge_base.read_bytes() == before[0]
        await reader.press("p")
        assert changed(before[0], knowledge_base) == ["-- pinned: false", "+- pinned: true"]
        await reader.press("a", "escape")
        await reader.sees("1 kept · 1 skipped · 1 pinned · 1 archived")
        await reader.sees("kept        alert-diet")
        assert archive.read_bytes() != before[1]
        await reader.press("u")
        assert (knowledge_base.read_bytes(), archive.read_bytes()) == before
        assert reader.dialog == ""


async def test_one_undo_later_takes_the_whole_review_back(knowledge_base: Path, opened: Opened) -> None:
    archive = knowledge_base.parent / "archive" / "incidents.md"
    before = knowledge_base.read_bytes(), archive.read_bytes()
    async with reviewing(opened, knowledge_base) as reader:
        await reader.press("p", "a", "a", "escape", "enter")
        assert reader.dialog == ""
        after = knowledge_base.read_bytes(), archive.read_bytes()
        assert after != before
        await reader.press("u")
        assert (knowledge_base.read_bytes(), archive.read_bytes()) == before
        await reader.press("U")
        assert (knowledge_base.read_bytes(), archive.read_bytes()) == after


async def test_u_takes_the_last_decision_back_and_asks_again(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with reviewing(opened, knowledge_base) as reader:
        await reader.press("p")
        pinned = knowledge_base.read_bytes()
        await reader.press("a")
        await reader.sees("Stale: 3 of 9")
        await reader.press("u")
        await reader.sees("Stale: 2 of 9")
        assert knowledge_base.read_bytes() == pinned
        await reader.press("u")
        await reader.sees("Stale: 1 of 9")
        assert knowledge_base.read_bytes() == before


async def test_a_summary_is_drafted_and_counts_once_it_is_written(knowledge_base: Path, opened: Opened) -> None:
    async with reviewing(opened, knowledge_base) as reader:
        await reader.press("s")
        await reader.sees("Summarize alert-diet")
        await reader.press("escape")
        await reader.sees("Stale: 1 of 9")
        await reader.press("s")
        await reader.sees("Key Learning")
        await reader.press("ctrl+s")
        await reader.sees("Stale: 2 of 9")
        assert "alert-diet (summarized)" in knowledge_base.read_text()


async def test_what_can_not_be_done_is_said_and_asked_again(knowledge_base: Path, opened: Opened) -> None:
    async with reviewing(opened, knowledge_base, read_only=True) as reader:
        await reader.press("a")
        await reader.sees("can't be changed: it was opened with --read-only")
        await reader.sees("Stale: 1 of 9")


async def test_a_key_on_a_slow_line_decides_on_nothing_unseen(knowledge_base: Path, opened: Opened) -> None:
    async with reviewing(opened, knowledge_base) as reader:
        await reader.at_once("a", "a")
        await reader.sees("a was dropped")
        await reader.sees("Stale: 2 of 9")


async def test_what_others_took_out_is_passed_over(knowledge_base: Path, opened: Opened) -> None:
    async with reviewing(opened, knowledge_base) as reader:
        text = knowledge_base.read_text()
        for name in ("## M-2025-11-28", "## M-2025-10-26"):
            start = text.index(name)
            text = text[:start] + text[text.index("\n## M-", start) + 1 :]
        knowledge_base.write_text(text)
        for _ in range(3):
            reader.app.browse._poll()
        await reader.press(*["tab"] * 7)
        await reader.sees("Reviewed: 9 of 9")


@pytest.mark.usefixtures("never_polls")
async def test_what_someone_else_did_already_is_not_taken_back_as_if_it_were_ours(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("who-blocks-whom")
        await reader.press("plus")
        helped = knowledge_base.read_bytes()
        reader.app.browse.action_review()
        await reader.sees("Stale: 1 of 9")
        await reader.pilot.pause()
        at = helped.index(b"pinned: false", helped.index(b" alert-diet\n"))
        knowledge_base.write_bytes(pinned := helped[:at] + b"pinned: true" + helped[at + len(b"pinned: false") :])
        await reader.press("p")
        await reader.sees("Stale: 2 of 9")
        await reader.press("u")
        await reader.sees("Stale: 1 of 9")
        assert knowledge_base.read_bytes() == pinned


async def test_only_what_is_listed_is_reviewed(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, review=True, query="payout") as reader:
        await reader.sees("Stale: 1 of 1")


async def test_where_nothing_is_stale_it_says_so(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, review=True, query="INC-2187") as reader:
        await reader.sees("nothing that is listed is stale")


async def test_what_was_kept_is_left_out_and_the_next_review_goes_on_with_the_rest(
    knowledge_base: Path, opened: Opened
) -> None:
    before = knowledge_base.read_bytes()
    async with reviewing(opened, knowledge_base) as reader:
        await reader.press("enter", "enter", "tab", "escape")
    async with opened(knowledge_base, review=True) as reader:
        await reader.sees("Stale: 1 of 7, 2 kept earlier")
        assert "alert-diet" not in reader.screen
    assert knowledge_base.read_bytes() == before


async def test_what_was_kept_is_asked_about_again_after_the_days_that_are_set(
    knowledge_base: Path, opened: Opened
) -> None:
    for day, seen in (
        (SAMPLE_DAY - timedelta(90), "Stale: 1 of 9"),
        (SAMPLE_DAY - timedelta(89), "9 stale entries were kept in the last 90 days"),
    ):
        for entry in KnowledgeBase(knowledge_base).snapshot().live.entries:
            save_review(knowledge_base, entry.identity, day)
        async with opened(knowledge_base, review=True) as reader:
            await reader.sees(seen)
    config_file().parent.mkdir(parents=True)
    config_file().write_text("review_days = 89")
    async with opened(knowledge_base, review=True) as reader:
        await reader.sees("Stale: 1 of 9")


async def test_a_decision_that_was_taken_back_is_not_remembered(knowledge_base: Path, opened: Opened) -> None:
    async with reviewing(opened, knowledge_base) as reader:
        await reader.press("enter", "enter", "u", "escape")
    async with opened(knowledge_base, review=True) as reader:
        await reader.sees("Stale: 1 of 8, 1 kept earlier")


async def test_a_setting_writes_it_into_the_entry_so_that_colleagues_see_it(
    knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text(f"write_reviewed = true\nreview_days = {10**9}")
    before = knowledge_base.read_bytes()
    async with reviewing(opened, knowledge_base) as reader:
        await reader.press("enter", "tab", "escape")
        await reader.sees("1 kept · 1 skipped")
        assert changed(before, knowledge_base) == [f"+- reviewed: {SAMPLE_DAY}"]
        after = knowledge_base.read_bytes()
        await reader.press("u")
        assert knowledge_base.read_bytes() == before
    knowledge_base.write_bytes(after)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "a colleague"))
    async with opened(knowledge_base, review=True) as reader:
        await reader.sees("Stale: 1 of 8, 1 kept earlier")


def test_review(snap_compare: Callable[..., bool], make_app: Factory, knowledge_base: Path) -> None:
    """The numbers that the decision needs above the entry, how far it is, and the keys."""

    app = make_app(knowledge_base, review=True)

    async def use(pilot: Pilot[None]) -> None:
        reader = Reader(app, pilot)
        await reader.sees("Stale: 1 of 9")
        await pilot.pause()
        await reader.press("enter", "p")
        await reader.sees("Stale: 3 of 9")

    assert snap_compare(app, terminal_size=(80, 24), run_before=use)


def test_review_summary(snap_compare: Callable[..., bool], make_app: Factory, knowledge_base: Path) -> None:
    """What was decided, by name, and how to take it back."""

    app = make_app(knowledge_base, review=True)

    async def use(pilot: Pilot[None]) -> None:
        reader = Reader(app, pilot)
        await reader.sees("Stale: 1 of 9")
        await pilot.pause()
        await reader.press("enter", "p", "a", "tab", "escape")
        await reader.sees("Reviewed: 4 of 9")

    assert snap_compare(app, terminal_size=(80, 24), run_before=use)
