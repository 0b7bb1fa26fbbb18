"""Checks for duplicate entries, and for entries that are in the wrong one of the two files, or in both."""

from collections.abc import Iterator, Sequence

from incident_tui.format.check.checked_file import CheckedFile
from incident_tui.format.check.finding import Finding
from incident_tui.format.edit.archiving import counterparts, original
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Rewrite
from incident_tui.format.model.entry import Entry, Identity
from incident_tui.format.model.located import Target
from incident_tui.format.read.resolve import all_entries, preferred
from incident_tui.format.sanitize import one_line


def same_heading(file: CheckedFile) -> Iterator[Finding]:
    """Entries with the heading of one before them; under conflict markers that is the conflict's own."""
    first_entries: dict[Identity, Entry] = {}
    for entry in file.document.entries:
        first = first_entries.setdefault(entry.identity, entry)
        if first is not entry and file.document.conflict(entry) is None:
            same = "and the same text" if first.raw.rstrip() == entry.raw.rstrip() else "but another text"
            problem = f"{entry.label} has the heading of the entry in line {file.line(first.start)}, {same}"
            advice = (
                "take one out in an editor"
                if same.startswith("and")
                else "put them together, or give one another heading"
            )
            yield file.finding("same-heading", "error", entry.start, problem, advice)


def live_vs_archive(live: CheckedFile, archive: CheckedFile) -> Iterator[Finding]:
    """Entries in both files, and summaries whose full text is in neither."""
    for archived, entries, copy in counterparts(live.contents):
        if copy is not None:
            yield _interrupted(live, archive, copy, archived)
            continue
        others = [entry for entry in entries if (entry.state, archived.state) != ("summarized", "full")]
        if others:
            entry = others[0]
            where = f"line {archive.line(archived.start)} of the archive"
            problem = f"{entry.label} is in {where} as well, with another text"
            yield live.finding("two-texts", "error", entry.start, problem, "keep what is right in one of the two files")
    full_texts = {entry.timestamp: entry for entry in archive.document.entries if entry.state == "full"}
    for entry in live.document.entries if live.contents.archive_known else ():
        if entry.state == "summarized" and original(archive.document, entry) is None:
            yield _without_original(live, archive, entry, full_texts.get(entry.timestamp))


def same_reference(live: CheckedFile, archive: CheckedFile) -> Iterator[Finding]:
    """Entries with the reference of another one, in either file, except where the heading or the moment is the same."""
    first_entries: dict[str, tuple[CheckedFile, Entry]] = {}
    by_file = {file.location: file for file in (live, archive)}
    for located in preferred(all_entries(live.contents), "live"):
        file, entry = by_file[located.location], located.entry
        if entry.ref is None or file.document.conflict(entry) is not None:
            continue
        first_file, first = first_entries.setdefault(entry.ref, (file, entry))
        same = entry.identity == first.identity if first_file is file else entry.timestamp == first.timestamp
        if not same:
            where = " of the live file" if first_file is not file else ""
            problem = f"{entry.label} has the reference of {first.label} in line {first_file.line(first.start)}{where}"
            advice = f"give one of them another reference, for {entry.ref} names neither"
            yield file.finding("same-reference", "warning", entry.start, problem, advice)


def across_files(live_files: Sequence[tuple[str, CheckedFile]]) -> Iterator[Finding]:
    """Entries with the heading of one in another of these files, each with its knowledge base's name."""
    base_names: dict[Identity, str] = {}
    for name, file in live_files:
        for entry in file.document.entries:
            other = base_names.setdefault(entry.identity, name)
            if other != name:
                problem = f"{entry.label} is in {one_line(other)} as well"
                advice = "keep it in one of them, unless both shall have it"
                yield file.finding("two-files", "note", entry.start, problem, advice)._replace(base=name)


def _interrupted(live: CheckedFile, archive: CheckedFile, entry: Entry, archived: Entry) -> Finding:
    """To write the live entry as it is takes the copy out, as every change of it does."""
    problem = f"{entry.label} is in line {archive.line(archived.start)} of the archive as well: a move was interrupted"
    mend: tuple[Edit, ...] = ()
    if entry.raw.rstrip() == archived.raw.rstrip() and live.document.conflict(entry) is None:
        mend = (Edit(Target.of("live", entry), Rewrite(entry.raw)),)
    advice = "archive it again, or change it in any way: the copy in the archive then goes"
    return live.finding("interrupted-move", "warning", entry.start, problem, advice, mend)


def _without_original(live: CheckedFile, archive: CheckedFile, entry: Entry, near: Entry | None) -> Finding:
    """`near` is a full text of the same timestamp, if the archive has one."""
    if near is not None:
        line = archive.line(near.start)
        problem = f"the full text of {entry.label} has another heading in the archive (line {line})"
        return live.finding("no-original", "error", entry.start, problem, "give both the same heading")
    problem = f"the full text of {entry.label} is not in {one_line(live.contents.archive_link)}"
    advice = "bring it back from git or a backup, or take (summarized) out of the heading"
    return live.finding("no-original", "error", entry.start, problem, advice)
