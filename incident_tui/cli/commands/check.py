"""`check`: what is wrong with a knowledge base, line by line, and what mends it."""

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from incident_tui import clock
from incident_tui.cli import output
from incident_tui.cli.commands.change import path_for_display
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
"""How often the files are checked again after mending: of several findings in one entry one is mended at a time."""

NEVER = "never"


class _CheckResult(NamedTuple):
    """A finding, and the files at that time. The same edits may mend several findings."""

    finding: Finding
    snapshot: "FileSnapshot"
    mended: bool = False

    @property
    def file(self) -> str:
        """The file, as a person here calls it."""
        return path_for_display(self.path)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(self.finding.file) if self.finding.file else self.snapshot.path(self.finding.location)

    def order(self) -> tuple[str, int]:
        """The sort key: by file and line."""
        return self.file, self.finding.line

    @property
    def key(self) -> tuple[str, str, int]:
        """The kind of the finding, and its location."""
        return self.finding.code, self.file, self.finding.line


def run(args: Namespace) -> int:
    """Print the findings, with `--fix` after mending what can be mended, and the size of each knowledge base."""
    named = [Namespace(file=[word]) for word in (*args.words, *args.file)] or [args]
    mended: list[_CheckResult] = []
    if args.fix:
        for library, snapshot in map(opened, named):
            snapshot.require_all_readable()
            mended += _mended(library)
    read_now = [read(arguments) for arguments in named]
    files = {path_for_display(file.live_file): file for snapshot in read_now for file in snapshot.files}
    results = sorted([*_all(files), *_near_duplicates(files), *_unreadable(read_now)], key=_CheckResult.order)
    remaining = {result.key for result in results}
    mended = [result for result in mended if result.key not in remaining]
    if args.json:
        _print_json([*mended, *results])
    else:
        _print(mended, results, files.values(), args)
    return int(args.fail_on != NEVER and any(at_least(result.finding.severity, args.fail_on) for result in results))


def _all(files: "dict[str, FileSnapshot]") -> list[_CheckResult]:
    """Return the findings of the files, and of the program's files in their folders, by file and line."""
    from incident_tui.storage.disk_findings import disk_findings

    contents = [(name, file.contents) for name, file in files.items()]
    layered = {name for name, file in files.items() if file.layer}
    results = [_CheckResult(finding, files[finding.base]) for finding in check(contents, clock.today(), layered)]
    results += [_CheckResult(finding, file) for file in files.values() for finding in disk_findings(file)]
    return sorted(results, key=_CheckResult.order)


def _near_duplicates(files: "dict[str, FileSnapshot]") -> "Iterator[_CheckResult]":
    """The findings for entries that say nearly the same."""
    from incident_tui.search.duplicates import near_duplicate_findings

    contents = [(name, file.contents) for name, file in files.items()]
    for finding in near_duplicate_findings(contents, clock.today()):
        yield _CheckResult(finding, files[finding.base])


def _unreadable(snapshots: "Sequence[Snapshot]") -> "Iterator[_CheckResult]":
    """The findings for the files of a folder that can't be read."""
    from incident_tui.storage.disk.atomic_file import display_path

    for snapshot in snapshots:
        for problem in snapshot.unreadable:
            why = problem.told.removeprefix(f"{display_path(problem.path)}: ")
            message = f"{why}; nothing finds what it may hold"
            advice = "make it readable, or take it out of the folder"
            yield _CheckResult(
                Finding("unreadable", "error", "live", 1, message, advice, file=str(problem.path)), snapshot.files[0]
            )


def _mended(library: "Library") -> list[_CheckResult]:
    """Mend what can be mended, as one change for `undo`; print an error for each refused edit."""
    mended: list[_CheckResult] = []
    tried: set[tuple[str, int, bytes]] = set()
    group = f"check {new_id()}"
    for _ in range(_ROUNDS):
        files = library.snapshot().files
        results = [result for index, file in enumerate(files) for result in _mendable(file, index)]
        todo = _once_each(results, tried)
        if not todo:
            break
        for index in {_target(result).file_index for result in todo}:
            files[index].require_writable()
        mends = [result.finding.mend for result in _mend(library, todo, group)]
        mended += [result._replace(mended=True) for result in results if result.finding.mend in mends]
    return mended


