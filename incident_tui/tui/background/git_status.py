"""The git status of the files, polled in a thread."""

from collections.abc import Callable
from pathlib import Path

from textual.message_pump import MessagePump

from incident_tui.storage.disk.atomic_file import Signature, signature
from incident_tui.storage.git import repository
from incident_tui.storage.git.repository import GitStatus
from incident_tui.storage.git.work_trees import git_statuses
from incident_tui.storage.library import Library
from incident_tui.tui.background.run import run_in_background

GitStatuses = list[tuple[str, GitStatus]]
"""Where each work tree stands, with the layer that is in it."""


class GitStatusWatcher:
    """Asks git about a knowledge base's files, and hands each answer on. Never two questions at a time."""

    def __init__(self, screen: MessagePump, library: Library, answered: Callable[[GitStatuses], object]) -> None:
        self._screen = screen
        self._library = library
        self._callback = answered
        self._asking = False
        self._outdated = False
        """Whether something has happened since git was asked."""
        self._ref_files: tuple[Path, ...] = ()
        self._signatures_at_status: list[Signature | None] = []
        """How these files were when git was asked last."""

    def look(self) -> None:
        """Ask; if git is asked already, once more when it has answered."""
        self._outdated = self._asking
        if not self._asking:
            self._asking = True
            run_in_background(self._screen, self._ask, self._answered)

    def glance(self) -> None:
        """Ask again if another branch was checked out, or something committed: that costs a look at two files."""
        if self._ref_files and not self._asking and self._signatures() != self._signatures_at_status:
            self.look()

    def _signatures(self) -> list[Signature | None]:
        signatures: list[Signature | None] = []
        for path in self._ref_files:
            try:
                signatures.append(signature(path))
            except OSError:
                signatures.append(None)
        return signatures

    def _ask(self) -> GitStatuses:
        files = self._library.knowledge_bases
        folders = dict.fromkeys(file.live_file.parent for file in files)
        self._ref_files = self._ref_files or tuple(
            path for folder in folders for path in repository.ref_paths(folder / "incidents.md")
        )
        self._signatures_at_status = self._signatures()
        return git_statuses(
            [file.live_file for file in files], [file.archive_file for file in files], self._library.layers
        )

    def _answered(self, status: GitStatuses) -> None:
        self._asking = False
        if self._outdated:
            self.look()
        else:
            self._callback(status)
