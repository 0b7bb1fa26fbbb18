"""The browser on a copy of the sample, at a fixed date, and screens kept in the project's `snapshots/`."""

import asyncio
import inspect
import re
import shutil
import sys
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, nullcontext
from difflib import unified_diff
from html import unescape
from pathlib import Path
from typing import Any, ClassVar

import pytest
import pytest_textual_snapshot
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension
from syrupy.location import PyTestLocation
from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

from incident_tui.format.model.contents import Location
from incident_tui.search.incident_matches import MatchRequest
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.tui.app import IncidentApp
from incident_tui.tui.terminal.glyphs import UNICODE, Glyphs

from .reader import Reader

PROJECT = Path(__file__).parents[2]

PICTURES = PROJECT / "snapshots"

CELL_WIDTH = 12.2
"""Of the pictures' characters, in pixels."""

Factory = Callable[..., IncidentApp]
Opened = Callable[..., AbstractAsyncContextManager[Reader]]
Editor = Callable[[str], Path]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run tests that are coroutines."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    asyncio.run(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own terminal changes nothing."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLORFGBG", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


STYLES: dict[tuple[tuple[str, str], ...], Any] = {}
"""What the framework has read of style sheets, by the variables that they use."""


@pytest.fixture(autouse=True)
def _styles_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each application would read the same style sheets anew, which takes longer than many tests."""
    real = Stylesheet.set_variables

    def set_variables(self: Stylesheet, variables: dict[str, str]) -> None:
        self._parse_cache = LRUCache(256)  # not to clear one that others use
        real(self, variables)
        self._parse_cache = STYLES.setdefault(tuple(sorted(variables.items())), self._parse_cache)

    monkeypatch.setattr(Stylesheet, "set_variables", set_variables)


@pytest.fixture(autouse=True)
def _lasting_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notice stays until the next key, however long a busy machine takes to look at it."""
    monkeypatch.setattr("incident_tui.tui.widgets.key_bar.NOTICE", 600.0)


@pytest.fixture(autouse=True)
def _no_entries_rendered_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entries beside the current one, which a test will hardly ever look at, take longer than its keys."""
    monkeypatch.setattr("incident_tui.tui.widgets.detail.IDLE", 600.0)


@pytest.fixture
def never_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """What others write is not noticed before a key is pressed, or a test polls."""
    monkeypatch.setattr("incident_tui.tui.screens.browse.POLL", 3600.0)


@pytest.fixture
def knowledge_base(tmp_path: Path) -> Path:
    """The live file of a copy of the sample; its archive is beside it."""
    folder = tmp_path / "oncall"
    shutil.copytree(PROJECT / "sample_data", folder)
    return folder / "incidents.md"


@pytest.fixture
def make_app() -> Factory:
    """Makes the application on a live file, as the command line does.

    `shown_as` is a path that the screen names in place of the real one, until something is changed.
    """

    def make(
        path: Path,
        *,
        query: str = "",
        select: tuple[Location, str, int] | None = None,
        read_only: bool = False,
        glyphs: Glyphs = UNICODE,
        shown_as: str = "",
        review: bool = False,
        match: MatchRequest | None = None,
    ) -> IncidentApp:
        base = Library([KnowledgeBase(path, read_only=read_only)])
        snapshot = base.snapshot()
        if shown_as:
            faked = Path(shown_as)
            (file,) = snapshot.files
            file = file._replace(live_file=faked, archive_file=faked.parent / "archive" / faked.name)
            snapshot = snapshot._replace(files=(file,))
        return IncidentApp(base, snapshot, query, select, glyphs, review, match=match)

    return make


@pytest.fixture
def opened(make_app: Factory) -> Opened:
    """Opens the browser on a live file: `async with opened(path) as reader`."""

    @asynccontextmanager
    async def open_(path: Path, *, size: tuple[int, int] = (80, 24), **options: object) -> AsyncIterator[Reader]:
        app = make_app(path, **options)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Reader(app, pilot)

    return open_


@pytest.fixture
def set_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Makes a Python script the editor; `path` is the file that it gets, `text` what stands in it."""

    def make(script: str) -> Path:
        path = tmp_path / "ed"
        lines = ["from pathlib import Path; import sys", "path = Path(sys.argv[1]); text = path.read_bytes()", script]
        # To the shell it is an exec, to Python a string: a line of #! can't have a path with a blank.
        start = ["#!/bin/sh", f'\'\'\'exec\' "{sys.executable}" -I "$0" "$@"', "' '''"]
        path.write_text("\n".join([*start, *lines, ""]), encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", str(path))
        return path

    return make


@pytest.fixture
def given_away(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that can be given to an editor, where the test has none of its own."""

    def suspend(app: IncidentApp) -> AbstractContextManager[None]:
        return nullcontext()

    if "no_terminal" not in request.fixturenames:
        monkeypatch.setattr(IncidentApp, "suspend", suspend)


@pytest.fixture
def no_terminal() -> None:
    """A terminal that can't be given away."""


class _Screens(SingleFileSnapshotExtension):
    """Screens, one file each, in the project's own folder: the README shows them, too."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(PICTURES)

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: int | str = 0) -> str:
        name = super().get_snapshot_name(test_location=test_location, index=index)
        return name.removeprefix("test_").replace("[", "_").replace("]", "")

    difference: ClassVar[str] = ""
    """The lines in which the last screen that didn't match differs from its snapshot."""

    def matches(self, *, serialized_data: str, snapshot_data: str) -> bool:
        now, before = text_of(serialized_data), text_of(snapshot_data)
        _Screens.difference = "\n".join(unified_diff(before, now, "snapshot", "screen", n=1, lineterm=""))
        return serialized_data == snapshot_data

    @classmethod
    def write_snapshot(cls, **written: Any) -> None:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="\\s*Can not relate snapshot")
            super().write_snapshot(**written)


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch) -> SnapshotAssertion:
    """Syrupy's, for `snap_compare`: it stores where `_Screens` says."""
    plugin = pytest_textual_snapshot.SVGImageExtension  # has no types: it is no class for mypy
    monkeypatch.setattr(pytest_textual_snapshot, "SVGImageExtension", type("Screens", (_Screens, plugin), {}))
    return snapshot


@pytest.fixture
def snap_compare(snap_compare: Callable[..., bool]) -> Callable[..., bool]:
    """The plugin's, which also prints the lines that differ: its report is a page that a log doesn't show."""

    def compare(*args: Any, **options: Any) -> bool:
        if snap_compare(*args, **options):
            return True
        lines = _Screens.difference or "only colours or styles differ"
        pytest.fail(f"the screen differs from its snapshot; snapshot_report.html shows both\n{lines}", pytrace=False)

    return compare


def text_of(svg: str) -> list[str]:
    """Return the lines of text on a picture of a screen."""
    lines: dict[int, str] = {}
    for x, line, text in re.findall(r'<text [^>]*? x="([\d.]+)"[^>]*-line-(\d+)\)">(.*?)</text>', svg):
        column = round(float(x) / CELL_WIDTH)
        lines[int(line)] = lines.get(int(line), "").ljust(column) + unescape(text).replace("\xa0", " ")
    return [lines[number].rstrip() for number in sorted(lines)]
