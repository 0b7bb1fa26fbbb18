"""A signal in the middle of a save: the save is finished or taken back whole, and the signal isn't lost."""

import signal

import pytest

from ..thorough import ALL
from .child import digest
from .conftest import Tally
from .scene import CASES, Case, Child, Files, Scene, told
from .test_kill import QUICK, calls_of

EACH = 2 if ALL else 14
"""Each how many calls a signal comes: at any call comes one of them, at least."""

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP]


def faults_of_signal(
    scene: Scene, child: Child, case: Case, before: Files, new: Files, at: int, number: signal.Signals, raises: bool
) -> list[str]:
    """What is wrong after an edit that was sent a signal before one of its calls."""
    scene.reset(before)
    old = scene.files()
    answer = child.ask(scene.request(case, at=at, how="signal", signal=number, raises=raises))
    files = scene.files()
    wrong = []
    if files not in (old, new):
        wrong.append("one file is old and the other new")
    if "did" in answer and files != new:
        wrong.append("it says that it is done")
    if scene.leftovers():
        wrong.append(f"{scene.leftovers()} are left over")
    if raises or number == signal.SIGINT:
        wrong += [] if answer.get("raised") else [f"the signal was lost: {answer}"]
    elif number == signal.SIGTSTP:
        stopped = answer.get("stopped")
        if stopped is None:
            wrong.append(f"the signal was lost: {answer}")
        elif stopped not in (_digests(old), _digests(new)):
            wrong.append("it was stopped in the middle")
        elif answer["locked"] and "flock" not in [name for name, _ in answer["calls"][at - 1 :]]:
            wrong.append("it was stopped with all locks in its hands")
    elif answer["killed"] != number:
        wrong.append(f"the signal was lost: {answer}")
    wrong += scene.faults_after(files, files)
    return [f"{number.name}{' raises' if raises else ''} at call {at}: {fault}" for fault in wrong]


def _digests(files: Files) -> dict[str, str]:
    return {name.removeprefix("team/"): digest(data) for name, data in files.items()}


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_signal_at_every_system_call_finds_an_edit_whole(
    either_scene: Scene, child: Child, case: Case, number: signal.Signals, tally: Tally
) -> None:
    before, new, calls = calls_of(either_scene, child, case)
    faults = [
        faults_of_signal(either_scene, child, case, before, new, at, number, raises)
        for raises in (False, True)
        for at in range(1 + (SIGNALS.index(number) + raises) % EACH, len(calls) + 1, EACH)
    ]
    mode = "patching in place" if either_scene.hard_links else "replacing by a rename"
    tally(
        f"{number.name} at each system call, {mode}",
        len(faults),
        sum(map(bool, faults)),
        "both files old or both new, at the stop of a SIGTSTP, too; no entry in neither, the signal not lost",
    )
    wrong = [fault for found in faults for fault in found]
    assert not wrong, told(wrong)


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
def test_a_signal_in_the_middle_of_a_save_finds_an_edit_whole(either_scene: Scene, child: Child, case: Case) -> None:
    before, new, calls = calls_of(either_scene, child, case)
    wrong = []
    for at in range(1, len(calls) + 1, 2):
        number = SIGNALS[at // 2 % len(SIGNALS)]
        wrong += faults_of_signal(either_scene, child, case, before, new, at, number, raises=at % 4 == 1)
    assert not wrong, told(wrong)
