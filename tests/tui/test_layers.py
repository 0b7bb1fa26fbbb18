"""A memory in layers in the browser: names, what is overridden, and moves."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from incident_tui.format.edit.new_file import new_file
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
    return opened(memory, "kb/patterns", "orgs/payments/kb/patterns")


def opened(memory: Path, *files: str) -> IncidentApp:
    """The browser of these files of a memory."""
    layers = [file.split("/")[1] if file.startswith("orgs") else "personal" for file in files]
    names = [f"{layer}/{Path(file).name}" for layer, file in zip(layers, files, strict=True)]
    library = Library([KnowledgeBase(memory / f"{file}.md") for file in files], names, (), layers)
    return IncidentApp(library, library.snapshot())


async def test_rows_say_layer_and_file_and_what_is_overridden(app: IncidentApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        reader = Reader(app, pilot)
        assert reader.title_bar.startswith("personal + payments")
        rows = [line.split("│")[0] for line in reader.lines if "pool-ex" in line.split("│")[0]]
        assert [("↑" in row, "per/pat" in row, "pay/pat" in row) for row in rows] == [
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
        await reader.sees("Like this one")
        assert "pool-exhaustion  payments/patterns" in reader.screen  # of one name they are told apart


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


async def test_a_missing_file_is_offered_made_by_a_move_and_gone_after_the_undo(memory: Path) -> None:
    path = memory / "orgs/payments/kb/facts.md"
    app = opened(memory, "kb/patterns", "orgs/payments/kb/facts")
    before = (memory / "kb/patterns.md").read_bytes()
    async with app.run_test(size=(120, 24)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("m")
        assert any("payments/facts  new file" in line for line in reader.lines)
        assert "j k choose  Enter move here" in reader.screen
        await reader.press("enter")
        assert path.read_bytes() == new_file("facts.md") + before[1 : before.index(b"\n## M-2026-01-01")]
        assert sorted(row.file_index for row in app.browse.model.listing) == [0, 1]
        await reader.press("u")
        assert not path.exists()
        assert (memory / "kb/patterns.md").read_bytes() == before
        assert sorted(row.file_index for row in app.browse.model.listing) == [0, 0]
        await reader.press("U")
        assert sorted(row.file_index for row in app.browse.model.listing) == [0, 1]
        assert path.exists()


async def test_a_new_entry_makes_the_file_that_it_goes_to(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = memory.parent / "editor"
    editor.write_text("#!/bin/sh\necho 'The text.' >> \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr(IncidentApp, "suspend", lambda _: nullcontext())
    path = memory / "orgs/payments/kb/facts.md"
    app = opened(memory, "kb/patterns", "orgs/payments/kb/facts")
    async with app.run_test(size=(120, 24)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("c", "j", "enter", *"pool-size", "ctrl+s")
        made = path.read_bytes()
        assert made.startswith(new_file("facts.md"))
        assert b" pool-size\n\n- type: fact\n" in made
        assert made.endswith(b"The text.\n")
        await reader.press("u")
        assert not path.exists()


@pytest.mark.parametrize(("width", "beside"), [(110, True), (60, False)])
async def test_entries_of_the_same_key_are_compared(app: IncidentApp, memory: Path, width: int, beside: bool) -> None:
    path = memory / "orgs/payments/kb/patterns.md"
    path.write_text(path.read_text().replace("Text of pool-exhaustion.", "Other words.", 1))
    app = opened(memory, "kb/patterns", "orgs/payments/kb/patterns")
    async with app.run_test(size=(width, 40)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("D")
        lines = reader.lines
        assert any("The same key: pool-exhaustion (1 of 2)" in line for line in lines)
        ours = next(number for number, line in enumerate(lines) if "Text of pool-exhaustion." in line)
        theirs = next(number for number, line in enumerate(lines) if "Other words." in line)
        assert (ours == theirs) == beside
        assert any("2  payments/patterns, 2026-01-05 10:00, overridden" in line for line in lines)
        bold = {
            segment.text.strip()
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None and segment.style.bold
        }
        assert {"Text of pool-exhaustion.", "Other words."} <= bold
        assert "- type: pattern" not in bold
        await reader.press("tab")
        assert not any("Other words." in line for line in reader.lines)
        assert any("2026-01-04" in line for line in reader.lines)
        await reader.press("tab", "escape")
        assert path.exists()


async def test_one_of_two_is_kept_and_the_other_archived(app: IncidentApp, memory: Path) -> None:
    path = memory / "orgs/payments/kb/patterns.md"
    before = path.read_bytes()
    async with app.run_test(size=(110, 40)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("D", "tab")
        await pilot.pause()
        await reader.press("1")
        assert path.read_bytes() == before[: before.index(b"\n## M-2026-01-04")]
        assert b"M-2026-01-04" in (memory / "orgs/payments/archive/patterns.md").read_bytes()
        await reader.press("u")
        assert path.read_bytes() == before
        await reader.press("g", "D", "2")
        assert b"pool-exhaustion" in (memory / "archive/patterns.md").read_bytes()
        assert path.read_bytes() == before
        await reader.press("G", "D")
        assert any("no other entry has this key" in line for line in reader.lines)


async def test_the_doctor_sums_up_many_files_and_a_notice_names_the_layer(memory: Path) -> None:
    files = ["kb/patterns", "kb/facts", "orgs/payments/kb/patterns", "orgs/payments/kb/facts"]
    for file in files[1::2]:
        (memory / f"{file}.md").write_text("# Facts\n")
    app = opened(memory, *files)
    async with app.run_test(size=(80, 24)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("G", "p")
        assert reader.notice == f"pinned {reader.current}  →  {app.browse.model.file_name(reader.row)}"
        app.browse.action_doctor()
        await reader.sees("4 files: ")
        assert any("4 entries" in line for line in reader.lines[:4])
