"""`git-setup`: tell git to merge a knowledge base's files entry by entry. Shown before it is written.

Two things are needed: a line for each file in `.gitattributes`, which is committed and cloned like any file, and the
driver's command in the work tree's own settings, which each clone needs for itself.
"""

import os
import re
import shlex
import shutil
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from incident_tui.cli import output
from incident_tui.cli.select import opened
from incident_tui.format.errors import Refused
from incident_tui.storage.archive_path import archive_folder
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.git import repository
from incident_tui.storage.git.work_trees import work_trees

if TYPE_CHECKING:
    from incident_tui.storage.snapshot import FileSnapshot

PROGRAM = "incident-tui"

SETTINGS = {
    f"merge.{repository.DRIVER}.name": "incidents, entry by entry",
    f"merge.{repository.DRIVER}.driver": f"{PROGRAM} merge-driver %O %A %B %P",
}
"""git's settings, as `git config` names them, where the program is on the `PATH`."""

OTHER_SETTINGS = {"merge.autoStash": "true"}
"""A change that isn't committed doesn't stop a pull of others'."""

PULL_SETTINGS = {"pull.rebase": "false"}
"""A pull of what others pushed meanwhile merges; git refuses it where nobody has said whether to merge or to rebase."""

SAID_OF_PULL = ("pull.rebase", "pull.ff")
"""The settings by which somebody may have."""

EXCLUDED = (
    b".*.md.*.tmp",
    b".*.md.journal",
    b".*.md.journal.*.unfit",
    b".*.md.lock",
    b".*.md.*.replaced",
    b".*.md.*.arriving",
)
"""Patterns of the files that a change leaves beside a file for moments, for `.git/info/exclude`."""

ANY = "*.md"
"""The file name that stands for all of a layer's folder."""


class _Change(NamedTuple):
    """What is to be written for one work tree: files that git reads, and settings of this clone."""

    files: list[tuple[Path, atomic_file.FileRead | None, bytes]]
    """Each with what it has now, and what it will have."""
    settings: dict[str, str]
    top: Path
    like: Path
    """A file whose owner and mode a new one takes."""


def run(args: Namespace) -> int:
    """Write the attributes and the settings, or take them out, in each work tree that the files are in."""
    _, snapshot = opened(args)
    trees, outside = work_trees([file.live_file for file in snapshot.files])
    if not trees:
        raise Refused(f"{atomic_file.display_path(snapshot.files[0].live_file)} is in no git work tree")
    for folder in dict.fromkeys(snapshot.files[index].live_file.parent for index in outside):
        output.print_error(f"{atomic_file.display_path(folder)} is in no git work tree: left out")
    changes = [
        _planned(tree.top, [snapshot.files[index] for index in tree.file_indexes], args.remove) for tree in trees
    ]
    changes = [change for change in changes if change.files or change.settings]
    if not changes:
        output.print_line(f"{'it is not set up' if args.remove else 'it is set up already'}; nothing was written")
        return 0
    for change in changes:
        _show(change, args.remove)
    if not (args.yes or agreed("Write it?")):
        output.print_line("nothing was written")
        return 1
    for change in changes:
        for key, value in change.settings.items():
            repository.git_text(change.top, "config", "--local", *(("--unset", key) if args.remove else (key, value)))
        for path, stored, new in change.files:
            _write(path, stored, new, change.like)
    if args.remove:
        output.print_line("taken out")
    else:
        output.print_line(f"set up; commit {repository.ATTRIBUTES}, and run this once in every other clone")
    return 0


def _planned(top: Path, files: "Sequence[FileSnapshot]", remove: bool) -> _Change:
    """What a work tree lacks, or has that is to go."""
    real = top.resolve()
    paths = _inside(real, *dict.fromkeys(path for file in files for path in _paths(file)))
    lines = [_lines(path, real) for path in paths]
    excluded = top / repository.git_text(top, "rev-parse", "--git-path", "info/exclude")
    changed = []
    for path, wanted in ((top / repository.ATTRIBUTES, lines), (excluded, [[line] for line in EXCLUDED])):
        stored = atomic_file.read(path)
        old = stored.data if stored is not None else b""
        new = without(old, [line for each in wanted for line in each]) if remove else with_lines(old, wanted)
        if new != old:
            changed.append((path, stored, new))
    settings = {key: value.replace(PROGRAM, _program(), 1) for key, value in SETTINGS.items()} | OTHER_SETTINGS
    if remove or not any(repository.git_answer(top, "config", key) for key in SAID_OF_PULL):
        settings |= PULL_SETTINGS
    current = {key: repository.git_answer(top, "config", "--local", key) for key in settings}
    missing = {key: value for key, value in settings.items() if current[key] != value}
    if remove:
        missing = {
            key: value for key, value in settings.items() if current[key] and (key in SETTINGS or current[key] == value)
        }
    return _Change(changed, missing, top, files[0].live_file)


