"""Entries that go to another file or layer."""

import os
from pathlib import Path

import pytest

from incident_tui import clock
from incident_tui.format.edit.edit import move_edits
from incident_tui.format.edit.new_file import new_file
from incident_tui.format.edit.plan import FileChange
from incident_tui.format.errors import Refused
from incident_tui.format.model.document import Document
from incident_tui.format.model.located import Target
from incident_tui.format.secrets import suspect_lines
from incident_tui.storage.file_writer import FileWriter
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library

from .conftest import Run
from .test_layers import entry, memory

__all__ = ["memory"]

SECRETS = {
    "an AWS access key": "key AKIA" + "ABCDEFGHIJKLMNOP",
    "a GitHub token": "ghp_" + "a1B2" * 9,
    "a Slack token": "xoxb-" + "123456789012-abcdef",
    "a private key": "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "a JSON Web Token": "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0.abcdefghijkl",
    "an authorization header": "curl -H 'Authorization: Bearer " + "abc123def456'",
    "a password": "PGPASSWORD=" + "hunter22",
}
PLAIN = """the password is in the vault; password: see the runbook
token: rotation-of-tokens
export PGPASSWORD=$PGPASSWORD
password=<your password>
api_key: xxxxxxxx
the secret: nothing
"""


@pytest.mark.parametrize("kind", SECRETS)
def test_what_looks_like_a_secret(kind: str) -> None:
    assert [(found.number, found.kind) for found in suspect_lines(f"first\n{SECRETS[kind]}\nlast")] == [(2, kind)]


def test_what_only_speaks_of_secrets_is_none() -> None:
    assert list(suspect_lines(PLAIN)) == []


def test_a_move_is_one_change_with_all_its_bytes_and_is_undone(run: Run, memory: Path) -> None:
    path, other = memory / "kb/patterns.md", memory / "kb/facts.md"
    path.write_text("# Patterns\n" + entry("pool", 3, used=4) + entry("mine", 4), encoding="utf-8")
    before = {file: file.read_bytes() for file in memory.rglob("*.md")}
    said = run("move", "mine", "--to", "personal/facts", "-f", str(memory))
    assert said.code == 0
    assert said.out.startswith("moved mine from personal/patterns to personal/facts: wrote ")
    assert entry("mine", 4).strip() in other.read_text(encoding="utf-8")
    assert "mine" not in path.read_text(encoding="utf-8")
    assert run("undo", "-f", str(memory)).code == 0
    assert {file: file.read_bytes() for file in memory.rglob("*.md")} == before
    assert run("redo", "-f", str(memory)).code == 0
    assert "mine" in other.read_text(encoding="utf-8")


def test_to_a_layer_it_goes_to_the_file_of_the_same_name(run: Run, memory: Path) -> None:
    assert run("move", "mine", "--to", "payments", "-f", str(memory)).code == 0
    assert "mine" in (memory / "orgs/payments/kb/patterns.md").read_text(encoding="utf-8")
    (memory / "orgs/payments/kb/runbooks.md").write_text(entry("restart", 8), encoding="utf-8")
    said = run("move", "restart", "--to", "platform", "-f", str(memory))
    assert (said.code, said.out) == (2, "")
    assert "has no file 'runbooks'" in said.err
    assert run("move", "mine", "--to", str(memory / "kb/facts.md"), "-f", str(memory)).code == 0
    assert run("move", "mine", "--to", "nowhere", "-f", str(memory)).code == 2


def state_of(memory: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in memory.rglob("*.md")}


def test_a_file_that_the_layer_lacks_is_made_and_goes_with_the_undo(run: Run, memory: Path) -> None:
    path = memory / "orgs/platform/kb/patterns.md"
    before = state_of(memory)
    assert run("move", "mine", "--to", "platform", "-f", str(memory)).code == 0
    made = path.read_bytes()
    assert made.startswith(new_file("patterns.md"))
    assert made.endswith(entry("mine", 4).encode())
    assert [each.title for each in Document.parse(made).entries] == ["mine"]
    assert run("undo", "-f", str(memory)).code == 0
    assert state_of(memory) == before
    assert run("redo", "-f", str(memory)).code == 0
    assert path.read_bytes() == made
    assert b"mine" not in (memory / "kb/patterns.md").read_bytes()


def test_what_others_put_into_a_file_that_was_made_stays(run: Run, memory: Path) -> None:
    path = memory / "orgs/platform/kb/patterns.md"
    assert run("move", "mine", "--to", "platform", "-f", str(memory)).code == 0
    path.write_bytes(path.read_bytes() + entry("theirs", 9).encode())
    assert run("undo", "-f", str(memory)).code == 0
    assert path.read_bytes().startswith(new_file("patterns.md"))
    assert [each.title for each in Document.parse(path.read_bytes()).entries] == ["theirs"]


def test_this_months_journal_is_made(run: Run, memory: Path) -> None:
    name = f"journal-{clock.now():%Y-%m}"
    assert run("move", "mine", "--to", f"personal/{name}", "-f", str(memory)).code == 0
    path = memory / f"journal/{name}.md"
    assert path.read_bytes().startswith(b"# Journal\n")
    assert run("list", "mine", "-f", str(memory)).out.split("\t")[7] == name
    assert run("undo", "-f", str(memory)).code == 0
    assert not path.exists()


