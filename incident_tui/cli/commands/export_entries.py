"""`export`: a Markdown file with front matter for each entry."""

from argparse import Namespace
from pathlib import Path

from incident_tui import clock
from incident_tui.cli import output
from incident_tui.cli.commands.list_entries import among
from incident_tui.cli.select import read
from incident_tui.cli.settings import settings
from incident_tui.cli.sort import ordered, parsed_query
from incident_tui.format.errors import Refused
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.sanitize import pluralize
from incident_tui.importing.export import exported, file_names
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.disk.atomic_file import FileChanged, os_error_text
from incident_tui.storage.user.seen import looked_up_once


def run(args: Namespace) -> int:
    """Write the files; 1 where one that is otherwise was left as it is."""
    snapshot = read(args)
    text = " ".join(args.words)
    query = parsed_query(text, clock.today()) if text.strip() else None
    stale_days = settings(args, "stale_days").stale_days if query is not None else None
    selected = ordered(
        among(snapshot.contents, args, query),
        query,
        "oldest",
        stale_days,
        snapshot.names,
        layers=snapshot.layers,
        news=looked_up_once(snapshot.files),
    )
    everything = sorted((located.entry for located in all_entries(*snapshot.contents)), key=lambda entry: entry.instant)
    # Names are given to all entries, so that one has the same name whatever is asked for.
    names = dict(zip(everything, file_names(everything), strict=True))
    folder = Path(args.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{folder} can't be made: {os_error_text(error)}; nothing was written") from None
    written_count, same, other = 0, 0, []
    for located in selected:
        path = folder / names[located.entry]
        data = exported(located.entry)
        try:
            before = atomic_file.read(path)
            if before is not None and before.data == data:
                same += 1
            elif before is not None and not args.force:
                other.append(path)
            else:
                atomic_file.replace(path, data, before.signature if before else None)
                written_count += 1
        except FileChanged:
            other.append(path)
        except OSError as error:
            skipped = f"; {pluralize(written_count, 'file was', 'files were')} written before" if written_count else ""
            raise Refused(f"{path} can't be written: {os_error_text(error)}{skipped}") from None
    already = f"; {pluralize(same, 'file is', 'files are')} unchanged" if same else ""
    output.say_done(f"wrote {pluralize(written_count, 'file', 'files')} to {folder}{already}")
    for path in other:
        output.print_error(f"{path} exists and differs: not overwritten (--force does)")
    return 1 if other else 0
