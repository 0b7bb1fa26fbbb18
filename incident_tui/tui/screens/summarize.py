"""The dialog that summarizes an entry: a draft from its own sections, to be edited, and what becomes of the entry."""

from collections.abc import Callable

from rich.console import Group
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from incident_tui.format.edit.operations import Operation, Summarize
from incident_tui.format.edit.summary import summary_bytes
from incident_tui.format.model.entry import parse_entry
from incident_tui.format.model.located import EntryKey
from incident_tui.format.read.sections import draft_summary
from incident_tui.format.sanitize import sanitize
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.form import FormDialog
from incident_tui.tui.rows import Row
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.rich_view import Rendered
from incident_tui.tui.widgets.text_area import TextField


class Preview(Rendered, can_focus=False):
    """A preview of the summarized entry."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.glyphs = glyphs
        self._raw = b""

    def show(self, raw: bytes) -> None:
        """Show an entry's bytes as the browser would."""
        self._raw = raw
        self._draw()

    def on_resize(self) -> None:
        """Lines are wrapped at the width."""
        self._draw()

    def _draw(self) -> None:
        if self.room <= 0 or not self._raw:
            return
        entry = parse_entry(self._raw)
        heading = Text(f"{entry.label} (summarized)", "bold")
        self.lay_out(Group(heading, Text(), self.body(entry, self.glyphs)), self.room)


class SummarizeScreen(FormDialog[None]):
    """Summary and key learning, drafted and editable. Ctrl+s writes, Esc leaves all as it was."""

    def __init__(
        self,
        row: Row,
        archive_link: str,
        glyphs: Glyphs,
        write: Callable[[Operation, Row], str],
        latest: Callable[[Row], Row | None],
        drafts: dict[EntryKey, tuple[str, str]],
        which: tuple[int, int] = (1, 1),
    ) -> None:
        """`write` says why not, if it was refused; `latest` is the row as it is on disk now.

        `which` says the how manieth of how many summaries this is; the last one writes them all.

        What was typed and not written is kept in `drafts`, and taken up from there.
        """
        number, count = which
        position = f" {number} of {count}:" if count > 1 else ""
        super().__init__(f"Summarize{position} {row.entry.label}", glyphs)
        self.row = row
        self.archive_link = archive_link
        self._write = write
        self._latest = latest
        self._drafts = drafts
        self._which = which
        self._proposed = draft_summary(row.entry)

    def body(self) -> ComposeResult:
        """The two fields above what becomes of the entry."""
        proposed = self._proposed
        summary, learning = self._drafts.get(self.row.key, (proposed.summary, proposed.key_learning or ""))
        with Vertical(id="fields"):
            yield Static("Summary", classes="dialog-label")
            yield TextField(sanitize(summary), "summary")
            yield Static("Key Learning", classes="dialog-label")
            yield TextField(sanitize(learning), "learning")
            yield Static("It becomes", classes="dialog-label")
            yield Preview(self.glyphs)

    def keys(self) -> Keys:
        """The keys that apply now."""
        number, count = self._which
        write = "write" if count == 1 else f"write all {count}" if number == count else "accept, go on"
        return [("Tab", "next field"), ("^s", write), ("Esc", "cancel (drafts are kept)")]

    def on_mount(self) -> None:
        """Begin where a person must write."""
        self._preview()
        empty = [area for area in self.query(TextArea) if not area.text.strip()]
        (empty or list(self.query(TextArea)))[0].focus()

    @on(TextArea.Changed)
    def _changed(self) -> None:
        act = self._act()
        if self.row.key in self._drafts or not self._is_proposed(act):
            self._drafts[self.row.key] = (act.summary, act.key_learning)
        self._preview()

    def _is_proposed(self, act: Summarize) -> bool:
        proposed = (self._proposed.summary, self._proposed.key_learning or "")
        return (act.summary, act.key_learning) == tuple(sanitize(text).strip() for text in proposed)

    def _preview(self) -> None:
        act = self._act()
        self.query_one(Preview).show(summary_bytes(self.row.entry, act.summary, act.key_learning, self.archive_link))

    def _act(self) -> Summarize:
        texts = [self.query_one(f"#{name}", TextArea).text.strip() for name in ("summary", "learning")]
        return Summarize(texts[0], texts[1])

    def action_write(self) -> None:
        """Write it, or say what is missing."""
        act = self._act()
        for name, text in (("summary", act.summary), ("key learning", act.key_learning)):
            if not text:
                self.complain(f"The {name} is empty: what must the next person know?")
                return
        self._drafts[self.row.key] = (act.summary, act.key_learning)
        refused = self._write(act, self.row)
        if not refused:
            self.dismiss()
            return
        now = self._latest(self.row)
        if now is not None and now.entry.raw != self.row.entry.raw and now.entry.state == "full":
            self.row = now
            self.complain("Someone else changed this entry meanwhile. ^s again summarizes the text it has now.")
        else:
            self.complain(refused)
