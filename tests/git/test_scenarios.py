"""Twelve merges, by git alone, by git's union and by the program's driver, each through a real `git merge`."""

from pathlib import Path

import pytest

from incident_tui.cli.commands.git_setup import SETTINGS
from incident_tui.format.model.document import Document

from .conftest import Git
from .scenarios import SCENARIOS, WAYS, Scenario, Way

NAME = "incidents.md"


def merged(git: Git, folder: Path, scenario: Scenario, way: Way) -> tuple[int, bytes]:
    """The exit code of `git merge`, and the file that it leaves."""
    git(folder, "init", "-q", "-b", "main")
    attributes = {
        "git alone": "",
        "merge=union": f"{NAME} merge=union\n",
        "incident-tui": f"{NAME} merge=incident-tui\n",
    }
    (folder / ".gitattributes").write_text(f"{NAME} -text\n{attributes[way]}")
    for key, value in SETTINGS.items():
        git(folder, "config", key, value)
    for branch, data in (("main", scenario.base), ("theirs", scenario.theirs), ("ours", scenario.ours)):
        if branch != "main":
            git(folder, "checkout", "-q", "-b", branch, "main")
        (folder / NAME).write_bytes(data)
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", branch, "--allow-empty")
    done = git(folder, "merge", "--no-edit", "theirs", check=False)
    return done.returncode, (folder / NAME).read_bytes()


def judged(scenario: Scenario, code: int, data: bytes) -> str:
    """What came of a merge, as the table says it."""
    if code:
        return "conflict"
    return "right" if data == scenario.right else "**wrong, and no word of it**"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_ours_is_right_where_there_is_a_right_answer_and_else_says_so(
    scenario: Scenario, way: Way, git: Git, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    code, data = merged(git, tmp_path, scenario, way)
    cell = f"{judged(scenario, code, data)} ({code})"
    request.node.user_properties.append(("merge", (scenario.name, way, cell)))
    if way == "incident-tui":
        assert judged(scenario, code, data) == ("right" if scenario.right is not None else "conflict")


@pytest.mark.parametrize(
    "scenario", [each for each in SCENARIOS if each.right is None], ids=lambda scenario: scenario.name
)
def test_a_conflict_holds_both_texts_between_markers_in_one_entry(scenario: Scenario, git: Git, tmp_path: Path) -> None:
    _, data = merged(git, tmp_path, scenario, "incident-tui")
    start, end = data.index(b"<<<<<<< "), data.rindex(b">>>>>>> ")
    for side in (scenario.ours, scenario.theirs):
        for entry in Document.parse(side).entries:
            assert entry.raw in data or data.find(entry.raw.splitlines()[0]) >= 0
    for untouched in (b"INC-9 title", b"INC-7 title"):
        assert not start < data.index(untouched) < end
