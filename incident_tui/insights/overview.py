"""A knowledge base seen as a whole: what a retro wants to know, each figure with the query that lists its entries.

    seen = overview(each_once(base), date.today(), archives=[base.document("archive")])
    [(figure.label, figure.value, figure.query) for section in seen.sections for figure in section.figures]

Nothing is guessed: what the file doesn't say for certain is not counted, and `uncounted` tells what that was.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from incident_tui.format.caseless import caseless
from incident_tui.format.edit.archiving import entries_with_items, originals
from incident_tui.format.edit.tags import tag_usage
from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import STALE_DAYS, Entry
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.sections import Item, items
from incident_tui.format.sanitize import one_line
from incident_tui.insights.item_facts import ItemFacts, item_facts
from incident_tui.insights.month_ranges import Timeline, by_year, spans
from incident_tui.search.entry_table import EntryFields, EntryTable
from incident_tui.search.filter_values import Text, first_of_last
from incident_tui.search.filters import services
from incident_tui.search.index.tokenize import fold
from incident_tui.search.query import Filter, parse

TOP = 10
"""So many tags, and so many entries that helped, are shown."""

RECENT = 90
"""Days that a tag's trend compares with as many before."""

AGES = (30, 90, 180, 365)
"""Where one age of an action item ends and the next begins, in days."""

_INCIDENT = ("", "incident")
"""The types of what is counted as an incident, folded."""

_UNDATED = "-date:>=0001"

_LONGEST_AGO = 99_999
"""So many days `last:` takes."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, and the query that lists the entries behind it."""

    label: str
    """As the file has it, if it is from there: to be shown through `format.sanitize`."""
    value: int
    """The number; a bar is as long."""
    entries: int
    """How many entries the query finds."""
    query: str | None
    """Nothing where no query can say it, such as a tag in quotation marks."""
    beside: tuple[str, ...] = ()
    """What the section's further columns say."""
    series: tuple[int, ...] = ()
    """The number in each of the section's periods, if it has any."""


@dataclass(frozen=True, slots=True)
class Section:
    """Figures of one kind."""

    title: str
    about: str
    """What is counted, in a sentence."""
    columns: tuple[str, ...]
    """What label, value and further columns are."""
    figures: tuple[Figure, ...]
    total: int
    """How many there would be if all were shown."""
    query: str | None = None
    """Lists them all, if not all are shown."""
    periods: tuple[str, ...] = ()
    """The months or years that each figure's series is of, oldest first."""


class OpenItem(NamedTuple):
    """An open action item, and the entry that counts for it: of a full text the summary."""

    located: LocatedEntry
    item: Item
    facts: ItemFacts


@dataclass(frozen=True, slots=True)
class Overview:
    """The knowledge base on one day. `since`, where given, is the first day whose incidents, tags and help count."""

    today: date
    since: date | None
    incidents: Figure
    others: Figure
    """Entries of other types; they count where all entries do."""
    sections: tuple[Section, ...]
    uncounted: tuple[Figure, ...]
    """What is left out, if anything is, and why."""
    incident_list: tuple[LocatedEntry, ...] = ()
    """The incidents that count, newest first."""
    open_items: tuple[OpenItem, ...] = ()
    """The open action items of all entries, by owner and due date."""


def each_once(*bases: Contents) -> list[LocatedEntry]:
    """Return all entries of knowledge bases, live and archived.

    What stands in both files of one is there once, where it is live: an entry whose move was interrupted, and the full
    text of a summary.
    """
    summarized = [{live.identity for live in base.live.entries if live.state == "summarized"} for base in bases]
    return [
        located
        for located in entries_with_items(*bases)
        if not located.archived
        or located.entry.state == "summarized"
        or located.entry.identity not in summarized[located.file_index]
    ]


def overview(
    entries: Sequence[LocatedEntry],
    today: date,
    *,
    since: date | None = None,
    archives: Sequence[Document] = (),
    stale_days: int = STALE_DAYS,
) -> Overview:
    """Return the figures of entries, each of which is an incident or another entry of its own (`each_once`).

    `since` is no day to come; in the `archives`, one of each file, are the full texts of summaries, whose items count.
    """
    counting = _Counting(entries, today, since, stale_days, archives)
    sections = (
        counting.months(),
        counting.tags(),
        counting.items(),
        counting.helped(),
        *counting.by_value(),
        counting.stale(),
    )
    return Overview(
        today,
        since,
        *counting.kinds(),
        sections,
        tuple(counting.uncounted()),
        counting.incident_list(),
        counting.open_items(),
    )


