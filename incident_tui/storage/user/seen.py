"""Which entries this user has seen in the browser: a digest of each, under the user's state folder.

What others add or change since then is new until it is seen. This user's own edits, also those of a command, are noted
where they are recorded, so they aren't. The loss of the state harms nothing: all is then as on a first visit, on which
nothing is new.
"""

import os
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity
from incident_tui.format.model.metadata import read_values
from incident_tui.storage.snapshot import FileSnapshot
from incident_tui.storage.user.state_dir import open_state, state_folder, write_state

KEPT = 50_000
"""Up to how many digests of entries that are no longer in the file are kept: they may come back with a branch."""

_FORMAT = b"seen v1\n"
_SIZE = 8
"""Bytes of a digest, and of the number of those that are not seen yet."""
_FIRST = len(_FORMAT) + _SIZE
"""Where the digests begin."""
_LONGEST = 100
"""Bytes of the live file's name in that of its state."""
_AT_ONCE = 32
"""How many entries are read without a break."""
_BOOKKEEPING = ("used", "last_used", "pinned", "reviewed")
"""Keys whose change makes no entry new."""

NewEntry = tuple[int, Identity]
"""The index of an entry's file, and its identity."""


class _Stored(NamedTuple):
    unseen: set[bytes]
    """The digests of entries that were there, but not seen yet."""
    seen: set[bytes]


class SeenEntries:
    """The entries of one live file, compared with those that were there at the last visit."""

    def __init__(self, live_file: Path, document: Document) -> None:
        """Compare, and note that all of them have been there."""
        self._path = _state_file(live_file)
        present: dict[bytes, Entry] = {}
        for number, entry in enumerate(document.entries):
            present[digest(entry)] = entry
            if number % _AT_ONCE == 0:
                time.sleep(0)  # others may have their turn: it runs beside the screen
        stored = _load(self._path) or _Stored(set(), set(present))
        self._seen = stored.seen
        new = [found for found in present if found not in self._seen]
        self.unseen = {present[found].identity: found for found in new}
        """What was not seen yet: the digest of each."""
        self.added = sum(found not in stored.unseen for found in new)
        """How many entries came, or were changed, since the last visit."""
        surplus = sorted(self._seen.difference(present))[KEPT:]
        self._seen.difference_update(surplus)
        _save(self._path, _Stored(set(new), self._seen))

    def changed_by_others(self, entries: Iterable[Entry]) -> None:
        """Note entries that others have added or changed."""
        digests = {entry.identity: digest(entry) for entry in entries}
        self.unseen.update((identity, each) for identity, each in digests.items() if each not in self._seen)
        self._save()

    def changed_by_user(self, entries: Iterable[Entry]) -> None:
        """Note entries as this user's own edit has left them. `note_own_edit` has written that already."""
        for entry in entries:
            self.unseen.pop(entry.identity, None)
            self._seen.add(digest(entry))

    def see(self, identities: Iterable[Identity]) -> bool:
        """Note that entries were seen; return whether one of them was not before."""
        seen = [found for identity in identities if (found := self.unseen.pop(identity, None)) is not None]
        if seen:
            self._seen.update(seen)
            self._save()
        return bool(seen)

    def _save(self) -> None:
        """Write the state. What another browser of this user has noted meanwhile as seen is seen here, too."""
        stored = _load(self._path)
        if stored is not None:
            self._seen |= stored.seen
        self.unseen = {
            identity: unseen_digest
            for identity, unseen_digest in self.unseen.items()
            if unseen_digest not in self._seen
        }
        _save(self._path, _Stored(set(self.unseen.values()), self._seen))


def new_entries(files: Sequence[FileSnapshot]) -> frozenset[NewEntry]:
    """Return the live entries that others have added or changed and that were not seen yet; writes nothing."""
    entries: set[NewEntry] = set()
    for file_index, file in enumerate(files):
        stored = _load(_state_file(file.live_file))
        if stored is not None:
            new = (entry for entry in file.live.entries if digest(entry) not in stored.seen)
            entries.update((file_index, entry.identity) for entry in new)
    return frozenset(entries)


def looked_up_once(files: Sequence[FileSnapshot]) -> Callable[[], frozenset[NewEntry]]:
    """Return what answers with `new_entries`: the state is read when that is first asked for."""
    return cache(lambda: new_entries(files))


def note_own_edit(live_file: Path, document: Document, identities: Iterable[Identity]) -> None:
    """Note entries as this user's own edit has left them. Where the browser never was, there is nothing to note."""
    path = _state_file(live_file)
    data = _read(path)
    own = {digest(entry) for identity in identities for entry in document.find(identity)} if data else set()
    if not all(_is_seen(data, each) for each in own):
        stored = _parsed(data)
        _save(path, _Stored(stored.unseen - own, stored.seen | own))


def digest(entry: Entry) -> bytes:
    """Return what tells an entry's text from others: all of it but pins, reviews, and how often it helped."""
    from hashlib import blake2b

    values, _, body = read_values(entry.data, entry.heading_end, entry.end)
    lines = [f"{key}: {value}" for key, value in values.items() if key not in _BOOKKEEPING]
    metadata = "\n".join(lines).encode("utf-8", "surrogateescape")
    parts = entry.data[entry.start : entry.heading_end], metadata, entry.data[body : entry.end].strip()
    return blake2b(b"\0".join(parts), digest_size=_SIZE).digest()


def _state_file(live_file: Path) -> Path:
    stem = os.fsdecode(os.fsencode(live_file.stem)[:_LONGEST])
    return state_folder() / f"{stem}-{zlib.crc32(os.fsencode(live_file)):08x}.seen"


def _load(path: Path) -> _Stored | None:
    """What is stored; None where nothing is, or it can't be read."""
    data = _read(path)
    return _parsed(data) if data else None


def _read(path: Path) -> bytes:
    """The bytes of a state; empty where there is none, or it can't be read."""
    try:
        with open_state(path) as file:
            data = file.read()
    except OSError:
        return b""
    sound = data.startswith(_FORMAT) and len(data) >= _FIRST and len(data) % _SIZE == 0
    return data if sound and _first_seen(data) <= len(data) else b""


def _first_seen(data: bytes) -> int:
    """Where the digests of what was seen begin, behind those that were not."""
    return _FIRST + _SIZE * int.from_bytes(data[len(_FORMAT) : _FIRST], "big")


def _is_seen(data: bytes, wanted: bytes) -> bool:
    """Whether a state has a digest as seen: much faster than to take all of it apart for each change."""
    first = _first_seen(data)
    at = data.find(wanted, first)
    while at >= 0 and (at - first) % _SIZE:
        at = data.find(wanted, at + 1)
    return at >= 0


def _parsed(data: bytes) -> _Stored:
    stop = _first_seen(data)
    unseen, seen = (
        {data[at : at + _SIZE] for at in range(*ends, _SIZE)} for ends in ((_FIRST, stop), (stop, len(data)))
    )
    return _Stored(unseen, seen)


def _save(path: Path, state: _Stored) -> None:
    """Write the state. Where that can't be done nothing happens."""
    count = len(state.unseen).to_bytes(_SIZE, "big")
    write_state(path, b"".join((_FORMAT, count, *sorted(state.unseen), *sorted(state.seen))))