def _mendable(file: "FileSnapshot", index: int) -> "Iterator[_CheckResult]":
    """Yield the mendable findings of a file, with edits for the file of this index."""
    for result in _all({"": file}):
        mend = tuple(edit._replace(target=edit.target._replace(file_index=index)) for edit in result.finding.mend)
        if mend:
            yield result._replace(finding=result.finding._replace(mend=mend))


def _target(result: _CheckResult) -> Target:
    """Return the entry to mend."""
    return result.finding.mend[-1].target


def _once_each(results: Sequence[_CheckResult], tried: set[tuple[str, int, bytes]]) -> list[_CheckResult]:
    """Return the first finding of each entry that was not tried before."""
    todo: dict[tuple[int, str, bytes], _CheckResult] = {}
    for result in results:
        target = _target(result)
        if (result.finding.code, target.file_index, target.seen) not in tried:
            todo.setdefault((target.file_index, target.location, target.seen), result)
    tried |= {(result.finding.code, _target(result).file_index, _target(result).seen) for result in todo.values()}
    return list(todo.values())


def _mend(library: "Library", todo: Sequence[_CheckResult], group: str) -> list[_CheckResult]:
    """Make the edits, in one change if possible, else finding by finding. Return the mended findings."""
    together = [
        result
        for result in todo
        if len(result.finding.mend) == 1 and isinstance(result.finding.mend[0].act, InPlaceOperation)
    ]
    apart = [result for result in todo if result not in together]
    try:
        library.edit([result.finding.mend[0] for result in together], group)
    except Refused:
        apart, together = list(todo), []
    for result in apart:
        try:
            for edit in result.finding.mend:
                library.edit([edit], group)
        except Refused as refused:
            output.print_error(f"{result.file}:{result.finding.line}: {refused}")
        else:
            together.append(result)
    return together


def _print(
    mended: Sequence[_CheckResult], results: Sequence[_CheckResult], files: "Iterable[FileSnapshot]", args: Namespace
) -> None:
    """Print a line for each finding, one that counts them, and the size of each knowledge base."""
    from incident_tui.format.model.entry import STALE_DAYS
    from incident_tui.format.read.other_sections import import_hint
    from incident_tui.insights.size import size

    for result in mended:
        output.print_line(f"{result.file}:{result.finding.line}: mended: {result.finding.what}")
    for result in results:
        finding = result.finding
        output.print_line(f"{result.file}:{finding.line}: {finding.severity}: {finding.what}; {finding.advice}")
    output.print_line(_counted(mended, results))
    stale_days = settings(args, "stale_days").stale_days or STALE_DAYS
    for file in files:
        output.print_line(f"{path_for_display(file.live_file)}: {size([file.contents], clock.today(), stale_days)}")
        if hint := import_hint(path_for_display(file.live_file), file.live):
            output.print_error(f"`{hint}` makes entries of the other sections of {path_for_display(file.live_file)}")


def _counted(mended: Sequence[_CheckResult], results: Sequence[_CheckResult]) -> str:
    """Return the numbers of findings, by severity, and of those that `--fix` mends or mended."""
    counts = [sum(result.finding.severity == severity for result in results) for severity in SEVERITIES]
    phrases = [pluralize(number, name, f"{name}s") for number, name in zip(counts, SEVERITIES, strict=True) if number]
    clauses = [", ".join(phrases) or "nothing is wrong"]
    if mended:
        clauses.insert(0, f"{len(mended)} mended (`incident-tui undo` takes that back)")
    elif mendable := sum(bool(result.finding.mend) for result in results):
        clauses.append(f"--fix mends {'it' if len(results) == 1 else f'{mendable} of them'}")
    return "; ".join(clauses)


def _print_json(results: Sequence[_CheckResult]) -> None:
    from incident_tui.cli.json_output import dumps

    objects = ",\n".join(dumps(_object(result)) for result in results)
    output.write(f"[{objects}]\n")


def _object(result: _CheckResult) -> dict[str, Any]:
    from incident_tui.cli.json_output import valid

    finding = result.finding
    document = result.snapshot.document(finding.location)
    return {
        "file": valid(str(result.path)),
        "line": finding.line,
        "severity": finding.severity,
        "code": finding.code,
        "what": finding.what,
        "advice": finding.advice,
        "id": valid(document.id(finding.entry)) if finding.entry is not None else None,
        "mendable": bool(finding.mend),
        "mended": result.mended,
    }
