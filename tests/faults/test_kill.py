"""A process that is killed in the middle of a save leaves each file as it was or as it was to become."""

import json
import os
import random
import signal
import time
from typing import NamedTuple

import pytest

from incident_tui.storage.knowledge_base import KnowledgeBase

from ..thorough import sampled
from .child import do, state_of
from .conftest import Tally
from .scene import ARCHIVE, CASES, LIVE, START, Case, Child, Files, Scene, told

QUICK = [case for case in CASES if case.name in ("pin", "archive", "undo archive, new archive", "redo restore")]


class Kill(NamedTuple):
    at: int
    how: str


def kills(calls: list[list[str]]) -> list[Kill]:
    """Before each call of a save, after each, and in the middle of each write."""
    numbers = range(1, len(calls) + 1)
    middle = [Kill(number, "half") for number in numbers if calls[number - 1][0] == "write"]
    return [*(Kill(number, how) for how in ("before", "after") for number in numbers), *middle]


def calls_of(scene: Scene, child: Child, case: Case) -> tuple[Files, Files, list[list[str]]]:
    """What there is before a save and after it, and the system calls that it makes."""
    before = scene.prepare(case)
    old = scene.files()
    scene.reset(before)
    answer = child.ask(scene.request(case))
    assert answer["did"], answer
    assert scene.files() != old
    return before, scene.files(), answer["calls"]


def faults_of_kill(scene: Scene, child: Child, case: Case, before: Files, new: Files, kill: Kill) -> list[str]:
    """What is wrong after the process was killed."""
    scene.reset(before)
    answer = child.ask(scene.request(case, at=kill.at, how=kill.how))
    if answer["killed"] != signal.SIGKILL:
        return [f"{kill}: it wasn't killed: {answer}"]
    return [f"{kill}: {fault}" for fault in scene.faults_after(before, new)]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_sigkill_at_every_system_call_leaves_each_file_old_or_new(
    either_scene: Scene, child: Child, case: Case, tally: Tally
) -> None:
    before, new, calls = calls_of(either_scene, child, case)
    sample = sampled(kills(calls), 3, case.name)
    faults = [faults_of_kill(either_scene, child, case, before, new, kill) for kill in sample]
    mode = "patching in place" if either_scene.hard_links else "replacing by a rename"
    tally(
        f"SIGKILL at each system call, {mode}",
        len(faults),
        sum(map(bool, faults)),
        "each file old or new to the byte, no entry in neither, nothing left over",
    )
    wrong = [fault for found in faults for fault in found]
    assert not wrong, told(wrong)


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
def test_sigkill_in_the_middle_of_a_save_leaves_each_file_old_or_new(
    either_scene: Scene, child: Child, case: Case
) -> None:
    before, new, calls = calls_of(either_scene, child, case)
    sample = sampled(kills(calls), 5, case.name)
    faults = [faults_of_kill(either_scene, child, case, before, new, kill) for kill in sample]
    wrong = [fault for found in faults for fault in found]
    assert not wrong, told(wrong)


def test_every_kind_of_call_that_changes_a_disk_is_met(either_scene: Scene, child: Child) -> None:
    """So that the runs above can't pass because the calls went by another way."""
    met = {name for case in CASES for name, _ in calls_of(either_scene, child, case)[2]}
    in_place = {"lseek", "ftruncate"} if either_scene.hard_links else set()
    assert {"flock", "open", "write", "fsync", "fchmod", "rename", "unlink", "mkdir", "rmdir"} | in_place <= {
        "rename" if name == "replace" else name for name in met
    }


def random_kills(scene: Scene, child: Child, times: int, seed: int) -> list[str]:
    """Kill a process at random moments while it makes edits of all kinds; what is wrong then."""
    dice = random.Random(seed)
    scene.reset(START)
    notes = scene.folder / "notes"
    wrong = []
    before: dict[str, list[str]] = state_of(KnowledgeBase(scene.live).snapshot())
    for run in range(times):
        notes.unlink(missing_ok=True)
        request = {"path": str(scene.live), "state": str(scene.state)}
        child.tell({**request, "task": "mix", "seed": seed + run, "notes": str(notes)})
        pid = child.answer()["pid"]
        time.sleep(dice.uniform(0, 0.06))
        os.kill(pid, signal.SIGKILL)
        assert child.answer()["killed"] == signal.SIGKILL
        acknowledged = json.loads(notes.read_text()) if notes.exists() else None
        now = state_of(KnowledgeBase(scene.live).snapshot())
        wrong += [f"run {run}: {ref} is in neither file" for ref in before if ref not in now]
        if acknowledged is not None:
            altered = [ref for ref in acknowledged if acknowledged[ref] != now.get(ref)]
            if len(altered) > 1:
                wrong.append(f"run {run}: more than one edit apart from what was acknowledged: {altered}")
        do(KnowledgeBase(scene.live), "helped", "INC-1", "live" if now["INC-1"][0].startswith("live") else "archive")
        wrong += [f"run {run}: {name} is left over" for name in scene.leftovers()]
        before = now
    wrong += [f"{name} has lost its second name" for name in scene.linked if not _is_linked(scene, name)]
    return wrong


def _is_linked(scene: Scene, name: str) -> bool:
    return (scene.folder / name).samefile(scene.second_name(name))


RANDOM_PROMISE = "no entry in neither file, at most the edit under way missing, nothing left over"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_hundred_kills_at_random_moments_lose_nothing(
    either_scene: Scene, child: Child, seed: int, tally: Tally
) -> None:
    faults = random_kills(either_scene, child, 100, seed * 1000)
    tally("SIGKILL at a random moment of mixed edits", 100, len(faults), RANDOM_PROMISE)
    assert faults == []


def test_ten_kills_at_random_moments_lose_nothing(either_scene: Scene, child: Child) -> None:
    assert random_kills(either_scene, child, 10, seed=7) == []


def test_a_kill_between_the_two_files_of_a_move_leaves_the_entry_in_both(scene: Scene, child: Child) -> None:
    case = Case("archive")
    before, new, calls = calls_of(scene, child, case)
    renames = [number for number, call in enumerate(calls, 1) if call[0] == "rename" and call[1].endswith(".replaced")]
    scene.reset(before)
    child.ask(scene.request(case, at=renames[1], how="before"))
    assert scene.files() == {LIVE: START[LIVE], ARCHIVE: new[ARCHIVE]}
    do(KnowledgeBase(scene.live), "archive", "INC-4")
    assert scene.files() == new, "the next edit of that entry finishes the move"
