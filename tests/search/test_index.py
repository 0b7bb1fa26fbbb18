"""What a person who searches may rely on."""

import subprocess
import sys
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_tui.search.index.headings import Hit, Index, SearchRecord

REDIS = SearchRecord("INC-1200", "auth-redis-failover", ("redis", "sentinel"), "2024-12-15T10:00:00Z")
ORDERS = SearchRecord("INC-1234", "orders-api-outage", ("database", "connection-pool"), "2025-01-05T16:00:00Z")
CERTIFICATE = SearchRecord("INC-1187", "certificate expired on the gateway", ("tls",), "2024-11-02T08:00:00Z")
KUBERNETES = SearchRecord("PM2025-002", "Kubernetes nodes unavailable", ("kubernetes",), "2025-02-01T08:00:00Z")
CAFE = SearchRecord("", "Café-Überlastung im Zürcher Cluster", (), "2023-01-01T00:00:00Z")
CHINESE = SearchRecord("", "数据库连接池耗尽", ("故障",), "2023-01-02T00:00:00Z")
RUSSIAN = SearchRecord("", "Сбой базы данных", (), "2023-01-03T00:00:00Z")
HEBREW = SearchRecord("", "תקלה בשרת ההזמנות", (), "2023-01-04T00:00:00Z")
RECORDS = [REDIS, ORDERS, CERTIFICATE, KUBERNETES, CAFE, CHINESE, RUSSIAN, HEBREW]
INDEX = Index(RECORDS)

any_text = st.text(st.characters(exclude_categories=()), max_size=40) | st.text(
    "aeinrsdk1234-INC é́ß😀\ud800\n", max_size=40
)


def found(query: str, index: Index = INDEX, records: list[SearchRecord] = RECORDS) -> list[SearchRecord]:
    return [records[hit.row] for hit in index.search(query)]


def marked(query: str, text: str, index: Index = INDEX) -> list[str]:
    return [text[start:stop] for start, stop in index.spans(query, text)]


@pytest.mark.parametrize("query", ["", "  ", "--- !", "😀", "\x00\x1b", "\ud800"])
def test_a_query_without_a_word_lists_every_record_in_the_order_given(query: str) -> None:
    assert INDEX.search(query) == [Hit(row, 0.0) for row in range(len(RECORDS))]


def test_a_caller_may_change_the_list_it_was_given() -> None:
    index = Index(RECORDS)
    index.search("").clear()
    index.search("redis").clear()
    assert len(index.search("")) == len(RECORDS)
    assert len(index.search("redis")) == 1


def test_word_order_does_not_matter() -> None:
    assert found("failover auth") == found("auth failover") == [REDIS]


@pytest.mark.parametrize(
    "query",
    ["conection pool", "connecction pool", "connextion pool", "conenction pool", "orders outgae", "utage orders"],
)
def test_two_words_with_a_typo_find_the_incident(query: str) -> None:
    assert found(query)[0] == ORDERS


def test_a_long_word_may_hold_two_typos_and_a_short_one_may_not() -> None:
    assert found("cretificaet") == [CERTIFICATE]
    assert found("rtsid") == []


def test_a_word_of_two_letters_is_taken_as_typed() -> None:
    assert found("xp") == []  # inside `expired`, but no word begins so
    assert found("ex") == [CERTIFICATE]


def test_a_word_of_three_letters_is_no_part_of_a_word_and_no_typo() -> None:
    assert found("ire") == found("rds") == found("tsl") == []
    assert found("exp") == found("tls") == [CERTIFICATE]


@pytest.mark.parametrize("query", ["certif", "certfi", "ertificat", "expi gate", "pired", "crtfct", "crtificte gtwy"])
def test_an_unfinished_a_partial_and_a_shortened_word_find_the_incident(query: str) -> None:
    assert found(query)[0] == CERTIFICATE


def test_a_word_whose_vowels_are_all_left_out_is_found_even_if_it_begins_with_one() -> None:
    assert found("nvlbl") == [KUBERNETES]
    assert found("rdrs") == [ORDERS]


