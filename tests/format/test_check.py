"""`check`: one file for each finding, and the near misses in which nothing is wrong."""

import inspect
import os
import pkgutil
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.format import check as check_package
from incident_tui.format.check import check
from incident_tui.format.check.finding import Finding, at_least
from incident_tui.format.edit.edit import apply
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import LOCATIONS, Contents
from incident_tui.format.model.document import Document

from ..days import DAY
from .test_any_bytes import EOL, files

PROJECT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("INCIDENT_TUI_CORPUS") or PROJECT.parent / "shared" / "corpus")
TEMPLATES = CORPUS.parent / "format" / "kb"

META = "- type: incident\n- used: 0\n"
ONE = f"## M-2025-03-01T10:00:00Z INC-1 one\n\n{META}\n**Summary**\n\nThe pool ran dry.\n"
TWO = f"## M-2025-02-01T10:00:00Z INC-2 two\n\n{META}\nBody of two.\n"
STUB = (
    f"## M-2025-01-01T10:00:00Z INC-3 three (summarized)\n\n{META}\nSee archive/incidents.md#M-2025-01-01T10:00:00Z\n"
)
FULL = f"## M-2025-01-01T10:00:00Z INC-3 three\n\n{META}\nAll of it.\n"
HEAD = "# Incidents\n\n---\n\n"
GAP = "\n---\n\n"
TEMPLATE = f"{HEAD}<!-- Example:\n\n{ONE}\n---\n\n{TWO}\n-->\n"


def test_every_module_of_the_package_is_asked() -> None:
    asked = inspect.getsource(check_package)
    for module in pkgutil.iter_modules(check_package.__path__, f"{check_package.__name__}."):
        for name, function in inspect.getmembers(import_module(module.name), inspect.isfunction):
            own = function.__module__ == module.name and not name.startswith("_")
            if own and name not in ("at_least", "refuse_hidden_entries", "warning_of_saved"):
                assert f"{module.name.rpartition('.')[2]}.{name}" in asked


def base(live: str | bytes, archive: str | bytes | None = None) -> Contents:
    data = [text.encode() if isinstance(text, str) else text for text in (live, archive) if text is not None]
    documents = [Document.parse(each) for each in data]
    return Contents(documents[0], documents[1] if len(documents) > 1 else None, "incidents.md")


def found(live: str | bytes, archive: str | bytes | None = None) -> list[Finding]:
    return check([("", base(live, archive))], DAY)


def brief(live: str | bytes, archive: str | bytes | None = None) -> list[tuple[str, str, int]]:
    """Code, severity and line of each finding."""
    return [(one.code, one.severity, one.line) for one in found(live, archive)]


def with_line(line: str) -> str:
    """An entry with one more metadata line, which is its fifth line."""
    return ONE.replace("- used: 0\n", f"- used: 0\n{line}\n")


def mended(live: str, archive: str | None = None) -> tuple[str, str | None]:
    """Both files once the only finding is mended."""
    (one,) = found(live, archive)
    assert one.mend
    held = base(live, archive)
    for edit in one.mend:
        held = apply(held, [edit]).applied_to(held)
    assert [left.code for left in check([("", held)], DAY)] == []
    return held.live.data.decode(), held.archive.data.decode() if held.archive is not None else None


@pytest.mark.parametrize(
    "path",
    [PROJECT / "sample_data" / "incidents.md", *sorted(CORPUS.glob("*-incidents.md")), *sorted(TEMPLATES.glob("*.md"))],
    ids=lambda path: path.stem,
)
def test_nothing_is_wrong_with_real_files(path: Path) -> None:
    archive = path.parent / "archive" / path.name
    assert brief(path.read_bytes(), archive.read_bytes() if archive.exists() else None) == []


@pytest.mark.parametrize(
    "live",
    [
        "",
        HEAD,
        ONE,
        ONE + GAP + TWO,
        ONE + "\n" + TWO,
        "\ufeff" + ONE,
        ONE.replace("\n", "\r\n"),
        TEMPLATE,
        TEMPLATE + "\n" + ONE,
    ],
    ids=["empty", "head", "one", "two", "no rule", "BOM", "CRLF", "template", "template and one"],
)
def test_nothing_is_wrong(live: str) -> None:
    assert brief(live) == []


