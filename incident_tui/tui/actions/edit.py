"""Keys that change entries: each is one change, written at once."""

from collections.abc import Callable, Iterator, Sequence

from incident_tui import clock
from incident_tui.format.edit.edit import Edit, move_edits
from incident_tui.format.edit.operations import AddToTimeline, Archive, Helped, Operation, Pin, Restore, timeline_time
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import EntryKey
from incident_tui.format.sanitize import one_line
from incident_tui.storage.library import Library
from incident_tui.tui.actions.base import BrowserActions
from incident_tui.tui.preferences import Settings
from incident_tui.tui.rows import Row
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard


class EditActions(BrowserActions):
    """Actions that change entries."""

    def __init__(self, library: Library, glyphs: Glyphs, guard: KeyGuard, settings: Settings) -> None:
        super().__init__(library, glyphs, guard, settings)
        self._drafts: dict[EntryKey, tuple[str, str]] = {}
        """Summaries that were begun and not written yet."""
        self._moved_to: int | None = None
        """The file that an entry was moved to last."""

    @property
    def drafts(self) -> Iterator[tuple[str, str]]:
        """Summaries that were begun and not written yet."""
        yield from super().drafts
        for key, (summary, learning) in self._drafts.items():
            yield f"Summary of {one_line(key.identity.name)}", f"{summary}\n\n{learning}"

    def action_pin(self) -> None:
        """Pin what isn't pinned; where all is, unpin."""
        loose = [row for row in self.targets if not row.entry.pinned]
        self.apply_operation(Pin(bool(loose)), *(loose or self.targets))

    def action_helped(self) -> None:
        """Count that it helped."""
        self.apply_operation(Helped(clock.today()))

    def action_timeline(self) -> None:
        """Ask for a line of the entry's timeline; it gets the time at which the key was pressed."""
        row = self.model.current
        if row is None or not self.ready([row]):
            return
        from incident_tui.tui.screens.timeline import Timeline

        time = timeline_time(clock.now(), row.entry)

        def write(text: str) -> str:
            with self.model.preserving_selection():
                return self.apply_operation(AddToTimeline(time, one_line(text)), row)

        self.app.push_screen(Timeline(row.entry.label, f"{time} UTC", write, self.glyphs))

    def action_summarize(self) -> None:
        """Draft summaries, one after the other, to be edited before they are written together."""
        rows = self.targets
        if rows:
            self.draft(rows)

    def draft(self, rows: Sequence[Row], group: str = "", on_written: Callable[[], None] = lambda: None) -> str:
        """Ask for a summary of each row, then write them all as one change, and call back.

        Returns why not, where one of them can't be summarized.
        """
        try:
            self.session.require_writable(rows)
            for row in rows:
                if row.archived:
                    raise Refused(f"{row.entry.label}: it is archived; restore it before summarizing it")
                if row.entry.state == "summarized":
                    raise Refused(f"{row.entry.label}: it is summarized already")
        except Refused as refused:
            self.refuse(str(refused))
            return str(refused)
        self._draft_next(rows, [], group, on_written)
        return ""

    def _draft_next(self, rows: Sequence[Row], drafted: list[Edit], group: str, on_written: Callable[[], None]) -> None:
        from incident_tui.tui.screens.summarize import SummarizeScreen

        row = rows[len(drafted)]
        file = self.model.file_of(row)
        archive_link = file.contents.archive_link if file else ""
        which = (len(drafted) + 1, len(rows))

        def write(act: Operation, row: Row) -> str:
            edits = [*drafted, Edit(row.target, act)]
            if len(edits) < len(rows):
                self.call_after_refresh(self._draft_next, rows, edits, group, on_written)
                return ""
            refused = self.apply_edits(edits, group)
            if not refused:
                for drafted_row in rows:
                    self._drafts.pop(drafted_row.key, None)
                on_written()
            return refused

        def latest(row: Row) -> Row | None:
            return self.model.row(row.key)

        self.app.push_screen(SummarizeScreen(row, archive_link, self.glyphs, write, latest, self._drafts, which))

    def action_archive(self) -> None:
        """Move to the archive; pinned ones after a question."""
        self._archive(self.targets)

    def _archive(self, rows: Sequence[Row]) -> None:
        self.if_archivable(rows, lambda force: self.apply_operation(Archive(force), *rows))

    def if_archivable(self, rows: Sequence[Row], archive: Callable[[bool], object]) -> None:
        """Call `archive` with whether pinned rows go, too: after a question if there are any."""
        pinned = [row for row in rows if row.entry.pinned and not row.archived]
        if not pinned or any(file is None or file.read_only for file in map(self.model.file_of, rows)):
            archive(False)
            return
        from incident_tui.tui.dialogs.confirm import ConfirmDialog

        if len(rows) == 1:
            title = "Archive a pinned entry"
            question = f"{pinned[0].entry.label} is pinned: it was meant to stay. Archive it all the same?"
        else:
            title = f"Archive {len(rows)} entries"
            question = f"{len(pinned)} of these {len(rows)} are pinned: meant to stay. Archive all the same?"

        def answered(yes: bool | None) -> None:
            if yes:
                archive(True)

        yes = "archive it" if len(rows) == 1 else f"archive all {len(rows)}"
        self.app.push_screen(ConfirmDialog(title, question, yes, self.glyphs, self.guard), answered)

    def action_compare(self) -> None:
        """Show the entry beside another one of its key, what differs in bold; one of them can be archived."""
        row = self.model.current
        if row is None:
            return
        if row.archived:
            self.refuse(f"{row.entry.label}: it is archived; live entries are compared")
            return
        alike = self.model.alike(row)
        if len(alike) < 2:
            self.refuse(f"{row.entry.label}: no other entry has this key")
            return
        from incident_tui.tui.screens.compare import Compare

        def chosen(other: Row | None) -> None:
            if other is not None:
                self._archive([other])

        self.app.push_screen(Compare(alike, alike.index(row) or 1, self.whereabouts, self.glyphs, self.guard), chosen)

    def whereabouts(self, row: Row) -> str:
        """Say where a row is, of when, and whether it is overridden."""
        state = "" if row.in_force is None else "overridden"
        name = one_line(self.model.file_name(row))
        return ", ".join(filter(None, (name, row.entry.timestamp[:16].replace("T", " "), state)))

    def action_restore(self) -> None:
        """Bring the full text back from the archive."""
        self.apply_operation(Restore())

    def action_move(self) -> None:
        """Ask for the file that it goes to; what looks like a secret is shown before others can read it."""
        rows, snapshot = self.targets, self.model.snapshot
        if not rows or snapshot is None:
            return
        others = [index for index in range(len(snapshot.files)) if any(row.file_index != index for row in rows)]
        if not others:
            self.refuse("there is no other file to move it to")
            return
        from incident_tui.tui.dialogs.choices import PickDialog, file_choice

        def chosen(position: int | None) -> None:
            if position is not None:
                self._move_to(rows, others[position])

        name = rows[0].entry.label if len(rows) == 1 else f"{len(rows)} entries"
        choices = [file_choice(snapshot.files[index]) for index in others]
        first = next((at for at, index in enumerate(others) if index == self._moved_to), 0)
        self.app.push_screen(PickDialog(f"Move {name} to", choices, "move here", self.glyphs, first=first), chosen)

    def _move_to(self, rows: Sequence[Row], destination: int) -> None:
        from incident_tui.format.secrets import suspect_lines
        from incident_tui.storage.git.sharing import leaks_to

        snapshot = self.model.snapshot
        if snapshot is None:
            return
        try:
            self.session.require_writable(rows)
            snapshot.files[destination].require_writable()
            edits = move_edits([row.target for row in rows], destination, snapshot.names)
        except Refused as refused:
            self.refuse(str(refused))
            return
        lines = [
            f"{suspect.kind}: {one_line(suspect.text)}"
            for row in rows
            if leaks_to(snapshot, row.file_index, destination)
            for suspect in suspect_lines(row.entry.text)
        ]

        def answered(yes: bool | None) -> None:
            if yes:
                self._moved_to = destination
                self.apply_edits(edits)

        if not lines:
            answered(True)
            return
        from incident_tui.tui.dialogs.confirm import ConfirmDialog

        question = f"Others read {snapshot.names[destination]}, and this looks like a secret:\n\n" + "\n".join(lines)
        self.app.push_screen(
            ConfirmDialog("Move a secret?", question, "move it all the same", self.glyphs, self.guard), answered
        )

    def action_undo(self) -> None:
        """Undo the last change."""
        self.present(self.session.undo())

    def action_redo(self) -> None:
        """Redo the change that was undone last."""
        self.present(self.session.redo())
