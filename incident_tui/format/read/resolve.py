"""Which entry a word means: an id, a reference, a title, or a unique beginning of one.

An exact match beats a beginning, and letters as they are written beat letters of the other case or Unicode form
(`format.caseless`). What could mean two entries means none: nothing is guessed.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from incident_tui.format.caseless import caseless
from incident_tui.format.model.located import LocatedEntry, located_entries
from incident_tui.format.sanitize import one_line

if TYPE_CHECKING:
    from incident_tui.format.model.contents import Contents, Location


class Unknown(LookupError):
    """No entry is called so."""


class Ambiguous(LookupError):
    """A word matches several entries."""

    def __init__(self, candidates: Sequence[LocatedEntry]) -> None:
        super().__init__(f"{len(candidates)} entries")
        self.candidates = tuple(candidates)


def all_entries(*contents: "Contents") -> list[LocatedEntry]:
    """All entries of knowledge bases that a word can mean: the live ones, then the archived ones."""
    return [*entries_in("live", *contents), *entries_in("archive", *contents)]


def entries_in(location: "Location", *contents: "Contents") -> list[LocatedEntry]:
    """The entries of one of the two files, in file order, of each knowledge base."""
    documents = [base.document(location) for base in contents]
    return [
        located for index, document in enumerate(documents) for located in located_entries(document, location, index)
    ]


def of_reference(ref: str | None, contents: "Contents") -> list[LocatedEntry]:
    """Return a file's entries with a reference, the live ones first; a summary stands for its archived original."""
    return preferred([located for located in all_entries(contents) if ref and located.entry.ref == ref], "live")


def resolve(
    word: str,
    named: Sequence[LocatedEntry],
    prefer: "Location" = "live",
    among: Callable[[LocatedEntry], bool] = lambda _: True,
) -> LocatedEntry:
    """Return the one entry that a word names.

    A summary and its archived original have one identity; the one in the preferred location is returned. If several
    match equally well, those that `among` accepts come first. Raises `Unknown` or `Ambiguous`.
    """
    word = word.strip()
    folded = caseless(word)
    fold = str.casefold if folded.isascii() else caseless  # the former never hides a beginning in ASCII
    nearest = _NO_MATCH
    matches: list[LocatedEntry] = []
    for located in named:
        name = located.entry.heading.name
        if name.isprintable() and folded not in fold(f"{located.id} M-{located.entry.timestamp} {name}"):
            continue  # all that it is called is in there
        distance = min((_distance(word, folded, name) for name in _names(located)), default=_NO_MATCH)
        if distance < nearest:
            nearest, matches = distance, []
        if distance == nearest < _NO_MATCH:
            matches.append(located)
    if not word or not matches:
        raise Unknown(word)
    matches = [located for located in matches if among(located)] or matches
    matches = preferred(matches, prefer)
    if len(matches) > 1:
        raise Ambiguous(matches)
    return matches[0]


def preferred(entries: Sequence[LocatedEntry], location: "Location") -> list[LocatedEntry]:
    """The entries, but of a summary and its archived original only the one in this location."""
    there = {(located.file_index, located.entry.identity) for located in entries if located.location == location}
    return [
        located
        for located in entries
        if located.location == location or (located.file_index, located.entry.identity) not in there
    ]


_NO_MATCH = 4


def _distance(word: str, folded: str, name: str) -> int:
    if word == name:
        return 0
    folded_name = caseless(name)
    if not folded_name.startswith(folded):
        return _NO_MATCH
    if folded == folded_name:
        return 1
    return 2 if name.startswith(word) else 3


def _names(located: LocatedEntry) -> Iterator[str]:
    """All that an entry is called; a reference also by its number.

    Twins share their timestamp, so that alone it names none of them.
    """
    heading = located.entry.heading
    yield located.id
    yield located.id.removeprefix("M-")
    if "#" in located.id:
        yield f"M-{heading.timestamp}"
        yield heading.timestamp
    number = heading.ref.partition("-")[2] if heading.ref else ""
    for name in {heading.ref, heading.title, heading.name, number}:
        if name:
            yield name
            if (line := one_line(name)) != name:
                yield line
