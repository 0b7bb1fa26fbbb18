"""The application: it puts screen, knowledge base and terminal together and decides nothing."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from rich.console import COLOR_SYSTEMS, RenderableType
from textual import events
from textual.app import App
from textual.binding import BindingsMap
from textual.screen import Screen

from incident_tui import config, terminal
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.search.incident_matches import MatchRequest
from incident_tui.storage.disk.atomic_file import display_path
from incident_tui.storage.library import Library
from incident_tui.storage.snapshot import Snapshot
from incident_tui.storage.user.left_draft import save_left_draft
from incident_tui.storage.user.theme_choice import save_theme
from incident_tui.tui.actions.bindings import bindings
from incident_tui.tui.background.garbage import Collector
from incident_tui.tui.drafts import keep_drafts, unwritten
from incident_tui.tui.preferences import effective
from incident_tui.tui.rows import Row
from incident_tui.tui.screens.browse import Browse
from incident_tui.tui.terminal.driver import TerminalDriver
from incident_tui.tui.terminal.frame_diff import TerminalBuffer
from incident_tui.tui.terminal.glyphs import UNICODE, Glyphs
from incident_tui.tui.terminal.input_queue import InputQueue
from incident_tui.tui.terminal.key_guard import HasEditKeys, KeyGuard
from incident_tui.tui.terminal.line_filters import LegibleDim, last_filters
from incident_tui.tui.terminal.themes import OWN_THEMES, for_terminal, legible_variables
from incident_tui.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from incident_tui.tui.screens.command_palette import Command
    from incident_tui.tui.terminal.first_frame import FirstFrame

LINE_CHECK = 1.0
"""Seconds between two looks at whether the terminal is still there."""

SWEEP = 1.0
"""Seconds between two looks at whether there is garbage to collect."""

PATIENCE = 2.0
"""Seconds that a polite end may take."""


class IncidentApp(App[None]):
    """The browser of one knowledge base."""

    CSS_PATH = "app.tcss"
    TITLE = "incident-tui"

    def __init__(
        self,
        library: Library,
        snapshot: Snapshot,
        query: str = "",
        select: tuple[Location, str, int] | None = None,
        glyphs: Glyphs = UNICODE,
        review: bool = False,
        notice: str = "",
        match: MatchRequest | None = None,
        *,
        known: tuple[Row, ...] | None = None,
        first_frame: "FirstFrame | None" = None,
    ) -> None:
        """`known` are all rows of the snapshot, if these are there already; `first_frame` is on the terminal."""
        self.first_frame = first_frame
        self.colours = terminal.colours()
        ansi_color = None if self.colours else True  # with `None` it were black on black
        super().__init__(TerminalDriver, ansi_color=ansi_color)
        self.no_color = self.colours is None
        self.console._color_system = COLOR_SYSTEMS[self.colours or "standard"]
        self._filters[:0] = [LegibleDim()]
        self._filters[2:] = last_filters(self.colours, terminal.unicode(sys.__stderr__))
        self.animation_level = "none"
        for theme in OWN_THEMES:
            self.register_theme(theme)
        self.settings = effective(config.read())
        self.theme = for_terminal(self.settings.theme, self.colours)
        keys = [key for action in self.settings.actions for key in action.keys.split(",")]
        keys += [command.key for command in self.settings.commands]
        keys += [saved.key for saved in self.settings.searches]
        self.alt_keys = frozenset(key.removeprefix("alt+") for key in keys if key.startswith("alt+"))
        everywhere = [action for action in self.settings.actions if action.name in ("quit", "palette", "repaint")]
        self._bindings = BindingsMap(bindings(everywhere))
        self._shown = first_frame.buffer if first_frame is not None else TerminalBuffer()
        self._is_painted = False
        self._collector = Collector()
        self._notices: dict[KeyBar, int] = {}
        """How many notices each bar had shown before the last key."""
        self.input_queue = InputQueue(self, self._deliver, self._delivered)
        self.last_words = ""
        """What there is to say of an end that nobody foresaw."""
        self.farewell = ""
        """What there is to say of any other end."""
        self.guard = KeyGuard(self._ask_terminal, self.set_timer, self.input_queue.when_painted)
        self.browse = Browse(
            library, snapshot, glyphs, self.guard, self.settings, query, select, review, notice, match, known
        )

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The rule between the panes, in themes that don't name a colour for it."""
        return {"rule": "ansi_bright_black" if self.current_theme.ansi else "#808080"}

    def get_css_variables(self) -> dict[str, str]:
        """Return the theme's variables, legible on its background."""
        self.theme_variables = legible_variables(self.current_theme, super().get_css_variables())
        return self.theme_variables

    def refresh_css(self, animate: bool = True) -> None:
        """Read all styles again. Before there is a screen they will be read for it anyway."""
        if self.browse.is_attached:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[None]:
        """The browser's screen."""
        return self.browse

    def commands(self) -> "Iterator[Command]":
        """The palette's lines: on the browser's screen every action of the table and the searches, and the themes."""
        from incident_tui.tui.screens.command_palette import Command

        if self.screen is self.browse:
            for action in self.settings.actions:
                if action.palette and not action.by_key:
                    run = getattr(self.browse, f"action_{action.name}")
                    yield Command(action.label.capitalize(), run, action.help, action.shown)
            yield from self.browse.user_commands()
        if self.colours:
            yield Command("Theme", self.action_change_theme, "Choose the colours")

    def action_palette(self) -> None:
        """Show all that can be done."""
        self.action_command_palette()

    def action_command_palette(self) -> None:
        """Show all that can be done."""
        from incident_tui.tui.screens.command_palette import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            palette = CommandPalette("Commands", "a command", list(self.commands()), self.browse.glyphs)
            self.push_screen(palette, self.browse.command_runner())

    def search_themes(self) -> None:
        """Show all themes; the one under the cursor is shown at once, and kept when it is chosen."""
        from incident_tui.tui.screens.command_palette import Command, CommandPalette

        names, before = sorted(self.available_themes), self.theme
        themes = [Command(name, partial(self.choose_theme, name), "in use" if name == before else "") for name in names]

        def preview(command: "Command") -> None:
            self.theme = command.name

        def chosen(command: "Command | None") -> None:
            if command is None:
                self.theme = before
            else:
                self.choose_theme(command.name)

        palette = CommandPalette("Theme", "a theme", themes, self.browse.glyphs, names.index(before), preview)
        self.push_screen(palette, chosen)

    def choose_theme(self, theme: str) -> None:
        """Take a theme, and remember it."""
        self.theme = theme
        save_theme(theme, self.settings.set_theme)

    def on_mount(self) -> None:
        """A polite end for a dropped line, too: nothing is under way, each key's change is written in the key."""
        self.app_resume_signal.subscribe(self, lambda _: self.action_repaint())
        if not self.is_headless:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, self._end_soon)
            self.set_interval(LINE_CHECK, self._end_without_a_line)
            asyncio.get_running_loop().set_exception_handler(lambda _, what: self._failed(what.get("exception")))
            threading.excepthook = self._thread_failed
            self.watch(self.browse.model, "indexed", self._collect_from_now_on, init=False)
            if self.first_frame is not None and self.first_frame.pending_signal is not None:
                self._end_soon(self.first_frame.pending_signal, None)

    def _collect_from_now_on(self) -> None:
        """All is loaded: what comes now may go again. Before, a search would go through all of it in vain."""
        if self.browse.model.indexed and not self._collector.settled:
            self._collector.settle()
            self.set_interval(SWEEP, self._collector.sweep)

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is at the keys, and deliver what is typed in its order, once there is a screen."""
        if isinstance(event, events.InputEvent):
            self._collector.pressed()
        if isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded:
            self.input_queue.put(event)
        else:
            await super().on_event(event)

    async def _deliver(self, event: events.Event) -> None:
        """Hand on what was typed."""
        if isinstance(event, events.Key | events.Paste):
            self._notices = {bar: bar.notices for bar in self.screen.query(KeyBar)}
        await super().on_event(event)

    def _delivered(self, event: events.Event) -> None:
        """Take away the notices that were there before a key, if it brought no other: so each line is drawn once."""
        if isinstance(event, events.Key | events.Paste):
            for bar, notices in self._notices.items():
                if bar.notices == notices:
                    bar.forget()

    def on_ready(self) -> None:
        """Deliver what was typed before the first screen, and what comes from now on."""
        self.input_queue.start()

    def on_unmount(self) -> None:
        """Deliver no more."""
        self.input_queue.stop()

    def on_resize(self, event: events.Resize) -> None:
        """A terminal lays out anew what it shows, or cuts it off, even if it has the same size again soon.

        Before the framework has painted, sizes are told that are no news: what the first frame has drawn stands.
        """
        if not self._is_painted and event.size == self._shown.size:
            return
        self._shown.forget()
        if event.size == self.screen.outer_size:
            self.screen.refresh()

    def action_repaint(self) -> None:
        """Paint the whole screen, whatever the terminal shows."""
        self._shown.forget()
        self.refresh(layout=True)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send what is new on the screen. Textual would send all that was drawn again."""
        if renderable is not None and not self.is_headless:
            if self._shown.size != screen.outer_size:
                self._shown.forget(screen.outer_size)
                screen.refresh()
            self._is_painted = True
            renderable = self._shown.change(renderable, self.console, self.cursor_position)
        super()._display(screen, renderable)

    def _end_soon(self, number: int, _: object) -> None:
        """End as soon as the change that is under way is written; what waits for a dead terminal waits for ever."""
        signal.signal(signal.SIGALRM, lambda *_: os._exit(128 + number))
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        self.call_later(self._end, 128 + number)

    def _end(self, code: int) -> None:
        """End politely if there is a terminal. What was not written is said by the next session, too."""
        self._end_without_a_line()
        self.quit(code, is_asked=False)

    async def action_quit(self) -> None:
        """End because the user wants to."""
        self.quit()

    def quit(self, code: int = 0, is_asked: bool = True) -> None:
        """End, but keep what was typed and not written in a file. `is_asked` is whether the user wants to end."""
        try:
            draft = keep_drafts(unwritten(self))
        except Refused as refused:
            self.farewell = f"what was typed and not written is lost: {refused}"
        else:
            if draft is not None:
                self.farewell = f"what was typed and not written is in {display_path(draft)}"
                if not is_asked:
                    save_left_draft(draft)
        self.exit(None, code)

    def _handle_exception(self, error: Exception) -> None:
        """Keep what was typed, and end; Textual would print the traceback.

        What fails at an end that was wanted doesn't matter any more.
        """
        if self.is_headless:
            if self._running:  # a dialog that is still opening when all is closed finds no widgets
                super()._handle_exception(error)
            return
        if isinstance(error, OSError):
            self._end_without_a_line()
        if not self.last_words and not self._exit:
            from incident_tui.tui.crash_report import last_words

            self.last_words = last_words(self, error)
            self._return_code = 1
            self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """What Textual itself can't go on after is told like any other exception; it would end with 0."""
        if self.is_headless:
            super().panic(*renderables)
        else:
            error = sys.exc_info()[1]
            self._handle_exception(error if isinstance(error, Exception) else RuntimeError("Textual has given up"))

    def _thread_failed(self, failed: threading.ExceptHookArgs) -> None:
        self.call_later(self._failed, failed.exc_value)

    def _failed(self, error: object) -> None:
        """A task or a thread has failed for which nobody waits; Python would print that over the screen."""
        if isinstance(error, Exception):
            self._handle_exception(error)

    def on_key(self, event: events.Key) -> None:
        """Drop a key that was meant for an entry which a change has moved away under it."""
        screen = self.screen
        if not isinstance(screen, HasEditKeys):
            return
        shown = screen.acting_keys.get(event.key)
        if shown is not None and self.guard.hides(event):
            event.prevent_default()
            event.stop()
            screen.refuse(f"{shown} was dropped: it was pressed before this was on the screen")

    def on_cursor_position(self, event: events.CursorPosition) -> None:
        """The terminal's answer to the guard's question."""
        self.guard.answered(event)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Give the terminal to another program. If it is gone afterwards, there is nothing to come back to."""
        with super().suspend():
            yield
            self._end_without_a_line()

    def _end_without_a_line(self) -> None:
        """End where the terminal is gone and no signal came: its end of file would be read over and over.

        At once, for there is no terminal to restore, and every change is on disk already. What is not written goes to a
        file.
        """
        if not os.isatty(0):
            with suppress(Exception):  # there may be no screen any more
                self.quit(is_asked=False)
            os._exit(128 + signal.SIGHUP)

    def run_to_end(self, mouse: bool) -> int:
        """Run on the terminal, and return the exit code. Raises `Refused` after an end that nobody foresaw."""
        try:
            self.run(mouse=mouse)
        except Exception as error:  # outside of all messages; the terminal is its owner's again
            self._handle_exception(error)
        if self.last_words:
            raise Refused(self.last_words)
        if self.farewell:
            print(f"incident-tui: {self.farewell}", file=sys.stderr)
        return self.return_code or 0

    def _ask_terminal(self) -> bool:
        if self._driver is None or self.is_headless:
            return False
        self._driver.write("\x1b[6n")
        self._driver.flush()
        return True
