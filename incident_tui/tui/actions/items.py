"""Keys for action items: those of the entry that is shown, and the board of all that are open."""

from collections.abc import Callable

from incident_tui.format.sanitize import one_line
from incident_tui.tui.actions.navigation import NavigationActions
from incident_tui.tui.item_ref import ItemRef, items_of
from incident_tui.tui.session import Result
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.key_bar import Severity


class ItemActions(NavigationActions):
    """Actions that step through action items and tick them."""

    def action_next_item(self) -> None:
        """Choose the entry's next action item, or the first one."""
        self._step_item(1)

    def action_previous_item(self) -> None:
        """Choose the action item before, or the first one."""
        self._step_item(-1)

    def action_tick(self) -> None:
        """Tick or untick the selected action item; where none is, choose the first open one."""
        chosen_item = self.query_one(Detail).item
        if chosen_item is not None:
            with self.model.preserving_selection():
                self.apply_operation(chosen_item.toggle, chosen_item.row)
            return
        items = self._items()
        if not items:
            return
        first = min(items, key=lambda reference: (not reference.item.open, reference.item.checked))
        self._choose(first)
        self.tell(f"item {first.item.number} of {len(items)} is chosen; {self.key('tick')} ticks it")
        self.guard_until_painted()  # it wasn't seen to be the one

    def action_board(self) -> None:
        """Show the open action items of all entries that are listed, archived ones included."""
        self._open_board()

    def _open_board(self, start: ItemRef | None = None, top: int = 0) -> None:
        """Show the board, with the cursor on an item and scrolled as far as it was."""
        from incident_tui.tui.screens.action_items import Board, BoardActions

        def reported(write: Callable[[], Result]) -> tuple[str, Severity]:
            with self.model.preserving_selection():
                result = write()
                self.present(result)
            return result.notice, "refused" if result.refused else "done"

        def chosen(reference: ItemRef | None) -> None:
            if reference is not None:
                top = int(board.list_view.scroll_offset.y)
                self.remember_visit(lambda: self._open_board(reference, top), reference.row.key)
                self._go_to(reference)
                self.tell(f"{self.key('back')} goes back to the board")

        browser = BoardActions(
            lambda reference: reported(lambda: self.session.edit([reference.edit])),
            lambda: reported(self.session.undo),
            lambda: reported(self.session.redo),
            self.guard,
        )
        board = Board(self.model, browser, self.glyphs, self.settings.actions, start, top)
        self.app.push_screen(board, chosen)

    def _go_to(self, reference: ItemRef) -> None:
        """Put the cursor on an entry, and choose its item."""
        self.go_to(reference.row.key)
        row = self.model.current
        if row is None or row.key != reference.row.key:
            self.refuse(f"{reference.row.entry.label} is no longer listed")
            return
        same = reference.now(row)
        if same is not None:
            self._choose(same)

    def _items(self) -> list[ItemRef]:
        """The items of the entry that is shown; where it has none, that is said."""
        row = self.model.current
        references = [ItemRef(row, item) for item in items_of(row.entry)] if row is not None else []
        if row is not None and not references:
            self.tell("this entry has no action items")
        return references

    def _step_item(self, steps: int) -> None:
        references = self._items()
        if not references:
            return
        now = self.query_one(Detail).item
        to = now.item.number - 1 + steps if now is not None else 0
        if 0 <= to < len(references):
            self._choose(references[to])
        else:
            self.tell("no more action items in this entry")

    def _choose(self, reference: ItemRef) -> None:
        """Choose an item in sight: where only the list is shown, show the entry; what isn't drawn as an item, say."""
        detail = self.query_one(Detail)
        if not detail.display:
            self.to_detail()
        if not detail.choose(reference):
            self.tell(f"item {reference.item.number}: {one_line(reference.item.text)}")
