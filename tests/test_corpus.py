"""Real files: every entry is found, and every change can be taken back to the byte.

The corpus of real incidents is tried where it is: beside the project in shared/corpus, or wherever
INCIDENT_TUI_CORPUS says.
"""

import os
from pathlib import Path

import pytest

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Archive, Operation, Pin, Restore, Summarize
from incident_tui.format.model.contents import Location
from incident_tui.format.model.document import Document
from incident_tui.format.model.located import Target
from incident_tui.storage.knowledge_base import KnowledgeBase

PROJECT = Path(__file__).parents[1]
CORPUS = Path(os.environ.get("INCIDENT_TUI_CORPUS") or PROJECT.parent / "shared" / "corpus")
SAMPLE = PROJECT / "sample_data" / "incidents.md"
ENTRIES = {
    CORPUS / "cloud-platform-incidents.md": 34,
    CORPUS / "cloud-engineering-incidents.md": 40,
    SAMPLE: 25,
}
FORMS = {
    "as it is": lambda data: data,
    "CRLF": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "no final newline": lambda data: data.rstrip(b"\r\n"),
}

on_each_file = pytest.mark.parametrize(
    "original",
    [
        pytest.param(path, marks=pytest.mark.skipif(not path.is_file(), reason=f"{path} isn't there"), id=path.stem)
        for path in ENTRIES
    ],
)
in_each_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())


@pytest.fixture
def base(original: Path, form: type[bytes], tmp_path: Path) -> KnowledgeBase:
    """A copy of the file, and of its archive."""
    for part in (original, original.parent / "archive" / original.name):
        if part.exists():
            copy = tmp_path / part.relative_to(original.parent)
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(form(part.read_bytes()))
    return KnowledgeBase(tmp_path / original.name)


def state(base: KnowledgeBase) -> tuple[bytes, bytes | None]:
    archive = base.archive_file
    return base.live_file.read_bytes(), archive.read_bytes() if archive.exists() else None


def do(base: KnowledgeBase, number: int, act: Operation, place: Location = "live") -> None:
    entry = base.snapshot().document(place).entries[number]
    base.edit([Edit(Target(place, entry.identity, entry.raw), act)])


@on_each_file
def test_every_entry_is_found(original: Path) -> None:
    document = Document.parse(original.read_bytes())
    assert len(document.entries) == ENTRIES[original]
    assert len(set(map(document.id, document.entries))) == ENTRIES[original]
    assert document.unclosed == ()


@on_each_file
@in_each_form
def test_every_entry_toggled_twice_leaves_the_file_as_it_was(base: KnowledgeBase) -> None:
    before = state(base)
    for number, entry in enumerate(base.snapshot().live.entries):
        for pinned in (not entry.pinned, entry.pinned):
            do(base, number, Pin(pinned))
            assert (state(base) == before) is (pinned is entry.pinned)


@on_each_file
@in_each_form
def test_every_entry_archived_and_undone_leaves_both_files_as_they_were(base: KnowledgeBase) -> None:
    before = state(base)
    for number in range(len(base.snapshot().live.entries)):
        do(base, number, Archive(force=True))
        assert state(base) != before
        base.undo()
        assert state(base) == before


@on_each_file
@in_each_form
def test_every_entry_summarized_and_undone_leaves_both_files_as_they_were(base: KnowledgeBase) -> None:
    before = state(base)
    for number, entry in enumerate(base.snapshot().live.entries):
        if entry.state == "full":
            do(base, number, Summarize("It broke.", "Look first."))
            assert state(base) != before
            base.undo()
            assert state(base) == before


@on_each_file
@in_each_form
def test_every_entry_archived_and_restored_leaves_the_live_file_as_it_was(base: KnowledgeBase) -> None:
    before = base.live_file.read_bytes()
    for number, entry in enumerate(base.snapshot().live.entries):
        if entry.state == "full":
            do(base, number, Archive(force=True))
            archive = base.snapshot().document("archive")
            (place,) = [held.number for held in archive.entries if held.raw.rstrip() == entry.raw.rstrip()]
            do(base, place, Restore(), "archive")
            assert base.live_file.read_bytes() == before
