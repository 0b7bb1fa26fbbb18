"""Thousands of merges, each judged line by line without knowing how it was made."""

import random
import re
from collections import Counter

import pytest

from incident_tui.format.merge.document import NotUnderstood, merge_files
from incident_tui.format.merge.entry import Conflict, merge
from incident_tui.format.model.document import Document

TITLES = ("Summary", "Root Cause", "Action Items", "Learnings")
GAP = b"\n---\n\n"


def test_a_line_that_one_side_took_out_and_the_other_moved_is_a_conflict() -> None:
    base, ours, theirs = (entry_of(b"**Summary**\n" + body) for body in (b"A\nB\n\n", b"B\n\n\n", b"B\n\nA\n"))
    for sides in ((ours, theirs), (theirs, ours)):
        with pytest.raises(Conflict, match="the line `A`"):
            merge(base, *sides)


def test_a_line_that_one_side_took_out_and_the_other_moved_to_another_section_is_a_conflict() -> None:
    base, ours, theirs = (
        entry_of(body)
        for body in (
            b"**Summary**\nA\nB\n**Impact**\nC\n",
            b"**Summary**\nB\n**Impact**\nC\n",
            b"**Summary**\nB\n**Impact**\nC\nA\n",
        )
    )
    for sides in ((ours, theirs), (theirs, ours)):
        with pytest.raises(Conflict, match="the line `A`"):
            merge(base, *sides)


def test_a_line_that_one_side_took_out_and_the_other_moved_to_another_entry_is_not_merged() -> None:
    other = b"## M-2025-02-01T10:00:00Z INC-2 second\n\n- used: 0\n\n**Summary**\nC\n"
    base = entry_of(b"**Summary**\nA\nB\n") + GAP + other
    ours = entry_of(b"**Summary**\nB\n") + GAP + other
    theirs = entry_of(b"**Summary**\nB\n") + GAP + other + b"A\n"
    for sides in ((ours, theirs), (theirs, ours)):
        with pytest.raises(NotUnderstood, match="`A`"):
            merge_files(base, *sides)


def entry_of(body: bytes) -> bytes:
    return b"## M-2025-03-01T10:00:00Z INC-3 third\n\n- used: 2\n\n" + body


class _Writer:
    """Makes a file of lines of which no two are the same, and edits of it."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.count = 0

    def line(self) -> str:
        self.count += 1
        return f"{self.rng.choice(['', '', '- ', '- [ ] '])}token{self.count}"

    def body(self) -> list[str]:
        lines: list[str] = []
        for title in self.rng.sample(TITLES, self.rng.randint(1, 4)):
            lines.append(f"**{title}**")
            for _ in range(self.rng.randint(1, 4)):
                lines += [self.line(), *[""] * self.rng.randint(0, 2)]
        return lines

    def file(self) -> dict[str, tuple[int, list[str]]]:
        """Entries by their headings: how often each helped, and its lines."""
        return {
            f"## M-2025-03-{20 - n:02}T10:00:00Z INC-{n}": (self.rng.randint(0, 3), self.body())
            for n in range(self.rng.randint(1, 3))
        }

    def edited(self, file: dict[str, tuple[int, list[str]]]) -> dict[str, tuple[int, list[str]]]:
        """The file after some edits; what one of them takes out, another may not put back."""
        made = {heading: (used, list(lines)) for heading, (used, lines) in file.items()}
        for _ in range(self.rng.randint(1, 3)):
            heading = self.rng.choice(list(made))
            used, lines = made[heading]
            at = self.rng.randrange(len(lines) + 1)
            plain = [n for n, line in enumerate(lines) if "token" in line]
            one = self.rng.choice(plain) if plain else None
            match self.rng.choice(["helped", "add", "out", "blank", "move", "swap", "word", "tick", "elsewhere"]):
                case "helped":
                    used += 1
                case "add":
                    lines.insert(max(1, at), self.line())
                case "out" if one is not None:
                    del lines[one]
                case "blank" if one is not None:
                    del lines[one]
                    lines.insert(max(1, self.rng.randrange(len(lines) + 1)), "")
                case "move" if one is not None:
                    line = lines.pop(one)
                    lines.insert(max(1, self.rng.randrange(len(lines) + 1)), line)
                case "swap" if one is not None:
                    other = self.rng.choice(plain)
                    lines[one], lines[other] = lines[other], lines[one]
                case "word" if one is not None:
                    lines[one] = self.line()
                case "tick" if one is not None:
                    lines[one] = lines[one].replace("[ ]", "[x]")
                case "elsewhere" if one is not None:
                    target = self.rng.choice(list(made.values()))[1]
                    target.append(lines.pop(one))
            made[heading] = used, lines
        return made


def _bytes(file: dict[str, tuple[int, list[str]]]) -> bytes:
    entries = ["\n".join([heading, "", f"- used: {used}", "", *lines, ""]) for heading, (used, lines) in file.items()]
    return ("# Incidents\n\n" + "\n---\n\n".join(entries)).encode()


def _tokens(data: bytes) -> Counter[str]:
    return Counter(re.findall(r"token\d+", data.decode()))


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(10))
def test_of_ten_thousand_merges_none_has_what_a_side_took_out_nor_lacks_what_a_side_added(chunk: int) -> None:
    clean = 0
    for seed in range(1000 * chunk, 1000 * (chunk + 1)):
        writer = _Writer(seed)
        file = writer.file()
        base, ours, theirs = map(_bytes, (file, writer.edited(file), writer.edited(file)))
        try:
            merged = merge_files(base, ours, theirs)
        except NotUnderstood:
            continue
        if merged.conflicts:
            continue
        clean += 1
        had, have, others, held = map(_tokens, (base, ours, theirs, merged.data))
        for token in had | have | others | held:
            both_kept = bool(have[token] and others[token])
            expected = both_kept if had[token] else bool(have[token] or others[token])
            assert held[token] == expected, (seed, token)
        used = [{found.identity: found.used for found in Document.parse(data).entries} for data in (base, ours, theirs)]
        for found in Document.parse(merged.data).entries:
            began, one, other = (each[found.identity] for each in used)
            assert found.used == one + other - began, seed
    assert clean > 200  # else there was nothing to judge
