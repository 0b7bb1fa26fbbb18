"""What someone else has put where our own files must be is never followed, waited for, applied or emptied."""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from incident_tui.format.errors import Refused
from incident_tui.storage.disk import journal
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.user.history import History

from .child import do, no_flock_on_folders
from .scene import ARCHIVE, LIVE, START, Child, Scene
from .test_kept import OTHERS, STRANGER, TEAM, WRITER, as_root, as_user, edit, team_owned

Plant = Callable[[Path, Path], None]
"""Puts something at the first path that would harm the second."""


def symlink(at: Path, victim: Path) -> None:
    at.symlink_to(victim)


def dangling(at: Path, victim: Path) -> None:
    at.symlink_to(victim.with_name("would-be-made"))


def pipe(at: Path, _victim: Path) -> None:
    os.mkfifo(at)


def folder(at: Path, _victim: Path) -> None:
    at.mkdir()


def hard_link(at: Path, victim: Path) -> None:
    at.hardlink_to(victim)


PLANTS = [symlink, dangling, pipe, folder, hard_link]


@pytest.fixture
def victim(room: Path) -> Iterator[Path]:
    """A file that must stay as it is."""
    file = room / "victim"
    file.write_bytes(b"precious")
    file.chmod(0o600)
    yield file
    assert file.read_bytes() == b"precious"
    assert file.stat().st_mode & 0o777 == 0o600
    assert not file.with_name("would-be-made").exists()


def planted(scene: Scene, name: str) -> Path:
    return scene.live.with_name(name)


@pytest.mark.parametrize("plant", PLANTS)
def test_something_at_the_journals_place_does_not_keep_a_rename_from_being_made(
    scene: Scene, victim: Path, plant: Plant
) -> None:
    scene.reset(START)
    plant(planted(scene, ".incidents.md.journal"), victim)
    plant(scene.archive.with_name(".incidents.md.journal"), victim)
    do(KnowledgeBase(scene.live), "archive", "INC-4")
    assert b"INC-4" not in scene.live.read_bytes()
    assert b"INC-4" in scene.archive.read_bytes()


@pytest.mark.parametrize("plant", PLANTS)
def test_something_at_the_journals_place_refuses_a_patch_in_one_line(
    room: Path, scene: Scene, victim: Path, plant: Plant
) -> None:
    scene.hard_links = True
    scene.reset(START)
    at = planted(scene, ".incidents.md.journal")
    plant(at, victim)
    assert KnowledgeBase(scene.live).snapshot().live.data == START[LIVE], "it can be read"
    with pytest.raises(Refused, match="something of someone else's is where its recovery journal must be") as caught:
        do(KnowledgeBase(scene.live), "pin", "INC-4")
    assert str(caught.value).isprintable()
    assert scene.files() == START
    assert os.path.lexists(at), "it is not ours to take away"


@as_root
def test_in_a_sticky_folder_a_planted_symlink_empties_no_file(common: Scene, child: Child) -> None:
    """A stranger lets the journal's name lead to the knowledge base itself."""
    team_owned(common, folder=0o1777)
    at = planted(common, ".incidents.md.journal")
    at.symlink_to("incidents.md")
    os.lchown(at, STRANGER, OTHERS)
    refused = edit(common, child, **as_user(WRITER, TEAM))["refused"]
    assert "is where its recovery journal must be; nothing was changed" in refused
    os.chown(common.live, WRITER, TEAM)
    assert edit(common, child, **as_user(WRITER, TEAM))["did"], "a rename needs no journal"
    assert len(common.live.read_bytes()) == len(START[LIVE]) - 1


def forged(path: Path, old: bytes, new: bytes) -> bytes:
    """A journal that says the file at `path` is to become `old` again."""
    head = {
        "kind": journal._KIND,
        "inode": path.stat().st_ino,
        "offset": 0,
        "old": len(old),
        "new": len(new),
        "sha256": hashlib.sha256(old + new).hexdigest(),
    }
    return json.dumps(head).encode() + b"\n" + old + new


def half_of(path: Path) -> bytes:
    """A text that makes the present one look like half a patch."""
    data = path.read_bytes()
    return data[:-1] + bytes([data[-1] ^ 0xFF])


@as_root
@pytest.mark.parametrize("folder_mode", [0o1777, 0o3777], ids=["sticky", "sticky and setgid"])
def test_a_journal_planted_by_a_stranger_is_not_applied(common: Scene, child: Child, folder_mode: int) -> None:
    team_owned(common, folder=folder_mode)
    old, new = b"X" * 20 + START[LIVE][20:], START[LIVE]
    at = planted(common, ".incidents.md.journal")
    at.write_bytes(forged(common.live, old, new[:-1] + b"Y"))
    common.live.write_bytes(new[:-1] + b"\n")
    assert journal.Journal(0, 0, old, new[:-1] + b"Y").holds(common.live.read_bytes()), "it would fit"
    os.chown(at, STRANGER, TEAM if folder_mode & 0o2000 else OTHERS)
    at.chmod(0o664)
    assert KnowledgeBase(common.live).snapshot().live.data == START[LIVE], "nor shown"
    edit(common, child, **as_user(WRITER, TEAM))
    assert common.files() == START, "a patch could not have a journal of its own"
    os.chown(common.live, WRITER, TEAM)
    assert edit(common, child, **as_user(WRITER, TEAM))["did"]
    assert len(common.live.read_bytes()) == len(START[LIVE]) - 1


