"""`check`: what it prints, how it exits, and that what it mends is undone to the byte."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from incident_tui.cli.commands.check import NEVER
from incident_tui.cli.parser import FAIL_ON
from incident_tui.format.check.finding import SEVERITIES
from incident_tui.storage.disk.journal import journal_file

from .conftest import Content, Run

WARNED = b"## M-2026-03-01T10:00:00Z INC-1 one\n\n- type: Incident\n- pinned:true\n- tags: [a, b]\n\nBody.\n"
GLUED = WARNED.rstrip(b"\n") + b"## M-2026-02-01T10:00:00Z INC-2 two\n\n- type: note\n\nText.\n"
NOTED = b"## M-2026-03-01T10:00:00Z INC-1 one\n\nBody.\n"
MENDED = b"## M-2026-03-01T10:00:00Z INC-1 one\n\n- type: incident\n- pinned: true\n- tags: a, b\n\nBody.\n"


@pytest.fixture
def write(folder: Path) -> Callable[..., None]:
    """Put these bytes in the place of the sample."""

    def write(live: bytes, archive: bytes | None = None) -> None:
        (folder / "incidents.md").write_bytes(live)
        path = folder / "archive" / "incidents.md"
        path.unlink(missing_ok=True) if archive is None else path.write_bytes(archive)

    return write


def lines(out: str) -> list[str]:
    return out.splitlines()


def test_of_the_sample_there_is_nothing_to_say_but_its_size(run: Run) -> None:
    said = run("check")
    assert (said.code, said.err) == (0, "")
    nothing, size = lines(said.out)
    assert nothing == "nothing is wrong"
    assert size.startswith("incidents.md: 1,277 lines, 25 entries, ")
    assert size.endswith(", 8 archived")


def test_a_finding_is_a_line_and_the_last_two_count(run: Run, write: Callable[..., None]) -> None:
    write(GLUED, NOTED)
    said = run("check")
    assert said.code == 1
    first, *_, last, counted, size = lines(said.out)
    assert first == (
        "archive/incidents.md:1: note: INC-1 one has no metadata: no type, no tags; "
        "add a line such as `- type: incident` below it"
    )
    assert last.startswith("incidents.md:7: error: the heading of INC-2 two is glued to the line before")
    assert counted == "2 errors, 2 warnings, 1 note; --fix mends 3 of them"
    assert size.startswith("incidents.md: 11 lines, 1 entry")


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (GLUED, {"error": 1, "warning": 1, "note": 1, "never": 0}),
        (WARNED, {"error": 0, "warning": 1, "note": 1, "never": 0}),
        (NOTED, {"error": 0, "warning": 0, "note": 1, "never": 0}),
        (MENDED, {"error": 0, "warning": 0, "note": 0, "never": 0}),
    ],
    ids=["error", "warning", "note", "nothing"],
)
def test_the_exit_code_is_1_from_the_severity_named(
    run: Run, write: Callable[..., None], data: bytes, codes: dict[str, int]
) -> None:
    write(data)
    assert {severity: run("check", "--fail-on", severity).code for severity in FAIL_ON} == codes
    assert run("check").code == codes["error"]
    assert (*SEVERITIES, NEVER) == FAIL_ON


def test_another_severity_is_wrong_use(run: Run) -> None:
    said = run("check", "--fail-on", "fatal")
    assert (said.code, said.out) == (2, "")
    assert "--fail-on" in said.err


def test_json_says_the_same(run: Run, write: Callable[..., None]) -> None:
    write(GLUED)
    said = run("check", "--json")
    assert said.code == 1
    found = json.loads(said.out)
    assert all(Path(one["file"]).is_absolute() for one in found)
    assert [(Path(one["file"]).name, one["line"], one["severity"], one["code"]) for one in found] == [
        ("incidents.md", 3, "warning", "unknown-type"),
        ("incidents.md", 4, "warning", "not-metadata"),
        ("incidents.md", 7, "error", "glued-heading"),
    ]
    assert found[2] == found[2] | {"id": "M-2026-03-01T10:00:00Z", "mendable": True, "mended": False}
    assert run("check", "--json", "-f", "../team").code == 1
    write(MENDED)
    assert json.loads(run("check", "--json").out) == []


def test_what_is_mended_is_told_and_undone_to_the_byte(
    run: Run, write: Callable[..., None], content: Content, folder: Path
) -> None:
    write(GLUED)
    before = content()
    said = run("check", "--fix")
    assert (said.code, said.err) == (0, "")
    told = lines(said.out)
    assert [line.split(": ")[1] for line in told[:4]] == ["mended"] * 4
    assert told[4] == "4 mended (`incident-tui undo` takes that back); nothing is wrong"
    two = b"## M-2026-02-01T10:00:00Z INC-2 two\n\n- type: note\n\nText.\n"
    assert (folder / "incidents.md").read_bytes() == MENDED + b"\n---\n\n" + two
    assert run("undo").code == 0
    assert content() == before
    assert run("redo").code == 0
    assert lines(run("check").out)[0] == "nothing is wrong"


def test_json_says_what_was_mended(run: Run, write: Callable[..., None]) -> None:
    write(WARNED + b"\n\x1b\n")
    found = json.loads(run("check", "--fix", "--json").out)
    assert [(one["code"], one["mended"]) for one in found] == [
        ("unknown-type", True),
        ("not-metadata", True),
        ("bad-value", True),
        ("control-characters", False),
    ]


def test_without_fix_nothing_is_written(run: Run, write: Callable[..., None], content: Content) -> None:
    write(GLUED)
    before = content()
    run("check")
    assert content() == before


def test_what_only_a_person_can_mend_stays(run: Run, write: Callable[..., None], content: Content) -> None:
    write(NOTED + b"\n```\n")
    before = content()
    said = run("check", "--fix")
    assert said.code == 1
    assert "mended" not in said.out
    assert content() == before


def test_where_nothing_can_be_written_that_is_said(
    run: Run, write: Callable[..., None], content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(WARNED)
    monkeypatch.setattr(os, "access", lambda *_: False)
    said = run("check", "--fix")
    assert (said.code, said.out) == (1, "")
    assert said.err == "incident-tui: incidents.md can't be changed: you may only read it\n"
    assert content() == {"incidents.md": WARNED}


def test_what_stands_under_conflict_markers_is_not_mended(run: Run, write: Callable[..., None], folder: Path) -> None:
    rest = (
        b"\n---\n\n## M-2026-02-01T10:00:00Z INC-2 two\n\n- type: Note\n\n<<<<<<< a\n"
        b"## M-2026-01-01T10:00:00Z INC-0 zero\n\n- type: Note\n\n=======\n>>>>>>> b\n"
    )
    write(WARNED + rest)
    assert run("check", "--fix").code == 1
    assert (folder / "incidents.md").read_bytes() == MENDED + rest


def test_an_edit_that_is_refused_is_told_and_the_others_are_made(
    run: Run, write: Callable[..., None], folder: Path
) -> None:
    zero = GLUED.replace(b"INC-1 one", b"INC-0 zero").replace(b"2026-03-01", b"2026-01-01")
    write(GLUED + b"\n---\n\n" + zero)
    said = run("check", "--fix")
    assert said.code == 1
    assert said.err.startswith("incident-tui: incidents.md:")
    assert "INC-2 two: an entry of this timestamp and heading is in this file already" in said.err
    assert said.err.count("\n") == 1
    assert "7 mended" in said.out
    assert (folder / "incidents.md").read_bytes().startswith(MENDED + b"\n---\n\n## M-2026-02-01T10:00:00Z INC-2")
    assert b"Body.## M-2026-02-01T10:00:00Z INC-2" in (folder / "incidents.md").read_bytes()


def test_a_move_that_was_interrupted_is_finished(run: Run, write: Callable[..., None], content: Content) -> None:
    write(MENDED, b"# Old\n\n" + MENDED)
    before = content()
    assert run("check", "--fail-on", "warning").code == 1
    assert run("check", "--fix", "--fail-on", "warning").code == 0
    assert content() == {"incidents.md": MENDED, "archive/incidents.md": b"# Old\n\n"}
    run("undo")
    assert content() == before


def test_a_journal_that_a_crash_has_left(run: Run, write: Callable[..., None], folder: Path) -> None:
    write(MENDED)
    journal = journal_file((folder / "incidents.md").resolve())
    journal.write_bytes(b"torn")
    said = run("check")
    assert said.code == 1
    assert lines(said.out)[0].startswith(".incidents.md.journal:1: error: a recovery journal: ")
    mended = run("check", "--fix")
    assert mended.code == 0
    assert lines(mended.out)[0].startswith(".incidents.md.journal:1: mended: ")
    assert not journal.exists()
    assert (folder / "incidents.md").read_bytes() == MENDED


def test_a_journal_of_someone_else_stays_and_is_not_called_mended(
    run: Run, write: Callable[..., None], folder: Path
) -> None:
    write(MENDED)
    journal = journal_file((folder / "incidents.md").resolve())
    journal.mkdir()
    said = run("check", "--fix")
    assert said.code == 1
    assert "mended" not in said.out
    assert "if it stays, someone else has put it there" in said.out


def test_a_journal_that_was_set_aside(run: Run, write: Callable[..., None], folder: Path) -> None:
    write(MENDED)
    (folder / ".incidents.md.journal.01ab23cd.unfit").write_bytes(b"")
    said = run("check", "--fail-on", "note")
    assert said.code == 1
    assert lines(said.out)[0].startswith(".incidents.md.journal.01ab23cd.unfit:1: note: ")


def test_a_merge_driver_that_this_clone_does_not_know(run: Run, folder: Path) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    assert run("check", "--fail-on", "warning").code == 0
    run("git-setup", "--yes")
    assert run("check", "--fail-on", "warning").code == 0
    subprocess.run(["git", "config", "--unset", "merge.incident-tui.driver"], check=True)
    said = run("check", "--fail-on", "warning")
    assert said.code == 1
    assert lines(said.out)[0].startswith(".gitattributes:1: warning: the merge driver is named here, but not in")
    assert "incident-tui git-setup" in lines(said.out)[0]


def test_several_paths_are_checked_at_once(run: Run, write: Callable[..., None], folder: Path) -> None:
    write(MENDED)
    (folder / "kb").mkdir()
    (folder / "kb" / "incidents.md").write_bytes(WARNED)
    said = run("check", "incidents.md", "kb/incidents.md")
    assert said.code == 0
    told = lines(said.out)
    assert told[0] == (
        "kb/incidents.md:1: note: INC-1 one is in incidents.md as well; keep it in one of them, "
        "unless both shall have it"
    )
    assert [line.partition(" ")[0] for line in told[-2:]] == ["incidents.md:", "kb/incidents.md:"]
    assert run("check", "--fix", "incidents.md", "-f", "kb").code == 0
    assert (folder / "kb" / "incidents.md").read_bytes() == MENDED


def test_a_file_that_is_not_there_is_one_line(run: Run) -> None:
    said = run("check", "nowhere.md")
    assert (said.code, said.out) == (1, "")
    assert said.err == "incident-tui: nowhere.md: there is no such file\n"


def test_nothing_of_the_file_reaches_the_terminal_raw(run: Run, write: Callable[..., None]) -> None:
    write(WARNED.replace(b"Incident", b"\x1b[31m") + b"\n\x1b]0;x\x07\n")
    assert "\x1b" not in run("check").out + run("check", "--json").out


def test_what_is_hidden_below_nearly_right_headings_is_mended_as_one_and_undone(
    run: Run, folder: Path, write: Callable[..., None]
) -> None:
    hidden = (
        b"\n##  M-2026-02-01T10:00:00Z INC-2 two\n\n- type: note\n\n### M-2026-01-01T10:00:00Z INC-3\n\n- type: note\n"
    )
    write(MENDED + hidden)
    said = run("check")
    assert said.code == 1
    assert [line.partition(" error: ")[0] for line in lines(said.out)[:2]] == ["incidents.md:9:", "incidents.md:13:"]
    assert "one of 2 entries that are hidden in INC-1 one" in said.out
    said = run("check", "--fix")
    assert (said.code, said.err) == (0, "")
    assert [line.split(": ")[1] for line in lines(said.out)[:2]] == ["mended", "mended"]
    assert [one["ref"] for one in json.loads(run("list", "--json").out)] == ["INC-1", "INC-2", "INC-3"]
    assert run("undo").code == 0
    assert (folder / "incidents.md").read_bytes() == MENDED + hidden


def test_what_says_nearly_the_same_is_a_note_and_no_fix_touches_it(run: Run, write: Callable[..., None]) -> None:
    words = " ".join(f"word{number}" for number in range(40))
    entry = "## M-2026-0{0}-01T10:00:00Z {1}\n\n- type: note\n- used: 0\n\n{2}\n\n"
    write((entry.format(3, "one", words) + entry.format(2, "two", words)).encode())
    code, out, _ = run("check", "--fix")
    assert code == 0
    assert lines(out)[0] == (
        "incidents.md:8: note: two says nearly the same as one in line 1; "
        "put them together, or keep one: the browser's review of duplicates shows both"
    )
    (finding,) = json.loads(run("check", "--json").out)
    assert (finding["code"], finding["id"], finding["mendable"]) == ("near-duplicate", "M-2026-02-01T10:00:00Z", False)
