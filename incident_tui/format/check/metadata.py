"""Metadata that is missing, malformed or not read, and what it says that can't be."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from incident_tui.format.check.checked_file import CheckedFile
from incident_tui.format.check.finding import MENDED, Finding, Severity
from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.metadata_lines import line_end
from incident_tui.format.model.contents import Contents
from incident_tui.format.model.entry import Entry, parse_entry
from incident_tui.format.model.keys import KEY_NAMES, KEYS, Key
from incident_tui.format.model.metadata import Field, is_count, is_flag, parse_date
from incident_tui.format.sanitize import one_line, pluralize

_KEY = "|".join(KEY_NAMES)
_MEANT = re.compile(rf"[ \t]*(?:[-*+][ \t]*)?[*_`]*({_KEY})[*_`]*[ \t]*[:=](.*)", re.IGNORECASE)
"""A line that someone may have written as metadata."""
_NEAR = re.compile(rf"- ?({_KEY}) ?:(.*)")
"""The same below a blank line, where anything else is the body's."""
_AROUND_MEANT, _AROUND_NEAR = "*_` \t\r", " \t\r"
"""The characters around the value that each of them matches."""
_LISTED = re.compile(r"[-*+][ \t]")
_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{2})[-/.]([0-9]{2})(?:[T ].*)?")
_ARRAY = re.compile(r"\[([^\[\]\"']*)\]")


class _Lost(NamedTuple):
    """A line that was meant to be metadata: its key, its value, its bytes, and why it isn't read (if that is not its
    form).
    """

    key: str
    value: str
    start: int
    end: int
    why: str


def findings(file: CheckedFile) -> Iterator[Finding]:
    """All that is wrong with the metadata of a file's entries, and with their timestamps."""
    for parsed in file.document.entries:
        # What is read is not kept.
        yield from _of_entry(file, Entry(parsed.data, parsed.start, parsed.end, parsed.gap_end, parsed.number))


def warning_of_saved(edit: Edit, contents: Contents, today: date) -> str:
    """Return what `check` warns of in the metadata of an entry that an edit has written, its first warning in words and
    the number of the others; empty if it warns of nothing.
    """
    location = edit.target.location
    file = CheckedFile(contents, location, today)
    saved = contents.document(location).find(edit.about)
    warnings = [found for entry in saved for found in _of_entry(file, entry) if found.severity == "warning"]
    if not warnings:
        return ""
    more = f" (and {pluralize(len(warnings) - 1, 'more warning', 'more warnings')})" if len(warnings) > 1 else ""
    return f"{warnings[0].what}; {warnings[0].advice}{more}"


def _of_entry(file: CheckedFile, entry: Entry) -> Iterator[Finding]:
    yield from _timestamp(file, entry)
    yield from _not_read(file, entry)
    if entry.metadata.values():
        yield from _twice(file, entry)
        yield from _values(file, entry)


def _timestamp(file: CheckedFile, entry: Entry) -> Iterator[Finding]:
    try:
        day = datetime.fromisoformat(entry.timestamp).date()
    except ValueError:
        problem = f"{one_line(entry.timestamp)} is not a date and time"
        yield file.finding("bad-timestamp", "warning", entry.start, problem, "write it as 2025-01-05T16:00:00Z")
        return
    if _to_come(day, file.today):
        problem = f"{entry.label} is of a day that is still to come"
        yield file.finding("future", "warning", entry.start, problem, "correct the timestamp")


def _to_come(day: date, today: date) -> bool:
    """Tomorrow has begun somewhere already."""
    return day > today + timedelta(days=1)


def _not_read(file: CheckedFile, entry: Entry) -> Iterator[Finding]:
    """Metadata lines that are not read as such, and entries without any."""
    lost = list(_lost(entry))
    if lost:
        first = lost[0]
        line = one_line(file.data[first.start : first.end].decode("utf-8", "surrogateescape").strip())
        more = f", nor {pluralize(len(lost) - 1, 'line', 'lines')} after it" if len(lost) > 1 else ""
        problem = f"`{line}` is not read as metadata{first.why}{more}"
        advice = f"write `- {first.key}: {one_line(first.value)}` right below the other metadata"
        yield file.finding("not-metadata", "warning", first.start, problem, advice, _gathered(file, entry, lost))
    elif not entry.metadata.values():
        problem = f"{entry.label} has no metadata: no type, no tags"
        advice = "add a line such as `- type: incident` below it"
        yield file.finding("no-metadata", "note", entry.start, problem, advice)


def _lost(entry: Entry) -> Iterator[_Lost]:
    """Yield the lines right after the metadata that were probably written as metadata."""
    keys = set(entry.metadata.values())
    start = max(entry.metadata.end, entry.heading_end)
    parted = cut = False
    for offset, raw in entry.lines():
        if offset < start:
            continue
        text = raw.decode("utf-8", "surrogateescape").rstrip("\r\n")
        if not text.strip(" \t"):
            parted = cut or bool(keys)
            continue
        match = (_NEAR if parted else _MEANT).fullmatch(text)
        key = match[1].lower() if match else ""
        value = match[2].strip(_AROUND_NEAR if parted else _AROUND_MEANT) if match else ""
        if value and key not in keys:
            exact = text.startswith(f"- {key}: ")
            why = "" if not exact else ", for a blank line is above it" if parted else ", for the line above is none"
            keys.add(key)
            yield _Lost(key, value, offset, offset + len(raw), why)
        elif _LISTED.match(text) and not parted:
            cut = True
        else:
            return


