"""`tag`: tags added to entries, taken off them, or called otherwise."""

from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from incident_tui.cli import output
from incident_tui.cli.commands.change import effective_edits, path_for_display, tell
from incident_tui.cli.parser import UsageError
from incident_tui.cli.select import entries, opened
from incident_tui.format.caseless import caseless
from incident_tui.format.edit.edit import Edit, apply
from incident_tui.format.edit.operations import RenameTag, Tag
from incident_tui.format.edit.tags import validated_tag
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.sanitize import pluralize

if TYPE_CHECKING:
    from incident_tui.storage.snapshot import Snapshot


def run(args: Namespace) -> int:
    """Change the tags, or say what would change."""
    act = _act(args)
    library, snapshot = opened(args)
    if args.rename:
        snapshot.require_all_readable()
    named = all_entries(*snapshot.contents)
    matches = entries(args.words, named, within=snapshot) if args.words else _tagged(args.rename[0], named)
    edits, so = effective_edits(matches, snapshot, lambda _: act)
    already = f"already tagged so: {so}" if so else ""
    if args.dry_run:
        _rehearse(edits, snapshot, already)
    else:
        tell(library.edit(edits), already)
    return 0


def _act(args: Namespace) -> Tag | RenameTag:
    """Return the operation. Raises `UsageError` for missing or contradictory options, `Refused` for an invalid tag."""
    see = "(see `incident-tui tag --help`)"
    if args.rename:
        if args.words or args.add or args.remove:
            raise UsageError(f"--rename is for all entries at once; for some, use --remove OLD --add NEW {see}")
        return RenameTag(*args.rename)
    if not args.words:
        raise UsageError(f"tag needs an ID, or --rename OLD NEW {see}")
    if not (args.add or args.remove):
        raise UsageError(f"tag needs --add TAG, --remove TAG or --rename OLD NEW {see}")
    add, remove = ({caseless(tag): tag for tag in map(validated_tag, tags)} for tags in (args.add, args.remove))
    for tag in add.keys() & remove.keys():
        raise UsageError(f"'{tag}' is to be added and to be removed {see}")
    return Tag(tuple(add.values()), tuple(remove.values()))


def _tagged(tag: str, named: Sequence[LocatedEntry]) -> list[LocatedEntry]:
    """The entries that have a tag. Raises `UsageError` if there is none, with the nearest tags that there are."""
    matches = [located for located in named if caseless(tag.strip()) in map(caseless, located.entry.tags)]
    if not matches:
        raise UsageError(*_unknown(tag, named))
    return matches


def _unknown(tag: str, named: Sequence[LocatedEntry]) -> list[str]:
    """Return the error lines for an unknown tag: the nearest tags, and their numbers of entries."""
    from rapidfuzz import fuzz, process

    counts = Counter(caseless(tag) for located in named for tag in located.entry.tags)
    near = process.extract(caseless(tag.strip()), list(counts), scorer=fuzz.ratio, limit=3, score_cutoff=50)
    lines = [f"{name}  in {pluralize(counts[name], 'entry', 'entries')}" for name, _, _ in near]
    return [f"no entry has the tag '{tag}'{'; the nearest:' if near else ''}", *lines]


def _rehearse(edits: Sequence[Edit], snapshot: "Snapshot", already: str) -> None:
    """Say how many lines edits would change. Raises `Refused` where they couldn't be made."""
    changes = []
    for index, file in enumerate(snapshot.files):
        own = [edit for edit in edits if edit.target.file_index == index]
        for change in apply(file.contents, own).files if own else ():
            documents = file.document(change.location), change.document
            before, after = (Counter(document.data.split(b"\n")) for document in documents)
            lines = pluralize((after - before).total(), "line", "lines")
            changes.append(f"{lines} in {path_for_display(file.path(change.location))}")
    if changes:
        output.print_line(f"would change {', '.join(changes)}; nothing was written")
    else:
        output.print_line(f"{already}; nothing would change")
