"""A list of lines to choose from, such as all that can be copied of an entry."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from incident_tui.tui.dialogs.choice_list import ChoiceList
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.choices import Choices, Line

Pieces = tuple[tuple[str, str], ...]
"""A line: harmless pieces of text, each with its look. The look `link ADDRESS` makes it a hyperlink (OSC 8)."""


class _Choices(Choices):
    def _style(self, name: str) -> Style:
        look, _, address = name.partition(" ")
        return Style(link=address) if look == "link" else super()._style(name)


class ChoiceDialog(ChoiceList[int]):
    """Shows lines, each cut where it is too long; answers with the position of the one that was chosen, from 0."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+c", "dismiss", "back", show=False),
        Binding("enter", "choose", "choose", show=False),
    ]

    def __init__(self, title: str, lines: Sequence[Pieces], does: str, start: int, marks: Glyphs) -> None:
        """`title` is harmless; `does` says what Enter does; `start` is where the cursor is first."""
        super().__init__()
        self.marks = marks
        self._title_shown = title
        self._lines = [Line(pieces, choice) for choice, pieces in enumerate(lines)]
        self._does = does
        self._start_at = start

    def compose(self) -> ComposeResult:
        """The lines between a title and the keys."""
        with Vertical(classes="dialog"):
            yield Static(self._title_shown, classes="dialog-title", markup=False)
            yield _Choices(self.marks)
            yield Static(f"j k move   Enter {self._does}   Esc back", classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        """Put the cursor where it begins; the next key may be in the queue already."""
        self.query_one(Choices).show(self._lines, self._start_at)

    def on_resize(self) -> None:
        """The cursor stays in sight."""
        choices = self.query_one(Choices)
        self.call_after_refresh(lambda: choices.show(self._lines, choices.chosen))

    def action_choose(self) -> None:
        """Answer with the line under the cursor."""
        self.dismiss(self.query_one(Choices).chosen)
