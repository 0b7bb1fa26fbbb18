"""Action items ticked, entries edited as text, new entries: to the byte, merged or refused; and several at once."""

from collections.abc import Callable
from datetime import date

import pytest

from incident_tui.format.edit.describe import describe_edits
from incident_tui.format.edit.edit import Edit, apply, create_edit
from incident_tui.format.edit.operations import (
    Archive,
    Create,
    Helped,
    Operation,
    Pin,
    RenameTag,
    Restore,
    Reviewed,
    Rewrite,
    Summarize,
    Tag,
    Tick,
)
from incident_tui.format.edit.plan import ChangeSet, EditConflict
from incident_tui.format.edit.undo import inverse, replay
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import Target

from .samples import GAP, HEAD, LIVE, A, B, C, after, base, does, edit

TODAY = date(2025, 4, 5)
BOM = b"\xef\xbb\xbf"
ITEMS = b"""## M-2025-04-01T10:00:00Z INC-4 fourth

- type: incident
- used: 1
- pinned: false

**Summary**

Broke \xff\xfe.

- [X] Told the team

**Action Items**

- [ ] Page earlier
  - [x] Find the owner
    1. [ ] Ask \xe9 twice
- Grow the pool
* [ ] Page earlier on weekends
"""
NEW = b"## M-2025-05-01T10:00:00Z NEW-1 new\n\n- used: 0\n\nWhat happened.\n"
OLD_NEW = NEW.replace(b"2025-05", b"2024-05")


def crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


def with_bom(data: bytes) -> bytes:
    return BOM + data


FORMS = pytest.mark.parametrize(
    "form", [bytes, crlf, bytes.rstrip, with_bom], ids=["LF", "CRLF", "no newline at the end", "BOM"]
)
Form = Callable[[bytes], bytes]


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    assert str(caught.value).isprintable()
    return str(caught.value)


def met(live: bytes, act: Operation, ref: str, now: bytes, archive: bytes | None = None) -> bytes:
    """The live file after an edit of an entry as it was seen in `live`, where the file is `now` by now."""
    return after(base(now, archive), edit(base(live), ref, act))[0]


# Tick


@FORMS
@pytest.mark.parametrize(
    ("number", "done", "before", "now"),
    [
        pytest.param(1, False, b"- [X] Told", b"- [ ] Told", id="a capital X"),
        pytest.param(2, True, b"- [ ] Page earlier\n", b"- [x] Page earlier\n", id="a box"),
        pytest.param(3, False, b"  - [x] Find", b"  - [ ] Find", id="nested"),
        pytest.param(4, True, b"    1. [ ] Ask \xe9", b"    1. [x] Ask \xe9", id="nested, numbered, odd bytes"),
        pytest.param(5, True, b"- Grow", b"- [x] Grow", id="no box yet"),
        pytest.param(6, True, b"* [ ] Page earlier on", b"* [x] Page earlier on", id="the last line"),
    ],
)
def test_a_tick_changes_one_character(number: int, done: bool, before: bytes, now: bytes, form: Form) -> None:
    live = form(ITEMS + GAP + B + GAP + C.replace(b"first", b"\xff\x00") + GAP + ITEMS.replace(b"INC-4", b"INC-9"))
    at = live.index(form(before).removeprefix(BOM), live.index(b"INC-4"))
    expected = live[:at] + live[at:].replace(form(before).removeprefix(BOM), form(now).removeprefix(BOM), 1)
    assert does(live, "INC-4", Tick((number,), done)) == expected


@FORMS
def test_a_tick_in_the_last_entry_keeps_the_end_of_the_file(form: Form) -> None:
    live = form(LIVE + GAP + ITEMS)
    assert does(live, "INC-4", Tick((6,))) == live.replace(b"* [ ] Page", b"* [x] Page")


def test_a_tick_taken_off_leaves_the_file_as_it_was_but_for_a_new_box() -> None:
    for number in (2, 4, 6):
        assert does(does(ITEMS, "INC-4", Tick((number,))), "INC-4", Tick((number,), False)) == ITEMS
    boxed = does(does(ITEMS, "INC-4", Tick((5,))), "INC-4", Tick((5,), False))
    assert boxed == ITEMS.replace(b"- Grow", b"- [ ] Grow")


@pytest.mark.parametrize(("numbers", "done"), [((1, 3), True), ((2, 4), False), ((5,), False), ((), True)])
def test_what_is_ticked_so_already_changes_nothing(numbers: tuple[int, ...], done: bool) -> None:
    where = base(ITEMS)
    assert apply(where, [edit(where, "INC-4", Tick(numbers, done))]).files == ()


