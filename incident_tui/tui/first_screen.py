"""What the first screen shows but the entry's text, as segments: drawn before the framework is imported."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from rich.segment import ControlType, Segment
from rich.style import Style
from rich.text import Text

from incident_tui import clock, terminal
from incident_tui.config import Config
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import Snapshot
from incident_tui.storage.user.theme_choice import load_theme
from incident_tui.tui.actions.bindings import context, footer
from incident_tui.tui.bar_layout import keys_text, title_text
from incident_tui.tui.file_labels import row_labels
from incident_tui.tui.list_row import file_cells, on_bar, row_text
from incident_tui.tui.list_width import NARROW, chosen_width, list_cells
from incident_tui.tui.rows import Row
from incident_tui.tui.status_text import entry_counts, shown_name, title_facts
from incident_tui.tui.terminal.first_frame_styles import NAME, RULE, STYLES
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.terminal.plain_cells import ascii_cells, colourless, single_codepoint

if TYPE_CHECKING:
    from rich.console import Console

PLACEHOLDER = "search"
"""What the empty search says."""

LEAST_LINES = 4
"""Lines of the smallest screen that shows a row."""


class FirstScreen:
    """The first screen of a snapshot: title, search, rows, keys. The entry beside them follows later."""

    def __init__(self, library: Library, snapshot: Snapshot, rows: Sequence[Row], config: Config, glyphs: Glyphs):
        self._library, self._snapshot, self._config, self._glyphs = library, snapshot, config, glyphs
        self._rows = [row for row in rows if not row.archived]
        self._colours = terminal.colours()
        self._fit = single_codepoint if terminal.unicode(sys.__stderr__) else ascii_cells

    def is_drawable(self, size: tuple[int, int]) -> bool:
        """Whether it can be drawn without the framework: rows in the usual order, in the terminal's own colours."""
        config = self._config
        theme = load_theme(config.theme) or config.theme or NAME
        return bool(self._rows) and size[1] >= LEAST_LINES and theme == NAME and config.order in (None, "best")

    def segments(self, size: tuple[int, int]) -> Iterator[Segment]:
        """The texts of a screen of so many columns and lines, and where each of them is."""
        columns, lines = size
        width = list_cells(columns, chosen_width(self._config))
        yield from self._line(0, 0, self._title(columns))
        yield from self._line(0, 1, self._search())
        for y, row in enumerate(self._rows[: lines - 3], 2):
            yield from self._line(0, y, self._row(row, width - 1, y == 2))
        config = self._config
        if not (config.keys or config.commands or config.search_keys):  # the framework knows what these are called
            keys = footer(context(self._library, self._snapshot, self._rows[0]))
            yield from self._line(0, lines - 1, keys_text(keys, columns, _styles("key-bar")))
        if columns >= NARROW:
            for y in range(1, lines - 1):
                yield from self._line(width, y, Text.assemble(("│", RULE)))

    def _title(self, columns: int) -> Text:
        snapshot = self._snapshot
        counts, facts = entry_counts(snapshot), title_facts(snapshot)
        return title_text(shown_name(snapshot), counts, facts, (), columns, self._glyphs, _styles("title-bar"))

    def _search(self) -> Text:
        prompt = f" {self._glyphs.prompt} ", STYLES["prompt"]
        return Text.assemble(prompt, (PLACEHOLDER, STYLES["input--placeholder"]))

    def _row(self, row: Row, width: int, under: bool) -> Text:
        styles = _styles("entry-list")
        look = (lambda name: on_bar(styles(name))) if under else styles
        label = row_labels(self._snapshot.names, self._snapshot.layers, file_cells(width))[row.file_index]
        text = row_text(row, width, self._glyphs, look, lambda _: [], today=clock.today(), under=under, file=label)
        text.style = styles("cursor") if under else Style.null()
        return text

    def _line(self, x: int, y: int, text: Text) -> Iterator[Segment]:
        yield Segment("", None, [(ControlType.CURSOR_MOVE_TO, x, y)])
        for text_part, style, _ in text.render(cast("Console", _Styles()), end=""):
            shown = text_part if text_part.isascii() else self._fit(text_part)
            yield Segment(shown, style if self._colours or style is None else colourless(style))


class _Styles:
    """What `Text.render` asks of a console."""

    def get_style(self, style: Style | str, default: Style | None = None) -> Style:
        """A style, by its words if it isn't one already."""
        return style if isinstance(style, Style) else Style.parse(style)


def _styles(widget: str) -> Callable[[str], Style]:
    return lambda name: STYLES[f"{widget}--{name}"]
