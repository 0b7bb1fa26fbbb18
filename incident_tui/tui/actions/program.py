"""Keys for the program itself: help, the palette, leaving."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from incident_tui.format.sanitize import one_line
from incident_tui.tui.actions.bindings import GROUPS, Action, why_unavailable
from incident_tui.tui.actions.user_programs import CommandActions
from incident_tui.tui.widgets.search_input import SearchInput

if TYPE_CHECKING:
    from incident_tui.tui.screens.command_palette import Command


class ProgramActions(CommandActions):
    """Help, palette, redrawing, suspending, quitting."""

    def action_help(self) -> None:
        """Show what all keys do, and run the chosen one."""
        from incident_tui.tui.screens.command_palette import Command
        from incident_tui.tui.screens.help import Help

        def command(action: Action) -> Command:
            run = getattr(self, f"action_{action.name}")
            run = partial(run, 1) if action.by_key else run
            return Command(action.label, run, action.help, action.shown, why_unavailable(action, now))

        now, actions = self.action_context, [action for action in self.settings.actions if action.shown]
        groups = [(group, [command(action) for action in actions if action.group == group]) for group in GROUPS]
        own = [command._replace(help=command.name) for command in self.user_commands() if command.key]
        self.app.push_screen(Help([*groups, ("Your own", own)], self.glyphs), self.command_runner())

    def command_runner(self) -> "Callable[[Command | None], None]":
        """Return what runs the command that is chosen in a dialog, if the cursor is on the same entry then as now."""
        key = self.model.current and self.model.current.key

        def run(command: "Command | None") -> None:
            if command is None:
                return
            if key == (self.model.current and self.model.current.key):
                self.app.call_next(command.run)
            else:
                self.refuse("the entry under the cursor is another one by now; nothing was done")

        return run

    def user_commands(self) -> "Iterator[Command]":
        """The user's own commands and saved searches, as the palette and the help list them."""
        from incident_tui.tui.screens.command_palette import Command

        for number, command in enumerate(self.settings.commands):
            run = partial(self.action_user_command, number)
            yield Command(one_line(command.text), run, "Your own command", command.shown)
        for saved in self.settings.searches:
            run = partial(self.search_for, saved.search)
            yield Command(f"Search: {one_line(saved.name)}", run, one_line(saved.search), saved.shown)

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
        search = self.query_one(SearchInput)
        if search.value:
            search.value = ""
        else:
            await self.action_quit()

    async def action_quit(self) -> None:
        """Quit; what was begun and not written is kept in a file."""
        await self.app.run_action("app.quit")