@pytest.mark.parametrize("numbers", [(2, 5, 6), (6, 2, 5), (5, 2, 2, 6, 5)], ids=str)
def test_several_items_are_ticked_at_once(numbers: tuple[int, ...]) -> None:
    ticked = ITEMS.replace(b"- [ ] Page", b"- [x] Page").replace(b"- Grow", b"- [x] Grow")
    assert does(ITEMS, "INC-4", Tick(numbers)) == ticked.replace(b"* [ ]", b"* [x]")


@pytest.mark.parametrize("number", [0, -1, 7, 10**9])
def test_a_number_that_no_item_has_is_refused(number: int) -> None:
    message = f"INC-4 fourth: it has no action item {number}, the last one is 6; nothing was written"
    assert refusal(lambda: does(ITEMS, "INC-4", Tick((2, number)))) == message


def test_an_entry_without_items_has_none_to_tick() -> None:
    message = "INC-3 third: it has no action items; nothing was written"
    assert refusal(lambda: does(LIVE, "INC-3", Tick((1,)))) == message


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(ITEMS.replace(b"used: 1", b"used: 2"), id="a counter"),
        pytest.param(ITEMS.replace(b"- [ ] Page", b"- [ ] Write it down\n- [x] Page", 1), id="an item before it"),
        pytest.param(ITEMS.replace(b"  - [x] Find the owner\n", b""), id="another one gone"),
        pytest.param(ITEMS.replace(b"- Grow the pool\n", b"").replace(b"* [", b"- Grow the pool\n* ["), id="moved"),
        pytest.param(ITEMS.replace(b"Grow the pool", b"[ ] Grow the pool"), id="a box for it"),
        pytest.param(ITEMS.replace(b"Broke", b"- [ ] Grow the pool"), id="one of the same words elsewhere"),
        pytest.param(GAP.join([A, ITEMS, B]), id="other entries around it"),
    ],
)
def test_an_item_is_found_by_its_section_and_words_whatever_changed_meanwhile(now: bytes) -> None:
    ticked = now.replace(b"- Grow", b"- [x] Grow").replace(b"- [ ] Grow the pool\n* [", b"- [x] Grow the pool\n* [")
    assert met(ITEMS, Tick((5,)), "INC-4", now) == ticked


def test_an_item_that_someone_else_ticked_meanwhile_stays_ticked() -> None:
    now = ITEMS.replace(b"- Grow", b"- [x] Grow")
    where = base(now)
    assert apply(where, [edit(base(ITEMS), "INC-4", Tick((5,)))]).files == ()


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(ITEMS.replace(b"Grow the pool", b"Grow the pools"), id="other words"),
        pytest.param(ITEMS.replace(b"- Grow the pool\n", b""), id="gone"),
        pytest.param(ITEMS.replace(b"**Action Items**", b"**Actions**"), id="another section"),
        pytest.param(ITEMS.replace(b"- Grow the pool\n", b"- Grow the pool\n" * 2), id="there twice"),
    ],
)
def test_an_item_that_can_not_be_told_for_sure_is_not_ticked(now: bytes) -> None:
    with pytest.raises(EditConflict) as caught:
        met(ITEMS, Tick((2, 5)), "INC-4", now)
    assert str(caught.value).startswith("INC-4 fourth: someone else changed its action items meanwhile, and item ")
    assert str(caught.value).endswith("; nothing was written, look at it again")


def test_of_items_of_the_same_words_the_one_of_that_number_is_ticked() -> None:
    item, ticked = b"- [ ] Page earlier\n*", b"- [x] Page earlier\n*"
    twins = ITEMS.replace(b"- Grow the pool\n*", item)
    counted = twins.replace(b"used: 1", b"used: 2")
    assert met(twins, Tick((5,)), "INC-4", counted) == counted.replace(item, ticked)
    with pytest.raises(EditConflict, match="item 5 can't be told from the others"):
        met(twins, Tick((5,)), "INC-4", twins.replace(b"- [ ] Page earlier\n", b"", 1))


def test_an_archived_entrys_item_is_ticked_where_it_is() -> None:
    where = base(LIVE, HEAD + ITEMS)
    ticked = after(where, edit(where, "INC-4", Tick((2,)), "archive"))
    assert ticked == (LIVE, HEAD + ITEMS.replace(b"- [ ] Page earlier\n", b"- [x] Page earlier\n"))


# Rewrite


