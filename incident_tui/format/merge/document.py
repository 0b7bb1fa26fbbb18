"""Three-way merging of whole files, entry by entry: what git's merge of lines can't do for people who work on one list.

Both sides' changes of one entry are merged by the rules of `format.merge.entry`; entries that either side added are all
kept; one that a side took out goes if the other side left it as it was. The result doesn't depend on which
side is called ours, conflicts excepted. What is not understood is not merged: `NotUnderstood` says so, and line by
line is left to git.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from incident_tui.format.caseless import caseless
from incident_tui.format.edit.metadata_lines import ensure_newline, set_field
from incident_tui.format.edit.plan import DocumentPlan
from incident_tui.format.edit.splice import Splice, apply_splices
from incident_tui.format.errors import Refused
from incident_tui.format.merge.entry import Conflict, Part, merge, unaccounted
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity, parse_entry
from incident_tui.format.sanitize import one_line

Key = tuple[Identity, int]
"""An entry's identity, and which one of several with that identity it is, from 0."""


class NotUnderstood(Exception):
    """Why two versions of a file can't be merged entry by entry."""


class Labels(NamedTuple):
    """The names of the two sides in conflict markers."""

    ours: str = "ours"
    theirs: str = "theirs"


LABELS = Labels()


class Merged(NamedTuple):
    """A merged file."""

    data: bytes
    conflicts: tuple[str, ...]
    """The conflicts that are left between markers, entry by entry; empty if all was merged."""


def merge_files(base: bytes, ours: bytes, theirs: bytes, labels: Labels = LABELS) -> Merged:
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


class _Version:
    """One version of the file, its entries by their keys."""

    def __init__(self, document: Document) -> None:
        counts: Counter[Identity] = Counter()
        self.document = document
        self.entries: dict[Key, Entry] = {}
        for entry in document.entries:
            identity = entry.identity
            self.entries[identity, counts[identity]] = entry
            counts[identity] += 1

    @property
    def head(self) -> bytes:
        """The text before the first entry."""
        return self.document.data[: self.document.entries[0].start if self.document.entries else None]

    def gap(self, key: Key) -> bytes:
        """The text after an entry."""
        entry = self.entries[key]
        return self.document.data[entry.end : entry.gap_end]

    def bodies(self, keys: Sequence[Key]) -> bytes:
        """The bodies of entries, one after the other."""
        entries = (self.entries[key] for key in keys)
        return b"\n".join(self.document.data[entry.metadata.end : entry.end] for entry in entries)

    def reordered(self, other: "_Version") -> bool:
        """Whether the entries that both have are in another order."""
        numbers = [entry.number for key in self.entries if (entry := other.entries.get(key)) is not None]
        return any(a > b for a, b in pairwise(numbers))

    def alone(self, other: "_Version") -> dict[Key | None, list[Key]]:
        """Return the entries that the other version doesn't have, by the nearest common entry before them."""
        slot: Key | None = None
        by_slot: dict[Key | None, list[Key]] = defaultdict(list)
        for key in self.entries:
            if key in other.entries:
                slot = key
            else:
                by_slot[slot].append(key)
        return by_slot

    def is_newest_first(self) -> bool:
        """Whether the newest entry is the first."""
        return all(a.instant >= b.instant for a, b in pairwise(self.document.entries))

    def comments_outside_entries(self) -> Counter[bytes]:
        """The comments outside the entries."""
        document = self.document
        comments: Counter[bytes] = Counter()
        for comment in document.comments:
            number = document.number_at(comment.start)
            if number < 0 or comment.start >= document.entries[number].end:
                comments[document.data[comment.start : comment.end].strip()] += 1
        return comments