def _gathered(file: CheckedFile, entry: Entry, lost: list[_Lost]) -> tuple[Edit, ...]:
    """The edit that puts lost lines right below the other metadata; none where they would not be read there."""
    raw, base = entry.raw, entry.start
    at = start = (entry.metadata.end if entry.metadata.values() else lost[0].start) - base
    eol = line_end(raw[: entry.heading_end - base]) or file.document.eol
    lines = b"".join(f"- {line.key}: {line.value}".encode("utf-8", "surrogateescape") + eol for line in lost)
    between = b""
    for line in lost:
        between += raw[start : line.start - base]
        start = line.end - base
    new = raw[:at] + lines + (between if between.strip() else b"") + raw[start:]
    expected = dict(entry.metadata.values()) | {line.key: line.value for line in lost}
    return file.rewrite(entry, new) if dict(parse_entry(new).metadata.values()) == expected else ()


def _twice(file: CheckedFile, entry: Entry) -> Iterator[Finding]:
    metadata = entry.metadata
    lines = entry.data.count(b"\n", metadata.start, metadata.end - 1) + 1
    if lines == len(metadata.values()):
        return
    by_key: dict[str, list[Field]] = {}
    for field in metadata.fields:
        by_key.setdefault(field.key, []).append(field)
    several = [(key, same_key) for key, same_key in by_key.items() if len(same_key) > 1]
    for number, (key, same_key) in enumerate(several):
        last = same_key[-1]
        same = len({field.value for field in same_key}) == 1
        problem = f"`{key}` is given again in line {file.line(last.line_start)}"
        problem += ", with the same value" if same else f", and only that is read: {one_line(last.value) or 'nothing'}"
        mend = file.rewrite(entry, _without(entry, same_key[:-1])) if same and number < MENDED else ()
        yield file.finding("key-twice", "warning", same_key[0].line_start, problem, "keep one of them", mend)


def _without(entry: Entry, fields: list[Field]) -> bytes:
    """An entry's bytes without these lines."""
    ends = [entry.start, *(field.line_end for field in fields)]
    starts = [*(field.line_start for field in fields), entry.end]
    return b"".join(entry.data[end:start] for end, start in zip(ends, starts, strict=True))


def _values(file: CheckedFile, entry: Entry) -> Iterator[Finding]:
    """Values of the metadata that can't be read, or can't be right."""
    values = entry.metadata.values()
    for key in KEYS:
        if value := values.get(key.name):
            yield from _by_kind(file, entry, key, value)
    if entry.used and not values.get("last_used"):
        problem = (
            f"{pluralize(entry.used, 'use', 'uses')}, but no `last_used`: the entry counts as unused since it was made"
        )
        yield _value(file, entry, "used", problem, "add `last_used` with the day", code="no-last-used", severity="note")


def _by_kind(file: CheckedFile, entry: Entry, key: Key, value: str) -> Iterator[Finding]:
    """Invalid values, by the kind of their key."""
    name, text = key.name, one_line(value)
    match key.kind:
        case "choice" if key.choices and value not in key.choices:
            lower = value.lower() if value.lower() in key.choices else None
            problem = f"the {name} `{text}` is not one of {', '.join(key.choices)}"
            advice = f"write `{lower}`" if lower else "use one of them"
            yield _value(file, entry, name, problem, advice, lower, f"unknown-{name}")
        case "list" if array := _ARRAY.fullmatch(value):
            problem = f"the brackets are read as part of the {name}"
            yield _value(file, entry, name, problem, "take them off", array[1].strip())
        case "count" if not is_count(value):
            yield _value(file, entry, name, f"`{name}` is not a number: {text}; {key.unreadable}", "write a number")
        case "flag" if not is_flag(value):
            problem = f"`{name}` is neither true nor false: {text}; {key.unreadable}"
            yield _value(file, entry, name, problem, "write true or false")
        case "day":
            day = parse_date(value)
            if day is None:
                match = _DAY.fullmatch(value)
                padded = "-".join(match.groups()) if match else ""
                better = padded if parse_date(padded) else None
                problem = f"`{name}` is not a date: {text}; {key.unreadable}"
                yield _value(file, entry, name, problem, f"write {better or 'it as 2025-01-18'}", better)
            elif _to_come(day, file.today):
                problem = f"`{name}` is a day that is still to come"
                yield _value(file, entry, name, problem, "correct it", code="future")


def _value(
    file: CheckedFile,
    entry: Entry,
    key: str,
    problem: str,
    advice: str,
    better: str | None = None,
    code: str = "bad-value",
    severity: Severity = "warning",
) -> Finding:
    """A finding at the line of a key. `better` is what its value must be, where that is known."""
    field = entry.metadata.field(key)
    if field is None:
        raise ValueError(key)
    mend: tuple[Edit, ...] = ()
    if better is not None:
        start, end = field.start - entry.start, field.end - entry.start
        mend = file.rewrite(entry, entry.raw[:start] + better.encode("utf-8", "surrogateescape") + entry.raw[end:])
    return file.finding(code, severity, field.line_start, problem, advice, mend)
