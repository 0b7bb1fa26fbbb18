"""What an import makes of a knowledge base: which incidents are new, which are there, which can't be entries.

An incident is found again by the file that it was read from, and whether that changed since by the hash of what was
read; one that came another way by its day and its name.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from incident_tui.format.edit.edit import Edit, apply, create_edit
from incident_tui.format.edit.metadata_lines import set_field
from incident_tui.format.edit.new_entry import entry_from_template
from incident_tui.format.edit.tags import validated_tag, with_tags
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import LOCATIONS, Contents
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity, instant, parse_entry
from incident_tui.format.model.metadata import parse_tags
from incident_tui.format.read.scan import is_rule
from incident_tui.format.sanitize import one_line
from incident_tui.importing.dates import utc_timestamp
from incident_tui.importing.fields import DIGEST, SOURCE
from incident_tui.importing.incidents import Incident, SourceFile

_OPENER = re.compile(rb" {0,3}(`{3,}|~{3,})")
_INNER = re.compile(rb"^## M-", re.MULTILINE)
_TRIES = 100
"""How often a text is looked at again after a change to it."""


class NewEntry(NamedTuple):
    """An incident that becomes an entry."""

    source: str
    incident: Incident
    edit: Edit


class ExistingEntry(NamedTuple):
    """An incident that is in the knowledge base already."""

    source: str
    id: str
    changed: bool
    """Whether its file is otherwise than it was when it was read."""
    same_source: bool
    """Whether it was read from this file, and isn't only called alike."""


class LeftOut(NamedTuple):
    """A file, or an incident of one, that isn't imported."""

    source: str
    reason: str
    expected: bool
    """Whether nobody would look for an incident in it."""


