"""Edits: what each of them makes of the two files, to the byte, and when it is refused."""

from datetime import date

import pytest

from incident_tui.format.edit.edit import Edit, apply
from incident_tui.format.edit.operations import Archive, Helped, Operation, Pin, Restore, Summarize
from incident_tui.format.edit.plan import EditConflict
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.format.model.located import Target

from .samples import GAP, HEAD, LIVE, A, B, C, after, base, does, edit

TODAY = date(2025, 4, 5)
SUMMARY = Summarize("It broke.", "Check the pool.")
STUB = b"""## M-2025-03-01T10:00:00Z INC-3 third (summarized)

- type: incident
- tags: db, pool
- used: 2
- last_used: 2025-03-09
- pinned: false
- schema_version: 1

**Summary**

It broke.

**Key Learning**

Check the pool.

**Full Details**

See archive/incidents.md#M-2025-03-01T10:00:00Z
"""
NEW_ARCHIVE = b"# Archived incidents\n\n---\n\n"
OLD = b"## M-2024-01-01T10:00:00Z OLD-1 old\n\nOld.\n"
OLDER = b"## M-2023-01-01T10:00:00Z OLD-2 older\n\nOlder.\n"


def crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


# Pin


@pytest.mark.parametrize("ref", ["INC-3", "INC-2", "INC-1"])
@pytest.mark.parametrize("form", [bytes, crlf, bytes.rstrip], ids=["LF", "CRLF", "no newline at the end"])
def test_pin_changes_one_word(ref: str, form: type[bytes]) -> None:
    before, now = form(LIVE), does(form(LIVE), ref, Pin())
    at = before.index(b"pinned: false", before.index(ref.encode())) + len("pinned: ")
    assert now == before[:at] + b"true" + before[at + len("false") :]


@pytest.mark.parametrize("ref", ["INC-3", "INC-2", "INC-1"])
def test_pin_and_unpin_leave_the_file_as_it_was(ref: str) -> None:
    assert does(does(LIVE, ref, Pin()), ref, Pin(False)) == LIVE


@pytest.mark.parametrize(
    ("value", "act", "now"),
    [
        ("false", Pin(), "true"),
        ("true", Pin(False), "false"),
        ("True", Pin(False), "False"),
        ("NO", Pin(), "YES"),
        ("off", Pin(), "on"),
        ("1", Pin(False), "0"),
        ("yes", Pin(), "yes"),
        ("off", Pin(False), "off"),
        ("maybe", Pin(False), "maybe"),
    ],
)
def test_pin_keeps_the_spelling_that_it_finds(value: str, act: Pin, now: str) -> None:
    entry = "## M-2025-01-01T10:00:00Z X-1 x\n\n- pinned: {} \t\n- used: 1\n"
    assert does(entry.format(value).encode(), "X-1", act) == entry.format(now).encode()


@pytest.mark.parametrize("line", [b"- pinned:\n", b"- pinned:\r\n", b"- pinned:"], ids=["LF", "CRLF", "no newline"])
def test_a_value_is_put_behind_a_bare_key(line: bytes) -> None:
    heading = b"## M-2025-01-01T10:00:00Z X-1 x\n"
    assert does(heading + line, "X-1", Pin()) == heading + line.replace(b":", b": true")


def test_what_is_so_already_changes_nothing() -> None:
    where = base(LIVE)
    assert apply(where, [edit(where, "INC-3", Pin(False))]).files == ()


def test_pinned_maybe_is_refused_with_its_line() -> None:
    with pytest.raises(Refused, match=r"INC-1 first: line 34 says `pinned: maybe`, not true or false"):
        does(LIVE[:-30] + LIVE[-30:].replace(b"false", b"maybe"), "INC-1", Pin())


# Missing lines, and lines given twice


