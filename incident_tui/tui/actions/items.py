"""Keys for action items: those of the entry that is shown, and the board of all that are open."""

from collections.abc import Callable

from incident_tui.format.sanitize import one_line
from incident_tui.tui.actions.base import BrowserActions
from incident_tui.tui.item_ref import ItemRef, items_of
from incident_tui.tui.session import Result
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.key_bar import Severity


class ItemActions(BrowserActions):
    """What steps through action items and ticks them."""

    def action_next_item(self) -> None:
        """Choose the entry's next action item, or the first one."""
        self._step_item(1)

    def action_previous_item(self) -> None:
        """Choose the action item before, or the first one."""
        self._step_item(-1)

    def action_tick(self) -> None:
        """Tick the action item that is chosen, or take the tick off; where none is, choose the first open one."""
        held = self.query_one(Detail).item
        if held is not None:
            with self.model.preserving_selection():
                self.apply_operation(held.toggle, held.row)
            return
        found = self._items()
        if not found:
            return
        first = min(found, key=lambda each: (not each.item.open, each.item.checked))
        self._choose(first)
        self.tell(f"item {first.item.number} of {len(found)} is chosen; {self.key('tick')} ticks it")
        self.drop_blind_keys()  # it wasn't seen to be the one

    def action_board(self) -> None:
        """Show the open action items of all entries that are listed."""
        from incident_tui.tui.screens.action_items import Board, Desk

        def told(write: Callable[[], Result]) -> tuple[str, Severity]:
            with self.model.preserving_selection():
                result = write()
                self.present(result)
            return result.notice, "refused" if result.refused else "done"

        def chosen(held: ItemRef | None) -> None:
            if held is not None:
                self._go_to(held)

        desk = Desk(
            lambda held: told(lambda: self.session.edit([held.edit])),
            lambda: told(self.session.undo),
            lambda: told(self.session.redo),
            self.barrier,
        )
        self.app.push_screen(Board(self.model, desk, self.marks, self.settings.actions), chosen)

    def _go_to(self, held: ItemRef) -> None:
        """Put the cursor on an entry, and choose its item."""
        self.visit(held.row.key)
        row = self.model.current
        if row is None or row.key != held.row.key:
            self.refuse(f"{held.row.entry.label} is no longer listed")
            return
        same = held.now(row)
        if same is not None:
            self._choose(same)

    def _items(self) -> list[ItemRef]:
        """The items of the entry that is shown; where it has none, that is said."""
        row = self.model.current
        found = [ItemRef(row, item) for item in items_of(row.entry)] if row is not None else []
        if row is not None and not found:
            self.tell("this entry has no action items")
        return found

    def _step_item(self, items: int) -> None:
        found = self._items()
        if not found:
            return
        now = self.query_one(Detail).item
        to = now.item.number - 1 + items if now is not None else 0
        if 0 <= to < len(found):
            self._choose(found[to])
        else:
            self.tell("no more action items in this entry")

    def _choose(self, held: ItemRef) -> None:
        """Choose an item in sight: where only the list is shown, show the entry; what isn't drawn as an item, say."""
        detail = self.query_one(Detail)
        if not detail.display:
            self.to_detail()
        if not detail.choose(held):
            self.tell(f"item {held.item.number}: {one_line(held.item.text)}")
