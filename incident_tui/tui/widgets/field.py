"""Input lines: their text is displayed sanitized, and a paste of several lines becomes one."""

from collections.abc import Callable, Mapping

from rich.text import Text
from textual import events
from textual.widgets import Input

from incident_tui.format.sanitize import one_line


def pasted_lines(text: str) -> list[str]:
    """The lines of a paste, without empty ones."""
    return list(filter(None, text.splitlines()))


class LineInput(Input):
    """Takes what is typed or pasted as it is, and shows it harmless. Its cursor doesn't blink: that sends bytes."""

    def __init__(self, value: str = "", placeholder: str = "", *, id: str | None = None) -> None:
        super().__init__(value, placeholder, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        """The displayed text: a character for each."""
        return Text("".join(one_line(char) or "\ufffd" for char in self.value), no_wrap=True, overflow="ignore", end="")

    def on_paste(self, event: events.Paste) -> None:
        """Take all of it: a line end becomes a blank."""
        event.prevent_default()
        event.stop()
        self.replace(" ".join(pasted_lines(event.text)), *self.selection)


class Field(LineInput):
    """A line above things to choose from, with the keys of its dialog."""

    def __init__(self, keys: Mapping[str, Callable[[], object]], placeholder: str) -> None:
        super().__init__(placeholder=placeholder)
        self._keys = keys

    def on_key(self, event: events.Key) -> None:
        """Do what a key of the dialog does; all others are the line's."""
        if event.key in self._keys:
            event.prevent_default()
            event.stop()
            self._keys[event.key]()
