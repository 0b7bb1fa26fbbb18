"""The search as the browser and the command line use it: filters, bodies, evidence, completion, relatives."""

import gc
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from weakref import ref

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import STALE_DAYS
from incident_tui.format.model.located import LocatedEntry, located_entries
from incident_tui.format.read.sections import items
from incident_tui.search.engine import Search
from incident_tui.search.filters import FILTERS
from incident_tui.search.query import parse
from incident_tui.search.synonyms import Synonyms

from ..days import SAMPLE_DAY

FILE = b"""\
## M-2026-11-20T10:00:00Z INC-4 orders-pool-exhausted

- type: incident
- tags: orders, postgres, on-sale
- used: 3
- last_used: 2026-11-21
- pinned: true

**Summary**

Checkouts failed while the HikariCP pool was empty.

**Root Cause**

A network call inside a transaction; no leak at all was found in the goroutines.

**Action Items**

- [ ] page on pending connections
- [x] lint rule

## M-2026-10-02T10:00:00Z INC-3 redis-split-brain (summarized)

- type: incident
- tags: redis, sentinel
- used: 1
- last_used: 2026-10-03

**Summary**

Two masters. The pool of seats was sold twice.

**Key Learning**

A lease is a hint, says [the paper](https://example.net).

## M-2025-12-15T10:00:00Z INC-2 auth-redis-failover

- type: incident
- tags: redis, auth
- used: 0

**Timeline**

- 10:00 a memory leak in the sentinels' script, see INC-4
- 10:05 goroutines pile up

```
- [ ] this is an example, not an item
```

## M-2024-01-05T10:00:00Z who-blocks-whom

- type: query
- tags: postgres

**Usage Notes**

Sessions are idle in
transaction. Gr\xc3\xbc\xc3\x9fe \xff
"""
ARCHIVED = (
    b"## M-2026-10-02T10:00:00Z INC-3 redis-split-brain\n\n- type: incident\n\n**Root Cause**\n\nquorum was lost\n"
)


def subjects(data: bytes = FILE, archive: bytes = ARCHIVED) -> list[LocatedEntry]:
    live = located_entries(Document.parse(data))
    return live + located_entries(Document.parse(archive), "archive")


def ready(
    held: list[LocatedEntry] | None = None, *, stale_days: int = STALE_DAYS, synonyms: Synonyms | None = None
) -> Search:
    search = Search(subjects() if held is None else held, stale_days=stale_days, synonyms=synonyms)
    search.finish()
    return search


SEARCH = ready()
ORDERS, SUMMARY, AUTH, BLOCKS, ORIGINAL = range(5)


