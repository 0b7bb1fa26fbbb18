"""Recent searches, the newest first: under the user's state folder, for all knowledge bases together."""

import json
from pathlib import Path

from incident_tui.storage.user.state_dir import open_state, state_folder, write_state

KEPT = 100
"""How many are remembered."""

LONGEST = 500
"""Characters of a search that are remembered."""


def load_searches() -> list[str]:
    """Recent searches. What can't be read is as if it weren't there."""
    try:
        with open_state(_file()) as file:
            stored = json.load(file)
    except (OSError, ValueError, RecursionError):
        return []
    return [search for search in stored if isinstance(search, str)][:KEPT] if isinstance(stored, list) else []


def add_search(search: str) -> None:
    """Put a search first. Where that can't be written nothing happens."""
    search = search.strip()[:LONGEST]
    if not search:
        return
    searches = [search, *(earlier for earlier in load_searches() if earlier != search)][:KEPT]
    write_state(_file(), json.dumps(searches).encode("ascii"))


def _file() -> Path:
    return state_folder() / "searches.json"
