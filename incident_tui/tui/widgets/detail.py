"""The entry under the cursor: what is known of it, then its text, rendered; scrolled by whole lines."""

import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from importlib import import_module
from itertools import islice
from time import monotonic
from typing import ClassVar, Literal, NamedTuple
from urllib.parse import unquote

from rich.console import Console, Group, RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingsMap
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from incident_tui import clock
from incident_tui.format.read.sections import item_lines
from incident_tui.tui.item_ref import ItemRef, items_of
from incident_tui.tui.model import Model
from incident_tui.tui.rows import Row
from incident_tui.tui.terminal.glyphs import Glyphs
from incident_tui.tui.widgets.entry_header import header
from incident_tui.tui.widgets.rich_view import Rendered

READABLE = 100
"""Cells beyond which lines of prose are hard to follow; wider panes leave the rest free."""

ABOVE = 2
"""Lines that are shown above a match, or an action item."""

_CONSOLE = Console()
"""Only to lay styles over each other; nothing is printed on it."""


_CLICKED: tuple[Literal["tag", "related", "item"], ...] = ("tag", "related", "item")
"""Parts of the text that say in their style what they are."""

_WORD = re.compile(r"[A-Z0-9][\w:-]*\w")
"""What may name an entry."""


class Heading(NamedTuple):
    """A heading of the entry's text, as it is drawn."""

    line: int
    """The first of its lines, from 0."""
    level: int
    """From 1."""
    text: str


class Match(NamedTuple):
    """A part of a line that a search matched, in characters."""

    line: int
    start: int
    end: int


REST = 0.06
"""Seconds without a key after which the next one draws its entry at once; while keys keep coming it waits that long."""

OFTEN = 0.25
"""Seconds after which an entry is drawn all the same while keys keep coming."""

IDLE = 0.15
"""Seconds after a draw after which the entries above and below are rendered, so that they are there at once."""

KEPT = 8
"""How many rendered entries are kept."""

RENDERER = "incident_tui.render.markdown"


_Key = tuple[int, int, int, bool, date, bool]
"""What a rendering depends on: row, width, margin, whether all is indexed, the day, whether local time is shown."""


class _Rendering(NamedTuple):
    """An entry's text as it was rendered."""

    row: Row
    related: list[Row]
    lines: list[Strip]


