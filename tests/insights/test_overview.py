"""The whole in figures: each is what the file says, and its query lists exactly what was counted."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.format.edit.archiving import entries_with_items
from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document
from incident_tui.format.read.sections import items
from incident_tui.insights.month_ranges import spans
from incident_tui.insights.overview import TOP, Figure, Overview, Section, each_once, overview
from incident_tui.search.engine import Search
from incident_tui.search.query import parse

from ..days import SAMPLE_DAY

SAMPLE = Path(__file__).parents[2] / "sample_data"
SINCE = (None, date(2026, 10, 25), date(2025, 11, 1), SAMPLE_DAY, date(2020, 3, 15))


def read(live: str | bytes, archive: str | bytes | None = None) -> Contents:
    documents = [
        None if text is None else Document.parse(text.encode() if isinstance(text, str) else text)
        for text in (live, archive)
    ]
    assert documents[0] is not None
    return Contents(documents[0], documents[1], "incidents.md")


def sample() -> Contents:
    return read(*(path.read_bytes() for path in (SAMPLE / "incidents.md", SAMPLE / "archive" / "incidents.md")))


def seen(base: Contents, since: date | None = None) -> Overview:
    return overview(each_once(base), SAMPLE_DAY, since=since, archives=[base.document("archive")])


def figures(whole: Overview) -> list[Figure]:
    return [
        whole.incidents,
        whole.others,
        *(figure for section in whole.sections for figure in section.figures),
        *whole.uncounted,
    ]


def rows_found(query: str) -> list[int]:
    """The entries of the sample that a query finds."""
    search = Search(each_once(sample()))
    return list(search.find(parse(query, SAMPLE_DAY)).rows)


def section(whole: Overview, title: str) -> Section:
    (found,) = [section for section in whole.sections if section.title == title]
    return found


def rows(whole: Overview, title: str) -> list[tuple[str | int, ...]]:
    return [(figure.label, figure.value, *figure.beside) for figure in section(whole, title).figures]


def entry(day: str = "2026-11-01", name: str = "INC-1 one", body: str = "", **metadata: str) -> str:
    lines = "".join(f"- {key}: {value}\n" for key, value in metadata.items())
    return f"## M-{day}T10:00:00Z {name}\n\n{lines}\n{body}\n\n---\n\n"


def assert_each_query_finds_what_was_counted(base: Contents, since: date | None) -> None:
    subjects = each_once(base)
    search = Search(subjects)
    search.finish()
    counted_once = {located.key for located in subjects}
    with_full_texts = entries_with_items(base)
    all_texts = Search(with_full_texts)
    whole = seen(base, since)
    of_items = section(whole, "Action items").figures
    for figure in figures(whole):
        if figure.query is not None:
            query = parse(figure.query, SAMPLE_DAY)
            assert (query.problems, query.hints, query.words) == ((), (), "")
            if figure in of_items:  # a summary's full text is listed in its stead
                keys = {with_full_texts[row].key for row in all_texts.find(query).rows}
                found = {key if key in counted_once else key._replace(location="live") for key in keys}
                assert len(found) == figure.entries == int(figure.beside[1]), figure
            else:
                assert len(search.find(query)) == figure.entries, figure
    for part in whole.sections:
        if part.query is not None:
            assert len(search.find(parse(part.query, SAMPLE_DAY))) == part.total


def test_open_items_stand_in_as_many_entries_as_the_board_lists() -> None:
    board = {located.id for located in entries_with_items(sample()) if any(item.open for item in items(located.entry))}
    (total,) = [figure for figure in section(seen(sample()), "Action items").figures if figure.label == "all"]
    assert (total.entries, total.beside[1]) == (len(board), str(len(board))) == (18, "18")


# The sample, counted by hand


@pytest.mark.parametrize("since", SINCE)
def test_each_query_finds_what_was_counted_in_the_sample(since: date | None) -> None:
    assert_each_query_finds_what_was_counted(sample(), since)


def test_each_figure_of_the_sample_has_a_query_but_what_no_query_can_say() -> None:
    whole = seen(sample())
    assert all(figure.query for part in whole.sections for figure in part.figures)


def test_the_sample_has_25_incidents_and_5_other_entries() -> None:
    whole = seen(sample())
    assert (whole.incidents.value, whole.incidents.query) == (25, "type:incident")
    assert (whole.others.value, whole.others.query) == (5, "type:fact,integration,note,pattern,query")


def test_months_of_the_sample() -> None:
    months = rows(seen(sample()), "Incidents a month")
    assert months[:6] == [
        ("2026-11", 2),
        ("2026-10", 2),
        ("2026-09", 2),
        ("2026-08", 3),
        ("2026-07", 1),
        ("2026-06", 2),
    ]
    assert months[-3:] == [("2025-01", 1), ("2024-12", 0), ("2024-11", 1)]
    assert sum(int(count) for _, count in months) == 25


def test_tags_of_the_sample_with_their_trend() -> None:
    tags = section(seen(sample()), "Tags")
    assert [(tag.label, tag.value, *tag.beside) for tag in tags.figures] == [
        ("kubernetes", 5, "0", "0"),
        ("postgres", 4, "1", "1"),
        ("scanner", 2, "2", "0"),
        ("on-sale", 2, "1", "1"),
        ("deploy", 2, "0", "0"),
        ("identity", 2, "0", "0"),
        ("rate-limit", 2, "0", "1"),
        ("retry", 2, "0", "1"),
        ("search", 2, "0", "0"),
        ("third-party", 2, "0", "1"),
    ]
    assert tags.total == 96


def test_a_tag_has_a_number_for_each_month_or_year_of_the_incidents() -> None:
    tags = section(seen(sample()), "Tags")
    assert (tags.periods[0], tags.periods[-1], len(tags.periods)) == ("2024-11", "2026-11", 25)
    for tag in tags.figures:
        assert (len(tag.series), sum(tag.series)) == (25, tag.value)
        for period, count in zip(tags.periods, tag.series, strict=True):
            assert len(rows_found(f"{tag.query} date:{period}")) == count
    days = {"2019-02-03": "x", "2019-12-31": "x, y", "2024-07-01": "y", "2027-01-01": "x"}
    yearly = section(seen(read("".join(entry(day, day, tags=tags) for day, tags in days.items()))), "Tags")
    assert yearly.periods == ("2019", "2020", "2021", "2022", "2023", "2024")  # what is to come has no bar
    assert {tag.label: tag.series for tag in yearly.figures} == {"x": (2, 0, 0, 0, 0, 0), "y": (1, 0, 0, 0, 0, 1)}
    since = section(seen(sample(), date(2026, 8, 11)), "Tags")
    assert since.periods == ("2026-08", "2026-09", "2026-10", "2026-11")
    assert all(sum(tag.series) == tag.value for tag in since.figures)
    assert section(seen(read("")), "Tags").periods == ()


def test_action_items_of_the_sample_by_age() -> None:
    whole = seen(sample())
    assert rows(whole, "Action items") == [
        ("all", 28, "51", "18"),
        ("0 to 30", 8, "7", "3"),
        ("31 to 90", 5, "7", "3"),
        ("91 to 180", 7, "12", "5"),
        ("181 to 365", 4, "12", "3"),
        ("over 365", 4, "13", "4"),
    ]
    assert [(figure.value, figure.label) for figure in whole.uncounted] == [
        (3, "Action items without a checkbox, done or not"),
    ]


def test_what_helped_most_in_the_sample() -> None:
    helped = section(seen(sample()), "What helped most")
    assert [(figure.label.split(" ")[0], figure.value, *figure.beside, figure.query) for figure in helped.figures] == [
        ("who-blocks-whom", 9, "2026-11-17", "date:2026-10-14"),
        ("escalation-map-and-quiet-hours", 8, "2026-11-23", "date:2026-05-06"),
        ("INC-1998", 7, "2026-05-28", "ref:INC-1998"),
        ("retry-storm-signature", 6, "2026-11-17", "date:2026-07-03"),
        ("PM2026-003", 5, "2026-10-27", "ref:PM2026-003"),
        ("INC-2168", 4, "2026-11-05", "ref:INC-2168"),
        ("INC-2067", 4, "2026-11-02", "ref:INC-2067"),
        ("INC-1969", 4, "2025-11-24", "ref:INC-1969"),
        ("INC-2099", 3, "2026-10-19", "ref:INC-2099"),
        ("INC-2140", 3, "2026-08-02", "ref:INC-2140"),
    ]
    assert (helped.total, helped.query) == (24, "used:>0")


def test_what_is_stale_in_the_sample() -> None:
    assert rows(seen(sample()), "Stale") == [
        ("all", 9),
        ("never used", 3),
        ("last used over a year ago", 0),
        ("with open action items", 5),
    ]


def test_since_a_day_incidents_tags_and_help_count_from_then_on() -> None:
    whole = seen(sample(), date(2026, 10, 25))
    assert (whole.incidents.value, whole.incidents.query) == (3, "date:>=2026-10-25 type:incident")
    assert rows(whole, "Incidents a month") == [("2026-11", 2), ("2026-10-25..2026-10-31", 1)]
    assert {tag for tag, *_ in rows(whole, "Tags")} <= {
        *("orders", "postgres", "connection-pool", "on-sale", "kafka", "notify", "queue", "backlog", "email"),
        *("certificate", "tls", "scanner", "doors", "haproxy"),
    }
    assert section(whole, "What helped most").total == 9
    today = seen(sample())
    for title in ("Action items", "Stale"):
        assert section(whole, title) == section(today, title)


# What is an incident


def test_a_summary_and_its_original_are_one_incident_with_the_summarys_counters() -> None:
    original = entry("2026-03-01", used="1", type="incident", body="- [ ] open\n- [x] done")
    base = read(entry("2026-03-01", "INC-1 one (summarized)", used="4", type="incident"), original)
    whole = seen(base)
    assert whole.incidents.value == 1
    assert rows(whole, "What helped most") == [("INC-1 one", 4, "-")]
    assert rows(whole, "Action items")[0] == ("all", 1, "1", "1")
    assert whole.uncounted == ()


def test_an_entry_whose_move_was_interrupted_counts_once() -> None:
    both = entry("2026-03-01", body="- [ ] open")
    whole = seen(read(both, both))
    assert whole.incidents.value == 1
    assert rows(whole, "Action items")[0] == ("all", 1, "0", "1")


def test_an_entry_of_another_type_is_no_incident_and_one_without_a_type_is() -> None:
    base = read(
        entry(name="INC-1 a", type="incident", tags="x")
        + entry(name="b", tags="x")
        + entry(name="c", type="pattern", tags="x")
        + entry(name="d", type="on, off", tags="x")
    )
    whole = seen(base)
    assert (whole.incidents.value, whole.incidents.query) == (2, '-type:"on, off",pattern')
    assert (whole.others.value, whole.others.query) == (2, 'type:"on, off",pattern')
    assert rows(whole, "Tags") == [("x", 2, "2", "0")]
    assert_each_query_finds_what_was_counted(base, None)


def test_where_all_are_incidents_a_query_is_no_longer_than_it_must_be() -> None:
    whole = seen(read(entry("2026-10-03", tags="redis")))
    assert [figure.query for part in whole.sections[:2] for figure in part.figures] == [
        "date:2026-11",
        "date:2026-10",
        "tag:redis",
    ]


# Tags


def test_tags_that_differ_in_case_or_unicode_form_only_are_one_and_a_tag_given_twice_counts_once() -> None:
    base = read(entry(name="a", tags="Caf\u00e9, cafe\u0301, CAFE\u0301, cafe") + entry(name="b", tags="caf\u00e9"))
    assert [counts for _, *counts in rows(seen(base), "Tags")] == [[2, "2", "0"], [1, "1", "0"]]
    assert_each_query_finds_what_was_counted(base, None)


@pytest.mark.parametrize("tag", ['"redis"', "a\x1b[31m", "\u202eabc", "re\u00addis"])
def test_a_tag_that_no_query_can_say_is_counted_without_one(tag: str) -> None:
    (found,) = section(seen(read(entry(tags=tag))), "Tags").figures
    assert (found.label, found.value, found.query) == (tag, 1, None)


def test_a_tag_that_begins_like_another_lists_only_its_own() -> None:
    base = read(entry(name="a", tags="redis") + entry(name="b", tags="redis-cluster") + entry(name="c", tags="on sale"))
    assert {figure.query for figure in section(seen(base), "Tags").figures} == {
        "tag:redis",
        "tag:redis-cluster",
        'tag:"on sale"',
    }
    assert_each_query_finds_what_was_counted(base, None)


@pytest.mark.parametrize(
    ("written", "trend"),
    [
        ("2026-11-24", ("1", "0")),
        ("2026-08-27", ("1", "0")),
        ("2026-08-26", ("0", "1")),
        ("2026-05-29", ("0", "1")),
        ("2026-05-28", ("0", "0")),
        ("2026-11-25", ("0", "0")),
    ],
)
def test_a_trend_compares_90_days_with_the_90_before(written: str, trend: tuple[str, str]) -> None:
    (tag,) = section(seen(read(entry(written, tags="x"))), "Tags").figures
    assert tag.beside == trend


@pytest.mark.parametrize(
    ("written", "before"),
    [("2026-11-14", "0"), ("2026-11-13", "1"), ("2026-11-03", "1"), ("2026-11-02", "0")],
)
def test_since_a_day_a_trend_compares_with_as_many_days_before(written: str, before: str) -> None:
    base = read(entry(SAMPLE_DAY.isoformat(), "a", tags="x") + entry(written, "b", tags="x"))
    (tag,) = section(seen(base, date(2026, 11, 14)), "Tags").figures
    assert tag.beside == (before,)


def test_so_many_tags_and_entries_are_shown_and_the_number_of_all_is_told() -> None:
    base = read("".join(entry(name=f"INC-{at} x", tags=f"t{at}", used="1") for at in range(TOP + 5)))
    for title in ("Tags", "What helped most"):
        part = section(seen(base), title)
        assert (len(part.figures), part.total) == (TOP, TOP + 5)


# Days


@pytest.mark.parametrize("written", ["2026-02-30", "0000-01-01", "2026-13-01"])
def test_what_has_no_readable_date_is_told_and_can_be_listed(written: str) -> None:
    base = read(entry(written, body="- [ ] open", tags="x") + entry())
    whole = seen(base)
    assert whole.incidents.value == 2
    assert sum(int(count) for _, count in rows(whole, "Incidents a month")) == 1
    assert rows(whole, "Tags") == [("x", 1, "0", "0")]
    assert rows(whole, "Action items")[-1] == ("no date", 1, "0", "1")
    assert [(figure.value, figure.query) for figure in whole.uncounted] == [(1, "-date:>=0001")]
    assert_each_query_finds_what_was_counted(base, None)


def test_since_a_day_what_has_no_date_does_not_count() -> None:
    assert seen(read(entry("2026-02-30")), date(2020, 1, 1)).incidents.value == 0


@pytest.mark.parametrize(
    ("days", "label"),
    [
        *((days, "0 to 30") for days in (-3, 0, 30)),
        *((days, "31 to 90") for days in (31, 90)),
        *((days, "91 to 180") for days in (91, 180)),
        *((days, "181 to 365") for days in (181, 365)),
        *((days, "over 365") for days in (366, 700_000)),
    ],
)
def test_the_age_of_an_action_item_is_that_of_its_entry(days: int, label: str) -> None:
    base = read(entry(date.fromordinal(SAMPLE_DAY.toordinal() - days).isoformat(), body="- [ ] open\n- [X] done"))
    assert rows(seen(base), "Action items") == [("all", 1, "1", "1"), (label, 1, "1", "1")]
    assert_each_query_finds_what_was_counted(base, None)


@pytest.mark.parametrize("since", [None, date(2026, 9, 15), date(2026, 9, 1)])
def test_without_incidents_there_are_no_months(since: date | None) -> None:
    assert spans([], SAMPLE_DAY, since) == []


def months(*days: str, since: str | None = None) -> list[tuple[str, int]]:
    found = [date.fromisoformat(day).toordinal() for day in days]
    return [(span.text, span.total) for span in spans(found, SAMPLE_DAY, date.fromisoformat(since) if since else None)]


def test_months_go_from_today_back_to_the_first_and_empty_ones_are_one_row() -> None:
    assert months("2026-03-31", "2026-08-01", "2026-08-31") == [
        ("2026-09..2026-11", 0),
        ("2026-08", 2),
        ("2026-04..2026-07", 0),
        ("2026-03", 1),
    ]


def test_where_months_reach_back_more_than_three_years_all_rows_are_years() -> None:
    assert months("2026-11-01", "2024-12-01", "2024-11-30", "2024-01-01", "2022-06-01") == [
        ("2026", 1),
        ("2025", 0),
        ("2024", 3),
        ("2023", 0),
        ("2022", 1),
    ]
    assert months("2026-11-01", "2024-12-01")[-1] == ("2024-12", 1)
    base = read(entry("2023-01-01", "INC-1 a", type="incident") + entry("2026-11-01", "INC-2 b", type="incident"))
    assert section(seen(base), "Incidents a year").columns == ("Year", "Incidents")


def test_severity_and_services_are_counted_where_entries_have_them() -> None:
    base = read(
        entry(name="INC-1 a", severity="SEV1", services="api, checkout")
        + entry(name="INC-2 b", severity="sev1", service="api")
        + entry(name="INC-3 c")
    )
    whole = seen(base)
    assert rows(whole, "Severity") == [("SEV1", 2)]
    assert rows(whole, "Services") == [("api", 2), ("checkout", 1)]
    assert_each_query_finds_what_was_counted(base, None)


def test_months_of_the_future_are_told_too_and_hide_no_month_of_the_past() -> None:
    assert months("2026-10-05", "2027-02-01") == [
        ("2027-02", 1),
        ("2026-11..2027-01", 0),
        ("2026-10", 1),
    ]
    assert months("9999-12-31", "2026-10-05")[-1] == ("2026-10", 1)
    assert months("0001-01-01", "2026-11-05")[-1] == ("0001", 1)


@pytest.mark.parametrize(
    ("since", "last"),
    [
        ("2026-10-10", ("2026-10-10..2026-10-31", 1)),
        ("2026-10-01", ("2026-10", 1)),
        ("2026-06-15", ("2026-06-15..2026-09-30", 0)),
        ("2021-05-15", ("2021-05-15..2026-09-30", 0)),
        ("2020-02-01", ("2020-02..2026-09", 0)),
    ],
)
def test_months_begin_on_the_day_that_was_asked_for(since: str, last: tuple[str, int]) -> None:
    assert months("2026-10-20", since=since)[-1] == last


# What helped, and what is stale


def test_who_shares_a_day_is_told_apart_by_use_and_who_shares_all_is_listed_together() -> None:
    base = read(
        entry(name="a", used="3")
        + entry(name="b", used="2")
        + entry(name="INC-1 c", used="1")
        + entry(name="INC-12 d", used="1")
        + entry("2026-11-02", name="INC-1 e", used="1")
    )
    found = [(figure.label, figure.entries, figure.query) for figure in section(seen(base), "What helped most").figures]
    assert found == [
        ("a", 1, "date:2026-11-01 used:3"),
        ("b", 1, "date:2026-11-01 used:2"),
        ("INC-1 e", 1, "date:2026-11-02"),
        ("INC-1 c", 2, "date:2026-11-01 used:1"),
        ("INC-12 d", 1, "ref:INC-12"),
    ]
    assert_each_query_finds_what_was_counted(base, None)


def test_what_is_pinned_or_archived_or_was_used_or_made_lately_is_not_stale() -> None:
    old = "2025-01-01"
    base = read(
        entry(old, "INC-1 a", last_used="2025-02-01", used="1", body="- [ ] open")
        + entry(old, "INC-2 b", pinned="true")
        + entry(old, "INC-3 c", last_used="2026-08-26", used="1")
        + entry("2026-08-26", "INC-4 d")
        + entry("2026-08-25", "INC-5 e", used="0"),
        entry(old, "INC-6 f"),
    )
    assert rows(seen(base), "Stale") == [
        ("all", 2),
        ("never used", 1),
        ("last used over a year ago", 1),
        ("with open action items", 1),
    ]
    assert_each_query_finds_what_was_counted(base, None)


def test_nothing_at_all_has_no_figures() -> None:
    whole = seen(read(""))
    assert (whole.incidents.value, whole.others.value, whole.uncounted) == (0, 0, ())
    assert all(part.figures == () and part.total == 0 for part in whole.sections)


# Anything that a file may hold

words = st.sampled_from(
    ["redis", "Redis", "on sale", '"quoted"', "a:b", "-x", "數據", "é", "x y", "`", "|", "\\", "“c”"]
)
days = st.sampled_from(
    [
        *("2026-11-24", "2026-11-20", "2026-10-25", "2026-08-26", "2026-08-27", "2025-11-24", "2024-11-30"),
        *("2020-01-01", "2026-02-30", "0001-01-01", "9999-12-31", "2027-01-01"),
    ]
)
names = st.sampled_from(["INC-1 one", "INC-12 two", "INC-1 one (summarized)", "three", "", "INC-1-2 x | y"])
bodies = st.lists(
    st.sampled_from(["- [ ] open", "  - [x] done", "**Action Items**", "- no box", "```", "1. [ ] one", "text"]),
    max_size=6,
)
types = st.sampled_from([None, "incident", "Incident", "pattern", "a, b", '"fact"', "query"])


@st.composite
def made(draw: st.DrawFn) -> str:
    metadata = {
        "tags": ", ".join(draw(st.lists(words, max_size=3))),
        "pinned": draw(st.sampled_from(["true", "false"])),
    }
    if (kind := draw(types)) is not None:
        metadata["type"] = kind
    if draw(st.booleans()):
        metadata |= {"used": str(draw(st.integers(0, 3))), "last_used": draw(days)}
    return entry(draw(days), draw(names), "\n".join(draw(bodies)), **metadata)


@pytest.mark.slow
@given(st.lists(made(), max_size=7), st.lists(made(), max_size=4), st.sampled_from(SINCE))
def test_each_query_finds_what_was_counted(live: list[str], archive: list[str], since: date | None) -> None:
    base = read("".join(live), "".join(archive + live[:1]) if archive else None)
    assert_each_query_finds_what_was_counted(base, since)
    whole = seen(base, since)
    months = whole.sections[0].figures
    incidents = [one.entry for one in each_once(base) if (one.entry.type or "incident").lower() == "incident"]
    dated = [one.day for one in incidents if one.day is not None]
    assert sum(figure.value for figure in months) == sum(since is None or day >= since for day in dated)
    items = section(whole, "Action items").figures
    assert sum(figure.value for figure in items[1:]) == (items[0].value if items else 0)


def test_items_of_an_original_are_looked_for_in_the_archive_of_its_own_file() -> None:
    heading = "## M-2026-01-05T16:00:00Z INC-1 flaky"
    summary = f"{heading} (summarized)\n\n**Summary**\n\nIt was.\n"
    both = [read(summary, f"{heading}\n\n- [ ] mend it\n"), read(summary, "")]
    whole = overview(each_once(*both), SAMPLE_DAY, archives=[base.document("archive") for base in both])
    assert rows(whole, "Action items")[0] == ("all", 1, "0", "1")
