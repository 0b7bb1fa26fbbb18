"""Keys that take something along: a query or a text to the clipboard, a link to the browser, or to where it leads."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.worker import get_current_worker

from incident_tui.format.read.references import referenced_entries
from incident_tui.format.read.snippets import Snippet, queries
from incident_tui.format.sanitize import one_line, pluralize
from incident_tui.tui.actions.navigation import NavigationActions
from incident_tui.tui.background import open_url
from incident_tui.tui.widgets.detail import Detail

if TYPE_CHECKING:
    from incident_tui.render.links import Link

RECOGNIZED = 24
"""Characters by which a line of code is found on the screen, where it may be cut."""


class _Choice(NamedTuple):
    kind: str
    display_text: str
    take: Callable[[], None]
    note: str = ""
    url: str | None = None
    """The address that the terminal may open."""

    @property
    def pieces(self) -> tuple[tuple[str, str], ...]:
        """The line of a list, with the look of each part."""
        return (
            ("dim", f"{self.kind:<6}"),
            (f"link {self.url}" if self.url else "", self.display_text),
            ("dim", self.note),
        )


class ClipboardActions(NavigationActions):
    """Actions that copy or open."""

    def action_copy(self) -> None:
        """Choose what to copy: a query, the reference, the id, the Markdown, a link."""
        row = self.model.current
        if row is None:
            return
        from incident_tui.render.links import links

        code = queries(row.entry)
        dot = f" {self.glyphs.dot} "
        choices = [self._copying("code", _named(query, dot), query.text, query.name or query.section) for query in code]
        if row.entry.ref:
            choices.append(self._copying("ref", one_line(row.entry.ref), row.entry.ref))
        choices.append(self._copying("id", one_line(row.id), row.id))
        text = row.entry.text.replace("\r\n", "\n")
        count = len(text.removesuffix("\n").split("\n"))
        choices.append(self._copying("text", f"all of it as Markdown, {pluralize(count, 'line', 'lines')}", text))
        for link in links(row.entry.body):
            choices.append(self._copying("link", _called(link), link.address))
        self._offer(f"Copy from {row.entry.label}", "copy", choices, self._in_sight(code))

    def action_links(self) -> None:
        """Choose a link to open, or an entry that this one names to go to."""
        row = self.model.current
        if row is None:
            return
        from incident_tui.render.links import links

        choices = []
        for named in referenced_entries(self.model.contents, row):
            note = f" {self.glyphs.archived} archived" if named.archived else ""
            go = partial(self.follow, named.key)
            choices.append(_Choice("entry", named.entry.label, go, note))
        for link in links(row.entry.body):
            kind = "link" if link.url else "path"
            choices.append(_Choice(kind, _called(link), partial(self._open, link), url=link.url))
        if choices:
            self._offer(f"Links of {row.entry.label}", "open" if open_url.has_display() else "go there, copy", choices)
        else:
            self.tell("this entry has no links")

    def _offer(self, title: str, does: str, choices: Sequence[_Choice], start: int = 0) -> None:
        from incident_tui.tui.dialogs.choices import PickDialog

        def chosen(position: int | None) -> None:
            if position is not None:
                choices[position].take()

        lines = [choice.pieces for choice in choices]
        self.app.push_screen(PickDialog(title, lines, does, self.glyphs, first=start), chosen)

    def _in_sight(self, code: Sequence[Snippet]) -> int:
        """The first code that is on the screen, where the entry is being read; else the first of all."""
        detail = self.query_one(Detail)
        if detail.has_focus:
            visible_lines = [detail.render_line(line).text for line in range(detail.scrollable_content_region.height)]
            for position, query in enumerate(code):
                if any(_first_line(query.text)[:RECOGNIZED] in line for line in visible_lines):
                    return position
        return 0

    def _copying(self, kind: str, display_text: str, text: str, description: str = "") -> _Choice:
        return _Choice(kind, display_text, partial(self._copy, one_line(description) or kind, text))

    def _copy(self, description: str, text: str) -> None:
        """Send a text to the terminal's clipboard, and show it: nobody can know whether the terminal took it."""
        from incident_tui.tui.dialogs.clipboard import ClipboardDialog

        sent = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        self.app.copy_to_clipboard(sent)
        self.app.push_screen(
            ClipboardDialog(description, sent, self.glyphs),
            lambda _: self.tell(f"{description}: sent to your terminal's clipboard"),
        )

    def _open(self, link: "Link") -> None:
        """Let the browser open a link, or go to the heading that it names; what is neither is copied."""
        if link.address.startswith("#") and self.query_one(Detail).go_to_anchor(link.address):
            self.to_detail()
        elif link.url is None:
            self._copy("link", link.address)
        else:
            self.open_address(link.url)

    def open_address(self, url: str) -> None:
        """Let the browser open an address; without a display it is copied."""
        if not open_url.has_display():
            self._copy("link", url)
            return
        self.tell(f"to the browser: {url}")
        self.run_worker(partial(self._to_browser, url), thread=True, group="web")

    def _to_browser(self, url: str) -> None:
        if not open_url.open_link(url) and not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._copy, "no browser took the link", url)


def _named(query: Snippet, between: str) -> str:
    """A query as a list shows it: what it is called, and its first line."""
    return between.join(text for text in (one_line(query.name or query.section), _first_line(query.text)) if text)


def _first_line(text: str) -> str:
    """The first line that isn't blank; harmless."""
    return one_line(text.lstrip().partition("\n")[0]).strip()


def _called(link: "Link") -> str:
    return link.address if link.text == link.address else f"{link.text}  {link.address}"