# What hides and is hidden


def test_a_comment_that_is_never_closed() -> None:
    assert brief(ONE + "\n<!-- to do\n" + GAP + TWO) == [("open-comment", "error", 10)]


def test_a_comment_that_is_not_closed_before_the_next_one_opens() -> None:
    assert brief(ONE + "\n<!-- to do\n\n<!-- done -->\n" + GAP + TWO) == [("open-comment", "error", 10)]


def test_a_fence_that_is_never_closed() -> None:
    assert brief(ONE + "\n```sql\nSELECT 1\n" + GAP + TWO) == [("open-fence", "error", 10)]


@pytest.mark.parametrize("more", ["<!-- to do -->\n", "```\ncode\n```\n", "An arrow <!-- in a line.\n", "`` ``` ``\n"])
def test_what_is_closed_is_not_told(more: str) -> None:
    assert brief(ONE + "\n" + more + GAP + TWO) == []


def test_two_stray_fences_that_hide_an_entry() -> None:
    strays = ONE + "\n```\n" + GAP + TWO + "\n```\nThe rest.\n"
    assert len(Document.parse(strays.encode()).entries) == 1
    (one,) = found(strays)
    assert (one.code, one.severity, one.line) == ("entry-in-code", "error", 10)
    assert "INC-2 two (line 14)" in one.what
    assert "to line 21" in one.what


@pytest.mark.parametrize("info", ["", "sql"])
def test_a_fence_closed_by_the_stray_one_of_the_next_entry(info: str) -> None:
    assert brief(f"{ONE}\n```{info}\nx\n\n{TWO}\n```\n") == [("entry-in-code", "error", 10)]


def test_an_example_of_an_entry_in_code() -> None:
    assert brief(f"{ONE}\n```markdown\n{TWO}```\n") == []
    assert brief(f"{ONE}\n```\n## M-YYYY-MM-DDTHH:MM:SSZ INC-NNNN slug\n\n{META}```\n") == []
    heading = TWO.partition("\n")[0]
    assert brief(f"{ONE}\nHeadings look so:\n\n```\n{heading}\n```\n") == [("entry-in-code", "note", 12)]


def test_an_entry_that_someone_has_hidden_in_a_comment() -> None:
    (one,) = found(ONE + GAP + f"<!--\n{TWO}-->\n")
    assert (one.code, one.severity, one.line) == ("entry-in-comment", "note", 12)
    assert "INC-2 two (line 13)" in one.what


def test_a_comment_whose_entries_are_no_loss() -> None:
    assert brief(ONE + GAP + f"<!--\n{TWO}-->\n\n{TWO}") == []  # it is there, too
    assert brief(ONE + GAP + f"<!--\n{TWO}-->\n", TWO) == []
    assert brief(ONE + GAP + "<!--\n## M-YYYY-MM-DD INC-NNNN slug\n-->\n") == []


def test_a_heading_glued_to_a_line_that_was_never_ended() -> None:
    live = HEAD + ONE.rstrip("\n") + TWO
    (one,) = found(live)
    assert (one.code, one.severity, one.line) == ("glued-heading", "error", 12)
    assert "INC-2 two" in one.what
    assert mended(live)[0] == HEAD + ONE + GAP + TWO


def test_a_glued_heading_goes_where_the_files_order_wants_it() -> None:
    last = ONE.replace("2025-03-01", "2024-01-01").replace("INC-1 one", "INC-0 zero")
    assert mended(ONE + GAP + last.rstrip("\n") + TWO)[0] == ONE + GAP + TWO + GAP + last


@pytest.mark.parametrize("before", ["The end.", "| a | b |", "`code`", "(so)", "- [ ] item"])
def test_whatever_the_line_before_ends_in(before: str) -> None:
    assert brief(f"{ONE}\n{before}{TWO}") == [("glued-heading", "error", 10)]


