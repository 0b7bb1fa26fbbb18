"""The entries that a review kept, and when: under the user's state folder, the newest `KEPT` of all knowledge bases."""

import json
from datetime import date
from pathlib import Path

from incident_tui.format.model.entry import Identity
from incident_tui.format.model.metadata import parse_date
from incident_tui.storage.user.state_dir import open_state, state_folder, write_state

KEPT = 2000
"""How many entries are remembered."""

LONGEST = 1000
"""Characters of an identity; an entry with a longer one isn't remembered."""

_Line = tuple[str, str, str, str]
"""The live file, the entry's timestamp and name, and the day."""


def load_reviews(live: Path) -> dict[Identity, date]:
    """Return the day on which each entry of a knowledge base was kept last."""
    lines = [line for line in _load() if line[0] == str(live)]
    return {Identity(timestamp, name): day for _, timestamp, name, text in lines if (day := parse_date(text))}


def save_review(live: Path, identity: Identity, day: date | None) -> None:
    """Remember when an entry was kept; None forgets it. Where that can't be written nothing happens."""
    name = (str(live), *identity)
    lines = [line for line in _load() if line[:3] != name]
    if day is not None and sum(map(len, name)) <= LONGEST:
        lines.append((*name, day.isoformat()))
    write_state(_file(), json.dumps(lines[-KEPT:]).encode("ascii"))


def _load() -> list[_Line]:
    """All lines, oldest first. What can't be read is as if it weren't there."""
    try:
        with open_state(_file()) as file:
            stored = json.load(file)
    except (OSError, ValueError, RecursionError):
        return []
    lines = stored if isinstance(stored, list) else []
    return [(line[0], line[1], line[2], line[3]) for line in lines if _is_line(line)]


def _is_line(line: object) -> bool:
    return isinstance(line, list) and len(line) == 4 and all(isinstance(text, str) for text in line)


def _file() -> Path:
    return state_folder() / "reviews.json"
