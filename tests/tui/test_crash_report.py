"""An end that nobody foresaw: what was typed is kept, one line says where, the terminal is sane, the exit code 1."""

import re
import sys
from pathlib import Path

import pytest

from ..pty.terminal import Terminal

FAILING = """
import os, sys
{imports}
real = {owner}.{name}
def failing(*args, **named):
    if os.path.exists({flag!r}):
        raise KeyError("nobody foresaw \x1b[31m this")
    return real(*args, **named)
{owner}.{name} = failing
from incident_tui.cli import main
raise SystemExit(main([{path!r}]))
"""

PARTS = {
    "a timer": ("from incident_tui.tui.background.file_watcher import FileWatcher", "FileWatcher", "look"),
    "a key": ("from textual.widgets import TextArea", "TextArea", "_on_key"),
    "a thread": ("from incident_tui.tui.background.git_status import GitStatusWatcher", "GitStatusWatcher", "_ask"),
    "a worker": ("from incident_tui.tui.model import Model", "Model", "index"),
    "the keyboard": ("from incident_tui.tui.terminal.input_decoder import InputDecoder", "InputDecoder", "feed"),
    "the drawing": ("from incident_tui.tui.terminal.frame_diff import TerminalBuffer", "TerminalBuffer", "change"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("imports", "owner", "name"), PARTS.values(), ids=PARTS)
def test_what_was_typed_is_kept_and_one_line_says_where(
    knowledge_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, imports: str, owner: str, name: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    flag = tmp_path / "flag"
    code = FAILING.format(imports=imports, owner=owner, name=name, flag=str(flag), path=str(knowledge_base))
    with Terminal(sys.executable, "-c", code, size=(200, 30), patience=30) as terminal:
        terminal.sees("Who holds the lock")
        terminal.press(b"s")
        terminal.sees("Key Learning")
        terminal.press(b"TYPED BY HAND ")
        terminal.sees("TYPED BY HAND")
        before = knowledge_base.read_bytes()
        flag.touch()
        other = before + b"\n## M-2026-11-24T09:00:00Z INC-9999 by-another-program\n"
        knowledge_base.write_bytes(other)
        terminal.press(b"\x1b[O\x1b[Ix")
        assert terminal.ends() == 1
        assert terminal.is_sane()
        after = terminal.output[terminal.output.rindex(b"\x1b[?1049l") :].decode()
        assert "Traceback" not in terminal.output.decode("utf-8", "replace")
        lines = [line for line in re.sub(r"\x1b\[[?<>0-9;]*[a-z]", "", after).split("\r\n") if line.strip("\x07 \r")]
        assert len(lines) == 1, lines
        assert "incident-tui: it ended unexpectedly (KeyError: " in lines[0]
        assert "the files are as the last notice said" in lines[0]
    typed, details = re.findall(r"is in ([^;]*); the details are in (\S*)", lines[0])[0]
    assert "TYPED BY HAND" in Path(typed).read_text("utf-8")
    assert "Traceback" in Path(details).read_text("utf-8")
    assert Path(details).is_relative_to(tmp_path / "state")
    assert Path(details).stat().st_mode & 0o777 == 0o600
    assert knowledge_base.read_bytes() == other


def test_it_ends_as_well_where_nothing_can_be_kept(
    knowledge_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    monkeypatch.setenv("TMPDIR", "/dev/null")
    flag = tmp_path / "flag"
    imports, owner, name = PARTS["the keyboard"]
    code = FAILING.format(imports=imports, owner=owner, name=name, flag=str(flag), path=str(knowledge_base))
    code = "import tempfile; tempfile.tempdir = '/dev/null'\n" + code
    with Terminal(sys.executable, "-c", code, size=(200, 30), patience=30) as terminal:
        terminal.sees("Who holds the lock")
        terminal.press(b"/pool")
        terminal.sees("For 26 minutes")
        flag.touch()
        terminal.press(b"x")
        assert terminal.ends() == 1
        assert terminal.is_sane()
        assert "what was typed is lost (" in terminal.output.decode()
        assert "Traceback" not in terminal.output.decode()