def test_a_glued_heading_that_can_not_be_mended() -> None:
    glued = ONE.rstrip("\n") + TWO
    files: list[tuple[str, str | None]] = [
        (STUB, glued + GAP + FULL),  # what is put in goes into the live file
        (HEAD.rstrip() + TWO, None),  # it is glued to no entry
        (glued, TWO),
        (glued + "\n```\n", None),
        (glued.partition("\n")[0] + TWO, None),  # whose heading is which
    ]
    for live, archive in files:
        told = [one for one in found(live, archive) if one.code == "glued-heading"]
        assert [one.mend for one in told] == [()]


@pytest.mark.parametrize(
    "line",
    [
        "See `## M-2025-02-01T10:00:00Z INC-2 two` for more.",
        "> ## M-2025-02-01T10:00:00Z INC-2 two",
        "### M-2025-02-01T10:00:00Z INC-2 two",
        "It was ## M-2025-02-01 then.",
        "The heading (## M-2025-02-01T10:00:00Z) was wrong.",
        "x## M-series laptops",
        "    ## M-2025-02-01T10:00:00Z INC-2 two",
        "```\nx## M-2025-02-01T10:00:00Z\n```",
        "<!--\nx## M-2025-02-01T10:00:00Z\n-->",
    ],
)
def test_a_heading_that_is_only_spoken_of(line: str) -> None:
    assert brief(f"{ONE}\n{line}\n") == []


def test_a_heading_that_is_indented() -> None:
    live = ONE + GAP + "  " + TWO
    assert brief(live) == [("indented-heading", "error", 12)]
    assert mended(live)[0] == ONE + GAP + TWO


HEADING = TWO.partition("\n")[0]
UNDER = TWO.partition("\n")[2]

NEARLY = {
    "two blanks": "##  M-2025-02-01T10:00:00Z INC-2 two",
    "tab": "##\tM-2025-02-01T10:00:00Z INC-2 two",
    "no blank": "##M-2025-02-01T10:00:00Z INC-2 two",
    "three marks": "### M-2025-02-01T10:00:00Z INC-2 two",
    "one mark": "# M-2025-02-01T10:00:00Z INC-2 two",
    "one mark and no blank": "#M-2025-02-01T10:00:00Z INC-2 two",
    "lower case": "## m-2025-02-01T10:00:00Z INC-2 two",
    "no dash": "## M2025-02-01T10:00:00Z INC-2 two",
    "another dash": "## M\u20132025-02-01T10:00:00Z INC-2 two",
    "no M": "## 2025-02-01T10:00:00Z INC-2 two",
    "one-digit day": "## M-2025-02-1T10:00:00Z INC-2 two",
    "one-digit month": "## M-2025-2-01T10:00:00Z INC-2 two",
    "both": "## M-2025-2-1T10:00:00Z INC-2 two",
    "a no-break space after the marks": "##\u00a0M-2025-02-01T10:00:00Z INC-2 two",
    "a space without width after the marks": "##\u200bM-2025-02-01T10:00:00Z INC-2 two",
    "and one more": "## \u200bM-2025-02-01T10:00:00Z INC-2 two",
    "a blank after the M": "## M 2025-02-01T10:00:00Z INC-2 two",
    "a blank after the dash": "## M- 2025-02-01T10:00:00Z INC-2 two",
    "an underline for a dash": "## M_2025-02-01T10:00:00Z INC-2 two",
    "two dashes": "## M--2025-02-01T10:00:00Z INC-2 two",
    "another dash in the date": "## M-2025\u201102\u201101T10:00:00Z INC-2 two",
    "slashes in the date": "## M-2025/02/01T10:00:00Z INC-2 two",
    "full stops in the date": "## M-2025.02.01T10:00:00Z INC-2 two",
    "no dashes in the date": "## M-20250201T100000Z INC-2 two",
    "a Cyrillic M": "## \u041c-2025-02-01T10:00:00Z INC-2 two",
    "bold": "## **M-2025-02-01T10:00:00Z INC-2 two**",
    "bold timestamp": "## __M-2025-02-01T10:00:00Z__ INC-2 two",
    "code": "## `M-2025-02-01T10:00:00Z` INC-2 two",
    "in brackets": "## [M-2025-02-01T10:00:00Z] INC-2 two",
    "all of it": " ###\t m2025-2-1T10:00:00Z INC-2 two",
    "three blanks before": "   " + HEADING,
    "four blanks before": "    " + HEADING,
    "tab before": "\t" + HEADING,
    "no marks": "M-2025-02-01T10:00:00Z INC-2 two",
    "underlined": "M-2025-02-01T10:00:00Z INC-2 two\n------",
    "underlined twice": "M-2025-02-01T10:00:00Z INC-2 two\n===",
}


