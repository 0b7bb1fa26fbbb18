"""The line in which a text is sought within the entry; it takes the place of the keys while it is typed in."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.field import LineInput


class FindInput(LineInput):
    """What is sought; the entry shows at once where it is."""

    def __init__(self, detail: Detail) -> None:
        super().__init__("", "find in this entry", id="find-input")
        self._detail = detail

    def watch_value(self) -> None:
        """Seek what is typed."""
        self._detail.find(self.value)


class FindLine(Horizontal):
    """The prompt and the line; hidden until it is opened."""

    DEFAULT_CSS = """
    FindLine { dock: bottom; height: 1; display: none; }
    FindLine.-open { display: block; }
    """

    def __init__(self, detail: Detail) -> None:
        super().__init__()
        self._detail = detail

    def compose(self) -> ComposeResult:
        """Prompt and line."""
        yield Static(" / ", id="find-prompt", markup=False)
        yield FindInput(self._detail)

    @property
    def input(self) -> FindInput:
        """The line."""
        return self.query_one(FindInput)

    def open(self) -> None:
        """Show it, empty."""
        self.input.value = ""
        self.add_class("-open")

    def close(self) -> None:
        """Hide it; what was found stays marked."""
        self.remove_class("-open")
