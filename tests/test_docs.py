"""The docs name all that there is, and nothing that there isn't."""

import ast
import io
import json
import re
import shutil
import subprocess
import sys
from argparse import SUPPRESS
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from incident_tui.cli import main
from incident_tui.cli.help_text import OVERVIEW
from incident_tui.cli.parser import COMMANDS, parser_of
from incident_tui.format.model.keys import KEYS
from incident_tui.tui.screens.help import mark_meanings
from incident_tui.tui.terminal.glyphs import UNICODE
from tools.pictures import PICTURES, PICTURES_OF

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ENTRY = "An entry as JSON"
COMMON = {"-f", "--file", "-h", "--help", "--version"}

Json = Callable[..., Any]


def sections(page: str) -> dict[str, str]:
    """The text below each heading of a page, up to the next one."""
    parts = re.split(r"(?m)^#+ (.+)\n", (ROOT / page).read_text("utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def section(command: str) -> str:
    """What docs/commands.md says of a command."""
    (text,) = [text for title, text in sections("docs/commands.md").items() if command in title.split(", ")]
    return text


def fields(text: str) -> set[str]:
    """The names that the first column of its tables lists as code."""
    return {name for row in re.findall(r"(?m)^\|([^|]+)\|", text) for name in re.findall(r"`(\w+)`", row)}


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Json:
    """What a command prints as JSON, on a copy of the sample in which something is wrong and something was changed."""
    shutil.copytree(ROOT / "sample_data", tmp_path / "oncall")
    monkeypatch.chdir(tmp_path / "oncall")
    with Path("incidents.md").open("a", encoding="utf-8") as file:
        file.write("\n<!-- never closed\n")
    main(["pin", "INC-2187"])

    def run(*argv: str, typed: str = "") -> Any:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(typed.encode()), isatty=lambda: False))
        capsys.readouterr()
        main([*argv, "--json"])
        return json.loads(capsys.readouterr().out)

    return run


def test_every_command_and_option_is_in_commands_md() -> None:
    for name, command in COMMANDS.items():
        text = section(name)
        for line in command.usage.splitlines():
            assert f" {line.strip()}\n" in text, name
        for option in parser_of(name)._actions:
            if option.help != SUPPRESS and not COMMON & {*option.option_strings}:
                assert re.search(rf"(?m)^- .*`{option.option_strings[-1]}\b", text), (name, option.option_strings)
    assert all(f"`{option}" in section("What holds for all") for option in COMMON)


def test_the_overview_names_every_command() -> None:
    lines = OVERVIEW.partition("commands (")[2].partition("\n\n")[0].splitlines()[1:]
    columns = [column for line in lines for column in (line[2:45], line[45:]) if column.strip()]
    assert sorted(column.split()[0] for column in columns) == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("command", "argv", "typed"),
    [
        ("list", ("list",), ""),
        ("list", ("list", "--items"), ""),
        ("match", ("match",), "the pool of connections ran dry"),
        ("check", ("check",), ""),
        ("log", ("log",), ""),
    ],
    ids=lambda held: " ".join(held) if isinstance(held, tuple) else "",
)
def test_every_field_of_an_array_is_in_commands_md(
    printed: Json, command: str, argv: tuple[str, ...], typed: str
) -> None:
    found = printed(*argv, typed=typed)
    assert found
    known = fields(section(command)) | (fields(sections("docs/commands.md")[ENTRY]) if command != "check" else set())
    assert {name for one in found for name in one} <= known


def test_the_fields_of_an_entry_are_those_of_the_table(printed: Json) -> None:
    assert {name for one in printed("list") for name in one} == fields(sections("docs/commands.md")[ENTRY])


def test_every_field_of_an_object_is_in_commands_md(printed: Json) -> None:
    shown = printed("show", "INC-2187")
    assert shown.keys() - fields(sections("docs/commands.md")[ENTRY]) == fields(section("show"))
    for name in shown["items"][0].keys() | shown["sections"][0].keys():
        assert f"`{name}`" in section("show")
    report = printed("report")
    named = {*report, *report["sections"][0], *report["incidents"]}
    assert named == {name for name in named if f"`{name}`" in section("report")}
    assert all(f"`{name}`" in section("config") for one in printed("config") for name in one)


