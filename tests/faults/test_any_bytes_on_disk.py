"""Whatever bytes a file holds: an edit on disk changes its own span and nothing else, and undo is exact."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from incident_tui.format.edit.edit import Edit
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry
from incident_tui.format.model.located import Target
from incident_tui.storage.knowledge_base import KnowledgeBase

from ..thorough import examples
from .child import ACTS
from .conftest import Tally

MEANT = "M-2025-02-02T10:00:00Z"
LINES = [
    b"",
    b"Plain words.",
    b"\xff\xfe not utf-8 \x80",
    b"nul \x00 in it",
    b"a line separator \xe2\x80\xa8 and \x0c \x0b \x1c \xc2\x85",
    b"trailing blanks \t ",
    b"| a | b |",
    b"|---|:-:|",
    b"| `x \\| y` | z",
    b"```",
    b"```sql",
    b"~~~~",
    b"<!--",
    b"-->",
    b"<!-- in one line -->",
    b"---",
    b"- [ ] to do",
    b"- used: 9",
    b"- unknown_key:  kept  ",
    b"### Timeline",
    b"## M-series laptops",
    b"## M-2025-01-01T10:00:00Z INC-1 one",
    b"## M-2025-01-01T10:00:00Z INC-1 one",
    b"## M-2025-03-03T10:00:00Z",
    b"## M-2025-02-02T10:00:00Z INC-2 meant",
    b"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
]
ENDS = [b"\n", b"\n", b"\r\n", b"\r"]


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """A file: lines of every kind with mixed ends, around one entry that can be edited."""
    lines = st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(ENDS)).map(b"".join), max_size=12)
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    metadata = draw(st.sampled_from([[], [b"- used: 2"], [b"- tags: a", b"- used: 2", b"- pinned: false", b"- x: y"]]))
    meant = end.join([b"## " + MEANT.encode() + b" INC-2 meant", b"", *metadata, b"", b"What happened.", b""])
    bom = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    data = bom + b"".join(draw(lines)) + meant + b"".join(draw(lines))
    return data.rstrip() if draw(st.booleans()) else data


MEGABYTE = b"## " + MEANT.encode() + b" INC-2 meant\n\n- used: 2\n\n" + b"x" * (1 << 20) + b"\n\n---\n\n"
NEXT = b"## M-2025-01-01T10:00:00Z INC-1 one\n\n" + b"y" * (1 << 20)


@contextmanager
def knowledge_base(live: bytes, archive: bytes | None) -> Iterator[KnowledgeBase]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        file = Path(name) / "incidents.md"
        file.write_bytes(live)
        if archive is not None:
            (Path(name) / "archive").mkdir()
            (Path(name) / "archive" / "incidents.md").write_bytes(archive)
        yield KnowledgeBase(file)


def tree(base: KnowledgeBase) -> dict[str, bytes | None]:
    folder = base.live_file.parent
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def edit_and_undo(base: KnowledgeBase, act: str, entry: Entry, place: Location) -> bool:
    """Make an edit, see that it touched only what it may, and take it back; whether it could be made."""
    before = tree(base)
    snapshot = base.snapshot()
    message, outcome = "", None
    try:
        outcome = base.edit([Edit(Target(place, entry.identity, entry.raw), ACTS[act])])
    except Refused as refusal:
        message = str(refusal)
    if outcome is None:
        assert message.isprintable()
        assert tree(base) == before
        return False
    if not outcome.written:
        assert tree(base) == before
        return False
    live = base.live_file.read_bytes()
    if act in ("pin", "helped", "summarize"):
        same = [held for held in snapshot.live.find(entry.identity) if held.raw == entry.raw]
        old = snapshot.live.data
        assert any(live.startswith(old[: held.start]) and live.endswith(old[held.end :]) for held in same)
    _others_are_untouched(base, snapshot.live, snapshot.document("archive"), entry)
    base.undo()
    assert tree(base) == before
    base.redo()
    assert base.live_file.read_bytes() == live
    base.undo()
    assert tree(base) == before
    return True


def _others_are_untouched(base: KnowledgeBase, live: Document, archive: Document, meant: Entry) -> None:
    """Every other entry is where it was with the bytes that it had (a line end may be added at a file's end)."""
    after = base.snapshot()
    for old, new in ((live, after.live), (archive, after.document("archive"))):
        kept = [entry.raw.rstrip(b"\r\n") for entry in new.entries]
        for entry in old.entries:
            if entry.identity.timestamp != meant.identity.timestamp:
                assert entry.raw.rstrip(b"\r\n") in kept


def try_all(live: bytes, archive: bytes | None) -> int:
    made = 0
    with knowledge_base(live, archive) as base:
        for act in ("pin", "helped", "archive", "summarize"):
            for entry in base.snapshot().live.entries[:3]:
                made += edit_and_undo(base, act, entry, "live")
        for entry in base.snapshot().document("archive").entries[:2]:
            made += edit_and_undo(base, "restore", entry, "archive")
    return made


UNDISTURBED = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


@pytest.mark.slow
@settings(UNDISTURBED, max_examples=8)
@given(texts(), st.none() | texts())
@example(MEGABYTE + NEXT, MEGABYTE.rstrip())
@example(b"\xef\xbb\xbf" + MEGABYTE.replace(b"\n", b"\r\n").rstrip(), None)
def test_an_edit_changes_its_own_span_only_and_undo_is_exact(live: bytes, archive: bytes | None) -> None:
    try_all(live, archive)


@pytest.mark.slow
def test_many_odd_files_keep_every_byte_outside_the_span(tally: Tally) -> None:
    made = 0

    @settings(UNDISTURBED, max_examples=examples(250))
    @given(texts(), st.none() | texts())
    def odd_file(live: bytes, archive: bytes | None) -> None:
        nonlocal made
        made += try_all(live, archive)

    odd_file()
    tally("edits, undo and redo of generated odd files", made, 0, "every byte outside the span kept, undo exact")
    assert made > 250
