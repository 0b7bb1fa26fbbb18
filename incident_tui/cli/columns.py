"""What a line says of an entry: columns for `cut` and `grep`, and what stands behind a line for a person."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from incident_tui.format.sanitize import one_line

if TYPE_CHECKING:
    from incident_tui.format.model.located import LocatedEntry
    from incident_tui.storage.snapshot import Snapshot


class EntryColumns(NamedTuple):
    """The columns of `list`, in their order; `match` and `list --items` show some of them."""

    mark: str
    """`*` where it is pinned."""
    id: str
    ref: str
    date: str
    title: str
    state: str
    """`full`, `summarized` or `archived`."""
    tags: str
    """With commas between."""


def entry_columns(located: "LocatedEntry") -> EntryColumns:
    """Return the columns of an entry; a missing one is a `-`, so that none is empty."""
    entry = located.entry
    columns = EntryColumns(
        mark="*" if entry.pinned else "",
        id=located.id,
        ref=entry.ref or "",
        date=entry.instant[:10],
        title=entry.title,
        state="archived" if located.archived else entry.state,
        tags=",".join(entry.tags),
    )
    return EntryColumns(*filled(columns))


def file_columns(located: "LocatedEntry", snapshot: "Snapshot") -> list[str]:
    """What its file is called, where there are several, and its layer, where there are several."""
    file = snapshot.files[located.file_index]
    if snapshot.layered:
        return filled([file.name_in_layer, file.layer])
    return filled([file.name]) if len(snapshot.files) > 1 else []


def file_note(located: "LocatedEntry", snapshot: "Snapshot") -> str:
    """What its file is called, with its layer, behind a line for a person; empty where there is but one."""
    return "".join(f"  ({name})" for name in filled([snapshot.names[located.file_index]]) if len(snapshot.files) > 1)


def filled(columns: Sequence[str]) -> list[str]:
    """Columns harmless and on one line, with a `-` for each that is empty."""
    return [one_line(column).strip() or "-" for column in columns]
