"""The commands that change an entry: written at once, and nothing else in the file moves."""

import json
import os
import re
from pathlib import Path

import pytest

from incident_tui import clock

from .conftest import Content, Run


def changed_lines(before: bytes, after: bytes) -> list[tuple[bytes, bytes]]:
    old, new = before.split(b"\n"), after.split(b"\n")
    assert len(old) == len(new)
    return [(a, b) for a, b in zip(old, new, strict=True) if a != b]


def test_pin_changes_one_word(run: Run, content: Content) -> None:
    before = content()
    said = run("pin", "INC-2187")
    assert said == (0, "pinned INC-2187 orders-api-connection-pool-exhausted: wrote incidents.md\n", "")
    after = content()
    assert changed_lines(before["incidents.md"], after["incidents.md"]) == [(b"- pinned: false", b"- pinned: true")]
    assert run("unpin", "INC-2187").code == 0
    assert content() == before


def test_several_ids_are_one_change(run: Run, content: Content) -> None:
    before = content()
    assert run("pin", "INC-2187", "2026-11-09", "INC-2187") == (
        0,
        "pinned INC-2187 orders-api-connection-pool-exhausted, INC-2180 ticket-mail-backlog-poison-message: "
        "wrote incidents.md\n",
        "",
    )
    assert len(changed_lines(before["incidents.md"], content()["incidents.md"])) == 2
    run("undo")
    assert content() == before


def test_several_ids_of_which_one_is_refused_change_nothing(run: Run, content: Content) -> None:
    before = content()
    said = run("archive", "INC-2187", "INC-2168")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("incident-tui: INC-2168 redis-split-brain-sold-seats-twice: it is pinned;")
    assert said.err.count("\n") == 1
    assert run("pin", "INC-2187", "INC-99999").code == 2
    assert content() == before


@pytest.mark.parametrize(("command", "word"), [("pin", "INC-2168"), ("unpin", "INC-2187")])
def test_what_is_so_already_is_done_and_nothing_is_written(run: Run, folder: Path, command: str, word: str) -> None:
    written = (folder / "incidents.md").stat().st_ctime_ns
    said = run(command, word)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"already {command}ned: {word} ")
    assert said.out.endswith("; nothing was written\n")
    assert (folder / "incidents.md").stat().st_ctime_ns == written
    assert run("log").out == ""


def test_of_several_only_what_is_not_so_yet_is_written(run: Run) -> None:
    said = run("pin", "INC-2168", "INC-2187")
    assert said.out == (
        "pinned INC-2187 orders-api-connection-pool-exhausted: wrote incidents.md; "
        "already pinned: INC-2168 redis-split-brain-sold-seats-twice\n"
    )


def test_an_archived_entry_can_be_pinned_where_it_is(run: Run, content: Content) -> None:
    before = content()
    assert run("pin", "INC-2041").out == "pinned INC-2041 search-shard-limit-reached: wrote archive/incidents.md\n"
    assert content()["incidents.md"] == before["incidents.md"]
    assert len(changed_lines(before["archive/incidents.md"], content()["archive/incidents.md"])) == 1


def test_helped_counts_up_and_notes_today(run: Run, content: Content) -> None:
    before = content()["incidents.md"]
    assert run("helped", "INC-2187").code == 0
    today = clock.today().isoformat().encode()
    assert changed_lines(before, content()["incidents.md"]) == [
        (b"- used: 1", b"- used: 2"),
        (b"- last_used: 2026-11-21", b"- last_used: " + today),
    ]


def test_an_entry_named_twice_helped_once(run: Run, content: Content) -> None:
    run("helped", "INC-2187", "orders-api-connection-pool-exhausted")
    assert b"- used: 2\n" in content()["incidents.md"].split(b"INC-2187")[1].split(b"INC-2180")[0]


def test_summarize_drafts_from_the_entry_and_keeps_the_full_text_in_the_archive(run: Run, content: Content) -> None:
    raw = run("show", "INC-2187", "--raw").out
    said = run("summarize", "INC-2187")
    assert said == (
        0,
        "summarized INC-2187 orders-api-connection-pool-exhausted: wrote archive/incidents.md, incidents.md; "
        "3 open items stay on the board\n",
        "",
    )
    stub = run("show", "INC-2187", "--raw").out
    assert stub.startswith("## M-2026-11-18T09:12:40Z INC-2187 orders-api-connection-pool-exhausted (summarized)\n")
    assert "\n**Summary**\n\nFor 26 minutes of the Velvet Antlers on-sale" in stub
    assert "\n**Key Learning**\n\nA full pool above an idle database" in stub
    assert "\nSee archive/incidents.md#M-2026-11-18T09:12:40Z\n" in stub
    assert run("show", "INC-2187", "--raw", "--full").out == raw


