"""Two entries that say the same, put together without a version that both began with."""

import pytest

from incident_tui.format.edit.edit import Edit, apply
from incident_tui.format.edit.operations import Archive, Rewrite
from incident_tui.format.edit.undo import inverse, replay
from incident_tui.format.merge.pair import Choice, merge_pair, merged_head, section_pairs
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import parse_entry
from incident_tui.format.model.located import Target

from .samples import GAP, HEAD, after, base

PRIMARY = b"""## M-2026-01-03T10:00:00Z pool

- type: pattern
- tags: db, pool
- used: 3
- last_used: 2026-01-05
- pinned: false

**Summary**

It ran dry.

**Action Items**

- [ ] Grow it
"""
OTHER = b"""## M-2026-01-01T10:00:00Z pool-exhaustion

- type: fact
- tags: Pool, leak
- used: 1
- last_used: 2026-01-02
- pinned: true
- owner: ana

Seen twice.

**Summary**

It leaked.

**Root Cause**

A leak.

**Action Items**

- [ ] Grow it
"""


def test_metadata_is_merged_by_the_rules_of_the_merge_driver() -> None:
    assert merged_head(parse_entry(PRIMARY), parse_entry(OTHER)).decode().splitlines()[2:] == [
        "- type: pattern",
        "- tags: db, Pool, leak",
        "- used: 4",
        "- last_used: 2026-01-05",
        "- pinned: true",
        "- owner: ana",
    ]


@pytest.mark.parametrize("never", [PRIMARY, OTHER], ids=["the primary entry", "the other entry"])
def test_the_day_of_an_entry_that_never_helped_is_no_use(never: bytes) -> None:
    """Other writers stamp last_used at creation."""
    unused = (
        never.replace(b"used: 3", b"used: 0").replace(b"used: 1\n", b"used: 0\n").replace(b"2026-01-0", b"2026-02-0")
    )
    primary, other = (unused if text is never else text for text in (PRIMARY, OTHER))
    day = parse_entry(merged_head(parse_entry(primary), parse_entry(other))).metadata.get("last_used")
    assert day == ("2026-01-02" if never is PRIMARY else "2026-01-05")


@pytest.mark.parametrize(
    ("choice", "summary"),
    [("primary", "It ran dry.\n"), ("other", "It leaked.\n"), ("both", "It ran dry.\n\nIt leaked.\n")],
)
def test_each_section_is_the_one_that_was_chosen(choice: Choice, summary: str) -> None:
    merged = merge_pair(parse_entry(PRIMARY), parse_entry(OTHER), {("Summary", 0): choice}).decode()
    assert merged.partition("- owner: ana\n")[2] == (
        f"\nSeen twice.\n\n**Summary**\n\n{summary}\n**Root Cause**\n\nA leak.\n\n**Action Items**\n\n- [ ] Grow it\n"
    )


def test_a_section_that_only_one_has_may_be_left_out() -> None:
    leave: dict[tuple[str, int], Choice] = {("Root Cause", 0): "primary", ("", 0): "primary"}
    merged = merge_pair(parse_entry(PRIMARY), parse_entry(OTHER), leave)
    assert merged.endswith(PRIMARY[PRIMARY.index(b"\n\n**Summary**") :])
    leave = {("Root Cause", 0): "other", ("", 0): "other"}
    merged = merge_pair(parse_entry(OTHER), parse_entry(PRIMARY), leave)
    assert b"Seen twice" not in merged
    assert b"Root Cause" not in merged
    same = [pair.key[0] for pair in section_pairs(parse_entry(PRIMARY), parse_entry(OTHER)) if pair.same]
    assert same == ["Action Items"]


def test_the_underline_of_a_title_goes_with_it() -> None:
    start = PRIMARY.split(b"**")[0] + b"Fix\n---\n"
    merged = merge_pair(parse_entry(start + b"Grow.\n"), parse_entry(start + b"Page.\n"), {("Fix", 0): "both"})
    assert merged.endswith(b"\nFix\n---\nGrow.\n\nPage.\n")


def test_line_ends_are_those_of_the_kept_entry_once_it_is_written() -> None:
    crlf = PRIMARY.replace(b"\n", b"\r\n")
    where = base(crlf + b"\r\n" + OTHER.replace(b"\n", b"\r\n"))
    primary = where.live.entries[0]
    merged = merge_pair(primary, parse_entry(OTHER), {("Summary", 0): "both"})
    edit = Edit(Target.of("live", primary), Rewrite(merged))
    live = after(where, edit)[0]
    assert live.count(b"\n") == live.count(b"\r\n")
    assert b"It ran dry.\r\n\r\nIt leaked.\r\n\r\n**Root Cause**" in live


@pytest.mark.parametrize("order", [1, -1])
def test_the_merged_text_and_the_archived_entry_are_one_change(order: int) -> None:
    """The one is written, the other is in the archive verbatim, and both come back."""
    where = base(HEAD + GAP.join([PRIMARY, OTHER][::order]))
    primary, other = where.live.entries[::order]
    merged = merge_pair(primary, other, {})
    edits = [Edit(Target.of("live", primary), Rewrite(merged)), Edit(Target.of("live", other), Archive(force=True))]
    change = apply(where, edits)
    assert [file.location for file in change.files] == ["archive", "live"]
    now = change.applied_to(where)
    assert [entry.raw for entry in now.live.entries] == [merged]
    assert [entry.raw for entry in now.document("archive").entries] == [OTHER]
    back = replay(now, inverse([(file.location, file.hunks) for file in change.files]))
    assert back.applied_to(now).live.data == where.live.data


def test_twins_are_told_apart_by_their_bytes_and_the_second_of_two_equal_ones_is_archived() -> None:
    document = Document.parse(PRIMARY + b"\n" + PRIMARY)
    where = base(document.data)
    first, second = where.live.entries
    merged = merge_pair(first, second, {})
    edits = [Edit(Target.of("live", first), Rewrite(merged)), Edit(Target.of("live", second), Archive())]
    now = apply(where, edits).applied_to(where)
    assert [entry.raw for entry in now.live.entries] == [merged]
    assert parse_entry(merged).used == 6
