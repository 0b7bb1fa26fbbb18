"""What the screens look like. Each test says what is to be seen; the pictures are in `snapshots/`."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from incident_tui.storage.git.share_sync import SharePlan
from incident_tui.tui.screens.share import Share
from incident_tui.tui.terminal.glyphs import UNICODE

from .conftest import PICTURES, Factory
from .reader import Reader

pytestmark = pytest.mark.sample_day

Compare = Callable[..., bool]
Use = Callable[[Reader], Awaitable[None]]

SHOWN_AS = "/srv/oncall/incidents.md"

TEMPLATE = b"""# Incidents

Past incident summaries, learnings, and playbooks.

---

<!-- An entry looks like this:

## M-YYYY-MM-DDTHH:MM:SSZ INC-1234 short-slug

- type: incident
- tags: service, symptom
- used: 0
- pinned: false

**Summary**

What happened.

---

## M-2025-01-05T16:00:00Z INC-1234 orders-api-outage

- type: incident
- tags: orders, database
- used: 2
- pinned: true

**Summary**

30 minutes without orders.

-->
"""


@pytest.fixture
def looks(snap_compare: Compare, make_app: Factory) -> Callable[..., bool]:
    """Whether the screen looks as it did, once `use` has done what it does."""

    def compare(path: Path, use: Use | None = None, size: tuple[int, int] = (80, 24), **options: Any) -> bool:
        app = make_app(path, **options)

        async def before(pilot: Pilot[None]) -> None:
            reader = Reader(app, pilot)
            await pilot.pause()
            await reader.sees_entry()
            if use is not None:
                await use(reader)
                await pilot.pause()
            if not reader.dialog:
                await reader.sees_entry()

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40), (200, 60)], ids=["40x12", "80x24", "120x40", "200x60"])
def test_first_screen(looks: Callable[..., bool], knowledge_base: Path, size: tuple[int, int]) -> None:
    """The sample: pinned entries first, then the newest; the first one beside the list; keys below."""
    assert looks(knowledge_base, size=size)


def test_search(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """Two words with a typo: the incident stands first, what matched is underlined, the title bar counts."""

    async def use(reader: Reader) -> None:
        await reader.press("slash")
        await reader.types("conection pool")

    assert looks(knowledge_base, use)


def test_long_entry(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """A long entry, scrolled by the keys of the detail to its table and its action items."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("INC-2168")
        await reader.sees_entry()
        await reader.press("tab", "pagedown", "pagedown")

    assert looks(knowledge_base, use, size=(120, 40))


