"""The size of a knowledge base in words: lines, entries, how many are stale or archived."""

from collections.abc import Sequence
from datetime import date

from incident_tui.format.model.contents import Contents
from incident_tui.format.model.located import located_entries
from incident_tui.format.sanitize import pluralize
from incident_tui.search.entry_table import EntryTable


def size(every: Sequence[Contents], today: date, stale_days: int) -> str:
    """Lines and entries of the live files, how many of them are stale, and how many are archived, in words."""
    lines = sum(contents.live.data.count(b"\n") + (contents.live.data[-1:] not in (b"\n", b"")) for contents in every)
    entries = sum(len(contents.live.entries) for contents in every)
    facts = [f"{lines:,} {'line' if lines == 1 else 'lines'}", pluralize(entries, "entry", "entries")]
    tables = [EntryTable(located_entries(contents.live), stale_days) for contents in every]
    stale = sum(table.is_stale(row, today) for table in tables for row in range(len(table)))
    if stale:
        facts.append(f"{stale} stale (not pinned, unused for {stale_days} days)")
    archives = [contents.archive for contents in every if contents.archive is not None]
    if archives:
        facts.append(f"{sum(len(archive.entries) for archive in archives)} archived")
    return ", ".join(facts)
