"""What reviews left as it was, and when: entries that aren't stale, pairs that are no duplicates. It is in the user's
state folder, the newest `KEPT` of each kind.
"""

import json
from datetime import date
from pathlib import Path

from incident_tui.format.model.entry import Identity
from incident_tui.format.model.metadata import parse_date
from incident_tui.storage.user.state_dir import open_state, state_folder, write_state

KEPT = 2000
"""How many are remembered of each kind."""

LONGEST = 1000
"""Characters of an identity; what has a longer one isn't remembered."""

PairName = tuple[str, str, str, str, str, str]
"""Two entries: the live file, the timestamp and the name of each."""

_REVIEWS = "reviews.json"
_PAIRS = "pairs.json"


def last_day_asked_again(today: date, days: int) -> date:
    """Return the newest day of which a review asks again about what was left, `days` days after that."""
    return date.fromordinal(max(1, today.toordinal() - days))


def load_reviews(live: Path) -> dict[Identity, date]:
    """Return the day on which each entry of a knowledge base was kept last."""
    lines = [line for line in _load(_REVIEWS, 4) if line[0] == str(live)]
    return {Identity(timestamp, name): day for _, timestamp, name, text in lines if (day := parse_date(text))}


def save_review(live: Path, identity: Identity, day: date | None) -> None:
    """Remember when an entry was kept; None forgets it. Where that can't be written nothing happens."""
    _save(_REVIEWS, (str(live), *identity), day)


def pair_name(entries: tuple[tuple[Path, Identity], tuple[Path, Identity]]) -> PairName:
    """Return what tells two entries from all other pairs, whichever is the first."""
    first, second = sorted((str(live), *identity) for live, identity in entries)
    return (*first, *second)


def load_left_pairs() -> dict[tuple[str, ...], date]:
    """Return the day on which each pair was left as it was last."""
    return {line[:-1]: day for line in _load(_PAIRS, 7) if (day := parse_date(line[-1]))}


def save_left_pair(name: PairName, day: date | None) -> None:
    """Remember when a pair was left as it was; None forgets it. Where that can't be written nothing happens."""
    _save(_PAIRS, name, day)


def _save(file: str, name: tuple[str, ...], day: date | None) -> None:
    lines = [line for line in _load(file, len(name) + 1) if line[:-1] != name]
    if day is not None and sum(map(len, name)) <= LONGEST * len(name) // 3:
        lines.append((*name, day.isoformat()))
    write_state(state_folder() / file, json.dumps(lines[-KEPT:]).encode("ascii"))


def _load(file: str, length: int) -> list[tuple[str, ...]]:
    """All lines of so many texts, oldest first. What can't be read is as if it weren't there."""
    try:
        with open_state(state_folder() / file) as stream:
            stored = json.load(stream)
    except (OSError, ValueError, RecursionError):
        return []
    lines = stored if isinstance(stored, list) else []
    return [
        tuple(line)
        for line in lines
        if isinstance(line, list) and len(line) == length and all(isinstance(text, str) for text in line)
    ]
