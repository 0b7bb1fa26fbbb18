"""The text of a new entry: its heading, its metadata, and the sections for a person to fill.

The sections are those of the file's own template, an entry inside a comment. Best is one with a placeholder for a
timestamp (`## M-YYYY-MM-DD…`): what it says are hints, and stays. An example that is filled in gives its sections
only, for its text is someone's incident. A file without either gets the usual sections.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from incident_tui.format.edit.new_file import new_file, type_of_file
from incident_tui.format.edit.tags import with_tags
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import LOCATIONS, Contents
from incident_tui.format.model.document import Document
from incident_tui.format.model.entry import Entry, Identity, parse_entry
from incident_tui.format.model.keys import KEYS
from incident_tui.format.model.metadata import parse_tags
from incident_tui.format.read.resolve import of_reference
from incident_tui.format.read.scan import Comment, is_rule
from incident_tui.format.read.sections import lines, sections
from incident_tui.format.read.titles import Title, titles
from incident_tui.format.sanitize import one_line

_HEADING = re.compile(rb"^## M-(?:(?P<day>(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2})|\w{4}-\w{2}-\w{2}|[<{\[])", re.MULTILINE)
_USUAL = b"""## M-YYYY-MM-DDTHH:MM:SSZ

- schema_version: 1

**Summary**

**Impact**

**Root Cause**

**Learnings**

**Action Items**

