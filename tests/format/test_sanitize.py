"""Hostile text made harmless: what a terminal obeys is shown, what only deceives is left out."""

import re
import struct
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.format.sanitize import is_binary, one_line, sanitize

from ..thorough import examples


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "␛[31mred␛[0m", id="colours"),
        pytest.param("\x1b]0;title\x07", "␛]0;title␇", id="a window title"),
        pytest.param("\x1b]52;c;aGk=\x1b\\", "␛]52;c;aGk=␛\\", id="the clipboard"),
        pytest.param("a\x00b\x08c\x7f", "a␀b␈c␡", id="NUL, backspace, DEL"),
        pytest.param("a\x9b31mb", "a�31mb", id="an 8-bit CSI"),
        pytest.param("over\rwritten", "over␍written", id="a lone CR"),
        pytest.param("a\r\nb", "a\nb", id="CRLF is a line feed"),
        pytest.param("a\tb\nc", "a\tb\nc", id="tabs and line feeds stay"),
        pytest.param("a\x0bb\x0cc", "a␋b␌c", id="vertical tab, form feed"),
        pytest.param("a\u2028b\u2029c", "a b c", id="line and paragraph separators"),
        pytest.param("ab\u202edcba", "abdcba", id="an override"),
        pytest.param("a\u2066b\u2069c", "abc", id="isolates"),
        pytest.param("a\u200bb\u2060c\ufeffd\u00ade", "abcde", id="characters that take no room"),
        pytest.param("pay\u200dpal", "paypal", id="a joiner between Latin letters"),
        pytest.param("\udcff\udc80", "��", id="bytes that are no UTF-8"),
        pytest.param("a\U000e0041\U000e0042b", "ab", id="tags that nobody sees"),
        pytest.param("שלום עולם", "שלום עולם", id="right-to-left text stays"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="a joiner of a script that needs it stays"),
        pytest.param("👩\u200d💻", "👩\u200d💻", id="a joined emoji stays"),
        pytest.param(
            "🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f", id="a region's flag stays"
        ),
        pytest.param("Zoë, naïve, 日本, é", "Zoë, naïve, 日本, é", id="plain text stays"),
        pytest.param("[red]x[/red] [x]", "[red]x[/red] [x]", id="markup is text"),
    ],
)
def test_text_is_made_harmless(text: str, shown: str) -> None:
    assert sanitize(text) == shown


def test_one_line_is_one_line() -> None:
    assert one_line("a\r\nb\tc\nd\x85e\u2028f") == "a b c d�e f"


ANY = st.text(st.characters(codec=None), max_size=60) | st.text("\x1b\r\n\t\u200d\u202e\udc80\x9b👩a", max_size=20)


@settings(max_examples=examples(500), deadline=None)
@given(ANY)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    for char in sanitize(text):
        assert char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")
        assert unicodedata.bidirectional(char) not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


@settings(max_examples=examples(500), deadline=None)
@given(ANY)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert sanitize(sanitize(text)) == sanitize(text)
    assert len(one_line(text).splitlines()) <= 1


ENTRY = "## M-2025-01-05T16:00:00Z INC-1 pool\n\n- type: incident\n\nDer Pool lief leer. 障害一一\n"


@pytest.mark.parametrize("text", [ENTRY, "# Incidents\n\n" + ENTRY, "# Incidents\n", "a\n" * 9000, ENTRY + "一" * 9000])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no mark", "mark"])
def test_a_text_of_two_or_four_bytes_a_character_is_known_as_what_it_is(text: str, codec: str, mark: str) -> None:
    data = (mark + text).encode(codec)
    reason = is_binary(data)
    name = re.search(r"iconv -f (\S+) -t UTF-8", reason)
    assert name is not None
    assert data.decode(name[1]) == text, "what iconv is told makes the text of it, without the mark"
    assert reason.startswith(f"it is {name[1]}, not UTF-8")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        ENTRY.encode(),
        ENTRY.encode("utf-8-sig"),
        ENTRY.replace("障害一一", "Störung").encode("latin-1"),
        b"\xff\xfe" + ENTRY.encode(),
        ENTRY.encode() + b"a NUL \x00 in a pasted log\n",
    ],
    ids=["empty", "UTF-8", "BOM", "Latin-1", "begins like UTF-16", "a NUL"],
)
def test_whatever_entries_can_be_read_in_is_text(data: bytes) -> None:
    assert is_binary(data) == ""


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_the_mark_decides_where_something_else_was_appended(codec: str) -> None:
    data = ("\ufeff" + ENTRY).encode(codec) + ENTRY.encode()
    assert is_binary(data).startswith(f"it is {codec[:6].upper()}, not UTF-8")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
        b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x03\0\x3e\0\x01\0\0\0" * 500,
        struct.pack("<500I", *range(1, 999, 2), 0),
        struct.pack(">500H", *range(1, 999, 2), 0),
    ],
    ids=["picture", "program", "numbers of 4 bytes", "numbers of 2 bytes"],
)
def test_what_is_in_no_encoding_is_no_text(data: bytes) -> None:
    assert is_binary(data) == "it is not text"


@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_no_utf_8_without_a_nul_is_taken_for_anything_else(text: str) -> None:
    assert is_binary(text.encode()) == ""
