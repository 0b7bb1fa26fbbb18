"""Merging whole files: what two clones made of one list becomes one list, and nothing is lost on the way."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.format.merge.document import Labels, NotUnderstood, merge_files
from incident_tui.format.model.document import Document

HEAD = b"# Incidents\n\nNewest first.\n\n---\n\n"
GAP = b"\n---\n\n"


def entry(
    day: int, ref: str, *, used: int = 0, tags: str = "db", pinned: str = "false", body: str = "It broke."
) -> bytes:
    return (
        f"## M-2025-03-{day:02}T10:00:00Z {ref} title\n\n- type: incident\n- tags: {tags}\n- used: {used}\n"
        f"- pinned: {pinned}\n\n**Summary**\n\n{body}\n\n**Root Cause**\n\nUnknown.\n"
    ).encode()


A, B, C, D = (entry(day, ref) for day, ref in ((9, "INC-9"), (8, "INC-8"), (7, "INC-7"), (6, "INC-6")))
NEW, OTHER = entry(20, "INC-20"), entry(21, "INC-21")


def file(*entries: bytes, head: bytes = HEAD) -> bytes:
    return head + GAP.join(entries)


def merged(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """The result without a conflict, the same whichever side is called ours."""
    one, other = merge_files(base, ours, theirs), merge_files(base, theirs, ours)
    assert (one.conflicts, other.conflicts) == ((), ())
    assert one.data == other.data
    return one.data


BASE = file(A, B, C, D)


def test_both_count_that_it_helped() -> None:
    ours, theirs = file(A, entry(8, "INC-8", used=1), C, D), file(A, entry(8, "INC-8", used=2), C, D)
    assert merged(BASE, ours, theirs) == file(A, entry(8, "INC-8", used=3), C, D)


def test_one_pins_the_other_counts() -> None:
    ours, theirs = file(A, entry(8, "INC-8", pinned="true"), C, D), file(A, entry(8, "INC-8", used=1), C, D)
    assert merged(BASE, ours, theirs) == file(A, entry(8, "INC-8", used=1, pinned="true"), C, D)


def test_neighbours_are_changed() -> None:
    ours, theirs = file(entry(9, "INC-9", used=1), B, C, D), file(A, entry(8, "INC-8", used=1), C, D)
    assert merged(BASE, ours, theirs) == file(entry(9, "INC-9", used=1), entry(8, "INC-8", used=1), C, D)


def test_both_add_on_top() -> None:
    assert merged(BASE, file(NEW, A, B, C, D), file(OTHER, A, B, C, D)) == file(OTHER, NEW, A, B, C, D)


def test_both_append() -> None:
    base = file(D, C, B, A)
    assert merged(base, file(D, C, B, A, OTHER), file(D, C, B, A, NEW)) == file(D, C, B, A, NEW, OTHER)


def test_both_append_to_a_list_without_order() -> None:
    base = file(C, A, D, B)
    assert merged(base, file(C, A, D, B, OTHER), file(C, A, D, B, NEW)) == file(C, A, D, B, NEW, OTHER)


def test_both_add_the_first_entry_behind_a_template() -> None:
    base = b"# Incidents\n\n<!--\n## M-2025-01-01T00:00:00Z example\n-->\n"
    assert merged(base, base + b"\n" + NEW, base + b"\n" + OTHER) == base + b"\n" + GAP.join([OTHER, NEW])


def test_one_adds_a_tag_the_other_drops_one() -> None:
    base = file(entry(9, "INC-9", tags="db, pool"), B)
    ours, theirs = file(entry(9, "INC-9", tags="db, pool, dns"), B), file(entry(9, "INC-9", tags="pool"), B)
    assert merged(base, ours, theirs) == file(entry(9, "INC-9", tags="dns, pool"), B)


def test_both_archive_or_leave() -> None:
    assert merged(BASE, file(A, C, D), file(A, B, D)) == file(A, D)


def test_one_archives_the_other_pins_a_neighbour() -> None:
    assert merged(BASE, file(A, C, D), file(A, B, entry(7, "INC-7", pinned="true"), D)) == file(
        A, entry(7, "INC-7", pinned="true"), D
    )


@pytest.mark.parametrize("swapped", [False, True])
def test_one_archives_what_the_other_counts_is_a_conflict_and_the_entry_stays(swapped: bool) -> None:
    counted = entry(8, "INC-8", used=1)
    sides = file(A, C, D), file(A, counted, C, D)
    result = merge_files(BASE, *(sides[::-1] if swapped else sides), Labels("HEAD", "branch"))
    assert result.conflicts == ("INC-8 title: one side took it out, the other changed it",)
    marked = (
        b"<<<<<<< HEAD\n" + counted + b"=======\n>>>>>>> branch\n"
        if swapped
        else b"<<<<<<< HEAD\n=======\n" + counted + b">>>>>>> branch\n"
    )
    assert result.data == file(A, marked, C, D)


@pytest.mark.parametrize("swapped", [False, True])
def test_two_texts_of_one_section_stand_between_markers_in_that_section(swapped: bool) -> None:
    sides = file(A, entry(8, "INC-8", body="Ours."), C, D), file(A, entry(8, "INC-8", body="Theirs.", used=4), C, D)
    result = merge_files(BASE, *(sides[::-1] if swapped else sides))
    assert result.conflicts == ("INC-8 title: both sides changed the section Summary",)
    assert b"- used: 4\n" in result.data
    first, second = (b"Theirs.", b"Ours.") if swapped else (b"Ours.", b"Theirs.")
    assert (
        b"<<<<<<< ours\n**Summary**\n\n" + first + b"\n\n=======\n**Summary**\n\n" + second + b"\n\n>>>>>>> theirs\n"
        b"**Root Cause**"
    ) in result.data


def test_two_headings_of_one_entry_are_two_entries() -> None:
    """The heading names an entry, so the old one is gone on both sides, and two new ones came."""
    ours, theirs = BASE.replace(b"INC-8 title", b"INC-8 mine"), BASE.replace(b"INC-8 title", b"INC-8 yours")
    assert b"INC-8 mine" in merged(BASE, ours, theirs)
    assert b"INC-8 yours" in merged(BASE, ours, theirs)


def test_summarized_against_changed_text_is_a_conflict() -> None:
    stub = b"## M-2025-03-08T10:00:00Z INC-8 title (summarized)\n\n- used: 0\n\n**Summary**\n\nShort.\n"
    result = merge_files(BASE, file(A, stub, C, D), file(A, entry(8, "INC-8", body="More."), C, D))
    assert len(result.conflicts) == 1
    assert stub in result.data
    assert b"More." in result.data


def test_one_changes_all_line_ends_the_other_an_entry() -> None:
    crlf = BASE.replace(b"\n", b"\r\n")
    counted = file(A, entry(8, "INC-8", used=1), C, D)
    assert merged(BASE, crlf, counted) == counted.replace(b"\n", b"\r\n")
    assert merged(crlf, BASE, counted.replace(b"\n", b"\r\n")) == counted


def test_equal_timestamps_of_new_entries_are_ordered_by_name() -> None:
    one, two = entry(20, "INC-1"), entry(20, "INC-2")
    result = merged(BASE, file(one, A, B, C, D), file(two, A, B, C, D))
    assert {found.ref for found in Document.parse(result).entries} >= {"INC-1", "INC-2"}


def test_the_same_new_entry_on_both_sides_stands_once() -> None:
    assert merged(BASE, file(NEW, A, B, C, D), file(NEW, A, B, C, entry(6, "INC-6", used=1))) == file(
        NEW, A, B, C, entry(6, "INC-6", used=1)
    )


def test_text_before_the_entries_and_comments_between_them_are_merged() -> None:
    note = b"\n---\n\n<!-- to be cleaned up -->\n\n"
    ours, theirs = (
        file(A, B, C, D, head=HEAD.replace(b"Newest", b"The newest")),
        HEAD + A + GAP + B + note + C + GAP + D,
    )
    result = merged(BASE, ours, theirs)
    assert b"The newest first." in result
    assert result.count(b"to be cleaned up") == 1


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (BASE.replace(b"Newest", b"Most recent"), BASE.replace(b"Newest", b"Latest")),
        (file(B, A, C, D), file(A, B, D, C)),
        (BASE.replace(b"It broke.", b"<<<<<<< x\nIt\n=======\nbroke.\n>>>>>>> y", 1), file(A, B, C)),
    ],
    ids=["both change the head", "both put it in another order", "markers stand in it already"],
)
def test_what_is_not_understood_is_left_to_git(ours: bytes, theirs: bytes) -> None:
    with pytest.raises(NotUnderstood):
        merge_files(BASE, ours, theirs)
    with pytest.raises(NotUnderstood):
        merge_files(BASE, theirs, ours)


def test_one_sides_other_order_is_kept() -> None:
    counted = file(A, entry(8, "INC-8", used=1), C, D)
    assert merged(BASE, file(B, A, C, D), counted) == file(entry(8, "INC-8", used=1), A, C, D)


def _edited(data: bytes, rng: random.Random, side: int) -> bytes:
    """A file after some edits that a person might make."""
    for step in range(rng.randint(1, 6)):
        entries = Document.parse(data).entries
        kind = rng.choice(["used", "pin", "tag", "body", "out", "new", "cause"]) if entries else "new"
        if kind == "new":
            raw = entry(rng.randint(1, 28), f"NEW-{side}{step}")
            at = rng.choice([*(found.start for found in entries), len(data)]) if entries else len(data)
            data = data[:at] + raw + GAP + data[at:] if at < len(data) else data + GAP + raw
            continue
        found = rng.choice(entries)
        raw = found.raw
        if kind == "used":
            raw = raw.replace(b"- used: %d\n" % found.used, b"- used: %d\n" % (found.used + 1))
        elif kind == "pin":
            raw = raw.replace(b"pinned: false", b"pinned: true")
        elif kind == "tag":
            raw = raw.replace(b"- tags: ", b"- tags: t%d%d, " % (side, step))
        elif kind == "body":
            raw = raw.replace(b"It broke.", b"It broke on side %d." % side)
        elif kind == "cause":
            raw = raw.replace(b"Unknown.", b"Known to %d." % side)
        elif found.number + 1 < len(entries):
            data = data[: found.start] + data[found.gap_end :]
            continue
        data = data[: found.start] + raw + data[found.end :]
    return data


@pytest.mark.slow
@given(st.randoms(use_true_random=False), st.booleans())
def test_whatever_two_people_do_nothing_is_lost_and_counters_add_up(rng: random.Random, newest_first: bool) -> None:
    held = [A, B, C, D] if newest_first else [D, B, C, A]
    base = file(*held)
    ours, theirs = _edited(base, rng, 1), _edited(base, rng, 2)
    try:
        result = merge_files(base, ours, theirs)
    except NotUnderstood:
        with pytest.raises(NotUnderstood):
            merge_files(base, theirs, ours)
        return
    other = merge_files(base, theirs, ours)
    assert len(result.conflicts) == len(other.conflicts)
    if result.conflicts:
        return
    assert result.data == other.data
    documents = [Document.parse(text) for text in (base, ours, theirs, result.data)]
    began, one, two, now = (Counter(found.identity for found in document.entries) for document in documents)
    both_took = (began - one) & (began - two)
    assert now == began + (one - began) + (two - began) + both_took - (began - one) - (began - two)
    for identity in now.keys() & began.keys():
        used = [document.find(identity)[0].used for document in documents]
        assert used[3] == used[1] + used[2] - used[0]


def test_the_same_count_on_both_sides_is_counted_twice() -> None:
    """Two people found that it helped; that both files are the same to the byte doesn't make them one."""
    counted = file(A, entry(8, "INC-8", used=1), C, D)
    assert merged(BASE, counted, counted) == file(A, entry(8, "INC-8", used=2), C, D)
