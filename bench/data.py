"""Seeded knowledge bases: real words, drawn by Zipf's law in the order of their frequency."""

import random
import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path

from incident_tui.search.index.headings import SearchRecord

SAMPLES = Path(__file__).parent.parent / "sample_data"
FAMILIES = ("INC", "INC", "INC", "OPS", "PM2025")
SECTIONS = ("Summary", "Impact", "Timeline", "Root Cause", "Resolution", "Learnings", "Action Items")


def vocabulary(paths: Iterable[Path]) -> list[str]:
    """Return the words of the files with letters only and two of them at least, the most frequent first."""
    counts: Counter[str] = Counter()
    for path in paths:
        counts.update(re.findall(r"\b[a-z]{2,20}\b", path.read_text("utf-8", "replace").lower()))
    return [word for word, _ in counts.most_common()]


def records(words: Sequence[str], count: int, seed: int) -> list[SearchRecord]:
    """Return `count` records: a ref, a slug or a title of 2 to 6 words, none to 3 tags."""
    dice = random.Random(seed)
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(words))))

    def draw(least: int, most: int) -> list[str]:
        return [words[bisect(weights, dice.random() * weights[-1])] for _ in range(dice.randint(least, most))]

    made = []
    for number in range(count):
        title = dice.choice("- ").join(draw(2, 6))
        day = f"20{dice.randint(18, 25)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        stamp = f"{day}T{number % 24:02}:{number % 60:02}:00Z"
        ref = f"{dice.choice(FAMILIES)}-{1000 + number}"
        made.append(SearchRecord(ref, title, tuple(dict.fromkeys(draw(0, 3))), stamp, dice.random() < 0.01))
    return made


def bodies(words: Sequence[str], count: int, seed: int, length: int) -> list[str]:
    """Return `count` bodies of about so many words: the sections of a post-mortem, an id of a pod and of a trace,
    items ticked and open.
    """
    dice = random.Random(f"bodies {seed}")
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(words))))
    each = max(3, length // len(SECTIONS))
    made = []
    for _ in range(count):
        drawn = dice.choices(words, cum_weights=weights, k=each * len(SECTIONS))
        parts = []
        for place, section in enumerate(SECTIONS):
            text = drawn[place * each : (place + 1) * each]
            if section == "Timeline":
                half = len(text) // 2
                pod, trace = f"{dice.getrandbits(32):08x}", f"{dice.getrandbits(48):012x}"
                at = f"{dice.randrange(24):02}:{dice.randrange(60):02}"
                lines = f"- {at} - {' '.join(text[:half])}\n- {at} - pod-{pod} {trace} {' '.join(text[half:])}"
            elif section == "Action Items":
                half = len(text) // 2
                lines = f"- [x] {' '.join(text[:half])}\n- [{dice.choice(' x')}] {' '.join(text[half:])}"
            else:
                lines = f"{' '.join(text).capitalize()}."
            parts.append(f"**{section}**\n\n{lines}\n")
        made.append("\n".join(parts))
    return made


def document(made: Sequence[SearchRecord], texts: Sequence[str], emoji: bool = False) -> bytes:
    """Return the knowledge base of these entries; with an emoji in one body if wanted."""
    parts = ["# Incidents\n"]
    for number, (record, text) in enumerate(zip(made, texts, strict=True)):
        fields = [
            "- type: incident",
            f"- tags: {', '.join(record.tags)}",
            f"- used: {number % 7}",
            f"- last_used: {record.timestamp[:10]}",
            f"- pinned: {'true' if record.pinned else 'false'}",
            "- schema_version: 1",
        ]
        heading = f"## M-{record.timestamp} {record.ref} {record.title}"
        note = "It was \N{FIRE}.\n" if emoji and number == len(made) // 2 else ""
        parts.append("\n".join([heading, "", *fields, "", text + note, "---", ""]))
    return "\n".join(parts).encode()
