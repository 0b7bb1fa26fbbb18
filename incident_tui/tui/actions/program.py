"""Keys for the program itself: help, the palette, leaving."""

from incident_tui.tui.actions.base import BrowserActions
from incident_tui.tui.widgets.search_input import Search


class ProgramActions(BrowserActions):
    """Help, palette, redrawing, suspending, quitting."""

    def action_help(self) -> None:
        """Show what all keys do."""
        from incident_tui.tui.screens.help import Help

        self.app.push_screen(Help(self.marks, self.settings.actions, self.settings.commands))

    def action_palette(self) -> None:
        """Show all that can be done."""
        self.app.action_command_palette()

    async def action_repaint(self) -> None:
        """Paint the whole screen, whatever the terminal shows."""
        await self.app.run_action("app.repaint")

    def action_suspend(self) -> None:
        """Give the terminal back to the shell until `fg`."""
        self.app.action_suspend_process()

    async def action_interrupt(self) -> None:
        """Clear the search, then quit."""
        search = self.query_one(Search)
        if search.value:
            search.value = ""
        else:
            await self.action_quit()

    async def action_quit(self) -> None:
        """Quit; what was begun and not written is kept in a file."""
        await self.app.run_action("app.quit")
