"""Three-way merging of whole files, entry by entry: what git's merge of lines can't do for people who work on one list.

Both sides' changes of one entry are merged by the rules of `incident_tui.kb.merge`; entries that either side added
are all kept; one that a side took out goes if the other side left it as it was. The result doesn't depend on which
side is called ours, conflicts excepted. What is not understood is not merged: `NotUnderstood` says so, and line by
line is left to git.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from incident_tui.kb.change import Plan
from incident_tui.kb.document import Document
from incident_tui.kb.entry import Entry, Identity
from incident_tui.kb.merge import Conflict, Part, merge
from incident_tui.kb.metadata import ended
from incident_tui.kb.splice import Refused, Splice, splice

Key = tuple[Identity, int]
"""An entry's identity, and which one of several with that identity it is, from 0."""


class NotUnderstood(Exception):
    """Why two versions of a file can't be merged entry by entry."""


class Labels(NamedTuple):
    """What conflict markers call the two sides."""

    ours: str = "ours"
    theirs: str = "theirs"


class Merged(NamedTuple):
    """A merged file."""

    data: bytes
    conflicts: tuple[str, ...]
    """What could not be merged and stands between markers, entry by entry; nothing if all could."""


def merge_files(base: bytes, ours: bytes, theirs: bytes, labels: Labels = Labels()) -> Merged:  # noqa: B008
    """Merge two versions of a file that both began as `base`. Raises `NotUnderstood`.

    Where one side has changed all line ends of the file, the result has that side's line ends.
    """
    if base in (ours, theirs):
        return Merged(theirs if ours == base else ours, ())
    eol = _eol(base, ours, theirs)
    if eol is not None:
        base, ours, theirs = (text.replace(b"\r\n", b"\n") for text in (base, ours, theirs))
    merged = _Merge(Document.parse(base), Document.parse(ours), Document.parse(theirs), labels).merged()
    return merged._replace(data=merged.data.replace(b"\n", b"\r\n")) if eol == b"\r\n" else merged


