"""What a person may type into the search, and how it is understood."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_tui.search.filter_values import Range, Text
from incident_tui.search.filters import FILTERS
from incident_tui.search.query import Filter, SectionTerms, explain, parse, tokens
from incident_tui.search.synonyms import Synonyms

from ..days import DAY

any_text = st.text(st.characters(exclude_categories=()), max_size=60) | st.lists(
    st.sampled_from([*(f"{name}:" for name in FILTERS), "-", '"', " ", ",", "..", ">", "2025-01", "90d", "redis", "é"]),
    max_size=12,
).map("".join)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def only(text: str) -> Filter:
    query = parse(text, DAY)
    assert (query.problems, query.hints, query.words) == ((), (), "")
    (held,) = query.filters
    return held


def test_words_phrases_and_what_is_excluded_are_told_apart() -> None:
    query = parse('conection "idle in transaction" -kafka -"dry run" pool', DAY)
    assert query.words == "conection pool"
    assert query.phrases == ("idle in transaction",)
    assert query.without == ("kafka", "dry run")


def test_a_hyphen_inside_a_word_excludes_nothing() -> None:
    assert parse("on-call INC-1234 -- - --x", DAY).without == ()


def test_a_phrase_that_is_not_closed_goes_to_the_end_and_curly_quotes_are_quotes() -> None:
    assert parse('a "b c', DAY).phrases == ("b c",)
    assert parse("“b c” a", DAY).phrases == ("b c",)


def test_words_after_in_belong_to_the_section_up_to_the_next_one() -> None:
    query = parse('redis in:root-cause leak "a pool" in:"action items" alert', DAY)
    assert query.words == "redis"
    assert query.scoped == (
        SectionTerms("root-cause", "leak", ("a pool",)),
        SectionTerms("action items", "alert", ()),
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tag:redis", Text("redis")),
        ('tag:"on sale"', Text("on sale")),
        ("TAG:redis", Text("redis")),
        ("is:Stale", Text("stale")),
        ("pinned:yes", Text("yes")),
        ("used:3", Range(3, 3)),
        ("used:>2", Range(3, None, bound=True)),
        ("used:>=2", Range(2, None, bound=True)),
        ("used:<5", Range(None, 4, bound=True)),
        ("used:1..5", Range(1, 5)),
        ("used:2..", Range(2, None, bound=True)),
        ("date:2025-01", Range(day("2025-01-01"), day("2025-01-31"))),
        ("date:2024", Range(day("2024-01-01"), day("2024-12-31"))),
        ("date:2025-01-05", Range(day("2025-01-05"), day("2025-01-05"))),
        ("date:>2024-06", Range(day("2024-07-01"), None, bound=True)),
        ("date:<2024-06", Range(None, day("2024-05-31"), bound=True)),
        ("date:<=2024-02", Range(None, day("2024-02-29"), bound=True)),
        ("date:2024-06..2024-09", Range(day("2024-06-01"), day("2024-09-30"))),
        ("date:2024-09..2024-06", Range(day("2024-06-01"), day("2024-09-30"))),
        ("last:<90d", Range(day(str(DAY - timedelta(89))), None, bound=True)),
        ("last:<=90d", Range(day(str(DAY - timedelta(90))), None, bound=True)),
        ("last:2w", Range(day(str(DAY - timedelta(13))), None, bound=True)),
        ("last:>1y", Range(None, day(str(DAY - timedelta(366))), bound=True)),
        ("last:never", Text("never")),
    ],
)
def test_each_filter_reads_its_values(text: str, value: object) -> None:
    assert only(text).values == (value,)


def test_a_comma_means_either_and_a_hyphen_the_opposite() -> None:
    assert only('-tag:redis,"on sale"') == Filter("tag", (Text("redis"), Text("on sale")), negated=True)


@pytest.mark.parametrize(
    "text", ["is:broken", "pinned:maybe", "state:gone", "used:many", "used:", "date:2025-13", "date:x..", "last:soon"]
)
def test_what_cannot_be_understood_is_left_out_and_told_in_its_place(text: str) -> None:
    query = parse(f"redis {text}", DAY)
    assert (query.words, query.filters) == ("redis", ())
    (notice,) = query.problems or query.hints
    assert query.text[notice.start : notice.stop] == text
    assert text.split(":")[0] in notice.message


def test_a_filter_without_a_value_yet_is_a_hint_and_no_problem() -> None:
    query = parse("tag:", DAY)
    assert not query.asks
    assert query.problems == ()
    assert "such as tag:redis" in query.hints[0].message


def test_an_unknown_filter_is_a_word_and_the_nearest_is_named() -> None:
    query = parse("tga:redis", DAY)
    assert query.words == "tga:redis"
    assert "tag: is one" in query.hints[0].message
    assert parse("https://example.net 10:30", DAY).hints == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "everything"),
        ("?!", "everything"),
        ("conection pool", 'matches "conection pool"'),
        ('"a b" -c', "the words “a b” · without “c”"),
        ("tag:a tag:b", "tagged a · tagged b"),
        ("tag:a,b -tag:c", "tagged a or b · not tagged c"),
        ("type:fact type:note", "of type fact or note"),
        ("used:>2 used:<9", "used at least 3 times · used at most 8 times"),
        ("used:<0", "used fewer than 0 times"),
        ("used:2..5 -used:..3", "used 2 to 5 times · not used at most 3 times"),
        ("is:open is:stale -is:archived", "with open items · stale · not archived"),
        ("pinned:no", "not pinned"),
        ("date:2025-01", "in 2025-01"),
        ("date:>2024-06", "from 2024-07-01"),
        ("date:2024-06..2024-09", "from 2024-06-01 until 2024-09-30"),
        ("last:<90d last:never", "used in the last 90 days · never used"),
        ("in:root-cause leak", 'matches "leak" in a section called root-cause'),
        ("in:learnings", "with a section called learnings"),
    ],
)
def test_a_query_is_explained_in_one_line(text: str, said: str) -> None:
    assert explain(parse(text, DAY)) == said


def test_synonyms_are_named() -> None:
    known = Synonyms({"cp": ["control plane"]})
    assert explain(parse("k8s drain", DAY), known) == 'matches "k8s drain" · k8s = kubernetes, kube'
    assert explain(parse("load balancer", DAY), known) == 'matches "load balancer" · load balancer = lb'
    assert explain(parse("in:cause cp", DAY), known).startswith("cp = control plane")
    assert explain(parse("drain", DAY), known) == 'matches "drain"'


def test_archived_entries_are_wanted_only_by_name() -> None:
    assert parse("is:archived", DAY).wants_archived
    assert parse("state:full,archived", DAY).wants_archived
    assert not parse("-is:archived tag:archived archived", DAY).wants_archived


@given(any_text)
@example("date:0000-01 date:9999-12-31 date:>9999 date:<0001 last:99999y used:999999999")
@example('-tag:"a,b" in:"" -in:x ""')
def test_any_string_is_parsed_and_explained_on_one_line(text: str) -> None:
    query = parse(text, DAY)
    said = explain(query)
    assert said
    assert "\n" not in said
    assert (said == "everything") == (not query.asks)
    for notice in (*query.problems, *query.hints):
        assert 0 <= notice.start < notice.stop <= len(text)


@given(any_text)
def test_tokens_stand_in_order_and_apart_and_leave_out_only_blanks(text: str) -> None:
    found = list(tokens(text))
    edges = [0, *(edge for token in found for edge in (token.start, token.stop)), len(text)]
    assert edges == sorted(edges)
    assert not "".join(text[stop:start] for stop, start in zip(edges[::2], edges[1::2], strict=True)).strip()
