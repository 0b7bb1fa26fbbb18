"""What others write while the browser is open: noticed by looking, and a loss believed only if it stays.

It knows no screen. A file that is gone keeps its last text; a file that has lost entries may be half written, so it is
looked at once more before it is shown.
"""

from dataclasses import dataclass

from incident_tui.kb.difference import difference
from incident_tui.kb.plain import one_line
from incident_tui.kb.refused import Refused
from incident_tui.storage.base import KnowledgeBase
from incident_tui.storage.reader import Snapshot


@dataclass(frozen=True, slots=True)
class News:
    """What is to be shown, and what to say of it."""

    snapshot: Snapshot | None = None
    """What is on disk now; nothing where it can't be read."""
    told: str = ""
    wrong: bool = False
    """Whether it is bad news."""


class Watch:
    """Looks at a knowledge base again and again."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._doubtful: Snapshot | None = None
        """What was read last, if it has lost entries: it may be half written."""
        self._complaint = ""
        """Why the files can't be read, as it was told last."""

    def forget(self) -> None:
        """What was doubted is of no use any more: the files have been read or written since."""
        self._doubtful = None

    def look(self, shown: Snapshot) -> News | None:
        """What others wrote since `shown` was read; nothing where nothing is to be shown or said."""
        try:
            now = self._base.poll(shown)
        except Refused as refused:
            if str(refused) == self._complaint:
                return None
            self._complaint = str(refused)
            return News(told=self._complaint, wrong=True)
        self._complaint = ""
        now = now or self._doubtful
        if now is None:
            return None
        if not now.exists:
            return self._gone(shown)
        came = difference(shown.live, now.live)
        lost = any(not now.document("archive").find(identity) for identity in came.removed)
        if lost and now is not self._doubtful:
            self._doubtful = now
            return None
        self._doubtful = None
        told = came.told("gone" if lost else "archived")
        return News(now, f"{told} in {one_line(now.live_file.name)} by someone else" if came else "")

    def read(self, shown: Snapshot | None) -> Snapshot:
        """What is on disk now; where the file is gone, its last text stays. Raises `Refused`."""
        self._doubtful = None
        now = self._base.snapshot()
        if now.exists or shown is None or not shown.live.entries:
            return now
        return shown._replace(exists=False)

    def _gone(self, shown: Snapshot) -> News | None:
        if not shown.exists:
            return None
        self._doubtful = None
        told = f"{one_line(shown.live_file.name)} is gone; this is its last text, c writes it again"
        return News(shown._replace(exists=False), told, wrong=True)
