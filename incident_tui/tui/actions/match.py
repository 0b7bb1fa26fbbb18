"""Have we seen this before? What is pasted, asked for, or given at the start is compared with all entries."""

from textual import events

from incident_tui.format.model.located import EntryKey
from incident_tui.search.incident_matches import MatchRequest
from incident_tui.tui.actions.navigation import NavigationActions
from incident_tui.tui.widgets.field import pasted_lines


class MatchActions(NavigationActions):
    """Actions that rank entries against a text."""

    def action_match(self) -> None:
        """Ask for the text of an alert or a log."""
        from incident_tui.tui.screens.matches import MatchText

        def given(text: str | None) -> None:
            if text is not None:
                self.open_matches(MatchRequest(text))

        self.app.push_screen(MatchText(self.glyphs), given)

    def on_paste(self, event: events.Paste) -> None:
        """Several lines, pasted where they aren't typed into a line, are an alert or a log."""
        if len(pasted_lines(event.text)) > 1:
            self.open_matches(MatchRequest(event.text))

    def open_matches(self, request: MatchRequest, start: EntryKey | None = None, top: int = 0) -> None:
        """Show the entries that a text is about, with the cursor on one of them and scrolled as far as they were."""
        from incident_tui.tui.screens.matches import Matches

        def chosen(key: EntryKey | None) -> None:
            if key is not None:
                scrolled = int(matches.list_view.scroll_offset.y)
                self.remember_visit(lambda: self.open_matches(request, key, scrolled), key)
                self.go_to(key)
                self.tell(f"{self.key('back')} goes back to the matches")

        matches = Matches(self.model, request, self.glyphs, start, top)
        self.app.push_screen(matches, chosen)
