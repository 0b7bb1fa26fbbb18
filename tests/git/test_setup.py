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
    assert "it is set up already" in capsys.readouterr().out
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


NAMES = [
    "my kb/incidents.md",
    " leading and trailing .md",
    "#one.md",
    "!two.md",
    "a*b?[c].md",
    "back\\slash.md",
    "back \\ slash.md",
    'quo"ted.md',
    '"quoted".md',
    "tab\there.md",
    "line\nfeed.md",
    "störung 障害.md",
    os.fsdecode(b"latin-1 \xe9.md"),
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_written_so_that_git_means_that_file(tree: Path, git: Git, name: str) -> None:
    file = tree / name
    file.parent.mkdir(exist_ok=True)
    shutil.copy(SAMPLE / "incidents.md", file)
    assert setup(file, "--yes") == 0

    def attribute(name: str) -> bytes:
        return git(tree, "check-attr", "-z", "merge", "--", name).stdout.split(b"\0")[2]

    assert attribute(name) == b"incident-tui"
    assert attribute(name.replace("*", "x")) == (b"incident-tui" if "*" not in name else b"unspecified")
    assert attribute("other.md") == b"unspecified"
    written = (tree / ".gitattributes").read_bytes()
    assert setup(file, "--yes") == 0
    assert (tree / ".gitattributes").read_bytes() == written
    assert setup(file, "--remove", "--yes") == 0
    assert not (tree / ".gitattributes").exists()


def test_a_line_that_someone_wrote_for_a_name_with_blanks_is_taken_as_ours(tree: Path) -> None:
    file = tree / "my kb" / "incidents.md"
    file.parent.mkdir()
    shutil.copy(SAMPLE / "incidents.md", file)
    (tree / ".gitattributes").write_text("/my?kb/incidents.md merge=incident-tui\n")
    assert setup(file, "--yes") == 0
    assert "my kb/incidents" not in (tree / ".gitattributes").read_text()
    assert setup(file, "--remove", "--yes") == 0
    assert not (tree / ".gitattributes").exists()


def refuses(tree: Path) -> None:
    """Make it a work tree that git won't read."""
    (tree / ".git" / "config").write_text("[core]\n\trepositoryformatversion = 999\n")


def test_where_git_refuses_the_work_tree_its_own_reason_is_given(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refuses(tree)
    assert setup(tree, "--yes") == 1
    err = capsys.readouterr().err
    assert "git says: " in err
    assert "999" in err
    assert "is in no git work tree" not in err
    assert not (tree / ".gitattributes").exists()


def test_the_work_tree_of_another_user_is_refused_with_gits_reason(
    tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert setup(tree, "--yes") == 1
    assert "git says: detected dubious ownership in repository at " in capsys.readouterr().err


def test_without_git_that_is_what_is_said(
    tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    assert setup(tree, "--yes") == 1
    assert "there is no git here" in capsys.readouterr().err


def test_check_says_that_git_refuses(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refuses(tree)
    assert main(["check", "-f", str(tree)]) == 0
    assert "git can't be asked whether the merge driver is set up; git says: " in capsys.readouterr().out
