"""The files of an import, from the disk; and what git knows of them. Nothing is written here."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from incident_tui.format.errors import Refused
from incident_tui.importing.incidents import SourceFile, read_incidents
from incident_tui.storage.disk.atomic_file import os_error_text
from incident_tui.storage.git import repository

MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx"})

_SKIPPED = frozenset({"node_modules", "__pycache__"})


class SourcePath(NamedTuple):
    """A file below the paths that were named."""

    source: str
    """What it is called: its path below the folder, with `/`."""
    path: Path
    markdown: bool


def find_files(paths: Sequence[Path]) -> Iterator[SourcePath]:
    """The files at paths and below folders, in order; hidden ones are passed over. Raises `Refused`.

    A file that is named itself is taken for Markdown. With several paths a file is called by that of its folder, too.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise Refused(f"{path}: there is no such file or folder; nothing was written")
        if not path.is_dir():
            yield SourcePath(path.name, path, markdown=True)
            continue
        before = f"{path.resolve().name}/" if len(paths) > 1 else ""
        for folder, folders, names in os.walk(path, onerror=_refuse):
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
            for name in sorted(names):
                if not name.startswith("."):
                    file = Path(folder, name)
                    readable = file.is_file() or not file.exists()  # a link to nowhere is named, a pipe would wait
                    source = before + file.relative_to(path).as_posix()
                    yield SourcePath(source, file, is_markdown(name) and readable)


def is_markdown(name: str) -> bool:
    """Whether a file's name says that it is Markdown, be it with a template's suffix: `.md.erb`."""
    return not MARKDOWN.isdisjoint(suffix.lower() for suffix in Path(name).suffixes[-2:])


def read_file(source: SourcePath) -> SourceFile:
    """Read a file as incidents; one that can't be read has that as its problem."""
    try:
        data = source.path.read_bytes()
    except OSError as error:
        return SourceFile(problem=f"it can't be read: {os_error_text(error)}")
    return read_incidents(source.source, data, _first_commit(source.path))


def _first_commit(path: Path) -> Callable[[], str]:
    def asked() -> str:
        """When git first had the file; empty where it never had, or can't say."""
        try:
            text = repository.git_text(
                path.parent, "log", "--follow", "--diff-filter=A", "--format=%aI", "--", path.name
            )
        except Refused:
            return ""
        return text.rpartition("\n")[2]

    return asked


def _refuse(error: OSError) -> None:
    raise Refused(f"{error.filename}: {os_error_text(error)}; nothing was written")
