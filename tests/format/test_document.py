"""The format's tricky cases, one small file each, and a slow second reading to compare with."""

from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_tui.format.model.document import Document

from ..thorough import examples
from .reference import scan

A = "## M-2025-03-01T10:00:00Z A-1 first"
B = "## M-2025-02-01T10:00:00Z B-2 second"
C = "## M-2025-01-01T10:00:00Z C-3 third"


def refs(data: bytes) -> list[str | None]:
    return [entry.ref for entry in Document.parse(data).entries]


def file(*lines: str) -> bytes:
    return "\n".join([*lines, ""]).encode()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(b"", [], id="empty file"),
        pytest.param(b"\x00\x00## M-2025-01-01\x00\n\x00", [], id="NUL bytes"),
        pytest.param(file(A, "\x00", B), ["A-1", "B-2"], id="NUL bytes between entries"),
        pytest.param(file("# Incidents", "", "---", "", "<!-- Example:", "", A, "", B, "", "-->"), [], id="template"),
        pytest.param(file("<!--", A, "-->", B), ["B-2"], id="appended after the template"),
        pytest.param(file(A, "text", B, "text", C), ["A-1", "B-2", "C-3"], id="appended without separators"),
        pytest.param(file(A, "x").rstrip(), ["A-1"], id="no newline at the end"),
        pytest.param(A.encode(), ["A-1"], id="a heading is all there is"),
        pytest.param(file(A, "", "x", "", "---", "", B).replace(b"\n", b"\r\n"), ["A-1", "B-2"], id="CRLF"),
        pytest.param(b"\xef\xbb\xbf" + file(A, "", B), ["A-1", "B-2"], id="BOM on the first line"),
        pytest.param(b"\xef\xbb\xbf" + file("<!--", A, "-->", B), ["B-2"], id="BOM before a comment"),
        pytest.param(b"\xef\xbb\xbf" + file("```", A, "```", B), ["B-2"], id="BOM before a fence"),
        pytest.param(
            b"\xef\xbb\xbf" + file("- ```sql", "  ```", A, "```"),
            ["A-1"],
            id="BOM before a list item's fence",
        ),
        pytest.param(b"\xff\xfe" + file("", A), ["A-1"], id="bytes that are no UTF-8"),
        pytest.param(file(A, "## M-series laptops", "## M-2025-1-5 x", "## M-2025", B), ["A-1", "B-2"], id="no dates"),
        pytest.param(file(A, " " + B, "\t" + B, ">" + B, "#" + B), ["A-1"], id="headings not in column 0"),
        pytest.param(file(A, "# Top", "## Timeline", "### M-2025-01-01"), ["A-1"], id="other headings are body"),
        pytest.param((A + "\u2028" + B + "\n").encode(), ["A-1"], id="U+2028 ends no line"),
        pytest.param((A + "\x0c" + B + "\x0b" + C + "\n").encode(), ["A-1"], id="form feed ends no line"),
        pytest.param((A + "\r" + B + "\n").encode(), ["A-1"], id="lone CR ends no line"),
        pytest.param(file(A, A, A), ["A-1", "A-1", "A-1"], id="equal headings"),
    ],
)
def test_headings_start_entries(data: bytes, found: list[str]) -> None:
    assert refs(data) == found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(file("```", A, "```", B), ["B-2"], id="a closed fence hides"),
        pytest.param(file(A, "```", "", B), ["A-1", "B-2"], id="an unclosed fence hides nothing"),
        pytest.param(
            file(A, "```sql", "select 1", "", B, "", "```sql", "select 2", "```", "", C),
            ["A-1", "B-2", "C-3"],
            id="unclosed before an entry with a fence of an info line",
        ),
        pytest.param(
            file(A, "```", "oops", "", B, "", "```", "code", "```", "", C),
            ["A-1", "B-2", "C-3"],
            id="unclosed before an entry with a bare fence",
        ),
        pytest.param(
            file(A, "```", B, "```", "b", "```", C, "```", "c", "```"),
            ["A-1", "B-2", "C-3"],
            id="unclosed before two entries with bare fences",
        ),
        pytest.param(
            file(A, "```", B, "```", C, "", "~~~"),
            ["A-1", "C-3"],
            id="another fence open after the next heading",
        ),
        pytest.param(
            file(A, "```", B, "```", "~~~", C),
            ["A-1", "B-2", "C-3"],
            id="another fence open before the next heading",
        ),
        pytest.param(
            file(A, "````md", "```sql", "x", "```", B, "````"),
            ["A-1"],
            id="a longer fence holds a whole shorter one",
        ),
        pytest.param(
            file(A, "~~~md", "```sql", "x", "```", B, "```", "~~~"),
            ["A-1"],
            id="tilde fence holding backtick fences",
        ),
        pytest.param(
            file(A, "```", B, "````sql", "```"),
            ["A-1", "B-2"],
            id="an info line of the same kind, longer, inside",
        ),
        pytest.param(file(A, "````", B, "```sql", "````"), ["A-1"], id="an info line of a shorter fence inside"),
        pytest.param(file(A, "```", B, "```` ", C), ["A-1", "C-3"], id="closed by a longer one with blanks after it"),
        pytest.param(file(A, "````", B, "```", C), ["A-1", "B-2", "C-3"], id="a shorter fence closes nothing"),
        pytest.param(file(A, "```", B, "~~~", C), ["A-1", "B-2", "C-3"], id="another character closes nothing"),
        pytest.param(file(A, "``` a`b", B, "```"), ["A-1", "B-2"], id="a backtick in the info is no fence"),
        pytest.param(file(A, "~~~ a`b", B, "~~~"), ["A-1"], id="a backtick in a tilde fence's info"),
        pytest.param(file(A, "``", B, "``"), ["A-1", "B-2"], id="two backticks are no fence"),
        pytest.param(file(A, "   ```", B, "  ```"), ["A-1"], id="indented by up to three"),
        pytest.param(file(A, "    ```", B, "    ```"), ["A-1", "B-2"], id="indented by four: no fence"),
        pytest.param(file(A, "```", B, "    ```", "```"), ["A-1"], id="a closer indented by four is none"),
        pytest.param(file(A, "- ```sql", "  x", "  ```", B, "```", "```"), ["A-1", "B-2"], id="list item's fence"),
        pytest.param(file(A, "1. ```", "   x", B, "   ```"), ["A-1", "B-2"], id="list item's fence ends with its item"),
        pytest.param(
            file(A, "- ```", "      ```", "  ```", B, "```", "```"),
            ["A-1", "B-2"],
            id="list item's deeper closer",
        ),
        pytest.param(file("```", A, "```", B).replace(b"\n", b"\r\n"), ["B-2"], id="CRLF"),
        pytest.param(file("```", A, "```", B, "```", C).rstrip(), ["B-2", "C-3"], id="one fence too many"),
        pytest.param(file("```", A, "```").rstrip(), [], id="closed on the last line without newline"),
    ],
)
def test_only_a_plainly_closed_fence_hides_entries(data: bytes, found: list[str]) -> None:
    assert refs(data) == found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(file("<!--", A, "-->", B), ["B-2"], id="a closed comment hides"),
        pytest.param(file(A, "<!-- lost", B, C), ["A-1", "B-2", "C-3"], id="a lost --> hides nothing"),
        pytest.param(file(A, "<!-- lost", B, "<!-- c -->", C), ["A-1", "B-2", "C-3"], id="lost before another comment"),
        pytest.param(file(A, "<!-- lost", B, "<!--", C, "-->"), ["A-1", "B-2"], id="the other comment still hides"),
        pytest.param(file(A, "as in <!-- here", B, "--> x"), ["A-1", "B-2"], id="in prose it opens nothing"),
        pytest.param(file("<!--", A, "as in <!-- here", "-->", B), ["B-2"], id="in prose it spoils nothing"),
        pytest.param(file(A, "   <!--", B, "-->"), ["A-1"], id="indented by three"),
        pytest.param(file(A, "    <!--", B, "-->"), ["A-1", "B-2"], id="indented by four: no comment"),
        pytest.param(file(A, "- <!--", B, "-->"), ["A-1", "B-2"], id="on a list item it opens nothing"),
        pytest.param(file("<!-- a --> <!-- b", A, "-->"), ["A-1"], id="a second one on the line opens nothing"),
        pytest.param(file("<!--", A, "x --> " + B, C), ["C-3"], id="closed in the middle of a line"),
        pytest.param(file("```", "<!--", "```", A, "-->"), ["A-1"], id="a comment in a fence"),
        pytest.param(file("<!--", "```", "-->", A, "```"), ["A-1"], id="a fence in a comment"),
        pytest.param(file("<!--", "```", A, "```", "-->", B), ["B-2"], id="a fenced entry in a comment"),
        pytest.param(file(A, "-->", B), ["A-1", "B-2"], id="a --> alone"),
        pytest.param(file("<!--", A, "-->", B).replace(b"\n", b"\r\n"), ["B-2"], id="CRLF"),
        pytest.param(file("<!--", A, "-->").rstrip(), [], id="closed on the last line without newline"),
    ],
)
def test_only_a_closed_comment_hides_entries(data: bytes, found: list[str]) -> None:
    assert refs(data) == found


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param("x\n\n---\n\n", "x\n", id="blank lines and a rule"),
        pytest.param("x\n---\n", "x\n", id="a rule that looks like a setext heading"),
        pytest.param("x\n---\ny\n\n", "x\n---\ny\n", id="a rule inside"),
        pytest.param("x\n\n---\n\n---\n", "x\n", id="two rules"),
        pytest.param("x\n   -----  \n", "x\n", id="a long rule, indented"),
        pytest.param("x\n    ---\n", "x\n    ---\n", id="indented by four: no rule"),
        pytest.param("x\n\n--- text\n", "x\n\n--- text\n", id="a rule with text after it"),
        pytest.param("x\n--\n", "x\n--\n", id="two dashes"),
        pytest.param("x\n***\n", "x\n***\n", id="another rule"),
        pytest.param("x\n \t\n\t\n", "x\n", id="lines of blanks"),
        pytest.param("x\n\x0c\n", "x\n\x0c\n", id="a form feed is no blank line"),
        pytest.param("x\r\n\r\n---\r\n\r\n", "x\r\n", id="CRLF"),
        pytest.param("x\n\n<!-- c -->\n\n---\n\n", "x\n\n<!-- c -->\n", id="comment before the rule"),
        pytest.param("x\n\n---\n\n<!-- c -->\n\n", "x\n", id="comment after the rule"),
        pytest.param("x\n<!-- b -->\n---\n<!-- c\nd -->\n---\n", "x\n<!-- b -->\n", id="comments before and after"),
        pytest.param("x\n\n<!-- c -->\n\n", "x\n\n<!-- c -->\n", id="comment without a rule"),
        pytest.param("x\n\n<!--\n## M-2024-01-01T00:00:00Z y\n-->\n", "x\n", id="comment that holds an entry"),
        pytest.param("x\n\n<!--\n## M-YYYY-MM-DD y\n-->\n", "x\n", id="comment that holds a template"),
        pytest.param("x\n<!-- c --> y\n", "x\n<!-- c --> y\n", id="text after the comment"),
        pytest.param("x\n<!-- lost\n\n---\n", "x\n<!-- lost\n", id="comment that is never closed"),
        pytest.param("```\n---\n```\n\n---\n", "```\n---\n```\n", id="a rule in a fence"),
        pytest.param("```\n<!-- c -->\n```\n", "```\n<!-- c -->\n```\n", id="a comment in a fence"),
        pytest.param("", "", id="nothing at all"),
        pytest.param("\n---\n", "", id="a gap at once"),
    ],
)
@pytest.mark.parametrize("following", [B + "\n", ""], ids=["before another entry", "at the end"])
def test_a_text_ends_before_its_gap(body: str, text: str, following: str) -> None:
    entry = Document.parse(f"{A}\n{body}{following}".encode()).entries[0]
    assert entry.text == f"{A}\n{text}"
    assert entry.gap_end == len(f"{A}\n{body}".encode())


