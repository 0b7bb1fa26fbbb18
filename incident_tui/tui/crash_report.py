"""An end that the user didn't choose: drafts (and the traceback of an exception) are saved, one line says where."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from traceback import format_exception
from typing import Protocol, runtime_checkable

from textual.app import App
from textual.dom import DOMNode
from textual.widgets import Input, TextArea
from textual.worker import WorkerFailed

from incident_tui.editor import keep
from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line
from incident_tui.storage.disk.atomic_file import display_path


@runtime_checkable
class HasDrafts(Protocol):
    """A screen with unwritten texts that are in none of its fields."""

    @property
    def drafts(self) -> Iterable[tuple[str, str]]:
        """What each text is, and the text."""
        ...


def last_words(app: App[None], error: BaseException) -> str:
    """Keep what was typed and not written, and what went wrong, in files; return the line that says so."""
    if isinstance(error, WorkerFailed):
        error = error.error
    name = one_line(f"{type(error).__name__}: {error}".removesuffix(": "))[:200]
    details = _kept("".join(format_exception(error)), "unexpected-end")
    try:
        texts = list(_texts(app))
    except Exception:  # there may be no screen any more, or half of one
        texts = []
    typed = _kept(_as_text(texts), "typed-text") if texts else ""
    clauses = [f"it ended unexpectedly ({name})", "the files are as the last notice said"]
    if typed:
        clauses.append(f"what was typed is {typed}")
    return "; ".join([*clauses, f"the details are {details}"])


def keep_drafts(app: App[None]) -> Path | None:
    """Keep what was typed to be written, and was not, in a file; None where there is nothing.

    Raises `Refused` where it can't be kept.
    """
    texts = [text for screen in app.screen_stack if isinstance(screen, HasDrafts) for text in screen.drafts]
    return keep(_as_text(texts).encode("utf-8", "surrogateescape"), "typed-text") if texts else None


def _as_text(texts: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"# {name}\n\n{text}\n" for name, text in texts)


def _texts(app: App[None]) -> Iterator[tuple[str, str]]:
    """All that was typed, screen by screen: what each text is, and the text."""
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


def _kept(text: str, name: str) -> str:
    """Where a text is kept; or why not."""
    try:
        return f"in {display_path(keep(text.encode('utf-8', 'surrogateescape'), name))}"
    except (Refused, UnicodeError) as refused:
        return f"lost ({refused})"
