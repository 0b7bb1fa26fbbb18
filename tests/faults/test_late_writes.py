"""A program that locks nothing and has a file open while it is replaced: what it writes then arrives."""

import contextlib
import errno
import fcntl
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from incident_tui.cli import main
from incident_tui.format.edit.edit import create_edit
from incident_tui.format.errors import Refused
from incident_tui.storage.disk import late_writes
from incident_tui.storage.knowledge_base import KnowledgeBase

from ..thorough import ALL
from .child import do
from .conftest import Tally
from .scene import ARCHIVE, CASES, LIVE, START, Case, Child, Files, Scene, children, entry, identities, told
from .test_crowd import task
from .test_kept import STRANGER, as_root
from .test_kill import kills

LATE = b"\n" + entry("2025-09-09", "LATE-1", "appended late")
PATIENCE = 5.0
"""Seconds to wait for something that happens at once; a limit for a broken program, not a measure of a slow one."""

APPEND = """\
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
cat >> "$1" <<EOF

## M-$now $2 of-a-script

- type: fact
- used: 0
- last_used: $(date +%Y-%m-%d)
- pinned: false

Noted $2.
EOF
"""
"""It opens the file, then starts a program, then writes: the way in which shell scripts append."""


def replaced(path: Path, inode: int, over: threading.Event) -> None:
    """Wait until a file is another one, or gone, or all is over."""
    limit = time.monotonic() + PATIENCE
    while not over.is_set() and time.monotonic() < limit:
        try:
            if path.stat().st_ino != inode:
                return
        except FileNotFoundError:
            return
        time.sleep(0.0005)


@contextmanager
def late_writer(path: Path, text: bytes = LATE, delay: float = 0.0, truncate: bool = False) -> Iterator[None]:
    """A program that opened a file before it is replaced, and writes so many seconds after that."""
    descriptor = os.open(path, os.O_WRONLY | (0 if truncate else os.O_APPEND))
    inode, over = os.fstat(descriptor).st_ino, threading.Event()

    def write() -> None:
        replaced(path, inode, over)
        time.sleep(delay)
        if truncate:
            os.ftruncate(descriptor, 0)
        os.write(descriptor, text)
        os.close(descriptor)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def knowledge_base(scene: Scene, patience: float = 0.3, later: bool = False) -> KnowledgeBase:
    return KnowledgeBase(scene.live, patience=patience, later=later)


def faults_of(scene: Scene, case: Case, name: str, delay: float) -> list[str]:
    """What is wrong after an edit during which another program has one of the files open."""
    before = scene.prepare(case)
    path = scene.folder / name
    if name not in before:
        return []
    with late_writer(path, delay=delay):
        outcome = do(knowledge_base(scene, patience=0.02 + delay), case.now, case.ref, case.place)
    do(KnowledgeBase(scene.live), "pin", "INC-1")  # where the writer took longer than it was waited for
    wrong = [] if outcome.description else ["the edit wasn't made"]
    now = scene.files()
    if now.get(name, b"").count(LATE) != 1:
        wrong.append(f"what was appended is {now.get(name, b'').count(LATE)} times in {name}")
    entries = identities(now)
    wrong += [f"{lost} is in neither file" for lost in identities(before) - entries]
    return [f"{case.name}, {name}, {delay} s: {fault}" for fault in [*wrong, *scene.leftovers()]]


@pytest.mark.slow
@pytest.mark.parametrize("name", [LIVE, ARCHIVE])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_written_to_a_replaced_file_arrives_whatever_the_edit(
    scene: Scene, case: Case, name: str, tally: Tally
) -> None:
    delays = (0.0, 0.001, 0.005, 0.02, 0.05)
    faults = [faults_of(scene, case, name, delay) for delay in delays if case.archive or case.before or name == LIVE]
    lost = sum(map(bool, faults))
    tally(
        "a writer that opened a file before it was replaced, 0 to 50 ms", len(faults), lost, "all of it arrives, once"
    )
    assert not lost, told(fault for found in faults for fault in found)


