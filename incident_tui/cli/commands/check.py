"""`check`: what is wrong with a knowledge base, line by line, and what mends it."""

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from incident_tui import clock
from incident_tui.cli import output
from incident_tui.cli.commands.change import shown
from incident_tui.cli.select import opened, read
from incident_tui.cli.settings import settings
from incident_tui.format.check import check
from incident_tui.format.check.finding import SEVERITIES, Finding, at_least
from incident_tui.format.edit.operations import InPlaceOperation
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import Target
from incident_tui.format.sanitize import pluralize
from incident_tui.storage.user.history import new_id

if TYPE_CHECKING:
    from incident_tui.storage.library import Library
    from incident_tui.storage.snapshot import FileSnapshot, Snapshot

_ROUNDS = 20
"""How often what was mended is looked at again: of several findings in one entry one is mended at a time."""

NEVER = "never"


class _Found(NamedTuple):
    """A finding, and the files as they were then. Several may be mended by the same edits."""

    finding: Finding
    snapshot: "FileSnapshot"
    mended: bool = False

    @property
    def file(self) -> str:
        """The file, as a person here calls it."""
        return shown(self.path)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(self.finding.file) if self.finding.file else self.snapshot.path(self.finding.location)

    @property
    def key(self) -> tuple[str, str, int]:
        """What kind of finding it is, and where."""
        return self.finding.code, self.file, self.finding.line


def run(args: Namespace) -> int:
    """Print the findings, mend what can be mended if that is asked for, and print what there is in all."""
    named = [Namespace(file=word) for word in (*args.words, *([args.file] if args.file else []))] or [args]
    mended: list[_Found] = []
    if args.fix:
        for library, snapshot in map(opened, named):
            snapshot.require_all_readable()
            mended += _mended(library)
    read_now = [read(one) for one in named]
    files = {shown(file.live_file): file for snapshot in read_now for file in snapshot.files}
    found = sorted([*_all(files), *_unreadable(read_now)], key=lambda one: (one.file, one.finding.line))
    mended = [one for one in mended if one.key not in {left.key for left in found}]
    if args.json:
        _print_json([*mended, *found])
    else:
        _print(mended, found, files.values(), args)
    return int(args.fail_on != NEVER and any(at_least(one.finding.severity, args.fail_on) for one in found))


def _all(files: "dict[str, FileSnapshot]") -> list[_Found]:
    """What is wrong in the files, and beside them, by file and line."""
    from incident_tui.storage.disk.disk_findings import disk_findings

    contents = [(name, file.contents) for name, file in files.items()]
    found = [_Found(finding, files[finding.base]) for finding in check(contents, clock.today())]
    found += [_Found(finding, file) for file in files.values() for finding in disk_findings(file)]
    return sorted(found, key=lambda one: (one.file, one.finding.line))


def _unreadable(snapshots: "Sequence[Snapshot]") -> "Iterator[_Found]":
    """The files of a folder that were not looked at."""
    for snapshot in snapshots:
        for one in snapshot.unreadable:
            what = f"{one.told}, so that nothing finds what it may hold"
            advice = "make it readable, or take it out of the folder"
            yield _Found(Finding("unreadable", "error", "live", 1, what, advice, file=str(one.path)), snapshot.files[0])


def _mended(library: "Library") -> list[_Found]:
    """Mend what can be, as one change to be undone; of what can't after all it is told why not."""
    mended: list[_Found] = []
    tried: set[tuple[str, int, bytes]] = set()
    group = f"check {new_id()}"
    for _ in range(_ROUNDS):
        files = library.snapshot().files
        found = [one for index, file in enumerate(files) for one in _mendable(file, index)]
        todo = _once_each(found, tried)
        if not todo:
            break
        for index in {_target(one).file_index for one in todo}:
            files[index].require_writable()
        made = [one.finding.mend for one in _mend(library, todo, group)]
        mended += [one._replace(mended=True) for one in found if one.finding.mend in made]
    return mended


