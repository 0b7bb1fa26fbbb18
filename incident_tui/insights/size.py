"""The size of a knowledge base in one line: lines, entries, how many are stale or archived."""

from datetime import date

from incident_tui.format.model.contents import Contents
from incident_tui.format.model.located import located_entries
from incident_tui.format.sanitize import pluralize
from incident_tui.search.entry_table import EntryTable


def size(contents: Contents, today: date, stale_days: int) -> str:
    """Lines and entries of the live file, how many of them are stale, and how many are archived, in words."""
    entries, data = contents.live.entries, contents.live.data
    lines = data.count(b"\n") + (not data.endswith(b"\n") and data != b"")
    facts_in_words = [f"{lines:,} {'line' if lines == 1 else 'lines'}", pluralize(len(entries), "entry", "entries")]
    facts = EntryTable(located_entries(contents.live), stale_days)
    stale = sum(facts.is_stale(row, today) for row in range(len(facts)))
    if stale:
        facts_in_words.append(f"{stale} stale (not pinned, unused for {stale_days} days)")
    if contents.archive is not None:
        facts_in_words.append(f"{len(contents.archive.entries)} archived")
    return ", ".join(facts_in_words)
