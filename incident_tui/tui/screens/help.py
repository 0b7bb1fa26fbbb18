"""The help: all keys, from the table that binds them, narrowed by what is typed; the chosen one is run."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from incident_tui.render.layout import wrapped
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.screens.command_palette import Command, CommandPalette
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.choices import Line
from incident_tui.tui.widgets.field import Field

WIDTH = 110
"""Columns of the widest page."""

BESIDE_THE_LINES = 4
"""Columns of a page that its lines lack: the mark of the cursor, the scrollbar, the margins."""

Group = tuple[str, Sequence[Command]]
"""A title, and the commands below it."""


class Help(CommandPalette):
    """All keys by group, and the marks; answers with the command of the key that was chosen."""

    KEYS: ClassVar[Keys] = [("Up Down", "move"), ("Enter", "do it"), ("Esc", "back")]
    POPUP = False

    def __init__(self, groups: Sequence[Group], glyphs: Glyphs) -> None:
        legend = [
            Command(mark, _do_nothing, meaning, mark, "a mark, not a key") for mark, meaning in mark_meanings(glyphs)
        ]
        self._groups = [*((title, commands) for title, commands in groups if commands), ("Marks", legend)]
        self._legend = frozenset(legend)
        commands = [command for _, group in self._groups for command in group]
        self._key_width = max(cell_len(command.key) for command in commands)
        super().__init__("Keys", "a key, or what it does", commands, glyphs)

    def line_keys(self) -> dict[str, Callable[[], object]]:
        """The palette's; what opens the help closes it, and Esc empties the line first."""
        keys = super().line_keys()
        return {**keys, "escape": self.clear_or_leave, "f1": self.dismiss, "question_mark": self._question_mark}

    def _question_mark(self) -> None:
        if self.typed:
            self.query_one(Field).insert_text_at_cursor("?")
        else:
            self.dismiss()

    def offers(self, typed: str) -> Sequence[Command]:
        """What has the typed key; then what the palette would offer."""
        keyed = [command for command in self.commands if typed.strip() in command.key.split()]
        return list(dict.fromkeys([*keyed, *super().offers(typed)]))

    def lines(self) -> Iterable[Line]:
        """The commands below the titles of their groups; what was narrowed stands without titles, the best first."""
        if self.typed.strip():
            for number, command in enumerate(self.offered):
                yield from self._command_lines(command, number)
            return
        start = 0
        for title, commands in self._groups:
            yield from [Line()] * bool(start)
            yield Line((("title", f" {title}"),))
            for number, command in enumerate(commands, start):
                yield from self._command_lines(command, number)
            start += len(commands)

    @property
    def room_to_come(self) -> int:
        """The room that the list will have once it is laid out, so that it is drawn but once; as the styles say."""
        return min(self.app.size.width, WIDTH) - BESIDE_THE_LINES

    def _command_lines(self, command: Command, number: int) -> Iterable[Line]:
        """The key, and what it does, wrapped at the width; what can't be done now is dim and says why."""
        says_why = bool(command.unavailable) and command not in self._legend
        look = "dim" if says_why else ""
        text = command.help or command.name
        room = (self.list_view.room if self.list_view.room > 0 else self.room_to_come) - self._key_width - 3
        texts = [Text(f"{text} ({command.unavailable})" if says_why else text)]
        for part, line in enumerate(wrapped(self.app.console, texts[0], room) if room > 0 else texts):
            key = set_cell_size("" if part else command.key, self._key_width)
            yield Line(((look or "key", f" {key}  "), (look, line.plain)), number)


def _do_nothing() -> None:
    """What a mark does."""


def mark_meanings(glyphs: Glyphs) -> Sequence[tuple[str, str]]:
    """The marks of list and title bar, each with what it means."""
    return (
        (glyphs.pinned, "pinned"),
        (glyphs.summarized, "summarized; its full text is in the archive"),
        (glyphs.archived, "archived"),
        (glyphs.new, "added or changed by others since your last visit, and not seen yet"),
        (glyphs.marked, "marked, to be changed with others"),
        (glyphs.conflict, "under git's conflict markers, or in both files after an interrupted move"),
        (glyphs.overridden, "overridden by an entry of the same key, in a layer before it or newer"),
        (glyphs.twin, "an entry of this name is in another file, too"),
        (glyphs.committed, "in the title bar: git has all that is in these files"),
        (glyphs.changed, "in the title bar: something in them isn't committed"),
    )