def rewritten(*pairs: tuple[bytes, bytes]) -> Rewrite:
    text = A
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return Rewrite(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(A.replace(b"ran dry", b"leaked"), id="body"),
        pytest.param(A.replace(b"db, pool", b"db"), id="metadata"),
        pytest.param(A.replace(b"INC-3 third", b"INC-33 thirty-third"), id="name"),
        pytest.param(A.replace(b"03-01T10", b"03-02T11"), id="timestamp"),
        pytest.param(A[: A.index(b"\n") + 1], id="nothing but the heading"),
        pytest.param(A + b"\n```\n## M-2020-01-01 not one\n```\n", id="code that holds a heading"),
        pytest.param(A + b"\n<!-- own -->\n", id="a comment at the end"),
        pytest.param(A + b"\n---\n\nmore\n", id="a rule inside"),
        pytest.param(A + b"\n\xff\x00\xe2\x80\xa8\n", id="odd bytes"),
    ],
)
def test_an_edited_text_takes_the_entrys_place_and_nothing_else_changes(text: bytes) -> None:
    assert does(LIVE, "INC-3", Rewrite(text)) == LIVE.replace(A, text)


def test_a_middle_and_the_last_entry_are_edited_in_place() -> None:
    for old, ref in ((B, "INC-2"), (C, "INC-1")):
        text = old.replace(b"Body", b"Longer\n\nbody")
        assert does(LIVE, ref, Rewrite(text)) == LIVE.replace(old, text)
        live = BOM + LIVE.removeprefix(HEAD)
        assert does(live, ref, Rewrite(text)) == live.replace(old, text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"\n \n" + A, id="blank lines before it"),
        pytest.param(A + b"\n\n", id="blank lines behind it"),
        pytest.param(A + b"\n---\n\n---\n", id="rules behind it"),
        pytest.param(A.rstrip(), id="no newline"),
        pytest.param(BOM + A, id="an editor's BOM"),
        pytest.param(crlf(A), id="an editor's CRLF"),
        pytest.param(A[:40] + crlf(A[40:]), id="mixed line ends"),
    ],
)
def test_what_an_editor_leaves_around_a_text_changes_nothing(text: bytes) -> None:
    where = base(LIVE)
    assert apply(where, [edit(where, "INC-3", Rewrite(text))]).files == ()


@pytest.mark.parametrize("form", [bytes, crlf], ids=["an LF editor", "a CRLF editor"])
def test_a_crlf_entry_stays_crlf(form: Form) -> None:
    text = A.replace(b"ran dry.", b"ran dry,\nand nobody saw it.")
    assert does(crlf(LIVE), "INC-3", Rewrite(form(text))) == crlf(LIVE.replace(A, text))


def test_a_text_of_mixed_line_ends_is_taken_as_it_came() -> None:
    mixed = A[:40] + crlf(A[40:])
    text = mixed.replace(b"ran dry.", b"ran dry.\n\nMore.")
    assert does(HEAD + mixed + GAP + B, "INC-3", Rewrite(text)) == HEAD + text + GAP + B


def test_a_heading_alone_takes_the_files_line_ends() -> None:
    live = crlf(LIVE + GAP) + b"## M-2024-01-01T10:00:00Z X-1 x"
    assert does(live, "X-1", Rewrite(b"## M-2024-01-01T10:00:00Z X-1 x\n\nMore.\n")) == live + b"\r\n\r\nMore."


@pytest.mark.parametrize("text", [b"Body of the last.\n", b"Body of the last."], ids=["newline", "none"])
@pytest.mark.parametrize("cut", [False, True], ids=["a newline in the file", "none in the file"])
def test_the_end_of_the_file_stays_as_it_was(text: bytes, cut: bool) -> None:
    live = LIVE.rstrip() if cut else LIVE
    now = does(live, "INC-1", Rewrite(C.replace(b"Body of the first.\n", text)))
    assert now == live.replace(b"Body of the first.", b"Body of the last.")


