"""The two lines above and below: what is loaded, listed and committed; what can be done, and what was done."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from incident_tui.format.sanitize import one_line
from incident_tui.tui.terminal.glyphs import Glyphs

if TYPE_CHECKING:
    from incident_tui.storage.git.repository import GitStatus

Severity = Literal["done", "refused"]

ARROW = "  →  "
"""Between what was done and where it was written."""

GUESSED = frozenset({("/", "search"), ("Enter", "read"), ("Enter", "to the list"), ("Esc", "back")})
"""Keys, with what they do, that give way first where there is no room for all."""

BRANCH = 8
"""Cells of a branch's name that facts give way to."""

NAME = 8
"""Cells of a file's name that nothing takes."""

NOTICE = 5.0
"""Seconds that a notice stays."""


class TitleBar(Widget):
    """What is loaded, how much of it is listed, and where it stands in git."""

    DEFAULT_CSS = "TitleBar { height: 1; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"title-bar--name", "title-bar--dim"}

    def __init__(self, marks: Glyphs) -> None:
        super().__init__()
        self.marks = marks
        self._file = ""
        self._facts: tuple[str, ...] = ()
        self._standing: GitStatus | None = None

    def show(self, name: str, facts: tuple[str, ...]) -> None:
        """Show a file's name and what is to be known of it. Draws only if that is news."""
        if (name, facts) != (self._file, self._facts):
            self._file, self._facts = name, facts
            self.refresh()

    def stand(self, standing: "GitStatus | None") -> None:
        """Show where the files stand in git, if they do. Draws only if that is news."""
        if standing != self._standing:
            self._standing = standing
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        style, width, standing = self.rich_style, self.size.width, self._standing
        branch = one_line(standing.branch) if standing else ""
        marks = {True: self.marks.changed, False: self.marks.committed, None: ""}
        mark = marks[standing.changed] if standing else ""
        name, facts, branch = titled(self._file, self._facts, branch, width - (5 if mark else 2), self.marks)
        text = Text(" ", style, no_wrap=True, end="")
        text.append(name, self._style("name"))
        text.append(f"  {facts}", self._style("dim"))
        text.append(" " * (width - text.cell_len - cell_len(branch) - len(mark) - 1))
        text.append(branch, self._style("dim"))
        text.append(mark, self._style("name" if standing and standing.changed else "dim"))
        return _line(self.app.console, text, width, style, self.marks)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"title-bar--{name}", partial=True)


class KeyBar(Widget):
    """What can be done now. A notice takes its place for a while."""

    DEFAULT_CSS = "KeyBar { height: 1; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "key-bar--key",
        "key-bar--label",
        "key-bar--done",
        "key-bar--refused",
    }

    def __init__(self, marks: Glyphs) -> None:
        super().__init__()
        self.marks = marks
        self._keys: list[tuple[str, str]] = []
        self._notice: tuple[str, Severity] | None = None
        self._timer: Timer | None = None

    @property
    def notice(self) -> str:
        """The notice that is shown; empty if none is."""
        return self._notice[0] if self._notice else ""

    def show(self, keys: list[tuple[str, str]]) -> None:
        """Offer these keys. Draws only if they are others than before."""
        if keys != self._keys:
            self._keys = keys
            if self._notice is None:
                self.refresh()

    def tell(self, notice: str, severity: Severity = "done") -> None:
        """Show a notice in place of the keys, for a while."""
        if self._timer is not None:
            self._timer.stop()
        self._notice = (notice, severity)
        self._timer = self.set_timer(NOTICE, self.forget)
        self.refresh()

    def forget(self) -> None:
        """Offer keys again."""
        self._notice = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        style = self.rich_style
        text = Text(" ", style, no_wrap=True, end="")
        if self._notice is not None:
            text.append(shortened(self._notice[0], self.size.width - 2, self.marks), self._style(self._notice[1]))
            return _line(self.app.console, text, self.size.width, style, self.marks)
        for key, label in fitting(self._keys, self.size.width - 2):
            text.append("  " if len(text) > 1 else "")
            text.append(key, self._style("key"))
            text.append(f" {label}", self._style("label"))
        return _line(self.app.console, text, self.size.width, style, self.marks)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"key-bar--{name}", partial=True)


def titled(name: str, facts: Sequence[str], branch: str, width: int, marks: Glyphs) -> tuple[str, str, str]:
    """A file's name, the facts, and the branch with a blank behind it, as they fit into `width` cells.

    The branch gives way first, but for its beginning; then facts, the second before the third, and the first before the
    last, which stays; then the branch; then the name.
    """
    said, between = list(facts), f" {marks.dot} "

    def room() -> int:
        return width - cell_len(f"{name}  {between.join(said)}")

    least = min(cell_len(branch), BRANCH) + 1 if branch else 0
    while len(said) > 1 and room() < least:
        del said[len(said) > 2]
    told = f"{cut(branch, room() - 1, marks)} " if branch and room() >= least else ""
    return cut(name, max(NAME, cell_len(name) + room()), marks), between.join(said), told


def cut(text: str, width: int, marks: Glyphs) -> str:
    """A text's beginning where there is no room for all of it."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + marks.ellipsis


def shortened(notice: str, width: int, marks: Glyphs) -> str:
    """A notice that fits; what was done to which file stays, the name of the entry gives way."""
    did, arrow, files = notice.rpartition(ARROW)
    room = width - cell_len(arrow + files) - 1
    if not arrow or cell_len(notice) <= width or room < 8:
        return notice
    return f"{set_cell_size(did, room).rstrip()}{marks.ellipsis}{arrow}{files}"


def fitting(keys: Sequence[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """The keys that have room in `width` cells.

    The last two (help and quit) come first, then the others in order, but those that everyone guesses last.
    """
    sizes = [cell_len(f"{key} {label}") + 2 for key, label in keys]
    kept = set()
    last = range(max(0, len(keys) - 2), len(keys))
    others = sorted(range(len(keys) - 2), key=lambda index: keys[index] in GUESSED)
    for index in [*last, *others]:
        if sizes[index] > width + 2:
            break
        width -= sizes[index]
        kept.add(index)
    return [key for index, key in enumerate(keys) if index in kept]


def _line(console: Console, text: Text, width: int, style: Style, marks: Glyphs) -> Strip:
    if cell_len(text.plain) > width:
        text.truncate(max(0, width - 1))
        text.append(marks.ellipsis)
    return Strip(text.render(console, end="")).adjust_cell_length(width, style)
