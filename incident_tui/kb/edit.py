"""Edits as values, and what they make of a knowledge base's two documents. Pure: storage does the writing.

An edit says which entry, the bytes of it that were seen, and what to do. `apply` finds the entry by its
identity, never by its place; where its bytes are no longer those that were seen the edit is refused.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from incident_tui.kb.document import Document
from incident_tui.kb.entry import KEYS, Entry, Identity, is_count, is_flag
from incident_tui.kb.place import archive_position, ended, position, put_back, put_in, take_out
from incident_tui.kb.plain import harmless, one_line
from incident_tui.kb.splice import Hunk, Refused, Splice, altered, hunks

Place = Literal["live", "archive"]

_FLAGS = (("true", "false"), ("yes", "no"), ("on", "off"), ("1", "0"))
_OPPOSITE = dict(_FLAGS) | {no: yes for yes, no in _FLAGS}


class Changed(Refused):
    """The entry is no longer what was seen: someone else altered it, moved it or took it out."""


@dataclass(frozen=True, slots=True)
class Pin:
    """Pin an entry (never archive it without asking), or unpin it."""

    pinned: bool = True


@dataclass(frozen=True, slots=True)
class Helped:
    """Count that an entry helped: `used` goes up by one, `last_used` becomes `today`."""

    today: date


@dataclass(frozen=True, slots=True)
class Summarize:
    """Put a summary in the entry's place; its full text goes to the archive, verbatim."""

    summary: str
    key_learning: str


@dataclass(frozen=True, slots=True)
class Archive:
    """Move an entry to the archive. A pinned one only if `force` is set."""

    force: bool = False


@dataclass(frozen=True, slots=True)
class Restore:
    """Bring an entry's full text back from the archive."""


Act = Pin | Helped | Summarize | Archive | Restore


class Target(NamedTuple):
    """Which entry an edit is for, and the bytes of it that the person saw."""

    place: Place
    identity: Identity
    seen: bytes


class Edit(NamedTuple):
    """What to do to which entry."""

    target: Target
    act: Act


@dataclass(frozen=True, slots=True)
class Base:
    """The two documents of a knowledge base. `pointer` is the archive's path as summaries name it."""

    live: Document
    archive: Document | None
    pointer: str

    def document(self, place: Place) -> Document:
        """The live document, or the archive (an empty one where there is none)."""
        if place == "live":
            return self.live
        return self.archive or Document.parse(b"")


