"""The house: each floor imports only what is below it, and the lower ones need no terminal."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "incident_tui"
BELOW: dict[str, set[str]] = {
    "kb": set(),
    "storage": {"kb"},
    "search": {"kb"},
    "render": {"kb"},
    "tui": {"kb", "storage", "search", "render", "config", "editor"},
    "cli": {"kb", "storage", "search", "render", "tui", "config", "editor"},
}
"""What each floor may import, besides itself and the package's own name and version."""

OUTSIDE = {"textual", "rich", "mistletoe"}
ALLOWED_OUTSIDE: dict[str, set[str]] = {
    "kb": set(),
    "storage": set(),
    "search": set(),
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


def test_every_package_is_a_floor_of_the_house() -> None:
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(BELOW)


@pytest.mark.parametrize("floor", ["kb", "storage", "search"])
def test_a_lower_floor_loads_neither_screen_nor_parser(floor: str) -> None:
    modules = [
        ".".join(["incident_tui", *path.relative_to(PACKAGE).with_suffix("").parts])
        for path in sorted((PACKAGE / floor).rglob("*.py"))
        if path.name != "__init__.py"
    ]
    code = f"import sys, {', '.join(modules)}; print(*{OUTSIDE!r} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent)
    assert (run.stdout.strip(), run.stderr) == ("", "")
