"""Changes by other programs, found by polling; entries that vanished are believed at the second look.

It knows no screen. A file that is gone keeps its last text; a file that has lost entries may be half written, so it is
looked at once more before it is shown.
"""

from dataclasses import dataclass, replace

from incident_tui.format.edit.diff import entry_diff
from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import FileSnapshot, Snapshot


@dataclass(frozen=True, slots=True)
class ExternalChange:
    """What is to be shown, and what to say of it."""

    snapshot: Snapshot | None = None
    """What is on disk now; nothing where it can't be read."""
    told: str = ""
    wrong: bool = False
    """Whether it is bad news."""


class FileWatcher:
    """Looks at a knowledge base again and again."""

    def __init__(self, base: Library) -> None:
        self._base = base
        self._doubtful: Snapshot | None = None
        """What was read last, if it has lost entries: it may be half written."""
        self._complaint = ""
        """Why the files can't be read, as it was told last."""

    def forget(self) -> None:
        """What was doubted is of no use any more: the files have been read or written since."""
        self._doubtful = None

    def look(self, displayed: Snapshot) -> ExternalChange | None:
        """What others wrote since `displayed` was read; nothing where nothing is to be shown or said."""
        late = self._base.take_in_late()
        news = self._look(displayed)
        notices = "; ".join(late.notices(ending=False))
        if not notices:
            return news
        return replace(
            news or ExternalChange(), told="; ".join(filter(None, (notices, news.told if news and news.wrong else "")))
        )

    def _look(self, displayed: Snapshot) -> ExternalChange | None:
        try:
            now = self._base.poll(displayed)
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
        return ExternalChange(now._replace(files=files), message, wrong=any(change.gone for change in changes))

    def read(self, displayed: Snapshot | None) -> Snapshot:
        """What is on disk now; where the file is gone, its last text stays. Raises `Refused`."""
        self._doubtful = None
        now = self._base.snapshot()
        if displayed is None:
            return now
        return now._replace(files=tuple(map(FileSnapshot.with_last_text_of, now.files, displayed.files)))


class _FileChange:
    """What became of one file and its archive between two looks."""

    def __init__(self, before: FileSnapshot, after: FileSnapshot) -> None:
        self.after = after
        self.gone = before.exists and not after.exists
        self.snapshot_file = after.with_last_text_of(before)
        self.changed = after.exists or self.gone
        self._diff = entry_diff(before.live, self.snapshot_file.live)
        self.lost = any(not after.document("archive").find(identity) for identity in self._diff.removed)
        """Whether entries went that are not in the archive."""

    @property
    def message(self) -> str:
        """What there is to say of it."""
        name = one_line(self.after.live_file.name)
        if self.gone:
            return f"{name} is gone; this is its last text{'' if self.after.name else ', c writes it again'}"
        counts = self._diff.describe("gone" if self.lost else "archived")
        return f"{counts} in {name} by someone else" if counts else ""
