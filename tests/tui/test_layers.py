"""A memory in layers in the browser: names, what is overridden, and moves."""

from pathlib import Path

import pytest

from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.tui.app import IncidentApp

from .reader import Reader

ENTRY = "\n## M-2026-01-0{day}T10:00:00Z {key}\n\n- type: pattern\n- used: 0\n- pinned: false\n\nText of {key}.{more}\n"


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    top = tmp_path / "memory"
    for name, days in (("", (3,)), ("orgs/payments", (5, 4))):
        (top / name / "kb").mkdir(parents=True)
        (top / name / "kb/patterns.md").write_text(
            "".join(ENTRY.format(day=day, key="pool-exhaustion", more="") for day in days)
        )
    (top / "kb/patterns.md").write_text(
        ENTRY.format(day=3, key="pool-exhaustion", more="") + ENTRY.format(day=1, key="mine", more=" password=hunter22")
    )
    return top


@pytest.fixture
def app(memory: Path) -> IncidentApp:
    bases = [KnowledgeBase(memory / name / "kb/patterns.md") for name in ("", "orgs/payments")]
    library = Library(bases, ["personal/patterns", "payments/patterns"], (), ["personal", "payments"])
    return IncidentApp(library, library.snapshot())


async def test_rows_say_layer_and_file_and_what_is_overridden(app: IncidentApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        reader = Reader(app, pilot)
        assert reader.title_bar.startswith("personal + payments")
        rows = [line.split("│")[0] for line in reader.lines if "pool-ex" in line.split("│")[0]]
        assert [("↑" in row, "per/patt" in row, "pay/patt" in row) for row in rows] == [
            (False, True, False),
            (True, False, True),
            (True, False, True),
        ]
        model = app.browse.model
        assert [(row.file_index, row.in_force is not None) for row in model.listing][:3] == [
            (0, False),
            (1, True),
            (1, True),
        ]


async def test_one_key_goes_to_the_entry_in_force_and_back(app: IncidentApp) -> None:
    async with app.run_test(size=(120, 24)) as pilot:
        reader = Reader(app, pilot)
        model = app.browse.model
        await reader.press("j")
        await reader.sees_entry()
        assert any("overridden by the one in personal/patterns; = goes there" in line for line in reader.lines)
        await reader.press("equals_sign")
        assert model.current is not None
        assert model.current.file_index == 0
        await reader.press("equals_sign")
        assert model.current.file_index == 1
        await reader.press("G", "equals_sign")
        assert model.current.entry.title == "mine"


async def test_an_entry_is_moved_after_its_secret_was_shown(app: IncidentApp, memory: Path) -> None:
    ours, theirs = memory / "kb/patterns.md", memory / "orgs/payments/kb/patterns.md"
    before = ours.read_bytes(), theirs.read_bytes()
    async with app.run_test(size=(120, 24)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("G", "m", "enter")
        assert any("password=hunter22" in line for line in reader.lines)
        assert (ours.read_bytes(), theirs.read_bytes()) == before
        await reader.press("y")
        assert b"mine" in theirs.read_bytes()
        assert b"mine" not in ours.read_bytes()
        await reader.press("u")
        assert (ours.read_bytes(), theirs.read_bytes()) == before
