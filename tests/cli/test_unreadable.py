"""A file of a folder that can't be read is said, `check` fails for it, and what is for all files refuses."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import RenameTag
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import Target
from incident_tui.storage.disk.atomic_file import Unreadable
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library

from .conftest import ROOT, Content, Run


def dangling(path: Path) -> None:
    path.symlink_to("nowhere.md")


def in_a_circle(path: Path) -> None:
    path.symlink_to(path.name)


def folder_of(path: Path) -> None:
    path.mkdir()


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)  # the whole path may be longer than a socket's name can be


def device(path: Path) -> None:
    path.symlink_to("/dev/null")


def forbidden(path: Path) -> None:
    path.write_text("## M-2025-01-01T00:00:00Z INC-1 x\n", encoding="utf-8")
    path.chmod(0)


ROOT_READS_ALL = pytest.mark.skipif(os.geteuid() == 0, reason="permissions don't bind root")
MADE = [
    pytest.param(dangling, "does not exist", id="dangling"),
    pytest.param(in_a_circle, "circle", id="circle"),
    pytest.param(folder_of, "is a directory", id="folder"),
    pytest.param(os.mkfifo, "a pipe", id="pipe"),
    pytest.param(listening, "can't be read", id="socket"),
    pytest.param(device, "a device", id="device"),
    pytest.param(forbidden, "permission denied", id="forbidden", marks=ROOT_READS_ALL),
]


@pytest.mark.parametrize(("make", "why"), MADE)
@pytest.mark.parametrize("where", ["", "kb"])
def test_a_file_that_can_not_be_read_is_one_line_on_stderr(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], why: str, where: str
) -> None:
    (folder / where).mkdir(exist_ok=True)
    monkeypatch.chdir(folder / where)
    make(Path("facts.md").absolute())
    monkeypatch.chdir(folder)
    said = run("list", "-f", ".")
    assert (said.code, said.err.count("\n")) == (0, 1)
    assert "facts.md" in said.err
    assert why in said.err
    assert said.out == run("list", "-f", "incidents.md").out


@pytest.mark.parametrize(
    "command", ["list", "list redis", "report", "show INC-2187", "match alert.txt", "pin INC-2187"]
)
def test_every_command_says_it(run: Run, folder: Path, command: str) -> None:
    (folder / "alert.txt").write_text("redis", encoding="utf-8")
    dangling(folder / "facts.md")
    said = run(*command.split(), "-f", ".")
    assert (said.code, said.err.count("\n")) == (0, 1)
    assert "facts.md" in said.err


def test_check_fails_and_names_it(run: Run, folder: Path) -> None:
    before = run("check", "-f", ".")
    dangling(folder / "facts.md")
    said = run("check", "-f", ".")
    assert said.code == 1
    assert said.out.count("facts.md") >= 1
    assert "1 error" in said.out
    assert "1 error" not in before.out
    assert '"unreadable"' in run("check", "--json", "-f", ".").out


@pytest.mark.parametrize("command", ["tag --rename redis cache", "tag --rename redis cache --dry-run", "check --fix"])
def test_what_is_for_all_files_refuses_in_one_line_and_changes_nothing(
    run: Run, folder: Path, content: Content, command: str
) -> None:
    text = (folder / "incidents.md").read_bytes().replace(b"- pinned: false", b"- pinned: false\n- pinned: false", 1)
    (folder / "incidents.md").write_bytes(text)
    dangling(folder / "facts.md")
    before = content()
    said = run(*command.split(), "-f", ".")
    assert (said.code, said.out) == (1, "")
    assert "facts.md" in said.err.splitlines()[-1]
    assert "nothing was changed" in said.err
    assert content() == before


def test_undo_refuses_only_where_the_last_change_may_be_in_a_file_that_can_not_be_read(run: Run, folder: Path) -> None:
    incidents = folder / "incidents.md"
    facts = folder / "facts.md"
    facts.write_text("## M-2025-01-01T00:00:00Z a-fact\n\n- type: fact\n", encoding="utf-8")
    before = incidents.read_bytes()
    assert run("pin", "INC-2180", "-f", ".").code == 0
    assert run("pin", "a-fact", "-f", ".").code == 0
    pinned = facts.read_bytes()
    facts.write_bytes(pinned.decode().encode("utf-16"))
    refused = run("undo", "-f", ".")
    assert (refused.code, "nothing was changed" in refused.err) == (1, True)
    facts.write_bytes(pinned)
    assert run("undo", "-f", ".").code == 0
    facts.write_bytes(pinned.decode().encode("utf-16"))
    assert run("undo", "-f", ".").code == 0
    assert incidents.read_bytes() == before


def test_the_browser_renames_no_tag_either(folder: Path) -> None:
    library = Library([KnowledgeBase(folder / "incidents.md")], (), [Unreadable(Path("b.md"), "b.md can't be read")])
    snapshot = library.snapshot()
    tagged = next(entry for entry in snapshot.files[0].live.entries if "redis" in entry.tags)
    with pytest.raises(Refused, match=r"b\.md can't be read"):
        library.edit([Edit(Target.of("live", tagged), RenameTag("redis", "cache"))])
    assert library.snapshot().unreadable


def test_a_hidden_link_of_an_editor_is_nobodys_file(run: Run, folder: Path) -> None:
    (folder / ".#incidents.md").symlink_to("ana@host.1234:5678")
    assert run("list", "-f", ".").err == ""


def test_a_folder_without_entries_is_refused_and_says_what_it_could_not_read(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    dangling(empty / "facts.md")
    said = run("list", "-f", str(empty))
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "facts.md" in said.err


# What comes through a pipe


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash for <(…)")
    command = f"incident-tui() {{ '{sys.executable}' -m incident_tui \"$@\"; }}; {script}"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run([bash, "-c", command], cwd=folder, env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    "script",
    ["incident-tui {} -f <(cat incidents.md)", "cat incidents.md | incident-tui {} -f /dev/stdin"],
    ids=["substituted", "stdin"],
)
@pytest.mark.parametrize("command", ["list", "list redis", "show INC-2187", "list --items"])
def test_a_pipe_is_read_as_the_file_would_be(folder: Path, script: str, command: str) -> None:
    shutil.rmtree(folder / "archive", ignore_errors=True)
    said = shell(script.format(command), folder)
    expected = shell(f"incident-tui {command} -f incidents.md", folder)
    assert (said.returncode, said.stdout, said.stderr) == (0, expected.stdout, "")


@pytest.mark.parametrize("command", ["pin INC-2187", "archive INC-2187 --force", "tag --rename redis cache", "undo"])
def test_a_pipe_is_read_only(folder: Path, command: str) -> None:
    said = shell(f"incident-tui {command} -f <(cat incidents.md)", folder)
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (1, "", 1)
    assert "can't be changed: it came through a pipe" in said.stderr


@pytest.mark.parametrize("name", ["fifo", "/dev/null", "empty"])
@pytest.mark.parametrize("command", ["list", "pin INC-2187", "check", "report"])
def test_what_can_not_be_read_is_one_line_and_not_waited_for(run: Run, folder: Path, name: str, command: str) -> None:
    os.mkfifo(folder / "fifo")
    (folder / "empty").mkdir()
    said = run(*command.split(), "-f", name)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert name in said.err


@pytest.mark.parametrize(("make", "why"), MADE)
def test_an_archive_that_can_not_be_read_stops_only_what_needs_it(
    run: Run, folder: Path, content: Content, make: Callable[[Path], None], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = folder / "archive/incidents.md"
    listed = run("list").out
    assert run("archive", "INC-2187", "--force").code == 0
    assert run("pin", "INC-2187").code == 0
    assert run("undo").code == 0
    aside = archive.rename(folder / "aside.txt")
    monkeypatch.chdir(archive.parent)
    make(archive)
    monkeypatch.chdir(folder)
    said = run("list")
    assert (said.code, said.err.count("\n")) == (0, 1)
    assert said.err.endswith(": left out\n")
    assert why in said.err
    assert said.out.count("\n") == listed.count("\n") - 1
    checked = run("check", "--json")
    assert checked.code == 1
    assert '"unreadable"' in checked.out
    assert '"no-original"' not in checked.out
    before = content()
    for argv in ("archive INC-2180", "summarize INC-2180", "undo", "tag --rename redis cache", "check --fix"):
        said = run(*argv.split())
        assert (said.code, said.err.count("\n")) == (1, 1), argv
        assert why in said.err or "archive/incidents.md can't be read; nothing was changed" in said.err
        assert "nothing was changed" in said.err
    assert "archive/incidents.md can't be read" in run("show", "INC-2131", "--full").err
    assert "archive/incidents.md can't be read" in run("restore", "INC-2131").err
    assert content() == before
    assert run("pin", "INC-2180").code == 0
    assert run("undo").code == 0
    assert content() == before
    archive.rmdir() if archive.is_dir() else archive.unlink()
    aside.rename(archive)
    assert run("undo").code == 0
    assert run("list").out == listed


def test_a_link_that_leads_to_an_archive_again_is_followed(folder: Path) -> None:
    archive, elsewhere = folder / "archive/incidents.md", folder / "elsewhere.md"
    archive.rename(folder / "aside.txt")
    archive.symlink_to(elsewhere)
    base = KnowledgeBase(folder / "incidents.md")
    before = base.snapshot()
    assert before.unreadable_archive is not None
    (folder / "aside.txt").rename(elsewhere)
    after = base.poll(before)
    assert after is not None
    assert (after.unreadable_archive, after.archive_file) == (None, elsewhere)
    assert after.archive is not None
