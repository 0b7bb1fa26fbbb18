"""The check of a knowledge base: documents and a date in, findings out. It reads no file.

A finding is something that a person who looks at the line would agree with; what may be meant so is none. A template
in a comment, for one, holds entries that are examples.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date

from incident_tui.format.check import clean_up, duplicates, hidden_entries, metadata, stray_lines
from incident_tui.format.check.checked_file import CheckedFile
from incident_tui.format.check.finding import Finding
from incident_tui.format.model.contents import Contents

_FILE_CHECKS: tuple[Callable[[CheckedFile], Iterator[Finding]], ...] = (
    hidden_entries.findings,
    stray_lines.findings,
    duplicates.same_heading,
    metadata.findings,
)
"""The checks that look at one file; `check` calls those that compare several."""


def check(
    bases: Sequence[tuple[str, Contents]], today: date, layered: Collection[str] = (), more: Sequence[Finding] = ()
) -> list[Finding]:
    """All findings, knowledge base by knowledge base (each with its name), the live file first, by line.

    `layered` are the names of those that are of a layer of a memory, which has a clean-up; `more` are findings of
    others, to be put among these.
    """
    findings = list(more)
    live_files = [(name, CheckedFile(base, "live", today)) for name, base in bases]
    for name, live in live_files:
        archive = CheckedFile(live.contents, "archive", today)
        of_base = [finding for file in (live, archive) for find in _FILE_CHECKS for finding in find(file)]
        of_base += duplicates.live_vs_archive(live, archive)
        of_base += duplicates.same_reference(live, archive)
        findings += [finding._replace(base=name) for finding in of_base]
    findings += duplicates.across_files(live_files)
    for name, live in live_files:
        if name in layered and live.contents.file_name in clean_up.FILES:
            findings += [finding._replace(base=name) for finding in clean_up.findings(live)]
    names = [name for name, _ in bases]

    def order(finding: Finding) -> tuple[int, bool, int]:
        return names.index(finding.base), finding.location == "archive", finding.line

    return sorted(findings, key=order)
