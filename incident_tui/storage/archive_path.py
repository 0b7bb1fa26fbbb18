"""Where the archive of a live file is."""

from pathlib import Path

from incident_tui.format.model.contents import ARCHIVE_FOLDER


def archive_path(live: Path) -> Path:
    """The path of a live file's archive: the same name in `archive/`.

    That folder is beside the `kb` folder where the live file is in one, or in a memory's `journal` beside it, else
    beside the file; one that exists wins.
    """
    beside_file = live.parent / ARCHIVE_FOLDER / live.name
    beside_kb = live.parent.parent / ARCHIVE_FOLDER / live.name
    journal = live.parent.name == "journal" and (live.parent.parent / "kb").is_dir()
    if not (live.parent.name == "kb" or journal) or (beside_file.exists() and not beside_kb.exists()):
        return beside_file
    return beside_kb
