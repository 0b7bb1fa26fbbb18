"""`git-setup`: what it writes is shown first, is written once, and can be taken out again."""

import os
import shutil
from pathlib import Path

import pytest

from incident_tui.cli import main

from .conftest import Git

SAMPLE = Path(__file__).parents[2] / "sample_data"
LINES = "/incidents.md merge=incident-tui\n/archive/incidents.md merge=incident-tui\n"


@pytest.fixture
def tree(tmp_path: Path, git: Git) -> Path:
    """A work tree with a copy of the sample."""
    folder = tmp_path / "oncall"
    shutil.copytree(SAMPLE, folder)
    git(folder, "init", "-q")
    return folder


@pytest.fixture(autouse=True)
def on_the_path(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program is on the `PATH`."""
    program = tmp_path_factory.mktemp("bin") / "incident-tui"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return program


def setup(tree: Path, *words: str) -> int:
    return main(["git-setup", *words, "-f", str(tree)])


def driver(git: Git, tree: Path) -> bytes:
    return git(tree, "config", "--local", "merge.incident-tui.driver", check=False).stdout.strip()


def test_it_writes_attributes_and_settings_once_and_takes_them_out_again(
    tree: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    assert setup(tree, "--yes") == 0
    assert (tree / ".gitattributes").read_text() == LINES
    assert driver(git, tree) == b"incident-tui merge-driver %O %A %B %P"
    shown = capsys.readouterr().out
    assert "+ /incidents.md merge=incident-tui" in shown
    assert "merge.incident-tui.driver = incident-tui merge-driver" in shown
    assert setup(tree, "--yes") == 0
    assert "it is so already" in capsys.readouterr().out
    assert setup(tree, "--remove", "--yes") == 0
    assert not (tree / ".gitattributes").exists()
    assert driver(git, tree) == b""


def test_a_program_that_is_not_on_the_path_is_named_by_its_own(
    tree: Path, git: Git, on_the_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "my tools" / "incident-tui.pyz"
    bundle.parent.mkdir()
    on_the_path.rename(bundle)
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr("sys.argv", [str(bundle)])
    assert setup(tree, "--yes") == 0
    assert driver(git, tree).decode() == f"'{bundle}' merge-driver %O %A %B %P"
    assert setup(tree, "--remove", "--yes") == 0
    assert driver(git, tree) == b""


def test_other_lines_stay(tree: Path) -> None:
    (tree / ".gitattributes").write_bytes(b"*.png binary")
    setup(tree, "--yes")
    assert (tree / ".gitattributes").read_text() == f"*.png binary\n{LINES}"
    setup(tree, "--remove", "--yes")
    assert (tree / ".gitattributes").read_bytes() == b"*.png binary\n"


def test_without_a_yes_nothing_is_written(tree: Path, git: Git) -> None:
    assert setup(tree) == 1
    assert not (tree / ".gitattributes").exists()
    assert driver(git, tree) == b""


def test_an_archive_outside_the_work_tree_is_told_and_left_out(
    tmp_path: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = tmp_path / "kb"
    tree.mkdir()
    shutil.copy(SAMPLE / "incidents.md", tree)
    git(tree, "init", "-q")
    assert setup(tree, "--yes") == 0
    assert (tree / ".gitattributes").read_text() == "/incidents.md merge=incident-tui\n"
    assert "is not in this work tree" in capsys.readouterr().err


def test_where_the_settings_can_not_be_written_nothing_is(
    tree: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / ".git" / "config.lock").touch()
    assert setup(tree, "--yes") == 1
    assert not (tree / ".gitattributes").exists()
    assert "could not lock config file" in capsys.readouterr().err


def test_outside_of_any_work_tree_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(SAMPLE / "incidents.md", tmp_path)
    assert setup(tmp_path, "--yes") == 1
    assert "is in no git work tree" in capsys.readouterr().err
