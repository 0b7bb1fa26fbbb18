"""Entries as files of their own, and back."""

from hypothesis import given
from hypothesis import strategies as st

from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, parse_entry
from incident_tui.importing.export import exported, file_names
from incident_tui.importing.incidents import read_incidents
from incident_tui.importing.plan import plan_import


def again(entry: Entry) -> Entry:
    """An entry after its way to a file and back."""
    files = [("x.md", read_incidents("x.md", exported(entry)))]
    (found,) = plan_import([Contents(Document.parse(b""), None, "")], files).document.entries
    return found


def test_a_file_has_heading_and_metadata_as_front_matter_and_the_body_as_it_is() -> None:
    entry = parse_entry(
        b"## M-2024-03-05T10:00:00Z INC-7 x: y (summarized)\n\n- type: incident\n- tags: a, b\n- used: 2\n"
        b"- pinned: false\n- title: other\n\n**Summary**\n\ntext\n"
    )
    assert exported(entry).decode() == (
        "---\nentry: 'M-2024-03-05T10:00:00Z INC-7 x: y (summarized)'\ntimestamp: 2024-03-05T10:00:00Z\nref: INC-7\n"
        "title: 'x: y'\nstate: summarized\ntype: incident\ntags:\n- a\n- b\nused: 2\npinned: false\n"
        "metadata_title: other\n---\n\n**Summary**\n\ntext\n"
    )
    assert again(entry).raw == entry.raw


def test_names_are_day_and_reference_or_title_and_each_is_there_once() -> None:
    headings = ("INC-7 a", "INC-7 b", "Ünïcode title: with/slash", "", f"{'x' * 99}")
    entries = [parse_entry(f"## M-2024-03-05T10:00:00Z {heading}\n".encode()) for heading in headings]
    assert file_names(entries) == [
        "2024-03-05-INC-7.md",
        "2024-03-05-INC-7-2.md",
        "2024-03-05-ünïcode-title-with-slash.md",
        "2024-03-05-entry.md",
        f"2024-03-05-{'x' * 60}.md",
    ]


LINE = st.text(st.characters(blacklist_characters="\n\r"), max_size=12)


@given(LINE, st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True), LINE, max_size=3), st.lists(LINE))
def test_any_entry_comes_back_as_it_was(name: str, metadata: dict[str, str], rows: list[str]) -> None:
    fields = "".join(f"- {key}: {value}\n" for key, value in {"type": "fact", **metadata}.items())
    body = "\n".join(f"> {row}" for row in rows)
    raw = f"## M-2024-03-05T10:00:00Z {name}\n\n{fields}\n{body}\n".encode("utf-8", "surrogatepass")
    entry = parse_entry(raw)
    found = again(entry)
    assert (found.heading, dict(found.metadata.values())) == (entry.heading, dict(entry.metadata.values()))
    assert found.body.strip("\n") == entry.body.strip("\n")