@pytest.mark.parametrize(
    ("lines", "now"),
    [
        pytest.param(
            "\n- type: note\n- schema_version: 1\n",
            "\n- type: note\n- pinned: true\n- schema_version: 1\n",
            id="between",
        ),
        pytest.param("\n- schema_version: 1\n", "\n- pinned: true\n- schema_version: 1\n", id="first"),
        pytest.param("\n- type: note\n", "\n- type: note\n- pinned: true\n", id="last"),
        pytest.param("\n- type: note", "\n- type: note\n- pinned: true", id="last, no newline"),
        pytest.param(
            "\n- schema_version: 1\n- used: 1\n", "\n- schema_version: 1\n- used: 1\n- pinned: true\n", id="odd"
        ),
        pytest.param("\n- owner: me\n- used: 1\n", "\n- owner: me\n- used: 1\n- pinned: true\n", id="unknown keys"),
        pytest.param("", "\n- pinned: true\n", id="no metadata"),
        pytest.param("\nText.\n", "\n- pinned: true\n\nText.\n", id="no metadata, text"),
        pytest.param("Text.\n", "\n- pinned: true\n\nText.\n", id="no metadata, text at once"),
        pytest.param("\n- a list\n", "\n- pinned: true\n\n- a list\n", id="no metadata, a list"),
    ],
)
@pytest.mark.parametrize("form", [bytes, crlf], ids=["LF", "CRLF"])
def test_a_missing_line_is_put_where_the_format_has_it(lines: str, now: str, form: type[bytes]) -> None:
    heading = "## M-2025-01-01T10:00:00Z X-1 x\n"
    assert does(form((heading + lines).encode()), "X-1", Pin()) == form((heading + now).encode())


def test_a_heading_without_newline_takes_the_files_own_line_end() -> None:
    live = crlf(HEAD + A + GAP) + b"## M-2025-01-01T10:00:00Z X-1 x"
    assert does(live, "X-1", Pin()) == live + b"\r\n\r\n- pinned: true\r\n"


def test_of_a_key_given_twice_the_last_is_edited() -> None:
    entry = b"## M-2025-01-01T10:00:00Z X-1 x\n\n- used: 1\n- used: 5\n- last_used: 2025-01-01\n"
    assert does(entry, "X-1", Helped(TODAY)) == entry.replace(b"5\n", b"6\n").replace(b"2025-01-01\n", b"2025-04-05\n")


# Helped


def test_helped_counts_and_dates_and_nothing_else() -> None:
    now = does(LIVE, "INC-3", Helped(TODAY))
    assert now == LIVE.replace(b"used: 2\n- last_used: 2025-03-09", b"used: 3\n- last_used: 2025-04-05")


def test_helped_adds_the_line_of_the_day() -> None:
    assert does(LIVE, "INC-1", Helped(TODAY)) == LIVE.replace(b"used: 7\n", b"used: 8\n- last_used: 2025-04-05\n")


@pytest.mark.parametrize("value", [b"many", b"-1", b"1.5", b"9999999999"])
def test_a_used_that_is_no_number_is_refused_with_its_line(value: bytes) -> None:
    with pytest.raises(Refused) as caught:
        does(LIVE.replace(b"used: 7", b"used: " + value), "INC-1", Helped(TODAY))
    assert f"line 33 says `used: {value.decode()}`, not a number" in str(caught.value)


# Summarize


def test_summarize_puts_exactly_this_in_the_entrys_place_and_its_text_in_the_archive() -> None:
    where = base(LIVE)
    live, archive = after(where, edit(where, "INC-3", SUMMARY))
    assert live == LIVE.replace(A, STUB)
    assert archive == NEW_ARCHIVE + A


def test_summarize_keeps_the_line_ends_of_a_crlf_file() -> None:
    where = base(crlf(LIVE))
    live, archive = after(where, edit(where, "INC-3", SUMMARY))
    assert live == crlf(LIVE.replace(A, STUB))
    assert archive == crlf(NEW_ARCHIVE + A)


def test_summarize_keeps_odd_metadata_as_it_was() -> None:
    odd = b"## M-2025-01-01T10:00:00Z X-1 x (archived)\n\n\n- owner:  me \n- used: 1\n- used: many\n\nText.\n"
    assert does(odd, "X-1", SUMMARY).startswith(
        b"## M-2025-01-01T10:00:00Z X-1 x (summarized)\n\n\n- owner:  me \n- used: 1\n- used: many\n\n**Summary**\n\nIt"
    )


