"""The doctor: what is wrong in the files, line by line, and what to do about it."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from incident_tui.format.check.finding import SEVERITIES, Finding
from incident_tui.format.sanitize import pluralize
from incident_tui.render.layout import wrapped
from incident_tui.tui.dialogs.choice_list import ChoiceList
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.choices import Choices, Line
from incident_tui.tui.widgets.key_bar import KeyBar, Severity

_LOOKS = {"error": "remove", "warning": "mark", "note": "dim", "mended": "add"}


class Doctor(ChoiceList[Finding]):
    """Findings to be gone to, or mended; answers with the one whose entry is to be shown.

    What was mended stays where it is until the doctor is left, and says so.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+c", "dismiss", "back", show=False),
        Binding("enter", "go", "go there", show=False),
        Binding("ctrl+s", "mend", "mend", show=False),
    ]

    def __init__(
        self,
        found: Sequence[Finding],
        files: Sequence[str],
        told: str,
        mend: Callable[[Finding], tuple[str, Severity]],
        marks: Glyphs,
    ) -> None:
        """`files` are the names of the findings' files, harmless; `told` says how much there is; `mend` writes at once
        and says what it did.
        """
        super().__init__()
        self.marks = marks
        self._found = found
        self._files = files
        self._told = told
        self._mend = mend
        self._mended: set[int] = set()

    def compose(self) -> ComposeResult:
        """How much is wrong, how much there is, the findings, the keys."""
        with Vertical(classes="dialog"):
            yield Static("", classes="dialog-title", markup=False)
            yield Static(self._told, id="size", markup=False)
            yield Choices(self.marks)
            yield KeyBar(self.marks)

    def on_mount(self) -> None:
        """Put the cursor on the first finding."""
        self._count()
        if self._found:
            keys = [("Enter", "go to it"), ("^s", "mend"), ("j k", "move"), ("Esc", "back")]
            self.query_one(KeyBar).show(keys)
            self.query_one(Choices).show([], 0)
        else:
            self.query_one(KeyBar).show([("Esc", "back")])

    def on_resize(self) -> None:
        """Texts are wrapped at the width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        choices = self.query_one(Choices)
        choices.show(list(self._lines()), choices.chosen)

    def _count(self) -> None:
        """What is left, by severity."""
        left = [one.severity for number, one in enumerate(self._found) if number not in self._mended]
        told = [pluralize(left.count(name), name, f"{name}s") for name in SEVERITIES if name in left]
        self.query_one(".dialog-title", Static).update(f"Doctor: {', '.join(told) or 'nothing is wrong'}")

    def _lines(self) -> Iterator[Line]:
        """Each file above its findings."""
        for number, file in enumerate(self._files):
            if number == 0 or self._files[number - 1] != file:
                if number:
                    yield Line()
                yield Line((("title", f" {file}"),))
            yield from self._finding(number)

    def _finding(self, number: int) -> list[Line]:
        """A finding's lines: where, how bad, what; below it what to do."""
        finding = self._found[number]
        state = "mended" if number in self._mended else finding.severity
        where, bad = f"{finding.line:>6} ", f"{state:<8}"
        choices = self.query_one(Choices)
        found: list[Line] = []
        for look, text in (("", finding.what), ("dim", finding.advice)):
            for part in wrapped(self.app.console, Text(text), choices.room - len(where + bad)):
                first = not found
                before = (("ref", where), (_LOOKS[state], bad)) if first else (("", " " * len(where + bad)),)
                found.append(Line((*before, (look, part.plain)), number))
        return found

    def action_go(self) -> None:
        """Answer with the finding under the cursor."""
        chosen = self.query_one(Choices).chosen
        if chosen is None:
            return
        finding = self._found[chosen]
        if finding.entry is None:
            self._say(f"it is in no entry: open {self._files[chosen]} in an editor, at line {finding.line}", "refused")
        else:
            self.dismiss(finding)

    def action_mend(self) -> None:
        """Mend what the finding under the cursor is about."""
        chosen = self.query_one(Choices).chosen
        if chosen is None or chosen in self._mended:
            return
        finding = self._found[chosen]
        if not finding.mend:
            self._say(f"only a person can mend this: {finding.advice}", "refused")
            return
        notice, severity = self._mend(finding)
        if severity == "done":
            for number, one in enumerate(self._found):
                if (one.base, one.mend) == (finding.base, finding.mend):  # the same edits may mend several
                    self._mended.add(number)
                    self.query_one(Choices).put(number, self._finding(number))
            self._count()
        self._say(notice, severity)

    def _say(self, notice: str, severity: Severity) -> None:
        self.query_one(KeyBar).tell(notice, severity)