- [ ]\x20
"""


_SLUG = re.compile(r"\w+(?:-\w+)*")


class _Template(NamedTuple):
    """An entry on which a new one is modelled."""

    entry: Entry
    filled: bool
    """Whether it has a real timestamp: its text is then no hint."""


def new_entry_text(contents: Contents, now: datetime, ref: str, title: str, tags: Iterable[str]) -> bytes:
    """The text of a new live entry that is made now, each tag once. Raises like `entry_from_template`.

    Its type is that of the file; its title is a slug where all titles of the file are. Where the file isn't there yet,
    the template is that of the file that will be made.
    """
    live = contents.live if contents.exists or contents.live.data else Document.parse(new_file(contents.file_name))
    timestamp = fresh_timestamp([contents.document(location) for location in LOCATIONS], now)
    format_heading(timestamp, ref, title)  # what can't be a title is refused as it was given
    title = _slug(title) if _has_slugs(live) else title
    distinct_tags = parse_tags(with_tags("", tags, ()))
    return entry_from_template(live, timestamp, ref, title, distinct_tags, type_of_file(contents.file_name))


def next_reference(contents: Contents) -> str:
    """The next free reference of the kind that most entries have (`INC-1235`); empty where no entry has one."""
    families: dict[str, list[str]] = {}
    for location in LOCATIONS:
        for entry in contents.document(location).entries:
            if entry.ref and entry.ref.count("-") == 1:
                family, _, number = entry.ref.partition("-")
                families.setdefault(family, []).append(number)
    if not families:
        return ""
    family, numbers = max(families.items(), key=lambda each: len(each[1]))
    highest = max(numbers, key=int)
    return f"{family}-{int(highest) + 1:0{len(highest)}}"


def reference_in_use(contents: Contents, ref: str | None, new: Identity | None = None) -> str:
    """Return the warning that entries of a file other than `new` have a reference; empty where none has."""
    others = [located.entry.label for located in of_reference(ref, contents) if located.entry.identity != new]
    if not others:
        return ""
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    return f"{one_line(ref or '')} is the reference of {others[0]}{more} already"


def _has_slugs(document: Document) -> bool:
    """Whether all titles of a document are slugs, and there are two or more."""
    titles = [entry.title for entry in document.entries if entry.title]
    return len(titles) > 1 and all(_SLUG.fullmatch(title) and title == title.lower() for title in titles)


def _slug(title: str) -> str:
    """A title as a slug; as it is where nothing of it would be left, or it would read back otherwise."""
    slug = "-".join(re.findall(r"\w+", title.lower()))
    return slug if slug and one_line(title) == title else title


def entry_from_template(
    document: Document, timestamp: str, ref: str, title: str, tags: Sequence[str], entry_type: str = "incident"
) -> bytes:
    """The text of a new entry of this document, with the document's line ends.

    `ref` and `title` may be empty, but not both. `entry_type` is its type where the template doesn't say one.
    Raises `Refused` where the text would not read back as one entry with these parts.
    """
    line = format_heading(timestamp, ref, title)
    for template in [*_templates(document), _Template(parse_entry(_USUAL), filled=False)]:
        texts = [line, "", *_metadata(template, tags, entry_type), *_body(template)]
        raw = document.eol.join(text.encode("utf-8", "surrogateescape") for text in [*texts, ""])
        if _is_one(raw, line, tags):
            return raw
    raise Refused(f"the tags '{one_line(', '.join(tags))}' would read back as others; nothing was written")


def format_heading(timestamp: str, ref: str, title: str) -> str:
    """The heading of a new entry, without a line end. Blanks around reference and title go.

    Raises `Refused` where it would not read back as these parts.
    """
    ref, title = ref.strip(" "), title.strip(" ")
    if not ref and not title:
        raise Refused("an entry needs a title or a reference; nothing was written")
    line = " ".join(text for text in (f"## M-{timestamp}", ref, title) if text)
    if one_line(line) != line:
        raise Refused("a heading is one line, without control characters and characters that hide; nothing was written")
    parsed = Document.parse(line.encode()).entries
    if not parsed or parsed[0].timestamp != timestamp:
        raise Refused(f"'{timestamp}' is not a timestamp, such as 2025-01-05T16:00:00Z; nothing was written")
    read = parsed[0].heading
    if read.suffix:
        raise Refused(f"a title can't end in ({read.suffix}), which marks another kind of entry; nothing was written")
    if not ref and read.ref:
        raise Refused(f"the title begins with {read.ref}: give that as the reference; nothing was written")
    if (read.ref or "", read.title) != (ref, title):
        raise Refused(f"'{ref}' is not a reference, such as INC-1234 or PM2025-002; nothing was written")
    return line


def fresh_timestamp(documents: Iterable[Document], now: datetime) -> str:
    """The first second from now on whose timestamp no entry of these documents has, in UTC."""
    timestamps = {entry.timestamp for document in documents for entry in document.entries}
    moment = now.astimezone(UTC)
    while (timestamp := moment.strftime("%Y-%m-%dT%H:%M:%SZ")) in timestamps:
        moment += timedelta(seconds=1)
    return timestamp


def _templates(document: Document) -> list[_Template]:
    """The entries that the document shows how to write, the best first.

    A filled one is an example only before the first entry; further down it is an entry that someone took out.
    """
    first = document.entries[0].start if document.entries else len(document.data)
    templates = [
        template
        for comment in document.comments
        if comment.holds_entry
        for template in _inside(document, comment)
        if not template.filled or (comment.start < first and any(section.title for section in sections(template.entry)))
    ]
    return sorted(templates, key=lambda template: template.filled)


def _inside(document: Document, comment: Comment) -> Iterator[_Template]:
    """The entries inside a comment, each up to the next; summaries are none to begin with."""
    data, _, _ = document.data[comment.start : comment.end].partition(b"-->")
    headings = list(_HEADING.finditer(data))
    stops = [*(match.start() for match in headings[1:]), len(data)]
    for match, stop in zip(headings, stops, strict=False):
        entry = parse_entry(data[match.start() : stop])
        if entry.state == "full":
            yield _Template(entry, filled=match["day"] is not None)


def _metadata(template: _Template, tags: Sequence[str], entry_type: str) -> Iterator[str]:
    """The metadata lines of a new entry, in the format's order; keys that the format doesn't know come last."""
    hints = template.entry.metadata.values() or {"schema_version": "1"}
    values: dict[str, str] = {}
    for key in KEYS:
        if key.new is not None:
            values |= {key.name: key.new} if key.new else {}
        elif key.name in hints:
            values[key.name] = "" if template.filled and key.kind != "number" else hints[key.name]
        elif key.name in ("type", "tags"):
            values[key.name] = ""
    values |= {"type": hints.get("type") or entry_type, "tags": ", ".join(tags)}
    values |= {key: "" if template.filled else value for key, value in template.entry.extra.items()}
    for name, value in values.items():
        yield f"- {name}: {value}" if value else f"- {name}:"


def _body(template: _Template) -> list[str]:
    """The lines of a new entry's body, parted from what comes before by one blank line; none at its end.

    A title at the very end has no `---` below it, which would be read as a rule behind the entry. Text after a `---`
    rule behind the last title belongs to no template: it introduces the next one.
    """
    entry = template.entry
    body_titles = titles(entry.data, entry.metadata.end, entry.end)
    if template.filled:
        texts = [text for title in body_titles for text in (*_title_lines(entry, title), "")]
    else:
        last = body_titles[-1].end if body_titles else 0
        own = takewhile(lambda line: line.offset <= last or line.code or not _rules_off(line.text), lines(entry))
        texts = [line.text for line in own]
    filled_lines = [number for number, text in enumerate(texts) if text.strip()]
    if not filled_lines:
        return []
    texts = texts[filled_lines[0] : filled_lines[-1] + 1]
    if len(texts) > 1 and _rules_off(texts[-1]):
        texts[-2:] = [f"## {texts[-2].strip()}"]
    return ["", *texts]


def _title_lines(entry: Entry, title: Title) -> list[str]:
    """The line of a title, and its underline."""
    return entry.data[title.start : title.end].decode("utf-8", "surrogateescape").replace("\r", "").split("\n")


def _rules_off(text: str) -> bool:
    return is_rule(text.encode("utf-8", "surrogateescape"))


def _is_one(raw: bytes, line: str, tags: Sequence[str]) -> bool:
    """Whether a text is one entry and nothing else, hides nothing after it, and has this heading and these tags."""
    document = Document.parse(raw)
    return (
        [entry.raw for entry in document.entries] == [raw]
        and not document.unclosed
        and document.entries[0].heading == parse_entry(line.encode()).heading
        and document.entries[0].tags == tuple(tags)
    )
