"""A dialog with a field. What is typed right after the key that opens it goes into the field, too."""

from textual import events
from textual.screen import ScreenResultType

from incident_tui.tui.dialogs.base import Dialog
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.field import Field


class FieldDialog(Dialog[ScreenResultType], inherit_bindings=False):
    """Gives all keys to its field, in the order in which they were pressed, by whatever way they come.

    Bindings would be heeded before letters that were typed earlier, or after letters that were typed later.
    """

    def __init__(self, title: str, marks: Glyphs) -> None:
        super().__init__(title, marks)
        self._early: list[events.Key | events.Paste] | None = []
        """Keys and pastes from before the field existed."""

    @property
    def typed(self) -> str:
        """The text of the field."""
        return self.query_one(Field).value

    def on_mount(self) -> None:
        """Begin with what came already."""
        self.call_next(self._begin)

    def _begin(self) -> None:
        early, self._early = self._early or [], None
        for event in early:
            if isinstance(event, events.Key):
                self.take(event)
            else:
                self.query_one(Field).on_paste(event)

    def on_paste(self, event: events.Paste) -> None:
        """Give what is pasted to the field, as soon as that is there."""
        event.stop()
        if self._early is not None:
            self._early.append(event)
        elif self.is_current:
            self.query_one(Field).on_paste(event)

    def on_key(self, event: events.Key) -> None:
        """Take a key."""
        if self.take(event):
            event.prevent_default()
            event.stop()

    def take(self, event: events.Key) -> bool:
        """Give a key to the field, or keep it until the field is there; whether the field has a use for it."""
        if self._early is not None:
            self._early.append(event)
            return True
        return self.is_current and self.query_one(Field).take(event)

    def clear_or_leave(self) -> None:
        """Clear the field; leave, if it is clear."""
        if self.typed:
            self.query_one(Field).clear()
        else:
            self.dismiss()
