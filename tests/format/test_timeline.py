"""A line added to an entry's timeline: where it goes, to the byte, and that it is merged with what others wrote."""

import pytest

from incident_tui.format.edit.describe import describe_edits
from incident_tui.format.edit.edit import Edit, apply
from incident_tui.format.edit.operations import AddToTimeline
from incident_tui.format.edit.undo import inverse, replay
from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document

from .samples import GAP, HEAD, LIVE, B, base, does, edit

ACT = AddToTimeline("18:07", "pool raised")
LINE = "- 18:07 UTC — pool raised\n".encode()
START = b"## M-2025-04-01T10:00:00Z INC-4 fourth\n\n- type: incident\n\n"

CASES = {
    "a list below a bold title": (
        b"**Timeline**\n\n- 18:00 - on-sale\n  opens\n",
        b"",
        b"\n**Impact**\n\nBad.\n",
    ),
    "a heading, and a longer name": (b"## Incident timeline (UTC)\n\n* 18:00 a\n", b"", b"\n## Next\n\nx\n"),
    "a table": (b"**Timeline**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", b"\n", b"\n**Impact**\n"),
    "code": (b"**Timeline**\n\n```\n- 18:00 a\n```\n", b"\n", b"\n**Impact**\n"),
    "an empty section at the end": (b"Text.\n\n**Timeline**\n", b"\n", b""),
    "an empty section with the next one after a blank line": (b"**Timeline**\n", b"\n", b"\n**Impact**\n"),
    "the last of two lines in the section": (b"**Timeline**\n\n- 18:07 UTC \xe2\x80\x94 a\n", b"", b"\n\n\n**B**\n"),
    "no section: behind the text": (b"**Summary**\n\nIt broke \xff.\n", b"\n", b""),
    "no section: behind a list that is something else": (b"**Impact**\n\n- many\n", b"\n", b""),
    "no section: behind another such line": (b"Broke.\n\n- 18:06 UTC \xe2\x80\x94 a\n", b"", b""),
    "no section: behind one of another day": (b"Broke.\n\n- 2025-04-03 18:06 UTC \xe2\x80\x94 a\n", b"", b""),
    "no body": (b"", b"", b""),
}


@pytest.mark.parametrize(("before", "parted", "after"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("eol", [b"\n", b"\r\n"])
def test_the_line_is_all_that_is_added(before: bytes, parted: bytes, after: bytes, eol: bytes) -> None:
    live = HEAD + START + before + after + GAP + B
    expected = HEAD + START + before + parted + LINE + after + GAP + B
    if not before:  # the blank line is there already
        live, expected = HEAD + START[:-1] + GAP + B, HEAD + START + LINE + GAP + B
    live, expected = live.replace(b"\n", eol), expected.replace(b"\n", eol)
    assert does(live, "INC-4", ACT) == expected


def test_a_title_right_below_an_empty_section_stays_a_title() -> None:
    assert does(START + b"**Timeline**\n**Impact**\nBad.\n", "INC-4", ACT) == (
        START + b"**Timeline**\n\n" + LINE + b"\n**Impact**\nBad.\n"
    )


def test_an_entry_without_a_last_line_end_has_none_afterwards() -> None:
    assert does(START + b"Text.", "INC-4", ACT) == START + b"Text.\n\n" + LINE.removesuffix(b"\n")


@pytest.mark.parametrize(
    ("section", "title"), [(b"**Action Items**\n", b"**Timeline**\n"), (b"### Follow-ups\n", b"### Timeline\n")]
)
def test_behind_action_items_it_begins_a_section_for_it_would_be_one(section: bytes, title: bytes) -> None:
    live = START + section + b"\n- [ ] page\n"
    expected = live + b"\n" + title + b"\n" + LINE
    assert does(live, "INC-4", ACT) == expected
    assert does(expected, "INC-4", ACT) == expected + LINE


def test_lines_of_two_people_are_both_written_and_the_undo_takes_back_its_own() -> None:
    seen = edit(base(LIVE), "INC-2", ACT)
    theirs = does(LIVE, "INC-2", AddToTimeline("18:06", "paged"))
    change = apply(base(theirs), [Edit(seen.target, ACT)])
    (file,) = change.files
    both = file.document.data
    assert both == theirs.replace(b"paged\n", b"paged\n" + LINE)
    after = Contents(Document.parse(both), None, "incidents.md")
    back = replay(after, inverse([(each.location, each.hunks) for each in change.files])).applied_to(after)
    assert back.live.data == theirs
    assert describe_edits([seen]) == "added a line to the timeline of INC-2 second"
