"""The work trees that several files are in, and where each of them stands."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from incident_tui.format.errors import Refused
from incident_tui.storage.git.repository import GitStatus, NoGit, git_status, work_tree


class WorkTree(NamedTuple):
    """A work tree, and which of several files are in it."""

    top: Path
    file_indexes: tuple[int, ...]


def work_trees(files: Sequence[Path]) -> tuple[list[WorkTree], list[int]]:
    """Return the work trees that files are in, in the files' order, and the indexes of those that are in none.

    Raises `Refused` where git isn't there, or won't read a work tree.
    """
    tops: dict[Path, Path | None] = {}
    indexes_by_top: dict[Path, list[int]] = {}
    outside = []
    for index, file in enumerate(files):
        if file.parent not in tops:
            tops[file.parent] = work_tree(file)
        top = tops[file.parent]
        if top is None:
            outside.append(index)
        else:
            indexes_by_top.setdefault(top, []).append(index)
    return [WorkTree(top, tuple(indexes)) for top, indexes in indexes_by_top.items()], outside


def git_statuses(live: Sequence[Path], archives: Sequence[Path], layers: Sequence[str]) -> list[tuple[str, GitStatus]]:
    """Return where each work tree stands, with the layer that is in it; of files without layers there is at most one.

    Without layers it is nothing where they are not all in one work tree.
    """
    if len(set(layers)) < 2:
        status = git_status(live, archives)
        return [("", status)] if status is not None else []
    try:
        trees, _ = work_trees(live)
    except NoGit:
        return []
    except Refused:
        return [("", GitStatus("git refuses", None))]
    statuses = []
    for tree in trees:
        status = git_status(
            [live[index] for index in tree.file_indexes], [archives[index] for index in tree.file_indexes]
        )
        if status is not None:
            statuses.append(("+".join(dict.fromkeys(layers[index] for index in tree.file_indexes)), status))
    return statuses