ONE = "the text must be one entry, but it has "
BEHIND = " of the text stands after the entry's end"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(b"", f"{ONE}no heading like", id="nothing"),
        pytest.param(b"Just text.\n", f"{ONE}no heading like", id="no heading"),
        pytest.param(A.replace(b"## M", b"# M"), f"{ONE}no heading like", id="another heading"),
        pytest.param(A + B, f"{ONE}2 headings like", id="two headings"),
        pytest.param(b"Intro.\n\n" + A, "the text must begin with its `## M-` heading", id="text before it"),
        pytest.param(b"---\n" + A, "the text must begin with its `## M-` heading", id="a rule before it"),
        pytest.param(A + b"\n<!-- oh\n", "line 14 of the text opens a comment or a code block that", id="a comment"),
        pytest.param(A + b"```sql\nx\n", "line 13 of the text opens a comment or a code block that", id="a fence"),
        pytest.param(A + b"\n---\n\n<!-- c -->\n", f"line 16{BEHIND}", id="a comment behind a rule"),
        pytest.param(A + b"\n<!--\n## M-2020-01-01\n-->\n", f"line 14{BEHIND}", id="a template"),
    ],
)
def test_a_text_that_is_not_one_entry_is_refused(text: bytes, why: str) -> None:
    for message in (refusal(lambda: does(LIVE, "INC-3", Rewrite(text))), refusal(lambda: create_edit(text))):
        assert message.startswith(why)
        assert message.endswith("; nothing was written")


@pytest.mark.parametrize("end", [b"\n```sql\nnever closed\n", b"\n<!-- never closed\n"], ids=["fence", "comment"])
def test_what_was_never_closed_before_may_stay_so(end: bytes) -> None:
    live = LIVE.replace(A, A + end)
    text = A.replace(b"ran dry", b"leaked") + end
    assert does(live, "INC-3", Rewrite(text)) == LIVE.replace(A, text)


def test_a_text_that_would_hide_the_next_entry_is_refused() -> None:
    live = HEAD + A + b"\n<!-- lost\n" + GAP + B + GAP + C
    refusal(lambda: does(live, "INC-2", Rewrite(B + b"-->\n")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"used: 2", b"used: 3", id="a counter"),
        pytest.param(b"db, pool", b"db, pool, aws", id="a tag"),
        pytest.param(b"**Summary**", b"**Impact**\n\nMuch.\n\n**Summary**", id="a section"),
        pytest.param(b"- schema_version: 1\n", b"", id="a line less"),
    ],
)
def test_an_edited_text_goes_with_what_someone_else_changed_elsewhere_in_it(old: bytes, new: bytes) -> None:
    now = LIVE.replace(A, A.replace(old, new))
    expected = now.replace(b"ran dry", b"leaked").replace(b"INC-3 third", b"INC-3 named")
    assert met(LIVE, rewritten((b"ran dry", b"leaked"), (b"INC-3 third", b"INC-3 named")), "INC-3", now) == expected


def test_a_text_that_both_edited_is_refused() -> None:
    act = rewritten((b"ran dry", b"leaked"))
    with pytest.raises(EditConflict) as caught:
        met(LIVE, act, "INC-3", LIVE.replace(b"ran dry", b"burst"))
    conflict = "INC-3 third: someone else changed the section Summary in the meantime"
    message = f"{conflict}; nothing was written, look at it again"
    assert str(caught.value) == message


def test_a_conflict_names_a_hostile_section_harmlessly() -> None:
    hostile = LIVE.replace(b"**Summary**", b"**Sum\x1b[2Jmary**")
    text = A.replace(b"**Summary**", b"**Sum\x1b[2Jmary**")
    act = Rewrite(text.replace(b"ran dry", b"leaked"))
    assert "the section Sum␛[2Jmary" in refusal(
        lambda: met(hostile, act, "INC-3", hostile.replace(b"ran dry", b"burst"))
    )


def test_the_last_entry_is_edited_while_someone_appends_another_one() -> None:
    live = LIVE.rstrip()
    more = b"\n" + GAP + NEW
    act = Rewrite(C.replace(b"of the first", b"of the edited").rstrip())
    for now in (live + more, live.replace(b"used: 7", b"used: 8") + more):
        assert met(live, act, "INC-1", now) == now.replace(b"of the first", b"of the edited")


SUMMARY = Summarize("It broke.", "Check the pool.")


def test_the_text_of_a_summary_can_be_edited_but_not_its_heading() -> None:
    live, archive = after(base(LIVE), edit(base(LIVE), "INC-3", SUMMARY))
    stub = base(live, archive).live.entries[0].raw
    shorter = stub.replace(b"It broke.", b"Broke.")
    assert does(live, "INC-3", Rewrite(shorter), archive) == live.replace(b"It broke.", b"Broke.")
    for old, new in ((b"third", b"thirty"), (b" (summarized)", b""), (b"2025-03-01T10", b"2025-03-01T11")):
        message = refusal(lambda: does(live, "INC-3", Rewrite(stub.replace(old, new, 1)), archive))  # noqa: B023
        assert message.startswith("INC-3 third: by its heading a summary and its full text find each other; leave the")


