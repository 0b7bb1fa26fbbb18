"""Where the text is that a session left unwritten when its terminal went: the next one says so, once."""

import os
from contextlib import suppress
from pathlib import Path

from incident_tui.storage.user.state_dir import open_state, state_folder, write_state


def save_left_draft(path: Path) -> None:
    """Remember a file with unwritten text for the next session."""
    write_state(_state(), os.fsencode(path))


def take_left_draft() -> Path | None:
    """Return the file that was remembered, and forget it; None where there is none, or it is gone."""
    try:
        with open_state(_state()) as file:
            path = Path(os.fsdecode(file.read(4096)))
    except OSError:
        return None
    with suppress(OSError):
        _state().unlink()
    return path if path.is_file() else None


def _state() -> Path:
    return state_folder() / "left-draft"
