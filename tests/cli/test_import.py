"""`import`: a folder of post-mortems becomes entries, as one change."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from incident_tui.format.edit.new_file import new_file
from incident_tui.format.model.document import Document

from .conftest import Content, Run

Posts = Callable[..., Path]


@pytest.fixture
def posts(tmp_path: Path) -> Posts:
    """Make a folder of files; keyword arguments are names, with `_` for a `.`, and texts."""

    def make(files: dict[str, str | bytes]) -> Path:
        folder = tmp_path / "posts"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return make


KAFKA = """\
---
title: kafka lag
date: 2026-02-03T10:00:00Z
severity: high
tags: [kafka]
---

**Summary**

Lag.

- [ ] alert
- [x] fix
"""
REDIS = "# 2026-02-04 INC-2101: Redis\n\ntext\n"


def test_files_become_entries_as_one_change(run: Run, content: Content, posts: Posts) -> None:
    before = content()
    folder = posts({"kafka.md": KAFKA, "sub/redis.md": REDIS})
    said = run("import", str(folder))
    assert said == (
        0,
        "sub/redis.md\tM-2026-02-04T00:00:00Z\theading\n"
        "kafka.md\tM-2026-02-03T10:00:00Z\tfront matter (date)\n"
        "created INC-2101 Redis, kafka lag: wrote incidents.md\n",
        "",
    )
    raw = run("show", "kafka lag", "--raw").out
    fields, _, body = raw.partition("\n\n**Summary**")
    assert fields == (
        "## M-2026-02-03T10:00:00Z kafka lag\n\n- type: incident\n- tags: kafka\n- used: 0\n- pinned: false\n"
        f"- schema_version: 1\n- severity: high\n- source: kafka.md\n- source_digest: {fields[-12:]}"
    )
    assert body == "\n\nLag.\n\n- [ ] alert\n- [x] fix\n"
    assert run("check").code == 0
    run("undo")
    assert content() == before


def test_a_rehearsal_prints_the_same_ids_with_titles_and_writes_nothing(
    run: Run, content: Content, posts: Posts
) -> None:
    folder = posts({"kafka.md": KAFKA, "redis.md": REDIS, "guess.md": "# Guess\n\nIt began 2026-02-01.\n"})
    before = content()
    said = run("import", str(folder), "--dry-run")
    assert said.out == (
        "redis.md\tM-2026-02-04T00:00:00Z\theading\tINC-2101\tRedis\n"
        "kafka.md\tM-2026-02-03T10:00:00Z\tfront matter (date)\t-\tkafka lag\n"
        "guess.md\tM-2026-02-01T00:00:00Z\tfirst date in the text (a guess)\t-\tGuess\n"
        "would create 3 entries in incidents.md; nothing was written\n"
    )
    assert content() == before
    ids = [line.split("\t")[1] for line in run("import", str(folder)).out.splitlines()[:-1]]
    assert ids == [line.split("\t")[1] for line in said.out.splitlines()[:-1]]


def test_a_second_import_adds_only_what_is_new_and_names_what_changed(run: Run, content: Content, posts: Posts) -> None:
    folder = posts({"kafka.md": KAFKA, "redis.md": REDIS})
    run("import", str(folder))
    run("pin", "INC-2101")
    run("archive", "kafka lag")
    before = content()
    assert run("import", str(folder)) == (0, "nothing new; 2 entries are there already; nothing was written\n", "")
    posts({"redis.md": f"{REDIS}more\n"})
    said = run("import", str(folder))
    assert (
        said.err == "incident-tui: redis.md: changed since it was imported; M-2026-02-04T00:00:00Z is left as it is\n"
    )
    assert content() == before
    posts({"new.md": "# 2026-02-05 New\n"})
    assert run("import", str(folder)).out.splitlines()[-1] == (
        "created New: wrote incidents.md; 2 entries are there already"
    )


def test_what_is_not_imported_is_named_a_line_each(run: Run, posts: Posts) -> None:
    folder = posts(
        {
            "ok.md": REDIS,
            "README.md": "# Post-mortems\n",
            "none.md": "# No date\n",
            "nul.md": b"\0\1\2\0",
            "a.png": b"\x89PNG",
            "b.png": b"\x89PNG",
            "page.html": "<p>",
            ".hidden.md": "# 2026-01-01 x\n",
            ".git/x.md": "# 2026-01-01 x\n",
        }
    )
    said = run("import", str(folder))
    assert said.code == 1
    assert said.out.splitlines()[-1] == "created INC-2101 Redis: wrote incidents.md"
    assert said.err.splitlines() == [
        "incident-tui: README.md: not imported: a README, an index or a template without a date",
        "incident-tui: none.md: not imported: it has no date, nor has git",
        "incident-tui: nul.md: not imported: it is not text",
        "incident-tui: not imported: 2 .png files, not Markdown: a.png, b.png",
        "incident-tui: not imported: 1 .html file, not Markdown: page.html",
    ]
    for name in ("none.md", "nul.md"):
        (folder / name).unlink()
    assert run("import", str(folder)).code == 0


def test_a_file_that_is_not_there_is_made(run: Run, tmp_path: Path, posts: Posts) -> None:
    folder = posts({"kafka.md": KAFKA})
    target = tmp_path / "new" / "kb.md"
    assert run("import", str(folder), "--to", str(target), "--dry-run").code == 0
    assert not target.parent.exists()
    assert run("import", str(folder), "--to", str(target)).code == 0
    data = target.read_bytes()
    assert data.startswith(new_file("kb.md"))
    assert len(Document.parse(data).entries) == 1
    assert run("undo", "-f", str(target)).code == 0
    assert not target.exists()
    run("redo", "-f", str(target))
    assert target.read_bytes() == data
    (tmp_path / "file").touch()
    refused = run("import", str(folder), "--to", str(tmp_path / "file" / "kb.md"))
    assert (refused.code, refused.err.count("\n")) == (1, 1)


def test_where_there_is_no_knowledge_base_it_is_made_here(
    run: Run, tmp_path: Path, posts: Posts, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = posts({"kafka.md": KAFKA})
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    monkeypatch.delenv("INCIDENT_TUI_FILE", raising=False)
    assert run("import", str(folder)).out.endswith("created kafka lag: wrote incidents.md\n")
    made = Path("incidents.md").read_bytes()
    run("undo")
    assert not Path("incidents.md").exists()
    assert run("redo").code == 0
    assert Path("incidents.md").read_bytes() == made
    for last in ("undo", "redo"):  # what was there before the change is not made again
        Path("incidents.md").unlink(missing_ok=True)
        assert run(last).code == 1


def test_where_nothing_can_be_imported_nothing_is_made(run: Run, tmp_path: Path, posts: Posts) -> None:
    folder = posts({"README.md": "# x\n"})
    said = run("import", str(folder), "--to", str(tmp_path / "kb.md"))
    assert (said.code, said.out) == (1, "nothing new; nothing was written\n")
    assert not (tmp_path / "kb.md").exists()


def test_the_folder_may_hold_the_knowledge_base_itself(run: Run, posts: Posts, folder: Path) -> None:
    (folder / "kafka.md").write_text(KAFKA, encoding="utf-8")
    said = run("import", ".")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1] == "created kafka lag: wrote incidents.md"


def test_another_knowledge_base_is_taken_entry_by_entry(run: Run, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "kb.md"
    assert run("import", "incidents.md", "--to", str(target)).code == 0
    entries = Document.parse(target.read_bytes()).entries
    assert {entry.raw for entry in entries} == {
        entry.raw for entry in Document.parse((folder / "incidents.md").read_bytes()).entries
    }


def test_wrong_use_is_told(run: Run, posts: Posts, tmp_path: Path) -> None:
    folder = str(posts({"kafka.md": KAFKA}))
    assert run("import").code == 2
    assert run("import", folder, "--to", "x.md", "-f", "y.md").code == 2
    said = run("import", str(tmp_path / "nowhere"))
    assert (said.code, said.err.count("\n")) == (1, 1)


def test_the_first_commit_dates_a_file_that_says_nothing(run: Run, posts: Posts) -> None:
    folder = posts({"db.md": "# DB down\n"})
    env = os.environ | {"GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z"}
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    for words in (
        ("init", "-q"),
        ("add", "."),
        (*who, "commit", "-qm", "x"),
        ("mv", "db.md", "moved.md"),
        (*who, "commit", "-qm", "y"),
    ):
        subprocess.run(["git", "-C", str(folder), *words], check=True, env=env)
    assert run("import", str(folder), "--dry-run").out.splitlines()[0] == (
        "moved.md\tM-2026-01-02T03:04:05Z\tfirst commit (a guess)\t-\tDB down"
    )


def test_what_is_no_file_is_passed_over_and_a_link_to_nowhere_named(run: Run, posts: Posts) -> None:
    folder = posts({"kafka.md": KAFKA})
    os.mkfifo(folder / "pipe.md")
    (folder / "gone.md").symlink_to("nowhere.md")
    said = run("import", str(folder))
    assert said.code == 1
    assert said.err.splitlines() == [
        "incident-tui: gone.md: not imported: it can't be read: no such file or directory",
        "incident-tui: not imported: 1 .md file, not Markdown: pipe.md",
    ]


def test_several_folders_are_told_apart(run: Run, posts: Posts) -> None:
    folder = posts({"a/x.md": KAFKA, "b/x.md": REDIS})
    said = run("import", str(folder / "a"), str(folder / "b"), str(folder / "b" / "x.md"), "--dry-run")
    assert [line.split("\t")[0] for line in said.out.splitlines()[:-1]] == ["x.md", "b/x.md", "a/x.md"]
    assert "x.md: it has the day and the name of b/x.md: both are imported" in said.err