def test_a_last_line_without_newline_belongs_to_the_text() -> None:
    assert Document.parse(file(A, "x").rstrip()).entries[0].text == f"{A}\nx"


def test_equal_timestamps_are_numbered_in_file_order() -> None:
    twin = A.replace("A-1", "Z-9")
    document = Document.parse(file(A, B, twin, A))
    assert tuple(map(document.id, document.entries)) == (
        "M-2025-03-01T10:00:00Z#1",
        "M-2025-02-01T10:00:00Z",
        "M-2025-03-01T10:00:00Z#2",
        "M-2025-03-01T10:00:00Z#3",
    )


def test_twins_are_told_apart_by_the_rest_of_their_heading() -> None:
    document = Document.parse(file(A, A.replace("first", "other"), A + " (summarized)"))
    found = document.find(document.entries[0].identity)
    assert [entry.number for entry in found] == [0, 2]


def test_lines_are_counted_from_one() -> None:
    document = Document.parse(file("", A, "x\u2028y\x0cz\rw", B))
    assert document.lines == (2, 4)
    assert document.line(document.entries[1].start) == 4


@pytest.mark.parametrize(
    ("data", "eol"),
    [(b"a\r\nb\r\nc\n", b"\r\n"), (b"a\r\nb\nc\n", b"\n"), (b"a\r\nb\n", b"\n"), (b"", b"\n")],
    ids=["mostly CRLF", "mostly LF", "as many of each", "empty"],
)
def test_the_files_own_line_end_is_the_one_that_most_lines_have(data: bytes, eol: bytes) -> None:
    assert Document.parse(data).eol == eol