def _paths(file: "FileSnapshot") -> list[Path]:
    """What attributes name of a file: itself and its archive; of a layer all files that there are or will be."""
    if not file.layer:
        return [file.live_file, file.archive_file]
    folder = file.live_file.parent
    return [each / ANY for each in (folder.with_name("kb"), folder.with_name("journal"), archive_folder(folder))]


def _program() -> str:
    """How git's shell calls this program: by its name, or where that is not on the `PATH` (a bundle) by its path."""
    if shutil.which(PROGRAM):
        return PROGRAM
    path = str(Path(sys.argv[0]).absolute())
    return shlex.join([path] if os.access(path, os.X_OK) else [sys.executable, path])


def _inside(top: Path, *paths: Path) -> list[Path]:
    """The files that git sees; what it doesn't see is told."""
    for path in paths:
        if not path.is_relative_to(top):
            output.print_error(f"{atomic_file.display_path(path)} is not in this work tree: git merges nothing there")
    return [path for path in paths if path.is_relative_to(top)]


def _write(path: Path, stored: atomic_file.FileRead | None, new: bytes, like: Path) -> None:
    """Write a file that git reads; one in which nothing is left goes. Raises `Refused`."""
    try:
        if stored is not None and not new:
            atomic_file.remove(path, stored.signature)
        else:
            path.parent.mkdir(exist_ok=True)
            atomic_file.replace(path, new, stored.signature if stored is not None else None, like=like)
    except (OSError, atomic_file.FileChanged) as error:
        why = atomic_file.os_error_text(error) if isinstance(error, OSError) else "someone else is writing it"
        raise Refused(
            f"{atomic_file.display_path(path)} can't be written: {why}; this clone's settings were written, "
            "run the command again"
        ) from None


def pattern(name: str) -> bytes:
    """The pattern of git's attributes for a file, named from the top of the work tree with `/` between folders.

    What a pattern would take for more than itself has a backslash; one with blanks or the like is quoted as in C.
    """
    folder, _, file = name.rpartition("/")
    text = "/" + re.sub(r"[*?\[\\]", r"\\\g<0>", folder if file == ANY else name)
    text = f"{text.rstrip('/')}/{ANY}" if file == ANY else text
    if re.search(r'[\x00-\x20"\x7f]', text):
        text = re.sub(r'["\\]', r"\\\g<0>", text)
        text = '"' + re.sub(r"[\x00-\x1f\x7f]", lambda char: f"\\{ord(char[0]):03o}", text) + '"'
    return text.encode("utf-8", "surrogateescape")


def _lines(path: Path, top: Path) -> list[bytes]:
    """A file's line of attributes; after it others that mean the same file, and may have been written by hand."""
    name = path.relative_to(top).as_posix()
    patterns = [pattern(name), pattern(name.replace(" ", "?")).replace(b"\\?", b"?")]
    return [line_pattern + f" merge={repository.DRIVER}".encode() for line_pattern in dict.fromkeys(patterns)]


def with_lines(old: bytes, lines: list[list[bytes]]) -> bytes:
    """The attributes with the first of each of these lines at their end, where none that means the same is there."""
    present = old.splitlines()
    missing = [same[0] for same in lines if not any(line in present for line in same)]
    start = old if not old or old.endswith(b"\n") else old + b"\n"
    return start + b"".join(line + b"\n" for line in missing) if missing else old


def without(old: bytes, lines: list[bytes]) -> bytes:
    """The attributes without these lines."""
    return b"".join(line for line in old.splitlines(keepends=True) if line.rstrip(b"\r\n") not in lines)


def _show(change: _Change, remove: bool) -> None:
    for path, stored, new in change.files:
        old = stored.data if stored is not None else b""
        sign, longer, shorter = ("-", old, new) if remove else ("+", new, old)
        output.print_line(f"{atomic_file.display_path(path)}:")
        for line in longer.splitlines():
            if line not in shorter.splitlines():
                output.print_line(f"  {sign} {line.decode('utf-8', 'replace')}")
    if change.settings:
        output.print_line(f"the settings of this clone ({atomic_file.display_path(change.top)}/.git/config):")
    for key, value in change.settings.items():
        output.print_line(f"  {'-' if remove else '+'} {key} = {value}")


def agreed(question: str) -> bool:
    """Whether the person says yes; without one there is nobody to ask."""
    if sys.stdin is None or not sys.stdin.isatty():
        output.print_error("pass --yes to write it")
        return False
    output.write(f"{question} [y/N] ")
    output.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
