"""Whatever bytes a terminal sends, they are read as far as they go, and the keys after them are heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser

from incident_tui.tui.terminal.input_decoder import LONGEST, STRING_WAIT, InputDecoder

PIECES = {
    "text": (b"pool", ["pool"]),
    "UTF-8": ("Grüße 日本 🔥".encode(), ["Grüße 日本 🔥"]),
    "Latin-1": (b"caf\xe9 au lait", ["caf\ufffd au lait"]),
    "an overlong form": (b"a\xc0\x80b", ["a\ufffd\ufffdb"]),
    "a surrogate": (b"a\xed\xa0\x80b", ["a\ufffd\ufffd\ufffdb"]),
    "half a character, then a key": (b"\xe6\x97\x1b[A", ["\ufffd", "\x1b[1;;A"]),
    "an X10 mouse report past column 95": (b"\x1b[M#\xc8!j", ["j"]),
    "an arrow": (b"\x1b[B", ["\x1b[1;;B"]),
    "an application's arrow": (b"\x1bOB", ["\x1bOB"]),
    "a key of the Linux console": (b"\x1b[[A", ["\x1b[[A"]),
    "a key with modifiers": (b"\x1b[1;5C", ["\x1b[1;5;C"]),
    "Page down": (b"\x1b[6~", ["\x1b[6;;~"]),
    "Esc with a key behind it": (b"\x1bx", ["\x1b", "x"]),
    "a code with subfields": (b"\x1b[106;1:1u", ["\x1b[106;;106u"]),
    "the other alphabet's key": (b"\x1b[1094:1062:119;5u", ["\x1b[1094;5;u"]),
    "a key that is let go": (b"\x1b[106;1:3uk", ["k"]),
    "a key that is held": (b"\x1b[106;1:2uk", ["\x1b[106;;106u", "k"]),
    "a code with text": (b"\x1b[97;2;65u", ["\x1b[97;2;65u"]),
    "text that can't be typed": (b"\x1b[97;;55296:27:1114112:65u", ["\x1b[97;;65u"]),
    "a code beyond Unicode": (b"\x1b[1114112uj", ["j"]),
    "a code that is a surrogate": (b"\x1b[55296uj", ["j"]),
    "a code of many digits": (b"\x1b[" + b"9" * 5000 + b"uj", ["j"]),
    "many modifiers": (b"\x1b[106;99999999uj", ["\x1b[106;;u", "j"]),
    "xterm's other keys": (b"\x1b[27;5;106~", ["\x1b[106;5;u"]),
    "a key that nobody has": (b"\x1b[999~j", ["j"]),
    "an unknown sequence": (b"\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15zj", ["j"]),
    "the focus": (b"\x1b[O\x1b[I", ["\x1b[O", "\x1b[I"]),
    "the cursor": (b"\x1b[24;80R", ["\x1b[24;80R"]),
    "the mouse": (b"\x1b[<0;100;3M", ["\x1b[<0;100;3M"]),
    "a mode": (b"\x1b[?2026;2$y", ["\x1b[?2026;2$y"]),
    "what terminal it is": (b"\x1b[?64;22c\x1b[>0;276;0cj", ["j"]),
    "a colour": (b"\x1b]11;rgb:0000/0000/0000\x1b\\j", ["j"]),
    "a colour, ended by a bell": (b"\x1b]11;rgb:0000/0000/0000\x07j", ["j"]),
    "a setting": (b"\x1bP1$r0m\x1b\\j", ["j"]),
    "a name": (b"\x1bP>|XTerm(388)\x1b\\\x1b_Gi=1;OK\x1b\\j", ["j"]),
    "a size": (b"\x1b[48;24;80;480;800t", ["\x1b[48;24;80;480;800t"]),
    "no size": (b"\x1b[48;0;80;0;800tj", ["j"]),
    "a sequence in a sequence": (b"\x1b[1;\x1b[Aj", ["\x1b[1;;A", "j"]),
    "a sequence in a string": (b"\x1b]11;rgb\x1b[Aj", ["\x1b[1;;A", "j"]),
    "Esc twice": (b"\x1b\x1b[A", ["\x1b", "\x1b[1;;A"]),
}


def pieces(*chunks: bytes, wait: float = 0.0, after: float = STRING_WAIT) -> list[str | events.Paste]:
    """What is read of bytes that come one after the other."""
    typed, now = InputDecoder(), 100.0
    found: list[str | events.Paste] = []
    for chunk in chunks:
        found += typed.feed(chunk, now)
        now += wait
        found += typed.rest(now)
    return [*found, *typed.rest(now + after)]


def texts(found: list[str | events.Paste]) -> list[str]:
    """The same without its borders where text comes in parts."""
    joined: list[str] = []
    for piece in found:
        text = piece if isinstance(piece, str) else f"pasted:{piece.text}"
        if joined and "\x1b" not in text + joined[-1] and "pasted:" not in text + joined[-1]:
            joined[-1] += text
        else:
            joined.append(text)
    return joined


@pytest.mark.parametrize(("data", "read"), PIECES.values(), ids=PIECES)
def test_bytes_are_read_as_far_as_they_go(data: bytes, read: list[str]) -> None:
    assert texts(pieces(data)) == read
    assert texts(pieces(*(bytes([byte]) for byte in data))) == read, "a byte at a time"


@pytest.mark.parametrize("data", [b"\x1b[1;", b"\x1b[M#", b"\x1b[[", b"\x1bO", b"\x1b]11;rgb", b"\x1bP", b"\xe6\x97"])
def test_what_was_begun_is_given_up_when_nothing_more_comes(data: bytes) -> None:
    replaced = ["\ufffd"] if data[0] != 0x1B else []
    assert pieces(data) == replaced
    assert texts(pieces(data, b"j", wait=STRING_WAIT)) == [*replaced, "j"] if not replaced else ["\ufffdj"]


def test_escape_alone_is_a_key() -> None:
    assert pieces(b"\x1b") == ["\x1b"]


def test_a_sequence_without_end_is_given_up() -> None:
    assert texts(pieces(b"\x1b]" + b"x" * (LONGEST + 1), b"\x07", b"j"))[-1].endswith("j")


def test_a_paste_is_one_whatever_it_holds() -> None:
    start, end = b"\x1b[200~", b"\x1b[201~"
    for text, read in ((b"a\nb", "a\nb"), (b"caf\xe9", "caf\ufffd"), (b"\x1b[A\x1b[200~\x1b]", "\x1b[A\x1b[200~\x1b]")):
        data = start + text + end + b"j"
        for chunks in ([data], [bytes([byte]) for byte in data]):
            assert texts(pieces(*chunks, wait=0.01)) == [f"pasted:{read}", "j"]


def test_a_paste_whose_end_never_comes_ends_with_escape() -> None:
    assert texts(pieces(b"\x1b[200~abc", b"\x1b", b"j", wait=1.0)) == ["pasted:abc", "j"]


SEQUENCES = st.sampled_from([data for data, _ in PIECES.values() if len(data) < 100])
ANY = st.lists(st.one_of(st.binary(max_size=6), SEQUENCES, SEQUENCES.map(lambda data: data[:-1])), max_size=8)


@given(ANY, st.data())
def test_any_bytes_can_be_read_by_the_framework_however_they_come(parts: list[bytes], draw: st.DataObject) -> None:
    data = b"".join(parts)
    whole = pieces(data)
    cut = draw.draw(st.integers(0, len(data)))
    assert texts(pieces(data[:cut], data[cut:])) == texts(whole)
    parser = XTermParser()
    for piece in whole:
        if isinstance(piece, str):
            list(parser.feed(piece))
            parser._timeout_time = parser._timeout_time and 0.0
            list(parser.tick())
            keys = [message.key for message in parser.feed("j") if isinstance(message, events.Key)]
            assert keys == ["j"], "the next key is heard"


def test_esc_before_a_character_is_alt_where_that_key_means_something() -> None:
    assert list(InputDecoder({"x"}).feed(b"\x1bx\x1by", 0.0)) == ["\x1bx", "\x1b", "y"]
