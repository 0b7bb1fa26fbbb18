"""The theme that was chosen in the browser: under the user's state folder, for all knowledge bases together.

It stands until another is chosen, or set in the settings after that.
"""

import json
from pathlib import Path

from incident_tui.storage.user.state_dir import open_state, state_folder, write_state


def theme_file() -> Path:
    """Where it is kept."""
    return state_folder() / "theme.json"


def load_theme(set_theme: str | None) -> str | None:
    """The theme that was chosen while the settings had this one, if any was. It may be one that is no more."""
    try:
        with open_state(theme_file()) as file:
            choice = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(choice, dict) or choice.get("instead_of") != set_theme:
        return None
    theme = choice.get("theme")
    return theme if isinstance(theme, str) else None


def save_theme(theme: str, set_theme: str | None) -> None:
    """Remember a theme, and which one the settings have. Where that can't be written nothing happens."""
    write_state(theme_file(), json.dumps({"theme": theme, "instead_of": set_theme}).encode("ascii"))
