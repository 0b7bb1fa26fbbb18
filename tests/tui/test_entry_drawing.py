"""When the entry beside the list is rendered: with the first key after a pause, and not again where it was kept."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import RenderableType

from incident_tui.tui.rows import Row
from incident_tui.tui.widgets import detail as module
from incident_tui.tui.widgets.detail import KEPT, Detail

from .conftest import Opened


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the entries that are rendered, as that happens."""
    names: list[str] = []
    render = Detail._entry

    def noted(self: Detail, row: Row, related: Sequence[Row]) -> RenderableType:
        names.append(row.entry.heading.name)
        return render(self, row, related)

    monkeypatch.setattr(Detail, "_entry", noted)
    return names


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock for the entry's drawing; its last value is the time."""
    times = [1000.0]
    monkeypatch.setattr(module, "monotonic", lambda: times[-1])
    return times


async def test_the_first_key_after_a_pause_draws_its_entry_at_once(
    knowledge_base: Path, opened: Opened, seconds: list[float]
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.sees("used 9×")
        detail, model = reader.app.screen.query_one(Detail), reader.app.browse.model
        seconds.append(2000.0)
        model.select(3)
        assert detail._shown is not None
        assert detail._shown[0] is model.current
        assert detail._timer is None
        model.select(4)  # at the same moment: it waits
        assert detail._shown[0] is not model.current
        assert detail._timer is not None
        seconds.append(2000.0 + module.OFTEN)
        model.select(5)  # keys keep coming
        assert detail._shown[0] is model.current


async def test_back_and_forth_renders_nothing(
    knowledge_base: Path, opened: Opened, seconds: list[float], rendered: list[str]
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.sees("used 9×")
        detail, model = reader.app.screen.query_one(Detail), reader.app.browse.model
        seconds.append(2000.0)
        model.select(3)
        row = model.current
        assert row is not None
        detail._render_neighbours(row)
        detail._render_neighbours(row)
        detail._render_neighbours(row)
        before = rendered.copy()
        for time, position in ((2001.0, 4), (2002.0, 3), (2003.0, 2), (2004.0, 3)):
            seconds.append(time)
            model.select(position)
            assert detail._shown is not None
            assert detail._shown[0] is model.current
        assert rendered == before


@pytest.mark.slow
async def test_what_is_kept_is_bounded_and_goes_with_the_snapshot_and_the_theme(
    knowledge_base: Path, opened: Opened, seconds: list[float]
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.sees("used 9×")
        detail, model = reader.app.screen.query_one(Detail), reader.app.browse.model
        for position in range(2 * KEPT):
            seconds.append(seconds[-1] + 10.0)
            model.select(position)
        assert len(detail._renderings) == KEPT
        detail.notify_style_update()
        assert not detail._renderings
        seconds.append(seconds[-1] + 10.0)
        model.select(0)
        kept = list(detail._renderings.values())
        assert kept
        model.load(reader.app.browse.session.library.snapshot())
        await reader.pilot.pause()
        assert not set(map(id, kept)) & set(map(id, detail._renderings.values()))