def test_nor_can_the_heading_of_its_full_text() -> None:
    live, archive = after(base(LIVE), edit(base(LIVE), "INC-3", SUMMARY))
    act = rewritten((b"third", b"thirty"))
    assert "leave the heading as it is" in refusal(lambda: does(live, "INC-3", act, archive, "archive"))
    act = rewritten((b"ran dry", b"leaked"))
    where = base(live, archive)
    assert after(where, edit(where, "INC-3", act, "archive"))[1] == (archive or b"").replace(b"ran dry", b"leaked")


def test_nor_can_that_of_a_summary_in_the_archive() -> None:
    stub = does(LIVE, "INC-3", SUMMARY).removeprefix(HEAD).partition(GAP)[0]
    act = Rewrite(stub.replace(b" (summarized)", b""))
    assert "leave the heading as it is" in refusal(lambda: does(LIVE, "INC-3", act, stub, "archive"))


def test_nor_is_a_full_text_called_a_summary() -> None:
    assert "leave the heading as it is" in refusal(
        lambda: does(LIVE, "INC-3", rewritten((b"third", b"third (summarized)")))
    )
    assert b"third (archived)\n" in does(LIVE, "INC-3", rewritten((b"third", b"third (archived)")))


@pytest.mark.parametrize(("other", "where"), [(B, "in this file"), (NEW, "in the archive")], ids=["live", "archived"])
def test_two_entries_are_never_given_one_name(other: bytes, where: str) -> None:
    heading, text = other.partition(b"\n")[0], A.partition(b"\n")[2]
    message = refusal(lambda: does(LIVE, "INC-3", Rewrite(heading + b"\n" + text), archive=HEAD + NEW))
    assert f": an entry of this timestamp and heading is {where} already; give it another heading" in message


def test_of_two_that_have_one_name_already_one_can_be_edited() -> None:
    twins = B + GAP + B.replace(b"Body", b"Another body")
    where = base(twins)
    second = where.live.entries[1]
    act = Rewrite(second.raw.replace(b"Another", b"Some"))
    (file,) = apply(where, [Edit(Target("live", second.identity, second.raw), act)]).files
    assert file.document.data == twins.replace(b"Another", b"Some")


def test_editing_finishes_an_interrupted_move() -> None:
    where = base(LIVE, HEAD + A)
    edited = after(where, edit(where, "INC-3", rewritten((b"third", b"named"))))
    assert edited == (LIVE.replace(b"third", b"named"), HEAD)


def undone(before: bytes, act: Operation, ref: str, since: Form) -> bytes:
    """The live file after an edit, what someone else did to the file since, and the taking back of the edit."""
    change = apply(base(before), [edit(base(before), ref, act)])
    (file,) = change.files
    (back,) = replay(base(since(file.document.data)), inverse([(file.location, file.hunks)])).files
    return back.document.data


@pytest.mark.parametrize("live", [LIVE, HEAD + A, A.rstrip(), GAP.join([B, A])], ids=["first", "sole", "cut", "last"])
@pytest.mark.parametrize(
    "act",
    [rewritten((b"third", b"named")), rewritten((b"03-01", b"04-01")), rewritten((b"ran dry", b"leaked"))],
    ids=["name", "timestamp", "body"],
)
def test_an_edited_heading_is_taken_back_where_it_stands_whatever_others_wrote_since(
    live: bytes, act: Operation
) -> None:
    assert undone(live, act, "INC-3", bytes) == live
    assert undone(live, act, "INC-3", lambda data: b"Written since.\n" + data) == b"Written since.\n" + live
    since = GAP + NEW if live.endswith(b"\n") else b"\n" + GAP + NEW
    assert undone(live, act, "INC-3", lambda data: data + since) == live + since
    counted = live.replace(b"used: 2", b"used: 3")
    assert undone(live, act, "INC-3", lambda data: data.replace(b"used: 2", b"used: 3")) == counted


# Create


