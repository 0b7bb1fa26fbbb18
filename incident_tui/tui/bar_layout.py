"""The title bar and the key bar laid out in the width of the screen; they need no widget."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from incident_tui.format.sanitize import one_line
from incident_tui.tui.terminal.glyphs import Glyphs

if TYPE_CHECKING:
    from incident_tui.storage.git.repository import GitStatus

BRANCH = 8
"""Cells of a branch's name that facts give way to."""

LAYER = 4
"""Characters of a layer's name."""

NAME = 8
"""Cells of a file's name that nothing takes."""

GUESSED = frozenset({("Enter", "to the list"), ("Esc", "back")})
"""Keys, with what they do, that give way first where there is no room for all."""


def title_text(
    name: str,
    counts: Sequence[str],
    facts: Sequence[str],
    git_status: "Sequence[tuple[str, GitStatus]]",
    width: int,
    glyphs: Glyphs,
    style: Callable[[str], Style],
    hits: str = "",
) -> Text:
    """The title bar: the files' name and facts on the left, where they stand in git on the right.

    `hits` is the fact that says how many entries were found.
    """
    branch, mark, changed = standing_text(git_status, glyphs)
    whole = BRANCH if len(git_status) < 2 else cell_len(branch)
    name, facts_text, branch = titled(
        name, counts, facts, branch, width - (4 + len(mark) if branch else 2), glyphs, whole, hits
    )
    text = Text(" ", no_wrap=True, end="")
    text.append(name, style("name"))
    text.append(f"  {facts_text}", style("dim"))
    text.append(" " * (width - text.cell_len - cell_len(branch) - len(mark) - 1))
    text.append(branch, style("dim"))
    text.append(mark, style("name" if changed else "dim"))
    return text


def keys_text(keys: Sequence[tuple[str, str]], width: int, style: Callable[[str], Style]) -> Text:
    """The key bar: the keys that have room; each says in its style which it is."""
    text = Text(" ", no_wrap=True, end="")
    for key, label in fitting(keys, width - 2):
        text.append("  " if len(text) > 1 else "")
        clicked = Style(meta={"key": key})
        text.append(key, style("key") + clicked)
        text.append(f" {label}", style("label") + clicked)
    return text


def standing_text(standing: "Sequence[tuple[str, GitStatus]]", glyphs: Glyphs) -> tuple[str, str, bool]:
    """What is said of work trees: branches, the mark behind them, and whether something isn't committed.

    Of one it is its branch with the commits ahead and behind; of several the branch that they share, and of each of
    them the beginning of its layer's name, what isn't committed, and the commits ahead and behind.
    """
    if len(standing) < 2:
        status = standing[0][1] if standing else None
        if status is None:
            return "", "", False
        mark = {True: glyphs.changed, False: glyphs.committed, None: ""}[status.changed]
        return f"{one_line(status.branch)}{_distance(status, glyphs)}", mark, bool(status.changed)
    branches = {status.branch for _, status in standing}
    layer_texts = [one_line(branch) for branch in branches if len(branches) == 1]
    for layer, status in standing:
        own = "" if layer_texts[:1] == [one_line(status.branch)] else f" {one_line(status.branch)}"
        so = glyphs.changed if status.changed else glyphs.committed if status.changed is not None else ""
        layer_texts.append(f"{layer[:LAYER]}{own}{' ' * so.isalpha()}{so}{_distance(status, glyphs)}")
    return " ".join(layer_texts), "", any(status.changed for _, status in standing)


def _distance(status: "GitStatus", glyphs: Glyphs) -> str:
    """The commits that the upstream branch lacks, and those that are missing here."""
    ahead = f"{glyphs.ahead}{status.ahead}" if status.ahead else ""
    return ahead + (f"{glyphs.behind}{status.behind}" if status.behind else "")


def titled(
    name: str,
    counts: Sequence[str],
    facts: Sequence[str],
    branch: str,
    width: int,
    glyphs: Glyphs,
    branch_cells: int = BRANCH,
    hits: str = "",
) -> tuple[str, str, str]:
    """A file's name, the counts and facts, and the branch with a blank behind it, as they fit into `width` cells.

    The branch gives way first, but for `branch_cells` of its beginning; then counts, the last before the first; then
    facts, the first before the last, which stays; the first count before that; then the branch; then the name.
    With `hits` all counts go before the facts, and that fact stays; the last one goes where even a name of
    `NAME` cells leaves no room for both.
    """
    facts_left, between = [*counts, *facts], f" {glyphs.dot} "
    others = [fact for fact in facts[:-1] if fact != hits]
    first_count = counts[:1] if facts else ()
    give_way = [*reversed(counts[1:]), *((*first_count, *others) if hits else (*others, *first_count))]

    def room() -> int:
        return width - cell_len(f"{name}  {between.join(facts_left)}")

    least = min(cell_len(branch), branch_cells) + 1 if branch else 0
    for fact in give_way:
        if room() >= least:
            break
        facts_left.remove(fact)
    if hits and facts[-1] != hits and room() < min(0, NAME - cell_len(name)):
        facts_left.remove(facts[-1])
    branch_text = f"{cut(branch, room() - 1, glyphs)} " if branch and room() > min(BRANCH, cell_len(branch)) else ""
    return cut(name, max(NAME, cell_len(name) + room()), glyphs), between.join(facts_left), branch_text


def cut(text: str, width: int, glyphs: Glyphs) -> str:
    """A text's beginning where there is no room for all of it."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + glyphs.ellipsis


def fitting(keys: Sequence[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """The keys that have room in `width` cells.

    The last two (help and quit) come first, then the others in order, but those that everyone guesses last.
    """
    sizes = [cell_len(f"{key} {label}") + 2 for key, label in keys]
    indexes = set()
    last = range(max(0, len(keys) - 2), len(keys))
    others = sorted(range(len(keys) - 2), key=lambda index: keys[index] in GUESSED)
    for index in [*last, *others]:
        if sizes[index] > width + 2:
            break
        width -= sizes[index]
        indexes.add(index)
    return [key for index, key in enumerate(keys) if index in indexes]
