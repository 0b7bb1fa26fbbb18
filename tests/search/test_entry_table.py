"""What filters ask is read as the format reads it."""

from hypothesis import given
from hypothesis import strategies as st

from incident_tui.format.model.document import Document
from incident_tui.format.model.located import located_entries
from incident_tui.format.model.metadata import known_values, listed_values, yes_lines
from incident_tui.search.entry_table import EntryTable

lines = st.sampled_from(
    [
        b"- type: incident",
        b"- type:",
        b"- tags: a, b,, c ",
        b"- tags:\tx",
        b"- used: 3",
        b"- used: x",
        b"- used: 0009",
        b"- last_used: 2025-01-05",
        b"- last_used: soon",
        b"- pinned: yes",
        b"- pinned: TRUE",
        b"- pinned: false",
        b"- pinned: on \t",
        b"- owner: me",
        b"-  used: 4",
        b"- Used: 4",
        b"",
        b"  ",
        b"text",
        b"- a:b",
        b"- \xff: 1",
        b"- tags: \xff",
    ]
)


@given(
    st.sampled_from([b"INC-1 a", b"a (summarized)", b"", b"INC-1", b"\xff x"]),
    st.lists(lines, max_size=7),
    st.sampled_from([b"\n", b"\r\n"]),
)
def test_facts_are_what_the_entry_says(name: bytes, metadata: list[bytes], eol: bytes) -> None:
    data = eol.join([b"## M-2025-01-05T16:00:00Z " + name, *metadata])
    document = Document.parse(data)
    (entry,) = document.entries
    span = (data, entry.heading_end, entry.end)
    assert known_values(*span, ("tags", "pinned")) == (entry.metadata.get("tags"), entry.metadata.get("pinned"))
    assert listed_values([span], "tags") == set(entry.tags)
    assert any(yes_lines(data, "pinned", 0, len(data))) >= entry.pinned, "what says yes is among these lines"
    collection = EntryTable(located_entries(document), stale_days=90)
    brief = collection.records[0]
    assert (brief.ref or None, brief.title, brief.tags) == (entry.ref, entry.title, entry.tags)
    assert (brief.timestamp, brief.pinned) == (entry.timestamp, entry.pinned)
    (facts,) = collection
    assert (facts.ref or None, facts.title, facts.tags) == (entry.ref, entry.title, entry.tags)
    assert (facts.pinned, facts.used, facts.type or None) == (entry.pinned, entry.used, entry.type)
    assert (facts.timestamp, facts.summarized) == (entry.timestamp, entry.state == "summarized")
    assert facts.last_used == (entry.last_used.toordinal() if entry.last_used else None)
    assert facts.day == (entry.day.toordinal() if entry.day else None)
    assert collection.body(0) == entry.data[entry.metadata.end : entry.end]