class _Items(NamedTuple):
    """How many action items there are: not done, done, and without a box, so that nobody knows."""

    open: int = 0
    done: int = 0
    boxless: int = 0


class _Counting:
    def __init__(
        self,
        entries: Sequence[LocatedEntry],
        today: date,
        since: date | None,
        stale_days: int,
        archives: Sequence[Document],
    ) -> None:
        self.entries = entries
        self.archives = archives
        self.stale_days = stale_days
        self.collection = EntryTable(entries, stale_days)
        self.facts = list(self.collection)
        self.item_counts = [_count_items(*_with_originals(located, archives)) for located in entries]
        self.today = today
        self.since = since
        types = {fold(facts.type): facts.type for facts in self.facts}
        self.other_types = [types[folded] for folded in sorted(types) if folded not in _INCIDENT]
        self.incidents = [facts for facts in self.facts if fold(facts.type) in _INCIDENT]
        self.incident: str | None = "type:incident" if self.other_types else ""
        """What a query needs so that it lists incidents only; nothing where that can't be said."""
        if self.other_types and "" in types:
            self.incident = self._filter("-type", *self.other_types)
        self.period = "" if since is None else f"date:>={since}"
        self.in_period = [facts for facts in self.incidents if self._in_period(facts.day)]

    def kinds(self) -> tuple[Figure, Figure]:
        """The incidents, and the other entries."""
        incidents, others = len(self.in_period), len(self.facts) - len(self.incidents)
        return (
            Figure("incidents", incidents, incidents, _both(self.period, self.incident)),
            Figure("others", others, others, self._filter("type", *self.other_types) if others else None),
        )

    def months(self) -> Section:
        days = self._days_in_period()
        figures = [
            Figure(span.text, span.total, span.total, _both(f"date:{span.text}", self.incident))
            for span in spans(days, self.today, self.since)
        ]
        unit = "year" if by_year(days, self.today) else "month"
        return Section(
            f"Incidents a {unit}",
            "Entries of type incident or of none; a summary and its original are one.",
            (unit.capitalize(), "Incidents"),
            tuple(figures),
            len(figures),
        )

    def tags(self) -> Section:
        today = self.today.toordinal()
        start = first_of_last(RECENT, self.today) if self.since is None else self.since.toordinal()
        days = today - start + 1
        spelled = {caseless(tag): tag for tag, _ in tag_usage(facts.tags for facts in self.incidents)}
        total, recent, before = Counter[str](), Counter[str](), Counter[str]()
        timeline = Timeline(self._days_in_period(), self.today)
        days_of: dict[str, list[int]] = {tag: [] for tag in spelled}
        for facts in self.incidents:
            tags = {caseless(tag) for tag in facts.tags}
            if self._in_period(facts.day):
                total.update(tags)
            if facts.day is not None and self._in_period(facts.day):
                for tag in tags:
                    days_of[tag].append(facts.day)
            if facts.day is not None and start <= facts.day <= today:
                recent.update(tags)
            if facts.day is not None and start - days <= facts.day < start:
                before.update(tags)
        trends = [recent, before] if self.since is None else [before]
        figures = []
        for tag in sorted(total, key=lambda tag: (-total[tag], -recent[tag], tag))[:TOP]:
            query = _both(self._filter("tag", spelled[tag]), self.period, self.incident)
            beside = tuple(str(counts[tag]) for counts in trends)
            series = timeline.counts(days_of[tag])
            figures.append(Figure(spelled[tag], total[tag], total[tag], query, beside, series))
        in_all, columns = ("in all, ", [f"{days} days", "Before"]) if self.since is None else ("", ["Before"])
        span, as_many = ("day", "day") if days == 1 else (f"{days} days", str(days))
        first = date.fromordinal(start)
        about = f"Incidents: {in_all}in the last {span} (from {first}), in the {as_many} before."
        return Section(
            "Tags",
            about,
            ("Tag", "Incidents", *columns),
            tuple(figures),
            len(total),
            periods=timeline.periods,
        )

    def by_value(self) -> list[Section]:
        """Sections for severity and service, where incidents have them."""
        sections = []
        for name, title, values_of in (
            ("severity", "Severity", lambda facts: filter(None, (facts.get("severity"),))),
            ("service", "Services", services),
        ):
            spelled: dict[str, str] = {}
            counts = Counter[str]()
            for facts in self.in_period:
                values = {fold(value): value for value in values_of(facts)}
                spelled = values | spelled
                counts.update(values.keys())
            figures = []
            for folded in sorted(counts, key=lambda each: (-counts[each], each))[:TOP]:
                query = _both(self._filter(name, spelled[folded]), self.period, self.incident)
                count = counts[folded] if query is None else self._count(query)
                figures.append(Figure(spelled[folded], counts[folded], count, query))
            if figures:
                about = f"Incidents whose entries name a {name}."
                sections.append(Section(title, about, (title, "Incidents"), tuple(figures), len(counts)))
        return sections

    def items(self) -> Section:
        facts = self.facts
        figures = [self._items("all", "", range(len(facts)))]
        youngest = 0
        for oldest in AGES:
            last, first = self._ago(youngest), self._ago(oldest)
            when = f"date:{first}..{last}" if youngest else f"date:>={first}"
            figures.append(self._items(f"{youngest} to {oldest}", when, self._aged(youngest, oldest)))
            youngest = oldest + 1
        figures.append(self._items(f"over {AGES[-1]}", f"date:<={self._ago(youngest)}", self._aged(youngest, None)))
        figures.append(self._items("no date", _UNDATED, [row for row, each in enumerate(facts) if each.day is None]))
        figures = [figure for figure in figures if figure.value or figure.beside[0] != "0"]
        return Section(
            "Action items",
            "Items with a checkbox, also archived, by the age of their entry in days; entries with open ones.",
            ("Days", "Open", "Done", "Entries"),
            tuple(figures),
            len(figures),
        )

    def helped(self) -> Section:
        facts = self.facts
        rows = [row for row, each in enumerate(facts) if each.used and self._in_period(each.last_used)]
        rows.sort(key=lambda row: (facts[row].used, facts[row].last_used or 0, facts[row].timestamp), reverse=True)
        figures = []
        for row in rows[:TOP]:
            entry = self.entries[row].entry
            entries, query = self._one(facts[row])
            figures.append(Figure(entry.label, facts[row].used, entries, query, (str(entry.last_used or "-"),)))
        about, query = "All entries, by how often they helped.", "used:>0"
        if self.since is not None:
            about = f"Entries that helped from {self.since} on, by how often they ever did."
            query = f"used:>0 last:<{min((self.today - self.since).days + 1, _LONGEST_AGO)}d"
        return Section("What helped most", about, ("Entry", "Used", "Last"), tuple(figures), len(rows), query)

    def stale(self) -> Section:
        facts, collection = self.facts, self.collection
        stale = [row for row, each in enumerate(facts) if not each.archived and collection.is_stale(row, self.today)]
        last = [facts[row].last_used for row in stale]
        kinds = (
            ("all", "", len(stale)),
            ("never used", "used:0", sum(not facts[row].used for row in stale)),
            ("last used over a year ago", "last:>1y", sum(day is not None and self._age(day) > 365 for day in last)),
            ("with open action items", "is:open", sum(map(collection.is_open, stale))),
        )
        live = "-is:archived" if any(each.archived for each in facts) else ""
        figures = [Figure(label, count, count, _both("is:stale", more, live)) for label, more, count in kinds if stale]
        return Section(
            "Stale",
            f"Live entries, not pinned, neither made nor used for more than {self.stale_days} days.",
            ("What", "Entries"),
            tuple(figures),
            len(figures),
        )

    def incident_list(self) -> tuple[LocatedEntry, ...]:
        rows = [
            row for row, facts in enumerate(self.facts) if fold(facts.type) in _INCIDENT and self._in_period(facts.day)
        ]
        rows.sort(key=lambda row: self.facts[row].timestamp, reverse=True)
        return tuple(self.entries[row] for row in rows)

    def open_items(self) -> tuple[OpenItem, ...]:
        """By owner, those without one last; then by due date; then oldest first."""
        owned_items = [
            OpenItem(located, item, item_facts(item.text, located.entry.day))
            for located, counts in zip(self.entries, self.item_counts, strict=True)
            if counts.open
            for entry in _with_originals(located, self.archives)
            for item in items(entry)
            if item.open
        ]
        spelled: dict[str, str] = {}
        for each in owned_items:
            if each.facts.owner:
                spelled.setdefault(fold(each.facts.owner), each.facts.owner)

        def spelling(each: OpenItem) -> str | None:
            return spelled[fold(each.facts.owner)] if each.facts.owner else None

        def rank(each: OpenItem) -> tuple[bool, str, bool, str, str]:
            owner, due = each.facts
            return owner is None, fold(owner or ""), due is None, due or "", each.located.entry.instant

        return tuple(
            each._replace(facts=each.facts._replace(owner=spelling(each))) for each in sorted(owned_items, key=rank)
        )

    def uncounted(self) -> Iterator[Figure]:
        """What the sections leave out."""
        undated = sum(facts.day is None for facts in self.facts)
        boxless = sum(counts.boxless for counts in self.item_counts)
        for label, value, entries, query in (
            ("Entries whose date can't be read (in no month, trend or age)", undated, undated, _UNDATED),
            ("Action items without a checkbox, done or not", boxless, 0, None),
        ):
            if value:
                yield Figure(label, value, entries, query)

    def _days_in_period(self) -> list[int]:
        return [facts.day for facts in self.in_period if facts.day is not None]

    def _in_period(self, day: int | None) -> bool:
        return self.since is None or (day is not None and day >= self.since.toordinal())

    def _age(self, day: int) -> int:
        """In days. What is still to come is as young as can be."""
        return max(0, self.today.toordinal() - day)

    def _ago(self, days: int) -> date:
        return date.fromordinal(max(1, self.today.toordinal() - days))

    def _aged(self, youngest: int, oldest: int | None) -> list[int]:
        """The entries that are so many days old, both ends within it."""
        ages = [(row, self._age(facts.day)) for row, facts in enumerate(self.facts) if facts.day is not None]
        return [row for row, age in ages if youngest <= age and (oldest is None or age <= oldest)]

    def _items(self, label: str, when: str, rows: Sequence[int]) -> Figure:
        counts = [self.item_counts[row] for row in rows]
        open_, done = sum(count.open for count in counts), sum(count.done for count in counts)
        # Of a summary the full text's items count, too, as on the board; the query lists that text in its stead.
        with_open = sum(count.open > 0 for count in counts)
        return Figure(label, open_, with_open, _both("is:open", when), (str(done), str(with_open)))

    def _one(self, facts: EntryFields) -> tuple[int, str | None]:
        """The shortest query that finds this entry alone (or else the fewest), and how many it finds."""
        day = _UNDATED if facts.day is None else f"date:{date.fromordinal(facts.day)}"
        ref = self._filter("ref", facts.ref) if facts.ref else None
        queries = [ref, day, f"{day} used:{facts.used}", _both(day, ref)]
        counted = [(self._count(query), query) for query in queries if query is not None]
        return min(counted, key=lambda one: one[0])

    def _count(self, query: str) -> int:
        return len(self.collection.passing(parse(query, self.today).filters, self.today) or ())

    def _filter(self, name: str, *values: str) -> str | None:
        """A filter that holds for exactly these values; nothing where that can't be written."""
        listed = ",".join(f'"{value}"' if any(map(str.isspace, value)) or "," in value else value for value in values)
        text = f"{name}:{listed}"
        value_filter = Filter(name.removeprefix("-"), tuple(map(Text, values)), name.startswith("-"))
        return text if parse(text, self.today).filters == (value_filter,) and one_line(text) == text else None


def _with_originals(located: LocatedEntry, archives: Sequence[Document]) -> list[Entry]:
    """An entry, and if it is a summary its full texts."""
    if not archives or located.archived or located.entry.state != "summarized":
        return [located.entry]
    return [located.entry, *originals(archives[located.file_index], located.entry)]


def _count_items(*entries: Entry) -> _Items:
    all_items = [item for entry in entries for item in items(entry)]
    open_, checked = sum(item.open for item in all_items), sum(item.checked for item in all_items)
    return _Items(open_, checked, len(all_items) - open_ - checked)


def _both(*parts: str | None) -> str | None:
    """A query that asks for all parts; nothing if one of them can't be asked for."""
    filters = [query for query in parts if query is not None]
    return " ".join(filter(None, filters)) if len(filters) == len(parts) else None
