"""Real git, in repositories of the test's own, with the program's merge driver or without.

`pytest tests/git --team-table docs/team.md` writes the table of scenarios anew between its two marks.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ..noted import between, collect
from ..repository import of_nobody
from .scenarios import SCENARIOS, WAYS, Way

BEGIN, END = "<!-- scenarios -->", "<!-- end of scenarios -->"

Git = Callable[..., "subprocess.CompletedProcess[bytes]"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--team-table", metavar="FILE", help="rewrite the table of merges in FILE")


def pytest_configure(config: pytest.Config) -> None:
    collect(config, "team_table", "merge", rewritten)


def rewritten(text: str, noted: Sequence[tuple[str, Way, str]]) -> str:
    """The text with the scenarios' rows, in their order, and a column for each way to merge."""
    cells = {(row, way): cell for row, way, cell in noted}
    lines = [f"| what both did | {' | '.join(WAYS)} |", "| --- " * (1 + len(WAYS)) + "|"]
    lines += [f"| {each.name} | {' | '.join(cells[each.name, way] for way in WAYS)} |" for each in SCENARIOS]
    return between(text, BEGIN, END, lines)


@pytest.fixture(autouse=True)
def _git_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nobody's settings, and the program on the path as git will call it."""
    of_nobody(monkeypatch)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def git() -> Git:
    """Runs git in a folder."""

    def run(folder: Path, *words: str, check: bool = True) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(["git", "-C", folder, *words], capture_output=True, check=check)

    return run
