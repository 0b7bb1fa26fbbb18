"""The end after an unforeseen exception: drafts and the traceback are saved, one line says where."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from traceback import format_exception

from textual.app import App
from textual.dom import DOMNode
from textual.widgets import Input, TextArea
from textual.worker import WorkerFailed

from incident_tui.editor import keep
from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line
from incident_tui.storage.disk.atomic_file import display_path
from incident_tui.tui.drafts import Draft, HasDrafts, keep_drafts


def last_words(app: App[None], error: BaseException) -> str:
    """Keep what was typed and not written, and what went wrong, in files; return the line that says so."""
    if isinstance(error, WorkerFailed):
        error = error.error
    name = one_line(f"{type(error).__name__}: {error}".removesuffix(": "))[:200]
    traceback = "".join(format_exception(error)).encode("utf-8", "surrogateescape")
    details = _whereabouts(partial(keep, traceback, "unexpected-end"))
    try:
        texts = list(_texts(app))
    except Exception:  # there may be no screen any more, or half of one
        texts = []
    typed = _whereabouts(partial(keep_drafts, texts))
    clauses = [f"it ended unexpectedly ({name})", "the files are as the last notice said"]
    if typed:
        clauses.append(f"what was typed is {typed}")
    return "; ".join([*clauses, f"the details are {details}"])


def _texts(app: App[None]) -> Iterator[Draft]:
    """All that was typed, screen by screen."""
    for screen in app.screen_stack:
        if isinstance(screen, HasDrafts):
            yield from screen.drafts
        for field in screen.query("Input, TextArea"):
            text = field.value if isinstance(field, Input) else field.text if isinstance(field, TextArea) else ""
            if text.strip():
                yield _called(field), text


def _called(field: DOMNode) -> str:
    screen = field.screen
    return f"{type(screen).__name__}, {field.id or 'field'}"


def _whereabouts(keep_it: Callable[[], Path | None]) -> str:
    """Keep something; say where it is, or why not. Empty where there is nothing."""
    try:
        path = keep_it()
    except (Refused, UnicodeError) as refused:
        return f"lost ({refused})"
    return f"in {display_path(path)}" if path is not None else ""
