"""`list`: one line an entry, for eyes, ears and pipes; and an exact array of objects."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from incident_tui.cli.columns import EntryColumns
from incident_tui.cli.help_text import EXAMPLES

from ..test_docs import section
from .conftest import Content, Run, Said

Row = dict[str, Any]

FIELDS = [
    "id",
    "timestamp",
    "ref",
    "title",
    "state",
    "archived",
    "type",
    "tags",
    "used",
    "last_used",
    "pinned",
    "schema_version",
    "severity",
    "service",
    "services",
    "owner",
    "status",
    "reviewed",
    "extra",
    "file",
    "line",
    "layer",
]


def rows(said: Said) -> list[list[str]]:
    assert (said.code, said.err) == (0, "")
    return [line.split("\t") for line in said.out.splitlines()]


def objects(said: Said) -> list[Row]:
    assert (said.code, said.err) == (0, "")
    found: list[Row] = json.loads(said.out)
    return found


def test_pinned_entries_come_first_then_the_newest(run: Run) -> None:
    listed = rows(run("list"))
    marks = [row[0] for row in listed]
    assert marks == ["*"] * 4 + ["-"] * (len(marks) - 4)
    for group in (listed[:4], listed[4:]):
        days = [row[3] for row in group]
        assert days == sorted(days, reverse=True)


def test_the_columns_are_those_of_the_help_and_the_page() -> None:
    for text in (EXAMPLES["list"], section("list")):
        (listed,) = re.findall(r"(?s)pin mark \(`?\*`? or .*?tags", text)
        names = re.sub(r"\s*\([^)]*\)", "", listed).replace("pin mark", "mark").replace("reference", "ref")
        assert re.split(r",\s+", names) == [*EntryColumns._fields]


def test_a_line_on_a_pipe_is_seven_columns_of_which_none_is_empty(run: Run) -> None:
    for row in rows(run("list", "--all")):
        assert len(row) == 7
        assert all(row)
        assert row[5] in ("full", "summarized", "archived")
    assert ["-", "M-2026-06-02T07:45:00Z", "INC-2127", "2026-06-02", "-", "full", "-"] in [
        [*row[:6], "-"] for row in rows(run("list"))
    ]


def test_the_second_column_is_an_id_that_every_command_takes(run: Run) -> None:
    for row in rows(run("list")):
        assert run("show", row[1], "--raw").out.startswith(f"## {row[1].split('#')[0]}")


def test_two_half_remembered_words_with_a_typo_find_the_entry_first(run: Run) -> None:
    assert rows(run("list", "conection", "pool"))[0][2] == "INC-2187"
    assert rows(run("list", "conection pool", "--limit", "1")) == rows(run("list", "conection", "pool"))[:1]


def test_words_may_stand_around_the_options(run: Run) -> None:
    assert run("list", "pool", "--limit", "1", "conection") == run("list", "--limit=1", "pool", "conection")


def test_words_that_look_like_options_come_after_the_marker(run: Run) -> None:
    assert run("list", "--sort").code == 2
    assert run("list", "-pool").code == 2
    assert rows(run("list", "pool", "--", "--conection"))[0][2] == "INC-2187"
    assert "INC-2187" not in [row[2] for row in rows(run("list", "conection", "--", "-pool"))]


def test_a_query_that_matches_nothing_is_done_and_says_nothing(run: Run) -> None:
    assert run("list", "zzzzqqqq") == (0, "", "")
    assert run("list", "zzzzqqqq", "--json") == (0, "[]\n", "")


def test_a_query_without_a_word_asks_nothing(run: Run) -> None:
    assert run("list", "???") == run("list", "") == run("list")


@pytest.mark.parametrize(
    ("sort", "key", "falling"),
    [
        ("newest", lambda one: one["timestamp"], True),
        ("oldest", lambda one: one["timestamp"], False),
        ("used", lambda one: one["used"], True),
        ("last-used", lambda one: one["last_used"] or "", True),
        ("title", lambda one: (one["title"] is None, (one["title"] or "").casefold()), False),
    ],
)
def test_each_order_holds_for_all_entries_with_and_without_a_query(
    run: Run, sort: str, key: Callable[[Row], Any], falling: bool
) -> None:
    for query in ([], ["redis"], ["INC"]):
        found = objects(run("list", "--all", "--json", "--sort", sort, *query))
        assert found
        assert [key(one) for one in found] == sorted(map(key, found), reverse=falling)


def test_an_unknown_order_is_wrong_use_and_the_orders_are_named(run: Run) -> None:
    said = run("list", "--sort", "size")
    assert (said.code, said.out) == (2, "")
    assert "last-used" in said.err


def test_a_limit_cuts_after_sorting(run: Run) -> None:
    assert rows(run("list", "--sort", "oldest", "--limit", "2")) == rows(run("list", "--sort", "oldest"))[:2]
    assert run("list", "--limit", "0") == (0, "", "")
    assert run("list", "--limit", "9" * 6000) == run("list")


@pytest.mark.parametrize("limit", ["-1", "x", "", "1.5", "٣", "1e3"])
def test_a_limit_that_is_no_number_from_0_is_wrong_use(run: Run, limit: str) -> None:
    said = run("list", "--limit", limit)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1


def test_archived_entries_are_listed_when_asked_for(run: Run) -> None:
    live, archived, everything = (objects(run("list", "--json", *which)) for which in ([], ["--archived"], ["--all"]))
    assert not any(one["archived"] for one in live)
    assert len(archived) == 8
    assert all(one["archived"] and one["file"].endswith("/archive/incidents.md") for one in archived)
    assert len(everything) == len(live) + len(archived)
    assert run("list", "--archived", "--all").code == 2


def test_json_has_exactly_the_fields_of_the_contract(run: Run, folder: Path) -> None:
    found = objects(run("list", "--all", "--json"))
    assert [list(one) for one in found] == [FIELDS] * len(found)
    (one,) = [one for one in found if one["ref"] == "INC-2187"]
    assert one == {
        "id": "M-2026-11-18T09:12:40Z",
        "timestamp": "2026-11-18T09:12:40Z",
        "ref": "INC-2187",
        "title": "orders-api-connection-pool-exhausted",
        "state": "full",
        "archived": False,
        "type": "incident",
        "tags": ["orders", "postgres", "connection-pool", "on-sale"],
        "used": 1,
        "last_used": "2026-11-21",
        "pinned": False,
        "schema_version": 1,
        "severity": None,
        "service": [],
        "services": [],
        "owner": None,
        "status": None,
        "reviewed": None,
        "extra": {},
        "file": str(folder.resolve() / "incidents.md"),
        "line": 59,
        "layer": None,
    }


def test_what_is_missing_is_null_unless_the_contract_gives_a_default(run: Run, folder: Path) -> None:
    (folder / "incidents.md").write_bytes(b"# Incidents\n\n## M-2025-01-01T00:00:00Z\n")
    (one,) = objects(run("list", "--json"))
    missing = ("ref", "title", "type", "last_used", "schema_version", "severity", "owner", "status", "reviewed")
    assert {key: one[key] for key in missing} == dict.fromkeys(missing)
    assert (one["tags"], one["used"], one["pinned"], one["extra"]) == ([], 0, False, {})
    assert (one["state"], one["archived"], one["line"]) == ("full", False, 3)


def test_json_keeps_what_the_file_says_of_a_schema_and_of_unknown_keys(run: Run, folder: Path) -> None:
    text = "## M-2025-01-01T00:00:00Z a\n\n- type: x\n- schema_version: 2b\n- oncall: Zoë\n- outcome: open\n"
    (folder / "incidents.md").write_text(text, encoding="utf-8")
    (one,) = objects(run("list", "--json"))
    assert (one["type"], one["schema_version"], one["extra"]) == ("x", "2b", {"oncall": "Zoë", "outcome": "open"})


def test_twins_have_numbered_ids(run: Run) -> None:
    twins = [one["id"] for one in objects(run("list", "--json", "--sort", "oldest")) if "#" in one["id"]]
    assert twins == ["M-2026-08-25T13:50:27Z#1", "M-2026-08-25T13:50:27Z#2"]


def test_line_is_where_the_heading_stands(run: Run, folder: Path) -> None:
    for one in objects(run("list", "--all", "--json")):
        lines = Path(one["file"]).read_text(encoding="utf-8").split("\n")
        assert lines[one["line"] - 1].startswith(f"## M-{one['timestamp']}")


def test_json_of_any_bytes_is_valid_and_printable_ascii(run: Run, folder: Path) -> None:
    (folder / "incidents.md").write_bytes(
        b"## M-2025-01-01T00:00:00Z a \xff\xed\xa0\x80 \x1b]0;x\x07 \xc2\x9b2J \x7f\n\n"
        b"- owner: \xe2\x80\xae\xf0\x9f\x92\xa5\n- type: \x00\n"
    )
    said = run("list", "--json")
    assert all(char == "\n" or " " <= char < "\x7f" for char in said.out)
    (one,) = json.loads(said.out)
    one["title"].encode("utf-8")
    assert "\x1b]0;x" in one["title"]


def test_nothing_of_the_file_moves_the_terminal(run: Run, folder: Path) -> None:
    (folder / "incidents.md").write_bytes(
        b"## M-2025-01-01T00:00:00Z a\x1b[31m\xc2\x9b2J\xe2\x80\xae\tb \xff\n\n- tags: \x1b[1m, x\ty\n"
    )
    ((_, _, _, _, title, _, tags),) = rows(run("list"))
    assert title == "a␛[31m\ufffd2J b \ufffd"
    assert tags == "␛[1m,x y"


def test_the_bare_template_has_no_entries_and_that_is_said_on_stderr(run: Run, folder: Path) -> None:
    (folder / "incidents.md").write_bytes(b"# Incidents\n\n<!-- Example:\n\n## M-2025-01-05T16:00:00Z INC-1 x\n\n-->\n")
    told = f"incident-tui: no entries in {folder / 'incidents.md'}\n"
    assert run("list", "--json") == (0, "[]\n", told)
    assert run("list") == run("list", "tag:redis") == (0, "", told)
    assert "no entries in" not in run("list", "--all").err + run("list", "--items").err
    (folder / "archive" / "incidents.md").unlink()
    assert run("list", "--items") == (0, "", told)


def test_listing_writes_nothing(run: Run, content: Content) -> None:
    before = content()
    run("list", "--all", "--json")
    run("list", "redis")
    assert content() == before


OFFSETS = b"""## M-2026-01-05T00:30:00+02:00 INC-1 on the day before

