"""Action items: the board of the open ones, and the ticks, which are one character each."""

import json
from pathlib import Path

import pytest

from incident_tui.cli import output

from .conftest import Content, Run, Said

POOL = "INC-2187 orders-api-connection-pool-exhausted"
LISTED = b"""## M-2025-02-01T00:00:00Z INC-2 second

**Next steps**

- buy a bigger one
- [ ] sell the small one
- [x] say sorry

## M-2025-01-01T00:00:00Z first of all

**Action Items**

1. [ ] \x1b[31mred\tthing
2. call them
"""


@pytest.fixture
def listed(folder: Path) -> Path:
    (folder / "incidents.md").write_bytes(LISTED)
    (folder / "archive" / "incidents.md").unlink()
    return folder / "incidents.md"


def rows(said: Said) -> list[list[str]]:
    assert (said.code, said.err) == (0, "")
    return [line.split("\t") for line in said.out.splitlines()]


# The board


def test_open_items_stand_by_incident_the_oldest_first_and_what_has_no_box_comes_last(run: Run, listed: Path) -> None:
    assert rows(run("list", "--items")) == [
        ["M-2025-01-01T00:00:00Z", "1", "open", "-", "first of all", "␛[31mred thing"],
        ["M-2025-02-01T00:00:00Z", "2", "open", "INC-2", "second", "sell the small one"],
        ["M-2025-01-01T00:00:00Z", "2", "no-box", "-", "first of all", "call them"],
        ["M-2025-02-01T00:00:00Z", "1", "no-box", "INC-2", "second", "buy a bigger one"],
    ]


def test_items_of_the_listed_entries_only(run: Run) -> None:
    found = rows(run("list", "--items", "tag:kafka"))
    assert [row[:4] for row in found] == [
        ["M-2026-11-09T02:41:05Z", "3", "open", "INC-2180"],
        ["M-2026-11-09T02:41:05Z", "4", "open", "INC-2180"],
    ]
    archived = rows(run("list", "--items", "--archived"))
    assert archived
    assert run("list", "--items", "--all") == run("list", "--items")
    live = rows(run("list", "--items", "--", "-is:archived"))
    assert [row for row in rows(run("list", "--items")) if row not in archived] == live
    assert run("list", "--items") == run("list", "--items", "--sort", "oldest")
    for sort, falling in (("oldest", False), ("newest", True)):
        stands = [(row[2] != "open", row[0].split("#")[0]) for row in rows(run("list", "--items", "--sort", sort))]
        days = [day for boxless, day in stands if not boxless][: -len(archived)]
        assert days == sorted(days, reverse=falling)
        assert sorted(boxless for boxless, _ in stands) == [boxless for boxless, _ in stands]


def test_a_limit_counts_items(run: Run, listed: Path) -> None:
    assert rows(run("list", "--items", "--limit", "3")) == rows(run("list", "--items"))[:3]
    assert run("list", "--items", "--limit", "0") == (0, "", "")


def test_json_says_all_of_an_item_and_where_it_stands(run: Run, listed: Path) -> None:
    found = json.loads(run("list", "--items", "--json").out)
    assert [(one["id"], one["number"]) for one in found] == [
        (row[0], int(row[1])) for row in rows(run("list", "--items"))
    ]
    assert found[1] == {
        "id": "M-2025-02-01T00:00:00Z",
        "ref": "INC-2",
        "title": "second",
        "number": 2,
        "text": "sell the small one",
        "section": "Next steps",
        "checked": False,
        "boxed": True,
        "open": True,
        "archived": False,
        "file": str(listed.resolve()),
        "line": 6,
        "layer": None,
    }
    assert (found[2]["ref"], found[2]["boxed"], found[2]["open"], found[2]["line"]) == (None, False, False, 14)


def test_every_line_of_the_sample_is_where_json_says(run: Run) -> None:
    found = json.loads(run("list", "--items", "--all", "--json").out)
    assert found
    for one in found:
        line = Path(one["file"]).read_text(encoding="utf-8").split("\n")[one["line"] - 1]
        assert line.lstrip() == f"- {'[ ] ' if one['boxed'] else ''}{one['text']}"


def test_json_without_items_is_an_empty_array(run: Run) -> None:
    assert run("list", "--items", "--json", "tag:nosuchtag") == (0, "[]\n", "")