def test_long_entry_80x24(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The same at 80×24: the table, too wide for the pane, is a record for each row."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("INC-2168")
        await reader.sees_entry()
        await reader.press("tab", "pagedown", "pagedown")

    assert looks(knowledge_base, use)


def test_archived(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The archive: all rows have its mark, the footer offers to restore and not to archive."""

    async def use(reader: Reader) -> None:
        await reader.press("A")

    assert looks(knowledge_base, use)


def test_archived_keys(looks: Callable[..., bool], knowledge_base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive when the notice has gone: the footer offers `r`, and none of the keys that can't be used."""
    monkeypatch.setattr("incident_tui.tui.widgets.key_bar.NOTICE", 0.01)

    async def use(reader: Reader) -> None:
        await reader.press("A")
        await reader.sees("restore")

    assert looks(knowledge_base, use)


def test_both(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """What is live and what is archived in one list, archived rows with their mark; the title bar says so."""

    async def use(reader: Reader) -> None:
        await reader.press("A", "A", "G")

    assert looks(knowledge_base, use, size=(120, 40))


def test_summarize(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The dialog with the drafted summary and key learning, and below what becomes of the entry."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("INC-2187")
        await reader.press("s")

    assert looks(knowledge_base, use, size=(120, 40))


def test_summarize_80x24(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The same dialog in a small terminal: both fields, the preview and the keys are all there."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("INC-2187")
        await reader.press("s")

    assert looks(knowledge_base, use)


def test_question(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The question before a pinned entry goes, with its name and the two keys."""

    async def use(reader: Reader) -> None:
        await reader.press("a")

    assert looks(knowledge_base, use)


def test_share(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The question before a layer is shared: the commit's message and its files, and what isn't pushed yet."""
    files = ("kb/incidents.md", "archive/incidents.md")
    plan = SharePlan(knowledge_base.parent, files, "Archived INC-2155", (), files, shared=True, unpushed=2)

    async def use(reader: Reader) -> None:
        await reader.app.push_screen(Share("payments", plan, UNICODE, reader.app.guard))

    assert looks(knowledge_base, use)


def test_compare(looks: Callable[..., bool], tmp_path: Path) -> None:
    """Two entries of the same key in one file: the newer one first, the lines that differ in bold."""
    text = (
        "## M-2026-01-0{0}T10:00:00Z pool\n\n- type: pattern\n- used: {0}\n- pinned: false\n\n"
        "**Summary**\n\n{1}\n\nThe same.\n"
    )
    path = tmp_path / "patterns.md"
    path.write_text(text.format(1, "Old wording.") + "\n" + text.format(3, "New wording."), encoding="utf-8")

    async def use(reader: Reader) -> None:
        await reader.press("D")

    assert looks(path, use)


def test_new_entry(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The form for a new entry, with a reference that is none: it says so, and all that was typed stays."""

    async def use(reader: Reader) -> None:
        await reader.press("c")
        await reader.types("full disk again")
        await reader.press("enter")
        await reader.types("inc 7")
        await reader.press("ctrl+s")
        await reader.sees("'inc 7' is not a reference")

    assert looks(knowledge_base, use)


def test_new_entry_40x12(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The empty form in a tiny terminal: the three fields with their examples, and the keys."""

    async def use(reader: Reader) -> None:
        await reader.press("c")

    assert looks(knowledge_base, use, size=(40, 12))


def test_kept(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """An edited text that can't be written: why, where it is kept, and that it can be edited again."""
    from incident_tui.tui.dialogs.editor_result import EditorResultDialog

    async def use(reader: Reader) -> None:
        why = "line 31 of the text opens a code block that is never closed; nothing was written"
        path = "~/.local/state/incident-tui/drafts/incident-tui-1x2y3z/INC-2187-orders-api.md"
        reader.app.push_screen(EditorResultDialog(why, f"your text is kept in {path}", reader.app.browse.glyphs))

    assert looks(knowledge_base, use)


def test_copy(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """All that can be copied of an entry, one line each: its queries with their first line, names, text, links."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("INC-2187")
        await reader.press("y", "j")

    assert looks(knowledge_base, use)


def test_copied(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """A query that was copied, from the first column on, with nothing beside it; it says that it was sent."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("who-blocks-whom")
        await reader.press("y", "enter")

    assert looks(knowledge_base, use)


def test_links(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The entries that an entry names; one of them is archived."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("retry-storm-signature")
        await reader.press("l", "j")

    assert looks(knowledge_base, use)


def test_full_text(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """The full text of a summary, after Enter on it: in the archive, and a notice says how to come back."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("INC-2131")
        await reader.press("enter", "enter")

    assert looks(knowledge_base, use)


def test_help(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """All keys by group; the first page of them at 80×24."""

    async def use(reader: Reader) -> None:
        await reader.press("question_mark")

    assert looks(knowledge_base, use)


def test_help_120x40(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """All keys and what the marks mean, on one screen."""

    async def use(reader: Reader) -> None:
        await reader.press("question_mark")

    assert looks(knowledge_base, use, size=(120, 40))


def test_pinned_notice(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """After `p`: the entry stands among the pinned, the cursor on it, and a notice names the file written."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("INC-2187")
        await reader.press("p")

    assert looks(knowledge_base, use)


def test_refused(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """A notice that says why nothing was done, in the colour of errors."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("INC-2187")
        await reader.press("r")

    assert looks(knowledge_base, use)


def test_empty_file(looks: Callable[..., bool], tmp_path: Path) -> None:
    """No entries yet: the file's path, and how to begin."""
    path = tmp_path / "incidents.md"
    path.write_bytes(b"")
    assert looks(path, shown_as=SHOWN_AS)


def test_template(looks: Callable[..., bool], tmp_path: Path) -> None:
    """The bare template: it says that the entries stand in a comment, and where to put one's own."""
    path = tmp_path / "incidents.md"
    path.write_bytes(TEMPLATE)
    assert looks(path, shown_as=SHOWN_AS)


def test_missing_file(looks: Callable[..., bool], tmp_path: Path) -> None:
    """No such file: its path, and the key that makes it."""
    assert looks(tmp_path / "incidents.md", shown_as=SHOWN_AS)


def test_not_text(looks: Callable[..., bool], tmp_path: Path) -> None:
    """A picture by mistake: the screen says that it is not text, and shows none of it."""
    path = tmp_path / "incidents.md"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))
    assert looks(path, shown_as=SHOWN_AS)


def test_archive_empty(looks: Callable[..., bool], tmp_path: Path) -> None:
    """`A` where nothing was archived yet: it says where archived entries would be, and how to go back."""
    path = tmp_path / "incidents.md"
    path.write_bytes(b"## M-2026-01-05T16:00:00Z INC-1 one\n")

    async def use(reader: Reader) -> None:
        await reader.press("A")

    assert looks(path, use, shown_as=SHOWN_AS)


def test_no_match(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """Nothing matches: the words, how to clear them, and that the archive can be searched, too."""

    async def use(reader: Reader) -> None:
        await reader.press("slash")
        await reader.types("zzqqxx wvwv")

    assert looks(knowledge_base, use)


def test_read_only(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """Opened to read: the title bar says so, the footer offers no changes."""
    assert looks(knowledge_base, read_only=True)


def test_narrow_list(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """50 columns: the list alone, in the whole width."""
    assert looks(knowledge_base, size=(50, 20))


def test_narrow_entry(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """50 columns, after Enter: the entry alone."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("INC-2187")
        await reader.press("enter")

    assert looks(knowledge_base, use, size=(50, 20))


def test_zoomed(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """`z`: the entry alone in the whole width, nothing beside it that a mouse selection would catch."""

    async def use(reader: Reader) -> None:
        await reader.goes_to("INC-2187")
        await reader.press("z")

    assert looks(knowledge_base, use)


def test_ascii(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """A terminal without UTF-8: the marks of the list are ASCII."""
    from incident_tui.tui.terminal.glyphs import ASCII

    assert looks(knowledge_base, glyphs=ASCII)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)], ids=["40x12", "80x24", "200x60"])
def test_without_colours(
    looks: Callable[..., bool], knowledge_base: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """NO_COLOR: marks, bold and reverse say what colours say elsewhere."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert looks(knowledge_base, size=size)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)], ids=["40x12", "80x24", "200x60"])
def test_without_utf8(
    looks: Callable[..., bool], knowledge_base: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """LC_ALL=C: marks, rules, bullets and the text itself are ASCII."""
    from incident_tui.tui.terminal.glyphs import ASCII

    monkeypatch.setenv("LC_ALL", "C")
    assert looks(knowledge_base, glyphs=ASCII, size=size)


def test_light(looks: Callable[..., bool], knowledge_base: Path) -> None:
    """A light theme: all that is written can be read."""

    async def use(reader: Reader) -> None:
        reader.app.theme = "solarized-light"
        await reader.goes_to("INC-2187")

    assert looks(knowledge_base, use)


def test_hostile(looks: Callable[..., bool], tmp_path: Path) -> None:
    """Control characters as pictures of themselves, markup as text, wide characters in straight columns."""
    path = tmp_path / "incidents.md"
    path.write_bytes(HOSTILE.encode())
    assert looks(path)


HOSTILE = (
    "# Incidents\n\n---\n\n"
    "## M-2026-11-01T10:00:00Z INC-1 [red]alarm[/red] \x1b[31mnow\x1b[0m\n\n"
    "- type: incident\n- tags: [bold]x[/bold], \x1b]0;title\x07, 数据库\n- used: 0\n- pinned: true\n"
    "- owner: [@click=app.quit]me[/]\n\n"
    "**Summary**\n\nA [red]body[/red] with \x1b[2J and a bell \x07. [/] ends nothing.\n\n- [x] done\n- [ ] to do\n\n"
    "---\n\n## M-2026-10-01T10:00:00Z INC-2 数据库连接池耗尽导致订单服务中断三十分钟\n\n- used: 1\n\nText.\n\n"
    "---\n\n## M-2026-09-01T10:00:00Z INC-3 plain\n\n- used: 1\n\nText.\n\n"
    "---\n\n## M-2026-08-01T10:00:00Z 订单\n\n- used: 1\n\nText.\n"
)


def test_no_picture_is_left_over() -> None:
    """Every picture belongs to a test that is still there."""
    sources = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    names = set(re.findall(r"def test_(\w+)", "\n".join(sources)))
    pictures = {path.stem for path in PICTURES.glob("*.svg")}
    assert pictures
    assert {name for name in pictures if name not in names and name.rsplit("_", 1)[0] not in names} == set()
