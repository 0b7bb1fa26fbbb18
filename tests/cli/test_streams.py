"""As a program of its own: pipes, terminals, signals, and what is imported."""

import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from incident_tui.cli.parser import COMMANDS

from .conftest import Program, Run

ROOT = Path(__file__).parents[2]
HEAVY = ("textual", "rich", "mistletoe", "rapidfuzz", "asyncio")

IMPORTED = f"""
import sys
from incident_tui.cli import main
code = main(sys.argv[1:])
print(*(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)
sys.exit(code)
"""


def imported(*argv: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", IMPORTED, *argv], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def on_terminal(*argv: str, columns: int = 60, env: Mapping[str, str] | None = None) -> str:
    """What a terminal of some width is sent."""
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    environment |= {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "PYTHONUTF8": "1", **(env or {})}
    child = subprocess.Popen(
        [sys.executable, "-m", "incident_tui", *argv], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    sent = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            data = os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
        sent += data
    os.close(ours)
    assert child.wait(30) == 0, sent
    return sent.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "argv",
    [
        ["list"],
        ["list", "--json", "--all", "--sort", "used"],
        ["list", "--items"],
        ["pin", "INC-2187"],
        ["helped", "inc-2187"],
        ["tag", "INC-2187", "--add", "x"],
        ["tag", "--rename", "kafka", "queue"],
        ["done", "INC-2187", "3"],
        ["summarize", "INC-2187"],
        ["archive", "INC-2187"],
        ["restore", "INC-2041"],
        ["log"],
        ["show", "INC-2187", "--raw"],
        ["show", "INC-2187", "--json"],
        ["--version"],
        ["--help"],
    ],
)
def test_a_command_imports_nothing_heavy(folder: Path, argv: list[str]) -> None:
    assert imported(*argv) == set()


def test_a_query_imports_the_search_and_a_rendering_the_renderer(folder: Path) -> None:
    assert imported("list", "pool") == {"rapidfuzz"}
    assert imported("show", "INC-2187") == {"rich", "mistletoe"}


def test_the_console_script_itself_imports_nothing() -> None:
    code = "import sys; old = set(sys.modules); import incident_tui.cli; print(*sorted(set(sys.modules) - old))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"incident_tui", "incident_tui.cli", "collections", "collections.abc"} | {
        name for name in done.stdout.split() if name.partition(".")[0] in sys.stdlib_module_names
    }
    assert "argparse" not in done.stdout.split()


def test_help_and_version_are_printed_and_done(program: Program) -> None:
    assert re.fullmatch(rb"incident-tui \d+\.\d+\.\d+\n", program("--version").stdout)
    overview = program("--help")
    assert (overview.returncode, overview.stderr) == (0, b"")
    for command in COMMANDS:
        assert f"  {command} ".encode() in overview.stdout
        own = program(command, "--help")
        assert own.returncode == 0
        assert own.stdout.startswith(f"usage: incident-tui {command} ".encode())


def test_list_into_head_ends_quietly(program: Program, folder: Path) -> None:
    (folder / "incidents.md").write_text(
        "".join(f"## M-2025-01-01T00:00:00Z INC-{n} a-rather-long-title\n\n" for n in range(20_000))
    )
    for command in ("list", "list --json", "list | cat"):
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {shlex.quote(sys.executable)} -m incident_tui {command} | head -n 1"],
            capture_output=True,
            timeout=60,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        assert done.returncode in (0, 141)
        assert done.stdout.count(b"\n") == 1
        assert done.stderr == b""


def test_a_full_disk_under_the_output_is_one_line(folder: Path, program: Program) -> None:
    for argv in (["list"], ["--help"], ["list", "--help"]):
        with Path("/dev/full").open("wb") as full:
            done = program(*argv, stdout=full)
        assert done.returncode == 1
        assert done.stderr == b"incident-tui: no space left on device\n"