def rows(text: str, search: Search = SEARCH) -> list[int]:
    return list(search.find(parse(text, SAMPLE_DAY)).rows)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tag:redis", {SUMMARY, AUTH}),
        ("tag:red", {SUMMARY, AUTH}),
        ("tag:redis tag:auth", {AUTH}),
        ("tag:auth,sentinel", {SUMMARY, AUTH}),
        ("tag:redis -tag:auth", {SUMMARY}),
        ("pinned:yes", {ORDERS}),
        ("is:pinned", {ORDERS}),
        ("pinned:no", {SUMMARY, AUTH, BLOCKS, ORIGINAL}),
        ("is:summarized", {SUMMARY}),
        ("state:full", {ORDERS, AUTH, BLOCKS}),
        ("is:archived", {ORIGINAL}),
        ("-is:archived", {ORDERS, SUMMARY, AUTH, BLOCKS}),
        ("is:open", {ORDERS}),
        ("is:stale", {AUTH, BLOCKS}),
        ("type:query", {BLOCKS}),
        ("type:query type:incident", {ORDERS, SUMMARY, AUTH, BLOCKS, ORIGINAL}),
        ("used:>0", {ORDERS, SUMMARY}),
        ("used:>0 used:<3", {SUMMARY}),
        ("used:1 used:3", {ORDERS, SUMMARY}),
        ("date:2026-10", {SUMMARY, ORIGINAL}),
        ("date:>2025 date:<2026-11", {SUMMARY, ORIGINAL}),
        ("date:2024 date:2025", {AUTH, BLOCKS}),
        ("last:<7d", {ORDERS}),
        ("last:>30d", {SUMMARY}),
        ("last:never", {AUTH, BLOCKS, ORIGINAL}),
        ("ref:inc-3", {SUMMARY, ORIGINAL}),
        ('"idle in transaction"', {BLOCKS}),
        ('"transaction idle"', set()),
        ('"split brain"', {SUMMARY, ORIGINAL}),
        ("-redis", {ORDERS, BLOCKS}),
        ('redis -"two masters"', {AUTH, ORIGINAL}),
        ("-goroutines", {SUMMARY, BLOCKS, ORIGINAL}),
        ("in:root-cause leak", {ORDERS}),
        ("in:timeline leek", {AUTH}),
        ("in:learn lease", {SUMMARY}),
        ("in:learn", {SUMMARY}),
        ('in:summary "pool of seats"', {SUMMARY}),
        ("in:root-cause masters", set()),
        ("goroutines", {ORDERS, AUTH}),
        ("gorotines", {ORDERS, AUTH}),
        ("gruße", {BLOCKS}),
        ("quorum", {ORIGINAL}),
        ("INC-4", {ORDERS}),
        ("inc 4", {ORDERS}),
        ('"INC-4"', {ORDERS, AUTH}),
        ("inc", {ORDERS, SUMMARY, AUTH, ORIGINAL}),
        ("pg", {ORDERS, BLOCKS}),
        ("postgresql", {ORDERS, BLOCKS}),
    ],
)
def test_exactly_the_entries_that_are_meant_are_found(text: str, found: set[int]) -> None:
    assert set(rows(text)) == found


def test_nothing_asked_lists_all_in_the_order_given() -> None:
    assert rows("") == rows("?!") == [0, 1, 2, 3, 4]
    assert rows("-kafka tag:redis,postgres") == [0, 1, 2, 3]


def test_a_heading_comes_before_a_tag_and_that_before_a_telling_section_and_that_before_the_rest() -> None:
    data = b"".join(
        b"## M-2026-01-0%dT00:00:00Z %s\n\n- tags: %s\n\n**%s**\n\n%s\n\n" % (day, *parts)
        for day, parts in enumerate(
            [
                (b"quorum lost", b"x", b"Summary", b"a"),
                (b"b", b"quorum", b"Summary", b"b"),
                (b"c", b"x", b"Root Cause", b"quorum"),
                (b"d", b"x", b"Timeline", b"quorum"),
                (b"e", b"x", b"Timeline", b"quorums"),
                (b"f", b"x", b"Timeline", b"querum"),
            ],
            1,
        )
    )
    search = ready(subjects(data, b""))
    assert rows("quorum", search) == [0, 1, 2, 3, 4]
    assert set(rows("qurum", search)[:2]) == {0, 1}
    assert set(rows("qurum", search)) >= {2, 3, 5}


def test_stop_words_and_one_word_too_many_do_not_hide_the_incident() -> None:
    assert rows("that redis thing with the sentinal, winter")[0] in (AUTH, SUMMARY)
    assert rows("the redis failover from december")[0] == AUTH
    assert rows("redis brain zzzz")[0] in (SUMMARY, ORIGINAL)
    assert rows("redis zzzz qqqq") == []


def test_a_month_a_season_and_a_year_say_when() -> None:
    assert rows("redis october")[0] in (SUMMARY, ORIGINAL)
    assert rows("redis winter")[0] == AUTH
    assert rows("redis 2025")[0] == AUTH


def test_stale_days_are_a_parameter() -> None:
    assert rows("is:stale", ready(stale_days=10)) == [SUMMARY, AUTH, BLOCKS, ORIGINAL]


def test_titles_are_found_at_once_and_bodies_as_they_are_indexed() -> None:
    search = Search(subjects())
    assert search.progress == 0
    assert rows("failover", search) == [AUTH]
    assert rows("quorum", search) == []
    seen = [search.progress]
    while search.step(0):
        seen.append(search.progress)
    assert seen == sorted(set(seen))
    assert search.progress == 1
    assert rows("quorum", search) == [ORIGINAL]
    assert search.step() is False


