"""The links of an entry, as they are listed, opened and copied."""

import pytest

from incident_tui.render.links import Link, links


def web(text: str, address: str, url: str | None = None) -> Link:
    return Link(text, address, url or address)


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        pytest.param("[Grafana](https://g.example/d?a=1)", [web("Grafana", "https://g.example/d?a=1")], id="a link"),
        pytest.param("Look: https://a.example/x. Yes.", [web("https://a.example/x", "https://a.example/x")], id="bare"),
        pytest.param("<https://a.example>", [web("https://a.example", "https://a.example")], id="in angles"),
        pytest.param("<a@b.example>", [web("a@b.example", "mailto:a@b.example")], id="mail"),
        pytest.param("[x][r]\n\n[r]: https://a.example", [web("x", "https://a.example")], id="by reference"),
        pytest.param("[r]: https://a.example", [web("r", "https://a.example")], id="a definition that nobody uses"),
        pytest.param("![pic](https://a.example/p.png)", [web("pic", "https://a.example/p.png")], id="a picture"),
        pytest.param("- [ ] > [x](HTTPS://a.example)", [web("x", "HTTPS://a.example")], id="deep in"),
        pytest.param("[`a` *b*](https://a.example)", [web("a b", "https://a.example")], id="styled"),
        pytest.param("[](https://a.example)", [web("https://a.example", "https://a.example")], id="without a name"),
        pytest.param("[x](../runbook.md)", [Link("x", "../runbook.md", None)], id="a path"),
        pytest.param("[x](javascript:alert(1))", [Link("x", "javascript:alert(1)", None)], id="a script"),
        pytest.param("[x](file:///etc/passwd)", [Link("x", "file:///etc/passwd", None)], id="a file"),
        pytest.param("[x](https://a.example/ä)", [web("x", "https://a.example/ä", "https://a.example/%C3%A4")], id="ä"),
        pytest.param("`https://a.example`", [], id="code is none"),
        pytest.param("    https://a.example", [], id="a block of code is none"),
        pytest.param("", [], id="no text"),
    ],
)
def test_links_of_all_kinds_are_found(markdown: str, found: list[Link]) -> None:
    assert links(markdown) == found


def test_links_of_tables_are_found_and_each_address_is_listed_once() -> None:
    table = "| a | b |\n|---|---|\n| [x](https://a.example) | https://b.example |\n| [y](https://a.example) | |\n"
    assert [link.address for link in links(table)] == ["https://a.example", "https://b.example"]


@pytest.mark.parametrize("hostile", ["\x1b]0;owned\x07", "\x9b31m", "\u202e", "&#27;", "&#x202e;", "\udcff"])
def test_no_link_holds_what_a_terminal_obeys(hostile: str) -> None:
    for link in links(
        f"[a{hostile}b](https://a.example/{hostile}x) https://b.example/{hostile}\n\n[r{hostile}]: x{hostile}"
    ):
        for part in (link.text, link.address, link.url or ""):
            assert part.isprintable(), link


def test_of_a_text_too_long_to_be_parsed_the_bare_addresses_are_listed() -> None:
    text = "https://a.example/x. [y](https://b.example)\n" + "word " * 50_000
    assert [link.address for link in links(text)] == ["https://a.example/x", "https://b.example"]
