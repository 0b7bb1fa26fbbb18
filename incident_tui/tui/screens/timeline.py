"""A line for the timeline of the open entry."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.form import FormDialog
from incident_tui.tui.drafts import Draft
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.field import LineInput


class Timeline(FormDialog[None]):
    """Asks for the line, and writes it."""

    POPUP = True
    KEYS: ClassVar[Keys] = [("Enter", "write"), ("Esc", "cancel")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "write", "write", show=False, priority=True),
        Binding("ctrl+c", "dismiss", "leave", show=False, priority=True),
    ]

    def __init__(self, name: str, time: str, write: Callable[[str], str], glyphs: Glyphs) -> None:
        """`name` is the entry's, harmless; `time` will stand before the line; `write` says why not, if refused."""
        super().__init__(f"Timeline, {time}: {name}", glyphs)
        self._called, self._time, self._write = name, time, write

    @property
    def drafts(self) -> Iterator[Draft]:
        """The line that was begun."""
        for field in self.query(LineInput):
            if field.value.strip():
                yield f"Timeline of {self._called}, {self._time}, not written", field.value

    def body(self) -> ComposeResult:
        """The line."""
        yield LineInput(placeholder="what happened, or was done")

    def action_write(self) -> None:
        """Write the line, or say why not."""
        text = self.query_one(LineInput).value.strip()
        refused = self._write(text) if text else "there is no text yet"
        if refused:
            self.complain(refused)
        else:
            self.dismiss()