def test_summarize_needs_no_metadata() -> None:
    now = does(b"## M-2025-01-01T10:00:00Z X-1\n\nText.", "X-1", SUMMARY)
    assert now.startswith(b"## M-2025-01-01T10:00:00Z X-1 (summarized)\n\n**Summary**\n\nIt broke.\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("## M-2025-01-09T10:00:00Z X-1 x", id="an entry heading"),
        pytest.param("text\n## M-2025-01-09", id="an entry heading further down"),
        pytest.param("```sql\nselect 1", id="an unclosed fence"),
        pytest.param("```", id="a bare fence"),
        pytest.param("<!-- oh", id="an unclosed comment"),
        pytest.param("a\n<!--\nb", id="an unclosed comment further down"),
        pytest.param("", id="nothing"),
        pytest.param(" \n ", id="blanks"),
        pytest.param("a\x1b[2Jb", id="control characters"),
        pytest.param("a\u202eb", id="an override"),
        pytest.param("a\rb", id="a lone CR"),
    ],
)
@pytest.mark.parametrize("ref", ["INC-3", "INC-1"], ids=["first entry", "last entry"])
def test_a_summary_that_could_make_or_swallow_an_entry_is_refused(text: str, ref: str) -> None:
    with pytest.raises(Refused):
        does(LIVE, ref, Summarize(text, "Learned."))
    with pytest.raises(Refused):
        does(LIVE, ref, Summarize("Broke.", text))


def test_a_summary_that_closes_a_lost_comment_above_is_refused() -> None:
    live = HEAD + A + b"\n<!-- lost\n" + GAP + B
    with pytest.raises(Refused, match="line 5"):
        does(live, "INC-2", Summarize("x -->", "y"))


def test_a_fence_in_the_summary_is_not_closed_by_one_in_the_key_learning() -> None:
    with pytest.raises(Refused, match="the summary opens"):
        does(LIVE, "INC-3", Summarize("```", "```"))


def test_a_summary_may_hold_code_and_comments() -> None:
    text = "Broke.\n\n```sql\nselect 1\n```\n\n<!-- note -->"
    assert text.encode() in does(LIVE, "INC-3", Summarize(text, "Learned."))


def test_a_pasted_crlf_text_takes_the_files_line_ends() -> None:
    assert b"one\ntwo\n\n**Key" in does(LIVE, "INC-3", Summarize("one\r\ntwo\r\n", "k"))


def test_a_summarized_entry_is_not_summarized_again() -> None:
    with pytest.raises(Refused, match="INC-3 third: it is summarized already"):
        does(STUB, "INC-3", SUMMARY)


def test_an_archived_entry_is_not_summarized() -> None:
    with pytest.raises(Refused, match="INC-3 third: it is archived"):
        does(LIVE, "INC-3", SUMMARY, archive=A, place="archive")


# Archive


@pytest.mark.parametrize(
    ("live", "ref", "left"),
    [
        pytest.param(LIVE, "INC-3", HEAD + B + GAP + C, id="first"),
        pytest.param(LIVE, "INC-2", HEAD + A + GAP + C, id="middle"),
        pytest.param(LIVE, "INC-1", HEAD + A + GAP + B, id="last"),
        pytest.param(HEAD + A, "INC-3", HEAD, id="sole"),
        pytest.param(A, "INC-3", b"", id="all there is"),
        pytest.param(LIVE + GAP, "INC-1", HEAD + A + GAP + B + GAP, id="last, with a gap after it"),
        pytest.param(LIVE.rstrip(), "INC-1", HEAD + A + GAP + B, id="last, no newline at the end"),
        pytest.param(LIVE.rstrip(), "INC-3", (HEAD + B + GAP + C).rstrip(), id="first, no newline at the end"),
        pytest.param(HEAD + A + B + C, "INC-2", HEAD + A + C, id="no separators"),
        pytest.param(HEAD + A + GAP + GAP + B + C, "INC-3", HEAD + B + C, id="two separators"),
        pytest.param(crlf(LIVE), "INC-2", crlf(HEAD + A + GAP + C), id="CRLF"),
        pytest.param(b"\xef\xbb\xbf" + A + GAP + B, "INC-3", b"\xef\xbb\xbf" + B, id="BOM before it"),
    ],
)
def test_archive_takes_the_entry_out_with_its_gap(live: bytes, ref: str, left: bytes) -> None:
    assert does(live, ref, Archive()) == left


