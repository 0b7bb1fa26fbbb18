"""`report`: Markdown for a retro's minutes, whose figures are those of the file."""

import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from mistletoe.block_token import Document, Table
from mistletoe.token import Token

from .conftest import Content, Program, Run, Said

pytestmark = pytest.mark.sample_day

Report = Callable[[str], Said]


@pytest.fixture
def only(run: Run, folder: Path) -> Report:
    """The report of a knowledge base that holds this text and no archive."""
    shutil.rmtree(folder / "archive")

    def report(text: str) -> Said:
        (folder / "incidents.md").write_text(text, "utf-8")
        return run("report")

    return report


def tables(markdown: str) -> list[list[list[str]]]:
    """The tables of a text as a forge reads it: rows of cells, what is markup gone."""
    found = []
    for token in Document(markdown.splitlines(keepends=True)).children or ():
        if isinstance(token, Table):
            found.append(
                [[text(cell) for cell in row.children or ()] for row in [token.header, *(token.children or ())]]
            )
    return found


def text(token: Token) -> str:
    children = getattr(token, "children", None)
    return "".join(map(text, children)) if children is not None else getattr(token, "content", "")


def table(said: Said, title: str) -> list[list[str]]:
    """The table below a heading, without its own."""
    assert (said.code, said.err) == (0, "")
    (part,) = [part for part in said.out.split("\n## ") if part.startswith(title)]
    found = tables(part)
    return found[0][1:] if found else []


def test_the_sample_in_figures(run: Run) -> None:
    said = run("report")
    assert said.out.startswith("# Incidents, as of 2026-11-24\n\n25 incidents, live and archived (`type:incident`). ")
    assert table(said, "Incidents a month")[3] == ["2026-08", "3", "███", "date:2026-08 type:incident"]
    assert table(said, "Tags")[1] == ["postgres", "4", "████", "1", "1", "tag:postgres type:incident"]
    assert table(said, "Action items")[1] == ["0 to 30", "8", "███████", "7", "3", "is:open date:>=2026-10-25"]
    assert table(said, "What helped most")[0] == ["who-blocks-whom", "9", "█" * 9, "2026-11-17", "date:2026-10-14"]
    assert table(said, "Stale")[1] == ["never used", "3", "███", "is:stale used:0 -is:archived"]


def test_it_ends_with_what_is_not_counted(run: Run) -> None:
    assert run("report").out.endswith("## Not counted\n\n- Action items without a checkbox, done or not: 3\n")


def test_where_all_counts_nothing_is_said_of_that(only: Report) -> None:
    assert "Not counted" not in only("## M-2026-11-01T10:00:00Z a\n\n- [ ] open\n").out


def test_an_entry_without_a_readable_date_is_told_with_the_query_that_lists_it(only: Report) -> None:
    told = "- Entries whose date can't be read (in no month, trend or age): 1 (`-date:>=0001`)\n"
    assert told in only("## M-2026-02-30T10:00:00Z a\n").out


def test_how_many_are_left_out_is_told_with_the_query_that_lists_all(run: Run) -> None:
    said = run("report").out
    assert "\n10 of 96 are shown.\n" in said
    assert "\n10 of 24 are shown; `used:>0` lists all.\n" in said


def test_raw_each_line_of_a_table_is_as_long_as_the_others(run: Run, folder: Path) -> None:
    path = folder / "incidents.md"
    path.write_text(path.read_text("utf-8").replace("who-blocks-whom", "誰が誰を止める é"), "utf-8")
    lines = run("report").out.splitlines()
    assert any("誰が誰を止める" in line for line in lines)
    for before, line in pairwise(lines):
        if before.startswith("|") and line.startswith("|"):
            wide = sum(char > "\u2fff" for char in line) - sum(char > "\u2fff" for char in before)
            assert len(line) + wide == len(before)


def test_since_a_day_incidents_and_help_count_from_then_on(run: Run) -> None:
    said = run("report", "--since", "2026-10-25")
    assert "3 incidents from 2026-10-25 on, live and archived (`date:>=2026-10-25 type:incident`)." in said.out
    assert [row[:2] for row in table(said, "Incidents a month")] == [["2026-11", "2"], ["2026-10-25..2026-10-31", "1"]]
    assert len(table(said, "What helped most")) == 9
    assert table(said, "Action items") == table(run("report"), "Action items")