@pytest.mark.parametrize("name", [LIVE, ARCHIVE])
@pytest.mark.parametrize("act", ["pin", "archive", "undo archive, new archive", "restore"])
def test_what_is_written_to_a_replaced_file_arrives(scene: Scene, act: str, name: str) -> None:
    case = next(case for case in CASES if case.name == act)
    assert faults_of(scene, case, name, 0.002) == []


def test_what_arrives_is_told_and_shown(scene: Scene) -> None:
    scene.reset(START)
    with late_writer(scene.live, LATE + b"\n" + entry("2025-09-10", "LATE-2", "too")):
        outcome = do(knowledge_base(scene), "pin", "INC-4")
    assert outcome.arrived.notices() == ["2 entries that another program was appending were kept"]
    assert [held.ref for held in outcome.snapshot.live.entries][-2:] == ["LATE-1", "LATE-2"]
    assert scene.live.read_bytes().endswith(b"too\n" + LATE.partition(b"late\n")[2])


@pytest.mark.parametrize("text", [b"- no heading\n", b"half a line", b"\xff\n", b"## M-2025-09-09T10:00:00Z hal"])
def test_text_of_any_kind_arrives_as_it_is(scene: Scene, text: bytes) -> None:
    scene.reset(START)
    with late_writer(scene.live, text):
        outcome = do(knowledge_base(scene), "pin", "INC-4")
    assert scene.live.read_bytes().endswith(START[LIVE][-20:] + text)
    assert "another program was appending was kept" in outcome.arrived.notices()[0]


def test_the_rest_of_an_entry_arrives_in_that_entry(scene: Scene) -> None:
    """Where the edit itself has put an entry at the end, after the one that was being written."""
    rising = b"# Incidents\n\n---\n\n" + entry("2024-01-01", "INC-1", "old") + b"\n---\n\n"
    half, rest = LATE[1:].split(b"- used", 1)
    scene.reset({LIVE: rising + half})
    new = entry("2025-10-10", "INC-9", "newer")
    with late_writer(scene.live, b"- used" + rest):
        knowledge_base(scene, patience=0.1).edit([create_edit(new)])
    do(KnowledgeBase(scene.live), "pin", "INC-9")
    held = {entry.ref: entry.raw for entry in KnowledgeBase(scene.live).snapshot().live.entries}
    assert list(held) == ["INC-1", "LATE-1", "INC-9"]
    assert held["LATE-1"] == half + b"- used" + rest
    assert scene.leftovers() == []


def test_undo_takes_back_the_edit_and_leaves_what_arrived(scene: Scene) -> None:
    scene.reset(START)
    base = knowledge_base(scene)
    with late_writer(scene.live):
        do(base, "pin", "INC-4")
    assert do(base, "undo").description == "undone: pinned INC-4 meant"
    assert scene.live.read_bytes() == START[LIVE] + LATE


def test_what_is_written_over_the_old_text_is_kept_beside_the_file(scene: Scene) -> None:
    scene.reset(START)
    with late_writer(scene.live, b"all new\n", truncate=True):
        outcome = do(knowledge_base(scene), "pin", "INC-4")
    (kept,) = late_writes.overwritten(scene.live)
    assert kept.read_bytes() == b"all new\n"
    assert outcome.arrived.notices() == [
        f"another program has written over the text that was replaced; what it wrote is in {kept.name}"
    ]
    assert scene.live.read_bytes().count(b"pinned: true") == 2
    assert scene.leftovers() == []


def test_who_keeps_a_file_open_is_not_waited_for_long_and_all_that_it_writes_arrives(scene: Scene) -> None:
    scene.reset(START)
    with scene.live.open("ab", buffering=0) as file:
        outcome = do(knowledge_base(scene, patience=0.02), "pin", "INC-4")
        assert outcome.arrived.notices() == [
            "another program still has incidents.md open for writing; what it appends is put in by the next change"
        ]
        for number in range(1, 4):
            file.write(LATE.replace(b"LATE-1", b"LATE-%d" % number))
            do(knowledge_base(scene, patience=0.02), "helped", "INC-4")
            assert scene.live.read_bytes().count(b"appended late") == number
        file.write(b"The last line.\n")
    do(KnowledgeBase(scene.live), "helped", "INC-4")
    assert scene.live.read_bytes().endswith(b"The pool ran dry.\nThe last line.\n")
    refs = [held.ref for held in KnowledgeBase(scene.live).snapshot().live.entries]
    assert refs[-3:] == ["LATE-1", "LATE-2", "LATE-3"]
    assert scene.leftovers() == []


