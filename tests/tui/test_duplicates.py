"""The review of duplicates: pair by pair, each choice one change with one undo, and what was left is remembered."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.tui.app import IncidentApp
from incident_tui.tui.screens.duplicates import DuplicateReview
from incident_tui.tui.screens.merge_entries import MergeEntries

from .conftest import Factory, Opened
from .reader import Reader

pytestmark = [pytest.mark.sample_day, pytest.mark.usefixtures("never_polls")]

ENTRY = (
    "\n## M-2026-01-{day:02}T10:00:00Z {key}\n\n- type: pattern\n- tags: {tag}\n- used: 1\n- last_used: 2026-01-05\n"
    "- pinned: {pinned}\n\n**Summary**\n\n{text}\n\n{more}"
)


def entry(day: int, key: str, text: str, tag: str = "db", more: str = "", pinned: str = "false") -> str:
    return ENTRY.format(day=day, key=key, text=text, tag=tag, more=more, pinned=pinned).rstrip("\n") + "\n"


OLD, NEW = entry(1, "pool", "Old wording.", "leak"), entry(5, "pool", "New wording.", more="**Fix**\n\n- [ ] Grow it\n")
STORM = entry(2, "storm", "Retries.")
JITTER = entry(4, "storm-2", "With jitter. Supersedes `storm`.", pinned="true")


@pytest.fixture
def patterns(tmp_path: Path) -> Path:
    path = tmp_path / "patterns.md"
    path.write_text(OLD + STORM + JITTER + NEW)
    return path


@pytest.fixture
def archive(patterns: Path) -> Path:
    return patterns.parent / "archive" / patterns.name


async def reviews(reader: Reader, title: str = "Duplicates: 1 of 2") -> None:
    """Open the review by its name."""
    await reader.press("ctrl+p")
    await reader.types("review duplicates")
    await reader.press("enter")
    await reader.sees(title)
    await reader.pilot.pause()


async def test_one_is_kept_and_the_other_archived_as_one_change(patterns: Path, archive: Path, opened: Opened) -> None:
    before = patterns.read_text()
    async with opened(patterns) as reader:
        await reviews(reader)
        await reader.sees("the same key")
        await reader.press("1")
        assert patterns.read_text() == STORM + JITTER + NEW
        assert OLD.strip() in archive.read_text()
        await reader.sees("the first one supersedes the second")
        await reader.press("u")
        await reader.sees("Duplicates: 1 of 2")
        assert (patterns.read_text(), archive.exists()) == (before, False)
        await reader.press("2")
        assert patterns.read_text() == OLD + STORM + JITTER
        await reader.press("2")
        await reader.sees("storm-2 is pinned: it was meant to stay")
        await reader.press("escape")
        await reader.sees("Duplicates: 2 of 2")
        await reader.press("2", "y")
        await reader.sees("2 archived")
        assert patterns.read_text() == OLD + STORM
        await reader.press("escape", "u")
        assert patterns.read_text() == OLD + STORM + JITTER
        await reader.press("u")
        assert (patterns.read_text(), archive.exists()) == (before, False)


async def test_two_are_merged_section_by_section(patterns: Path, archive: Path, opened: Opened) -> None:
    before = patterns.read_text()
    async with opened(patterns) as reader:
        await reviews(reader)
        await reader.press("M")
        await reader.sees("Merge into 1 (2026-01-05 10:00), archive 2")
        await reader.sees("- tags: db, leak")
        await reader.sees("Summary  from 1")
        await reader.press("2")
        await reader.sees("Summary  from 2")
        await reader.press("b")
        await reader.sees("Summary  from 1, then from 2")
        await reader.sees("Fix  only 1 has it")
        await reader.press("escape")
        assert patterns.read_text() == before
        await reader.press("M", "b", "j", "2")
        await reader.sees("Fix  left out")
        await reader.press("enter")
        await reader.sees("Fix  only 1 has it")
        await reader.press("ctrl+s")
        merged = entry(5, "pool", "New wording.\n\nOld wording.", "db, leak", "**Fix**\n\n- [ ] Grow it\n")
        assert patterns.read_text() == STORM + JITTER + merged.replace("used: 1", "used: 2")
        assert OLD.strip() in archive.read_text()
        await reader.press("u")
        await reader.sees("Duplicates: 1 of 2")
        assert (patterns.read_text(), archive.exists()) == (before, False)
        await reader.press("M", "tab")
        await reader.sees("Merge into 2 (2026-01-01 10:00, overridden), archive 1")
        await reader.press("ctrl+s", "escape")
        await reader.sees("1 merged")
        assert patterns.read_text().startswith(
            entry(1, "pool", "Old wording.", "leak, db").replace("used: 1", "used: 2")[:-1]
        )


async def test_what_was_left_is_left_out_for_a_while(patterns: Path, opened: Opened) -> None:
    before = patterns.read_bytes()
    async with opened(patterns) as reader:
        await reviews(reader)
        await reader.press("enter", "u")
        await reader.sees("Duplicates: 1 of 2")
        await reader.press("enter", "tab")
        await reader.sees("1 left · 1 skipped")
        await reader.press("enter")
        await reviews(reader, "Duplicates: 1 of 1, 1 left earlier")
        await reader.sees("supersedes")
        await reader.press("enter", "escape")
        reader.app.browse.action_duplicates()
        await reader.sees("2 pairs were left in the last 90 days")
    assert patterns.read_bytes() == before


async def test_the_doctor_leads_to_the_pair_even_if_it_was_left(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_text(OLD + STORM + OLD.replace("Old", "Other"))
    async with opened(path) as reader:
        await reviews(reader, "Duplicates: 1 of 1")
        await reader.press("enter", "escape")
        reader.app.browse.action_doctor()
        await reader.sees("has the heading of the entry in line 2")
        await reader.press("D")
        await reader.sees("Duplicates: 1 of 1")
        await reader.sees("Other wording.")
        await reader.press("2")
        assert path.read_text() == STORM + OLD.replace("Old", "Other")


async def test_of_three_of_a_key_the_kept_one_goes_on(patterns: Path, opened: Opened) -> None:
    patterns.write_text(OLD + NEW + entry(3, "pool", "Wording between."))
    before = patterns.read_bytes()
    async with opened(patterns) as reader:
        await reviews(reader)
        await reader.press("2")
        await reader.sees("Duplicates: 2 of 2")
        await reader.sees("Wording between.")
        await reader.sees("Old wording.")
        await reader.press("u")
        await reader.sees("New wording.")
        await reader.press("1", "1")
        await reader.sees("2 archived")
        await reader.press("u", "u")
        await reader.sees("Duplicates: 1 of 2")
        assert patterns.read_bytes() == before


async def test_the_entry_is_shown_in_the_browser_and_the_review_goes_on(patterns: Path, opened: Opened) -> None:
    async with opened(patterns) as reader:
        await reviews(reader)
        await reader.press("tab", "o")
        await reader.sees("goes back to the review")
        assert reader.row.entry.title == "storm-2"
        await reader.press("backspace")
        await reader.sees("Duplicates: 2 of 2")
        await reader.press("escape", "enter", "escape")
        await reader.press("slash")
        await reader.types("jitter")
        await reader.press("enter")
        await reviews(reader, "Duplicates: 1 of 1")


async def test_where_nothing_is_there_twice_it_says_so(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        reader.app.browse.action_duplicates()
        await reader.sees("nothing that is listed is there twice")


async def test_keys_on_a_slow_line_decide_on_nothing_unseen(patterns: Path, opened: Opened) -> None:
    async with opened(patterns) as reader:
        await reviews(reader)
        await reader.at_once("1", "1")
        await reader.sees("1 was dropped")
        await reader.sees("Duplicates: 2 of 2")


async def test_what_others_changed_meanwhile_is_shown_before_it_is_decided_on(patterns: Path, opened: Opened) -> None:
    async with opened(patterns) as reader:
        await reviews(reader)
        patterns.write_text(theirs := patterns.read_text().replace("Old wording.", "Their wording."))
        await reader.press("1")
        await reader.sees("someone else changed its text meanwhile")
        await reader.sees("Their wording.")
        assert patterns.read_text() == theirs
        await reader.press("M")
        patterns.write_text(theirs := theirs.replace("New wording.", "Newest wording."))
        await reader.press("2", "ctrl+s")
        await reader.sees("in the meantime")
        await reader.sees("Newest wording.")
        assert patterns.read_text() == theirs
        await reader.press("1")
        assert "Their wording." not in patterns.read_text()
        patterns.write_text(patterns.read_text().replace(STORM.strip(), ""))
        await reader.press("1")
        await reader.sees("no longer in this file")
        await reader.sees("1 archived · 1 skipped")
        await reader.press("u")
        await reader.sees("Duplicates: 1 of 2")
        assert "Their wording." in patterns.read_text()


async def test_of_a_file_that_cant_be_changed_nothing_is(patterns: Path, opened: Opened) -> None:
    before = patterns.read_bytes()
    async with opened(patterns, read_only=True) as reader:
        await reviews(reader)
        for key in ("1", "M"):
            await reader.press(key)
            await reader.sees("it was opened with --read-only")
            await reader.sees("Duplicates: 1 of 2")
        assert patterns.read_bytes() == before


async def test_a_summary_is_not_merged(patterns: Path, opened: Opened) -> None:
    patterns.write_text(OLD + NEW.replace(" pool\n", " pool (summarized)\n"))
    async with opened(patterns) as reader:
        await reviews(reader, "Duplicates: 1 of 1")
        await reader.press("M")
        await reader.sees("it is a summary; restore its full text before merging it")


@pytest.fixture
def layers(tmp_path: Path) -> tuple[Path, Path]:
    """The patterns of the personal and of an organisation's layer."""
    ours, theirs = tmp_path / "kb/patterns.md", tmp_path / "orgs/payments/kb/patterns.md"
    for path, text in ((ours, OLD + JITTER), (theirs, NEW + STORM)):
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return ours, theirs