def test_half_of_a_move_is_not_undone(run: Run, memory: Path) -> None:
    assert run("move", "mine", "--to", "platform", "-f", str(memory)).code == 0
    moved = state_of(memory)
    said = run("undo", "-f", str(memory / "kb/patterns.md"))
    assert (said.code, said.out) == (1, "")
    assert "moved between 2 files" in said.err
    assert state_of(memory) == moved


def test_what_cannot_go_is_refused_and_nothing_is_written(run: Run, memory: Path) -> None:
    run("archive", "mine", "-f", str(memory))
    before = {file: file.read_bytes() for file in memory.rglob("*.md")}
    for word, to, why in (
        ("mine", "personal/facts", "it is archived"),
        ("hosts", "platform/facts", "is in platform/facts already"),
    ):
        said = run("move", word, "--to", to, "-f", str(memory))
        assert (said.code, said.err.count("\n")) == (1, 1)
        assert why in said.err
    assert {file: file.read_bytes() for file in memory.rglob("*.md")} == before


def test_a_secret_is_shown_before_others_can_read_it(run: Run, memory: Path) -> None:
    path = memory / "kb/patterns.md"
    text = entry("mine", 4) + "\nPGPASSWORD=" + "hunter22 psql\n"
    path.write_text(text, encoding="utf-8")
    said = run("move", "mine", "--to", "payments", "-f", str(memory))
    assert said.code == 1
    assert "mine, line 16, a password: PGPASSWORD=" in said.err
    assert "--force" in said.err
    assert path.read_text(encoding="utf-8") == text
    assert run("move", "mine", "--to", "personal/facts", "-f", str(memory)).code == 0
    assert run("move", "mine", "--to", "payments/patterns", "--force", "-f", str(memory)).code == 0


def library_of(tmp_path: Path) -> tuple[Library, Path, Path]:
    first, second = tmp_path / "a.md", tmp_path / "b.md"
    first.write_text(entry("one", 3), encoding="utf-8")
    second.write_text(entry("two", 4), encoding="utf-8")
    return Library([KnowledgeBase(first), KnowledgeBase(second)], ["a", "b"]), first, second


def test_an_entry_is_written_where_it_goes_before_it_is_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, _, _ = library_of(tmp_path)
    written: list[str] = []
    write = FileWriter.write

    def noted(self: FileWriter, file: FileChange) -> None:
        written.append(os.path.basename(self.before.live_file))  # noqa: PTH119
        write(self, file)

    monkeypatch.setattr(FileWriter, "write", noted)
    entries = [file.live.entries[0] for file in library.snapshot().files]
    library.edit(move_edits([Target.of("live", entries[1], 1)], 0, ["a", "b"]))
    assert written == ["a.md", "b.md"]
    library.undo()
    assert written[2:] == ["b.md", "a.md"]
    library.redo()
    assert written[4:] == ["a.md", "b.md"]
    library.undo()
    library.edit(move_edits([Target.of("live", entries[0], 0)], 1, ["a", "b"]))
    assert written[8:] == ["b.md", "a.md"]


def test_a_move_that_fails_leaves_no_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "a.md", tmp_path / "b.md"
    first.write_text(entry("one", 3), encoding="utf-8")
    library = Library([KnowledgeBase(first), KnowledgeBase(second)], ["a", "b"])
    before = first.read_bytes()
    edits = move_edits([Target.of("live", library.snapshot().files[0].live.entries[0], 0)], 1, ["a", "b"])
    write = FileWriter.write

    def failing(self: FileWriter, file: FileChange) -> None:
        if self.before.live_file == first:
            assert second.exists()
            raise OSError(28, "No space left on device")
        write(self, file)

    monkeypatch.setattr(FileWriter, "write", failing)
    with pytest.raises(Refused, match="nothing was changed"):
        library.edit(edits)
    assert first.read_bytes() == before
    assert not second.exists()


def test_a_file_that_someone_else_makes_meanwhile_gets_the_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "a.md", tmp_path / "b.md"
    first.write_text(entry("one", 3), encoding="utf-8")
    library = Library([KnowledgeBase(first), KnowledgeBase(second)], ["a", "b"])
    edits = move_edits([Target.of("live", library.snapshot().files[0].live.entries[0], 0)], 1, ["a", "b"])
    write = FileWriter.write

    def late(self: FileWriter, file: FileChange) -> None:
        if not second.exists():
            second.write_text(entry("theirs", 2), encoding="utf-8")
        write(self, file)

    monkeypatch.setattr(FileWriter, "write", late)
    library.edit(edits)
    assert [each.title for each in Document.parse(second.read_bytes()).entries] == ["one", "theirs"]
    assert b"one" not in first.read_bytes()


def test_a_move_that_fails_half_way_leaves_both_files_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, first, second = library_of(tmp_path)
    before = first.read_bytes(), second.read_bytes()
    edits = move_edits([Target.of("live", library.snapshot().files[0].live.entries[0], 0)], 1, ["a", "b"])
    write = FileWriter.write

    def failing(self: FileWriter, file: FileChange) -> None:
        if self.before.live_file == first:
            raise OSError(28, "No space left on device")
        write(self, file)

    monkeypatch.setattr(FileWriter, "write", failing)
    with pytest.raises(Refused, match="nothing was changed"):
        library.edit(edits)
    assert (first.read_bytes(), second.read_bytes()) == before