def test_a_file_that_is_being_written_is_waited_for_before_the_change(scene: Scene) -> None:
    """So the change is made to the whole text, and nothing has to be put in afterwards."""
    scene.reset(START)
    file = scene.live.open("ab", buffering=0)

    def finish() -> None:
        time.sleep(0.05)
        file.write(LATE)
        file.close()

    thread = threading.Thread(target=finish)
    thread.start()
    outcome = do(knowledge_base(scene, patience=PATIENCE), "pin", "INC-4")
    thread.join()
    assert not outcome.arrived
    assert outcome.snapshot.live.entries[-1].ref == "LATE-1"


def test_where_nobody_writes_nothing_is_waited_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(_: float) -> None:
        raise AssertionError("it waits")

    scene.reset(START)
    monkeypatch.setattr(time, "sleep", sleep)
    base = KnowledgeBase(scene.live)
    for act in ("archive", "undo", "redo"):
        assert not do(base, act, "INC-4").arrived
    assert scene.leftovers() == []


def left_behind(scene: Scene) -> Files:
    """A scene as a run leaves it that was killed before the other program wrote."""
    scene.reset(START)
    with scene.live.open("ab", buffering=0) as file:
        do(knowledge_base(scene, patience=0), "pin", "INC-4")
        file.write(LATE)
    assert scene.live.read_bytes().count(LATE) == 0
    return scene.everything()


