"""A Markdown file of any kind read as incidents."""

import pytest

from incident_tui.importing.incidents import Incident, SourceFile, read_incidents


def single(name: str, text: str | bytes, first_commit: str = "") -> Incident:
    """The only incident of a file."""
    (incident,) = read(name, text, first_commit).incidents
    return incident


def read(name: str, text: str | bytes, first_commit: str = "") -> SourceFile:
    return read_incidents(name, text if isinstance(text, bytes) else text.encode(), lambda: first_commit)


@pytest.mark.parametrize(
    ("name", "text", "date", "origin"),
    [
        ("2020-01-01-x.md", "---\ndate: 2024-03-05\n---\n# 2021-01-01 x\n", "2024-03-05", "front matter (date)"),
        (
            "x.md",
            "---\ndate: 2024-03-06\nincident_date: 2024-03-05\n---\nx\n",
            "2024-03-05",
            "front matter (incident_date)",
        ),
        ("x.md", "---\nIncident Date: 2024-03-05\n---\nx\n", "2024-03-05", "front matter (Incident Date)"),
        ("2020-01-01-x.md", "# 2024-03-05 x\n", "2024-03-05", "heading"),
        ("x.md", "x on March 5, 2024\n===\n", "2024-03-05", "heading"),
        ("2024-03-05-x.md", "# x\n", "2024-03-05", "file name"),
        ("x-20240305.html.md.erb", "# x\n", "2024-03-05", "file name"),
        ("2024-03-05-x/README.md", "# x\n", "2024-03-05", "file name"),
        ("2024/03/05/x.md", "# x\n", "2024-03-05", "folder name"),
        ("x.md", "# x\n\nSince 2019-01-01 …\n\n**Date**: 5 March 2024\n", "2024-03-05", "a date line in the text"),
        ("x.md", "# x\n\n## Date\n\n2024-03-05\n", "2024-03-05", "a date line in the text"),
        ("x.md", "# x\n\n| Incident date | 2024-03-05 |\n", "2024-03-05", "a date line in the text"),
    ],
)
def test_the_date_is_that_of_the_best_place(name: str, text: str, date: str, origin: str) -> None:
    dating = single(name, text).dating
    assert (dating.date.timestamp[:10], dating.origin, dating.guessed) == (date, origin, False)


def test_the_first_date_of_the_text_and_the_first_commit_are_guesses() -> None:
    text = "# x\n\nhttps://example.com/2020/01/02/ says: when on 2024-03-05 all was down\n"
    dating = single("x.md", text).dating
    assert (dating.date.timestamp[:10], dating.origin, dating.guessed) == ("2024-03-05", "first date in the text", True)
    dating = single("x.md", "# x\n", "2024-03-05T10:00:00+02:00").dating
    assert (dating.date.timestamp, dating.origin, dating.guessed) == ("2024-03-05T08:00:00Z", "first commit", True)


def test_a_file_without_a_date_is_none_and_a_readme_is_never_guessed() -> None:
    assert read("x.md", "# x\n") == SourceFile(problem="it has no date, nor has git")
    for name in ("README.md", "index.html.md.erb", "docs/_index.md", "postmortem-template.md"):
        found = read(name, "# x\n\nSince 2024-03-05\n", "2024-03-05")
        assert (found.incidents, found.expected) == ((), True)
    assert read("2024-03-05-template.md", "# x\n").problem == "a template"


@pytest.mark.parametrize(
    ("name", "text", "ref", "title", "body"),
    [
        ("a.md", "---\ntitle: T\ndate: 2024-03-05\n---\n# T\n\nx\n", "", "T", "x"),
        ("a.md", "---\ntitle: T\ndate: 2024-03-05\n---\n# Other\n\nx\n", "", "T", "# Other\n\nx"),
        ("a.md", "---\nid: INC-7\ndate: 2024-03-05\n---\n# T #\n\nx\n", "INC-7", "T", "x"),
        ("a.md", "# INC-7: T (2024-03-05)\n\nx\n", "INC-7", "T", "x"),
        ("a.md", "# 2024-03-05 COVID-19-like load\n\nx\n", "", "COVID-19-like load", "x"),
        ("INC-7-db_down.md", "## Impact\n\nDate: 2024-03-05\n", "INC-7", "db_down", "## Impact\n\nDate: 2024-03-05"),
        ("a.md", "# [INC-7] T\n\nDate: 2024-03-05\n", "INC-7", "T", "Date: 2024-03-05"),
        ("a.md", "# Incident on 2024-03-05 - T\n\nx\n", "", "T", "x"),
        ("a.md", "# Outage of T, March 5, 2024\n\nx\n", "", "Outage of T", "x"),
        ("2024-03-05-db-down.md", "## Summary\n\nx\n", "", "db-down", "## Summary\n\nx"),
        ("2024-03-05-db-down.md", "# Post-mortem\n\nx\n", "", "db-down", "# Post-mortem\n\nx"),
        ("PM2024-003 - db down.md", "# DB down\n\nDate: 2024-03-05\n", "PM2024-003", "DB down", "Date: 2024-03-05"),
        ("INC-7-2024-03-05-x.md", "x\n", "INC-7-2024-03-05", "x", "x"),
    ],
)
def test_reference_and_title_are_taken_off_the_text(name: str, text: str, ref: str, title: str, body: str) -> None:
    incident = single(name, text)
    assert (incident.ref, incident.title, incident.body.strip()) == (ref, title, body)


