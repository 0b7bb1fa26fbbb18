"""Where the archive of a live file is."""

from pathlib import Path

from incident_tui.format.model.contents import ARCHIVE_FOLDER


def archive_folder(folder: Path) -> Path:
    """Return the folder of new archives of the live files in a folder.

    It is beside a `kb` folder and beside a memory's `journal`, else in the folder itself.
    """
    in_memory = folder.name == "kb" or (folder.name == "journal" and (folder.parent / "kb").is_dir())
    return (folder.parent if in_memory else folder) / ARCHIVE_FOLDER


def archive_path(live: Path) -> Path:
    """Return the path of a live file's archive: the same name in the `archive_folder`, unless only the folder beside
    the file has one.
    """
    beside_file = live.parent / ARCHIVE_FOLDER / live.name
    archive = archive_folder(live.parent) / live.name
    return beside_file if beside_file.exists() and not archive.exists() else archive
