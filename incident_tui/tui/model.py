"""The reactive model: the snapshot that is on disk, what is asked of it, and what is listed.

The list and the detail watch it and show nothing else. It changes only after storage has written.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING

from textual.reactive import reactive
from textual.widget import Widget
from textual.worker import get_current_worker

from incident_tui import clock
from incident_tui.format.model.contents import LOCATIONS, Contents, Location
from incident_tui.format.model.entry import STALE_DAYS, Entry, Identity
from incident_tui.format.model.located import EntryKey, Target
from incident_tui.format.model.overrides import heading_key, overridden_last
from incident_tui.search.incident_matches import IncidentMatch, MatchRequest, rank_incidents
from incident_tui.search.query import Query, parse
from incident_tui.storage.snapshot import FileSnapshot, Snapshot
from incident_tui.storage.user.seen import NewEntry
from incident_tui.tui.file_labels import row_labels
from incident_tui.tui.rows import Order, Row, Scope, in_order, is_original, rows

if TYPE_CHECKING:
    from incident_tui.search.engine import MatchExplanation, Search
    from incident_tui.search.synonyms import Synonyms

RELATED = 5
"""How many similar entries are shown at most."""

SLICE = 4.0
"""Milliseconds for which bodies are indexed at a time; a key waits no longer."""


class Model(Widget):
    """The state that all widgets share. It draws nothing."""

    DEFAULT_CSS = "Model { display: none; }"

    snapshot: reactive[Snapshot | None] = reactive(None, init=False)
    """The files, as they are on disk."""
    query_text: reactive[str] = reactive("", init=False)
    """The text of the query."""
    scope: reactive[Scope] = reactive("live", init=False)
    """Which of the two files are listed without a search. A search finds archived entries all the same."""
    order: reactive[Order] = reactive("best", init=False)
    """The order of the list."""
    listing: reactive[tuple[Row, ...]] = reactive((), init=False)
    """The listed rows, in the order in which they are shown."""
    current: reactive[Row | None] = reactive(None, init=False)
    """The row that the cursor is on; acts apply to it."""
    marks: reactive[frozenset[EntryKey]] = reactive(frozenset(), init=False)
    """The rows that were marked; acts apply to them all, listed or not."""
    range_start: reactive[EntryKey | None] = reactive(None, init=False)
    """Where a range of marks was begun."""
    unseen: reactive[frozenset[NewEntry]] = reactive(frozenset(), init=False)
    """The live entries that others added or changed and that were not seen yet."""
    indexed: reactive[bool] = reactive(False, init=False)
    """Whether all bodies can be searched."""

    def __init__(
        self,
        order: Order = "best",
        stale_days: int = STALE_DAYS,
        synonyms: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__()
        self.set_reactive(Model.order, order)
        self.stale_days = stale_days
        """After so many days without use an entry is stale."""
        self._added_synonyms = synonyms
        self.query_asked: Query = parse("", clock.today())
        """The query, taken apart."""
        self._rows: tuple[Row, ...] = ()
        """The rows that are searched: all, or the archived ones where only these are in the scope."""
        self._scope_rows: tuple[Row, ...] = ()
        """The rows that are listed without a search."""
        self._overridden: dict[Row, Row] = {}
        """The rows that are overridden, each with the one in force."""
        self._news: frozenset[NewEntry] = frozenset()
        """The unseen entries, and those that were seen since the program began: `is:new` lists both."""
        self._at = 0
        """The cursor's index in the list when it was last looked up."""
        self._begun: tuple[EntryKey, int | None] | None = None
        """Where the row is in the listing at which a range was begun, once that is known."""
        self.beside = 0
        """How many rows at the end of the listing are there only because the search found them in the archive."""
        self.weak = False
        """Whether all that is listed is far from what is searched for."""
        self.unmatched: tuple[str, ...] = ()
        """Words searched for that no entry matches, where nothing is near all of them and all bodies are indexed."""
        self.reading = False
        """Whether the current entry is read: then others' changes don't put another one in its stead."""
        self.retained: Row | None = None
        """The current row where it is listed only because it is read: it left the scope, or is gone from the file."""
        self.changed: tuple[int, Identity] | None = None
        """The entry that was changed last, and its file's index; where it went the cursor goes, when that is listed."""
        self._left: dict[Scope, EntryKey] = {}
        """The cursor's row in each scope when it was left."""
        self._building = RLock()
        self._search: Search | None = None
        self._before: Search | None = None
        """The last search; what it has indexed of bodies that are the same is taken over."""

    def load(
        self,
        snapshot: Snapshot,
        *,
        follow: EntryKey | None = None,
        known: tuple[Row, ...] | None = None,
        retain: bool = False,
    ) -> None:
        """Show a new snapshot. `known` are all its rows, if these are there already.

        The cursor stays on its entry, or goes to `follow`. Where that is not listed, it stays on its line,
        to which the next entry has moved up; with `retain` the entry stays listed until the cursor leaves it.
        """
        self.set_reactive(Model.snapshot, snapshot)
        self._collect(known)
        self._list(follow or (self.current.key if self.current else None), retain)
        self.mutate_reactive(Model.snapshot)

    def ask(self, query: str) -> None:
        """Set the query before a snapshot is loaded."""
        self.set_reactive(Model.query_text, query)
        self.query_asked = parse(query, clock.today())

    def watch_query_text(self) -> None:
        """A new query puts the cursor on the best match. A range that was begun ends, for its rows may be gone."""
        if self.range_start is not None:
            self.mark_range()
        self.query_asked = parse(self.query_text, clock.today())
        self._list(None if self.query_text.strip() else (self.current.key if self.current else None))

    def watch_scope(self, before: Scope, now: Scope) -> None:
        """Another scope lists other rows.

        The cursor stays on its entry, or goes to the one that was changed last, or is where it was in that scope.
        """
        key = self.current.key if self.current else None
        if key is not None:
            self._left[before] = key
        if "archived" in (before, now):
            self._collect()
        self._scope_rows = self._in_scope(self._rows)
        if self.marks:
            self.marks = self.marks.intersection(row.key for row in self._scope_rows)
        left = self._left.get(now)
        wanted = (
            self.row(key, self._scope_rows) if key is not None else None,
            self._any_of(*self.changed, self._scope_rows) if self.changed is not None else None,
            self.row(left, self._scope_rows) if left is not None else None,
        )
        self._list(next((row.key for row in wanted if row is not None), None))

    @cached_property
    def synonyms(self) -> "Synonyms":
        """The usual synonyms, and those of the user."""
        from incident_tui.search.synonyms import Synonyms

        return Synonyms(self._added_synonyms)

    @property
    def searches_words(self) -> bool:
        """Whether words are looked for, so that there is something to show of why a row is listed."""
        return self.query_asked.reads_bodies and bool(self.query_asked.wanted)

    def is_beside(self, row: Row) -> bool:
        """Whether a row is listed only because the search found it in the archive, which is not in the scope."""
        return row.archived and self.scope == "live" and not self.query_asked.wants_archived

    @property
    def listed(self) -> Sequence[Row]:
        """The rows of the listing that an act on all that is listed is for: those in the scope."""
        rows = self.listing[: len(self.listing) - self.beside]
        return rows if self.retained is None else [row for row in rows if row is not self.retained]

    def is_gone(self, row: Row) -> bool:
        """Whether a row is still shown although its entry is in no file any more."""
        return row is self.retained and not self._named(row.key)

    def watch_current(self) -> None:
        """The row that was listed only because it was read goes when the cursor leaves it."""
        retained = self.retained
        if retained is not None and self.current is not retained:
            self.retained = None
            self.listing = tuple(row for row in self.listing if row is not retained)

    def watch_order(self) -> None:
        """Another order; the cursor goes with its entry."""
        self._list(self.current.key if self.current else None)

    def select(self, position: int) -> None:
        """Put the cursor on the row at a position of the listing, or the nearest there is."""
        if self.listing:
            self.current = self.listing[max(0, min(position, len(self.listing) - 1))]

    def select_id(self, location: Location, name: str, file_index: int = 0) -> bool:
        """Put the cursor on the entry of this id in one of the files; whether it is listed."""
        match = next(
            (
                row
                for row in self.listing
                if (row.location, row.file_index) == (location, file_index) and row.id == name
            ),
            None,
        )
        self.current = match or self.current
        return match is not None

    def select_key(self, key: EntryKey) -> None:
        """Put the cursor on a row, if it is listed."""
        self.current = self.row(key) or self.current

    def row(self, key: EntryKey, among: Sequence[Row] | None = None) -> Row | None:
        """The row of this key, if it is listed (or `among` others)."""
        entries = self._named(key)
        rows = self.listing if among is None else among
        return next((row for row in rows if row.entry in entries), None) if entries else None

    def _any_of(self, file_index: int, identity: Identity, among: Sequence[Row]) -> Row | None:
        """The first row of an entry of this identity, live or archived; in another file where this one has none."""
        every = range(len(self.snapshot.files)) if self.snapshot is not None else ()
        for parts in ((file_index,), every):
            entries = [
                entry
                for file_index in parts
                for location in LOCATIONS
                for entry in self._entries(location, identity, file_index)
            ]
            if entries:
                return next((row for row in among if row.entry in entries), None)
        return None

    def _named(self, key: EntryKey) -> list[Entry]:
        """The entry of a key; none if it is gone."""
        return self._entries(key.location, key.identity, key.file_index)[key.nth : key.nth + 1]

    def _entries(self, location: Location, identity: Identity, file_index: int) -> list[Entry]:
        return self.snapshot.files[file_index].document(location).find(identity) if self.snapshot is not None else []

    @property
    def contents(self) -> tuple[Contents, ...]:
        """The documents of all files."""
        return self.snapshot.contents if self.snapshot is not None else ()

    def file_name(self, row: Row) -> str:
        """The name of a row's file; empty if there is only one."""
        return self.snapshot.files[row.file_index].name if self.snapshot is not None else ""

    def file_label(self, row: Row, cells: int) -> str:
        """What tells the file of a row from the others in a column of so many cells; empty where there is but one."""
        snapshot = self.snapshot
        return row_labels(snapshot.names, snapshot.layers, cells)[row.file_index] if snapshot is not None else ""

    def same_key(self, row: Row) -> list[Row]:
        """The rows of the same key as a row's: the one in force first, then those that it overrides."""
        in_force = row.in_force or row
        return [in_force, *(each for each, winner in self._overridden.items() if winner is in_force)]

    def alike(self, row: Row) -> list[Row]:
        """The live rows of the same key as a row's, the one in force first; itself alone where there is no other."""
        key = heading_key(row.entry)
        first = row.in_force or row
        others = [each for each in self.live_rows if heading_key(each.entry) == key] if key else []
        return [first, *(each for each in others if each is not first)]

    @property
    def live_rows(self) -> list[Row]:
        """The live rows among those that are searched."""
        return [row for row in self._rows if not row.archived]

    def file_of(self, row: Row | None) -> FileSnapshot | None:
        """The file that a row is in, and its archive; None where there is no row."""
        return self.snapshot.files[row.file_index] if self.snapshot is not None and row is not None else None

    def row_of(self, target: Target) -> Row | None:
        """The row of the entry that a target names, if it is in the scope."""
        return next(iter(self.rows_of(target)), None)

    def rows_of(self, target: Target) -> list[Row]:
        """The rows that a target may mean: of several of its identity those whose bytes are as they were seen."""
        entries = self._entries(target.location, target.identity, target.file_index)
        if len(entries) > 1:
            entries = [entry for entry in entries if entry.raw == target.seen]
        return [row for row in self._rows if row.entry in entries]

    def rows_with_items(self) -> list[Row]:
        """The rows whose action items are to be done: the listed ones, the full texts of listed summaries, and where
        all live entries are listed the archived ones.
        """
        listed_rows = list(self.listing)
        if self.snapshot is None or self.scope == "archived":
            return listed_rows
        listed = {row.entry for row in listed_rows}
        summaries = {(row.file_index, row.entry.identity) for row in listed_rows if row.entry.state == "summarized"}
        all_of_them = not self.query_asked.asks
        for row in rows(self.snapshot, "archived"):
            full = row.entry.state == "full" and (row.file_index, row.entry.identity) in summaries
            if (full or all_of_them) and row.entry not in listed:
                listed_rows.append(row)
        return listed_rows

    @property
    def marked_rows(self) -> list[Row]:
        """The marked rows, those of a range that is being marked included, in the order of the whole scope."""
        marked = {entry for key in self.marks for entry in self._named(key)} | {row.entry for row in self.ranged}
        return [row for row in self._rows if row.entry in marked] if marked else []

    def is_marked(self, position: int) -> bool:
        """Whether the row at a position of the listing is marked, or in a range that is being marked."""
        begun = self._range_position
        within = begun is not None and min(begun, self.position) <= position <= max(begun, self.position)
        row = self.listing[position]
        return (within and self._in_range(row)) or row.key in self.marks

    @property
    def ranged(self) -> Sequence[Row]:
        """The rows from where a range was begun to the cursor, as they are listed."""
        begun = self._range_position
        if begun is None:
            return ()
        first, last = sorted((begun, self.position))
        return [row for row in self.listing[first : last + 1] if self._in_range(row)]

    def _in_range(self, row: Row) -> bool:
        """Whether a range takes a row in: a range that begins in the scope leaves out what was found beside it."""
        begun = self._range_position
        return not self.is_beside(row) or (begun is not None and self.is_beside(self.listing[begun]))

    def is_unseen(self, row: Row) -> bool:
        """Whether others added or changed an entry that was not seen yet."""
        return bool(self.unseen) and not row.archived and (row.file_index, row.entry.identity) in self.unseen

    def watch_unseen(self) -> None:
        """What is unseen is news, and stays that when it was seen, lest it vanish from a list of news."""
        if not self.unseen <= self._news:
            self._news |= self.unseen
            with self._building:
                if self._search is not None:
                    self._search.table.forget_passing()
            if self.query_asked.asks:
                self._list(self.current.key if self.current else None)

    def mark(self, keys: Collection[EntryKey]) -> None:
        """Mark rows; if all of them are marked, take the marks off."""
        marked = self.marks.issuperset(keys)
        self.marks = self.marks.difference(keys) if marked else self.marks.union(keys)

    def mark_range(self) -> None:
        """Mark the range that was begun, and end it."""
        self.marks = self.marks.union(row.key for row in self.ranged)
        self.range_start = None

    def unmark(self) -> None:
        """Take off all marks."""
        self.marks = frozenset()
        self.range_start = None

    @contextmanager
    def preserving_selection(self) -> Iterator[None]:
        """Keep cursor and marks while something else than the marked entries is changed."""
        here, marks, range_start = self.current, self.marks, self.range_start
        self.set_reactive(Model.marks, frozenset())
        self.set_reactive(Model.range_start, None)
        yield
        if here is not None:
            self.select_key(here.key)
        self.marks, self.range_start = marks, range_start

    @property
    def position(self) -> int:
        """The cursor's index in the list."""
        listing, current = self.listing, self.current
        if self._at >= len(listing) or listing[self._at] is not current:
            self._at = next((position for position, row in enumerate(listing) if row is current), 0)
        return self._at

    @property
    def _range_position(self) -> int | None:
        """Where the row is in the listing at which a range was begun."""
        key = self.range_start
        if key is None:
            return None
        if self._begun is None or self._begun[0] != key:
            row = self.row(key)
            self._begun = key, self.listing.index(row) if row is not None else None
        return self._begun[1]

    @property
    def search(self) -> "Search":
        """The search over all rows of the scope; built when it is first asked for."""
        with self._building:
            if self._search is None:
                from incident_tui.search.engine import Search

                names, layers = (self.snapshot.names, self.snapshot.layers) if self.snapshot is not None else ((), ())
                self._search = Search(
                    self._rows,
                    names=names,
                    layers=layers,
                    stale_days=self.stale_days,
                    synonyms=self.synonyms,
                    before=self._before,
                    news=lambda: self._news,
                )
                self._before = None
            return self._search

    def nearest_values(self) -> list[str]:
        """Return what the filters of a query that finds nothing may have meant."""
        if not self.query_asked.filters:
            return []
        from incident_tui.search.query_completion import nearest_values

        return nearest_values(self.query_asked, self.search)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """The parts of a text that the query matches, in characters."""
        return list(self.search.spans(self.query_asked, text)) if self.query_asked.wanted else []

    def spans_of_lines(self, lines: Sequence[str]) -> list[list[tuple[int, int]]]:
        """The same in each line of a text that was wrapped."""
        return self.search.spans_of_lines(self.query_asked, lines) if self.query_asked.wanted else [[] for _ in lines]

    def evidence(self, row: Row, always: bool = False) -> "MatchExplanation | None":
        """Why a row answers the query, with a line of its body (`always`: even if its heading says it); nothing where
        no word was asked for.
        """
        wanted = self.query_asked.wanted and self._is_searched(row)
        return self.search.evidence(self.query_asked, row.number, always) if wanted else None

    def matches(self, request: MatchRequest) -> list[IncidentMatch[Row]]:
        """Return the entries, live and archived, that a text is about, the nearest first, once all are indexed."""
        if self.scope != "archived" or self.snapshot is None:
            return rank_incidents(self.search, self._rows, request)
        from incident_tui.search.engine import Search

        every = rows(self.snapshot, "all")
        search = Search(every)
        search.finish()
        return rank_incidents(search, every, request)

    def _is_searched(self, row: Row) -> bool:
        """Whether the search has a row with this number."""
        return row.number < len(self._rows) and self._rows[row.number] is row

    def related(self, row: Row) -> list[Row]:
        """Up to five entries like this one, once all bodies are indexed."""
        if not self.indexed or not self._is_searched(row):
            return []
        near = (self._rows[hit.row] for hit in self.search.related(row.number, limit=4 * RELATED))
        return list(self._in_scope(list(near))[:RELATED])

    def index(self) -> None:
        """Index bodies in the background until all are, or another snapshot has come. For a thread of its own."""
        worker = get_current_worker()
        search = self.search
        while search.step(SLICE):
            if worker.is_cancelled or search is not self._search:
                return
            time.sleep(SLICE / 4000)
        self.app.call_from_thread(self._all_indexed, search)

    def _all_indexed(self, search: "Search") -> None:
        if search is self._search:
            self.indexed = True
            if self.query_asked.reads_bodies:
                self._list(self.current.key if self.current else None)

    def _collect(self, known: tuple[Row, ...] | None = None) -> None:
        """The rows anew, unless they are given, and a search over them."""
        if self.snapshot is None:
            return
        if known is None or self.scope == "archived":
            known = rows(self.snapshot, "archived" if self.scope == "archived" else "all")
        self._rows = known
        self._scope_rows = self._in_scope(self._rows)
        self._overridden = {row: row.in_force for row in self._rows if row.in_force is not None}
        if self.marks:
            self.marks = self.marks.intersection(row.key for row in self._rows)
        with self._building:
            self._before, self._search = self._search or self._before, None
        self.set_reactive(Model.indexed, False)
        self.call_after_refresh(self._index_soon)

    def _index_soon(self) -> None:
        """After the paint: nothing of it is needed for the first screen."""
        if not self.indexed and self.snapshot is not None and not self.snapshot.partial:
            self.run_worker(self.index, thread=True, exclusive=True, group="index")

    def _answers(self) -> tuple[Row, ...]:
        """The rows that answer the query, best first. Where words or open items are looked for, the full text of a
        summary is among them if the summary isn't.
        """
        hits = self.search.find(self.query_asked)
        self.weak, self.unmatched = hits.weak, hits.unmatched if hits.complete else ()
        matches = [self._rows[row] for row in hits.rows]
        if self.scope == "archived":
            return self._in_scope(matches)
        files = self.snapshot.files if self.snapshot is not None else ()
        originals = [row for row in matches if row.archived and is_original(row, files)]
        if originals and self.query_asked.reads_texts and not self.query_asked.wants_archived:
            stamps = {row.entry.stamp for row in originals}
            live = [row for row in matches if not row.archived and row.entry.stamp in stamps]
            summaries = {(row.file_index, row.entry.identity) for row in live}
            originals = [row for row in originals if (row.file_index, row.entry.identity) in summaries]
        without = set(originals)
        return tuple(row for row in matches if row not in without) if without else tuple(matches)

    def _in_scope(self, matches: Sequence[Row]) -> tuple[Row, ...]:
        """The rows that are in the scope; in both files the full text of a summary is not listed beside it."""
        files = self.snapshot.files if self.snapshot is not None else ()
        if self.scope == "both":
            return tuple(row for row in matches if not row.archived or not is_original(row, files))
        return tuple(row for row in matches if row.archived == (self.scope == "archived"))

    def _list(self, keep: EntryKey | None, retain: bool = False) -> None:
        before = self.position
        retain |= self.retained is not None and self.retained.key == keep
        self.retained = None
        listing = self._scope_rows
        self.weak, self.unmatched = False, ()
        if self.query_asked.asks:
            listing = self._answers()
            listing = tuple(overridden_last(listing, self._overridden)) if self._overridden else listing
        if self.order != "best":
            listing = in_order(listing, self.order, self.search.table)
        self.beside = 0
        if self.scope == "live" and self.query_asked.asks and not self.query_asked.wants_archived:
            archived = tuple(row for row in listing if row.archived)
            self.beside = len(archived)
            listing = (*(row for row in listing if not row.archived), *archived) if archived else listing
        kept = None
        if keep is not None:
            in_scope = listing if retain else listing[: len(listing) - self.beside]
            kept = self.row(keep, listing) or self._any_of(keep.file_index, keep.identity, in_scope)
            if kept is None and retain and self.current is not None and self.current.key == keep:
                kept = self.retained = self._current_anywhere(self.current)
                listing = (*listing[:before], kept, *listing[before:])
        if kept is None and listing:
            kept = listing[min(before, len(listing) - 1) if keep is not None else 0]
        self._begun = None
        self.set_reactive(Model.current, kept)
        self.set_reactive(Model.listing, listing)
        self.mutate_reactive(Model.listing)
        self.mutate_reactive(Model.current)

    def _current_anywhere(self, current: Row) -> Row:
        """The row of the current entry wherever it is now; the last row of it where it is gone."""
        among = self._rows
        if self.scope == "archived" and self.snapshot is not None:
            among = (*among, *rows(self.snapshot, "live"))
        return self.row(current.key, among) or self._any_of(current.file_index, current.key.identity, among) or current
