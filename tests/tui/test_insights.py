"""The whole in figures: bars to move over, each of which leads to its entries."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.strip import Strip

from incident_tui.insights.overview import Figure, each_once, overview
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.tui.app import IncidentApp
from incident_tui.tui.rows import rows
from incident_tui.tui.screens.insights import Insights
from incident_tui.tui.terminal.glyphs import ASCII, UNICODE, Glyphs
from incident_tui.tui.widgets.bar_chart import BarChart

from ..days import SAMPLE_DAY
from .conftest import Factory, Opened
from .reader import Reader

pytestmark = pytest.mark.sample_day

Answers = list[str | None]
Shown = Callable[..., AbstractAsyncContextManager[tuple[Reader, Answers]]]

HOSTILE = (
    "## M-2026-11-01T10:00:00Z INC-1 [red]a[/] \x1b[31m and a title that is far too long for any column\n\n"
    '- tags: [bold]b, \x1b]0;c\x07, "quoted"\n- used: 1\n\n- [ ] open\n'
)


def insights(path: Path, glyphs: Glyphs = UNICODE) -> Insights:
    base = KnowledgeBase(path).snapshot().contents
    return Insights(overview(each_once(base), SAMPLE_DAY, archives=[base.document("archive")]), glyphs)


@pytest.fixture
def shown(opened: Opened) -> Shown:
    """Opens the figures of a knowledge base, and collects what the screen answers."""

    @asynccontextmanager
    async def open_(path: Path, glyphs: Glyphs = UNICODE, **options: object) -> AsyncIterator[tuple[Reader, Answers]]:
        async with opened(path, glyphs=glyphs, **options) as reader:
            answers: Answers = []
            await reader.app.push_screen(insights(path, glyphs), answers.append)
            await reader.pilot.pause()
            yield reader, answers

    return open_


def cursor(reader: Reader) -> str:
    """The line under the cursor."""
    (line,) = [line for line in drawn(reader) if line.startswith("▌")]
    return " ".join(line.split())


def drawn(reader: Reader) -> list[str]:
    """The lines of the figures, without the scrollbar beside them."""
    region = reader.app.screen.query_one(BarChart).scrollable_content_region
    strips = reader.strips[region.y : region.bottom]
    return [strip.crop(region.x, region.right).text for strip in strips]


def query(reader: Reader) -> str:
    """The line that says where the figure under the cursor leads."""
    return reader.lines[-2].strip()


def under(reader: Reader) -> Figure:
    figure = reader.app.screen.query_one(BarChart).figure
    assert figure is not None
    return figure


async def test_the_cursor_stands_on_the_newest_month_and_its_query_is_told(shown: Shown, knowledge_base: Path) -> None:
    async with shown(knowledge_base) as (reader, _):
        assert cursor(reader) == "▌2026-11 2 ██"
        assert query(reader) == "› date:2026-11 type:incident   2 entries"


@pytest.mark.slow
async def test_enter_answers_with_the_query_and_esc_with_nothing(shown: Shown, knowledge_base: Path) -> None:
    async with shown(knowledge_base) as (reader, answers):
        await reader.press("j", "j", "k", "enter")
        assert answers == ["date:2026-10 type:incident"]
        assert reader.dialog == ""
    for key in ("escape", "q", "ctrl+c"):
        async with shown(knowledge_base) as (reader, answers):
            await reader.press("j", key)
            assert (answers, reader.dialog) == ([None], "")


async def test_the_cursor_goes_over_every_figure_that_leads_anywhere_and_over_no_other(
    shown: Shown, knowledge_base: Path
) -> None:
    async with shown(knowledge_base) as (reader, _):
        figures = [figure for section in reader.page(Insights).seen.sections for figure in section.figures]
        visited = [under(reader)]
        while True:
            await reader.press("j")
            if under(reader) is visited[-1]:
                break
            visited.append(under(reader))
            assert cursor(reader).startswith(f"▌{figures[figures.index(under(reader))].label}"[:20])
        assert visited == [figure for figure in figures if figure.entries]
        assert len(visited) < len(figures)
        await reader.press("k")
        assert under(reader) is visited[-2]


async def test_each_figure_leads_to_as_many_entries_as_it_says(knowledge_base: Path, opened: Opened) -> None:
    snapshot = Library([KnowledgeBase(knowledge_base)]).snapshot()
    listed = rows(snapshot, "both")
    assert {row.entry for row in listed} == {one.entry for one in each_once(*snapshot.contents)}
    figures = [figure for section in insights(knowledge_base).seen.sections for figure in section.figures]
    async with opened(knowledge_base) as reader:
        model = reader.app.browse.model
        for figure in figures:
            model.query_text = figure.query or ""
            assert len(model.listing) == figure.entries, figure


async def test_tab_goes_to_the_next_section_and_shows_its_heading(shown: Shown, knowledge_base: Path) -> None:
    async with shown(knowledge_base, size=(40, 12)) as (reader, _):
        for heading, first in (
            ("Tags", "kubernetes"),
            ("Action items", "all"),
            ("What helped most", "who-blocks-whom"),
        ):
            await reader.press("tab")
            assert cursor(reader).startswith(f"▌{first}")
            assert heading in reader.screen
        await reader.press("j", "shift+tab")
        assert cursor(reader).startswith("▌who-blocks-whom")
        await reader.press("shift+tab", "shift+tab", "shift+tab", "shift+tab")
        assert cursor(reader).startswith("▌2026-11")
        await reader.press("G", "tab")
        assert query(reader).startswith("› is:stale is:open -is:archived")


async def test_the_ends_are_shown_with_what_stands_above_and_below(shown: Shown, knowledge_base: Path) -> None:
    async with shown(knowledge_base) as (reader, _):
        await reader.press("G")
        assert cursor(reader) == "▌with open action items 5 █████"
        assert "Not counted: Action items without a checkbox" in reader.screen
        await reader.press("g")
        assert cursor(reader).startswith("▌2026-11")
        assert "Incidents a month" in reader.screen


async def test_pages_lead_to_the_end_and_back(shown: Shown, knowledge_base: Path) -> None:
    async with shown(knowledge_base, size=(80, 12)) as (reader, _):
        await reader.press(*["pagedown"] * 10)
        assert cursor(reader).startswith("▌with open action items")
        await reader.press(*["pageup"] * 10)
        assert cursor(reader).startswith("▌2026-11")


async def test_a_click_puts_the_cursor_there_and_another_one_chooses(shown: Shown, knowledge_base: Path) -> None:
    async with shown(knowledge_base) as (reader, answers):
        line = next(at for at, line in enumerate(reader.lines) if "2026-08" in line)
        await reader.pilot.click(offset=(10, line))
        assert (cursor(reader), answers) == ("▌2026-08 3 ███", [])
        empty = next(at for at, line in enumerate(reader.lines) if "2026-01" in line)
        await reader.pilot.click(offset=(10, empty))
        assert (cursor(reader), answers) == ("▌2026-08 3 ███", [])
        await reader.pilot.click(offset=(10, line))
        assert answers == ["date:2026-08 type:incident"]


@pytest.mark.slow
async def test_another_size_keeps_the_cursor_and_all_of_it_on_the_screen(shown: Shown, knowledge_base: Path) -> None:
    async with shown(knowledge_base, size=(120, 40)) as (reader, _):
        await reader.press("tab", "tab", "j")
        for size in ((80, 24), (40, 12), (20, 8), (120, 40)):
            await reader.resize(*size)
            assert cursor(reader).startswith("▌0 to 30")
            assert query(reader).startswith("› is:open date:>="[: size[0] - 4])


@pytest.mark.parametrize("size", [(20, 7), (40, 6), (10, 12)])
async def test_on_the_smallest_screen_the_cursor_is_seen_wherever_it_is(
    shown: Shown, knowledge_base: Path, size: tuple[int, int]
) -> None:
    async with shown(knowledge_base, size=size) as (reader, _):
        for key in ("G", "g", "g", "j", "k", "tab", "shift+tab", "G", "G", "pageup", "pagedown"):
            await reader.press(key)
            assert cursor(reader)


async def test_without_utf8_all_of_it_is_ascii(shown: Shown, knowledge_base: Path) -> None:
    async with shown(knowledge_base, glyphs=ASCII) as (reader, _):
        for key, bar in (("g", " ##"), ("tab", ":__::__"), ("G", " ##")):
            await reader.press(key)
            assert "".join((*drawn(reader), query(reader))).isascii()
            assert any(line.startswith(">") and bar in line for line in drawn(reader))


@pytest.mark.parametrize("width", [40, 80, 120])
async def test_a_tag_has_a_bar_for_each_month_where_there_is_room_and_enter_searches_it(
    shown: Shown, knowledge_base: Path, width: int
) -> None:
    async with shown(knowledge_base, size=(width, 24)) as (reader, answers):
        await reader.press("tab", "j")
        assert "postgres" in cursor(reader)
        assert ("A bar for each month from 2024-11 to 2026-11." in reader.screen) == (width > 40)
        assert ("▁▁▁▃▃▁▁▁▃▁▁▃" if width > 40 else "4 ████ ") in cursor(reader)
        await reader.press("enter")
        assert answers == ["tag:postgres type:incident"]


async def test_text_of_the_file_is_shown_as_it_is_and_harmless(shown: Shown, tmp_path: Path) -> None:
    path = tmp_path / "incidents.md"
    path.write_text(HOSTILE, "utf-8")
    async with shown(path) as (reader, _):
        await reader.press("tab")
        assert "[bold]b" in reader.screen
        assert '"quoted"' in reader.screen
        assert "␛]0;c␇" in reader.screen
        assert "INC-1 [red]a[/] ␛[31m" in reader.screen
        assert all(char == "\n" or char.isprintable() for char in reader.screen)
        assert query(reader) == "› tag:[bold]b   1 entry"
        await reader.press("j")
        assert query(reader) == "› is:open   1 entry"  # no query can say the other two


async def test_where_nothing_is_known_there_is_nothing_to_choose(shown: Shown, tmp_path: Path) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(b"")
    async with shown(path) as (reader, answers):
        assert "Insights: 0 incidents" in reader.screen
        assert reader.screen.count("None.") == 5
        await reader.press("j", "k", "G", "g", "tab", "shift+tab", "pagedown", "pageup", "enter")
        assert (query(reader), answers) == ("", [])
        await reader.press("escape")
        assert answers == [None]


async def test_a_key_draws_two_lines_and_the_query(
    shown: Shown, knowledge_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(knowledge_base) as (reader, _):
        figures = reader.app.screen.query_one(BarChart)
        lines: list[int] = []
        render_line = figures.render_line

        def noted(y: int) -> Strip:
            lines.append(y)
            return render_line(y)

        monkeypatch.setattr(figures, "render_line", noted)
        await reader.press("j")
        await reader.pilot.pause()
        assert sorted(lines) == [2, 3]


# What it looks like


@pytest.fixture
def looks(snap_compare: Callable[..., bool], make_app: Factory) -> Callable[..., bool]:
    """Whether the screen looks as it did, once these keys were pressed."""

    def compare(path: Path, *keys: str, size: tuple[int, int] = (80, 24), glyphs: Glyphs = UNICODE) -> bool:
        app: IncidentApp = make_app(path, glyphs=glyphs)

        async def before(pilot: Pilot[None]) -> None:
            await pilot.pause()
            await app.push_screen(insights(path, glyphs))
            await pilot.pause()
            await pilot.press(*keys)
            await pilot.pause()

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


def test_insights(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """Incidents a month, the newest first; below them the query of the one under the cursor, and the keys."""
    assert looks(knowledge_base)


def test_insights_tags(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """Tags with their trend, and action items: open ones as bars, done ones and entries beside them."""
    assert looks(knowledge_base, "tab", "j")


def test_insights_end(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """What helped most, what is stale, and what is not counted."""
    assert looks(knowledge_base, "G")


def test_insights_ascii_40x12(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """A small terminal without UTF-8: the columns are all there, the bars as long as there is room."""
    assert looks(knowledge_base, "tab", size=(40, 12), glyphs=ASCII)


@pytest.mark.parametrize(("keys", "scope", "during"), [((), "live", "live"), (("A",), "archived", "both")])
async def test_a_figure_changes_the_scope_for_its_search_only(
    knowledge_base: Path, opened: Opened, keys: tuple[str, ...], scope: str, during: str
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press(*keys)
        before = reader.listed
        reader.app.browse.action_insights()
        await reader.sees("Incidents a month")
        await reader.press("tab", "enter")
        assert reader.query == "tag:kubernetes type:incident"
        assert reader.app.browse.model.scope == during
        assert {row.archived for row in reader.app.browse.model.listing} == {False, True}
        await reader.press("escape")
        assert reader.app.browse.model.scope == scope
        assert reader.listed == before
