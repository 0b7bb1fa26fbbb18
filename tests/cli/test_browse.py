"""The way into the browser: which file it opens, and what it says where it cannot."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from incident_tui.storage.library import Library

from .conftest import Program, Run

Calls = list[tuple[Path, dict[str, object]]]

NO_TERMINAL = (
    "incident-tui: `incident-tui list` and `incident-tui show ID` print plain lines; the browser needs a terminal "
    "(as input, output and error output, and TERM set and not dumb)\n"
)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """A terminal, and a browser that only notes what it was asked to open."""
    calls: Calls = []

    def run(library: Library, **options: object) -> int:
        calls.append((library.knowledge_bases[0].path, options | {"read_only": not library.writable}))
        return 0

    monkeypatch.setitem(sys.modules, "incident_tui.tui.start", SimpleNamespace(run=run))
    monkeypatch.setattr("incident_tui.cli.commands.browse._has_terminal", lambda: True)
    return calls


DEFAULTS = {"query": "", "select": None, "read_only": False, "mouse": True, "review": False, "notice": ""}


def test_without_a_word_it_opens_the_file_here(run: Run, opened: Calls) -> None:
    assert run() == (0, "", "")
    assert run("browse") == (0, "", "")
    assert opened == [(Path("incidents.md"), DEFAULTS)] * 2


def test_the_options_reach_the_browser(run: Run, opened: Calls) -> None:
    run("--query", "conn pool", "--select=INC-2187", "--read-only", "--no-mouse", "--review")
    assert opened == [
        (
            Path("incidents.md"),
            {
                "query": "conn pool",
                "select": ("live", "M-2026-11-18T09:12:40Z", 0),
                "read_only": True,
                "mouse": False,
                "review": True,
                "notice": "",
            },
        )
    ]


def test_a_path_is_a_file_or_a_folder(run: Run, opened: Calls, folder: Path) -> None:
    (folder / "kb").mkdir()
    run(str(folder))
    run("browse", "archive/incidents.md", "--read-only")
    run("--query", "x", "./archive")
    assert [path for path, _ in opened] == [
        folder / "incidents.md",
        Path("archive/incidents.md"),
        Path("archive/incidents.md"),
    ]


def test_a_path_beats_the_option_and_the_option_the_environment(
    run: Run, opened: Calls, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENT_TUI_FILE", "c.md")
    run()
    run("-f", "b.md")
    run("-f", "b.md", "a.md")
    assert [path.name for path, _ in opened] == ["c.md", "b.md", "a.md"]


def test_what_is_not_there_is_left_to_the_browser(run: Run, opened: Calls, folder: Path) -> None:
    (folder / "empty").mkdir()
    run("gone.md")
    run("empty")
    assert [path for path, _ in opened] == [Path("gone.md"), Path("empty/incidents.md")]


def test_a_path_with_the_name_of_a_command_can_be_opened(run: Run, opened: Calls) -> None:
    run("browse", "list")
    run("--", "list")
    run("./list")
    assert [path.name for path, _ in opened] == ["list"] * 3


def test_several_paths_are_one_knowledge_base(run: Run, opened: Calls) -> None:
    run("archive/incidents.md", "incidents.md", "./archive")
    assert [path for path, _ in opened] == [Path("archive/incidents.md")]


def test_of_several_paths_all_must_be_there(run: Run, opened: Calls) -> None:
    said = run("incidents.md", "gone.md")
    assert said == (
        1,
        "",
        "incident-tui: gone.md: there is no such file; of several all must be there, nothing was opened\n",
    )
    assert opened == []


def test_without_a_terminal_it_points_to_the_commands(run: Run, program: Program) -> None:
    assert run() == (1, "", NO_TERMINAL)
    done = program("incidents.md")
    assert (done.returncode, done.stdout, done.stderr.decode()) == (1, b"", NO_TERMINAL)


def test_a_dumb_terminal_is_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    assert run() == (1, "", NO_TERMINAL)


def test_an_unknown_entry_to_select_is_searched_for(run: Run, opened: Calls) -> None:
    assert run("--select", "INC-9999").code == 0
    ((_, options),) = opened
    assert options == DEFAULTS | {"query": "INC-9999", "notice": "no entry is called 'INC-9999': searching for it"}
    assert run("--select", "INC-2").code == 2


def test_a_mistyped_command_is_told_the_nearest(run: Run) -> None:
    said = run("lst")
    assert (said.code, said.err) == (
        2,
        "incident-tui: there is neither a command nor a file called 'lst'; did you mean 'list'?\n",
    )
    assert run("xyzzy").err.endswith("called 'xyzzy' (see `incident-tui --help`)\n")


def test_a_word_of_a_query_that_looks_like_an_option_is_told_how(run: Run) -> None:
    assert "unknown option -kafka; a search word that begins with - comes after --: `-- -kafka`" in (
        run("list", "-kafka").err
    )
    assert "--:" not in run("show", "-kafka").err


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["new", "--tags", "x"], "unknown option --tags; did you mean '--tag'?"),
        (["list", "--limt=3"], "unknown option --limt=3; did you mean '--limit'?"),
        (["pin", "--xyzzy", "a"], "unknown option --xyzzy"),
        (["undo", "3"], "undo takes no arguments: '3'"),
        (
            ["report", "a b.md"],
            "report takes no path; name the file with -f 'a b.md'",
        ),
        (
            ["show", "INC-2187", "a b.md"],
            "show takes one ID, not 2; name the file with -f 'a b.md'",
        ),
        (["show", "INC-2187", "x"], "show takes one ID, not 2"),
        (["share", "x", "y"], "share takes one LAYER, not 2"),
        (["pin", "INC-2187", "a b.md"], "no entry is called 'a b.md'; name the file with -f 'a b.md'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_says_what_was_meant(run: Run, folder: Path, argv: list[str], message: str) -> None:
    (folder / "a b.md").touch()
    said = run(*argv)
    assert (said.code, said.out) == (2, "")
    assert said.err.replace(f" (see `incident-tui {argv[0]} --help`)", "") == f"incident-tui: {message}\n"
