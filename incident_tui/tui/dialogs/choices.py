"""Dialogs whose keys move a cursor over a list."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ScreenResultType

from incident_tui.format.sanitize import one_line
from incident_tui.tui.dialogs.base import Dialog, Keys
from incident_tui.tui.dialogs.scroll import ALL
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.choices import Choices, Line

if TYPE_CHECKING:
    from incident_tui.storage.snapshot import FileSnapshot
    from incident_tui.tui.widgets.bar_chart import BarChart

Pieces = tuple[tuple[str, str], ...]
"""A line: harmless pieces of text, each with its look. The look `link ADDRESS` makes it a hyperlink (OSC 8)."""


def file_choice(file: "FileSnapshot") -> Pieces:
    """A file as a choice: what it is called, and whether it will be made."""
    return ("", one_line(file.name)), ("dim", "" if file.exists else "  new file")


class CursorDialog(Dialog[ScreenResultType]):
    """Has the keys of a list; Enter chooses what the cursor is on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", show=False),
        Binding("g,home", f"move(-{ALL})", "first", show=False),
        Binding("G,end", f"move({ALL})", "last", show=False),
        Binding("enter", "choose", "choose", show=False),
    ]

    @property
    def list_view(self) -> "Choices | BarChart":
        """The widget that has the cursor."""
        raise NotImplementedError

    def action_move(self, steps: int) -> None:
        """Move the cursor."""
        self.list_view.move(steps)

    def action_page(self, pages: int) -> None:
        """Move the cursor by a screen."""
        self.list_view.page(pages)

    def action_choose(self) -> None:
        """Do what Enter does."""
        raise NotImplementedError


class LinesDialog(CursorDialog[ScreenResultType]):
    """Shows the lines that `lines` returns; they are laid out again when the width changes."""

    def __init__(self, title: str, glyphs: Glyphs, *, first: int | None = 0) -> None:
        """`first` is the choice that the cursor is on at first."""
        super().__init__(title, glyphs)
        self._first = first

    def body(self) -> ComposeResult:
        """The list."""
        yield Choices(self.glyphs)

    def on_mount(self) -> None:
        """Show the lines at once; the next key may be in the queue already."""
        self.list_view.show(list(self.lines()), self._first)

    def on_resize(self) -> None:
        """Lay the lines out at the new width; the cursor stays in sight."""
        self.call_after_refresh(lambda: self.list_view.show(list(self.lines()), self.list_view.chosen))

    @property
    def list_view(self) -> Choices:
        """The widget that has the cursor."""
        return self.query_one(Choices)

    def lines(self) -> Iterable[Line]:
        """All lines, each with the number of its choice."""
        raise NotImplementedError


class _LinkedChoices(Choices):
    def _style(self, name: str) -> Style:
        kind, _, address = name.partition(" ")
        return Style(link=address) if kind == "link" else super()._style(name)


class PickDialog(LinesDialog[int]):
    """Shows a line for each choice, cut where it is too long; answers with the position of the chosen one, from 0."""

    POPUP = True

    def __init__(self, title: str, choices: Sequence[Pieces], does: str, glyphs: Glyphs, *, first: int = 0) -> None:
        """`does` says what Enter does; `first` is where the cursor is first."""
        super().__init__(title, glyphs, first=first if choices else None)
        self._choices = choices
        self._does = does

    def body(self) -> ComposeResult:
        """The list."""
        yield _LinkedChoices(self.glyphs)

    def lines(self) -> Iterable[Line]:
        """A line for each choice."""
        return [Line(pieces, number) for number, pieces in enumerate(self._choices)]

    def keys(self) -> Keys:
        """The keys that apply now."""
        return [("j k", "choose"), ("Enter", self._does), ("Esc", "back")]

    def action_choose(self) -> None:
        """Answer with the line under the cursor."""
        self.dismiss(self.list_view.chosen)