@pytest.mark.parametrize(
    ("live", "ref", "left"),
    [
        pytest.param(A + GAP + b"<!-- c -->\n\n" + B, "INC-3", b"<!-- c -->\n\n" + B, id="after the first"),
        pytest.param(
            A + GAP + B + GAP + b"<!-- c -->\n" + C, "INC-2", A + GAP + b"<!-- c -->\n" + C, id="after a middle one"
        ),
        pytest.param(
            A + B + GAP + b"<!-- c -->\n" + C, "INC-2", A + GAP + b"<!-- c -->\n" + C, id="where no rule is before it"
        ),
        pytest.param(A + GAP + b"<!-- c -->\n\n" + B, "INC-2", A + GAP + b"<!-- c -->\n", id="before the last"),
        pytest.param(A + GAP + B + GAP + b"<!-- c -->\n", "INC-2", A + GAP + b"<!-- c -->\n", id="after the last"),
        pytest.param(
            A + b"\n<!--\n## M-2025-01-02\n\n---\n-->\n" + B + GAP + b"<!-- c -->\n" + C,
            "INC-2",
            A + b"\n<!--\n## M-2025-01-02\n\n---\n-->\n" + GAP + b"<!-- c -->\n" + C,
            id="where a rule is only inside a comment",
        ),
    ],
)
def test_archive_keeps_the_comments_of_a_gap(live: bytes, ref: str, left: bytes) -> None:
    assert does(live, ref, Archive()) == left


def test_the_last_comment_of_an_entry_goes_with_it() -> None:
    own = A + b"\n<!-- own -->\n"
    where = base(own + GAP + B)
    assert after(where, edit(where, "INC-3", Archive())) == (B, NEW_ARCHIVE + own)


@pytest.mark.parametrize("order", [("INC-3", "INC-2", "INC-1"), ("INC-1", "INC-3", "INC-2")], ids="-".join)
def test_separators_never_pile_up(order: tuple[str, ...]) -> None:
    steps: list[tuple[Operation, Location]] = [(Archive(), "live"), (Restore(), "archive")]
    live, archive = LIVE, None
    for _ in range(3):
        for act, place in steps:
            for ref in order:
                where = base(live, archive)
                live, archive = after(where, edit(where, ref, act, place))
    assert live.count(b"---") == 3
    assert archive == NEW_ARCHIVE


@pytest.mark.parametrize(
    ("archive", "now"),
    [
        pytest.param(None, NEW_ARCHIVE + A, id="none yet"),
        pytest.param(b"", A, id="empty"),
        pytest.param(b"# Old ones\n", b"# Old ones\n\n" + A, id="a title"),
        pytest.param(HEAD, HEAD + A, id="a title and a rule"),
        pytest.param(HEAD + OLD, HEAD + OLD + GAP + A, id="one entry"),
        pytest.param(HEAD + OLD + OLDER, HEAD + A + GAP + OLD + OLDER, id="newest first, no separators"),
        pytest.param(HEAD + OLD + GAP + OLDER, HEAD + A + GAP + OLD + GAP + OLDER, id="newest first"),
        pytest.param(HEAD + OLDER + GAP + OLD, HEAD + OLDER + GAP + OLD + GAP + A, id="oldest first"),
        pytest.param(OLD + GAP + OLDER + GAP + OLD, OLD + GAP + OLDER + GAP + OLD + GAP + A, id="no order"),
        pytest.param((OLDER + GAP + OLD).rstrip(), OLDER + GAP + OLD + GAP + A, id="no newline at the end"),
        pytest.param(b"# Old ones", b"# Old ones\n\n" + A, id="a title without newline"),
        pytest.param(crlf(OLDER + GAP + OLD), crlf(OLDER + GAP + OLD + GAP) + A, id="LF into CRLF"),
        pytest.param(OLD + GAP + b"<!-- end -->\n", OLD + GAP + A + GAP + b"<!-- end -->\n", id="a comment at the end"),
    ],
)
def test_archive_puts_the_entry_in_the_archives_own_order(archive: bytes | None, now: bytes) -> None:
    where = base(A, archive)
    assert after(where, edit(where, "INC-3", Archive())) == (b"", now)


def test_crlf_bytes_stay_crlf_in_an_lf_archive() -> None:
    where = base(crlf(LIVE), OLDER + GAP + OLD)
    assert after(where, edit(where, "INC-2", Archive()))[1] == OLDER + GAP + OLD + GAP + crlf(B)