class _Merge:
    """One merge. `ours` is the side whose file is carried on; the other's changes go into it."""

    def __init__(self, base: Document, ours: Document, theirs: Document, labels: Labels) -> None:
        for document in (base, ours, theirs):
            if b"<<<<<<< " in document.data and any(map(document.conflict, document.entries)):
                raise NotUnderstood("conflict markers stand in it already")
        self.labels = labels
        self.base, our_version, their_version = map(_Version, (base, ours, theirs))
        if our_version.reordered(their_version):
            moved = our_version.reordered(self.base), their_version.reordered(self.base)
            if all(moved):
                raise NotUnderstood("both sides have put the entries in another order")
            self.swapped = moved[1]
        else:  # which side is carried on must not depend on which is called ours
            self.swapped = theirs.data < ours.data
        self.began, self.theirs = (their_version, our_version) if self.swapped else (our_version, their_version)
        around = list(self._around())
        carrier = self.began.document.data
        self.ours = _Version(Document.parse(apply_splices(carrier, around))) if around else self.began
        self.replaced: dict[int, bytes] = {}
        self.gone: set[int] = set()
        self.added: set[Key] = set()
        self.conflicts: dict[Key, tuple[str, bytes]] = {}
        """The problem of each entry in conflict, and the text with markers that replaces it."""

    @property
    def _eol(self) -> bytes:
        return self.ours.document.eol

    def merged(self) -> Merged:
        versions = [version.entries for version in (self.base, self.ours, self.theirs)]
        for key in dict.fromkeys(chain(*versions)):
            self._settle(key, *(entries.get(key) for entries in versions))
        plan = DocumentPlan(self.ours.document)
        plan.replaced, plan.gone, plan.added = self.replaced, self.gone, self._placed()
        try:
            change = plan.change("live")
        except Refused as refused:
            raise NotUnderstood(str(refused)) from refused
        result = _Version(change.document) if change is not None else self.ours
        self._check(result)
        if not self.conflicts:
            self._check_lines(result)
        return Merged(
            self._with_markers(result), tuple(f"{key[0].name}: {self.conflicts[key][0]}" for key in self.conflicts)
        )

    def _settle(self, key: Key, base: Entry | None, ours: Entry | None, theirs: Entry | None) -> None:
        """Merge one entry."""
        if ours is None and theirs is None:
            return
        if theirs is None and ours is not None:
            if base is not None and base.raw == ours.raw:
                self.gone.add(ours.number)
            elif base is not None:
                self._conflict(key, "one side took it out, the other changed it", ours.raw, None)
        elif ours is None and theirs is not None:
            if base is None or base.raw != theirs.raw:
                self.added.add(key)
            if base is not None and base.raw != theirs.raw:
                self._conflict(key, "one side took it out, the other changed it", None, theirs.raw)
        elif ours is not None and theirs is not None:
            self._both(key, base, ours, theirs)

    def _both(self, key: Key, base: Entry | None, ours: Entry, theirs: Entry) -> None:
        our_raw, their_raw = (ensure_newline(entry.raw, self._eol) for entry in (ours, theirs))
        if base is None:
            if our_raw != their_raw:
                self._conflict(key, "both sides added it, with another text each", our_raw, their_raw)
            return
        if ours.state != theirs.state and not (base.body == ours.body or base.body == theirs.body):
            self._conflict(key, "one side summarized it, the other changed its text", our_raw, their_raw)
            return
        began = ensure_newline(base.raw, self._eol)
        try:
            merged = _with_sorted_tags(merge(began, our_raw, their_raw), base, ours, theirs)
        except Conflict as conflict:
            self._conflict(key, f"both sides changed {conflict}", our_raw, their_raw, began)
            return
        if merged != our_raw:
            self.replaced[ours.number] = merged if ours.raw.endswith(b"\n") else merged.rstrip(b"\r\n")

    def _conflict(
        self, key: Key, problem: str, ours: bytes | None, theirs: bytes | None, began: bytes | None = None
    ) -> None:
        if self.swapped:
            ours, theirs = theirs, ours
        marked = None
        if began is not None and ours is not None and theirs is not None:
            try:
                marked = merge(began, ours, theirs, self._markers)
            except Conflict:  # of the heading or the metadata: their lines have no meaning between markers
                marked = None
        self.conflicts[key] = problem, marked or self._markers(ours, theirs)

    def _markers(self, ours: Part, theirs: Part) -> bytes:
        eol = self._eol
        sides = [ensure_newline(text or b"", eol) for text in (ours, theirs)]
        names = [label.encode("utf-8", "surrogateescape") for label in self.labels]
        return b"<<<<<<< " + names[0] + eol + sides[0] + b"=======" + eol + sides[1] + b">>>>>>> " + names[1] + eol

    # Where what the other side added goes

    def _placed(self) -> list[tuple[bytes, int]]:
        """The texts of added entries, each with the number of the entry before which it goes.

        It goes behind the entry behind which it stood, and among others that were added there by the order of time
        that the file has, or by rising time where it has none.
        """
        newest_first = self.ours.is_newest_first() and self.theirs.is_newest_first()
        own = self.ours.alone(self.theirs)
        placed: list[tuple[bytes, int]] = []
        for slot, keys in self.theirs.alone(self.ours).items():
            last = own[slot][-1] if own[slot] else slot
            end = self.ours.entries[last].number + 1 if last is not None else 0
            new = [key for key in own[slot] if key not in self.base.entries]
            for key in sorted((key for key in keys if key in self.added), reverse=newest_first):
                before = next((own_key for own_key in new if (own_key < key if newest_first else own_key > key)), None)
                number = self.ours.entries[before].number if before is not None else end
                placed.append((self.theirs.entries[key].raw, number))
        return placed

    # What stands between the entries

    def _around(self) -> Iterator[Splice]:
        """The splices that bring the other side's changes of the text before and between the entries."""
        versions = self.base, self.began, self.theirs
        if _differs("the text before the entries", *(version.head for version in versions)):
            yield Splice(0, len(self.began.head), self.theirs.head)
        for key, entry in self.began.entries.items():
            if key not in self.base.entries or key not in self.theirs.entries:
                continue
            if _differs("the text between two entries", *(version.gap(key) for version in versions)):
                yield Splice(entry.end, entry.gap_end, self.theirs.gap(key))

    # That nothing is lost

    def _check(self, result: _Version) -> None:
        """Every entry of both sides is in the result or was taken out, and so is every comment outside the entries."""
        removed = {key for key, entry in self.ours.entries.items() if entry.number in self.gone}
        if result.entries.keys() != (self.ours.entries.keys() | self.added) - removed:
            raise NotUnderstood("the result would not hold every entry of both sides")
        base, ours, theirs = (version.comments_outside_entries() for version in (self.base, self.began, self.theirs))
        expected = ours + (theirs - base) - ((ours - base) & (theirs - base))
        expected.subtract((base - theirs) - (base - ours))
        if +expected != result.comments_outside_entries():
            raise NotUnderstood("the result would not hold every comment between the entries")

    def _check_lines(self, result: _Version) -> None:
        """No entry has a line again that one side took out of another entry, or out of it."""
        versions = self.base, self.ours, self.theirs
        changed = [
            key
            for key in self.base.entries
            if key in self.ours.entries and key in self.theirs.entries
            if len({version.entries[key].raw for version in versions}) > 1
        ]
        line = unaccounted(*(version.bodies(changed) for version in (*versions, result)))
        if line is not None:
            text = one_line(line.decode("utf-8", "surrogateescape"))
            raise NotUnderstood(f"one side took out the line `{text}`, which the other has put elsewhere")

    def _with_markers(self, result: _Version) -> bytes:
        marked = [
            Splice(result.entries[key].start, result.entries[key].end, text)
            for key, (_, text) in self.conflicts.items()
        ]
        return apply_splices(result.document.data, sorted(marked))


def _with_sorted_tags(merged: bytes, *three: Entry) -> bytes:
    """Tags that both sides changed come in the order of the alphabet, lest it depend on who merges first."""
    if len({entry.metadata.get("tags") for entry in three}) < len(three):
        return merged
    return set_field(merged, "tags", ", ".join(sorted(parse_entry(merged).tags, key=lambda tag: (caseless(tag), tag))))


def _differs(subject: str, base: bytes, ours: bytes, theirs: bytes) -> bool:
    """Whether theirs has text that is to be taken over. Raises `NotUnderstood` where both have changed it."""
    if theirs in (base, ours):
        return False
    base, ours, theirs = map(_bare, (base, ours, theirs))
    if theirs in (base, ours):
        return False
    if ours != base:
        raise NotUnderstood(f"both sides have changed {subject}")
    return True


def _bare(text: bytes) -> bytes:
    """Text around entries without the blank lines and rules at its end, which belong to no side."""
    lines = text.split(b"\n")
    while lines and not lines[-1].strip(b" \t\r-"):
        lines.pop()
    return b"\n".join(lines)
