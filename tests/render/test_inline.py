"""Emphasis, links and what stands within a line."""

import pytest
from rich.color import Color

from .conftest import Lines, Segments, StyleOf


@pytest.mark.parametrize(
    ("markdown", "attribute"),
    [("an *odd* one", "italic"), ("an **odd** one", "bold"), ("an ~~odd~~ one", "strike")],
)
def test_emphasis_is_a_style(style_of: StyleOf, lines: Lines, markdown: str, attribute: str) -> None:
    assert getattr(style_of(markdown, "odd"), attribute)
    assert lines(markdown) == ["an odd one"]


def test_inline_code_is_code(style_of: StyleOf, lines: Lines) -> None:
    assert lines("run `kubectl  get **po**`") == ["run kubectl  get **po**"]
    assert style_of("run `kubectl`", "kubectl").color == Color.parse("green")


def test_entities_and_escapes_are_decoded_in_text_and_not_in_code(lines: Lines) -> None:
    assert lines(r"&amp; &lt;b&gt; &copy; \*not\* `&amp;`") == ["& <b> © *not* &amp;"]


def test_a_link_carries_its_address(style_of: StyleOf, lines: Lines) -> None:
    text = "See [the docs](https://example.org/a?b=c)."
    assert style_of(text, "the docs").link == "https://example.org/a?b=c"
    assert lines(text, hyperlinks=True) == ["See the docs."]


def test_without_hyperlinks_the_address_is_written_out(lines: Lines, style_of: StyleOf) -> None:
    text = "See [the docs](https://example.org/a) now"
    assert lines(text, hyperlinks=False) == ["See the docs (https://example.org/a) now"]
    assert not style_of(text, "the docs", hyperlinks=False).link


@pytest.mark.parametrize(
    "text",
    [
        "<https://example.org/a>",
        "https://example.org/a",
        "[https://example.org/a](https://example.org/a)",
        "[https://example.org/a](https://example.org/a/)",
    ],
)
def test_an_address_that_is_its_own_text_is_shown_once(lines: Lines, style_of: StyleOf, text: str) -> None:
    assert lines(text) == ["https://example.org/a"]
    assert (style_of(text, "example").link or "").rstrip("/") == "https://example.org/a"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("(see https://example.org/a_b_c).", "https://example.org/a_b_c"),
        ("**https://example.org/x**", "https://example.org/x"),
        ("https://example.org/w_(x), and", "https://example.org/w_(x)"),
        ("https://example.org/?a=1&amp;b=2", "https://example.org/?a=1&b=2"),
        ("https://example.org/*/a*", "https://example.org/*/a"),
    ],
)
def test_a_bare_address_ends_where_the_sentence_goes_on(style_of: StyleOf, text: str, address: str) -> None:
    assert style_of(text, "example").link == address


@pytest.mark.parametrize(
    "address",
    [
        "archive/incidents.md#M-2025-01-05T16:00:00Z",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ssh://host",
    ],
)
def test_other_addresses_are_text(lines: Lines, segments: Segments, address: str) -> None:
    text = f"[it]({address})"
    assert lines(text, hyperlinks=True) == [f"it ({address})"]
    assert not any(s.style and s.style.link for line in segments(text) for s in line)


def test_a_text_that_looks_like_another_address_does_not_hide_it(lines: Lines) -> None:
    text = "[https://good.example](https://evil.example) [good.example/a](https://evil.example)"
    assert lines(text, 90, hyperlinks=True) == [
        "https://good.example (https://evil.example) good.example/a (https://evil.example)"
    ]


def test_mail_addresses_are_links(style_of: StyleOf, lines: Lines) -> None:
    assert style_of("<sre@example.org>", "sre").link == "mailto:sre@example.org"
    assert lines("<sre@example.org> [mail](mailto:sre@example.org)") == [
        "sre@example.org mail (mailto:sre@example.org)"
    ]


def test_an_image_is_a_sign_its_text_and_address(lines: Lines) -> None:
    assert lines("![CPU graph](img/cpu.png 'at noon')", hyperlinks=True) == ['▣ CPU graph (img/cpu.png) "at noon"']
    assert lines("[![badge](b.svg)](https://example.org)") == ["▣ badge (b.svg) (https://example.org)"]
    assert lines("![CPU graph](https://example.org/cpu.png)", hyperlinks=True) == ["▣ CPU graph"]


@pytest.mark.parametrize("address", ["#how-did-it-happen", "PM2019%20-%20network.md", "../" + "folder/" * 9 + "a.md"])
def test_an_address_that_tells_a_reader_nothing_is_left_out(lines: Lines, address: str) -> None:
    assert lines(f"[it]({address})", hyperlinks=True) == ["it"]
    assert lines(f"[it]({address})", 200, hyperlinks=False) == [f"it ({address})"]


def test_a_wrapped_link_is_a_link_on_every_line(segments: Segments) -> None:
    found = segments("[a text of some length that wraps](https://example.org)", 12)
    styles = [s.style for line in found for s in line if s.text.strip()]
    assert len(styles) > 2
    assert {style and style.link for style in styles} == {"https://example.org"}


def test_what_is_in_an_address_reaches_the_terminal_encoded(style_of: StyleOf) -> None:
    assert style_of("[a](<https://example.org/a b\u00e9>)", "a").link == "https://example.org/a%20b%C3%A9"
