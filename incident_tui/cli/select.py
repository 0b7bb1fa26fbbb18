"""Which knowledge base, and which entries in it, the arguments mean."""

import os
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from incident_tui.cli import output
from incident_tui.cli.errors import UsageError
from incident_tui.format.caseless import caseless
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import LOCATIONS
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.read.resolve import Ambiguous, Unknown, resolve
from incident_tui.format.sanitize import one_line, other_encoding

if TYPE_CHECKING:
    from incident_tui.format.model.contents import Location
    from incident_tui.storage.disk.atomic_file import Unreadable
    from incident_tui.storage.library import Library
    from incident_tui.storage.snapshot import Snapshot

NAMES = (Path("incidents.md"), Path("kb/incidents.md"))
"""What a knowledge base is called in its folder."""

ENVIRONMENT = "INCIDENT_TUI_FILE"

SETTINGS = "config.toml"

_SHOWN = 20
"""How many candidates are listed."""

_NEAREST = 3
"""How many names are offered where none is known."""


def located(args: Namespace) -> tuple[Path | None, str]:
    """The knowledge base that is meant, a file or a folder, and who says so.

    The option, else the environment, else this folder, else the user's settings. Nothing if none of them does.
    """
    if args.file:
        return Path(args.file), "option -f"
    if name := os.environ.get(ENVIRONMENT):
        return Path(name), f"${ENVIRONMENT}"
    if here := in_folder(Path()):
        return here, "this folder"
    from incident_tui.cli.settings import settings

    named = settings(args, "file").file
    return named, SETTINGS if named else "nowhere"


def in_folder(folder: Path) -> Path | None:
    """The knowledge base that a folder holds."""
    return next((folder / name for name in NAMES if os.path.lexists(folder / name)), None)


class Files(NamedTuple):
    """The files of a knowledge base."""

    paths: list[Path]
    unreadable: list["Unreadable"]
    """Those that seem to belong to it, and can't be read."""


def files_of(path: Path) -> Files:
    """The files of the knowledge base at a path: itself, or those of a folder. None where the folder has none.

    Of a folder that is `incidents.md` or `kb/incidents.md`, and each other `*.md` in it or in its `kb/` that holds an
    entry, or whose archive does. One that is another by another name, or would share its archive, is left out, and so
    is, without a word, what can't be read and has a hidden name: editors leave such links beside a file.
    """
    if not os.path.isdir(path):  # noqa: PTH112 - never raises, as Path.is_dir does where one may not look
        return Files([path], [])
    first = in_folder(path)
    found = [] if first is None else [first]
    archives = {_archive(file) for file in found}
    unreadable: list[Unreadable] = []
    for folder in (path, path / "kb"):
        try:
            names = sorted(name for name in os.listdir(folder) if name.endswith(".md"))  # noqa: PTH208 - names
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            unreadable.append(_unreadable(folder, error))
            continue
        for file in map(folder.joinpath, names):
            if _archive(file) in archives:
                continue
            try:
                in_use = _is_in_use(file)
            except (OSError, Refused) as error:
                unreadable += [] if file.name.startswith(".") else [_unreadable(file, error)]
                continue
            if in_use:
                archives.add(_archive(file))
                found.append(file)
    return Files(found, unreadable)


def _archive(file: Path) -> str:
    """Where a file's archive really is: what tells one knowledge base from another."""
    from incident_tui.storage.snapshot import archive_file

    return os.path.realpath(archive_file(Path(os.path.realpath(file))))


def _is_in_use(file: Path) -> bool:
    return _holds_entries(file) or _holds_entries(Path(_archive(file)))


def _unreadable(file: Path, error: OSError | Refused) -> "Unreadable":
    from incident_tui.storage.disk.atomic_file import Unreadable, display_path, os_error_text

    told = str(error) if isinstance(error, Refused) else f"{display_path(file)} can't be read: {os_error_text(error)}"
    return Unreadable(file, told)


def _holds_entries(file: Path) -> bool:
    """Raises `OSError` or `Refused` where that can't be told."""
    from incident_tui.format.model.document import Document
    from incident_tui.storage.disk import atomic_file

    stored = atomic_file.read(atomic_file.real_path(file))
    return stored is not None and b"## M-" in stored.data and bool(Document.parse(stored.data).entries)


def short_names(files: Sequence[Path], args: Namespace) -> list[str]:
    """What each of several files is called: as the settings name it, else by its own name as far as that is needed."""
    if len(files) == 1:
        return [""]
    from incident_tui.cli.settings import settings

    given = settings(args, "names").names
    paths = [Path(os.path.abspath(file)) for file in files]  # noqa: PTH100 - links stay as they are
    stems = [path.with_suffix("").parts for path in paths]
    count = 1
    while len({stem[-count:] for stem in stems}) < len(stems) and any(len(stem) > count for stem in stems):
        count += 1
    own = ["/".join(stem[-count:]) for stem in stems]
    names = [one_line(given.get(str(path), name)) for path, name in zip(paths, own, strict=True)]
    shared = Counter(names)  # a name that says two files says neither
    return [one_line(each) if shared[name] > 1 else name for name, each in zip(names, own, strict=True)]


