"""Twelve merges, by git alone, by git's union and by the program's driver, each through a real `git merge`."""

from pathlib import Path

import pytest

from incident_tui.cli import main
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


def test_a_version_in_another_encoding_is_left_to_a_person(git: Git, tmp_path: Path) -> None:
    text = b"## M-2026-01-01T10:00:00Z INC-1 one\n\nText.\n"
    mine = text + b"\n## M-2026-01-02T10:00:00Z INC-2 two\n"
    other = text.decode().encode("utf-16")
    for number, (base, ours, theirs) in enumerate(((text, mine, other), (text, other, mine), (other, text, mine))):
        folder = tmp_path / str(number)
        folder.mkdir()
        code, data = merged(git, folder, Scenario("", base, ours, theirs, None), "incident-tui")
        assert (code, data) == (1, ours)
        assert git(folder, "diff", "--name-only", "--diff-filter=U").stdout == b"incidents.md\n"


def test_the_driver_says_which_version_it_can_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    versions = [tmp_path / name for name in "OAB"]
    for path, codec in zip(versions, ("utf-8", "utf-8", "utf-16"), strict=True):
        path.write_bytes("# Störungen\n".encode(codec))
    assert main(["merge-driver", *map(str, versions), "kb/incidents.md"]) == 2
    reason = "it is UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8; it was not merged"
    assert capsys.readouterr().err == f"incident-tui: kb/incidents.md: theirs: {reason}\n"
    assert main(["merge-driver", *map(str, versions[:2])]) == 2
    assert "merge-driver needs three files (see" in capsys.readouterr().err


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
