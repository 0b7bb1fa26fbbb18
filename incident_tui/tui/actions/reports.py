"""Actions about the whole knowledge base: the review of stale entries, figures, who changed what."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from incident_tui import clock
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Operation
from incident_tui.format.model.contents import LOCATIONS
from incident_tui.format.model.entry import Identity
from incident_tui.format.model.located import EntryKey, Target
from incident_tui.format.sanitize import pluralize
from incident_tui.storage.user.history import Record, new_id
from incident_tui.storage.user.reviews import last_day_asked_again, load_reviews, save_review
from incident_tui.tui.actions.edit import EditActions
from incident_tui.tui.actions.navigation import NavigationActions
from incident_tui.tui.rows import Row
from incident_tui.tui.widgets.key_bar import KeyBar


class ReportActions(EditActions, NavigationActions):
    """Actions on all entries."""

    def action_review(self) -> None:
        """Go through what is listed and stale, one by one."""
        if self.full_snapshot is None:
            return
        from incident_tui.tui.dialogs.review import Progress
        from incident_tui.tui.screens.review import Acted, Review, ReviewActions

        today = clock.today()
        stale = [row for row in self.model.listed if not row.archived and self.model.search.is_stale(row.number, today)]
        kept_entries = self._kept_earlier(stale)
        stale = [row for row in stale if row not in kept_entries]
        if not stale:
            days = self.settings.review_days
            count_text = pluralize(len(kept_entries), "stale entry was", "stale entries were")
            self.tell(
                f"{count_text} kept in the last {days} days" if kept_entries else "nothing that is listed is stale"
            )
            return
        stale.sort(key=lambda row: max(filter(None, (row.entry.last_used, row.entry.day)), default=date.min))
        group = f"review {new_id()}"

        def act(act: Operation, row: Row) -> Acted:
            before = self._last_change()
            return Acted(self.apply_edits([Edit(row.target, act)], group), self._last_change() != before)

        browser = ReviewActions(
            self.model.row_of,
            act,
            lambda row, on_written: self.draft([row], group, on_written),
            lambda: self.present(self.session.undo(alone=True)),
            lambda: self.present(self.session.undo()),
            self.guard,
            lambda target: self._remember(target, today),
            lambda target: self._remember(target, None),
            self.settings.write_reviewed,
            len(kept_entries),
        )
        progress = Progress([row.target for row in stale])

        def ask() -> None:
            self.app.push_screen(Review(progress, browser, self.glyphs, self.settings.actions), chosen)

        def chosen(key: EntryKey | None) -> None:
            if key is not None:
                self.read_from_review(ask, key)

        ask()

    def _kept_earlier(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that a review kept in the last `review_days` days, as the state folder or the file says."""
        reviews: Callable[[Path], dict[Identity, date]] = cache(load_reviews)
        since = last_day_asked_again(clock.today(), self.settings.review_days)

        def last(row: Row) -> date:
            file = self.model.file_of(row)
            remembered = reviews(file.live_file).get(row.entry.identity) if file is not None else None
            return max(filter(None, (remembered, row.entry.reviewed)), default=date.min)

        return [row for row in rows if last(row) > since]

    def _remember(self, target: Target, day: date | None) -> None:
        """Remember when an entry was kept, or forget it."""
        if self.model.snapshot is not None:
            save_review(self.model.snapshot.files[target.file_index].live_file, target.identity, day)

    def _last_change(self) -> Record | None:
        """Return the change that would be undone next, in any file; None if there is none."""
        return next(iter(self.session.library.last(undone=False)), None)

    def action_insights(self) -> None:
        """Show statistics."""
        self._open_insights()

    def _open_insights(self, at: int = 0, top: int = 0) -> None:
        """Show the figures, with the cursor on one of them and scrolled as far as they were.

        They are counted in a thread, as many entries take time.
        """
        snapshot = self.full_snapshot
        if snapshot is None:
            return
        from incident_tui.insights.overview import Overview, each_once, overview
        from incident_tui.tui.screens.insights import Insights

        def show(counted: Overview) -> None:
            def chosen(query: str | None) -> None:
                if query:
                    at, top = insights.list_view.at, int(insights.list_view.scroll_offset.y)
                    self.remember_visit(lambda: self._open_insights(at, top), query)
                    self.search_for(query, "both" if self.model.scope == "archived" else None)
                    self.tell(f"{self.key('back')} goes back to the insights")

            self.query_one(KeyBar).forget()
            insights = Insights(counted, self.glyphs, at, top)
            self.app.push_screen(insights, chosen)

        def count() -> None:
            stale_days = self.settings.stale_days
            counted = overview(
                each_once(*snapshot.contents), clock.today(), archives=snapshot.archives, stale_days=stale_days
            )
            self.app.call_from_thread(show, counted)

        self.tell("counting" + self.glyphs.ellipsis)
        self.run_worker(count, thread=True, exclusive=True, group="insights")

    def action_changes(self) -> None:
        """Show what was changed."""
        self._open_changes()

    def _open_changes(self, start: int = 0, top: int = 0) -> None:
        """Show the changes, with the cursor on one of them and scrolled as far as they were."""
        from incident_tui.tui.screens.change_log import ChangeLog

        records = self.session.library.records()[::-1]
        if warning := self.session.library.warning():
            self.refuse(warning)

        def chosen(at: int | None) -> None:
            if at is None:
                return
            keys = self._keys_of(records[at])
            if not keys:
                self.refuse("the entry of this change no longer exists")
                return
            scrolled = int(changes.list_view.scroll_offset.y)
            self.remember_visit(lambda: self._open_changes(at, scrolled), keys[0])
            self.go_to(keys[0])
            self.tell(f"{self.key('back')} goes back to the changes")

        changes = ChangeLog(records, self.key("undo"), self.glyphs, start, top)
        self.app.push_screen(changes, chosen)

    def _keys_of(self, record: Record) -> list[EntryKey]:
        """The entries that a change was about, where they are now; live ones first."""
        files = self.model.snapshot.files if self.model.snapshot is not None else ()
        return [
            EntryKey(location, identity, 0, file_index)
            for location in LOCATIONS
            for identity in record.about
            for file_index, file in enumerate(files)
            if file.document(location).find(identity)
        ]

    def action_who_changed(self) -> None:
        """Show the commits that changed the entry."""
        row = self.model.current
        file = self.model.file_of(row)
        if row is None or file is None:
            return
        from incident_tui.storage.git.log import log
        from incident_tui.tui.screens.blame import Blame

        self.app.push_screen(Blame(row.entry.label, lambda: log(file, row.target), self.glyphs))
