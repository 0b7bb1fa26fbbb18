"""What a terminal sends, put right before the framework reads it: any bytes are read as far as they go.

Bytes that are no UTF-8 become U+FFFD. Of key codes with subfields (the kitty protocol's) the first ones count. Codes
that name no key and no character, sequences that are unknown or end too soon, mouse reports of the oldest kind, and
answers to questions that nobody asked (colours, names, settings) are dropped whole: their rest isn't typed.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Collection, Iterator
from typing import Final

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS

ESCAPE_WAIT = 0.1
"""Seconds after which nothing more comes of a sequence that was begun: the key Esc, for one."""

STRING_WAIT = 0.5
"""The same for a string, as answers are: they are longer."""

ALONE = 0.5
"""Esc or Ctrl-C, alone after so many seconds, ends a paste whose end never comes."""

LONGEST = 100_000
"""Bytes of a sequence beyond which it is dropped."""

LARGEST = 10_000
"""Columns, rows and pixels beyond which what a terminal says of its size isn't believed."""

_PASTE: Final = b"\x1b[200~"
_PASTE_END: Final = b"\x1b[201~"

_SEQUENCE = re.compile(
    rb"""\x1b(?:
        \[M[\x20-\xff]{3}                                           # the oldest mouse reports
      | (?P<keys> \[\[[\x20-\x7e] | O[0-9;]*[\x3c-\x7e] )           # the Linux console's keys; SS3
      | (?P<csi> \[(?![M\[])[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e] )
      | [\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)                         # strings
    )""",
    re.VERBOSE,
)
"""A whole sequence."""

_BEGUN = re.compile(
    rb"\x1b(?:\[M[\x20-\xff]{0,2}|\[\[|\[[\x30-\x3f]*[\x20-\x2f]*|O[0-9;]*|(?P<string>[\]PX^_][^\x07\x1b]*\x1b?))?"
)
"""A sequence that may go on."""

_BROKEN = re.compile(rb"\x1b(?:\[M[\x20-\xff]*|\[\[|\[[\x30-\x3f]*[\x20-\x2f]*|O[0-9;]*|[\]PX^_][^\x07\x1b]*)")
"""A sequence in which something else begins."""

_KEY = re.compile(r"\x1b\[([\d:;]*)([u~ABCDEFHPQRS])")
_SIZE = re.compile(r"\x1b\[48;(\d{1,5})(?::\d*)*;(\d{1,5})(?::\d*)*;(\d{1,5})(?::\d*)*;(\d{1,5})(?::\d*)*t")
_REPORT = re.compile(r"\x1b\[(?:[IO]|\d{1,5};\d{1,5}R|<?\d{1,5};-?\d{1,5};-?\d{1,5}[mM]|\?\d{1,5};\d\$y)")
"""The focus, where the cursor is, what the mouse does, whether a mode is known."""

_OTHER_KEY = "27"
"""How xterm's code of a character with modifiers begins: `27;modifiers;character~`."""

_RELEASED = "3"
_MODIFIERS = 0xFF
_MOST_CHARACTERS = 2
"""Characters of one key; the framework takes a longer sequence for text."""


class InputDecoder:
    """Cuts what a terminal sends, however it comes, into pieces that are read by themselves. Times are in seconds."""

    def __init__(self, alt_keys: Collection[str] = ()) -> None:
        """`alt_keys` are the characters that mean something with Alt; before all others Esc is a key of its own."""
        self._alt_keys = alt_keys
        self._left = b""
        """A paste or a sequence that isn't whole yet."""
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._last = float("-inf")
        """When something came last."""

    def feed(self, data: bytes, now: float) -> Iterator[str | events.Paste]:
        """Yield what is whole with these bytes: text, one sequence, or a paste."""
        if self._left.startswith(_PASTE) and data in (b"\x1b", b"\x03") and now - self._last > ALONE:
            data = _PASTE_END
        self._last = now
        self._left += data
        while self._left:
            if self._left.startswith(_PASTE):
                text, end, rest = self._left.removeprefix(_PASTE).partition(_PASTE_END)
                if not end:
                    return
                self._left = rest
                yield events.Paste(text.decode("utf-8", "replace").replace("\0", ""))
            elif self._left[:1] != b"\x1b" or self._decoder.getstate()[0]:
                plain, escape, rest = self._left.partition(b"\x1b")
                self._left = escape + rest
                yield from self._text(plain, bool(escape))
            elif whole := _SEQUENCE.match(self._left):
                self._left = self._left[whole.end() :]
                yield from filter(None, [_understood(whole)])
            elif _BEGUN.fullmatch(self._left) and len(self._left) <= LONGEST:
                return
            elif (broken := _BROKEN.match(self._left)) and broken.end() > 1:
                self._left = self._left[broken.end() :]
            else:  # Esc, or Alt with a key
                size = 2 if self._left[1:2].decode("ascii", "replace") in self._alt_keys else 1
                piece, self._left = self._left[:size], self._left[size:]
                yield piece.decode("ascii")

    def rest(self, now: float) -> Iterator[str]:
        """Yield what nothing more will come of, if it is time."""
        begun = _BEGUN.fullmatch(self._left)
        wait = STRING_WAIT if begun and begun["string"] is not None else ESCAPE_WAIT
        if self._left.startswith(_PASTE) or now - self._last < wait:
            return
        yield from self._text(b"", True)
        if self._left == b"\x1b":
            yield "\x1b"
        self._left = b""

    def _text(self, data: bytes, final: bool) -> Iterator[str]:
        if text := self._decoder.decode(data, final):
            yield text


def _understood(sequence: "re.Match[bytes]") -> str:
    """A whole sequence as the framework can read it; nothing where there is nothing to read."""
    text = sequence[0].decode("latin-1")
    if sequence["csi"] is None:
        return text if sequence["keys"] is not None and text in ANSI_SEQUENCES_KEYS else ""
    if _REPORT.fullmatch(text):
        return text
    if size := _SIZE.fullmatch(text):
        return text if all(0 < int(each) <= LARGEST for each in size.groups()) else ""
    key = _KEY.fullmatch(text)
    return (_key(*key.groups()) if key else "") or (text if text in ANSI_SEQUENCES_KEYS else "")


def _key(codes: str, final: str) -> str:
    """The code of a key without its subfields; nothing where it names none, or one that was let go."""
    fields = [field.split(":") for field in codes.split(";")] + [[""], [""]]
    code, modifiers = fields[0][0] or "1", fields[1][0]
    if fields[1][1:2] == [_RELEASED]:
        return ""
    characters = [each for each in fields[2] if _is_character(each)][:_MOST_CHARACTERS]
    if (code, final) == (_OTHER_KEY, "~"):
        code, final, characters = fields[2][0], "u", []
    if f"{code}{final}" not in FUNCTIONAL_KEYS:
        if final != "u" or not _is_character(code):
            return ""
        if not characters and modifiers in ("", "0", "1"):
            characters = [code]
    pressed = (int(modifiers) - 1) & _MODIFIERS if 0 < len(modifiers) < 5 and int(modifiers) else 0
    return f"\x1b[{code};{pressed + 1 if pressed else ''};{':'.join(characters)}{final}"


def _is_character(code: str) -> bool:
    """Whether a number is that of a character that can be typed."""
    return 0 < len(code) < 8 and _is_printable(int(code))


def _is_printable(code: int) -> bool:
    return 0x20 <= code <= 0x10FFFF and not 0x7F <= code < 0xA0 and not 0xD800 <= code < 0xE000
