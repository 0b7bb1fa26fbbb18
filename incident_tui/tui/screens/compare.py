"""Entries of the same key, two at a time: what differs, and which one is to stay."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.pair import PairDialog
from incident_tui.tui.rows import Row
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.pair_view import Pair


class Compare(PairDialog[Row]):
    """Shows the first of the rows beside one of the others; answers with the one of the two that is to be archived."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "keep(0)", "keep the first", show=False),
        Binding("2", "keep(1)", "keep the second", show=False),
        Binding("tab", "next", "next", show=False),
    ]

    def __init__(
        self, rows: Sequence[Row], shown: int, named: Callable[[Row], str], glyphs: Glyphs, guard: KeyGuard
    ) -> None:
        """`shown` is the position of the row that is beside the first one; `named` says where a row is, harmless."""
        super().__init__("", glyphs)
        self._rows = rows
        self._at = shown
        self._named = named
        self._guard = guard

    def on_mount(self) -> None:
        """A key that was typed before both were seen was meant for something else."""
        self._show_title()
        self.guard_key(self._guard, "1")
        self.acting_keys["2"] = "2"

    @property
    def _both(self) -> tuple[Row, Row]:
        return self._rows[0], self._rows[self._at]

    def _show_title(self) -> None:
        others = len(self._rows) - 1
        which = f" ({self._at} of {others})" if others > 1 else ""
        self.set_title(f"The same key: {self._rows[0].entry.label}{which}")

    def pair(self) -> Pair:
        """Both entries as they are written."""
        first, second = self._both
        return (f"1  {self._named(first)}", first.entry.text), (f"2  {self._named(second)}", second.entry.text)

    def keys(self) -> Keys:
        """The keys that apply now."""
        more = [("Tab", "the next one")] if len(self._rows) > 2 else []
        return [*more, ("j k", "scroll"), ("1 2", "keep one, archive the other"), ("Esc", "back")]

    def action_next(self) -> None:
        """Show the next one beside the first."""
        if len(self._rows) > 2:
            self._at = self._at % (len(self._rows) - 1) + 1
            self._show_title()
            self.show_pair()
            self._guard.block()
            self.call_after_refresh(self._guard.painted)

    def action_keep(self, number: int) -> None:
        """Answer with the other one."""
        self.dismiss(self._both[1 - number])
