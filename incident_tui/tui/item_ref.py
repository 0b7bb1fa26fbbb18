"""An action item as it was seen, and the same one later."""

from dataclasses import dataclass
from functools import lru_cache

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Tick
from incident_tui.format.model.entry import Entry
from incident_tui.format.read.sections import Item, items, same_items
from incident_tui.tui.rows import Row


@lru_cache(maxsize=1)
def items_of(entry: Entry) -> tuple[Item, ...]:
    """The action items of an entry. Those of the last one are at hand: keys, footer and detail ask for them in turn."""
    return tuple(items(entry))


@dataclass(frozen=True, slots=True)
class ItemRef:
    """An action item, and the entry that has it, as both were seen."""

    row: Row
    item: Item

    @property
    def toggle(self) -> Tick:
        """Ticks it, or takes the tick off."""
        return Tick((self.item.number,), not self.item.checked)

    @property
    def edit(self) -> Edit:
        """The same, for the entry that was seen."""
        return Edit(self.row.target, self.toggle)

    def now(self, row: Row) -> "ItemRef | None":
        """Return the same item of the present entry; None if it can't be distinguished from the others."""
        (same,) = same_items([self.item.number], items(self.row.entry), items_of(row.entry))
        return None if same is None else ItemRef(row, same)