def opened(args: Namespace) -> "tuple[Library, Snapshot]":
    """The knowledge base that a command changes, and what it holds. Raises `Refused` if there is none."""
    from incident_tui.storage.knowledge_base import KnowledgeBase
    from incident_tui.storage.library import Library

    paths, unreadable = _files(args)
    library = Library([KnowledgeBase(file) for file in paths], short_names(paths, args), unreadable)
    return library, _there(library.snapshot(), paths)


def read(args: Namespace) -> "Snapshot":
    """What the knowledge base holds that a command is for. Raises `Refused` if there is none."""
    from incident_tui.storage.snapshot import Reader, combined

    paths, unreadable = _files(args)
    found = [Reader(file).snapshot() for file in paths]
    return _there(combined(found, short_names(paths, args), unreadable), paths)


def _files(args: Namespace) -> Files:
    """The files that a command is for. What can't be read is told, for it is left out. Raises `Refused`."""
    path, origin = located(args)
    if path is None:
        raise Refused(f"no incidents.md or kb/incidents.md here; name one with -f PATH or ${ENVIRONMENT}")
    told = f" ({SETTINGS} names it)" if origin == SETTINGS else ""
    files = files_of(path)
    if not files.paths:
        first = f"; {files.unreadable[0].told}" if files.unreadable else ""
        raise Refused(f"{path}: this folder has no incidents.md or kb/incidents.md{told}{first}")
    if not os.path.lexists(files.paths[0]):
        raise Refused(f"{path}: there is no such file{told}")
    if files.unreadable:
        output.print_error_at_end("; ".join(one.told for one in files.unreadable) + ": left out")
    return files


def _there(snapshot: "Snapshot", paths: Sequence[Path]) -> "Snapshot":
    for file, path in zip(snapshot.files, paths, strict=True):
        if not file.exists:
            raise Refused(f"{path}: there is no such file")
        for location in LOCATIONS:
            if reason := other_encoding(file.document(location).data):
                raise Refused(f"{path if location == 'live' else file.archive_file}: {reason}")
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
    found: dict[tuple[int, str, int], LocatedEntry] = {}
    for word in words:
        try:
            one = resolve(word, named, prefer, among)
        except Ambiguous as several:
            found_lines = [line(one, names) for one in several.candidates[:_SHOWN]]
            if (more := len(several.candidates) - _SHOWN) > 0:
                found_lines.append(f"… and {more} more")
            count = len(several.candidates)
            raise UsageError(f"'{word}' could be any of {count} entries:", *found_lines) from None
        except Unknown:
            nearest = [line(one, names) for one in _nearest(word, named)]
            if within.unreadable:
                left_out = within.unreadable[0].told
                raise Refused(f"{left_out}, and no other entry is called '{word}'; nothing was changed") from None
            if nearest:
                raise UsageError(f"no entry is called '{word}'; the nearest:", *nearest) from None
            raise UsageError(f"no entry is called '{word}'; `incident-tui list` shows what there is") from None
        found.setdefault((one.file_index, one.location, one.entry.number), one)
    return list(found.values())


def line(one: LocatedEntry, names: Sequence[str] = ("",)) -> str:
    """An entry as a candidate: id, reference, title; and what its file is called, where there are several."""
    archived = " (archived)" if one.archived else ""
    file = f"  in {names[one.file_index]}" if len(names) > 1 else ""
    return f"{one.id}  {one.entry.ref or '-'}  {one_line(one.entry.title) or '-'}{archived}{file}"


def _nearest(word: str, named: Sequence[LocatedEntry]) -> list[LocatedEntry]:
    """The entries that are called most like a word."""
    from rapidfuzz import fuzz, process

    from incident_tui.cli.sort import records
    from incident_tui.search.index.headings import Index

    near = [named[hit.row] for hit in Index(records(named)).search(word)[:_NEAREST] if hit.score]
    if near:
        return near
    names = [(row, name) for row, one in enumerate(named) for name in (one.id, one.entry.ref, one.entry.title)]
    texts = [name and caseless(name) for _, name in names]  # nothing is like a name that is missing
    alike = process.extract(caseless(word), texts, scorer=fuzz.ratio, limit=3 * _NEAREST, score_cutoff=50)
    rows = dict.fromkeys(names[index][0] for _, _, index in alike)
    return [named[row] for row in list(rows)[:_NEAREST]]
