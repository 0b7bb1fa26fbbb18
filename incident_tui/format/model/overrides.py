"""Which live entries are overridden by another one of the same key: in a layer that comes first, or newer in the file.

The key of an entry is its heading after the timestamp.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from incident_tui.format.model.entry import Entry
from incident_tui.format.model.located import LocatedEntry

Located = TypeVar("Located", bound=LocatedEntry)

_SUFFIX = b" (summarized)"


def heading_key(entry: Entry) -> bytes:
    """Return the heading after the timestamp, without the suffix of a summary; the heading isn't parsed for it."""
    words = entry.data[entry.start : entry.heading_end].split(None, 2)
    return words[2].rstrip().removesuffix(_SUFFIX).rstrip() if len(words) > 2 else b""


def overrides(entries: Sequence[Located], layers: Sequence[str]) -> dict[Located, Located]:
    """Return the entries that are overridden, each with the one in force.

    `layers` has the layer of each file: the first ones override the others. Within one file the newest entry of a key
    is in force. Entries of the same key in several files of one layer stand beside each other.
    """
    by_key: dict[bytes, list[Located]] = {}
    for located in entries:
        if not located.archived and (key := heading_key(located.entry)):
            by_key.setdefault(key, []).append(located)
    in_force: dict[Located, Located] = {}
    for alike in by_key.values():
        if len(alike) > 1:
            in_force.update(_overrides_of_key(alike, layers))
    return in_force


def _overrides_of_key(alike: Iterable[Located], layers: Sequence[str]) -> dict[Located, Located]:
    newest = sorted(alike, key=lambda located: located.entry.instant, reverse=True)
    first = layers[min(located.file_index for located in newest)] if layers else ""
    in_force: dict[int, Located] = {}
    winners: dict[Located, Located] = {}
    for located in newest:
        winner = (
            in_force.setdefault(located.file_index, located)
            if not layers or layers[located.file_index] == first
            else located
        )
        if winner is not located:
            winners[located] = winner
    best = next(iter(in_force.values()))
    winners.update((located, best) for located in newest if layers and layers[located.file_index] != first)
    return winners


def overridden_last(listed: Iterable[Located], overridden: Mapping[Located, Located]) -> list[Located]:
    """Return the entries with each overridden one behind the one in force, where that is listed and comes later."""
    listed = list(listed)
    if not overridden:
        return listed
    behind: dict[Located, list[Located]] = {}
    present = set(listed)
    shown: set[Located] = set()
    for located in listed:
        winner = overridden.get(located)
        if winner is not None and winner in present and winner not in shown:
            behind.setdefault(winner, []).append(located)
        else:
            shown.add(located)
    order: list[Located] = []
    for located in listed:
        if located in shown:
            order += [located, *behind.get(located, ())]
    return order
