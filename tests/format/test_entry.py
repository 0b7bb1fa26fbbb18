"""Headings and metadata, as people and agents write them."""

from datetime import date
from time import process_time

import pytest

from incident_tui.format.model.entry import instant

from .samples import A, entry


@pytest.mark.parametrize(
    ("heading", "ref", "title", "suffix"),
    [
        ("INC-1234 orders-api-outage", "INC-1234", "orders-api-outage", None),
        ("PM2025-002 traefik rule", "PM2025-002", "traefik rule", None),
        ("SEV1-2-33 x", "SEV1-2-33", "x", None),
        ("INC-7", "INC-7", "", None),
        ("", None, "", None),
        ("gitignore", None, "gitignore", None),
        ("two words", None, "two words", None),
        ("inc-12 lower", None, "inc-12 lower", None),
        ("INC-12a x", None, "INC-12a x", None),
        ("INC- x", None, "INC- x", None),
        ("INC-1: x", None, "INC-1: x", None),
        ("the INC-12 outage", None, "the INC-12 outage", None),
        ("INC-1 x (summarized)", "INC-1", "x", "summarized"),
        ("INC-1 x (archived)", "INC-1", "x", "archived"),
        ("INC-1 (summarized)", "INC-1", "", "summarized"),
        ("(summarized)", None, "", "summarized"),
        ("INC-1 x(summarized)", "INC-1", "x(summarized)", None),
        ("INC-1 x (summarized) y", "INC-1", "x (summarized) y", None),
        ("INC-1 x (Summarized)", "INC-1", "x (Summarized)", None),
        ("INC-1 x (summarized) (archived)", "INC-1", "x (summarized)", "archived"),
        ("INC-1 x (summarized) \t", "INC-1", "x", "summarized"),
        ("\tINC-1\tx", "INC-1", "x", None),
        ("INC-1 søk-é-日本", "INC-1", "søk-é-日本", None),
    ],
)
@pytest.mark.parametrize("eol", ["\n", "\r\n", ""], ids=["LF", "CRLF", "no newline"])
def test_a_heading_is_timestamp_ref_title_and_suffix(
    heading: str, ref: str | None, title: str, suffix: str | None, eol: str
) -> None:
    found = entry(f"## M-2025-01-05T16:00:00Z {heading}{eol}".encode())
    assert found.timestamp == "2025-01-05T16:00:00Z"
    assert (found.ref, found.title, found.heading.suffix) == (ref, title, suffix)


def test_a_summary_is_the_same_incident_as_its_full_text() -> None:
    full, summary = entry(A), entry(A.replace(b"third", b"third (summarized)"))
    assert full.identity == summary.identity
    assert (full.state, summary.state) == ("full", "summarized")


@pytest.mark.parametrize("heading", [b"x\xff", b"x \xc3", b"\xed\xa0\x80"], ids=["0xff", "cut off", "surrogate"])
def test_a_heading_that_is_no_utf8_still_names_its_entry(heading: bytes) -> None:
    raw = b"## M-2025-01-05T16:00:00Z " + heading + b"\n"
    assert entry(raw).text.encode("utf-8", "surrogateescape") == raw
    assert entry(raw).identity.name.encode("utf-8", "surrogateescape") == heading


def test_a_label_is_harmless_and_never_empty() -> None:
    assert entry(b"## M-2025-01-05T16:00:00Z INC-1 a\x1b[31mb\n").label == "INC-1 a␛[31mb"
    assert entry(b"## M-2025-01-05T16:00:00Z\n").label == "M-2025-01-05T16:00:00Z"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param("- type: incident\n- used: 2\n", {"type": "incident", "used": "2"}, id="at once"),
        pytest.param("\n \t\n- used: 2\n", {"used": "2"}, id="after blank lines"),
        pytest.param("\n- used: 2", {"used": "2"}, id="without newline"),
        pytest.param("\r\n- used: 2\r\n- tags:\r\n", {"used": "2", "tags": ""}, id="CRLF"),
        pytest.param("\n- used:  2 \t\n", {"used": "2"}, id="blanks around"),
        pytest.param("\n- tags: a: b\n", {"tags": "a: b"}, id="colon in the value"),
        pytest.param("\n- tags:\n- used:   \n", {"tags": "", "used": ""}, id="empty values"),
        pytest.param("\n- team_2: x\n- used: 1\n", {"team_2": "x", "used": "1"}, id="unknown keys stay"),
        pytest.param("\n- outcome: ok\n", {"outcome": "ok"}, id="older keys"),
        pytest.param("\n- used: 1\n- used: 2\n", {"used": "2"}, id="of a key given twice the last"),
        pytest.param("\n- used: 1\n\n- pinned: true\n", {"used": "1"}, id="a blank line ends it"),
        pytest.param("\n- used: 1\n- [ ] do it\n- pinned: true\n", {"used": "1"}, id="another item ends it"),
        pytest.param("\n- used: 1\n  more\n- pinned: true\n", {"used": "1"}, id="a continued item ends it"),
        pytest.param("\n- region: eu\n- team: us\n", {}, id="no known key"),
        pytest.param("\n- Used: 1\n", {}, id="a capital is no key"),
        pytest.param("\n- used:1\n", {}, id="no blank after the colon"),
        pytest.param("\n-  used: 1\n", {}, id="two blanks after the dash"),
        pytest.param("\n* used: 1\n", {}, id="another bullet"),
        pytest.param("\n - used: 1\n", {}, id="indented"),
        pytest.param("\ntext\n\n- used: 1\n", {}, id="after text it is body"),
        pytest.param("\n- an item\n- used: 1\n", {}, id="a list that starts otherwise"),
        pytest.param("", {}, id="nothing"),
    ],
)
def test_metadata_is_the_first_list_of_known_keys(lines: str, found: dict[str, str]) -> None:
    assert entry(f"## M-2025-01-05T16:00:00Z x\n{lines}".encode()).metadata.values() == found


