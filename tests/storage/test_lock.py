"""The lock: whoever edits at the same time waits, and no edit is lost."""

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from incident_tui.kb.acts import Pin
from incident_tui.kb.refused import Refused
from incident_tui.storage import base as base_module
from incident_tui.storage.base import KnowledgeBase
from incident_tui.storage.lock import locked

from .small import LIVE, C, do, tree

HELPED_25_TIMES = """
import sys
from datetime import date
from pathlib import Path
from incident_tui.kb.change import Changed
from incident_tui.kb.acts import Helped
from incident_tui.kb.base import Target
from incident_tui.kb.edit import Edit
from incident_tui.storage.base import KnowledgeBase

base = KnowledgeBase(Path(sys.argv[1]))
done = 0
while done < 25:
    found = base.snapshot().live.entries[2]
    try:
        base.edit([Edit(Target("live", found.identity, found.raw), Helped(date(2025, 4, 5)))])
    except Changed:
        continue
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
