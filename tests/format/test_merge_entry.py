"""What two people made of one entry, put together: fields by their meaning, the body by section."""

import pytest

from incident_tui.format.merge.entry import Conflict, merge

BASE = b"""## M-2025-03-01T10:00:00Z INC-3 third

- type: incident
- tags: db, pool
- used: 2
- last_used: 2025-03-09
- pinned: false
- owner: ana

**Summary**

The pool ran dry.

**Action Items**

- [ ] Page earlier
- [ ] Grow the pool
"""


def with_change(*pairs: tuple[bytes, bytes]) -> bytes:
    text = BASE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def test_what_one_side_left_alone_is_the_others() -> None:
    ours = with_change((b"ran dry", b"leaked"))
    assert merge(BASE, ours, BASE) == ours
    assert merge(BASE, BASE, ours) == ours


def test_counters_add_up_and_the_later_day_wins() -> None:
    ours = with_change((b"- used: 2", b"- used: 3"), (b"2025-03-09", b"2025-04-02"))
    theirs = with_change((b"- used: 2", b"- used: 5"), (b"2025-03-09", b"2025-04-01"))
    assert merge(BASE, ours, theirs) == with_change((b"- used: 2", b"- used: 6"), (b"2025-03-09", b"2025-04-02"))


def test_the_same_count_on_both_sides_counts_twice() -> None:
    both = with_change((b"- used: 2", b"- used: 3"), (b"2025-03-09", b"2025-04-01"))
    assert merge(BASE, both, both) == both.replace(b"- used: 3", b"- used: 4")


def test_a_pin_and_a_count_go_together() -> None:
    ours, theirs = with_change((b"pinned: false", b"pinned: true")), with_change((b"- used: 2", b"- used: 3"))
    assert merge(BASE, ours, theirs) == with_change((b"pinned: false", b"pinned: true"), (b"- used: 2", b"- used: 3"))


def test_taking_a_count_back_keeps_the_others_count() -> None:
    counted = with_change((b"- used: 2", b"- used: 3"), (b"2025-03-09", b"2025-04-01"))
    again = counted.replace(b"- used: 3", b"- used: 4")
    assert merge(counted, BASE, again) == counted


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        (b"db, pool, pg", b"db, pool, aws", b"db, pool, aws, pg"),
        (b"db", b"db, pool, aws", b"db, aws"),
        (b"pool, db", b"db, pool, aws", b"db, pool, aws"),
        (b"pg", b"aws", b"aws, pg"),
    ],
    ids=["both add", "one drops, one adds", "another order", "both replace"],
)
def test_tags_are_merged_as_sets(ours: bytes, theirs: bytes, both: bytes) -> None:
    merged = merge(BASE, with_change((b"db, pool", ours)), with_change((b"db, pool", theirs)))
    assert merged == with_change((b"db, pool", both))


def test_unknown_keys_are_merged_three_way() -> None:
    ours, theirs = with_change((b"owner: ana", b"owner: bo")), with_change((b"owner: ana", b"owner: cy"))
    assert merge(BASE, ours, with_change((b"- used: 2", b"- used: 3"))) == ours.replace(b"- used: 2", b"- used: 3")
    with pytest.raises(Conflict, match="`owner`"):
        merge(BASE, ours, theirs)


def test_a_line_that_one_side_dropped_is_dropped() -> None:
    ours, theirs = with_change((b"- owner: ana\n", b"")), with_change((b"- used: 2", b"- used: 3"))
    assert merge(BASE, ours, theirs) == ours.replace(b"- used: 2", b"- used: 3")


def test_sections_are_merged_one_by_one() -> None:
    ours = with_change((b"ran dry", b"leaked"))
    theirs = with_change((b"- [ ] Page earlier", b"- [x] Page earlier"))
    assert merge(BASE, ours, theirs) == ours.replace(b"- [ ] Page earlier", b"- [x] Page earlier")


def test_two_items_ticked_in_one_section_are_both_ticked() -> None:
    ours = with_change((b"- [ ] Page earlier", b"- [x] Page earlier"))
    theirs = with_change((b"- [ ] Grow the pool", b"- [x] Grow the pool"))
    assert merge(BASE, ours, theirs) == BASE.replace(b"[ ]", b"[x]")


def test_a_section_that_one_side_added_stands_where_it_was_put() -> None:
    ours = with_change((b"**Action Items**", b"**Root Cause**\n\nA leak.\n\n**Action Items**"))
    theirs = with_change((b"ran dry", b"leaked"))
    assert merge(BASE, ours, theirs) == ours.replace(b"ran dry", b"leaked")


def test_a_summary_takes_the_count_of_the_other_side() -> None:
    ours = with_change((b"INC-3 third", b"INC-3 third (summarized)"), (b"The pool ran dry.", b"Dry."))
    assert merge(BASE, ours, with_change((b"- used: 2", b"- used: 3"))) == ours.replace(b"- used: 2", b"- used: 3")


@pytest.mark.parametrize(
    ("ours", "theirs", "what"),
    [
        ((b"ran dry", b"leaked"), (b"ran dry", b"burst"), "the section Summary"),
        ((b"INC-3 third", b"INC-3 one"), (b"INC-3 third", b"INC-3 two"), "the heading"),
        ((b"ran dry", b"leaked"), (b"**Summary**\n\nThe pool ran dry.\n\n", b""), "the section Summary"),
    ],
    ids=["one section", "heading", "changed and dropped"],
)
def test_what_both_changed_each_in_its_own_way_is_a_conflict(
    ours: tuple[bytes, bytes], theirs: tuple[bytes, bytes], what: str
) -> None:
    with pytest.raises(Conflict, match=what):
        merge(BASE, with_change(ours), with_change(theirs))


def test_crlf_and_odd_bytes_that_neither_touched_stay() -> None:
    base = BASE.replace(b"\n", b"\r\n").replace(b"leaked", b"\xff")
    ours, theirs = base.replace(b"- used: 2", b"- used: 3"), base.replace(b"pinned: false", b"pinned: true")
    assert merge(base, ours, theirs) == ours.replace(b"pinned: false", b"pinned: true")


HEADING = b"## M-2025-03-01T10:00:00Z INC-3"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "both"),
    [
        pytest.param(
            b"\n\n- used: 1", b"\n\n- used: 1\n\nText.", b"\n\n- used: 2", b"\n\n- used: 2\n\nText.", id="text"
        ),
        pytest.param(b"\n- used: 1", b" x\n- used: 1", b"\n- used: 2", b" x\n- used: 2", id="name"),
        pytest.param(b" a\n- type: x", b" b", b" a\n- type: x\n- pinned: no", b" b\n- pinned: no", id="name alone"),
        pytest.param(b"", b"\n\nText.", b" (archived)", b" (archived)\n\nText.", id="text behind a name"),
    ],
)
def test_lines_without_a_line_end_are_not_run_together(base: bytes, ours: bytes, theirs: bytes, both: bytes) -> None:
    assert merge(HEADING + base, HEADING + ours, HEADING + theirs) == HEADING + both
