"""The title bar: the loaded file, how much of it is listed, and its git status."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from incident_tui.tui.bar_layout import title_text
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.line_view import one_line_strip

if TYPE_CHECKING:
    from incident_tui.storage.git.repository import GitStatus


class TitleBar(Widget):
    """The loaded file, how much of it is listed, and its git status."""

    DEFAULT_CSS = "TitleBar { height: 1; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"title-bar--name", "title-bar--dim"}

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.glyphs = glyphs
        self._file = ""
        self._counts: tuple[str, ...] = ()
        self._facts: tuple[str, ...] = ()
        self._hits = ""
        self._git_status: Sequence[tuple[str, GitStatus]] = ()

    def show(self, name: str, counts: tuple[str, ...], facts: tuple[str, ...], hits: str = "") -> None:
        """Show a file's name, how many entries it has, and what else is to be known: `hits` is the fact that says how
        many were found. Draws only if that is news.
        """
        if (name, counts, facts, hits) != (self._file, self._counts, self._facts, self._hits):
            self._file, self._counts, self._facts, self._hits = name, counts, facts, hits
            self.refresh()

    def stand(self, git_status: "Sequence[tuple[str, GitStatus]]") -> None:
        """Show where the files stand in git, if they do. Draws only if that is news."""
        if git_status != self._git_status:
            self._git_status = git_status
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        style, width, git_status = self.rich_style, self.size.width, self._git_status
        text = title_text(
            self._file, self._counts, self._facts, git_status, width, self.glyphs, self._style, self._hits
        )
        text.style = style
        return one_line_strip(self.app.console, text, width, style, self.glyphs)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"title-bar--{name}", partial=True)
