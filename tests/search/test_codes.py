"""Hashes, error codes, numbers, addresses and versions are found by their beginnings, in bodies as in titles."""

import pytest

from incident_tui.format.model.document import Document
from incident_tui.format.model.located import located_entries
from incident_tui.search.engine import Search
from incident_tui.search.query import parse

from ..days import DAY

HASH = "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432"
CODES = [
    (HASH, "9f8e7d6", "9f8e7d7"),
    (HASH, "9f8", "8f8"),
    ("deadbeef12345", "dead", "deaf"),
    ("E1234", "e123", "e124"),
    ("ORA-01555", "ora-0155", ""),
    ("12541", "1254", "1255"),
    ("20240105161700", "2024010516", "2024010517"),
    ("0x7f3a9b21", "0x7f3a", "0x7f3b"),
    ("0x7f3a9b21", "7f3a", "7f3b"),
    ("550e8400-e29b-41d4-a716-446655440000", "550e84", "550e85"),
    ("550e8400-e29b-41d4-a716-446655440000", "550e8400-e2", "550e8400-e3"),
    ("10.0.31.7", "10.0.3", "10.0.4"),
    ("10.0.31.7", "10.0", "10.1"),
    ("10.0.31.7:5432", "10.0.31.7:54", "10.0.31.8:54"),
    ("v1.25.3", "v1.2", "v2.3"),
    ("1.25.3-rc1", "1.25.3-rc", "1.25.4-rc"),
    ("req_01hx7zk9", "req_01hx", ""),
    ("web-7d9f8c5b4-x2k9p", "web-7d9f8", ""),
    ("vol-0abc1234def", "vol-0abc12", ""),
    ("sha256:4f2a1b9c8d", "sha256:4f2a", "sha256:4f2b"),
    ("/var/lib/pg14/base/16384", "/var/lib/pg14/base/1638", ""),
    ("2024-01-05T16:07:00Z", "2024-01-05", "2024-01-06"),
    ("fd00:12ab::1", "fd00:12", "fd00:13"),
]
EACH = pytest.mark.parametrize(("code", "typed", "other"), CODES)


def searched(*entries: tuple[str, str]) -> Search:
    """The entries of these titles and bodies, the first one the newest."""
    text = "".join(
        f"## M-2020-03-{28 - number}T00:00:00Z {title}\n\n- type: incident\n- tags: t\n\n{body}\n\n"
        for number, (title, body) in enumerate(entries)
    )
    search = Search(located_entries(Document.parse(text.encode())))
    search.finish()
    return search


def rows(search: Search, query: str) -> list[int]:
    return list(search.find(parse(query, DAY)).rows)


@EACH
def test_a_beginning_is_found_in_a_body_and_in_a_title_first(code: str, typed: str, other: str) -> None:
    search = searched(("deploy", f"**Summary**\n\nIt said {code}, then stopped."), (f"deploy {code}", "plain"))
    assert rows(search, typed) == rows(search, typed.upper()) == rows(search, f"deploy {typed}") == [1, 0]
    assert rows(search, code) == [1, 0]
    in_body = searched(("deploy", f"**Summary**\n\nIt said {code}, then stopped."))
    assert not other or rows(in_body, other) == []


@EACH
def test_the_code_itself_comes_before_what_begins_so(code: str, typed: str, other: str) -> None:
    search = searched(("a", f"then {code}9 was seen"), ("b", f"then {code} was seen"), ("c", f"then {code}8 was seen"))
    assert rows(search, code)[0] == 1
    assert set(rows(search, typed)) == {0, 1, 2}


@EACH
def test_the_line_that_has_it_is_shown_and_marked(code: str, typed: str, other: str) -> None:
    search = searched(("deploy", f"**Summary**\n\nnothing here\n\nIt said {code}, then stopped."))
    line = search.evidence(parse(typed, DAY), 0).line
    assert line is not None
    assert line.text == f"It said {code}, then stopped."
    marked = [(start, stop) for start, stop in line.spans if start >= len("It said ")]
    assert marked == line.spans
    assert "".join(line.text[start:stop] for start, stop in marked).lower().replace("0x", "") in (
        typed.lower().replace("0x", ""),
        "".join(char for char in typed.lower() if char.isalnum()),
    )


@pytest.mark.parametrize("typed", ["50", "500", "9f", "e1", "1", "80"])
def test_too_short_a_beginning_is_only_a_word(typed: str) -> None:
    search = searched(("a", "code 50012, 9f8e7d6c5b, e1234, 8080"), ("b", f"code {typed}"))
    assert rows(search, typed) == [1]


def test_the_parts_of_a_code_mean_something_only_one_after_the_other() -> None:
    search = searched(
        ("a", "10 pods, 0 ready, 3 lost"), ("b", "at 10.0.31.7"), ("c", "at 10.0.3"), ("d", "at 10.0.4.3")
    )
    assert rows(search, "10.0.3") == [2, 1, 0, 3]
    assert search.spans(parse("10.0.3", DAY), "at 10:05 from 10.0.3.1, 10, 0 and 3") == [(14, 20)]
    assert search.spans(parse("10.0.3", DAY), "10, 0 and 3 at 110.0.3 or 30") == []


def test_a_slug_with_a_number_is_still_its_words() -> None:
    search = searched(("orders-api-timeout", "x"), ("orders api 7", "y"))
    assert rows(search, "ordres-api-7")[0] == 1
    assert rows(search, "orders-api-9 timeout") == [0]


def test_a_number_that_is_a_typo_away_is_another() -> None:
    assert rows(searched(("a", "code 12541")), "12514") == []


def test_a_code_in_a_section_and_beside_words() -> None:
    search = searched(("a", f"**Root Cause**\n\nbad commit {HASH} at 10.0.31.7"), ("b", "**Summary**\n\nbad commit"))
    assert rows(search, "in:cause 9f8e7d6") == rows(search, "commit 10.0.3") == [0]
    assert rows(search, "in:summary 9f8e7d6") == []


def test_ids_that_come_with_an_edit_are_found_by_their_beginnings_too() -> None:
    before = searched(("a", "code 12541"))
    text = b"## M-2020-03-28T00:00:00Z a\n\n- type: incident\n- tags: t\n\ncode 7766554\n"
    after = Search(located_entries(Document.parse(text)), before=before)
    after.finish()
    assert rows(after, "77665") == [0]
    assert rows(after, "1254") == []


def test_very_many_ids_that_begin_alike_are_answered_from_some() -> None:
    body = " ".join(f"20240105{number:06}" for number in range(20_000))
    search = searched(("a", body), ("b", "2024010512"))
    assert rows(search, "2024010512")[0] == 1
    assert rows(search, "20240105")