def test_a_text_without_newline_gets_the_archives_line_end_before_another() -> None:
    where = base(A.rstrip(), crlf(OLD + GAP + OLDER))
    assert after(where, edit(where, "INC-3", Archive()))[1] == A.rstrip() + crlf(b"\n" + GAP + OLD + GAP + OLDER)


def test_a_pinned_entry_is_archived_only_by_force() -> None:
    live = LIVE.replace(b"pinned: false", b"pinned: true")
    with pytest.raises(Refused, match="INC-3 third: it is pinned"):
        does(live, "INC-3", Archive())
    assert does(live, "INC-3", Archive(force=True)) == live.replace(A.replace(b"false", b"true") + GAP, b"")


def test_an_archived_entry_is_not_archived_again() -> None:
    with pytest.raises(Refused, match="INC-3 third: it is archived already"):
        does(LIVE, "INC-3", Archive(), archive=A, place="archive")


def test_a_text_that_the_archive_has_already_is_not_put_there_twice() -> None:
    where = base(LIVE, OLD + GAP + A)
    assert after(where, edit(where, "INC-3", Archive())) == (HEAD + B + GAP + C, OLD + GAP + A)


def test_another_text_of_the_same_entry_is_kept_beside_it() -> None:
    other = A.replace(b"ran dry", b"leaked")
    where = base(LIVE, other)
    assert after(where, edit(where, "INC-3", Archive()))[1] == other + GAP + A


def test_archiving_a_summary_leaves_the_original_with_the_summarys_counters() -> None:
    used = STUB.replace(b"used: 2", b"used: 5").replace(b"2025-03-09", b"2025-04-01") + GAP + B
    where = base(used, OLD + GAP + A)
    original = A.replace(b"used: 2", b"used: 5").replace(b"2025-03-09", b"2025-04-01")
    assert after(where, edit(where, "INC-3", Archive())) == (B, OLD + GAP + original)


def test_a_counter_that_only_the_summary_has_is_added_to_the_original() -> None:
    bare = A.replace(b"- last_used: 2025-03-09\n", b"")
    where = base(STUB, bare)
    assert after(where, edit(where, "INC-3", Archive())) == (b"", A)


def test_a_summary_without_original_is_archived_itself() -> None:
    where = base(STUB + GAP + B, OLD)
    assert after(where, edit(where, "INC-3", Archive())) == (B, OLD + GAP + STUB)


def test_the_archive_is_written_first() -> None:
    where = base(LIVE, OLD)
    for act in (Archive(), SUMMARY):
        assert [file.location for file in apply(where, [edit(where, "INC-3", act)]).files] == ["archive", "live"]


# Restore


@pytest.mark.parametrize(
    ("live", "now"),
    [
        pytest.param(HEAD + A + GAP + C, LIVE, id="newest first: between"),
        pytest.param(HEAD + C, HEAD + B + GAP + C, id="newest first: before the only one"),
        pytest.param(HEAD + A, HEAD + A + GAP + B, id="newest first: after the only one"),
        pytest.param(HEAD + C + GAP + A, HEAD + C + GAP + B + GAP + A, id="oldest first: between"),
        pytest.param(HEAD + OLD + GAP + C, HEAD + OLD + GAP + C + GAP + B, id="oldest first: last"),
        pytest.param(A + GAP + C + GAP + A, A + GAP + C + GAP + A + GAP + B, id="no order: at the end"),
        pytest.param((HEAD + A).rstrip(), HEAD + A + GAP + B, id="after one without newline"),
        pytest.param((HEAD + C).rstrip(), HEAD + B + GAP + C.rstrip(), id="before one without newline"),
        pytest.param(crlf(HEAD + A + GAP + C), crlf(HEAD + A + GAP) + B + crlf(GAP + C), id="LF into CRLF"),
        pytest.param(HEAD, HEAD + B, id="into none"),
        pytest.param(b"", B, id="into nothing"),
        pytest.param(A + C, A + B + GAP + C, id="no separators"),
    ],
)
def test_restore_puts_an_entry_in_the_order_of_the_live_file(live: bytes, now: bytes) -> None:
    where = base(live, OLD + GAP + B + GAP + OLDER)
    assert after(where, edit(where, "INC-2", Restore(), "archive")) == (now, OLD + GAP + OLDER)


