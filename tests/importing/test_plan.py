"""What an import makes of a knowledge base."""

from hypothesis import example, given
from hypothesis import strategies as st

from incident_tui.format.edit.edit import apply, create_edit
from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document
from incident_tui.importing.incidents import read_incidents
from incident_tui.importing.plan import ImportPlan, plan_import, single_entry


def plan(files: dict[str, str], before: bytes = b"") -> ImportPlan:
    found = [(name, read_incidents(name, text.encode())) for name, text in files.items()]
    return plan_import([Contents(Document.parse(before), None, "incidents.md")], found)


def headings(document: Document) -> list[str]:
    return [f"{entry.timestamp} {entry.heading.name}" for entry in document.entries]


def test_entries_of_one_day_get_ids_of_their_own_and_the_newest_comes_first() -> None:
    found = plan({"a.md": "# 2024-03-05 a\n", "b.md": "# 2024-03-05 b\n", "c.md": "# 2024-03-06 c\n"})
    expected = ["2024-03-06T00:00:00Z c", "2024-03-05T00:00:01Z b", "2024-03-05T00:00:00Z a"]
    assert headings(found.document) == expected


def test_two_files_of_one_day_and_name_are_both_imported_and_named() -> None:
    found = plan({"a.md": "# 2024-03-05 x\n\none\n", "b.md": "# 2024-03-05 x\n\ntwo\n"})
    assert len(found.new) == 2
    assert found.notes == (("b.md", "it has the day and the name of a.md: both are imported"),)


def test_of_two_files_that_would_be_the_same_entry_another_text_gets_a_second_of_its_own() -> None:
    one, two = "# 2024-03-05 10:00 x\n\none\n", "# 2024-03-05 10:00 x\n\ntwo\n"
    files = {"a.md": one, "b.md": two, "copy.md": one}
    found = plan(files)
    assert headings(found.document) == ["2024-03-05T10:00:01Z x", "2024-03-05T10:00:00Z x"]
    assert found.notes == (("b.md", "it has the day and the name of a.md: both are imported"),)
    assert found.left_out == (("copy.md", "it would be the same entry as a.md", False),)
    again = plan(files, found.document.data)
    assert (again.new, [entry.changed for entry in again.existing]) == ((), [False] * 3)


def test_a_second_import_adds_what_is_new_and_names_what_changed() -> None:
    files = {
        "a.md": "# 2024-03-05 a\n\none\n",
        "b.md": "# 2024-03-05 b\n",
        "log.md": "## 2024-01-02 x\n\n## 2024-01-01 y\n",
    }
    document = plan(files).document
    files["a.md"] = "# 2024-03-04 Other title\n\ntwo\n"
    files["log.md"] = f"## 2024-01-03 z\n\n{files['log.md']}more\n"
    files["copy/b.md"] = files["b.md"]
    again = plan(files, document.data)
    assert [(entry.source, entry.incident.title) for entry in again.new] == [("log.md:1", "z")]
    assert [tuple(entry) for entry in again.existing] == [
        ("a.md", "M-2024-03-05T00:00:00Z", True, True),
        ("b.md", "M-2024-03-05T00:00:01Z", False, True),
        ("log.md:3", "M-2024-01-02T00:00:00Z", False, True),
        ("log.md:5", "M-2024-01-01T00:00:00Z", True, True),
        ("copy/b.md", "M-2024-03-05T00:00:01Z", False, False),
    ]


def test_a_heading_that_would_begin_an_entry_gets_one_more_mark() -> None:
    found = plan(
        {"a.md": "# 2024-03-05 x\n\n## M-2024-01-01T00:00:00Z quoted\n\ntext\n\n<!--\n## M-2024-01-01 t\n-->\n"}
    )
    (entry,) = found.document.entries
    assert "\n### M-2024-01-01T00:00:00Z quoted\n\ntext\n" in entry.text
    assert found.notes == (("a.md", "a heading that begins with `## M-` got one more `#`"),)


def test_a_title_that_would_mean_something_else_is_kept_legible() -> None:
    found = plan({"a.md": "# 2024-03-05 x (archived)\n", "b.md": '---\ndate: 2024-03-05\ntitle: "y\\u202e\\tz"\n---\n'})
    assert [entry.title for entry in found.document.entries] == ["b", "x [archived]"]


def test_what_was_said_of_a_file_is_said_again_only_where_something_of_it_is_new() -> None:
    files = {"2024-03-07-a.md": "# 2024-03-05 a\n"}
    found = plan(files)
    assert len(found.notes) == 1
    assert plan(files, found.document.data).notes == ()


def test_the_files_own_line_ends_are_kept() -> None:
    before = b"# Incidents\r\n\r\n## M-2024-01-01T00:00:00Z x\r\n\r\ntext\r\n"
    found = plan({"a.md": "# 2024-03-05 a\n\nx\n"}, before)
    assert found.document.data.count(b"\n") == found.document.data.count(b"\r\n")


BODY = st.lists(
    st.sampled_from(
        [
            "text",
            "",
            "---",
            "```",
            "~~~",
            "``` sh",
            "<!--",
            "-->",
            "<!-- x -->",
            "## M-2024-01-01 x",
            "# y",
            "- type: z",
            "> ```",
            "- ```",
        ]
    )
    | st.text(max_size=12),
    max_size=14,
)


@given(BODY)
@example(["---", "<!--", "## M-2024-01-01 x", "-->"])
@example(["- ```", "<!--"])
@example(["0\r"])
def test_any_text_becomes_one_entry_that_holds_all_its_lines(rows: list[str]) -> None:
    text = "\n".join(rows)
    raw = b"## M-2024-03-05T00:00:00Z x\n\n- type: incident\n\n" + text.encode("utf-8", "surrogateescape") + b"\n"
    changed, _ = single_entry(raw)
    edit = create_edit(changed)
    document = Document.parse(b"## M-2024-01-01T00:00:00Z before\n\ntext\n")
    after = apply(Contents(document, None, ""), [edit]).files[0].document
    assert len(after.entries) == 2
    kept = after.entries[0].text.split("\n")
    for row in f"{text}\n".replace("\r\n", "\n").split("\n"):  # line ends become those of the file
        if row.strip(" \t\r-"):
            assert {row, f"#{row}", row.replace("<!--", "\\<!--", 1)} & {*kept}


@given(st.binary(max_size=120), st.sampled_from(["x.md", "2024-03-05-x.md", "2024-03-05-x/README.md"]))
@example(b"---\ntitle: x\ndate: 2024-03-05\n---\n\xff", "x.md")
@example(b"# INC-1\r\r\n## 2024-01-01\n## 2024-01-02", "x.md")
def test_no_bytes_break_the_import(data: bytes, name: str) -> None:
    found = plan_import([Contents(Document.parse(b""), None, "")], [(name, read_incidents(name, data))])
    assert len(found.document.entries) == len(found.new)
