"""The theme that was chosen in the browser, for all knowledge bases together."""

from pathlib import Path

from incident_tui.storage.user.remembered_value import load_value, save_value
from incident_tui.storage.user.state_dir import state_folder


def theme_file() -> Path:
    """Where it is kept."""
    return state_folder() / "theme.json"


def load_theme(set_theme: str | None) -> str | None:
    """The theme that was chosen while the settings had this one, if any was. It may be one that is no more."""
    theme = load_value(theme_file(), "theme", set_theme)
    return theme if isinstance(theme, str) else None


def save_theme(theme: str, set_theme: str | None) -> None:
    """Remember a theme, and which one the settings have."""
    save_value(theme_file(), "theme", theme, set_theme)
