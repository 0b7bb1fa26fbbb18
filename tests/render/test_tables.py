"""Tables in columns, tables as records, and broken ones."""

from .conftest import Lines

QUERY = "`['orders-logs'] \\| where message has_cs \"connection pool\" \\| summarize count()`"
QUERIES = f"""
| Finding | Query | Link |
|---------|-------|------|
| Pool exhaustion | {QUERY} | [Open](https://example.org/q) |
| Rate | `rate(http_errors[5m])` | |
"""


def test_a_table_that_fits_is_columns(lines: Lines) -> None:
    text = "| Name | Mid | Count |\n|:--|:-:|--:|\n| a | b | 1 |\n| long name | c | 1000 |"
    assert lines(text) == [
        "Name       Mid  Count",
        "─────────  ───  ─────",
        "a           b       1",
        "long name   c    1000",
    ]
    assert lines(text, ascii_only=True)[1] == "---------  ---  -----"


def test_an_escaped_pipe_in_a_code_cell_is_a_pipe(lines: Lines) -> None:
    assert lines("| Q |\n|---|\n| `a \\| b` |")[2] == "a | b"


def test_a_wide_table_becomes_records_with_the_query_whole_on_its_own_lines(lines: Lines) -> None:
    assert lines(QUERIES, 55, hyperlinks=True) == [
        "Finding  Pool exhaustion",
        "Query",
        "  ['orders-logs'] | where message has_cs \"connection",
        '  pool" | summarize count()',
        "Link     Open",
        "",
        "Finding  Rate",
        "Query    rate(http_errors[5m])",
        "Link",
    ]


def test_a_wide_table_loses_nothing_at_any_width(lines: Lines) -> None:
    for width in (14, 20, 40, 80, 200):
        shown = "".join("".join(lines(QUERIES, width)).split())
        for text in (
            "Poolexhaustion",
            "['orders-logs']|wheremessagehas_cs\"connectionpool\"|summarizecount()",
        ):
            assert text in shown
        assert "…" not in shown


def test_one_column_of_prose_wraps_beside_the_others(lines: Lines) -> None:
    text = "| Time | Event |\n|---|---|\n| 14:30 | The alert fired and the people on call looked at it |"
    assert lines(text, 40) == [
        "Time   Event",
        "─────  " + "─" * 33,
        "14:30  The alert fired and the people on",
        "       call looked at it",
    ]


def test_a_code_span_is_not_broken_in_a_column(lines: Lines) -> None:
    text = f"| Time | Query |\n|---|---|\n| 14:30 | a `{'x ' * 20}` |"
    assert lines(text, 40)[:2] == ["Time   14:30", "Query"]


def test_broken_tables_lose_no_text(lines: Lines) -> None:
    text = "| A | B |\n|---|---|\n| 1 |\n| 2 | 3 | extra |\n|| 4 |\nx | y\n| open | end"
    assert lines(text) == [
        "A     B",
        "────  ───  ─────",
        "1",
        "2     3    extra",
        "      4",
        "x     y",
        "open  end",
    ]
    wide = f"| A | B |\n|---|---|\n| 1 |\n| {'word ' * 20} | {'more ' * 20} | {'extra ' * 10} |"
    shown = " ".join(lines(wide, 40))
    assert [shown.count(w) for w in ("word", "more", "extra")] == [20, 20, 10]


def test_a_pipe_in_prose_is_no_table(lines: Lines) -> None:
    assert lines("a | b\nc | d") == ["a | b c | d"]
    assert lines("a | b\n---\nc") == ["a | b", "c"]


def test_a_table_ends_where_another_block_begins(lines: Lines) -> None:
    assert lines("| a |\n|---|\n| b |\n- c | d") == ["a", "─", "b", "", "• c | d"]


def test_a_table_without_rows_is_its_header(lines: Lines) -> None:
    assert lines("| a | b |\n|---|---|") == ["a  b", "─  ─"]
    assert lines(f"| {'a' * 30} | {'b' * 30} |\n|---|---|", 40) == ["a" * 30, "b" * 30]


def test_headers_left_empty_take_no_lines(lines: Lines) -> None:
    assert lines("| | |\n|---|---|\n| a | b |") == ["a  b"]


def test_wide_characters_keep_the_columns(lines: Lines) -> None:
    assert lines("| A | B |\n|---|---|\n| 漢字 | x |\n| ab | y |")[2:] == ["漢字  x", "ab    y"]
