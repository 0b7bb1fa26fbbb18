"""One value that was chosen in the browser, in a file of the user's state folder.

It stands until another is chosen, or set in the settings after that.
"""

import json
from pathlib import Path

from incident_tui.storage.user.state_dir import open_state, write_state


def load_value(path: Path, name: str, set_value: object) -> object:
    """Return the value that was chosen while the settings had this one; None if none was."""
    try:
        with open_state(path) as file:
            saved = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(saved, dict) or saved.get("instead_of") != set_value:
        return None
    return saved.get(name)


def save_value(path: Path, name: str, value: object, set_value: object) -> None:
    """Remember a value, and which one the settings have. Where that can't be written nothing happens."""
    write_state(path, json.dumps({name: value, "instead_of": set_value}).encode("ascii"))