@pytest.mark.parametrize("query", ["1234", "inc1234", "INC-1234", "inc 1234", "Inc-1234 orders", "#1234"])
def test_a_ref_is_found_however_it_is_written(query: str) -> None:
    assert found(query) == [ORDERS]


def test_an_unfinished_ref_finds_all_that_begin_so() -> None:
    assert found("inc-12") == found("inc12") == [ORDERS, REDIS]


@pytest.mark.parametrize("query", ["pm2025-002", "PM2025002", "pm2025-0", "2025 002"])
def test_a_ref_whose_family_holds_digits_is_found(query: str) -> None:
    assert found(query) == [KUBERNETES]


@pytest.mark.parametrize("query", ["inc 1234", "Inc  1234", "INC 1234", "inc 1234 outage", "pm 2025 002", "pm2025 002"])
def test_a_ref_written_with_a_blank_is_found_alone(query: str) -> None:
    titled = SearchRecord("INC-9", "error 1234 of inc", (), "2026-01-01T00:00:00Z")
    longer = SearchRecord("INC-12345", "orders outage", (), "2026-01-01T00:00:00Z")
    records = [titled, longer, ORDERS, KUBERNETES]
    assert found(query, Index(records), records) == [KUBERNETES if "pm" in query else ORDERS]


def test_a_number_that_no_ref_begins_with_is_a_word_beside_a_family() -> None:
    records = [ORDERS, SearchRecord("INC-9", "gateway returned 503", (), "")]
    assert found("inc 503", Index(records), records) == [records[1]]
    assert found("inc 12", Index(records), records) == [ORDERS]


@pytest.mark.parametrize("query", ["ops-2024-007", "ops2024007", "ops-2024-0", "2024 007"])
def test_a_ref_of_several_numbers_is_found(query: str) -> None:
    records = [
        ORDERS,
        SearchRecord("OPS-2024-007", "disk-full", (), ""),
        SearchRecord("OPS-2024-117", "disk-full", (), ""),
    ]
    assert found(query, Index(records), records)[0] == records[1]


def test_a_word_that_looks_like_a_ref_is_still_a_word() -> None:
    records = [SearchRecord("S-3", "queue full", (), ""), SearchRecord("S-4", "s3 bucket public", (), "")]
    assert found("s3", Index(records), records) == [records[1]]


def test_a_typo_does_not_list_every_ref_of_a_family() -> None:
    assert found("ing") == found("nc") == []
    assert ORDERS not in found("in")
    assert found("inc") == [ORDERS, REDIS, CERTIFICATE]


def test_an_unknown_ref_finds_nothing() -> None:
    assert found("inc-99999") == []


@pytest.mark.parametrize(
    ("query", "record"),
    [
        ("cafe uberlastung", CAFE),
        ("ZÜRCHER", CAFE),
        ("zu\u0308rcher", CAFE),
        ("连接池", CHINESE),
        ("库", CHINESE),
        ("сбой данных", RUSSIAN),
        ("данынх", RUSSIAN),
        ("בשרת", HEBREW),
    ],
)
def test_case_accents_and_scripts_are_no_obstacle(query: str, record: SearchRecord) -> None:
    assert found(query) == [record]


def test_every_word_must_be_found_but_one_may_miss_if_nothing_has_all() -> None:
    assert found("redis failover") == [REDIS]
    assert found("redis zzzzz failover") == [REDIS]
    assert found("redis zzzzz xxxxx") == []


def test_the_word_itself_comes_before_what_begins_with_it_and_a_typo_is_taken_only_without_it() -> None:
    titles = ["modes", "nodes", "anode", "node"]
    records = [SearchRecord("", title, (), f"2025-01-0{day}T00:00:00Z") for day, title in enumerate(titles, 1)]
    assert [record.title for record in found("node", Index(records), records)] == ["node", "nodes", "anode"]
    assert [record.title for record in found("node", Index(records[:1]), records[:1])] == ["modes"]