def test_each_field_knows_where_its_value_stands() -> None:
    found = entry(b"# T\n\n" + A)
    values = {field.key: found.data[field.start : field.end] for field in found.metadata.fields}
    assert values["tags"] == b"db, pool"
    assert found.data[found.metadata.start : found.metadata.end] == A.split(b"\n\n")[1] + b"\n"
    assert found.body == "\n**Summary**\n\nThe pool ran dry.\n"


@pytest.mark.parametrize(
    ("value", "pinned"),
    [
        *[(value, True) for value in ("true", "True", "yes", "on", "1")],
        *[(value, False) for value in ("false", "No", "off", "0", "", "maybe")],
    ],
)
def test_pinned_is_read_in_all_usual_spellings(value: str, pinned: bool) -> None:
    assert entry(f"## M-2025-01-05 x\n\n- pinned: {value}\n".encode()).pinned is pinned


@pytest.mark.parametrize(
    ("value", "used"), [("3", 3), ("007", 7), ("", 0), ("many", 0), ("-1", 0), ("1.5", 0), ("٣", 0), ("9" * 10, 0)]
)
def test_what_is_no_count_counts_as_never_used(value: str, used: int) -> None:
    assert entry(f"## M-2025-01-05 x\n\n- used: {value}\n".encode()).used == used


def test_values_have_types_and_defaults() -> None:
    full, bare = entry(A), entry(b"## M-2025-13-77 x\n\n- last_used: soon\n- region: eu\n- tags: a,, b ,\n")
    assert (full.type, full.tags, full.last_used) == ("incident", ("db", "pool"), date(2025, 3, 9))
    assert (full.day, full.extra) == (date(2025, 3, 1), {})
    assert (bare.type, bare.tags, bare.last_used, bare.day) == (None, ("a", "b"), None, None)
    assert bare.extra == {"region": "eu"}


@pytest.mark.parametrize(
    "line", ["## M-2025-01-05T16:00:00Z a{}b", "## M-2025-01-05\n\n- tags: a{}b"], ids=["heading", "value"]
)
def test_a_hundred_thousand_blanks_in_a_line_are_read_at_once(line: str) -> None:
    found = entry(line.format(" " * 100_000).encode())
    begun = process_time()
    assert found.title or found.tags
    assert process_time() - begun < 1


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("2026-01-05T16:00:00Z", "2026-01-05T16:00:00Z"),
        ("2026-01-05T16:00:00", "2026-01-05T16:00:00Z"),
        ("2026-01-05T16:00:00z", "2026-01-05T16:00:00Z"),
        ("2026-01-05t16:00Z", "2026-01-05T16:00:00Z"),
        ("2026-01-05T16:00:00+02:00", "2026-01-05T14:00:00Z"),
        ("2026-01-05T16:00:00-0230", "2026-01-05T18:30:00Z"),
        ("2026-01-05T00:30+02", "2026-01-04T22:30:00Z"),
        ("2026-01-05T16:00:00.123Z", "2026-01-05T16:00:00Z123"),
        ("2026-01-05T16:00:00,5000+01:00", "2026-01-05T15:00:00Z5"),
        ("2026-01-05T16:00:00.000Z", "2026-01-05T16:00:00Z"),
        ("2026-01-05", "2026-01-05"),
        ("2026-01-05T25:00:00+02:00", "2026-01-05T25:00:00+02:00"),
        ("0001-01-01T00:00:00+02:00", "0001-01-01T00:00:00+02:00"),
        ("2026-01-05-b", "2026-01-05-b"),
    ],
)
def test_a_timestamp_is_an_instant_and_stays_as_it_is_written(timestamp: str, moment: str) -> None:
    found = entry(f"## M-{timestamp} INC-1 x\n".encode())
    assert (found.timestamp, found.instant) == (timestamp, moment)
    assert str(found.day) == moment[:10]


def test_instants_sort_as_times_do() -> None:
    rising = [
        "2026-01-05",
        "2026-01-05T00:00:00Z",
        "2026-01-05T16:00:00+02:00",
        "2026-01-05T14:00:00.123Z",
        "2026-01-05T14:00:00.13Z",
        "2026-01-05T14:00:01",
        "2026-01-05T23:30:00-02:00",
    ]
    shuffled = rising[3:] + rising[:3]
    assert sorted(shuffled, key=instant) == rising
