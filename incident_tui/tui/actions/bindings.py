"""The table of keys: the one source of bindings, footer, help and palette. A key means the same everywhere."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from incident_tui.format.read.sections import Item
from incident_tui.tui.item_ref import items_of
from incident_tui.tui.rows import Row, Scope

if TYPE_CHECKING:
    from textual.binding import Binding

    from incident_tui.storage.library import Library
    from incident_tui.storage.snapshot import Snapshot

Focus = Literal["list", "search", "detail"]


@dataclass(frozen=True, slots=True)
class ActionContext:
    """The state when a key is pressed; it decides which keys the footer offers."""

    focus: Focus
    row: Row | None
    scope: Scope
    query: str
    writable: bool
    """Whether the row's file can be changed."""
    missing: bool
    """Whether a file isn't there that can be created."""
    changed: bool
    """Whether there is a change that can be undone, in any of the files."""
    archived: bool
    """Whether an archive holds anything."""
    creatable: bool = False
    """Whether a new entry can be written: to one of the files, wherever the cursor is."""
    marked: int = 0
    """How many rows are marked."""

    @property
    def conflicted(self) -> bool:
        """Whether the row stands between git's conflict markers, which are resolved in the file itself."""
        return self.row is not None and self.row.conflict is not None

    @property
    def changeable(self) -> Row | None:
        """The row, if its entry can be changed."""
        return self.row if self.writable and not self.conflicted else None

    @property
    def live(self) -> Row | None:
        """The row, if it can be edited where it is."""
        return self.changeable if self.changeable and not self.changeable.archived else None

    @property
    def points(self) -> bool:
        """Whether the row is a summary that points into the archive."""
        return self.row is not None and self.row.entry.state == "summarized" and self.archived

    @property
    def items(self) -> Sequence[Item]:
        """The entry's action items."""
        return items_of(self.row.entry) if self.row else ()


def context(
    library: "Library",
    snapshot: "Snapshot | None",
    row: Row | None,
    focus: Focus = "list",
    scope: Scope = "live",
    query: str = "",
    marked: int = 0,
) -> ActionContext:
    """What is so while the cursor is on a row of a snapshot."""
    files, archives = (snapshot.files, snapshot.archives) if snapshot is not None else ((), [])
    return ActionContext(
        focus,
        row,
        scope,
        query,
        row is not None and files[row.file_index].read_only is None,
        missing_file(snapshot, row) is not None and library.writable,
        any(each.read_only is None for each in files) and bool(library.last(undone=False)),
        any(archive.entries for archive in archives),
        any(each.read_only is None for each in files),
        marked,
    )


def missing_file(snapshot: "Snapshot | None", row: Row | None) -> int | None:
    """The missing file under the cursor; with no file at all, the first. Other missing files are created by their first
    entry.
    """
    files = snapshot.files if snapshot is not None else ()
    if row is not None:
        return None if files[row.file_index].exists else row.file_index
    return 0 if files and not any(file.exists for file in files) else None


def _never(_: ActionContext) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Action:
    """An action of a key."""

    name: str
    """The screen's `action_…`, and what the settings call it."""
    keys: str
    """Textual's names of the keys, comma-separated."""
    shown: str
    """The keys as people read them."""
    label: str
    """One or two words, for the footer."""
    help: str
    group: str
    offered: Callable[[ActionContext], bool] = _never
    """Whether the footer offers it now."""
    acts: bool = False
    """Whether it alters the entry on the screen. Such a key is dropped if it was pressed before the screen
    showed the entry that it would alter."""
    palette: bool = True
    by_key: bool = False
    """Whether the action gets the number of its pressed key, from 1."""
    yields: bool = False
    """Whether it gives its key up to another action that the user gives that key."""
    reading: str = ""
    """Textual's name of a key that does it while the entry is read, and something else in the list."""


