"""A first sight of a big file: its newer end, and what is pinned."""

import pytest

from incident_tui.format.read import partial as module
from incident_tui.format.read.partial import partial_document


def entry(number: int, pinned: bool = False) -> bytes:
    return b"## M-2026-01-%02dT00:00:00Z e%d\n\n- pinned: %s\n\nText.\n\n---\n\n" % (
        number,
        number,
        str(pinned).lower().encode(),
    )


@pytest.fixture(autouse=True)
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEAR", 250)


@pytest.mark.parametrize("newest_first", [True, False])
def test_it_holds_the_newer_end_and_the_pinned(newest_first: bool) -> None:
    days = sorted(range(1, 29), reverse=newest_first)
    data = b"# Incidents\n\n---\n\n" + b"".join(entry(day, pinned=day in (9, 14)) for day in days)
    found = {entry.title for entry in partial_document(data).entries}
    assert {"e28", "e27", "e9", "e14"} <= found
    assert len(found) < 9


def test_each_entry_is_there_once_with_its_own_bytes() -> None:
    data = b"".join(entry(day, pinned=True) for day in range(28, 0, -1))
    raws = [held.raw for held in partial_document(data).entries]
    assert len(raws) == len(set(raws)) == 28
    assert all(raw in data for raw in raws)


def test_a_template_at_the_start_is_hidden() -> None:
    data = b"<!--\n" + entry(1, pinned=True) + b"-->\n" + b"".join(entry(day) for day in range(28, 1, -1))
    assert "e1" not in {held.title for held in partial_document(data).entries}


def test_of_a_file_without_entries_there_is_nothing_to_see() -> None:
    assert partial_document(b"x" * 4000).entries == ()
    assert partial_document(b"").entries == ()
