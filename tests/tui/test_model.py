"""What is listed, in which order, and where the cursor goes."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from incident_tui.format.model.document import Document
from incident_tui.format.model.located import EntryKey
from incident_tui.storage.snapshot import FileSnapshot, Snapshot
from incident_tui.tui.model import Model
from incident_tui.tui.rows import Scope, ago, rows

from ..days import DAY


@dataclass
class Given:
    """An entry: a letter for its title."""

    title: str
    day: str
    pinned: bool = False
    summarized: bool = False

    def __str__(self) -> str:
        suffix = " (summarized)" if self.summarized else ""
        return (
            f"## M-{self.day}T10:00:00Z {self.title}{suffix}\n\n- pinned: {str(self.pinned).lower()}\n\nText.\n\n---\n"
        )


A = Given("alpha", "2026-03-01")
B = Given("bravo", "2026-02-01")
C = Given("charlie", "2026-01-01", pinned=True)
OLD = Given("delta", "2025-01-01")


def snapshot(live: list[Given], archive: list[Given] | None = None) -> Snapshot:
    documents = [
        None if given is None else Document.parse("\n".join(map(str, given)).encode()) for given in (live, archive)
    ]
    assert documents[0] is not None
    path = Path("/kb/incidents.md")
    return Snapshot((FileSnapshot(documents[0], documents[1], path, Path("/kb/archive/incidents.md"), True, None),))


def titles(model: Model) -> list[str]:
    return [row.entry.title for row in model.listing]


def current(model: Model) -> str | None:
    return model.current.entry.title if model.current else None


def loaded(live: list[Given], archive: list[Given] | None = None, on: str = "") -> Model:
    model = Model()
    model.load(snapshot(live, archive))
    if on:
        model.select(titles(model).index(on))
    return model


def listed(scope: Scope, *given: list[Given]) -> list[str]:
    return [row.entry.title for row in rows(snapshot(*given), scope)]


# Order


def test_pinned_rows_come_first_then_the_newest_whatever_the_file_s_order() -> None:
    assert listed("live", [B, C, A]) == ["charlie", "alpha", "bravo"]
    assert listed("live", [A, B, C]) == ["charlie", "alpha", "bravo"]


def test_equal_timestamps_keep_the_file_s_order() -> None:
    twins = [Given(title, "2026-03-01") for title in ("one", "two", "three")]
    assert listed("live", twins) == ["one", "two", "three"]


def test_a_scope_lists_its_files() -> None:
    assert listed("live", [A], [OLD]) == ["alpha"]
    assert listed("archived", [A], [OLD]) == ["delta"]
    assert listed("both", [A], [OLD]) == ["alpha", "delta"]
    assert listed("archived", [A]) == []


def test_an_archived_entry_does_not_stand_first_because_it_was_pinned() -> None:
    assert listed("both", [A, B], [C]) == ["alpha", "bravo", "charlie"]


def test_a_summarized_entry_and_its_archived_original_are_one_row() -> None:
    held = snapshot([Given("alpha", "2026-03-01", summarized=True)], [A])
    assert [(row.archived, row.entry.state) for row in rows(held, "both")] == [(False, "summarized")]
    assert [(row.archived, row.entry.state) for row in rows(held, "archived")] == [(True, "full")]


def test_an_entry_whose_move_was_interrupted_is_listed_once() -> None:
    (row,) = rows(snapshot([A], [A]), "both")
    assert (row.archived, row.interrupted) == (False, True)


def test_rows_of_the_same_heading_are_told_apart() -> None:
    keys = [row.key for row in rows(snapshot([A, A, A]), "live")]
    assert len(set(keys)) == 3
    assert [row.id for row in rows(snapshot([A, A]), "live")] == [
        "M-2026-03-01T10:00:00Z#1",
        "M-2026-03-01T10:00:00Z#2",
    ]


def test_a_row_s_target_carries_the_bytes_that_were_seen() -> None:
    row = rows(snapshot([A, B]), "live")[0]
    assert row.target.seen == row.entry.raw
    assert row.target.seen.startswith(b"## M-2026-03-01T10:00:00Z alpha\n")


def test_a_query_lists_what_answers_best_first() -> None:
    model = Model()
    model.ask("brvo")
    model.load(snapshot([A, B, C, OLD]))
    assert titles(model) == ["bravo"]
    assert current(model) == "bravo"
    assert model.spans("bravo")
    assert model.spans("alpha") == []


# The cursor


def test_it_begins_on_the_first_row() -> None:
    assert current(loaded([A, B, C])) == "charlie"


def test_it_stays_on_its_entry_when_others_come_and_go() -> None:
    model = loaded([A, B], on="bravo")
    model.load(snapshot([Given("newest", "2026-09-01"), B, C]))
    assert titles(model) == ["charlie", "newest", "bravo"]
    assert current(model) == "bravo"
    assert model.position == 2


def test_it_stays_on_its_line_when_its_entry_goes() -> None:
    model = loaded([A, B, OLD], on="bravo")
    model.load(snapshot([A, OLD]))
    assert current(model) == "delta"


def test_it_is_on_the_last_row_when_the_last_entry_goes() -> None:
    model = loaded([A, B, OLD], on="delta")
    model.load(snapshot([A, B]))
    assert current(model) == "bravo"


def test_it_goes_with_its_entry_to_another_line() -> None:
    model = loaded([A, B], on="bravo")
    model.load(snapshot([A, Given("bravo", B.day, pinned=True)]))
    assert (current(model), model.position) == ("bravo", 0)


def test_it_goes_where_it_is_told_to() -> None:
    model = loaded([A, B, OLD], on="alpha")
    now = snapshot([A, B, OLD])
    model.load(now, follow=EntryKey("live", now.files[0].live.entries[2].identity, 0))
    assert current(model) == "delta"


def test_it_follows_an_entry_into_the_archive_where_both_are_listed() -> None:
    model = Model()
    model.set_reactive(Model.scope, "both")
    model.load(snapshot([A, B], [OLD]))
    model.select(1)
    model.load(snapshot([A], [B, OLD]))
    assert current(model) == "bravo"
    assert model.current is not None
    assert model.current.archived


def test_there_is_none_where_nothing_is_listed() -> None:
    model = loaded([])
    assert (model.current, model.position, model.listing) == (None, 0, ())
    model.select(3)
    assert model.current is None


def test_it_comes_back_when_entries_do() -> None:
    model = loaded([A])
    model.load(snapshot([]))
    assert model.current is None
    model.load(snapshot([A, B]))
    assert current(model) == "alpha"


@pytest.mark.parametrize(
    ("position", "on"), [(-5, "alpha"), (0, "alpha"), (1, "bravo"), (2, "delta"), (10**9, "delta")]
)
def test_select_takes_the_nearest_row_there_is(position: int, on: str) -> None:
    model = loaded([A, B, OLD])
    model.select(position)
    assert current(model) == on


def test_select_id_takes_the_entry_of_this_name_or_leaves_the_cursor() -> None:
    model = loaded([A, B, OLD], on="bravo")
    model.select_id("live", f"M-{OLD.day}T10:00:00Z")
    assert current(model) == "delta"
    model.select_id("live", "M-1999-01-01T00:00:00Z")
    assert current(model) == "delta"
    model.select_id("archive", f"M-{A.day}T10:00:00Z")
    assert current(model) == "delta"


# How long ago


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "2 days ago"),
        (13, "13 days ago"),
        (14, "2 weeks ago"),
        (59, "8 weeks ago"),
        (62, "2 months ago"),
        (365, "12 months ago"),
        (731, "2 years ago"),
        (3650, "10 years ago"),
        (-3, f"on {DAY + timedelta(3)}"),
    ],
)
def test_ago_says_it_as_people_do(days: int, said: str) -> None:
    assert ago(DAY - timedelta(days), DAY) == said


def test_ago_is_never_wrong_by_more_than_half_of_its_unit() -> None:
    lengths = {"day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25}
    for days in range(2, 4000):
        count, unit, _ = ago(DAY - timedelta(days), DAY).split()
        length = lengths[unit.removesuffix("s")]
        assert abs(int(count) * length - days) <= length / 2 + 0.01