def _eol(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """The line end of the result, if all three have one each and not all the same; else nothing."""
    ends = []
    for text in (base, ours, theirs):
        crlf, lines = text.count(b"\r\n"), text.count(b"\n")
        if crlf not in (0, lines):
            return None
        ends.append(b"\r\n" if crlf else b"\n")
    if len(set(ends)) == 1:
        return None
    return ends[1] if ends[2] == ends[0] else ends[2]


def _keyed(document: Document) -> dict[Key, Entry]:
    seen: Counter[Identity] = Counter()
    found: dict[Key, Entry] = {}
    for entry in document.entries:
        found[entry.identity, seen[entry.identity]] = entry
        seen[entry.identity] += 1
    return found


class _Merge:
    """One merge. `ours` is the side whose file is carried on; the other's changes go into it."""

    def __init__(self, base: Document, ours: Document, theirs: Document, labels: Labels) -> None:
        for document in (base, ours, theirs):
            if any(document.conflict(entry) is not None for entry in document.entries):
                raise NotUnderstood("conflict markers stand in it already")
        self.labels = labels
        if _moved(base, theirs) and _moved(base, ours):
            raise NotUnderstood("both sides have put the entries in another order")
        # which side is carried on must not depend on which is called ours
        self.swapped = _moved(base, theirs) or (not _moved(base, ours) and theirs.data < ours.data)
        if self.swapped:
            ours, theirs = theirs, ours
        self.documents = base, ours, theirs
        self.base, self.theirs = _keyed(base), _keyed(theirs)
        self.carrier = Document.parse(splice(ours.data, list(self._around(base, ours, theirs))))
        self.ours = _keyed(self.carrier)
        self.replaced: dict[int, bytes] = {}
        self.gone: set[int] = set()
        self.added: list[Key] = []
        self.conflicts: dict[Key, tuple[str, bytes]] = {}
        """What is in conflict in which entry, and the text with markers that takes its place."""

    def merged(self) -> Merged:
        for key in {**self.base, **self.ours, **self.theirs}:
            self._settle(key, self.base.get(key), self.ours.get(key), self.theirs.get(key))
        plan = Plan(self.carrier, replaced=self.replaced, gone=self.gone, added=self._placed())
        try:
            change = plan.change("live")
        except Refused as refused:
            raise NotUnderstood(str(refused)) from refused
        document = change.document if change is not None else self.carrier
        self._check(document)
        return Merged(
            self._with_markers(document), tuple(f"{key[0].name}: {self.conflicts[key][0]}" for key in self.conflicts)
        )

    def _settle(self, key: Key, base: Entry | None, ours: Entry | None, theirs: Entry | None) -> None:
        """What becomes of one entry."""
        if ours is None and theirs is None:
            return
        if theirs is None and ours is not None:
            if base is not None and base.raw == ours.raw:
                self.gone.add(ours.number)
            elif base is not None:
                self._conflict(key, "one side took it out, the other changed it", ours.raw, None)
        elif ours is None and theirs is not None:
            if base is None or base.raw != theirs.raw:
                self.added.append(key)
            if base is not None and base.raw != theirs.raw:
                self._conflict(key, "one side took it out, the other changed it", None, theirs.raw)
        elif ours is not None and theirs is not None:
            self._both(key, base, ours, theirs)

    def _both(self, key: Key, base: Entry | None, ours: Entry, theirs: Entry) -> None:
        raws = [ended(entry.raw, self.carrier.eol) for entry in (ours, theirs)]
        if base is None:
            if raws[0] != raws[1]:
                self._conflict(key, "both sides added it, with another text each", *raws)
            return
        if ours.state != theirs.state and not (base.body == ours.body or base.body == theirs.body):
            self._conflict(key, "one side summarized it, the other changed its text", *raws)
            return
        began = ended(base.raw, self.carrier.eol)
        try:
            merged = merge(began, *raws)
        except Conflict as conflict:
            self._conflict(key, f"both sides changed {conflict}", *raws, began=began)
            return
        self.replaced[ours.number] = merged if ours.raw.endswith(b"\n") else merged.rstrip(b"\r\n")

    def _conflict(
        self, key: Key, what: str, ours: bytes | None, theirs: bytes | None, began: bytes | None = None
    ) -> None:
        if self.swapped:
            ours, theirs = theirs, ours
        marked = None
        if began is not None and ours is not None and theirs is not None:
            try:
                marked = merge(began, ours, theirs, self._markers)
            except Conflict:  # of the heading or the metadata: their lines have no meaning between markers
                marked = None
        self.conflicts[key] = what, marked or self._markers(ours, theirs)

    def _markers(self, ours: Part, theirs: Part) -> bytes:
        eol = self.carrier.eol
        sides = [ended(text or b"", eol) for text in (ours, theirs)]
        names = [label.encode("utf-8", "surrogateescape") for label in self.labels]
        return b"<<<<<<< " + names[0] + eol + sides[0] + b"=======" + eol + sides[1] + b">>>>>>> " + names[1] + eol

    # Where what the other side added goes

    def _placed(self) -> list[tuple[bytes, int]]:
        """The texts of added entries, each with the number of the entry before which it goes.

        It goes behind the entry behind which it stood, and among others that were added there by the order of time
        that the file has, or by rising time where it has none.
        """
        falling = _falls(self.carrier) and _falls(self.documents[2])
        slots: dict[Key | None, list[Key]] = defaultdict(list)
        for slot, key in _slots(self.theirs, self.ours):
            slots[slot].append(key)
        own: dict[Key | None, list[Key]] = defaultdict(list)
        for slot, key in _slots(self.ours, self.theirs):
            own[slot].append(key)
        placed: list[tuple[bytes, int]] = []
        added = set(self.added)
        for slot, keys in slots.items():
            after = self.ours[slot].number + 1 if slot is not None else 0
            new = [key for key in own[slot] if key not in self.base]
            end = self.ours[own[slot][-1]].number + 1 if own[slot] else after
            for key in sorted((key for key in keys if key in added), reverse=falling):
                before = next((held for held in new if (held < key if falling else held > key)), None)
                number = self.ours[before].number if before is not None else end
                placed.append((self.theirs[key].raw, number))
        return placed

    # What stands between the entries

    def _around(self, base: Document, ours: Document, theirs: Document) -> Iterator[Splice]:
        """The splices that bring the other side's changes of the text before and between the entries."""
        heads = [
            document.data[: document.entries[0].start if document.entries else None]
            for document in (base, ours, theirs)
        ]
        if _bare(heads[2]) != _bare(heads[0]):
            if _bare(heads[1]) == _bare(heads[0]):
                yield Splice(0, len(heads[1]), heads[2])
            elif _bare(heads[1]) != _bare(heads[2]):
                raise NotUnderstood("both sides have changed the text before the entries")
        sides = [_keyed(document) for document in (base, ours, theirs)]
        for key in sides[1].keys() & sides[0].keys() & sides[2].keys():
            gaps = [
                document.data[side[key].end : side[key].gap_end]
                for document, side in zip((base, ours, theirs), sides, strict=True)
            ]
            was, mine, other = map(_bare, gaps)
            if other != was and mine == was:
                yield Splice(sides[1][key].end, sides[1][key].gap_end, gaps[2])
            elif other not in (was, mine):
                raise NotUnderstood("both sides have changed the text between two entries")

    # That nothing is lost

    def _check(self, document: Document) -> None:
        """Every entry of both sides is in the result or was taken out, and so is every comment outside the entries."""
        expected = (self.ours.keys() | set(self.added)) - {
            key for key, entry in self.ours.items() if entry.number in self.gone
        }
        if _keyed(document).keys() != expected:
            raise NotUnderstood("the result would not hold every entry of both sides")
        base, ours, theirs = map(_loose, self.documents)
        wanted = Counter(ours)
        wanted.update(theirs - base)
        wanted.subtract(base - theirs)
        both = (ours - base) & (theirs - base)
        wanted.subtract(both)
        if +wanted != _loose(document):
            raise NotUnderstood("the result would not hold every comment between the entries")

    def _with_markers(self, document: Document) -> bytes:
        entries = _keyed(document)
        marked = [Splice(entries[key].start, entries[key].end, text) for key, (_, text) in self.conflicts.items()]
        return splice(document.data, sorted(marked))


def _moved(base: Document, side: Document) -> bool:
    """Whether a side has put entries that it kept in another order."""
    places = {key: at for at, key in enumerate(_keyed(base))}
    kept = [places[key] for key in _keyed(side) if key in places]
    return any(a > b for a, b in pairwise(kept))


def _slots(of: dict[Key, Entry], other: dict[Key, Entry]) -> Iterator[tuple[Key | None, Key]]:
    """Each entry that only one side has, with the entry of both sides that stands before it."""
    slot: Key | None = None
    for key in of:
        if key in other:
            slot = key
        else:
            yield slot, key


def _falls(document: Document) -> bool:
    stamps = [entry.timestamp for entry in document.entries]
    return all(a >= b for a, b in pairwise(stamps))


def _bare(text: bytes) -> bytes:
    """Text around entries without the blank lines and rules at its end, which belong to no side."""
    lines = text.split(b"\n")
    while lines and not lines[-1].strip(b" \t\r-"):
        lines.pop()
    return b"\n".join(lines)


def _loose(document: Document) -> Counter[bytes]:
    """The comments outside the entries."""
    inside = [(entry.start, entry.end) for entry in document.entries]
    return Counter(
        document.data[comment.start : comment.end].strip()
        for comment in document.comments
        if not any(start <= comment.start < end for start, end in inside)
    )
