"""What a file is apart from its text stays as it was: names, links, mode, owner, group, lists and attributes."""

import os
import stat
import struct
from pathlib import Path
from typing import Any

import pytest

from incident_tui.format.errors import Refused
from incident_tui.storage.knowledge_base import KnowledgeBase

from .child import do
from .scene import ARCHIVE, LIVE, START, START_WITHOUT_ARCHIVE, Child, Scene

OWNER, WRITER, STRANGER = 61001, 61002, 61003
TEAM, OTHERS = 62001, 62002
ACL, DEFAULT_ACL = "system.posix_acl_access", "system.posix_acl_default"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def acl(*named: tuple[int, int], group: int = 6, others: int = 4) -> bytes:
    """An access control list in the kernel's form: owner rw, then users with their rights."""
    nobody = 0xFFFFFFFF
    entries = [(1, 6, nobody), *((2, rights, user) for user, rights in named)]
    entries += [(4, group, nobody), (16, 6, nobody), (32, others, nobody)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def team_owned(scene: Scene, files: dict[str, bytes] = START, folder: int = 0o2775, mode: int = 0o664) -> None:
    """Let the files be someone else's, and writable for the team."""
    scene.reset(files)
    for path in [scene.live.parent, *scene.live.parent.rglob("*")]:
        os.chown(path, OWNER, TEAM)
        path.chmod(folder if path.is_dir() else mode)


def as_user(uid: int, *groups: int, **more: Any) -> dict[str, Any]:
    return {"uid": uid, "groups": list(groups), **more}


def edit(scene: Scene, child: Child, act: str = "pin", ref: str = "INC-4", **user: Any) -> dict[str, Any]:
    """An edit by some user; their own state folder is out of reach, which costs only undo."""
    state = str(scene.state / str(user.get("uid", "")))
    request = {"task": "edit", "path": str(scene.live), "state": state, "act": act, "ref": ref, "place": "live"}
    return child.ask({**request, "user": user} if user else request)


def what_it_is(path: Path) -> tuple[int, int, int, int]:
    status = path.stat()
    return stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, status.st_nlink


@pytest.mark.parametrize("act", ["pin", "archive", "summarize"])
def test_a_hard_link_keeps_its_inode_and_both_names_see_the_new_text(either_scene: Scene, act: str) -> None:
    either_scene.reset(START)
    inode = either_scene.live.stat().st_ino
    do(KnowledgeBase(either_scene.live), act, "INC-4")
    for name in either_scene.linked:
        assert (either_scene.folder / name).read_bytes() == either_scene.second_name(name).read_bytes()
    assert (either_scene.live.stat().st_ino == inode) is either_scene.hard_links
    assert either_scene.live.read_bytes() != START[LIVE]


def test_a_chain_of_symlinks_leads_to_the_same_file_after_every_act(scene: Scene) -> None:
    scene.reset(START)
    for name, target in (("first.md", "second.md"), ("second.md", scene.live)):
        (scene.folder / name).symlink_to(target)
    base = KnowledgeBase(scene.folder / "first.md")
    for act in ("pin", "archive", "undo", "redo", "undo", "undo"):
        do(base, act, "INC-4")
        assert (scene.folder / "first.md").readlink() == Path("second.md")
        assert (scene.folder / "second.md").readlink() == scene.live
        assert not scene.live.is_symlink()
    assert scene.files() == START


@pytest.mark.parametrize("target", ["nowhere.md", "incidents.md", "loop/x.md"], ids=["dangling", "circular", "folders"])
def test_a_symlink_that_leads_nowhere_is_refused_and_stays(tmp_path: Path, target: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    link = tmp_path / "incidents.md"
    link.symlink_to(target)
    with pytest.raises(Refused, match="is a symlink"):
        KnowledgeBase(link)
    assert link.readlink() == Path(target)


@pytest.mark.parametrize("umask", [0o022, 0o077], ids=["umask 022", "umask 077"])
@pytest.mark.parametrize("mode", [0o640, 0o664, 0o600, 0o660])
def test_the_mode_of_both_files_and_of_a_new_archive_folder_is_open_to_whom_it_was(
    scene: Scene, child: Child, mode: int, umask: int
) -> None:
    scene.reset(START_WITHOUT_ARCHIVE)
    scene.live.chmod(mode)
    scene.live.parent.chmod(0o770)
    assert edit(scene, child, "archive", umask=umask)["did"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in (scene.live, scene.archive)] == [mode, mode]
    assert stat.S_IMODE(scene.archive.parent.stat().st_mode) == 0o770


@as_root
def test_in_a_setgid_folder_all_that_is_new_belongs_to_the_team(common: Scene, child: Child) -> None:
    team_owned(common, START_WITHOUT_ARCHIVE)
    os.chown(common.live, WRITER, TEAM)
    assert edit(common, child, "archive", **as_user(WRITER, OTHERS, TEAM, umask=0o077))["did"]
    assert what_it_is(common.live) == (0o664, WRITER, TEAM, 1)
    assert what_it_is(common.archive) == (0o664, WRITER, TEAM, 1)
    assert what_it_is(common.archive.parent)[:3] == (0o2775, WRITER, TEAM)


@as_root
def test_a_new_archive_is_the_teams_without_a_setgid_folder_as_well(common: Scene, child: Child) -> None:
    team_owned(common, START_WITHOUT_ARCHIVE, folder=0o775, mode=0o660)
    os.chown(common.live, WRITER, TEAM)
    assert edit(common, child, "archive", **as_user(WRITER, OTHERS, TEAM))["did"]
    assert what_it_is(common.archive) == (0o660, WRITER, TEAM, 1)
    assert edit(common, child, "archive", "INC-2", **as_user(STRANGER, OTHERS, TEAM))["did"], "a colleague can use it"


@as_root
def test_what_root_makes_belongs_to_whom_the_file_belongs(common: Scene, child: Child) -> None:
    team_owned(common, START_WITHOUT_ARCHIVE)
    assert edit(common, child, "archive")["did"]
    assert [what_it_is(path)[1:3] for path in (common.live, common.archive, common.archive.parent)] == [
        (OWNER, TEAM)
    ] * 3


@as_root
@pytest.mark.parametrize("act", ["pin", "archive", "summarize"])
def test_a_colleagues_file_is_patched_in_place_and_stays_theirs(common: Scene, child: Child, act: str) -> None:
    team_owned(common)
    before = {path: (what_it_is(path), path.stat().st_ino) for path in (common.live, common.archive)}
    assert edit(common, child, act, **as_user(WRITER, OTHERS, TEAM, umask=0o077))["did"]
    assert {path: (what_it_is(path), path.stat().st_ino) for path in before} == before
    assert common.files() != START
    assert common.leftovers() == []


@as_root
@pytest.mark.parametrize("how", ["before", "half", "after"])
def test_a_colleague_finishes_what_a_crash_left_of_a_patch(common: Scene, child: Child, how: str) -> None:
    """The journal of one writer can be read, and is believed, by every other writer of the file; the owner too."""
    for next_user in (as_user(OWNER, TEAM), as_user(STRANGER, TEAM)):
        team_owned(common, mode=0o660)
        writer = as_user(WRITER, OTHERS, TEAM, umask=0o077)
        request = {"task": "edit", "path": str(common.live), "state": "/nonexistent", "place": "live", "user": writer}
        request |= {"act": "summarize", "ref": "INC-5"}
        clean = child.ask(request)["calls"]
        whole = common.live.read_bytes()
        team_owned(common, mode=0o660)
        write = next(at for at, call in enumerate(clean, 1) if call == ["write", str(common.live)])
        assert child.ask({**request, "fault": {"at": write, "how": how}})["killed"]
        journal = common.live.with_name(".incidents.md.journal")
        assert what_it_is(journal)[:3] == (0o660, WRITER, TEAM)
        assert (common.live.read_bytes() == START[LIVE]) is (how == "before")
        assert edit(common, child, "pin", "INC-1", **next_user)["did"] == "pinned INC-1 bystander"
        kept = whole if how == "after" else START[LIVE]
        assert common.live.read_bytes() == kept[:-100] + kept[-100:].replace(b"pinned: false", b"pinned: true")
        assert common.leftovers() == []


@as_root
def test_a_patch_whose_journal_others_could_not_use_is_refused(common: Scene, child: Child) -> None:
    """The writer isn't in the file's group: what a crash left could not be mended by the group."""
    team_owned(common, START_WITHOUT_ARCHIVE, folder=0o777, mode=0o660)
    os.setxattr(common.live, ACL, acl((WRITER, 6), group=6, others=0))
    refused = edit(common, child, **as_user(WRITER, OTHERS))["refused"]
    assert "no recovery journal can be made that all who may write it could use; nothing was changed" in refused
    assert common.files() == START_WITHOUT_ARCHIVE
    assert common.leftovers() == []


@as_root
def test_who_is_named_in_the_access_control_list_may_patch(common: Scene, child: Child) -> None:
    team_owned(common, folder=0o777)
    os.setxattr(common.live, ACL, acl((WRITER, 6)))
    before = os.getxattr(common.live, ACL)
    assert edit(common, child, **as_user(WRITER, OTHERS))["did"]
    assert os.getxattr(common.live, ACL) == before
    assert what_it_is(common.live)[1:3] == (OWNER, TEAM)


@as_root
def test_in_a_sticky_folder_a_colleagues_file_is_patched_in_place(common: Scene, child: Child) -> None:
    team_owned(common, folder=0o3775)
    inode = common.live.stat().st_ino
    for who in (as_user(WRITER, TEAM), as_user(STRANGER, TEAM)):
        assert edit(common, child, "helped", **who)["did"]
    assert common.live.stat().st_ino == inode
    assert KnowledgeBase(common.live).snapshot().live.entries[1].used == 4


@as_root
@pytest.mark.parametrize("folder", [0o555, 0o755])
def test_in_a_folder_that_can_not_be_written_the_edit_is_refused_with_the_reason(
    common: Scene, child: Child, folder: int
) -> None:
    team_owned(common, folder=folder)
    refused = edit(common, child, **as_user(WRITER, TEAM))["refused"]
    assert (
        refused == "incidents.md can't be changed: its folder can't be written, so that no safe copy can be made first"
    )
    assert common.files() == START


def needs_lists(folder: Path) -> None:
    probe = folder / "probe"
    probe.touch()
    try:
        os.setxattr(probe, ACL, acl((WRITER, 6)))
        os.setxattr(probe, "user.probe", b"1")
    except OSError as error:
        pytest.skip(f"this file system has no access control lists: {error.strerror}")


@pytest.mark.parametrize("hard_link", [False, True], ids=["rename", "in place"])
def test_access_control_list_and_attributes_are_kept(common: Scene, hard_link: bool) -> None:
    common.hard_links = hard_link
    common.reset(START)
    needs_lists(common.folder)
    for path in (common.live, common.archive):
        os.setxattr(path, ACL, acl((WRITER, 6), (STRANGER, 4)))
        os.setxattr(path, "user.team", b"sre")
    before = [{name: os.getxattr(path, name) for name in os.listxattr(path)} for path in (common.live, common.archive)]
    do(KnowledgeBase(common.live), "archive", "INC-4")
    after = [{name: os.getxattr(path, name) for name in os.listxattr(path)} for path in (common.live, common.archive)]
    assert after == before
    assert common.files() != START


def test_a_new_archive_is_open_to_whom_the_list_of_the_live_file_names(common: Scene) -> None:
    common.reset(START_WITHOUT_ARCHIVE)
    needs_lists(common.folder)
    os.setxattr(common.live, ACL, acl((WRITER, 6)))
    do(KnowledgeBase(common.live), "archive", "INC-4")
    assert os.getxattr(common.archive, ACL) == os.getxattr(common.live, ACL) == acl((WRITER, 6))


def test_the_folders_default_list_opens_no_file_that_was_closed(common: Scene) -> None:
    """The replacement is made in a folder that hands a list down; the file that it replaces had none."""
    common.reset(START)
    needs_lists(common.folder)
    common.live.chmod(0o640)
    os.setxattr(common.live.parent, DEFAULT_ACL, acl((STRANGER, 6)))
    do(KnowledgeBase(common.live), "pin", "INC-4")
    assert os.listxattr(common.live) == []
    assert stat.S_IMODE(common.live.stat().st_mode) == 0o640


def test_files_elsewhere_in_the_folder_are_left_alone(scene: Scene) -> None:
    """Only what is surely our own temporary file is swept."""
    scene.reset(START)
    theirs = [".incidents.md.swp.tmp", ".incidents.md.1.tmp", "incidents.md.tmp", ".incidents.md.12.abcdefgh.tmp"]
    ours = [".incidents.md.4711.0123abcd.tmp"]
    for name in theirs + ours:
        (scene.live.parent / name).write_bytes(b"x")
    do(KnowledgeBase(scene.live), "pin", "INC-4")
    left = {path.name for path in scene.live.parent.iterdir() if path.is_file()}
    assert left == {*theirs, "incidents.md"}
    assert ARCHIVE in scene.files()
