"""The file that a new entry was put into last, below the state folder."""

from contextlib import suppress
from pathlib import Path

from incident_tui.storage.user.state_dir import open_state, state_folder, write_state


def _file() -> Path:
    return state_folder() / "last-file"


def load_last_file() -> str:
    """Return the path of the file; empty where none is known."""
    with suppress(OSError), open_state(_file()) as file:
        return file.read(4096).decode("utf-8", "surrogateescape")
    return ""


def save_last_file(path: Path) -> None:
    """Remember a file. One that can't be remembered is no failure."""
    write_state(_file(), str(path).encode("utf-8", "surrogateescape"))