@pytest.mark.parametrize("when", ["2026-11-24", "2026-11-24T00:30", "20261124"])
def test_since_takes_what_log_takes(run: Run, when: str) -> None:
    assert "0 incidents from 2026-11-24 on" in run("report", "--since", when).out


@pytest.mark.parametrize(
    ("when", "first", "days"),
    [("30d", "2026-10-26", 30), ("2w", "2026-11-11", 14), ("1d", "2026-11-24", 1), ("400d", "2025-10-21", 400)],
)
def test_since_so_many_days_is_so_many_days_of_which_today_is_one(run: Run, when: str, first: str, days: int) -> None:
    said = run("report", "--since", when)
    span = "day (" if days == 1 else f"{days} days ("
    assert f"in the last {span}from {first}), in the {'day' if days == 1 else days} before." in said.out


def test_an_age_longer_than_there_are_days_means_all(run: Run) -> None:
    assert "25 incidents from 0001-01-01 on" in run("report", "--since", "999999w").out


@pytest.mark.parametrize("when", ["2026-11-25", "9999-12-31", "soon", "2026-02-30", ""])
def test_a_day_to_come_and_no_day_are_wrong_use(run: Run, when: str) -> None:
    said = run("report", "--since", when)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)


def test_of_a_query_only_what_it_finds_counts(run: Run) -> None:
    said = run("report", "--query", "tag:postgres")
    assert said.out.startswith("# Incidents, as of 2026-11-24\n\n4 incidents, live and archived (`type:incident`).")
    assert "Only what `tag:postgres` finds is counted." in said.out
    assert {row[0]: row[1] for row in table(said, "Tags")}["postgres"] == "4"


def test_of_a_query_bodies_are_searched_and_a_typo_is_forgiven(run: Run) -> None:
    assert [row[0] for row in table(run("report", "--query", "gorutines"), "What helped most")] == [
        "INC-2088 valentine-memory-leak-search-api"
    ]


def test_a_query_without_a_value_is_told_and_all_counts(run: Run) -> None:
    said = run("report", "--query", "is:")
    assert said.err.count("\n") == 1
    assert "25 incidents" in said.out
    assert "Only what" not in said.out


def test_where_nothing_is_found_it_says_so(run: Run) -> None:
    said = run("report", "--query", "tag:nothing-of-the-kind")
    assert said.code == 0
    assert tables(said.out) == []
    assert said.out.count("\nNone.\n") == 5
    assert "are shown" not in said.out


def test_an_empty_knowledge_base_has_a_report_and_a_missing_one_has_none(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "incidents.md").write_bytes(b"")
    said = run("report", "-f", str(tmp_path))
    assert (said.code, said.err) == (0, "")
    assert "0 incidents" in said.out
    assert run("report", "-f", str(tmp_path / "none.md")).code == 1


HOSTILE = (
    "a | b \\| c `d` *e* [f](g) <h> _i_ $j$ &amp; ~~k~~ l_m",
    "\x1b[31mred\x1b[0m \u202ereversed \x9b2J tab\there",
    "\\",
    "|",
)


@pytest.mark.parametrize("title", HOSTILE)
def test_text_of_the_file_breaks_no_table_is_no_markup_and_harms_no_terminal(only: Report, title: str) -> None:
    said = only(f"## M-2026-11-01T10:00:00Z {title}\n\n- type: incident\n- tags: {title}\n- used: 1\n")
    assert all(char == "\n" or char.isprintable() for char in said.out)
    for rows in tables(said.out):
        assert {len(row) for row in rows} == {len(rows[0])}
    shown = title.translate({0x1B: "␛", 0x9B: "\ufffd", 0x202E: None, 0x09: " "})
    ((entry, used, *_),) = table(said, "What helped most")
    assert (entry, used) == (shown, "1")
    ((tag, count, *_),) = table(said, "Tags")
    assert (tag, count) == (shown, "1")


