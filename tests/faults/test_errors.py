"""A call that fails in the middle of a save: both files as they were (or the change whole), and one clear line."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from incident_tui.storage.knowledge_base import KnowledgeBase

from ..thorough import ALL, sampled
from .conftest import Tally
from .scene import ARCHIVE, CASES, LIVE, Case, Child, Files, Scene, identities, told
from .test_kill import calls_of

ERRORS = [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT]
NAMES = (
    "pin", "archive", "archive, new archive", "summarize", "restore", "restore summary", "undo archive, new archive",
    "redo archive",
)  # fmt: skip
FAILING = [case for case in CASES if case.name in NAMES]


def faults_of(scene: Scene, child: Child, case: Case, before: Files, new: Files, **fault: Any) -> list[str]:
    """What is wrong after an edit during which calls failed."""
    scene.reset(before)
    old = scene.files()
    answer = child.ask(scene.request(case, how="error", looking=True, **fault))
    call = answer["calls"][fault["at"] - 1] if len(answer["calls"]) >= fault["at"] else "no call"
    where = f"{errno.errorcode[fault['errno']]} at call {fault['at']} {call}: "
    wrong = []
    message = answer.get("refused")
    if message is not None and (not message or not message.isprintable() or len(message) > 300):
        wrong.append(f"not one clear line: {message!r}")
    seen = scene.files() if not fault.get("lasting") else _as_read(scene)
    unknown = message is not None and "it isn't known whether it was changed" in message
    if fault.get("lasting") == "dead" and unknown:
        pass
    elif message is not None and "a copy is in the other file" in message and fault.get("lasting"):
        # Nothing could be written any more, so what was written first could not be taken back.
        mixed = [old | {name: new[name]} for name in new]
        if seen not in mixed or scene.entries() < identities(old):
            wrong.append(f"it is not a copy that is left: {message}")
        old = seen
    elif seen != (new if message is None else old):
        wrong.append(f"{'refused' if message else 'done'}, but the files aren't so: {message or answer}")
    if message is None and _is_folder_sync(scene, call) and answer["durable"]:
        wrong.append("it says that the change is durable, though a folder could not be synced")
    wrong += scene.faults_after(old, new)
    return [where + fault for fault in wrong]


def _as_read(scene: Scene) -> Files:
    """The files as the browser shows them: where a patch can't even be taken back, the next edit does it."""
    snapshot = KnowledgeBase(scene.live).snapshot()
    return {LIVE: snapshot.live.data} | ({ARCHIVE: snapshot.archive.data} if snapshot.archive else {})


def _is_folder_sync(scene: Scene, call: list[str] | str) -> bool:
    return call[0] == "fsync" and call[1] in (str(scene.live.parent), str(scene.archive.parent))


