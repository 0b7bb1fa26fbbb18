"""Several files in one browser: which one an entry is from is seen, edits go there, undo spans them."""

from pathlib import Path

import pytest

from incident_tui.format.edit.operations import Archive
from incident_tui.storage.disk.atomic_file import Unreadable
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.tui.app import IncidentApp
from incident_tui.tui.status_text import title_facts

from .reader import Reader

FACTS = b"""# Facts

## M-2026-11-20T16:00:00Z db-hosts

- type: fact
- tags: database
- used: 0
- pinned: false

The primary is db1. See INC-2187.
"""


@pytest.fixture
def facts(knowledge_base: Path) -> Path:
    path = knowledge_base.with_name("facts.md")
    path.write_bytes(FACTS)
    return path


@pytest.fixture
def app(knowledge_base: Path, facts: Path) -> IncidentApp:
    library = Library([KnowledgeBase(knowledge_base), KnowledgeBase(facts)], ["incidents", "facts"])
    return IncidentApp(library, library.snapshot())


async def test_the_title_says_that_a_file_could_not_be_read(knowledge_base: Path) -> None:
    unreadable = Unreadable(Path("facts.md"), "facts.md can't be read: permission denied")
    library = Library([KnowledgeBase(knowledge_base)], (), [unreadable])
    app = IncidentApp(library, library.snapshot())
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        assert "1 file can't be read" in reader.title_bar
        await reader.press("p")
        assert "1 file can't be read" in reader.title_bar


async def test_where_the_archive_can_not_be_read_the_live_entries_are_shown_and_changed(knowledge_base: Path) -> None:
    archive = knowledge_base.parent / "archive" / knowledge_base.name
    archive.unlink(missing_ok=True)
    archive.parent.mkdir(exist_ok=True)
    archive.symlink_to("nowhere.md")
    library = Library([KnowledgeBase(knowledge_base)])
    app = IncidentApp(library, library.snapshot())
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        assert "1 file can't be read" in reader.title_bar
        assert "left out" in reader.notice
        before = knowledge_base.read_bytes()
        await reader.press("p")
        changed = knowledge_base.read_bytes()
        assert changed != before
        await reader.press("a")
        if reader.dialog:
            await reader.press("y")
        assert "which does not exist; nothing was changed" in reader.notice
        assert knowledge_base.read_bytes() == changed
        await reader.press("u")
        assert knowledge_base.read_bytes() == before


