"""The day and the time come from one module, and its environment variable moves them for every process of a test."""

import ast
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from incident_tui import clock
from incident_tui.cli import main
from incident_tui.format.errors import Refused

from .days import DAY, SAMPLE_DAY

PROJECT = Path(__file__).parents[1]
ASKS_THE_SYSTEM = {
    "today": {"date", "datetime"},
    "now": {"datetime"},
    "utcnow": {"datetime"},
    "time": {"time"},
    "time_ns": {"time"},
    "localtime": {"time"},
    "gmtime": {"time"},
    "ctime": {"time"},
    "strftime": {"time"},
    "clock_gettime": {"time"},
    "clock_gettime_ns": {"time"},
}
"""What asks the system for the day or the time, and the class or module that it belongs to."""


def system_clock_calls(source: str) -> list[int]:
    """The lines on which source code asks the system for the day or the time."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if owner in ASKS_THE_SYSTEM.get(node.attr, ()):
                lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            lines += [node.lineno for alias in node.names if alias.name in ASKS_THE_SYSTEM]
    return lines


@pytest.mark.parametrize("folder", ["incident_tui", "tools", "tests"])
def test_nothing_but_the_clock_asks_the_system_for_the_day(folder: str) -> None:
    exempt = {"incident_tui/clock.py", "tests/test_clock.py"}
    calls = {
        f"{path.relative_to(PROJECT)}:{line}"
        for path in sorted((PROJECT / folder).rglob("*.py"))
        if str(path.relative_to(PROJECT)) not in exempt
        for line in system_clock_calls(path.read_text("utf-8"))
    }
    assert calls == set()


@pytest.mark.parametrize(
    "source",
    [
        "date.today()",
        "datetime.date.today()",
        "datetime.now(UTC)",
        "time.time()",
        "from time import time",
        "f = date.today",
    ],
)
def test_a_question_to_the_system_clock_is_recognized(source: str) -> None:
    assert system_clock_calls(source) == [1]


@pytest.mark.parametrize(
    "source", ["clock.today()", "clock.now()", "time.monotonic()", "today()", "from time import sleep"]
)
def test_what_is_no_question_to_the_system_clock_is_not(source: str) -> None:
    assert system_clock_calls(source) == []


def test_it_is_noon_of_the_day_that_tests_are_run_on() -> None:
    assert clock.today() == DAY
    assert timedelta() <= clock.now().astimezone().replace(tzinfo=None) - datetime(DAY.year, DAY.month, DAY.day, 12)
    assert clock.now().tzinfo is UTC


@pytest.mark.sample_day
def test_the_sample_has_a_day_of_its_own() -> None:
    assert clock.today() == SAMPLE_DAY


def test_another_process_has_the_same_day(day: date) -> None:
    run = [sys.executable, "-c", "from incident_tui import clock; print(clock.today())"]
    assert subprocess.run(run, capture_output=True, check=True, cwd=PROJECT).stdout.decode().strip() == str(day)


def test_time_passes() -> None:
    first = clock.seconds()
    while clock.seconds() == first:
        pass
    assert clock.seconds() > first


def test_without_a_shift_it_is_the_time_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clock.SHIFT)
    assert abs((datetime.now(UTC) - clock.now()).total_seconds()) < 60


@pytest.mark.parametrize("shift", ["soon", "1e300", "nan", "-inf"])
def test_a_shift_that_is_no_number_is_refused_in_one_line(
    shift: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(clock.SHIFT, shift)
    with pytest.raises(Refused, match="is no number of seconds"):
        clock.today()
    assert main(["report", "-f", str(PROJECT / "sample_data")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
