"""Hunks: a change told by its neighbours, found again and taken back to the byte."""

import pytest

from incident_tui.format.edit.splice import Hunk, Splice, apply_checked, apply_splices, hunks, locate_hunk
from incident_tui.format.errors import Refused
from incident_tui.format.model.document import Document

from .samples import GAP, HEAD, LIVE, A, B, C

LIVE_DOCUMENT = Document.parse(LIVE)
IDENTITIES = [entry.identity for entry in LIVE_DOCUMENT.entries]


def word(data: bytes, old: bytes, new: bytes) -> Splice:
    at = data.index(old)
    return Splice(at, at + len(old), new)


def test_splices_alter_nothing_else() -> None:
    assert apply_splices(b"abcdef", [Splice(1, 2, b"XY"), Splice(4, 4, b"-"), Splice(5, 6, b"")]) == b"aXYcd-e"


def test_splices_that_overlap_are_an_error() -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply_splices(b"abcdef", [Splice(1, 4, b""), Splice(3, 5, b"")])


@pytest.mark.parametrize(
    ("change", "previous", "following"),
    [
        pytest.param(word(LIVE, b"used: 2", b"used: 3"), None, IDENTITIES[1], id="first entry"),
        pytest.param(word(LIVE, b"used: 0", b"used: 1"), IDENTITIES[0], IDENTITIES[2], id="middle entry"),
        pytest.param(word(LIVE, b"used: 7", b"used: 8"), IDENTITIES[1], None, id="last entry"),
        pytest.param(Splice(len(HEAD + A), len(HEAD + A + GAP), b"\n"), IDENTITIES[0], IDENTITIES[1], id="a gap"),
        pytest.param(Splice(len(LIVE), len(LIVE), GAP + A), IDENTITIES[2], None, id="at the end"),
        pytest.param(Splice(0, 0, b"x\n"), None, IDENTITIES[0], id="at the start"),
    ],
)
def test_a_hunk_is_named_by_its_untouched_neighbours(change: Splice, previous: object, following: object) -> None:
    (hunk,) = hunks(LIVE_DOCUMENT, [change])
    assert (hunk.previous, hunk.following) == (previous, following)
    assert locate_hunk(LIVE_DOCUMENT, hunk) is not None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([word(LIVE, b"used: 2", b"used: 3")], id="one"),
        pytest.param([word(LIVE, b"used: 2", b"used: 3"), word(LIVE, b"used: 7", b"x")], id="two apart"),
        pytest.param([word(LIVE, b"used: 2", b"used: 3"), word(LIVE, b"used: 0", b"x")], id="two neighbours"),
        pytest.param([word(LIVE, b"- type: incident", b""), word(LIVE, b"used: 2", b"x")], id="two in one entry"),
        pytest.param([word(LIVE, A, b""), word(LIVE, GAP + C, b"")], id="all but one entry"),
    ],
)
def test_taking_changes_back_is_exact(changes: list[Splice]) -> None:
    changed = apply_splices(LIVE, changes)
    found = [locate_hunk(Document.parse(changed), hunk.inverse()) for hunk in hunks(LIVE_DOCUMENT, changes)]
    assert apply_splices(changed, [place for place in found if place]) == LIVE


def test_a_hunk_is_found_where_its_neighbours_moved() -> None:
    (hunk,) = hunks(LIVE_DOCUMENT, [word(LIVE, b"used: 0", b"used: 1")])
    moved = b"New title, much longer\n\n" + LIVE.replace(b"ran dry", b"was empty").replace(b"the first", b"number one")
    place = locate_hunk(Document.parse(moved), hunk)
    assert place is not None
    assert apply_splices(moved, [place]) == moved.replace(b"used: 0", b"used: 1")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(LIVE.replace(b"Body of the second", b"Another body"), id="its bytes changed"),
        pytest.param(HEAD + B + GAP + C, id="the entry before it went"),
        pytest.param(HEAD + A + GAP + B, id="the entry after it went"),
        pytest.param(HEAD + A + GAP + C + GAP + B, id="the entries changed places"),
        pytest.param(b"", id="all is gone"),
    ],
)
def test_a_hunk_is_not_found_where_its_surroundings_changed(data: bytes) -> None:
    (hunk,) = hunks(LIVE_DOCUMENT, [word(LIVE, b"used: 0", b"used: 1")])
    assert locate_hunk(Document.parse(data), hunk) is None


def test_a_hunk_between_equal_neighbours_is_found_by_its_bytes() -> None:
    data = A + GAP + B + GAP + A + GAP + C + GAP + A
    (hunk,) = hunks(Document.parse(data), [word(data, b"Body of the first", b"Other words")])
    assert (hunk.previous, hunk.following) == (IDENTITIES[0], IDENTITIES[0])
    place = locate_hunk(Document.parse(data), hunk)
    assert place is not None
    assert apply_splices(data, [place]) == data.replace(b"Body of the first", b"Other words")


def test_the_inverse_of_a_hunk_is_the_way_back() -> None:
    hunk = Hunk(IDENTITIES[0], None, b"old", b"new")
    assert hunk.inverse() == Hunk(IDENTITIES[0], None, b"new", b"old")
    assert hunk.inverse().inverse() == hunk


@pytest.mark.parametrize(
    "text",
    [b"<!--\n", b"```\n", b"\n<!-- c -->\n\n---\n"],
    ids=["opens a comment", "opens a fence", "moves the end of the text"],
)
def test_a_change_that_alters_another_entry_is_refused(text: bytes) -> None:
    data = A + GAP + B + b"```\n-->\n"
    document = Document.parse(data)
    with pytest.raises(Refused, match=r"alter the entry in line \d+ as well"):
        apply_checked(document, [Splice(len(A), len(A), text)], document.entries, 2)


def test_a_change_that_makes_an_entry_is_refused() -> None:
    with pytest.raises(Refused, match="make or hide an entry"):
        apply_checked(LIVE_DOCUMENT, [Splice(0, 0, b"## M-2025-01-01 x\n\n---\n\n")], LIVE_DOCUMENT.entries, 3)