class Detail(Rendered, can_focus=True, inherit_bindings=False):
    """The model's current entry. Where there is none, it says what is so and what to do."""

    PREFIX = "detail"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "detail--title",
        "detail--mark",
        "detail--tag",
        "detail--dim",
        "detail--warning",
        "detail--match",
        "detail--match-current",
        "detail--item",
    }

    class Clicked(Message):
        """A part of the text was clicked that means something: its kind, and what it is.

        The value is a tag, an address, a word of the text, or the number of an action item or a related entry from 1.
        """

        def __init__(self, kind: Literal["tag", "related", "item", "link", "word"], value: str | int) -> None:
            super().__init__()
            self.kind = kind
            self.value = value

    class Scrolled(Message):
        """Other lines are shown, or the same ones of another entry."""

    def __init__(self, model: Model, glyphs: Glyphs, keys: Sequence[Binding] = ()) -> None:
        """`keys` are those that mean something else while the entry is read."""
        super().__init__()
        self._bindings = BindingsMap(keys)
        self.model = model
        self.glyphs = glyphs
        self.sought = ""
        """What is sought within the entry; the query where that is empty."""
        self.advice: RenderableType = ""
        """What is shown where there is no entry."""
        self.to_same_key = "="
        """The key that goes to the entry in force."""
        self.to_compare = "D"
        """The key that shows both."""
        self.local_time = False
        """Whether the entry's time is shown in the reader's time zone, too."""
        self._shown: tuple[Row | None, int] | None = None
        self._idle_timer: Timer | None = None
        """Runs until a neighbour is rendered."""
        self._timer: Timer | None = None
        """Runs until the entry is drawn that the cursor is on."""
        self._asked_at = self._drawn_at = float("-inf")
        self._drawn_query = ""
        """The search whose matches are marked."""
        self._renderings: dict[_Key, _Rendering] = {}
        """Those that were used last, the last one at the end."""
        self._is_renderer_loaded = RENDERER in sys.modules
        self.headings: list[Heading] = []
        """The headings of the text, from the top."""
        self.matches: list[Match] = []
        """What the search matched, from the top."""
        self.match: int | None = None
        """Which of the matches was stepped to, from 0."""
        self._find_from = 0
        """The first line that was shown when the find began."""
        self._gone_to: tuple[int, int] | None = None
        """Which heading was gone to, and the line that was the first to be shown then."""
        self.related: list[Row] = []
        """The entries like this one, as they are numbered at the end."""
        self.item: ItemRef | None = None
        """The action item of the current entry that was chosen."""
        self._items: dict[int, range] = {}
        """The lines of each action item, by its number."""

    def on_mount(self) -> None:
        """Watch the model."""
        self.watch(self.model, "current", self._current_changed, init=False)
        self.watch(self.model, "indexed", self.draw_soon, init=False)
        self.watch(self.model, "snapshot", lambda: self._renderings.clear(), init=False)

    def on_resize(self) -> None:
        """Lines are wrapped at the width."""
        if self._shown is not None:
            self.draw()
            self._reveal_item()

    def notify_style_update(self) -> None:
        """Another theme: all lines look different."""
        super().notify_style_update()
        self._renderings.clear()
        if self._shown is not None:
            self.draw_soon()  # the styles of its parts come after this

    def draw(self) -> None:
        """Draw the current entry now."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        row = self.model.current
        width = min(READABLE, self.room)
        if width <= 0:  # hidden, as yet without a size; `on_resize` draws it when it is shown
            self._shown = (None, 0)
            return
        if self._shown is None or not self._is_shown_entry(row):
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
            self.match, self.sought, self._gone_to = None, "", None
        self._shown = (row, width)
        self._drawn_at = monotonic()
        self._drawn_query = self.model.query_text
        if row is None:
            self.related = []
            self.lay_out(self.advice, width, self._margin)
        else:
            rendering = self._rendering(row, width)
            self.related = rendering.related
            self.show_lines(rendering.lines, width, self._margin)
            self._render_soon(row)
        self._items = _item_lines(self._strips)
        self.headings = list(_headings(self._strips))
        self._find_matches()
        self.post_message(self.Scrolled())

    def _is_shown_entry(self, row: Row | None) -> bool:
        """Whether a row is of the entry that is drawn, which someone else may have moved while it was read."""
        shown = self._shown[0] if self._shown is not None else None
        if shown is None or row is None:
            return False
        return shown.key == row.key or (row is self.model.retained and shown.key.identity == row.key.identity)

    def _warning(self, row: Row) -> str:
        """Say that the entry is gone, or which one of the same key overrides it, and the key to that; else empty."""
        if self.model.is_gone(row):
            return "gone from the file by someone else's change; this is its last text"
        if row.in_force is None:
            return ""
        newer = row.in_force.file_index == row.file_index
        named = "a newer one in this file" if newer else f"the one in {self.model.file_name(row.in_force)}"
        return f"overridden by {named}; {self.to_same_key} goes there, {self.to_compare} shows both"

    @property
    def _is_outdated(self) -> bool:
        """Whether another entry is shown than the current one, which will be drawn soon."""
        return self._shown is None or self._shown[0] is not self.model.current

    def mark_matches(self) -> None:
        """Mark what a search matches in the entry, unless it was drawn with that."""
        if self._shown is None or self._drawn_query != self.model.query_text:
            self.draw_soon()

    def draw_current(self) -> None:
        """Draw the current entry now, if another one is shown: a key that moves within it came before it was drawn."""
        if self._is_outdated:
            self.draw()

    def draw_soon(self) -> None:
        """Draw the entry: another one, or what another search matches in it, after a pause at once; else as soon as the
        cursor rests, or now and then.
        """
        rested, self._asked_at = monotonic() - self._asked_at >= REST, monotonic()
        due = rested if self._timer is None else monotonic() - self._drawn_at >= OFTEN
        is_news = not self._is_shown_entry(self.model.current) or self._drawn_query != self.model.query_text
        if due and is_news and self._shown is not None and self._is_renderer_loaded:
            self.draw()
        elif self._timer is None:
            self._timer = self.set_timer(REST, self._draw_at_rest)
        else:
            self._timer.reset()

    def _draw_at_rest(self) -> None:
        """Draw the current entry. At the start the renderer is loaded first, and keys don't wait for that."""
        if self._is_renderer_loaded:
            self.draw()
        else:
            self.run_worker(self._load_renderer, thread=True, exclusive=True, group="renderer")

    def _load_renderer(self) -> None:
        import_module(RENDERER)
        self._is_renderer_loaded = True
        self.app.call_from_thread(self.draw)

    @property
    def _margin(self) -> int:
        """Cells left of the text that is alone on the screen."""
        return (self.room - min(READABLE, self.room)) // 2 if self.screen.has_class("-zoomed") else 0

    def _rendering(self, row: Row, width: int) -> _Rendering:
        """An entry as it is rendered at a width; it is kept for a while."""
        key = (id(row), width, self._margin, self.model.indexed, clock.today(), self.local_time)
        kept = self._renderings.pop(key, None)
        if kept is None:
            related = self.model.related(row)
            kept = _Rendering(row, related, self.lines_of(self._entry(row, related), width, self._margin))
        self._renderings[key] = kept
        while len(self._renderings) > KEPT:
            del self._renderings[next(iter(self._renderings))]
        return kept

    def _render_neighbours(self, row: Row) -> None:
        """Render the entries below and above a row, one at a time, as long as the cursor is on it."""
        if self._timer is not None or self.model.current is not row or self._shown is None or not self._shown[1]:
            return
        position, width = self.model.position, self._shown[1]
        kept = {key[:2] for key in self._renderings}
        for near in (position + 1, position - 1):
            if 0 <= near < len(self.model.listing) and (id(self.model.listing[near]), width) not in kept:
                self._rendering(self.model.listing[near], width)
                self._render_soon(row)
                return

    def _render_soon(self, row: Row) -> None:
        """Render a neighbour of a row once nothing else was to be done for a moment."""
        if self._idle_timer is not None:
            self._idle_timer.stop()
        self._idle_timer = self.set_timer(IDLE, lambda: self._render_neighbours(row))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say that other lines are shown."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Scrolled())

    @property
    def position(self) -> str:
        """Where in the text its reader is: the match, the section, and how much of it was shown; empty at the top."""
        number = self.shown_match
        if self.max_scroll_y <= 0 and number is None:
            return ""
        top, height = int(self.scroll_offset.y), self.scrollable_content_region.height
        section = self.headings[self.section].text if self.section is not None else ""
        shown = f"{round(100 * min(1.0, (top + height) / max(1, len(self._strips))))} %"
        match = f"{number + 1} of {len(self.matches)}" if number is not None else ""
        return f" {self.glyphs.dot} ".join(filter(None, (match, section, shown)))

    @property
    def shown_match(self) -> int | None:
        """The number of the match that was stepped to, from 0; None once it was scrolled out of sight."""
        return self.match if self.match is not None and self._is_shown(self.matches[self.match].line) else None

    @property
    def section(self) -> int | None:
        """The number of the heading that was gone to, or under which the first shown line is."""
        top = int(self.scroll_offset.y)
        if self._gone_to is not None and self._gone_to[1] == top and self._gone_to[0] < len(self.headings):
            return self._gone_to[0]
        number = sum(heading.line <= top + ABOVE for heading in self.headings) - 1
        return number if number >= 0 else None

    def go_to_heading(self, number: int) -> bool:
        """Scroll to the heading of this number, from 0; return whether there is one."""
        if not 0 <= number < len(self.headings):
            return False
        self.scroll_to(y=self.headings[number].line, animate=False, force=True, immediate=True)
        self._gone_to = number, int(self.scroll_offset.y)
        self.post_message(self.Scrolled())
        return True

    def go_to_anchor(self, anchor: str) -> bool:
        """Scroll to the heading that an anchor (`#how-did-it-happen`) names; return whether there is one."""
        wanted = _anchor_words(unquote(anchor))
        anchors = [_anchor_words(heading.text) for heading in self.headings]
        return wanted in anchors and self.go_to_heading(anchors.index(wanted))

    def on_click(self, event: events.Click) -> None:
        """Say what was clicked."""
        offset = event.get_content_offset(self)
        line = offset.y + int(self.scroll_offset.y) if offset is not None else -1
        if offset is None or not 0 <= line < len(self._strips) or self._is_outdated:
            return  # beside the text, or what was clicked is about to go
        meta, address = event.style.meta, event.style.link
        for kind in _CLICKED:
            if kind in meta:
                self.post_message(self.Clicked(kind, meta[kind]))
                return
        if address:
            self.post_message(self.Clicked("link", address))
            return
        before = self._strips[line].crop(0, offset.x).text
        text = self._strips[line].text
        if word := next((word for word in _WORD.finditer(text) if word.start() <= len(before) < word.end()), None):
            self.post_message(self.Clicked("word", word[0]))

    def start_find(self) -> None:
        """Begin to seek from what is shown now."""
        self._find_from = int(self.scroll_offset.y)

    def find(self, text: str) -> None:
        """Seek a text within the entry, in any case of its letters; an empty one ends that."""
        self.draw_current()
        self.sought = text
        self.match = None
        self._find_matches()
        self.refresh()
        if text and self.matches:
            lines = [match.line for match in self.matches]
            self._step_to(bisect_left(lines, self._find_from) % len(lines))
        self.post_message(self.Scrolled())

    def _find_matches(self) -> None:
        lines = [strip.text for strip in self._strips]
        if self.model.current is None:
            spans: Sequence[Sequence[tuple[int, int]]] = ()
        elif self.sought:
            spans = [_occurrences(line, self.sought) for line in lines]
        else:
            spans = self.model.spans_of_lines(lines)
        self.matches = [Match(line, *span) for line, of_line in enumerate(spans) for span in of_line]
        if self.match is not None and self.match >= len(self.matches):
            self.match = None

    def step(self, forward: bool) -> bool:
        """Step to the next match, or the one before, and scroll to it; return whether there is one.

        The first step leads to one that is shown or comes after what is; so does the first one after scrolling.
        """
        self.draw_current()
        top = int(self.scroll_offset.y)
        if (match := self.shown_match) is not None:
            number = match + (1 if forward else -1)
        else:
            number = sum(match.line < top for match in self.matches) - (0 if forward else 1)
        return self._step_to(number)

    def _step_to(self, number: int) -> bool:
        if not 0 <= number < len(self.matches):
            return False
        self.match = number
        self._scroll_to_line(self.matches[number].line)
        self.refresh()
        self.post_message(self.Scrolled())
        return True

    def step_heading(self, forward: bool) -> bool:
        """Scroll to the next heading, or the one before; return whether there is one."""
        self.draw_current()
        section = self.section
        if section is None:
            return forward and self.go_to_heading(0)
        within = int(self.scroll_offset.y) > self.headings[section].line
        return self.go_to_heading(section + 1 if forward else section - (not within))

    def _is_shown(self, line: int) -> bool:
        top = int(self.scroll_offset.y)
        return top <= line < top + self.scrollable_content_region.height

    def _scroll_to_line(self, line: int) -> None:
        """Scroll to a line, if it isn't shown."""
        if not self._is_shown(line):
            self.scroll_to(y=max(0, line - ABOVE), animate=False, force=True, immediate=True)

    def choose(self, held: ItemRef) -> bool:
        """Choose an action item of the current entry and scroll to it; whether it is drawn as one."""
        before, self.item = self.item, held
        if self._timer is not None or self._shown is None:
            self.draw()
        for one in (before, held):
            lines = self._lines_of(one)
            self.refresh_lines(lines.start, len(lines))
        self._reveal_item()
        return bool(self._lines_of(held)) or self.room <= 0

    def render_line(self, y: int) -> Strip:
        """One line with its matches; those of the item that is chosen have a mark before them."""
        line = y + int(self.scroll_offset.y)
        strip = super().render_line(y)
        first = bisect_left(self.matches, line, key=lambda match: match.line)
        for number, match in enumerate(islice(self.matches, first, None), first):
            if match.line != line:
                break
            look = self._style("match-current" if number == self.match else "match")
            strip = _styled(strip, [(match.start, match.end)], look)
        if line not in self._lines_of(self.item):
            return strip
        mark = Segment(self.glyphs.cursor, self.rich_style + self._style("mark"))
        look = self._style("item") + Style(dim=False)  # a ticked one is read as well as others while it is chosen
        return Strip([mark, *Segment.apply_style(strip.crop(1), post_style=look)], strip.cell_length)

    def _lines_of(self, held: ItemRef | None) -> range:
        """Where an item is drawn; an empty range where it is not."""
        return self._items.get(held.item.number, range(0)) if held is not None else range(0)

    def _current_changed(self) -> None:
        """An item stays chosen as long as its entry is shown, and it can be told from the others."""
        row = self.model.current
        if self.item is not None:
            same = row is not None and row.key == self.item.row.key
            self.item = self.item.now(row) if row is not None and same else None
        self.draw_soon()

    def _reveal_item(self) -> None:
        """Scroll no farther than the item that is chosen needs."""
        lines = self._lines_of(self.item)
        top, height = int(self.scroll_offset.y), self.scrollable_content_region.height
        first, stop = max(0, lines.start - ABOVE), min(lines.stop + ABOVE, len(self._strips))
        if lines and not top <= first < stop <= top + height:
            to = first if first < top else min(stop - height, lines.start)
            self.scroll_to(y=to, animate=False, force=True, immediate=True)

    def _entry(self, row: Row, related: Sequence[Row]) -> RenderableType:
        entry = row.entry
        above = entry.data.count(b"\n", entry.start, entry.metadata.end)
        numbers = {line - above: item.number for line, item in item_lines(entry, items_of(entry))}
        body = self.body(entry, self.glyphs, numbers)
        parts: list[RenderableType] = [
            header(
                row,
                self.glyphs,
                clock.today(),
                self._style,
                self.model.file_name(row),
                self._warning(row),
                self.local_time,
            ),
            Text(),
            body,
        ]
        if related:
            parts += [Text(), Text("Like this one", self._style("title"))]
            labels = [each.entry.label for each in (row, *related)]
            for number, near in enumerate(related, start=1):
                alike = labels.count(near.entry.label) > 1
                apart = (self.model.file_name(near), near.entry.instant[:10]) if alike else ()
                number_and_label = Text.assemble((f"{number} ", self._style("mark")), near.entry.label)
                number_and_label.append("".join(f"  {each}" for each in apart if each), self._style("dim"))
                number_and_label.stylize(Style(meta={"related": number}))
                parts.append(number_and_label)
        return Group(*parts)


