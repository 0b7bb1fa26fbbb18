"""In a git work tree: the title bar's right end, and who changed an entry."""

import asyncio
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from rich.style import Style
from textual import events
from textual.pilot import Pilot

from incident_tui import clock
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Helped
from incident_tui.format.model.located import Target
from incident_tui.storage.git.repository import GitStatus
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.tui.bar_layout import title_text, titled
from incident_tui.tui.changed_words import changed_words
from incident_tui.tui.terminal.glyphs import ASCII, UNICODE

from ..repository import Repository, of_nobody
from .conftest import Factory, Opened
from .reader import Reader

FACTS = ("34 entries", "3 pinned", "12 archived", "archive only", "5 found", "read only")


@pytest.fixture(autouse=True)
def _git_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    of_nobody(monkeypatch)
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture
def repository(knowledge_base: Path) -> Repository:
    """The sample's repository, all committed."""
    repository = Repository(knowledge_base.parent)
    repository.commit("our incidents")
    return repository


def target(live: Path, ref: str) -> Target:
    """An entry as it is now."""
    (found,) = (entry for entry in KnowledgeBase(live).snapshot().live.entries if entry.ref == ref)
    return Target("live", found.identity, found.raw)


def slow_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float) -> Path:
    """Makes git slow. Returns the file to which it adds a line whenever it is called.

    A call before the one before it has ended adds `twice`.
    """
    calls = tmp_path / "calls"
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    rest = os.environ["PATH"]
    lines = [
        "#!/bin/sh",
        # What an earlier test has left behind may look up git anew.
        f'case "$*" in *"{tmp_path}"*) ;; *) PATH={rest} exec git "$@" ;; esac',
        f"mkdir {calls}.running || echo twice >> {calls}",
        f'echo "$*" >> {calls}',
        f"sleep {seconds}",
        f"rmdir {calls}.running",
        f'PATH={rest} exec git "$@"',
    ]
    slow.write_text("\n".join([*lines, ""]))
    slow.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{rest}")
    return calls


async def ends(reader: Reader, end: str) -> None:
    """Wait until the title bar has this right end."""
    limit = monotonic() + 30
    while not reader.title_bar.endswith(end):
        assert monotonic() < limit, reader.title_bar
        await asyncio.sleep(0.01)


async def ask(reader: Reader) -> None:
    """Ask from the palette who changed the entry under the cursor."""
    await reader.press("ctrl+p")
    await reader.types("who changed")
    await reader.sees("Who changed this entry")
    await reader.press("enter")
    await reader.sees("Esc back")


async def test_the_title_bar_ends_with_the_branch_and_follows_each_change(
    opened: Opened, knowledge_base: Path, repository: Repository
) -> None:
    async with opened(knowledge_base) as reader:
        await ends(reader, "archived                        main ✓")
        await reader.press("p")
        await ends(reader, " main ±")
        await reader.press("u")
        await ends(reader, " main ✓")


async def test_what_others_write_is_looked_at(opened: Opened, knowledge_base: Path, repository: Repository) -> None:
    async with opened(knowledge_base) as reader:
        await ends(reader, " main ✓")
        with knowledge_base.open("ab") as file:
            file.write(b"\n## M-2026-11-24T10:00:00Z INC-9999 appended\n")
        await ends(reader, " main ±")


