"""The table of keys: the one source of bindings, footer, help and palette. A key means the same everywhere."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

from incident_tui.tui.rows import Row, Scope

Focus = Literal["list", "search", "detail"]


@dataclass(frozen=True, slots=True)
class Moment:
    """What is so when a key is pressed; it decides which keys the footer offers."""

    focus: Focus
    row: Row | None
    scope: Scope
    query: str
    writable: bool
    missing: bool
    changed: bool
    """Whether there is a change to undo."""
    archived: bool
    """Whether the archive holds anything."""
    marked: int = 0
    """How many rows are marked."""

    @property
    def live(self) -> Row | None:
        """The row, if it can be edited where it is."""
        return self.row if self.row and self.writable and not self.row.archived else None


@dataclass(frozen=True, slots=True)
class Action:
    """What a key does."""

    name: str
    """The screen's `action_…`, and the binding's id."""
    keys: str
    """Textual's names of the keys, comma-separated."""
    shown: str
    """The keys as people read them."""
    label: str
    """One or two words, for the footer."""
    help: str
    group: str
    offered: Callable[[Moment], bool] = lambda _: False
    """Whether the footer offers it now."""
    acts: bool = False
    """Whether it alters the entry on the screen. Such a key is dropped if it was pressed before the screen
    showed the entry that it would alter."""
    palette: bool = True
    by_key: bool = False
    """Whether the action is told which of its keys it was (a digit)."""


def _label(action: "Action", now: Moment) -> str:
    """What a key does now, where that depends."""
    if now.marked and action.acts:
        return f"{action.label} {now.marked}"
    if action.name == "pin" and now.live and now.live.entry.pinned:
        return "unpin"
    if action.name == "open" and now.focus == "search":
        return "to the list"
    if action.name == "scope":
        return {"live": "archived ones", "archived": "both", "both": "live ones"}[now.scope]
    return action.label


GROUPS = FIND, MOVE, CHANGE, MARK, OTHER = "Find", "Move", "Change", "Mark many", "Screen"
"""The groups of actions, as the help lists them."""