def test_among_equals_the_closer_wording_then_pinned_then_the_newest_comes_first() -> None:
    old = SearchRecord("", "redis slow", (), "2024-01-01T00:00:00Z")
    new = SearchRecord("", "redis slow", (), "2025-01-01T00:00:00Z")
    pinned = SearchRecord("", "redis slow", (), "2023-01-01T00:00:00Z", pinned=True)
    apart = SearchRecord("", "slow restart of a replica of redis", (), "2026-01-01T00:00:00Z", pinned=True)
    records = [apart, old, new, pinned]
    index = Index(records)
    assert found("redis slow", index, records) == [pinned, new, old, apart]
    assert found("redis", index, records) == [apart, pinned, new, old]


def test_typing_letter_by_letter_answers_as_a_fresh_index_does() -> None:
    query = "conection pool inc-1234"
    typed = [query[:end] for end in range(len(query) + 1)]
    assert [INDEX.search(part) for part in typed] == [Index(RECORDS).search(part) for part in typed]


def test_an_index_of_nothing_answers() -> None:
    assert Index([]).search("redis inc-1 123") == Index([]).search("") == []
    assert marked("redis", "a redis", Index([])) == ["redis"]


@pytest.mark.parametrize(
    ("query", "text", "spans"),
    [
        ("redis", "auth-redis-failover", ["redis"]),
        ("fail redis", "auth-redis-failover", ["redis", "fail"]),
        ("over", "auth-redis-failover", ["over"]),
        ("conection", "the connection pool", ["connection"]),
        ("conecti", "the connection pool", ["connecti"]),
        ("crtfct", "certificate", ["c", "rt", "f", "c", "t"]),
        ("node", "mode node", ["node"]),
        ("node", "mode", ["mode"]),
        ("uber", "im Café-Überlastung", ["Über"]),
        ("cafe", "e\u0301 Cafe\u0301s", ["Cafe\u0301"]),
        ("strasse", "Die Straße", ["Straße"]),
        ("inc-12", "INC-1234 orders", ["INC-12"]),
        ("inc1234", "see INC-1234, INC-1235", ["INC-1234"]),
        ("1234", "INC-1234", ["1234"]),
        ("1234", "INC-1235", []),
        ("ing", "INC-1234", []),
        ("连接", "数据库连接池耗尽", ["连接"]),
        ("redis", "", []),
        ("", "redis", []),
    ],
)
def test_what_matched_is_marked(query: str, text: str, spans: list[str]) -> None:
    assert marked(query, text) == spans


@given(any_text, any_text)
def test_any_string_is_answered_and_spans_are_in_range_ascending_and_apart(query: str, text: str) -> None:
    hits = INDEX.search(query)
    assert len({hit.row for hit in hits}) == len(hits)
    assert all(0 <= hit.row < len(RECORDS) and 0 <= hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    edges = [edge for span in INDEX.spans(query, text) for edge in span]
    assert edges == sorted(set(edges))
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(text))


@given(any_text | st.text("aI01- "), any_text | st.text("aI01- ", max_size=30), any_text)
@example("0-", "00", "")
@example("NODE-1", "node-2-5 drained", "")
def test_any_record_is_found_by_its_own_title(ref: str, title: str, tag: str) -> None:
    records = [ORDERS, SearchRecord(ref, title, (tag,), "")]
    assert records[1] in found(title, Index(records), records)


@given(st.text("abcdef", min_size=5, max_size=9), st.data())
def test_one_typo_anywhere_still_finds_the_word(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefz"))
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    dropped = word[:at] + word[at + 1 :]
    for typed in (word[:at] + letter + word[at:], dropped, word[:at] + letter + word[at + 1 :], swapped):
        records = [SearchRecord("", word, (), ""), SearchRecord("", "zzzzzz", (), "")]
        assert records[0] in found(typed, Index(records), records)


@pytest.mark.parametrize(
    "query", ["a" * 10_000, "ab " * 3_333, "é" * 10_000, "(a+)+$" * 1_600, "1" * 10_000, "inc-" * 2_500, "库" * 10_000]
)
def test_ten_thousand_characters_are_answered_at_once(query: str) -> None:
    INDEX.spans(query, query)
    start = process_time()
    INDEX.search(query)
    assert process_time() - start < 0.5


def test_the_search_needs_no_screen() -> None:
    script = "import sys, incident_tui.search.index.headings; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"textual", "rich", "numpy", "incident_tui.storage"} & set(loaded)
