"""Which files a command is for: PATHs, the environment, this folder, the settings; and the layers of a memory."""

import os
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from incident_tui import clock
from incident_tui.cli import output
from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import is_binary, one_line

if TYPE_CHECKING:
    from incident_tui.storage.disk.atomic_file import Unreadable

NAMES = (Path("incidents.md"), Path("kb/incidents.md"))
"""What a knowledge base is called in its folder."""

STANDARD = ("incidents.md", "facts.md", "integrations.md", "patterns.md", "queries.md")
"""The files of a layer's `kb/`, as they are listed; they are opened without entries, too, and can be made."""

ENVIRONMENT = "INCIDENT_TUI_FILE"

MEMORY = "GILFOYLE_CONFIG_DIR"
"""The variable that says in which folder the agent's `memory/` is."""

SETTINGS = "config.toml"

PERSONAL = "personal"
"""The layer that is a memory's own folder."""


class Source(NamedTuple):
    """The paths that are meant, files or folders, and who says so."""

    paths: list[Path]
    origin: str


def knowledge_base_source(args: Namespace) -> Source:
    """The knowledge base that is meant: no path where nothing says which.

    The option, else the environment, else this folder, else the user's settings.
    """
    if args.file:
        return Source(list(map(Path, args.file)), "option -f")
    if names := os.environ.get(ENVIRONMENT):
        paths = [names] if os.path.lexists(names) else filter(None, names.split(os.pathsep))
        return Source(list(map(Path, paths)), f"${ENVIRONMENT}")
    if here := Path() if is_memory(Path()) else in_folder(Path()):
        return Source([here], "this folder")
    from incident_tui.cli.settings import settings

    if named := settings(args, "file").file:
        return Source(list(named), SETTINGS)
    layers = settings(args, "layers").layers
    return Source(list(layers.values()), SETTINGS) if layers else Source([], "nowhere")


def in_folder(folder: Path) -> Path | None:
    """The knowledge base that a folder holds."""
    return next((folder / name for name in NAMES if os.path.lexists(folder / name)), None)


def is_memory(folder: Path) -> bool:
    """Whether a folder is a memory: `kb/`, and beside it `orgs/` (a folder for each organisation) or `journal/`.

    Where its own `kb/` isn't there (yet), an organisation's is enough.
    """
    if _is_folder(folder / "kb"):
        return any(_is_folder(folder / name) for name in ("orgs", "journal"))
    try:
        return any(_is_folder(organisation / "kb") for organisation in (folder / "orgs").iterdir())
    except OSError:
        return False


def agents_memory() -> Path | None:
    """The memory of this user's agent; None where there is none."""
    base = os.environ.get(MEMORY, "")
    try:
        folder = (Path(base) if base else Path.home() / ".config" / "gilfoyle") / "memory"
    except RuntimeError:  # a user without a home
        return None
    return folder if _is_folder(folder / "kb") or _is_folder(folder / "orgs") else None


class Files(NamedTuple):
    """The files of a knowledge base."""

    paths: list[Path]
    unreadable: list["Unreadable"]
    """Those that seem to belong to it, and can't be read."""
    missing: list[Path]
    """Those of the paths where nothing is yet, and an entry can be put."""


def file_to_make(paths: Sequence[Path]) -> Path | None:
    """The file that is made where nothing is at the only one of these paths, or without any; None if there are several.

    In a folder without a knowledge base it is `incidents.md`.
    """
    if len(paths) > 1:
        return None
    path = paths[0] if paths else NAMES[0]
    return path / NAMES[0] if path.is_dir() and in_folder(path) is None else path


def files_for(args: Namespace, missing: bool = False) -> Files:
    """The files that a command is for; of a memory also those that are `missing`, if they are asked for.

    What can't be read is told, for it is left out. Raises `Refused`.
    """
    source = knowledge_base_source(args)
    if not source.paths:
        memory = agents_memory()
        offered = f"; your agent's memory would be opened by -f {_display(memory)}" if memory else ""
        raise Refused(f"no incidents.md or kb/incidents.md here; name one with -f PATH or ${ENVIRONMENT}{offered}")
    origin_note = f" ({SETTINGS} names it)" if source.origin == SETTINGS else ""
    several = [files_of(path, args, missing) for path in source.paths]
    for path, files in zip(source.paths, several, strict=True):
        if not files.paths and (len(source.paths) == 1 or source.origin != SETTINGS):
            first = f"; {files.unreadable[0].told}" if files.unreadable else ""
            raise Refused(f"{path}: this folder has no incidents.md or kb/incidents.md{origin_note}{first}")
        if files.paths and not files.missing and not os.path.lexists(files.paths[0]):
            if len(source.paths) > 1 and source.origin == SETTINGS:
                files.unreadable.append(_missing(path))
                files.paths.clear()
            else:
                raise Refused(f"{path}: there is no such file{origin_note}")
    files = joined(several)
    if not files.paths:
        raise Refused("; ".join(file_error.told for file_error in files.unreadable))
    if files.unreadable:
        output.print_error_at_end("; ".join(file_error.told for file_error in files.unreadable) + ": left out")
    return files


