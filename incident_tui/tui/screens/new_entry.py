"""The form that a new entry begins with: what its heading and its tags say. The rest is written in the editor."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from incident_tui.format.errors import Refused
from incident_tui.format.model.entry import parse_tags
from incident_tui.tui.widgets.field import LineInput

FIELDS = (
    ("title", "Title", "orders-api-outage"),
    ("ref", "Reference (may be empty)", "INC-1234"),
    ("tags", "Tags (may be empty)", "service, technology, symptom"),
)
"""The id, the label and an example of each field."""


class NewEntry(ModalScreen[bytes]):
    """Three fields; answers with the text that the entry begins with."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", "write", show=False, priority=True),
        Binding("enter", "next", "next", show=False, priority=True),
        Binding("escape,ctrl+c", "dismiss", "leave", show=False, priority=True),
        Binding("tab,down", "app.focus_next", "next", show=False, priority=True),
        Binding("shift+tab,up", "app.focus_previous", "previous", show=False, priority=True),
    ]

    def __init__(self, begin: Callable[[str, str, Sequence[str]], bytes]) -> None:
        """`begin` makes the text of title, reference and tags; it raises `Refused` where they are none."""
        super().__init__()
        self._begin = begin

    def compose(self) -> ComposeResult:
        """The fields, a line for what is wrong, the keys."""
        with Vertical(classes="dialog"):
            yield Static("New entry", classes="dialog-title")
            for name, label, example in FIELDS:
                yield Static(label, classes="dialog-label", markup=False)
                yield LineInput(id=name, placeholder=example)
            yield Static("", classes="dialog-error", markup=False)
            yield Static("^s to the editor   Tab next   Esc leave", classes="dialog-keys", markup=False)

    def action_next(self) -> None:
        """To the next field, at once: what is typed for it may be in the queue already. From the last one on."""
        if self.focused is None:
            return
        if self.focused.id == FIELDS[-1][0]:
            self.action_go_on()
        else:
            self.focus_next()

    def action_go_on(self) -> None:
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
            self.query_one(".dialog-error", Static).update(str(refused))
        else:
            self.dismiss(raw)