async def test_a_commit_elsewhere_is_seen_when_someone_comes_back(
    opened: Opened, knowledge_base: Path, repository: Repository
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("p")
        await ends(reader, " main ±")
        reader.app.post_message(events.AppBlur())
        repository.commit("pinned")
        repository.git("checkout", "-q", "-b", "retro/\u202enovember")
        reader.app.post_message(events.AppFocus())
        await ends(reader, " retro/november ✓")
        repository.git("checkout", "-q", "main")
        reader.app.app_resume_signal.publish(reader.app)
        await ends(reader, " main ✓")


async def test_another_branch_is_seen_though_no_file_changes(
    opened: Opened, knowledge_base: Path, repository: Repository
) -> None:
    async with opened(knowledge_base) as reader:
        await ends(reader, " main ✓")
        repository.git("checkout", "-q", "-b", "other")
        await ends(reader, " other ✓")


@pytest.mark.slow
async def test_at_rest_git_is_not_asked(
    opened: Opened, knowledge_base: Path, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = slow_git(tmp_path, monkeypatch, 0)
    async with opened(knowledge_base) as reader:
        await ends(reader, " main ✓")
        here = str(knowledge_base.parent)  # a thread of another test may still be asking
        before = [call for call in calls.read_text().splitlines() if here in call]
        await reader.press("j", "k", "tab", "z")
        await asyncio.sleep(1.5)
        assert [call for call in calls.read_text().splitlines() if here in call] == before


async def test_ascii(opened: Opened, knowledge_base: Path, repository: Repository) -> None:
    async with opened(knowledge_base, glyphs=ASCII) as reader:
        await ends(reader, " main ok")
        await reader.press("p")
        await ends(reader, " main +")


async def test_in_no_work_tree_nothing_is_shown(
    opened: Opened, knowledge_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = slow_git(tmp_path, monkeypatch, 0)
    async with opened(knowledge_base) as reader:
        while not calls.exists():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        assert reader.title_bar.endswith("archived")
        assert reader.notice == ""


@pytest.mark.slow
async def test_a_slow_git_keeps_nobody_waiting_and_is_never_asked_twice_at_a_time(
    opened: Opened, knowledge_base: Path, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = slow_git(tmp_path, monkeypatch, 0.5)
    async with opened(knowledge_base) as reader:
        await reader.press("p", "j", "+", "j", "+", "j", "+")
        assert "helpful" in reader.notice
        await ends(reader, " main ±")
        asked = calls.read_text().splitlines()
        assert "twice" not in asked
        assert len(asked) >= 5  # where, which files tell of another branch, and how it stands; where and how once more


async def test_the_end_does_not_wait_for_git(
    opened: Opened, knowledge_base: Path, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = slow_git(tmp_path, monkeypatch, 120)
    began = monotonic()
    async with opened(knowledge_base) as reader:
        while not calls.exists():
            await asyncio.sleep(0.01)
        await reader.press("q")
    await asyncio.get_running_loop().shutdown_default_executor()
    assert monotonic() - began < 60


FEATURE = "feature/INC-1234-a-long-name"


@pytest.mark.parametrize(
    ("width", "branch", "expected"),
    [
        (120, FEATURE, f"34 entries · 3 pinned · 12 archived · archive only · 5 found · read only|{FEATURE} "),
        (100, FEATURE, "34 entries · 3 pinned · 12 archived · archive only · 5 found · read only|feature… "),
        (80, FEATURE, "34 entries · archive only · 5 found · read only|feature/INC-… "),
        (80, "main", "34 entries · archive only · 5 found · read only|main "),
        (60, FEATURE, "34 entries · 5 found · read only|feature… "),
        (40, FEATURE, "read only|feature/IN… "),
        (40, "main", "read only|main "),
        (30, "main", "read only|"),
    ],
)
def test_the_branch_is_shortened_first_then_facts_go_but_the_last_one_stays(
    width: int, branch: str, expected: str
) -> None:
    name, facts, told = titled("incidents.md", FACTS[:3], FACTS[3:], branch, width - len("  ") - len("  ✓"), UNICODE)
    assert f"{name}  {facts}|{told}" == f"incidents.md  {expected}"


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (80, "personal + payments  2 found · +1 archived · newest · line 12|feature/INC-123… "),
        (50, "personal + payments  2 found · newest · line 12|"),
        (36, "personal + pay…  2 found · line 12|"),
        (28, "personal + payme…  2 found|"),
    ],
)
def test_what_was_found_stays_whatever_gives_way(width: int, expected: str) -> None:
    facts = ("2 found", "+1 archived", "newest", "line 12")
    branch = FEATURE if width > 60 else ""
    name, shown, told = titled(
        "personal + payments", FACTS[:3], facts, branch, width - len("  "), UNICODE, hits="2 found"
    )
    assert f"{name}  {shown}|{told}" == expected


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (60, "34 entries · 3 pinned · 12 archived"),
        (40, "34 entries · 3 pinned"),
        (30, "34 entries"),
        (20, "34 entries"),
    ],
)
def test_of_the_counts_alone_the_archived_one_goes_first_and_the_live_one_stays(width: int, expected: str) -> None:
    assert titled("incidents.md", FACTS[:3], (), "", width, UNICODE)[1] == expected


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (100, "personal + payments|152 entries · 20 pinned · 12 archived|main paym± plat✓↓2"),
        (78, "personal + payments|152 entries · 20 pinned|main paym± plat✓↓2"),
        (60, "personal + payments|152 entries|main paym± plat✓↓2"),
        (50, "personal + payments|152 entries|main paym± p…"),
        (36, "personal + payments|152 entries"),
    ],
)
def test_of_several_layers_what_each_lacks_stays_longer_than_counts(width: int, expected: str) -> None:
    standing = [("payments", GitStatus("main", changed=True)), ("platform", GitStatus("main", changed=False, behind=2))]
    counts = ("152 entries", "20 pinned", "12 archived")
    text = title_text("personal + payments", counts, (), standing, width, UNICODE, lambda _: Style())
    assert re.sub(" {2,}", "|", text.plain.strip()) == expected
    assert text.cell_len <= width


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (120, f"incidents.md  25 entries · 4 pinned · 8 archived · read only {FEATURE:>55} ✓"),
        (80, "incidents.md  25 entries · 4 pinned · 8 archived · read only  feature/INC-1… ✓"),
        (40, "incidents.md  read only  feature/IN… ✓"),
        (24, "inciden…  read only  ✓"),
    ],
)
async def test_the_title_bar_in_terminals_of_all_widths(
    opened: Opened, knowledge_base: Path, repository: Repository, width: int, expected: str
) -> None:
    repository.git("checkout", "-q", "-b", FEATURE)
    async with opened(knowledge_base, read_only=True, size=(width, 12)) as reader:
        await ends(reader, " ✓")
        assert reader.lines[0] == f" {expected} "


