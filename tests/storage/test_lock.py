"""The lock: whoever edits at the same time waits, and no edit is lost."""

import errno
import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from incident_tui.format.edit.operations import Archive, Helped, Pin
from incident_tui.format.errors import Refused
from incident_tui.storage import knowledge_base as base_module
from incident_tui.storage.disk.lock import locked
from incident_tui.storage.knowledge_base import KnowledgeBase

from .small import HEAD, LIVE, A, B, C, do, tree

HELPED_25_TIMES = """
import sys
from datetime import date
from pathlib import Path
from incident_tui.format.edit.plan import EditConflict
from incident_tui.format.edit.operations import Helped
from incident_tui.format.model.located import Target
from incident_tui.format.edit.edit import Edit
from incident_tui.format.errors import Refused
from incident_tui.storage.knowledge_base import KnowledgeBase

base = KnowledgeBase(Path(sys.argv[1]))
done = 0
while done < 25:
    found = base.snapshot().live.entries[2]
    try:
        base.edit([Edit(Target("live", found.identity, found.raw), Helped(date(2025, 4, 5)))])
    except Refused as refused:  # on a busy machine the others may keep the lock for longer than an edit waits
        if not isinstance(refused, EditConflict) and "try again" not in str(refused):
            raise
    done += 1
"""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@pytest.mark.slow
def test_four_processes_that_each_say_helped_25_times_count_100(live: Path) -> None:
    command = [sys.executable, "-c", HELPED_25_TIMES, str(live)]
    root = Path(__file__).parents[2]
    runs = [subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [run.communicate()[1] for run in runs] == ["", "", "", ""]
    assert [run.returncode for run in runs] == [0, 0, 0, 0]
    counted = C.replace(b"used: 7\n", b"used: 107\n- last_used: 2025-04-05\n")
    assert tree(live.parent) == {"incidents.md": LIVE.replace(C, counted)}


def test_a_lock_that_is_kept_too_long_is_told_with_its_holder(live: Path) -> None:
    with held(live.parent), pytest.raises(Refused) as caught, locked(live, timeout=0.05):
        pass
    assert f"incidents.md is being written by process {os.getpid()} (" in str(caught.value)
    assert str(caught.value).endswith("for more than 0.05 s; nothing was written, try again")


def test_a_lock_on_another_device_is_of_another_file(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = os.stat
    device = live.stat().st_dev

    def fstat(descriptor: int) -> os.stat_result:
        found = status(descriptor)
        return os.stat_result((*found[:2], device + 1, *found[3:]))

    monkeypatch.setattr(os, "fstat", fstat)
    with (
        held(live.parent),
        pytest.raises(Refused, match="is being written by another process"),
        locked(live, timeout=0),
    ):
        pass


def test_an_edit_that_can_not_get_the_lock_changes_nothing(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_module, "locked", partial(locked, timeout=0.05))
    base = KnowledgeBase(live)
    with held(live.parent), pytest.raises(Refused, match="try again"):
        do(base, "INC-3", Pin())
    assert tree(live.parent) == {"incidents.md": LIVE}
    do(base, "INC-3", Pin())
    assert live.read_bytes() != LIVE


def test_the_lock_is_let_go_after_a_failure(live: Path) -> None:
    with pytest.raises(KeyError), locked(live):
        raise KeyError
    with locked(live, timeout=0):
        pass


def test_reading_does_not_wait_for_the_lock(live: Path) -> None:
    with held(live.parent):
        assert len(KnowledgeBase(live).snapshot().live.entries) == 3


def test_where_a_folder_can_not_be_locked_a_file_beside_it_serves(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flock = fcntl.flock

    def no_folders(descriptor: int, how: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").is_dir():
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", no_folders)
    live.chmod(0o664)
    sidecar = live.parent / ".incidents.md.lock"
    with locked(live), pytest.raises(Refused, match="try again"), locked(live, timeout=0.05):
        pass
    assert sidecar.stat().st_mode & 0o777 == 0o664
    do(KnowledgeBase(live), "INC-3", Pin())
    assert sidecar.exists()


@pytest.fixture
def shared(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Two live files that have one archive, and the archive."""
    upper, lower = tmp_path / "incidents.md", tmp_path / "kb" / "incidents.md"
    lower.parent.mkdir()
    upper.write_bytes(LIVE)
    lower.write_bytes(LIVE.replace(b"INC-", b"LOW-"))
    return upper, lower, tmp_path / "archive" / "incidents.md"


@pytest.mark.parametrize("there", [True, False], ids=["an archive", "no archive yet"])
def test_an_archive_of_two_files_is_locked_by_whoever_writes_it(shared: tuple[Path, Path, Path], there: bool) -> None:
    if there:
        shared[2].parent.mkdir()
        shared[2].write_bytes(HEAD)
    for one in map(KnowledgeBase, shared[:2]):
        for other in map(KnowledgeBase, shared[: 2 + there]):
            files = (other.live_file, other.archive_file)
            with locked(one.live_file, one.archive_file), pytest.raises(Refused), locked(*files, timeout=0):
                pass


def test_a_new_folder_is_locked_from_when_it_is_made(shared: tuple[Path, Path, Path]) -> None:
    archive = shared[2]
    with locked(shared[0], archive) as lock:
        archive.parent.mkdir()
        assert lock.extend(archive.parent)
        with pytest.raises(Refused), locked(archive, timeout=0):
            pass
    with locked(archive), locked(shared[0]) as lock:
        assert not lock.extend(archive.parent), "somebody else was quicker"


def test_a_folder_by_two_names_is_locked_once(live: Path) -> None:
    (live.parent / "archive").symlink_to(live.parent)
    with locked(live, live.parent / "archive" / live.name, timeout=0):
        pass


def test_who_waited_locks_the_folder_that_was_made_meanwhile(shared: tuple[Path, Path, Path]) -> None:
    upper, lower, archive = shared
    held: list[bool] = []

    def wait() -> None:
        with locked(lower, archive), pytest.raises(Refused), locked(archive, timeout=0):
            held.append(True)
        held.append(False)

    with locked(upper, archive):
        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.05)
        archive.parent.mkdir()
    waiting.join()
    assert held == [False]


@pytest.mark.parametrize("there", [True, False], ids=["an archive", "no archive yet"])
def test_moves_at_once_into_one_archive_all_arrive(
    shared: tuple[Path, Path, Path], there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each rename is slow, so that whoever isn't kept out comes in between, and sweeps or overwrites."""
    upper, lower, archive = shared
    if there:
        archive.parent.mkdir()
        archive.write_bytes(HEAD + b"## M-2024-01-01T10:00:00Z OLD-1 old\n\n- used: 0\n\nOld.\n")
    replace, failed = Path.replace, []

    def slow(path: Path, target: Path) -> Path:
        time.sleep(0.01)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", slow)

    def run(*steps: tuple[Path, str, Archive | Helped]) -> None:
        for file, ref, act in steps:
            try:
                do(KnowledgeBase(file), ref, act)
            except (Refused, StopIteration) as error:
                failed.append(f"{file} {ref}: {error!r}")

    helped = [(archive, "OLD-1", Helped(date(2025, 4, 5)))] * 6 if there else []
    runs = [
        threading.Thread(target=run, args=[(upper, f"INC-{number}", Archive()) for number in (1, 2, 3)]),
        threading.Thread(target=run, args=[(lower, f"LOW-{number}", Archive()) for number in (1, 2, 3)]),
        threading.Thread(target=run, args=helped),
    ]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    assert failed == []
    moved = archive.read_bytes()
    assert all(moved.count(text) == 1 for raw in (A, B, C) for text in (raw, raw.replace(b"INC-", b"LOW-")))
    assert (b"- used: 6\n" in moved) is there
    assert upper.read_bytes().count(b"## M-") == lower.read_bytes().count(b"## M-") == 0