def test_who_asks_goes_before_a_thread_that_indexes() -> None:
    body = b"**Summary**\n\n" + b" ".join(b"w%x" % number for number in range(3_000)) + b"\n"
    data = b"".join(b"## M-2026-01-01T00:00:00Z INC-%d redis\n\n%s\n" % (number, body) for number in range(200))
    search = Search(subjects(data, b""))
    thread = Thread(target=search.finish)
    thread.start()
    waits = []
    while search.progress < 1:
        start = perf_counter()
        rows("redis", search)
        waits.append(perf_counter() - start)
        sleep(0.005)
    thread.join()
    assert len(waits) > 3
    assert sorted(waits)[len(waits) // 2] < 0.1


def test_a_search_that_was_taken_over_has_no_more_steps() -> None:
    old = Search(subjects())
    old.step(0)
    new = Search(subjects(), before=old)
    assert old.step() is False
    new.finish()
    assert set(rows("goroutines", new)) == {ORDERS, AUTH}


def test_hits_say_whether_there_may_be_more() -> None:
    search = Search(subjects())
    assert not search.find(parse("redis", SAMPLE_DAY)).complete
    search.finish()
    assert search.find(parse("redis", SAMPLE_DAY)).complete
    assert Search([]).find(parse("redis", SAMPLE_DAY)).complete


def test_hits_are_a_sequence_of_rows_with_falling_scores() -> None:
    hits = SEARCH.find(parse("redis sentinels", SAMPLE_DAY))
    assert [hit.row for hit in hits] == list(hits.rows) == [hits[at].row for at in range(len(hits))]
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True) == [hits.score(at) for at in range(len(hits))]
    assert hits[-1] == list(hits)[-1]
    assert hits[:1] == [hits[0]]


def test_an_edit_keeps_the_bodies_that_are_the_same() -> None:
    before = ready()
    after = Search(subjects(FILE.replace(b"pinned: true", b"pinned: false")), before=before)
    assert after.progress == 1
    assert rows("goroutines", after) == rows("goroutines")
    assert rows("is:pinned", after) == []


def test_a_body_that_changed_is_searched_anew_even_if_it_is_as_long() -> None:
    after = Search(subjects(FILE.replace(b"goroutines pile", b"processes_ pile")), before=ready())
    after.finish()
    assert rows("processes", after) == [AUTH]
    assert rows("goroutines", after) == [ORDERS]


def test_entries_may_come_and_go() -> None:
    search = ready()
    gone = subjects()[1:]
    search = Search(gone, before=search)
    search.finish()
    assert rows("goroutines", search) == [AUTH - 1]
    search = Search(subjects(), before=search)
    search.finish()
    assert set(rows("goroutines", search)) == {ORDERS, AUTH}


def test_what_is_related_does_not_depend_on_entries_that_came_and_went() -> None:
    sample = [Path(__file__).parents[2] / "sample_data" / name for name in ("incidents.md", "archive/incidents.md")]
    everything = subjects(*(path.read_bytes() for path in sample))
    fresh, search = ready(everything), ready(everything)
    for listed in (everything[:8], everything):
        search = Search(listed, before=search)
        search.finish()
    for row in range(len(everything)):
        assert list(search.related(row)) == list(fresh.related(row))


def test_evidence_names_the_parts_and_shows_the_best_line_of_the_body() -> None:
    query = parse("redis gorotines", SAMPLE_DAY)
    evidence = SEARCH.evidence(query, AUTH)
    assert evidence.parts == ("title", "tags", "body")
    assert evidence.line is not None
    assert (evidence.line.text, evidence.line.section) == ("- 10:05 goroutines pile up", "Timeline")
    assert [evidence.line.text[start:stop] for start, stop in evidence.line.spans] == ["goro", "tines"]
    assert FILE[evidence.line.offset :].startswith(b"- 10:05")


def test_no_line_is_shown_where_the_heading_says_it_all() -> None:
    assert SEARCH.evidence(parse("redis failover", SAMPLE_DAY), AUTH).line is None
    assert SEARCH.evidence(parse("INC-2", SAMPLE_DAY), AUTH).parts == ("ref",)
    assert SEARCH.evidence(parse("", SAMPLE_DAY), AUTH) == ((), None, ())