def test_summarize_takes_the_words_of_a_person(run: Run) -> None:
    assert run("summarize", "INC-2127", "--summary", "Short.", "--key-learning=- Look\n- twice").code == 0
    assert "**Summary**\n\nShort.\n\n**Key Learning**\n\n- Look\n- twice\n" in run("show", "INC-2127", "--raw").out


def test_summarize_asks_for_the_key_learning_that_it_cannot_find(run: Run, content: Content, folder: Path) -> None:
    (folder / "incidents.md").write_bytes(b"## M-2025-01-01T00:00:00Z INC-1 a\n\n**Summary**\n\nIt broke.\n")
    before = content()
    said = run("summarize", "INC-1")
    assert (said.code, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert "--key-learning" in said.err
    assert content() == before
    assert run("summarize", "INC-1", "--key-learning", "Mend it.").code == 0


def test_summarize_asks_for_the_summary_of_an_empty_entry(run: Run, folder: Path) -> None:
    (folder / "incidents.md").write_bytes(b"## M-2025-01-01T00:00:00Z INC-1 a\n")
    said = run("summarize", "INC-1", "--key-learning", "x")
    assert said.code == 1
    assert "--summary" in said.err
    for option in ("--summary", "--key-learning"):
        assert (
            run("summarize", "INC-1", option, " ").err == f"incident-tui: INC-1 a: {option} is empty; give it a text\n"
        )


@pytest.mark.parametrize("option", ["--summary", "--key-learning"])
@pytest.mark.parametrize("text", ["", "\x1b[31m", "\udcff", "x\n## M-2025-01-01T00:00:00Z y", "<!-- x"])
def test_a_text_that_would_harm_the_file_is_refused(run: Run, content: Content, option: str, text: str) -> None:
    before = content()
    said = run("summarize", "INC-2187", f"{option}={text}")
    assert (said.code, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert content() == before


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["summarize", "INC-2131"], "it is summarized already"),
        (["summarize", "INC-2041"], "it is archived; restore it before summarizing it"),
        (["archive", "INC-2041"], "it is archived already"),
        (["restore", "INC-2187"], "it is not archived"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(run: Run, content: Content, argv: list[str], reason: str) -> None:
    before = content()
    said = run(*argv)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("incident-tui: INC-")
    assert said.err.endswith(f": {reason}\n")
    assert content() == before


def test_archive_and_restore_leave_both_files_as_they_were(run: Run, content: Content) -> None:
    before = content()
    assert (
        run("archive", "INC-2187", "INC-2099").out
        == "archived INC-2187 orders-api-connection-pool-exhausted, INC-2099 Friday deploy on a Tuesday: "
        "wrote archive/incidents.md, incidents.md; 3 open items stay on the board\n"
    )
    assert b"INC-2187 orders" not in content()["incidents.md"]
    assert (
        run("restore", "INC-2187", "INC-2099").out
        == "restored INC-2187 orders-api-connection-pool-exhausted, INC-2099 Friday deploy on a Tuesday: "
        "wrote incidents.md, archive/incidents.md\n"
    )
    assert content() == before


def test_a_pinned_entry_is_archived_by_force(run: Run, content: Content) -> None:
    assert run("archive", "INC-2168").code == 1
    assert run("archive", "--force", "INC-2168").code == 0
    assert b"INC-2168 redis" in content()["archive/incidents.md"]


def test_restore_brings_back_the_full_text_of_a_summary(run: Run) -> None:
    full = run("show", "--full", "--raw", "INC-2131").out
    assert run("restore", "INC-2131").code == 0
    restored = run("show", "--raw", "INC-2131").out
    assert restored.splitlines()[0] == full.splitlines()[0]
    assert "INC-2131" not in run("list", "--archived").out


def test_restore_looks_among_what_can_be_restored(run: Run) -> None:
    assert run("restore", "INC-19").code == 2, "two archived ones begin so, and a live one that is not asked about"
    assert run("restore", "INC-198") == (
        0,
        "restored INC-1987 sms-codes-arrived-an-hour-late: wrote incidents.md, archive/incidents.md\n",
        "",
    )


def test_undo_and_redo_take_changes_back_and_make_them_again(run: Run, content: Content) -> None:
    before = content()
    run("archive", "INC-2187")
    after = content()
    assert run("undo").out.startswith("undone: archived INC-2187 ")
    assert content() == before
    assert run("redo").out.startswith("redone: archived INC-2187 ")
    assert content() == after


def test_a_count_that_git_put_back_is_not_taken_back_again(run: Run, folder: Path) -> None:
    path = folder / "incidents.md"
    before = path.read_bytes()
    run("helped", "INC-2163")
    after = path.read_bytes()
    path.write_bytes(before)
    nothing = (0, "no change needed; nothing was written\n", "")
    assert run("undo") == nothing
    assert path.read_bytes() == before
    path.write_bytes(after)
    assert run("redo") == nothing
    assert path.read_bytes() == after != before


def test_with_nothing_to_undo_it_says_so(run: Run) -> None:
    assert run("undo") == (1, "", "incident-tui: there is nothing to undo\n")
    assert run("redo") == (1, "", "incident-tui: there is nothing to redo\n")


def test_the_log_names_each_change_the_newest_first(run: Run) -> None:
    run("pin", "INC-2187")
    run("helped", "INC-2180")
    run("undo")
    newest, oldest = run("log").out.splitlines()
    assert newest.endswith("Z  marked as helpful: INC-2180 ticket-mail-backlog-poison-message  (undone)")
    assert oldest.endswith("Z  pinned INC-2187 orders-api-connection-pool-exhausted")


@pytest.mark.parametrize("time", ["1e300", "-1e300", "NaN", "Infinity", '"x"', "null"])
def test_a_damaged_history_costs_no_more_than_itself(run: Run, time: str) -> None:
    run("pin", "INC-2187")
    (history,) = (Path(os.environ["XDG_STATE_HOME"]) / "incident-tui").glob("*.json")
    head, change = (json.loads(line)[1] for line in history.read_text().splitlines())
    earlier = json.dumps({"version": 1, "file": head["file"], "changes": [change]})  # has no checksums
    history.write_text(re.sub(r'"time": [0-9.]+', f'"time": {time}', earlier))
    log = run("log")
    assert (log.code, "the history is damaged" in log.err) == (0, time in ('"x"', "null"))
    assert run("unpin", "INC-2187").code == 0


def test_a_file_that_one_may_only_read_is_read_and_not_changed(
    run: Run, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    before = content()
    assert run("list").code == 0
    assert run("pin", "INC-2187") == (1, "", "incident-tui: incidents.md can't be changed: you may only read it\n")
    assert content() == before


def test_the_log_can_begin_at_a_time(run: Run) -> None:
    run("pin", "INC-2187")
    assert len(run("log", "--since", "1h").out.splitlines()) == 1
    assert run("log", "--since", "2100-01-01").out == ""
    wrong = run("log", "--since", "yesterweek")
    assert wrong.code == 2
    assert "'yesterweek' is not a time" in wrong.err


def test_the_log_as_minutes_shows_the_lines_that_changed(run: Run) -> None:
    run("pin", "INC-2187")
    run("helped", "INC-2187")
    run("undo")
    run("archive", "INC-2174")
    head, blank, *lines = run("log", "--md").out.splitlines()
    assert head.startswith("## 20")
    assert blank == ""
    assert lines[0].endswith("pinned INC-2187 orders-api-connection-pool-exhausted")
    assert lines[1] == "  - pinned: `false` to `true`"
    assert lines[2].endswith("archived INC-2174 wildcard-certificate-expired-at-the-doors")
    assert re.fullmatch(r"  - in the archive, \+\d+ lines", lines[3])
    assert re.fullmatch(r"  - -\d+ lines", lines[4])


def test_the_log_as_json_has_the_ids_of_now_and_the_files(run: Run, folder: Path) -> None:
    assert json.loads(run("log", "--json").out) == []
    run("pin", "INC-2155", "INC-2156")
    run("archive", "INC-2174")
    run("undo")
    archived, pinned = json.loads(run("log", "--json").out)
    assert list(archived) == ["time", "did", "undone", "about", "files", "layer"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", archived["time"])
    assert archived["undone"] is True
    assert archived["files"] == [str(folder / "archive" / "incidents.md"), str(folder / "incidents.md")]
    assert pinned["did"].startswith("pinned INC-2155 ")
    assert pinned["about"] == ["M-2026-08-25T13:50:27Z#1", "M-2026-08-25T13:50:27Z#2"]
    assert json.loads(run("log", "--json", "--since", "2100-01-01").out) == []


def test_the_log_as_minutes_is_markdown_whatever_the_lines_are(run: Run) -> None:
    run("done", "INC-2187", "3")
    text = "Page on `hikaricp_connections_pending` instead of only writing to the channel"
    assert f"  ```diff\n  -- [ ] {text}\n  +- [x] {text}\n  ```\n" in run("log", "--md").out
