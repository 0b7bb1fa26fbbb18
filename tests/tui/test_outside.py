"""What others write while the browser is open is noticed, and nothing of it is lost or shown as a loss."""

import asyncio
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Archive, Pin, Restore
from incident_tui.format.model.located import Target
from incident_tui.storage.disk.late_writes import GLANCE
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.tui.app import IncidentApp
from incident_tui.tui.widgets.detail import Detail

from .conftest import Opened
from .reader import PATIENCE, Reader, key_event

NEW = b"\n## M-2026-11-24T09:00:00Z INC-9999 appended-by-a-script\n\n- used: 0\n- pinned: false\n\nNew.\n"
POOL = "INC-2187 orders-api-connection-pool-exhausted"
Way = Callable[[Path, bytes], None]


def by_rename(path: Path, data: bytes) -> None:
    """As vim does by default: the old file becomes the backup, a new one is written in its place."""
    backup = path.with_name(f"{path.name}~")
    path.rename(backup)
    path.write_bytes(data)
    backup.unlink()


def in_place(path: Path, data: bytes) -> None:
    """As vim does with backupcopy=yes, and most scripts: truncated and rewritten."""
    path.write_bytes(data)


def by_replacing(path: Path, data: bytes) -> None:
    """As sed -i and most editors do."""
    other = path.with_name("other")
    other.write_bytes(data)
    other.replace(path)


def by_git(path: Path, data: bytes) -> None:
    """As git checkout does: unlinked and made anew."""
    git = ["git", "-C", str(path.parent), "-c", "user.name=x", "-c", "user.email=x@example.com"]
    old = path.read_bytes()
    path.write_bytes(data)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    path.write_bytes(old)
    subprocess.run([*git, "checkout", "-q", "--", path.name], check=True, capture_output=True)


