"""The doctor: what is wrong in the files, and what mends it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui import clock
from incident_tui.format.model.located import EntryKey
from incident_tui.format.sanitize import one_line
from incident_tui.storage.snapshot import Snapshot
from incident_tui.storage.user.history import new_id
from incident_tui.tui.actions.items import ItemActions
from incident_tui.tui.session import Result
from incident_tui.tui.widgets.key_bar import KeyBar, Severity

if TYPE_CHECKING:
    from incident_tui.format.check.finding import Finding


class DoctorActions(ItemActions):
    """Actions that find faults and mend them."""

    def action_doctor(self) -> None:
        """Check the files in a thread, as many entries take time, and show the findings."""
        snapshot = self.full_snapshot
        if snapshot is None:
            return
        from incident_tui.format.check import check
        from incident_tui.insights.size import size
        from incident_tui.storage.disk.disk_findings import disk_findings
        from incident_tui.tui.screens.doctor import Doctor

        def chosen(finding: "Finding | None") -> None:
            if finding is not None:
                self._go_to_finding(finding)

        def show(findings: "Sequence[Finding]", sizes: str) -> None:
            self.query_one(KeyBar).forget()
            files = [_file(snapshot, finding) for finding in findings]
            self.app.push_screen(Doctor(findings, files, sizes, self._mend, self.marks), chosen)

        def run_checks() -> None:
            today = clock.today()
            layered = {file.name for file in snapshot.files if file.layer}
            findings = check(list(zip(snapshot.names, snapshot.contents, strict=True)), today, layered)
            for file in snapshot.files:
                findings += [finding._replace(base=file.name) for finding in disk_findings(file)]
            sized = [file for file in snapshot.files if file.exists] or snapshot.files
            sizes = [size(file.contents, today, self.settings.stale_days) for file in sized]
            names = [f"{file.name}: " if file.name else "" for file in sized]
            self.app.call_from_thread(show, findings, "; ".join(map(str.__add__, names, sizes)))

        self.tell("looking" + self.marks.ellipsis)
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


def _file(snapshot: Snapshot, finding: "Finding") -> str:
    """How the screen names a finding's file."""
    if finding.file:
        return one_line(Path(finding.file).name)
    file = snapshot.files[snapshot.names.index(finding.base)]
    return one_line(file.live_file.name if finding.location == "live" else file.contents.pointer)
