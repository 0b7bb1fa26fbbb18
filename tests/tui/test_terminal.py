"""The browser in a real terminal."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from incident_tui.storage.disk.lock import locked
from incident_tui.storage.user.left_draft import take_left_draft
from incident_tui.storage.user.state_dir import state_folder

from ..pty.terminal import PATIENCE, Terminal

POOL = b"INC-2187 orders-api-connection-pool-exhausted"
MAIL = b"INC-2180 ticket-mail-backlog-poison-message"
GONE = b"INC-2174 wildcard-certificate-expired-at-the-doors"


BROWSES = (
    "from pathlib import Path; from incident_tui.storage.knowledge_base import KnowledgeBase; "
    "from incident_tui.storage.library import Library; from incident_tui.tui.start import run; "
    "raise SystemExit(run(Library([KnowledgeBase(Path(PATH))])MORE))"
)


@contextmanager
def browsing(path: Path, *, latency: float = 0.0, options: str = "") -> Iterator[Terminal]:
    code = BROWSES.replace("PATH", repr(str(path))).replace("MORE", options)
    terminal = Terminal(sys.executable, "-c", code, latency=latency)
    try:
        yield terminal
    finally:
        terminal.close()


def entries(path: Path) -> list[bytes]:
    return [
        line.partition(b" ")[2].partition(b" ")[2] for line in path.read_bytes().splitlines() if line[:5] == b"## M-"
    ]


@pytest.mark.slow
def test_two_quick_a_on_a_lagging_line_archive_one_incident(knowledge_base: Path) -> None:
    """The first screen, two keys in one write, the answer half a second later, a third key, and the way out."""
    archive = knowledge_base.parent / "archive" / knowledge_base.name
    with browsing(knowledge_base, latency=0.5) as terminal:
        terminal.sees("25 entries · 4 pinned · 8 archived")
        terminal.sees("INC-2187 orders-api")
        terminal.sees("Who holds the lock")
        terminal.press(b"jjjj")
        terminal.sees("For 26 minutes")
        terminal.press(b"aa")
        terminal.sees("a was dropped")
        assert POOL not in entries(knowledge_base)
        assert POOL in entries(archive)
        assert MAIL in entries(knowledge_base)
        terminal.answers(1)
        terminal.press(b"a")
        terminal.sees("archived INC-2180")
        assert MAIL not in entries(knowledge_base)
        assert GONE in entries(knowledge_base)
        terminal.press(b"q")
        assert terminal.ends() == 0
        assert terminal.is_sane()


@pytest.mark.slow
def test_at_rest_not_a_byte_is_sent(knowledge_base: Path) -> None:
    with browsing(knowledge_base) as terminal:
        terminal.sees("Who holds the lock")
        terminal.rests(2.0)
        terminal.press(b"/pool")
        terminal.sees("For 26 minutes")
        terminal.rests(2.0)
        terminal.press(b"\x03")
        terminal.sees("› search")
        terminal.press(b"\x03")
        assert terminal.ends() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_a_sane_terminal(knowledge_base: Path, number: signal.Signals) -> None:
    with browsing(knowledge_base) as terminal:
        terminal.sees("Who holds the lock")
        terminal.process.send_signal(number)
        assert terminal.ends() == 128 + number
        assert terminal.is_sane()


@pytest.mark.parametrize("way", ["SIGTERM", "SIGHUP", "SIGINT", "no terminal"])
def test_what_was_not_written_is_kept_and_said_at_the_next_start(knowledge_base: Path, way: str) -> None:
    before = knowledge_base.read_bytes()
    with browsing(knowledge_base) as terminal:
        terminal.sees("Who holds the lock")
        terminal.press(b"sTYPED BY HAND ")
        terminal.sees("TYPED BY HAND")
        if way == "no terminal":
            os.close(terminal.slave)
            os.close(terminal.master)
            terminal.master, terminal.slave = os.open(os.devnull, os.O_RDONLY), os.open(os.devnull, os.O_RDONLY)
            assert terminal.process.wait(timeout=PATIENCE) == 128 + signal.SIGHUP
        else:
            terminal.process.send_signal(signal.Signals[way])
            assert terminal.ends() == 128 + signal.Signals[way]
            assert terminal.is_sane()
            assert "what was typed and not written is in /" in terminal.output.decode()
    (draft,) = state_folder().glob("drafts/*/*")
    assert "TYPED BY HAND" in draft.read_text("utf-8")
    with browsing(knowledge_base) as terminal:
        terminal.sees(f"typed, not written: ~/state/incident-tui/drafts/{draft.parent.name}/")
        terminal.press(b"q")
        assert terminal.ends() == 0
        assert "what was typed" not in terminal.output.decode()
    assert take_left_draft() is None
    assert knowledge_base.read_bytes() == before


@pytest.mark.parametrize(
    ("keys", "title"),
    [
        (b"\rirestarted the pool", "# Timeline of who-blocks-whom, "),
        (b"\x10match an alert\rrestarted the pool", "# Text of an alert, "),
    ],
)
def test_a_line_or_a_text_that_was_begun_is_kept_at_a_signal(knowledge_base: Path, keys: bytes, title: str) -> None:
    with browsing(knowledge_base) as terminal:
        terminal.sees("Who holds the lock")
        terminal.press(keys)
        terminal.sees("restarted the pool")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ends() == 128 + signal.SIGTERM
    (draft,) = state_folder().glob("drafts/*/*")
    assert draft.read_text("utf-8").startswith(title)
    assert "restarted the pool" in draft.read_text("utf-8")
    assert take_left_draft() == draft


@pytest.mark.parametrize(
    ("keys", "text"), [(b"sTYPED BY HAND \x1b", "TYPED BY HAND"), (b"ca-title\x1b", "a-title")], ids=["summary", "new"]
)
def test_who_quits_is_told_where_drafts_are(knowledge_base: Path, keys: bytes, text: str) -> None:
    with browsing(knowledge_base) as terminal:
        terminal.sees("Who holds the lock")
        terminal.press(keys[:-1])
        terminal.sees(text)
        terminal.press(keys[-1:])
        terminal.sees("Who holds the lock")
        terminal.press(b"q")
        assert terminal.ends() == 0
        assert "what was typed and not written is in /" in terminal.output.decode()
    (draft,) = state_folder().glob("drafts/*/*")
    assert text in draft.read_text("utf-8")
    assert take_left_draft() is None


def test_a_form_that_was_only_looked_at_leaves_no_draft(knowledge_base: Path) -> None:
    with browsing(knowledge_base) as terminal:
        terminal.sees("Who holds the lock")
        terminal.press(b"s")
        terminal.sees("Key Learning")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ends() == 128 + signal.SIGTERM
    assert not list(state_folder().glob("drafts/*"))


SENDS_ITSELF = """
import os, signal
fsync = os.fsync
def sends(descriptor):
    os.kill(os.getpid(), signal.SIGNAL)
    fsync(descriptor)