@pytest.mark.slow
@pytest.mark.parametrize("case", FAILING, ids=lambda case: case.name)
def test_an_error_at_every_system_call_leaves_all_old_or_all_new(
    either_scene: Scene, child: Child, case: Case, tally: Tally
) -> None:
    before, new, _ = calls_of(either_scene, child, case)
    either_scene.reset(before)
    number = len(child.ask(either_scene.request(case, looking=True))["calls"])
    mode = "patching in place" if either_scene.hard_links else "replacing by a rename"
    wrong = []
    for first, code in enumerate(ERRORS):
        faults = [
            faults_of(either_scene, child, case, before, new, at=at, errno=code, lasting=False)
            for at in range(1, number + 1)
            if ALL or at % len(ERRORS) == first
        ]
        tally(
            f"{errno.errorcode[code]} at each system call, {mode}",
            len(faults),
            sum(map(bool, faults)),
            "all old or all new, one line says which, the next edit works",
        )
        wrong += [fault for found in faults for fault in found]
    assert not wrong, told(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("case", FAILING, ids=lambda case: case.name)
def test_a_disk_that_is_full_from_some_call_on_leaves_all_old_or_all_new(
    either_scene: Scene, child: Child, case: Case, tally: Tally
) -> None:
    before, new, calls = calls_of(either_scene, child, case)
    numbers = range(1, len(calls) + 1)
    faults = [
        faults_of(either_scene, child, case, before, new, at=at, errno=errno.ENOSPC, lasting="full") for at in numbers
    ]
    tally(
        "ENOSPC from each system call on",
        len(faults),
        sum(map(bool, faults)),
        "all old or all new, one line says which",
    )
    wrong = [fault for found in faults for fault in found]
    assert not wrong, told(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("case", FAILING, ids=lambda case: case.name)
def test_a_disk_that_dies_at_some_call_loses_nothing_and_is_told_as_it_is(
    either_scene: Scene, child: Child, case: Case, tally: Tally
) -> None:
    """Nothing can be written nor read any more: what isn't known is not told as done, nor as left alone."""
    before, new, _ = calls_of(either_scene, child, case)
    either_scene.reset(before)
    number = len(child.ask(either_scene.request(case, looking=True))["calls"])
    faults = [
        faults_of(either_scene, child, case, before, new, at=at, errno=errno.EIO, lasting="dead")
        for at in sampled(range(1, number + 1), 2, case.name)
    ]
    tally(
        "EIO from each system call on", len(faults), sum(map(bool, faults)), "nothing lost, one line says what is known"
    )
    wrong = [fault for found in faults for fault in found]
    assert not wrong, told(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pin", "archive, new archive", "undo archive, new archive"])
def test_an_error_in_the_middle_of_a_save_leaves_all_old_or_all_new(
    either_scene: Scene, child: Child, name: str
) -> None:
    case = next(case for case in CASES if case.name == name)
    before, new, _ = calls_of(either_scene, child, case)
    either_scene.reset(before)
    number = len(child.ask(either_scene.request(case, looking=True))["calls"])
    wrong = []
    for at in range(1, number + 1):
        code = ERRORS[at % len(ERRORS)]
        wrong += faults_of(either_scene, child, case, before, new, at=at, errno=code, lasting=False)
    assert not wrong, told(wrong)


def test_a_folder_that_can_not_be_synced_is_told_and_the_change_stands(either_scene: Scene, child: Child) -> None:
    case = Case("pin")
    before, new, calls = calls_of(either_scene, child, case)
    synced = [
        at for at, (call, path) in enumerate(calls, 1) if call == "fsync" and path == str(either_scene.live.parent)
    ]
    assert synced
    for at in synced:
        either_scene.reset(before)
        answer = child.ask(either_scene.request(case, at=at, how="error", errno=errno.EIO))
        assert (answer["did"], answer["durable"]) == ("pinned INC-4 meant", False)
        assert either_scene.files() == new


def test_what_is_not_known_to_be_durable_is_said_on_the_command_line(scene: Scene) -> None:
    scene.prepare(Case("pin"))
    code = (
        "import errno, os, stat, sys\n"
        "real = os.fsync\n"
        "def fsync(descriptor):\n"
        "    if stat.S_ISDIR(os.fstat(descriptor).st_mode):\n"
        "        raise OSError(errno.EIO, os.strerror(errno.EIO))\n"
        "    real(descriptor)\n"
        "os.fsync = fsync\n"
        "from incident_tui.cli import main\n"
        "sys.exit(main())\n"
    )
    command = [sys.executable, "-c", code, "pin", "INC-4", "-f", str(scene.live)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0
    assert "power cut" in run.stdout + run.stderr
    assert b"pinned: true" in scene.live.read_bytes().split(b"INC-4")[1][:60]


def syncs_before_the_live_file_is_renamed(scene: Scene, child: Child, case: Case) -> tuple[list[list[str]], int]:
    calls = calls_of(scene, child, case)[2]
    own = (f"{scene.live.parent}/.", ".replaced")
    renames = [
        at
        for at, (call, path) in enumerate(calls)
        if call == "rename" and path.startswith(own[0]) and path.endswith(own[1])
    ]
    return calls, renames[0]


@pytest.mark.parametrize("archive", [True, False], ids=["an archive", "new archive"])
def test_an_entry_is_durable_where_it_goes_before_it_is_taken_out_where_it_was(
    scene: Scene, child: Child, archive: bool
) -> None:
    """A power cut keeps only what was synced: the archive's text, its name, and its folder's name."""
    calls, taken_out = syncs_before_the_live_file_is_renamed(scene, child, Case("archive", archive=archive))
    synced = [path for call, path in calls[:taken_out] if call == "fsync"]
    assert any(path.startswith(f"{scene.archive.parent}/.") for path in synced), "the archive's text"
    assert str(scene.archive.parent) in synced, "the archive's name"
    if not archive:
        assert str(scene.archive.parent.parent) in synced, "the name of the archive's folder"


def test_a_journal_is_durable_before_the_file_is_touched(
    child: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(tmp_path, hard_links=True)
    monkeypatch.setenv("XDG_STATE_HOME", str(scene.state))
    calls = calls_of(scene, child, Case("pin"))[2]
    journal = str(scene.live.with_name(".incidents.md.journal"))
    touched = calls.index(["write", str(scene.live)])
    assert ["fsync", journal] in calls[:touched]
    assert ["fsync", str(scene.live.parent)] in calls[calls.index(["fsync", journal]) : touched]
    assert ["fsync", str(scene.live)] in calls[touched : calls.index(["unlink", journal])]


FULL_DISK = Path(__file__).with_name("full_disk.py")


def own_disk() -> list[str] | None:
    """A command that runs another one where it may mount a disk of its own; nothing where that can't be had."""
    for command in (["unshare", "-rm"], ["unshare", "-m"]):
        if shutil.which("unshare"):
            tried = subprocess.run([*command, "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True, check=False)
            if tried.returncode == 0:
                return command
    return None


def on_a_full_disk(tmp_path: Path, hard_links: bool, most: int) -> list[dict[str, Any]]:
    command = own_disk()
    if command is None:
        pytest.skip("no namespace in which a small disk can be mounted (unshare -rm)")
    arguments = [str(tmp_path), str(int(hard_links)), str(most)]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run(
        [*command, sys.executable, str(FULL_DISK), *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=env,
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def faults_on(runs: list[dict[str, Any]]) -> list[str]:
    return [f"{run['case']} with {run['free']} bytes free: {fault}" for run in runs for fault in run["wrong"]]


@pytest.mark.slow
@pytest.mark.parametrize("hard_links", [False, True], ids=["rename", "in place"])
def test_on_a_real_full_disk_all_is_old_or_new(tmp_path: Path, hard_links: bool, tally: Tally) -> None:
    runs = on_a_full_disk(tmp_path, hard_links, 24)
    faults = faults_on(runs)
    tally(
        "a real small disk, full to within 0 to 24 pages",
        len(runs),
        len(faults),
        "all old or all new, one line says which",
    )
    assert faults == []
    assert {run["did"] for run in runs} == {True, False}


def test_on_a_real_full_disk_a_save_is_refused_and_all_is_old(tmp_path: Path) -> None:
    runs = on_a_full_disk(tmp_path, False, 0)
    assert faults_on(runs) == []
    assert {run["did"] for run in runs} == {False}
