"""Keys for tags: those of the entries that are meant, and what tags are called everywhere."""

from collections import Counter
from collections.abc import Sequence

from incident_tui.kb.acts import RenameTag, Tag
from incident_tui.kb.base import PLACES, Place, Target
from incident_tui.kb.edit import Edit
from incident_tui.kb.entry import Entry
from incident_tui.kb.plain import counted, one_line
from incident_tui.kb.tags import renamed, retagged
from incident_tui.tui.keys.common import Common
from incident_tui.tui.tags import in_use


class Tagging(Common):
    """What changes tags."""

    def action_tags(self) -> None:
        """Add tags to the entries that are meant, take tags off them."""
        rows = self.meant
        if not self.moment.writable:
            self.act(Tag())  # storage knows best how to say why not
        elif rows:
            from incident_tui.tui.screens.tags import Tags

            def write(act: Tag) -> str:
                return self.act(act, *[row for row in rows if _retags(row.entry, act)] or rows)

            self.app.push_screen(Tags(rows, in_use(self.model.snapshot), self.marks, write))

    def action_rename_tag(self) -> None:
        """Call a tag otherwise, in all live and archived entries."""
        if not self.moment.writable:
            self.act(Tag())  # storage knows best how to say why not
            return
        from incident_tui.tui.screens.rename import Rename

        used = in_use(self.model.snapshot)
        if not used:
            self.tell("no entry has a tag")
            return

        def preview(old: str, new: str) -> str:
            places = [place for place, entry in self._tagged(old) if _renames(entry, old, new)]
            also = next((one.entries for one in used if one.key == new.strip().casefold() != old.casefold()), 0)
            return self._told(places, also)

        self.app.push_screen(Rename(used, self.marks, preview, self._rename))

    def _tagged(self, tag: str) -> list[tuple[Place, Entry]]:
        """The entries that have a tag, live ones first."""
        snapshot, key = self.model.snapshot, tag.casefold()
        if snapshot is None:
            return []
        return [
            (place, entry)
            for place in PLACES
            for entry in snapshot.document(place).entries
            if key in map(str.casefold, entry.tags)
        ]

    def _told(self, places: Sequence[Place], also: int) -> str:
        """What a new name would change: a line for each of these places. `also` entries have it already."""
        snapshot = self.model.snapshot
        if snapshot is None or not places:
            return "nothing would change"
        names: dict[Place, str] = {"live": snapshot.live_file.name, "archive": snapshot.base.pointer}
        lines = Counter(names[place] for place in places)
        told = ", ".join(f"{counted(count, 'line', 'lines')} in {one_line(name)}" for name, count in lines.items())
        have = counted(also, "entry has", "entries have")
        merged = f"; {have} it already, the two become one" if also else ""
        return f"would change {told}{merged}"

    def _rename(self, old: str, new: str) -> str:
        """Call a tag otherwise, as one change. Returns why not, if it was refused."""
        edits = [
            Edit(Target(place, entry.identity, entry.raw), RenameTag(old, new)) for place, entry in self._tagged(old)
        ]
        return self.make(edits)


def _retags(entry: Entry, act: Tag) -> bool:
    """Whether an act changes an entry's tags."""
    value = entry.metadata.get("tags") or ""
    return retagged(value, act.add, act.remove) != value


def _renames(entry: Entry, old: str, new: str) -> bool:
    """Whether a new name changes an entry. Raises `Refused` where it is none."""
    value = entry.metadata.get("tags") or ""
    return renamed(value, old, new) != value
