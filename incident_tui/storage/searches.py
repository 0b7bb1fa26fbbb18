"""The searches made before, the newest first: under the user's state folder, for all knowledge bases together."""

import json
import os
from contextlib import suppress

from incident_tui.storage import files
from incident_tui.storage.history import state_folder

KEPT = 100
"""How many are remembered."""

LONGEST = 500
"""Characters of a search that are remembered."""


def remembered() -> list[str]:
    """The searches made before. What can't be read is as if it weren't there."""
    try:
        descriptor = os.open(
            state_folder() / "searches.json", os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        )
        with os.fdopen(descriptor, "rb") as file:
            found = json.load(file)
    except (OSError, ValueError, RecursionError):
        return []
    return [search for search in found if isinstance(search, str)][:KEPT] if isinstance(found, list) else []


def remember(search: str) -> None:
    """Put a search first. Where that can't be written nothing happens."""
    search = search.strip()[:LONGEST]
    if not search:
        return
    path = state_folder() / "searches.json"
    searches = [search, *(held for held in remembered() if held != search)][:KEPT]
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.is_symlink():
            files.overwrite(path, json.dumps(searches).encode("ascii"))
