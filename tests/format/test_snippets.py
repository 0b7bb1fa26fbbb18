"""The queries of an entry: found wherever teams write them, and taken exactly."""

from time import process_time

import pytest

from incident_tui.format.read.snippets import Snippet, queries

from .samples import entry

HEAD = "## M-2025-01-05T16:00:00Z INC-1 x\n\n- used: 1\n\n"


def found(body: str) -> list[Snippet]:
    return queries(entry((HEAD + body).encode("utf-8", "surrogateescape")))


def texts(body: str) -> list[str]:
    return [query.text for query in found(body)]


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        pytest.param("```sql\nSELECT 1\n```\n", ["SELECT 1"], id="a block"),
        pytest.param("~~~\na\n```\nb\n~~~\n", ["a\n```\nb"], id="tildes"),
        pytest.param("````\n```\na\n```\n````\n", ["```\na\n```"], id="a longer fence"),
        pytest.param("```\na\n```\n```\nb\n```\n", ["a", "b"], id="one right after the other"),
        pytest.param("```\r\na\r\n  b\r\n```\r\n", ["a\n  b"], id="CRLF"),
        pytest.param("```\n\ta  \n\n  b\n```\n", ["\ta  \n\n  b"], id="blanks stay"),
        pytest.param("  ```\n  a\n    b\nc\n  ```\n", ["a\n  b\nc"], id="a fence's own indent goes"),
        pytest.param("- x:\n\n  ```\n  a\n    b\n  ```\n", ["a\n  b"], id="in a list"),
        pytest.param("1. x\n\n     ```\n     a\n     ```\n", ["a"], id="in a list, far in"),
        pytest.param("- ```\n  a\n  ```\n", ["a"], id="on the line of a list item"),
        pytest.param("```\na\n    ```\nb\n```\n", ["a\n    ```\nb"], id="code that looks like a fence"),
        pytest.param("```\na\n```x\nb\n```\n", ["a\n```x\nb"], id="a closer has no info string"),
        pytest.param("```\na\n", [], id="never closed"),
        pytest.param("```\n\n```\n", [], id="nothing in it"),
        pytest.param("``` a ``` b\n\ntext\n", [], id="no fence"),
        pytest.param("```\n\x1b[31m \udcff\n```\n", ["\x1b[31m \udcff"], id="any characters"),
    ],
)
def test_each_closed_block_of_code_is_one(body: str, taken: list[str]) -> None:
    assert texts(body) == taken


TABLE = "| Finding | Query |\n|---|---|\n"


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        pytest.param(f"**Key Queries**\n\n{TABLE}| Slow | `a \\| b` |\n", [("Slow", "a | b")], id="pipes"),
        pytest.param(f"**Key Queries**\r\n\r\n{TABLE}| S | `a` |\r\n", [("S", "a")], id="CRLF"),
        pytest.param(f"{TABLE}| Slow | `a` or `b` |\n", [("Slow", "a"), ("Slow", "b")], id="two in one cell"),
        pytest.param(f"{TABLE}| Slow | `` a`b `` |\n", [("Slow", "a`b")], id="backticks inside"),
        pytest.param(f"{TABLE}| Slow | `  a ` |\n", [("Slow", " a")], id="one blank is the span's own"),
        pytest.param(f"{TABLE}Slow | `a`\n\n| no | `b` |\n", [("Slow", "a")], id="a table ends at a blank line"),
        pytest.param(f"{TABLE}|  | `a` |\n", [("", "a")], id="no name"),
        pytest.param("| Step | Command |\n|:-|-:|\n| `x` | `a` |\n", [("", "a")], id="a column of commands"),
        pytest.param("**Queries**\n\n| `h` | x |\n|---|---|\n| `a` | b |\n", [("b", "a")], id="the header is none"),
        pytest.param("| Field | Type |\n|---|---|\n| `id` | int |\n", [], id="a table about something else"),
        pytest.param("**Query**\n\n| a | `b` |\n", [], id="no table"),
        pytest.param("**Query**\n\nRun `a` twice.\n", [], id="a word of the text"),
    ],
)
def test_code_in_a_table_of_queries_is_one(body: str, taken: list[tuple[str, str]]) -> None:
    assert [(query.name, query.text) for query in found(body)] == taken


def test_what_stands_under_a_title_about_queries_comes_first() -> None:
    body = "**Root Cause**\n\n```\nlog\n```\n\n**Detection Query**\n\n```\nfind\n```\n\n**Commands**\n\n```\nrun\n```\n"
    assert found(body) == [
        Snippet("", "find", "Detection Query"),
        Snippet("", "run", "Commands"),
        Snippet("", "log", "Root Cause"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("~~~\n" * 1 + "```x\n" * 100_000, id="fences that are never closed"),
        pytest.param("".join(f"{'~' * length}\n" for length in range(1500, 3, -1)), id="fences shorter and shorter"),
        pytest.param("| a |\n|" + " " * 200_000 + "|\n", id="blanks"),
        pytest.param("- " * 100_000, id="list markers"),
        pytest.param(TABLE + "| x | " + "`` a ` " * 20_000 + "|\n", id="backticks"),
    ],
)
def test_it_is_fast_on_what_nobody_would_write(body: str) -> None:
    start = process_time()
    found(body)
    assert process_time() - start < 5
