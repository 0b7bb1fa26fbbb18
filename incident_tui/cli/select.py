"""Which knowledge base, and which entries in it, the arguments mean."""

import os
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from incident_tui.cli import output
from incident_tui.cli.files import Files, files_for, labels
from incident_tui.cli.parser import UsageError, file_hint
from incident_tui.format.caseless import caseless
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import LOCATIONS
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import Ambiguous, Unknown, resolve
from incident_tui.format.sanitize import is_binary, one_line

if TYPE_CHECKING:
    from incident_tui.format.model.contents import Location
    from incident_tui.storage.library import Library
    from incident_tui.storage.snapshot import FileSnapshot, Snapshot

_SHOWN = 20
"""How many candidates are listed."""

_NEAREST = 3
"""How many names are offered where none is known."""


def opened(args: Namespace, missing: bool = False) -> "tuple[Library, Snapshot]":
    """The knowledge base that a command changes, and what it holds; of a memory also the files that are `missing`, if
    the command can make them. Raises `Refused` if there is none.
    """
    from incident_tui.storage.knowledge_base import KnowledgeBase
    from incident_tui.storage.library import Library

    files = files_for(args, missing)
    names, layers = labels(files.paths, args)
    library = Library([KnowledgeBase(file) for file in files.paths], names, files.unreadable, layers)
    return library, _there(library.snapshot(), files)


def read(args: Namespace, missing: bool = False) -> "Snapshot":
    """What the knowledge base holds that a command is for; of a memory also files that are `missing`, if they count.

    Raises `Refused` if there is none.
    """
    from incident_tui.storage.snapshot import Reader, combined

    files = files_for(args, missing)
    snapshots = [Reader(file).snapshot() for file in files.paths]
    return _there(combined(snapshots, *labels(files.paths, args), files.unreadable), files)


def _there(snapshot: "Snapshot", files: Files) -> "Snapshot":
    for file, path in zip(snapshot.files, files.paths, strict=True):
        if not file.exists and path not in files.missing:
            raise Refused(f"{path}: there is no such file")
        for location in LOCATIONS:
            if reason := is_binary(file.document(location).data):
                raise Refused(f"{path if location == 'live' else file.archive_file}: {reason}")
        if file.unreadable_archive is not None:
            output.print_error_at_end(f"{file.unreadable_archive.told}: left out")
    return snapshot


def entries(
    words: Sequence[str],
    named: Sequence[LocatedEntry],
    prefer: "Location" = "live",
    among: Callable[[LocatedEntry], bool] = lambda _: True,
    *,
    within: "Snapshot",
) -> list[LocatedEntry]:
    """The entries that words mean, each once.

    Raises `UsageError` for a word that means none, or several; `Refused` for one that means none where not all files
    could be read.
    """
    names = within.names
    located_by_key: dict[tuple[int, str, int], LocatedEntry] = {}
    for word in words:
        try:
            located = resolve(word, named, prefer, among)
        except Ambiguous as several:
            found_lines = [line(located, names) for located in several.candidates[:_SHOWN]]
            if (more := len(several.candidates) - _SHOWN) > 0:
                found_lines.append(f"… and {more} more")
            count = len(several.candidates)
            raise UsageError(f"'{word}' could be any of {count} entries:", *found_lines) from None
        except Unknown:
            nearest = [line(located, names) for located in _nearest(word, named)]
            if within.unreadable:
                left_out = within.unreadable[0].told
                raise Refused(f"{left_out}, and no other entry is called '{word}'; nothing was changed") from None
            if hint := file_hint(word):
                raise UsageError(f"no entry is called '{word}'; {hint}") from None
            if nearest:
                raise UsageError(f"no entry is called '{word}'; the nearest:", *nearest) from None
            raise UsageError(f"no entry is called '{word}'; `incident-tui list` shows what there is") from None
        located_by_key.setdefault((located.file_index, located.location, located.entry.number), located)
    return list(located_by_key.values())


def file_meant(word: str, snapshot: "Snapshot", beside: str = "") -> int:
    """The index of the file that a word means: its name, its path, or a layer, in which it is the one called `beside`.

    Raises `UsageError` where it means none, or several.
    """
    files = list(enumerate(snapshot.files))
    ways: list[Callable[[FileSnapshot], bool]] = [
        lambda file: word in (file.name, f"{file.name}.md"),
        lambda file: os.path.realpath(word) == str(file.live_file),
        lambda file: word == file.layer and file.name_in_layer == beside,
        lambda file: word in (file.name_in_layer, file.live_file.name),
    ]
    for is_meant in ways:
        indexes = [index for index, file in files if is_meant(file)]
        if len(indexes) == 1:
            return indexes[0]
        if indexes:
            raise UsageError(f"'{word}' could be any of these files:", *(snapshot.names[index] for index in indexes))
    names = [name or str(file.live_file) for name, file in zip(snapshot.names, snapshot.files, strict=True)]
    if word in snapshot.layers:
        raise UsageError(f"the layer '{word}' has no file '{beside}'; the files are:", *names)
    raise UsageError(f"there is neither a file nor a layer '{word}'; the files are:", *names)


def line(located: LocatedEntry, names: Sequence[str] = ("",)) -> str:
    """An entry as a candidate: id, reference, title; and what its file is called, where there are several."""
    archived = " (archived)" if located.archived else ""
    file = f"  in {names[located.file_index]}" if len(names) > 1 else ""
    return f"{located.id}  {located.entry.ref or '-'}  {one_line(located.entry.title) or '-'}{archived}{file}"


def _nearest(word: str, named: Sequence[LocatedEntry]) -> list[LocatedEntry]:
    """The entries that are called most like a word."""
    from rapidfuzz import fuzz, process

    from incident_tui.cli.sort import records
    from incident_tui.search.index.headings import Index

    near = [named[hit.row] for hit in Index(records(named)).search(word)[:_NEAREST] if hit.score]
    if near:
        return near
    names = [
        (row, name)
        for row, located in enumerate(named)
        for name in (located.id, located.entry.ref, located.entry.title)
    ]
    texts = [name and caseless(name) for _, name in names]  # nothing is like a name that is missing
    alike = process.extract(caseless(word), texts, scorer=fuzz.ratio, limit=3 * _NEAREST, score_cutoff=50)
    rows = dict.fromkeys(names[index][0] for _, _, index in alike)
    return [named[row] for row in list(rows)[:_NEAREST]]
