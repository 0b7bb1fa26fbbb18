"""What holds for any file at all: nothing is altered but what was meant, and all can be taken back."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.kb.acts import Act, Archive, Helped, Pin, Restore, Summarize
from incident_tui.kb.change import Base, Place
from incident_tui.kb.document import Document
from incident_tui.kb.edit import Edit, Target, apply
from incident_tui.kb.splice import Refused
from incident_tui.kb.undo import inverse, replay

from .samples import POINTER

HEADINGS = [
    b"## M-2025-03-01T10:00:00Z INC-3 third",
    b"## M-2025-02-01T10:00:00Z INC-2 second (summarized)",
    b"## M-2025-02-01T10:00:00Z INC-2 second",
    b"## M-2025-01-01T10:00:00Z \xff\xfe",
    b"## M-2024-01-01",
]
METADATA = [b"- used: 2", b"- pinned: true", b"- pinned: false", b"- tags:", b"- used: many", b"- owner: \xe9"]
FENCES = [b"```", b"```sql", b"~~~", b"````", b"- ```", b"  ```"]
COMMENTS = [b"<!--", b"-->", b"<!-- c -->", b"<!-- c --> x"]
NOISE = [
    b"---",
    b"",
    b"",
    b"text",
    b"- [ ] item",
    b"**Summary**",
    b"\x00",
    b"a\rb",
    b"\xf0\x9f",
    b"## M-series",
    b"\x0c",
]
LINE = st.one_of(*[st.sampled_from(lines) for lines in (HEADINGS, METADATA, FENCES, COMMENTS, NOISE)])
EOL = st.sampled_from([b"\n", b"\n", b"\n", b"\r\n"])
ENTRY = st.builds(
    lambda heading, metadata, body, eol: eol.join([heading, b"", *metadata, b"", *body, b"", b"---", b"", b""]),
    st.sampled_from(HEADINGS),
    st.lists(st.sampled_from(METADATA), max_size=3),
    st.lists(LINE, max_size=3),
    EOL,
)
LINES = st.builds(lambda lines, eol: b"".join(line + eol for line in lines), st.lists(LINE, max_size=4), EOL)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    data = b"".join(draw(st.lists(ENTRY | LINES, max_size=5)))
    bom, cut = draw(st.sampled_from([(b"", False), (b"", False), (b"", True), (b"\xef\xbb\xbf", False)]))
    return bom + (data.rstrip(b"\r\n-") if cut else data)


ACTS = st.sampled_from(
    [Pin(), Pin(False), Helped(date(2025, 4, 5)), Archive(force=True), Restore(), Summarize("Broke.", "Learned.")]
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[Base, list[Edit]]:
    live, archive = Document.parse(draw(files())), Document.parse(draw(files()))
    act: Act = draw(ACTS)
    place: Place = "archive" if isinstance(act, Restore) and draw(st.booleans()) else "live"
    entries = (live if place == "live" else archive).entries
    chosen = draw(st.lists(st.sampled_from(entries), min_size=1, max_size=2)) if entries else []
    return Base(live, archive, POINTER), [Edit(Target(place, held.identity, held.raw), act) for held in chosen]


@settings(max_examples=200, deadline=None)
@given(files() | st.binary(max_size=60))
def test_reading_and_writing_gives_the_same_bytes(data: bytes) -> None:
    document = Document.parse(data)
    assert bytes(document) == data
    at = document.entries[0].start if document.entries else len(data)
    parts = [data[:at]]
    parts += [held.raw + data[held.end : held.gap_end] for held in document.entries]
    assert b"".join(parts) == data


@settings(max_examples=500, deadline=None)
@given(edits())
def test_an_edit_alters_nothing_else_and_can_be_taken_back(case: tuple[Base, list[Edit]]) -> None:
    before, wanted = case
    try:
        change = apply(before, wanted)
    except Refused:
        return
    after = {"live": before.live, "archive": before.document("archive")}
    for file in change.files:
        old, new = before.document(file.place), file.document
        after[file.place] = new
        meant = {edit.target.identity for edit in wanted}
        others = [held.raw for held in old.entries if held.identity not in meant]
        kept = [held.raw for held in new.entries if held.identity not in meant]
        assert [raw.rstrip(b"\r\n") for raw in kept] == [raw.rstrip(b"\r\n") for raw in others]
        first = next((held.start for held in old.entries if held.identity in meant), len(old.data))
        if isinstance(wanted[0].act, Pin | Helped) and file.place == wanted[0].target.place:
            assert new.data[:first] == old.data[:first]
            last = max((held.end for held in old.entries if held.identity in meant), default=0)
            assert new.data.endswith(old.data[last:])
    back = replay(
        Base(after["live"], after["archive"], POINTER), inverse([(file.place, file.hunks) for file in change.files])
    )
    for file in back.files:
        after[file.place] = file.document
    assert (after["live"].data, after["archive"].data) == (before.live.data, before.document("archive").data)
