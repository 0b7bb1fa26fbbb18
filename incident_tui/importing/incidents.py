"""A Markdown file of any kind read as incidents: when each was, what it is called, its metadata and its text.

Pure: bytes in, values out. What can't be said in metadata stays in the text, and what isn't taken is named.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise, zip_longest
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, parse_entry
from incident_tui.importing.date_sources import (
    Dating,
    commit_date,
    date_line,
    front_date,
    month_date,
    name_date,
    text_date,
)
from incident_tui.importing.dates import MONTH_NAME, DateMatch, find_date, find_year, without_urls
from incident_tui.importing.fields import entry_metadata, title_key
from incident_tui.importing.front_matter import FrontMatter, split_front_matter, whole_front_matter
from incident_tui.importing.headings import MarkdownHeading, decode, find_headings
from incident_tui.importing.names import (
    file_stem,
    is_generic_file,
    name_incident,
    says_all,
    says_more,
    split_reference,
    title_of_file,
    without_date,
)

HEADING_KEY = "entry"
"""The key of an exported file that has the entry's heading."""

HEADING_PARTS = ("timestamp", "ref", "title", "state")
"""Keys of an exported file that say again what the heading does."""

METADATA = "metadata_"
"""Prefix for metadata keys that clash with HEADING_PARTS."""

_PERIOD = re.compile(rf"(?:q[1-4]|\w+)?[ ,-]*(?:19|20)[0-9]{{2}}\b.*|{MONTH_NAME}\.?", re.IGNORECASE)
"""A heading of a year, a quarter or a month."""


_BELOW_HEADING = 6
"""Lines below a heading in which it is said when its incident was."""


class Incident(NamedTuple):
    """An incident as its file describes it."""

    line: int
    """Where it begins in the file, from 1."""
    dating: Dating
    ref: str
    title: str
    body: str
    digest: str
    """The hash of what was read."""
    type: str = "incident"
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str] = MappingProxyType({})
    """All other metadata."""
    raw: bytes = b""
    """The entry itself, where the file had it in this format."""


class _Source(NamedTuple):
    """A file as it is read."""

    path: PurePosixPath
    stem: str
    matter: FrontMatter
    headings: Sequence[MarkdownHeading]
    """Those of the text after the front matter."""
    line: int
    """Lines before that text."""
    digest: str
    notes: tuple[str, ...]

    @property
    def text(self) -> str:
        """The Markdown after the front matter."""
        return self.matter.text


class SourceFile(NamedTuple):
    """What was read of a file."""

    incidents: tuple[Incident, ...] = ()
    problem: str = ""
    """Why there is none."""
    expected: bool = False
    """Whether nobody would look for an incident in it: a README, a template."""
    notes: tuple[str, ...] = ()


def read_incidents(name: str, data: bytes, first_commit: Callable[[], str] = str) -> SourceFile:
    """Read a file. `name` is its path with `/`; `first_commit` returns when git first had it, or nothing."""
    if (exported := _exported(data)) is not None:
        return exported
    text, notes, problem = decode(data)
    if problem:
        return SourceFile(problem=problem)
    if not text.strip():
        return SourceFile(problem="it is empty", expected=True)
    source = _source(PurePosixPath(name), text, _digest(data), notes)
    front, named = front_date(source.matter), name_date(source.path, source.stem)
    if named is None and (entries := _own_entries(source, text)) is not None:
        return entries
    if front is None and named is None and (several := _several(source)):
        return _log(source, several)
    return _single(source, front, named, first_commit)


