"""The way into the browser: what is read first is on the screen before the framework is imported."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui import config
from incident_tui.format.model.contents import Location
from incident_tui.storage.disk.atomic_file import display_path
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import Snapshot
from incident_tui.storage.user.left_draft import take_left_draft
from incident_tui.tui.rows import Row, rows
from incident_tui.tui.terminal.glyphs import glyphs_for_terminal

if TYPE_CHECKING:
    from incident_tui.search.incident_matches import MatchRequest
    from incident_tui.tui.app import IncidentApp
    from incident_tui.tui.terminal.first_frame import FirstFrame


def run(
    library: Library,
    *,
    query: str = "",
    select: tuple[Location, str, int] | None = None,
    mouse: bool = True,
    review: bool = False,
    notice: str = "",
    match: "MatchRequest | None" = None,
) -> int:
    """Open the browser on a knowledge base and return the exit code.

    `select` is where an entry is: live or archived, its id there, and in which file; `review` begins with what is
    stale, `match` with the entries that a text is about; `notice` is said at the start. Raises `Refused` where a file
    can't be read, and after an end that nobody foresaw.
    """
    if not notice and (draft := take_left_draft()) is not None:
        home = Path.home()
        short = Path("~", draft.relative_to(home)) if draft.is_relative_to(home) else draft  # a notice is one line
        notice = f"typed, not written: {display_path(short)}"
    with ExitStack() as stack:
        app = _app(library, query, select, review, notice, match, stack)
        return app.run_to_end(mouse)


def _app(
    library: Library,
    query: str,
    select: tuple[Location, str, int] | None,
    review: bool,
    notice: str,
    match: "MatchRequest | None",
    stack: ExitStack,
) -> "IncidentApp":
    """The browser, with the first frame in the stack if there is one. Only the browser keeps the snapshot."""
    whole = bool(query or select or review or match)
    snapshot = (None if whole else library.glimpse()) or library.snapshot()
    known = rows(snapshot, "all")
    frame = None if whole else _frame(library, snapshot, known)
    if frame is not None:
        stack.enter_context(frame)
    from incident_tui.tui.app import IncidentApp

    glyphs = glyphs_for_terminal()
    return IncidentApp(library, snapshot, query, select, glyphs, review, notice, match, known=known, first_frame=frame)


def _frame(library: Library, snapshot: Snapshot, known: tuple[Row, ...]) -> "FirstFrame | None":
    """The first frame; None where only the framework can draw it."""
    from incident_tui.tui.first_screen import FirstScreen
    from incident_tui.tui.terminal.first_frame import FirstFrame, terminal_size

    size = terminal_size()
    screen = FirstScreen(library, snapshot, known, config.read(), glyphs_for_terminal())
    return FirstFrame(size, screen.segments(size)) if size is not None and screen.is_drawable(size) else None
