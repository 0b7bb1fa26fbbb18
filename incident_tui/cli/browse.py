"""`browse`: the way into the terminal browser."""

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui import terminal
from incident_tui.cli.locate import entries, in_folder, located
from incident_tui.cli.parser import COMMANDS
from incident_tui.cli.wrong_use import WrongUse
from incident_tui.kb.refused import Refused
from incident_tui.kb.resolve import everyone

if TYPE_CHECKING:
    from incident_tui.kb.base import Place


def run(args: Namespace) -> int:
    """Open the browser. Raises `Refused` where there is no terminal for it."""
    path = _path(args)
    if not _has_terminal():
        raise Refused(
            "`incident-tui list` and `incident-tui show ID` print plain lines; the browser needs a terminal "
            "(as input, output and error output, and TERM set and not dumb)"
        )
    select = _selected(path, args.select) if args.select else None
    from incident_tui.tui.app import run as browse

    return browse(
        path,
        query=args.query,
        select=select,
        read_only=args.read_only,
        mouse=not args.no_mouse,
        review=args.review,
    )


def _selected(path: Path, word: str) -> "tuple[Place, str]":
    """Where the entry is that an alert names, and its id. Raises `WrongUse` if there is none, or several."""
    from incident_tui.storage.base import KnowledgeBase

    one = entries([word], everyone(KnowledgeBase(path).snapshot().base))[0]
    return one.place, one.id


def _path(args: Namespace) -> Path:
    """The file to open. It need not exist: the browser offers to create it."""
    word = args.words[0] if args.words else ""
    path = Path(word) if word else located(args)[0] or Path()
    if word.isalpha() and word not in COMMANDS and not os.path.lexists(path):
        raise WrongUse(f"there is neither a command nor a file called '{word}' (see `incident-tui --help`)")
    if word.endswith("/") and not os.path.lexists(path):
        return path / "incidents.md"
    if not os.path.isdir(path):  # noqa: PTH112 - never raises
        return path
    return in_folder(path) or path / "incidents.md"


def _has_terminal() -> bool:
    streams = (sys.stdin, sys.stdout, sys.stderr)  # the screen is drawn on stderr
    return not terminal.is_dumb() and all(held is not None and held.isatty() for held in streams)
