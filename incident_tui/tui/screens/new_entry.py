"""The form that a new entry begins with: what its heading and its tags say. The rest is written in the editor."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from incident_tui.format.errors import Refused
from incident_tui.format.model.metadata import parse_tags
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.form import FormDialog
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.field import LineInput

FIELDS = (
    ("title", "Title", "orders-api-outage"),
    ("ref", "Reference (may be empty)", "INC-1234"),
    ("tags", "Tags (may be empty)", "service, technology, symptom"),
)
"""The id, the label and an example of each field."""


class NewEntry(FormDialog[bytes]):
    """Three fields; answers with the text that the entry begins with."""

    POPUP = True

    KEYS: ClassVar[Keys] = [("^s", "to the editor"), ("Tab", "next"), ("Esc", "leave")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "next", show=False, priority=True),
        Binding("ctrl+c", "dismiss", "leave", show=False, priority=True),
        Binding("down", "app.focus_next", "next", show=False, priority=True),
        Binding("up", "app.focus_previous", "previous", show=False, priority=True),
    ]

    def __init__(self, begin: Callable[[str, str, Sequence[str]], bytes], marks: Glyphs) -> None:
        """`begin` makes the text of title, reference and tags; it raises `Refused` where they are none."""
        super().__init__("New entry", marks)
        self._begin = begin

    def body(self) -> ComposeResult:
        """The fields."""
        for name, label, example in FIELDS:
            yield Static(label, classes="dialog-label", markup=False)
            yield LineInput(id=name, placeholder=example)

    def action_next(self) -> None:
        """To the next field, at once: what is typed for it may be in the queue already. From the last one on."""
        if self.focused is None:
            return
        if self.focused.id == FIELDS[-1][0]:
            self.action_write()
        else:
            self.focus_next()

    def action_write(self) -> None:
        """On to the editor, once each field has taken what was typed into it."""
        self._after(list(self.query(LineInput)))

    def _after(self, fields: list[LineInput]) -> None:
        if fields:
            fields[0].call_later(self._after, fields[1:])
        elif self.is_current:
            self._begin_it()

    def _begin_it(self) -> None:
        """Answer with the text, or say what is wrong."""
        title, ref, tags = (self.query_one(f"#{name}", LineInput).value for name, _, _ in FIELDS)
        try:
            raw = self._begin(title, ref, parse_tags(tags))
        except Refused as refused:
            self.complain(str(refused))
        else:
            self.dismiss(raw)
