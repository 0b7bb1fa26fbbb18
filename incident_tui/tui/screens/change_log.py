"""The changes that were made: when, what, to which entry, and which lines of which file."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text

from incident_tui.format.edit.splice import Hunk
from incident_tui.format.edit.undo import changed_lines, changed_value
from incident_tui.format.model.contents import Location
from incident_tui.format.sanitize import one_line
from incident_tui.render.layout import wrapped
from incident_tui.storage.user.history import Record
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.choices import LinesDialog
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.choices import Line

SHOWN = 3
"""Up to how many lines a change is shown line by line."""

INDENT = "    "


class ChangeLog(LinesDialog[int]):
    """The history, newest first; answers with the position of the change whose entry is to be shown."""

    KEYS: ClassVar[Keys] = [("j k", "move"), ("Enter", "go to it"), ("Esc", "back")]

    def __init__(self, records: Sequence[Record], undo: str, glyphs: Glyphs, start: int = 0, top: int = 0) -> None:
        """`records` are newest first, `undo` is the browser's key, as people read it; the cursor is on `start`, and
        `top` is the first line shown.
        """
        title = f"Changes made ({undo} undoes the last one)" if records else "No changes yet"
        super().__init__(title, glyphs, first=min(start, len(records) - 1) if records else None)
        self._records = records
        self._top = top

    def on_resize(self) -> None:
        """Scroll as far as it was, once the lines are laid out."""
        super().on_resize()
        self.call_after_refresh(self._scroll)

    def _scroll(self) -> None:
        if self._top:
            self.list_view.scroll_to(y=self._top, animate=False, force=True, immediate=True)
            self._top = 0

    def lines(self) -> Iterator[Line]:
        """Each change: a line that says what was done, and the lines that it altered."""
        for choice, record in enumerate(self._records):
            if choice:
                yield Line()
            when = datetime.fromtimestamp(record.time).strftime("%Y-%m-%d %H:%M")
            undone = " (undone)" if record.undone else ""
            did = f"{when}  {one_line(record.did)}{undone}"
            for number, text in enumerate(self._wrapped(did, len(when) + 2)):
                cut = 0 if number else len(when)
                yield Line((("dim", text[:cut]), ("title", text[cut:])), choice)
            for location, hunks in record.files:
                for hunk in hunks:
                    yield from self._hunk(location, hunk, choice)

    def _hunk(self, location: Location, hunk: Hunk, choice: int) -> Iterator[Line]:
        """What a change did to one run of lines."""
        where = f"{INDENT}archive: " if location == "archive" else INDENT
        removed, added = changed_lines(hunk)
        if (value := changed_value(removed, added)) is not None:
            key, before, after = map(one_line, value)
            yield Line((("dim", f"{where}{key}: "), ("remove", before), ("dim", " -> "), ("add", after)), choice)
        elif len(removed) + len(added) > SHOWN:
            minus, plus = f"-{len(removed)}" if removed else "", f"+{len(added)}" if added else ""
            between = " " if removed and added else ""
            yield Line((("dim", where), ("remove", minus), ("dim", between), ("add", plus), ("dim", " lines")), choice)
        else:
            for sign, look, lines in (("-", "remove", removed), ("+", "add", added)):
                for line in lines:
                    line_text = one_line(line.decode("utf-8", "replace").rstrip("\r\n"))
                    for text in self._wrapped(f"{where}{sign} {line_text}", cell_len(where) + 2):
                        yield Line(((look, text),), choice)

    def _wrapped(self, text: str, indent: int) -> Iterator[str]:
        """A text at the width; further lines are indented."""
        if self.list_view.room <= indent:  # not laid out yet
            yield text
            return
        first, rest = text[:indent], text[indent:]
        for number, line in enumerate(wrapped(self.app.console, Text(rest), self.list_view.room - indent)):
            yield f"{' ' * indent if number else first}{line.plain}"

    def action_choose(self) -> None:
        """Answer with the change under the cursor."""
        if self.list_view.chosen is not None:
            self.dismiss(self.list_view.chosen)
