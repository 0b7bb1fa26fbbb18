"""`move`: entries to another file or layer. What looks like a secret is shown before others can read it."""

import sys
from argparse import Namespace
from collections.abc import Iterable

from incident_tui.cli import output
from incident_tui.cli.commands.change import tell
from incident_tui.cli.select import entries, file_meant, opened
from incident_tui.format.edit.edit import move_edits
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.sanitize import pluralize
from incident_tui.storage.git.sharing import leaks_to


def run(args: Namespace) -> int:
    """Move the entries, and say which files were written."""
    library, snapshot = opened(args, missing=True)
    selected = entries(args.words, all_entries(*snapshot.contents), within=snapshot)
    beside = {snapshot.files[located.file_index].name_in_layer for located in selected}
    if len(beside) > 1 and args.to in snapshot.layers:
        raise Refused("these entries are in files of several names; say the file that they go to (--to LAYER/FILE)")
    destination = file_meant(args.to, snapshot, *beside)
    names = [file.name or file.live_file.name for file in snapshot.files]
    edits = move_edits([located.target for located in selected], destination, names)
    if not args.force:
        _ask_about_secrets(
            [located for located in selected if leaks_to(snapshot, located.file_index, destination)], names[destination]
        )
    tell(library.edit(edits))
    return 0


def _ask_about_secrets(selected: Iterable[LocatedEntry], name: str) -> None:
    """Show the lines that look like secrets, and ask. Raises `Refused` where nobody says yes."""
    from incident_tui.format.secrets import SuspectLine, suspect_lines

    lines: list[tuple[LocatedEntry, SuspectLine]] = [
        (located, suspect) for located in selected for suspect in suspect_lines(located.entry.text)
    ]
    if not lines:
        return
    for located, suspect in lines:
        output.print_error(f"{located.entry.label}, line {suspect.number}, {suspect.kind}: {suspect.text}")
    require_yes(len(lines), name, "Move")


def require_yes(lines: int, name: str, verb: str) -> None:
    """Ask whether lines that may hold a secret go where others read them. Raises `Refused` where nobody says yes."""
    count = pluralize(lines, "line", "lines")
    if sys.stdin is not None and sys.stdin.isatty():
        output.write(f"{count} may hold a secret, and others read {name}. {verb} it all the same? [y/N] ")
        output.flush()
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return
    forced = f"--force {verb.lower()}s it all the same"
    raise Refused(f"{count} may hold a secret, and others read {name}; {forced}, nothing was written")
