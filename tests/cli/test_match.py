"""`match`: have we seen this before?"""

import json
from pathlib import Path

from .conftest import Content, Program, Run, Said

LOG = """\
2026-11-24T03:11:12Z ERROR [reserve-2] HikariPool-1 - Connection is not available, request timed out after 5000ms
FATAL: sorry, too many clients already
"""


def rows(said: Said) -> list[list[str]]:
    assert (said.code, said.err) == (0, "")
    return [line.split("\t") for line in said.out.splitlines()]


def test_the_incident_that_a_log_is_about_comes_first(run: Run, folder: Path) -> None:
    (folder / "alert.txt").write_text(LOG)
    found = rows(run("match", "alert.txt"))
    assert found[0][2] == "INC-2187"
    assert "hikaripool" in found[0][6].split(",")
    shares = [int(row[0]) for row in found]
    assert shares == sorted(shares, reverse=True)
    assert all(len(row) == 7 and all(row) for row in found)


def test_the_second_column_is_an_id_that_every_command_takes(run: Run, folder: Path) -> None:
    (folder / "alert.txt").write_text(LOG)
    for row in rows(run("match", "alert.txt")):
        assert run("show", row[1], "--raw").code == 0


def test_the_text_is_read_from_standard_input_too(program: Program) -> None:
    for argv in (["match"], ["match", "-"]):
        said = program(*argv, "--limit", "1", input=LOG.encode())
        assert (said.returncode, said.stderr) == (0, b"")
        assert said.stdout.split(b"\t")[2] == b"INC-2187"


def test_a_text_in_utf_16_is_read_by_its_mark_and_refused_without(run: Run, folder: Path) -> None:
    (folder / "alert.txt").write_bytes(LOG.encode("utf-16"))
    assert rows(run("match", "alert.txt"))[0][2] == "INC-2187"
    (folder / "alert.txt").write_bytes(LOG.encode("utf-16-be"))
    said = run("match", "alert.txt")
    reason = "it is UTF-16BE, not UTF-8; convert it: iconv -f UTF-16BE -t UTF-8"
    assert said == Said(1, "", f"incident-tui: the text can't be read: {reason}\n")


def test_kana_are_printed_as_the_text_has_them(run: Run, folder: Path) -> None:
    entries = "".join(f"## M-2026-01-0{day}T00:00:00Z INC-{day} other{day}\n\nText {day}.\n\n" for day in range(2, 9))
    (folder / "ja.md").write_text(f"## M-2026-01-01T00:00:00Z INC-1 サービス\n\n{entries}", encoding="utf-8")
    for text in ("サービス", "サーヒ\u3099ス"):
        (folder / "alert.txt").write_text(text, encoding="utf-8")
        (row,) = rows(run("match", "alert.txt", "-f", "ja.md"))
        assert set(row[6].split(",")) == {text[:2], text[1:-1], text[2:]}


def test_json_is_the_entry_with_its_score_and_the_words(run: Run, folder: Path) -> None:
    (folder / "alert.txt").write_text(LOG)
    said = run("match", "alert.txt", "--json", "--limit", "2")
    found = json.loads(said.out)
    assert len(found) == 2
    assert found[0]["ref"] == "INC-2187"
    assert 0 < found[1]["score"] <= found[0]["score"] <= 1
    assert "hikaripool" in found[0]["words"]
    listed = json.loads(run("list", "--json", "ref:INC-2187").out)
    assert {key: found[0][key] for key in listed[0]} == listed[0]


def test_with_exit_code_it_is_one_where_nothing_matches(run: Run, folder: Path) -> None:
    for text, code in ((LOG, 0), ("zzzz qqqq", 1)):
        (folder / "alert.txt").write_text(text)
        assert run("match", "alert.txt", "--exit-code").code == code
        assert run("match", "alert.txt").code == 0


def test_an_incident_that_was_summarized_is_found_by_its_original_and_named_once(run: Run, folder: Path) -> None:
    originals = json.loads(run("list", "--archived", "--json", "payment provider").out)
    text = run("show", "INC-2131", "--full", "--raw").out
    assert originals
    (folder / "alert.txt").write_text(text)
    found = json.loads(run("match", "alert.txt", "--json").out)
    assert (found[0]["ref"], found[0]["archived"]) == ("INC-2131", False)
    assert [one["ref"] for one in found].count("INC-2131") == 1


def test_what_shares_no_word_with_any_entry_is_done_and_says_nothing(run: Run, folder: Path) -> None:
    (folder / "alert.txt").write_bytes(b"zzzz qqqq \xff\x00")
    assert run("match", "alert.txt") == (0, "", "")
    assert run("match", "alert.txt", "--json") == (0, "[]\n", "")


def test_a_file_that_is_not_there_is_told_on_one_line(run: Run) -> None:
    said = run("match", "missing.txt")
    assert (said.code, said.out) == (1, "")
    assert said.err == "incident-tui: missing.txt: no such file or directory\n"
    assert run("match", "a", "b").code == 2


def test_matching_writes_nothing(run: Run, content: Content, folder: Path) -> None:
    (folder / "alert.txt").write_text(LOG)
    before = content()
    run("match", "alert.txt")
    assert content() == before