async def test_who_changed_an_entry_is_told_with_the_lines(
    opened: Opened, knowledge_base: Path, repository: Repository
) -> None:
    async with opened(knowledge_base, size=(100, 30)) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("p")
        commit = repository.commit("\x1b[31mkeep [b]it[/b]", author="Eve\x07 \u202eM")
        await reader.press("p")
        await ask(reader)
        await reader.sees("added, ")
        lines = [line.strip() for line in reader.lines if line.strip()]
        assert lines[0].startswith("Who changed INC-2187 ")
        assert lines[1:4] == [
            "Uncommitted changes",
            f"2026-11-01 02:00  Eve␇ M  ␛[31mkeep [b]it[/b]  {commit}",
            "- - pinned: false",
        ]
        assert lines[4] == "+ - pinned: true"
        assert lines[5].startswith("2026-11-01 01:00  Ana  our incidents  ")
        changed = [strip for strip in reader.strips if "- pinned:" in strip.text]
        bold = [segment.text for strip in changed for segment in strip if segment.style and segment.style.bold]
        assert bold == ["false", "true"], "the words that changed"
        await reader.press("escape")
        assert reader.dialog == ""


@pytest.mark.parametrize(
    ("before", "after", "gone", "come"),
    [
        ("The pool was dry.", "The pool ran dry.", ["was"], ["ran"]),
        ("- used: 3", "- used: 4", ["3"], ["4"]),
        ("Two masters.", "Two masters, sold twice.", [], [", sold twice"]),
        ("Restart the node.", "Nothing of it is left", [], []),
        ("", "new", [], []),
    ],
)
def test_the_words_that_changed_are_those_not_in_common(
    before: str, after: str, gone: list[str], come: list[str]
) -> None:
    spans = changed_words(before, after)
    shown = [[line[start:stop] for start, stop in found] for line, found in zip((before, after), spans, strict=True)]
    assert shown == [gone, come]


async def test_an_entry_that_was_never_committed_says_so(opened: Opened, knowledge_base: Path) -> None:
    Repository(knowledge_base.parent)
    async with opened(knowledge_base) as reader:
        await ask(reader)
        await reader.sees("No commit has this entry yet.")


async def test_where_there_is_no_work_tree_it_says_so(opened: Opened, knowledge_base: Path) -> None:
    async with opened(knowledge_base) as reader:
        await ask(reader)
        await reader.sees("incidents.md is in no git work tree")


@pytest.mark.slow
async def test_while_git_looks_the_screen_can_be_left(
    opened: Opened, knowledge_base: Path, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_git(tmp_path, monkeypatch, 120)
    began = monotonic()
    async with opened(knowledge_base) as reader:
        await ask(reader)
        await reader.sees("asking git…")
        await reader.press("escape", "j")
        assert reader.dialog == ""
        assert monotonic() - began < 60


@pytest.mark.sample_day
def test_who_changed(snap_compare: Callable[..., bool], make_app: Factory, knowledge_base: Path) -> None:
    """Two commits of an entry, newest first, each with its lines; the first brought it into the file."""
    repository = Repository(knowledge_base.parent)
    repository.commit("Our incidents, as they were in the wiki")
    KnowledgeBase(knowledge_base).edit([Edit(target(knowledge_base, "INC-2187"), Helped(clock.today()))])
    repository.commit("It helped again", author="Ben")
    app = make_app(knowledge_base)

    async def before(pilot: Pilot[None]) -> None:
        reader = Reader(app, pilot)
        await pilot.pause()
        await reader.goes_to("INC-2187")
        await ask(reader)
        await reader.sees("added, ")
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)


@pytest.mark.sample_day
def test_title_bar_in_git(snap_compare: Callable[..., bool], make_app: Factory, knowledge_base: Path) -> None:
    """The branch at the right end, and that something is not committed."""
    Repository(knowledge_base.parent)
    app = make_app(knowledge_base)

    async def before(pilot: Pilot[None]) -> None:
        reader = Reader(app, pilot)
        await pilot.pause()
        await ends(reader, " main ±")
        await reader.sees_entry()

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)
