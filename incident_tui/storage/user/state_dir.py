"""The user's own state folder: small private files whose loss harms nothing but what they remember.

A symlink that someone planted there is neither read nor written through, and nothing there is waited for.
"""

import os
from pathlib import Path
from typing import BinaryIO

from incident_tui.storage.disk import atomic_file


def state_folder() -> Path:
    """Where the files are: `$XDG_STATE_HOME/incident-tui`, by default below `~/.local/state`."""
    base = os.environ.get("XDG_STATE_HOME", "")
    try:
        folder = Path(base) if base.startswith("/") else Path.home() / ".local" / "state"
    except RuntimeError:  # a user without a home: nothing can be made there, and nothing is kept
        folder = Path(os.devnull)
    return folder / "incident-tui"


def open_state(path: Path) -> BinaryIO:
    """Open a file of the folder for reading. Raises `OSError` if it doesn't exist or is no regular file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        return os.fdopen(descriptor, "rb")
    except OSError:  # a folder in its place
        os.close(descriptor)
        raise


def write_state(path: Path, data: bytes) -> OSError | None:
    """Write a file of the folder (mode 0600 in 0700). Where that can't be done nothing happens; return why not."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.is_symlink():
            atomic_file.replace_private(path, data)
    except OSError as error:
        return error
    return None
