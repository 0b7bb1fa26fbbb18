"""The width of the list that was chosen in the browser, for all knowledge bases together."""

from pathlib import Path

from incident_tui.storage.user.remembered_value import load_value, save_value
from incident_tui.storage.user.state_dir import state_folder


def width_file() -> Path:
    """Where it is kept."""
    return state_folder() / "list_width.json"


def load_list_width(set_width: int | None) -> int | None:
    """The width that was chosen while the settings had this one, in per cent of the screen; None if none was."""
    width = load_value(width_file(), "list_width", set_width)
    return width if type(width) is int else None


def save_list_width(width: int, set_width: int | None) -> None:
    """Remember a width, and which one the settings have."""
    save_value(width_file(), "list_width", width, set_width)
