"""What holds for any file at all: nothing is altered but what was meant, and all can be taken back."""

from contextlib import suppress
from datetime import date
from itertools import takewhile

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from incident_tui.format.edit.edit import Edit, apply, create_edit
from incident_tui.format.edit.operations import (
    AddToTimeline,
    Archive,
    Create,
    Helped,
    InPlaceOperation,
    Operation,
    Pin,
    RenameTag,
    Restore,
    Reviewed,
    Rewrite,
    Summarize,
    Tag,
    Tick,
)
from incident_tui.format.edit.plan import ChangeSet
from incident_tui.format.edit.undo import inverse, replay
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import LOCATIONS, Contents, Location
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry
from incident_tui.format.model.located import Target
from incident_tui.format.read.sections import items

from ..thorough import examples
from .samples import FILE_NAME

HEADINGS = [
    b"## M-2025-03-01T10:00:00Z INC-3 third",
    b"## M-2025-02-01T10:00:00Z INC-2 second (summarized)",
    b"## M-2025-02-01T10:00:00Z INC-2 second",
    b"## M-2025-01-01T10:00:00Z \xff\xfe",
    b"## M-2024-01-01",
]
METADATA = [b"- used: 2", b"- pinned: true", b"- pinned: false", b"- tags:", b"- used: many", b"- owner: \xe9"]
METADATA += [b"- tags: db,Pool, \xff ,", b"- tags:  pool"]
FENCES = [b"```", b"```sql", b"~~~", b"````", b"- ```", b"  ```"]
COMMENTS = [b"<!--", b"-->", b"<!-- c -->", b"<!-- c --> x"]
NOISE = [
    b"---",
    b"",
    b"",
    b"text",
    b"- [ ] item",
    b"  * [X] \xe9",
    b"**Summary**",
    b"**Action Items**",
    b"- item",
    b"- item",
    b"\x00",
    b"a\rb",
    b"\xf0\x9f",
    b"## M-series",
    b"\x0c",
]
LINE = st.one_of(*[st.sampled_from(lines) for lines in (HEADINGS, METADATA, FENCES, COMMENTS, NOISE)])
EOL = st.sampled_from([b"\n", b"\n", b"\n", b"\r\n"])
ENTRY: st.SearchStrategy[bytes] = st.builds(
    lambda heading, metadata, body, eol: eol.join([heading, b"", *metadata, b"", *body, b"", b"---", b"", b""]),
    st.sampled_from(HEADINGS),
    st.lists(st.sampled_from(METADATA), max_size=3),
    st.lists(LINE, max_size=3),
    EOL,
)
LINES: st.SearchStrategy[bytes] = st.builds(
    lambda lines, eol: b"".join(line + eol for line in lines), st.lists(LINE, max_size=4), EOL
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    data = b"".join(draw(st.lists(ENTRY | LINES, max_size=5)))
    bom, cut = draw(st.sampled_from([(b"", False), (b"", False), (b"", True), (b"\xef\xbb\xbf", False)]))
    return bom + (data.rstrip(b"\r\n-") if cut else data)


MOVES: st.SearchStrategy[Operation] = st.sampled_from([Archive(force=True), Restore(), Summarize("Broke.", "Learned.")])
TAGS: st.SearchStrategy[tuple[str, ...]] = st.lists(
    st.sampled_from(["db", "POOL", "\udcff", "new tag"]), max_size=2
).map(tuple)


@st.composite
def rewritten(draw: st.DrawFn, entry: Entry) -> bytes:
    """What an editor could make of an entry: more lines, other line ends, another heading, or something else."""
    raw = draw(st.sampled_from([entry.raw, entry.raw, draw(ENTRY)])) + draw(LINES)
    if draw(st.booleans()):
        raw = raw.replace(b"second", b"renamed", 1)
    return draw(st.sampled_from([raw, raw.replace(b"\r\n", b"\n"), raw.rstrip()]))


@st.composite
def in_place(draw: st.DrawFn, entry: Entry) -> InPlaceOperation:
    """An act that leaves this entry where it is."""
    added = [AddToTimeline("18:03", text) for text in ("pool raised", "\udcff", "<!-- ```")]
    today = date(2025, 4, 5)
    without_item: list[InPlaceOperation] = [Pin(), Pin(False), Helped(today), Reviewed(today), *added]
    number = st.integers(1, max(1, len(items(entry))))
    numbers: st.SearchStrategy[tuple[int, ...]] = st.lists(number, max_size=3).map(tuple)
    return draw(
        st.one_of(
            st.sampled_from(without_item),
            st.builds(Tag, TAGS, TAGS),
            st.builds(RenameTag, st.sampled_from(["pool", "DB", "\udcff", ""]), st.sampled_from(["Pool", "db", "pg"])),
            st.builds(Rewrite, rewritten(entry)),
            st.builds(Tick, numbers, st.booleans()) if items(entry) else st.nothing(),
        )
    )


@st.composite
def edits(draw: st.DrawFn) -> tuple[Contents, list[Edit]]:
    """A knowledge base and edits that can be made at once."""
    where = Contents(Document.parse(draw(files())), Document.parse(draw(files())), FILE_NAME)
    return where, draw(edits_of(where))


@st.composite
def edits_of(draw: st.DrawFn, where: Contents) -> list[Edit]:
    kind = draw(st.sampled_from(["in place", "in place", "merge", "move", "create"]))
    if kind == "create":
        texts = draw(st.lists(ENTRY | LINES, min_size=1, max_size=2))
        with suppress(Refused):
            return [create_edit(text) for text in texts]
        return []
    move = draw(MOVES)
    anywhere = kind == "in place" or isinstance(move, Restore)
    places: list[Location] = ["live", "archive"] if anywhere else ["live"]
    held = [(place, entry) for place in places for entry in where.document(place).entries]
    chosen = draw(st.lists(st.sampled_from(held), min_size=1, max_size=3, unique_by=_key)) if held else []
    if kind == "merge":  # what is edited where it is goes with what is archived
        move = Archive(force=True)
    return [
        Edit(
            Target(place, entry.identity, entry.raw),
            draw(in_place(entry)) if kind == "in place" or (kind == "merge" and number == 0) else move,
        )
        for number, (place, entry) in enumerate(chosen)
    ]


def _key(held: tuple[Location, Entry]) -> tuple[Location, int]:
    return held[0], held[1].number


def others(document: Document, wanted: list[Edit]) -> list[bytes]:
    """The texts of the entries that edits aren't for, under their old names and their new ones."""
    meant = {name for edit in wanted for name in (edit.target.identity, edit.about)}
    return [held.raw.rstrip(b"\r\n") for held in document.entries if held.identity not in meant]


@settings(max_examples=examples(200), deadline=None)
@given(files() | st.binary(max_size=60))
def test_reading_and_writing_gives_the_same_bytes(data: bytes) -> None:
    document = Document.parse(data)
    assert bytes(document) == data
    at = document.entries[0].start if document.entries else len(data)
    parts = [data[:at]]
    parts += [held.raw + data[held.end : held.gap_end] for held in document.entries]
    assert b"".join(parts) == data


def made(before: Contents, wanted: list[Edit]) -> ChangeSet:
    """What edits make of a knowledge base; nothing where they are refused, in one line."""
    try:
        return apply(before, wanted)
    except Refused as refused:
        why = str(refused)
    assert why.isprintable()
    return ChangeSet()


def taken_back(after: Contents, change: ChangeSet) -> Contents:
    return replay(after, inverse([(file.location, file.hunks) for file in change.files])).applied_to(after)


def in_common(old: bytes, new: bytes) -> int:
    """How many bytes two texts have in common at their start and, apart from these, at their end."""
    start = _same(old, new)
    return start + _same(old[start:][::-1], new[start:][::-1])


def _same(one: bytes, other: bytes) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@pytest.mark.slow
@settings(max_examples=examples(500), deadline=None)
@given(edits())
def test_an_edit_alters_nothing_else_and_can_be_taken_back(case: tuple[Contents, list[Edit]]) -> None:
    before, wanted = case
    change = made(before, wanted)
    for file in change.files:
        old, new = before.document(file.location), file.document
        assert others(new, wanted) == others(old, wanted)
        if len(wanted) > 1:
            continue
        act, place = wanted[0].act, wanted[0].target.location
        if isinstance(act, InPlaceOperation) and file.location == place:
            meant = old.find(wanted[0].target.identity)
            first, last = meant[0].start, meant[-1].end
            assert new.data[:first] == old.data[:first]
            assert new.data.endswith(old.data[last:])
        if isinstance(act, Create):
            assert in_common(old.data, new.data) == len(old.data)
    back = taken_back(change.applied_to(before), change)
    assert (back.live.data, back.document("archive").data) == (before.live.data, before.document("archive").data)


@settings(max_examples=examples(100), deadline=None)
@given(st.data(), edits())
def test_taking_an_edit_back_leaves_what_others_did_since(
    data: st.DataObject, case: tuple[Contents, list[Edit]]
) -> None:
    before, wanted = case
    change = made(before, wanted)
    assume(change.files)
    after = change.applied_to(before)
    now = made(after, data.draw(edits_of(after))).applied_to(after)
    try:
        back = taken_back(now, change)
    except Refused as refused:
        why = str(refused)
        back = now
        assert why.isprintable()
    for place in LOCATIONS:
        assert others(back.document(place), wanted) == others(now.document(place), wanted)


@settings(max_examples=examples(200), deadline=None)
@given(files())
def test_a_text_that_comes_back_from_the_editor_as_it_was_changes_nothing(data: bytes) -> None:
    where = Contents(Document.parse(data), None, FILE_NAME)
    for held in where.live.entries:
        edit = Edit(Target("live", held.identity, held.raw), Rewrite(held.raw))
        assert not apply(where, [edit]).files