def test_what_was_never_closed_is_told_with_its_place() -> None:
    data = file("<!-- lost", A, "```", B)
    assert Document.parse(data).unclosed == (("comment", 0), ("fence", data.index(b"```")))


@pytest.mark.parametrize(
    "line",
    [
        "```",
        "```sql",
        "<!--",
        "<!-- c -->",
        "- ```",
        "  - ```\n      x",
        "---",
        "-->",
        "",
        A,
        f"```\n{A}",
        f"<!--\n{A}",
    ],
    ids=lambda line: line.replace("\n", "|")[:16] or "blank",
)
def test_a_scan_takes_time_in_proportion_to_the_file(line: str) -> None:
    data = file(A, *[line] * 20_000)
    begun = process_time()
    Document.parse(data)
    assert process_time() - begun < 3


FENCES = ["```", "```sql", "````", "````sql", "  ```", "    ```", "~~~", "~~~~ x", "   ~~~", "      ```", "```a`b"]
COMMENTS = ["<!--", "-->", "<!-- x -->", "  <!-- y", "    <!--", "text <!-- z", "x --> y", "<!-- p --> q"]
OTHERS = ["- ```sql", "1. ```", "  - ~~~", "---", "--- t", "  ---", "    ---", "## M-series", "text", "  in it"]
LINES = st.sampled_from([*FENCES, *COMMENTS, *OTHERS, A, B, "", " \t", "\x0c", f"a\r{A}", f"\u2028{A}"])


@st.composite
def files(draw: st.DrawFn) -> bytes:
    kinds = draw(st.lists(LINES, min_size=1, max_size=8, unique=True))
    eol = draw(st.sampled_from(["\n", "\r\n"]))
    text = eol.join(draw(st.lists(st.sampled_from(kinds), max_size=16)))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + (text + draw(st.sampled_from([eol, ""]))).encode()


@pytest.mark.slow
@settings(max_examples=examples(600), deadline=None)
@given(files())
@example(file("~~~", A, "~~~", "- ```sql", "      ```", "  ```"))
def test_a_slow_reading_line_by_line_finds_the_same_entries(data: bytes) -> None:
    assert [(entry.start, entry.end) for entry in Document.parse(data).entries] == scan(data)