def test_a_tag_that_no_query_can_say_has_none(only: Report) -> None:
    said = only('## M-2026-11-01T10:00:00Z a\n\n- tags: "redis"\n')
    assert table(said, "Tags") == [['"redis"', "1", "█", "1", "0", "-"]]


def test_where_output_takes_ascii_only_bars_are_ascii(program: Program) -> None:
    done = program("report", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert b"| kubernetes  |         5 | ##### |" in done.stdout


def test_a_report_writes_nothing(run: Run, content: Content) -> None:
    before = content()
    run("report", "--since", "30d", "--query", "redis")
    assert content() == before


def test_it_takes_no_words(run: Run) -> None:
    assert run("report", "redis").code == 2


def test_as_json_it_has_the_same_figures(run: Run) -> None:
    said = run("report", "--json", "--since", "2026-10-25")
    assert (said.code, said.err, said.out.count("\n")) == (0, "", 1)
    whole = json.loads(said.out)
    assert (whole["today"], whole["since"], whole["query"]) == ("2026-11-24", "2026-10-25", None)
    assert whole["incidents"] == {
        "label": "incidents",
        "value": 3,
        "entries": 3,
        "query": "date:>=2026-10-25 type:incident",
        "beside": {},
    }
    shown = run("report", "--since", "2026-10-25")
    for section in whole["sections"]:
        rows = table(shown, section["title"])
        assert [[figure["label"], str(figure["value"])] for figure in section["figures"]] == [row[:2] for row in rows]
        assert [list(figure["beside"].values()) for figure in section["figures"]] == [row[3:-1] for row in rows]
        assert section["total"] >= len(rows)
    (items,) = [section for section in whole["sections"] if section["title"] == "Action items"]
    assert list(items["figures"][0]["beside"]) == ["Done", "Entries"]
    assert [figure["label"] for figure in whole["uncounted"]] == [
        "Action items without a checkbox, done or not",
    ]
    assert json.loads(run("report", "--json", "--query", "tag:postgres").out)["query"] == "tag:postgres"


OWNED = """\
## M-2026-11-20T10:00:00Z INC-2 *second*

- type: incident
- severity: SEV1

- [ ] Alert on `free` orders @ana by 12 Jan
- [ ] Page on pool pressure (Ana), due 2026-12-01
- [ ] Rename the flags
- [x] Done already (Ana)

## M-2026-10-25T09:00:00Z INC-1 first

- type: incident

- [ ] Runbook, owner: Bo
"""


def test_it_lists_the_incidents_of_the_period_and_the_open_items_by_owner(run: Run, folder: Path) -> None:
    (folder / "archive" / "incidents.md").unlink()
    (folder / "incidents.md").write_text(OWNED, "utf-8")
    said = run("report", "--since", "2026-10-26").out
    assert said[said.index("## Incidents of this period") :] == (
        "## Incidents of this period\n\n"
        "- 2026-11-20 SEV1 **INC-2** \\*second\\*\n\n"
        "## Open action items by owner\n\n"
        "### ana (2)\n\n"
        "- INC-2: Page on pool pressure (Ana), due 2026-12-01 (due 2026-12-01)\n"
        "- INC-2: Alert on `free` orders @ana by 12 Jan (due 2027-01-12)\n\n"
        "### Bo (1)\n\n"
        "- INC-1: Runbook, owner: Bo\n\n"
        "### No owner (1)\n\n"
        "- INC-2: Rename the flags\n"
    )
    whole = json.loads(run("report", "--json").out)
    assert [(one["date"], one["ref"], one["title"], one["severity"]) for one in whole["incident_list"]] == [
        ("2026-11-20", "INC-2", "*second*", "SEV1"),
        ("2026-10-25", "INC-1", "first", None),
    ]
    assert [(one["owner"], one["due"], one["ref"], one["number"]) for one in whole["open_items"]] == [
        ("ana", "2026-12-01", "INC-2", 2),
        ("ana", "2027-01-12", "INC-2", 1),
        ("Bo", None, "INC-1", 1),
        (None, None, "INC-2", 3),
    ]


def test_the_last_30_days_are_30_days(run: Run) -> None:
    assert "in the last 30 days (from 2026-10-26), in the 30 before" in run("report", "--since", "30d").out