@pytest.mark.parametrize("argv", [["pin", "INC-2187"], ["new", "--title", "disk-full"]], ids=["pin", "new"])
def test_a_change_that_can_not_be_printed_is_done_and_said_on_stderr(folder: Path, argv: list[str]) -> None:
    path = folder / "incidents.md"
    before = path.read_bytes()
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "incident_tui", *argv, "-f", str(path)]
        run = subprocess.run(
            command, stdout=full, input="Text.\n", stderr=subprocess.PIPE, text=True, timeout=30, check=False
        )
    assert run.returncode == 0, run.stderr
    assert "(standard output can't be written: no space left on device)" in run.stderr
    assert path.read_bytes() != before


def test_closed_streams_do_no_harm(folder: Path) -> None:
    for redirection in (">&-", "2>&-", "<&-", "<&- >&- 2>&-"):
        done = subprocess.run(
            ["bash", "-c", f"{shlex.quote(sys.executable)} -m incident_tui list {redirection}"],
            capture_output=True,
            timeout=30,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        assert (done.returncode, done.stderr) == (0, b"")


def test_a_stream_that_knows_only_ascii_gets_escapes(program: Program, folder: Path) -> None:
    (folder / "incidents.md").write_text("## M-2025-01-01T00:00:00Z INC-1 Zoë ☃\n\n- [ ] übung\n", encoding="utf-8")
    env = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for argv in (["list"], ["list", "--json"], ["show", "INC-1"], ["show", "INC-1", "--json"]):
        done = program(*argv, env=env)
        assert (done.returncode, done.stderr) == (0, b"")
        done.stdout.decode("ascii")
    assert b"[ ]" in program("show", "INC-1", env=env).stdout


def test_arguments_that_are_no_utf8_are_unknown_and_no_fault(program: Program) -> None:
    for argv in ([b"show", b"\xff\xfe"], [b"list", b"--sort", b"\xff"], [b"list", b"-\xff"], [b"-f", b"\xff", b"list"]):
        done = program(*argv)
        assert done.returncode in (1, 2)
        assert b"Traceback" not in done.stderr
    assert program(b"list", b"\xff pool").returncode == 0


def test_ctrl_c_ends_quietly(folder: Path) -> None:
    code = (
        "import os, signal, incident_tui.cli as cli, incident_tui.format.model.document as document\n"
        "document.Document.parse = lambda data: os.kill(os.getpid(), signal.SIGINT)\n"
        "raise SystemExit(cli.main(['list']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        timeout=30,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_a_terminal_gets_aligned_columns_that_fit(folder: Path) -> None:
    lines = on_terminal("list").splitlines()
    assert "* INC-2140    2026-07-19  cdn-served-a-strangers-basket  cd…" in lines
    assert all(len(line) <= 60 for line in lines)
    days = [re.search(r"\d{4}-\d\d-\d\d", line) for line in lines]
    assert all(days)
    assert len({day.start() for day in days if day}) == 1
    assert not any("\t" in line or "\x1b" in line for line in lines)
    assert "  INC-2060    2025-11-28  log-bill-tripled-on…  (summarized)" in lines, "the state is never cut off"


def test_a_wide_title_is_cut_by_columns(folder: Path) -> None:
    (folder / "incidents.md").write_text(f"## M-2025-01-01T00:00:00Z INC-1 {'界' * 40}\n", encoding="utf-8")
    assert on_terminal("list", columns=40) == f"  INC-1  2025-01-01  {'界' * 9}…\n"


def test_a_terminal_is_told_where_there_is_nothing(folder: Path) -> None:
    assert on_terminal("list", "zzzzqqqq") == "nothing matches zzzzqqqq\n"
    (folder / "incidents.md").write_bytes(b"# Incidents\n")
    assert on_terminal("list", "-f", "incidents.md").startswith("incident-tui: no entries in ")


def test_a_terminal_gets_styles_and_its_own_width(folder: Path) -> None:
    shown = on_terminal("show", "INC-2187", columns=50)
    assert "\x1b[1mINC-2187 orders-api-connection-pool-exhausted\x1b[0m" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", shown)
    assert "\x1b" not in plain
    assert 40 < max(map(len, plain.splitlines())) <= 50
    assert "\x1b" not in on_terminal("show", "INC-2187", env={"TERM": "dumb"})


def test_a_terminal_without_utf8_gets_ascii_that_can_be_read(folder: Path) -> None:
    (folder / "incidents.md").write_text(
        "## M-2025-01-01T00:00:00Z INC-1 Zoë “ok” 界\n\n- [ ] übung …\n- two\n\n> said\n", encoding="utf-8"
    )
    for locale in ({"LC_ALL": "C"}, {"LC_ALL": "", "LANG": "C"}, {"LC_ALL": "", "LANG": ""}):
        assert on_terminal("list", env=locale) == '  INC-1  2025-01-01  Zoe "ok" ?\n'
        assert on_terminal("show", "INC-1", env={"TERM": "dumb", **locale}).endswith(
            "\n[ ] ubung ...\n* two\n\n| said\n"
        )
    for argv in (["--help"], ["log"], ["pin", "INC-1"], ["report"], ["config"]):
        assert on_terminal(*argv, env={"LC_ALL": "C"}).isascii()


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"CLICOLOR": "0"}, {"TERM": "vt220"}], ids=str)
def test_without_colours_a_terminal_still_gets_bold_letters(folder: Path, env: dict[str, str]) -> None:
    shown = on_terminal("show", "INC-2187", env=env)
    assert set(re.findall(r"\x1b\[([\d;]*)m", shown)) == {"0", "1", "2", "4"}
    assert ("\x1b]8;" in shown) is ("TERM" not in env), "an address is written out where it can't be carried"
    assert ("(https://grafana.example.net" in shown) is ("TERM" in env)


