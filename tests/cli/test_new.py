"""`new` and `edit`: a text becomes an entry, or it is kept and said where."""

import io
import os
import re
import shlex
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from incident_tui import clock
from incident_tui.format.model.document import Document

from .conftest import ROOT, Content, Program, Run, Said

Editor = Callable[[str], None]
TypeIn = Callable[[str | bytes], None]

POOL = "INC-2187 orders-api-connection-pool-exhausted"
NEXT = b"## M-2026-11-18T09:12:40Z INC-2187 "
"""The newest entry of the sample, before which a new one goes."""
BODY = "**Summary**\n\nIt broke.\n"


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> TypeIn:
    """Put a text on standard input."""

    def put(text: str | bytes) -> None:
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return put


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Make a line of shell the editor; `$1` is the file."""

    def make(script: str) -> None:
        path = tmp_path / "ed"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", str(path))

    return make


def put_in(before: bytes, after: bytes) -> bytes:
    """What stands before the newest entry of the sample now; all else is as it was."""
    at = before.index(NEXT)
    length = len(after) - len(before)
    assert after[:at] + after[at + length :] == before
    return after[at : at + length]


def kept(said: Said) -> bytes:
    """The text that a refusal says is kept."""
    assert said.err.count("\n") == 1
    return Path(said.err.rstrip("\n").partition("; your text is kept in ")[2]).read_bytes()


def drafts() -> list[Path]:
    return [path for path in Path.home().rglob("drafts/**/*") if path.is_file()]


# new, from standard input


def test_a_body_becomes_an_entry_whose_id_is_printed(run: Run, content: Content, type_in: TypeIn) -> None:
    before = content()
    start = clock.now().replace(microsecond=0)
    type_in(f"\n{BODY}\n\n")
    said = run("new", "--title", "orders api outage", "--ref", "INC-2300", "--tag", "orders", "--tag", " api ")
    assert said.code == 0
    assert said.err == "incident-tui: created INC-2300 orders api outage: wrote incidents.md\n"
    timestamp = said.out.removeprefix("M-").rstrip("\n")
    assert start <= datetime.fromisoformat(timestamp) <= clock.now()
    after = content()
    assert put_in(before["incidents.md"], after.pop("incidents.md")).decode() == (
        f"## M-{timestamp} INC-2300 orders api outage\n"
        "\n"
        "- type: incident\n"
        "- tags: orders, api\n"
        "- used: 0\n"
        "- pinned: false\n"
        "- schema_version: 1\n"
        "\n"
        f"{BODY}"
        "\n---\n\n"
    )
    del before["incidents.md"]
    assert after == before
    assert run("show", said.out.strip(), "--json").code == 0


def test_a_reference_in_use_is_warned_of(run: Run, type_in: TypeIn) -> None:
    type_in(BODY)
    said = run("new", "--title", "again", "--ref", "INC-2187")
    assert said.code == 0
    assert said.out.startswith("M-")
    assert f"  INC-2187 is the reference of {POOL} already\n" in said.err
    assert "has the reference of INC-2187" in run("check").out


def test_undo_takes_a_new_entry_out_again(run: Run, content: Content, type_in: TypeIn) -> None:
    before = content()
    type_in(BODY)
    assert run("new", "--title", "x").code == 0
    assert content() != before
    run("undo")
    assert content() == before


def test_a_type_beats_that_of_the_template(run: Run, type_in: TypeIn) -> None:
    type_in(BODY)
    ident = run("new", "--title", "x", "--type", "pattern").out.strip()
    assert "\n- type: pattern\n- tags:\n" in run("show", ident, "--raw").out


def test_two_in_one_second_have_ids_of_their_own(run: Run, type_in: TypeIn) -> None:
    found = []
    for _ in range(3):
        type_in(BODY)
        found.append(run("new", "--title", "x").out)
    assert len(set(found)) == 3
    assert not any("#" in ident for ident in found)


def test_a_whole_entry_is_taken_as_it_is_and_put_where_the_order_wants_it(
    run: Run, content: Content, type_in: TypeIn
) -> None:
    before = content()["incidents.md"]
    entry = b"## M-2026-11-10T00:00:00Z INC-2182 x\n\n- owner: me\n- used: 3\n\nText \xff \x1b[31m.\n"
    type_in(b"\xef\xbb\xbf\n" + entry.replace(b"\n", b"\r\n") + b"\n---\n\n")
    assert run("new") == (
        0,
        "M-2026-11-10T00:00:00Z\n",
        "incident-tui: created INC-2182 x: wrote incidents.md\n",
    )
    at = before.index(b"## M-2026-11-09T02:41:05Z")
    assert content()["incidents.md"] == before[:at] + entry + b"\n---\n\n" + before[at:]


def test_a_twin_gets_the_number_that_its_place_has(run: Run, type_in: TypeIn) -> None:
    type_in("## M-2026-11-09T02:41:05Z another\n")
    assert run("new").out == "M-2026-11-09T02:41:05Z#2\n"
    assert run("show", "M-2026-11-09T02:41:05Z#2", "--raw").out == "## M-2026-11-09T02:41:05Z another\n"


def test_an_entry_that_is_there_already_is_refused(run: Run, content: Content, type_in: TypeIn) -> None:
    before = content()
    type_in(run("show", "INC-2187", "--raw").out)
    said = run("new")
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert said.err.startswith(f"incident-tui: {POOL}: an entry of this timestamp and heading is in this file already;")
    assert content() == before


def test_the_bare_template_gets_its_first_entry_after_it(run: Run, folder: Path, type_in: TypeIn) -> None:
    template = (
        b"# Incidents\r\n\r\n<!-- ## Example\r\n\r\n## M-YYYY-MM-DDTHH:MM:SSZ REF slug\r\n\r\n- type: incident\r\n-->"
    )
    (folder / "incidents.md").write_bytes(template)
    type_in("one\ntwo\n")
    assert run("new", "--title", "x").code == 0
    now = (folder / "incidents.md").read_bytes()
    assert now.startswith(template)
    (entry,) = Document.parse(now).entries
    assert entry.raw.endswith(b"\r\n\r\none\r\ntwo\r\n")
    assert now.count(b"\n") == now.count(b"\r\n")


@pytest.mark.parametrize(
    ("text", "argv", "code", "reason"),
    [
        ("", ["--title", "x"], 1, "there is no text on standard input"),
        (" \n\n", ["--title", "x"], 1, "there is no text on standard input"),
        (BODY, [], 2, "a new entry needs a --title or a --ref"),
        (BODY, ["--title", " "], 2, "a new entry needs a --title or a --ref"),
        ("## M-2026-11-10T00:00:00Z a\n", ["--tag", "x"], 2, "the text has a heading of its own"),
        (BODY, ["--title", "a\nb"], 1, "a heading is one line"),
        (BODY, ["--title", "x (summarized)"], 1, "a title can't end in (summarized)"),
        (BODY, ["--ref", "inc 1"], 1, "'inc 1' is not a reference"),
        (BODY, ["--title", "x", "--tag", "a,b"], 1, "'a,b' is not a tag: a comma separates tags"),
        (BODY, ["--title", "x", "--type", "a\n- used: 9"], 1, "'a - used: 9' is not a type"),
        (BODY, ["--title", "x", "--type", ""], 1, "'' is not a type"),
        (f"{BODY}\n## M-2026-11-10T00:00:00Z a\n", ["--title", "x"], 1, "the text must be one entry"),
        (f"{BODY}\n##  M-2026-11-10T00:00:00Z a\n", ["--title", "x"], 1, "a has 2 spaces after the #, so that"),
        (f"{BODY}\n ## M-2026-11-10T00:00:00Z a\n", ["--title", "x"], 1, "a is indented, so that"),
        (f"{BODY}## M-2026-11-10T00:00:00Z b\n".replace("\n##", "##"), ["--title", "x"], 1, "is glued to the line"),
        (f"{BODY}\n<!-- x\n", ["--title", "x"], 1, "opens a comment or a code block that is never closed"),
        (f"{BODY}\n```\n", ["--title", "x"], 1, "opens a comment or a code block that is never closed"),
        (BODY, ["--title", "x", "word"], 2, "new takes no arguments: 'word'"),
    ],
)
def test_what_is_no_new_entry_is_refused_in_one_line(
    run: Run, content: Content, type_in: TypeIn, text: str, argv: list[str], code: int, reason: str
) -> None:
    before = content()
    type_in(text)
    said = run("new", *argv)
    assert (said.code, said.out, said.err.count("\n")) == (code, "", 1)
    assert reason in said.err
    assert content() == before
    assert run("log").out == ""


def test_a_program_without_standard_input_has_no_text(program: Program) -> None:
    done = program("new", "--title", "x", preexec_fn=lambda: os.close(0))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"incident-tui: there is no text on standard input; nothing was written\n"


def test_standard_output_is_the_id_alone(program: Program) -> None:
    done = program("new", "--title", "x", input=BODY.encode())
    assert done.returncode == 0
    assert re.fullmatch(rb"M-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n", done.stdout)


# new, in the editor


def test_the_editor_opens_on_the_files_own_template(run: Run, content: Content, editor: Editor, tmp_path: Path) -> None:
    before = content()["incidents.md"]
    editor(f'cp "$1" {tmp_path}/seen; sed -i "s/^What users noticed.*/It broke./" "$1"')
    said = run("new", "--editor", "--ref", "INC-2300", "--title", "x", "--tag", "a", "--tag", "b")
    assert (said.code, said.err) == (0, "incident-tui: created INC-2300 x: wrote incidents.md\n")
    seen = (tmp_path / "seen").read_bytes()
    assert seen.startswith(f"## {said.out.strip()} INC-2300 x\n\n- type: incident\n- tags: a, b\n".encode())
    assert b"\n**Learnings**\n\n- The one thing that the next person on call should know comes first.\n" in seen
    new = seen.replace(b"What users noticed, for how long, and what made it stop. Two sentences.", b"It broke.")
    assert put_in(before, content()["incidents.md"]) == new + b"\n---\n\n"
    assert drafts() == []


def test_a_terminal_on_standard_input_opens_the_editor(
    run: Run, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    editor('echo more >> "$1"')
    assert "\nmore\n" in run("show", run("new", "--title", "x").out.strip(), "--raw").out


@pytest.mark.parametrize(
    ("script", "reason"), [("true", "ed left the text as it was"), ("exit 3", "ed exited with 3"), ("kill -9 $$", "9")]
)
def test_a_template_that_comes_back_as_it_was_is_no_entry(
    run: Run, content: Content, editor: Editor, script: str, reason: str
) -> None:
    before = content()
    editor(script)
    said = run("new", "--editor", "--title", "x")
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert reason in said.err
    assert (content(), drafts()) == (before, [])


def test_a_new_text_that_cannot_be_used_is_kept(run: Run, content: Content, editor: Editor) -> None:
    before = content()
    editor('echo "no heading" > "$1"')
    said = run("new", "--editor", "--title", "x")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("incident-tui: the text must be one entry, but it has no heading")
    assert kept(said) == b"no heading\n"
    assert content() == before


# edit


def test_an_edited_entry_is_put_back_and_nothing_else_changes(run: Run, content: Content, editor: Editor) -> None:
    before = content()
    editor('sed -i "s/For 26 minutes/For 27 minutes/" "$1"')
    assert run("edit", "INC-2187") == (0, f"edited {POOL}: wrote incidents.md\n", "")
    now = before["incidents.md"].replace(b"For 26 minutes", b"For 27 minutes")
    assert content() == before | {"incidents.md": now}
    assert drafts() == []
    run("undo")
    assert content() == before


@pytest.mark.slow
def test_what_others_write_meanwhile_is_merged(run: Run, content: Content, editor: Editor) -> None:
    before = content()["incidents.md"]
    program = f"{shlex.quote(sys.executable)} -m incident_tui"
    other = f"{program} pin INC-2187 && {program} helped INC-2180"
    editor(f'sed -i "s/For 26 minutes/For 27 minutes/" "$1"; export PYTHONPATH={shlex.quote(str(ROOT))}; {other} >&2')
    assert run("edit", "INC-2187").code == 0
    now = content()["incidents.md"].split(b"\n")
    changed = [new for old, new in zip(before.split(b"\n"), now, strict=False) if old != new]
    assert changed[0] == b"- pinned: true"
    assert changed[1].startswith(b"For 27 minutes")
    assert changed[2] == b"- used: 1"


def test_a_section_that_both_changed_is_refused_and_the_text_is_kept(
    run: Run, content: Content, editor: Editor
) -> None:
    editor('sed -i "s/For 26 minutes/For 27 minutes/" "$1" && sed -i "s/For 26 minutes/For 28 minutes/" incidents.md')
    said = run("edit", "INC-2187")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"incident-tui: {POOL}: someone else changed the section Summary in the meantime;")
    assert b"For 27 minutes" in kept(said)
    assert b"For 28 minutes" in content()["incidents.md"]
    assert b"For 27 minutes" not in content()["incidents.md"]


def test_a_text_left_as_it_was_is_told_and_nothing_is_written(run: Run, content: Content, editor: Editor) -> None:
    before = content()
    editor("true")
    assert run("edit", "INC-2187") == (0, "ed left the text as it was; nothing was changed\n", "")
    assert (content(), drafts(), run("log").out) == (before, [], "")


def test_an_editor_that_fails_is_told_and_nothing_is_written(run: Run, content: Content, editor: Editor) -> None:
    before = content()
    editor("exit 3")
    assert run("edit", "INC-2187") == (1, "", "incident-tui: ed exited with 3; nothing was changed\n")
    editor('echo more >> "$1"; exit 3')
    said = run("edit", "INC-2187")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert [path.read_bytes().endswith(b"more\n") for path in drafts()] == [True]
    assert content() == before


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (': > "$1"', "it has no heading like"),
        ('cat "$1" "$1" > both; cat both > "$1"; rm both', "it has 2 headings like"),
        ('echo "##  M-2026-01-01T00:00:00Z y" >> "$1"', "y has 2 spaces after the #"),
        ('echo "<!-- x" >> "$1"', "opens a comment or a code block"),
    ],
)
def test_an_edited_text_that_cannot_be_used_is_kept(
    run: Run, content: Content, editor: Editor, script: str, reason: str
) -> None:
    before = content()
    editor(script)
    said = run("edit", "INC-2187")
    assert (said.code, said.out) == (1, "")
    assert reason in said.err
    kept(said)
    assert content() == before


def test_what_was_nearly_a_heading_before_does_not_stop_an_edit(run: Run, folder: Path, editor: Editor) -> None:
    (folder / "near.md").write_bytes(b"## M-2025-01-01T00:00:00Z INC-1 x\n\n##  M-2025-01-02T00:00:00Z INC-2 y\n")
    editor('echo more >> "$1"')
    assert run("-f", "near.md", "edit", "INC-1").code == 0


def test_what_cannot_be_changed_is_refused_before_the_editor_opens(
    run: Run, folder: Path, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor("touch opened")
    assert run("edit", "INC-9999999").code == 2
    assert run("edit").code == 2
    entry = b"## M-2025-01-01T00:00:00Z INC-1 x\n\n<<<<<<< a\n=======\n>>>>>>> b\n"
    (folder / "marked.md").write_bytes(entry)
    said = run("-f", "marked.md", "edit", "INC-1")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "resolve git's conflict" in said.err
    monkeypatch.setattr("os.access", lambda *_: False)
    for argv in (["edit", "INC-2187"], ["new", "--editor", "--title", "x"]):
        assert run(*argv) == (1, "", "incident-tui: incidents.md can't be changed: you may only read it\n")
    assert not (folder / "opened").exists()


@pytest.mark.parametrize("argv", [["edit", "INC-2187"], ["new", "--editor", "--title", "x"]], ids=" ".join)
def test_an_editor_of_the_terminal_is_not_started_without_one(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, type_in: TypeIn, argv: list[str]
) -> None:
    vim = tmp_path / "vim"
    vim.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(folder / 'opened'))}\n", encoding="utf-8")
    vim.chmod(0o755)
    monkeypatch.setenv("VISUAL", f"{shlex.quote(str(vim))} -n")
    type_in("")
    message = "incident-tui: vim needs a terminal, and standard input is none; nothing was changed\n"
    assert run(*argv) == (2, "", message)
    assert (drafts(), (folder / "opened").exists()) == ([], False)


def test_without_an_editor_it_says_what_to_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor --wait")
    monkeypatch.delenv("VISUAL", raising=False)
    said = run("edit", "INC-2187")
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "$EDITOR names no-such-editor" in said.err


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_text_in_another_encoding_is_read_by_its_mark(run: Run, folder: Path, type_in: TypeIn, codec: str) -> None:
    type_in("\ufeffx Störung\r\n".encode(codec))
    ident = run("new", "--title", "t").out.strip()
    assert run("show", ident, "--raw").out.endswith("\n\nx Störung\n")
    type_in("\ufeff## M-2026-11-20T00:00:00Z INC-7 whole\n".encode(codec))
    assert run("new").code == 0
    before = (folder / "incidents.md").read_bytes()
    assert b"\0" not in before
    for text, reason in (("It ran dry.\n".encode(codec), "convert it: iconv"), (b"\xff\xfea", "UTF-16, but isn't")):
        type_in(text)
        said = run("new", "--title", "t")
        assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
        assert reason in said.err
    assert (folder / "incidents.md").read_bytes() == before


def test_a_file_that_is_not_text_takes_no_entry(run: Run, folder: Path, type_in: TypeIn) -> None:
    path = folder / "utf16.md"
    path.write_bytes("# Incidents\n".encode("utf-16"))
    before = path.read_bytes()
    type_in(b"It broke.\n")
    said = run("new", "-f", "utf16.md", "--title", "foo")
    assert said == (1, "", "incident-tui: utf16.md: it is UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8\n")
    assert path.read_bytes() == before


# Metadata that can't be read


@pytest.mark.parametrize(
    ("value", "more"), [("maybe", ""), ("maybe\n- used: many", " (and 1 more warning)"), ("true", "")]
)
def test_what_check_warns_of_is_said_of_what_was_written(
    run: Run, type_in: TypeIn, editor: Editor, value: str, more: str
) -> None:
    type_in(f"## M-2026-11-20T16:00:00Z INC-9 odd\n\n- type: incident\n- pinned: {value}\n\nText.\n")
    made = run("new")
    why = "`pinned` is neither true nor false: maybe; the entry counts as not pinned; write true or false"
    if more:
        why = "`used` is not a number: many; it counts as 0; write a number"
    warned = value != "true"
    assert made.out == "M-2026-11-20T16:00:00Z\n"
    assert made.err.splitlines()[1:] == ([f"  {why}{more}"] if warned else [])
    editor("echo more >> $1")
    edited = run("edit", "INC-9")
    assert (edited.code, edited.err) == (0, f"incident-tui: {why}{more}\n" if warned else "")
