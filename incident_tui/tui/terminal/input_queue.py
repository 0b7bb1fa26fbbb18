"""Delivers keys, pastes and clicks one at a time: the next one waits until all that the last one set off is done.

Textual hands each key to the focused widget's own queue, from where it may bubble up to a binding, whose action may
post messages in turn. Keys that arrive in one packet would overtake each other on these ways.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic

from textual.app import App, ScreenStackError
from textual.events import Event, MouseMove
from textual.message_pump import MessagePump
from textual.screen import Screen

ROUNDS = 2
"""How often all queues on the way are waited for: for the key's own way, then for the messages of its action."""

PATIENCE = 2.0
"""Seconds after which the next event is delivered all the same: no widget may end the input by not answering."""

LOOK = 0.05
"""Seconds after which a screen that is to be painted is looked for again."""

UNPAINTED = 0.1
"""Seconds for which events that wait may keep the screen from being painted."""


class InputQueue:
    """Events of the terminal, delivered in the order in which they came.

    While more of them wait, the screen isn't painted: only what the last one leads to is of interest. What must be
    done behind a paint is given to `when_painted`.
    """

    def __init__(
        self, app: App[None], deliver: Callable[[Event], Awaitable[None]], done: Callable[[Event], object]
    ) -> None:
        """`deliver` hands an event to the framework; `done` is called when all that it set off is done."""
        self._app = app
        self._deliver = deliver
        self._done = done
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._after_paint: list[Callable[[], object]] | None = None
        """What is to be done behind the next paint; None where painting isn't put off."""
        self._painting: set[asyncio.Task[None]] = set()
        """Tasks that wait for a paint."""

    def put(self, event: Event) -> None:
        """Add an event. Before `start` it is kept."""
        self._events.put_nowait(event)

    def start(self) -> None:
        """Begin to deliver, in a task of its own."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        """Deliver no more."""
        for task in (self._task, *self._painting):
            if task is not None:
                task.cancel()

    async def join(self) -> None:
        """Wait until all events were delivered, and what they set off is done."""
        await self._events.join()

    def when_painted(self, callback: Callable[[], object]) -> None:
        """Call back now, or behind the next paint where painting is put off."""
        if self._after_paint is None:
            callback()
        else:
            self._after_paint.append(callback)

    async def _run(self) -> None:
        while True:
            event = await self._events.get()
            try:
                if self._events.empty():
                    await self._process(event)
                else:
                    await self._process_unpainted(event)
            except ScreenStackError:
                return  # the application has ended
            except Exception as error:
                self._app._handle_exception(error)
                return

    async def _process_unpainted(self, event: Event) -> None:
        """Process this event and those that wait, up to one that opens or closes a screen, and paint then."""
        screen, until = self._app.screen, monotonic() + UNPAINTED
        self._after_paint = []
        try:
            with self._app.batch_update():
                await self._process(event)
                while not self._events.empty() and self._app.screen is screen and monotonic() < until:
                    await self._process(self._events.get_nowait())
        finally:
            callbacks, self._after_paint = self._after_paint, None
            self._app.screen.check_idle()  # it paints when it is idle
            if callbacks:
                task = asyncio.get_running_loop().create_task(self._call_after_paint(callbacks))
                self._painting.add(task)
                task.add_done_callback(self._painting.discard)

    async def _call_after_paint(self, callbacks: list[Callable[[], object]]) -> None:
        """Call back behind the next paint of the current screen; one that is closed meanwhile calls nobody back."""
        screen, painted = None, asyncio.Event()
        with suppress(ScreenStackError):  # the application has ended
            while not painted.is_set():
                if self._app.screen is not screen:
                    screen = self._app.screen
                    screen.call_after_refresh(painted.set)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK):
                        await painted.wait()
        for callback in callbacks:
            callback()

    async def _process(self, event: Event) -> None:
        """Deliver an event, and wait until all that it sets off is done."""
        screen = self._app.screen
        try:
            await self._deliver(event)
            if not isinstance(event, MouseMove):  # there are very many, and no key depends on them
                await self._settle(screen)
            self._done(event)
        finally:
            self._events.task_done()

    async def _settle(self, screen: Screen[object]) -> None:
        """Wait until all queues that an event may pass are through; `screen` is that on which it was pressed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                for _ in range(ROUNDS):
                    for pump in self._pumps():
                        await _passed(pump.call_later)
                if self._app.screen is not screen and self._after_paint is None:
                    await _passed(self._app.screen.call_after_refresh)  # its size is known then

    def _pumps(self) -> tuple[MessagePump, ...]:
        """The message pumps that an event may pass, from the focused widget up to the application."""
        pump: MessagePump | None = self._app.focused or self._app.screen
        pumps = []
        while pump is not None:
            pumps.append(pump)
            pump = pump._parent
        return tuple(pumps)


async def _passed(schedule: Callable[[Callable[[], object]], bool]) -> None:
    """Wait until a callback that is scheduled now is called."""
    called = asyncio.Event()
    if schedule(called.set):
        await called.wait()