os.fsync = sends
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP"])
def test_a_signal_while_a_key_is_written_finds_the_change_whole(knowledge_base: Path, name: str) -> None:
    """It comes at each fsync of the move: in the middle of the archive's text, too."""
    archive = knowledge_base.parent / "archive" / knowledge_base.name
    code = SENDS_ITSELF.replace("SIGNAL", name) + BROWSES.replace("PATH", repr(str(knowledge_base))).replace("MORE", "")
    with closing(Terminal(sys.executable, "-c", code)) as terminal:
        terminal.sees("Who holds the lock")
        terminal.press(b"jjjj")
        terminal.sees("For 26 minutes")
        terminal.press(b"a")
        if name == "SIGTSTP":
            os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED | os.WNOWAIT)
        else:
            terminal.ends()
        assert POOL in entries(archive)
        assert POOL not in entries(knowledge_base)
        with locked(knowledge_base, archive, timeout=0):
            pass
        if name == "SIGTSTP":
            terminal.process.send_signal(signal.SIGCONT)
            terminal.sees("archived INC-2187")
            terminal.press(b"q")
            assert terminal.ends() == 0


def test_without_mouse_the_terminal_keeps_it(knowledge_base: Path) -> None:
    with browsing(knowledge_base, options=", mouse=False") as terminal:
        terminal.sees("Who holds the lock")
        terminal.press(b"q")
        assert terminal.ends() == 0
        for code in (1000, 1002, 1003, 1006, 1015):
            assert b"\x1b[?%dh" % code not in terminal.output
        assert terminal.is_sane()


@pytest.mark.slow
def test_hostile_text_reaches_the_terminal_as_text(tmp_path: Path) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(
        b"## M-2026-01-05T16:00:00Z INC-1 one \x1b]0;owned\x07 \x1b[2J\n\n- tags: \x1b[?1003h\n- used: 0\n\n"
        b"**Summary**\n\nText \x1b]52;c;b3duZWQ=\x07 and \xc2\x9b31m more.\n\nThe end.\n"
    )
    with browsing(path) as terminal:
        terminal.sees("The end.")
        terminal.press(b"p")
        terminal.sees("pinned INC-1 one")
        terminal.press(b"q")
        assert terminal.ends() == 0
        assert b"owned\x07" not in terminal.output
        assert b"\x1b]52" not in terminal.output
        assert b"\xc2\x9b" not in terminal.output
        assert "␛]0;owned␇" in terminal.output.decode()


def test_a_line_that_drops_without_a_signal_leaves_no_process_behind(knowledge_base: Path) -> None:
    with browsing(knowledge_base) as terminal:
        terminal.sees("Who holds the lock")
        os.close(terminal.slave)
        os.close(terminal.master)
        terminal.master, terminal.slave = os.open(os.devnull, os.O_RDONLY), os.open(os.devnull, os.O_RDONLY)
        assert terminal.process.wait(timeout=PATIENCE) == 128 + signal.SIGHUP
