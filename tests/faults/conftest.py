"""A process to let faults happen in, a place for them, and the table of what was tried.

`pytest -m slow tests/faults --reliability-table docs/reliability.md` writes the table anew between its two marks;
without the option nothing is written.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..noted import collect
from .scene import Child, Scene
from .table import rewritten

Tally = Callable[[str, int, int, str], None]
"""Notes what was tried: the fault, how often, how often something was lost, and what was promised."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--reliability-table", metavar="FILE", help="rewrite the table of faults in FILE")


def pytest_configure(config: pytest.Config) -> None:
    collect(config, "reliability_table", "reliability", rewritten)


@pytest.fixture(scope="session")
def child() -> Iterator[Child]:
    started = Child()
    yield started
    started.close()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is such a file system, so that thousands of saves don't wait for a disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture
def scene(room: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A knowledge base whose files are replaced by a rename."""
    return _scene(room, monkeypatch, hard_links=False)


@pytest.fixture(params=[False, True], ids=["rename", "in place"])
def either_scene(room: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Scene:
    """The same; then one whose files have hard links, so that they are patched in place."""
    return _scene(room, monkeypatch, hard_links=request.param)


@pytest.fixture
def common(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A knowledge base where every user can reach it, on a real disk."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        scene = Scene(folder)
        monkeypatch.setenv("XDG_STATE_HOME", str(scene.state))
        yield scene


def _scene(folder: Path, monkeypatch: pytest.MonkeyPatch, hard_links: bool) -> Scene:
    scene = Scene(folder / "scene", hard_links)
    monkeypatch.setenv("XDG_STATE_HOME", str(scene.state))
    return scene


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Tally:
    def note(fault: str, tried: int, lost: int, promise: str) -> None:
        record_property("reliability", (fault, tried, lost, promise))

    return note
