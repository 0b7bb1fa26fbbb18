"""What holds for all tests: none of them sees the developer's own files, settings, terminal, or day."""

import gc
import signal
from pathlib import Path

import hypothesis
import pytest

from incident_tui import clock

from .days import DAY, OTHER_DAYS, SAMPLE_DAY, noon
from .thorough import ALL, is_in_half

hypothesis.settings.register_profile(
    "any machine",
    deadline=None,  # a busy machine makes any example slow
    derandomize=not ALL,  # a change is judged, and not its luck
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("any machine")

# Where tests run in the background (a shell's `&`, `nohup`) these are ignored, and what tests start would inherit that.
# A handler that does nothing ignores them as well, but isn't inherited.
for _number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the half of the slow tests that isn't asked for."""
    wanted: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        wanted[item.get_closest_marker("slow") is None or is_in_half(item.nodeid)].append(item)
    config.hook.pytest_deselected(items=wanted[False])
    items[:] = wanted[True]


def pytest_collection_finish() -> None:
    """Look for cycles seldom, and never among what is loaded once: each search would take longer than many tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    for name in ("INCIDENT_TUI_FILE", "GILFOYLE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _own_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLORTERM", "TMUX", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "day" in metafunc.fixturenames:
        others = [pytest.param(day, marks=pytest.mark.slow) for day in OTHER_DAYS if day != DAY]
        metafunc.parametrize("day", [DAY, *others], ids=str)


@pytest.fixture(autouse=True)
def _own_day(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Noon of the test's day, in this process and in those that it starts."""
    if "day" in request.fixturenames:
        day = request.getfixturevalue("day")
    else:
        pictured = "snap_compare" in request.fixturenames
        day = SAMPLE_DAY if pictured or request.node.get_closest_marker("sample_day") else DAY
    monkeypatch.setenv(clock.SHIFT, noon(day))
