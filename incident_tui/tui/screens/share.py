"""The question before a layer is shared: what will be committed, and with which message."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from rich.text import Text
from textual.binding import Binding, BindingType

from incident_tui.format.sanitize import one_line, pluralize
from incident_tui.storage.git.share_sync import SharePlan
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.scroll import ScrollDialog
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.key_guard import KeyGuard

Answer = Literal["commit", "push"]
"""To commit only, or to push as well."""


class Share(ScrollDialog[Answer]):
    """Shows what will be committed; answers how far to go."""

    POPUP = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "commit", "commit", show=False),
        Binding("p", "dismiss('push')", "push", show=False),
        Binding("n", "dismiss", "leave", show=False),
    ]

    def __init__(self, name: str, plan: SharePlan, glyphs: Glyphs, guard: KeyGuard) -> None:
        """`name` is the layer's, harmless."""
        super().__init__(f"Share {name}", glyphs)
        self._plan = plan
        self._guard = guard

    def on_mount(self) -> None:
        """A yes that was typed before the question was seen answers something else."""
        self.guard_key(self._guard, "y")
        self.acting_keys["p"] = "p"

    def content(self) -> Text:
        """The message, the files, and how many commits wait to be pushed."""
        return Text("\n").join(self._lines())

    def _lines(self) -> Iterator[Text]:
        if self._plan.changed:
            subject, *body = self._plan.message.split("\n")
            yield Text(one_line(subject), "bold")
            yield from (Text(one_line(line)) for line in body)
            yield Text()
            yield from (Text(one_line(name)) for name in self._plan.changed)
        else:
            yield Text("All is committed.")
        if self._plan.unpushed:
            yield Text()
            verb = "isn't" if self._plan.unpushed == 1 else "aren't"
            yield Text(f"{pluralize(self._plan.unpushed, 'commit', 'commits')} {verb} pushed yet.")

    def keys(self) -> Keys:
        """The keys that apply now."""
        if not self._plan.changed:
            return [("p", "push"), ("n", "leave it")]
        return [("y", "commit"), ("p", "commit and push"), ("n", "leave it")]

    def action_commit(self) -> None:
        """Answer that it is to be committed, if there is something."""
        if self._plan.changed:
            self.dismiss("commit")
