"""Actions about the whole knowledge base: the review of stale entries, figures, who changed what."""

from datetime import date

from incident_tui import clock
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Operation
from incident_tui.storage.user.history import Record, new_id
from incident_tui.tui.actions.edit import EditActions
from incident_tui.tui.rows import Row
from incident_tui.tui.widgets.key_bar import KeyBar


class ReportActions(EditActions):
    """Actions on all entries."""

    def action_review(self) -> None:
        """Go through what is listed and stale, one by one."""
        if self.full_snapshot is None:
            return
        from incident_tui.tui.screens.review import Acted, Desk, Review

        today = clock.today()
        stale = [
            row for row in self.model.listing if not row.archived and self.model.search.is_stale(row.number, today)
        ]
        if not stale:
            self.tell("nothing that is listed is stale")
            return
        stale.sort(key=lambda row: max(filter(None, (row.entry.last_used, row.entry.day)), default=date.min))
        group = f"review {new_id()}"

        def act(act: Operation, row: Row) -> Acted:
            before = self._last_change()
            return Acted(self.apply_edits([Edit(row.target, act)], group), self._last_change() != before)

        desk = Desk(
            self.model.row_of,
            act,
            lambda row, on_written: self.draft([row], group, on_written),
            lambda: self.present(self.session.undo(alone=True)),
            lambda: self.present(self.session.undo()),
            self.barrier,
        )
        self.app.push_screen(Review(stale, desk, self.marks, self.settings.actions))

    def _last_change(self) -> Record | None:
        """Return the change that would be undone next, in any file; None if there is none."""
        return next(iter(self.session.library.last(undone=False)), None)

    def action_insights(self) -> None:
        """Count all entries in a thread, as many take time, and show the figures."""
        snapshot = self.full_snapshot
        if snapshot is None:
            return
        from incident_tui.insights.overview import Overview, each_once, overview
        from incident_tui.tui.screens.insights import Insights

        def chosen(query: str | None) -> None:
            if query:
                self.model.search_all()
                self.search_for(query)

        def show(counted: Overview) -> None:
            self.query_one(KeyBar).forget()
            self.app.push_screen(Insights(counted, self.marks), chosen)

        def count() -> None:
            stale_days = self.settings.stale_days
            counted = overview(
                each_once(*snapshot.contents), clock.today(), archives=snapshot.archives, stale_days=stale_days
            )
            self.app.call_from_thread(show, counted)

        self.tell("counting" + self.marks.ellipsis)
        self.run_worker(count, thread=True, exclusive=True, group="insights")

    def action_changes(self) -> None:
        """Show what was changed."""
        from incident_tui.tui.screens.change_log import ChangeLog

        records = self.session.library.records()
        if warning := self.session.library.warning():
            self.refuse(warning)
        self.app.push_screen(ChangeLog(records, self.key("undo"), self.marks))

    def action_who_changed(self) -> None:
        """Show the commits that changed the entry."""
        row = self.model.current
        file = self.model.file_of(row)
        if row is None or file is None:
            return
        from incident_tui.storage.git.log import log
        from incident_tui.tui.screens.blame import Blame

        self.app.push_screen(Blame(row.entry.label, lambda: log(file, row.target), self.marks))