def _mendable(file: "FileSnapshot", index: int) -> "Iterator[_Found]":
    """What can be mended in a file, by edits for the one of this index."""
    for one in _all({"": file}):
        mend = tuple(edit._replace(target=edit.target._replace(file_index=index)) for edit in one.finding.mend)
        if mend:
            yield one._replace(finding=one.finding._replace(mend=mend))


def _target(one: _Found) -> Target:
    """The entry that is to be mended."""
    return one.finding.mend[-1].target


def _once_each(found: Sequence[_Found], tried: set[tuple[str, int, bytes]]) -> list[_Found]:
    """The first of each entry, as far as that wasn't tried before."""
    todo: dict[tuple[int, str, bytes], _Found] = {}
    for one in found:
        target = _target(one)
        if (one.finding.code, target.file_index, target.seen) not in tried:
            todo.setdefault((target.file_index, target.location, target.seen), one)
    tried |= {(one.finding.code, _target(one).file_index, _target(one).seen) for one in todo.values()}
    return list(todo.values())


def _mend(library: "Library", todo: Sequence[_Found], group: str) -> list[_Found]:
    """Make the edits: at once where that can be done, else one finding after the other. Returns whose were made."""
    together = [
        one for one in todo if len(one.finding.mend) == 1 and isinstance(one.finding.mend[0].act, InPlaceOperation)
    ]
    apart = [one for one in todo if one not in together]
    try:
        library.edit([one.finding.mend[0] for one in together], group)
    except Refused:
        apart, together = list(todo), []
    for one in apart:
        try:
            for edit in one.finding.mend:
                library.edit([edit], group)
        except Refused as refused:
            output.print_error(f"{one.file}:{one.finding.line}: {refused}")
        else:
            together.append(one)
    return together


def _print(mended: Sequence[_Found], found: Sequence[_Found], files: "Iterable[FileSnapshot]", args: Namespace) -> None:
    """A line for each finding, one that counts them, and one for each knowledge base that says how much it holds."""
    from incident_tui.format.model.entry import STALE_DAYS
    from incident_tui.insights.size import size

    for one in mended:
        output.print_line(f"{one.file}:{one.finding.line}: mended: {one.finding.what}")
    for one in found:
        output.print_line(
            f"{one.file}:{one.finding.line}: {one.finding.severity}: {one.finding.what}; {one.finding.advice}"
        )
    output.print_line(_counted(mended, found))
    stale_days = settings(args, "stale_days").stale_days or STALE_DAYS
    for file in files:
        output.print_line(f"{shown(file.live_file)}: {size(file.contents, clock.today(), stale_days)}")


def _counted(mended: Sequence[_Found], found: Sequence[_Found]) -> str:
    """How many findings there are, by severity, and what `--fix` does, or did."""
    each = [sum(one.finding.severity == severity for one in found) for severity in SEVERITIES]
    told = [pluralize(number, name, f"{name}s") for number, name in zip(each, SEVERITIES, strict=True) if number]
    parts = [", ".join(told) or "nothing is wrong"]
    if mended:
        parts.insert(0, f"{len(mended)} mended (`incident-tui undo` takes that back)")
    elif mendable := sum(bool(one.finding.mend) for one in found):
        parts.append(f"--fix mends {'it' if len(found) == 1 else f'{mendable} of them'}")
    return "; ".join(parts)


def _print_json(found: Sequence[_Found]) -> None:
    from incident_tui.cli.json_output import dumps

    objects = ",\n".join(dumps(_object(one)) for one in found)
    output.write(f"[{objects}]\n")


def _object(one: _Found) -> dict[str, Any]:
    from incident_tui.cli.json_output import valid

    finding = one.finding
    document = one.snapshot.document(finding.location)
    return {
        "file": valid(str(one.path)),
        "line": finding.line,
        "severity": finding.severity,
        "code": finding.code,
        "what": finding.what,
        "advice": finding.advice,
        "id": valid(document.id(finding.entry)) if finding.entry is not None else None,
        "mendable": bool(finding.mend),
        "mended": one.mended,
    }