def test_restore_takes_the_live_file_first() -> None:
    where = base(LIVE, OLD)
    change = apply(where, [edit(where, "OLD-1", Restore(), "archive")])
    assert [file.location for file in change.files] == ["live", "archive"]


@pytest.mark.parametrize("place", ["live", "archive"])
def test_restoring_a_summary_puts_the_original_in_its_place_with_its_counters(place: str) -> None:
    used = STUB.replace(b"used: 2", b"used: 5").replace(b"pinned: false", b"pinned: true")
    where = base(HEAD + used + GAP + C, OLD + GAP + A)
    original = A.replace(b"used: 2", b"used: 5").replace(b"pinned: false", b"pinned: true")
    act = edit(where, "INC-3", Restore(), "live" if place == "live" else "archive")
    assert after(where, act) == (HEAD + original + GAP + C, OLD)


def test_summarize_and_restore_leave_the_live_file_as_it_was() -> None:
    where = base(LIVE, OLD)
    where = base(*after(where, edit(where, "INC-3", SUMMARY)))
    assert after(where, edit(where, "INC-3", Restore())) == (LIVE, OLD)


def test_a_live_entry_is_not_restored() -> None:
    with pytest.raises(Refused, match="INC-3 third: it is not archived"):
        does(LIVE, "INC-3", Restore())


def test_a_summary_without_original_is_not_restored() -> None:
    with pytest.raises(Refused, match=r"INC-3 third: its full text is not in archive/incidents\.md"):
        does(STUB, "INC-3", Restore(), archive=OLD)


def test_an_archived_text_is_not_restored_beside_another_text_of_its_entry() -> None:
    with pytest.raises(Refused, match="INC-3 third: another text of it is in the live file"):
        does(LIVE, "INC-3", Restore(), archive=A.replace(b"ran dry", b"leaked"), place="archive")


# Which entry


def test_a_pin_goes_with_whatever_someone_else_changed_meanwhile() -> None:
    seen = edit(base(LIVE), "INC-3", Pin())
    theirs = A.replace(b"ran dry", b"leaked").replace(b"used: 2", b"used: 3")
    change = apply(base(LIVE.replace(A, theirs)), [seen])
    assert change.files[0].document.data == LIVE.replace(A, theirs.replace(b"pinned: false", b"pinned: true"))


def test_two_who_count_that_an_entry_helped_count_twice() -> None:
    seen = edit(base(LIVE), "INC-3", Helped(date(2025, 4, 5)))
    theirs = A.replace(b"used: 2", b"used: 3")
    change = apply(base(LIVE.replace(A, theirs)), [seen])
    assert b"- used: 4\n" in change.files[0].document.data


@pytest.mark.parametrize("act", [Archive(), Summarize("Broke.", "Learned.")])
def test_a_text_that_was_changed_meanwhile_is_not_moved_unseen(act: Archive | Summarize) -> None:
    seen = edit(base(LIVE), "INC-3", act)
    with pytest.raises(EditConflict, match="INC-3 third: someone else changed its text meanwhile; nothing was written"):
        apply(base(LIVE.replace(b"ran dry", b"leaked")), [seen])


def test_counters_that_changed_meanwhile_move_along() -> None:
    seen = edit(base(LIVE), "INC-3", Archive())
    theirs = A.replace(b"used: 2", b"used: 3")
    archive, live = apply(base(LIVE.replace(A, theirs)), [seen]).files
    assert archive.document.entries[0].raw == theirs
    assert not live.document.find(seen.target.identity)


def test_an_entry_that_was_pinned_meanwhile_is_not_archived() -> None:
    seen = edit(base(LIVE), "INC-3", Archive())
    with pytest.raises(Refused, match="INC-3 third: it is pinned"):
        apply(base(LIVE.replace(A, A.replace(b"pinned: false", b"pinned: true"))), [seen])


def test_an_entry_that_was_archived_meanwhile_is_said_to_be() -> None:
    seen = edit(base(LIVE), "INC-3", Pin())
    with pytest.raises(EditConflict, match="INC-3 third: someone else has archived it meanwhile"):
        apply(base(HEAD + B, A), [seen])


