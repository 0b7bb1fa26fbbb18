"""`merge-driver`: git calls it to merge two versions of a knowledge base's file, entry by entry.

It is handed three files and writes the result over the second one, whole or not at all. Exit 0 says that all is merged
and nothing lost; 1 that conflict markers stand in it. Whatever else goes wrong leaves the file as it was and exits with
2: git takes that for a conflict, and the file for unmerged.
"""

from argparse import Namespace
from pathlib import Path

from incident_tui.cli import output
from incident_tui.format.errors import Refused
from incident_tui.format.merge.document import LABELS, NotUnderstood, merge_files
from incident_tui.format.merge.entry import unaccounted
from incident_tui.format.sanitize import is_binary, one_line
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.git import repository

FAILED = 2


def run(args: Namespace) -> int:
    """Merge, and say what could not be merged."""
    base, ours, theirs = (Path(word) for word in args.words[:3])
    name = one_line(args.words[3]) if len(args.words) > 3 else "the file"
    try:
        data, conflicts = _merged(base, ours, theirs)
        atomic_file.replace_private(ours, data)
    except (Refused, OSError) as error:
        output.print_error(f"{name}: {error}; it was not merged")
        return FAILED
    if conflicts:
        output.print_error(*(f"{name}: {one_line(line)}" for line in conflicts))
    return 1 if conflicts else 0


def _merged(base: Path, ours: Path, theirs: Path) -> tuple[bytes, tuple[str, ...]]:
    """The merged text, and what in it is in conflict. Raises `Refused` and `OSError`."""
    three = base.read_bytes(), ours.read_bytes(), theirs.read_bytes()
    for label, data in zip(("base", *LABELS), three, strict=True):
        if reason := is_binary(data):
            raise Refused(f"{label}: {reason}")
    try:
        merged = merge_files(*three)
    except NotUnderstood as why:
        versions = (
            repository.MergeInput(base, "base"),
            repository.MergeInput(ours, LABELS.ours),
            repository.MergeInput(theirs, LABELS.theirs),
        )
        data, clean = repository.merge_lines(*versions)
        if not clean:
            return data, (f"{why}, so git merged it line by line, with conflicts",)
        line = unaccounted(*three, data)
        if line is None:
            return data, ()
        text = line.decode("utf-8", "surrogateescape")
        return data, (f"{why}, so git merged it line by line; look at the line `{text}`, which one side took out",)
    return merged.data, merged.conflicts
