"""Merging two entries that say the same.

The primary entry stays and gets the merged text, the other one goes. Metadata is merged by the rules of the three-way
merge, the body section by section as a person chooses.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from incident_tui.format.edit.metadata_lines import ensure_newline, line_end, remove_field
from incident_tui.format.merge.entry import (
    Part,
    SectionKey,
    ThreeWay,
    section_order,
    section_texts,
    with_merged_metadata,
)
from incident_tui.format.model.entry import Entry, parse_entry

Choice = Literal["primary", "other", "both"]
"""Whose text of a section is taken; with `both` the other entry's follows the primary one's."""


class SectionPair(NamedTuple):
    """A section of two entries: its text in each, None where an entry lacks it."""

    key: SectionKey
    primary: Part
    other: Part

    @property
    def same(self) -> bool:
        """Whether there is nothing to choose."""
        return self.primary is not None and self.other is not None and self.primary.strip() == self.other.strip()

    @property
    def default(self) -> Choice:
        """What is taken unless a person chooses: what only one of them has, else the text of the primary entry."""
        return "both" if self.primary is None or self.other is None else "primary"

    def text(self, choice: Choice, eol: bytes) -> bytes:
        """Return the chosen text; empty where it is left out."""
        primary, other = self.primary or b"", self.other or b""
        if choice == "primary" or self.same:
            return primary
        if choice == "other" or not primary:
            return other
        lines = other.split(b"\n")[bool(self.key[0]) :]
        if self.key[0] and lines and not lines[0].strip(b"=- \t\r"):  # the title's underline, or a blank line
            del lines[0]
        more = b"\n".join(lines).lstrip(b"\r\n")
        return _spaced(primary, eol) + more if more.strip() else primary


def section_pairs(primary: Entry, other: Entry) -> list[SectionPair]:
    """Return the sections of both in the primary entry's order; the other's own come behind what they follow."""
    texts, others = (
        {key: text for key, text in section_texts(entry).items() if text.strip()} for entry in (primary, other)
    )
    return [SectionPair(key, texts.get(key), others.get(key)) for key in section_order(texts, others, texts)]


def merged_head(primary: Entry, other: Entry) -> bytes:
    """Return the heading of the primary entry and the metadata of both; where these contradict, the primary entry's.

    An entry that never helped has no day on which it helped last, whatever its line says.
    """
    base, ours, theirs = (
        parse_entry(entry.raw if entry.last_used else remove_field(entry.raw, "last_used"))
        for entry in (parse_entry(primary.data[primary.start : primary.heading_end]), other, primary)
    )
    head = primary.data[primary.start : primary.metadata.end]
    return with_merged_metadata(head, ThreeWay(base, ours, theirs), refuse=False)


def merge_pair(primary: Entry, other: Entry, choices: Mapping[SectionKey, Choice]) -> bytes:
    """Return the text of the primary entry with what was chosen of both; a section without a choice is the default."""
    head = merged_head(primary, other)
    eol = line_end(primary.raw[: primary.heading_end - primary.start])
    pairs = section_pairs(primary, other)
    chosen = [(pair, text) for pair in pairs if (text := pair.text(choices.get(pair.key, pair.default), eol)).strip()]
    if [text for _, text in chosen] == [pair.primary for pair in pairs if pair.primary is not None]:
        body = primary.data[primary.metadata.end : primary.end]
    else:
        body = b"".join(_spaced(text, eol) for _, text in chosen[:-1])
        body += ensure_newline(chosen[-1][1].rstrip(b"\r\n"), eol) if chosen else b""
        if body and not body.startswith((b"\n", b"\r\n")) and not head.endswith(eol * 2):
            body = eol + body
    return (ensure_newline(head, eol) if body else head) + body


def _spaced(text: bytes, eol: bytes) -> bytes:
    """A text with one blank line behind it."""
    return text.rstrip(b"\r\n") + eol * 2