ORDERS = [
    pytest.param(LIVE, NEW, HEAD + NEW + GAP + LIVE.removeprefix(HEAD), id="newest first: on top"),
    pytest.param(LIVE, OLD_NEW, LIVE + GAP + OLD_NEW, id="newest first: an old one at the end"),
    pytest.param(HEAD + C + GAP + B, NEW, HEAD + C + GAP + B + GAP + NEW, id="oldest first: at the end"),
    pytest.param(HEAD + C + GAP + B, OLD_NEW, HEAD + OLD_NEW + GAP + C + GAP + B, id="oldest first: an old one on top"),
    pytest.param(HEAD + B + GAP + A + C, NEW, HEAD + B + GAP + A + C + GAP + NEW, id="no order: at the end"),
    pytest.param(HEAD + A + B + C, NEW, HEAD + NEW + GAP + A + B + C, id="no separators"),
    pytest.param(HEAD + A + b"\n\n" + B, NEW, HEAD + NEW + b"\n\n" + A + b"\n\n" + B, id="the file's own gap"),
    pytest.param(HEAD + C + B + GAP, NEW, HEAD + C + B + GAP + NEW + GAP, id="a rule at the end"),
    pytest.param(HEAD + C + B + b"\n\n", NEW, HEAD + C + B + GAP + NEW + b"\n\n", id="blank lines at the end"),
    pytest.param(b"", NEW, NEW, id="an empty file"),
    pytest.param(HEAD, NEW, HEAD + NEW, id="no entry yet"),
    pytest.param(HEAD.rstrip(), NEW, HEAD.rstrip() + b"\n\n" + NEW, id="no entry yet, no newline"),
    pytest.param((HEAD + C + GAP + B).rstrip(), NEW, HEAD + C + GAP + B + GAP + NEW, id="no newline: at the end"),
    pytest.param(LIVE.rstrip(), NEW, (HEAD + NEW + GAP + LIVE.removeprefix(HEAD)).rstrip(), id="no newline: on top"),
    pytest.param(BOM + A + GAP + B, NEW, BOM + NEW + GAP + A + GAP + B, id="a BOM before the first"),
]


@pytest.mark.parametrize(("live", "new", "now"), ORDERS)
@pytest.mark.parametrize("form", [bytes, crlf], ids=["LF", "CRLF"])
def test_a_new_entry_stands_where_the_files_order_wants_it(live: bytes, new: bytes, now: bytes, form: Form) -> None:
    expected = form(now) if b"\n" in live else now
    assert after(base(form(live)), create_edit(new))[0] == expected
    assert after(base(form(live)), create_edit(crlf(new)))[0] == expected


TEMPLATE = b"""# Incidents

What broke, and what we learned.

---

<!-- Example:

## M-2025-01-05T16:00:00Z INC-1234 orders-api-outage

- type: incident

**Summary**

```
code
```

---

## M-2025-01-04T16:00:00Z INC-1233 (summarized)

Short.

---

-->
"""


@pytest.mark.parametrize("end", [b"", b"\n"], ids=["a comment's end", "a blank line"])
def test_the_first_entry_stands_behind_the_template_not_in_it(end: bytes) -> None:
    live = TEMPLATE + end
    (file,) = apply(base(live), [create_edit(NEW)]).files
    assert file.document.data == TEMPLATE + b"\n" + NEW
    assert [entry.ref for entry in file.document.entries] == ["NEW-1"]
    newer = NEW.replace(b"2025-05-01", b"2025-06-01")
    assert after(base(file.document.data), create_edit(newer))[0] == TEMPLATE + b"\n" + newer + GAP + NEW


def test_separators_never_pile_up_when_entries_come_and_go() -> None:
    live = LIVE
    for _ in range(3):
        live = after(base(live), create_edit(NEW))[0]
        live = does(live, "NEW-1", Archive())
        live = after(base(live), create_edit(OLD_NEW))[0]
        live = does(live, "NEW-1", Archive())
    assert live == LIVE


def test_several_new_entries_go_into_the_files_order_at_once() -> None:
    newer = NEW.replace(b"2025-05-01", b"2025-06-01")
    now = GAP.join([HEAD + newer, NEW, LIVE.removeprefix(HEAD), OLD_NEW])
    assert after(base(LIVE), create_edit(NEW), create_edit(OLD_NEW), create_edit(newer))[0] == now


@pytest.mark.parametrize("text", [b"\n" + NEW + b"\n---\n\n", NEW.rstrip(), BOM + NEW], ids=["gaps", "cut", "BOM"])
def test_what_stands_around_a_new_text_is_no_part_of_it(text: bytes) -> None:
    assert after(base(LIVE), create_edit(text))[0] == HEAD + NEW + GAP + LIVE.removeprefix(HEAD)


@pytest.mark.parametrize("form", [bytes, bytes.rstrip, crlf], ids=["LF", "no newline at the end", "CRLF"])
@pytest.mark.parametrize("new", [NEW, OLD_NEW], ids=["on top", "at the end"])
def test_a_new_entry_can_be_taken_back(form: Form, new: bytes) -> None:
    before = base(form(LIVE))
    change = apply(before, [create_edit(new)])
    (back,) = replay(change.applied_to(before), inverse([(file.location, file.hunks) for file in change.files])).files
    assert back.document.data == form(LIVE)


