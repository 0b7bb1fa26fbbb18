"""git as the program meets it: asked about files, given two settings, and left alone otherwise.

Nothing here commits, pushes, pulls or touches the index.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from incident_tui.kb.plain import one_line
from incident_tui.kb.splice import Refused

WAIT = 20
"""Seconds after which a question to git is given up."""

DRIVER = "incident-tui"
"""What the merge driver is called in attributes and settings."""


class Version(NamedTuple):
    """One version of a file, as a merge has it on disk, and what conflict markers call it."""

    file: Path
    label: str


def asked(folder: Path, *words: str) -> str:
    """What git says, without the last line end; empty where it says nothing, or no (status 1).

    Raises `Refused` where git isn't there, fails or doesn't answer.
    """
    done = _run(["git", "-C", str(folder), *words])
    if done.returncode > 1:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Refused(f"git says: {one_line(said[-1]) if said else f'status {done.returncode}'}")
    return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")


def work_tree(path: Path) -> Path | None:
    """The top folder of the work tree that a file is in; nothing if it is in none, or there is no git."""
    try:
        top = asked(path.parent, "rev-parse", "--show-toplevel")
    except Refused:
        return None
    return Path(top) if top else None


def merge_lines(base: Version, ours: Version, theirs: Version) -> tuple[bytes, bool]:
    """git's own merge, line by line: the text, and whether it is without conflicts. Raises `Refused`."""
    labels = [word for version in (ours, base, theirs) for word in ("-L", version.label)]
    files = [os.fspath(version.file) for version in (ours, base, theirs)]
    done = _run(["git", "merge-file", "-p", *labels, "--", *files])
    if not 0 <= done.returncode < 128:
        raise Refused(f"git can't merge it either: {one_line(done.stderr.decode('utf-8', 'replace').strip())}")
    return done.stdout, done.returncode == 0


def _run(command: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WAIT,
            check=False,
            env=os.environ | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
        )
    except FileNotFoundError:
        raise Refused("there is no git here") from None
    except subprocess.TimeoutExpired:
        raise Refused(f"git doesn't answer ({' '.join(command[:4])})") from None
    except OSError as error:
        raise Refused(f"git can't be run: {(error.strerror or str(error)).lower()}") from None