def _styled(strip: Strip, spans: list[tuple[int, int]], look: Style) -> Strip:
    """A strip with a style laid over ranges of its characters."""
    text = Text()
    for segment in strip:
        text.append(segment.text, segment.style)
    for start, end in spans:
        text.stylize(look, start, end)
    return Strip(text.render(_CONSOLE, end=""), strip.cell_length)


def _item_lines(strips: Sequence[Strip]) -> dict[int, range]:
    """The lines of each action item: from its box or bullet on, as long as they are indented more than that."""
    found: dict[int, range] = {}
    number: int | None = None
    indent = 0
    for line, strip in enumerate(strips):
        column = 0
        begun = None
        for segment in strip:
            if segment.style is not None and "item" in segment.style.meta:
                begun = segment.style.meta["item"]
                break
            column += segment.cell_length
        if begun is not None:
            number, indent = begun, column
            found[number] = range(line, line + 1)
        elif number is not None and strip.text.strip() and not strip.text[: indent + 1].strip():
            found[number] = range(found[number].start, line + 1)
        else:
            number = None
    return found


def _headings(strips: Sequence[Strip]) -> Iterator[Heading]:
    """Yield the headings that lines hold. One that was wrapped is in several lines."""
    number, line, level, text = -1, 0, 0, ""
    for at, strip in enumerate(strips):
        parts = [(segment.style.meta.get("heading"), segment.text) for segment in strip if segment.style is not None]
        of_line = next((heading for heading, _ in parts if heading is not None), None)
        if of_line is None:
            continue
        words = "".join(part for heading, part in parts if heading is not None).strip()
        if of_line[0] == number:
            text = f"{text} {words}"
            continue
        if number >= 0:
            yield Heading(line, level, text)
        (number, level), line, text = of_line, at, words
    if number >= 0:
        yield Heading(line, level, text)


def _anchor_words(text: str) -> list[str]:
    """The words that an anchor has of a heading."""
    return re.findall(r"\w+", text.casefold())


def _occurrences(line: str, sought: str) -> list[tuple[int, int]]:
    """Where a text is in a line, in any case of its letters."""
    return [match.span() for match in re.finditer(re.escape(sought), line, re.IGNORECASE)]
