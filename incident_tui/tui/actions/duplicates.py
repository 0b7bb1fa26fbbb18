"""The review of duplicates: which entries may be there twice, and what becomes of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from incident_tui import clock
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Archive, Rewrite
from incident_tui.format.errors import Refused
from incident_tui.format.model.entry import Entry
from incident_tui.format.model.located import EntryKey
from incident_tui.format.sanitize import pluralize
from incident_tui.storage.user.reviews import PairName, last_day_asked_again, load_left_pairs, pair_name, save_left_pair
from incident_tui.tui.actions.edit import EditActions
from incident_tui.tui.actions.navigation import NavigationActions
from incident_tui.tui.rows import Row
from incident_tui.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from incident_tui.search.duplicates import DuplicatePair
    from incident_tui.tui.screens.duplicates import OnDone, TargetPair
    from incident_tui.tui.screens.merge_entries import MergedText


class DuplicateActions(EditActions, NavigationActions):
    """Actions on entries that may be there twice."""

    def action_duplicates(self) -> None:
        """Go through the pairs of which something is listed, one by one."""
        self.review_duplicates()

    def review_duplicates(self, of: Entry | None = None) -> None:
        """Go through the pairs, those `of` an entry first, whether they were left or not. They are looked for in a
        thread, as many entries take time.
        """
        snapshot = self.full_snapshot
        if snapshot is None:
            return
        from incident_tui.search.duplicates import duplicate_pairs

        rows, listed = self.model.live_rows, set(self.model.listing)

        def look() -> None:
            pairs = duplicate_pairs(rows, snapshot.layers)
            first = [pair for pair in pairs if of is not None and of in (pair.first.entry, pair.second.entry)]
            rest = [pair for pair in pairs if pair not in first and not listed.isdisjoint(pair[:2])]
            self.app.call_from_thread(show, first, rest)

        def show(first: "Sequence[DuplicatePair[Row]]", rest: "Sequence[DuplicatePair[Row]]") -> None:
            self.query_one(KeyBar).forget()
            self._ask_about_pairs(first, rest)

        self.tell("looking" + self.glyphs.ellipsis)
        self.run_worker(look, thread=True, exclusive=True, group="duplicates")

    def _ask_about_pairs(self, first: "Sequence[DuplicatePair[Row]]", rest: "Sequence[DuplicatePair[Row]]") -> None:
        """Ask about the first pairs, and about the rest unless they were left not long ago."""
        from incident_tui.tui.screens.duplicates import DuplicateReview, PairActions, PairProgress, TargetPair

        chosen_first, targets = (
            [TargetPair(pair.first.target, pair.second.target, pair.reason) for pair in pairs]
            for pairs in (first, rest)
        )
        days, left = self.settings.review_days, load_left_pairs()
        since = last_day_asked_again(clock.today(), days)
        asked = [pair for pair in targets if left.get(self._pair_name(pair), date.min) <= since]
        left_earlier = len(targets) - len(asked)
        asked = chosen_first + asked
        if not asked:
            count_text = pluralize(left_earlier, "pair was", "pairs were")
            self.tell(
                f"{count_text} left in the last {days} days"
                if left_earlier
                else "nothing that is listed is there twice"
            )
            return
        browser = PairActions(
            self.model.rows_of,
            self._archive_of_pair,
            self._merge,
            lambda: self.present(self.session.undo()),
            lambda pair, left: save_left_pair(self._pair_name(pair), clock.today() if left else None),
            self.whereabouts,
            self.guard,
            left_earlier,
        )
        progress = PairProgress(asked)

        def ask() -> None:
            self.app.push_screen(DuplicateReview(progress, browser, self.glyphs, self.settings.actions), chosen)

        def chosen(key: EntryKey | None) -> None:
            if key is not None:
                self.read_from_review(ask, key)

        ask()

    def _pair_name(self, pair: "TargetPair") -> PairName:
        files = self.model.snapshot.files if self.model.snapshot is not None else ()
        first, second = ((files[target.file_index].live_file, target.identity) for target in pair[:2])
        return pair_name((first, second))

    def _write_pair(self, edits: Sequence[Edit]) -> str:
        """Make edits as one change. Return why not; the review then shows both entries as they are now."""
        with self.model.preserving_selection():
            return self.present(replace(self.session.edit(edits), overtaken=None))

    def _archive_of_pair(self, row: Row, on_done: "OnDone") -> None:
        self.if_archivable([row], lambda force: on_done(self._write_pair([Edit(row.target, Archive(force))])))

    def _merge(self, rows: tuple[Row, Row], on_done: Callable[[int, str], None]) -> str:
        try:
            self.session.require_writable(rows)
            for row in rows:
                if row.entry.state == "summarized":
                    raise Refused(f"{row.entry.label}: it is a summary; restore its full text before merging it")
        except Refused as refused:
            return str(refused)
        from incident_tui.tui.screens.merge_entries import MergeEntries

        def chosen(merged: "MergedText | None") -> None:
            if merged is not None:
                primary, other = rows[merged.primary], rows[1 - merged.primary]
                # The merged entry is pinned where one of both was: a pin asks for the text to stay, and it does.
                edits = [Edit(primary.target, Rewrite(merged.raw)), Edit(other.target, Archive(force=True))]
                on_done(merged.primary, self._write_pair(edits))

        titles = self.whereabouts(rows[0]), self.whereabouts(rows[1])
        self.app.push_screen(MergeEntries(rows, titles, self.glyphs, self.guard), chosen)
        return ""