@dataclass(frozen=True, slots=True)
class FileChange:
    """What becomes of one of the two files: its new document, and the same told as hunks."""

    place: Place
    document: Document
    hunks: tuple[Hunk, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What edits make of a knowledge base. Empty where all is so already."""

    files: tuple[FileChange, ...] = ()
    """In the order in which they must be written: an entry is written where it goes before it is taken
    out where it was."""


@dataclass(slots=True)
class _Plan:
    """What is to happen to one document, collected over all edits."""

    document: Document
    replaced: dict[int, bytes] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    added: list[tuple[bytes, int]] = field(default_factory=list)
    put_back: list[Splice] = field(default_factory=list)

    def change(self, place: Place) -> FileChange | None:
        entries = self.document.entries
        splices = [
            Splice(entries[number].start, entries[number].end, raw)
            for number, raw in self.replaced.items()
            if raw != entries[number].raw
        ]
        splices += take_out(self.document, self.gone) if self.gone else []
        splices += put_in(self.document, self.added) if self.added else []
        splices += self.put_back
        if not splices:
            return None
        splices.sort(key=lambda change: (change.start, change.end))
        kept = [entry for entry in entries if entry.number not in self.gone and entry.number not in self.replaced]
        count = len(entries) - len(self.gone) + len(self.added) + len(self.put_back)
        result = altered(self.document, splices, kept, count)
        return FileChange(place, result, tuple(hunks(self.document, splices)))


Taken = Callable[[Identity], Hunk | None]
"""How an entry was last taken out of the live file, if that is known."""


def apply(base: Base, edits: Sequence[Edit], taken: Taken = lambda _: None) -> Change:
    """Return what the edits make of the two documents; all of them, as one change, or none.

    Raises `Changed` where an entry is no longer what was seen, and `Refused` where an act can't be done.
    """
    plans: dict[Place, _Plan] = {place: _Plan(base.document(place)) for place in ("live", "archive")}
    meant: set[tuple[Place, int]] = set()
    for edit in edits:
        entry = find(base.document(edit.target.place), edit.target, meant)
        meant.add((edit.target.place, entry.number))
        match edit.act:
            case Pin() | Helped():
                plan = plans[edit.target.place]
                plan.replaced[entry.number] = _rewritten(plan.document, entry, edit.act)
            case Summarize():
                _summarize(base, plans, edit.target.place, entry, edit.act)
            case Archive():
                _archive(plans, edit.target.place, entry, edit.act)
            case Restore():
                _restore(base, plans, edit.target.place, entry, taken, exact=len(edits) == 1)
    restoring = any(isinstance(edit.act, Restore) for edit in edits)
    order: tuple[Place, Place] = ("live", "archive") if restoring else ("archive", "live")
    if plans["archive"].added and base.archive is None:
        plans["archive"].document = new_archive(base.live)
        plans["archive"].added = [(text, 0) for text, _ in plans["archive"].added]
    changes = [plans[place].change(place) for place in order]
    if base.archive is None:
        changes = [_as_new(change) if change and change.place == "archive" else change for change in changes]
    return Change(tuple(change for change in changes if change is not None))


def find(document: Document, target: Target, meant: Collection[tuple[Place, int]] = ()) -> Entry:
    """The entry that a target names, with the bytes that were seen. Raises `Changed` if there is none.

    Of several that are equal to the last byte it is one that isn't `meant` by another edit yet.
    """
    candidates = document.find(target.identity)
    seen = [entry for entry in candidates if entry.raw == target.seen]
    if seen:
        return next((entry for entry in seen if (target.place, entry.number) not in meant), seen[0])
    name = one_line(target.identity.name) or f"M-{one_line(target.identity.timestamp)}"
    if candidates:
        raise Changed(f"{name}: someone else changed it meanwhile; nothing was written, look at it again")
    raise Changed(f"{name}: it is no longer in this file; nothing was written")


def new_archive(live: Document) -> Document:
    """A new archive: a title line and the format's separator, with the live file's line ends."""
    return Document.parse(live.eol.join([b"# Archived incidents", b"", b"---", b"", b""]))


def with_value(raw: bytes, key: str, value: str, eol: bytes = b"\n") -> bytes:
    """An entry's bytes with one metadata value set. A line that is missing is put where the format has it.

    `eol` is the file's line end, for an entry that has none itself.
    """
    entry = Entry(raw, 0, len(raw), len(raw), 0)
    metadata = entry.metadata
    new = value.encode("utf-8", "surrogateescape")
    found = metadata.field(key)
    if found is not None:
        blank = b"" if raw[found.start - 1 : found.start] in (b" ", b"\t") or not new else b" "
        return raw[: found.start] + blank + new + raw[found.end :]
    eol = _line_end(raw[: entry.heading_end]) or eol
    line = f"- {key}: ".encode() + new
    if not metadata.fields:
        rest = raw[entry.heading_end :]
        parted = not rest or rest.lstrip(b" \t").startswith((b"\n", b"\r\n"))
        return ended(raw[: entry.heading_end], eol) + eol + line + eol + (b"" if parted else eol) + rest
    at = metadata.start
    if key in KEYS:
        earlier = KEYS[: KEYS.index(key)]
        at = max((held.line_end for held in metadata.fields if held.key in earlier), default=at)
    else:
        at = metadata.end
    before = ended(raw[:at], eol)
    added = line if at == len(raw) and not raw.endswith(b"\n") else line + eol
    return before + added + raw[at:]


def without(raw: bytes, key: str) -> bytes:
    """An entry's bytes without the last metadata line of a key."""
    found = Entry(raw, 0, len(raw), len(raw), 0).metadata.field(key)
    return raw if found is None else raw[: found.line_start] + raw[found.line_end :]


def summarized(entry: Entry, summary: str, key_learning: str, pointer: str, eol: bytes = b"\n") -> bytes:
    """The bytes of the summary that takes an entry's place; its metadata stays as it is.

    `eol` is the file's line end, for an entry that has none itself.
    """
    raw = entry.raw
    heading = raw[: entry.heading_end - entry.start]
    eol = _line_end(heading) or eol
    name = heading.rstrip(b" \t\r\n")
    if entry.heading.suffix:
        name = name.removesuffix(f"({entry.heading.suffix})".encode()).rstrip(b" \t")
    metadata = ended(raw[entry.heading_end - entry.start : entry.metadata.end - entry.start], eol)
    see = f"See {pointer}#M-{entry.timestamp}"
    parts = [
        "",
        "**Summary**",
        "",
        summary,
        "",
        "**Key Learning**",
        "",
        key_learning,
        "",
        "**Full Details**",
        "",
        see,
    ]
    body = "\n".join(parts).encode("utf-8", "surrogateescape").replace(b"\n", eol)
    return name + b" (summarized)" + eol + metadata + body + eol


def _line_end(line: bytes) -> bytes:
    return b"\r\n" if line.endswith(b"\r\n") else b"\n" if line.endswith(b"\n") else b""


def _rewritten(document: Document, entry: Entry, act: Pin | Helped) -> bytes:
    if isinstance(act, Pin):
        if act.pinned == entry.pinned:
            return entry.raw
        value = entry.metadata.get("pinned") or ("false" if act.pinned else "true")
        if not is_flag(value):
            raise _malformed(document, entry, "pinned", "true or false")
        return with_value(entry.raw, "pinned", _opposite(value), document.eol)
    value = entry.metadata.get("used") or "0"
    if not is_count(value):
        raise _malformed(document, entry, "used", "a number")
    raw = with_value(entry.raw, "used", str(int(value) + 1), document.eol)
    return with_value(raw, "last_used", act.today.isoformat(), document.eol)


def _opposite(value: str) -> str:
    """The opposite flag, written the same way: `True` becomes `False`."""
    other = _OPPOSITE[value.lower()]
    if value.isupper() and len(value) > 1:
        return other.upper()
    return other.capitalize() if value[0].isupper() else other


def _malformed(document: Document, entry: Entry, key: str, meant: str) -> Refused:
    found = entry.metadata.field(key)
    if found is None:
        raise ValueError(key)
    line = document.line(found.line_start)
    return Refused(
        f"{entry.label}: line {line} says `{key}: {one_line(found.value)}`, not {meant}; mend it there first"
    )


def _summarize(base: Base, plans: dict[Place, _Plan], place: Place, entry: Entry, act: Summarize) -> None:
    if place == "archive":
        raise Refused(f"{entry.label}: it is archived; restore it before summarizing it")
    if entry.state == "summarized":
        raise Refused(f"{entry.label}: it is summarized already")
    texts = [text.replace("\r\n", "\n").strip() for text in (act.summary, act.key_learning)]
    for name, text in zip(("summary", "key learning"), texts, strict=True):
        if not text:
            raise Refused(f"{entry.label}: the {name} is empty")
        if harmless(text) != text:
            raise Refused(f"{entry.label}: the {name} holds control characters or characters that hide")
        if Document.parse(text.encode()).unclosed:  # it could hide what is appended to the file one day
            raise Refused(f"{entry.label}: the {name} opens a comment or a code block that it doesn't close")
    archive = plans["archive"]
    if all(found.raw != entry.raw for found in archive.document.find(entry.identity)):
        archive.added.append((entry.raw, archive_position(archive.document, entry.timestamp)))
    plans["live"].replaced[entry.number] = summarized(entry, texts[0], texts[1], base.pointer, base.live.eol)


def _archive(plans: dict[Place, _Plan], place: Place, entry: Entry, act: Archive) -> None:
    if place == "archive":
        raise Refused(f"{entry.label}: it is archived already")
    if entry.pinned and not act.force:
        raise Refused(f"{entry.label}: it is pinned; unpin it first, or say that you mean it (--force)")
    archive = plans["archive"]
    held = archive.document.find(entry.identity)
    originals = [found for found in held if found.state == "full"] if entry.state == "summarized" else []
    if originals:
        archive.replaced[originals[-1].number] = _with_metadata(originals[-1].raw, entry)
    elif all(found.raw != entry.raw for found in held):
        archive.added.append((entry.raw, archive_position(archive.document, entry.timestamp)))
    plans["live"].gone.add(entry.number)


def _restore(base: Base, plans: dict[Place, _Plan], place: Place, entry: Entry, taken: Taken, *, exact: bool) -> None:
    """`exact`: an entry goes back with the gaps that it had. Several could claim the same place."""
    live, archive = plans["live"], plans["archive"]
    if place == "live":
        if entry.state != "summarized":
            raise Refused(f"{entry.label}: it is not archived")
        originals = [found for found in archive.document.find(entry.identity) if found.state == "full"]
        if not originals:
            raise Refused(f"{entry.label}: its full text is not in {one_line(base.pointer)}")
        stub, original = entry, originals[-1]
    else:
        held = live.document.find(entry.identity)
        stubs = [found for found in held if found.state == "summarized"]
        if held and not stubs and all(found.raw != entry.raw for found in held):
            raise Refused(f"{entry.label}: another text of it is in the live file")
        archive.gone.add(entry.number)
        if held and not stubs:
            return
        if not stubs:
            _bring_back(live, entry, taken(entry.identity), exact)
            return
        stub, original = stubs[-1], entry
    archive.gone.add(original.number)
    live.replaced[stub.number] = _with_metadata(original.raw, stub)


def _bring_back(live: _Plan, entry: Entry, hunk: Hunk | None, exact: bool) -> None:
    back = put_back(live.document, hunk, entry) if hunk is not None and exact else None
    if back is not None:
        live.put_back.append(back)
        return
    beside = (hunk.previous, hunk.following) if hunk is not None else None
    live.added.append((entry.raw, position(live.document, entry.timestamp, beside)))


def _with_metadata(raw: bytes, newer: Entry) -> bytes:
    """An archived original with the metadata that its summary has by now."""
    held = Entry(raw, 0, len(raw), len(raw), 0).metadata.values()
    for key, value in newer.metadata.values().items():
        if held.get(key) != value:
            raw = with_value(raw, key, value)
    return raw


def _as_new(change: FileChange) -> FileChange:
    """The same file change, told as the making of a file that wasn't there."""
    return FileChange(change.place, change.document, (Hunk(None, None, b"", change.document.data),))
