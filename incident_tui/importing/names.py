"""What an incident is called: its title and reference, without the date that is known elsewhere."""

import re
from pathlib import PurePosixPath

from incident_tui.format.model.entry import REF
from incident_tui.format.sanitize import one_line
from incident_tui.importing.dates import DateMatch, find_date
from incident_tui.importing.headings import MarkdownHeading

_GENERIC = frozenset(
    (
        *("abstract", "analysis", "background", "brief", "cause", "date", "description", "details", "executive"),
        *("impact", "incident", "introduction", "issue", "metadata", "mortem", "outage", "overview", "post"),
        *("postmortem", "rca", "report", "retro", "retrospective", "review", "root", "summary", "template"),
        *("timeline", "tldr", "happened", "what", "the", "and", "of", "on", "for"),
    )
)
"""Words that don't tell one incident from another."""
_GENERIC_FILES = frozenset(
    (
        *("readme", "index", "_index", "template", "contributing", "changelog"),
        *("license", "code_of_conduct", "security", "summary"),
    )
)
_WORD = re.compile(r"[^\W_]+")
_WEEKDAY = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
_WEEKDAY_BEFORE = re.compile(rf"(?:^|(?<=\s)){_WEEKDAY}$", re.IGNORECASE)
_WEEKDAY_AFTER = re.compile(rf"^\(?{_WEEKDAY}[\s):,|–—-]*", re.IGNORECASE)
"""The day of the week beside a date."""


def file_stem(path: PurePosixPath) -> str:
    """What a file is called, without its suffixes (`.html.md.erb`); of an index the folder."""
    stem = path.name.lstrip(".")
    while (suffix := PurePosixPath(stem).suffix) and re.fullmatch(r"\.[A-Za-z]\w{0,8}", suffix):
        stem = stem.removesuffix(suffix)
    folder = path.parent.name
    if stem.lower() in ("index", "_index", "readme") and find_date(folder, compact=True):
        return folder
    return stem


def name_incident(
    front_title: str, first: MarkdownHeading | None, stem: str, day: str
) -> tuple[str, str, MarkdownHeading | None]:
    """Reference, title, and the heading that need not be in the text any more."""
    heading = first.text if first and (first.level == 1 or not _is_generic(first.text)) else ""
    titles = {text: without_date(text, _date_of(text, day)) or text for text in (front_title, heading) if text}
    titles.setdefault(stem, title_of_file(stem) or stem)
    text = next((text for text, title in titles.items() if not _is_generic(title)), next(iter(titles)))
    ref, title = split_reference(titles[text], slug=text == stem)
    if not ref and text != stem:
        ref, _ = split_reference(stem, slug=True)
    used = first if first and heading and says_all(heading, ref, title, day, heading == text) else None
    return ref, title, used


def _date_of(text: str, day: str) -> DateMatch | None:
    """Where a text says that day; nothing where it says another."""
    date = find_date(text)
    return date if date is not None and date.timestamp[:10] == day else None


def without_date(text: str, date: DateMatch | None) -> str:
    """A text without its date and what only leads to it; nothing where nothing is left."""
    if date is None:
        return text.strip()
    before, after = text[: date.start].rstrip(" \t([,:;|–—-_"), text[date.end :].lstrip(" \t)],.:;|–—-_")
    before, after = _WEEKDAY_BEFORE.sub("", before), _WEEKDAY_AFTER.sub("", after)
    before = re.sub(r"(?:^|\s)(?:on|of|from|at)$", "", before, flags=re.IGNORECASE).rstrip(" ,:")
    if not _is_generic(after) and _is_generic(before):
        return after.strip()
    if not after.strip(" )]."):
        return before.strip()
    return text.strip()


def title_of_file(stem: str) -> str:
    """What a file is called, without a date; nothing where nothing is left."""
    return without_date(stem, find_date(stem, compact=True))


def says_more(text: str, date: DateMatch) -> bool:
    """Whether a value says more than its date."""
    return find_date(text, compact=True) != date or bool(
        re.sub(r"\b(?:UTC|GMT|[Tt]he)\b|[^\w]", "", text[: date.start] + text[date.end :])
    )


def split_reference(text: str, slug: bool = False) -> tuple[str, str]:
    """The reference at the beginning of a text, and the rest of it; in a slug a `-` may part them."""
    match = re.match(rf"\[?({REF.pattern})(?![\w-]*\w)\]?[ \t]*[:,|–—-]*[ \t]*", text)
    if match is None and slug:
        match = re.match(rf"({REF.pattern})[-_]+(?=\w)", text)
    if match is None:
        return "", text
    return match[1], text[match.end() :].strip(" \t-_")


def says_all(text: str, ref: str, title: str, day: str, is_title: bool = True) -> bool:
    """Whether reference, title and date say all that a text does, but for `Incident on`, if that is the title."""
    date = _date_of(text, day)
    known_words = {word.lower() for word in _WORD.findall(f"{ref} {title}")}
    rest = text[: date.start] + " " + text[date.end :] if date else text
    return all(
        word.lower() in known_words or (is_title and word.lower() in _GENERIC) for word in _WORD.findall(rest)
    ) and (one_line(title) == title and (date is None or title in text))


def _is_generic(text: str) -> bool:
    return all(word.lower() in _GENERIC or word.isdigit() for word in _WORD.findall(text))


def is_generic_file(path: PurePosixPath) -> bool:
    """Whether nobody would look for an incident in a file of this name, if it has no date."""
    stem = path.name.partition(".")[0].lower()
    return stem in _GENERIC_FILES or "template" in stem