def app_of(layers: tuple[Path, Path], read_only: int | None = None) -> IncidentApp:
    bases = [KnowledgeBase(path, read_only=index == read_only) for index, path in enumerate(layers)]
    library = Library(bases, ["personal/patterns", "payments/patterns"], (), ["personal", "payments"])
    return IncidentApp(library, library.snapshot())


async def test_of_two_layers_the_merge_is_one_change_in_both_files(layers: tuple[Path, Path]) -> None:
    ours, theirs = layers
    before = ours.read_text(), theirs.read_text()
    app = app_of(layers)
    async with app.run_test(size=(120, 24)) as pilot:
        reader = Reader(app, pilot)
        await reviews(reader, "Duplicates: 1 of 1")  # the payments' storm isn't superseded by ours
        await reader.sees("1  personal/patterns, 2026-01-01 10:00")
        await reader.sees("2  payments/patterns, 2026-01-05 10:00, overridden")
        await reader.press("M", "b", "ctrl+s")
        assert "Old wording.\n\nNew wording.\n\n**Fix**\n\n- [ ] Grow it\n" in ours.read_text()
        assert theirs.read_text() == STORM
        assert NEW.strip() in (theirs.parent.parent / "archive/patterns.md").read_text()
        await reader.press("u")
        assert (ours.read_text(), theirs.read_text()) == before
        await reader.press("escape", "U")
        assert theirs.read_text() == STORM
        await reader.press("u")
        assert (ours.read_text(), theirs.read_text()) == before


