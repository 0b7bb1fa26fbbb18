"""Metadata lines set and taken out, in an entry's own bytes; all other bytes stay."""

from incident_tui.format.errors import Refused
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, parse_entry
from incident_tui.format.model.keys import KEY_NAMES
from incident_tui.format.model.metadata import is_flag
from incident_tui.format.sanitize import one_line

_FLAGS = (("true", "false"), ("yes", "no"), ("on", "off"), ("1", "0"))
_OPPOSITE = dict(_FLAGS) | {no: yes for yes, no in _FLAGS}


def set_field(raw: bytes, key: str, value: str, eol: bytes = b"\n") -> bytes:
    """An entry's bytes with one metadata value set. A line that is missing is put where the format has it.

    `eol` is the file's line end, for an entry that has none itself.
    """
    entry = parse_entry(raw)
    metadata = entry.metadata
    new = value.encode("utf-8", "surrogateescape")
    field = metadata.field(key)
    if field is not None:
        blank = b"" if raw[field.start - 1 : field.start] in (b" ", b"\t") or not new else b" "
        return raw[: field.start] + blank + new + raw[field.end :]
    eol = line_end(raw[: entry.heading_end]) or eol
    line = f"- {key}: ".encode() + new
    if not metadata.fields:
        rest = raw[entry.heading_end :]
        parted = not rest or rest.lstrip(b" \t").startswith((b"\n", b"\r\n"))
        return ensure_newline(raw[: entry.heading_end], eol) + eol + line + eol + (b"" if parted else eol) + rest
    at = metadata.start
    if key in KEY_NAMES:
        earlier = KEY_NAMES[: KEY_NAMES.index(key)]
        at = max((other.line_end for other in metadata.fields if other.key in earlier), default=at)
    else:
        at = metadata.end
    before = ensure_newline(raw[:at], eol)
    added = line if at == len(raw) and not raw.endswith(b"\n") else line + eol
    return before + added + raw[at:]


def remove_field(raw: bytes, key: str) -> bytes:
    """An entry's bytes without the last metadata line of a key."""
    field = parse_entry(raw).metadata.field(key)
    return raw if field is None else raw[: field.line_start] + raw[field.line_end :]


def with_metadata(raw: bytes, newer: Entry) -> bytes:
    """An entry's bytes with the metadata values of a newer reading of it."""
    values = parse_entry(raw).metadata.values()
    for key, value in newer.metadata.values().items():
        if values.get(key) != value:
            raw = set_field(raw, key, value)
    return raw


def ensure_newline(text: bytes, eol: bytes) -> bytes:
    """The text with a line end, added if it is missing."""
    return text if not text or text.endswith(b"\n") else text + eol


def line_end(line: bytes) -> bytes:
    """Return the line end of a line; empty if it has none."""
    return b"\r\n" if line.endswith(b"\r\n") else b"\n" if line.endswith(b"\n") else b""


def toggled_flag(value: str) -> str:
    """The opposite of a flag, written the same way: `True` becomes `False`. Raises `ValueError` for no flag."""
    if not is_flag(value):
        raise ValueError(value)
    other = _OPPOSITE[value.lower()]
    if value.isupper() and len(value) > 1:
        return other.upper()
    return other.capitalize() if value[0].isupper() else other


def malformed_field(document: Document, entry: Entry, key: str, expected: str) -> Refused:
    """Return the error for a value that can't be edited because it isn't valid."""
    field = entry.metadata.field(key)
    line = document.line(field.line_start if field else entry.start)
    value = one_line(field.value) if field else ""
    return Refused(f"{entry.label}: line {line} says `{key}: {value}`, not {expected}; mend it there first")
