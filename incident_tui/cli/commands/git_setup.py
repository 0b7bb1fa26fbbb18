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
from collections.abc import Mapping
from pathlib import Path

from incident_tui.cli import output
from incident_tui.cli.select import opened
from incident_tui.format.errors import Refused
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.git import repository

PROGRAM = "incident-tui"

SETTINGS = {
    f"merge.{repository.DRIVER}.name": "incidents, entry by entry",
    f"merge.{repository.DRIVER}.driver": f"{PROGRAM} merge-driver %O %A %B %P",
}
"""git's settings, as `git config` names them, where the program is on the `PATH`."""


def run(args: Namespace) -> int:
    """Write the attributes and the settings, or take them out."""
    _, snapshot = opened(args)
    first = snapshot.files[0].live_file
    top = repository.work_tree(first)
    if top is None:
        raise Refused(f"{atomic_file.display_path(first)} is in no git work tree")
    paths = [path for file in snapshot.files for path in (file.live_file, file.archive_file)]
    attributes = top / repository.ATTRIBUTES
    stored = atomic_file.read(attributes)
    old = stored.data if stored is not None else b""
    lines = [_lines(path, top.resolve()) for path in _inside(top.resolve(), *paths)]
    new = without(old, [line for same in lines for line in same]) if args.remove else with_lines(old, lines)
    values = {key: value.replace(PROGRAM, _program(), 1) for key, value in SETTINGS.items()}
    settings = [key for key, value in values.items() if repository.git_text(top, "config", "--local", key) != value]
    if args.remove:
        settings = [key for key in SETTINGS if repository.git_text(top, "config", "--local", key)]
    if new == old and not settings:
        output.print_line(f"{'nothing of it is there' if args.remove else 'it is so already'}; nothing was written")
        return 0
    _show(attributes, old, new, {key: values[key] for key in settings}, args.remove)
    if not (args.yes or _agreed()):
        output.print_line("nothing was written")
        return 1
    for key in settings:
        repository.git_text(top, "config", "--local", *(("--unset", key) if args.remove else (key, values[key])))
    if new != old:
        _write(attributes, stored, new, first)
    if args.remove:
        output.print_line("taken out")
    else:
        output.print_line(f"set up; commit {repository.ATTRIBUTES}, and run this once in every other clone")
    return 0


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


def _write(attributes: Path, stored: atomic_file.FileRead | None, new: bytes, like: Path) -> None:
    """Write the attributes; a file in which nothing is left goes. Raises `Refused`."""
    try:
        if stored is not None and not new:
            atomic_file.remove(attributes, stored.signature)
        else:
            atomic_file.replace(attributes, new, stored.signature if stored is not None else None, like=like)
    except (OSError, atomic_file.FileChanged) as error:
        why = atomic_file.os_error_text(error) if isinstance(error, OSError) else "someone else is writing it"
        path = atomic_file.display_path(attributes)
        raise Refused(
            f"{path} can't be written: {why}; this clone's settings were written, run the command again"
        ) from None


def pattern(name: str) -> bytes:
    """The pattern of git's attributes for a file, named from the top of the work tree with `/` between folders.

    What a pattern would take for more than itself has a backslash; one with blanks or the like is quoted as in C.
    """
    text = "/" + re.sub(r"[*?\[\\]", r"\\\g<0>", name)
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


def _show(attributes: Path, old: bytes, new: bytes, settings: Mapping[str, str], remove: bool) -> None:
    sign, longer, shorter = ("-", old, new) if remove else ("+", new, old)
    changed = [line for line in longer.splitlines() if line not in shorter.splitlines()]
    output.print_line(f"{atomic_file.display_path(attributes)}:")
    for line in changed:
        output.print_line(f"  {sign} {line.decode('utf-8', 'replace')}")
    output.print_line("the settings of this clone (.git/config):")
    for key, value in settings.items():
        output.print_line(f"  {sign} {key} = {value}")


def _agreed() -> bool:
    """Whether the person says yes; without one there is nobody to ask."""
    if not sys.stdin.isatty():
        output.print_error("say --yes to write it")
        return False
    output.write("Write it? [y/N] ")
    output.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
