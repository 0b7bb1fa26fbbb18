"""Sections, action items and drafts, in the ways in which teams write them."""

from time import process_time

import pytest

from incident_tui.format.read.sections import Draft, draft_summary, items, sections

from .samples import entry

HEAD = "## M-2025-01-05T16:00:00Z INC-1 x\n\n- used: 1\n\n"


def titles(body: str) -> list[str]:
    return [section.title for section in sections(entry((HEAD + body).encode()))]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param("**Summary**\n\nx\n\n**Impact**\n\ny\n", ["Summary", "Impact"], id="bold lines"),
        pytest.param("**Summary**\nx\n**Impact**\n- y\n", ["Summary", "Impact"], id="no blank lines"),
        pytest.param("**Summary:**\nx\n**Impact**:\ny\n", ["Summary", "Impact"], id="colons"),
        pytest.param("## Timeline\n\nx\n\n### Root Cause ###\n\ny\n", ["Timeline", "Root Cause"], id="headings"),
        pytest.param("intro\n\n**Summary**\n\nx\n", ["", "Summary"], id="text before the first"),
        pytest.param("just text\n", [""], id="none"),
        pytest.param("", [], id="no body"),
        pytest.param("**Bold** at the start\n", [""], id="bold words in a line"),
        pytest.param("**Summary**\n\n```\n**Not**\n# not\n```\n", ["Summary"], id="code"),
        pytest.param("**Summary**\n\n~~~sql\n# not\n```\n# not\n~~~\n", ["Summary"], id="tilde code"),
        pytest.param("**Summary**\n\n```\n\n**Impact**\n", ["Summary", "Impact"], id="an unclosed fence hides none"),
        pytest.param("**Summary**\r\n\r\nx\r\n**Impact**\r\n", ["Summary", "Impact"], id="CRLF"),
        pytest.param("Summary\n=======\nx\n\nImpact\n---\ny\n", ["Summary", "Impact"], id="underlined"),
        pytest.param("It was so.\n---\nx\n", [""], id="a rule below a sentence"),
        pytest.param("#hashtag\n", [""], id="no blank after the hash"),
    ],
)
def test_sections_start_at_bold_lines_and_headings(body: str, found: list[str]) -> None:
    assert titles(body) == found


def test_an_underline_is_no_line_of_the_section() -> None:
    (section,) = sections(entry((HEAD + "Summary\n---\nx\n").encode()))
    assert [line.text for line in section.lines] == ["x"]


def test_a_section_holds_its_lines_with_their_offsets() -> None:
    data = b"# T\n\n" + (HEAD + "**Sümmary**\n\nä line\n**Next**\n").encode()
    first = sections(entry(data))[0]
    assert [line.text for line in first.lines] == ["", "ä line"]
    assert data[first.lines[1].offset :].startswith("ä line\n".encode())


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param("- [ ] a\n- [x] b\n- [X] c\n", ["☐ a", "☑ b", "☑ c"], id="boxes anywhere"),
        pytest.param("* [ ] a\n+ [ ] b\n1. [ ] c\n2) [x] d\n", ["☐ a", "☐ b", "☐ c", "☑ d"], id="any bullet"),
        pytest.param("- [ ] a\n  - [x] b\n", ["☐ a", "☑ b"], id="nested"),
        pytest.param("- [ ]\n", ["☐ "], id="a box without text"),
        pytest.param("- [] a\n- [y] b\n- [x]c\n- [link](u)\n", [], id="no boxes"),
        pytest.param("**Action Items**\n\n- a\n- [ ] b\n", ["· a", "☐ b"], id="no box under action items"),
        pytest.param("## Follow-ups\n- a\n", ["· a"], id="other names of action items"),
        pytest.param("Action items\n---\n- a\n", ["· a"], id="no box under an underlined title"),
        pytest.param("**Actions taken**\n- a\n\n**Next steps:**\n1. b\n", ["· a", "· b"], id="more names"),
        pytest.param("**Interactions**\n- a\n\n**Learnings**\n- b\n", [], id="lists of other sections"),
        pytest.param("```\n- [ ] a\n```\n", [], id="in code"),
        pytest.param("- [ ] a\r\n- [x] b\r\n", ["☐ a", "☑ b"], id="CRLF"),
        pytest.param("- [ ] a,\n  b\n- [ ] c\n", ["☐ a, b", "☐ c"], id="over two lines"),
        pytest.param("- [ ] a\nb\n   c\n", ["☐ a b c"], id="lazily"),
        pytest.param("1. [ ] a  \n   b\\\n   c\n", ["☐ a b c"], id="hard breaks"),
        pytest.param("-\t[ ] a\n\tb\n", ["☐ a b"], id="tabs"),
        pytest.param("- [ ] a\n  b\n  - [x] c\n    d\n- [ ] e\n", ["☐ a b", "☑ c d", "☐ e"], id="around nested"),
        pytest.param("- [ ] a\n  - b\n  1. c\n", ["☐ a"], id="nested lists are not its text"),
        pytest.param("- [ ] a\n\n  b\n\nc\n", ["☐ a"], id="nor paragraphs that follow"),
        pytest.param("- [ ] a\n```\nb\n```\n", ["☐ a"], id="nor code"),
        pytest.param("- [ ] a\n> b\n", ["☐ a"], id="nor a quote"),
        pytest.param("- [ ] a\n  | b | c |\n  |---|---|\n", ["☐ a"], id="nor a table"),
        pytest.param("- [ ] a\n***\nb\n", ["☐ a"], id="nor a rule"),
        pytest.param("- [ ] a\n**Impact**\nb\n", ["☐ a"], id="nor the next section"),
        pytest.param("- [ ] a\n<!-- b\n-->\n", ["☐ a"], id="nor a comment"),
        pytest.param("**Action Items**\n- a\n  b\n", ["· a b"], id="without a box"),
        pytest.param("> - [ ] a\n> - [x] b\n", ["☐ a", "☑ b"], id="in a quote"),
        pytest.param(">- [ ] a\n>   b\nc\n", ["☐ a b c"], id="over lines in a quote"),
        pytest.param("> > 1. [ ] a\n\n> 2. [x] b\n", ["☐ a", "☑ b"], id="in a quote of a quote"),
        pytest.param("- > - [ ] a\n  > - [ ] b\n", ["☐ a", "☐ b"], id="in a quote in a list"),
        pytest.param("- - [ ] a\n  - [ ] b\n", ["☐ a", "☐ b"], id="a list that begins in an item"),
        pytest.param("> ```\n> - [ ] a\n> ```\n> - [ ] b\n", ["☐ b"], id="code in a quote"),
        pytest.param("1.  a\n    ```\n    - [ ] b\n    ```\n", [], id="code in an item"),
        pytest.param("a\n\n    - [ ] b\n", [], id="indented code"),
        pytest.param("a\n2. [ ] b\n", [], id="a number in a paragraph"),
        pytest.param("a\n    - [ ] b\n", [], id="a dash in a paragraph"),
        pytest.param("a\n- [ ] b\n", ["☐ b"], id="a list below a paragraph"),
    ],
)
def test_items_are_boxes_anywhere_and_lists_of_action_items(body: str, found: list[str]) -> None:
    held = items(entry((HEAD + body).encode()))
    assert [("☑ " if i.checked else "☐ " if i.boxed else "· ") + i.text for i in held] == found
    assert [item.number for item in held] == list(range(1, len(found) + 1))


