"""A tag that is to be called otherwise everywhere: which one, then its new name."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static
from textual.widgets.input import Selection

from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line
from incident_tui.tui.screens.tags import TagPicker
from incident_tui.tui.tag_counts import TagCount
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.choices import Choices
from incident_tui.tui.widgets.field import Field

Names = Callable[[str, str], str]
"""Takes the old name and the new one, and says something."""


class RenameTagScreen(TagPicker[None]):
    """Asks for the tag, then for its new name, and says what that would change."""

    def __init__(self, used: Sequence[TagCount], marks: Glyphs, preview: Names, write: Names) -> None:
        """`preview` says what a name would change, and raises `Refused` for none; `write` says why not, if refused."""
        super().__init__(used, marks)
        self.old: str | None = None
        """The tag that was chosen."""
        self._preview = preview
        self._write = write

    def compose(self) -> ComposeResult:
        """What is asked, the field, the tags in use or what would change, the keys."""
        with Vertical(classes="dialog"):
            yield Static("Rename which tag?", classes="dialog-title", markup=False)
            yield self.field()
            yield Static("", id="preview", markup=False)
            yield Choices(self.marks)
            yield Static("", classes="dialog-error", markup=False)
            yield Static("Enter choose   Up Down move   Esc leave", classes="dialog-keys", markup=False)

    def narrow(self) -> None:
        """List the tags that hold what is typed; once one is chosen, say what the new name would change."""
        if self.old is None:
            super().narrow()
            return
        try:
            self.query_one("#preview", Static).update(self._preview(self.old, self.typed))
        except Refused as refused:
            self.query_one("#preview", Static).update("")
            self.complain(str(refused))

    def enter(self) -> None:
        """Choose the tag; once that is done, write the new name."""
        if self.old is not None:
            refused = self._write(self.old, self.typed)
            if refused:
                self.complain(refused)
            else:
                self.dismiss()
        elif self.chosen is not None:
            self._ask(self.chosen)
        elif self.typed.strip():
            self.complain(f"no entry has the tag '{one_line(self.typed.strip())}'")

    def _ask(self, tag: str) -> None:
        """Ask for the new name."""
        self.old = tag
        self.query_one(".dialog-title", Static).update(f"Rename the tag {one_line(tag)} to")
        self.query_one(".dialog-keys", Static).update("Enter write   Esc leave")
        self.add_class("-chosen")
        field = self.query_one(Field)
        field.value = tag
        field.selection = Selection(0, len(tag))  # what is typed takes its place
        self.narrow()
