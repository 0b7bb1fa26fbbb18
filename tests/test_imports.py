"""The house: each floor imports only what is below it, and the lower ones need no terminal."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "incident_tui"
BELOW: dict[str, set[str]] = {
    "format": set(),
    "storage": {"format", "clock"},
    "search": {"format"},
    "insights": {"format", "search"},
    "importing": {"format", "storage"},
    "render": {"format"},
    "tui": {
        "format",
        "storage",
        "search",
        "insights",
        "render",
        "clock",
        "config",
        "editor",
        "terminal",
        "ascii_fallback",
    },
    "cli": {
        "format",
        "storage",
        "search",
        "insights",
        "importing",
        "render",
        "tui",
        "clock",
        "config",
        "editor",
        "terminal",
        "ascii_fallback",
    },
}
"""What each floor may import, besides itself and the package's own name and version."""

OUTSIDE = {"textual", "rich", "mistletoe", "yaml"}
ALLOWED_OUTSIDE: dict[str, set[str]] = {
    "format": set(),
    "storage": set(),
    "search": set(),
    "insights": set(),
    "importing": {"yaml"},
    "render": {"rich", "mistletoe"},
    "tui": {"textual", "rich"},
    "cli": {"rich"},
}
FLOORS = pytest.mark.parametrize("floor", BELOW)


def imported(floor: str) -> set[tuple[str, str]]:
    """Every module that a floor imports, anywhere in its code, with the file that does."""
    found = set()
    for path in sorted((PACKAGE / floor).rglob("*.py")):
        name = str(path.relative_to(PACKAGE))
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                found |= {(name, alias.name) for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                found |= {
                    (name, f"{module}.{alias.name}" if module == "incident_tui" else module) for alias in node.names
                }
    return found


@FLOORS
def test_a_floor_imports_only_what_is_below_it(floor: str) -> None:
    allowed = BELOW[floor] | {floor, "__version__"}
    ours = {(path, name) for path, name in imported(floor) if name.split(".")[0] == "incident_tui"}
    assert {(path, name) for path, name in ours if name.split(".")[1] not in allowed} == set()


@FLOORS
def test_a_floor_imports_only_the_libraries_that_it_may(floor: str) -> None:
    allowed = ALLOWED_OUTSIDE[floor]
    theirs = {(path, name) for path, name in imported(floor) if name.split(".")[0] in OUTSIDE}
    assert {(path, name) for path, name in theirs if name.split(".")[0] not in allowed} == set()


def test_no_module_needs_itself_through_others() -> None:
    """In functions, too; but what is needed for types alone doesn't count."""
    names = {path: ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in PACKAGE.rglob("*.py")}
    modules = {name.removesuffix(".__init__") for name in names.values()}
    graph: dict[str, set[str]] = {}
    for path, name in names.items():
        tree = ast.parse(path.read_bytes())
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
                node.body.clear()
        froms = [(node.module or "", node.names) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        needed = [(module, f"{module}.{alias.name}") for module, aliases in froms for alias in aliases]
        graph[name.removesuffix(".__init__")] = {inner if inner in modules else outer for outer, inner in needed}
    TopologicalSorter(graph).prepare()  # raises an error that names the circle


def test_every_package_is_a_floor_of_the_house() -> None:
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(BELOW)


@pytest.mark.parametrize("floor", ["format", "storage", "search", "insights", "importing"])
def test_a_lower_floor_loads_neither_screen_nor_parser(floor: str) -> None:
    modules = [
        ".".join(["incident_tui", *path.relative_to(PACKAGE).with_suffix("").parts])
        for path in sorted((PACKAGE / floor).rglob("*.py"))
        if path.name != "__init__.py"
    ]
    code = f"import sys, {', '.join(modules)}; print(*{OUTSIDE!r} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent)
    assert (run.stdout.strip(), run.stderr) == ("", "")


SLOW = {"dataclasses", "inspect", "hashlib", "random", "subprocess", "tempfile", "rapidfuzz", "unicodedata"}
"""What takes as long to import as a small command may take in all."""


def loaded(code: str, *args: str) -> set[str]:
    """The modules that are loaded once this code has run."""
    told = f"import sys; {code}; print(*sys.modules, file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", told, *args], capture_output=True, text=True, check=True)
    return set(run.stderr.split())


def test_a_list_loads_only_what_reads(tmp_path: Path) -> None:
    (tmp_path / "incidents.md").write_bytes((PACKAGE.parent / "sample_data" / "incidents.md").read_bytes())
    code = "from incident_tui.cli import main; main(['list', '-f', sys.argv[1]])"
    modules = loaded(code, str(tmp_path))
    assert (
        modules & (SLOW | OUTSIDE | {"json", "datetime", "incident_tui.storage.knowledge_base", "incident_tui.config"})
        == set()
    )
    assert "incident_tui.cli.help_text" not in modules
    assert len({name for name in modules if name.startswith("incident_tui.")}) <= 36, "each costs a start something"
    assert {name for name in modules if name.startswith("incident_tui.search")} == set()


def test_a_pin_loads_neither_search_nor_what_other_edits_need(tmp_path: Path) -> None:
    (tmp_path / "incidents.md").write_bytes((PACKAGE.parent / "sample_data" / "incidents.md").read_bytes())
    code = "from incident_tui.cli import main; assert main(['pin', 'INC-2168', '-f', sys.argv[1]]) == 0"
    modules = loaded(code, str(tmp_path))
    assert modules & (SLOW | OUTSIDE | {"datetime", "incident_tui.config", "incident_tui.cli.help_text"}) == set()
    assert len({name for name in modules if name.startswith("incident_tui.")}) <= 63, "each costs a start something"
    assert {name for name in modules if name.startswith("incident_tui.search")} == set()


def test_the_first_frame_needs_no_framework_and_no_search() -> None:
    modules = loaded(
        "import incident_tui.storage.knowledge_base, incident_tui.tui.start, incident_tui.tui.first_screen, "
        "incident_tui.tui.terminal.first_frame"
    )
    heavy = {"textual", "asyncio", "rich.console", "mistletoe", "hashlib", "subprocess", "shutil"}
    assert modules & heavy == set()
    assert {name for name in modules if name.startswith("incident_tui.search")} == set()


def test_the_first_screen_needs_no_search_no_markdown_and_no_other_screen() -> None:
    modules = loaded("import incident_tui.tui.app")
    assert modules & {"mistletoe", "rapidfuzz", "rich.syntax", "pygments", "incident_tui.search.engine"} == set()
    screens = {name for name in modules if name.startswith("incident_tui.tui.screens.")}
    assert {name.rpartition(".")[2] for name in screens} == {"browse"}
