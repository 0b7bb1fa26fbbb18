"""Whether others read a file: it is of an organisation's layer, or in a work tree that has a remote."""

from pathlib import Path

from incident_tui.format.errors import Refused
from incident_tui.storage.git import repository
from incident_tui.storage.snapshot import Snapshot


def is_shared(path: Path) -> bool:
    """Whether others get what is in a file."""
    if path.parent.parent.parent.name == "orgs":
        return True
    try:
        top = repository.work_tree(path)
        return top is not None and bool(repository.git_text(top, "remote"))
    except Refused:
        return False


def leaks_to(snapshot: Snapshot, source: int, destination: int) -> bool:
    """Whether what goes from one file to another can be read by others then."""
    before, after = snapshot.files[source], snapshot.files[destination]
    same_layer = before.layer == after.layer and before.live_file.parent == after.live_file.parent
    return not same_layer and is_shared(after.live_file)