def test_an_entry_of_this_name_is_not_made_again() -> None:
    for live, archive, where in ((LIVE, None, "in this file"), (HEAD + A, GAP.join([B, C]), "in the archive")):
        for text in (C, C.replace(b"Body", b"Another body"), C.replace(b"first\n", b"first (summarized)\n")):
            message = refusal(lambda: after(base(live, archive), create_edit(text)))  # noqa: B023
            assert message == (
                f"INC-1 first: an entry of this timestamp and heading is {where} already; "
                "give it another heading, nothing was written"
            )
    assert "among the new ones" in refusal(lambda: after(base(LIVE), create_edit(NEW), create_edit(NEW)))


def test_another_entry_of_the_same_second_is_made() -> None:
    twin = C.replace(b"INC-1 first", b"INC-9 twin")
    assert after(base(LIVE), create_edit(twin))[0] == LIVE + GAP + twin


@pytest.mark.parametrize("new", [NEW, NEW.replace(b"05-01", b"02-15")], ids=["on top", "in the middle"])
def test_a_new_entry_is_not_put_between_conflict_markers(new: bytes) -> None:
    live = HEAD + b"<<<<<<< HEAD\n" + A + b"=======\n" + B + b">>>>>>> theirs\n\n" + C
    assert refusal(lambda: after(base(live), create_edit(new))) == (
        "resolve git's conflict in an editor first (line 5): "
        "NEW-1 new would stand between its markers; nothing was written"
    )
    assert after(base(live), create_edit(OLD_NEW))[0] == live + GAP + OLD_NEW


def test_a_new_text_that_would_be_hidden_is_refused() -> None:
    live = HEAD + b"<!-- never closed\n"
    refusal(lambda: after(base(live), create_edit(NEW + b"\n-->\n")))
    assert after(base(live), create_edit(NEW))[0] == live + b"\n" + NEW


# Several at once


def test_different_acts_that_leave_their_entries_in_place_are_one_change() -> None:
    where = base(LIVE + GAP + ITEMS, HEAD + NEW)
    edits = [
        edit(where, "INC-4", Tick((2,))),
        edit(where, "INC-3", rewritten((b"ran dry", b"leaked"))),
        edit(where, "INC-2", Tag(("db",))),
        edit(where, "INC-1", RenameTag("db", "pg")),
        edit(where, "NEW-1", Helped(TODAY), "archive"),
    ]
    live = LIVE.replace(b"ran dry", b"leaked").replace(B, B.replace(b"- used", b"- tags: db\n- used"))
    live += GAP + ITEMS.replace(b"- [ ] Page earlier\n", b"- [x] Page earlier\n")
    archive = HEAD + NEW.replace(b"used: 0\n", b"used: 1\n- last_used: 2025-04-05\n")
    change = apply(where, edits)
    assert {file.location: file.document.data for file in change.files} == {"live": live, "archive": archive}
    back = replay(change.applied_to(where), inverse([(file.location, file.hunks) for file in change.files]))
    assert {file.location: file.document.data for file in back.files} == {
        "live": where.live.data,
        "archive": HEAD + NEW,
    }


@pytest.mark.parametrize(
    ("act", "message"),
    [
        pytest.param(
            Helped(TODAY), "INC-1 first: line 33 says `used: many`, not a number; mend it there first", id="used"
        ),
        pytest.param(Tick((1,)), "INC-1 first: it has no action items; nothing was written", id="tick"),
        pytest.param(
            Rewrite(B),
            "INC-2 second: an entry of this timestamp and heading is in this file already; "
            "give it another heading, nothing was written",
            id="rewrite",
        ),
    ],
)
@pytest.mark.parametrize("last", [True, False], ids=["the last one fails", "the first one fails"])
def test_where_one_can_not_be_done_none_is_and_it_is_named(act: Operation, message: str, last: bool) -> None:
    where = base(LIVE.replace(b"used: 7", b"used: many"))
    edits = [edit(where, "INC-3", Pin()), edit(where, "INC-2", Tag(("pg",))), edit(where, "INC-1", act)]
    assert refusal(lambda: apply(where, edits if last else edits[::-1])) == message


def test_an_entry_that_is_named_twice_for_the_same_is_meant_once() -> None:
    where = base(ITEMS)
    for act in (Tick((5,)), Tag(("pg",)), Helped(TODAY), Rewrite(ITEMS + b"\nMore.\n")):
        assert after(where, *[edit(where, "INC-4", act)] * 2)[0] == does(ITEMS, "INC-4", act)