def _source(path: PurePosixPath, text: str, digest: str, notes: tuple[str, ...]) -> _Source:
    """Part a file's text into its front matter and its Markdown, and find the headings in that."""
    matter = split_front_matter(text)
    lines_before = text[: len(text) - len(matter.text)].count("\n")
    return _Source(
        path, file_stem(path), matter, find_headings(matter.text), lines_before, digest, notes + matter.notes
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _several(source: _Source) -> list[tuple[MarkdownHeading, Dating]]:
    """The headings that each begin an incident, with when it was; none where the file is about a single one.

    Each has a date, of whose year the file's name or its title may say, or else each has a line below it that says
    when it was. They are of one level, at least two, and most of the headings that aren't below them are such ones, the
    file's own title and those of years and quarters apart. (In a timeline they stand below other sections.)
    """
    headings, text = source.headings, source.text
    if not headings:
        return []
    year = find_year(headings[0].text) or find_year("/".join([*source.path.parent.parts, source.stem]))
    dated = {heading: Dating(date, "heading") for heading in headings if (date := find_date(heading.text, year=year))}
    if not dated:
        ends = [*(heading.start for heading in headings[1:]), len(text)]
        below = [
            without_urls(text[heading.end : end]).splitlines() for heading, end in zip(headings, ends, strict=True)
        ]
        dated = {
            heading: dating
            for heading, rows in zip(headings, below, strict=True)
            if (dating := date_line(rows[:_BELOW_HEADING]))
        }
        if len({dating.date.timestamp[:10] for dating in dated.values()}) < 2:  # parts of one incident, maybe
            return []
    if len(dated) < 2:
        return []
    level = min(heading.level for heading in dated)
    begins = [(heading, dating) for heading, dating in dated.items() if heading.level == level]
    others = [
        heading
        for heading in headings
        if heading.level <= level
        and (heading not in dated or heading.level != level)
        and heading is not headings[0]
        and not (heading.level < level and _PERIOD.fullmatch(heading.text))
    ]
    return begins if len(begins) >= 2 and len(begins) > len(others) else []


def _log(source: _Source, several: Sequence[tuple[MarkdownHeading, Dating]]) -> SourceFile:
    """A long file of several incidents: each begins at its heading and ends before the next one that isn't below it."""
    text, level = source.text, several[0][0].level
    stops = sorted({heading.start for heading in source.headings if heading.level <= level} | {len(text)})
    ends = dict(pairwise(stops))
    incidents = []
    outside = [(0, several[0][0].start)]
    for (heading, dating), following in zip_longest(several, several[1:]):
        stop = ends[heading.start]
        in_heading = dating.date if dating.origin == "heading" else None
        ref, title = split_reference(
            without_date(heading.text, in_heading) or title_of_file(source.stem) or source.stem
        )
        start = heading.end if says_all(heading.text, ref, title, dating.date.timestamp[:10]) else heading.start
        incidents.append(
            Incident(
                source.line + heading.line,
                dating,
                ref,
                title,
                text[start:stop],
                _digest(text[heading.start : stop]),
            )
        )
        outside.append((stop, following[0].start if following else len(text)))
    return SourceFile((*incidents, *_outside(source, outside, incidents)), notes=source.notes)


def _outside(source: _Source, outside: Sequence[tuple[int, int]], incidents: Sequence[Incident]) -> Iterator[Incident]:
    """What a long file says outside its incidents, as a note of the day of the first of them.

    Nothing where that is headings only.
    """
    text, matter, headings = source.text, source.matter, source.headings
    body = "\n\n".join(passage for start, stop in outside if (passage := text[start:stop].strip("\r\n")))
    bare = {text[heading.start : heading.end].strip() for heading in headings}
    if not (matter.values or matter.rest) and all(line.strip() in {"", "---", *bare} for line in body.splitlines()):
        return
    values = dict(matter.values)
    front_title = values.pop(title_key(values), "")
    title = front_title if isinstance(front_title, str) and front_title else headings[0].text
    title = title if headings[0].start < outside[0][1] or front_title else source.stem
    fields, tags, _, ref = entry_metadata(values, "")
    first = min(incident.dating.date.timestamp for incident in incidents)[:10]
    dating = Dating(DateMatch(f"{first}T00:00:00Z", True, 0, 0), "its first incident")
    body = _joined(body, matter)
    yield Incident(1, dating, ref, title, body, _digest(body), "note", tags, fields)


def _single(
    source: _Source, front: tuple[str, Dating] | None, named: Dating | None, first_commit: Callable[[], str]
) -> SourceFile:
    """A file about a single incident. `front` is what front matter says of the date, and the key that does."""
    values = dict(source.matter.values)
    title_name = title_key(values)
    front_title = values.get(title_name)
    front_title = front_title if isinstance(front_title, str) else ""
    first = next((heading for heading in source.headings if heading.text), None)
    heads = [front_title, first.text if first else ""]
    dating, date_notes = _dating(source, heads, front[1] if front else None, named, first_commit)
    if dating is None:
        expected = is_generic_file(source.path)
        problem = "a README, an index or a template without a date" if expected else "it has no date, nor has git"
        return SourceFile(problem=problem, expected=expected, notes=source.notes)
    if _is_template(source.path, heads):
        return SourceFile(problem="a template", expected=True, notes=source.notes)
    day = dating.date.timestamp[:10]
    ref, title, used = name_incident(front_title, first, source.stem, day)
    body = source.text if used is None else source.text[: used.start] + source.text[used.end :]
    if front_title and says_all(front_title, ref, title, day):
        del values[title_name]
    if front and not says_more(str(values[front[0]]), front[1].date):
        del values[front[0]]
    fields, tags, kind, front_ref = entry_metadata(values, ref)
    text = _joined(body, source.matter)
    incident = Incident(1, dating, ref or front_ref, title, text, source.digest, kind, tags, fields)
    return SourceFile((incident,), notes=source.notes + date_notes)


def _dating(
    source: _Source, heads: Sequence[str], front: Dating | None, named: Dating | None, first_commit: Callable[[], str]
) -> tuple[Dating | None, tuple[str, ...]]:
    """Return the date of a single incident, if it has one, with a note where the file says another one, too.

    `heads` are its titles. Front matter comes first, then these, then the file's name; a date in the text, a month or
    git's date counts where none of them has one, and the file isn't a README or the like.
    """
    headed = next((Dating(date, "heading") for head in heads if (date := find_date(head))), None)
    dating = front or headed or named
    if dating is None:
        if is_generic_file(source.path):
            return None, ()
        month = month_date(heads, source.path, source.stem)
        return text_date(source.text) or month or commit_date(first_commit()), ()
    day = dating.date.timestamp[:10]
    other = named if dating is headed else headed if front else None
    if other and other.date.timestamp[:10] != day and dating.date.day_only:
        return dating, (
            f"the date is {day}, of its {dating.origin}; its {other.origin} says {other.date.timestamp[:10]}",
        )
    return dating, ()


def _joined(body: str, matter: FrontMatter) -> str:
    """The text, with the front matter that can't be metadata appended."""
    comments = _comments(matter.comments)
    rest = matter.rest if comments or not matter.comments.strip() else matter.comments + matter.rest
    return "\n\n".join(filter(None, (body.strip("\r\n"), _code_block(rest, matter.language), comments)))


def _is_template(path: PurePosixPath, heads: Sequence[str]) -> bool:
    return "template" in path.name.lower() or any("{{" in head or "YYYY" in head for head in heads)


def _code_block(text: str, language: str) -> str:
    """Lines as a code block; nothing where there are none."""
    if not text.strip():
        return ""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return f"{fence}{language}\n{text.strip(chr(13) + chr(10))}\n{fence}"


def _comments(text: str) -> str:
    """The comments of front matter as one of the text; nothing where they can't be."""
    comment = text.strip("\r\n")
    return f"<!-- front matter:\n{comment}\n-->" if comment.strip() and "--" not in comment else ""


def _digest(data: bytes | str) -> str:
    return sha256(data if isinstance(data, bytes) else _bytes(data)).hexdigest()[:12]


def _exported(data: bytes) -> SourceFile | None:
    """Read a file that `export` wrote: the entry as it was. None for any other file."""
    if not data.startswith(f"---\n{HEADING_KEY}: ".encode()):
        return None
    exported = whole_front_matter(data.decode("utf-8", "surrogateescape"))
    if exported is None or not str(exported[0].get(HEADING_KEY)).startswith("M-"):
        return None
    values, body = exported
    fields = ""
    for name, value in values.items():
        if name not in (HEADING_KEY, *HEADING_PARTS):
            text = ", ".join(value) if isinstance(value, list) else value
            fields += f"- {name.removeprefix(METADATA)}:{' ' if text else ''}{text}\n"
    start = f"## {values[HEADING_KEY]}\n" + (f"\n{fields}" if fields else "")
    return _whole([parse_entry(_bytes(start + body))], ())


def _own_entries(source: _Source, text: str) -> SourceFile | None:
    """Read a file in this format: its entries as they are. None for any other file.

    With front matter, or below a heading with a date, an entry is part of an incident's text.
    """
    document = Document.parse(_bytes(text))
    if not document.entries or source.matter.values:
        return None
    first = document.line(document.entries[0].start)
    before = [heading for heading in source.headings if source.line + heading.line < first]
    if any(find_date(heading.text) for heading in before):
        return None
    preamble = document.data[: document.entries[0].start]
    notes = source.notes
    if preamble.strip():
        notes += (f"lines 1-{len(preamble.splitlines())}, before its first entry, are left out",)
    return _whole(document.entries, notes)


def _whole(entries: Sequence[Entry], notes: tuple[str, ...]) -> SourceFile:
    """Entries as they are."""
    incidents = [
        Incident(
            entry.data.count(b"\n", 0, entry.start) + 1,
            Dating(DateMatch(entry.timestamp, False, 0, 0), "heading"),
            entry.ref or "",
            entry.title,
            entry.body,
            _digest(entry.raw),
            raw=entry.raw,
        )
        for entry in entries
    ]
    return SourceFile(tuple(incidents), notes=notes)
