"""Many processes at one knowledge base: no edit is lost, and no reader sees half of one."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from incident_tui.format.errors import Refused
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.knowledge_base import KnowledgeBase

from .child import digest, do
from .conftest import Tally
from .scene import ARCHIVE, LIVE, START, Scene, children, entry

EIGHT = [f"INC-{number}" for number in range(1, 9)]
Acts = list[tuple[str, str, str]]
LOST_NONE = "each of them counted"


def counting(scene: Scene, processes: int, times: int, refs: list[str]) -> dict[str, int]:
    """How often each entry helped by now, after each process has said it `times` times."""
    with children(processes) as crowd:
        for number, child in enumerate(crowd):
            ref = refs[number % len(refs)]
            child.tell({**task(scene, "count"), "ref": ref, "times": times, "seconds": 240})
        for child in crowd:
            assert child.answer()["killed"] == 0
    return {held.ref or "": held.used for held in KnowledgeBase(scene.live).snapshot().live.entries}


def task(scene: Scene, name: str, **more: Any) -> dict[str, Any]:
    return {"task": name, "path": str(scene.live), "state": str(scene.state), **more}


def eight_entries() -> bytes:
    return b"# Incidents\n\n---\n\n" + b"\n---\n\n".join(
        entry(f"2025-01-0{number}", f"INC-{number}", "of eight") for number in range(1, 9)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "refs", [["INC-1"], [f"INC-{number}" for number in range(1, 9)]], ids=["the same", "each its own"]
)
def test_eight_processes_that_each_say_helped_50_times_count_400(
    either_scene: Scene, refs: list[str], tally: Tally
) -> None:
    either_scene.reset({LIVE: eight_entries()})
    used = counting(either_scene, 8, 50, refs)
    lost = 400 - sum(used.values()) + 8 * 2
    tally(f"8 processes × 50 `helped` on {'the same entry' if len(refs) == 1 else '8 entries'}", 400, lost, LOST_NONE)
    assert used == {ref: 2 + (400 // len(refs) if ref in refs else 0) for ref in EIGHT}
    assert either_scene.leftovers() == []


def test_three_processes_that_each_say_helped_10_times_count_30(either_scene: Scene) -> None:
    either_scene.reset({LIVE: eight_entries()})
    assert counting(either_scene, 3, 10, ["INC-5"])["INC-5"] == 32


def test_where_folders_can_not_be_locked_the_sidecar_lets_nobody_be_lost(scene: Scene) -> None:
    scene.reset({LIVE: eight_entries()})
    scene.live.chmod(0o664)
    with children(3) as crowd:
        for child in crowd:
            child.tell({**task(scene, "count"), "ref": "INC-1", "times": 10, "no_flock_on_folders": True})
        for child in crowd:
            child.answer()
    assert KnowledgeBase(scene.live).snapshot().live.entries[0].used == 32
    sidecar = scene.live.with_name(".incidents.md.lock")
    assert sidecar.stat().st_mode & 0o777 == 0o664
    assert scene.leftovers() == ["team/.incidents.md.lock"]


@pytest.mark.parametrize("sidecar", [False, True], ids=["on the folder", "on the sidecar"])
def test_who_is_killed_while_holding_the_lock_holds_nobody_up(scene: Scene, sidecar: bool) -> None:
    scene.reset(START)
    with children(2) as (holder, other):
        holder.tell(task(scene, "hold", no_flock_on_folders=sidecar))
        pid = holder.answer()["pid"]
        request = {**task(scene, "count"), "ref": "INC-4", "times": 1, "no_flock_on_folders": sidecar}
        other.tell(request)  # it waits
        os.kill(pid, signal.SIGKILL)
        assert holder.answer()["killed"] == signal.SIGKILL
        assert other.answer() == {"killed": 0, "looked": 1}
    assert KnowledgeBase(scene.live).snapshot().live.entries[1].used == 3


@pytest.mark.parametrize("sidecar", [False, True], ids=["on the folder", "on the sidecar"])
def test_who_stops_while_holding_the_lock_is_named_to_those_who_wait(scene: Scene, sidecar: bool) -> None:
    scene.reset(START)
    with children(2) as (holder, other):
        holder.tell(task(scene, "hold", no_flock_on_folders=sidecar))
        pid = holder.answer()["pid"]
        os.kill(pid, signal.SIGSTOP)
        pin: dict[str, Any] = {
            "patience": 0.3,
            "act": "pin",
            "ref": "INC-4",
            "place": "live",
            "no_flock_on_folders": sidecar,
        }
        refused = other.ask(task(scene, "edit", **pin))["refused"]
        assert f"incidents.md is being written by process {pid} (" in refused
        assert refused.endswith("nothing was written, try again")
        assert refused.isprintable()
        assert scene.files() == START
        os.kill(pid, signal.SIGKILL)
        holder.answer()
        assert other.ask(task(scene, "edit", **pin))["did"] == "pinned INC-4 meant"


def reading(scene: Scene, acts: Acts, rounds: int, readers: int) -> tuple[int, list[str]]:
    """Edit while others read: how often they read, and what they saw that never was."""
    base = KnowledgeBase(scene.live)
    legal: set[tuple[str, str]] = set()

    def look() -> None:
        held = scene.files()
        legal.add((digest(held[LIVE]), digest(held.get(ARCHIVE, b""))))

    look()
    states = [scene.files()]
    for act, ref, place in acts:
        do(base, act, ref, "archive" if place == "archive" else "live")
        states.append(scene.files())
        look()
    assert states[-1] == states[0]
    refs = [
        held.ref or ""
        for name in states[0]
        for held in base.snapshot().document("live" if name == LIVE else "archive").entries
    ]
    with children(readers) as crowd:
        for child in crowd:
            child.tell(task(scene, "read", refs=refs, stop=str(scene.folder / "stop"), seconds=120))
            child.answer()
        for _ in range(rounds):
            for act, ref, place in acts:
                do(base, act, ref, "archive" if place == "archive" else "live")
        (scene.folder / "stop").touch()
        told = [child.answer() for child in crowd]
    lives, archives = {live for live, _ in legal}, {archive for _, archive in legal}
    wrong = [f"a live text that never was: {live}" for seen in told for live, _ in seen["texts"] if live not in lives]
    wrong += [
        f"an archive that never was: {held}" for seen in told for _, held in seen["texts"] if held not in archives
    ]
    wrong += [f"{ref} was nowhere" for seen in told for ref in seen["nowhere"]]
    return sum(seen["readings"] for seen in told), wrong


PINNING = [("pin", "INC-4", "live"), ("unpin", "INC-4", "live")]
MOVING = [("archive", "INC-4", "live"), ("restore", "INC-4", "archive")]


def large(scene: Scene) -> None:
    """A knowledge base large enough that it is not read, nor patched, in one go."""
    text = "\n".join(f"Line {number} of what happened." for number in range(20_000))
    more = entry("2024-12-01", "INC-0", "long", text)
    scene.reset({**START, LIVE: START[LIVE] + b"\n---\n\n" + more})


@pytest.mark.slow
@pytest.mark.parametrize("acts", [PINNING, MOVING], ids=["pinning", "moving"])
def test_who_reads_while_others_write_sees_the_old_or_the_new_text(
    either_scene: Scene, acts: Acts, tally: Tally
) -> None:
    large(either_scene)
    readings, wrong = reading(either_scene, acts, 60, 2)
    mode = "patches in place" if either_scene.hard_links else "renames"
    tally(f"reading while another process {mode}", readings, len(wrong), "an old or a new text, no entry nowhere")
    assert readings > 50
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("acts", [PINNING, MOVING], ids=["pinning", "moving"])
def test_a_reader_never_sees_half_an_edit(either_scene: Scene, acts: list[tuple[str, str, str]]) -> None:
    either_scene.reset(START)
    _, wrong = reading(either_scene, acts, 25, 1)
    assert not wrong, "\n".join(wrong)


def test_an_entry_that_comes_back_between_two_readings_is_not_missed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The live file is read first; then the entry moves there from the archive; then the archive is read."""
    scene.reset(START)
    base, other = KnowledgeBase(scene.live), KnowledgeBase(scene.live)
    read = base._read
    moves = [True]

    def overtaken(path: Path) -> Any:
        if path == scene.archive and moves:
            moves.pop()
            do(other, "restore", "OLD-1", "archive")
        return read(path)

    monkeypatch.setattr(base, "_read", overtaken)
    snapshot = base.snapshot()
    held = [entry.ref for document in (snapshot.live, snapshot.document("archive")) for entry in document.entries]
    assert "OLD-1" in held


def test_what_others_appended_to_the_archive_meanwhile_survives_a_failing_move(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The move's first half is taken back only where nobody has written since."""
    scene.reset(START)
    more = b"\n---\n\n" + entry("2023-01-01", "OLD-9", "theirs")
    replace = atomic_file.replace

    def failing(path: Path, *arguments: Any, **named: Any) -> bool:
        if path == scene.live:
            with scene.archive.open("ab") as file:
                file.write(more)
            raise OSError(28, os.strerror(28))
        return replace(path, *arguments, **named)

    monkeypatch.setattr(atomic_file, "replace", failing)
    with pytest.raises(Refused, match="no space left on device"):
        do(KnowledgeBase(scene.live), "archive", "INC-4")
    assert scene.files()[LIVE] == START[LIVE]
    assert scene.files()[ARCHIVE].endswith(more)