def test_a_line_is_shown_all_the_same_where_one_is_wanted() -> None:
    line = SEARCH.evidence(parse("sentinel", SAMPLE_DAY), AUTH, always=True).line
    assert line is not None
    assert "sentinels" in line.text
    assert SEARCH.evidence(parse("auth", SAMPLE_DAY), AUTH, always=True).line is None


def test_tags_that_have_what_the_title_has_not_are_named() -> None:
    assert SEARCH.evidence(parse("sentinel", SAMPLE_DAY), SUMMARY).tags == ("sentinel",)
    assert SEARCH.evidence(parse("redis", SAMPLE_DAY), SUMMARY).tags == ()
    assert SEARCH.evidence(parse("pg", SAMPLE_DAY), BLOCKS).tags == ("postgres",)


def entries_of(*texts: str) -> Search:
    """The entries of these titles, tags and bodies (`title | tags | body`), the first one the newest."""
    parts = [[part.strip() for part in text.split("|")] for text in texts]
    data = "".join(
        f"## M-2026-01-{28 - number:02}T00:00:00Z {title}\n\n- tags: {tags}\n\n**Timeline**\n\n{body}\n\n"
        for number, (title, tags, body) in enumerate(parts)
    )
    return ready(subjects(data.encode(), b""))


@pytest.mark.parametrize("query", ["CDN", "cdn", "Cdn"])
def test_a_short_word_is_neither_a_typo_nor_a_part_of_a_word(query: str) -> None:
    search = entries_of("it can fail | x | can", "condone | y | acdnb", "edge | cdn | z", "cdns down | q | z")
    assert rows(query, search) == [2, 3]
    assert rows(query, entries_of("it can fail | x | can")) == []


def test_capitals_are_found_as_typed_or_as_a_beginning_with_the_word_itself_first() -> None:
    search = entries_of("process | x | y", "reprise | x | y", "other | x | the PR of Monday", "a | x | process")
    assert rows("PR", search) == [2, 0]
    search = entries_of("kafak | x | y", "kafkas | x | y", "mirrorkafka | x | kafka")
    assert rows("KAFKA", search) == [2, 1]
    assert set(rows("kafka", search)) == {1, 2}, "a typo is taken only where no entry has the word"
    assert rows("kafka", entries_of("kafak | x | y", "b | x | y")) == [0]


def test_beside_another_word_a_short_one_may_be_mistyped_where_nothing_holds_it() -> None:
    search = entries_of("node pool | x | y", "queue pool | x | y")
    assert rows("nde pool", search)[0] == 0
    assert rows("nde", search) == []
    assert 0 not in rows("NDE", search)


@pytest.mark.parametrize(
    ("apart", "together"),
    [
        ("pool of the connection | x | y", "connection pool | x | y"),
        ("a | connection, pool | y", "b | connection-pool | y"),
        ("a | x | a pool. The connection", "b | x | the connection\npool was"),
        ("connection | x | a pool", "b | x | a `connection` pool was"),
        ("a | x | pool, connection, empty", "b | x | The connection pool: emptying"),
    ],
)
def test_words_one_after_the_other_come_before_scattered_ones(apart: str, together: str) -> None:
    query = "connection pool empty" if "empty" in apart else "connection pool"
    assert rows(query, entries_of(apart, together))[0] == 1
    assert rows(query, entries_of(together, apart))[0] == 0


def test_three_words_together_in_a_body_come_before_three_scattered_in_a_title() -> None:
    search = entries_of("empty was each pool of connection | x | y", "b | x | connection pool empty")
    assert rows("connection pool empty", search) == [1, 0]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("k8s", "a | kubernetes | y"),
        ("kubernetes", "k8s-drain | x | y"),
        ("lb", "a | x | two load balancers were"),
        ("load balancer", "a | x | the LB was"),
        ("databases", "db-down | x | y"),
        ("certs", "a | certificate | y"),
    ],
)
def test_a_short_form_finds_the_long_one_and_the_other_way_round(query: str, text: str) -> None:
    search = entries_of("other | x | y", text)
    assert rows(query, search) == [1]
    evidence = search.evidence(parse(query, SAMPLE_DAY), 1)
    assert evidence.parts
    assert evidence.line is None or evidence.line.spans


