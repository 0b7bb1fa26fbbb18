"""The history: private, bounded, and never needed."""

import errno
import json
import os
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from incident_tui.cli import main
from incident_tui.format.edit.operations import Archive, Helped, Pin
from incident_tui.format.errors import Refused
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.user import history as history_module
from incident_tui.storage.user.history import KEPT

from .small import LIVE, do, edit, tree


def file(live: Path) -> Path:
    return KnowledgeBase(live).history.path


@pytest.mark.parametrize("mask", [0o022, 0o000], ids=["usual umask", "no umask"])
def test_the_history_is_nobody_elses_business(live: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        do(KnowledgeBase(live), "INC-3", Pin())
    finally:
        os.umask(before)
    assert file(live).parent == Path(os.environ["XDG_STATE_HOME"]) / "incident-tui"
    assert file(live).stat().st_mode & 0o777 == 0o600
    assert file(live).parent.stat().st_mode & 0o777 == 0o700


def test_each_knowledge_base_has_its_own_history(live: Path) -> None:
    other = live.with_name("other.md")
    other.write_bytes(LIVE)
    do(KnowledgeBase(live), "INC-3", Pin())
    with pytest.raises(Refused, match="there is nothing to undo"):
        KnowledgeBase(other).undo()


def test_a_file_and_a_symlink_to_it_have_one_history(live: Path) -> None:
    link = live.with_name("link.md")
    link.symlink_to(live)
    do(KnowledgeBase(link), "INC-3", Pin())
    KnowledgeBase(live).undo()
    assert live.read_bytes() == LIVE


CHANGE: dict[str, Any] = {
    "number": 1,
    "time": 1.0,
    "run": "x",
    "did": "x",
    "about": [],
    "created": "",
    "undone": False,
    "files": [["live", [{"previous": None, "following": None, "old": "", "new": "", "old_at": 0, "new_at": 0}]]],
}
BROKEN_HUNK: dict[str, list[object]] = {"previous": [1, ["a"], [1, 2], [["a"], "b"]], "old": [1, None], "new": [[]]}
BROKEN = {
    "empty": "",
    "no JSON": "{",
    "NUL": "\0",
    "a list": "[]",
    "no changes": "{}",
    "a number": '{"changes": 1}',
    "a number inside": '{"changes": [1]}',
    "a text inside": '{"changes": ["x"]}',
    "nothing in it": '{"changes": [{}]}',
    "deep": "[" * 100_000,
    **{
        f"{key} is {value!r}": json.dumps({"changes": [CHANGE | {key: value}]})
        for key in CHANGE
        for value in (None, "x", 1, [1], [["live", [1]]], [["live", [{}]]])
        if type(value) is not type(CHANGE[key]) or key in ("files", "about")
    },
    **{
        f"a hunk's {key} is {value!r}": json.dumps(
            {"changes": [CHANGE | {"files": [["live", [CHANGE["files"][0][1][0] | {key: value}]]]}]}
        )
        for key, values in BROKEN_HUNK.items()
        for value in values
    },
    "another's bytes": json.dumps({"changes": [CHANGE]}).replace('"old": ""', '"old": "\\ud800"'),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_history_harms_nothing(live: Path, text: str) -> None:
    do(KnowledgeBase(live), "INC-3", Pin())
    pinned = live.read_bytes()
    file(live).write_text(text)
    for act in (KnowledgeBase(live).undo, KnowledgeBase(live).redo):
        with pytest.raises(Refused):
            act()
    assert live.read_bytes() == pinned
    base = KnowledgeBase(live)
    do(base, "INC-2", Archive())
    base.undo()
    assert live.read_bytes() == pinned


def test_a_history_that_can_not_be_written_costs_only_the_next_runs_undo(live: Path) -> None:
    state = Path(os.environ["XDG_STATE_HOME"])
    state.write_bytes(b"in the way")
    base = KnowledgeBase(live)
    do(base, "INC-3", Pin())
    base.undo()
    assert live.read_bytes() == LIVE
    assert state.read_bytes() == b"in the way"


def test_a_symlink_in_the_historys_place_is_not_followed(live: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    file(live).parent.mkdir(parents=True)
    file(live).symlink_to(target)
    base = KnowledgeBase(live)
    do(base, "INC-3", Pin())
    assert target.read_bytes() == b"precious"
    base.undo()
    assert live.read_bytes() == LIVE


def test_a_history_behind_a_symlink_is_not_read(live: Path, tmp_path: Path) -> None:
    do(KnowledgeBase(live), "INC-3", Pin())
    planted = file(live).rename(tmp_path / "planted")
    file(live).symlink_to(planted)
    with pytest.raises(Refused, match="there is nothing to undo"):
        KnowledgeBase(live).undo()


def test_the_history_is_bounded(live: Path) -> None:
    base = KnowledgeBase(live)
    for number in range(KEPT + 5):
        do(base, "INC-3", Pin(number % 2 == 0))
    assert len(KnowledgeBase(live).history.records()) == KEPT
    assert len(base.history.records()) == KEPT + 5


def test_a_history_of_large_changes_stays_small(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "MAX_BYTES", 3000)
    for number in range(9):
        do(KnowledgeBase(live), "INC-3", Pin(number % 2 == 0))
    assert 0 < file(live).stat().st_size < 4000
    KnowledgeBase(live).undo()


def test_bytes_that_are_no_text_come_back_from_the_history(live: Path) -> None:
    odd = LIVE.replace(b"The pool", b"\xff\xfe\x00\xed\xa0\x80 \\u1234 \xc3")
    live.write_bytes(odd)
    do(KnowledgeBase(live), "INC-3", Archive())
    KnowledgeBase(live).undo()
    assert tree(live.parent) == {"incidents.md": odd}


@pytest.mark.slow
@pytest.mark.parametrize("flip", [0x01, 0x20, 0xFF], ids=hex)
def test_a_flipped_byte_in_the_history_never_reaches_the_knowledge_base(live: Path, flip: int) -> None:
    states = [tree(live.parent)]
    for act, ref in ((Pin(), "INC-3"), (Archive(), "INC-2")):
        do(KnowledgeBase(live), ref, act)
        states.append(tree(live.parent))
    unpinned = (states[2][live.name] or b"").replace(b"pinned: true", b"pinned: false")
    states.append(states[2] | {live.name: unpinned})  # the archiving was left out, so the pin is undone
    history, whole = file(live), file(live).read_bytes()
    pointer = live.parent / "archive" / live.name
    for at in range(flip % 7, len(whole), 7):
        damaged = bytearray(whole)
        damaged[at] ^= flip
        history.write_bytes(damaged)
        base = KnowledgeBase(live)
        try:
            warning = base.undo().warning
        except Refused as refused:
            warning = str(refused)
        assert "damaged" in warning, (at, warning)
        assert tree(live.parent) in states, at
        live.write_bytes(states[2]["incidents.md"] or b"")
        pointer.parent.mkdir(exist_ok=True)
        pointer.write_bytes(states[2][f"archive/{live.name}"] or b"")


def test_a_history_that_was_cut_off_says_so(live: Path) -> None:
    for ref in ("INC-3", "INC-2", "INC-1"):
        do(KnowledgeBase(live), ref, Pin())
    lines = file(live).read_bytes().splitlines(keepends=True)
    file(live).write_bytes(b"".join(lines[:-1]))
    outcome = KnowledgeBase(live).undo()
    assert (outcome.description, "damaged" in outcome.warning) == ("undone: pinned INC-2 second", True)
    assert KnowledgeBase(live).undo().warning == "", "it is said once"


def test_a_history_of_an_earlier_version_is_read(live: Path) -> None:
    do(KnowledgeBase(live), "INC-3", Pin())
    values = [json.loads(line)[1] for line in file(live).read_text().splitlines()]
    file(live).write_text(json.dumps({"version": 1, "file": values[0]["file"], "changes": values[1:]}))
    outcome = KnowledgeBase(live).undo()
    assert (outcome.warning, live.read_bytes()) == ("", LIVE)


def test_a_damaged_history_is_said_by_every_command_that_reads_it(
    live: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["log"], ["log", "--json"], ["undo"], ["pin", "INC-1"]):
        for ref in ("INC-3", "INC-2"):
            base = KnowledgeBase(live)
            do(base, ref, Helped(date(2025, 4, 5)))
        file(live).write_bytes(file(live).read_bytes().replace(b"INC-3 third", b"INC-4 third", 1))
        capsys.readouterr()
        assert main([*command, "-f", str(live)]) == 0
        assert "damaged" in capsys.readouterr().err, command


def test_a_history_that_can_not_be_read_undoes_nothing(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else an earlier change would be undone, or of several files only some."""

    def fail(_: Path) -> BinaryIO:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    do(KnowledgeBase(live), "INC-3", Pin())
    pinned = live.read_bytes()
    monkeypatch.setattr(history_module, "open_state", fail)
    with pytest.raises(Refused, match="can't be read"):
        KnowledgeBase(live).undo()
    assert live.read_bytes() == pinned
    outcome = KnowledgeBase(live).edit([edit(KnowledgeBase(live).snapshot(), "INC-2", Pin())])
    assert "can't be read" in outcome.warning