def test_raw_is_harmless_on_a_terminal(folder: Path) -> None:
    (folder / "incidents.md").write_bytes(b"## M-2025-01-01T00:00:00Z INC-1 a\r\n\r\n\x1b]0;x\x07 \xff \xc2\x9b2J")
    assert on_terminal("show", "INC-1", "--raw") == "## M-2025-01-01T00:00:00Z INC-1 a\n\n␛]0;x␇ \ufffd \ufffd2J\n"


READING = [
    ["list"],
    ["list", "--items"],
    ["show", "INC-1"],
    ["pin", "INC-1"],
    ["unpin", "INC-1"],
    ["helped", "INC-1"],
    ["tag", "INC-1", "--add", "x"],
    ["done", "INC-1", "1"],
    ["undone", "INC-1", "1"],
    ["summarize", "INC-1"],
    ["archive", "INC-1"],
    ["restore", "INC-1"],
    ["new", "--title", "x"],
    ["edit", "INC-1"],
    ["undo"],
    ["redo"],
    ["log"],
    ["check"],
    ["check", "--fix"],
    ["report"],
    ["git-setup", "--yes"],
]


@pytest.mark.parametrize("argv", READING, ids=" ".join)
@pytest.mark.parametrize("name", ["incidents.md", "archive/incidents.md"])
@pytest.mark.parametrize("appended", [b"", b"## M-2026-01-02T10:00:00Z INC-2 two\n"], ids=["", "and UTF-8 behind it"])
def test_every_command_says_that_a_file_is_of_another_encoding(
    run: Run, folder: Path, argv: list[str], name: str, appended: bytes
) -> None:
    path = folder / name
    text = "## M-2026-01-01T10:00:00Z INC-1 one\n\n- type: incident\n\n- [ ] a\n"
    path.write_bytes(text.encode("utf-16") + appended)
    before = path.read_bytes()
    said = run(*argv)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert f"{name}: it is UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8" in said.err
    assert path.read_bytes() == before


@pytest.mark.parametrize("argv", [["list"], ["check"], ["report"], ["new", "--title", "x"], ["undo"]], ids=" ".join)
@pytest.mark.parametrize("name", ["incidents.md", "archive/incidents.md"])
def test_commands_refuse_a_file_that_is_no_text(run: Run, folder: Path, argv: list[str], name: str) -> None:
    path = folder / name
    path.write_bytes(b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x03\0\x3e\0\x01\0\0\0" * 500)
    before = path.read_bytes()
    said = run(*argv)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert said.err.endswith(f"{name}: it is not text\n")
    assert path.read_bytes() == before
