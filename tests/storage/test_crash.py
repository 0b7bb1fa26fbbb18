"""A crash at any moment: nothing is lost, and the next edit goes on as if nothing had been."""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from incident_tui.format.edit.edit import move_edits
from incident_tui.format.edit.new_file import new_file
from incident_tui.format.edit.operations import Archive, Operation, Pin, Restore, Rewrite, Summarize
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.format.model.located import Target
from incident_tui.storage.disk import atomic_file, late_writes
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library

from .small import GAP, HEAD, LIVE, OLD, A, B, C, do, edit, tree

CALLS = ("write", "fsync", "ftruncate", "replace", "rename", "unlink", "mkdir", "rmdir", "truncate")


class Crash(BaseException):
    """The process is dead: nothing that it still calls does anything."""


def crash_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process die at the step-th call that changes something on disk; a write is torn."""
    calls = count(1)

    def dying(name: str, original: Callable[..., object]) -> object:
        def call(*arguments: object, **options: object) -> object:
            now = next(calls)
            if now == step and name == "write":
                descriptor, data = arguments
                assert isinstance(data, bytes | memoryview)
                original(descriptor, memoryview(data)[: len(data) // 2])
            if now >= step:
                raise Crash
            return original(*arguments, **options)

        return call

    for name in CALLS:
        monkeypatch.setattr(os, name, dying(name, getattr(os, name)))
    monkeypatch.setattr(late_writes, "_rename", dying("rename", late_writes._rename))


@pytest.mark.parametrize(
    ("ref", "act", "place"),
    [
        pytest.param("INC-3", Pin(), "live", id="pin"),
        pytest.param("INC-3", Archive(), "live", id="archive"),
        pytest.param("INC-3", Summarize("Broke.", "Learned."), "live", id="summarize"),
        pytest.param("OLD-1", Restore(), "archive", id="restore"),
    ],
)
@pytest.mark.parametrize("linked", [False, True], ids=["plain files", "hard links"])
def test_a_crash_loses_nothing(tmp_path: Path, ref: str, act: Operation, place: Location, linked: bool) -> None:
    seen: list[tuple[bytes, bytes]] = []
    crashed = True
    while crashed:
        folder = tmp_path / str(len(seen))
        live, archive = folder / "incidents.md", folder / "archive" / "incidents.md"
        archive.parent.mkdir(parents=True)
        live.write_bytes(LIVE)
        archive.write_bytes(OLD)
        if linked:
            for path in (live, archive):
                path.with_suffix(".link").hardlink_to(path)
        with pytest.MonkeyPatch.context() as monkeypatch:
            crash_at(len(seen) + 1, monkeypatch)
            try:
                do(KnowledgeBase(live), ref, act, place)
                crashed = False
            except Crash:
                crashed = True
        found = KnowledgeBase(live).snapshot()
        seen.append((found.live.data, found.document("archive").data))
        do(KnowledgeBase(live), "INC-2", Pin())
        assert live.read_bytes() == seen[-1][0].replace(B, B.replace(b"false", b"true"))
        assert {name for name in tree(folder) if name.startswith((".", "archive/."))} == set()
    before, after = (LIVE, OLD), seen[-1]
    first_written = (after[0], OLD) if place == "archive" else (LIVE, after[1])
    assert set(seen) == {before, first_written, after}


@pytest.mark.parametrize("undone", [False, True], ids=["move", "undo of it"])
def test_a_crash_of_a_move_that_makes_a_file_loses_nothing(tmp_path: Path, undone: bool) -> None:
    seen: list[tuple[bytes, bytes | None]] = []
    crashed = True
    while crashed:
        folder = tmp_path / str(len(seen))
        folder.mkdir()
        live, other = folder / "incidents.md", folder / "facts.md"
        live.write_bytes(LIVE)
        library = Library([KnowledgeBase(live), KnowledgeBase(other)], ["incidents", "facts"])
        entry = next(each for each in library.snapshot().files[0].live.entries if each.raw == A)
        edits = move_edits([Target.of("live", entry, 0)], 1, library.names)
        if undone:
            library.edit(edits)
        with pytest.MonkeyPatch.context() as monkeypatch:
            crash_at(len(seen) + 1, monkeypatch)
            try:
                library.undo() if undone else library.edit(edits)
                crashed = False
            except Crash:
                crashed = True
        do(KnowledgeBase(live), "INC-2", Pin())
        seen.append((live.read_bytes(), other.read_bytes() if other.exists() else None))
        if other.exists():
            assert KnowledgeBase(other).take_in_late().failure == ""
        assert {name for name in tree(folder) if name.startswith(f".{live.name}")} == set()
    pinned = LIVE.replace(B, B.replace(b"false", b"true"))
    without, made = pinned.replace(A + GAP, b""), new_file("facts.md") + A
    states = [(pinned, None), (pinned, made), (without, made)]
    assert set(seen) == set(states)
    assert seen[-1] == states[0 if undone else -1]


@pytest.mark.parametrize("apart", [False, True], ids=["one file", "two files"])
def test_a_crash_of_a_merge_of_two_entries_loses_neither(tmp_path: Path, apart: bool) -> None:
    """The one that goes is in the archive before it is taken out; with the next edit all goes on."""
    merged = A.replace(b"used: 2", b"used: 9") + b"\nBody.\n"
    crashed, step = True, 0
    texts: set[tuple[bool, bool, bool]] = set()
    while crashed:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        live, other = folder / "incidents.md", folder / "facts.md"
        live.write_bytes(HEAD + A + GAP + B if apart else LIVE)
        other.write_bytes(HEAD + C)
        library = Library([KnowledgeBase(live), KnowledgeBase(other)], ["incidents", "facts"])
        files = library.snapshot().files
        kept = edit(files[0], "INC-3", Rewrite(merged))
        gone = edit(files[apart], "INC-1", Archive())
        gone = gone._replace(target=gone.target._replace(file_index=int(apart)))
        with pytest.MonkeyPatch.context() as monkeypatch:
            crash_at(step, monkeypatch)
            try:
                library.edit([kept, gone])
                crashed = False
            except Crash:
                pass
        do(KnowledgeBase(live), "INC-2", Pin())
        archive = folder / "archive" / ("facts.md" if apart else "incidents.md")
        archived = archive.exists() and b"INC-1" in archive.read_bytes()
        still_live = b"INC-1" in (other if apart else live).read_bytes()
        assert archived or still_live
        assert (merged in live.read_bytes()) != (A in live.read_bytes().replace(merged, b""))
        texts.add((merged in live.read_bytes(), still_live, archived))
    assert (True, False, True) in texts
    assert (False, True, False) in texts


def test_a_file_with_hard_links_keeps_them(live: Path) -> None:
    link = live.with_name("link.md")
    link.hardlink_to(live)
    base = KnowledgeBase(live)
    do(base, "INC-3", Archive())
    assert link.samefile(live)
    assert A not in link.read_bytes()
    base.undo()
    assert link.samefile(live)
    assert tree(live.parent) == {"incidents.md": LIVE, "link.md": LIVE}


def test_what_others_took_out_meanwhile_is_not_taken_away_from_where_it_went(
    live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a move only the copy is left then: rolling back would take away the last one."""
    base = KnowledgeBase(live)
    replace = atomic_file.replace

    def replaced(path: Path, data: bytes, *more: Any, **named: Any) -> bool:
        if path == live:  # someone else takes it out just before we do
            live.write_bytes(LIVE.replace(A + GAP, b""))
            raise atomic_file.FileChanged
        return replace(path, data, *more, **named)

    monkeypatch.setattr(atomic_file, "replace", replaced)
    with pytest.raises(Refused):
        do(base, "INC-3", Archive())
    assert A not in live.read_bytes()
    assert A in (live.parent / "archive" / live.name).read_bytes()


def test_an_undo_that_is_interrupted_when_the_archive_is_gone_keeps_the_entry(
    live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = KnowledgeBase(live)
    do(base, "INC-3", Archive())

    def removed(path: Path, _: object) -> bool:
        path.unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(late_writes, "remove", removed)
    with pytest.raises(KeyboardInterrupt):
        base.undo()
    assert tree(live.parent) in ({"incidents.md": LIVE}, {"incidents.md": LIVE, "archive": None})
