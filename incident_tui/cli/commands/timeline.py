"""`timeline`: a line with the present time, in an entry's timeline."""

from argparse import Namespace

from incident_tui import clock
from incident_tui.cli.commands.change import effective_edits, tell
from incident_tui.cli.parser import UsageError
from incident_tui.cli.select import entries, opened
from incident_tui.format.edit.operations import AddToTimeline, timeline_time
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.sanitize import one_line


def run(args: Namespace) -> int:
    """Add the line, and say which file was written."""
    name, *words = args.words
    text = one_line(" ".join(words)).strip()
    if not text:
        raise UsageError("timeline needs an ID and a text (see `incident-tui timeline --help`)")
    library, snapshot = opened(args)
    matches = entries([name], all_entries(*snapshot.contents), within=snapshot)
    now = clock.now()
    edits, _ = effective_edits(
        matches, snapshot, lambda located: AddToTimeline(timeline_time(now, located.entry), text)
    )
    tell(library.edit(edits))
    return 0