@pytest.mark.parametrize("nearly", NEARLY.values(), ids=NEARLY)
@pytest.mark.parametrize("eol", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_heading_that_is_nearly_right_is_named_and_mended(nearly: str, eol: str) -> None:
    live, right = (text.replace("\n", eol) for text in (ONE + GAP + nearly + "\n" + UNDER, ONE + GAP + TWO))
    (one,) = found(live)
    assert one.code in ("near-heading", "indented-heading")
    assert (one.severity, one.line) == ("error", 12)
    assert one.what.startswith("the heading of INC-2 two ")
    assert one.what.endswith("hidden in INC-1 one")
    assert one.advice == "write it as `## M-2025-02-01T10:00:00Z`"
    assert mended(live)[0] == right


@pytest.mark.parametrize(
    "heading",
    ["## 2025/02/01", "## 01.02.2025", "## **2025-02-01**", "**2025-02-01**", "## 2.2025.02.1", "M 2025-02-01"],
)
def test_the_heading_of_a_day_is_none(heading: str) -> None:
    assert brief(f"{ONE}{GAP}{heading}\n\n- restarted it\n- status page: green\n") == []


def test_of_several_in_one_entry_each_is_named_and_one_mend_makes_entries_of_all() -> None:
    three = TWO.replace("INC-2 two", "INC-3 three").replace("2025-02-01", "2025-01-01")
    live = ONE + GAP + "##  " + TWO.removeprefix("## ") + GAP + "#" + three
    told = found(live)
    assert [(one.code, one.line) for one in told] == [("near-heading", 12), ("near-heading", 21)]
    assert all(one.what.endswith("one of 2 entries that are hidden in INC-1 one") for one in told)
    assert told[0].mend == told[1].mend
    held = base(live)
    for edit in told[0].mend:
        held = apply(held, [edit]).applied_to(held)
    assert held.live.data.decode() == ONE + GAP + TWO + GAP + three


def test_what_stands_between_two_such_headings_goes_with_the_first() -> None:
    live = ONE + GAP + "#" + TWO + "\n### M-2025-01-30 was the day before.\n\nAll of it stays.\n"
    assert mended(live)[0] == ONE + GAP + live.partition(GAP + "#")[2]


@pytest.mark.parametrize(
    "nearly", ["##  M-2025-02-01T10:00:00Z", "##M-2025-02-01", "## m-2025-02-01", " ## M-2025-2-1"]
)
def test_two_marks_and_a_date_were_meant_whatever_follows(nearly: str) -> None:
    assert [(one.line, one.severity) for one in found(f"{ONE}\n{nearly} INC-2\n")] == [(10, "error")]


def test_a_rule_before_or_a_section_below_says_that_an_entry_was_meant() -> None:
    heading = "### M-2025-02-01T10:00:00Z INC-2 two\n"
    assert brief(f"{ONE}{GAP}{heading}\nBody of two.\n") == [("near-heading", "error", 12)]
    assert brief(f"{ONE}\n{heading}\n**Summary**\n\nBody of two.\n") == [("near-heading", "error", 10)]


def test_one_before_the_first_entry_is_named_and_is_for_a_person() -> None:
    (one,) = found(HEAD + "#" + TWO + GAP + ONE)
    assert (one.code, one.line, one.mend, one.entry) == ("near-heading", 5, (), None)
    assert one.what.endswith("so that the entry is not found")
    assert brief("\ufeff#" + TWO) == [("near-heading", "error", 1)]


def test_one_that_can_not_be_mended_holds_up_no_other() -> None:
    twin = "### " + ONE.removeprefix("## ")
    live = ONE + GAP + twin + GAP + "#" + TWO
    assert [bool(one.mend) for one in found(live)] == [False, True]
    held = base(live)
    for edit in found(live)[1].mend:
        held = apply(held, [edit]).applied_to(held)
    assert held.live.data.decode() == ONE + GAP + twin + GAP + TWO


NEAR = [line for line in NEARLY.values() if "\n" not in line]


@pytest.mark.parametrize(
    "text",
    [
        *(f"```\n{line}\n```" for line in NEAR),
        *(f"<!--\n{line}\n\n{META}-->" for line in NEAR),
        *(f"> {line}" for line in NEAR),
        *(f"- {line}" for line in NEAR),
        *(f"The heading {line} was wrong." for line in NEAR),
        "#M-2025-02-01T10:00:00Z is what the link ends in.",
        "## 2025-02-01",
        "## 2025-02-01 10:00 The first alert\n\nText.",
        "### 2025-02-01\n\n- a line of the timeline",
        "### M-2025-02-01T10:00:00Z was the first of its kind\n\nText.",
        "M-2025-02-01T10:00:00Z\n---",
        "M-2025-02-01T10:00:00Z was alike:\n\n- in its cause: the pool",
        "## M-20250-02-01",
        "## M-2025-021",
        "## M-0000-0-0",
        "## Metrics-2025-02-01",
    ],
)
def test_text_that_only_looks_like_such_a_heading(text: str) -> None:
    assert brief(f"{ONE}\n{text}\n") == []


# Metadata


def test_a_key_given_twice_with_the_same_value() -> None:
    live = with_line("- used: 0\n- used: 0")
    assert brief(live) == [("key-twice", "warning", 4)]
    assert mended(live)[0] == ONE


def test_a_key_given_twice_with_two_values_is_for_a_person() -> None:
    (one,) = found(with_line("- used: 3\n- last_used: 2025-03-02"))
    assert (one.code, one.line, one.mend) == ("key-twice", 4, ())
    assert "line 5, and only that is read: 3" in one.what


def test_an_entry_without_metadata() -> None:
    assert brief(ONE.replace(META + "\n", "")) == [("no-metadata", "note", 1)]


@pytest.mark.parametrize("lacking", ["- type: incident\n", "- used: 0\n"])
def test_any_key_may_be_missing(lacking: str) -> None:
    assert brief(ONE.replace(lacking, "")) == []


@pytest.mark.parametrize(
    "line", ["- pinned:true", "- Pinned: true", "-pinned: true", "* pinned: true", "pinned = true"]
)
def test_a_line_that_is_no_metadata_by_its_form(line: str) -> None:
    live = with_line(line)
    assert brief(live) == [("not-metadata", "warning", 5)]
    assert mended(live)[0] == with_line("- pinned: true")


def test_a_metadata_line_below_a_blank_one() -> None:
    live = with_line("\n- pinned: true")
    assert brief(live) == [("not-metadata", "warning", 6)]
    assert mended(live)[0] == with_line("- pinned: true")


def test_metadata_cut_off_by_a_line_that_is_none() -> None:
    live = with_line("- owned by the data team\n- pinned: true")
    (one,) = found(live)
    assert (one.code, one.line) == ("not-metadata", 6)
    assert "the line above is none" in one.what
    assert mended(live)[0] == with_line("- pinned: true\n- owned by the data team")


def test_metadata_of_which_nothing_is_read() -> None:
    bold = ONE.replace(META, "**Type:** incident\n**Used:** 0\n")
    assert brief(bold) == [("not-metadata", "warning", 3)]
    assert mended(bold)[0] == ONE


@pytest.mark.parametrize(
    "body",
    [
        "- Pinned: the version",
        "- type: another one",
        "**Tags:** none",
        "- used by two teams",
        "Some text.\n\n- pinned: x",
    ],
)
def test_lists_of_the_body_are_no_metadata(body: str) -> None:
    assert brief(ONE.replace("**Summary**", body)) == []


def test_an_unknown_type() -> None:
    assert brief(ONE.replace("incident\n", "outage\n", 1)) == [("unknown-type", "warning", 3)]
    assert mended(ONE.replace("incident\n", "Incident\n", 1))[0] == ONE


@pytest.mark.parametrize("kind", ["incident", "pattern", "query", "fact", "note", "integration"])
def test_a_known_type(kind: str) -> None:
    assert brief(ONE.replace("incident", kind, 1)) == []


@pytest.mark.parametrize(
    "line", ["- pinned: perhaps", "- last_used: last week", "- last_used: 2025-02-30", "- tags: [a, b]"]
)
def test_a_malformed_value(line: str) -> None:
    assert brief(with_line(line)) == [("bad-value", "warning", 5)]


def test_a_count_that_is_none() -> None:
    assert brief(ONE.replace("used: 0", "used: twice")) == [("bad-value", "warning", 4)]


@pytest.mark.parametrize(
    ("line", "better"),
    [
        ("- last_used: 2025/03/02", "- last_used: 2025-03-02"),
        ("- last_used: 2025-03-02T10:00:00Z", "- last_used: 2025-03-02"),
        ("- tags: [a, b]", "- tags: a, b"),
    ],
)
def test_a_malformed_value_with_one_meaning_is_mended(line: str, better: str) -> None:
    assert mended(with_line(line))[0] == with_line(better)


@pytest.mark.parametrize(
    "line",
    ["- pinned: YES", "- pinned:", "- last_used: 2025-03-02", "- last_used:", "- tags:", "- tags: a [b]", "- owner: x"],
)
def test_a_value_that_is_read(line: str) -> None:
    assert brief(with_line(line)) == []


def test_a_timestamp_that_is_none() -> None:
    assert brief(ONE.replace("2025-03-01T", "2025-13-01T")) == [("bad-timestamp", "warning", 1)]
    assert brief(ONE.replace("T10:00:00Z", "")) == []


def test_dates_in_the_future() -> None:
    after_tomorrow = str(DAY + timedelta(2))
    assert brief(ONE.replace("2025-03-01", after_tomorrow)) == [("future", "warning", 1)]
    assert brief(with_line(f"- last_used: {after_tomorrow}")) == [("future", "warning", 5)]


def test_tomorrow_has_begun_somewhere() -> None:
    tomorrow = str(DAY + timedelta(1))
    assert brief(with_line(f"- last_used: {tomorrow}").replace("2025-03-01", tomorrow)) == []


def test_used_without_last_used() -> None:
    assert brief(ONE.replace("used: 0", "used: 2")) == [("no-last-used", "note", 4)]
    assert brief(ONE.replace("used: 0", "used: 2\n- last_used: 2025-03-02")) == []


# Two files


def test_two_entries_of_one_heading() -> None:
    (one,) = found(ONE + GAP + ONE.replace("dry", "wet"))
    assert (one.code, one.severity, one.line) == ("same-heading", "error", 12)
    assert "line 1, but another text" in one.what
    assert "and the same text" in found(ONE + GAP + ONE)[0].what
    assert brief(TWO, ONE + GAP + ONE) == [("same-heading", "error", 12)]


def test_two_entries_of_one_reference() -> None:
    again = TWO.replace("INC-2", "INC-1")
    (one,) = found(ONE + GAP + again)
    assert (one.code, one.severity, one.line) == ("same-reference", "warning", 12)
    assert one.what == "INC-1 two has the reference of INC-1 one in line 1"
    (one,) = found(ONE, again)
    assert (one.code, one.location, one.line) == ("same-reference", "archive", 1)
    assert one.what.endswith("in line 1 of the live file")
    assert found(STUB, FULL) == []
    assert [code for code, *_ in brief(STUB, FULL.replace("three", "thirteen"))] == ["no-original"]


def test_twins_of_one_second_are_told_apart_by_the_rest_of_the_heading() -> None:
    assert brief(ONE + GAP + ONE.replace("INC-1", "INC-7")) == []


def test_a_summary_without_its_original() -> None:
    assert brief(STUB) == [("no-original", "error", 1)]
    assert brief(STUB, ONE) == [("no-original", "error", 1)]
    (one,) = found(STUB, ONE + GAP + FULL.replace("three", "3rd"))
    assert (one.code, one.line) == ("no-original", 1)
    assert "another heading in the archive (line 12)" in one.what


def test_a_summary_with_its_original() -> None:
    assert brief(STUB, FULL) == []
    assert brief(ONE, STUB) == []  # a summary that was archived without one


def test_an_entry_in_both_files_with_another_text() -> None:
    (one,) = found(HEAD + TWO, ONE + GAP + TWO.replace("Body", "Text"))
    assert (one.code, one.severity, one.location, one.line) == ("two-texts", "error", "live", 5)
    assert "line 12 of the archive" in one.what


def test_a_move_that_was_interrupted() -> None:
    assert brief(ONE + GAP + TWO, HEAD + TWO) == [("interrupted-move", "warning", 12)]
    assert mended(ONE + GAP + TWO, HEAD + TWO + GAP + FULL) == (ONE + GAP + TWO, HEAD + FULL)


def test_a_copy_that_knows_more_is_not_taken_out() -> None:
    (one,) = found(TWO, TWO.replace("used: 0", "used: 0\n- pinned: true"))
    assert (one.code, one.mend) == ("interrupted-move", ())


def test_an_entry_in_two_knowledge_bases() -> None:
    (one,) = check([("team.md", base(ONE)), ("mine.md", base(TWO + GAP + ONE))], DAY)
    assert (one.base, one.code, one.severity, one.line) == ("mine.md", "two-files", "note", 10)


def test_findings_stand_in_the_order_of_bases_files_and_lines() -> None:
    bad = ONE.replace("used: 0", "used: x").replace("incident\n", "outage\n", 1)
    told = check([("b", base(bad + GAP + TWO.replace("used: 0", "used: x"), STUB + "\r")), ("a", base(STUB))], DAY)
    assert [(one.base, one.location, one.line) for one in told] == [
        ("b", "live", 3),
        ("b", "live", 4),
        ("b", "live", 15),
        ("b", "archive", 7),
        ("a", "live", 1),
    ]


# Lines that no one meant to write


def test_conflict_markers() -> None:
    conflict = "<<<<<<< ours\nOne.\n=======\nTwo.\n>>>>>>> theirs\n"
    (one,) = found(ONE + conflict)
    assert (one.code, one.severity, one.line) == ("conflict", "error", 9)
    assert "up to line 13" in one.what
    assert brief(HEAD + conflict + ONE) == [("conflict", "error", 5)]


def test_twins_between_conflict_markers_are_told_once() -> None:
    twins = f"<<<<<<< ours\n{ONE}=======\n{ONE}>>>>>>> theirs\n"
    assert brief(HEAD + twins) == [("conflict", "error", 5)]


@pytest.mark.parametrize("left", ["<<<<<<< ours\n", ">>>>>>> theirs\n"])
def test_a_conflict_marker_that_was_forgotten(left: str) -> None:
    assert brief(ONE + left) == [("conflict", "error", 9)]


@pytest.mark.parametrize("lines", ["A title\n=======\n", "```\n<<<<<<< a\n=======\n>>>>>>> b\n```\n", "<<<<<<<\n"])
def test_lines_like_conflict_markers(lines: str) -> None:
    assert brief(f"{ONE}\n{lines}") == []


def test_line_ends_of_two_kinds() -> None:
    (one,) = found(ONE.replace("used: 0\n", "used: 0\r\n"))
    assert (one.code, one.severity, one.line) == ("line-ends", "note", 4)
    assert one.what.startswith("the only line that ends in CRLF")
    lone = found(ONE.replace("\n", "\r\n").replace("used: 0\r\n", "used: 0\n"))
    assert [(one.code, one.line) for one in lone] == [("line-ends", 4)]


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "a\rb"])
def test_control_characters(char: str) -> None:
    (one,) = found(ONE.replace("pool", char))
    assert (one.code, one.severity, one.line) == ("control-characters", "warning", 8)
    assert one.what.isprintable()


