"""A folder with several files of entries, as the commands see it."""

import errno
import json
import os
from pathlib import Path

import pytest

from incident_tui.storage.disk import atomic_file

from .conftest import Run

FACTS = """# Facts

## M-2026-01-05T16:00:00Z db-hosts

- type: fact
- tags: database
- pinned: false

- [ ] check them
"""
TWIN = "## M-2026-11-18T09:12:40Z INC-2187 orders-api-connection-pool-exhausted\n\nAgain.\n"


@pytest.fixture
def several(folder: Path) -> Path:
    (folder / "kb").mkdir()
    (folder / "kb" / "facts.md").write_text(FACTS, encoding="utf-8")
    (folder / "README.md").write_text(
        "# Read me\n\nAn entry begins with ## M-2026-01-01T00:00:00Z.\n", encoding="utf-8"
    )
    (folder / "kb" / "notes.md").write_text("<!--\n## M-2026-01-01T00:00:00Z example\n-->\n", encoding="utf-8")
    return folder


def test_a_folder_is_each_file_in_it_that_holds_entries(run: Run, several: Path) -> None:
    rows = [line.split("\t") for line in run("list", "-f", ".").out.splitlines()]
    assert {row[7] for row in rows} == {"incidents", "facts"}
    assert [row[4] for row in rows if row[7] == "facts"] == ["db-hosts"]
    assert len(rows) == 26


def test_a_single_file_is_listed_as_ever(run: Run, several: Path) -> None:
    assert {line.count("\t") for line in run("list").out.splitlines()} == {6}


def test_file_filters(run: Run, several: Path) -> None:
    assert run("list", "file:fact", "-f", ".").out.count("\n") == 1
    assert run("list", "-f", ".", "--", "-file:incidents").out.count("\n") == 1
    assert run("list", "file:facts database", "-f", ".").out.count("\n") == 1


def test_json_says_the_file_and_the_line(run: Run, several: Path) -> None:
    (held,) = json.loads(run("list", "file:facts", "--json", "-f", ".").out)
    assert (held["file"], held["line"]) == (str(several / "kb" / "facts.md"), 3)
    assert json.loads(run("show", "db-hosts", "--json", "-f", ".").out)["file"] == held["file"]
    (item,) = json.loads(run("list", "file:facts", "--items", "--json", "-f", ".").out)
    assert (item["file"], item["line"]) == (held["file"], 9)


def test_edits_go_to_the_right_file_and_undo_spans_them(run: Run, several: Path) -> None:
    before = {path: path.read_bytes() for path in several.rglob("*.md")}
    said = run("pin", "db-hosts", "INC-2180", "-f", ".")
    assert said.code == 0
    assert "incidents.md" in said.out
    assert "facts.md" in said.out
    assert b"- pinned: true" in (several / "kb" / "facts.md").read_bytes()
    assert run("done", "db-hosts", "1", "-f", ".").code == 0
    assert b"- [x] check them" in (several / "kb" / "facts.md").read_bytes()
    assert run("archive", "db-hosts", "--force", "-f", ".").code == 0
    assert (several / "archive" / "facts.md").exists()
    assert run("log", "-f", ".").out.splitlines()[0].endswith("  archived db-hosts  (facts)")
    assert [run("undo", "-f", ".").code for _ in range(3)] == [0, 0, 0]
    assert {path: path.read_bytes() for path in several.rglob("*.md")} == before


def test_an_entry_that_two_files_have_is_ambiguous(run: Run, several: Path) -> None:
    (several / "kb" / "facts.md").write_text(FACTS + "\n" + TWIN, encoding="utf-8")
    said = run("pin", "INC-2187", "-f", ".")
    assert said.code == 2
    assert said.err.count("INC-2187") >= 2
    (found,) = [held for held in json.loads(run("check", "-f", ".", "--json").out) if held["code"] == "two-files"]
    assert (found["severity"], found["line"]) == ("note", 11)


def test_a_tag_is_renamed_in_all_files(run: Run, several: Path) -> None:
    (several / "kb" / "facts.md").write_text(FACTS.replace("database", "redis"), encoding="utf-8")
    rehearsed = run("tag", "--rename", "redis", "valkey", "--dry-run", "-f", ".").out
    assert "in incidents.md" in rehearsed
    assert "kb/facts.md" in rehearsed
    run("tag", "--rename", "redis", "valkey", "-f", ".")
    assert "valkey" in (several / "kb" / "facts.md").read_text(encoding="utf-8")
    assert "redis" not in {tag for held in json.loads(run("list", "--json", "-f", ".").out) for tag in held["tags"]}


def test_settings_can_name_a_file(run: Run, several: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "incident-tui").mkdir(parents=True)
    (tmp_path / "config" / "incident-tui" / "config.toml").write_text(
        f'[names]\n"{several / "kb" / "facts.md"}" = "F"\n', encoding="utf-8"
    )
    assert {line.split("\t")[7] for line in run("list", "-f", ".").out.splitlines()} == {"incidents", "F"}
    assert run("list", "file:f", "-f", ".").out.count("\n") == 1


def test_a_report_counts_all_files(run: Run, several: Path) -> None:
    alone, both = run("report").out, run("report", "-f", ".").out
    assert alone != both
    assert "fact" in both


def test_a_second_name_of_a_file_is_not_a_second_file(run: Run, several: Path) -> None:
    (several / "linked.md").symlink_to("kb/facts.md")
    assert len(run("list", "-f", ".").out.splitlines()) == 26


def test_two_files_that_would_share_an_archive_are_not_opened_together(run: Run, several: Path) -> None:
    (several / "kb" / "incidents.md").write_text(FACTS, encoding="utf-8")
    assert {line.split("\t")[7] for line in run("list", "-f", ".").out.splitlines()} == {"incidents", "facts"}


