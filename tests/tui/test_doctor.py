"""The doctor: what is wrong is listed, gone to, and mended."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from incident_tui.storage.disk.journal import journal_file
from incident_tui.tui.terminal.glyphs import ASCII
from incident_tui.tui.widgets.choices import Choices

from .conftest import Editor, Factory, Opened
from .reader import Reader

SICK = b"""# Incidents

---

## M-2026-03-01T10:00:00Z INC-3 pool-ran-dry

- type: Incident
- pinned:true

The pool ran dry.

---

## M-2026-02-01T10:00:00Z INC-2 queue-stuck (summarized)

- type: incident
- used: 2

See archive/incidents.md#M-2026-02-01T10:00:00Z

---

## M-2026-01-01T10:00:00Z INC-1 disk-full

- type: incident
- used: 0

<!-- ask the storage team
"""
OLD = b"# Old\n\n## M-2025-01-01T10:00:00Z INC-0 first\n\n- type: note\n- last_used: 2025/02/03\n\nText.\n"


@pytest.fixture
def sick(tmp_path: Path) -> Path:
    """A knowledge base with something wrong in both files."""
    live = tmp_path / "team" / "incidents.md"
    (live.parent / "archive").mkdir(parents=True)
    live.write_bytes(SICK)
    (live.parent / "archive" / live.name).write_bytes(OLD)
    return live


async def to_doctor(reader: Reader) -> None:
    reader.app.browse.action_doctor()
    await reader.sees("Doctor:")
    await reader.pilot.pause()


def under(reader: Reader) -> str:
    """The lines of the finding under the cursor."""
    cursor = reader.app.browse.glyphs.cursor
    return " ".join(" ".join(line.split()) for line in reader.lines if line.lstrip().startswith(cursor))


async def test_it_is_in_the_palette(sick: Path, opened: Opened) -> None:
    async with opened(sick) as reader:
        await reader.press("ctrl+p")
        await reader.types("doctor")
        await reader.sees("Check the files: what is wrong")
        await reader.press("enter")
        await reader.sees("Doctor: ")
        assert reader.dialog == "Doctor"


async def test_nothing_is_wrong_with_the_sample(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await to_doctor(reader)
        assert "Doctor: nothing is wrong" in reader.screen
        assert "1,277 lines, 25 entries" in reader.screen
        await reader.press("enter", "ctrl+s", "j", "escape")
        assert reader.dialog == ""


async def test_findings_stand_by_file_and_line(sick: Path, opened: Opened) -> None:
    async with opened(sick, size=(110, 40)) as reader:
        await to_doctor(reader)
        assert "Doctor: 2 errors, 3 warnings, 1 note" in reader.screen
        shown = [line.strip(" ▌") for line in reader.lines]
        starts = ["incidents.md", "7 warning", "8 warning", "14 error", "17 note", "28 error"]
        starts += ["archive/incidents.md", "6 warning"]
        at = [next(row for row, line in enumerate(shown) if line.startswith(start)) for start in starts]
        assert at == sorted(at)
        assert under(reader).startswith("▌ 7 warning the type `Incident` is not one of")


async def test_enter_goes_to_the_entry_and_says_what_is_wrong(sick: Path, opened: Opened) -> None:
    async with opened(sick) as reader:
        await to_doctor(reader)
        await reader.press("j", "j", "enter")
        assert reader.dialog == ""
        assert "INC-2" in reader.current
        assert reader.notice.startswith("line 14: the full text of INC-2 queue-stuck is not in archive/incidents.md")
        await reader.press("backspace")
        assert "INC-3" in reader.current


async def test_enter_goes_to_an_archived_entry(sick: Path, opened: Opened) -> None:
    async with opened(sick) as reader:
        await to_doctor(reader)
        await reader.press("G", "enter")
        assert "INC-0" in reader.current
        assert "archive only" in reader.title_bar


async def test_an_entry_that_is_gone_meanwhile(sick: Path, opened: Opened) -> None:
    async with opened(sick) as reader:
        await to_doctor(reader)
        sick.write_bytes(SICK[: SICK.index(b"## M-2026-02")])
        reader.app.browse._poll()
        reader.app.browse._poll()  # a loss is believed only if it stays
        await reader.press("j", "j", "enter")
        assert reader.notice == "INC-2 queue-stuck no longer exists"


async def test_what_has_one_answer_is_mended_and_undone(sick: Path, opened: Opened) -> None:
    async with opened(sick) as reader:
        await to_doctor(reader)
        await reader.press("ctrl+s")
        assert "Doctor: 2 errors, 2 warnings, 1 note" in reader.screen
        assert under(reader).startswith("▌ 7 mended the type")
        assert sick.read_bytes() == SICK.replace(b"Incident\n", b"incident\n").replace(b"# incident", b"# Incident")
        assert "edited INC-3" in reader.footer
        await reader.press("ctrl+s", "j", "ctrl+s")
        assert sick.read_bytes().count(b"- pinned: true") == 1
        await reader.press("escape", "u", "u")
        assert sick.read_bytes() == SICK


async def test_the_cursor_and_the_marks_of_the_list_stay(sick: Path, opened: Opened) -> None:
    async with opened(sick) as reader:
        await reader.goes_to("INC-1")
        await reader.press("space")
        await to_doctor(reader)
        await reader.press("ctrl+s", "escape")
        assert "INC-1" in reader.current
        assert "1 marked" in reader.title_bar


async def test_what_only_a_person_can_mend_is_said(sick: Path, opened: Opened) -> None:
    async with opened(sick) as reader:
        await to_doctor(reader)
        await reader.press("j", "j", "ctrl+s")
        assert reader.footer.startswith("only a person can mend this: bring it back from git")
        assert sick.read_bytes() == SICK


async def test_what_is_in_no_entry_is_looked_at_in_an_editor(sick: Path, opened: Opened) -> None:
    journal_file(sick.resolve()).write_bytes(b"torn")
    async with opened(sick) as reader:
        await to_doctor(reader)
        await reader.press("G", "enter")
        assert reader.dialog == "Doctor"
        assert reader.footer.startswith("it is in no entry: open .incidents.md.journal in an editor, at line 1")
        await reader.press("ctrl+s")
        assert not journal_file(sick.resolve()).exists()


async def test_a_file_that_can_not_be_changed_is_not_mended(sick: Path, opened: Opened) -> None:
    async with opened(sick, read_only=True) as reader:
        await to_doctor(reader)
        await reader.press("ctrl+s")
        assert "can't be changed" in reader.footer
        assert "7 warning" in " ".join(reader.screen.split())
        assert sick.read_bytes() == SICK


async def test_texts_of_the_file_are_shown_as_they_are(sick: Path, opened: Opened) -> None:
    sick.write_bytes(SICK.replace(b"Incident\n\n---", b"x").replace(b"type: Incident", b"type: [red]\x1b[31m[/]"))
    async with opened(sick, glyphs=ASCII) as reader:
        await to_doctor(reader)
        assert "[red]" in reader.screen
        assert "\x1b" not in reader.screen


@pytest.mark.slow
async def test_another_width_wraps_the_texts_anew(sick: Path, opened: Opened) -> None:
    async with opened(sick, size=(120, 40)) as reader:
        await to_doctor(reader)
        wide = reader.app.screen.query_one(Choices).virtual_size.height
        await reader.resize(50, 20)
        await reader.pilot.pause()
        assert reader.app.screen.query_one(Choices).virtual_size.height > wide
        assert under(reader).startswith("▌ 7 warning")


def test_doctor(snap_compare: Callable[..., bool], make_app: Factory, sick: Path) -> None:
    """Errors, warnings and notes by file and line, each with what to do; one of them was mended."""
    app = make_app(sick)

    async def before(pilot: Pilot[Any]) -> None:
        reader = Reader(app, pilot)
        await pilot.pause()
        await to_doctor(reader)
        await reader.press("j", "ctrl+s", "k")

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)


async def test_one_mend_makes_entries_of_all_that_nearly_right_headings_hide(sick: Path, opened: Opened) -> None:
    hidden = b"\n##  M-2025-12-02T10:00:00Z INC-8\n\n- type: note\n\n## m-2025-12-01T10:00:00Z INC-9\n\n- type: note\n"
    data = SICK.partition(b"- type: Incident")[0] + b"- type: incident\n\nThe pool ran dry.\n" + hidden
    sick.write_bytes(data)
    async with opened(sick) as reader:
        await to_doctor(reader)
        assert "Doctor: 2 errors" in reader.screen
        await reader.press("ctrl+s")
        assert "error" not in reader.lines[0]
        assert sick.read_bytes().count(b"\n## M-") == 3
        await reader.press("escape")
        assert "INC-8" in reader.screen
        assert "INC-9" in reader.screen
        await reader.press("u", "u", "u")
        assert sick.read_bytes() == data


@pytest.mark.usefixtures("given_away")
async def test_the_editor_opens_at_the_line_and_the_doctor_looks_again(
    sick: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor("path.write_bytes(text + b'-->\\n')")
    async with opened(sick) as reader:
        await to_doctor(reader)
        await reader.press("G", "k")
        while "never closed" not in under(reader):
            await reader.press("k")
        await reader.press("e")
        await reader.sees("Doctor:")
        assert "never closed" not in reader.screen
    assert sick.read_bytes() == SICK + b"-->\n"


async def test_the_key_to_mend_is_offered_where_something_can_be_mended(sick: Path, opened: Opened) -> None:
    async with opened(sick) as reader:
        await to_doctor(reader)
        assert "^s mend" in reader.footer
    sick.write_bytes(SICK.replace(b"type: Incident", b"type: incident").replace(b"pinned:true", b"pinned: true"))
    (sick.parent / "archive" / sick.name).unlink()
    async with opened(sick) as reader:
        await to_doctor(reader)
        assert "error" in reader.screen
        assert "^s mend" not in reader.footer


async def test_the_start_says_that_there_are_errors(sick: Path, knowledge_base: Path, opened: Opened) -> None:
    async with opened(sick) as reader:
        await reader.sees("2 errors in this file (^p, then doctor)")
    async with opened(knowledge_base) as reader:
        await reader.sees_entry()
        assert reader.notice == ""
