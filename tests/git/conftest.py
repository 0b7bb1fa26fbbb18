"""Real git, in repositories of the test's own, with the program's merge driver or without.

`pytest tests/git --team-table docs/team.md` writes the table of scenarios anew between its two marks.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .scenarios import SCENARIOS, WAYS

BEGIN, END = "<!-- scenarios -->", "<!-- end of scenarios -->"

Git = Callable[..., "subprocess.CompletedProcess[bytes]"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--team-table", metavar="FILE", help="rewrite the table of merges in FILE")


def pytest_configure(config: pytest.Config) -> None:
    file = config.getoption("team_table", None)
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Collector(config.invocation_params.dir / file))


class _Collector:
    """Gathers what the tests have noted; with pytest-xdist it comes with their reports from the workers."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.cells: dict[tuple[str, str], str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.cells |= {
                (row, column): cell for name, (row, column, cell) in report.user_properties if name == "merge"
            }

    def pytest_sessionfinish(self) -> None:
        text = self.file.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        self.file.write_text(f"{before}{BEGIN}\n{table(self.cells)}\n{END}{after}", encoding="utf-8")


def table(cells: dict[tuple[str, str], str]) -> str:
    """The scenarios' rows, in their order, with a column for each way to merge."""
    lines = [f"| what both did | {' | '.join(WAYS)} |", "| --- " * (1 + len(WAYS)) + "|"]
    lines += [f"| {each.name} | {' | '.join(cells[each.name, way] for way in WAYS)} |" for each in SCENARIOS]
    return "\n".join(lines)


@pytest.fixture(autouse=True)
def _git_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nobody's settings, and the program on the path as git will call it."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "a person")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "person@example.com")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def git() -> Git:
    """Runs git in a folder."""

    def run(folder: Path, *words: str, check: bool = True) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(["git", "-C", folder, *words], capture_output=True, check=check)

    return run
