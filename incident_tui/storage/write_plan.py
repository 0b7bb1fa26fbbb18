"""A request to change a knowledge base, and the planned writes to one live file and its archive."""

from collections.abc import Sequence
from typing import NamedTuple

from incident_tui.format.edit.describe import describe_edits
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Restore
from incident_tui.format.edit.plan import ChangeSet
from incident_tui.format.model.entry import Identity
from incident_tui.storage.user.history import Created, Record


class EditRequest(NamedTuple):
    """Make edits, all of them or none. Changes of one `group`, made one right after the other, are undone together."""

    edits: Sequence[Edit]
    group: str
    description: str
    entries: tuple[Identity, ...]
    """The identities of the changed entries after the change."""
    spans: int = 1
    """How many files the change must be made in, and undone in, at once."""

    @classmethod
    def of(cls, edits: Sequence[Edit], group: str = "") -> "EditRequest":
        """Return a request for edits; there must be at least one.

        Raises `Refused` for a text that is no entry; `ValueError` where a group restores: it must write the two files
        in the other order, and all of a group must write them in one.
        """
        if group and any(isinstance(edit.act, Restore) for edit in edits):
            raise ValueError("what is restored can't be undone with others")
        return cls(edits, group, describe_edits(edits), tuple(edit.about for edit in edits))


class UndoRequest(NamedTuple):
    """Undo the last change, with the others of its group unless `alone`; or `redo` what was undone last."""

    redo: bool = False
    alone: bool = False
    expected: Sequence[Record] | None = None
    """The last changes according to the history before the lock was taken; None if it wasn't read."""


Request = EditRequest | UndoRequest


class WritePlan(NamedTuple):
    """The planned writes to one live file and its archive, and the record for the history."""

    changes: ChangeSet
    """The new text of the files; empty if nothing is to be changed."""
    description: str
    entries: tuple[Identity, ...]
    group: str = ""
    undoes: Sequence[Record] = ()
    """The recorded changes that it undoes."""
    redoes: Sequence[Record] = ()
    """The recorded changes that it redoes."""
    removes_archive: Created = ""
    """What the undone change had created of the archive, to be removed with it."""
    removes_live: bool = False
    """Whether the undone change had created the live file, so that it is removed, too."""
    spans: int = 1
    """How many files must be undone together: those between which entries are moved."""
