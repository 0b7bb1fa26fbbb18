"""Changes by other programs, found by polling; entries that vanished are believed at the second look.

It knows no screen. A file that is gone keeps its last text; a file that has lost entries may be half written, so it is
looked at once more before it is shown.
"""

from dataclasses import dataclass, replace

from incident_tui.format.edit.diff import EntryDiff, entry_diff
from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import FileSnapshot, Snapshot

NAMED = 3
"""Up to how many changed entries a notice names."""


@dataclass(frozen=True, slots=True)
class ExternalChange:
    """The new snapshot to show, and the notice."""

    snapshot: Snapshot | None = None
    """The present snapshot; None if it can't be read."""
    told: str = ""
    wrong: bool = False
    """Whether it is bad news."""
    diffs: tuple[EntryDiff, ...] = ()
    """Which entries of each live file came, changed and went."""


class FileWatcher:
    """Looks at a knowledge base again and again."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._doubtful: Snapshot | None = None
        """The last snapshot, if it has lost entries: the file may be half written."""
        self._complaint = ""
        """The last error on reading the files."""

    def forget(self) -> None:
        """Drop the doubtful snapshot: the files have been read or written since."""
        self._doubtful = None

    def look(self, displayed: Snapshot) -> ExternalChange | None:
        """Return the changes of others since `displayed` was read; None if there is nothing to show."""
        late = self._library.take_in_late()
        news = self._look(displayed)
        notices = "; ".join(late.notices(ending=False))
        if not notices:
            return news
        return replace(
            news or ExternalChange(), told="; ".join(filter(None, (notices, news.told if news and news.wrong else "")))
        )

    def _look(self, displayed: Snapshot) -> ExternalChange | None:
        try:
            now = self._library.poll(displayed)
        except Refused as refused:
            if str(refused) == self._complaint:
                return None
            self._complaint = str(refused)
            return ExternalChange(told=self._complaint, wrong=True)
        self._complaint = ""
        now = now or self._doubtful
        if now is None:
            return None
        changes = [_FileChange(before, after) for before, after in zip(displayed.files, now.files, strict=True)]
        if any(change.lost for change in changes) and now is not self._doubtful:
            self._doubtful = now
            return None
        self._doubtful = None
        if not any(change.changed for change in changes):
            return None
        message = "; ".join(filter(None, (change.message for change in changes)))
        files = tuple(change.snapshot_file for change in changes)
        wrong = any(change.gone for change in changes)
        return ExternalChange(now._replace(files=files), message, wrong, tuple(change.diff for change in changes))

    def read(self, displayed: Snapshot | None) -> Snapshot:
        """Return the present snapshot; if a file is gone, its last text stays. Raises `Refused`."""
        self._doubtful = None
        now = self._library.snapshot()
        if displayed is None:
            return now
        return now._replace(files=tuple(map(FileSnapshot.with_last_text_of, now.files, displayed.files)))


class _FileChange:
    """The changes of one file and its archive between two polls."""

    def __init__(self, before: FileSnapshot, after: FileSnapshot) -> None:
        self.after = after
        self.gone = before.exists and not after.exists
        self.snapshot_file = after.with_last_text_of(before)
        self.changed = after.exists or self.gone
        self.diff = entry_diff(before.live, self.snapshot_file.live)
        self.lost = any(not after.document("archive").find(identity) for identity in self.diff.removed)
        """Whether entries went that are not in the archive."""

    @property
    def message(self) -> str:
        """The notice of the change; empty if there is none."""
        name = one_line(self.after.live_file.name)
        if self.gone:
            return f"{name} is gone; this is its last text{'' if self.after.name else ', c writes it again'}"
        counts = self.diff.describe("gone" if self.lost else "archived")
        return f"{counts} in {name} by someone else: {self._names()}" if counts else ""

    def _names(self) -> str:
        """The entries: one by its name, several by their references, and how many there are beyond those."""
        identities = (*self.diff.added, *self.diff.changed, *self.diff.removed)
        if len(identities) == 1:
            return identities[0].label
        named = [identity.short_label for identity in identities[:NAMED]]
        more = len(identities) - len(named)
        return ", ".join(named) + (f" and {more} more" if more else "")
