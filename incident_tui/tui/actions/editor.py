"""Keys that write entries: a new one, or another text of one, in the person's own editor."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.app import SuspendNotSupported

from incident_tui import clock
from incident_tui.format.edit.edit import Edit, apply, create_edit
from incident_tui.format.edit.operations import Rewrite
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.format.model.entry import parse_entry
from incident_tui.format.model.located import EntryKey
from incident_tui.format.sanitize import one_line
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import FileSnapshot
from incident_tui.tui.actions.base import BrowserActions
from incident_tui.tui.preferences import Settings
from incident_tui.tui.rows import Row
from incident_tui.tui.tag_counts import in_use
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.detail import Detail

if TYPE_CHECKING:
    from incident_tui.editor import Edited

Write = Callable[[bytes], str]
"""Writes a text, and returns why not, if it was refused."""


class _RefusedEdit(NamedTuple):
    """A text of an entry that was not written, and what writes it into the entry that the editor was given."""

    edited: "Edited"
    write: Write


class EditorActions(BrowserActions):
    """Actions that write. While the editor has the terminal, nothing else of this program runs."""

    def __init__(self, library: Library, glyphs: Glyphs, guard: KeyGuard, settings: Settings) -> None:
        super().__init__(library, glyphs, guard, settings)
        self._new_entry: dict[str, str] = {}
        """What was typed into the form of a new entry, by the field's id."""
        self._refused: dict[EntryKey, _RefusedEdit] = {}
        """The texts of entries that came from the editor and were not written."""

    @property
    def drafts(self) -> Iterator[tuple[str, str]]:
        """A new entry that was begun."""
        yield from super().drafts
        if self._new_entry:
            yield "New entry", "\n".join(self._new_entry.values())

    def action_create(self) -> None:
        """Make the file, if it isn't there; else ask what the entry is called, and let the editor have the rest."""
        snapshot = self.model.snapshot
        if snapshot is None:
            return
        if (missing := self.missing_file) is not None:
            self._create_file(snapshot.files[missing], missing)
            return
        if len(snapshot.files) == 1:
            self._begin_entry(0)
            return
        from incident_tui.storage.user.last_file import load_last_file, save_last_file
        from incident_tui.tui.dialogs.choices import PickDialog, file_choice

        last = load_last_file()
        files = snapshot.files
        offered = sorted(range(len(files)), key=lambda index: str(files[index].live_file) != last)

        def chosen(position: int | None) -> None:
            if position is not None:
                save_last_file(files[offered[position]].live_file)
                self._begin_entry(offered[position])

        choices = [file_choice(files[index]) for index in offered]
        self.app.push_screen(PickDialog("New entry in", choices, "go on", self.glyphs), chosen)

    def _begin_entry(self, index: int) -> None:
        """Ask what a new entry of a file is called, and let the editor have the rest."""
        snapshot = self.model.snapshot
        if snapshot is None:
            return
        file = snapshot.files[index]
        if file.read_only:
            self.refuse(f"{one_line(file.live_file.name)} can't be changed: {file.read_only}")
            return
        from incident_tui.format.edit.new_entry import next_reference, reference_in_use
        from incident_tui.tui.screens.new_entry import NewEntry

        def begun(raw: bytes | None) -> None:
            if raw is not None:
                self._new_entry.clear()
                self._write(raw, parse_entry(raw).label, lambda text: self._create(text, index))

        def skeleton(title: str, ref: str, tags: Sequence[str]) -> bytes:
            return self._skeleton(index, title, ref, tags)

        form = NewEntry(
            skeleton,
            lambda ref: reference_in_use(file.contents, ref),
            self.glyphs,
            self._new_entry,
            next_reference(file.contents),
            in_use(snapshot),
        )
        self.app.push_screen(form, begun)

    def _create_file(self, file: FileSnapshot, index: int) -> None:
        from incident_tui.format.edit.new_file import new_file

        if not self.present(self.session.create_file(file.live.data or new_file(file.live_file.name), index)):
            self.query_one(Detail).draw_soon()

    def _skeleton(self, index: int, title: str, ref: str, tags: Sequence[str]) -> bytes:
        """The text that a new entry begins with. Raises `Refused`."""
        from incident_tui.format.edit.new_entry import new_entry_text

        snapshot = self.model.snapshot
        if snapshot is None:
            raise Refused("nothing is loaded yet")
        return new_entry_text(snapshot.files[index].contents, clock.now(), ref, title, tags)

    def _create(self, raw: bytes, index: int) -> str:
        """Put in a new entry, and the cursor on it."""
        from incident_tui.format.check.hidden_entries import refuse_hidden_entries

        try:
            edit = create_edit(raw, index)
            refuse_hidden_entries(raw)
        except Refused as broken:
            return str(broken)
        refused = self._save(edit)
        if not refused:
            if self.model.scope == "archived":
                self.model.scope = "live"
            self.visit(EntryKey("live", edit.target.identity, 0, index))
        return refused

    def _save(self, edit: Edit) -> str:
        """Write a text, and tell what `check` warns of in its metadata. Return why it was refused."""
        refused = self.apply_edits([edit])
        if not refused and self.model.snapshot is not None:
            from incident_tui.format.check.metadata import warning_of_saved

            contents = self.model.snapshot.contents[edit.target.file_index]
            if warning := warning_of_saved(edit, contents, clock.today()):
                self.tell(f"saved, but {warning}")
        return refused

    def action_edit(self) -> None:
        """Let the editor have an entry; what comes back is merged with what others wrote meanwhile."""
        row = self.model.current
        file = self.model.file_of(row)
        if self.model.marked_rows:
            self.refuse(f"one entry is edited at a time: {self.key('leave')} clears the marks")
            return
        if row is None or file is None:
            return
        if row.conflict is not None:  # two versions of it: only in the file itself they can be made one
            self.edit_file(row.file_index, row.location, row.conflict)
            return

        def write(text: bytes) -> str:
            from incident_tui.format.check.hidden_entries import refuse_hidden_entries

            try:
                refuse_hidden_entries(text, row.entry.raw)
            except Refused as refused:
                return str(refused)
            return self._save(Edit(row.target, Rewrite(text)))

        try:  # what can't be written is refused before anybody writes it
            file.require_writable()
            apply(file.contents, [Edit(row.target, Rewrite(row.entry.raw))])
        except Refused as refused:
            self.refuse(str(refused))
        else:
            self._edit_entry(row, write)

    def _edit_entry(self, row: Row, write: Write) -> None:
        """Let the editor have an entry, or its text that was not written, if there is one and it is chosen."""
        name, refused = row.entry.label, self._refused.get(row.key)
        if refused is None:
            self._write(row.entry.raw, name, write, row.key)
            return
        from incident_tui.tui.dialogs.choices import PickDialog

        def chosen(number: int | None) -> None:
            if number == 0:
                self._edit_again(refused.edited, name, refused.write, row.key)
            elif number == 1:
                self._write(row.entry.raw, name, write, row.key)

        choices = [(("", "your text that was not written"),), (("", "the entry as it is in the file"),)]
        self.app.push_screen(PickDialog(f"Edit {name}", choices, "edit it", self.glyphs), chosen)

    def edit_file(self, file_index: int, location: Location, line: int) -> None:
        """Let the editor have a file itself, from a line on."""
        snapshot = self.full_snapshot
        if snapshot is None:
            return
        from incident_tui.editor import edit_file

        file = snapshot.files[file_index]
        failed = ""
        try:
            file.require_writable()
            with self.app.suspend():
                try:
                    edit_file(file.path(location), line)
                except Refused as refused:  # not a way out of `suspend`, which would keep the terminal
                    failed = str(refused)
        except Refused as refused:
            failed = str(refused)
        except SuspendNotSupported:
            failed = "there is no terminal that an editor could have; nothing was changed"
        self.present(self.session.reload_own())
        self.guard_until_painted()
        if failed:
            self.refuse(failed)

    def _write(self, text: bytes, name: str, write: Write, key: EntryKey | None = None) -> None:
        """Let the editor have a text (of the entry of `key`, if there is one), and write what comes back."""
        came = self._from_editor(text, name)
        if came is not None:
            self._put(came, name, write, key)

    def _edit_again(self, came: "Edited", name: str, write: Write, key: EntryKey | None) -> None:
        """Let the editor have a text that was not written, and write what comes back."""
        newer = self._from_editor(came.text, name)
        if newer is not None:
            came.discard()
        self._put(newer or came, name, write, key)

    def _put(self, came: "Edited", name: str, write: Write, key: EntryKey | None) -> None:
        """Write what came from the editor. What can't be written is kept, and can be edited again."""
        refused = write(came.text)
        if key is not None:
            self._refused.pop(key, None)
        if not refused:
            came.discard()
            return
        if key is not None:
            self._refused[key] = _RefusedEdit(came, write)
        from incident_tui.tui.dialogs.editor_result import EditorResultDialog

        def answered(again: bool | None) -> None:
            if again:
                self._edit_again(came, name, write, key)

        self.app.push_screen(EditorResultDialog(refused, came.kept, self.glyphs), answered)

    def _from_editor(self, text: bytes, name: str) -> "Edited | None":
        """Return the edited text; None, with a notice, if nothing is to be written."""
        from incident_tui.editor import Edited, NoChange, edit

        came: Edited | NoChange
        try:
            with self.app.suspend():
                try:
                    came = edit(text, name)
                except Refused as refused:  # not a way out of `suspend`, which would keep the terminal
                    came = NoChange(str(refused), failed=True)
        except SuspendNotSupported:
            came = NoChange("there is no terminal that an editor could have; nothing was changed", failed=True)
        self.present(self.session.reload())  # nobody has looked at the files meanwhile
        self.guard_until_painted()  # what was typed until now was meant for the editor
        if isinstance(came, Edited):
            return came
        if came.failed and cell_len(came.reason) > self.size.width - 2:
            from incident_tui.tui.dialogs.editor_result import EditorResultDialog

            self.app.push_screen(EditorResultDialog(came.reason, "", self.glyphs))
        else:
            (self.refuse if came.failed else self.tell)(came.reason)
        return None
