"""Keys that mark entries, for a change of many at once."""

from incident_tui.format.sanitize import pluralize
from incident_tui.tui.actions.base import BrowserActions


class SelectionActions(BrowserActions):
    """Actions that mark entries."""

    def action_mark(self) -> None:
        """Mark the entry, or take its mark off, and go on to the next one."""
        if self.model.current is not None:
            self.model.mark([self.model.current.key])
            self.model.select(self.model.position + 1)

    def action_mark_range(self) -> None:
        """Begin a range of marks here, or mark all from where it was begun."""
        if self.model.range_start is None:
            self.model.range_start = self.model.current.key if self.model.current is not None else None
            marks, ends = self.key("mark_range"), self.key("leave")
            self.tell(f"a range starts here: move, then {marks} marks it ({ends} ends it)")
        else:
            self.model.mark_range()

    def action_mark_all(self) -> None:
        """Mark all that is listed, but what a search found outside the scope; if all is marked, take the marks off."""
        self.model.mark([row.key for row in self.model.listed])

    def action_see_all(self) -> None:
        """Take off the marks of what is new."""
        count = self.session.see_all()
        self.tell(f"{pluralize(count, 'entry', 'entries')} marked as seen" if count else "nothing is new")
