"""The form that a new entry begins with: what its heading and its tags say. The rest is written in the editor."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input, Static

from incident_tui.format.caseless import caseless
from incident_tui.format.errors import Refused
from incident_tui.format.model.metadata import parse_tags
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.form import FormDialog
from incident_tui.tui.tag_counts import TagCount
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.field import LineInput

FIELDS = (
    ("title", "Title", "e.g. orders-api-outage"),
    ("ref", "Reference (may be empty)", "e.g. INC-1234"),
    ("tags", "Tags (may be empty)", "e.g. service, technology, symptom"),
)
"""The id, the label and an example of each field."""


class _Reference(Suggester):
    """Completes the beginning of the next free reference."""

    def __init__(self, reference: str) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._reference = reference

    async def get_suggestion(self, value: str) -> str | None:
        """The reference, if that is what was begun, in any case of its letters."""
        return self._reference if self._reference.startswith(value.upper()) else None


class _LastTag(Suggester):
    """Completes the last of several tags."""

    def __init__(self, used: Sequence[TagCount]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._used = used

    async def get_suggestion(self, value: str) -> str | None:
        """The text with the most frequent tag that begins as the last one does, and isn't there yet."""
        before = value[: value.rfind(",") + 1]
        typed = value[len(before) :].lstrip()
        there = set(map(caseless, parse_tags(before)))
        tags = (count.tag for count in self._used if count.key not in there and count.key.startswith(caseless(typed)))
        tag = next(tags, None) if typed else None
        return None if tag is None else f"{value[: len(value) - len(typed)]}{tag}"


class NewEntry(FormDialog[bytes]):
    """Three fields; answers with the text that the entry begins with."""

    POPUP = True

    KEYS: ClassVar[Keys] = [
        ("Enter", "next"),
        ("Right", "complete"),
        ("^s", "open editor"),  # with the last one it stays where there is no room for all
        ("Esc", "cancel"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "next", show=False, priority=True),
        Binding("ctrl+c", "dismiss", "leave", show=False, priority=True),
        Binding("down", "app.focus_next", "next", show=False, priority=True),
        Binding("up", "app.focus_previous", "previous", show=False, priority=True),
    ]

    def __init__(
        self,
        begin: Callable[[str, str, Sequence[str]], bytes],
        warn: Callable[[str], str],
        glyphs: Glyphs,
        draft: dict[str, str],
        reference: str = "",
        used: Sequence[TagCount] = (),
    ) -> None:
        """`begin` makes the text of title, reference and tags; it raises `Refused` where they are none. `warn` returns
        what speaks against a reference, which is shown once before it is used.

        What is typed is kept in `draft` by the field's id, and taken up from there. `reference` is the next free one,
        `used` are the tags in use, the most frequent first: both are offered.
        """
        super().__init__("New entry", glyphs)
        self._begin = begin
        self._warn = warn
        self._warned = ""
        """The reference that was warned of."""
        self._draft = draft
        self._reference = reference
        self._used = used

    def body(self) -> ComposeResult:
        """The fields."""
        suggesters = {"ref": _Reference(self._reference) if self._reference else None, "tags": _LastTag(self._used)}
        for name, label, example in FIELDS:
            is_next = name == "ref" and self._reference
            yield Static(label, classes="dialog-label", markup=False)
            placeholder = f"{example}; the next free one is {self._reference}" if is_next else example
            field = LineInput(self._draft.get(name, ""), id=name, placeholder=placeholder)
            field.suggester = suggesters.get(name)
            yield field

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        if event.value and event.input.id:
            self._draft[event.input.id] = event.value
        elif event.input.id:
            self._draft.pop(event.input.id, None)

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
            return
        ref = ref.strip()
        warning = self._warn(ref)
        if warning and ref != self._warned:
            self._warned = ref
            self.complain(f"{warning}; ^s again uses it all the same")
        else:
            self.dismiss(raw)
