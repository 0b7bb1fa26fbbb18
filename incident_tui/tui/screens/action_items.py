"""The board: the open action items of what is listed and archived, incident by incident, the oldest live one first."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual.binding import Binding, BindingType

from incident_tui import clock
from incident_tui.format.read.plain_line import plain_line
from incident_tui.format.read.sections import items
from incident_tui.format.sanitize import one_line
from incident_tui.render.layout import wrapped
from incident_tui.render.styles import ASCII_GLYPHS, MarkdownGlyphs
from incident_tui.tui.actions.bindings import Action
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.choices import LinesDialog
from incident_tui.tui.dialogs.scroll import ALL
from incident_tui.tui.item_ref import ItemRef
from incident_tui.tui.model import Model
from incident_tui.tui.rows import Row, ago
from incident_tui.tui.terminal.glyphs import ASCII, Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.choices import Line
from incident_tui.tui.widgets.key_bar import Severity

SLICE = 0.03
"""Seconds for which entries are looked through at a time; a key waits no longer."""

PAUSE = 0.005
"""Seconds between two slices, for keys and paint."""

Said = tuple[str, Severity]


class BoardActions(NamedTuple):
    """What the board needs of the browser; each writes at once and says what it did, or why not."""

    toggle: Callable[[ItemRef], Said]
    """Ticks an item, or takes the tick off."""
    undo: Callable[[], Said]
    redo: Callable[[], Said]
    guard: KeyGuard
    """Keys that were pressed before the board was painted are meant for no item of it."""


class Board(LinesDialog[ItemRef]):
    """Items to be ticked; answers with the one whose entry is to be shown.

    What is on the board stays where it is until it is closed: an item that was ticked is shown so, and one whose entry
    is gone says why it can't be ticked.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("I", "dismiss", "back", show=False),
        Binding("space", "tick", "tick", show=False),
    ]

    def __init__(
        self,
        model: Model,
        browser: BoardActions,
        glyphs: Glyphs,
        actions: Iterable[Action],
        start: ItemRef | None = None,
        top: int = 0,
    ) -> None:
        """`start` is the item that the cursor is put on, and `top` the first line that is shown then."""
        super().__init__("", glyphs, first=None)
        self._keys = self.bind_actions(actions, "tick", "undo", "redo")
        self.acting_keys |= {"space": "space"}
        self.model = model
        self._browser = browser
        self._start = start
        self._top = top
        self._unpainted = True
        self._glyphs = ASCII_GLYPHS if glyphs is ASCII else MarkdownGlyphs()
        self._held: list[ItemRef] = []
        """What is on the board, from the top."""
        self._boxless: list[ItemRef] = []
        """Items without a box, until all entries have been looked through."""
        self._waiting = sorted(model.rows_with_items(), key=lambda row: (row.archived, row.entry.instant))[::-1]
        """The entries that have not been looked through yet, the next one last."""
        self._at_end = False
        """Whether the last key led to the end, wherever that will be."""
        self._apart: int | None = None
        """Where the items begin that had no box, once all are on the board."""

    def keys(self) -> Keys:
        """The keys that apply now."""
        own = [(self._keys["tick"], "tick"), (self._keys["undo"], "undo"), ("j k", "move")]
        return [*own, ("Enter", "go to it"), ("Esc", "back")]

    def on_mount(self) -> None:
        """Begin to look for items; nothing is ticked that wasn't seen."""
        self.watch(self.model, "listing", self._take_in, init=False)
        self._browser.guard.block()
        self.call_after_refresh(self._look)

    def on_unmount(self) -> None:
        """However early the board was closed: what comes now is meant for the browser."""
        self._painted()

    def _painted(self) -> None:
        """The first items are there. The guard wants to hear it once."""
        if self._unpainted:
            self._unpainted = False
            self._browser.guard.painted()

    def _look(self) -> None:
        """Look through entries for a while, put what is found on the board, and go on after the paint."""
        end = time.monotonic() + SLICE
        first = len(self._held)
        while self._waiting:
            row = self._waiting.pop()
            for item in items(row.entry):
                if not item.checked:
                    (self._held if item.boxed else self._boxless).append(ItemRef(row, item))
            if time.monotonic() > end:
                break
        if not self._waiting:
            self._apart = len(self._held)
            self._held += self._boxless
        choices = self.list_view
        choices.add(list(self.lines(first)))
        choices.refresh()
        if choices.chosen is None:
            choices.move(1)
        if self._at_end:
            choices.move(ALL)
        self._go_to_start(first)
        self._count()
        self.call_after_refresh(self._painted)
        if self._waiting:
            self.set_timer(PAUSE, self._look)

    def _go_to_start(self, first: int) -> None:
        """Put the cursor on the item to begin with, if it came up from `first` on and no key was quicker."""
        start, choices = self._start, self.list_view
        if start is None or choices.chosen:
            return
        for choice in range(first, len(self._held)):
            each = self._held[choice]
            if (each.row.key, each.item.number) == (start.row.key, start.item.number):
                choices.chosen = choice
                choices.scroll_to(y=self._top, animate=False, force=True, immediate=True)
                self._start = None

    def _count(self) -> None:
        waiting = [item_row for item_row in self._held if item_row.item.open]
        entries = len({item_row.row.key._replace(location="live") for item_row in waiting})
        count_text = f"{_counted(len(waiting), 'open item', 'open items')} in {_counted(entries, 'entry', 'entries')}"
        more = self.glyphs.ellipsis if self._waiting else ""
        self.set_title((count_text if waiting else "No open items") + more)

    def _take_in(self) -> None:
        """Show each item as it is now, after a change by whomever; one that can't be found stays as it was seen."""
        now = {row.key: row for row in self.model.rows_with_items()}
        self._waiting = [now.get(row.key, row) for row in self._waiting]
        for choice, item_row in enumerate(self._held):
            row = now.get(item_row.row.key) or self.model.row_of(item_row.row.target)
            same = item_row.now(row) if row is not None and row.entry.raw != item_row.row.entry.raw else None
            if same is not None:
                self._held[choice] = same
                self.list_view.put(choice, self._item(choice))
        self._count()

    def lines(self, first: int = 0) -> Iterator[Line]:
        """The lines from an item on: each entry above its items, and what has no box below a line that says so."""
        for choice in range(first, len(self._held)):
            item_row = self._held[choice]
            before = self._held[choice - 1].row.key if choice else None
            begins = choice == self._apart or before != item_row.row.key
            if begins and choice:
                yield Line()
            if choice == self._apart:
                yield Line((("title", " No checkbox (not counted until ticked)"),))
            if begins:
                yield self._heading(item_row.row)
            yield from self._item(choice)

    def _heading(self, row: Row) -> Line:
        entry = row.entry
        ref = one_line(entry.ref or "")
        title = one_line(entry.title) or ("" if ref else entry.label)
        archived = f" {self.glyphs.archived}" if row.archived else ""
        age = f"  {ago(entry.day, clock.today())}" if entry.day else ""
        named = (("ref", f" {ref}" if ref else ""), ("title", f" {title}" if title else ""))
        return Line((*named, ("mark", archived), ("dim", age)))

    def _item(self, choice: int) -> list[Line]:
        """An item's lines, wrapped at the width."""
        item = self._held[choice].item
        glyphs = self._glyphs
        box = glyphs.bullets[0] if not item.boxed else glyphs.done_box if item.checked else glyphs.open_box
        prefix = f" {box:<{cell_len(glyphs.open_box)}} "
        look = "dim" if item.checked else ""
        raw = one_line(item.text)
        texts = wrapped(self.app.console, Text(plain_line(raw) or raw), self.list_view.room - cell_len(prefix))
        return [
            Line(((look, " " * cell_len(prefix) if number else prefix), (look, text.plain)), choice)
            for number, text in enumerate(texts)
        ]

    def action_move(self, steps: int) -> None:
        """Move the cursor; to the end of items that are still being looked for, too."""
        super().action_move(steps)
        self._at_end = steps == ALL

    def action_page(self, pages: int) -> None:
        """Move the cursor by a screen."""
        super().action_page(pages)
        self._at_end = False

    def action_tick(self) -> None:
        """Tick the item, or take the tick off."""
        self.acting_keys = {}  # what was seen once stays where it is
        chosen = self.list_view.chosen
        if chosen is not None:
            self.tell(*self._browser.toggle(self._held[chosen]))

    def action_undo(self) -> None:
        """Undo the last change."""
        self.tell(*self._browser.undo())

    def action_redo(self) -> None:
        """Redo the change that was undone last."""
        self.tell(*self._browser.redo())

    def action_choose(self) -> None:
        """Answer with the item under the cursor."""
        chosen = self.list_view.chosen
        if chosen is not None:
            self.dismiss(self._held[chosen])


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
