"""The recorded changes, for undo: in the user's state folder, of limited size, and optional.

The loss of the history harms nothing but undo. It is one file of JSON lines for each knowledge base: the first says
whose it is and how many changes follow, each of the others is a change. A line is `[checksum, value]`, with the CRC-32
of the value's bytes; one that doesn't fit is left out, and `warning` says so. (Version 1, one JSON object without
checksums, is still read.)
"""

import errno
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, NamedTuple

from incident_tui import clock
from incident_tui.format.edit.plan import ChangeSet
from incident_tui.format.edit.splice import Hunk
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import LOCATIONS, Location
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Identity
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.user.state_dir import open_state, state_folder, write_state

KEPT = 50
"""How many changes outlive a run; those of one group count as one."""

_LONGEST = 100
"""So many bytes of a knowledge base's name are in that of its history, which is limited."""

MAX_BYTES = 8 << 20
"""How large the file may become; the oldest changes go first."""


Created = Literal["", "file", "folder"]


class Record(NamedTuple):
    """One change that was made."""

    number: int
    """From 1, rising."""
    time: float
    """Seconds since the epoch."""
    run: str
    """Which run of the program made it."""
    did: str
    """The description of the change, as in a notice: `pinned INC-1234 orders-api-outage`."""
    files: tuple[tuple[Location, tuple[Hunk, ...]], ...]
    """The hunks of each file, in the order of writing."""
    about: tuple[Identity, ...] = ()
    """The changed entries."""
    created: Created = ""
    """Whether it made the archive file, or the archive's folder as well."""
    undone: bool = False
    closed: bool = False
    """Whether it was undone and can no longer be made again, because something else was done since."""
    group: str = ""
    """The common id of changes that are undone together; empty for a single change."""
    undone_at: float = 0.0
    """When it was undone, in seconds since the epoch; 0 if it wasn't."""
    created_live: bool = False
    """Whether it made the live file."""
    spans: int = 1
    """In how many files it must be undone at once, for it moved entries between them."""


class History:
    """The changes made to one knowledge base by this user, oldest first."""

    def __init__(self, live: Path, run: str | None = None) -> None:
        self.file = str(live)
        stem = os.fsdecode(os.fsencode(live.stem)[:_LONGEST])
        self.path = state_folder() / f"{stem}-{zlib.crc32(os.fsencode(live)):08x}.json"
        self.run = run or new_id()
        self._own: dict[int, Record] = {}
        self._read: tuple[atomic_file.Signature, list[Record]] | None = None
        self._unreadable = ""
        """Why the file could not be read, where that is not yet said; empty where it could, or isn't there."""
        self._warnings: dict[str, None] = {}

    def warning(self) -> str:
        """Return new problems with the history, in a line for a person; empty if there are none."""
        message = "; ".join(self._warnings)
        self._warnings.clear()
        return message

    def refuse_unreadable(self) -> None:
        """See that the changes that were asked for before are all there are. Raises `Refused`."""
        why, self._unreadable = self._unreadable, ""
        if why and not self._own:
            raise Refused(f"{why}; nothing was changed")

    def records(self) -> list[Record]:
        """All changes that are known: those of this run, and the last ones of earlier runs."""
        stored = {record.number: record for record in self._stored()}
        self._own.update({number: record for number, record in stored.items() if number in self._own})
        return [record for _, record in sorted((self._own | stored).items())]

    def add(
        self,
        description: str,
        entries: Sequence[Identity],
        change: ChangeSet,
        created: Created,
        group: str = "",
        created_live: bool = False,
        spans: int = 1,
    ) -> Record:
        """Note a change. What was undone before it can no longer be made again."""
        records = _closed(self.records())
        number = max((record.number for record in records), default=0) + 1
        recorded = tuple((file.location, file.hunks) for file in change.files)
        record = Record(
            number,
            clock.seconds(),
            self.run,
            description,
            recorded,
            tuple(entries),
            created,
            group=group,
            created_live=created_live,
            spans=spans,
        )
        self._own[number] = record
        self._keep([*records, record])
        return record

    def mark(self, records: Sequence[Record], undone: bool) -> None:
        """Note that changes were undone, or made again."""
        now = clock.seconds() if undone else 0.0
        marked = {record.number: record._replace(undone=undone, undone_at=now) for record in records}
        self._keep([marked.get(stored.number, stored) for stored in self.records()])

    def close(self) -> None:
        """Close the undone changes: they can't be made again after another change."""
        records = self.records()
        if any(record.undone and not record.closed for record in records):
            self._keep(_closed(records))

    def last(self, undone: bool) -> list[Record]:
        """Return the changes to undo (the last one not undone), or to make again (the first one undone).

        More than one where they were made as a group, one right after the other; in the order in which they are to be
        undone, or made. Those of this run come before those of other runs. None if there is none.
        """
        candidates = [record for record in self.records() if record.undone is undone and not record.closed]
        candidates.sort(key=lambda record: (record.run == self.run, -record.number if undone else record.number))
        candidates.reverse()
        return next(_steps(candidates), [])

    def last_removal(self, identity: Identity) -> Hunk | None:
        """How an entry was last taken out of the live file."""
        heading = b"## M-" + identity.timestamp.encode("utf-8", "surrogateescape")
        for record in reversed(self.records()):
            if record.undone:
                continue
            for location, hunks in record.files:
                for hunk in hunks:
                    if location != "live" or heading not in hunk.old:
                        continue
                    if Document.parse(hunk.old).find(identity) and not Document.parse(hunk.new).find(identity):
                        return hunk
        return None

    def _keep(self, records: Sequence[Record]) -> None:
        """Know these records from now on, and write the last ones."""
        self._own = {record.number: record for record in records if record.number in self._own}
        if not self._unreadable:  # else all that it may still hold would be gone
            self._store(records)

    def _stored(self) -> list[Record]:
        """Return the records of the file; it is read again only if it has changed."""
        try:
            with open_state(self.path) as file:
                signature = atomic_file.signature_of(os.fstat(file.fileno()))
                if self._read is None or self._read[0] != signature:
                    records, whole = _parsed(file.read(), self.file)
                    self._read = (signature, records)
                    if not whole:
                        self._warn("is damaged: some changes are left out, and can't be undone")
                return self._read[1]
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                if self._read is not None:
                    return self._read[1]
                self._unreadable = self._warn(f"can't be read: {atomic_file.os_error_text(error)}")
            return []

    def _store(self, records: Sequence[Record]) -> None:
        """Write the last changes; a state folder that can't be written costs only undo across runs."""
        texts: list[str] = []
        count = size = 0
        for step in reversed(list(_steps(records))[-KEPT:]):
            text = "".join(_line(_to_json(record)) for record in step)
            size += len(text)
            if size > MAX_BYTES:
                break
            texts.append(text)
            count += len(step)
        head = _line({"version": 2, "file": self.file, "changes": count})
        failure = write_state(self.path, (head + "".join(reversed(texts))).encode("ascii"))
        if failure is not None and failure.errno not in (errno.ENOENT, errno.ENOTDIR):  # else there is no state folder
            self._warn(f"can't be written: {atomic_file.os_error_text(failure)}; a later run can't undo this")

    def _warn(self, problem: str) -> str:
        warning = f"the history {problem} ({atomic_file.display_path(self.path)})"
        self._warnings[warning] = None
        return warning


