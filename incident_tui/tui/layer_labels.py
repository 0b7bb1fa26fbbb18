"""What the rows of the list call their files, in few cells: shortened, but never so that two files look alike."""

from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

_LEAST = 3
"""Characters of a layer's name that are always shown."""


@lru_cache(16)
def layer_labels(names: tuple[str, ...], layers: tuple[str, ...], width: int, ellipsis: str) -> tuple[str, ...]:
    """Return what each of several files is called in up to `width` cells, where that is enough.

    Where there are several layers a name is a layer's and a file's, parted by a slash, and both are shortened.
    """
    if len(set(layers)) == 1:
        return tuple(shortened(name, names, width, ellipsis) for name in names)
    labels = []
    for name, layer in zip(names, layers, strict=True):
        file = name.removeprefix(f"{layer}/")
        if cell_len(name) <= width or not layer:
            labels.append(shortened(name, names, width, ellipsis))
            continue
        begins = _beginning(layer, [each for each in layers if each and each != layer])
        beside = [other.removeprefix(f"{layer}/") for other, each in zip(names, layers, strict=True) if each == layer]
        labels.append(f"{begins}/{shortened(file, beside, max(_LEAST, width - cell_len(begins) - 1), '')}")
    return tuple(labels)


def _beginning(layer: str, others: Sequence[str]) -> str:
    """The shortest beginning of a layer's name that no other layer's has."""
    length = _LEAST
    while length < len(layer) and any(other.startswith(layer[:length]) for other in others):
        length += 1
    return layer[:length]


def shortened(name: str, names: Sequence[str], width: int, ellipsis: str) -> str:
    """A name in `width` cells: its beginning, or (where another one begins so) its end."""
    if cell_len(name) <= width:
        return name
    room = width - cell_len(ellipsis)
    begins = set_cell_size(name, room).rstrip()
    if sum(other.startswith(begins) for other in names) == 1:
        return f"{begins}{ellipsis}"
    return f"{ellipsis}{set_cell_size(name[::-1], room).rstrip()[::-1]}"