def test_an_exact_word_comes_before_a_synonym_wherever_it_stands() -> None:
    search = entries_of("kubernetes | kubernetes | kubernetes", "a | x | on k8s")
    assert rows("k8s", search) == [1, 0]


def test_synonyms_can_be_added() -> None:
    held = subjects(b"## M-2026-01-01T00:00:00Z box-office\n\ntext\n", b"")
    assert rows("bo", ready(held)) == [0]  # the beginning of `box`
    assert rows("kasse", ready(held)) == []
    assert rows("kasse", ready(held, synonyms=Synonyms({"kasse": ["box office"]}))) == [0]


def test_the_strongest_matches_of_a_text_are_marked() -> None:
    lines = ["a process", "the PR here", "pr-1"]
    query = parse("PR", SAMPLE_DAY)
    assert SEARCH.spans_of_lines(query, lines) == [[], [(4, 6)], [(0, 2)]]
    assert SEARCH.spans_of_lines(query, lines[:1]) == [[(2, 4)]]
    query = parse("conection", SAMPLE_DAY)
    assert SEARCH.spans_of_lines(query, ["a connection", "the conection"]) == [[], [(4, 13)]]


def test_the_line_of_a_phrase_and_of_a_section_is_the_one_asked_for() -> None:
    line = SEARCH.evidence(parse('"memory leak"', SAMPLE_DAY), AUTH).line
    assert line is not None
    assert "memory leak" in line.text
    line = SEARCH.evidence(parse("in:root-cause leak", SAMPLE_DAY), ORDERS).line
    assert line is not None
    assert line.section == "Root Cause"


def test_a_long_line_is_cut_around_its_first_match() -> None:
    data = b"## M-2026-01-01T00:00:00Z a\n\n**Summary**\n\n" + b"word " * 200 + b"quorum" + b" word" * 200
    line = ready(subjects(data, b"")).evidence(parse("quorum", SAMPLE_DAY), 0).line
    assert line is not None
    text, spans = line.around(40)
    assert len(text) == 40
    assert [text[start:stop] for start, stop in spans] == ["quorum"]
    assert text[0] == text[-1] == "…"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("tag:", [("postgres", 2), ("redis", 2), ("orders", 1), ("on-sale", 1), ("sentinel", 1), ("auth", 1)]),
        ("tag:re", [("redis", 2)]),
        ("tag:sale", [("on-sale", 1)]),
        ("type:incident tag:p", [("postgres", 1)]),
        ("tag:redis,au", [("auth", 1)]),
        ("-tag:au", [("auth", 1)]),
        ("is:", [("summarized", 1), ("archived", 1), ("stale", 2), ("open", 1), ("pinned", 1)]),
        ("state:f", [("full", 3)]),
        ("pinned:", [("yes", 1), ("no", 4)]),
        ("type:", [("incident", 4), ("query", 1)]),
        ("date:", [("2026", 3), ("2025", 1), ("2024", 1)]),
        ("date:2026", [("2026-11", 1), ("2026-10", 2)]),
        ("date:>2025", [(">2025-12", 1)]),
        ("date:2024..20", [("2024..2026", 3), ("2024..2025", 1), ("2024..2024", 1)]),
        ("last:n", [("never", 3)]),
        ("in:ro", [('"Root Cause"', 2)]),
        ("ta", [("tag:", None)]),
        ("redis -st", [("state:", None), ("status:", None)]),
        ("t", []),
        ("redis", []),
        ('"ta', []),
    ],
)
def test_the_cursor_is_offered_what_the_listed_entries_have(text: str, offered: list[tuple[str, int | None]]) -> None:
    found = SEARCH.complete(text, len(text), SAMPLE_DAY)
    assert [(one.text, one.count) for one in found] == offered


def test_a_completion_replaces_what_was_typed_and_nothing_else() -> None:
    (one,) = SEARCH.complete("pool tag:red is:open", 12, SAMPLE_DAY) or SEARCH.complete("tag:red", 7, SAMPLE_DAY)
    text = "tag:red"
    assert text[: one.start] + one.text + text[one.stop :] == "tag:redis"


