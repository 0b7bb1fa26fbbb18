"""Two people, two clones: both work, and `git pull` merges without either of them."""

import shutil
from pathlib import Path

import pytest

from incident_tui import clock
from incident_tui.cli import main
from incident_tui.format.model.document import Document

from .conftest import Git

SAMPLE = Path(__file__).parents[2] / "sample_data"


def do(clone: Path, *words: str) -> None:
    assert main([*words, "-f", str(clone)]) == 0


@pytest.mark.slow
def test_both_work_and_a_pull_merges(tmp_path: Path, git: Git) -> None:
    ana, ben, origin = tmp_path / "ana", tmp_path / "ben", tmp_path / "origin.git"
    shutil.copytree(SAMPLE, ana)
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(origin))
    git(ana, "init", "-q", "-b", "main")
    do(ana, "git-setup", "--yes")
    git(ana, "add", ".")
    git(ana, "commit", "-q", "-m", "our incidents")
    git(ana, "push", "-q", str(origin), "main")
    git(tmp_path, "clone", "-q", str(origin), "ben")
    do(ben, "git-setup", "--yes")

    do(ana, "helped", "INC-2187")
    do(ana, "tag", "INC-2187", "--add", "checkout")
    do(ana, "archive", "INC-2067")
    git(ana, "commit", "-q", "-a", "-m", "ana's retro")
    git(ana, "push", "-q", str(origin), "main")
    do(ben, "helped", "INC-2187")
    do(ben, "pin", "INC-2187")
    do(ben, "summarize", "INC-2155")
    git(ben, "commit", "-q", "-a", "-m", "ben's retro")
    git(ben, "pull", "-q", "--no-edit")

    live = Document.parse((ben / "incidents.md").read_bytes())
    (pool,) = (entry for entry in live.entries if entry.ref == "INC-2187")
    assert (pool.used, pool.pinned, pool.last_used) == (3, True, clock.today())
    assert pool.tags[-1] == "checkout"
    assert {entry.ref: entry.state for entry in live.entries}["INC-2155"] == "summarized"
    archived = {entry.ref for entry in Document.parse((ben / "archive" / "incidents.md").read_bytes()).entries}
    assert {"INC-2067", "INC-2155"} <= archived
    assert "INC-2067" not in {entry.ref for entry in live.entries}
    assert git(ben, "status", "--porcelain").stdout == b""
