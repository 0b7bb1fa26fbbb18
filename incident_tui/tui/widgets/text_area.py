"""A field of several lines, in a dialog."""

from textual import events
from textual.widgets import TextArea

from incident_tui.format.sanitize import sanitize


class TextField(TextArea):
    """Takes a paste harmless, as it is shown. Its cursor doesn't blink: that sends bytes."""

    def __init__(self, text: str, name: str) -> None:
        """`text` is harmless."""
        super().__init__(text, id=name, compact=True, show_line_numbers=False, highlight_cursor_line=False)
        self.cursor_blink = False

    def on_paste(self, event: events.Paste) -> None:
        """Put it at the cursor, which goes behind it."""
        event.prevent_default()
        event.stop()
        result = self.replace(sanitize("\n".join(event.text.splitlines())), *self.selection)
        self.move_cursor(result.end_location)