def test_front_matter_becomes_metadata() -> None:
    incident = single(
        "a.md",
        "---\ntitle: T\ndate: 2024-03-05\nresolved: 2024-03-06\ntags: [db]\nlabels: urgent, x\ncategories:\n- Net\n"
        "severity: SEV-1\nservices: [a, b]\nowner: me\nresolvedWhen: later\ntype: post\nused: often\npinned: true\n"
        "source: wiki\nnothing:\n# a comment\nsteps:\n  - a: 1\n---\nx\n",
    )
    assert incident.tags == ("db", "urgent", "x", "Net")
    assert incident.fields == {
        "resolved": "2024-03-06",
        "severity": "SEV-1",
        "services": "a, b",
        "owner": "me",
        "resolved_when": "later",
        "imported_type": "post",
        "imported_used": "often",
        "pinned": "true",
        "imported_source": "wiki",
    }
    assert incident.type == "incident"
    assert incident.body == "x\n\n```yaml\nsteps:\n  - a: 1\n```\n\n<!-- front matter:\n# a comment\n-->"


def test_keys_that_come_to_be_the_same_are_told_apart() -> None:
    assert single("a.md", "---\ndate: 2024-03-05\nmyKey: a\nmy-key: b\n日付: c\n---\n").fields == {
        "my_key": "a",
        "my_key_2": "b",
        "imported": "c",
    }


LOG = """\
# Incidents

Ask before you write.

## 2024

### 2024-03-05 INC-2 Second

text

#### Timeline

### March 4, 2024 - First

- [ ] item

## 2023

### Incident 2023-11-02: Oldest
"""


def test_a_long_file_gives_an_incident_for_each_heading_with_a_date() -> None:
    *incidents, note = read("log.md", LOG).incidents
    assert [(one.line, one.dating.date.timestamp[:10], one.ref, one.title, one.body.strip()) for one in incidents] == [
        (7, "2024-03-05", "INC-2", "Second", "text\n\n#### Timeline"),
        (13, "2024-03-04", "", "First", "- [ ] item"),
        (19, "2023-11-02", "", "Oldest", ""),
    ]
    assert (note.type, note.title, note.dating.date.timestamp[:10]) == ("note", "Incidents", "2023-11-02")
    assert note.body == "# Incidents\n\nAsk before you write.\n\n## 2024\n\n## 2023"


@pytest.mark.parametrize(
    ("headings", "count"),
    [
        (("January", "Sept.", "may"), 3),
        (("Decisions", "Marketing", "Mayor"), 1),
        (("Q1 2024", "2024", "March 2024"), 3),
    ],
)
def test_headings_of_months_stand_between_the_incidents_of_a_log(headings: tuple[str, ...], count: int) -> None:
    sections = [f"## {heading}\n\n### 2024-0{month}-05 x\n\n" for month, heading in enumerate(headings, 1)]
    incidents = read("log.md", "# Log\n\n" + "".join(sections)).incidents
    assert len(incidents) == count


def test_the_title_of_a_log_is_of_its_front_matter_however_the_key_is_written() -> None:
    *_, note = read("log.md", "---\nTitle: Outages\nowner: a\n---\n## 2024-03-05 x\n\n## 2024-03-04 y\n").incidents
    assert (note.title, dict(note.fields)) == ("Outages", {"owner": "a"})


def test_headings_alone_make_no_note() -> None:
    assert len(read("log.md", LOG.replace("Ask before you write.\n", "")).incidents) == 3


PAST = """# Past

## Incident #1

**Date**: October 8, 2024

### Impact

a

## Incident #2

- Date: 2024-11-09
"""


