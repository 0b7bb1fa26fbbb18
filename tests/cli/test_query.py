"""`list` takes the language of the search; a value that a filter doesn't take is wrong use, here and in `report`."""

import json

import pytest

from .conftest import Run, Said


def refs(said: Said) -> list[str]:
    assert said.code == 0
    return [one["ref"] or one["title"] for one in json.loads(said.out)]


def listed(run: Run, *query: str) -> list[str]:
    return refs(run("list", "--json", *query))


def test_filters_hold_together_and_words_are_found_in_bodies(run: Run) -> None:
    assert listed(run, "tag:redis") == ["INC-2168"]
    assert listed(run, "used:>2", "pinned:yes", "tag:redis") == ["INC-2168"]
    assert listed(run, "tag:redis", "--", "-sentinel") == []
    assert listed(run, '"idle in transaction"', "type:incident") == ["INC-2187"]
    assert listed(run, "goroutines")[0] == "INC-2088"


def test_archived_entries_are_looked_among_where_the_query_names_them(run: Run) -> None:
    archived = listed(run, "is:archived")
    assert archived
    assert set(archived) == set(listed(run, "--archived"))
    assert listed(run, "is:summarized", "--archived") == []


def test_an_order_holds_for_filters_too(run: Run) -> None:
    said = run("list", "--json", "--sort", "used", "is:open")
    used = [one["used"] for one in json.loads(said.out)]
    assert used == sorted(used, reverse=True)
    assert len(used) > 2


@pytest.mark.parametrize(
    ("query", "told"),
    [("tga:redis", "tag: is one"), ("tag:", "such as tag:redis")],
)
def test_what_was_maybe_meant_otherwise_is_told_on_stderr_and_the_rest_is_answered(
    run: Run, query: str, told: str
) -> None:
    said = run("list", "--json", "hikari", query)
    assert said.err.count("\n") == 1
    assert told in said.err
    assert "INC-2187" in refs(said) or query == "tga:redis"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("is:foo", "summarized, archived, stale, open, pinned"),
        ("-is:foo", "summarized, archived, stale, open, pinned"),
        ("is:open,foo", "summarized, archived, stale, open, pinned"),
        ("state:gone", "full, summarized, archived"),
        ("pinned:maybe", "yes, no"),
        ("used:many", "used:>2"),
        ("date:soon", "date:2025-01"),
        ("date:2025-13", "date:2025-01"),
        ("last:week", "last:<90d"),
        ("-in:summary", "in:root-cause leak"),
    ],
)
@pytest.mark.parametrize("command", ["list", "list --json", "list --items", "report --query"])
def test_a_value_that_a_filter_does_not_take_is_wrong_use_and_what_it_takes_is_named(
    run: Run, command: str, query: str, told: str
) -> None:
    words = [f"hikari {query}"] if command.startswith("report") else ["--", "hikari", query]
    said = run(*command.split(), *words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert told in said.err


def test_of_several_wrong_values_each_is_told(run: Run) -> None:
    said = run("list", "is:foo", "used:many")
    assert said.code == 2
    first, second = said.err.splitlines()
    assert "is:foo" in first
    assert "used:many" in second


def test_a_byte_that_is_no_utf_8_is_a_word_that_no_entry_has(run: Run) -> None:
    assert listed(run, "pool")
    for word in ("\udce9", "pool \udce9", '"\udce9"', "in:summary \udce9"):
        said = run("list", word)
        assert (said.code, said.out) == (0, "")
    assert listed(run, "pool -\udce9") == listed(run, "pool")
    assert run("list", "in:\udce9").code == 2


def test_a_control_character_in_a_query_is_told_harmlessly(run: Run) -> None:
    assert "\x1b" not in run("list", "is:\x1b[31m").err
