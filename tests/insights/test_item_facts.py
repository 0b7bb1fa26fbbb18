"""Owner and due date of an action item, as people write them at its end."""

from datetime import date

import pytest

from incident_tui.insights.item_facts import item_facts

WRITTEN = date(2025, 11, 20)


@pytest.mark.parametrize(
    ("text", "owner", "due"),
    [
        ("Alert on free orders", None, None),
        ("Alert on free orders @ana", "ana", None),
        ("Alert on free orders (@ana.lima)", "ana.lima", None),
        ("Alert on free orders, owner: Ana Lima", "Ana Lima", None),
        ("Alert on free orders (owner: @ana)", "ana", None),
        ("Node-local DNS cache on all nodes (Søren)", "Søren", None),
        ("Node-local DNS cache (Ana Lima)", "Ana Lima", None),
        ("Node-local DNS cache (ana)", "ana", None),
        ("Contract: status page within 15 minutes (with purchasing)", None, None),
        ("Rename the flags (optional)", None, None),
        ("Same for ledger (1.3 TB)", None, None),
        ("Alert on free orders 2026-01-12", None, "2026-01-12"),
        ("Alert on free orders (2026-01-12)", None, "2026-01-12"),
        ("It failed on 2026-01-12 and should not", None, None),
        ("Alert by 12 Jan", None, "2026-01-12"),
        ("Alert by 24 Dec", None, "2025-12-24"),
        ("Alert by January 12th, 2027", None, "2027-01-12"),
        ("Sort by name", None, None),
        ("Alert, due next sprint", None, "next sprint"),
        ("Alert (due: 2026-01-12)", None, "2026-01-12"),
        ("Alert by 31 Feb", None, None),
        ("Alert @ana by 12 Jan", "ana", "2026-01-12"),
        ("Alert, due 2026-01-12 (Ana)", "Ana", "2026-01-12"),
        ("Alert (Ana), due 2026-01-12.", "Ana", "2026-01-12"),
        ("mail ana@example.org", None, None),
        ("", None, None),
    ],
)
def test_owner_and_due_date_are_read_off_the_end(text: str, owner: str | None, due: str | None) -> None:
    assert item_facts(text, WRITTEN) == (owner, due)


def test_a_day_without_a_year_needs_to_know_when_it_was_written() -> None:
    assert item_facts("Alert by 12 Jan", None).due is None
    assert item_facts("Alert by 29 Feb", WRITTEN).due is None
