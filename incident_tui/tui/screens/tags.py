"""The tags of entries: added and taken off, with those in use to choose from."""

from collections.abc import Callable, Iterator, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.screen import ScreenResultType
from textual.widgets import Static

from incident_tui.format.caseless import caseless
from incident_tui.format.edit.operations import Tag
from incident_tui.format.edit.tags import validated_tag
from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.narrowing import NarrowingDialog
from incident_tui.tui.rows import Row
from incident_tui.tui.tag_counts import TagCount, counted, narrowed
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.field import Field


class TagPicker(NarrowingDialog[ScreenResultType, TagCount]):
    """Tags in use below a field; what is typed there narrows them."""

    POPUP = True

    def __init__(self, title: str, used: Sequence[TagCount], glyphs: Glyphs) -> None:
        super().__init__(title, "a tag", glyphs)
        self.used = used

    def offers(self, typed: str) -> list[TagCount]:
        """The tags that match what is typed."""
        return narrowed(self.used, typed)

    def pieces(self, option: TagCount) -> tuple[tuple[str, str], ...]:
        """A tag, and how many entries have it."""
        return (("", f" {one_line(option.tag)}"), ("dim", f"  {option.entries}"))


class Tags(TagPicker[None]):
    """Collects what is to be added and taken off, and writes it as one change."""

    def __init__(
        self, rows: Sequence[Row], used: Sequence[TagCount], glyphs: Glyphs, write: Callable[[Tag], str]
    ) -> None:
        """`write` changes the tags of the rows, and says why not, if it was refused."""
        which = rows[0].entry.label if len(rows) == 1 else f"{len(rows)} entries"
        super().__init__(f"Tags of {which}", used, glyphs)
        self.rows = rows
        self._write = write
        counts = {count.key: count for count in counted(row.entry for row in rows)}
        self._tags_of_rows = {caseless(tag): counts[caseless(tag)] for row in rows for tag in row.entry.tags}
        self._pending: dict[str, tuple[bool, str]] = {}
        """The tags that are to be added (or taken off)."""

    @property
    def drafts(self) -> Iterator[tuple[str, str]]:
        """The tags to add and to take off."""
        if self._pending:
            yield "Tags, not written", " ".join(f"{'+' if adds else '-'}{tag}" for adds, tag in self._pending.values())

    def body(self) -> ComposeResult:
        """The tags they have now, the field, those in use."""
        yield Static("", id="held", markup=False)
        yield from super().body()

    def narrow(self) -> None:
        """List the tags, and show the pending changes."""
        super().narrow()
        text = Text()
        for key in dict.fromkeys([*self._tags_of_rows, *self._pending]):
            text.append("  " if text else "")
            sign = self._sign(key)
            tag = self._tags_of_rows[key].tag if key in self._tags_of_rows else self._pending[key][1]
            style = {"+": "bold green", "-": "strike red"}.get(sign, "")
            text.append(f"{sign}{one_line(tag)}", style)
            if not sign and self._tags_of_rows[key].entries < len(self.rows):
                text.append(f" {self._tags_of_rows[key].entries}/{len(self.rows)}", "dim")
        self.query_one("#held", Static).update(text or "no tags yet")

    def keys(self) -> Keys:
        """The keys that apply now; Enter says what it would do."""
        choose, cancel = ("Up Down", "choose"), ("Esc", "cancel")
        if not self.tag_of_enter:
            return [choose, ("Enter", "write"), cancel] if self._pending else [choose, cancel]
        enter = {True: "add", False: "remove", None: "leave as it is"}[self._next(self.tag_of_enter)]
        return [("^s", "write"), choose, ("Enter", f"{enter} {one_line(self.tag_of_enter)}"), cancel]

    def offers(self, typed: str) -> list[TagCount]:
        """Those in use; what is typed is offered too, as a new tag."""
        counts = super().offers(typed)
        new = typed.strip()
        if new and all(count.key != caseless(new) for count in self.used):
            counts.append(TagCount(new, 0))
        return counts

    def pieces(self, option: TagCount) -> tuple[tuple[str, str], ...]:
        """A tag with its pending change, how many of the rows have it, and how many entries in all."""
        sign = self._sign(option.key)
        count, of = self._tags_of_rows[option.key].entries if option.key in self._tags_of_rows else 0, len(self.rows)
        have = (self.glyphs.marked if count == of else f"{count}/{of}") if count else ""
        width = max(1, len(f"{of}/{of}") if of > 1 else 1)
        style = "add" if sign == "+" else "remove"
        everywhere = f"  {option.entries}" if option.entries else "  new"
        return ((style, sign or " "), ("mark", f"{have:>{width}} "), ("", one_line(option.tag)), ("dim", everywhere))

    @property
    def tag_of_enter(self) -> str:
        """The tag that Enter takes: the one under the cursor, else what is typed; empty where there is neither."""
        return self.chosen.tag if self.chosen is not None else self.typed.strip()

    def enter(self) -> None:
        """Take the tag under the cursor, else the typed one; if there is none, write."""
        if self.tag_of_enter:
            self._take()
        else:
            self.write()

    def write(self) -> None:
        """Write all that is pending, with what is typed; leave if it is written."""
        takes = self.typed.strip() or (self.tag_of_enter and not self._pending)
        if takes and not self._take():
            return
        signed = list(self._pending.values())
        add, remove = (tuple(tag for adds, tag in signed if adds is is_added) for is_added in (True, False))
        refused = self._write(Tag(add, remove)) if signed else ""
        if refused:
            self.complain(refused)
        else:
            self.dismiss()

    def _next(self, tag: str) -> bool | None:
        """Whether Enter adds a tag or takes it off; None if it leaves it unchanged."""
        key = caseless(tag)
        have = self._tags_of_rows[key].entries if key in self._tags_of_rows else 0
        if key not in self._pending:
            return have < len(self.rows)
        return False if self._pending[key][0] and have else None

    def _take(self) -> bool:
        """Apply Enter to that tag; return whether that succeeded."""
        tag, adds = self.tag_of_enter, self._next(self.tag_of_enter)
        try:
            tag = validated_tag(tag) if adds else tag
        except Refused as refused:
            self.complain(str(refused))
            return False
        if adds is None:
            del self._pending[caseless(tag)]
        else:
            self._pending[caseless(tag)] = (adds, tag)
        self.query_one(Field).clear()
        self.narrow()
        return True

    def _sign(self, key: str) -> str:
        return "" if key not in self._pending else "+" if self._pending[key][0] else "-"
