"""The check of a knowledge base: documents and a date in, findings out. It reads no file.

A finding is something that a person who looks at the line would agree with; what may be meant so is none. A template
in a comment, for one, holds entries that are examples.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from incident_tui.format.check import clean_up, duplicates, hidden_entries, metadata, stray_lines
from incident_tui.format.check.context import CheckedFile
from incident_tui.format.check.finding import Finding
from incident_tui.format.model.contents import Contents


def check(bases: Sequence[tuple[str, Contents]], today: date, layered: Collection[str] = ()) -> list[Finding]:
    """All findings, knowledge base by knowledge base (each with its name), the live file first, by line.

    `layered` are the names of those that are of a layer of a memory, which has a clean-up.
    """
    findings = [finding._replace(base=name) for name, base in bases for finding in _of(base, today)]
    findings += duplicates.across_files(bases)
    for name, base in bases:
        if name in layered and base.pointer.rpartition("/")[2] in clean_up.FILES:
            findings += [finding._replace(base=name) for finding in clean_up.findings(CheckedFile(base, "live"))]
    names = [name for name, _ in bases]

    def order(finding: Finding) -> tuple[int, bool, int]:
        return names.index(finding.base), finding.location == "archive", finding.line

    return sorted(findings, key=order)


def _of(base: Contents, today: date) -> Iterator[Finding]:
    live, archive = CheckedFile(base, "live"), CheckedFile(base, "archive")
    for file in (live, archive):
        yield from hidden_entries.findings(file)
        yield from stray_lines.findings(file)
        yield from duplicates.same_heading(file)
        yield from metadata.findings(file, today)
    yield from duplicates.live_vs_archive(live, archive)