def test_an_item_without_box_does_not_count_as_open() -> None:
    held = items(entry((HEAD + "**Action Items**\n- a\n- [ ] b\n- [x] c\n").encode()))
    assert [item.open for item in held] == [False, True, False]


def test_an_item_knows_where_its_box_or_text_stands() -> None:
    data = (HEAD + "ü\n\n**Action Items**\n  - a\n  - [ ] é b\n").encode()
    plain, boxed = items(entry(data))
    assert data[plain.offset :].startswith(b"a\n")
    assert data[boxed.offset :].startswith("[ ] é b".encode())


def test_the_box_of_an_item_is_found_wherever_it_stands() -> None:
    data = (HEAD + "> - [ ] é a\n> > 1.\t[ ] b\n- > * [ ] c\n\t+ [ ] d\n\n**Action Items**\n> - e\n").encode()
    found = items(entry(data))
    assert [data[item.offset :].split(b"\n")[0].decode() for item in found] == [
        "[ ] é a", "[ ] b", "[ ] c", "[ ] d", "e"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "summary", "learning"),
    [
        pytest.param("**Summary**\n\nIt\nbroke.\n\nMore.\n", "It broke.", None, id="first paragraph"),
        pytest.param("Intro.\n\nSummary\n===\nShort.\n", "Short.", None, id="underlined titles"),
        pytest.param("Intro.\n---\n\n**Impact**\n\nx\n", "Intro.", None, id="a rule below the first paragraph"),
        pytest.param("Intro.\n\n**TL;DR**\nShort.\n", "Short.", None, id="TL;DR"),
        pytest.param("First words.\n\n**Impact**\n\nx\n", "First words.", None, id="no summary section"),
        pytest.param("**Impact**\n\n- a\n- b\n", "a", None, id="nothing but lists"),
        pytest.param("**Impact**\n\n- a\n\nwords\n", "words", None, id="a paragraph before a list item"),
        pytest.param("**Summary**\n\n```\ncode\n```\n\nWords.\n", "Words.", None, id="code is no paragraph"),
        pytest.param("**Summary**\n\n| a | b |\n|---|---|\n\nWords.\n", "Words.", None, id="a table is none"),
        pytest.param("**Summary**\n\n**Impact**\n\nx\n", "x", None, id="an empty summary section"),
        pytest.param("**Learnings**\n\n- one\n  goes on\n- two\n", "one goes on", "one goes on", id="first item"),
        pytest.param("x\n\n**Lessons Learned**\n\n- [x] one\n", "x", "one", id="without its box"),
        pytest.param("x\n\n## Key Learning\n\nOne. Two.\n", "x", "One. Two.", id="a paragraph of learnings"),
        pytest.param("x\n\n**Root Cause**\n\nA leak. More.\n", "x", "A leak.", id="first sentence of the root cause"),
        pytest.param("x\n\n**Root Cause**\n\nv1.2 leaked. More.\n", "x", "v1.2 leaked.", id="a dot in a number"),
        pytest.param("x\n\n**Root Cause**\n\nno end\n", "x", None, id="no sentence: a person must write it"),
        pytest.param("", "", None, id="no body"),
    ],
)
def test_a_draft_comes_from_the_entrys_own_sections(body: str, summary: str, learning: str | None) -> None:
    assert draft_summary(entry((HEAD + body).encode())) == Draft(summary, learning)


@pytest.mark.parametrize("line", ["# a{}b", "**a**{}b", "``` a{}b", "- [ ] a{}b", "a{}b", "> {}", "- a\n{}b"])
def test_twenty_thousand_blanks_in_a_line_are_read_at_once(line: str) -> None:
    found = entry((HEAD + "**Action Items**\n" + line.format(" " * 20_000)).encode())
    begun = process_time()
    sections(found), items(found), draft_summary(found)
    assert process_time() - begun < 1
