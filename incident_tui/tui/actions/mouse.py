"""Clicks on parts of an entry: a tag, a link, an action item's box, a reference, an entry like this one."""

from textual import on

from incident_tui.format.read.references import referenced_entries
from incident_tui.tui.actions.clipboard import ClipboardActions
from incident_tui.tui.actions.items import ItemActions
from incident_tui.tui.item_ref import ItemRef, items_of
from incident_tui.tui.widgets.detail import Detail


class MouseActions(ClipboardActions, ItemActions):
    """What a click on the entry's text does; all of it can be done by keys, too."""

    @on(Detail.Clicked)
    def _clicked(self, click: Detail.Clicked) -> None:
        row = self.model.current
        if row is None:
            return
        match click.kind:
            case "tag":
                self.search_for(f"tag:{click.value}")
            case "related":
                related = self.query_one(Detail).related
                self.follow(related[int(click.value) - 1].key)
            case "item":
                self._click_item(ItemRef(row, items_of(row.entry)[int(click.value) - 1]))
            case "link":
                self.open_address(str(click.value))
            case "word":
                self._click_word(str(click.value))

    def _click_item(self, item: ItemRef) -> None:
        """Tick an item, or take the tick off, where its box was seen when it was clicked."""
        self.query_one(Detail).choose(item)
        with self.model.preserving_selection():
            self.apply_operation(item.toggle, item.row)

    def _click_word(self, word: str) -> None:
        """Go to the entry that a word in the text names; any other word leads nowhere."""
        row = self.model.current
        if row is None:
            return
        for named in referenced_entries(self.model.contents, row):
            if word in (named.entry.ref, named.id, f"M-{named.entry.timestamp}"):
                self.follow(named.key)
                return
