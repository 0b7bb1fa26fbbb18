"""How wide the list is: as it was chosen, else as the width of the screen says."""

from incident_tui.config import LIST_WIDTHS, Config
from incident_tui.storage.user.width_choice import load_list_width

NARROW, WIDE, HUGE = 60, 100, 160
"""Columns below which there is one pane at a time, and from which on the list has `CELLS`."""

LEAST, MOST = 16, 60
"""Cells of a list whose width wasn't chosen."""

SHARE = 46
"""Per cent of the screen that it has between `NARROW` and `WIDE`."""

CELLS = {WIDE: 44, HUGE: 60}


def chosen_width(config: Config) -> int | None:
    """The width that was chosen in the browser or is set, in per cent of the screen; None if none is."""
    chosen = load_list_width(config.list_width)
    return chosen if chosen in LIST_WIDTHS else config.list_width


def list_cells(columns: int, chosen: int | None) -> int:
    """Cells of the list on a screen of so many columns; the styles in `app.tcss` say the same."""
    if columns < NARROW:
        return columns
    if chosen is not None:
        return max(LEAST, columns * chosen // 100)
    fixed = [cells for least, cells in CELLS.items() if columns >= least]
    return fixed[-1] if fixed else max(LEAST, min(columns * SHARE // 100, MOST))