def test_a_journal_that_one_of_the_writers_left_is_applied(scene: Scene) -> None:
    """So that the test before can't pass because no journal ever is."""
    scene.reset(START)
    old, new = b"X" * 20 + START[LIVE][20:], START[LIVE]
    planted(scene, ".incidents.md.journal").write_bytes(forged(scene.live, old, new[:-1] + b"Y"))
    assert KnowledgeBase(scene.live).snapshot().live.data == old


@pytest.mark.parametrize("plant", PLANTS)
def test_something_at_the_temporary_files_place_is_not_written_to(
    scene: Scene, victim: Path, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.reset(START)
    monkeypatch.setattr(os, "urandom", lambda _: b"\x01\x02\x03\x04")
    at = planted(scene, f".incidents.md.{os.getpid()}.01020304.tmp")
    plant(at, victim)
    base = KnowledgeBase(scene.live)
    base._swept = True
    with pytest.raises(Refused, match="file exists; nothing was changed"):
        do(base, "pin", "INC-4")
    assert scene.files() == START


@pytest.mark.parametrize("plant", PLANTS)
def test_something_at_the_historys_place_costs_only_undo(scene: Scene, victim: Path, plant: Plant) -> None:
    scene.reset(START)
    history = History(scene.live).path
    history.parent.mkdir(parents=True)
    plant(history, victim)
    base = KnowledgeBase(scene.live)
    do(base, "archive", "INC-4")
    base.undo()
    assert scene.files() == START
    assert scene.files().keys() == {LIVE, ARCHIVE}


@pytest.mark.parametrize("plant", PLANTS)
def test_something_at_the_sidecar_locks_place_is_refused_in_one_line(
    scene: Scene, victim: Path, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.reset(START)
    monkeypatch.setattr(fcntl, "flock", fcntl.flock)
    no_flock_on_folders()
    plant(planted(scene, ".incidents.md.lock"), victim)
    with pytest.raises(Refused, match=r"\.incidents\.md\.lock can't be used as its lock: ") as caught:
        do(KnowledgeBase(scene.live), "pin", "INC-4")
    assert str(caught.value).isprintable()
    assert scene.files() == START


@as_root
def test_the_sidecar_lock_is_the_teams_like_the_file(common: Scene, child: Child) -> None:
    team_owned(common, folder=0o775)
    for number, user in enumerate((as_user(WRITER, OTHERS, TEAM, umask=0o077), as_user(STRANGER, TEAM))):
        request = {"task": "edit", "path": str(common.live), "state": "/nonexistent", "act": "helped", "ref": "INC-4"}
        answer = child.ask({**request, "place": "live", "user": user, "no_flock_on_folders": True})
        assert answer.get("did"), (number, answer)
    status = planted(common, ".incidents.md.lock").stat()
    assert (status.st_mode & 0o777, status.st_uid, status.st_gid) == (0o664, WRITER, TEAM)


def test_the_sidecar_lock_is_never_unlinked(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock file that is deleted on release lets two holders in."""
    scene.reset(START)
    monkeypatch.setattr(fcntl, "flock", fcntl.flock)
    no_flock_on_folders()
    inodes = set()
    for _ in range(3):
        do(KnowledgeBase(scene.live), "helped", "INC-4")
        inodes.add(planted(scene, ".incidents.md.lock").stat().st_ino)
    assert len(inodes) == 1


def test_a_journal_of_a_file_that_is_gone_holds_nothing_up(scene: Scene) -> None:
    scene.reset(START)
    scene.archive.with_name(".incidents.md.journal").write_bytes(forged(scene.archive, b"a", b"b"))
    scene.archive.unlink()
    do(KnowledgeBase(scene.live), "pin", "INC-4")
    assert scene.live.read_bytes() != START[LIVE]


@pytest.mark.parametrize(
    "data",
    [b"", b"{}\n", b"[]\n", b"x", b'{"kind": "incident-tui journal 1"}\n', b"[" * 3000, b"9" * 4096, b"\xff\xfe\n"],
)
def test_a_torn_journal_says_nothing_and_is_taken_away(either_scene: Scene, data: bytes) -> None:
    either_scene.reset(START)
    planted(either_scene, ".incidents.md.journal").write_bytes(data)
    assert KnowledgeBase(either_scene.live).snapshot().live.data == START[LIVE]
    do(KnowledgeBase(either_scene.live), "pin", "INC-4")
    assert either_scene.leftovers() == []
    assert len(either_scene.live.read_bytes()) == len(START[LIVE]) - 1


def test_a_journal_that_claims_to_be_vast_costs_no_memory(scene: Scene) -> None:
    scene.reset(START)
    head = {"kind": journal._KIND, "inode": 1, "offset": 0, "old": 1 << 62, "new": 0, "sha256": ""}
    planted(scene, ".incidents.md.journal").write_bytes(json.dumps(head).encode() + b"\n")
    assert KnowledgeBase(scene.live).snapshot().live.data == START[LIVE]
