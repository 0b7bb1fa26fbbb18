"""A list below a line to type in: what is typed narrows the list."""

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.screen import ScreenResultType

from incident_tui.tui.dialogs.base import Dialog
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.choices import Choices, Line
from incident_tui.tui.widgets.field import Field

Option = TypeVar("Option")


class NarrowingDialog(Dialog[ScreenResultType], Generic[ScreenResultType, Option], inherit_bindings=False):
    """Lists what `offers` returns for what is typed; the keys move over it from within the line."""

    def __init__(self, title: str, placeholder: str, glyphs: Glyphs) -> None:
        super().__init__(title, glyphs)
        self._placeholder = placeholder
        self.offered: Sequence[Option] = ()
        """The listed options."""

    def body(self) -> ComposeResult:
        """The line, and the list."""
        yield Field(self.line_keys(), self._placeholder)
        yield Choices(self.glyphs)

    def on_mount(self) -> None:
        """List all."""
        self.watch(self.list_view, "chosen", self.show_keys, init=False)
        self.watch(self.query_one(Field), "value", self._typed, init=False)
        self.narrow()

    def on_resize(self) -> None:
        """Lay the lines out at the new width; the cursor stays in sight."""
        self.call_after_refresh(lambda: self._draw(self.list_view.chosen))

    @property
    def list_view(self) -> Choices:
        """The list."""
        return self.query_one(Choices)

    @property
    def chosen(self) -> Option | None:
        """The option at the cursor."""
        return None if self.list_view.chosen is None else self.offered[self.list_view.chosen]

    def offers(self, typed: str) -> Sequence[Option]:
        """Return the options for the typed text, the best first."""
        raise NotImplementedError

    def pieces(self, option: Option) -> tuple[tuple[str, str], ...]:
        """How an option is listed."""
        raise NotImplementedError

    def first(self) -> int | None:
        """The option that the cursor is on at first: the best one; nothing is chosen before something is typed."""
        return 0 if self.offered and self.typed.strip() else None

    def enter(self) -> None:
        """Handle Enter."""
        raise NotImplementedError

    def write(self) -> None:
        """Handle ^s."""
        self.enter()

    def narrow(self) -> None:
        """List what is offered for what is typed."""
        self.offered = self.offers(self.typed)
        self._draw(self.first())
        self.show_keys()

    def lines(self) -> Iterable[Line]:
        """All lines, each with the number of its option."""
        return [Line(self.pieces(option), number) for number, option in enumerate(self.offered)]

    def _draw(self, choice: int | None) -> None:
        lines = list(self.lines())
        self.list_view.show(lines or [Line((("dim", " nothing found"),))] * bool(self.typed.strip()), choice)

    def line_keys(self) -> dict[str, Callable[[], object]]:
        """What keys do within the line, by Textual's names of them."""
        return {
            "enter": self.enter,
            "ctrl+s": self.write,
            "escape": self.dismiss,
            "ctrl+c": self.clear_or_leave,
            "down": lambda: self.list_view.move(1),
            "up": self._up,
            "pagedown": lambda: self.list_view.page(1),
            "pageup": lambda: self.list_view.page(-1),
        }

    @property
    def typed(self) -> str:
        """The text of the line."""
        return self.query_one(Field).value

    def on_click(self) -> None:
        """The line keeps the focus, wherever the mouse clicks."""
        self.query_one(Field).focus()

    def clear_or_leave(self) -> None:
        """Clear the line; leave, if it is clear."""
        if self.typed:
            self.query_one(Field).clear()
        else:
            self.dismiss()

    def _typed(self) -> None:
        self.complain("")
        self.narrow()

    def _up(self) -> None:
        """One up; from the first one into the line."""
        if self.list_view.chosen:
            self.list_view.move(-1)
        else:
            self.list_view.chosen = None
