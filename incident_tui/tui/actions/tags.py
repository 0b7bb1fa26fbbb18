"""Actions for tags: change the tags of the marked entries, and rename tags everywhere."""

from collections import Counter
from collections.abc import Iterator, Sequence

from incident_tui.format.caseless import caseless
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import RenameTag, Tag
from incident_tui.format.edit.tags import with_tag_renamed, with_tags
from incident_tui.format.model.contents import LOCATIONS
from incident_tui.format.model.entry import Entry
from incident_tui.format.model.located import Target
from incident_tui.format.sanitize import one_line, pluralize
from incident_tui.tui.actions.base import BrowserActions
from incident_tui.tui.tag_counts import in_use


class TagActions(BrowserActions):
    """Actions that change tags."""

    def action_tags(self) -> None:
        """Add tags to the marked entries (else the current one), or take tags off them."""
        rows = self.targets
        if rows and self.ready(rows):
            from incident_tui.tui.screens.tags import Tags

            def write(act: Tag) -> str:
                return self.apply_operation(act, *[row for row in rows if _retags(row.entry, act)] or rows)

            self.app.push_screen(Tags(rows, in_use(self.model.snapshot), self.glyphs, write))

    def action_rename_tag(self) -> None:
        """Rename a tag in all live and archived entries."""
        if not self.ready():
            return
        from incident_tui.tui.screens.rename_tag import RenameTagScreen

        used = in_use(self.model.snapshot)
        if not used:
            self.tell("no entry has a tag")
            return

        def preview(old: str, new: str) -> str:
            locations = [name for name, _, entry in self._tagged(old) if _renames(entry, old, new)]
            also = next((count.entries for count in used if count.key == caseless(new.strip()) != caseless(old)), 0)
            return self._preview_message(locations, also)

        self.app.push_screen(RenameTagScreen(used, self.glyphs, preview, self._rename))

    def _tagged(self, tag: str) -> Iterator[tuple[str, Target, Entry]]:
        """The entries that have a tag, live ones first, each with the name of its file."""
        key = caseless(tag)
        for location in LOCATIONS:
            for file_index, file in enumerate(self.model.snapshot.files if self.model.snapshot is not None else ()):
                name = file.live_file.name if location == "live" else file.contents.archive_link
                for entry in file.document(location).entries:
                    if key in map(caseless, entry.tags):
                        yield name, Target.of(location, entry, file_index), entry

    def _preview_message(self, files: Sequence[str], also: int) -> str:
        """Return what a new name would change: a line for each of these files. `also` entries have it already."""
        if not files:
            return "nothing would change"
        lines = Counter(files)
        changes = ", ".join(f"{pluralize(count, 'line', 'lines')} in {one_line(name)}" for name, count in lines.items())
        have = pluralize(also, "entry has", "entries have")
        merged = f"; {have} it already, the two become one" if also else ""
        return f"would change {changes}{merged}"

    def _rename(self, old: str, new: str) -> str:
        """Rename a tag, as one change. Returns why not, if it was refused."""
        return self.apply_edits([Edit(target, RenameTag(old, new)) for _, target, _ in self._tagged(old)])


def _retags(entry: Entry, act: Tag) -> bool:
    """Whether an act changes an entry's tags."""
    value = entry.metadata.get("tags") or ""
    return with_tags(value, act.add, act.remove) != value


def _renames(entry: Entry, old: str, new: str) -> bool:
    """Whether a new name changes an entry. Raises `Refused` if it is no tag."""
    value = entry.metadata.get("tags") or ""
    return with_tag_renamed(value, old, new) != value
