"""Entries that are moved along are those that a scan would find."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.format.edit.fast_apply import apply_without_rescan
from incident_tui.format.edit.in_place import apply_in_place
from incident_tui.format.edit.operations import Helped, InPlaceOperation, Pin, Tag, Tick
from incident_tui.format.edit.splice import Splice, apply_splices
from incident_tui.format.model.document import Document

from ..thorough import examples
from .test_any_bytes import LINE, files

SAMPLE = Path(__file__).parents[2] / "sample_data" / "incidents.md"


def told(document: Document) -> object:
    """All that a scan finds, and what is read of the entries."""
    spans = [(entry.start, entry.end, entry.gap_end, entry.number) for entry in document.entries]
    read = [(entry.heading, entry.metadata.fields, entry.raw) for entry in document.entries]
    return (
        spans,
        read,
        document.comments,
        document.unclosed,
        document.conflicts,
        document.eol,
        tuple(map(document.id, document.entries)),
    )


@st.composite
def changes(draw: st.DrawFn, document: Document) -> list[Splice]:
    """Some entries, each whole with lines replaced, put in or taken out."""
    chosen = draw(st.sets(st.sampled_from(document.entries), max_size=2)) if document.entries else set()
    found = []
    for entry in sorted(chosen, key=lambda entry: entry.start):
        lines = entry.raw.splitlines(keepends=True)
        at = draw(st.integers(0, len(lines)))
        new = [line + b"\n" for line in draw(st.lists(LINE, max_size=2))]
        found.append(
            Splice(entry.start, entry.end, b"".join([*lines[:at], *new, *lines[at + draw(st.integers(0, 2)) :]]))
        )
    return found


@pytest.mark.slow
@settings(max_examples=examples(500), deadline=None)
@given(files(), st.data())
def test_what_is_moved_along_is_what_a_scan_finds(data: bytes, dice: st.DataObject) -> None:
    document = Document.parse(data)
    made = dice.draw(changes(document))
    result = apply_without_rescan(document, made)
    if result is not None:
        assert told(result) == told(Document.parse(apply_splices(data, made)))


@pytest.mark.parametrize(
    "act",
    [Pin(True), Pin(False), Helped(date(2026, 1, 2)), Tag(("new",), ()), Tick((1,), True), Tick((1,), False)],
    ids=str,
)
def test_a_change_of_a_few_words_takes_no_scan(act: InPlaceOperation) -> None:
    document = Document.parse(SAMPLE.read_bytes())
    tried = 0
    for entry in document.entries:
        if isinstance(act, Tick) and b"\n- [" not in entry.raw:
            continue
        made = [Splice(entry.start, entry.end, apply_in_place(act, document, entry, entry.raw))]
        result = apply_without_rescan(document, made)
        assert result is not None
        assert told(result) == told(Document.parse(apply_splices(document.data, made)))
        tried += 1
    assert tried > 5


@pytest.mark.parametrize(
    "line", [b"```", b"<!--", b"-->", b"---", b"", b"## M-2026-01-01 x", b"<<<<<<< ours", b"  text"]
)
def test_a_line_that_could_tell_where_entries_are_takes_a_scan(line: bytes) -> None:
    data = b"## M-2026-02-01T00:00:00Z one\n- used: 1\n\ntext\nmore\n"
    assert (
        apply_without_rescan(Document.parse(data), [Splice(data.index(b"text"), data.index(b"\nmore"), line)]) is None
    )