class ImportPlan(NamedTuple):
    """What becomes of each incident."""

    new: tuple[NewEntry, ...]
    existing: tuple[ExistingEntry, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[tuple[str, str], ...]
    """What is to be said of a source."""

    document: Document
    """The live file with what is new."""

    @property
    def edits(self) -> list[Edit]:
        """The edits that put in what is new, the newest first."""
        return [entry.edit for entry in self.new]


def plan_import(contents: Sequence[Contents], files: Sequence[tuple[str, SourceFile]]) -> ImportPlan:
    """Compare the incidents of files with a knowledge base, into whose first file the new ones go."""
    index = _EntryIndex(contents)
    live = contents[0].live
    new: list[NewEntry] = []
    existing: list[ExistingEntry] = []
    left_out: list[LeftOut] = []
    notes: list[tuple[str, str]] = []
    alike: dict[tuple[str, str], str] = {}
    identities: dict[Identity, NewEntry] = {}
    for source, file in files:
        count = len(new)
        if file.problem:
            left_out.append(LeftOut(source, file.problem, file.expected))
        for incident in file.incidents:
            where = f"{source}:{incident.line}" if len(file.incidents) > 1 else source
            if match := index.find(one_line(source), incident, len(file.incidents)):
                existing.append(match._replace(source=where))
                continue
            name = (incident.dating.date.timestamp[:10], f"{incident.ref} {incident.title}".strip())
            try:
                edit, changes = _entry(live, index, one_line(source), incident)
                if other := identities.get(edit.target.identity):
                    if incident.raw or incident.digest == other.incident.digest:
                        raise Refused(f"it would be the same entry as {other.source}")
                    # another text of the same moment and name
                    edit, changes = _entry(live, index, one_line(source), incident, own_second=True)
            except Refused as refused:
                left_out.append(_refused(where, refused))
                continue
            notes += [(where, change) for change in changes]
            if name in alike:
                notes.append((where, f"it has the day and the name of {alike[name]}: both are imported"))
            alike.setdefault(name, where)
            new.append(NewEntry(where, incident, edit))
            identities[edit.target.identity] = new[-1]
        if len(new) > count or not file.incidents:
            notes += [(source, note) for note in file.notes]
    new.sort(key=lambda entry: instant(entry.edit.target.identity.timestamp), reverse=True)
    document, possible, refused_entries = _put_in(contents[0], new)
    return ImportPlan(tuple(possible), tuple(existing), (*left_out, *refused_entries), tuple(notes), document)


def _put_in(contents: Contents, new: Sequence[NewEntry]) -> tuple[Document, Sequence[NewEntry], list[LeftOut]]:
    """Return the live file with entries put in, those that it took, and why it didn't take the others."""
    try:
        return _applied(contents, new), new, []
    except Refused:
        possible, left_out = [], []
    for entry in new:
        try:
            _applied(contents, [entry])
        except Refused as refused:
            left_out.append(_refused(entry.source, refused))
        else:
            possible.append(entry)
    return _applied(contents, possible), possible, left_out


def _applied(contents: Contents, new: Sequence[NewEntry]) -> Document:
    """The live file with entries put in. Raises `Refused` where it can't be."""
    return apply(contents, [entry.edit for entry in new]).applied_to(contents).live if new else contents.live


def _refused(source: str, refused: Refused) -> LeftOut:
    return LeftOut(source, str(refused).removesuffix("; nothing was written"), expected=False)


class _EntryIndex:
    """What a knowledge base has."""

    def __init__(self, contents: Sequence[Contents]) -> None:
        self.timestamps: set[str] = set()
        self._sources: dict[str, dict[Identity, tuple[str, Entry]]] = defaultdict(dict)
        self._names: dict[tuple[str, str], str] = {}
        self._identities: dict[Identity, tuple[str, bytes]] = {}
        for document in (base.document(location) for base in contents for location in LOCATIONS):
            for entry in document.entries:
                ident = document.id(entry)
                self.timestamps.add(entry.timestamp)
                self._names.setdefault((entry.instant[:10], entry.heading.name), ident)
                self._identities.setdefault(entry.identity, (ident, entry.raw))
                if source := entry.metadata.get(SOURCE):
                    self._sources[source].setdefault(entry.identity, (ident, entry))

    def find(self, source: str, incident: Incident, count: int) -> ExistingEntry | None:
        """The entry that an incident is already, one of `count` in its file; nothing if it is new."""
        name = f"{incident.ref} {incident.title}".strip()
        if incident.raw:
            identity = parse_entry(incident.raw).identity
            if identity not in self._identities:
                return None
            ident, raw = self._identities[identity]
            return ExistingEntry(source, ident, raw != incident.raw, same_source=True)
        read = list(self._sources.get(source, {}).values())
        matches = [
            (ident, entry)
            for ident, entry in read
            if entry.metadata.get(DIGEST) == incident.digest
            or (entry.instant[:10], entry.heading.name) == (incident.dating.date.timestamp[:10], name)
        ]
        if not matches and count == len(read) == 1:
            matches = read
        if matches:
            ident, entry = matches[0]
            return ExistingEntry(source, ident, entry.metadata.get(DIGEST) != incident.digest, same_source=True)
        if ident := self._names.get((incident.dating.date.timestamp[:10], name), ""):
            return ExistingEntry(source, ident, changed=False, same_source=False)
        return None

    def free_timestamp(self, timestamp: str) -> str:
        """The first second of a day from then on that no entry has."""
        moment = datetime.fromisoformat(timestamp)
        while (free := utc_timestamp(moment)) in self.timestamps:
            moment += timedelta(seconds=1)
        return free


def _entry(
    live: Document, index: _EntryIndex, source: str, incident: Incident, *, own_second: bool = False
) -> tuple[Edit, list[str]]:
    """The edit that puts an incident in, and what had to be changed in its text. Raises `Refused`.

    Of a day without a time, or where it shall have its `own_second`, the first second that no entry has is its time.
    """
    if incident.raw:
        raw = incident.raw
    else:
        timestamp = (
            index.free_timestamp(incident.dating.date.timestamp)
            if own_second or incident.dating.date.day_only
            else incident.dating.date.timestamp
        )
        tags = parse_tags(with_tags("", _valid_tags(incident.tags), ()))
        title = _valid_title(incident.title)
        raw = entry_from_template(live, timestamp, incident.ref, title, tags, incident.type)
        raw = raw[: parse_entry(raw).metadata.end]
        if incident.type != "incident":
            raw = set_field(raw, "type", incident.type, live.eol)
        for key, value in {**incident.fields, SOURCE: source, DIGEST: incident.digest}.items():
            raw = set_field(raw, key, value, live.eol)
        body = incident.body.replace("\r\n", "\n").strip("\n")
        raw = raw.replace(b"\r\n", b"\n") + (b"\n" + body.encode("utf-8", "surrogateescape") + b"\n" if body else b"")
    raw, changes = single_entry(raw)
    edit = create_edit(raw)
    index.timestamps.add(edit.target.identity.timestamp)
    return edit, changes


def _valid_tags(tags: Iterable[str]) -> list[str]:
    return [validated_tag(text) for tag in tags if (text := one_line(tag).strip())]


def _valid_title(title: str) -> str:
    """A title that a heading can have: on one line, harmless, and without a suffix that marks another kind of entry."""
    text = one_line(title.encode("utf-8", "surrogateescape").decode("utf-8", "replace")).strip()
    return re.sub(r"\((summarized|archived)\)$", r"[\1]", text)


def single_entry(raw: bytes) -> tuple[bytes, list[str]]:
    """The bytes of an entry, changed as little as can be so that they read as one; and what was changed.

    A heading that would begin another entry gets one more `#`; a code block that isn't closed is closed at the end; a
    comment that isn't becomes text; rules before a comment at the end become `***`, for `---` would part it off.
    """
    changes: dict[str, None] = {}
    for _ in range(_TRIES):
        document = Document.parse(raw)
        inner = [entry.start for entry in document.entries[1:]]
        for comment in document.comments:
            inner += [match.start() for match in _INNER.finditer(raw, comment.start, comment.end)]
        if inner:
            for at in sorted(inner, reverse=True):
                raw = raw[:at] + b"#" + raw[at:]
            changes["a heading that begins with `## M-` got one more `#`"] = None
        elif document.unclosed:
            kind, at = document.unclosed[0]
            opener = _OPENER.match(raw, at)
            if kind == "fence" and opener:
                raw = raw.rstrip(b"\n") + b"\n" + opener[1] + b"\n"
                changes["a code block that is never closed was closed at the end"] = None
            else:
                at = raw.index(b"<!--", at)
                raw = raw[:at] + b"\\" + raw[at:]
                changes["a comment that is never closed was made text"] = None
        elif document.entries and raw[document.entries[0].end :].strip(b"-\r\n \t"):
            end = document.entries[0].end
            gap = raw[end:].splitlines(keepends=True)
            raw = raw[:end] + b"".join(re.sub(rb"-+", b"***", line) if is_rule(line) else line for line in gap)
            changes["a `---` before a comment at the end became `***`"] = None
        else:
            break
    return raw, list(changes)
