"""What a change or a reload replaces is let go at once; what the framework leaves is collected between keys."""

import gc
from collections.abc import Iterator
from pathlib import Path
from weakref import ref

import pytest

from incident_tui.tui.background import garbage
from incident_tui.tui.background.garbage import Collector

from .conftest import Opened


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Cycles stay."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
async def test_edits_and_reloads_let_go_of_what_they_replace(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        model = reader.app.browse.model
        replaced: list[ref[object]] = []

        async def replace() -> None:
            assert model.snapshot is not None
            replaced.extend(
                [ref(model.snapshot.files[0].live), ref(model.search._collection), ref(model.search._index)]
            )

        await replace()
        await reader.press("plus")
        await replace()
        await reader.press("u")
        await replace()
        knowledge_base.write_bytes(knowledge_base.read_bytes() + b"\n## M-2026-11-24T09:00:00Z INC-9999 new\n")
        reader.app.browse._poll()
        await reader.press("j", "k", "question_mark", "escape")
        await reader.press("p")
        await reader.press("u")
        await reader.pilot.pause(0.3)
        assert "INC-9999" in knowledge_base.read_text("utf-8")
        assert [type(each()).__name__ for each in replaced if each() is not None] == []


class Loop:
    """A cycle."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.usefixtures("uncollected")
def test_young_cycles_are_collected_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    collector = Collector()
    first = ref(Loop())
    collector.sweep()
    assert first() is not None, "not worth while yet"
    loops = [Loop() for _ in range(garbage.YOUNG + 1)]
    collector.sweep()
    assert first() is None
    assert loops


@pytest.mark.usefixtures("uncollected")
def test_old_cycles_are_collected_when_no_key_was_pressed_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(garbage, "monotonic", lambda: now)
    collector = Collector()
    loop = Loop()
    old = ref(loop)
    for _ in range(garbage.YOUNG_SEARCHES):
        loops = [Loop() for _ in range(garbage.YOUNG + 1)]
        collector.pressed()
        collector.sweep()
    del loop
    now += garbage.REST / 2
    collector.sweep()
    assert old() is not None, "a key may come"
    now += garbage.REST
    collector.sweep()
    assert old() is None
    assert loops


@pytest.mark.slow
@pytest.mark.usefixtures("uncollected")
async def test_a_dialog_that_was_closed_is_forgotten(
    knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what was drawn of it."""
    monkeypatch.setattr(garbage, "YOUNG", 0)
    async with opened(knowledge_base) as reader:
        await reader.press("question_mark")
        screen = reader.app.screen
        drawn = [ref(widget._styles_cache) for widget in (screen, *screen.query())]
        del screen
        await reader.press("escape", "j", "k")
        await reader.pilot.pause(0.3)
        gc.collect()
        assert any(each() is not None for each in drawn), "the framework keeps it; if not, garbage.py can be shorter"
        Collector().sweep()
        gc.collect()
        assert [each for each in drawn if each() is not None] == []