def test_control_characters_are_told_once_an_entry() -> None:
    (first, second) = found(ONE.replace("pool", "\x1b[31mpool\x1b[0m") + GAP + TWO + "\x00\n")
    assert "and 1 more here (U+001B)" in first.what
    assert second.line == 18


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("start", ["", "\n", "\r\n"])
def test_text_in_utf_16_behind_a_text_in_utf_8(codec: str, start: str) -> None:
    appended = (start + TWO + "Störung 障害\n" + TWO).encode(codec)
    (one, two) = found(f"{ONE}\n".encode() + appended + f"{GAP}{TWO}\x00".encode())
    assert (one.code, one.severity) == ("other-encoding", "error")
    assert one.line in (10, 11), "where it begins, or its heading after a blank line"
    assert "text in UTF-16" in one.what
    assert two.code == "control-characters"


@pytest.mark.parametrize("char", ["\t", "é", "→", "👩\u200d🚒", "العربية", "\u00a0"])
def test_characters_that_do_no_harm(char: str) -> None:
    assert brief(ONE.replace("pool", char)) == []


def test_text_of_the_file_is_harmless_in_a_finding() -> None:
    evil = "\x1b]0;x\x07"
    for live in (
        ONE.replace("incident\n", f"{evil}\n", 1),
        ONE.replace("used: 0", f"used: {evil}"),
        with_line(f"- pinned:{evil}"),
        ONE.replace("one", evil) + GAP + ONE.replace("one", evil),
        ONE + GAP + f"<!--\n{TWO.replace('two', evil)}-->\n",
    ):
        assert all(one.what.isprintable() and one.advice.isprintable() for one in found(live))