def _line(value: dict[str, object]) -> str:
    """A line of the file: a value with its checksum."""
    text = json.dumps(value, default=_text)
    return f"[{zlib.crc32(text.encode('ascii'))}, {text}]\n"


def _parsed(data: bytes, live: str) -> tuple[list[Record], bool]:
    """The changes that a file holds, and whether it is whole.

    No changes where it is another knowledge base's: two of them can share a name.
    """
    if data.startswith(b"{"):
        return _version_1(data, live)
    head, *values = map(_value, data.removesuffix(b"\n").split(b"\n"))
    if head is None or not isinstance(head.get("file"), str):
        return [], False
    if head["file"] != live:
        return [], True
    records = []
    for value in values:
        with suppress(KeyError, TypeError, ValueError, AttributeError):
            if value is not None:
                records.append(_from_json(value))
    return records, len(records) == len(values) == head.get("changes")


def _value(line: bytes) -> dict[str, Any] | None:
    """Return the value of a line; None if its checksum is wrong."""
    _, _, text = line.removeprefix(b"[").removesuffix(b"]").partition(b", ")
    if b"[%d, %b]" % (zlib.crc32(text), text) != line:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _version_1(data: bytes, live: str) -> tuple[list[Record], bool]:
    try:
        stored = json.loads(data)
        return ([_from_json(change) for change in stored["changes"]] if stored["file"] == live else []), True
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [], False


def new_id() -> str:
    """Return an identifier that nothing else has, for a run of the program or a group of changes."""
    return os.urandom(8).hex()


def _closed(records: Iterable[Record]) -> list[Record]:
    """Records of which those that were undone can't be made again."""
    return [record._replace(closed=True) if record.undone else record for record in records]


def _steps(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Yield the records that are undone together: a group, or a single change."""
    for _, step in groupby(records, key=lambda record: record.group or record.number):
        yield list(step)


def _to_json(record: Record) -> dict[str, object]:
    """A record as JSON has it; `_from_json` is the way back."""
    recorded = [(location, [hunk._asdict() for hunk in hunks]) for location, hunks in record.files]
    return record._asdict() | {"files": recorded}


def _from_json(fields: dict[str, Any]) -> Record:
    recorded = tuple(
        (location, tuple(_hunk(hunk) for hunk in hunks))
        for location, hunks in fields.pop("files")
        if location in LOCATIONS
    )
    entries = tuple(_identity(identity) for identity in fields.pop("about"))
    record = Record(files=recorded, about=entries, **fields)
    for name, kind in _KINDS.items():
        if not isinstance(getattr(record, name), kind):
            raise TypeError(name)
    return record


_KINDS = {
    "number": int,
    "time": float,
    "run": str,
    "did": str,
    "created": str,
    "undone": bool,
    "closed": bool,
    "group": str,
    "undone_at": float,
    "created_live": bool,
    "spans": int,
}


def _hunk(fields: dict[str, Any]) -> Hunk:
    return Hunk(
        _identity(fields["previous"]) if fields["previous"] is not None else None,
        _identity(fields["following"]) if fields["following"] is not None else None,
        _bytes(fields["old"]),
        _bytes(fields["new"]),
        int(fields["old_at"]),
        int(fields["new_at"]),
    )


def _identity(pair: Sequence[str]) -> Identity:
    timestamp, name = pair
    if not isinstance(timestamp, str) or not isinstance(name, str):
        raise TypeError("identity")
    return Identity(timestamp, name)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