def test_every_command_that_prints_json_is_tried_here() -> None:
    with_json = {name for name in COMMANDS if "--json" in COMMANDS[name].usage}
    assert with_json == {"list", "match", "show", "report", "log", "check", "config"}


def finding_codes(source: str) -> set[str]:
    """The codes of the findings that a module makes: the first argument, or `code`, also as a default."""
    codes: list[ast.expr] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="Finding") | ast.Attribute(attr="finding"), args=[first, *_]):
                codes.append(first)
            case ast.keyword(arg="code", value=value) | ast.Assign(targets=[ast.Name(id="code")], value=value):
                codes.append(value)
            case ast.FunctionDef(args=args):
                optional = args.args[len(args.args) - len(args.defaults) :]
                codes += [value for arg, value in zip(optional, args.defaults, strict=True) if arg.arg == "code"]
    constants = [node for code in codes for node in ast.walk(code) if isinstance(node, ast.Constant)]
    return {constant.value for constant in constants if isinstance(constant.value, str)}


def test_every_code_of_a_finding_is_in_commands_md() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "incident_tui").rglob("*.py")]
    codes = {code for source in sources if "Finding" in source for code in finding_codes(source)}
    codes |= {f"unknown-{key.name}" for key in KEYS if key.choices}
    rows = re.findall(r"(?m)^\| `(?:error|warning|note)` \| (.*) \|$", section("check"))
    assert codes == {code for row in rows for code in re.findall("`([a-z-]+)`", row)}


def links() -> list[tuple[Path, str]]:
    """Each link of a page to something in this project, with the page."""
    found = [(page, target) for page in PAGES for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))]
    return [(page, target) for page, target in found if "://" not in target]


def test_what_is_linked_is_there() -> None:
    assert len(links()) > 20
    for page, target in links():
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), (page.name, target)
        if anchor:
            titles = sections(str(linked.relative_to(ROOT)))
            assert anchor in {re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in titles}, target


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_the_files_and_folders_that_a_page_for_developers_names_are_there(page: str) -> None:
    named = re.findall(r"`([\w./-]+(?:\.py|/))`", (ROOT / page).read_text("utf-8"))
    assert len(named) > 20
    folders = [ROOT / "incident_tui", ROOT / "tests", ROOT / "tools"]
    there = [*folders, *(path for folder in folders for path in folder.rglob("*"))]
    for name in set(named) - {"dist/"}:  # which is built
        assert any(f"/{path.relative_to(ROOT)}".endswith(f"/{name.rstrip('/')}") for path in there), name


def test_every_picture_is_shown_and_fetches_nothing() -> None:
    shown = {(page.parent / target).resolve() for page, target in links() if target.endswith(".svg")}
    assert shown == {*PICTURES.glob("*.svg")} == {PICTURES / f"{picture.name}.svg" for picture in PICTURES_OF}
    for path in shown:
        text = path.read_text("utf-8")
        assert set(re.findall(r"\w+://[^\"'\s<)]+", text)) <= {"http://www.w3.org/2000/svg"}
        assert not re.search(r"@font-face|@import|url\((?!#)|href", text)


@pytest.mark.slow
def test_the_pictures_are_made_from_the_running_program(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "tools.pictures", str(tmp_path)], cwd=ROOT, check=True, timeout=120)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in PICTURES.iterdir()}
    searched = (tmp_path / "search.svg").read_text("utf-8")
    assert "conection&#160;pool" in searched
    assert "1&#160;found" in searched
    assert (tmp_path / "plain.svg").read_text("utf-8").isascii()


def test_each_mark_is_explained_in_the_help_and_in_the_readme() -> None:
    marks = [mark for mark, _ in mark_meanings(UNICODE)]
    assert {UNICODE.twin, UNICODE.committed, UNICODE.changed, UNICODE.pinned} <= {*marks}
    readme = (ROOT / "README.md").read_text("utf-8").partition("\nMarks: ")[2].partition("\n\n")[0]
    assert all(f"`{mark}`" in readme for mark in marks)
