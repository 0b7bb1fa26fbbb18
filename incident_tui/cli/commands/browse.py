"""`browse`: the way into the terminal browser."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from incident_tui import terminal
from incident_tui.cli import output
from incident_tui.cli.files import Files, agents_memory, files_of, joined, knowledge_base_source, labels
from incident_tui.cli.parser import COMMANDS, UsageError
from incident_tui.cli.select import entries
from incident_tui.config import LIKE, nearest
from incident_tui.format.errors import Refused
from incident_tui.format.read.resolve import Ambiguous, Unknown, all_entries, resolve
from incident_tui.format.sanitize import one_line

if TYPE_CHECKING:
    from incident_tui.format.model.contents import Location
    from incident_tui.storage.disk.atomic_file import Unreadable
    from incident_tui.storage.library import Library


def run(args: Namespace) -> int:
    """Open the browser. Raises `Refused` where there is no terminal for it."""
    files, unreadable, _ = _files(args)
    if not _has_terminal():
        raise Refused(
            "`incident-tui list` and `incident-tui show ID` print plain lines; the browser needs a terminal "
            "(as input, output and error output, and TERM set and not dumb)"
        )
    opened = library(files, unreadable, args, args.read_only)
    query, select, notice = args.query, None, ""
    if args.select:
        try:
            select = _selected(opened, args.select)
        except Unknown:
            query, notice = args.select, f"no entry is called '{one_line(args.select)}': searching for it"
    return open_browser(opened, query=query, select=select, mouse=not args.no_mouse, review=args.review, notice=notice)


def library(
    files: Sequence[Path], unreadable: "Sequence[Unreadable]", args: Namespace, read_only: bool = False
) -> "Library":
    """The knowledge base of these files as the browser opens it."""
    from incident_tui.storage.disk.late_writes import GLANCE
    from incident_tui.storage.knowledge_base import KnowledgeBase
    from incident_tui.storage.library import Library

    bases = [KnowledgeBase(file, read_only, patience=GLANCE, later=True) for file in files]
    names, layers = labels(files, args)
    return Library(bases, names, unreadable, layers)


def open_browser(opened: "Library", **options: Any) -> int:
    """Run the browser, with the options of `incident_tui.tui.start.run`; return the exit code."""
    from incident_tui.tui.start import run as browse

    code = browse(opened, **options)
    for notice in opened.wait_for_late().notices():
        output.print_error(notice)
    return code


def _selected(library: "Library", word: str) -> "tuple[Location, str, int]":
    """Where the entry is that an alert names. Raises `Unknown` if there is none, `UsageError` if there are several."""
    snapshot = library.snapshot()
    named = all_entries(*snapshot.contents)
    with suppress(Ambiguous):
        resolve(word, named)
    located = entries([word], named, within=snapshot)[0]
    return located.location, located.id, located.file_index


def _files(args: Namespace) -> Files:
    """The files to open. A single one need not exist: the browser offers to create it. Raises `Refused`."""
    paths = [_path(word) for word in args.words] or knowledge_base_source(args).paths or [agents_memory() or Path()]
    opened_files = [files_of(path, args, missing=True) for path in paths]
    for path, those in zip(paths, opened_files, strict=True):
        those.paths.extend([] if those.paths else [path / "incidents.md"])
    files = joined(opened_files)
    for file in files.paths:
        if len(files.paths) > 1 and file not in files.missing and not os.path.lexists(file):
            raise Refused(f"{file}: there is no such file; of several all must be there, nothing was opened")
    return files


def _path(word: str) -> Path:
    """What a word of the command line names. Raises `UsageError` where it seems meant for a command."""
    path = Path(word)
    if word.isalpha() and word not in COMMANDS and not os.path.lexists(path):
        suggestion = nearest(word, COMMANDS, LIKE) or " (see `incident-tui --help`)"
        raise UsageError(f"there is neither a command nor a file called '{word}'{suggestion}")
    return path / "incidents.md" if word.endswith("/") and not os.path.lexists(path) else path


def _has_terminal() -> bool:
    return has_screen() and sys.stdin is not None and sys.stdin.isatty()


def has_screen() -> bool:
    """Whether there is a terminal to draw on, wherever the keys come from."""
    streams = (sys.stdout, sys.stderr)  # the screen is drawn on stderr
    return not terminal.is_dumb() and all(stream is not None and stream.isatty() for stream in streams)


def take_keyboard() -> None:
    """Take keys from the terminal where the standard input is a pipe or a file. Raises `OSError` if there is none."""
    if sys.stdin is None or not sys.stdin.isatty():
        keyboard = os.open("/dev/tty", os.O_RDWR)
        os.dup2(keyboard, 0)
        os.close(keyboard)
