"""Dates in the spellings that people use."""

import pytest

from incident_tui.importing.dates import find_date, find_month, without_urls


@pytest.mark.parametrize(
    ("text", "timestamp"),
    [
        ("2024-03-05", "2024-03-05T00:00:00Z"),
        ("Incident 2024/3/5: down", "2024-03-05T00:00:00Z"),
        ("incident_2024_03_05_db", "2024-03-05T00:00:00Z"),
        ("March 5, 2024 - down", "2024-03-05T00:00:00Z"),
        ("Tuesday, Mar. 5th 2024", "2024-03-05T00:00:00Z"),
        ("5 Mar 2024", "2024-03-05T00:00:00Z"),
        ("the 5th of March, 2024", "2024-03-05T00:00:00Z"),
        ("29-09-2025-flags", "2025-09-29T00:00:00Z"),
        ("05.03.2024", "2024-03-05T00:00:00Z"),
        ("2024-03-05T10:00Z", "2024-03-05T10:00:00Z"),
        ("2024-03-05 10:00:07.123 +0200", "2024-03-05T08:00:07Z"),
        ("2024-03-05 00:30:00 +0000 UTC", "2024-03-05T00:30:00Z"),
        ("March 5, 2024 at 4:23PM PST", "2024-03-06T00:23:00Z"),
        ("2024-03-05 12:05 am", "2024-03-05T00:05:00Z"),
        ("2023-02-02 10:21 - CJS dashboard", "2023-02-02T10:21:00Z"),
    ],
)
def test_a_date_is_found_in_any_usual_spelling(text: str, timestamp: str) -> None:
    found = find_date(text)
    assert found is not None
    assert found.timestamp == timestamp
    assert found.day_only == (timestamp.endswith("T00:00:00Z") and ":" not in text[found.start : found.end])


@pytest.mark.parametrize(
    "text",
    ["03/04/2024", "2024-13-05", "2024-02-30", "v1.2024", "12024-03-05", "March 2024", "99 May 2024", "20240305"],
)
def test_what_is_no_day_or_could_be_two_is_no_date(text: str) -> None:
    assert find_date(text) is None


def test_digits_alone_are_a_date_where_that_is_asked_for() -> None:
    found = [find_date(text, compact=True) for text in ("20240305-db", "20240305T1000Z-db")]
    assert [date and date.timestamp for date in found] == ["2024-03-05T00:00:00Z", "2024-03-05T10:00:00Z"]


def test_the_first_date_of_a_text_is_taken_and_no_address_has_one() -> None:
    text = "see https://example.com/2020/01/02/post, on 5 Mar 2024 and 2023-01-01"
    found = find_date(without_urls(text))
    assert found is not None
    assert text[found.start : found.end] == "5 Mar 2024"


def test_an_hour_that_is_none_leaves_the_day() -> None:
    found = find_date("2024-03-05 27:00")
    assert found is not None
    assert (found.timestamp, found.day_only) == ("2024-03-05T00:00:00Z", True)


@pytest.mark.parametrize("text", ["Tue 5 Mar", "March 5th: down", "the 5th of March", "down on Mar. 5"])
def test_a_day_is_a_date_where_the_year_is_known(text: str) -> None:
    assert find_date(text) is None
    found = find_date(text, year=2024)
    assert found is not None
    assert (found.timestamp, found.day_only) == ("2024-03-05T00:00:00Z", True)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2024-03", "2024-03"),
        ("log_2024_11", "2024-11"),
        ("Outages, March 2024", "2024-03"),
        ("2024 march", "2024-03"),
        ("2024-13", None),
        ("2024-03-99", None),
        ("1.2024-03-05", None),
        ("2024", None),
    ],
)
def test_a_month_is_its_first_day(text: str, month: str | None) -> None:
    found = find_month(text.replace("_", "-"))
    assert (found and found.timestamp) == (month and f"{month}-01T00:00:00Z")