def test_bytes_that_are_no_text_are_looked_at_as_well() -> None:
    assert brief(ONE.encode().replace(b"pool", b"\xff\xfe") + b"\n- \xe9t\xe9\n") == []


def test_a_severity_is_at_least_itself_and_what_is_less_bad() -> None:
    assert at_least("error", "note")
    assert at_least("note", "note")
    assert not at_least("note", "warning")


SLIPS = [b"- pinned:true", b"used = 2", b"- Type: Note", b"- tags: [a, b]", b"- last_used: 2025/03/09", b"\x1b[0m", b""]
SLIPS += [
    b"x## M-2024-05-01T10:00:00Z INC-9 glued",
    b" ## M-2024-06-01 indented",
    b"<<<<<<< a",
    b"=======",
    b">>>>>>> b",
]


@st.composite
def sick(draw: st.DrawFn) -> bytes:
    """Any file, with lines in it that no one meant."""
    lines = draw(files()).splitlines(keepends=True)
    for slip in draw(st.lists(st.sampled_from(SLIPS), max_size=4)):
        lines.insert(draw(st.integers(0, len(lines))), slip + draw(EOL))
    return b"".join(lines)


@pytest.mark.slow
@given(sick(), st.none() | sick())
def test_of_any_file_something_harmless_is_told_and_what_is_mended_loses_no_entry(
    live: bytes, archive: bytes | None
) -> None:
    held = base(live, archive)
    told = check([("", held)], DAY)
    for one in told:
        assert one.what.isprintable()
        assert one.advice.isprintable()
        assert 1 <= one.line <= held.document(one.location).data.count(b"\n") + 1
        after = held
        try:
            for edit in one.mend:
                after = apply(after, [edit]).applied_to(after)
        except Refused:
            continue
        before, now = (
            {entry.identity for place in LOCATIONS for entry in each.document(place).entries} for each in (held, after)
        )
        assert before <= now
        if one.mend:
            assert same(one, check([("", after)], DAY)) < same(one, told)


def same(one: Finding, told: list[Finding]) -> int:
    """How many findings are of this kind, and in an entry of this text."""
    texts = [(each.code, each.entry and each.entry.raw) for each in told]
    return texts.count((one.code, one.entry and one.entry.raw))
