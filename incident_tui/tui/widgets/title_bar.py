"""The title bar: the loaded file, how much of it is listed, and its git status."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual.strip import Strip
from textual.widget import Widget

from incident_tui.format.sanitize import one_line
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.line_view import one_line_strip

if TYPE_CHECKING:
    from incident_tui.storage.git.repository import GitStatus

BRANCH = 8
"""Cells of a branch's name that facts give way to."""

LAYER = 4
"""Characters of a layer's name."""

NAME = 8
"""Cells of a file's name that nothing takes."""


class TitleBar(Widget):
    """The loaded file, how much of it is listed, and its git status."""

    DEFAULT_CSS = "TitleBar { height: 1; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"title-bar--name", "title-bar--dim"}

    def __init__(self, marks: Glyphs) -> None:
        super().__init__()
        self.marks = marks
        self._file = ""
        self._facts: tuple[str, ...] = ()
        self._git_status: Sequence[tuple[str, GitStatus]] = ()

    def show(self, name: str, facts: tuple[str, ...]) -> None:
        """Show a file's name and what is to be known of it. Draws only if that is news."""
        if (name, facts) != (self._file, self._facts):
            self._file, self._facts = name, facts
            self.refresh()

    def stand(self, git_status: "Sequence[tuple[str, GitStatus]]") -> None:
        """Show where the files stand in git, if they do. Draws only if that is news."""
        if git_status != self._git_status:
            self._git_status = git_status
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        style, width, git_status = self.rich_style, self.size.width, self._git_status
        branch, mark, changed = standing_text(git_status, self.marks)
        name, facts, branch = titled(self._file, self._facts, branch, width - (5 if mark else 2), self.marks)
        text = Text(" ", style, no_wrap=True, end="")
        text.append(name, self._style("name"))
        text.append(f"  {facts}", self._style("dim"))
        text.append(" " * (width - text.cell_len - cell_len(branch) - len(mark) - 1))
        text.append(branch, self._style("dim"))
        text.append(mark, self._style("name" if changed else "dim"))
        return one_line_strip(self.app.console, text, width, style, self.marks)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"title-bar--{name}", partial=True)


def standing_text(standing: "Sequence[tuple[str, GitStatus]]", marks: Glyphs) -> tuple[str, str, bool]:
    """What is said of work trees: branches, the mark behind them, and whether something isn't committed.

    Of one it is its branch with the commits ahead and behind; of several the branch that they share, and of each of
    them the beginning of its layer's name, what isn't committed, and the commits ahead and behind.
    """
    if len(standing) < 2:
        status = standing[0][1] if standing else None
        if status is None:
            return "", "", False
        mark = {True: marks.changed, False: marks.committed, None: ""}[status.changed]
        return f"{one_line(status.branch)}{_distance(status, marks)}", mark, bool(status.changed)
    branches = {status.branch for _, status in standing}
    said = [one_line(branch) for branch in branches if len(branches) == 1]
    for layer, status in standing:
        own = "" if said[:1] == [one_line(status.branch)] else f" {one_line(status.branch)}"
        so = marks.changed if status.changed else marks.committed if status.changed is not None else ""
        said.append(f"{layer[:LAYER]}{own}{so}{_distance(status, marks)}")
    return " ".join(said), "", any(status.changed for _, status in standing)


def _distance(status: "GitStatus", marks: Glyphs) -> str:
    """The commits that the upstream branch lacks, and those that are missing here."""
    ahead = f"{marks.ahead}{status.ahead}" if status.ahead else ""
    return ahead + (f"{marks.behind}{status.behind}" if status.behind else "")


def titled(name: str, facts: Sequence[str], branch: str, width: int, marks: Glyphs) -> tuple[str, str, str]:
    """A file's name, the facts, and the branch with a blank behind it, as they fit into `width` cells.

    The branch gives way first, but for its beginning; then facts, the second before the third, and the first before the
    last, which stays; then the branch; then the name.
    """
    facts_left, between = list(facts), f" {marks.dot} "

    def room() -> int:
        return width - cell_len(f"{name}  {between.join(facts_left)}")

    least = min(cell_len(branch), BRANCH) + 1 if branch else 0
    while len(facts_left) > 1 and room() < least:
        del facts_left[len(facts_left) > 2]
    branch_text = f"{cut(branch, room() - 1, marks)} " if branch and room() >= least else ""
    return cut(name, max(NAME, cell_len(name) + room()), marks), between.join(facts_left), branch_text


def cut(text: str, width: int, marks: Glyphs) -> str:
    """A text's beginning where there is no room for all of it."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + marks.ellipsis