async def test_where_one_layer_cant_be_changed_the_other_stays_as_it_is(layers: tuple[Path, Path]) -> None:
    before = [path.read_text() for path in layers]
    app = app_of(layers, read_only=1)
    async with app.run_test(size=(120, 24)) as pilot:
        reader = Reader(app, pilot)
        await reviews(reader, "Duplicates: 1 of 1")
        for key in ("M", "1"):
            await reader.press(key)
            await reader.sees("can't be changed")
        assert [path.read_text() for path in layers] == before
        await reader.press("2")
        assert [path.read_text() for path in layers] == [JITTER, before[1]]


@pytest.mark.parametrize("size", [(80, 24), (40, 12)], ids=["80x24", "40x12"])
def test_duplicates(
    snap_compare: Callable[..., bool], make_app: Factory, patterns: Path, size: tuple[int, int]
) -> None:
    """Two entries beside each other, or one above the other; what differs is bold."""
    app = make_app(patterns)

    async def use(pilot: Pilot[None]) -> None:
        reader = Reader(app, pilot)
        await pilot.pause()
        await reviews(reader)
        assert isinstance(app.screen, DuplicateReview)

    assert snap_compare(app, terminal_size=size, run_before=use)


def test_merge_entries(snap_compare: Callable[..., bool], make_app: Factory, patterns: Path) -> None:
    """The merged metadata, and each section with whose text it is."""
    app = make_app(patterns)

    async def use(pilot: Pilot[None]) -> None:
        reader = Reader(app, pilot)
        await pilot.pause()
        await reviews(reader)
        await reader.press("M", "b")
        assert isinstance(app.screen, MergeEntries)

    assert snap_compare(app, terminal_size=(80, 24), run_before=use)
