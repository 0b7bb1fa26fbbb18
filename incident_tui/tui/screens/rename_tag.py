"""A tag that is to be called otherwise everywhere: which one, then its new name."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.widgets import Static
from textual.widgets.input import Selection

from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.screens.tags import TagPicker
from incident_tui.tui.tag_counts import TagCount
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.field import Field

Names = Callable[[str, str], str]
"""Takes the old name and the new one, and says something."""


class RenameTagScreen(TagPicker[None]):
    """Asks for the tag, then for its new name, and says what that would change."""

    def __init__(self, used: Sequence[TagCount], glyphs: Glyphs, preview: Names, write: Names) -> None:
        """`preview` says what a name would change, and raises `Refused` for none; `write` says why not, if refused."""
        super().__init__("Rename which tag?", used, glyphs)
        self.old: str | None = None
        """The tag that was chosen."""
        self._preview = preview
        self._write = write

    def body(self) -> ComposeResult:
        """The field, the tags in use, and later in their place what would change."""
        yield from super().body()
        yield Static("", id="preview", markup=False)

    def keys(self) -> Keys:
        """The keys that apply now."""
        if self.old is not None:
            return [("Enter", "write"), ("Esc", "cancel")]
        return [("Up Down", "move"), ("Enter", "choose"), ("Esc", "cancel")]

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
            self._ask(self.chosen.tag)
        elif self.typed.strip():
            self.complain(f"no entry has the tag '{one_line(self.typed.strip())}'")

    def _ask(self, tag: str) -> None:
        """Ask for the new name."""
        self.old = tag
        self.set_title(f"Rename the tag {one_line(tag)} to")
        self.show_keys()
        self.add_class("-chosen")
        field = self.query_one(Field)
        field.value = tag
        field.selection = Selection(0, len(tag))  # what is typed takes its place
        self.narrow()
