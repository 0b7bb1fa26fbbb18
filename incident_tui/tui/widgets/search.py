"""The search input. The list below it is moved from here, too."""

from textual.widgets import Input


class Search(Input):
    """What is searched for. Its cursor doesn't blink: that would send bytes at rest."""

    def __init__(self, query: str) -> None:
        super().__init__(value=query, placeholder="search", compact=True, select_on_focus=False, id="search")
        self.cursor_blink = False
