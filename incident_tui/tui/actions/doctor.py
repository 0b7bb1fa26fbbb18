"""The doctor: what is wrong in the files, and what mends it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui import clock
from incident_tui.format.model.located import EntryKey
from incident_tui.format.sanitize import one_line, pluralize
from incident_tui.storage.snapshot import BIG, Snapshot
from incident_tui.storage.user.history import new_id
from incident_tui.tui.actions.duplicates import DuplicateActions
from incident_tui.tui.actions.editor import EditorActions
from incident_tui.tui.actions.items import ItemActions
from incident_tui.tui.background.run import run_in_background
from incident_tui.tui.session import Result
from incident_tui.tui.status_text import NAMED
from incident_tui.tui.widgets.key_bar import KeyBar, Severity

if TYPE_CHECKING:
    from datetime import date

    from incident_tui.format.check.finding import Finding
    from incident_tui.storage.snapshot import FileSnapshot


class DoctorActions(EditorActions, ItemActions, DuplicateActions):
    """Actions that find faults and mend them."""

    def action_doctor(self) -> None:
        """Check the files in a thread, as many entries take time, and show the findings."""
        snapshot = self.full_snapshot
        if snapshot is None:
            return
        from incident_tui.insights.size import size
        from incident_tui.search.duplicates import near_duplicate_findings
        from incident_tui.storage.disk_findings import disk_findings
        from incident_tui.tui.screens.doctor import Doctor

        def chosen(finding: "Finding | None") -> None:
            if finding is not None:
                self._go_to_finding(finding)

        def show(findings: "Sequence[Finding]", sizes: str) -> None:
            self.query_one(KeyBar).forget()
            files = [_file(snapshot, finding) for finding in findings]
            doctor = Doctor(findings, files, sizes, self._mend, self._edit_at, self._review_pairs_of, self.glyphs)
            self.app.push_screen(doctor, chosen)

        def run_checks() -> None:
            today = clock.today()
            near = near_duplicate_findings(list(zip(snapshot.names, snapshot.contents, strict=True)), today)
            findings = _checked(snapshot, near)
            for file in snapshot.files:
                findings += [finding._replace(base=file.name) for finding in disk_findings(file)]
            sized = [file for file in snapshot.files if file.exists] or snapshot.files
            self.app.call_from_thread(show, findings, sizes(sized, today))

        def sizes(files: "Sequence[FileSnapshot]", today: "date") -> str:
            """Each file's size; of more than the title names one by one their sum, lest it take the whole screen."""
            stale_days = self.settings.stale_days
            if len(files) > NAMED:
                return f"{len(files)} files: {size([file.contents for file in files], today, stale_days)}"
            names = [f"{file.name}: " if file.name else "" for file in files]
            each = [size([file.contents], today, stale_days) for file in files]
            return "; ".join(map(str.__add__, names, each))

        self.tell("looking" + self.glyphs.ellipsis)
        self.run_worker(run_checks, thread=True, exclusive=True, group="doctor")

    def _mend(self, finding: "Finding") -> tuple[str, Severity]:
        """Mend what a finding is about, as one change to be undone. Says what was done, or why not."""
        group, result = f"check {new_id()}", Result()
        for edit in finding.mend:
            own = edit._replace(target=edit.target._replace(file_index=self._part(finding)))
            with self.model.preserving_selection():
                result = self.session.edit([own], group)
                self.present(result)
            if result.refused:
                break
        return result.notice, "refused" if result.refused else "done"

    def _edit_at(self, finding: "Finding") -> None:
        """Open the editor at a finding's line, then say what is still wrong."""

        def edit() -> None:
            self.edit_file(self._part(finding), finding.location, finding.line)
            self.action_doctor()

        self.call_after_refresh(edit)

    def _review_pairs_of(self, finding: "Finding") -> None:
        """Review duplicates, those of a finding's entry first."""
        self.call_after_refresh(self.review_duplicates, finding.entry)

    def hint_at_errors(self) -> None:
        """Say how many errors there are. Many megabytes are not checked unasked."""
        snapshot = self.model.snapshot
        if snapshot is not None and sum(len(file.live.data) for file in snapshot.files) <= BIG:
            run_in_background(self, partial(_errors, snapshot), self._tell_errors)

    def _tell_errors(self, count: int) -> None:
        bar = self.query_one(KeyBar)
        if count and bar.notice in ("", self.start_notice):
            errors = f"{pluralize(count, 'error', 'errors')} in {'these files' if self._several else 'this file'}"
            how = f"{self.key('palette')}, then doctor"
            self.tell("; ".join(filter(None, (bar.notice, f"{errors} ({how})"))))

    @property
    def _several(self) -> bool:
        return self.model.snapshot is not None and len(self.model.snapshot.files) > 1

    def _part(self, finding: "Finding") -> int:
        """Which of several files a finding is in."""
        return self.model.snapshot.names.index(finding.base) if self.model.snapshot is not None else 0

    def _go_to_finding(self, finding: "Finding") -> None:
        """Put the cursor on the entry in which something is wrong, and say what."""
        entry, snapshot = finding.entry, self.model.snapshot
        if entry is None or snapshot is None:
            return
        file_index = self._part(finding)
        entries = snapshot.files[file_index].document(finding.location).find(entry.identity)
        if not entries:
            self.refuse(f"{entry.label} no longer exists")
            return
        nth = next((at for at, candidate in enumerate(entries) if candidate.raw == entry.raw), 0)
        self.follow(EntryKey(finding.location, entry.identity, nth, file_index))
        self.to_list()
        self.tell(f"line {finding.line}: {finding.what}")


def _checked(snapshot: Snapshot, more: "Sequence[Finding]" = ()) -> "list[Finding]":
    """What is wrong in the texts, and `more` among that."""
    from incident_tui.format.check import check

    layered = {file.name for file in snapshot.files if file.layer}
    return check(list(zip(snapshot.names, snapshot.contents, strict=True)), clock.today(), layered, more)


def _errors(snapshot: Snapshot) -> int:
    """How many errors there are in the texts."""
    return sum(finding.severity == "error" for finding in _checked(snapshot))


def _file(snapshot: Snapshot, finding: "Finding") -> str:
    """How the screen names a finding's file."""
    if finding.file:
        return one_line(Path(finding.file).name)
    file = snapshot.files[snapshot.names.index(finding.base)]
    return one_line(file.live_file.name if finding.location == "live" else file.contents.archive_link)
