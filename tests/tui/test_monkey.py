"""Random keys and outside edits: nothing raises, and no entry is ever lost."""

import random
import re
from pathlib import Path

import pytest

from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity

from ..thorough import ALL
from .conftest import Opened

KEYS = [
    *"jjjkkgGpppsaaArruuuU++zz?/qwxx]][Itt",
    *("enter", "escape", "tab", "down", "up", "pagedown", "pageup", "home", "end", "y", "n", "ctrl+s", "space"),
]
STEPS = 1000 if ALL else 400
"""Keys for each of two seeds."""
BURST = 4


def held(live: Path) -> dict[Identity, list[Entry]]:
    """Every entry of both files."""
    found: dict[Identity, list[Entry]] = {}
    for path in (live, live.parent / "archive" / live.name):
        for entry in Document.parse(path.read_bytes()).entries if path.exists() else ():
            found.setdefault(entry.identity, []).append(entry)
    return found


def text(entry: Entry) -> str:
    """The body, whatever is ticked."""
    return re.sub(r"\[[ xX]\] ?", "", entry.body).rstrip("\r\n")


def meddle(live: Path, chance: random.Random, number: int) -> Identity | None:
    """Do to the file what editors and scripts do; returns the entry that was appended, if one was."""
    data = live.read_bytes()
    match chance.randrange(4):
        case 0:
            new = Identity(
                f"2026-12-{number % 28 + 1:02}T{number % 24:02}:00:00Z", f"NEW-{number} appended-by-a-script"
            )
            with live.open("ab") as file:
                file.write(
                    f"\n## M-{new.timestamp} {new.name}\n\n- used: 0\n- pinned: false\n\nNew {number}.\n".encode()
                )
            return new
        case 1:
            live.write_bytes(data.replace(b"- used: 1\n", b"- used: 2\n", 1))
        case 2:
            other = live.with_name("other")
            other.write_bytes(data.replace(b"- pinned: true\n", b"- pinned: false\n", 1))
            other.replace(live)
        case _:
            live.write_bytes(data)
    return None


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2] if ALL else [1])
async def test_random_keys_and_outside_edits_lose_nothing(
    seed: int, knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    expected: dict[Identity, str] = {}
    for identity, entries in held(knowledge_base).items():
        expected[identity] = text(next((entry for entry in entries if entry.state == "full"), entries[0]))
    async with opened(knowledge_base, size=(100, 30)) as reader:
        monkeypatch.setattr(reader.app, "exit", lambda *_: None)  # q and ctrl+c shall not end the run
        pressed: list[str] = []
        while len(pressed) < STEPS:
            burst = chance.choices(KEYS, k=chance.randint(1, BURST))
            pressed += burst
            await reader.at_once(*burst)
            if chance.random() < 0.1:
                new = meddle(knowledge_base, chance, len(pressed))
                if new is not None:
                    expected[new] = text(held(knowledge_base)[new][0])
            now = held(knowledge_base)
            for identity, body in expected.items():
                texts = [text(entry) for entry in now.get(identity, [])]
                assert body in texts, f"{identity} is lost after {pressed[-12:]}"
        assert reader.app.is_running