- type: incident

## M-2026-01-05T16:00:00+02:00 INC-2 at two

- type: incident

## M-2026-01-05T14:00:00.123Z INC-3 a little later

- type: incident

## M-2026-01-05T15:00:00 INC-4 at three

- type: incident
"""


def test_timestamps_with_offsets_and_fractions_are_sorted_by_the_instant(run: Run, folder: Path) -> None:
    (folder / "incidents.md").write_bytes(OFFSETS)

    def refs(*argv: str) -> list[str]:
        return [one["ref"] for one in json.loads(run("list", "--json", *argv).out)]

    assert refs() == refs("--sort", "newest") == ["INC-4", "INC-3", "INC-2", "INC-1"]
    assert refs("--sort", "oldest") == ["INC-1", "INC-2", "INC-3", "INC-4"]
    assert refs("type:incident") == ["INC-4", "INC-3", "INC-2", "INC-1"]
    assert refs("date:2026-01-04") == ["INC-1"]
    assert refs("date:2026-01-05") == ["INC-4", "INC-3", "INC-2"]
    (two,) = json.loads(run("list", "--json", "INC-2").out)
    assert two["timestamp"] == "2026-01-05T16:00:00+02:00", "as it is written"


def test_what_is_restored_goes_to_its_instant(run: Run, folder: Path) -> None:
    (folder / "incidents.md").write_bytes(OFFSETS)
    (folder / "archive" / "incidents.md").unlink()
    for ref in ("INC-2", "INC-1", "INC-3"):
        assert run("archive", ref).code == 0
        assert run("restore", ref).code == 0
        assert (folder / "incidents.md").read_bytes() == OFFSETS


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("proxy swap", "+1 in the archive (--all lists it)"),
        ("sms codes", "+1 in the archive (--all lists it)"),
    ],
)
def test_what_only_the_archive_knows_is_told(run: Run, words: str, told: str) -> None:
    said = run("list", words)
    assert said.code == 0
    assert said.err == f"incident-tui: {told}\n"
    assert all(line.split("\t")[5] != "archived" for line in said.out.splitlines())


def test_of_the_archive_nothing_is_told_where_it_is_listed_or_has_less(run: Run) -> None:
    for args in (["redis"], ["is:stale"], ["proxy swap", "--all"], ["sms codes", "--archived"], ["sms is:archived"]):
        assert run("list", *args).err == ""


def test_a_file_with_sections_but_no_entries_names_the_import(run: Run, folder: Path) -> None:
    (folder / "human.md").write_text("# Outages\n\n## 2025-01-02 outage\n\nIt broke.\n")
    hint = "`incident-tui import human.md` makes entries of the other sections"
    said = run("list", "-f", "human.md")
    assert (said.code, said.out) == (0, "")
    assert said.err.endswith(f"human.md\n  {hint}\n")
    assert run("check", "human.md").err == f"incident-tui: {hint} of human.md\n"
    (folder / "human.md").write_text("# Outages\n\nNone yet.\n")
    assert "import" not in run("list", "-f", "human.md").err + run("check", "human.md").err


def test_a_filter_that_finds_nothing_names_the_nearest_value(run: Run) -> None:
    assert run("list", "tag:postgress") == (0, "", "incident-tui: no tag postgress; the nearest: postgres\n")
    assert run("list", "type:incdent").err == "incident-tui: no type incdent; the nearest: incident\n"
    assert "no tag" not in run("list", "tag:postgres", "before-any-word-of-it-zzzz").err


def test_with_exit_code_it_is_one_where_nothing_is_listed(run: Run) -> None:
    assert run("list", "tag:nosuchtag", "--exit-code", "--json") == (1, "[]\n", "")
    assert run("list", "tag:nosuchtag", "--json") == (0, "[]\n", "")
    assert run("list", "tag:postgres", "--exit-code", "--limit", "0") == (0, "", "")
    assert run("list", "--items", "tag:nosuchtag", "--exit-code") == (1, "", "")
    assert run("list", "--items", "is:open", "--exit-code").code == 0


def test_weak_matches_are_said_to_be_that_and_left_out_where_others_match(run: Run, folder: Path) -> None:
    other = "## M-2026-01-02T00:00:00Z INC-2 pipeline\n\nIt was hard to see.\n"
    herd = "## M-2026-01-01T00:00:00Z INC-1 waitroom\n\nA thundering herd of clients.\n\n"
    (folder / "weak.md").write_text(other)
    weak = run("list", "-f", "weak.md", "thundering", "herd")
    assert (weak.code, weak.out.split("\t")[2]) == (0, "INC-2")
    only_weak = "incident-tui: weak matches only: in each of them words are missing or spelt otherwise\n"
    assert weak.err == f"{only_weak}incident-tui: no entry matches “thundering”\n"
    assert run("list", "-f", "weak.md", "pipeline", "hardly").err == ""
    (folder / "weak.md").write_text(herd + other)
    exact = run("list", "-f", "weak.md", "thundering", "herd")
    assert (exact.code, exact.err) == (0, "")
    assert [line.split("\t")[2] for line in exact.out.splitlines()] == ["INC-1"]
    assert run("list", "-f", "weak.md", "hard").err == ""
    assert run("list", "tag:zzzzqqqq").err == ""
