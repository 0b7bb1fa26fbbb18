"""Texts that were begun and not written: they are kept in a file when the browser ends."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from textual.app import App

Draft = tuple[str, str]
"""What a text is, and the text."""


@runtime_checkable
class HasDrafts(Protocol):
    """A screen with unwritten texts that are in none of its fields."""

    @property
    def drafts(self) -> Iterable[Draft]:
        """What was begun and not written."""
        ...


def unwritten(app: App[None]) -> Iterator[Draft]:
    """Yield the drafts of all screens."""
    for screen in app.screen_stack:
        if isinstance(screen, HasDrafts):
            yield from screen.drafts


def keep_drafts(drafts: Iterable[Draft]) -> Path | None:
    """Keep texts in a new private file; None where there are none. Raises `Refused` where they can't be kept."""
    text = "\n".join(f"# {name}\n\n{text}\n" for name, text in drafts)
    if not text:
        return None
    from incident_tui.editor import keep

    return keep(text.encode("utf-8", "surrogateescape"), "typed-text")