def test_an_entry_is_not_edited_in_two_ways_at_once() -> None:
    where = base(ITEMS)
    for act in (Tick((5,)), Tick((4,), False), Pin()):
        with pytest.raises(ValueError, match="one entry can't be edited in two ways at once"):
            apply(where, [edit(where, "INC-4", Tick((4,))), edit(where, "INC-4", act)])


def test_acts_that_would_be_written_in_different_orders_are_not_made_at_once() -> None:
    where = base(LIVE, HEAD + NEW)
    restore = edit(where, "NEW-1", Restore(), "archive")
    for other in (edit(where, "INC-3", Archive()), edit(where, "INC-3", SUMMARY), create_edit(OLD_NEW)):
        with pytest.raises(ValueError, match="these acts can't be made at once"):
            apply(where, [restore, other])
    assert apply(where, []) == ChangeSet()
    away = after(where, edit(where, "INC-3", Archive()), edit(where, "INC-2", SUMMARY))
    assert (A in away[0], A in (away[1] or b""), B in (away[1] or b"")) == (False, True, True)
    away = after(where, edit(where, "INC-3", Archive()), edit(where, "INC-2", Pin()))
    assert (A in away[0], A in (away[1] or b""), b"pinned: true" in away[0]) == (False, True, True)


def test_an_entry_and_the_copy_that_an_interrupted_move_left_are_one() -> None:
    where = base(LIVE, HEAD + B)
    both = edit(where, "INC-2", Pin()), edit(where, "INC-2", Pin(), "archive")
    pinned = LIVE.replace(B, B.replace(b"false", b"true")), HEAD
    assert after(where, *both) == after(where, *both[::-1]) == pinned


# What is said


@pytest.mark.parametrize(
    ("acts", "said"),
    [
        pytest.param({"INC-3": Tag(("pg", "aws"), ("db",))}, "changed tags of INC-3 third: +pg +aws -db", id="tags"),
        pytest.param({"INC-3": RenameTag("db", "pg")}, "renamed tag db to pg in INC-3 third", id="a tag"),
        pytest.param({"INC-3": Tick((2,))}, "ticked item 2 of INC-3 third", id="tick"),
        pytest.param({"INC-3": Tick((2, 4), False)}, "unticked items 2, 4 of INC-3 third", id="untick"),
        pytest.param({"INC-3": Rewrite(A)}, "edited INC-3 third", id="edit"),
        pytest.param({"INC-3": Reviewed(TODAY)}, "kept INC-3 third", id="reviewed"),
        pytest.param({"INC-3": Helped(TODAY)}, "marked as helpful: INC-3 third", id="helped"),
        pytest.param(
            {"INC-3": Pin(), "INC-2": Tag(("a\x1bb",)), "INC-1": Pin()},
            "pinned INC-3 third, INC-1 first; changed tags of INC-2 second: +a␛b",
            id="several",
        ),
    ],
)
def test_what_was_done_is_said_in_words(acts: dict[str, Operation], said: str) -> None:
    where = base(LIVE)
    assert describe_edits([edit(where, ref, act) for ref, act in acts.items()]) == said


def test_more_than_three_are_counted() -> None:
    texts = [NEW.replace(b"NEW-1 new", b"NEW-%d" % number) for number in range(4)]
    assert describe_edits([create_edit(text) for text in texts]) == "created 4 entries"
    assert describe_edits([create_edit(text) for text in texts[:3]]) == "created NEW-0, NEW-1, NEW-2"
    assert describe_edits([create_edit(b"## M-2025-01-01T10:00:00Z")]) == "created M-2025-01-01T10:00:00Z"


def test_an_edit_is_about_the_entry_by_its_new_name() -> None:
    where = base(LIVE)
    assert edit(where, "INC-3", rewritten((b"third", b"named"))).about.name == "INC-3 named"
    assert edit(where, "INC-3", Pin()).about.name == "INC-3 third"
    assert create_edit(NEW).about.name == "NEW-1 new"
    assert create_edit(NEW).act == Create(NEW)
    refusal(lambda: edit(where, "INC-3", Rewrite(b"")).about)


def test_a_text_that_is_an_entry_only_where_it_stands_comes_back_as_it_was() -> None:
    twin = b"## M-2025-03-01T10:00:00Z INC-3 third\n\n\n```%b\n\n---\n\n"
    where = base(b"".join(twin % rest for rest in (b"", b"\n```", b"sql", b"")))
    for held in where.live.entries:
        rewritten = Edit(Target.of("live", held), Rewrite(held.raw))
        assert apply(where, [rewritten]).files == ()
        assert rewritten.about == held.identity
