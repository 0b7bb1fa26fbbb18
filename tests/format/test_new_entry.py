"""The text of a new entry: modelled on the file's own template, and read back as it was meant."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from incident_tui.format.edit.edit import apply, create_edit
from incident_tui.format.edit.new_entry import (
    entry_from_template,
    format_heading,
    fresh_timestamp,
    new_entry_text,
    next_reference,
)
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Heading
from incident_tui.format.sanitize import one_line

from ..thorough import examples
from .samples import FILE_NAME, GAP, HEAD, LIVE, A, B, C, entry

SAMPLE = Path(__file__).parents[2] / "sample_data" / "incidents.md"
NOW = "2026-11-24T10:00:00Z"
METADATA = b"- type: incident\n- tags: db, pool\n- used: 0\n- pinned: false\n- schema_version: 1\n"
TOP = b"## M-2026-11-24T10:00:00Z INC-9 it broke\n\n" + METADATA
USUAL = TOP + b"\n**Summary**\n\n**Impact**\n\n**Root Cause**\n\n**Learnings**\n\n**Action Items**\n\n- [ ] \n"
HINTS = b"""## M-YYYY-MM-DDTHH:MM:SSZ INC-NNNN slug

- type: note
- tags: service, symptom
- used: 3
- last_used: 2025-01-01
- severity: SEV-1 to SEV-4
- pinned: true

**What**
Two sentences.

**Why**

---

**Actions**
- [ ] somebody does something
"""
FROM_HINTS = b"""## M-2026-11-24T10:00:00Z INC-9 it broke

- type: note
- tags: db, pool
- used: 0
- pinned: false
- severity: SEV-1 to SEV-4

**What**
Two sentences.

**Why**

---

**Actions**
- [ ] somebody does something
"""
FILLED = b"""## M-2025-01-05T16:00:00Z INC-1234 orders-outage

- type: pattern
- tags: orders
- used: 2
- last_used: 2025-01-18
- owner: zoe
- pinned: true
- schema_version: 2

Words before the first title.

**What**

The pool ran dry.
```
**no title**
```

## Why

- [x] A leak
"""
FROM_FILLED = b"""## M-2026-11-24T10:00:00Z INC-9 it broke

- type: pattern
- tags: db, pool
- used: 0
- pinned: false
- schema_version: 2
- owner:

**What**

