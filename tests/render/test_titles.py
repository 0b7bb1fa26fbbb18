"""What is drawn as a title begins a section for drafts, items and the search; what is drawn as code is code for all."""

from random import Random
from typing import Any

import pytest

from incident_tui.format.model.entry import parse_entry
from incident_tui.format.read.sections import lines, sections
from incident_tui.render.mistletoe_parser import parse
from incident_tui.search.index.bodies import sections as indexed_sections
from incident_tui.search.index.bodies import shown_title

HEAD = b"## M-2025-01-05T16:00:00Z INC-1 x\n\n- used: 1\n\n"
TITLES = ("**Summary**", "__Summary__", "** Summary **", "**a*b**", "**a:**", "**a** :", "**_a_**", "# H", "## H ##")
NONE = ("***a***", "**a** and **b**", "**a", "#no", "_a_", "text", "> **quoted**", "    **code**", "`x`", "- **a**")
FENCES = ("```", "```sh", "````", "~~~", "```a`b", "- ```", "  ```", "1. ```sql")
OTHERS = ("", "", "- item", "1. item", "  more", "    deep", "| a | b |", "|---|---|", "- [ ] t", "  - n", "> q")
UNDERLINES = ("---", "===", "--", "=", "---  ", "***")
TEXTS = ("text", "It ended.", "What", "> q", "- item", "", "**a**", "# H", "| a |", "    deep", "2. x")
HEADINGS = ("SectionTitle", "Heading", "SetextHeading")
INDENTS = ("", "", "", " ", "   ")


def drawn(body: str) -> list[Any]:
    """The blocks that stand in no quote and in no list item."""
    return parse(body) or []


def titles_of(body: str) -> list[str]:
    entry = parse_entry(HEAD + body.encode())
    return [section.title for section in sections(entry) if section.start > entry.metadata.end or section.title]


def random_body(random: Random) -> str:
    texts = [random.choice(random.choice((TITLES, NONE, FENCES, OTHERS))) for _ in range(random.randint(1, 7))]
    return "".join(f"{random.choice(INDENTS)}{text}\n" for text in texts)


@pytest.mark.parametrize("seed", range(20))
def test_the_readers_agree_on_titles(seed: int) -> None:
    random = Random(seed)
    for _ in range(150):
        body = random_body(random)
        found = titles_of(body)
        shown = [block for block in drawn(body) if type(block).__name__ in HEADINGS]
        assert len(shown) == len(found), body
        assert [shown_title(title) for title, _, _ in indexed_sections(body.encode())] == found, body


@pytest.mark.parametrize("seed", range(20))
def test_the_readers_agree_on_underlined_titles(seed: int) -> None:
    random = Random(seed)
    for _ in range(150):
        pieces = (random.choice(random.choice((UNDERLINES, TEXTS, TEXTS))) for _ in range(random.randint(2, 7)))
        body = "".join(f"{random.choice(INDENTS)}{text}\n" for text in pieces)
        found = titles_of(body)
        assert len([block for block in drawn(body) if type(block).__name__ in HEADINGS]) == len(found), body
        assert [shown_title(title) for title, _, _ in indexed_sections(body.encode())] == found, body


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("Summary\n=======\ntext\n\nImpact\n---\n- x\n", ["Summary", "Impact"]),
        (" Summary\n  ---  \ntext\n", ["Summary"]),
        ("Why?\n---\nx\n", ["Why?"]),
        ("**Summary**\n---\nx\n", ["Summary"]),
        ("Summary\r\n===\r\nx\r\n", ["Summary"]),
        ("# Summary\n---\nx\n", ["Summary"]),
        ("It was restarted.\n---\nx\n", []),
        ("It was restarted.\n===\nx\n", ["It was restarted."]),
        ("It was\nrestarted\n---\nx\n", []),
        ("text\n\n---\nx\n", []),
        ("- Summary\n  ---\n", []),
        ("- item\nSummary\n---\n", []),
        ("> Summary\n---\n", []),
        ("```\nSummary\n---\n```\n", []),
        ("    Summary\n---\n", []),
    ],
)
def test_what_is_underlined_is_a_section_if_it_is_one_line(body: str, found: list[str]) -> None:
    assert titles_of(body) == found
    assert len([block for block in drawn(body) if type(block).__name__ in HEADINGS]) == len(found)


@pytest.mark.parametrize("seed", range(20))
def test_the_readers_agree_on_code(seed: int) -> None:
    random = Random(seed)
    for _ in range(150):
        body = "".join(f"{random.choice((*TITLES, *FENCES[:5], 'text', ''))}\n" for _ in range(random.randint(1, 9)))
        code = [line.text for line in lines(parse_entry(HEAD + body.encode())) if line.code]
        shown = []
        for block in drawn(body):
            if type(block).__name__ == "CodeFence":
                shown += [f"{block.delimiter}{block.info_string}".rstrip(), *block.content.splitlines(), "closer"]
        assert len(code) == len(shown), body
        assert [text for text in shown if text != "closer"] == [
            text for text, other in zip(code, shown, strict=True) if other != "closer"
        ], body


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("indent", ["", " ", "   "])
def test_a_title_is_drawn_and_found(title: str, indent: str) -> None:
    body = f"{indent}{title}\ntext\n"
    assert len(titles_of(body)) == 1
    assert type(drawn(body)[0]).__name__ in ("SectionTitle", "Heading")


@pytest.mark.parametrize("line", NONE)
def test_another_line_is_not(line: str) -> None:
    assert titles_of(f"{line}\ntext\n") == []
    assert not {type(block).__name__ for block in drawn(f"{line}\ntext\n")} & {"SectionTitle", "Heading"}


def test_a_title_in_an_item_or_a_quote_is_a_part_of_it() -> None:
    assert titles_of("- item\n\n  **Detail**\n  text\n\n> **Quoted**\n\n**Impact**\n") == ["Impact"]


def test_a_block_in_an_item_opens_none_where_it_closes() -> None:
    assert titles_of("- ```sh\n  ls\n  ```\n\n**Impact**\n\n```\nx\n```\n") == ["Impact"]


def test_a_block_that_is_never_closed_is_drawn_as_text() -> None:
    assert [type(block).__name__ for block in drawn("```sh\nls\n\n**Impact**\n")] == ["Paragraph", "SectionTitle"]
