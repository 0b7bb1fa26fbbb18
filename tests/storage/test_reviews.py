"""What a review kept: by knowledge base, bounded, private, and its loss harms nothing."""

import stat
from datetime import date, timedelta
from pathlib import Path

import pytest

from incident_tui.format.model.entry import Identity
from incident_tui.storage.user.reviews import (
    KEPT,
    LONGEST,
    load_left_pairs,
    load_reviews,
    pair_name,
    save_left_pair,
    save_review,
)
from incident_tui.storage.user.state_dir import state_folder

LIVE = Path("/kb/incidents.md")
DAY = date(2026, 1, 5)
ONE = Identity("2025-01-05T16:00:00Z", "INC-1 caf\udce9")


def test_each_entry_has_the_day_on_which_it_was_kept_last() -> None:
    save_review(LIVE, ONE, DAY)
    save_review(LIVE, ONE, DAY + timedelta(3))
    save_review(Path("/other.md"), ONE, DAY)
    assert load_reviews(LIVE) == {ONE: DAY + timedelta(3)}
    save_review(LIVE, ONE, None)
    assert (load_reviews(LIVE), load_reviews(Path("/other.md"))) == ({}, {ONE: DAY})


def test_so_many_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incident_tui.storage.user.reviews.KEPT", 5)
    assert KEPT > 5
    for number in range(7):
        save_review(LIVE, Identity(str(number), "x"), DAY)
    save_review(LIVE, Identity("8", "x" * LONGEST), DAY)
    assert [identity.timestamp for identity in load_reviews(LIVE)] == ["2", "3", "4", "5", "6"]


def test_they_are_private() -> None:
    save_review(LIVE, ONE, DAY)
    assert stat.S_IMODE((state_folder() / "reviews.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "data", [b"", b"{", b"1", b"\xff", b'[1, ["/kb/incidents.md", "a", "b"], ["/kb/incidents.md", "a", "b", "never"]]']
)
def test_what_cannot_be_read_is_as_if_it_were_not_there(data: bytes) -> None:
    path = state_folder() / "reviews.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert load_reviews(LIVE) == {}


def test_a_pair_is_the_same_whichever_is_first() -> None:
    other = Path("/kb/orgs/facts.md"), Identity("2025-01-06T16:00:00Z", "two")
    name = pair_name(((LIVE, ONE), other))
    assert name == pair_name((other, (LIVE, ONE)))
    save_left_pair(name, DAY)
    save_review(LIVE, ONE, DAY)
    save_left_pair(pair_name(((LIVE, Identity("1", "x" * 2 * LONGEST)), other)), DAY)
    assert load_left_pairs() == {name: DAY}
    assert stat.S_IMODE((state_folder() / "pairs.json").stat().st_mode) == 0o600
    save_left_pair(name, None)
    assert (load_left_pairs(), load_reviews(LIVE)) == ({}, {ONE: DAY})
