"""The heading and the metadata of an entry, above its text."""

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.style import Style
from rich.text import Text

from incident_tui.format.sanitize import one_line
from incident_tui.tui.rows import Row, ago
from incident_tui.tui.terminal.glyphs import Glyphs


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of text on as few lines as they need; a line breaks between pieces only."""

    pieces: tuple[Text, ...]
    between: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines."""
        line = Text()
        for piece in self.pieces:
            if line and line.cell_len + self.between.cell_len + piece.cell_len > options.max_width:
                yield line
                line = Text()
            line = Text.assemble(line, self.between, piece) if line else piece
        yield line


@dataclass(frozen=True, slots=True)
class Title:
    """Reference and title. A slug breaks at its hyphens."""

    ref: str
    title: str
    style: Style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines."""
        text = f"{self.ref}  {self.title}" if self.ref and self.title else self.ref or self.title or "(no title)"
        if cell_len(text) <= options.max_width or len(text) != cell_len(text):
            yield Text(text, self.style)
            return
        indent = len(self.ref) + 2 if self.ref else 0
        heading = f"{self.ref}  {self.title}" if self.ref else self.title
        for line in textwrap.wrap(heading, options.max_width, break_on_hyphens=True, subsequent_indent=" " * indent):
            yield Text(line, self.style)


def header(
    row: Row,
    glyphs: Glyphs,
    today: date,
    style: Callable[[str], Style],
    file: str = "",
    caution: str = "",
    local: bool = False,
) -> Group:
    """Return the title; a line of its state, time, use and the name of its file; one of its tags and other keys.

    `caution` says that it is gone, or which entry overrides it and how to get there; `local` asks for the local time
    beside that in UTC.
    """
    entry = row.entry
    dot = Text(f" {glyphs.dot} ", style("dim"))
    lines: list[Title | Pieces | Text] = [Title(one_line(entry.ref or ""), one_line(entry.title), style("title"))]
    marked = [
        (entry.pinned, f"{glyphs.pinned} pinned"),
        (entry.state == "summarized", f"{glyphs.summarized} summarized"),
        (row.archived or entry.heading.suffix == "archived", f"{glyphs.archived} archived"),
    ]
    state = [Text(word, style("mark")) for is_so, word in marked if is_so]
    used = f"used {entry.used}{glyphs.times}" if entry.used else "never used"
    last = f", {ago(entry.last_used, today)}" if entry.last_used is not None and entry.used else ""
    when = moment(entry.timestamp)
    if local and (here := local_moment(entry.instant)):
        when += f" = {here}"
    facts = (when, used + last, file)
    lines.append(Pieces((*state, *(Text(fact, style("dim")) for fact in facts if fact)), dot))
    if caution:
        lines.append(Text(caution, style("warning")))
    if row.twin:
        lines.append(Text("an entry of this name is in another file, too", style("warning")))
    if row.conflict is not None:
        warning = f"under git's conflict markers (line {row.conflict}): resolve them in an editor"
        lines.append(Text(warning, style("warning")))
    if row.interrupted:
        warning = "in both files: a move was interrupted; a finishes it, any other edit keeps it here"
        lines.append(Text(warning, style("warning")))
    extra = [f"{key}: {one_line(value)}" for key, value in entry.extra.items()]
    facts_of_keys = [fact for fact in entry.shown_values if fact != "incident"]
    tags = [Text(one_line(tag), style("tag") + Style(meta={"tag": tag})) for tag in entry.tags]
    if tags or facts_of_keys or extra:
        lines.append(Pieces((*tags, *(Text(word, style("dim")) for word in (*facts_of_keys, *extra))), Text("  ")))
    return Group(*lines)


def moment(timestamp: str) -> str:
    """A timestamp as it is read, without seconds: `2025-01-05 16:00 UTC`."""
    text = one_line(timestamp).replace("T", " ")
    if not text.endswith("Z"):
        return text
    return f"{_SECONDS.sub('', text.removesuffix('Z'))} UTC"


def local_moment(instant: str) -> str:
    """An instant in the reader's time zone, with the day where it is another one there; empty where it has no time, and
    where that is the same as in UTC.
    """
    try:
        there = datetime.fromisoformat(instant)
        here = there.astimezone() if there.tzinfo is not None else None
    except (ValueError, OverflowError, OSError):
        return ""
    if here is None or not here.utcoffset():
        return ""
    return here.strftime("%H:%M %Z" if here.date() == there.date() else "%Y-%m-%d %H:%M %Z")


_SECONDS = re.compile(r"(?<= \d\d:\d\d):\d\d\Z")
