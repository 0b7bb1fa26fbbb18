"""The bundle's way in: what it holds is unpacked once, where this user can keep it, and runs from there."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from fcntl import LOCK_EX, flock
from pathlib import Path

WHOLE = ".whole"
"""Written last and never read: whatever clears a folder of what is old takes it first."""


def unpacked(bundle: str, digest: str) -> str:
    """Return the folder with the files of this bundle. Ends with one line where there is no room for them."""
    name = f"{digest}-{sys.implementation.cache_tag}-{os.uname().machine}"
    for parent in parents():
        folder = parent / name
        with suppress(OSError):
            parent.mkdir(0o700, parents=True, exist_ok=True)
            if is_ours(parent):
                if not (folder / WHOLE).exists():
                    unpack(Path(bundle), folder)
                return str(folder)
    sys.exit("incident-tui: there is no folder to unpack into; name one with 40 MB of room in $XDG_CACHE_HOME")


def parents() -> Iterator[Path]:
    """Yield the folders in which the files can be kept, the best first."""
    with suppress(RuntimeError):  # a user without a home
        yield Path(_absolute("XDG_CACHE_HOME") or Path.home() / ".cache", "incident-tui")
    for folder in (_absolute("XDG_RUNTIME_DIR"), _absolute("TMPDIR"), "/tmp", "/var/tmp", "/dev/shm"):
        if folder:
            yield Path(folder, f"incident-tui-{os.geteuid()}")


def is_ours(folder: Path) -> bool:
    """Whether nobody else can have put anything there. Raises `OSError`."""
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def unpack(bundle: Path, folder: Path) -> None:
    """Make the folder, whole at once, unless someone else has made it meanwhile. Raises `OSError`."""
    lock = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # where the file system knows no locks, the last one wins
            flock(lock, LOCK_EX)
        if not (folder / WHOLE).exists():
            _unpack(bundle, folder)
    finally:
        os.close(lock)


def _unpack(bundle: Path, folder: Path) -> None:
    import shutil
    import tempfile
    import zipfile

    staged = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        with zipfile.ZipFile(bundle) as held:
            held.extractall(staged, [name for name in held.namelist() if _is_for_us(name)])
        (staged / "lib" / WHOLE).touch()
        if folder.exists():
            folder.rename(staged / "old")
        (staged / "lib").rename(folder)
    except OSError:
        if not (folder / WHOLE).exists():
            raise
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _absolute(variable: str) -> str:
    value = os.environ.get(variable, "")
    return value if value.startswith("/") else ""


def _is_for_us(name: str) -> bool:
    """Whether a file is of use to this Python: compiled ones are for one version and machine."""
    from importlib.machinery import EXTENSION_SUFFIXES

    _, dot, suffix = Path(name).name.partition(".")
    return name.startswith("lib/") and (not name.endswith(".so") or dot + suffix in EXTENSION_SUFFIXES)