def _label(action: "Action", now: ActionContext) -> str:
    """The present label of a key whose action depends on the state."""
    if now.marked and action.acts and action.name not in ("tick", "timeline"):
        return f"{action.label} {now.marked}"
    if action.name == "pin" and now.live and now.live.entry.pinned:
        return "unpin"
    if action.name == "open" and now.focus != "list":
        return "to the list" if now.focus == "search" else "full text"
    if action.name == "edit" and now.conflicted:
        return "edit the file"
    if action.name == "create" and now.missing:
        return "create the file"
    if action.name == "scope":
        return {"live": "archived ones", "archived": "both", "both": "live ones"}[now.scope]
    return action.label


GROUPS = FIND, MOVE, TAKE, CHANGE, MARK, OTHER = "Find", "Move", "Copy", "Change", "Bulk actions", "Screen"
"""The groups of actions, as the help lists them."""

ACTIONS: tuple[Action, ...] = (
    Action(
        "search",
        "slash",
        "/",
        "search",
        "Search: words in any order, typos forgiven; in the entry, find a text",
        FIND,
        lambda now: now.focus != "search" and not now.missing,
    ),
    Action(
        "open",
        "enter",
        "Enter",
        "read",
        "From the search to the list, to the entry, from a summary to its full text",
        MOVE,
        lambda now: now.row is not None and (now.focus != "detail" or now.points),
        palette=False,
    ),
    Action(
        "leave",
        "escape",
        "Esc",
        "back",
        "From the entry back to the list; clear the search, leave it, clear the marks",
        FIND,
        lambda now: now.focus != "list" or bool(now.query or now.marked),
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
        "move",
        "m",
        "m",
        "move",
        "Move it to another file or layer",
        CHANGE,
        acts=True,
    ),
    Action(
        "restore",
        "r",
        "r",
        "restore",
        "Restore it from the archive (a summarized one: its full text)",
        CHANGE,
        lambda now: (
            now.focus != "search"
            and now.changeable is not None
            and (now.changeable.archived or now.changeable.entry.state == "summarized")
        ),
        acts=True,
    ),
    Action(
        "helped",
        "plus",
        "+",
        "helped",
        "Mark as helpful: used goes up by one, last used is today",
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
        lambda now: now.focus != "search" and now.changed,
    ),
    Action("redo", "U", "U", "redo", "Redo the change that was undone last", CHANGE),
    Action(
        "tick",
        "x",
        "x",
        "tick",
        "Tick or untick the selected action item",
        CHANGE,
        lambda now: now.focus != "search" and now.changeable is not None and bool(now.items),
        acts=True,
    ),
    Action(
        "copy",
        "y",
        "y",
        "copy",
        "Copy a query, a link, the reference, the id or all of it to the terminal's clipboard",
        TAKE,
        lambda now: now.focus != "search" and now.row is not None,
    ),
    Action(
        "links",
        "l",
        "l",
        "links",
        "The entry's links, and the entries that it names",
        TAKE,
        lambda now: now.focus == "detail" and now.row is not None,
    ),
    Action(
        "edit",
        "e",
        "e",
        "edit",
        "Edit it in your editor ($VISUAL, $EDITOR); others' changes are merged",
        CHANGE,
        lambda now: (
            now.focus != "search" and (now.live is not None or (now.conflicted and now.writable)) and not now.marked
        ),
        acts=True,
    ),
    Action(
        "create",
        "c",
        "c",
        "new",
        "A new entry, written in your editor; or the file itself, if it doesn't exist",
        CHANGE,
        lambda now: now.missing or (now.focus != "search" and now.creatable),
    ),
    Action(
        "next_item",
        "right_square_bracket",
        "]",
        "item",
        "To the entry's next action item",
        MOVE,
        lambda now: now.focus != "search" and bool(now.items),
        palette=False,
    ),
    Action("previous_item", "left_square_bracket", "[", "item", "To the previous action item", MOVE, palette=False),
    Action(
        "tags",
        "t",
        "t",
        "tags",
        "Add or remove tags",
        CHANGE,
        lambda now: now.focus != "search" and now.changeable is not None,
        acts=True,
    ),
    Action(
        "timeline",
        "i",
        "i",
        "timeline",
        "Add a line with the time (UTC) to the entry's timeline",
        CHANGE,
        lambda now: now.focus == "detail" and now.changeable is not None,
        acts=True,
        yields=True,
    ),
    Action(
        "mark",
        "space",
        "space",
        "mark",
        "Mark it for a bulk action, or unmark it, and go to the next",
        MARK,
        lambda now: now.focus == "list" and now.row is not None,
    ),
    Action("mark_range", "v", "v", "range", "Start a range here, or mark from its start to here", MARK),
    Action("mark_all", "asterisk", "*", "mark all", "Mark everything that is listed, or unmark it", MARK),
    Action(
        "scope",
        "A",
        "A",
        "live, archived or both",
        "List what is live, what is archived, or both",
        FIND,
        lambda now: now.focus != "search" and (now.archived or now.scope != "live"),
    ),
    Action(
        "board",
        "I",
        "I",
        "open items",
        "The board of open action items of all that is listed, incident by incident",
        FIND,
        lambda now: now.focus != "search" and now.row is not None,
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
    Action(
        "page_down",
        "pagedown,ctrl+f",
        "PgDn",
        "page down",
        "A page down (in the entry space, too)",
        MOVE,
        palette=False,
        reading="space",
    ),
    Action(
        "page_up",
        "pageup,ctrl+b",
        "PgUp",
        "page up",
        "A page up (in the entry b, too)",
        MOVE,
        palette=False,
        reading="b",
    ),
    Action("half_down", "ctrl+d", "^d", "half a page down", "Half a page down", MOVE, palette=False, yields=True),
    Action("half_up", "ctrl+u", "^u", "half a page up", "Half a page up", MOVE, palette=False, yields=True),
    Action("entry_down", "J", "J", "entry down", "Scroll the entry down from the list", MOVE, palette=False),
    Action("entry_up", "K", "K", "entry up", "Scroll the entry up from the list", MOVE, palette=False),
    Action("next_heading", "right_curly_bracket", "}", "next heading", "To the next heading", MOVE, palette=False),
    Action("previous_heading", "left_curly_bracket", "{", "heading", "To the previous heading", MOVE, palette=False),
    Action(
        "outline",
        "O",
        "O",
        "outline",
        "The headings of the entry, to go to one of them",
        MOVE,
        lambda now: now.focus == "detail",
    ),
    Action("next_match", "n", "n", "next match", "To the next match in the entry", FIND, palette=False),
    Action("previous_match", "N", "N", "previous match", "To the previous match", FIND, palette=False),
    Action("order", "o", "o", "order", "Another order: best, newest, last used, most used, title", FIND),
    Action("searches", "ctrl+r", "^r", "searches", "Recent searches", FIND),
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
    Action(
        "same_key",
        "equals_sign",
        "=",
        "same key",
        "To the entry of the same key that overrides it, or to one that it overrides",
        MOVE,
        lambda now: now.focus != "search" and now.row is not None and now.row.in_force is not None,
    ),
    Action(
        "compare",
        "D",
        "D",
        "compare",
        "Beside another one of the same key: what differs, and which one to keep",
        CHANGE,
        acts=True,
    ),
    Action("back", "backspace", "Backspace", "back", "Back to the entry before, as it was found", MOVE, palette=False),
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
    Action("local_time", "T", "T", "local time", "Show the entry's time in your time zone, too, or only in UTC", OTHER),
    Action("narrower", "less_than_sign", "<", "narrower list", "Make the list narrower, and the entry wider", OTHER),
    Action("wider", "greater_than_sign", ">", "wider list", "Make the list wider", OTHER),
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
    Action(
        "duplicates",
        "",
        "",
        "review duplicates",
        "Review what may be there twice, pair by pair: keep one, merge, or leave both",
        OTHER,
    ),
    Action("insights", "", "", "insights", "Statistics: months, tags, items, what helped, what is stale", OTHER),
    Action(
        "match",
        "",
        "",
        "match an alert",
        "Have we seen this? Entries ranked against an alert, a log or a stack trace",
        FIND,
    ),
    Action("see_all", "", "", "mark all as seen", "Nothing that others added or changed is new any more", OTHER),
    Action(
        "doctor",
        "",
        "",
        "doctor",
        "Check the files: what is wrong, and what mends it",
        OTHER,
        lambda now: now.focus != "search" and now.conflicted,
    ),
    Action("changes", "", "", "changes made", "The changes that were made: when, what, which lines", OTHER),
    Action(
        "who_changed", "", "", "who changed this entry", "Its commits in git: when, by whom, which of its lines", OTHER
    ),
    Action(
        "share",
        "",
        "",
        "share the layer",
        "Commit what changed in the layer of the entry; push it if asked to",
        OTHER,
    ),
    Action("sync", "", "", "sync the layer", "Fetch what others pushed to the entry's layer, and merge it", OTHER),
    Action("rename_tag", "", "", "rename a tag", "Rename a tag in all live and archived entries", OTHER),
    Action("palette", "ctrl+p", "^p", "palette", "Find every command by its name", OTHER, palette=False),
    Action(
        "repaint",
        "ctrl+l",
        "^l",
        "repaint",
        "Redraw the screen, if something else wrote on it",
        OTHER,
        palette=False,
    ),
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

_ALWAYS = frozenset({"interrupt", "quit", "palette", "repaint", "suspend"})
"""Actions whose keys with Ctrl or the like work everywhere, whatever has the focus."""


_OFTEN_LEFT_OUT = frozenset({"same_key", "scope", "doctor"})
"""Available even when the footer doesn't show them."""


def why_unavailable(action: Action, now: ActionContext) -> str:
    """Why an action can't be done now, whatever has the focus; empty if it can, or if the action itself says it."""
    if action.acts and now.marked:
        return ""
    by_footer = action.offered is not _never and action.name not in _OFTEN_LEFT_OUT
    if by_footer and any(action.offered(replace(now, focus=focus)) for focus in get_args(Focus)):
        return ""
    if now.row is None and (by_footer or action.acts):
        return "no entry is listed"
    if action.acts and not now.writable:
        return "the file can't be changed"
    if action.acts and now.conflicted:
        return "resolve git's conflict first"
    return ("not for this entry" if action.acts else "not now") if by_footer else ""


def acting_keys(actions: Iterable[Action] = ACTIONS) -> dict[str, str]:
    """The keys that alter the entry on the screen, as people read them."""
    return {key: action.shown for action in actions if action.acts for key in action.keys.split(",") if key}


def bindings(actions: Iterable[Action] = ACTIONS) -> "list[Binding]":
    """The bindings of actions, one for each key.

    `/` is heeded before all others: what is typed right after it goes to the search already.
    """
    from textual.binding import Binding

    return [
        Binding(
            key,
            f"{action.name}({number})" if action.by_key else action.name,
            action.label,
            show=False,
            priority=action.name == "search" or (action.name in _ALWAYS and "+" in key),
        )
        for action in actions
        for number, key in enumerate(action.keys.split(","), 1)
        if key
    ]


def reading_bindings(actions: Iterable[Action] = ACTIONS) -> "list[Binding]":
    """The bindings that hold while the entry is read, before those of the screen."""
    from textual.binding import Binding

    return [
        Binding(action.reading, f"screen.{action.name}", action.label, show=False)
        for action in actions
        if action.reading
    ]


def shown_key(name: str, actions: Iterable[Action] = ACTIONS) -> str:
    """The first key of an action, as people read it; where it has none, the way to it."""
    keys = next(action.shown for action in actions if action.name == name)
    return keys.split()[0] if keys else "the palette"


def footer(now: ActionContext, actions: Iterable[Action] = ACTIONS) -> list[tuple[str, str]]:
    """The keys that apply now with what they do; help and quit are the last, the others the most useful first.

    An action that mends a conflict but has no key is shown with the palette's key.
    """
    offered = [action for action in actions if (action.shown or now.conflicted) and action.offered(now)]
    if now.conflicted:
        offered.sort(key=lambda action: action.name not in ("edit", "doctor"))
    palette = shown_key("palette", actions)
    return [((action.shown or palette).split()[0], _label(action, now)) for action in offered]