ACTIONS: tuple[Action, ...] = (
    Action(
        "create_file",
        "c",
        "c",
        "create the file",
        "Create the file, if it isn't there",
        CHANGE,
        lambda now: now.missing,
    ),
    Action(
        "search",
        "slash",
        "/",
        "search",
        "Search: words in any order, typos forgiven",
        FIND,
        lambda now: now.focus != "search" and not now.missing,
    ),
    Action(
        "leave",
        "escape",
        "Esc",
        "back",
        "From the entry back to the list; clear the search, leave it, take off the marks",
        FIND,
        lambda now: now.focus != "list" or bool(now.query or now.marked),
        palette=False,
    ),
    Action(
        "open",
        "enter",
        "Enter",
        "read",
        "From the search to the list, from the list to the entry",
        MOVE,
        lambda now: now.focus != "detail" and now.row is not None,
        palette=False,
    ),
    Action(
        "pin",
        "p",
        "p",
        "pin",
        "Pin or unpin: a pinned entry stands first and isn't archived unasked",
        CHANGE,
        lambda now: now.focus != "search" and now.live is not None,
        acts=True,
    ),
    Action(
        "summarize",
        "s",
        "s",
        "summarize",
        "Put a summary in its place; the full text goes to the archive",
        CHANGE,
        lambda now: now.focus != "search" and now.live is not None and now.live.entry.state == "full",
        acts=True,
    ),
    Action(
        "archive",
        "a",
        "a",
        "archive",
        "Move it to the archive",
        CHANGE,
        lambda now: now.focus != "search" and now.live is not None,
        acts=True,
    ),
    Action(
        "restore",
        "r",
        "r",
        "restore",
        "Bring it back from the archive (a summarized one: its full text)",
        CHANGE,
        lambda now: (
            now.focus != "search"
            and now.writable
            and now.row is not None
            and (now.row.archived or now.row.entry.state == "summarized")
        ),
        acts=True,
    ),
    Action(
        "helped",
        "plus",
        "+",
        "helped",
        "Count that it helped: used goes up by one, last used is today",
        CHANGE,
        lambda now: now.focus != "search" and now.live is not None,
        acts=True,
    ),
    Action(
        "undo",
        "u",
        "u",
        "undo",
        "Undo the last change, again and again",
        CHANGE,
        lambda now: now.focus != "search" and now.writable and now.changed,
    ),
    Action("redo", "U", "U", "redo", "Make the change again that was undone", CHANGE),
    Action(
        "mark",
        "space",
        "space",
        "mark",
        "Mark it for a change of many, or take the mark off, and go on",
        MARK,
        lambda now: now.focus == "list" and now.row is not None,
    ),
    Action("mark_range", "v", "v", "range", "Begin a range here, or mark all from where it was begun", MARK),
    Action("mark_all", "asterisk", "*", "mark all", "Mark all that is listed, or take those marks off", MARK),
    Action(
        "scope",
        "A",
        "A",
        "archive too",
        "List what is live, what is archived, or both",
        FIND,
        lambda now: now.focus != "search" and (now.archived or now.scope != "live"),
    ),
    Action("switch", "tab,shift+tab", "Tab", "other pane", "Between the list and the entry", MOVE, palette=False),
    Action(
        "down",
        "down,j",
        "j ↓",
        "down",
        "Down: the list (from the search too), or the entry's text",
        MOVE,
        palette=False,
    ),
    Action("up", "up,k", "k ↑", "up", "Up", MOVE, palette=False),
    Action("page_down", "pagedown,ctrl+f", "PgDn", "page down", "A page down", MOVE, palette=False),
    Action("page_up", "pageup,ctrl+b", "PgUp", "page up", "A page up", MOVE, palette=False),
    Action("next_match", "n", "n", "next match", "To the next match in the entry", FIND, palette=False),
    Action("previous_match", "N", "N", "previous match", "To the match before", FIND, palette=False),
    Action("order", "o", "o", "order", "Another order: best, newest, last used, most used, title", FIND),
    Action("searches", "ctrl+r", "^r", "searches", "The searches made before", FIND),
    Action(
        "near",
        "1,2,3,4,5",
        "1-5",
        "like it",
        "To one of the entries like this one, numbered at its end",
        MOVE,
        palette=False,
        by_key=True,
    ),
    Action("back", "backspace", "Backspace", "back", "Back to the entry before", MOVE, palette=False),
    Action("first", "g,home", "g", "first", "To the first one, or to the top of the text", MOVE, palette=False),
    Action("last", "G,end", "G", "last", "To the last one, or to the end of the text", MOVE, palette=False),
    Action(
        "zoom",
        "z",
        "z",
        "alone",
        "The entry alone, in the whole width",
        OTHER,
        lambda now: now.focus == "detail",
    ),
    Action(
        "help",
        "question_mark,f1",
        "?",
        "help",
        "This help",
        OTHER,
        lambda now: now.focus != "search",
        palette=True,
    ),
    Action("review", "", "", "review what is stale", "Review what is listed and stale, one by one", OTHER),
    Action("changes", "", "", "changes made", "The changes that were made: when, what, which lines", OTHER),
    Action("palette", "ctrl+p", "^p", "palette", "All that can be done, to be searched", OTHER, palette=False),
    Action("suspend", "ctrl+z", "^z", "suspend", "Suspend; `fg` brings it back", OTHER, palette=False),
    Action("interrupt", "ctrl+c", "^c", "clear, quit", "Clear the search, then quit", OTHER, palette=False),
    Action(
        "quit",
        "q,ctrl+q",
        "q ^q",
        "quit",
        "Quit; all is saved already",
        OTHER,
        lambda now: now.focus != "search",
    ),
)

ACTING_KEYS = {key: action.shown for action in ACTIONS if action.acts for key in action.keys.split(",")}
"""The keys that alter the entry on the screen, as people read them."""


def bindings() -> list[Binding]:
    """The bindings of the browser's screen, one for each action.

    `/` is heeded before all others: what is typed right after it goes to the search already.
    """
    always = {"ctrl+c", "ctrl+q", "ctrl+p", "ctrl+z", "slash"}
    return [
        Binding(
            key,
            f"{action.name}({key})" if action.by_key else action.name,
            action.label,
            show=False,
            id=f"{action.name}.{key}",
            priority=key in always,
        )
        for action in ACTIONS
        for key in action.keys.split(",")
        if key
    ]


def footer(now: Moment) -> list[tuple[str, str]]:
    """The keys that apply now with what they do; help and quit are the last, the others the most useful first."""
    return [(action.shown.split()[0], _label(action, now)) for action in ACTIONS if action.offered(now)]
