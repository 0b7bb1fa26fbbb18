"""Have we seen this before? The entries that a text is about, and the dialog that asks for the text."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from incident_tui import clock
from incident_tui.format.model.located import EntryKey
from incident_tui.format.sanitize import one_line, pluralize
from incident_tui.render.layout import wrapped
from incident_tui.search.incident_matches import IncidentMatch, MatchRequest
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.choices import LinesDialog
from incident_tui.tui.dialogs.form import FormDialog
from incident_tui.tui.drafts import Draft
from incident_tui.tui.model import Model
from incident_tui.tui.rows import Row, ago
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.choices import Line
from incident_tui.tui.widgets.text_area import TextField

INDENT = " " * 6


class Matches(LinesDialog[EntryKey]):
    """The entries near to a text, the nearest first, each with the words that counted; answers with the chosen one.

    They are ranked as soon as all entries are indexed, and again when the files have changed.
    """

    def __init__(
        self, model: Model, request: MatchRequest, glyphs: Glyphs, start: EntryKey | None = None, top: int = 0
    ) -> None:
        """`start` is the entry that the cursor is put on, `top` the first line shown."""
        super().__init__("Looking for entries like it" + glyphs.ellipsis, glyphs, first=None)
        self.model = model
        self.request = request
        self._start, self._top = start, top
        self._matches: list[IncidentMatch[Row]] = []

    def on_mount(self) -> None:
        """Rank them now, or once all entries are indexed. The base shows them then, with the cursor on the first."""
        self.watch(self.model, "indexed", self._rank)

    def _rank(self) -> None:
        if not self.model.indexed:
            return
        chosen = self._chosen.located.key if self._chosen is not None else self._start
        self._matches = self.model.matches(self.request)
        keys = [match.located.key for match in self._matches]
        self._first = None if not keys else keys.index(chosen) if chosen in keys else 0
        self.list_view.show(list(self.lines()), self._first)
        if self._start is not None:
            self.list_view.scroll_to(y=self._top, animate=False, force=True, immediate=True)
            self._start = None
        entries = pluralize(len(keys), "similar entry", "similar entries")
        self.set_title(f"Seen before? {entries}" if keys else "Seen before?")
        self.show_keys()

    @property
    def _chosen(self) -> IncidentMatch[Row] | None:
        chosen = self.list_view.chosen
        return self._matches[chosen] if chosen is not None else None

    def keys(self) -> Keys:
        """The keys that apply now."""
        return [*[("j k", "move"), ("Enter", "to the entry")] * bool(self._matches), ("Esc", "back")]

    def lines(self) -> Iterable[Line]:
        """What each entry is, and which words of the text it has."""
        if not self._matches and self.model.indexed:
            yield Line((("dim", " no entry shares a distinctive word with this"),))
        for number, match in enumerate(self._matches):
            yield from self._lines_of(match, number)

    def _lines_of(self, match: IncidentMatch[Row], number: int) -> Iterable[Line]:
        row, entry = match.located, match.located.entry
        ref = one_line(entry.ref or "")
        title = one_line(entry.title) or ("" if ref else entry.label)
        state = f" {self.glyphs.archived}" if row.archived else ""
        notes = (one_line(self.model.file_name(row)), ago(entry.day, clock.today()) if entry.day else "")
        yield Line(
            (
                ("key", f"{100 * match.score:>4.0f}% "),
                ("ref", f"{ref} " if ref else ""),
                ("title", title),
                ("mark", state),
                ("dim", "".join(f"  {note}" for note in notes if note)),
            ),
            number,
        )
        words = Text(one_line(", ".join(match.words)))
        for line in wrapped(self.app.console, words, self.list_view.room - len(INDENT)):
            yield Line((("dim", INDENT + line.plain),), number)

    def action_choose(self) -> None:
        """Answer with the entry under the cursor."""
        if self._chosen is not None:
            self.dismiss(self._chosen.located.key)


class MatchText(FormDialog[str]):
    """Asks for the text of an alert or a log."""

    POPUP = True
    KEYS: ClassVar[Keys] = [("^s", "look for it"), ("Esc", "cancel")]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "dismiss", "leave", show=False, priority=True)]

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__("Seen before? Paste an alert, a log, a stack trace", glyphs)

    @property
    def drafts(self) -> Iterator[Draft]:
        """The text that was begun."""
        for field in self.query(TextField):
            if field.text.strip():
                yield "Text of an alert, not looked for", field.text

    def body(self) -> ComposeResult:
        """The text."""
        yield TextField("", "text")

    def on_mount(self) -> None:
        """Type into the text."""
        self.query_one(TextField).focus()
        self.show_keys()

    def action_write(self) -> None:
        """Answer with the text."""
        text = self.query_one(TextField).text
        if text.strip():
            self.dismiss(text)
        else:
            self.complain("there is no text yet")
