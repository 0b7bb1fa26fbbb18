"""The base of all dialogs: a title, a body, a line for what is wrong, and the keys in the last row."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingsMap, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Static

from incident_tui.tui.actions.bindings import Action, acting_keys, bindings, shown_key
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.key_bar import KeyBar, Severity

Keys = list[tuple[str, str]]
"""Keys as people read them, each with what it does; the last two are shown first where there is no room for all."""


class Dialog(ModalScreen[ScreenResultType]):
    """A screen above the browser that shows something, or asks for an answer; leaving it answers None."""

    KEYS: ClassVar[Keys] = [("Esc", "back")]
    """The keys that apply, where they are always the same."""

    POPUP: ClassVar[bool] = False
    """Whether it leaves in sight what it is about; on a small screen it takes all of it, as a page does."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (51, "-normal")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,ctrl+c", "dismiss", "back", show=False)]

    def __init__(self, title: str, glyphs: Glyphs) -> None:
        """`title` is harmless."""
        super().__init__(classes="-popup" if self.POPUP else None)
        self.glyphs = glyphs
        self._first_title = title

    def compose(self) -> ComposeResult:
        """Title, body, a line for what is wrong, keys."""
        with Vertical(classes="dialog"):
            yield Static(self._first_title, classes="dialog-title", markup=False)
            yield from self.body()
            yield Static("", classes="dialog-error", markup=False)
            yield KeyBar(self.glyphs)

    def on_mount(self) -> None:
        """Offer the keys."""
        self.show_keys()

    def body(self) -> ComposeResult:
        """The widgets between the title and the keys."""
        raise NotImplementedError

    def keys(self) -> Keys:
        """The keys that apply now."""
        return self.KEYS

    def show_keys(self) -> None:
        """Offer the keys that apply now."""
        self.query_one(KeyBar).show(self.keys())

    def set_title(self, title: str) -> None:
        """Show another title, harmless."""
        self.query_one(".dialog-title", Static).update(title)

    def complain(self, message: str) -> None:
        """Show what is wrong above the keys, until it is replaced; an empty message takes it away."""
        line = self.query_one(".dialog-error", Static)
        line.update(message)
        line.display = bool(message)

    def tell(self, notice: str, severity: Severity = "done") -> None:
        """Show a notice in place of the keys, for a while."""
        self.query_one(KeyBar).tell(notice, severity)

    def refuse(self, notice: str) -> None:
        """Say what was not done, and why."""
        self.tell(notice, "refused")

    def guard_key(self, guard: KeyGuard, key: str) -> None:
        """Don't let a key through that was pressed before the dialog was seen. To be called when it is mounted."""
        self.acting_keys = {key: key}
        guard.block()
        self.call_after_refresh(guard.painted)

    def bind_actions(self, actions: Iterable[Action], *names: str) -> dict[str, str]:
        """Bind the keys that the browser has for these actions; return the first key of each, as people read it.

        Those that alter an entry become `acting_keys`, which the app doesn't let through before the entry was seen.
        """
        shared = [action for action in actions if action.name in names]
        self._bindings = BindingsMap.merge([self._bindings, BindingsMap(bindings(shared))])
        self.acting_keys = acting_keys(shared)
        return {action.name: shown_key(action.name, shared) for action in shared}