def test_related_entries_share_rare_words_and_tags_and_are_not_the_entry_itself() -> None:
    near = [hit.row for hit in SEARCH.related(SUMMARY)]
    assert AUTH in near
    assert not {SUMMARY, ORIGINAL} & set(near)
    assert len(SEARCH.related(SUMMARY, limit=0)) == 0


def test_nothing_is_related_to_an_entry_that_shares_no_word() -> None:
    data = FILE + b"\n## M-2020-01-01T00:00:00Z zzz\n\nxylophone\n"
    search = ready(subjects(data, b""))
    assert search.related(4) == []


def test_an_alert_is_matched_to_the_incident_that_it_is_about() -> None:
    alert = "ERROR HikariCP - pool empty, checkouts failed after 5000 ms"
    first = SEARCH.match(alert)[0]
    assert first.row == ORDERS
    assert {"hikaricp", "checkouts"} <= set(first.words)
    assert 0 < first.score <= 1
    assert SEARCH.match(alert.encode()) == SEARCH.match(alert)
    assert SEARCH.match(alert, limit=1) == [first]
    assert SEARCH.match("") == SEARCH.match("zzzz qqqq") == []


def test_a_megabyte_of_log_is_matched_in_a_moment() -> None:
    line = "2026-11-24T03:11:12Z INFO GET /x 200 %x\n"
    log = "".join(line % (number * 7919) for number in range(25_000)) + "HikariCP pool was empty, checkouts failed\n"
    start = perf_counter()
    assert SEARCH.match(log)[0].row == ORDERS
    assert perf_counter() - start < 5


any_text = st.text(st.characters(exclude_categories=()), max_size=40) | st.lists(
    st.sampled_from([*(f"{name}:" for name in FILTERS), "-", '"', " ", ",", ">", "2025", "9d", "redis", "gorot", "é"]),
    max_size=10,
).map("".join)


@given(any_text, st.integers(-3, 60))
@example("LA:0", 2)
def test_any_string_is_answered_completed_marked_and_matched(text: str, cursor: int) -> None:
    query = parse(text, SAMPLE_DAY)
    hits = SEARCH.find(query)
    assert len(set(hits.rows)) == len(hits)
    assert set(hits.rows) <= set(range(5))
    assert query.asks or list(hits.rows) == [0, 1, 2, 3, 4]
    for hit in hits:
        evidence = SEARCH.evidence(query, hit.row)
        if evidence.line is not None:
            assert all(0 <= a < b <= len(evidence.line.text) for a, b in evidence.line.spans)
            shown, spans = evidence.line.around(20)
            assert len(shown) <= 20
            assert all(0 <= a < b <= len(shown) for a, b in spans)
    for one in SEARCH.complete(text, cursor, SAMPLE_DAY):
        assert 0 <= one.start <= one.stop <= len(text)
        assert not parse(text[: one.start] + one.text, SAMPLE_DAY).problems or query.problems
    assert all(0 < match.score <= 1 for match in SEARCH.match(text))


body_lines = st.sampled_from(
    [
        "**Summary**",
        "## Root Cause",
        "redis quorum",
        "- [ ] item",
        "  1. [ ] item",
        "[ ] none",
        "```",
        "~~~",
        "",
        "é\ud800",
    ]
)


@given(st.lists(st.lists(body_lines, max_size=8), max_size=4))
def test_any_bodies_are_indexed_and_open_items_are_those_of_the_format(bodies: list[list[str]]) -> None:
    text = "\n\n".join(
        "\n".join([f"## M-2026-01-0{day}T00:00:00Z x", "", "- type: incident", "", *lines])
        for day, lines in enumerate(bodies, 1)
    )
    held = subjects(text.encode("utf-8", "surrogatepass"), b"")
    search = ready(held)
    truly = [row for row, one in enumerate(held) if any(item.open for item in items(one.entry))]
    assert sorted(rows("is:open", search)) == truly
    holding = {row for row, one in enumerate(held) if "quorum" in one.entry.text}
    assert set(rows('"redis quorum"', search)) == holding