async def test_each_row_and_the_entry_say_which_file_they_are_from(app: IncidentApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        assert reader.title_bar.startswith("incidents + facts  26 entries")
        (row,) = [line for line in reader.lines if "db-hosts" in line.split("│")[0]]
        assert row.split("│")[0].split()[-3:] == ["fact", "Nov", "20"]
        await reader.press("slash")
        await reader.types("file:facts")
        await reader.press("enter")
        await reader.sees_entry()
        assert [line for line in reader.lines if "2026-11-20 16:00 UTC · never used · facts" in line]
        assert "1 found" in reader.title_bar


async def test_on_a_narrow_screen_the_title_has_more_room_than_the_file_and_the_date(app: IncidentApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        reader = Reader(app, pilot)
        (row,) = [line for line in reader.rows if "INC-2187" in line]
        assert "INC-2187 orders-api-connec" in row
        assert row.split()[-1] == "inci"
        assert "Nov" not in row
        await reader.resize(100, 24)
        (row,) = [line for line in reader.rows if "INC-2187" in line]
        assert "INC-2187 orders-api-connec" in row
        assert row.split()[-3:] == ["inci", "Nov", "18"]


async def test_edits_go_to_the_right_file_and_undo_spans_them(
    app: IncidentApp, knowledge_base: Path, facts: Path
) -> None:
    before = knowledge_base.read_bytes()
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("slash")
        await reader.types("db-hosts")
        await reader.press("enter", "p")
        assert facts.read_bytes() == FACTS.replace(b"pinned: false", b"pinned: true")
        assert knowledge_base.read_bytes() == before
        await reader.press("escape", "slash")
        await reader.types("ticket mail backlog")
        await reader.press("enter", "p")
        assert knowledge_base.read_bytes() != before
        await reader.press("u")
        assert knowledge_base.read_bytes() == before
        await reader.press("u")
        assert facts.read_bytes() == FACTS


async def test_marked_entries_of_two_files_are_one_change(app: IncidentApp, knowledge_base: Path, facts: Path) -> None:
    before = knowledge_base.read_bytes()
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        for words in ("db-hosts", "ticket mail backlog"):
            await reader.press("escape", "slash")
            await reader.types(words)
            await reader.press("enter", "space")
        await reader.press("plus")
        assert b"used: 1" in facts.read_bytes()
        assert knowledge_base.read_bytes() != before
        await reader.press("u")
        assert (knowledge_base.read_bytes(), facts.read_bytes()) == (before, FACTS)


async def test_links_lead_to_entries_of_other_files_and_back(app: IncidentApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("slash")
        await reader.types("db-hosts")
        await reader.press("enter", "l", "enter")
        assert app.browse.model.current is not None
        assert app.browse.model.current.entry.ref == "INC-2187"
        await reader.press("backspace")
        assert app.browse.model.current.entry.title == "db-hosts"


async def test_an_entry_that_two_files_have_is_listed_twice_and_marked(
    app: IncidentApp, knowledge_base: Path, facts: Path
) -> None:
    document = KnowledgeBase(knowledge_base).snapshot().live
    facts.write_bytes(FACTS + b"\n" + document.entries[0].raw)
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        app.browse._poll()
        await pilot.pause()
        name = document.entries[0].heading.name
        twins = [row for row in app.browse.model.listing if row.entry.heading.name == name]
        assert [row.twin for row in twins] == [True, True]
        assert {row.file_index for row in twins} == {0, 1}
        app.browse.model.select_key(twins[0].key)
        await reader.sees("an entry of this name is in another file, too")
        assert sum("=" in line.split("│")[0] for line in reader.lines) == 2


async def test_a_file_that_goes_keeps_its_last_text(app: IncidentApp, facts: Path) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        facts.unlink()
        await reader.sees("facts.md is gone")
        assert "26 entries" in reader.title_bar


async def test_where_nothing_matches_the_archives_of_all_files_are_counted(knowledge_base: Path, facts: Path) -> None:
    archive = facts.parent / "archive" / facts.name
    archive.write_bytes(FACTS.replace(b"db-hosts", b"old-hosts"))
    library = Library([KnowledgeBase(knowledge_base), KnowledgeBase(facts)], ["incidents", "facts"])
    app = IncidentApp(library, library.snapshot())
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("slash")
        await reader.types("zzzqqq")
        await reader.sees("The archive was searched, too (9 entries)")


@pytest.fixture
def read_only_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    def unwritable(path: Path) -> str | None:
        return "you may only read it" if path.name == "facts.md" else None

    monkeypatch.setattr("incident_tui.storage.snapshot._unwritable", unwritable)


@pytest.mark.usefixtures("read_only_facts")
async def test_where_one_file_is_read_only_the_title_says_so_and_the_keys_for_the_others_are_offered(
    facts: Path, app: IncidentApp
) -> None:
    async with app.run_test(size=(160, 30)) as pilot:
        reader = Reader(app, pilot)
        assert "1 of 2 files read only" in reader.title_bar
        await reader.press("slash")
        await reader.types("ticket mail backlog")
        await reader.press("enter", "p", "escape", "slash")
        await reader.types("db-hosts")
        await reader.press("enter")
        assert app.browse.model.current is not None
        assert app.browse.model.current.entry.title == "db-hosts"
        offered = app.browse.action_context
        assert (offered.writable, offered.changed, offered.creatable) == (False, True, True)


async def test_where_no_file_can_be_changed_no_change_is_offered(
    app: IncidentApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(160, 30)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("p")
        assert app.browse.action_context.changed
        monkeypatch.setattr("incident_tui.storage.snapshot._unwritable", lambda _: "you may only read it")
        snapshot = app.browse.session.library.snapshot()
        app.browse.model.load(snapshot)
        assert "read only" in title_facts(snapshot)
        offered = app.browse.action_context
        assert (offered.writable, offered.changed, offered.creatable) == (False, False, False)


async def test_a_gone_file_is_written_again_from_one_of_its_entries(app: IncidentApp, facts: Path) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("slash")
        await reader.types("db-hosts")
        await reader.press("enter")
        facts.unlink()
        await reader.sees("facts.md is gone")
        assert app.browse.action_context.missing
        await reader.press("c")
        assert facts.read_bytes() == FACTS


async def test_where_nothing_is_listed_all_files_are_named(tmp_path: Path) -> None:
    paths = [tmp_path / "incidents.md", tmp_path / "facts.md"]
    for path in paths:
        path.write_bytes(b"# Nothing\n")
    library = Library(list(map(KnowledgeBase, paths)), ["incidents", "facts"])
    app = IncidentApp(library, library.snapshot())
    async with app.run_test(size=(200, 30)) as pilot:
        reader = Reader(app, pilot)
        await reader.sees("No entries yet.")
        assert [path for path in paths if not any(str(path) in line for line in reader.lines)] == []
        await reader.press("A")
        await reader.sees("The archive is empty.")
        archives = [tmp_path / "archive" / path.name for path in paths]
        assert [path for path in archives if not any(str(path) in line for line in reader.lines)] == []


async def test_a_second_file_that_is_no_text_is_named_where_nothing_is_listed(tmp_path: Path) -> None:
    paths = [tmp_path / "incidents.md", tmp_path / "facts.md"]
    paths[0].write_bytes(b"# Nothing\n")
    paths[1].write_bytes(b"\0\1\2" * 100)
    library = Library(list(map(KnowledgeBase, paths)), ["incidents", "facts"])
    app = IncidentApp(library, library.snapshot())
    async with app.run_test(size=(200, 30)) as pilot:
        reader = Reader(app, pilot)
        await reader.sees("The file was not modified.")
        assert any(str(paths[1]) in line for line in reader.lines)


async def test_the_cursor_goes_to_the_entry_whose_change_was_undone_not_to_one_of_the_same_name(
    app: IncidentApp, knowledge_base: Path, facts: Path
) -> None:
    twin = KnowledgeBase(knowledge_base).snapshot().live.entries[0]
    facts.write_bytes(FACTS + b"\n" + twin.raw)
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        app.browse._poll()
        await pilot.pause()
        model = app.browse.model
        first, second = sorted(
            (row for row in model.listing if row.entry.heading.name == twin.heading.name),
            key=lambda row: row.file_index,
        )
        model.select_key(second.key)
        await pilot.pause()
        await reader.sees_entry()
        await reader.press("plus")
        model.select_key(first.key)
        await pilot.pause()
        await reader.press("u")
        assert model.current is not None
        assert (model.current.file_index, model.current.entry.identity) == (1, twin.identity)


async def test_where_an_entry_is_archived_the_cursor_stays_on_its_line_and_not_on_one_of_the_same_name(
    app: IncidentApp, knowledge_base: Path, facts: Path
) -> None:
    twin = KnowledgeBase(knowledge_base).snapshot().live.entries[0]
    facts.write_bytes(FACTS + b"\n" + twin.raw)
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        app.browse._poll()
        await pilot.pause()
        model = app.browse.model
        second = next(row for row in model.listing if row.file_index == 1 and row.entry.identity == twin.identity)
        model.select_key(second.key)
        await pilot.pause()
        await reader.sees_entry()
        position = model.position
        app.browse.apply_operation(Archive(force=True))
        assert (facts.parent / "archive" / facts.name).exists()
        assert model.current is not None
        assert model.current.entry.identity != twin.identity
        assert model.position == position


async def test_archiving_marked_pinned_entries_asks_wherever_the_cursor_is(
    app: IncidentApp, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwritable(path: Path) -> str | None:
        return "you may only read it" if path.name == "incidents.md" else None

    monkeypatch.setattr("incident_tui.storage.snapshot._unwritable", unwritable)
    facts.write_bytes(FACTS.replace(b"pinned: false", b"pinned: true"))
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        app.browse._poll()
        await reader.press("slash")
        await reader.types("db-hosts")
        await reader.press("enter", "space", "escape", "slash")
        await reader.types("ticket mail backlog")
        await reader.press("enter")
        assert app.browse.model.current is not None
        assert app.browse.model.current.file_index == 0
        await reader.press("a")
        await reader.sees("y archive it")


async def test_the_first_changes_of_two_files_are_told_apart(app: IncidentApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        last = [app.browse._last_change()]
        for words in ("ticket mail backlog", "db-hosts"):
            await reader.press("escape", "slash")
            await reader.types(words)
            await reader.press("enter", "p")
            last.append(app.browse._last_change())
        assert len(set(last)) == 3