def test_a_terminal_gets_a_heading_for_each_incident_and_is_told_the_count(
    run: Run, listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    assert run("list", "--items") == (
        0,
        "M-2025-01-01T00:00:00Z  first of all\n"
        "  1  [ ] ␛[31mred thing\n"
        "\n"
        "INC-2  2025-02-01  second\n"
        "  2  [ ] sell the small one\n"
        "\n"
        "No checkbox (not counted):\n"
        "\n"
        "M-2025-01-01T00:00:00Z  first of all\n"
        "  2      call them\n"
        "\n"
        "INC-2  2025-02-01  second\n"
        "  1      buy a bigger one\n"
        "\n",
        "2 open action items in 2 entries\n",
    )
    assert run("list", "--items", "is:pinned") == (0, "", "no open action items\n")


# Ticks


def test_a_tick_is_one_character_and_its_item_is_named(run: Run, content: Content) -> None:
    before = content()
    said = run("done", "INC-2187", "3")
    text = "Page on `hikaricp_connections_pending` instead of only writing to the channel"
    assert said == (0, f"ticked item 3 of {POOL}: wrote incidents.md\n  3  [x] {text}\n", "")
    now = before["incidents.md"].replace(f"- [ ] {text}".encode(), f"- [x] {text}".encode())
    assert content() == before | {"incidents.md": now}
    said = run("undone", "INC-2187", "3")
    assert said == (0, f"unticked item 3 of {POOL}: wrote incidents.md\n  3  [ ] {text}\n", "")
    assert content() == before


def test_several_items_are_one_change_and_those_that_are_so_are_told(run: Run, content: Content) -> None:
    before = content()
    said = run("done", "INC-2187", "6", "1", "3", "6")
    assert (said.code, said.err) == (0, "")
    first, *lines = said.out.splitlines()
    assert first == f"ticked items 3, 6 of {POOL}: wrote incidents.md; already done: 1"
    assert [line[:8] for line in lines] == ["  1  [x]", "  3  [x]", "  6  [x]"]
    run("undo")
    assert content() == before


@pytest.mark.parametrize(("command", "number"), [("done", "1"), ("undone", "3")])
def test_what_is_so_already_is_done_and_nothing_is_written(run: Run, folder: Path, command: str, number: str) -> None:
    written = (folder / "incidents.md").stat().st_ctime_ns
    said = run(command, "INC-2187", number)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{POOL}: already {command}: {number}; nothing was written\n  {number}  [")
    assert (folder / "incidents.md").stat().st_ctime_ns == written
    assert run("log").out == ""


def test_the_first_tick_makes_the_box(run: Run, listed: Path) -> None:
    assert (
        run("undone", "INC-2", "1").out
        == "INC-2 second: already undone: 1; nothing was written\n  1      buy a bigger one\n"
    )
    assert run("done", "INC-2", "1").code == 0
    assert listed.read_bytes() == LISTED.replace(b"- buy", b"- [x] buy")
    assert run("undone", "INC-2", "1").out.endswith("  1  [ ] buy a bigger one\n")
    assert listed.read_bytes() == LISTED.replace(b"- buy", b"- [ ] buy")


def test_an_item_of_an_archived_entry_is_ticked_there(run: Run, content: Content) -> None:
    before = content()
    assert run("done", "INC-1987", "2").out.startswith(
        "ticked item 2 of INC-1987 sms-codes-arrived-an-hour-late: wrote archive/incidents.md\n"
    )
    assert content()["incidents.md"] == before["incidents.md"]


@pytest.mark.parametrize("number", ["0", "7", "-1", "x", "01", "1.0", "٣", ""])
def test_a_number_that_is_none_is_wrong_use_and_the_items_are_listed(run: Run, content: Content, number: str) -> None:
    before = content()
    said = run("done", "INC-2187", "--", "3", number)
    assert (said.code, said.out) == (2, "")
    first, *lines = said.err.splitlines()
    assert first == f"incident-tui: {POOL}: it has no item '{number}', but:"
    assert [line.split()[0] for line in lines] == ["1", "2", "3", "4", "5", "6"]
    assert content() == before


def test_without_a_number_the_items_are_listed(run: Run) -> None:
    said = run("undone", "INC-2187")
    assert (said.code, said.out) == (2, "")
    first, second, *_ = said.err.splitlines()
    assert first == f"incident-tui: undone needs the number of an item; {POOL} has:"
    assert second.startswith("    1  [x] Move the lookup")


def test_an_entry_without_items_says_so(run: Run) -> None:
    assert run("done", "INC-2127", "1") == (1, "", "incident-tui: INC-2127: it has no action items\n")
    assert run("done").code == 2
    assert run("done", "3").code == 2


def test_a_summary_and_its_full_text_are_counted_once(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = "## M-2025-02-01T00:00:00Z INC-2 second{state}\n\n**Action Items**\n\n- [ ] {item}\n"
    (folder / "incidents.md").write_text(entry.format(state=" (summarized)", item="sell it"))
    (folder / "archive/incidents.md").write_text(entry.format(state="", item="buy it"))
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    assert "2 open action items in 1 entry" in run("list", "--items").err
