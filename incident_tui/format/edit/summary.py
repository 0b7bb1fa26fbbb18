"""The summary that takes an entry's place, and what it may say."""

from incident_tui.format.edit.metadata_lines import ensure_newline, line_end
from incident_tui.format.errors import Refused
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry
from incident_tui.format.sanitize import sanitize

SECTIONS = frozenset({"summary", "key learning", "full details"})
"""The sections of a summarized entry, in lower case."""


def summary_bytes(entry: Entry, summary: str, key_learning: str, archive_link: str, eol: bytes = b"\n") -> bytes:
    """The bytes of the summary that takes an entry's place; its metadata stays as it is.

    `eol` is the file's line end, for an entry that has none itself.
    """
    raw = entry.raw
    heading = raw[: entry.heading_end - entry.start]
    eol = line_end(heading) or eol
    name = heading.rstrip(b" \t\r\n")
    if entry.heading.suffix:
        name = name.removesuffix(f"({entry.heading.suffix})".encode()).rstrip(b" \t")
    metadata = ensure_newline(raw[entry.heading_end - entry.start : entry.metadata.end - entry.start], eol)
    see = f"See {archive_link}#M-{entry.timestamp}"
    body_lines = [
        "",
        "**Summary**",
        "",
        summary,
        "",
        "**Key Learning**",
        "",
        key_learning,
        "",
        "**Full Details**",
        "",
        see,
    ]
    body = "\n".join(body_lines).encode("utf-8", "surrogateescape").replace(b"\n", eol)
    return name + b" (summarized)" + eol + metadata + body + eol


def validated(entry: Entry, name: str, text: str) -> str:
    """Return a text of a summary without blanks around it. Raises `Refused` if the file can't hold it."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused(f"{entry.label}: the {name} is empty")
    if sanitize(text) != text:
        raise Refused(f"{entry.label}: the {name} holds control characters or characters that hide")
    if Document.parse(text.encode()).unclosed:  # it could hide entries that are appended to the file later
        raise Refused(f"{entry.label}: the {name} opens a comment or a code block that it doesn't close")
    return text
