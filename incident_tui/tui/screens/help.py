"""The help: all keys, from the table that binds them."""

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType

from incident_tui.format.sanitize import one_line
from incident_tui.tui.actions.bindings import GROUPS, Action
from incident_tui.tui.dialogs.scroll import ScrollDialog
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.user_commands import UserCommand


class Help(ScrollDialog[None]):
    """All keys and marks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "dismiss", "back", show=False),
    ]

    def __init__(self, marks: Glyphs, actions: Sequence[Action], commands: Sequence[UserCommand] = ()) -> None:
        super().__init__("Keys", marks)
        self._actions = actions
        self._commands = commands

    def content(self) -> Table:
        """All keys."""
        return keys_table(self.marks, self._actions, self._commands)


def keys_table(marks: Glyphs, actions: Sequence[Action], commands: Sequence[UserCommand] = ()) -> Table:
    """Every action with its keys, by group; the user's own commands; then what the marks mean."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    by_group = sorted(actions, key=lambda action: GROUPS.index(action.group))
    for group, grouped in groupby(by_group, key=lambda action: action.group):
        table.add_row(Text(group, "bold"), "")
        for action in (action for action in grouped if action.shown):
            table.add_row(Text(f" {action.shown}", "bold"), Text(action.help))
        table.add_row("", "")
    if commands:
        table.add_row(Text("Your own commands", "bold"), "")
        for command in commands:
            table.add_row(Text(f" {command.shown}", "bold"), Text(one_line(command.text)))
        table.add_row("", "")
    table.add_row(Text("Marks", "bold"), "")
    for mark, meaning in (
        (marks.pinned, "pinned"),
        (marks.summarized, "summarized; its full text is in the archive"),
        (marks.archived, "archived"),
        (marks.new, "added or changed by others since your last visit, and not seen yet"),
        (marks.marked, "marked, to be changed with others"),
        (marks.conflict, "under git's conflict markers, or in both files after an interrupted move"),
        (marks.overridden, "overridden by an entry of the same key, in a layer before it or newer"),
        (marks.twin, "an entry of this name is in another file, too"),
        (marks.committed, "in the title bar: git has all that is in these files"),
        (marks.changed, "in the title bar: something in them isn't committed"),
    ):
        table.add_row(Text(f" {mark}", "bold"), Text(meaning))
    return table
