"""The person's own editor: which one it is, what came back, and that no text is lost whatever happens to it."""

import os
import pty
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from incident_tui import editor
from incident_tui.editor import Edited, NoChange, at_line, command, edit, with_ending_of
from incident_tui.format.errors import Refused
from incident_tui.storage.user.state_dir import state_folder

TEXT = b"## M-2025-01-05T16:00:00Z INC-1 x\r\n\r\n\xff caf\xc3\xa9\r\n"
Editor = Callable[..., Path]


@pytest.fixture(autouse=True)
def no_other_editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def set_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Make a shell script the editor; `$1` is the file."""

    def make(script: str, shell: str = "#!/bin/sh") -> Path:
        path = tmp_path / "ed"
        path.write_text(f"{shell}\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("EDITOR", str(path))
        return path

    return make


def drafts() -> list[Path]:
    return [path for path in (state_folder() / "drafts").rglob("*") if path.is_file()]


def program(folder: Path, name: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)


# Which one


@pytest.mark.parametrize(
    ("there", "variables", "words"),
    [
        (["a", "b", "vi"], {"VISUAL": "a", "EDITOR": "b"}, ["a"]),
        (["a", "b", "vi"], {"VISUAL": " ", "EDITOR": "b"}, ["b"]),
        (["code"], {"VISUAL": "code --wait"}, ["code", "--wait"]),
        (["vim"], {"EDITOR": "vim -f -c 'set ft=markdown'"}, ["vim", "-f", "-c", "set ft=markdown"]),
        (["sensible-editor", "nano", "vi"], {}, ["sensible-editor"]),
        (["nano", "vi"], {}, ["nano"]),
        (["vi"], {"VISUAL": "", "EDITOR": ""}, ["vi"]),
    ],
)
def test_the_editor_is_the_one_that_is_set_else_a_usual_one(
    there: list[str], variables: dict[str, str], words: list[str], tmp_path: Path
) -> None:
    for name in there:
        program(tmp_path / "bin", name)
    assert command({"PATH": str(tmp_path / "bin"), **variables}) == words


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({}, r"there is no editor \(sensible-editor, nano, vi\): set \$VISUAL or \$EDITOR"),
        ({"VISUAL": "gone --wait", "EDITOR": "vi"}, r"\$VISUAL names gone, which was not found"),
        ({"EDITOR": "/no/such\x1b[31m"}, r"\$EDITOR names /no/such␛\[31m, which was not found"),
        ({"EDITOR": "vi 'x"}, r"\$EDITOR has a quote that isn't closed"),
        ({"EDITOR": "''"}, r"\$EDITOR names"),
    ],
)
def test_without_an_editor_one_line_says_what_to_do(variables: dict[str, str], why: str, tmp_path: Path) -> None:
    if variables:
        program(tmp_path / "bin", "vi")
    with pytest.raises(Refused, match=why) as refused:
        command({"PATH": str(tmp_path / "bin"), **variables})
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith("nothing was changed")


# What comes back


def test_a_changed_text_comes_back_to_the_byte_and_stays_on_disk_until_it_is_discarded(set_editor: Editor) -> None:
    set_editor(r"printf 'more\377' >> $1")
    found = edit(TEXT, "INC-1")
    assert isinstance(found, Edited)
    assert found.text == found.path.read_bytes() == TEXT + b"more\xff"
    assert drafts() == [found.path]
    assert found.kept == f"your text is kept in {found.path}"
    found.discard()
    assert list((state_folder() / "drafts").iterdir()) == []


def test_the_editor_gets_its_arguments_and_the_text_in_a_private_file(
    set_editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    see = f'ls -ld "$(dirname "$3")" "$3" | cut -c 1-10 > {tmp_path}/modes; cp "$3" {tmp_path}/text'
    path = set_editor(f'echo "$1 $2" > {tmp_path}/words; {see}')
    monkeypatch.setenv("VISUAL", f"{path} --wait 'two words'")
    edit(TEXT, "INC-1")
    assert (tmp_path / "words").read_text("utf-8") == "--wait two words\n"
    assert (tmp_path / "modes").read_text("utf-8") == "drwx------\n-rw-------\n"
    assert (tmp_path / "text").read_bytes() == TEXT


def test_the_folders_that_it_makes_are_private(set_editor: Editor) -> None:
    set_editor("true")
    edit(TEXT, "INC-1")
    for folder in (state_folder(), state_folder() / "drafts"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("INC-1 orders-outage", "INC-1-orders-outage.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("-c :q!", "c-q.md"),
        ("a\x00b\nc\udcff", "a-b-c.md"),
        ("é/日本", "entry.md"),
        ("", "entry.md"),
        ("x" * 300, "x" * 60 + ".md"),
    ],
)
def test_the_files_name_is_safe_and_says_what_it_holds(name: str, file: str, set_editor: Editor) -> None:
    set_editor("echo >> $1")
    found = edit(TEXT, name)
    assert isinstance(found, Edited)
    assert found.path.name == file
    assert found.path.parent.parent == state_folder() / "drafts"


def test_an_editor_that_writes_by_rename_works(set_editor: Editor) -> None:
    set_editor('echo new > "$1.tmp"; mv "$1.tmp" "$1"; touch "$1~"')
    found = edit(TEXT, "INC-1")
    assert isinstance(found, Edited)
    assert found.text == b"new\n"
    found.discard()
    assert drafts() == []


@pytest.mark.parametrize("script", ["true", "touch $1", 'cp $1 $1~; mv $1~ $1; echo x > "$1.bak"'])
def test_a_text_that_was_left_as_it_was_is_no_change(script: str, set_editor: Editor) -> None:
    set_editor(script)
    assert edit(TEXT, "INC-1") == NoChange("ed left the text as it was; nothing was changed", failed=False)
    assert list((state_folder() / "drafts").iterdir()) == []


@pytest.mark.parametrize("text", [b"no newline", b"no\r\nnewline", b"a\r", b"\xff"])
def test_a_line_end_that_the_editor_adds_is_no_change(text: bytes, set_editor: Editor) -> None:
    set_editor("echo >> $1")
    assert isinstance(edit(text, "INC-1"), NoChange)
    set_editor("echo . >> $1")
    found = edit(text, "INC-1")
    assert isinstance(found, Edited)
    assert found.text == text + b"."


@pytest.mark.parametrize(
    ("original", "text", "ended"),
    [
        (b"a", b"a\n", b"a"),
        (b"a\r\nb", b"a\r\nb\r\n", b"a\r\nb"),
        (b"a\r", b"a\r\n", b"a\r"),
        (b"a", b"a\n\n", b"a\n"),
        (b"a", b"b", b"b"),
        (b"a", b"b\r", b"b\r"),
        (b"a\n", b"a\n", b"a\n"),
        (b"a\n", b"a", b"a"),
        (b"a\n", b"a\n\n", b"a\n\n"),
        (b"", b"a\n", b"a\n"),
    ],
)
def test_only_the_line_end_that_an_editor_adds_is_taken_off(original: bytes, text: bytes, ended: bytes) -> None:
    assert with_ending_of(original, text) == ended


# What goes wrong


@pytest.mark.parametrize(
    ("script", "how"),
    [("exit 1", "ed exited with 1"), ("exit 127", "ed exited with 127"), ("kill -9 $$", "ed was ended by signal 9")],
)
def test_an_editor_that_fails_changes_nothing(script: str, how: str, set_editor: Editor) -> None:
    set_editor(script)
    assert edit(TEXT, "INC-1") == NoChange(f"{how}; nothing was changed", failed=True)
    assert list((state_folder() / "drafts").iterdir()) == []


@pytest.mark.parametrize("script", ["echo more >> $1", "echo more > $(dirname $1)/.INC-1.md.swp"])
def test_what_an_editor_that_fails_has_saved_stays(script: str, set_editor: Editor) -> None:
    set_editor(f"{script}; exit 1")
    found = edit(TEXT, "INC-1")
    assert isinstance(found, NoChange)
    (folder,) = (state_folder() / "drafts").iterdir()
    assert found.failed
    assert found.reason == f"ed exited with 1; nothing was changed, what it left is in {folder}"
    assert any(b"more" in path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize("script", ["rm $1", "rm $1; mkdir $1", "rm -r $(dirname $1)", "rm $1; exit 1"])
def test_a_file_that_is_gone_afterwards_is_refused(script: str, set_editor: Editor) -> None:
    set_editor(script)
    with pytest.raises(Refused, match=r"INC-1\.md can't be read after editing: .*; nothing was changed"):
        edit(TEXT, "INC-1")


def test_an_editor_that_cannot_be_started_is_refused(set_editor: Editor) -> None:
    set_editor("true", shell="#!/no/such/shell")
    with pytest.raises(Refused, match="ed can't be started: no such file or directory; nothing was changed"):
        edit(TEXT, "INC-1")
    assert drafts() == []


def test_without_a_home_the_text_is_edited_where_temporary_files_are(
    set_editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_editor("echo more >> $1")
    monkeypatch.setenv("XDG_STATE_HOME", os.devnull)
    found = edit(TEXT, "INC-1")
    assert isinstance(found, Edited)
    assert found.path.parent.parent == tmp_path
    assert stat.S_IMODE(found.path.parent.stat().st_mode) == 0o700
    assert found.text == TEXT + b"more\n"


def test_without_any_place_for_its_file_it_is_refused(set_editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    set_editor("echo more >> $1")
    monkeypatch.setenv("XDG_STATE_HOME", os.devnull)
    monkeypatch.setattr(tempfile, "tempdir", os.devnull)
    with pytest.raises(Refused, match="there is no place for a draft: not a directory; nothing was changed"):
        edit(TEXT, "INC-1")


def test_a_disk_that_is_full_leaves_no_half_written_file(set_editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    set_editor("echo more >> $1")
    monkeypatch.setattr(editor, "replace_private", full)
    with pytest.raises(Refused, match="no space left on device"):
        edit(TEXT, "INC-1")
    assert list((state_folder() / "drafts").iterdir()) == []


# Keys and crashes

RUN = "from incident_tui.editor import edit; print(edit(b'text', 'INC-1'))"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
def test_a_key_that_interrupts_is_the_editors(number: signal.Signals, set_editor: Editor) -> None:
    name = number.name.removeprefix("SIG")
    set_editor(f"trap 'echo caught >> $1' {name}; kill -{name} $PPID $$; echo more >> $1")
    run = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert "textcaught" in run.stdout
    assert "more" in run.stdout


def test_afterwards_an_interrupt_means_what_it_did(set_editor: Editor) -> None:
    set_editor("true")
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGQUIT)]
    edit(TEXT, "INC-1")
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGQUIT)] == before


def test_a_crash_while_the_editor_runs_leaves_its_text_on_disk(set_editor: Editor) -> None:
    set_editor("echo more >> $1; kill -9 $PPID")
    run = subprocess.run([sys.executable, "-c", RUN], capture_output=True)
    assert run.returncode == -signal.SIGKILL
    (left,) = drafts()
    assert left.read_bytes() == b"textmore\n"


def test_the_editor_has_the_terminal(set_editor: Editor, tmp_path: Path) -> None:
    set_editor(f"test -t 0 && test -t 1 && test -t 2 && read word && echo $word > {tmp_path}/said; echo more >> $1")
    terminal, inside = pty.openpty()
    run = subprocess.Popen([sys.executable, "-c", RUN], stdin=inside, stdout=inside, stderr=inside)
    os.close(inside)
    os.write(terminal, b"hello\n")
    assert run.wait(timeout=30) == 0
    output = b""
    with suppress(OSError):  # the end, on Linux
        while part := os.read(terminal, 1024):
            output += part
    os.close(terminal)
    assert (tmp_path / "said").read_text("utf-8") == "hello\n"
    assert b"textmore" in output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["/usr/bin/vim", "-n"], ["/usr/bin/vim", "-n", "+7", "a.md"]),
        (["code", "--wait"], ["code", "--wait", "--goto", "a.md:7"]),
        (["hx"], ["hx", "a.md:7"]),
        (["strange"], ["strange", "a.md"]),
    ],
)
def test_a_file_is_opened_at_a_line_as_the_editor_takes_it(words: list[str], expected: list[str]) -> None:
    assert at_line(words, Path("a.md"), 7) == expected
