"""Sharing the layer of the entry under the cursor by git. git works beside the screen, one thing at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from rich.cells import cell_len

from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line
from incident_tui.storage.library import Library
from incident_tui.tui.actions.base import BrowserActions
from incident_tui.tui.background.run import run_in_background
from incident_tui.tui.preferences import Settings
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard
from incident_tui.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from incident_tui.storage.git.share_sync import SharePlan
    from incident_tui.tui.background.git_status import GitStatusWatcher
    from incident_tui.tui.screens.share import Answer

Answered = TypeVar("Answered")


class _Layer(NamedTuple):
    """The files of a layer that are in one work tree."""

    name: str
    top: Path
    file_indexes: tuple[int, ...]


class ShareActions(BrowserActions):
    """Actions on a layer's work tree."""

    def __init__(self, library: Library, glyphs: Glyphs, guard: KeyGuard, settings: Settings) -> None:
        super().__init__(library, glyphs, guard, settings)
        self._git_works = False
        self.git_status: GitStatusWatcher | None = None
        """Looks where the files stand in git, once the screen is up."""

    def action_share(self) -> None:
        """Show what isn't committed of the layer, and ask whether to commit it, and to push it."""
        library, snapshot = self.session.library, self.full_snapshot
        if snapshot is None:
            return
        from incident_tui.storage.git.share_sync import changes_made, plan_share

        file_index = self._file_index
        # The histories are this thread's.
        changes_by_file = {index: changes_made(library, [index]) for index in self._layer_files(file_index)}

        def plan() -> "tuple[_Layer, SharePlan]":
            layer = self._layer(file_index)
            files = [snapshot.files[index] for index in layer.file_indexes]
            with _named(layer.name):
                return layer, plan_share(
                    layer.top, files, [each for index in layer.file_indexes for each in changes_by_file[index]]
                )

        self._ask_git(plan, lambda planned: self._ask_to_share(*planned))

    def _ask_to_share(self, layer: _Layer, plan: "SharePlan") -> None:
        self.query_one(KeyBar).forget()
        if not (plan.changed or plan.unpushed):
            self.tell(f"{layer.name}: nothing to commit")
            return
        if not self.is_current:
            self.refuse(f"{layer.name}: nothing was shared, for something else was opened meanwhile")
            return
        from incident_tui.tui.dialogs.confirm import ConfirmDialog
        from incident_tui.tui.screens.share import Share

        def ask(yes: bool | None = True) -> None:
            if yes:
                self.app.push_screen(Share(layer.name, plan, self.glyphs, self.guard), answered)

        def answered(answer: "Answer | None") -> None:
            if answer is not None:
                self._commit(layer, plan, push=answer == "push")

        if not plan.suspects:
            ask()
            return
        lines = [f"{line.kind}: {one_line(line.text)}" for _, line in plan.suspects]
        question = f"Others read {layer.name}, and this looks like a secret:\n\n" + "\n".join(lines)
        self.app.push_screen(
            ConfirmDialog("Share a secret?", question, "share it all the same", self.glyphs, self.guard), ask
        )

    def _commit(self, layer: _Layer, plan: "SharePlan", push: bool) -> None:
        from incident_tui.storage.git import share_sync

        def share() -> str:
            with _named(layer.name):
                message = share_sync.commit(plan) if plan.changed else ""
            with _named(", ".join(filter(None, (f"{layer.name}: {message}" if message else layer.name, "not pushed")))):
                pushed = share_sync.push(layer.top) if push else ""
            return f"{layer.name}: {', '.join(filter(None, (message, pushed)))}"

        self._ask_git(share, self.tell)

    def action_sync(self) -> None:
        """Fetch and merge what others pushed to the layer."""
        if self.full_snapshot is None:
            return
        from incident_tui.storage.git import share_sync

        file_index = self._file_index

        def sync() -> str:
            layer = self._layer(file_index)
            with _named(layer.name):
                incoming = share_sync.fetch(layer.top)
                merged = share_sync.merge(layer.top, incoming)
            hint = f"; {share_sync.NO_DRIVER}" if incoming.commits and not incoming.by_entry else ""
            return f"{layer.name}: {merged}{hint}"

        def synced(told: str) -> None:
            self.present(self.session.reload())
            self.tell(told)

        self._ask_git(sync, synced)

    def _refuse_whole(self, message: str) -> None:
        """Say what was not done, and why; where the line at the foot is too short for it, in a popup."""
        self.refuse(message)
        if cell_len(message) > self.size.width - 2 and self.is_current:
            from incident_tui.tui.dialogs.message import MessageDialog

            self.app.push_screen(MessageDialog("git", message, self.glyphs))

    @property
    def _file_index(self) -> int:
        """The file whose layer is meant: the one of the entry under the cursor, else the first."""
        return self.model.current.file_index if self.model.current is not None else 0

    def _layer_files(self, file_index: int) -> list[int]:
        """The indexes of all files of a file's layer."""
        layers = self.session.library.layers
        return [index for index, layer in enumerate(layers) if layer == layers[file_index]]

    def _layer(self, file_index: int) -> _Layer:
        """The work tree of a file, with all files of its layer that are in it. Raises `Refused`."""
        from incident_tui.storage.git.work_trees import work_trees

        library, indexes = self.session.library, self._layer_files(file_index)
        bases, layer = library.knowledge_bases, library.layers[file_index]
        for tree in work_trees([bases[index].live_file for index in indexes])[0]:
            files = tuple(indexes[index] for index in tree.file_indexes)
            if file_index in files:
                return _Layer(one_line(layer or tree.top.name), tree.top, files)
        raise Refused(f"{one_line(layer) or 'this file'} is in no git work tree")

    def _ask_git(self, work: Callable[[], Answered], then: Callable[[Answered], object]) -> None:
        """Let git work in a thread of its own, and go on with its answer; one line says what it refuses."""
        if self._git_works:
            self.refuse("git is at work already; wait for its answer")
            return
        if not self.session.library.writable:
            self.refuse("nothing can be shared: it was opened with --read-only")
            return

        def answer() -> "Answered | Refused":
            try:
                return work()
            except Refused as refused:
                return refused

        def answered(result: "Answered | Refused") -> None:
            self._git_works = False
            if isinstance(result, Refused):
                self.present(self.session.reload())  # a merge may have been left half done
                self._refuse_whole(one_line(str(result)))
            else:
                then(result)
            if self.git_status is not None:
                self.git_status.look()

        self._git_works = True
        self.tell("asking git" + self.glyphs.ellipsis)
        run_in_background(self, answer, answered)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Put a name before what is refused."""
    try:
        yield
    except Refused as refused:
        raise Refused(f"{name}: {refused}") from None
