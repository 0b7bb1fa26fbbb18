"""What a word means: one entry, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import Ambiguous, Unknown, all_entries, resolve

LIVE = b"""# Incidents

## M-2025-05-01T10:00:00Z INC-12 orders-api-outage (summarized)

## M-2025-04-01T10:00:00Z INC-123 Orders slow again

## M-2025-03-01T10:00:00Z twin-one

## M-2025-03-01T10:00:00Z twin-two

## M-2025-02-01T10:00:00Z INC-7

## M-2025-01-01T10:00:00Z odd \x1b[31m \xff title
"""
ARCHIVE = b"""# Archive

## M-2025-05-01T10:00:00Z INC-12 orders-api-outage

The full text.

## M-2024-01-01T10:00:00Z INC-9 old-outage
"""
BASE = Contents(Document.parse(LIVE), Document.parse(ARCHIVE), "incidents.md")
NAMED = all_entries(BASE)


def meant(word: str, base: Contents = BASE) -> str:
    one = resolve(word, all_entries(base))
    return f"{one.location} {one.id}"


def based(live: bytes, archive: bytes = b"") -> Contents:
    return Contents(Document.parse(live), Document.parse(archive), "incidents.md")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("M-2025-04-01T10:00:00Z", "live M-2025-04-01T10:00:00Z"),
        ("2025-04-01T10:00:00Z", "live M-2025-04-01T10:00:00Z"),
        ("2025-04", "live M-2025-04-01T10:00:00Z"),
        ("M-2025-03-01T10:00:00Z#2", "live M-2025-03-01T10:00:00Z#2"),
        ("2025-03-01T10:00:00Z#1", "live M-2025-03-01T10:00:00Z#1"),
        ("INC-123", "live M-2025-04-01T10:00:00Z"),
        ("Orders slow again", "live M-2025-04-01T10:00:00Z"),
        ("INC-123 Orders slow", "live M-2025-04-01T10:00:00Z"),
        ("twin-t", "live M-2025-03-01T10:00:00Z#2"),
        ("old", "archive M-2024-01-01T10:00:00Z"),
        ("  INC-7 ", "live M-2025-02-01T10:00:00Z"),
    ],
)
def test_an_entry_is_called_by_id_timestamp_reference_title_or_a_beginning(word: str, expected: str) -> None:
    assert meant(word) == expected


def test_an_exact_name_beats_a_beginning() -> None:
    assert meant("INC-12") == "live M-2025-05-01T10:00:00Z"


def test_letters_of_the_other_case_will_do() -> None:
    assert meant("inc-123") == "live M-2025-04-01T10:00:00Z"
    assert meant("m-2025-04-01t10:00:00z") == "live M-2025-04-01T10:00:00Z"


def test_letters_as_written_beat_the_other_case() -> None:
    assert meant("Orders") == "live M-2025-04-01T10:00:00Z"
    assert meant("orders") == "live M-2025-05-01T10:00:00Z"


def test_a_beginning_of_several_means_none_of_them() -> None:
    with pytest.raises(Ambiguous) as several:
        resolve("ORDERS", NAMED)
    assert [one.id for one in several.value.candidates] == ["M-2025-05-01T10:00:00Z", "M-2025-04-01T10:00:00Z"]


def test_the_timestamp_of_twins_names_neither() -> None:
    with pytest.raises(Ambiguous) as several:
        resolve("M-2025-03-01T10:00:00Z", NAMED)
    assert [one.id[-2:] for one in several.value.candidates] == ["#1", "#2"]


def test_twins_in_live_file_and_archive_are_not_guessed_at() -> None:
    base = based(b"## M-2025-01-01T10:00:00Z a\n\n## M-2025-01-01T10:00:00Z b\n", b"## M-2025-01-01T10:00:00Z c\n")
    with pytest.raises(Ambiguous) as several:
        meant("M-2025-01-01T10:00:00Z", base)
    assert len(several.value.candidates) == 3
    assert meant("c", base) == "archive M-2025-01-01T10:00:00Z"


def test_a_reference_given_twice_names_neither() -> None:
    with pytest.raises(Ambiguous):
        meant("INC-1", based(b"## M-2025-01-01T10:00:00Z INC-1 a\n\n## M-2025-01-02T10:00:00Z INC-1 b\n"))


def test_of_a_summary_and_its_original_the_live_one_is_meant() -> None:
    for word in ("INC-12", "2025-05", "orders-api-outage"):
        assert resolve(word, NAMED).location == "live"


def test_of_a_summary_and_its_original_the_archived_one_is_meant_where_that_is_preferred() -> None:
    for word in ("INC-12", "2025-05", "orders-api-outage"):
        assert resolve(word, NAMED, prefer="archive").location == "archive"


def test_those_that_a_command_is_for_come_first_among_equals() -> None:
    def archived(one: LocatedEntry) -> bool:
        return one.location == "archive"

    assert resolve("2", NAMED[:-1], among=archived).entry.ref == "INC-12"
    assert resolve("INC-7", NAMED, among=archived).location == "live", "an exact name is never passed over"


def test_an_odd_title_is_found_as_it_is_shown_and_as_it_is() -> None:
    assert meant("odd ␛[31m \ufffd title") == "live M-2025-01-01T10:00:00Z"
    assert meant("odd \x1b[31m \udcff title") == "live M-2025-01-01T10:00:00Z"


@pytest.mark.parametrize("word", ["", "   ", "INC-99", "#1", "title", "M-2025-03-01T10:00:00Z#3", "\udcff"])
def test_what_nobody_is_called_means_nothing(word: str) -> None:
    with pytest.raises(Unknown):
        resolve(word, NAMED)


def test_in_an_empty_file_every_word_is_unknown() -> None:
    with pytest.raises(Unknown):
        meant("INC-1", based(b""))


@given(st.text(st.characters(codec=None), max_size=8) | st.sampled_from(["M-2025", "inc", "ß", "ﬁ", "İ"]))
def test_any_word_means_an_entry_or_none_and_never_another_kind_of_failure(word: str) -> None:
    try:
        one = resolve(word, NAMED)
    except (Unknown, Ambiguous):
        return
    assert one in NAMED


def test_every_id_of_a_file_means_its_own_entry() -> None:
    for one in all_entries(based(LIVE)):
        assert meant(one.id, based(LIVE)) == f"live {one.id}"