def test_an_entry_that_went_away_is_refused() -> None:
    seen = edit(base(LIVE), "INC-3", Pin())
    with pytest.raises(EditConflict, match="INC-3 third: it is no longer in this file"):
        apply(base(HEAD + B), [seen])


def test_an_entry_is_found_wherever_it_stands_now() -> None:
    seen = edit(base(LIVE), "INC-1", Pin())
    moved = HEAD + C + GAP + B
    assert apply(base(moved), [seen]).files[0].document.data == HEAD + C.replace(b"false", b"true") + GAP + B


def test_of_twins_with_one_timestamp_the_one_that_was_meant_is_edited() -> None:
    twin = B.replace(b"INC-2 second", b"INC-9 twin")
    assert does(B + GAP + twin, "INC-9", Pin()) == B + GAP + twin.replace(b"false", b"true")


def test_of_two_with_one_heading_the_one_whose_bytes_were_seen_is_edited() -> None:
    other = B.replace(b"Body", b"Another body")
    where = base(B + GAP + other)
    second = where.live.entries[1]
    change = apply(where, [Edit(Target("live", second.identity, second.raw), Pin())])
    assert change.files[0].document.data == B + GAP + other.replace(b"false", b"true")


# Several at once


def test_several_are_archived_as_one_change_in_their_order() -> None:
    where = base(LIVE, OLD)
    live, archive = after(where, edit(where, "INC-3", Archive()), edit(where, "INC-1", Archive()))
    assert live == HEAD + B
    assert archive == OLD + GAP + A + GAP + C


@pytest.mark.parametrize(
    ("archive", "now"),
    [
        (OLD + GAP + OLDER, [A, B, C, OLD, OLDER]),
        (OLDER + GAP + OLD, [OLDER, OLD, C, B, A]),
        (OLD + GAP + OLDER + GAP + OLD, [OLD, OLDER, OLD, C, A, B]),
    ],
    ids=["newest first", "oldest first", "no order: as they come"],
)
def test_several_go_into_the_archives_own_order(archive: bytes, now: list[bytes]) -> None:
    where = base(LIVE, archive)
    edits = [edit(where, ref, Archive()) for ref in ("INC-1", "INC-3", "INC-2")]
    assert after(where, *edits) == (HEAD, GAP.join(now))


@pytest.mark.parametrize("refs", [("INC-3", "INC-2"), ("INC-2", "INC-3")], ids="-".join)
def test_several_are_restored_into_the_order_of_the_live_file(refs: tuple[str, ...]) -> None:
    where = base(HEAD + C + GAP + OLD, B + GAP + A)
    edits = [edit(where, ref, Restore(), "archive") for ref in refs]
    assert after(where, *edits)[0] == HEAD + A + GAP + B + GAP + C + GAP + OLD


def test_all_entries_can_be_archived_and_restored_at_once() -> None:
    where = base(LIVE, OLD)
    away = after(where, *[edit(where, ref, Archive()) for ref in ("INC-3", "INC-2", "INC-1")])
    assert away == (HEAD, GAP.join([OLD, A, B, C]))
    where = base(*away)
    assert after(where, *[edit(where, ref, Restore(), "archive") for ref in ("INC-3", "INC-2", "INC-1")]) == (LIVE, OLD)


def test_of_several_all_are_done_or_none() -> None:
    where = base(LIVE.replace(b"used: 7", b"used: many"))
    with pytest.raises(Refused):
        apply(where, [edit(where, "INC-3", Helped(TODAY)), edit(where, "INC-1", Helped(TODAY))])


def test_an_entry_that_is_named_twice_is_meant_once() -> None:
    where = base(LIVE, OLD)
    for act, live in ((Archive(), HEAD + B + GAP + C), (Helped(TODAY), does(LIVE, "INC-3", Helped(TODAY)))):
        assert after(where, *[edit(where, "INC-3", act)] * 2)[0] == live
    assert after(where, *[edit(where, "INC-3", Archive())] * 2)[1] == OLD + GAP + A


def test_two_that_are_equal_to_the_last_byte_are_both_archived() -> None:
    where = base(B + GAP + B + GAP + C)
    assert after(where, *[edit(where, "INC-2", Archive())] * 2)[0] == C
