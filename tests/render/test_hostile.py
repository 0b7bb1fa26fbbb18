"""Any string at all: it renders, it loses no word, and nothing in it reaches the terminal as an order."""

import io
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mistletoe import block_token, core_tokens, span_token
from mistletoe.token import Token
from rich.cells import cell_len
from rich.color import Color
from rich.console import Console

from incident_tui.render.markdown import Palette, render
from incident_tui.render.mistletoe_parser import BRACKETS_LIMIT

from .conftest import Lines, Segments, StyleOf

OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# fmt: off
PIECES = [
    "\n", "\n\n", "  ", "    ", "- ", "1. ", "[ ] ", "[x] ", "**", "_", "~~", "`", "```\n", "~~~\n", "# ",
    "> ", "<!--", "-->", "<b>", "<br>", "](", "[", "]", "![", "(", ")", "https://a.b/c_d", "<https://x>",
    "&amp;", "&#27;", "&#x202e;", "&#13;", "&#x9b;", "\x1b[31m", "\x07", "\u202e", "\u2028", "\x0c",
    "\x85", "\r", "\r\n", "\ud800", "\\", "---\n", "===\n", "**T**\n", "[a]: b\n", "<!", "<?", "\xa0",
    "word", "漢字", "é", "'", "\t", "|", "\\|", "|---|:-:|\n", "| a | b |\n",
]
# fmt: on
MARKDOWN = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def printed(markdown: str, width: int, *, terminal: bool = False) -> str:
    out = io.StringIO()
    Console(width=width, file=out, force_terminal=terminal, color_system="standard" if terminal else None).print(
        render(markdown, hyperlinks=terminal)
    )
    return out.getvalue()


@settings(deadline=None)
@given(MARKDOWN | st.text(), st.sampled_from([1, 2, 12, 40, 80]))
def test_any_text_renders_and_orders_the_terminal_nothing(markdown: str, width: int) -> None:
    assert OBEYED.search(printed(markdown, width)) is None


@settings(deadline=None, max_examples=50)
@given(MARKDOWN)
def test_a_terminal_gets_styles_and_links_and_nothing_else(markdown: str) -> None:
    out = re.sub(r"\x1b\[[\d;]*m|\x1b\]8;(?:id=[\w-]+;[\x21-\x7e]*|;)\x1b\\", "", printed(markdown, 60, terminal=True))
    assert OBEYED.search(out) is None


@settings(deadline=None)
@given(st.lists(st.from_regex(r"[a-z漢é]{1,30}", fullmatch=True), min_size=1), st.integers(8, 80))
def test_a_paragraph_loses_no_word_and_fits_the_width(words: list[str], width: int) -> None:
    text = printed(" ".join(words), width)
    assert "".join(text.split()) == "".join(words)
    assert all(cell_len(line) <= width for line in text.split("\n"))


@settings(deadline=None)
@given(MARKDOWN)
def test_words_survive_any_markdown_around_them(markdown: str) -> None:
    shown = re.sub(r"[\s▎]", "", printed(markdown, 60))
    assert shown.count("漢字") >= markdown.count("漢字")
    assert shown.count("word") >= markdown.count("word")


@pytest.mark.parametrize(
    "markdown",
    [
        ">" * 5000,
        "> " * 5000,
        "- " * 5000,
        "1. " * 5000,
        "[" * 5000,
        "![" * 5000,
        "[" * 5000 + "]" * 5000,
        "*a " * 2000 + "b*" * 2000,
        "\n".join("  " * depth + "- deep" for depth in range(300)),
        "\n".join(">" * depth + " deep" for depth in range(1, 300)),
        "x" * 300_000,
        "# " + " " * 100_000 + "x",
    ],
    ids=lambda text: text[:8],
)
def test_what_is_too_deep_or_too_long_is_shown_as_it_is(markdown: str) -> None:
    start = time.monotonic()
    shown = printed(markdown, 40)
    assert time.monotonic() - start < 10
    for character in set(markdown) - set(" \n-*>1."):
        assert shown.count(character) == markdown.count(character)


@pytest.fixture
def texts_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts in which emphasis and links are looked for."""
    texts: list[str] = []
    find: Callable[[str, Token], list[object]] = core_tokens.find_core_tokens

    def noted(text: str, root: Token) -> list[object]:
        texts.append(text)
        return find(text, root)

    monkeypatch.setattr(core_tokens, "find_core_tokens", noted)
    return texts


@pytest.mark.parametrize("sign", ["]", "[a](", "[a] "])
def test_of_brackets_without_end_no_more_is_read_than_one_waits_for(sign: str, texts_read: list[str]) -> None:
    markdown = "\n\n".join([sign * (1_000 // len(sign))] * 190)
    shown = printed(markdown, 80)
    assert 0 < sum(len(text) * text.count("]") for text in texts_read) <= BRACKETS_LIMIT
    assert shown.count("]") == markdown.count("]")


def test_links_are_read_in_a_long_entry_as_people_write_them(texts_read: list[str]) -> None:
    paragraph = "Some words about what broke, " * 20 + "[the runbook](https://example.net/a) and [x](https://b.c)."
    printed("\n\n".join([paragraph] * 250), 80)
    assert len(texts_read) >= 250


def test_deep_source_is_dim(segments: Segments) -> None:
    shown = segments("> " * 100 + "deep")
    assert all(s.style and s.style.dim for line in shown for s in line if s.text.strip())


def test_mistletoe_is_left_as_it_was() -> None:
    before = list(block_token._token_types), list(span_token._token_types)
    for markdown in ("| a |\n|---|\n| b |\n\n`x` https://example.org", "> " * 2000 + "`a`"):
        render(markdown)
        assert (block_token._token_types, span_token._token_types) == before


def test_a_parse_that_broke_off_does_not_spoil_the_next(lines: Lines) -> None:
    lines("> " * 2000 + "`left over` *a")
    assert lines("plain\n---\n> setext\n> ---") == ["plain", "▎ setext", "▎", "▎ " + "─" * 58]


def test_a_palette_is_used(style_of: StyleOf) -> None:
    palette = Palette(section="bold red", code="blue")
    assert style_of("**Title**\n`code`", "Title", palette=palette).color == Color.parse("red")
    assert style_of("**Title**\n`code`", "code", palette=palette).color == Color.parse("blue")
