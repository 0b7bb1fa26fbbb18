"""What depends on the day is right on any day: a leap day, the ends of a year, changes of summer time, in ten years."""

import io
import json
import re
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from incident_tui import clock
from incident_tui.cli import main
from incident_tui.search.query import explain, parse
from incident_tui.tui.list_row import short_date
from incident_tui.tui.rows import ago

ZONES = {
    "Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
    "Los Angeles": "PST8PDT,M3.2.0,M11.1.0",
    "Lord Howe": "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
    "Kiritimati": "<+14>-14",
}
"""Time zones as POSIX writes them: they need no files of the system's."""

Command = Callable[..., str]


def entry(name: str, written: date, used: date | None = None, *lines: str) -> str:
    """An incident of a day, which helped once on another."""
    counted = f"- used: 1\n- last_used: {used}\n" if used else "- used: 0\n"
    items = "".join(f"{line}\n" for line in lines)
    metadata = f"- type: incident\n- tags: pool\n{counted}"
    return f"## M-{written}T10:00:00Z {name}\n\n{metadata}\n**Summary**\n\nIt broke.\n\n{items}\n"


@pytest.fixture
def path(day: date, tmp_path: Path) -> Path:
    """A live file of incidents, told by how many days ago they were written or used."""
    entries = [
        entry("INC-1 today", day, None, "- [ ] find out why"),
        entry("INC-2 yesterday", day - timedelta(1)),
        entry("INC-3 used-90-days-ago", day - timedelta(400), day - timedelta(90)),
        entry("INC-4 used-91-days-ago", day - timedelta(400), day - timedelta(91)),
        entry("INC-5 three-years-ago", day - timedelta(1100)),
    ]
    path = tmp_path / "incidents.md"
    path.write_text("".join(entries), encoding="utf-8")
    return path


@pytest.fixture
def run(path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command on the file; return what it prints."""

    def command(name: str, *argv: str) -> str:
        assert main([name, "-f", str(path), *argv]) == 0
        return capsys.readouterr().out

    return command


def refs(printed: str) -> list[str]:
    return re.findall(r"INC-\d", printed)


# The clock


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 4, 12, 23])
def test_it_is_the_same_day_from_midnight_to_midnight_in_every_time_zone(
    day: date, hour: int, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", ZONES[zone])
    time.tzset()
    try:
        monkeypatch.setenv(clock.SHIFT, clock.shift_to(datetime(day.year, day.month, day.day, hour, 30)))
        assert clock.today() == day
        assert clock.now().astimezone().date() == day
    finally:
        monkeypatch.undo()
        time.tzset()


# Commands


def test_days_of_use_are_counted_back_from_today(run: Command) -> None:
    assert refs(run("list", "last:<=90d")) == ["INC-3"]
    assert refs(run("list", "last:<90d")) == []
    assert refs(run("list", "last:>90d")) == ["INC-4"]


def test_an_entry_is_stale_after_ninety_days(run: Command) -> None:
    assert refs(run("list", "is:stale")) == ["INC-4", "INC-5"]


def test_what_helps_is_noted_with_the_day(run: Command, path: Path, day: date) -> None:
    run("helped", "INC-5")
    assert path.read_text("utf-8").count(f"- last_used: {day}\n") == 1


def test_a_new_entry_is_of_this_moment(run: Command, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"It broke.\n")))
    earliest = clock.now().replace(microsecond=0)
    timestamp = run("new", "--title", "brand new").strip().removeprefix("M-")
    latest = clock.now() + timedelta(seconds=1)  # noon is taken by another entry
    assert earliest <= datetime.fromisoformat(timestamp) <= latest
    assert f"## M-{timestamp} brand-new\n" in path.read_text("utf-8")


def test_the_report_is_of_today(run: Command, day: date) -> None:
    report = json.loads(run("report", "--json"))
    assert (report["today"], report["incidents"]["value"]) == (str(day), 5)


def test_a_report_since_today_has_what_was_written_today(run: Command, day: date) -> None:
    report = json.loads(run("report", "--json", "--since", str(day)))
    assert (report["since"], report["incidents"]["value"]) == (str(day), 1)


def test_a_report_since_tomorrow_is_refused(run: Command, path: Path, day: date) -> None:
    assert main(["report", "-f", str(path), "--since", str(day + timedelta(1))]) == 2


def test_the_years_of_the_report_begin_with_this_one_and_count_every_incident(run: Command, day: date) -> None:
    months = json.loads(run("report", "--json"))["sections"][0]["figures"]
    labels = [month["label"] for month in months]
    assert labels[0] == f"{day:%Y}"
    assert labels == sorted(labels, reverse=True)
    assert sum(month["value"] for month in months) == 5


def test_only_what_lies_after_tomorrow_is_in_the_future(run: Command, path: Path, day: date) -> None:
    run("check")
    path.write_text(entry("INC-6 tomorrow", day + timedelta(1)), encoding="utf-8")
    assert "future" not in run("check", "--json")
    path.write_text(entry("INC-7 after-tomorrow", day + timedelta(2)), encoding="utf-8")
    assert "future" in run("check", "--json")


def test_the_log_knows_what_was_done_today(run: Command, day: date) -> None:
    run("pin", "INC-2")
    assert "pinned INC-2" in run("log", "--since", "1h")
    assert "pinned INC-2" in run("log", "--since", str(day))
    assert run("log", "--since", str(day + timedelta(1))) == ""


# Words


def test_days_are_said_as_people_say_them(day: date) -> None:
    said = {0: "today", 1: "yesterday", 2: "2 days ago", 14: "2 weeks ago", 365: "12 months ago", 731: "2 years ago"}
    assert {days: ago(day - timedelta(days), day) for days in said} == said
    assert ago(day + timedelta(3), day) == f"on {day + timedelta(3)}"


def test_a_date_of_another_year_shows_its_year(day: date) -> None:
    assert short_date(day, day).strip() == f"{day:%b %d}"
    assert short_date(date(day.year - 1, 12, 31), day) == f"{day.year - 1}-12"


@pytest.mark.parametrize(("text", "days"), [("last:<90d", 90), ("last:<2w", 14), ("last:<1y", 365), ("last:<6m", 183)])
def test_an_age_in_a_query_is_explained_as_it_was_read(day: date, text: str, days: int) -> None:
    assert f"used in the last {days} days" in explain(parse(text, day))
