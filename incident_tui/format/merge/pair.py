"""Merging two entries that say the same.

The metadata is merged by the rules of the three-way merge, the body section by section as a person chooses.
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

Choice = Literal["kept", "other", "both"]
"""Whose text of a section is taken; with `both` the other entry's follows the kept one's."""


class SectionPair(NamedTuple):
    """A section of two entries: its text in each, None where an entry lacks it."""

    key: SectionKey
    kept: Part
    other: Part

    @property
    def same(self) -> bool:
        """Whether there is nothing to choose."""
        return self.kept is not None and self.other is not None and self.kept.strip() == self.other.strip()

    @property
    def default(self) -> Choice:
        """What is taken unless a person chooses: what only one of them has, else the text of the kept entry."""
        return "both" if self.kept is None or self.other is None else "kept"

    def text(self, choice: Choice, eol: bytes) -> bytes:
        """Return the chosen text; empty where it is left out."""
        kept, other = self.kept or b"", self.other or b""
        if choice == "kept" or self.same:
            return kept
        if choice == "other" or not kept:
            return other
        more = other[len(other.split(b"\n", 1)[0]) + 1 :] if self.key[0] else other
        more = more.lstrip(b"\r\n")
        return _spaced(kept, eol) + more if more.strip() else kept


def section_pairs(kept: Entry, other: Entry) -> list[SectionPair]:
    """Return the sections of both, in the order of the kept entry, what only the other has behind what it follows."""
    texts, others = (
        {key: text for key, text in section_texts(entry).items() if text.strip()} for entry in (kept, other)
    )
    return [SectionPair(key, texts.get(key), others.get(key)) for key in section_order(texts, others, texts)]


def merged_head(kept: Entry, other: Entry) -> bytes:
    """Return the heading of the kept entry and the metadata of both; where these contradict, the kept entry's.

    An entry that never helped has no day on which it helped last, whatever its line says.
    """
    base, ours, theirs = (
        parse_entry(entry.raw if entry.last_used else remove_field(entry.raw, "last_used"))
        for entry in (parse_entry(kept.data[kept.start : kept.heading_end]), other, kept)
    )
    head = kept.data[kept.start : kept.metadata.end]
    return with_merged_metadata(head, ThreeWay(base, ours, theirs), refuse=False)


def merge_pair(kept: Entry, other: Entry, choices: Mapping[SectionKey, Choice]) -> bytes:
    """Return the text of the kept entry with what was chosen of both; a section without a choice is the default."""
    head = merged_head(kept, other)
    eol = line_end(kept.raw[: kept.heading_end - kept.start])
    pairs = section_pairs(kept, other)
    chosen = [(pair, text) for pair in pairs if (text := pair.text(choices.get(pair.key, pair.default), eol)).strip()]
    if all(text == pair.kept for pair, text in chosen) and len(chosen) == sum(pair.kept is not None for pair in pairs):
        body = kept.data[kept.metadata.end : kept.end]
    else:
        body = b"".join(_spaced(text, eol) for _, text in chosen[:-1])
        body += ensure_newline(chosen[-1][1].rstrip(b"\r\n"), eol) if chosen else b""
        if body and not body.startswith((b"\n", b"\r\n")) and not head.endswith(eol * 2):
            body = eol + body
    return (ensure_newline(head, eol) if body else head) + body


def _spaced(text: bytes, eol: bytes) -> bytes:
    """A text with one blank line behind it."""
    return text.rstrip(b"\r\n") + eol * 2