def test_check_tells_of_what_was_left_and_a_change_puts_it_in(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    left_behind(scene)
    assert main(["check", "-f", str(scene.live)]) == 0
    out = capsys.readouterr().out
    assert re.search(r"\.replaced:1: warning: an earlier text of the file, to which another program may have", out)
    assert main(["check", "--fix", "-f", str(scene.live)]) == 0
    assert scene.live.read_bytes().count(LATE) == 1
    assert scene.leftovers() == []
    assert "mended" in capsys.readouterr().out
    assert main(["check", "-f", str(scene.live)]) == 0
    assert ".replaced" not in capsys.readouterr().out


def test_check_tells_of_a_text_that_was_written_over_the_old_one(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.reset(START)
    scene.live.with_name("incidents.md.overwritten-01ab23cd").write_bytes(b"text")
    main(["check", "-f", str(scene.live)])
    assert "incidents.md.overwritten-01ab23cd:1: warning: a text that another program wrote" in capsys.readouterr().out


@pytest.mark.slow
def test_a_run_that_is_killed_while_it_puts_in_what_came_puts_it_in_once(scene: Scene, child: Child) -> None:
    """At each of its calls, and in the middle of each write; the inode's number is the predecessor's proof."""
    case = Case("helped")
    left_behind(scene)
    calls = child.ask(scene.request(case))["calls"]
    tried = 0
    for kill in kills(calls):
        left_behind(scene)
        answer = child.ask(scene.request(case, at=kill.at, how=kill.how))
        assert answer["killed"] == signal.SIGKILL
        do(KnowledgeBase(scene.live), "pin", "INC-1")
        now = scene.live.read_bytes()
        assert now.count(b"LATE-1") == now.count(LATE) == 1, f"{kill}: {calls[kill.at - 1]}"
        assert scene.leftovers() == [], kill
        tried += 1
    assert tried > 60


def no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a file system that can't swap two names."""

    def rename(source: Path, *_: object) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(source))

    monkeypatch.setattr(late_writes, "_rename", rename)


def no_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a file system, or for a file, that grants none."""
    monkeypatch.setattr(late_writes, "_is_open_for_writing", lambda *_: None)


def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)


POOR: list[list[Callable[[pytest.MonkeyPatch], None]]] = [[no_exchange], [no_leases], [no_exchange, no_leases]]


@pytest.mark.parametrize("lacks", POOR, ids=lambda lacks: " ".join(lack.__name__ for lack in lacks))
@pytest.mark.parametrize("act", ["pin", "archive", "undo archive, new archive"])
def test_where_the_system_can_do_less_what_comes_soon_arrives(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, act: str, lacks: list[Callable[[pytest.MonkeyPatch], None]]
) -> None:
    case = next(case for case in CASES if case.name == act)
    scene.prepare(case)
    for lack in lacks:
        lack(monkeypatch)
    with late_writer(scene.live, delay=0.002):
        outcome = do(knowledge_base(scene), case.now, case.ref, case.place)
    assert outcome.description
    assert scene.live.read_bytes().count(LATE) == 1
    assert outcome.arrived.entries == 1
    assert scene.leftovers() == []


def test_where_nothing_can_be_kept_beside_it_a_file_is_replaced_all_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.reset(START)
    no_exchange(monkeypatch)
    no_links(monkeypatch)
    assert do(knowledge_base(scene), "pin", "INC-4").description
    assert scene.live.read_bytes().count(b"pinned: true") == 2
    assert scene.leftovers() == []


def test_a_refusal_that_means_nothing_is_not_taken_for_a_writer(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network file systems refuse each lease as if the file were open."""
    real = fcntl.fcntl

    def refusing(descriptor: int, how: int, *arguments: int) -> int:
        if how == fcntl.F_SETLEASE:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return real(descriptor, how, *arguments)

    scene.reset(START)
    monkeypatch.setattr(fcntl, "fcntl", refusing)
    monkeypatch.setattr(late_writes, "_with_leases", {})
    outcome = do(knowledge_base(scene, patience=0.05), "pin", "INC-4")
    assert outcome.description
    assert outcome.arrived.notices() == []
    assert scene.leftovers() == []


def test_who_opens_the_file_while_it_is_looked_at_ends_nobody(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel tells the holder of a lease by a signal, which by default ends its process."""
    scene.reset(START)
    code = (
        "import fcntl, os, subprocess, sys, time\n"
        "from pathlib import Path\n"
        "from incident_tui.storage.disk import late_writes\n"
        "close = os.close\n"
        "def slow(descriptor):\n"
        "    opener = subprocess.Popen(['sh', '-c', 'echo line >> \"$0\"', sys.argv[1]], close_fds=True)\n"
        "    while fcntl.fcntl(descriptor, fcntl.F_GETLEASE) != fcntl.F_UNLCK:\n"
        "        time.sleep(0.01)\n"
        "    close(descriptor)\n"
        "    opener.wait()\n"
        "    print('broken')\n"
        "path = Path(sys.argv[1])\n"
        "descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)\n"
        "print(late_writes._is_open_for_writing(descriptor, path))\n"
        "slow(descriptor)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(scene.live)], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.split(), run.stderr) == (0, ["False", "broken"], "")
    assert scene.live.read_bytes() == START[LIVE] + b"line\n"


def test_a_file_that_others_put_there_in_the_last_moment_is_not_replaced(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last look, and before the rename: a `sed -i` or a `git checkout`."""
    scene.reset(START)
    exchange, theirs = late_writes.rename_exchange, START[LIVE].replace(b"bystander", b"BYSTANDER")
    moments = [True]

    def overtaken(one: Path, other: Path) -> None:
        if moments:
            moments.pop()
            (scene.folder / "new").write_bytes(theirs)
            (scene.folder / "new").replace(scene.live)
        exchange(one, other)

    monkeypatch.setattr(late_writes, "rename_exchange", overtaken)
    assert do(knowledge_base(scene), "pin", "INC-4").description
    now = scene.live.read_bytes()
    assert (now.count(b"BYSTANDER"), now.count(b"pinned: true")) == (1, 2)
    assert scene.leftovers() == []


def test_an_archive_that_others_make_in_the_last_moment_is_not_replaced(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.reset({LIVE: START[LIVE]})
    rename, moments = late_writes._rename, [True]

    def overtaken(source: Path, target: Path, flags: int) -> None:
        if moments and target == scene.archive:
            moments.pop()
            scene.archive.write_bytes(START[ARCHIVE])
        rename(source, target, flags)

    monkeypatch.setattr(late_writes, "_rename", overtaken)
    assert do(knowledge_base(scene), "archive", "INC-4").description
    assert identities(scene.files()) == identities(START)
    assert b"OLD-1" in scene.archive.read_bytes()


@as_root
def test_a_text_that_a_stranger_has_put_there_is_not_put_in(scene: Scene) -> None:
    scene.reset(START)
    planted = scene.live.with_name("planted")
    planted.write_bytes(LATE)
    os.chown(planted, STRANGER, STRANGER)
    status = planted.stat()
    name = f".incidents.md.{status.st_ino}-0-{status.st_mtime_ns}-{late_writes._checksum(b'')}.replaced"
    planted = planted.rename(planted.with_name(name))
    do(KnowledgeBase(scene.live), "pin", "INC-4")
    assert b"LATE-1" not in scene.live.read_bytes()
    assert planted.read_bytes() == LATE


def command(scene: Scene, *words: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "incident_tui", *words, "-f", str(scene.live)]
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


COMMANDS = [
    ["pin", "INC-4"],
    ["helped", "INC-4"],
    ["tag", "INC-4", "--add", "late"],
    ["done", "INC-4", "1"],
    ["summarize", "INC-4", "--summary", "Short.", "--key-learning", "Learned."],
    ["archive", "INC-4"],
    ["restore", "OLD-1"],
]


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_command_keeps_what_comes_late_and_says_so(scene: Scene, words: list[str], tally: Tally) -> None:
    lost = []
    tried = [(name, delay) for name in (LIVE, ARCHIVE) for delay in (0.0, 0.01, 0.05)]
    for name, delay in tried:
        scene.reset(START)
        with late_writer(scene.folder / name, delay=delay):
            run = command(scene, *words)
        assert run.returncode == 0, run.stderr
        touched = name == LIVE or words[0] in ("summarize", "archive", "restore")
        said = "1 entry that another program was appending was kept" in run.stdout
        if (scene.folder / name).read_bytes().count(LATE) != 1 or said is not touched or scene.leftovers():
            lost.append((name, delay, run.stdout))
    what = "a writer that opened a file before it was replaced, 0 to 50 ms, by command"
    tally(what, len(tried), len(lost), "all of it arrives, once, and is told")
    assert lost == []


def test_a_command_says_what_came_late(scene: Scene) -> None:
    scene.reset(START)
    with late_writer(scene.live):
        run = command(scene, "pin", "INC-4")
    assert run.stdout.endswith("; 1 entry that another program was appending was kept\n")
    assert scene.live.read_bytes().count(LATE) == 1


@pytest.mark.slow
@pytest.mark.parametrize("writers", [1, 3] if ALL else [3])
def test_two_thousand_appends_beside_two_hundred_saves_all_arrive(scene: Scene, writers: int, tally: Tally) -> None:
    """Each opens the file, starts a program, and writes; as fast as they can."""
    scene.reset(START)
    times = 2000 // writers
    loop = f'append() {{ {APPEND} }}\nfor n in $(seq {times}); do append "$1" "$2-$n"; done'
    crowd = [subprocess.Popen(["bash", "-c", loop, "x", str(scene.live), f"APP{which}"]) for which in range(writers)]
    saves = refused = 0
    while any(process.poll() is None for process in crowd) or saves < 200:
        base = KnowledgeBase(scene.live, later=saves % 2 == 0)
        try:
            for _ in range(5):
                do(base, "helped", "INC-1")
                saves += 1
            base.wait_for_late()
        except Refused:
            refused += 1
        time.sleep(0.01)
    do(KnowledgeBase(scene.live), "pin", "INC-1")
    now = scene.live.read_bytes()
    counts = [now.count(f"Noted APP{which}-{n}.\n".encode()) for which in range(writers) for n in range(1, times + 1)]
    lost = sum(count != 1 for count in counts)
    tally("2,000 appends that lock nothing beside 200 saves and more", len(counts), lost, "each of them is there, once")
    used = next(held.used for held in KnowledgeBase(scene.live).snapshot().live.entries if held.ref == "INC-1")
    assert (lost, used, scene.leftovers()) == (0, saves + 2, [])
    assert saves >= 200 > refused


SECONDS = float(os.environ.get("INCIDENT_TUI_CROWD_SECONDS", "15"))
"""How long the crowd below is at it."""


class Overwriter:
    """One who replaces the file now and then without a lock, and keeps what it replaced, for the accounts.

    What stands there and not in its own text is lost by its own doing.
    """

    def __init__(self, scene: Scene) -> None:
        self.live = scene.live
        self.folder = scene.folder / "names"
        self.steps: list[tuple[Path, bytes]] = []
        """What was replaced, and by which text."""

    def sed(self) -> None:
        """As `sed -i`: the text is read, written to another file, and that one renamed."""
        with contextlib.suppress(FileNotFoundError):  # a checkout is under way
            text = self.live.read_bytes().replace(b"bystander", b"BYSTANDER")
            kept = self._kept()
            kept.write_bytes(text)
            late_writes.rename_exchange(kept, self.live)
            self.steps.append((kept, text))

    def checkout(self) -> None:
        """As `git checkout`: the file is unlinked and made anew; where there is one again, git gives up."""
        kept = self._kept()
        self.live.rename(kept)
        self.steps.append((kept, START[LIVE]))
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(self.live, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            os.write(descriptor, START[LIVE])
            os.close(descriptor)

    def lost(self, token: bytes) -> bool:
        return any(token in kept.read_bytes() and token not in text for kept, text in self.steps)

    def _kept(self) -> Path:
        return self.folder / str(len(self.steps))


@pytest.mark.slow
def test_a_crowd_of_all_kinds_loses_nothing(scene: Scene, tally: Tally) -> None:
    """Two browsers, a `sed -i`, a `git checkout` and an appender at once."""
    scene.reset(START)
    stop = scene.folder / "stop"
    stop.unlink(missing_ok=True)
    overwriter, dice = Overwriter(scene), random.Random(13)
    loop = f'append() {{ {APPEND} }}\nn=0; while [ ! -e "$2" ]; do n=$((n + 1)); append "$1" "APP-$n"; done; echo $n'
    with children(2) as browsers:
        for which, browser in enumerate(browsers):
            request = task(scene, "create", ref=f"NEW{which}", stop=str(stop), seconds=600)
            browser.tell(request)
        appender = subprocess.Popen(["bash", "-c", loop, "x", str(scene.live), str(stop)], stdout=subprocess.PIPE)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            time.sleep(dice.uniform(0, 0.1))
            overwriter.sed()
            if dice.random() < 0.1:
                overwriter.checkout()
        stop.touch()
        answers = [browser.answer() for browser in browsers]
        appended = int(appender.communicate(timeout=PATIENCE)[0])
    do(KnowledgeBase(scene.live), "helped", "INC-4")
    made = [f"## M-2025-06-01T10:00:00Z {ref} ".encode() for answer in answers for ref in answer["made"]]
    tokens = [*made, *(f"Noted APP-{number}.\n".encode() for number in range(1, appended + 1))]
    now = b"".join([scene.live.read_bytes(), *(kept.read_bytes() for kept in late_writes.overwritten(scene.live))])
    lost = [token for token in tokens if token not in now and not overwriter.lost(token)]
    twice = [token for token in tokens if now.count(token) > 1]
    tally("two browsers, a `sed -i`, a `git checkout` and an appender at once", len(tokens), len(lost), CROWD_PROMISE)
    assert (lost, twice) == ([], [])
    assert scene.leftovers() == []
    assert min(len(answer["made"]) for answer in answers) > SECONDS
    assert all(line.isprintable() for answer in answers for line in answer["refused"])


CROWD_PROMISE = "each append and each edit is there, or was overwritten by the other two, or refused with a line"
