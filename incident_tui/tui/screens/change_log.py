"""The changes that were made: when, what, to which entry, and which lines of which file."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from incident_tui.format.edit.undo import changed_lines
from incident_tui.format.sanitize import one_line
from incident_tui.storage.user.history import Record
from incident_tui.tui.dialogs.scroll import ScrollDialog
from incident_tui.tui.terminal.glyphs import Glyphs

SHOWN = 3
"""Up to how many lines a change is shown line by line."""


class ChangeLog(ScrollDialog[None]):
    """The history, newest first."""

    def __init__(self, records: Sequence[Record], undo: str, marks: Glyphs) -> None:
        """`undo` is the browser's key, as people read it."""
        super().__init__(f"Changes made ({undo} undoes the last one)" if records else "Changes made", marks)
        self._records = records

    def content(self) -> RenderableType:
        """All changes."""
        return Group(*(told(record) for record in reversed(self._records))) if self._records else "None yet."


def told(record: Record) -> Group:
    """One change: a line that says what was done, and the lines that it altered."""
    when = datetime.fromtimestamp(record.time).strftime("%Y-%m-%d %H:%M")
    head = Text.assemble(
        (f"{when}  ", "dim"), (one_line(record.did), "bold"), (" (undone)" if record.undone else "", "dim")
    )
    lines = [head]
    for location, hunks in record.files:
        for hunk in hunks:
            gone, come = changed_lines(hunk)
            where = f"    {location:8}"
            if len(gone) + len(come) > SHOWN:
                lines.append(Text(f"{where}{len(gone)} lines out, {len(come)} lines in", "dim"))
                continue
            for sign, held in (("-", gone), ("+", come)):
                lines += [Text(f"{where}{sign} {_text(line)}", "dim") for line in held]
    return Group(*lines, Text())


def _text(line: bytes) -> str:
    return one_line(line.decode("utf-8", "replace").rstrip("\r\n"))
