"""The user's settings: what is wrong in them is told and never stops the program."""

import subprocess
import sys
from pathlib import Path

import pytest

from incident_tui.config import Config, config_file, read

ALL = """\
file = "~/oncall"
theme = "nord"
order = "last used"
stale_days = 60

[keys]
pin = "P"

[searches]
"open items" = "is:open"
ours = "tag:redis"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def told(path: Path) -> list[str]:
    return [problem.told for problem in read(path).problems]


def test_without_a_file_nothing_is_set(file: Path) -> None:
    assert read(file) == Config()
    assert read(file / "below-a-file-that-is-not-there") == Config()


def test_without_a_file_no_parser_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; from incident_tui.config import read; read(); print(*{'tomllib', 'difflib'} & sys.modules.keys())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert (run.stdout.strip(), run.stderr) == ("", "")


def test_all_settings_are_read(file: Path) -> None:
    file.write_text(ALL, encoding="utf-8")
    found = read(file)
    assert found.file == (Path.home() / "oncall",)
    assert (found.theme, found.order, found.stale_days) == ("nord", "last used", 60)
    assert found.keys == {"pin": "P"}
    assert list(found.searches.items()) == [("open items", "is:open"), ("ours", "tag:redis")]
    assert found.problems == ()


@pytest.mark.parametrize("text", [ALL, ALL.replace("\n", "\r\n"), "\ufeff" + ALL], ids=["LF", "CRLF", "BOM"])
def test_every_setting_is_known_to_stand_on_its_line(file: Path, text: str) -> None:
    file.write_bytes(text.encode())
    lines = read(file).lines
    assert [lines[name] for name in ("file", "stale_days", "keys.pin", "searches.open items")] == [1, 4, 7, 10]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("them = 'nord'", "config.toml:1: there is no setting 'them'; did you mean 'theme'?"),
        ("\nstale-days = 3", "config.toml:2: there is no setting 'stale-days'; did you mean 'stale_days'?"),
        ("[search]\na = 'b'", "config.toml:1: there is no setting 'search'; did you mean 'searches'?"),
        ("stale_days = 0", "config.toml:1: stale_days is 0, not a whole number from 1"),
        ("stale_days = true", "config.toml:1: stale_days is true, not a whole number from 1"),
        ("stale_days = '60'", "config.toml:1: stale_days is '60', not a whole number from 1"),
        ("stale_days = 1.5", "config.toml:1: stale_days is 1.5, not a whole number from 1"),
        ("review_days = -1", "config.toml:1: review_days is -1, not a whole number from 1"),
        ("write_reviewed = 1", "config.toml:1: write_reviewed is 1, neither true nor false"),
        ("theme = 3", "config.toml:1: theme is 3, not a text in quotes"),
        ("order = ['best']", "config.toml:1: order is ['best'], not a text in quotes"),
        ("file = 'incidents.md'", "config.toml:1: file is 'incidents.md', which begins with neither / nor ~/"),
        ("file = '~nobody-has-this-name/x'", "config.toml:1: file is '~nobody-has-this-name/x', which begins with"),
        ('file = "/a\\u0000b"', "config.toml:1: file is '/a"),
        ("keys = 'P'", "config.toml:1: keys is 'P', not a table that begins with a line [keys]"),
        ("[keys]\npin = 1", "config.toml:2: pin is 1, not a text in quotes"),
        ("list_width = 5", "config.toml:1: list_width is 5, not a whole number from 15 to 85"),
        ("list_width = '40'", "config.toml:1: list_width is '40', not a whole number from 15 to 85"),
        ("synonyms = 'P'", "config.toml:1: synonyms is 'P', not a table that begins with a line [synonyms]"),
        ("[synonyms]\npg = 1", "config.toml:2: pg is 1, not a list of texts in quotes"),
        ("[synonyms]\npg = ['a', 1]", "config.toml:2: pg is ['a', 1], not a list of texts in quotes"),
        ("[searches]\n'a b' = 1", "config.toml:2: a b is 1, not a text in quotes"),
        ("[searches\n", "config.toml: Expected"),
        ("a = " + "[" * 2000, "config.toml: "),
    ],
)
def test_what_is_wrong_is_one_line_and_sets_nothing(file: Path, text: str, problem: str) -> None:
    file.write_text(text, encoding="utf-8")
    (line,) = told(file)
    assert line.startswith(problem)
    assert "\n" not in line
    found = read(file)
    assert (found.file, found.theme, found.order, found.stale_days) == ((), None, None, None)
    assert (found.keys, found.searches, found.synonyms, found.list_width) == ({}, {}, {}, None)


def test_synonyms_are_lists_or_a_text(file: Path) -> None:
    file.write_text("list_width = 40\n[synonyms]\ncp = ['control plane', 'ctl']\nbo = 'box office'\n", encoding="utf-8")
    found = read(file)
    assert found.synonyms == {"cp": ("control plane", "ctl"), "bo": ("box office",)}
    assert (found.list_width, found.problems) == (40, ())


def test_what_is_right_beside_it_is_in_force(file: Path) -> None:
    file.write_text("colour = 1\n" + ALL.replace('"P"', "[]") + "b = 2\n", encoding="utf-8")
    found = read(file)
    assert (found.theme, found.stale_days, len(found.searches)) == ("nord", 60, 2)
    assert [problem.line for problem in found.problems] == [1, 8, 13]


def test_what_cannot_be_read_is_told(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    assert told(file) == ["config.toml: it is not UTF-8; the whole file was ignored"]
    file.unlink()
    file.mkdir()
    assert told(file) == ["config.toml: is a directory; the whole file was ignored"]


def test_a_problem_harms_no_terminal(file: Path) -> None:
    file.write_text('"\\u001b[31m\\n" = 1\nfile = "\\u009b2J"\n', encoding="utf-8")
    lines = told(file)
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)


def test_it_is_where_the_desktop_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_file() == tmp_path / "incident-tui" / "config.toml"
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert config_file() == Path.home() / ".config" / "incident-tui" / "config.toml"


def test_names_of_files_are_by_absolute_paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / "config.toml"
    path.write_text('[names]\n"~/kb/facts.md" = "F"\n"/kb/a.md" = "A"\n"b.md" = "B"\n', encoding="utf-8")
    found = read(path)
    assert dict(found.names) == {f"{tmp_path}/kb/facts.md": "F", "/kb/a.md": "A"}
    assert [problem.told for problem in found.problems] == [
        "config.toml:4: 'b.md' begins with neither / nor ~/",
    ]
