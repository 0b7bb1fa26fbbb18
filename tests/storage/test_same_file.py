"""An archive that is the live file by another name: nothing is changed, for what is moved would be gone."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from incident_tui.cli import main
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Archive, Operation, Pin, Restore, Summarize
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.format.model.located import Target
from incident_tui.storage.disk_findings import disk_findings
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library

from .small import LIVE, do


def symlink(live: Path, archive: Path) -> None:
    archive.parent.mkdir()
    archive.symlink_to(live)


def hard_link(live: Path, archive: Path) -> None:
    archive.parent.mkdir()
    archive.hardlink_to(live)


def folder_linked_to_itself(live: Path, archive: Path) -> None:
    archive.parent.symlink_to(".")


@pytest.fixture(params=[symlink, hard_link, folder_linked_to_itself], ids=lambda link: link.__name__)
def linked(live: Path, request: pytest.FixtureRequest) -> Path:
    link: Callable[[Path, Path], None] = request.param
    link(live, live.parent / "archive" / live.name)
    return live


@pytest.mark.parametrize(
    "act", [Archive(), Summarize("Short.", "Learned."), Restore(), Pin()], ids=lambda act: str(act)[:7]
)
@pytest.mark.parametrize("place", ["live", "archive"])
def test_nothing_is_changed_where_both_are_the_same_file(linked: Path, act: Operation, place: Location) -> None:
    with pytest.raises(Refused) as caught:
        do(KnowledgeBase(linked), "INC-3", act, place)
    assert str(caught.value).isprintable()
    assert linked.read_bytes() == LIVE


def test_the_refusal_names_the_archive(linked: Path) -> None:
    with pytest.raises(Refused, match=r"incidents\.md can't be changed: its archive .*/incidents\.md is the same file"):
        do(KnowledgeBase(linked), "INC-3", Archive())


def test_a_move_is_not_undone_once_both_are_the_same_file(live: Path) -> None:
    base = KnowledgeBase(live)
    archive = live.parent / "archive" / live.name
    do(base, "INC-3", Archive())
    both = live.read_bytes() + archive.read_bytes()
    live.write_bytes(both)
    archive.unlink()
    archive.hardlink_to(live)
    with pytest.raises(Refused, match="is the same file"):
        KnowledgeBase(live).undo()
    assert live.read_bytes() == both


def test_check_finds_it(linked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [one.code for one in disk_findings(KnowledgeBase(linked).snapshot())] == ["same-file"]
    assert main(["check", "--json", "-f", str(linked)]) == 1
    assert "same-file" in {one["code"] for one in json.loads(capsys.readouterr().out)}


def test_a_usual_archive_is_not_the_same_file(live: Path) -> None:
    do(KnowledgeBase(live), "INC-3", Archive())
    assert KnowledgeBase(live).snapshot().read_only is None
    assert list(disk_findings(KnowledgeBase(live).snapshot())) == []


def test_two_files_that_are_one_are_not_changed_at_once(live: Path) -> None:
    other = live.with_name("other.md")
    other.hardlink_to(live)
    library = Library([KnowledgeBase(live), KnowledgeBase(other)], ["incidents", "other"])
    entries = [part.live.entries[0] for part in library.snapshot().files]
    edits = [Edit(Target("live", entry.identity, entry.raw, part), Pin()) for part, entry in enumerate(entries)]
    with pytest.raises(Refused, match="are the same file"):
        library.edit(edits)
    assert live.read_bytes() == LIVE


def test_a_file_that_is_mounted_as_its_own_archive_is_the_same_file(live: Path) -> None:
    archive = live.parent / "archive" / live.name
    archive.parent.mkdir()
    archive.write_bytes(b"")
    script = 'mount --bind "$1" "$2" && exec "$3" -m incident_tui archive INC-3 -f "$1"'
    if shutil.which("unshare") is None or _unshared("mount --bind /tmp /mnt").returncode:
        pytest.skip("no namespace in which a file can be mounted (unshare -rm)")
    run = _unshared(script, str(live), str(archive), sys.executable)
    assert (run.returncode, run.stdout) == (1, "")
    assert "is the same file" in run.stderr
    assert live.read_bytes() == LIVE


def _unshared(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["unshare", "-rm", "sh", "-c", script, "sh", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
