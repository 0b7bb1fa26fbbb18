"""Two texts of one entry, where someone else changed what was about to be moved: the person chooses."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.pair import PairDialog
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.pair_view import Pair


class Conflict(PairDialog[bool]):
    """Shows both texts, what differs in bold; answers whether to go on with the one that is there now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "yes", show=False),
        Binding("n", "dismiss", "no", show=False),
    ]

    def __init__(self, name: str, old: str, new: str, yes: str, glyphs: Glyphs, guard: KeyGuard) -> None:
        super().__init__(f"Someone else changed {name} meanwhile", glyphs)
        self._texts = (old, new)
        self._yes = yes
        self._guard = guard

    def on_mount(self) -> None:
        """A yes that was typed before the texts were seen answers something else."""
        self.guard_key(self._guard, "y")

    def pair(self) -> Pair:
        """The text that the person saw next to the present one."""
        old, new = self._texts
        return ("As you saw it", old), ("As it is now", new)

    def keys(self) -> Keys:
        """The keys that apply now."""
        return [("j k", "scroll"), ("y", self._yes), ("n", "leave it as it is")]
