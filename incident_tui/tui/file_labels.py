"""Short labels that tell several files apart in a narrow column: their names without what all have in common."""

import re
from collections.abc import Sequence
from functools import lru_cache

from incident_tui.tui.layer_labels import layer_labels, shortened

LONG = 12
"""A longer label is cut to the part of it that tells it apart, if there is one."""

LAYERED = 8
"""Cells in which a row names layer and file."""

_WORD = re.compile(r"[^/\-_. ]+")


@lru_cache(4)
def row_labels(names: tuple[str, ...], layers: tuple[str, ...], cells: int) -> Sequence[str]:
    """Return what the rows of each file call it, if possible in so many cells; nothing where there is but one."""
    if len(set(layers)) > 1:
        return layer_labels(names, layers, min(LAYERED, cells), "")
    labels = file_labels(names) if len(names) > 1 else [""]
    return [shortened(label, labels, cells, "") for label in labels]


def file_labels(names: Sequence[str]) -> list[str]:
    """Return a label for each name: `cloud-platform-incidents` beside `cloud-network-incidents` is `platform`."""
    if len(set(names)) < 2:
        return list(names)
    words = [[match.span() for match in _WORD.finditer(name)] for name in names]
    forms = [[name[start:stop] for start, stop in spans] for name, spans in zip(names, words, strict=True)]
    most = min(map(len, forms)) - 1
    first = next((at for at in range(most) if len({each[at] for each in forms}) > 1), max(0, most))
    room_left = most - first
    last = next((at for at in range(room_left) if len({each[-1 - at] for each in forms}) > 1), max(0, room_left))
    labels = [
        name[spans[first][0] : spans[-1 - last][1]] if spans else name for name, spans in zip(names, words, strict=True)
    ]
    if max(map(len, labels)) > LONG:
        for folders in zip(*(label.split("/") for label in labels), strict=False):
            if len(set(folders)) == len(labels):
                return list(folders)
    return labels
