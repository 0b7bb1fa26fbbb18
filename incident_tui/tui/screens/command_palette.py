"""The command palette, and the choice of a theme: a line for each command, narrowed by what is typed."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.fuzzy import FuzzySearch

from incident_tui.format.caseless import caseless
from incident_tui.tui.bar_layout import cut
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.narrowing import NarrowingDialog
from incident_tui.tui.terminal.glyphs import Glyphs


class Command(NamedTuple):
    """A command of the palette. All texts are sanitized."""

    name: str
    run: Callable[[], object]
    help: str = ""
    key: str = ""
    """As people read it."""
    unavailable: str = ""
    """Why it can't be run now."""


class CommandPalette(NarrowingDialog[Command, Command]):
    """Answers with the command that was chosen."""

    KEYS: ClassVar[Keys] = [("Up Down", "move"), ("Enter", "choose"), ("Esc", "back")]
    POPUP = True

    def __init__(
        self,
        title: str,
        placeholder: str,
        commands: Sequence[Command],
        glyphs: Glyphs,
        start: int = 0,
        preview: Callable[[Command], object] | None = None,
    ) -> None:
        """`start` is the command that the cursor is on at first; `preview` is called with each that it comes to."""
        super().__init__(title, placeholder, glyphs)
        self.commands = commands
        self._start = start
        self._preview = preview
        self._search = FuzzySearch()
        self._name_width = max((cell_len(command.name) for command in commands), default=0)

    def show_keys(self) -> None:
        """Offer the keys, and show what the command under the cursor would do."""
        super().show_keys()
        if self._preview is not None and self.chosen is not None:
            self._preview(self.chosen)

    def offers(self, typed: str) -> Sequence[Command]:
        """The commands whose names match, the best first; then those whose help has all the words."""
        if not typed.strip():
            return self.commands
        scores = {command: self._search.match(typed.strip(), command.name)[0] for command in self.commands}
        named = sorted((command for command in self.commands if scores[command]), key=lambda command: -scores[command])
        words = caseless(typed).split()
        helped = [command for command in self.commands if all(word in caseless(command.help) for word in words)]
        return list(dict.fromkeys([*named, *helped]))

    def pieces(self, option: Command) -> tuple[tuple[str, str], ...]:
        """The name, what it does, and the key at the right."""
        name = f" {set_cell_size(option.name, self._name_width)}  "
        room = self.list_view.room - cell_len(name) - cell_len(option.key) - 2
        help_text = set_cell_size(cut(option.help, room, self.glyphs), room) if room > 0 else ""
        return (("", name), ("dim", help_text), ("key", f"  {option.key}"))

    def first(self) -> int | None:
        """The best command."""
        if not self.offered:
            return None
        return 0 if self.typed.strip() else self._start

    def enter(self) -> None:
        """Answer with the command under the cursor, or say why it can't be run now."""
        if self.chosen is None:
            return
        if self.chosen.unavailable:
            self.complain(f"{self.chosen.key or self.chosen.name}: {self.chosen.unavailable}")
        else:
            self.dismiss(self.chosen)
