"""Moves that a crash has interrupted, and entries under conflict markers."""

from datetime import date

import pytest

from incident_tui.format.edit.archiving import interrupted
from incident_tui.format.edit.edit import apply
from incident_tui.format.edit.operations import Archive, Helped, Pin, Restore, Summarize
from incident_tui.format.errors import Refused
from incident_tui.format.model.document import Document

from .samples import GAP, HEAD, LIVE, A, B, C, base, edit


def test_an_entry_in_both_files_is_an_interrupted_move() -> None:
    both = base(LIVE, HEAD + B)
    assert [(live.ref, copy.ref) for live, copy in interrupted(both)] == [("INC-2", "INC-2")]
    assert not list(interrupted(base(LIVE, HEAD + B.replace(b"Body", b"Another body"))))
    assert not list(interrupted(base(LIVE)))


def test_archiving_again_finishes_the_move() -> None:
    (live,) = apply(base(LIVE, HEAD + B), [edit(base(LIVE), "INC-2", Archive())]).files
    assert (live.location, live.document.data) == ("live", HEAD + A + GAP + C)


def test_archiving_again_takes_the_counters_along() -> None:
    counted = LIVE.replace(B, B.replace(b"used: 0", b"used: 1"))
    archive, live = apply(base(counted, HEAD + B), [edit(base(counted), "INC-2", Archive())]).files
    assert archive.document.data == HEAD + B.replace(b"used: 0", b"used: 1")
    assert live.document.data == HEAD + A + GAP + C


@pytest.mark.parametrize("act", [Pin(), Helped(date(2025, 4, 5))])
def test_the_next_edit_of_the_entry_takes_the_copy_out_of_the_archive(act: Pin | Helped) -> None:
    archive, live = apply(base(LIVE, HEAD + B + GAP + C), [edit(base(LIVE), "INC-2", act)]).files
    assert archive.document.data == HEAD + C
    assert len(live.document.entries) == 3


def test_summarizing_uses_the_copy() -> None:
    (live,) = apply(base(LIVE, HEAD + B), [edit(base(LIVE), "INC-2", Summarize("Broke.", "Learned."))]).files
    assert live.document.entries[1].state == "summarized"


def test_restoring_the_copy_only_takes_it_out_of_the_archive() -> None:
    both = base(LIVE, HEAD + B)
    (archive,) = apply(both, [edit(both, "INC-2", Restore(), "archive")]).files
    assert (archive.location, archive.document.data) == ("archive", HEAD)


CONFLICT = HEAD + b"<<<<<<< HEAD\n" + A + b"=======\n" + B + b">>>>>>> theirs\n\n" + C


@pytest.mark.parametrize("ref", ["INC-3", "INC-2"])
@pytest.mark.parametrize("act", [Pin(), Archive(), Summarize("Broke.", "Learned.")])
def test_an_entry_under_conflict_markers_is_not_edited(ref: str, act: Pin | Archive | Summarize) -> None:
    with pytest.raises(Refused, match=r"^resolve git's conflict in an editor first \(line 5\): .* stands between"):
        apply(base(CONFLICT), [edit(base(CONFLICT), ref, act)])


def test_an_entry_beside_a_conflict_is_edited() -> None:
    (live,) = apply(base(CONFLICT), [edit(base(CONFLICT), "INC-1", Pin())]).files
    assert live.document.data == CONFLICT.replace(C, C.replace(b"pinned: false", b"pinned: true"))


def test_conflict_markers_in_a_code_block_are_an_example() -> None:
    example = b"\n```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> theirs\n```\n"
    document = Document.parse(HEAD + A + example + GAP + B)
    assert [document.conflict(entry) for entry in document.entries] == [None, None]


def test_markers_of_several_code_blocks_are_no_conflict() -> None:
    first = A + b"\n```\n<<<<<<< HEAD\n```\n"
    second = B.replace(b"Body of the second.", b"Body\n=======\n")
    third = C + b"\n```\n>>>>>>> theirs\n```\n"
    document = Document.parse(HEAD + first + GAP + second + GAP + third)
    assert [document.conflict(entry) for entry in document.entries] == [None, None, None]


def test_markers_that_are_never_closed_cost_no_time() -> None:
    document = Document.parse(HEAD + A + b"<<<<<<< HEAD\n" * 50_000 + GAP + B)
    assert [document.conflict(entry) for entry in document.entries] == [None, None]


SUMMARY = A.replace(b"INC-3 third", b"INC-3 third (summarized)").replace(b"The pool", b"In short: the pool")


@pytest.mark.parametrize("act", [Archive(), Restore()])
def test_what_someone_added_to_a_summary_is_not_lost(act: Archive | Restore) -> None:
    more = SUMMARY + b"\n**Follow-up**\n\nIt was the proxy.\n"
    both = base(LIVE.replace(A, more), HEAD + A)
    with pytest.raises(Refused, match=r"INC-3 third: its summary holds more than a summary \(Follow-up\)"):
        apply(both, [edit(both, "INC-3", act)])
    both = base(LIVE.replace(A, SUMMARY), HEAD + A)
    assert apply(both, [edit(both, "INC-3", act)]).files