## Why
"""
LEADS_OVER = b"---\n\nOne that is filled in:\n"
STUB = b"## M-2024-12-15T10:00:00Z INC-1200 auth (summarized)\n\n- used: 1\n\n**Summary**\n\nx\n"


def commented(*texts: bytes) -> bytes:
    return b"<!-- Example:\n\n" + b"\n".join(texts) + b"\n-->\n\n"


def made(data: bytes) -> bytes:
    return entry_from_template(Document.parse(data), NOW, "INC-9", "it broke", ["db", "pool"])


@pytest.mark.parametrize(
    ("data", "new"),
    [
        pytest.param(b"", USUAL, id="an empty file"),
        pytest.param(LIVE, USUAL, id="no comment"),
        pytest.param(HEAD + commented(b"We write them short.") + A, USUAL, id="a comment without an entry"),
        pytest.param(HEAD + commented(b"## M-series laptops\n\n**What**\n") + A, USUAL, id="a heading that is none"),
        pytest.param(HEAD + commented(HINTS) + A, FROM_HINTS, id="a placeholder"),
        pytest.param(A + GAP + B + b"\n" + commented(HINTS), FROM_HINTS, id="a placeholder at the end"),
        pytest.param(commented(FILLED) + A + commented(HINTS), FROM_HINTS, id="rather than an example"),
        pytest.param(commented(FILLED, b"---\n", HINTS), FROM_HINTS, id="also in the same comment"),
        pytest.param(commented(HINTS, LEADS_OVER, FILLED), FROM_HINTS, id="what leads over to the next is left out"),
        pytest.param(HEAD + commented(FILLED) + A, FROM_FILLED, id="an example gives its titles only"),
        pytest.param(HEAD + commented(STUB, FILLED) + A, FROM_FILLED, id="a summary is no example"),
        pytest.param(HEAD + commented(C, FILLED) + A, FROM_FILLED, id="an entry without sections is no example"),
        pytest.param(A + GAP + commented(FILLED) + B, USUAL, id="an entry that someone took out is no example"),
        pytest.param(HEAD + b"<!-- Example:\n\n" + FILLED + GAP + A, USUAL, id="an unclosed comment holds entries"),
        pytest.param(commented(HINTS + b"```\nnever closed\n"), USUAL, id="a template that would hide what follows"),
        pytest.param(commented(HINTS + b"```\n\n## M-YYYY-MM-DD x\n\n**Y**\n```\n"), USUAL, id="a heading in its code"),
        pytest.param(commented(b"## M-YYYY-MM-DD\n\n- schema_version: 1\n"), TOP, id="metadata only"),
        pytest.param(commented(b"## M-YYYY-MM-DD\nWhat broke?\n"), TOP + b"\nWhat broke?\n", id="no metadata"),
    ],
)
def test_it_is_modelled_on_the_files_own_template(data: bytes, new: bytes) -> None:
    assert made(data) == new


@pytest.mark.parametrize(
    "stamp",
    ["YYYY-MM-DDTHH:MM:SSZ", "yyyy-mm-dd", "20YY-MM-DD", "XXXX-XX-XX", "JJJJ-MM-TT", "0000-00-00", "<time>", "{{now}}"],
)
def test_placeholders_are_known_by_their_shape(stamp: str) -> None:
    template = HINTS.replace(b"YYYY-MM-DDTHH:MM:SSZ", stamp.encode())
    assert made(commented(template)) == FROM_HINTS


def test_the_samples_own_template_is_taken_without_the_example_after_it() -> None:
    text = made(SAMPLE.read_bytes()).decode()
    assert "What users noticed, for how long" in text
    assert text.endswith("- [ ] something with an owner and a pull request\n")


@pytest.mark.parametrize("data", [HEAD + commented(HINTS) + A, LIVE], ids=["its template", "the usual sections"])
def test_it_has_the_documents_line_ends(data: bytes) -> None:
    crlf = data.replace(b"\n", b"\r\n")
    assert made(crlf) == made(data).replace(b"\n", b"\r\n")


def test_bytes_that_are_no_utf8_stay_in_its_hints() -> None:
    assert made(commented(HINTS.replace(b"Two", b"\xe9\xff"))) == FROM_HINTS.replace(b"Two", b"\xe9\xff")


def test_its_type_is_the_templates_else_the_one_given() -> None:
    def kind(data: bytes) -> str | None:
        return entry(entry_from_template(Document.parse(data), NOW, "", "x", [], "query")).type

    assert [kind(b""), kind(commented(HINTS))] == ["query", "note"]


def test_without_tags_it_has_a_line_for_them() -> None:
    assert b"\n- tags:\n" in entry_from_template(Document.parse(b""), NOW, "INC-9", "", [])


@pytest.mark.parametrize("tags", [["a, b"], ["a\n- pinned: true"], [""], [" a"], ["a\n\n## M-2025-01-01 x"]])
def test_tags_that_would_read_back_as_others_are_refused(tags: list[str]) -> None:
    with pytest.raises(Refused, match="tags"):
        entry_from_template(Document.parse(b""), NOW, "", "x", tags)


# The heading


@pytest.mark.parametrize(
    ("ref", "title", "line"),
    [
        ("INC-1234", "orders-outage", "## M-2026-11-24T10:00:00Z INC-1234 orders-outage"),
        ("PM2025-002-1", "", "## M-2026-11-24T10:00:00Z PM2025-002-1"),
        ("", "It broke  (again)", "## M-2026-11-24T10:00:00Z It broke  (again)"),
        (" INC-1 ", " x ", "## M-2026-11-24T10:00:00Z INC-1 x"),
        ("INC-1", "INC-2 made it worse", "## M-2026-11-24T10:00:00Z INC-1 INC-2 made it worse"),
        ("", "re: INC-2", "## M-2026-11-24T10:00:00Z re: INC-2"),
        ("", "x(archived)", "## M-2026-11-24T10:00:00Z x(archived)"),
        ("", "<!-- ``` 🏳️‍🌈 Zoë", "## M-2026-11-24T10:00:00Z <!-- ``` 🏳️‍🌈 Zoë"),
    ],
)
def test_a_heading_reads_back(ref: str, title: str, line: str) -> None:
    assert format_heading(NOW, ref, title) == line
    found = entry(line.encode())
    assert (found.timestamp, found.ref or "", found.title) == (NOW, ref.strip(), title.strip())


@pytest.mark.parametrize(
    ("ref", "title", "why"),
    [
        ("", "", "needs a title"),
        (" ", " ", "needs a title"),
        ("inc-1", "x", "'inc-1' is not a reference"),
        ("INC", "x", "'INC' is not a reference"),
        ("INC-1 INC-2", "x", "'INC-1 INC-2' is not a reference"),
        ("1-1", "", "'1-1' is not a reference"),
        ("INC-1-", "x", "'INC-1-' is not a reference"),
        ("", "INC-1 x", "begins with INC-1"),
        ("", "INC-1", "begins with INC-1"),
        ("", "x (summarized)", r"can't end in \(summarized\)"),
        ("INC-1", "(archived)", r"can't end in \(archived\)"),
        ("", "x\n## M-2025-01-01 y", "one line"),
        ("", "x\ty", "one line"),
        ("", "x\ry", "one line"),
        ("", "x\u2028y", "one line"),
        ("", "x\x1b[31m", "one line"),
        ("INC-1\x9b", "x", "one line"),
        ("", "x\u202ey", "one line"),
        ("", "x\u200by", "one line"),
        ("", "x\udcff", "one line"),
    ],
)
def test_what_would_not_read_back_is_refused_in_one_line(ref: str, title: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        format_heading(NOW, ref, title)
    assert one_line(str(refused.value)) == str(refused.value)
    assert "nothing was written" in str(refused.value)


@pytest.mark.parametrize(
    "stamp", ["", "now", "2026-11-24 10:00", "2026-11-24T10:00:00Z INC-1", "YYYY-MM-DD", "2026-1-1"]
)
def test_what_is_no_timestamp_is_refused(stamp: str) -> None:
    with pytest.raises(Refused, match="not a timestamp"):
        format_heading(stamp, "", "x")


# The timestamp


def test_the_timestamp_is_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    assert fresh_timestamp([], datetime(2026, 11, 24, 11, 0, 0, 999_999, tzinfo=berlin)) == NOW


def test_a_timestamp_that_an_entry_has_is_not_taken_again() -> None:
    live = Document.parse(b"## M-2026-11-24T10:00:00Z a\n\n## M-2026-11-24T10:00:02Z b\n")
    archive = Document.parse(b"## M-2026-11-24T10:00:01Z c\n")
    now = datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC)
    assert fresh_timestamp([live, archive], now) == "2026-11-24T10:00:03Z"
    assert fresh_timestamp([live], now) == "2026-11-24T10:00:01Z"


# Any title at all

PARTS = st.sampled_from(
    ["INC-1", "INC-12-3", "(archived)", "(summarized)", "## M-2025-01-01", "<!--", "-->", "```", "---", "- a: b", "🧯"]
)
TITLES = st.text(max_size=20) | st.lists(PARTS | st.text(max_size=4), max_size=4).map(" ".join)
REFS = st.just("") | st.from_regex(r"[A-Z][A-Z0-9]{0,4}-[0-9]{1,4}(-[0-9]{1,2})?", fullmatch=True)
TAGS = st.lists(st.from_regex(r"[a-zé0-9#<`*:-]([a-z0-9 .:<>`-]*[a-z0-9.>-])?", fullmatch=True), max_size=4)
STAMPS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda day: day.strftime("%Y-%m-%dT%H:%M:%SZ"))
FILES = st.sampled_from(
    [
        b"",
        LIVE,
        C + GAP + B + GAP + A,
        B + GAP + C + GAP + A,
        HEAD + commented(HINTS) + A + GAP + B,
        HEAD + commented(FILLED),
        HEAD + commented(HINTS + b"```\nnever closed\n") + A,
        SAMPLE.read_bytes(),
    ]
)
FORMS = st.sampled_from([bytes, lambda data: data.replace(b"\n", b"\r\n"), bytes.rstrip])


@settings(max_examples=examples(200), deadline=None)
@given(FILES, FORMS, STAMPS, REFS, TITLES, TAGS)
def test_whatever_is_accepted_reads_back_from_the_file_it_is_put_in(
    data: bytes, form: type[bytes], stamp: str, ref: str, title: str, tags: list[str]
) -> None:
    document = Document.parse(form(data))
    assume(stamp not in {held.timestamp for held in document.entries})
    try:
        text = entry_from_template(document, stamp, ref, title, tags)
    except Refused:
        assume(False)
    ref, title = ref.strip(" "), title.strip(" ")
    (file,) = apply(Contents(document, None, FILE_NAME), [create_edit(text)]).files
    (new,) = (held for held in file.document.entries if held.timestamp == stamp)
    assert new.heading == Heading(stamp, ref or None, title, None, f"{ref} {title}".strip(" "))
    assert (new.tags, new.used, new.pinned, new.last_used) == (tuple(tags), 0, False, None)
    assert new.raw.rstrip(b"\r\n") == text.rstrip(b"\r\n")
    assert [held.raw.rstrip() for held in file.document.entries if held is not new] == [
        held.raw.rstrip() for held in document.entries
    ]


@pytest.mark.parametrize(
    ("titles", "slug"),
    [
        (("orders-api-outage", "failover"), True),
        (("pool", "ours"), True),
        (("orders-api-outage",), False),
        (("orders-api-outage", "redis-failover", "Restore drill"), False),
        (("orders-api-outage", "INC-4711 a heading of several words", "redis-failover"), False),
        (("Outage", "Failover"), False),
        ((), False),
    ],
)
def test_a_title_becomes_a_slug_where_all_titles_of_the_file_are(titles: Sequence[str], slug: bool) -> None:
    data = "\n".join(f"## M-2026-01-0{day}T10:00:00Z {title}\n" for day, title in enumerate(titles, 1)).encode()
    contents = Contents(Document.parse(data), None, "incidents.md")
    raw = new_entry_text(contents, datetime(2026, 1, 9, tzinfo=UTC), "", "Full disk again", [])
    assert raw.startswith(f"## M-2026-01-09T00:00:00Z {'full-disk-again' if slug else 'Full disk again'}\n".encode())


@pytest.mark.parametrize(
    ("timestamp", "body"),
    [
        (b"YYYY-MM-DD", b"\nSummary\n---\n\nWhat happened\n\n## Impact\n"),
        (b"2025-01-05T16:00:00Z", b"\nSummary\n---\n\n## Impact\n"),
    ],
)
def test_underlined_titles_of_a_template_are_taken_over(timestamp: bytes, body: bytes) -> None:
    text = b" x\n\n- type: fact\n\nSummary\n---\n\nWhat happened\n\nImpact\n---\n\n---\n\nNext one:\n"
    assert made(commented(b"## M-" + timestamp + text)).endswith(body)


@pytest.mark.parametrize(
    ("live", "archive", "expected"),
    [
        (["INC-7", "INC-12"], ["INC-15"], "INC-16"),
        (["OPS-1", "OPS-0009"], ["INC-4"], "OPS-0010"),
        (["INC-1-2"], [], ""),
        ([], [], ""),
    ],
    ids=["the archive counts", "as wide as the last", "no plain one", "none"],
)
def test_the_next_free_reference(live: list[str], archive: list[str], expected: str) -> None:
    def document(refs: list[str]) -> Document:
        return Document.parse(b"\n".join(b"## M-2026-01-05T16:00:00Z %b title\n" % ref.encode() for ref in refs))

    assert next_reference(Contents(document(live), document(archive), "incidents.md")) == expected