def joined(several: Sequence[Files]) -> Files:
    """Several knowledge bases as one, each file once; layers in their order."""
    if len(several) == 1:
        return several[0]
    files_by_path: dict[str, Path] = {}
    for path in (path for files in several for path in files.paths):
        files_by_path.setdefault(_real(path), path)
    unreadable = list(dict.fromkeys(file_error for files in several for file_error in files.unreadable))
    return Files(list(files_by_path.values()), unreadable, [path for files in several for path in files.missing])


def files_of(path: Path, args: Namespace, missing: bool = False) -> Files:
    """The files of the knowledge base at a path: itself, or those of a folder. None where the folder has none.

    Of a folder that is `incidents.md` or `kb/incidents.md`, and each other `*.md` in it or in its `kb/` that holds an
    entry, or whose archive does; of a memory the files of all its layers. One that is another by another name, or
    would share its archive, is left out, and so is, without a word, what can't be read and has a hidden name: editors
    leave such links beside a file. If those that are `missing` are asked for, a memory also has, there or not, the
    `STANDARD` files of each `kb/`, and in each `journal/` that of this month.
    """
    if not _is_folder(path):
        return Files([path], [], [])
    if is_memory(path):
        return _files_of_memory(path, args, missing)
    first = in_folder(path)
    files = Files([] if first is None else [first], [], [])
    for folder in (path, path / "kb"):
        _collect(folder, files, ())
    return files


def _files_of_memory(memory: Path, args: Namespace, missing: bool) -> Files:
    """The files of the layers, in the layers' order. What can't be read never stops the others."""
    from incident_tui.cli.settings import settings

    files = Files([], [], [])
    for folder in _layer_folders(memory, settings(args, "layers").layers, files.unreadable):
        _collect(folder / "kb", files, STANDARD, missing)
        _collect(folder / "journal", files, (f"journal-{clock.now():%Y-%m}.md",), missing)
    return files


def _layer_folders(memory: Path, named: Mapping[str, Path], unreadable: "list[Unreadable]") -> list[Path]:
    """A memory's layers: those that the settings have `named`, in their order, then its own, then others'."""
    folders = [memory]
    try:
        folders += sorted(each for each in (memory / "orgs").iterdir() if not each.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        unreadable.append(_unreadable(memory / "orgs", error))
    order = {_real(folder): rank for rank, folder in enumerate(named.values())}
    return sorted(folders, key=lambda folder: order.get(_real(folder), len(order)))


def _collect(folder: Path, files: Files, standard: Sequence[str], missing: bool = False) -> None:
    """Add a folder's files that hold entries, and those of `standard` names, there or not if `missing`.

    What can't be read is noted.
    """
    archives = {_archive(file) for file in files.paths}
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".md"))  # noqa: PTH208 - names
    except (FileNotFoundError, NotADirectoryError):
        if not (missing and standard == STANDARD and _is_folder(folder.parent)):
            return
        names = []  # a layer that is to begin
    except OSError as error:
        files.unreadable.append(_unreadable(folder, error))
        return
    new = [name for name in standard if missing and name not in names]
    names += new
    first = [name for name in STANDARD if name in standard]
    names.sort(key=lambda name: (first.index(name) if name in first else len(first), name))
    for file in map(folder.joinpath, names):
        if _archive(file) in archives:
            continue
        try:
            in_use = _is_in_use(file, file.name in standard)
        except (OSError, Refused) as error:
            files.unreadable.extend([] if file.name.startswith(".") else [_unreadable(file, error)])
            continue
        if in_use:
            files.missing.extend([file] if file.name in new else [])
            archives.add(_archive(file))
            files.paths.append(file)


def _archive(file: Path) -> str:
    """Where a file's archive really is: what tells one knowledge base from another."""
    from incident_tui.storage.archive_path import archive_path

    return _real(archive_path(Path(_real(file))))


