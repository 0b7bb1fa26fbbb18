"""Markdown as HTML that is safe in any page."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.render.html import render_html


class Reader(HTMLParser):
    """The tags of a text, checked for being closed, and its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"href", "rel", "class", "type", "disabled", "checked", "start"}
        self.addresses += [value or "" for name, value in attrs if name == "href"]
        if tag not in ("br", "hr", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(markdown: str) -> Reader:
    reader = Reader()
    reader.feed(render_html(markdown))
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a *b* **c** ~~d~~ `<e>`", "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>&lt;e&gt;</code></p>\n"),
        ("**Summary**\n\nx", "<h2>Summary</h2>\n<p>x</p>\n"),
        ("# A\n### B", "<h1>A</h1>\n<h3>B</h3>\n"),
        ("- [ ] a\n- [x] b", '<ul>\n<li class="task"><input type="checkbox" disabled> a</li>\n'
         '<li class="task"><input type="checkbox" disabled checked> b</li>\n</ul>\n'),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("```sh\na & b\n```", "<pre><code>a &amp; b\n</code></pre>\n"),
        ("| a | b |\n|--|-:|\n| 1 | 2 |", "<table>\n<thead>\n<tr><th>a</th><th class=\"right\">b</th></tr>\n</thead>\n"
         "<tbody>\n<tr><td>1</td><td class=\"right\">2</td></tr>\n</tbody>\n</table>\n"),
        ("> q", "<blockquote>\n<p>q</p>\n</blockquote>\n"),
        ("[a](https://x.org/?a&b)", '<p><a href="https://x.org/?a&amp;b" rel="noopener noreferrer">a</a></p>\n'),
        ("![a](https://x.org/i.png)", '<p><a href="https://x.org/i.png" rel="noopener noreferrer">a</a></p>\n'),
        ("[a](javascript:alert(1))", "<p>a (javascript:alert(1))</p>\n"),
        ("<script>alert(1)</script>", "<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre>\n"),
        ("a <b onclick=x>c</b><br>d", "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;<br>\nd</p>\n"),
        ("<!-- hidden -->\n\nx", "<p>x</p>\n"),
    ],
)  # fmt: skip
def test_markdown_is_html_and_html_is_text(markdown: str, html: str) -> None:
    assert render_html(markdown) == html


@given(st.text(st.sampled_from("<>&\"'[]()!*_`#-|\\/:.\n ahtpsjx\u202e\x1b"), max_size=60))
def test_no_text_gets_out_of_its_element(markdown: str) -> None:
    found = parsed(markdown)
    assert not found.tags & {"script", "img", "iframe", "style", "object"}
    assert all(address.lower().startswith(("http://", "https://", "mailto:")) for address in found.addresses)


def test_what_is_nested_too_deeply_is_shown_as_it_is() -> None:
    assert render_html("> " * 60 + "x").startswith("<pre>")
