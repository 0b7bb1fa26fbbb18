"""The doctor: what is wrong in the files, line by line, and what to do about it."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from incident_tui.format.check.finding import SEVERITIES, Finding
from incident_tui.format.sanitize import pluralize
from incident_tui.render.layout import wrapped
from incident_tui.search.duplicates import FINDINGS
from incident_tui.tui.dialogs.base import Keys
from incident_tui.tui.dialogs.choices import LinesDialog
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.choices import Line
from incident_tui.tui.widgets.key_bar import Severity

_LOOKS = {"error": "remove", "warning": "mark", "note": "dim", "mended": "add"}


class Doctor(LinesDialog[Finding]):
    """Findings to be gone to, or mended; answers with the one whose entry is to be shown.

    What was mended stays where it is until the doctor is left, and says so.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "mend", "mend", show=False),
        Binding("e", "edit", "edit", show=False),
        Binding("D", "compare", "compare", show=False),
    ]

    def __init__(
        self,
        found: Sequence[Finding],
        files: Sequence[str],
        told: str,
        mend: Callable[[Finding], tuple[str, Severity]],
        edit: Callable[[Finding], None],
        compare: Callable[[Finding], None],
        glyphs: Glyphs,
    ) -> None:
        """`files` are the names of the findings' files, harmless; `told` says how much there is; `mend` writes at once
        and says what it did; once the doctor is left, `edit` opens the editor at a finding's line, and `compare` the
        review of duplicates at its entry.
        """
        super().__init__("", glyphs, first=0 if found else None)
        self._found = found
        self._files = files
        self._told = told
        self._mend = mend
        self._edit = edit
        self._compare = compare
        self._mended: set[int] = set()

    def body(self) -> ComposeResult:
        """How much there is, and the findings."""
        yield Static(self._told, id="size", markup=False)
        yield from super().body()

    def on_mount(self) -> None:
        """Say how much is wrong."""
        self._count()

    def keys(self) -> Keys:
        """The keys that apply now."""
        if not self._found:
            return [("Esc", "back")]
        mendable = any(finding.mend and number not in self._mended for number, finding in enumerate(self._found))
        mend = [("^s", "mend")] if mendable else []
        compare = [("D", "compare")] if any(finding.code in FINDINGS for finding in self._found) else []
        return [("Enter", "go to it"), *mend, *compare, ("e", "edit at the line"), ("j k", "move"), ("Esc", "back")]

    def _count(self) -> None:
        """What is left, by severity."""
        severities = [finding.severity for number, finding in enumerate(self._found) if number not in self._mended]
        counts = [pluralize(severities.count(name), name, f"{name}s") for name in SEVERITIES if name in severities]
        self.set_title(f"Doctor: {', '.join(counts) or 'nothing is wrong'}")

    def lines(self) -> Iterator[Line]:
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
        lines: list[Line] = []
        for look, text in (("", finding.what), ("dim", finding.advice)):
            for part in wrapped(self.app.console, Text(text), self.list_view.room - len(where + bad)):
                first = not lines
                before = (("ref", where), (_LOOKS[state], bad)) if first else (("", " " * len(where + bad)),)
                lines.append(Line((*before, (look, part.plain)), number))
        return lines

    def action_choose(self) -> None:
        """Answer with the finding under the cursor."""
        chosen = self.list_view.chosen
        if chosen is None:
            return
        finding = self._found[chosen]
        if finding.entry is None:
            file = self._files[chosen]
            where = f"open {file} in an editor, at" if finding.file else f"e opens {file} at"
            self.refuse(f"it is in no entry: {where} line {finding.line}")
        else:
            self.dismiss(finding)

    def action_edit(self) -> None:
        """Leave, and open the editor at the line of the finding under the cursor."""
        chosen = self.list_view.chosen
        if chosen is None:
            return
        finding = self._found[chosen]
        if finding.file:
            self.refuse(f"this isn't for an editor: {finding.advice}")
        else:
            self.dismiss(None)
            self._edit(finding)

    def action_compare(self) -> None:
        """Leave, and open the review of duplicates at the entry of the finding under the cursor."""
        chosen = self.list_view.chosen
        if chosen is None:
            return
        finding = self._found[chosen]
        if finding.code in FINDINGS and finding.location == "live":
            self.dismiss(None)
            self._compare(finding)
        else:
            self.refuse("this is about no other entry that it could be compared with")

    def action_mend(self) -> None:
        """Mend what the finding under the cursor is about."""
        chosen = self.list_view.chosen
        if chosen is None or chosen in self._mended:
            return
        finding = self._found[chosen]
        if not finding.mend:
            self.refuse(f"only a person can mend this: {finding.advice}")
            return
        notice, severity = self._mend(finding)
        if severity == "done":
            for number, other in enumerate(self._found):
                if (other.base, other.mend) == (finding.base, finding.mend):  # the same edits may mend several
                    self._mended.add(number)
                    self.list_view.put(number, self._finding(number))
            self._count()
            self.show_keys()
        self.tell(notice, severity)
