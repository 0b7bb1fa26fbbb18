"""A dialog with several fields: Tab goes to the next one, Ctrl+s writes."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ScreenResultType

from incident_tui.tui.dialogs.base import Dialog


class FormDialog(Dialog[ScreenResultType], inherit_bindings=False):
    """Binds no letter: what is typed before a field has the focus closes nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", "write", show=False, priority=True),
        Binding("escape", "dismiss", "leave", show=False, priority=True),
        Binding("tab", "app.focus_next", "next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "previous", show=False, priority=True),
    ]

    def action_write(self) -> None:
        """Do what the form is for, or say what is missing."""
        raise NotImplementedError
