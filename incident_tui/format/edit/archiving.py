"""Entries that move between the live file and the archive.

An interrupted move leaves an entry in both files, with the same text. It counts once; whatever is done to the
live entry next takes the copy out of the archive, or uses it.
"""

from collections.abc import Callable, Iterator

from incident_tui.format.edit.insertion import archive_position, insert_index, undo_removal
from incident_tui.format.edit.metadata_lines import with_metadata
from incident_tui.format.edit.plan import ContentsPlan, DocumentPlan
from incident_tui.format.edit.splice import Hunk
from incident_tui.format.edit.summary import SECTIONS, summary_bytes, validated
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Heading, Identity
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.read.sections import sections
from incident_tui.format.sanitize import one_line

LastRemoval = Callable[[Identity], Hunk | None]
"""How an entry was last taken out of the live file, if that is known."""


def interrupted(contents: Contents) -> Iterator[tuple[Entry, Entry]]:
    """The moves that a crash has interrupted: each live entry with its copy in the archive."""
    if contents.archive is None:
        return
    for archived, _, copy in counterparts(contents):
        if copy is not None:
            yield copy, archived


def entries_with_items(*bases: Contents) -> list[LocatedEntry]:
    """Return the entries whose action items count, of live files and then of archives, in file order.

    An archived entry counts, and beside a summary its full text; of an interrupted move the live half does.
    """
    copies = {copy for base in bases for _, copy in interrupted(base)}
    return [located for located in all_entries(*bases) if located.entry not in copies]


def counterparts(contents: Contents) -> Iterator[tuple[Entry, list[Entry], Entry | None]]:
    """Each archived entry of which the live file has one of that identity: those that it has, and of them the one with
    the same text (see `same_text`), if any. Twins are looked at once, however many copies they have.
    """
    by_identity: dict[Identity, tuple[list[Entry], dict[_Text, Entry]]] = {}
    for archived in contents.document("archive").entries:
        identity = archived.identity
        if identity not in by_identity:
            live_entries = contents.live.find(identity)
            by_identity[identity] = live_entries, {_text(live): live for live in reversed(live_entries)}
        live_entries, by_text = by_identity[identity]
        if live_entries:
            yield archived, live_entries, by_text.get(_text(archived))


_Text = tuple[Heading, str]


def _text(entry: Entry) -> _Text:
    return entry.heading, entry.body.rstrip("\r\n")


def same_text(entry: Entry, other: Entry) -> bool:
    """Whether two entries are the same in all but their metadata and the line end of their last line."""
    return _text(entry) == _text(other)


def finish_interrupted(plans: ContentsPlan, entry: Entry) -> None:
    """Finish an interrupted move of a live entry that is edited: the copy in the archive goes."""
    plans.archive.gone.update(copy.number for copy in _copies(plans, entry))


def summarize(plans: ContentsPlan, entry: Entry, summary: str, key_learning: str) -> None:
    """Put a summary in a live entry's place, and its full text in the archive. Raises `Refused`."""
    if entry.state == "summarized":
        raise Refused(f"{entry.label}: it is summarized already")
    texts = [validated(entry, "summary", summary), validated(entry, "key learning", key_learning)]
    _ensure_archived(plans, entry)
    base = plans.contents
    plans.live.replaced[entry.number] = summary_bytes(entry, texts[0], texts[1], base.archive_link, base.live.eol)


def archive(plans: ContentsPlan, entry: Entry, force: bool) -> None:
    """Move a live entry to the archive. Raises `Refused`.

    A summary goes, and its original in the archive takes its metadata; without an original it is moved itself.
    """
    if entry.pinned and not force:
        raise Refused(f"{entry.label}: it is pinned; unpin it first, or use --force")
    full = original(plans.archive.document, entry) if entry.state == "summarized" else None
    if full is not None:
        _refuse_more(entry)
        plans.archive.replaced[full.number] = with_metadata(full.raw, entry)
    else:
        _ensure_archived(plans, entry)
    plans.live.gone.add(entry.number)


def restore(plans: ContentsPlan, entry: Entry, last_removal: LastRemoval, exact: bool) -> None:
    """Bring an archived entry back. Raises `Refused`.

    Where a summary of it is in the live file, its full text takes the summary's place and metadata. With `exact` an
    entry goes back with the gaps that it had; several could claim the same place.
    """
    live_entries = plans.live.document.find(entry.identity)
    summaries = [live for live in live_entries if live.state == "summarized" and entry.state == "full"]
    if summaries:
        _expand(plans, summaries[-1], entry)
        return
    if live_entries and not any(same_text(live, entry) for live in live_entries):
        raise Refused(f"{entry.label}: another text of it is in the live file")
    plans.archive.gone.add(entry.number)
    if not live_entries:
        _bring_back(plans.live, entry, last_removal(entry.identity), exact)


def expand(plans: ContentsPlan, entry: Entry) -> None:
    """Put the full text back in the place of a live summary. Raises `Refused` if there is none."""
    if entry.state != "summarized":
        raise Refused(f"{entry.label}: it is not archived")
    full = original(plans.archive.document, entry)
    if full is None:
        raise Refused(f"{entry.label}: {plans.contents.missing_full_text}")
    _expand(plans, entry, full)


def _expand(plans: ContentsPlan, summary: Entry, full: Entry) -> None:
    _refuse_more(summary)
    plans.archive.gone.add(full.number)
    plans.live.replaced[summary.number] = with_metadata(full.raw, summary)


def _refuse_more(summary: Entry) -> None:
    """Raise `Refused` if a summary has text that its original lacks: it is deleted when the original comes back."""
    more = [section.title or "the text before its sections" for section in sections(summary)]
    more = [title for title in more if title.casefold() not in SECTIONS]
    if more:
        raise Refused(
            f"{summary.label}: its summary holds more than a summary ({one_line(', '.join(more))}), "
            "which would be lost; move that elsewhere first, nothing was written"
        )


def original(archive: Document, summary: Entry) -> Entry | None:
    """The full text of a summarized entry; the last one, should there be several."""
    full_texts = originals(archive, summary)
    return full_texts[-1] if full_texts else None


def originals(archive: Document, summary: Entry) -> list[Entry]:
    """The full texts of a summarized entry; more than one only where something went wrong."""
    return [entry for entry in archive.find(summary.identity) if entry.state == "full"]


def _copies(plans: ContentsPlan, entry: Entry) -> list[Entry]:
    return [archived for archived in plans.archive.document.find(entry.identity) if same_text(archived, entry)]


def _ensure_archived(plans: ContentsPlan, entry: Entry) -> None:
    """See that the archive has an entry's text: the copy that an interrupted move has left, or a new one."""
    copies = _copies(plans, entry)
    if copies:
        plans.archive.replaced[copies[-1].number] = with_metadata(copies[-1].raw, entry)
    else:
        document = plans.archive.document
        plans.archive.added.append((entry.raw, archive_position(document, entry.timestamp)))


def _bring_back(live: DocumentPlan, entry: Entry, hunk: Hunk | None, exact: bool) -> None:
    back = undo_removal(live.document, hunk, entry) if hunk is not None and exact else None
    if back is not None:
        live.exact.append((back, 1))
        return
    beside = (hunk.previous, hunk.following) if hunk is not None else None
    live.added.append((entry.raw, insert_index(live.document, entry.timestamp, beside)))
