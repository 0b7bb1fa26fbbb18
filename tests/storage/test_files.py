"""Files as they are in real life: modes, symlinks, what can't be read, a disk that is full."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_tui.format.edit.operations import Archive, Pin, Summarize
from incident_tui.format.errors import Refused
from incident_tui.storage.disk.lock import locked
from incident_tui.storage.knowledge_base import KnowledgeBase

from .small import LIVE, OLD, do, edit, tree


@pytest.fixture
def strict_umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def refusal(base: KnowledgeBase, ref: str = "INC-3") -> str:
    """Why an edit was refused: one line."""
    with pytest.raises(Refused) as caught:
        do(base, ref, Archive())
    message = str(caught.value)
    assert message.isprintable()
    assert message
    return message


@pytest.mark.parametrize("mode", [0o664, 0o644, 0o600, 0o640])
@pytest.mark.usefixtures("strict_umask")
def test_the_mode_of_both_files_is_kept(live: Path, mode: int) -> None:
    live.chmod(mode)
    base = KnowledgeBase(live)
    do(base, "INC-3", Archive())
    archive = live.parent / "archive" / "incidents.md"
    assert [path.stat().st_mode & 0o7777 for path in (live, archive)] == [mode, mode]
    archive.chmod(0o660)
    do(base, "INC-2", Archive())
    assert [path.stat().st_mode & 0o7777 for path in (live, archive)] == [mode, 0o660]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_owner_and_group_are_kept(live: Path) -> None:
    for owner, group in ((12345, 12346), (0, 12346), (12345, 0)):
        os.chown(live, owner, group)
        base = KnowledgeBase(live)
        do(base, "INC-3", Pin(not base.snapshot().live.entries[0].pinned))
        assert (live.stat().st_uid, live.stat().st_gid) == (owner, group)


def test_extended_attributes_are_kept(live: Path) -> None:
    try:
        os.setxattr(live, "user.owner", b"sre")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    do(KnowledgeBase(live), "INC-3", Pin())
    assert os.getxattr(live, "user.owner") == b"sre"


def test_a_chain_of_symlinks_is_kept(live: Path) -> None:
    first, second = live.parent.parent / "first.md", live.parent.parent / "second.md"
    second.symlink_to("team/incidents.md")
    first.symlink_to(second)
    do(KnowledgeBase(first), "INC-3", Archive())
    assert (first.readlink(), second.readlink()) == (second, Path("team/incidents.md"))
    assert not live.is_symlink()
    assert first.read_bytes() == live.read_bytes() != LIVE
    assert (live.parent / "archive" / "incidents.md").is_file()


def test_an_archive_that_is_a_symlink_is_kept(live: Path) -> None:
    real, archive = live.parent.parent / "real.md", live.parent / "archive" / "incidents.md"
    real.write_bytes(OLD)
    archive.parent.mkdir()
    archive.symlink_to(real)
    do(KnowledgeBase(live), "INC-3", Archive())
    assert archive.readlink() == real
    assert real.read_bytes().startswith(OLD)
    assert b"INC-3 third" in real.read_bytes()


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("nowhere.md", "is a symlink to .*, which does not exist"),
        ("incidents.md", "is a symlink that leads in a circle"),
    ],
    ids=["dangling", "circular"],
)
def test_a_symlink_that_leads_nowhere_is_refused(tmp_path: Path, target: str, why: str) -> None:
    link = tmp_path / "incidents.md"
    link.symlink_to(target)
    with pytest.raises(Refused, match=why) as caught:
        KnowledgeBase(link)
    assert str(caught.value).isprintable()
    assert link.is_symlink()


def test_a_path_through_a_circle_of_symlinks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("other")
    (tmp_path / "other").symlink_to("one")
    with pytest.raises(Refused, match="is a symlink that leads in a circle"):
        KnowledgeBase(tmp_path / "one" / "incidents.md")


def test_a_missing_file_is_an_empty_snapshot(tmp_path: Path) -> None:
    snapshot = KnowledgeBase(tmp_path / "incidents.md").snapshot()
    assert (snapshot.exists, snapshot.live.data, snapshot.archive) == (False, b"", None)
    assert tree(tmp_path) == {}


def test_a_missing_folder_is_an_empty_snapshot(tmp_path: Path) -> None:
    assert not KnowledgeBase(tmp_path / "none" / "incidents.md").snapshot().exists
    assert tree(tmp_path) == {}


def test_an_edit_in_a_folder_that_went_away_is_refused_in_one_line(live: Path) -> None:
    base = KnowledgeBase(live)
    seen = edit(base.snapshot(), "INC-3", Pin())
    live.unlink()
    live.parent.rmdir()
    with pytest.raises(Refused, match="no longer in this file") as caught:
        base.edit([seen])
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "is a directory"), ("socket", "it is a pipe, not a file"), ("team/incidents.md/x", "nothing")],
    ids=["a folder", "a pipe", "below a file"],
)
def test_what_is_no_file_is_refused_in_one_line(live: Path, name: str, why: str) -> None:
    os.mkfifo(live.parent.parent / "socket")
    base = KnowledgeBase(live.parent.parent / name)
    if why == "nothing":
        assert not base.snapshot().exists
        return
    with pytest.raises(Refused, match=why) as caught:
        base.snapshot()
    assert str(caught.value).isprintable()


def test_a_hostile_path_is_shown_harmless(live: Path) -> None:
    folder = live.parent.rename(live.parent.with_name("a\x1b[31m\nb"))
    file = (folder / live.name).rename(folder / "c\x1b[31m\nd.md")
    refusal(KnowledgeBase(file, read_only=True))
    with pytest.raises(Refused) as caught:
        KnowledgeBase(folder).snapshot()
    assert str(caught.value).isprintable()
    with locked(file), pytest.raises(Refused) as caught, locked(file, timeout=0):
        pass
    assert str(caught.value).isprintable()


def test_an_unreadable_file_is_refused_in_one_line(common_folder: Path) -> None:
    file = common_folder / "incidents.md"
    file.write_bytes(LIVE)
    file.chmod(0)
    with pytest.raises(Refused, match=r"incidents\.md can't be read: permission denied"):
        KnowledgeBase(file).snapshot()


def test_an_unreadable_archive_is_refused_and_the_live_file_left_alone(common_folder: Path) -> None:
    file, archive = common_folder / "incidents.md", common_folder / "archive" / "incidents.md"
    archive.parent.mkdir()
    file.write_bytes(LIVE)
    base = KnowledgeBase(file)
    seen = base.snapshot().live.entries[0]
    archive.write_bytes(OLD)
    archive.chmod(0)
    with pytest.raises(Refused, match=r"archive/incidents\.md can't be read: permission denied"):
        do(base, seen.ref or "", Archive())
    assert file.read_bytes() == LIVE


def test_a_file_that_one_may_only_read_is_read_but_not_edited(common_folder: Path) -> None:
    file = common_folder / "incidents.md"
    file.write_bytes(LIVE)
    file.chmod(0o444)
    base = KnowledgeBase(file)
    assert base.snapshot().read_only == "you may only read it"
    assert len(base.snapshot().live.entries) == 3
    assert refusal(base) == "incidents.md can't be changed: you may only read it"
    assert tree(common_folder) == {"incidents.md": LIVE}


def test_a_folder_that_one_may_only_read_is_no_place_for_edits(common_folder: Path) -> None:
    file = common_folder / "incidents.md"
    file.write_bytes(LIVE)
    common_folder.chmod(0o555)
    assert refusal(KnowledgeBase(file)).startswith("incidents.md can't be changed: its folder can't be written")
    assert tree(common_folder) == {"incidents.md": LIVE}


def test_an_archive_folder_that_can_not_be_made_is_refused(live: Path) -> None:
    (live.parent / "archive").write_bytes(b"a file")
    before = tree(live.parent)
    refusal(KnowledgeBase(live))
    assert tree(live.parent) == before


def test_read_only_refuses_every_change(live: Path) -> None:
    do(KnowledgeBase(live), "INC-2", Pin())
    before = tree(live.parent)
    base = KnowledgeBase(live, read_only=True)
    assert base.snapshot().read_only == "it was opened with --read-only"
    assert refusal(base) == "incidents.md can't be changed: it was opened with --read-only"
    for act in (base.undo, lambda: base.create(b"")):
        with pytest.raises(Refused, match="--read-only"):
            act()
    assert tree(live.parent) == before


def full_at(monkeypatch: pytest.MonkeyPatch, file: Path, call: str) -> None:
    """From now on the disk is full for whoever writes what shall become this file."""
    original = getattr(os, call)

    def full(descriptor: int, *arguments: object) -> object:
        if Path(f"/proc/self/fd/{descriptor}").resolve().name.startswith(f".{file.name}."):
            folder = Path(f"/proc/self/fd/{descriptor}").resolve().parent
            if folder == file.parent:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return original(descriptor, *arguments)

    monkeypatch.setattr(os, call, full)


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("archive", [None, OLD], ids=["new archive", "an archive"])
@pytest.mark.parametrize("at", ["live", "archive"])
def test_on_a_full_disk_both_files_stay_as_they_were(
    live: Path, monkeypatch: pytest.MonkeyPatch, call: str, archive: bytes | None, at: str
) -> None:
    archive_file = live.parent / "archive" / "incidents.md"
    if archive is not None:
        archive_file.parent.mkdir()
        archive_file.write_bytes(archive)
    before = tree(live.parent)
    base = KnowledgeBase(live)
    full_at(monkeypatch, live if at == "live" else archive_file, call)
    assert "no space left on device; nothing was changed" in refusal(base)
    assert tree(live.parent) == before
    monkeypatch.undo()
    do(base, "INC-3", Summarize("Broke.", "Learned."))
    base.undo()
    assert tree(live.parent) == before


def test_a_failed_edit_leaves_nothing_to_undo(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = KnowledgeBase(live)
    full_at(monkeypatch, live, "write")
    refusal(base)
    with pytest.raises(Refused, match="there is nothing to undo"):
        base.undo()
