"""Where the files stand in git, asked again and again, beside the screen."""

from collections.abc import Callable

from textual.message_pump import MessagePump

from incident_tui.storage import git
from incident_tui.storage.git import Standing
from incident_tui.storage.library import Library
from incident_tui.tui.beside import beside


class Standings:
    """Asks git about a knowledge base's files, and hands each answer on. Never two questions at a time."""

    def __init__(self, screen: MessagePump, base: Library, answered: Callable[[Standing | None], object]) -> None:
        self._screen = screen
        self._base = base
        self._hand_on = answered
        self._asking = False
        self._outdated = False
        """Whether something has happened since git was asked."""

    def look(self) -> None:
        """Ask; if git is asked already, once more when it has answered."""
        self._outdated = self._asking
        if not self._asking:
            self._asking = True
            beside(self._screen, self._ask, self._answered)

    def _ask(self) -> Standing | None:
        bases = self._base.bases
        return git.standing([base.live_file for base in bases], [base.archive_file for base in bases])

    def _answered(self, standing: Standing | None) -> None:
        self._asking = False
        if self._outdated:
            self.look()
        else:
            self._hand_on(standing)
