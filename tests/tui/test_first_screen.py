"""The first frame shows what the framework shows right after it, cell by cell."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.segment import ControlType, Segment

from incident_tui.config import Config
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.tui.app import IncidentApp
from incident_tui.tui.first_screen import FirstScreen
from incident_tui.tui.list_width import list_cells
from incident_tui.tui.rows import Row, rows
from incident_tui.tui.terminal.first_frame_styles import STYLES
from incident_tui.tui.terminal.frame_diff import TerminalBuffer
from incident_tui.tui.terminal.glyphs import ASCII, UNICODE, Glyphs
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList

SIZES = ((30, 8), (59, 20), (60, 20), (80, 24), (99, 24), (100, 30), (159, 40), (160, 50), (250, 60))


def drawn(segments: list[Segment], size: tuple[int, int]) -> TerminalBuffer:
    """A terminal that was blank, once it shows these."""
    buffer = TerminalBuffer()
    buffer.clear(size)
    difference = buffer.difference(segments, ColorSystem.STANDARD, (0, 0))
    assert difference is not None
    difference.sent()
    return buffer


async def assert_same(library: Library, size: tuple[int, int], glyphs: Glyphs = UNICODE) -> None:
    snapshot = library.snapshot()
    first = FirstScreen(library, snapshot, rows(snapshot, "all"), Config(), glyphs)
    assert first.is_drawable(size)
    ours = drawn(list(first.segments(size)), size)
    app = IncidentApp(library, snapshot, glyphs=glyphs)
    app.browse._hinted = True  # what the files' errors are is said later
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        lines = app.screen._compositor.render_strips()
        at = [Segment("", None, [(ControlType.CURSOR_MOVE_TO, 0, y)]) for y in range(size[1])]
        theirs = drawn([each for y, line in enumerate(lines) for each in (at[y], *line)], size)
        detail = app.screen.query_one(Detail)
        entry = detail.region.shrink((0, 0, 0, 1)) if detail.display else None
    scrollbar = list_cells(size[0], None) - 1
    for y in range(size[1]):
        for x in range(size[0]):
            if (entry is None or not entry.contains(x, y)) and (x != scrollbar or not 2 <= y < size[1] - 1):
                assert ours._rows[y][x] == theirs._rows[y][x], (x, y)


@pytest.mark.parametrize("size", SIZES)
async def test_it_is_the_first_screen_at_any_size(knowledge_base: Path, size: tuple[int, int]) -> None:
    await assert_same(Library([KnowledgeBase(knowledge_base)]), size)


async def test_it_is_the_first_screen_in_ascii_without_colours(
    knowledge_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("incident_tui.terminal.unicode", lambda _: False)
    text = knowledge_base.read_text("utf-8").replace("INC-2187 ", "INC-2187 größer-👩\u200d🚒-日本 ")
    knowledge_base.write_text(text, "utf-8")
    await assert_same(Library([KnowledgeBase(knowledge_base)]), (80, 24), ASCII)


async def test_it_is_the_first_screen_with_wide_characters(knowledge_base: Path) -> None:
    text = knowledge_base.read_text("utf-8").replace("INC-2187 ", "INC-2187 größer-👩\u200d🚒-日本 ")
    knowledge_base.write_text(text, "utf-8")
    await assert_same(Library([KnowledgeBase(knowledge_base)]), (80, 24))


async def test_it_is_the_first_screen_of_several_files_one_of_them_read_only(knowledge_base: Path) -> None:
    other = knowledge_base.with_name("facts.md")
    other.write_bytes(knowledge_base.read_bytes())
    bases = [KnowledgeBase(knowledge_base), KnowledgeBase(other, read_only=True)]
    await assert_same(Library(bases, ["incidents", "facts"]), (100, 30))


async def test_it_is_the_first_screen_of_layers_one_of_which_overrides_the_other(knowledge_base: Path) -> None:
    other = knowledge_base.with_name("facts.md")
    other.write_bytes(knowledge_base.read_bytes())
    bases = [KnowledgeBase(knowledge_base), KnowledgeBase(other)]
    await assert_same(Library(bases, ["personal/incidents", "payments/facts"], (), ["personal", "payments"]), (100, 30))


def test_each_style_of_the_list_has_one_for_the_first_frame() -> None:
    assert EntryList.COMPONENT_CLASSES - {"entry-list--cursor-blurred"} <= STYLES.keys()


def test_other_colours_other_orders_and_no_entries_are_left_to_the_framework(knowledge_base: Path) -> None:
    library = Library([KnowledgeBase(knowledge_base)])
    snapshot = library.snapshot()
    listed = rows(snapshot, "all")

    def drawable(
        size: tuple[int, int] = (80, 24),
        shown: Sequence[Row] = listed,
        theme: str | None = None,
        order: str | None = None,
    ) -> bool:
        return FirstScreen(library, snapshot, shown, Config(theme=theme, order=order), UNICODE).is_drawable(size)

    assert drawable()
    assert drawable(theme="terminal", order="best")
    assert not drawable(theme="nord")
    assert not drawable(order="title")
    assert not drawable(shown=())
    assert not drawable((80, 3))
