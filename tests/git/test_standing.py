"""Where a knowledge base's files stand in git: the branch, and whether something of them is not committed."""

import os
import shutil
import stat
from pathlib import Path
from time import monotonic

import pytest

from incident_tui.format.errors import Refused
from incident_tui.storage.archive_path import archive_path
from incident_tui.storage.git.repository import GitStatus, git_bytes, git_status

from ..repository import Repository

SAMPLE = Path(__file__).parents[2] / "sample_data"


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """The live file of a copy of the sample, in no work tree yet."""
    shutil.copytree(SAMPLE, tmp_path / "oncall")
    return tmp_path / "oncall" / "incidents.md"


@pytest.fixture
def repository(live: Path) -> Repository:
    """Its repository, all committed."""
    repository = Repository(live.parent)
    repository.commit("our incidents")
    return repository


def stands(live: Path) -> GitStatus | None:
    return git_status([live], [archive_path(live)])


def test_all_is_committed(live: Path, repository: Repository) -> None:
    assert stands(live) == GitStatus("main", changed=False)


@pytest.mark.parametrize("name", ["incidents.md", "archive/incidents.md"])
def test_a_change_of_either_file_is_seen_staged_or_not(live: Path, repository: Repository, name: str) -> None:
    with (live.parent / name).open("a") as file:
        file.write("more\n")
    assert stands(live) == GitStatus("main", changed=True)
    repository.git("add", ".")
    assert stands(live) == GitStatus("main", changed=True)
    repository.commit("more")
    assert stands(live) == GitStatus("main", changed=False)


def test_other_files_do_not_matter(live: Path, repository: Repository) -> None:
    (live.parent / "other.md").write_text("new\n")
    assert stands(live) == GitStatus("main", changed=False)


def test_a_file_that_git_does_not_know_yet_is_not_committed(live: Path) -> None:
    Repository(live.parent)
    assert stands(live) == GitStatus("main", changed=True)


def test_a_file_that_is_gone_is_not_as_it_was_committed(live: Path, repository: Repository) -> None:
    live.unlink()
    assert stands(live) == GitStatus("main", changed=True)


def test_without_a_branch_the_commit_is_named(live: Path, repository: Repository) -> None:
    commit = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "-q", "--detach")
    assert stands(live) == GitStatus(commit[:7], changed=False)


def test_an_archive_outside_the_work_tree_is_left_out(live: Path, repository: Repository) -> None:
    kb = live.parent / "kb"
    kb.mkdir()
    shutil.copy(live, kb)
    Repository(kb).commit("only the live file")
    assert stands(kb / live.name) == GitStatus("main", changed=False)


def test_several_files_stand_in_one_work_tree_or_nothing_is_said(live: Path, repository: Repository) -> None:
    other = live.with_name("other.md")
    other.write_text("")
    assert git_status([live, other], []) == GitStatus("main", changed=True)
    repository.commit("other")
    assert git_status([live, other], []) == GitStatus("main", changed=False)
    assert git_status([live, live.parents[1] / "elsewhere.md"], []) is None


def test_a_name_of_wildcards_is_a_name(live: Path, repository: Repository) -> None:
    odd = live.with_name("[a]*.md")
    odd.write_text("")
    repository.commit("odd")
    live.write_text("")
    live.with_name("a.md").write_text("")
    assert stands(odd) == GitStatus("main", changed=False)


@pytest.mark.parametrize("ignored", ["incidents.md", "/oncall/", "*"])
def test_where_git_ignores_the_file_nothing_is_said(live: Path, ignored: str) -> None:
    Repository(live.parents[1])
    (live.parents[1] / ".gitignore").write_text(f"{ignored}\n")
    assert stands(live) is None


def test_an_ignored_archive_is_left_out(live: Path) -> None:
    (live.parent / ".gitignore").write_text("archive/\n")
    Repository(live.parent).commit("without the archive")
    assert stands(live) == GitStatus("main", changed=False)


def test_in_no_work_tree_nothing_is_said(live: Path) -> None:
    assert stands(live) is None


def test_in_a_folder_that_is_not_there_nothing_is_said(tmp_path: Path) -> None:
    assert stands(tmp_path / "none" / "incidents.md") is None


def test_without_git_nothing_is_said(live: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    assert stands(live) is None


def test_a_git_that_hangs_is_given_up(live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    hanging = tmp_path / "bin" / "git"
    hanging.write_text("#!/bin/sh\nexec sleep 120\n")
    hanging.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{hanging.parent}{os.pathsep}{os.environ['PATH']}")
    began = monotonic()
    with pytest.raises(Refused, match=r"git doesn't answer within 0\.2 seconds"):
        git_bytes(live.parent, "status", wait=0.2)
    assert monotonic() - began < 60


def test_nothing_is_written_and_no_program_of_the_repository_runs(live: Path, repository: Repository) -> None:
    ran = live.with_name("ran")
    hook = live.with_name("hook")
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(stat.S_IRWXU)
    repository.git("config", "core.fsmonitor", str(hook))
    os.utime(live)  # git would note the new time in its index
    index = live.parent / ".git" / "index"
    before = index.read_bytes()
    assert stands(live) == GitStatus("main", changed=False)
    assert index.read_bytes() == before
    assert not ran.exists()


def test_a_work_tree_that_git_refuses_is_said_to_be_that(
    live: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert repository.top in live.parents
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert git_status([live], []) == GitStatus("git refuses", None)
