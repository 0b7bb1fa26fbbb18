"""Sharing and syncing a layer from the palette, in clones of a bare remote."""

import asyncio
from pathlib import Path
from time import monotonic

import pytest
from textual.message import Message

from incident_tui.tui.app import IncidentApp

from ..repository import Repository, of_nobody
from .reader import Reader
from .test_layers import ENTRY, opened


@pytest.fixture(autouse=True)
def _git_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    of_nobody(monkeypatch)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """The clone of an organisation's layer, with its remote beside the memory, and a colleague's clone."""
    top = tmp_path / "memory"
    for name in ("kb", "orgs/payments/kb"):
        (top / name).mkdir(parents=True)
    (top / "kb/patterns.md").write_text(ENTRY.format(day=3, key="mine", more=""))
    (top / "orgs/payments/kb/patterns.md").write_text(ENTRY.format(day=5, key="pool", more=""))
    repository = Repository(top / "orgs/payments")
    repository.commit("Start")
    repository.git("init", "-q", "--bare", "-b", "main", str(tmp_path / "payments.git"))
    repository.git("remote", "add", "origin", str(tmp_path / "payments.git"))
    repository.git("push", "-qu", "origin", "main")
    repository.git("clone", "-q", str(tmp_path / "payments.git"), str(tmp_path / "colleague"))
    return repository


@pytest.fixture
def app(repository: Repository) -> IncidentApp:
    return opened(repository.top.parent.parent, "kb/patterns", "orgs/payments/kb/patterns")


async def shows(reader: Reader, text: str) -> None:
    """Wait until some line of the screen has a text, and keys are let through to it."""
    limit = monotonic() + 30
    while not any(text in line for line in reader.lines) or reader.app.guard.hides(Message()):
        assert monotonic() < limit, reader.lines
        await asyncio.sleep(0.01)


async def command(reader: Reader, name: str) -> None:
    await reader.press("ctrl+p", *name, "enter")


async def test_a_layer_is_committed_and_pushed_after_a_look(app: IncidentApp, repository: Repository) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        await reader.press("p")
        assert app.browse.model.current is not None
        assert app.browse.model.current.file_index == 1
        await command(reader, "share")
        await shows(reader, "Share payments")
        assert any("Pinned pool" in line for line in reader.lines)
        assert any("kb/patterns.md" in line for line in reader.lines)
        await reader.press("n")
        assert repository.git("rev-list", "--count", "HEAD") == "1\n"
        hook = repository.top / ".git/hooks/pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\necho ask the team >&2\nexit 1\n")
        hook.chmod(0o755)
        await command(reader, "share")
        await shows(reader, "Share payments")
        await reader.press("y")
        await shows(reader, "payments: git says: ask the team; nothing was committed")
        assert repository.git("rev-list", "--count", "HEAD") == "1\n"
        hook.unlink()
        await command(reader, "share")
        await shows(reader, "Share payments")
        await reader.press("y")
        await shows(reader, "payments: committed 1 file")
        assert repository.git("log", "-1", "--format=%s") == "Pinned pool\n"
        assert repository.git("rev-list", "--count", "origin/main") == "1\n"
        await command(reader, "share")
        await shows(reader, "1 commit isn't pushed yet.")
        await reader.press("p")
        await shows(reader, "payments: pushed")
        assert repository.git("rev-list", "--count", "origin/main") == "2\n"
        await command(reader, "share")
        await shows(reader, "payments: nothing to commit")


async def test_a_secret_is_shown_before_anything_is_asked(app: IncidentApp, repository: Repository) -> None:
    path = repository.top / "kb/patterns.md"
    path.write_text(path.read_text() + "\nexport PGPASSWORD=" + "hunter22\n")
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        await command(reader, "share")
        await shows(reader, "Share a secret?")
        assert any("a password: export PGPASSWORD=hunter22" in line for line in reader.lines)
        await reader.press("n")
        assert repository.git("rev-list", "--count", "HEAD") == "1\n"
        await command(reader, "share")
        await shows(reader, "Share a secret?")
        await reader.press("y")
        await shows(reader, "Share payments")
        path.write_text(path.read_text() + "\nexport MYSQL_PASSWORD=" + "hunter23\n")
        await reader.press("p")
        await shows(reader, "payments: a line that looks like a secret was written meanwhile")
        assert repository.git("rev-list", "--count", "HEAD") == "1\n"


async def test_what_others_pushed_is_merged_and_shown(app: IncidentApp, repository: Repository, tmp_path: Path) -> None:
    path = tmp_path / "colleague/kb/patterns.md"
    path.write_text(path.read_text() + ENTRY.format(day=6, key="theirs", more=""))
    for words in (["commit", "-qam", "Theirs"], ["push", "-q"]):
        repository.git("-C", str(tmp_path / "colleague"), *words)
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        await command(reader, "sync")
        await shows(reader, "payments: merged 1 commit")
        assert "theirs" in [row.entry.title for row in app.browse.model.listing]
        await command(reader, "sync")
        await shows(reader, "payments: nothing new")


async def test_one_line_says_why_it_cannot_be(app: IncidentApp, repository: Repository) -> None:
    repository.git("remote", "remove", "origin")
    async with app.run_test(size=(100, 30)) as pilot:
        reader = Reader(app, pilot)
        await command(reader, "sync")
        await shows(reader, "payments: it has no remote; nothing was done")
        await reader.press("p")
        await command(reader, "share")
        await shows(reader, "Share payments")
        await reader.press("p")
        await shows(reader, "payments: committed 1 file, not pushed: it has no remote; nothing was pushed")
        await reader.press("G")
        await command(reader, "share")
        await shows(reader, "personal is in no git work tree")


async def test_what_is_longer_than_the_screen_is_wide_is_said_in_whole(
    app: IncidentApp, repository: Repository
) -> None:
    (repository.top / ".git/rebase-merge").mkdir()
    async with app.run_test(size=(40, 20)) as pilot:
        reader = Reader(app, pilot)
        await command(reader, "sync")
        await shows(reader, "nothing was done")
        assert reader.dialog == "MessageDialog"
