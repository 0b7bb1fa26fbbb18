"""What is wrong with a knowledge base's files as files: an archive that is the live file, what a crash has left, a
merge driver that git doesn't know, and an archive that git doesn't have."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from incident_tui.format.check.finding import Finding
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Rewrite
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import LOCATIONS, Location
from incident_tui.format.model.located import Target
from incident_tui.format.sanitize import one_line
from incident_tui.storage.disk import late_writes
from incident_tui.storage.disk.journal import journal_file
from incident_tui.storage.git import repository
from incident_tui.storage.snapshot import FileSnapshot


def disk_findings(file: FileSnapshot) -> Iterator[Finding]:
    """All findings for which one must look beyond the two files."""
    yield from _same_file(file)
    for location in LOCATIONS:
        yield from _journals(file, location)
        yield from _late_texts(file, location)
    yield from _driver(file.live_file)
    yield from _archive_in_git(file)


def _same_file(file: FileSnapshot) -> Iterator[Finding]:
    with suppress(OSError):
        if file.live_file.samefile(file.archive_file):
            problem = f"its archive {one_line(str(file.archive_file))} is the same file by another name"
            advice = "see that the archive is a file of its own; nothing can be changed before"
            yield Finding("same-file", "error", "live", 1, problem, advice)


def _journals(file: FileSnapshot, location: Location) -> Iterator[Finding]:
    path = file.path(location)
    journal = journal_file(path)
    if os.path.lexists(journal):
        problem = (
            "a recovery journal: a crash has interrupted a change, and what was half written is read as it was before"
        )
        advice = "the next change finishes it and takes the journal away; if it stays, someone else has put it there"
        yield Finding("journal", "error", location, 1, problem, advice, mend=_no_change(file), file=str(journal))
    start, end = f"{journal.name}.", ".unfit"
    for name in sorted(_names(path.parent)):
        if name.startswith(start) and name.endswith(end):
            problem = "a recovery journal that no longer fitted the file and was set aside"
            advice = "see that nothing is missing in the file, and delete it"
            yield Finding("journal", "note", location, 1, problem, advice, file=str(path.with_name(name)))


def _late_texts(file: FileSnapshot, location: Location) -> Iterator[Finding]:
    path = file.path(location)
    for predecessor in late_writes.predecessors(path):
        problem = "an earlier text of the file, to which another program may have appended after it was replaced"
        advice = "the next change puts in what came and takes it away; if it stays, a program still has it open"
        mend = _no_change(file)
        yield Finding("late-text", "warning", location, 1, problem, advice, mend=mend, file=str(predecessor))
    for overwritten in late_writes.overwritten(path):
        problem = "a text that another program wrote over one that had been replaced: it is not in the file"
        advice = "take from it what is missing in the file, and delete it"
        yield Finding("late-text", "warning", location, 1, problem, advice, file=str(overwritten))


def _no_change(file: FileSnapshot) -> tuple[Edit, ...]:
    """A change that alters nothing: like any, it finishes what was under way in either file."""
    entry = next(iter(file.live.entries), None)
    if entry is None or file.live.conflict(entry) is not None:
        return ()
    return (Edit(Target.of("live", entry), Rewrite(entry.raw)),)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names, of any bytes
    except OSError:
        return []


def _archive_in_git(file: FileSnapshot) -> Iterator[Finding]:
    """What others don't have of an archive whose live file they have."""
    path = file.archive_file
    if file.archive is None:
        return
    try:
        top = repository.work_tree(path)
        if top is None or not repository.git_text(top, "ls-files", "-z", "--", str(file.live_file)):
            return
        if not repository.git_text(top, "ls-files", "-z", "--", str(path)):
            what = "the archive isn't in git, but its live file is: nobody else has what was archived"
            advice = f"git add {one_line(str(path))}, or `incident-tui share`"
            yield Finding("archive-untracked", "warning", "archive", 1, what, advice, file=str(path))
            return
        upstream = repository.git_text(top, "rev-parse", "--abbrev-ref", "@{upstream}")
        if upstream and repository.git_text(top, "diff", "--name-only", upstream, "--", str(path)):
            what = f"the archive isn't as it is on {one_line(upstream)}, as of the last fetch"
            advice = "commit and push it (`incident-tui share --push`), or get what others pushed (`incident-tui sync`)"
            yield Finding("archive-unpushed", "note", "archive", 1, what, advice, file=str(path))
    except Refused:
        return  # no git, no upstream, or a work tree that it doesn't read, which is told elsewhere


def _driver(path: Path) -> Iterator[Finding]:
    """The attributes that name the driver are cloned; the setting that says what it is, is not."""
    try:
        top = repository.work_tree(path)
    except repository.NoGit:
        return
    except Refused as refused:
        problem = f"git can't be asked whether the merge driver is set up; {refused}"
        yield Finding("driver", "note", "live", 1, problem, "see that git reads this work tree", file=str(path))
        return
    if top is None:
        return
    attributes = top / repository.ATTRIBUTES
    try:
        lines = attributes.read_bytes().splitlines()
    except OSError:
        return
    naming = [number for number, line in enumerate(lines, 1) if f"merge={repository.DRIVER}".encode() in line.split()]
    if naming and not repository.git_answer(top, "config", f"merge.{repository.DRIVER}.driver"):
        problem = "the merge driver is named here, but not in the settings of this clone: git merges line by line"
        advice = "run `incident-tui git-setup` in this clone"
        yield Finding("driver", "warning", "live", naming[0], problem, advice, file=str(attributes))
