"""Which file a command is for, and what it says where there is none."""

from pathlib import Path

import pytest

from .conftest import Run


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "elsewhere"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def test_the_option_stands_before_or_after_the_command(run: Run, folder: Path, elsewhere: Path) -> None:
    expected = run("list", "-f", str(folder))
    assert expected.code == 0
    assert expected.out
    path = str(folder / "incidents.md")
    for argv in (
        ["-f", path, "list"],
        ["--file", path, "list"],
        [f"--file={path}", "list"],
        ["list", "--file", path],
        ["list", f"-f{path}"],
    ):
        assert run(*argv) == expected


def test_a_folder_may_hold_it_in_kb(run: Run, folder: Path, elsewhere: Path) -> None:
    (elsewhere / "kb").mkdir()
    (elsewhere / "kb" / "incidents.md").write_bytes(b"## M-2025-01-01T00:00:00Z INC-1 a\n")
    assert "INC-1" in run("list").out
    assert "INC-1" in run("list", "-f", ".").out
    assert run("archive", "INC-1").out == "archived INC-1 a: wrote archive/incidents.md, kb/incidents.md\n"


def test_the_environment_names_it_and_the_option_comes_first(
    run: Run, folder: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENT_TUI_FILE", str(folder))
    assert "INC-2187" in run("list").out
    (elsewhere / "other.md").write_bytes(b"## M-2025-01-01T00:00:00Z INC-1 a\n")
    assert "INC-2187" not in run("list", "-f", "other.md").out
    monkeypatch.setenv("INCIDENT_TUI_FILE", "")
    assert run("list").code == 1


def test_where_there_is_none_it_says_so_in_one_line(run: Run, elsewhere: Path) -> None:
    (elsewhere / "empty").mkdir()
    for argv, words in (
        ([], "no incidents.md or kb/incidents.md here; name one with -f PATH or $INCIDENT_TUI_FILE"),
        (["-f", "empty"], "empty: this folder has no incidents.md or kb/incidents.md"),
        (["-f", "gone.md"], "gone.md: there is no such file"),
        (["-f", "gone/gone.md"], "gone/gone.md: there is no such file"),
    ):
        for command in (["list"], ["show", "x"], ["pin", "x"], ["undo"], ["log"]):
            assert run(*command, *argv) == (1, "", f"incident-tui: {words}\n")
    assert not list(elsewhere.rglob("*.md"))


def test_odd_paths_are_refused_in_one_line(run: Run, elsewhere: Path) -> None:
    (elsewhere / "circle").symlink_to("circle")
    (elsewhere / "nowhere").symlink_to("gone")
    (elsewhere / "folder" / "incidents.md").mkdir(parents=True)
    (elsewhere / "file").write_bytes(b"")
    for path in ("circle", "nowhere", "folder", "file/x", "x" * 5000, "\udcff\x1b[2J", "/dev/null", "/dev/tty"):
        said = run("list", "-f", path)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("incident-tui: ")
        assert said.err.count("\n") == 1
        assert "\x1b" not in said.err


def test_an_empty_path_is_wrong_use(run: Run) -> None:
    assert run("list", "-f", "").code == 2
    assert run("list", "-f").code == 2


def test_a_symlink_stays_one(run: Run, folder: Path, elsewhere: Path) -> None:
    (elsewhere / "incidents.md").symlink_to(folder / "incidents.md")
    said = run("pin", "INC-2187")
    assert said.out.endswith(f": wrote {folder.resolve() / 'incidents.md'}\n")
    assert (elsewhere / "incidents.md").is_symlink()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"\x00" * 5000, 1, id="zeros"),
        pytest.param(bytes(range(256)) * 40, 1, id="every byte"),
        pytest.param(b"## M-2025-01-01", 0, id="an entry"),
        pytest.param(b"\xff\xfe## M-2025", 0, id="a mark of UTF-16 before ASCII"),
        pytest.param("## M-2025-01-01T10:00:00Z INC-1 one\n".encode("utf-16"), 1, id="UTF-16"),
    ],
)
def test_any_bytes_are_listed_without_a_fault(run: Run, folder: Path, data: bytes, code: int) -> None:
    (folder / "incidents.md").write_bytes(data)
    (folder / "archive" / "incidents.md").write_bytes(data)
    for argv in (["list", "--all"], ["list", "--json", "--all"], ["list", "x", "--sort", "title"]):
        said = run(*argv)
        assert said.code == code
        assert said.err.count("\n") <= 1
    assert run("show", "nothing like it").code == (2 if code == 0 else 1)
    assert (folder / "incidents.md").read_bytes() == data