@pytest.mark.parametrize(
    ("name", "text", "origin", "found"),
    [
        (
            "2024-03.md",
            "# Outages\n\n## 5 March: queue\n\na\n\n## Tue 12 Mar\n\nb\n",
            "heading",
            ["2024-03-05 queue", "2024-03-12 2024-03"],
        ),
        (
            "log.md",
            "# April 2024\n\n## Thu 11 Apr\n\na\n\n## 2 Apr - disk\n\nb\n",
            "heading",
            ["2024-04-11 log", "2024-04-02 disk"],
        ),
        (
            "log.md",
            "## 2024-06-03 (Mon)\n\na\n\n## Tuesday 2024-06-04\n\nb\n",
            "heading",
            ["2024-06-03 log", "2024-06-04 log"],
        ),
        ("past.md", PAST, "a date line in the text", ["2024-10-08 Incident #1", "2024-11-09 Incident #2"]),
        (
            "x.md",
            "# x\n\n## Impact\n\nWhen: 2024-10-08\n\n## Cause\n\nStart: 2024-10-08\n",
            "a date line in the text",
            ["2024-10-08 x"],
        ),
        ("x.md", "# x of May 2024\n\na\n", "the month that it names", ["2024-05-01 x of May 2024"]),
        ("2024-05.md", "# x\n\nOn 2024-05-20 it was down.\n", "first date in the text", ["2024-05-20 x"]),
    ],
)
def test_days_of_a_month_that_is_named_and_incidents_with_a_line_of_their_date(
    name: str, text: str, origin: str, found: list[str]
) -> None:
    incidents = read(name, text).incidents
    assert [f"{each.dating.date.timestamp[:10]} {each.title}" for each in incidents] == found
    assert {each.dating.origin for each in incidents} == {origin}
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [line for each in incidents for line in each.body.splitlines() if line and not line.startswith("#")] == lines


@pytest.mark.parametrize(
    "text",
    [
        "# 2024-03-05 x\n\n## 2024-03-05 10:00\n\n## 2024-03-05 11:00\n",
        "# x\n\n## Date\n\n2024-03-05\n\n## Timeline\n\n### 2024-03-05 10:00\n\n### 2024-03-05 11:00\n\n## Impact\n",
        "---\ndate: 2024-03-05\n---\n## 2024-03-05 10:00\n\n## 2024-03-05 11:00\n",
        "# x\n\nDate: 2024-03-05\n\n```\n## 2024-03-06 a\n## 2024-03-07 b\n```\n",
        "# x\n\nDate: 2024-03-05\n\n<!--\n## 2024-03-06 a\n## 2024-03-07 b\n-->\n",
    ],
)
def test_a_timeline_is_one_incident(text: str) -> None:
    assert single("x.md", text).dating.date.timestamp[:10] == "2024-03-05"


def test_the_day_of_a_title_stays_where_the_entry_has_another() -> None:
    found = read("x.md", "---\ntitle: Outage - 11 June 2022\ndate: 2022-07-20\n---\nx\n")
    assert [incident.title for incident in found.incidents] == ["Outage - 11 June 2022"]
    assert found.notes == ("the date is 2022-07-20, of its front matter (date); its heading says 2022-06-11",)


def test_a_heading_and_a_name_that_differ_are_said() -> None:
    found = read("2024-03-07-x.md", "# 2024-03-05 x\n")
    assert found.notes == ("the date is 2024-03-05, of its heading; its file name says 2024-03-07",)


@pytest.mark.parametrize(
    ("data", "title", "note"),
    [
        ("\ufeff# 2024-03-05 Tür\n".encode(), "Tür", ""),
        ("# 2024-03-05 Tür\n".encode("utf-16"), "Tür", "it is UTF-16: read as that, written as UTF-8"),
        ("# 2024-03-05 Tür\n".encode("cp1252"), "Tür", "it is Windows-1252: read as that, written as UTF-8"),
        (b"# 2024-03-05 x\n\xc3\xbc \xff\n", "x", "some bytes are no UTF-8: they are kept"),
        (b"# 2024-03-05 x\r\n\r\ny\r\n", "x", ""),
    ],
)
def test_any_encoding_that_can_be_told_is_read(data: bytes, title: str, note: str) -> None:
    found = read("x.md", data)
    assert ([one.title for one in found.incidents], found.notes) == ([title], (note,) if note else ())


@pytest.mark.parametrize(
    ("data", "problem", "expected"),
    [
        (b"", "it is empty", True),
        (b"\0\1\2\0", "it is not text", False),
        (
            "# 2024-03-05 Text".encode("utf-16-le"),
            "it is UTF-16LE, not UTF-8; convert it: iconv -f UTF-16LE -t UTF-8",
            False,
        ),
        (b"\xff\xfea", "it says that it is UTF-16, but isn't", False),
    ],
)
def test_what_is_no_text_is_said(data: bytes, problem: str, expected: bool) -> None:
    assert read("2024-03-05.md", data) == SourceFile(problem=problem, expected=expected)


@pytest.mark.parametrize("title", ["# Incidents", "# Störungen", f"<!-- {'障害' * 40} -->", "---\n# Ä\n---"])
def test_a_file_of_this_format_gives_its_entries_as_they_are(title: str) -> None:
    raw = "## M-2024-03-05T10:00:00Z INC-7 x\n\n- type: fact\n- odd:  y\n\ntext\n"
    found = read("kb.md", f"{title}\n\n{raw}\n---\n\n{raw.replace('-7', '-8')}")
    assert [one.raw for one in found.incidents] == [raw.encode(), raw.replace("-7", "-8").encode()]
    assert found.notes == (f"lines 1-{title.count(chr(10)) + 2}, before its first entry, are left out",)