def _is_in_use(file: Path, anyway: bool) -> bool:
    """Whether a file or its archive holds entries, or it is wanted `anyway`; both are read for it.

    Raises `OSError` or `Refused` where that can't be known.
    """
    states = [_holds_entries(file), _holds_entries(Path(_archive(file)))]
    return anyway or any(states)


def _unreadable(file: Path, error: OSError | Refused) -> "Unreadable":
    from incident_tui.storage.disk.atomic_file import Unreadable, display_path, os_error_text

    message = (
        str(error) if isinstance(error, Refused) else f"{display_path(file)} can't be read: {os_error_text(error)}"
    )
    return Unreadable(file, message)


def _missing(path: Path) -> "Unreadable":
    from incident_tui.storage.disk.atomic_file import Unreadable, display_path

    return Unreadable(path, f"{display_path(path)} does not exist")


def _holds_entries(file: Path) -> bool:
    """Whether a file holds entries. Raises `OSError`, and `Refused` where it is no text that can be read."""
    from incident_tui.format.model.document import Document
    from incident_tui.storage.disk import atomic_file

    stored = atomic_file.read(atomic_file.real_path(file))
    if stored is not None and file.name in STANDARD and (reason := is_binary(stored.data)):
        raise Refused(f"{_display(file)}: {reason}")
    return stored is not None and b"## M-" in stored.data and bool(Document.parse(stored.data).entries)


def labels(files: Sequence[Path], args: Namespace) -> tuple[list[str], list[str]]:
    """What each of several files is called, and the layer that each is of (empty where it is of none).

    A file is called as the settings name it, else by its own name as far as that is needed; where there are several
    layers, behind its layer: `payments/facts`. A single file has an empty name.
    """
    if len(files) == 1:
        return [""], [layer_of(files[0])]
    from incident_tui.cli.settings import settings

    set_names = settings(args, "names").names
    layers = [layer_of(file, settings(args, "layers").layers) for file in files]
    paths = [Path(os.path.abspath(file)) for file in files]  # noqa: PTH100 - links stay as they are
    layered = len(set(layers)) > 1
    own = [""] * len(files)
    for layer in dict.fromkeys(layers):
        members = [index for index, each in enumerate(layers) if each == layer]
        for index, name in zip(members, _own_names([paths[index] for index in members]), strict=True):
            own[index] = name
    names = [set_names.get(str(path), name) for path, name in zip(paths, own, strict=True)]
    if layered:
        names, own = (
            [f"{layer}/{name}" if layer else name for layer, name in zip(layers, each, strict=True)]
            for each in (names, own)
        )
    shared = Counter(map(one_line, names))  # a name that says two files says neither
    file_labels = [each if shared[one_line(name)] > 1 else name for name, each in zip(names, own, strict=True)]
    shared = Counter(map(one_line, file_labels))
    return [
        one_line(str(path) if shared[one_line(name)] > 1 else name)
        for name, path in zip(file_labels, paths, strict=True)
    ], layers


def _own_names(paths: Sequence[Path]) -> list[str]:
    """The files' names without `.md`, with as many of their folders as it takes to tell them apart."""
    stems = [path.with_suffix("").parts for path in paths]
    count = 1
    while len({stem[-count:] for stem in stems}) < len(stems) and any(len(stem) > count for stem in stems):
        count += 1
    return ["/".join(stem[-count:]) for stem in stems]


def layer_of(file: Path, named: Mapping[str, Path] = MappingProxyType({})) -> str:
    """The layer that a file is of, `named` the layers of the settings; empty where it is of none.

    The settings name layers by their folders. Else it is the organisation's name below a memory's `orgs/`, and
    `personal` for the memory's own files.
    """
    path = Path(os.path.abspath(file))  # noqa: PTH100 - links stay as they are
    for name, folder in named.items():
        if Path(_real(path)).is_relative_to(_real(folder)) and not _below_organisation(path, folder):
            return one_line(name)
    if path.parent.name not in ("kb", "journal"):
        return ""
    tier = path.parent.parent
    if tier.parent.name == "orgs" and is_memory(tier.parent.parent):
        return one_line(tier.name)
    return PERSONAL if is_memory(tier) else ""


def _below_organisation(path: Path, folder: Path) -> bool:
    """Whether a file is of an organisation's tier inside this folder, and not of the folder's own."""
    return Path(_real(path)).is_relative_to(os.path.join(_real(folder), "orgs"))  # noqa: PTH118 - a text


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - never raises, as Path.is_dir does where one may not look


def _real(path: Path) -> str:
    return os.path.realpath(path)


def _display(path: Path) -> str:
    from incident_tui.storage.disk.atomic_file import display_path

    return display_path(path)