def test_what_is_no_file_is_not_waited_for(run: Run, several: Path) -> None:
    os.mkfifo(several / "pipe.md")
    assert run("list", "-f", ".").code == 0


def test_candidates_say_which_file_they_are_in(run: Run, several: Path) -> None:
    (several / "kb" / "facts.md").write_text(FACTS + "\n" + TWIN, encoding="utf-8")
    said = run("pin", "INC-2187", "-f", ".")
    assert [line.rpartition("  in ")[2] for line in said.err.splitlines()[1:]] == ["incidents", "facts"]


@pytest.mark.parametrize("what", ["a file", "the folder"])
def test_a_change_of_a_folder_refuses_where_some_of_it_can_not_be_read(
    run: Run, several: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Else a tag would be renamed in the others alone, and half a change undone."""
    run("tag", "INC-2187", "db-hosts", "--add", "both", "-f", ".")
    before = {path: path.read_bytes() for path in several.rglob("*.md")}
    read, listdir = atomic_file.read, os.listdir

    def failing_read(path: Path) -> atomic_file.FileRead | None:
        if path.name == "facts.md":
            raise PermissionError(errno.EACCES, "Permission denied")
        return read(path)

    def failing_list(path: Path) -> list[str]:
        if Path(path).name == "kb":
            raise OSError(errno.EIO, "Input/output error")
        return listdir(path)

    if what == "a file":
        monkeypatch.setattr(atomic_file, "read", failing_read)
    else:
        monkeypatch.setattr(os, "listdir", failing_list)
    for command in (["tag", "--rename", "both", "each"], ["tag", "db-hosts", "--add", "x"], ["undo"], ["redo"]):
        code, out, err = run(*command, "-f", ".")
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert "kb" in err
        assert "can't be read" in err
        assert "nothing was changed" in err.splitlines()[-1]
    assert run("list", "-f", ".").code == 0
    assert run("log", "-f", ".").code == 0
    monkeypatch.undo()
    assert {path: path.read_bytes() for path in several.rglob("*.md")} == before


def test_an_entry_of_a_writable_file_is_edited_where_the_first_file_is_read_only(
    run: Run, several: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwritable(path: Path) -> str | None:
        return "you may only read it" if path.name == "incidents.md" else None

    monkeypatch.setattr("incident_tui.storage.snapshot._unwritable", unwritable)
    facts = several / "kb" / "facts.md"
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i s/check/call/")
    done = run("edit", "db-hosts", "-f", ".")
    assert done.code == 0, done.err
    assert facts.read_text(encoding="utf-8") == FACTS.replace("check", "call")
    refused = run("edit", "INC-2187", "-f", ".")
    assert (refused.code, refused.err) == (1, "incident-tui: incidents.md can't be changed: you may only read it\n")


def test_entries_of_one_time_in_two_files_are_both_matched(run: Run, tmp_path: Path) -> None:
    for name, title in (("incidents", "flaky"), ("facts", "wobbly")):
        text = f"## M-2026-01-05T16:00:00Z {title}\n\n**Summary**\n\nThe zorkmid exporter fell over.\n"
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    (tmp_path / "alert.txt").write_text("zorkmid exporter fell over", encoding="utf-8")
    found = json.loads(run("match", str(tmp_path / "alert.txt"), "--json", "-f", str(tmp_path)).out)
    assert {Path(held["file"]).name for held in found} == {"incidents.md", "facts.md"}


def test_a_match_with_a_full_text_names_the_summary_in_its_own_file(run: Run, tmp_path: Path) -> None:
    heading = "## M-2026-01-05T16:00:00Z INC-1 flaky"
    full = f"{heading}\n\n**Summary**\n\nThe zorkmid exporter fell over.\n"
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "facts.md").write_text(full, encoding="utf-8")
    (tmp_path / "facts.md").write_text("## M-2026-01-06T16:00:00Z INC-2 other\n\nNothing.\n", encoding="utf-8")
    (tmp_path / "incidents.md").write_text(f"{heading}\n\nNothing.\n", encoding="utf-8")
    (tmp_path / "alert.txt").write_text("zorkmid exporter fell over", encoding="utf-8")
    (held,) = json.loads(run("match", str(tmp_path / "alert.txt"), "--json", "-f", str(tmp_path)).out)
    assert (held["file"], held["archived"]) == (str(tmp_path / "archive" / "facts.md"), True)


def test_what_was_mended_in_two_files_is_undone_at_once(run: Run, several: Path) -> None:
    facts = several / "kb" / "facts.md"
    for path in (facts, several / "incidents.md"):
        path.write_bytes(path.read_bytes().replace(b"- pinned: false\n", b"- pinned:false\n"))
    before = {path: path.read_bytes() for path in several.rglob("*.md")}
    assert "undo` takes that back" in run("check", "--fix", "-f", ".").out
    after = {path: path.read_bytes() for path in several.rglob("*.md")}
    assert {path.name for path in before if before[path] != after[path]} == {"incidents.md", "facts.md"}
    assert run("undo", "-f", ".").code == 0
    assert {path: path.read_bytes() for path in several.rglob("*.md")} == before


def test_a_name_that_the_settings_give_to_two_files_names_neither(
    run: Run, several: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "incident-tui").mkdir(parents=True)
    (tmp_path / "config" / "incident-tui" / "config.toml").write_text(
        f'[names]\n"{several / "kb" / "facts.md"}" = "K"\n"{several / "incidents.md"}" = "K"\n', encoding="utf-8"
    )
    assert {line.split("\t")[7] for line in run("list", "-f", ".").out.splitlines()} == {"incidents", "facts"}