WAYS = [by_rename, in_place, by_replacing, by_git]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_what_others_write_is_shown_and_cursor_and_search_stay(
    way: Way, knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("slash")
        await reader.types("date:2026")
        await reader.press("enter")
        await reader.goes_to("INC-2187")
        changed = knowledge_base.read_bytes().replace(b"most checkouts failed", b"MOST CHECKOUTS FAILED", 1) + NEW
        way(knowledge_base, changed)
        await reader.sees("1 entry added, 1 changed in incidents.md by someone else")
        assert reader.current == POOL
        await reader.sees("MOST")
        assert any("appended-by-a-script" in label for label in reader.listed)


@pytest.mark.usefixtures("never_polls")  # else a slow git lets the browser see it first
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_a_key_just_after_it_keeps_both_changes(way: Way, knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        theirs = knowledge_base.read_bytes().replace(b"most checkouts failed", b"MOST CHECKOUTS FAILED", 1) + NEW
        way(knowledge_base, theirs)
        await reader.press("p")
        assert reader.notice.startswith(f"pinned {POOL}")
        start = theirs.index(b"INC-2187")
        at = theirs.index(b"pinned: false", start)
        assert knowledge_base.read_bytes() == theirs[:at] + b"pinned: true" + theirs[at + len(b"pinned: false") :]


async def test_a_half_written_file_is_not_shown_as_a_loss(knowledge_base: Path, opened: Opened) -> None:
    whole = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        listed = reader.listed
        descriptor = os.open(knowledge_base, os.O_WRONLY | os.O_TRUNC)
        os.write(descriptor, whole[: len(whole) // 3])
        reader.app.browse._poll()
        assert reader.listed == listed
        os.write(descriptor, whole[len(whole) // 3 :])
        os.close(descriptor)
        reader.app.browse._poll()
        reader.app.browse._poll()
        await reader.pilot.pause()
        assert reader.listed == listed
        assert reader.notice == ""


async def test_what_is_really_gone_is_believed_when_it_stays(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        data = knowledge_base.read_bytes()
        start, end = data.index(b"## M-2026-11-18"), data.index(b"## M-2026-11-09")
        knowledge_base.write_bytes(data[:start] + data[end:])
        await reader.sees("1 entry gone in incidents.md by someone else")
        assert POOL not in reader.listed


async def test_a_vanished_file_stays_on_the_screen_and_can_be_written_again(
    knowledge_base: Path, opened: Opened
) -> None:
    data = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        listed = reader.listed
        knowledge_base.unlink()
        await reader.sees("incidents.md is gone; this is its last text, c writes it again")
        await reader.press("p", "u", "j")
        assert reader.listed == listed
        await reader.press("c")
        assert knowledge_base.read_bytes() == data


async def test_a_stale_reading_is_not_shown_over_an_edit(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        data = knowledge_base.read_bytes()
        start, end = data.index(b"## M-2026-11-09"), data.index(b"## M-2026-10-30")
        knowledge_base.write_bytes(data[:start] + data[end:])
        reader.app.browse._poll()
        await reader.goes_to("INC-2187")
        await reader.press("p")
        reader.app.browse._poll()
        await reader.pilot.pause()
        assert next(row for row in reader.app.browse.model.listing if row.entry.label == POOL).entry.pinned


@pytest.mark.usefixtures("never_polls")
@pytest.mark.parametrize("choice", ["y", "n"])
async def test_a_text_that_changed_before_it_is_moved_is_shown_beside_the_one_seen(
    choice: str, knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base, size=(120, 40)) as reader:
        await reader.goes_to("INC-2187")
        theirs = knowledge_base.read_bytes().replace(b"most checkouts failed", b"MOST CHECKOUTS FAILED", 1)
        in_place(knowledge_base, theirs)
        await reader.press("a")
        assert reader.dialog == "Conflict"
        assert knowledge_base.read_bytes() == theirs
        await reader.sees("As you saw it")
        assert "checkouts failed" in reader.screen
        assert "CHECKOUTS FAILED" in reader.screen
        await reader.press(choice)
        archive = (knowledge_base.parent / "archive" / "incidents.md").read_bytes()
        assert (b"MOST CHECKOUTS FAILED" in archive) is (choice == "y")
        assert (knowledge_base.read_bytes() == theirs) is (choice == "n")


async def waits_until(condition: Callable[[], bool]) -> None:
    limit = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < limit, "it does not happen"
        await asyncio.sleep(0.01)


LATE_KEYS = [("p", "pinned"), ("plus", "marked as helpful"), ("a", "archived")]


@pytest.mark.parametrize(("key", "did"), LATE_KEYS, ids=[key for key, _ in LATE_KEYS])
async def test_what_a_program_appends_to_the_file_that_a_key_has_replaced_arrives(
    key: str, did: str, knowledge_base: Path
) -> None:
    """It had opened the file before. The key doesn't wait for it; the browser looks after it beside the keys."""
    base = Library([KnowledgeBase(knowledge_base, patience=GLANCE, later=True)])
    app = IncidentApp(base, base.snapshot())
    async with app.run_test(size=(160, 24)) as pilot:
        reader = Reader(app, pilot)
        await reader.goes_to("INC-2187")
        with knowledge_base.open("ab", buffering=0) as file:
            await reader.press(key)
            assert reader.notice.startswith(did)
            assert "entry that another" not in reader.notice
            file.write(NEW)
        await reader.sees("1 entry that another program was appending was kept")
        await waits_until(lambda: any("appended-by-a-script" in label for label in reader.listed))
    assert knowledge_base.read_bytes().count(NEW) == 1
    assert [path.name for path in knowledge_base.parent.iterdir() if path.name.startswith(".incidents")] == []


async def test_what_a_command_beside_the_browser_no_longer_waits_for_arrives(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base) as reader:
        other = KnowledgeBase(knowledge_base, patience=0)
        entry = other.snapshot().live.entries[0]
        with knowledge_base.open("ab", buffering=0) as file:
            other.edit([Edit(Target.of("live", entry), Pin())])
            await reader.sees("by someone else")
            file.write(NEW)
        await reader.sees("1 entry that another program was appending was kept")
    assert knowledge_base.read_bytes().count(NEW) == 1


@pytest.mark.usefixtures("never_polls")
async def test_an_entry_that_is_read_stays_when_someone_else_archives_or_deletes_it(
    knowledge_base: Path, opened: Opened
) -> None:
    """A key that was meant for it acts on no other entry, however much later it is pressed."""
    base = KnowledgeBase(knowledge_base)
    async with opened(knowledge_base, size=(80, 24)) as reader:
        await reader.goes_to("INC-2187")
        position = reader.app.browse.model.position
        await reader.press("enter", "j", "j", "j")
        top = reader.app.browse.query_one(Detail).scroll_offset.y
        base.edit([Edit(reader.row.target, Archive())])
        reader.app.browse._poll()
        assert reader.notice == f"archived by someone else: {POOL}"
        await reader.sees_entry()
        assert (reader.current, reader.row.archived, reader.app.browse.model.position) == (POOL, True, position)
        assert reader.app.browse.query_one(Detail).scroll_offset.y == top
        await reader.press("g")
        assert f"{reader.app.browse.glyphs.archived} archived" in reader.entry
        written = knowledge_base.read_bytes()
        await reader.press("plus")
        assert reader.notice == f"marked as helpful: {POOL}  →  archive/"
        assert knowledge_base.read_bytes() == written
        await reader.press("asterisk")
        assert reader.row.key not in reader.app.browse.model.marks  # `all that is listed` is what is in the scope
        await reader.press("asterisk", "escape")
        assert reader.current == POOL
        count = len(reader.listed)
        await reader.press("j")
        assert (len(reader.listed), POOL in reader.listed) == (count - 1, False)

        await reader.press("enter")
        gone = reader.row
        knowledge_base.write_bytes(written.replace(gone.entry.raw, b"", 1))
        reader.app.browse._poll()
        reader.app.browse._poll()  # a loss is believed at the second look
        assert reader.notice == f"gone by someone else: {gone.entry.label}"
        await reader.sees_entry()
        assert "gone from the file" in " ".join(reader.entry.split())
        written = knowledge_base.read_bytes()
        for key in ("plus", "p", "a", "s", "t", "e", "x", "i", "m"):
            await reader.press(key)
            assert (reader.current, knowledge_base.read_bytes(), key) == (gone.entry.label, written, key)
            if reader.dialog:
                await reader.press("escape")
        await reader.press("escape", "k")
        assert gone.entry.label not in reader.listed


@pytest.mark.usefixtures("never_polls")
async def test_a_neighbour_that_moves_under_the_cursor_of_the_list_is_guarded_and_the_notice_says_which_entry_went(
    knowledge_base: Path, opened: Opened
) -> None:
    base = KnowledgeBase(knowledge_base)
    async with opened(knowledge_base, size=(80, 24)) as reader:
        await reader.goes_to("INC-2187")
        await reader.sees_entry()
        base.edit([Edit(reader.row.target, Archive())])
        reader.app.browse._poll()
        assert reader.app.guard.hides(key_event("+"))
        assert reader.notice == f"archived by someone else: {POOL}"
        assert POOL not in reader.listed
        await reader.press("A")  # the archive, where one is read that someone else restores
        await reader.goes_to("INC-2187")
        await reader.press("enter")
        base.edit([Edit(reader.row.target, Restore())])
        reader.app.browse._poll()
        assert reader.notice == f"restored by someone else: {POOL}"
        assert (reader.current, reader.row.archived) == (POOL, False)
        await reader.press("plus")
        assert reader.notice.startswith(f"marked as helpful: {POOL}")
