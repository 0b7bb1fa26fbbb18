"""New entries, and other texts of entries, written in an editor that has the terminal meanwhile."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from incident_tui.format.model.document import Document
from incident_tui.storage.user.state_dir import state_folder

from ..pty.terminal import PATIENCE, Terminal
from .conftest import Editor, Opened
from .reader import Reader

POOL = "INC-2187 orders-api-connection-pool-exhausted"
MAIL = "INC-2180 ticket-mail-backlog-poison-message"

pytestmark = pytest.mark.usefixtures("given_away")


def drafts() -> list[Path]:
    """The texts that are kept."""
    return [path for path in (state_folder() / "drafts").rglob("*") if path.is_file()]


def entry(path: Path, name: str) -> bytes:
    """The bytes of the entry of this name."""
    found = [held.raw for held in Document.parse(path.read_bytes()).entries if held.heading.name == name]
    assert len(found) == 1
    return found[0]


async def sees_kept(reader: Reader) -> str:
    """Wait for the dialog that says what became of a text; what it says, on one line."""
    await reader.sees("Esc")
    assert reader.dialog == "EditorResultDialog"
    await reader.sees("└──")
    return re.sub(" +", " ", "".join(line[1:-1] for line in reader.popup))


async def fills(reader: Reader, title: str, ref: str = "", tags: str = "") -> None:
    """Press `c`, fill in the form, and go on."""
    await reader.press("c")
    assert reader.dialog == "NewEntry"
    await reader.types(title)
    await reader.press("enter")
    await reader.types(ref)
    await reader.press("tab")
    await reader.types(tags)
    await reader.press("enter")


WRITES = "path.write_bytes(text.replace(b'**Summary**\\n', b'**Summary**\\n\\nThe disk was full.\\n', 1))"
REPLACES = "path.write_bytes(text.replace(b'For 26 minutes', b'For 99 minutes'))"


# New entries


async def test_a_new_entry_is_asked_for_edited_and_put_where_the_file_s_order_wants_it(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor(WRITES)
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await fills(reader, "full-disk again", "INC-3000", "disk, storage")
        assert (reader.dialog, reader.focus) == ("", "list")
        assert reader.current == "INC-3000 full-disk again"
        assert "INC-3000" in reader.line_under_cursor
        assert reader.notice == "created INC-3000 full-disk again  →  incidents.md"
        assert "26 entries" in reader.title_bar
        await reader.sees("The disk was full.")
        after = knowledge_base.read_bytes()
        raw = entry(knowledge_base, "INC-3000 full-disk again")
        assert b"- type: incident\n- tags: disk, storage\n- used: 0\n" in raw
        at = after.index(raw)
        assert before.startswith(after[:at])
        assert Document.parse(after).entries[0].raw == raw, "the newest stands first in this file"
        await reader.press("u")
        assert knowledge_base.read_bytes() == before
    assert drafts() == []


async def test_ctrl_s_goes_on_from_every_field(knowledge_base: Path, opened: Opened, set_editor: Editor) -> None:
    set_editor(WRITES)
    async with opened(knowledge_base) as reader:
        await reader.press("c")
        await reader.types("only-a-title")
        await reader.press("ctrl+s")
        assert reader.current == "only-a-title"


@pytest.mark.slow
async def test_the_cursor_goes_to_the_new_entry_whatever_is_listed(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor(WRITES)
    async with opened(knowledge_base, query="coredns") as reader:
        await fills(reader, "first")
        assert (reader.current, reader.query) == ("first", "")
        await reader.press("A")
        await fills(reader, "second")
        assert reader.current == "second"
        assert "showing" not in reader.title_bar


@pytest.mark.parametrize(
    ("title", "ref", "why"),
    [
        ("", "", "an entry needs a title or a reference"),
        ("INC-1 x", "", "the title begins with INC-1: give that as the reference"),
        ("x", "inc 7", "'inc 7' is not a reference, such as INC-1234"),
        ("x (summarized)", "", "a title can't end in (summarized)"),
    ],
)
async def test_what_can_be_no_heading_is_said_in_the_form(
    knowledge_base: Path, opened: Opened, set_editor: Editor, title: str, ref: str, why: str
) -> None:
    set_editor("raise SystemExit('the editor must not start')")
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await fills(reader, title, ref)
        assert reader.dialog == "NewEntry"
        await reader.sees(why)
        await reader.press("escape")
        assert (reader.dialog, reader.notice) == ("", "")
    assert knowledge_base.read_bytes() == before


async def test_a_reference_in_use_is_said_once_in_the_form(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor(WRITES)
    async with opened(knowledge_base) as reader:
        await fills(reader, "pool again", "INC-2187")
        assert reader.dialog == "NewEntry"
        await reader.sees("INC-2187 is the reference of INC-2187")
        await reader.press("ctrl+s")
        assert (reader.dialog, reader.current) == ("", "INC-2187 pool again")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("", "ed left the text as it was; nothing was changed"),
        ("sys.exit(1)", "ed exited with 1; nothing was changed"),
    ],
)
@pytest.mark.parametrize("keys", ["c", "e"])
async def test_nothing_is_written_where_nothing_came_back(
    knowledge_base: Path, opened: Opened, set_editor: Editor, script: str, why: str, keys: str
) -> None:
    set_editor(script)
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        if keys == "c":
            await fills(reader, "x")
        else:
            await reader.press("e")
        assert (reader.dialog, reader.notice) == ("", why)
        assert len(reader.listed) == 25
    assert knowledge_base.read_bytes() == before
    assert drafts() == []


BROKEN = {
    "two headings": ("text + b'\\n## M-2026-01-01T00:00:00Z y\\n'", "it has 2 headings"),
    "nearly a heading": ("text + b'\\n##  M-2026-01-01T00:00:00Z y\\n'", "y has 2 spaces after the #"),
    "no heading": ("b'Only text.\\n'", "it has no heading"),
    "a fence": ("text + b'\\n```sql\\nSELECT 1\\n'", "that is never closed"),
    "text before": ("b'Hello.\\n\\n' + text", "the text must begin with its `## M-` heading"),
}


@pytest.mark.parametrize(("text", "why"), BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("key", ["c", "e"])
async def test_a_broken_text_is_kept_in_a_file_and_it_is_said_where(
    knowledge_base: Path, opened: Opened, set_editor: Editor, text: str, why: str, key: str
) -> None:
    set_editor(f"path.write_bytes({text})")
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await (fills(reader, "x") if key == "c" else reader.press("e"))
        said = await sees_kept(reader)
        assert why in " ".join(said.split())
        (kept,) = drafts()
        assert str(kept) in said.replace(" ", "")
        await reader.press("escape")
        assert reader.dialog == ""
    assert knowledge_base.read_bytes() == before
    assert drafts() == [kept]


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_a_broken_text_can_be_edited_again(
    knowledge_base: Path, opened: Opened, set_editor: Editor, size: tuple[int, int]
) -> None:
    set_editor(
        "if b'Hello' in text: path.write_bytes(text.replace(b'Hello.\\n\\n', b''))\n"
        "else: path.write_bytes(b'Hello.\\n\\n' + text.replace(b'For 26', b'For 99'))"
    )
    async with opened(knowledge_base, size=size) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("e")
        await reader.sees("e edit it again")
        await reader.press("e")
        assert reader.dialog == ""
        assert reader.notice == f"edited {POOL}  →  incidents.md"
    assert b"For 99 minutes of" in entry(knowledge_base, POOL)
    assert drafts() == []


async def test_a_text_that_was_not_written_is_offered_when_its_entry_is_edited_again(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor(
        "if b'Hello' in text: path.write_bytes(text.replace(b'Hello.\\n\\n', b''))\n"
        "else: path.write_bytes(b'Hello.\\n\\n' + text.replace(b'For 26', b'For 99'))"
    )
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("e", "escape", "e")
        await reader.sees_in_popup("your text that was not written")
        await reader.press("j", "enter")
        assert reader.dialog == "EditorResultDialog", "the editor has had the text of the file"
        await reader.press("escape", "j", "e")
        assert reader.dialog == "EditorResultDialog", "another entry has no such text"
        await reader.press("escape", "k", "e")
        assert (reader.dialog, knowledge_base.read_bytes()) == ("PickDialog", before)
        await reader.press("enter")
        assert reader.notice == f"edited {POOL}  →  incidents.md"
        assert b"For 99 minutes of" in entry(knowledge_base, POOL)
        await reader.press("e")
        assert reader.dialog == "EditorResultDialog", "nothing is offered once it is written"


async def test_a_broken_text_that_is_left_as_it_is_stays_where_it_is(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor("if b'Hello' not in text: path.write_bytes(b'Hello.\\n\\n' + text)")
    async with opened(knowledge_base) as reader:
        await reader.press("e")
        kept = drafts()
        await reader.press("e")
        assert reader.dialog == "EditorResultDialog"
        await reader.press("escape")
    assert drafts() == kept


async def test_what_a_failed_editor_left_is_said_in_whole(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor("path.write_bytes(text + b'More.\\n'); sys.exit(3)")
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.press("e")
        said = await sees_kept(reader)
        (kept,) = drafts()
        assert "ed exited with 3; nothing was changed, what it left is in" in said
        assert str(kept.parent) in said.replace(" ", "")
        await reader.press("e", "escape")
        assert reader.dialog == ""
    assert knowledge_base.read_bytes() == before


@pytest.mark.slow
async def test_c_makes_a_missing_file_and_then_an_entry_of_its_template(
    tmp_path: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor(WRITES.replace("**Summary**\\n\\nThe", "**Summary**\\n\\nNow the"))
    path = tmp_path / "kb" / "incidents.md"
    async with opened(path) as reader:
        await reader.sees("c create the file")
        await reader.press("c")
        assert reader.dialog == ""
        assert reader.notice.startswith("created ")
        created = path.read_bytes()
        await reader.sees("No entries yet.")
        await fills(reader, "first", "INC-1", "a")
        assert reader.current == "INC-1 first"
    assert path.read_bytes().startswith(created.rstrip(b"\n"))
    assert b"Now the disk was full.\n" in entry(path, "INC-1 first")


@pytest.mark.parametrize("key", ["c", "e"])
async def test_read_only_says_why_before_anything_is_asked(
    knowledge_base: Path, opened: Opened, set_editor: Editor, key: str
) -> None:
    set_editor("path.write_bytes(b'x')")
    async with opened(knowledge_base, read_only=True, size=(200, 24)) as reader:
        assert "c new" not in reader.footer
        assert "e edit" not in reader.footer
        await reader.press(key)
        assert reader.dialog == ""
        assert reader.notice == "incidents.md can't be changed: it was opened with --read-only"
    assert drafts() == []


async def test_a_file_that_is_not_text_gets_no_entry(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(b"\x89PNG\x00\x00")
    async with opened(path) as reader:
        await reader.press("c")
        assert (reader.dialog, reader.notice) == ("", "incidents.md can't be changed: it is not text")


async def test_a_file_of_another_encoding_is_said_to_be_that(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes("## M-2026-01-05T16:00:00Z INC-1 one\n".encode("utf-16-le"))
    async with opened(path) as reader:
        await reader.sees("This file is UTF-16LE, not UTF-8.")
        assert "iconv -f UTF-16LE -t UTF-8" in " ".join(reader.screen.split())
        await reader.press("c")
        assert reader.notice.startswith("incidents.md can't be changed: it is UTF-16LE, not UTF-8")


@pytest.mark.parametrize(
    ("name", "text", "subject"),
    [("incidents.md", "\ufeff# Incidents\n", "it"), ("archive/incidents.md", "\ufeff# Archive\n", "its archive")],
)
async def test_entries_beside_another_encoding_are_shown_but_not_changed(
    tmp_path: Path, opened: Opened, name: str, text: str, subject: str
) -> None:
    entry = b"## M-2026-01-05T16:00:00Z INC-1 one\n"
    path, other = tmp_path / "incidents.md", tmp_path / name
    other.parent.mkdir(exist_ok=True)
    path.write_bytes(entry)
    other.write_bytes(text.encode("utf-16-be") + (entry if other == path else b""))
    before = path.read_bytes(), other.read_bytes()
    async with opened(path) as reader:
        await reader.sees("INC-1")
        await reader.press("p")
        assert reader.notice.startswith(f"incidents.md can't be changed: {subject} is UTF-16, not UTF-8")
    assert (path.read_bytes(), other.read_bytes()) == before


@pytest.mark.usefixtures("no_terminal")
@pytest.mark.parametrize("key", ["c", "e"])
async def test_where_the_terminal_cannot_be_given_away_a_line_says_so(
    knowledge_base: Path, opened: Opened, set_editor: Editor, key: str
) -> None:
    set_editor("path.write_bytes(b'x')")
    async with opened(knowledge_base) as reader:
        await (fills(reader, "x") if key == "c" else reader.press("e"))
        assert reader.notice == "there is no terminal that an editor could have; nothing was changed"
    assert drafts() == []


async def test_where_there_is_no_editor_a_line_says_so(
    knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "/nowhere/ed")
    async with opened(knowledge_base) as reader:
        await reader.press("e")
        assert reader.notice == "$EDITOR names /nowhere/ed, which was not found; nothing was changed"


# Other texts of entries


async def test_an_edited_entry_is_written_and_nothing_else(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor(REPLACES)
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("e")
        assert knowledge_base.read_bytes() == before.replace(b"For 26 minutes", b"For 99 minutes")
        assert (reader.current, reader.notice) == (POOL, f"edited {POOL}  →  incidents.md")
        await reader.sees("For 99 minutes")
        await reader.press("u")
        assert knowledge_base.read_bytes() == before
    assert drafts() == []


@pytest.mark.slow
async def test_the_cursor_goes_with_an_entry_that_is_called_otherwise(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor(f"path.write_bytes(text.replace(b'{POOL}', b'INC-2188 other-name'))")
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("e")
        assert reader.current == "INC-2188 other-name"
        assert POOL not in reader.listed


async def test_a_value_that_can_not_be_read_is_said_once_it_is_saved(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor("path.write_bytes(text.replace(b'pinned: false', b'pinned: maybe'))")
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("e")
        assert reader.notice.startswith("saved, but `pinned` is neither true nor false: maybe")
        assert b"pinned: maybe" in entry(knowledge_base, POOL)
        set_editor("path.write_bytes(text.replace(b'pinned: maybe', b'pinned: false'))")
        await reader.press("e")
        assert reader.notice.startswith("edited INC-2187")


async def test_an_archived_entry_is_edited_where_it_is(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    archive = knowledge_base.parent / "archive" / "incidents.md"
    set_editor("path.write_bytes(text + b'\\nMore.\\n')")
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        await reader.press("A")
        await reader.goes_to("INC-1969")
        await reader.press("e")
        assert "INC-1969" in reader.current
        assert entry(archive, reader.current).endswith(b"\nMore.\n")
    assert knowledge_base.read_bytes() == before


async def test_line_ends_stay_as_they_were(tmp_path: Path, opened: Opened, set_editor: Editor) -> None:
    set_editor("path.write_bytes(text.replace(b'\\r', b'').replace(b'Text', b'Other\\nlines'))")
    path = tmp_path / "incidents.md"
    path.write_bytes(b"## M-2026-01-05T16:00:00Z INC-1 one\r\n\r\n- used: 0\r\n\r\nText.\r\n")
    async with opened(path) as reader:
        await reader.press("e")
    assert path.read_bytes() == b"## M-2026-01-05T16:00:00Z INC-1 one\r\n\r\n- used: 0\r\n\r\nOther\r\nlines.\r\n"


async def test_what_others_wrote_meanwhile_is_merged(knowledge_base: Path, opened: Opened, set_editor: Editor) -> None:
    before = knowledge_base.read_bytes()
    counted = b"- used: 1\n- last_used: 2026-11-21"
    set_editor(
        f"live = Path({str(knowledge_base)!r}); data = live.read_bytes()\n"
        f"live.write_bytes(data.replace({counted!r}, b'- used: 5\\n- last_used: 2026-11-22', 1)"
        " + b'\\n## M-2026-11-23T00:00:00Z INC-9 theirs\\n')\n" + REPLACES
    )
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("e")
        assert "INC-9 theirs" in reader.listed
        assert reader.current == POOL
    expected = before.replace(counted, b"- used: 5\n- last_used: 2026-11-22", 1)
    expected = expected.replace(b"For 26 minutes", b"For 99 minutes") + b"\n## M-2026-11-23T00:00:00Z INC-9 theirs\n"
    assert knowledge_base.read_bytes() == expected


async def test_where_both_changed_one_section_theirs_stands_and_ours_is_kept(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    theirs = knowledge_base.read_bytes().replace(b"For 26 minutes", b"For THEIR minutes")
    set_editor(f"Path({str(knowledge_base)!r}).write_bytes({theirs!r})\n{REPLACES}")
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("e")
        assert "someone else changed the section Summary" in " ".join((await sees_kept(reader)).split())
        await reader.press("escape")
        await reader.sees("For THEIR minutes")
    assert knowledge_base.read_bytes() == theirs
    (kept,) = drafts()
    assert b"For 99 minutes" in kept.read_bytes()


@pytest.mark.usefixtures("never_polls")
@pytest.mark.parametrize("script", ["", REPLACES])
async def test_the_files_are_looked_at_as_soon_as_the_editor_has_ended(
    knowledge_base: Path, opened: Opened, set_editor: Editor, script: str
) -> None:
    set_editor(f"Path({str(knowledge_base)!r}).open('ab').write(b'\\n## M-2026-11-23T00:00:00Z INC-9 x\\n')\n{script}")
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("e")
        assert "INC-9 x" in reader.listed


async def test_an_entry_that_someone_took_out_meanwhile_is_not_written_back(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    data = knowledge_base.read_bytes()
    theirs = data[: data.index(b"## M-2025-02-19T06:05:00Z")]
    set_editor(f"Path({str(knowledge_base)!r}).write_bytes({theirs!r})\npath.write_bytes(text + b'More.\\n')")
    async with opened(knowledge_base) as reader:
        await reader.press("G", "e")
        assert "it is no longer in this file" in await sees_kept(reader)
        await reader.press("escape")
    assert knowledge_base.read_bytes() == theirs
    assert drafts()[0].read_bytes().endswith(b"More.\n")


@pytest.mark.usefixtures("given_away")
async def test_an_entry_under_conflict_markers_is_edited_in_the_file_itself(
    tmp_path: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor("path.write_bytes(text.replace(b'<<<<<<< ours\\n', b'').partition(b'=======')[0])")
    path = tmp_path / "incidents.md"
    path.write_bytes(
        b"## M-2026-01-05T16:00:00Z INC-1 one\n\n- used: 0\n\n<<<<<<< ours\nA\n=======\nB\n>>>>>>> theirs\n"
    )
    async with opened(path, size=(80, 24)) as reader:
        await reader.sees("1 error in this file (^p, then doctor)")
        await reader.press("j")
        keys = reader.footer
        assert "e edit the file  ^p doctor" in keys
        assert not any(refused in keys for refused in ("p pin", "s summarize", "a archive", "+ helped", "t tags"))
        for key in ("plus", "p", "a"):
            await reader.press(key)
            assert reader.notice.startswith("resolve git's conflict in an editor first (line 5): INC-1 one stands")
        await reader.press("e")
        await reader.sees_entry()
        assert "conflict" not in reader.entry
        await reader.press("j")
        assert "p pin" in reader.footer
    assert path.read_bytes() == b"## M-2026-01-05T16:00:00Z INC-1 one\n\n- used: 0\n\nA\n"
    assert drafts() == []


async def test_one_entry_is_edited_at_a_time(knowledge_base: Path, opened: Opened, set_editor: Editor) -> None:
    set_editor("path.write_bytes(text + b'\\nMore.\\n')")
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, size=(200, 24)) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("space", "space")
        assert "e edit" not in reader.footer
        await reader.press("e")
        assert reader.notice == "one entry is edited at a time: Esc clears the marks"
        assert knowledge_base.read_bytes() == before
        await reader.goes_to("INC-2187")
        await reader.press("space", "e")
        assert reader.notice == "one entry is edited at a time: Esc clears the marks", "one is marked, another shown"
        assert knowledge_base.read_bytes() == before
        await reader.goes_to("INC-2187")
        await reader.press("escape", "e")
        assert reader.notice == f"edited {POOL}  →  incidents.md"


async def test_e_is_dropped_where_it_was_meant_for_another_entry(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor("path.write_bytes(text + b'\\nMore.\\n')")
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.at_once("a", "e")
        assert reader.notice.startswith("e was dropped")


# In a real terminal


def waits(until: Callable[[], object]) -> None:
    limit = monotonic() + PATIENCE
    while not until():
        assert monotonic() < limit
        sleep(0.02)


@pytest.mark.slow
def test_the_editor_has_the_terminal_and_gives_it_back(knowledge_base: Path, set_editor: Editor) -> None:
    """It has its usual modes, and keys; after it the whole screen is there again."""
    set_editor(
        "import termios; modes = termios.tcgetattr(0)[3]\n"
        "print('cooked' if modes & termios.ICANON and modes & termios.ECHO else 'raw', end=' ', flush=True)\n"
        "path.write_bytes(text.replace(b'For 26 minutes', b'For ' + input().encode() + b' minutes'))"
    )
    before = knowledge_base.read_bytes()
    terminal = Terminal(sys.executable, "-m", "incident_tui", str(knowledge_base), latency=0)
    terminal.sees("Who holds the lock")
    terminal.press(b"jjjj")
    terminal.sees("For 26 minutes")
    terminal.press(b"e")
    terminal.sees("cooked")
    terminal.press(b"jjq 77\n")
    terminal.sees("edited INC-2187")
    terminal.sees("For jjq 77 minutes")
    assert terminal.text.count("INC-2180") == 1, "the list is there again"
    assert "cooked" not in terminal.text
    assert knowledge_base.read_bytes() == before.replace(b"For 26 minutes", b"For jjq 77 minutes")
    terminal.rests(1.0)
    terminal.press(b"u")
    terminal.sees("undone: edited")
    terminal.press(b"q")
    assert terminal.ends() == 0
    assert terminal.is_sane()
    assert knowledge_base.read_bytes() == before


@pytest.mark.slow
def test_what_was_typed_for_the_editor_changes_no_entry(knowledge_base: Path, set_editor: Editor) -> None:
    set_editor("import time; print('here', flush=True); time.sleep(2); path.write_bytes(text + b'\\nMore.\\n')")
    terminal = Terminal(sys.executable, "-m", "incident_tui", str(knowledge_base), latency=0)
    terminal.sees("Who holds the lock")
    terminal.press(b"je")
    terminal.sees("here")
    terminal.press(b"p")
    terminal.sees("p was dropped")
    assert entry(knowledge_base, "INC-2168 redis-split-brain-sold-seats-twice").count(b"- pinned: true") == 1
    terminal.rests(0.5)
    terminal.press(b"p")
    terminal.sees("unpinned INC-2168")
    terminal.press(b"q")
    assert terminal.ends() == 0


@pytest.mark.slow
def test_what_is_typed_ahead_goes_to_its_field(knowledge_base: Path, set_editor: Editor) -> None:
    """All of it in one write, as on a lagging line."""
    set_editor(WRITES)
    terminal = Terminal(sys.executable, "-m", "incident_tui", str(knowledge_base), latency=0)
    terminal.sees("Who holds the lock")
    terminal.press(b"c")
    terminal.sees("New entry")
    terminal.press(b"disk-full\rINC-7\rdisk, full\r")
    terminal.sees("created INC-7 disk-full")
    terminal.sees("The disk was full.")
    terminal.press(b"q")
    assert terminal.ends() == 0
    assert terminal.is_sane()
    assert b"- tags: disk, full\n" in entry(knowledge_base, "INC-7 disk-full")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_dropped_line_while_the_editor_runs_loses_no_text(
    knowledge_base: Path, set_editor: Editor, number: signal.Signals
) -> None:
    """What the editor has saved is kept, and no process stays behind."""
    set_editor("path.write_bytes(text + b'\\nUnfinished.\\n'); print('saved', flush=True); input(); input()")
    before = knowledge_base.read_bytes()
    terminal = Terminal(sys.executable, "-m", "incident_tui", str(knowledge_base), latency=0)
    terminal.sees("Who holds the lock")
    terminal.press(b"e")
    terminal.sees("saved")
    for process in [*children(terminal.process.pid), terminal.process.pid]:
        os.kill(process, number)
    os.close(terminal.slave)
    os.close(terminal.master)
    terminal.master, terminal.slave = os.open(os.devnull, os.O_RDONLY), os.open(os.devnull, os.O_RDONLY)
    assert terminal.process.wait(timeout=PATIENCE) >= 128
    assert knowledge_base.read_bytes() == before
    (kept,) = drafts()
    assert kept.read_bytes().endswith(b"\nUnfinished.\n")


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


@pytest.mark.usefixtures("given_away")
async def test_the_next_reference_and_known_tags_are_completed(
    knowledge_base: Path, opened: Opened, set_editor: Editor
) -> None:
    set_editor("path.write_bytes(text + b'\\nMore.\\n')")
    async with opened(knowledge_base, size=(100, 30)) as reader:
        await reader.press("c")
        assert "e.g. orders-api-outage" in reader.screen
        assert "the next free one is INC-2188" in reader.screen
        await reader.types("again")
        await reader.press("tab", "I")
        await reader.sees("INC-2188")
        await reader.press("right", "tab")
        await reader.types("nothing-like-it, post")
        await reader.sees("nothing-like-it, postgres")
        await reader.press("right", "ctrl+s")
        assert reader.current == "INC-2188 again"
        assert "- tags: nothing-like-it, postgres\n" in knowledge_base.read_text("utf-8")