@pytest.mark.parametrize("steps", [0, 1, 1000])
def test_a_search_that_is_replaced_goes_with_its_last_reference(steps: int) -> None:
    """However far its bodies are indexed. The collector is off while a key is answered, so cycles would pile up."""
    gc.collect()
    gc.disable()
    try:
        first = Search(subjects())
        first.find(parse("pool orders ref:INC", SAMPLE_DAY))
        for _ in range(steps):
            first.step(0)
        second = Search(subjects(), before=first)
        gone = ref(first._index), ref(first._places), ref(first._collection)
        del first
        assert [each() for each in gone] == [None] * 3
        assert second.table
    finally:
        gc.enable()


def test_of_a_long_sentence_those_that_match_the_most_of_it_are_weak_and_other_words_are_named() -> None:
    hits = SEARCH.find(parse("the day when seats were sold because zzzz and qqqq broke the sentinel", SAMPLE_DAY))
    assert hits.weak
    assert hits.rows[0] == SUMMARY
    assert hits.unmatched == ("day", "zzzz", "qqqq", "broke")
    assert rows("day seats sold zzzz qqqq broke -kafka tag:auth") == [], "filters hold all the same"
    near = SEARCH.find(parse("the seats sold twice zzzz", SAMPLE_DAY))
    assert (near.rows[0], near.weak, near.unmatched) == (SUMMARY, False, ())


def test_a_typo_is_not_taken_where_any_entry_has_the_word_in_its_heading_or_body() -> None:
    search = entries_of("registry | registry | the register", "a | redis | x", "b | y | z")
    assert rows("redis", search) == [1]
    assert set(rows("reris", search)) == {0, 1}
    assert rows("redis", entries_of("registry | registry | x", "b | y | redis")) == [1]
    assert rows("redis", entries_of("b | redis | y", "c | z | the regis")) == [0]
    assert set(rows("redis boom", search)) == {1}


@pytest.mark.parametrize("query", ["NOPE-1", "AUTH-5", "REDIS-7", "inc 9999", "INC-5", "INC-33"])
def test_a_reference_that_no_entry_has_finds_nothing_and_beside_words_is_weak(query: str) -> None:
    assert rows(query) == []
    beside = SEARCH.find(parse(f"{query} pool", SAMPLE_DAY))
    assert set(beside.rows) == {ORDERS, SUMMARY}
    assert beside.weak


def test_a_reference_of_another_tracker_is_found_as_it_stands_and_without_its_sign() -> None:
    body = b"## M-2026-01-0%dT00:00:00Z disk-full\n\n- type: incident\n\n%s\n\n"
    texts = [b"see JIRA-41", b"see jira41", b"4 jira issues, 41 pods", b"see JIRA-42"]
    search = ready(subjects(b"".join(body % (9 - at, text) for at, text in enumerate(texts)), b""))
    assert set(rows("JIRA-41", search)) == {0, 1}
    assert set(rows("JIRA-4", search)) == {0, 1, 3}, "an unfinished one finds all that begin so"
    assert not search.find(parse("JIRA-41 disk", SAMPLE_DAY)).weak


def test_a_word_in_camel_case_is_found_where_its_parts_stand_apart() -> None:
    search = entries_of("a | x | pods were OOM-killed", "crash loop back off | x | y", "b | x | killed, then an OOM")
    assert rows("OOMKilled", search) == [0]
    assert rows("CrashLoopBackOff", search) == [1]
    assert rows("pods OOMKilled", search)[0] == 0
    line = search.evidence(parse("OOMKilled", SAMPLE_DAY), 0).line
    assert line is not None
    assert line.text == "pods were OOM-killed"


def test_two_words_written_as_one_are_found_where_they_stand_side_by_side() -> None:
    search = entries_of("a | split-brain | x", "the brain | y | will split", "b | x | a split brain", "c | x | y")
    assert rows("splitbrain", search) == [0, 2]
    assert set(rows("splitbrain x", search)) == {0, 2}
    assert rows("splitbrain", entries_of("a | split-brain | x", "splitbrain | x | y"))[0] == 1
