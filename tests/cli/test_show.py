"""`show`: one entry, to be read, to be piped, to be parsed."""

import json
import re
from pathlib import Path

import pytest

from .conftest import Program, Run


def test_an_entry_is_rendered_with_its_heading_and_its_metadata_in_words(run: Run) -> None:
    said = run("show", "INC-2187")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "INC-2187 orders-api-connection-pool-exhausted"
    facts = " ".join(lines[1 : lines.index("")])
    assert facts == (
        "M-2026-11-18T09:12:40Z · incident · used 1 time, last on 2026-11-21 · "
        "tags: orders, postgres, connection-pool, on-sale"
    )
    assert lines[lines.index("") + 1] == "Summary"


def test_a_pipe_gets_no_escape_sequence_and_whole_lines(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    said = run("show", "INC-2187")
    assert "\x1b" not in said.out
    assert max(map(len, said.out.splitlines())) > 200
    assert "**" not in said.out
    assert "https://grafana.example.net/d/orders-pool" in said.out, "a link's address is not lost on a pipe"


def test_on_a_pipe_addresses_queries_and_tables_are_never_broken(run: Run, folder: Path) -> None:
    address = "https://grafana.example.org/d/" + "abcdefghij" * 20
    query = "SELECT " + ", ".join(f"column_{number}" for number in range(60)) + " FROM charges;"
    long = "word " * 60
    body = (
        f"See {address} for\nmore.\n\n```sql\n{query}\n```\n\n| a | b |\n|---|---|\n| `{query}` | {long} |\n\n"
        f"- [ ] {long}\n  - {query}\n\n> {long}\n\n    {query}\n\n***\n"
    )
    (folder / "incidents.md").write_text(f"## M-2026-03-01T10:00:00Z INC-1 one\n\n- type: incident\n\n{body}", "utf-8")
    out = run("show", "INC-1").out.splitlines()
    assert f"See {address} for more." in out
    assert f"  {query}" in out
    assert sum(query in line and long.strip() in line for line in out) == 1
    assert sum(line.endswith(long.strip()) for line in out) == 3
    assert out[-1] == "─" * 80, "a rule has an end"


@pytest.mark.parametrize("name", ["FORCE_COLOR", "CLICOLOR_FORCE"])
def test_a_pipe_gets_colours_where_they_are_forced_and_no_color_counts_more(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    plain = run("show", "INC-2187").out
    monkeypatch.setenv(name, "1")
    forced = run("show", "INC-2187").out
    assert "\x1b[1;35mSummary\x1b[0m" in forced
    assert re.sub(r"\x1b\[[0-9;]*m", "", forced) == plain, "addresses are written out"
    monkeypatch.setenv("NO_COLOR", "1")
    assert run("show", "INC-2187").out == plain
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv(name, "0")
    assert run("show", "INC-2187").out == plain


def test_every_entry_of_the_sample_can_be_shown(run: Run) -> None:
    for row in run("list", "--all").out.splitlines():
        word = row.split("\t")[1]
        said = run("show", word)
        assert (said.code, said.err) == (0, ""), word
        assert word in said.out


def test_raw_is_the_exact_bytes_of_the_entry_on_a_pipe(program: Program, folder: Path) -> None:
    entry = b"## M-2025-01-01T00:00:00Z INC-1 a\r\n\r\nbody \xff \x1b[31m\t\r\n\r\n```\n"
    (folder / "incidents.md").write_bytes(b"# head\n\n" + entry + b"\n---\n\n")
    done = program("show", "INC-1", "--raw")
    assert (done.returncode, done.stdout, done.stderr) == (0, entry, b"")


def test_json_is_the_object_of_list_with_body_sections_and_items(run: Run) -> None:
    shown = json.loads(run("show", "INC-2187", "--json").out)
    (listed,) = json.loads(run("list", "--json", "INC-2187").out)[:1]
    assert {key: shown[key] for key in listed} == listed
    assert shown["body"].lstrip().startswith("**Summary**")
    assert [one["title"] for one in shown["sections"]][:3] == ["Summary", "Impact", "Timeline"]
    assert shown["items"][2] == {
        "number": 3,
        "checked": False,
        "open": True,
        "text": "Page on `hikaricp_connections_pending` instead of only writing to the channel",
        "section": "Action Items",
    }


def test_a_summary_is_shown_and_its_archived_original_with_full(run: Run) -> None:
    stub = run("show", "INC-2131", "--raw").out
    assert "(summarized)" in stub.splitlines()[0]
    full = run("show", "INC-2131", "--raw", "--full").out
    assert "(summarized)" not in full.splitlines()[0]
    assert len(full) > len(stub)
    assert "archived" in run("show", "--full", "INC-2131").out.split("\n\n")[0]


def test_full_of_an_entry_that_was_never_summarized_is_the_entry(run: Run) -> None:
    assert run("show", "INC-2187", "--full") == run("show", "INC-2187")


def test_full_of_a_summary_without_an_original_is_refused_in_one_line(run: Run, folder: Path) -> None:
    (folder / "archive" / "incidents.md").unlink()
    assert run("show", "INC-2131", "--full") == (
        1,
        "",
        "incident-tui: INC-2131 payment-provider-brownout: its full text is not in archive/incidents.md\n",
    )


def test_an_archived_entry_is_shown_too(run: Run) -> None:
    said = run("show", "INC-2041")
    assert said.out.startswith("INC-2041 search-shard-limit-reached\n")
    assert "archived" in said.out.split("\n\n")[0]


def test_an_entry_without_metadata_or_body_is_its_heading(run: Run, folder: Path) -> None:
    (folder / "incidents.md").write_bytes(b"## M-2025-01-01T00:00:00Z")
    assert run("show", "2025-01-01") == (0, "M-2025-01-01T00:00:00Z\nused 0 times\n", "")


def test_what_a_terminal_would_obey_is_shown_and_not_sent(run: Run, folder: Path) -> None:
    (folder / "incidents.md").write_bytes(
        b"## M-2025-01-01T00:00:00Z a\x1b[31m\n\n- type: \x1b]0;x\x07\n\n"
        b"**S**\n\n\xff \xc2\x9b2J [red]x[/red] :bomb: \x1b[2J\n"
    )
    said = run("show", "2025-01-01")
    assert (said.code, said.err) == (0, "")
    assert not any((char < " " and char != "\n") or "\x7f" <= char < "\xa0" for char in said.out)
    assert "[red]x[/red] :bomb:" in said.out


@pytest.mark.parametrize(
    "argv", [[], ["INC-2187", "INC-2180"], ["INC-2187", "--json", "--raw"], ["--wide", "INC-2187"]]
)
def test_wrong_use_is_one_line_and_exit_2(run: Run, argv: list[str]) -> None:
    said = run("show", *argv)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert said.err.startswith("incident-tui: ")


def test_an_ambiguous_word_lists_the_candidates(run: Run) -> None:
    assert run("show", "2026-08-25") == (
        2,
        "",
        "incident-tui: '2026-08-25' could be any of 2 entries:\n"
        "  M-2026-08-25T13:50:27Z#1  INC-2155  bgp-leak-swallowed-frankfurt\n"
        "  M-2026-08-25T13:50:27Z#2  INC-2156  waitroom-thundering-herd\n",
    )


def test_of_very_many_candidates_the_first_are_listed(run: Run, folder: Path) -> None:
    (folder / "incidents.md").write_text("".join(f"## M-2025-01-01T00:{n:02}:00Z\n\n" for n in range(60)))
    said = run("show", "2025-01-01")
    assert said.code == 2
    assert said.err.splitlines()[-1] == "  … and 40 more"
    assert len(said.err.splitlines()) == 22


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("INC-2178", "INC-2174"),
        ("INC2187-x", "INC-2187"),
        ("connection-pol-exhausted", "INC-2187"),
        ("2026-11-81", "INC-2187"),
        ("inc-9999", "INC-"),
    ],
)
def test_an_unknown_word_gets_the_nearest_names(run: Run, word: str, nearest: str) -> None:
    said = run("show", word)
    assert (said.code, said.out) == (2, "")
    first, *names = said.err.splitlines()
    assert first == f"incident-tui: no entry is called '{word}'; the nearest:"
    assert 0 < len(names) <= 3
    assert nearest in said.err


def test_a_word_like_no_name_says_how_to_find_one(run: Run) -> None:
    said = run("show", "\udcff\x1b[2J")
    assert said == (
        2,
        "",
        "incident-tui: no entry is called '\ufffd␛[2J'; `incident-tui list` shows what there is\n",
    )
