"""Someone who reads in the browser: presses keys, and knows only what the screen shows."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from textual import events
from textual._context import visible_screen_stack
from textual.geometry import Region
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from incident_tui.format.sanitize import one_line
from incident_tui.tui.app import IncidentApp
from incident_tui.tui.rows import Row
from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_list import EntryList
from incident_tui.tui.widgets.key_bar import KeyBar
from incident_tui.tui.widgets.search_input import SearchInput

PageT = TypeVar("PageT", bound=Screen[Any])

PATIENCE = 60.0
"""Seconds to wait for something to be seen; a limit for a broken program, not a measure of a slow one."""


def key_event(key: str) -> events.Key:
    """The event of a key, by Textual's name of it or by its character."""
    character = key if len(key) == 1 else {"slash": "/", "question_mark": "?", "space": " "}.get(key)
    return events.Key(_character_to_key(key) if len(key) == 1 else key, character)


class Reader:
    """Presses keys and sees the screen."""

    def __init__(self, app: IncidentApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when the last one has done what it does."""
        for key in keys:
            await self._has_seen()
            self.app.input_queue.put(key_event(key))
            await self.app.input_queue.join()
            await self.pilot._wait_for_screen()
            self.app.screen._on_timer_update()

    async def _has_seen(self) -> None:
        """Wait until the last change was painted: a key before that would be dropped."""
        limit = monotonic() + PATIENCE
        while self.app.guard.hides(key_event("j")) and monotonic() < limit:
            await asyncio.sleep(0.01)

    async def types(self, text: str) -> None:
        """Press a key for each character, fast."""
        await self.at_once(*text)

    async def at_once(self, *keys: str) -> None:
        """Press keys faster than the screen answers: all lie in the queue before the first is looked at."""
        for key in keys:
            self.app.post_message(key_event(key))
        await self.pilot.pause()
        await self.app.input_queue.join()
        await self.pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.pilot.pause()

    async def sees(self, text: str) -> None:
        """Wait until the screen shows a text."""
        await self._waits(
            lambda: text in self.screen, lambda: f"{text!r} does not come; the screen shows:\n{self.screen}"
        )

    async def sees_in_popup(self, text: str) -> None:
        """Wait until the dialog above the browser says a text, on one line or on several."""

        def popup() -> str:
            return " ".join(" ".join(self.popup).split())

        await self._waits(lambda: text in popup(), lambda: f"{text!r} does not come; the dialog says: {popup()}")

    async def _waits(self, is_so: Callable[[], bool], failure: Callable[[], str]) -> None:
        """Wait until something is so. A look at the screen costs more than many of its changes: half of the time is
        the browser's.
        """
        limit = monotonic() + PATIENCE
        while True:
            began = monotonic()
            if is_so():
                return
            assert began < limit, failure()
            await asyncio.sleep(max(0.01, monotonic() - began))

    async def sees_entry(self) -> None:
        """Wait until the pane beside the list shows the entry under the cursor."""
        limit = monotonic() + PATIENCE
        while self._stale():
            assert monotonic() < limit, f"the entry does not come; the screen shows:\n{self.screen}"
            await asyncio.sleep(0.01)
        await self.pilot.pause()

    def _stale(self) -> bool:
        detail = self.app.browse.query_one(Detail)
        model = self.app.browse.model
        indexing = model.current is not None and not model.indexed
        return detail.display and (detail._timer is not None or detail._shown is None or indexing)

    @property
    def lines(self) -> list[str]:
        """The screen, line by line."""
        return [strip.text for strip in self.strips]

    @property
    def strips(self) -> list[Strip]:
        """The screen, line by line, with its looks. A popup is drawn over what is below it, as it is on a terminal."""
        visible_screen_stack.set(self.app._background_screens)
        return self.app.screen._compositor.render_strips()

    @property
    def screen(self) -> str:
        """All that the screen shows."""
        return "\n".join(self.lines)

    @property
    def title_bar(self) -> str:
        """The line above: what is loaded, and how much of it is listed."""
        return self.lines[0].strip()

    @property
    def footer(self) -> str:
        """The line below: the keys that apply, or a notice."""
        return self.lines[-1].strip()

    @property
    def rows(self) -> list[str]:
        """The lines of the list, without the pane beside it."""
        return self._lines_of(EntryList)

    @property
    def entry(self) -> str:
        """What the pane beside the list shows."""
        return "\n".join(self._lines_of(Detail))

    @property
    def listed(self) -> list[str]:
        """The names of all entries listed, also of those beyond the screen."""
        return [one_line(row.entry.heading.name) for row in self.app.browse.model.listing]

    @property
    def current(self) -> str:
        """The name of the entry under the cursor; empty where there is none."""
        row = self.app.browse.model.current
        return "" if row is None else one_line(row.entry.heading.name)

    @property
    def row(self) -> Row:
        """The row under the cursor."""
        row = self.app.browse.model.current
        assert row is not None
        return row

    @property
    def line_under_cursor(self) -> str:
        """The line of the list that the cursor is seen on."""
        cursor = self.app.browse.glyphs.cursor
        return next((line for line in self.rows if line.startswith(cursor)), "")

    @property
    def notice(self) -> str:
        """What the line below says of the last act; empty where it offers keys."""
        return self.app.browse.query_one(KeyBar).notice

    @property
    def query(self) -> str:
        """What stands in the search."""
        return self.app.browse.query_one(SearchInput).value

    @property
    def focus(self) -> str:
        """Where keys go: `search`, `list` or `detail`; else the name of the widget."""
        focused = self.app.screen.focused
        names: dict[type[Widget], str] = {SearchInput: "search", EntryList: "list", Detail: "detail"}
        return names.get(type(focused), type(focused).__name__) if focused is not None else ""

    @property
    def dialog(self) -> str:
        """The name of the dialog above the browser; empty where there is none."""
        screen = self.app.screen
        return "" if screen is self.app.browse else type(screen).__name__

    def page(self, kind: type[PageT]) -> PageT:
        """The page or the dialog above the browser, which is of this kind."""
        page = self.app.screen
        assert isinstance(page, kind)
        return page

    @property
    def popup(self) -> list[str]:
        """The lines of the dialog above the browser, within its border."""
        return self._lines_in(self.app.screen.query_one(".dialog").content_region)

    def _lines_of(self, widget: type[EntryList] | type[Detail]) -> list[str]:
        return [line.rstrip() for line in self._lines_in(self.app.browse.query_one(widget).scrollable_content_region)]

    def _lines_in(self, region: Region) -> list[str]:
        strips = self.strips[region.y : region.bottom]
        return [strip.crop(region.x, region.right).text for strip in strips]

    async def goes_to(self, name: str) -> None:
        """Move the cursor down from the top to an entry."""
        rows = [at for at, listed in enumerate(self.listed) if name in listed]
        assert rows, f"{name} is not listed: {self.listed}"
        await self.at_once("g", *"j" * rows[0])
        assert name in self.current
